//! The files of a bundle as they were before redaction, to be compared with the plan by a person.
//!
//! Nothing here is ever written or copied. Documents come in the same shape as in the plan, so
//! that a way through one leads to the same value in the other.

use jiff::tz::TimeZone;

use crate::js::date;
use crate::js::value::{Object, Value};

use super::documents::{self, Envelope};
use super::merge::{Item, merge};
use super::source::Source;
use super::{Error, plan, transcript_events};

/// A document of a bundle before redaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Original {
    /// One value.
    Json(Value),
    /// The events, in order; the first one has number 1.
    Events(Vec<Value>),
    /// A text.
    Text(String),
}

/// Builds the files of a bundle at an instant (ms since the epoch, UTC), by their names; the
/// manifest describes the others and is left out.
///
/// # Errors
///
/// [`Error::Cancelled`] when `keep_going` says so.
pub fn original(
    mut source: Source,
    zone: &TimeZone,
    now: i64,
    keep_going: &dyn Fn() -> bool,
) -> Result<Vec<(&'static str, Original)>, Error> {
    let generated_at = date::to_iso(now).unwrap_or_default();
    let parts = transcript_events::parts(&source, zone);
    let envelope = Envelope { source: &source, generated_at: &generated_at };
    let mut files: Vec<(&'static str, Original)> = [
        ("metadata.json", envelope.metadata(&parts)),
        ("artifacts.json", envelope.artifacts()),
        ("prompts.json", envelope.prompts()),
    ]
    .into_iter()
    .filter_map(|(name, document)| Some((name, Original::Json(document?))))
    .collect();
    let prompt = documents::system_prompt(&source.runtime);
    if let Some(prompt) = prompt.as_ref().and_then(Value::as_js_string) {
        files.push(("system-prompt.txt", Original::Text(prompt.to_str_lossy().into_owned())));
    }
    if let Some(tools) = documents::tools(&source.runtime) {
        files.push(("tools.json", Original::Json(tools)));
    }
    let mut events = Vec::new();
    for (at, item) in merge(&source.runtime, &parts).into_iter().enumerate() {
        if at.is_multiple_of(256) && !keep_going() {
            return Err(Error::Cancelled);
        }
        let mut event = match item {
            Item::Runtime(at) => source.runtime.event(at),
            Item::Transcript(at) => parts.get(at).map(|part| part.build(&source)),
        }
        .unwrap_or_default();
        if let Some(members) = event.as_object_mut() {
            members.insert("seq", at as u64 + 1);
        }
        events.push(event);
    }
    files.push((plan::EVENTS, Original::Events(events)));
    let mut branch = Object::new();
    branch.insert("header", std::mem::take(&mut source.header));
    branch.insert("leafId", source.leaf.as_deref().map(Value::from));
    branch.insert("entries", Value::Array(std::mem::take(&mut source.entries)));
    files.push(("session-branch.json", Original::Json(Value::Object(branch))));
    Ok(files)
}
