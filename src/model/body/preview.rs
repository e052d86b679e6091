//! One line that stands for a record in a list.

use std::borrow::Cow;

use super::super::text;
use super::block::{Block, blocks};
use super::edit::{path_of, unpacked};
use super::{first_text_of, message_of, text_of};
use crate::js::print::to_compact;
use crate::js::value::Value;

/// Describes a transcript record in one line of at most `max_chars` characters, safe to show.
///
/// It is the first line that is not blank of the first text; without any, the first tool call, the
/// error, or what the record changes.
pub fn preview(record: &Value, max_chars: usize) -> String {
    let line = settings(record)
        .or_else(|| first_line(record))
        .or_else(|| {
            message_of(record).and_then(|message| text_of(message, "errorMessage")).map(Into::into)
        })
        .or_else(|| first_of_blocks(record, max_chars))
        .unwrap_or_default();
    one_line(&line, max_chars)
}

/// Describes a runtime event in one line of at most `max_chars` characters, safe to show.
pub fn preview_event(event: &Value, max_chars: usize) -> String {
    let nothing = Value::Null;
    let data = event.get("data").unwrap_or(&nothing);
    let member = |name| text_of(data, name);
    let line = match text_of(event, "type").as_deref() {
        Some("tool.call") => {
            let name = member("name").unwrap_or_default();
            let arguments = data.get("args").unwrap_or(&nothing);
            format!("{name} {}", brief_arguments(&name, arguments, max_chars))
        }
        Some("tool.result") => match (member("name"), data.get("message")) {
            (Some(name), _) => name.into_owned(),
            (None, Some(message)) => {
                let name = text_of(message, "toolName").unwrap_or_default();
                format!("{name} {}", preview(data, max_chars))
            }
            (None, None) => String::new(),
        },
        Some("model.fallback_step") => {
            let from = member("fallbackStepFromModel").unwrap_or_default();
            let to = member("fallbackStepToModel").unwrap_or(Cow::Borrowed("none"));
            let reason = member("fallbackStepFromFailureReason").unwrap_or_default();
            format!("{from} → {to} {reason}")
        }
        _ => ["prompt", "status", "finalStatus", "reason", "trigger", "stopReason"]
            .into_iter()
            .find_map(member)
            .map(Cow::into_owned)
            .or_else(|| data.get("message").map(|_| preview(data, max_chars)))
            .or_else(|| of_entry(data))
            .unwrap_or_default(),
    };
    one_line(&line, max_chars)
}

/// What an event says that a bundle makes of an entry without a message.
fn of_entry(data: &Value) -> Option<String> {
    if let Some(model) = text_of(data, "modelId") {
        let provider = text_of(data, "provider").map(|name| format!("{name}/"));
        return Some(format!("{}{model}", provider.unwrap_or_default()));
    }
    let members = ["summary", "thinkingLevel", "label", "customType", "name", "text"];
    members.into_iter().find_map(|name| not_blank(&text_of(data, name)?))
}

/// What a settings row says, in the form `what → value`.
fn settings(record: &Value) -> Option<String> {
    let member = |name| text_of(record, name);
    let arrow = |what: &str, value: Option<Cow<'_, str>>| {
        Some(format!("{what} → {}", value.as_deref().unwrap_or("none")))
    };
    match text_of(record, "type")?.as_ref() {
        "model_change" => {
            let model = member("modelId").or_else(|| member("model"));
            match (member("provider"), model) {
                (Some(provider), Some(model)) => Some(format!("model → {provider}/{model}")),
                (provider, model) => arrow("model", model.or(provider)),
            }
        }
        "thinking_level_change" => arrow("thinking", member("thinkingLevel")),
        "label" => arrow("label", member("label")),
        "session_info" => arrow("name", member("name")),
        "leaf" => arrow("leaf", member("targetId")),
        "reset" => arrow("reset", member("reason")),
        "session" => arrow("session", member("id")),
        _ => None,
    }
}

fn first_line(record: &Value) -> Option<String> {
    blocks(record).iter().find_map(|block| match block {
        Block::Text { text, .. } => not_blank(text),
        Block::Command { command, .. } => not_blank(command).map(|line| format!("$ {line}")),
        _ => None,
    })
}

