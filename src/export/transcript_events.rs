//! The events that a bundle makes from the entries of a branch.
//!
//! One event an entry, and after an assistant message one `tool.call` for each tool block. Members
//! and their order are those of OpenClaw 2026.7.1 and 2026.9.6. Events are listed first and built
//! one at a time, so that a long session is never in memory twice.

use jiff::tz::TimeZone;

use crate::js::date;
use crate::js::value::{Object, Value};
use crate::model::entry::Rules;

use super::source::Source;

/// An event that can be built from an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The entry, by its position in the branch.
    pub entry: usize,
    /// The tool block in its content, when the event is a `tool.call`.
    pub block: Option<usize>,
    /// `sourceSeq`, from 1.
    pub number: u64,
    /// When the entry was made, ISO.
    pub ts: String,
}

/// Lists the transcript events of a branch, in branch order.
pub(super) fn parts(source: &Source, zone: &TimeZone) -> Vec<Part> {
    let mut parts = Vec::new();
    for (at, entry) in source.entries.iter().enumerate() {
        let kind = entry.get("type").and_then(Value::as_str).unwrap_or_default();
        let message = entry.get("message").filter(|_| kind == "message");
        if message.is_none() && plain_event(kind, source.rules).is_none() {
            continue;
        }
        let ts = date::entry_timestamp(entry.get("timestamp"), zone);
        let mut push = |block| {
            let number = parts.len() as u64 + 1;
            parts.push(Part { entry: at, block, number, ts: ts.clone() });
        };
        push(None);
        for (index, block) in message.map(tool_blocks).unwrap_or_default().iter().enumerate() {
            if is_tool_block(block) {
                push(Some(index));
            }
        }
    }
    parts
}

/// The content of an assistant message, in which tool blocks are looked for.
fn tool_blocks(message: &Value) -> &[Value] {
    let is_assistant = message.get("role").and_then(Value::as_str) == Some("assistant");
    let content = message.get("content").filter(|_| is_assistant);
    content.and_then(Value::as_array).unwrap_or_default()
}

impl Part {
    /// Builds the event; its `seq` is still that of the transcript alone.
    pub(super) fn build(&self, source: &Source) -> Value {
        let null = Value::Null;
        let entry = source.entries.get(self.entry).unwrap_or(&null);
        let (event_type, data) = match self.tool_block(source) {
            Some((index, block)) => ("tool.call".to_owned(), tool_call(entry, block, index)),
            None => whole_entry(entry, source.rules),
        };
        let mut event = Object::new();
        event.insert("traceSchema", "openclaw-trajectory");
        event.insert("schemaVersion", 1.0);
        event.insert("traceId", source.session_id.as_str());
        event.insert("source", "transcript");
        event.insert("type", event_type);
        event.insert("ts", self.ts.as_str());
        event.insert("seq", self.number);
        event.insert("sourceSeq", self.number);
        event.insert("sessionId", source.session_id.as_str());
        event.insert("sessionKey", source.session_key.as_str());
        event.insert("workspaceDir", source.workspace_dir.as_str());
        if let Some(id) = entry.get("id") {
            event.insert("entryId", id.clone());
        }
        if let Some(parent) = entry.get("parentId") {
            event.insert("parentEntryId", parent.clone());
        }
        event.insert("data", data);
        Value::Object(event)
    }

    /// The arguments of the tool call that the event tells of.
    pub(super) fn arguments<'a>(&self, source: &'a Source) -> Option<&'a Value> {
        arguments(self.tool_block(source)?.1)
    }

    /// The member of the tool block that the arguments come from, where there are any.
    pub(super) fn arguments_from(&self, source: &Source) -> Option<&'static str> {
        let block = self.tool_block(source)?.1;
        ARGUMENTS.into_iter().find(|name| block.get(name).is_some_and(|value| !value.is_null()))
    }

    fn tool_block<'a>(&self, source: &'a Source) -> Option<(usize, &'a Value)> {
        let index = self.block?;
        let message = source.entries.get(self.entry)?.get("message")?;
        Some((index, tool_blocks(message).get(index)?))
    }
}

