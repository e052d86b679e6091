//! Media members that OpenClaw 2026.9.6 has retired from messages.
//!
//! It refuses to export a database session that still has them. Here they are taken out of the
//! bundle like any other media, and the session is exported.

use crate::js::value::{Object, Value};

use super::redaction::Redaction;

const MEMBERS: [&str; 10] = [
    "media",
    "MediaPath",
    "MediaPaths",
    "MediaUrl",
    "MediaUrls",
    "MediaType",
    "MediaTypes",
    "MediaTranscribedIndexes",
    "MediaStaged",
    "MediaWorkspaceDir",
];

/// The rule under which the members are told of.
const RULE: &str = "retired-media";

/// Masks the retired members of the messages in an event.
pub(super) fn in_event(event: &mut Value, redaction: &mut Redaction<'_>) {
    let Some(data) = member(event, "data") else { return };
    if let Some(message) = member(data, "message") {
        mask(message, "/data/message", redaction);
    }
    let snapshot = member(data, "messagesSnapshot").and_then(Value::as_array_mut);
    for (at, message) in snapshot.into_iter().flatten().enumerate() {
        mask(message, &format!("/data/messagesSnapshot/{at}"), redaction);
    }
}

/// Masks the retired members of the message in the branch's entry at a position.
pub(super) fn in_entry(entry: &mut Value, at: usize, redaction: &mut Redaction<'_>) {
    if let Some(message) = member(entry, "message") {
        mask(message, &format!("/entries/{at}/message"), redaction);
    }
}

fn member<'a>(value: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    value.as_object_mut().and_then(|members| members.get_mut(name))
}

fn mask(message: &mut Value, pointer: &str, redaction: &mut Redaction<'_>) {
    let Some(members) = message.as_object_mut() else { return };
    for name in MEMBERS {
        if let Some(value) = members.get_mut(name).filter(|value| has_content(value)) {
            let length = value.as_str().map_or(0, str::len);
            *value = Value::from("<redacted>");
            redaction.note(RULE, &format!("{pointer}/{name}"), length, "<redacted>");
        }
    }
}

fn has_content(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !Object::is_empty(members),
        Value::Bool(_) | Value::Number(_) => true,
    }
}