fn not_blank(text: &str) -> Option<String> {
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

/// What stands for a record without text: calls first, thinking last.
fn first_of_blocks(record: &Value, max: usize) -> Option<String> {
    let found = blocks(record);
    let call = found.iter().find_map(|block| match block {
        Block::ToolCall { name, arguments, .. } => {
            let name = name.as_deref().unwrap_or("");
            let brief = arguments.map(|arguments| brief_arguments(name, arguments, max));
            Some(format!("{name} {}", brief.unwrap_or_default()))
        }
        _ => None,
    });
    call.or_else(|| found.iter().find_map(described))
}

fn described(block: &Block<'_>) -> Option<String> {
    Some(match block {
        Block::Image { mime, .. } => format!("[image {}]", mime.as_deref().unwrap_or("")),
        Block::Media { kind, place, .. } => {
            format!("[{} {}]", format!("{kind:?}").to_lowercase(), place.as_deref().unwrap_or(""))
        }
        Block::Thinking { redacted: true, .. } => "[thinking withheld]".to_owned(),
        Block::Thinking { text, .. } => not_blank(text)?,
        Block::ToolResult { content, .. } => content.iter().find_map(|block| match block {
            Block::Text { text, .. } => not_blank(text),
            _ => None,
        })?,
        Block::Trimmed(trim) => format!("[cut at capture: {}]", trim.reason),
        Block::Raw { type_name, .. } => format!("[{type_name}]"),
        Block::Text { .. } | Block::Command { .. } | Block::ToolCall { .. } => return None,
    })
}

/// The argument of a tool call that tells most, in one line of at most `max` characters, safe to
/// show: the file, the command, the query or the address, else all arguments as compact JSON.
pub fn brief_arguments(name: &str, arguments: &Value, max: usize) -> String {
    let arguments = unpacked(arguments);
    let name = name.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let command = || match arguments.get("command").or_else(|| arguments.get("cmd"))? {
        Value::Array(words) => {
            let words: Vec<_> = words.iter().filter_map(super::as_text).collect();
            Some(Cow::Owned(words.join(" ")))
        }
        other => super::as_text(other),
    };
    let query = || first_text_of(&arguments, &["query", "pattern", "q", "regex", "search"]);
    let brief = if is(&["exec", "bash", "shell", "command", "terminal", "process"]) {
        command()
    } else if is(&["search", "grep", "find", "glob"]) {
        query()
    } else if is(&["fetch", "browser", "http", "navigate"]) {
        first_text_of(&arguments, &["url", "targetUrl", "uri"])
    } else if is(&["read", "write", "edit", "create", "list", "ls", "view", "delete"]) {
        path_of(&arguments)
    } else {
        None
    };
    let brief = brief.unwrap_or_else(|| match arguments.as_ref() {
        Value::Null => Cow::Borrowed(""),
        Value::Object(object) if object.is_empty() => Cow::Borrowed(""),
        other => Cow::Owned(to_compact(other)),
    });
    one_line(&brief, max)
}

/// Makes one visible line and cuts it after `max` characters, the last one being `…` then.
fn one_line(text: &str, max: usize) -> String {
    let text = text.trim();
    // Only so much is made visible as can be kept; every character becomes at least none, and a
    // colour sequence none at all, so some more is taken than asked for.
    let end = text
        .char_indices()
        .nth(max.saturating_mul(2).saturating_add(64))
        .map_or(text.len(), |(at, _)| at);
    let whole = end == text.len();
    let line = text::visible_line(text.get(..end).unwrap_or(text));
    if whole && line.chars().nth(max).is_none() {
        return line.into_owned();
    }
    let mut cut: String = line.chars().take(max.saturating_sub(1)).collect();
    if max > 0 {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse;

    fn value(json: &str) -> Value {
        parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_record_is_told_in_one_line() {
        let table = [
            (r#"{"role":"user","content":"\n  first\nsecond"}"#, "first"),
            (
                r#"{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"so"}]}"#,
                "so",
            ),
            (
                r#"{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"toolCall","name":"read","arguments":{"path":"a.py"}}]}"#,
                "read a.py",
            ),
            (r#"{"role":"assistant","content":[],"errorMessage":"quota"}"#, "quota"),
            (r#"{"role":"assistant","content":[{"type":"thinking","thinking":"hm"}]}"#, "hm"),
            (
                r#"{"role":"user","content":[{"type":"image","mimeType":"image/png"}]}"#,
                "[image image/png]",
            ),
            (r#"{"type":"model_change","provider":"p","modelId":"m"}"#, "model → p/m"),
            (r#"{"type":"thinking_level_change","thinkingLevel":"high"}"#, "thinking → high"),
            (r#"{"type":"label","targetId":"a"}"#, "label → none"),
            (
                r#"{"type":"message","message":{"role":"bashExecution","command":"ls -l"}}"#,
                "$ ls -l",
            ),
            (r#"{"type":"compaction","summary":"We did it"}"#, "We did it"),
            (r#"{"type":"custom","customType":"snap","data":{}}"#, "[snap]"),
            (r#"{"role":"user","content":"\u001b[2Jx\u202ey"}"#, "␛[2Jx<U+202E>y"),
            (r#"{"role":"user","content":""}"#, ""),
        ];
        for (record, line) in table {
            assert_eq!(preview(&value(record), 60), line, "{record}");
        }
        assert_eq!(preview(&value(r#"{"role":"user","content":"abcdef"}"#), 4), "abc…");
        let long = format!(r#"{{"role":"user","content":"{}"}}"#, "x".repeat(5000));
        assert_eq!(preview(&value(&long), 10).chars().count(), 10);
    }

    #[test]
    fn an_event_is_told_in_one_line() {
        let table = [
            (r#"{"type":"prompt.submitted","data":{"prompt":"do it"}}"#, "do it"),
            (r#"{"type":"session.ended","data":{"status":"success"}}"#, "success"),
            (r#"{"type":"tool.call","data":{"name":"exec","args":{"command":"ls"}}}"#, "exec ls"),
            (
                r#"{"type":"model.fallback_step","data":{"fallbackStepFromModel":"a","fallbackStepToModel":"b","fallbackStepFromFailureReason":"quota"}}"#,
                "a → b quota",
            ),
            (r#"{"type":"trace.metadata"}"#, ""),
            (
                r#"{"type":"user.message","data":{"message":{"role":"user","content":"\nhello"}}}"#,
                "hello",
            ),
            (
                r#"{"type":"assistant.message","data":{"message":{"role":"assistant","content":[{"type":"toolCall","name":"read","arguments":{"path":"a"}}]}}}"#,
                "read a",
            ),
            (
                r#"{"type":"tool.result","data":{"message":{"role":"toolResult","toolName":"exec","content":[{"type":"text","text":"done"}]}}}"#,
                "exec done",
            ),
            (r#"{"type":"session.model_change","data":{"provider":"p","modelId":"m"}}"#, "p/m"),
            (r#"{"type":"session.compaction","data":{"summary":"\n## Goal\nx"}}"#, "## Goal"),
            (r#"{"type":"session.custom","data":{"customType":"snap","data":{}}}"#, "snap"),
        ];
        for (event, line) in table {
            assert_eq!(preview_event(&value(event), 60), line, "{event}");
        }
    }

    #[test]
    fn the_argument_that_tells_most_is_shown() {
        let table = [
            ("read", r#"{"path":"a.py","limit":3}"#, "a.py"),
            ("Edit", r#"{"file_path":"b.py","old_string":"x"}"#, "b.py"),
            ("exec", r#"{"command":"ls\n-l"}"#, "ls⏎-l"),
            ("shell", r#"{"command":["git","status"]}"#, "git status"),
            ("web_search", r#"{"query":"rust"}"#, "rust"),
            ("grep", r#"{"pattern":"fn ","path":"src"}"#, "fn"),
            ("web_fetch", r#"{"url":"https://x"}"#, "https://x"),
            ("custom", r#"{"a":1,"b":[true]}"#, r#"{"a":1,"b":[true]}"#),
            ("read", r#"{"offset":2}"#, r#"{"offset":2}"#),
            ("read", r#""{\"path\":\"c.py\"}""#, "c.py"),
            ("custom", "{}", ""),
            ("custom", "null", ""),
        ];
        for (name, arguments, brief) in table {
            assert_eq!(brief_arguments(name, &value(arguments), 40), brief, "{name} {arguments}");
        }
    }
}
