//! The exact way to a row: through a whole JSON value, with JavaScript's rules.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::RowFault;
use super::block::{Block, Content, UsageMembers, has_ink, number};
use super::row::{Details, Message, Row, Scalar};
use crate::js::parse::parse_lossy;
use crate::js::value::{Object, Value};

/// Reads a row that the typed reading refused.
pub(super) fn row(text: &[u8]) -> Result<Row<'static>, RowFault> {
    // Nearly every refused row is no JSON at all, perhaps hundreds of megabytes of it. Reading on
    // without keeping anything finds that out without building a value.
    serde_json::from_slice::<IgnoredAny>(text).map_err(|_| RowFault::NotJson)?;
    let value = parse_lossy(text).map_err(|_| RowFault::NotJson)?;
    value.as_object().map(of_object).ok_or(RowFault::NotEntry)
}

fn of_object(object: &Object) -> Row<'static> {
    let mut row = Row::default();
    for (name, value) in object.iter() {
        let name = name.to_str_lossy();
        if name == "message" {
            row.message = value.as_object().map(message);
        } else if let Some(member) = row.member(&name) {
            *member = scalar(value);
        }
    }
    row
}

fn message(object: &Object) -> Message<'static> {
    let mut message = Message::default();
    for (name, value) in object.iter() {
        let name = name.to_str_lossy();
        match &*name {
            "content" => message.content = content(value),
            "usage" => message.usage = value.as_object().map(usage),
            "details" => message.details = value.as_object().map(details).unwrap_or_default(),
            _ => {
                if let Some(member) = message.member(&name) {
                    *member = scalar(value);
                }
            }
        }
    }
    message
}

fn details(object: &Object) -> Details<'static> {
    let mut details = Details::default();
    for (name, value) in object.iter() {
        if let Some(member) = details.member(&name.to_str_lossy()) {
            *member = scalar(value);
        }
    }
    details
}

fn content(value: &Value) -> Content<'static> {
    let mut content = match value {
        Value::String(text) => Content::of_text(&text.to_str_lossy()),
        _ => Content::default(),
    };
    let blocks = value.as_array().unwrap_or_default();
    for (at, block) in (0..).zip(blocks) {
        let member = |name| block.get(name).map(scalar).unwrap_or_default();
        let text = matches!(member("text"), Scalar::Text(text) if has_ink(&text));
        let (kind, id, name) = (member("type"), member("id"), member("name"));
        content.add(at, Block { kind, id, name, text });
    }
    content
}

fn usage(object: &Object) -> UsageMembers {
    let mut usage = UsageMembers::default();
    for (name, value) in object.iter() {
        let name = name.to_str_lossy();
        if name == "cost" {
            usage.cost = value.as_f64().or_else(|| value.get("total").and_then(Value::as_f64));
        } else if let Some(member) = usage.member(&name) {
            *member = number(&scalar(value));
        }
    }
    usage
}

fn scalar(value: &Value) -> Scalar<'static> {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(truth) => Scalar::Bool(*truth),
        Value::Number(number) => Scalar::Number(*number),
        Value::String(text) => Scalar::Text(Cow::Owned(text.to_str_lossy().into_owned())),
        Value::Array(_) | Value::Object(_) => Scalar::Other,
    }
}
