//! Media members that OpenClaw 2026.9.6 has retired from messages.
//!
//! It refuses to export a database session that still has them. Here they are taken out of the
//! bundle like any other media, and the session is exported.

use crate::js::value::{Object, Value};
use crate::model::finding::{Finding, Layer};

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

/// What stands in their place.
const REPLACEMENT: &str = "<redacted>";

/// Masks the retired members of the messages in an event.
pub(super) fn in_event(event: &mut Value, findings: &mut Vec<Finding>) {
    let Some(data) = member(event, "data") else { return };
    if let Some(message) = member(data, "message") {
        mask(message, "/data/message", findings);
    }
    let snapshot = member(data, "messagesSnapshot").and_then(Value::as_array_mut);
    for (at, message) in snapshot.into_iter().flatten().enumerate() {
        mask(message, &format!("/data/messagesSnapshot/{at}"), findings);
    }
}

/// Masks the retired members of a message; pointers count from it.
pub(super) fn in_message(message: &mut Value, findings: &mut Vec<Finding>) {
    mask(message, "", findings);
}

fn member<'a>(value: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    value.as_object_mut().and_then(|members| members.get_mut(name))
}

fn mask(message: &mut Value, pointer: &str, findings: &mut Vec<Finding>) {
    let Some(members) = message.as_object_mut() else { return };
    for name in MEMBERS {
        if let Some(value) = members.get_mut(name).filter(|value| has_content(value)) {
            let length = value.as_str().map_or(0, str::len);
            *value = Value::from(REPLACEMENT);
            findings.push(Finding {
                rule: RULE.into(),
                layer: Layer::Payload,
                file: None,
                pointer: format!("{pointer}/{name}").into(),
                event_seq: None,
                entry_id: None,
                range: 0..length,
                shown: 0..REPLACEMENT.len(),
                replacement: REPLACEMENT.to_owned(),
                group: 0,
            });
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