fn whole_entry(entry: &Value, rules: Rules) -> (String, Object) {
    let kind = entry.get("type").and_then(Value::as_str).unwrap_or_default();
    let mut data = Object::new();
    if let Some((event_type, members)) = plain_event(kind, rules) {
        for member in members {
            copy(&mut data, entry, member);
        }
        return (event_type.to_owned(), data);
    }
    let message = entry.get("message").cloned().unwrap_or_default();
    let event_type = match message.get("role").and_then(Value::as_js_string) {
        Some(role) => match role.to_str_lossy().as_ref() {
            "user" => "user.message".to_owned(),
            "assistant" => "assistant.message".to_owned(),
            "toolResult" => "tool.result".to_owned(),
            other => format!("message.{other}"),
        },
        None => "message.".to_owned(),
    };
    data.insert("message", message);
    (event_type, data)
}

/// Members of `data` for entries that are no messages; `fromHook` is false where it is missing.
fn plain_event(kind: &str, rules: Rules) -> Option<(&'static str, &'static [&'static str])> {
    Some(match kind {
        "compaction" => (
            "session.compaction",
            &["summary", "firstKeptEntryId", "tokensBefore", "details", "fromHook"],
        ),
        "reset" if rules == Rules::Database => ("session.reset", &["reason", "firstKeptEntryId"]),
        "branch_summary" => {
            ("session.branch_summary", &["fromId", "summary", "details", "fromHook"])
        }
        "custom" => ("session.custom", &["customType", "data"]),
        "custom_message" => {
            ("session.custom_message", &["customType", "content", "details", "display"])
        }
        "thinking_level_change" => ("session.thinking_level_change", &["thinkingLevel"]),
        "model_change" => ("session.model_change", &["provider", "modelId"]),
        "label" => ("session.label", &["targetId", "label"]),
        "session_info" => ("session.info", &["name"]),
        _ => return None,
    })
}

fn copy(data: &mut Object, entry: &Value, member: &'static str) {
    match (entry.get(member), member) {
        (None | Some(Value::Null), "fromHook") => drop(data.insert(member, false)),
        (Some(value), _) => drop(data.insert(member, value.clone())),
        (None, _) => {}
    }
}

/// Tells whether OpenClaw's exporter takes a content block for a tool call.
fn is_tool_block(block: &Value) -> bool {
    let kind = block.get("type").and_then(Value::as_str).unwrap_or_default();
    let kind = crate::js::text::trim(kind).to_lowercase();
    matches!(kind.as_str(), "toolcall" | "tooluse" | "functioncall")
}

/// Members of a tool block that may hold its arguments, the first that does not hold null counts.
const ARGUMENTS: [&str; 3] = ["arguments", "input", "parameters"];

fn arguments(block: &Value) -> Option<&Value> {
    first_non_null(block, &ARGUMENTS)
}

fn tool_call(entry: &Value, block: &Value, index: usize) -> Object {
    let mut data = Object::new();
    for (member, from) in [("toolCallId", "id"), ("name", "name")] {
        if let Some(text) = block.get(from).filter(|value| value.as_js_string().is_some()) {
            data.insert(member, text.clone());
        }
    }
    if let Some(arguments) = arguments(block) {
        data.insert("arguments", arguments.clone());
    }
    if let Some(id) = entry.get("id") {
        data.insert("assistantEntryId", id.clone());
    }
    data.insert("blockIndex", index);
    data
}

/// The first member that is there and not null; when none is, whatever the last name holds: null
/// when it is there as null, nothing when it is absent.
fn first_non_null<'a>(object: &'a Value, names: &[&str]) -> Option<&'a Value> {
    let found = names.iter().filter_map(|name| object.get(name)).find(|value| !value.is_null());
    found.or_else(|| object.get(names.last()?))
}
