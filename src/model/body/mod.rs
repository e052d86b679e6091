//! The body of a record, taken apart for reading.
//!
//! A record is the parsed JSON of a transcript row. The views here borrow from it and forgive every
//! naming that OpenClaw, its providers and older releases used; what has no known form stays raw.
//! Nothing here changes or sanitises text, except [`preview()`] and [`brief_arguments`], which make
//! one line for a list.

mod block;
mod edit;
mod preview;
mod result;
mod trim;

use std::borrow::Cow;

pub use block::{Block, Decoded, ImageSource, MediaKind, Phase, blocks, images};
pub use edit::{Change, Edit, edit_of};
pub use preview::{brief_arguments, preview, preview_event};
pub use result::{exit_code, first_user_text, result_text};
pub use trim::{dropped_fields, trim_marker};

use crate::js::value::Value;

/// The text of a member, lone surrogates replaced; `None` when it is absent or no string.
fn text_of<'a>(value: &'a Value, name: &str) -> Option<Cow<'a, str>> {
    as_text(value.get(name)?)
}

fn as_text(value: &Value) -> Option<Cow<'_, str>> {
    value.as_js_string().map(crate::js::text::JsString::to_str_lossy)
}

/// The first of several members that is a string.
fn first_text_of<'a>(value: &'a Value, names: &[&str]) -> Option<Cow<'a, str>> {
    names.iter().find_map(|name| text_of(value, name))
}

/// The first of several members that is neither absent nor null.
fn first_of<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().filter_map(|name| value.get(name)).find(|value| !value.is_null())
}

/// The message of a `message` record, or the record itself when it is a bare message.
fn message_of(record: &Value) -> Option<&Value> {
    match record.get("message") {
        Some(message @ Value::Object(_)) => Some(message),
        _ => record.get("role").map(|_| record),
    }
}

fn role_of(record: &Value) -> Option<Cow<'_, str>> {
    text_of(message_of(record)?, "role")
}
