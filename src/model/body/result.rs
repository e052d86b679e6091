//! What a tool answered, and what a person asked.

use super::block::{Block, blocks, content};
use super::{first_of, message_of, role_of};
use crate::js::value::Value;

/// The text of a tool's answer, its text blocks joined by line ends; `None` without any text.
///
/// The record is a tool result of a transcript or a `tool.result` runtime event.
pub fn result_text(record: &Value) -> Option<String> {
    let found = match record.pointer("/data/result") {
        // A runtime result is a content of its own, or an object that holds one.
        Some(result) => content(first_of(result, &["content", "output", "text"]).unwrap_or(result)),
        None => blocks(record),
    };
    let texts: Vec<_> = found.iter().filter_map(text).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn text<'a>(block: &'a Block<'_>) -> Option<&'a str> {
    match block {
        Block::Text { text, .. } => Some(text),
        Block::Command { output, .. } => Some(output),
        _ => None,
    }
}

/// The exit code of a command that a tool or a person ran.
///
/// It stands in `details.exitCode`, in the message itself, or in words at the end of the text.
pub fn exit_code(record: &Value) -> Option<i64> {
    let message = message_of(record).unwrap_or(record);
    let places = [
        message.pointer("/details/exitCode"),
        message.pointer("/details/exit_code"),
        message.get("exitCode"),
        record.pointer("/data/result/details/exitCode"),
        record.pointer("/data/result/exitCode"),
    ];
    if let Some(code) = places.into_iter().flatten().find_map(Value::as_f64) {
        return Some(code as i64);
    }
    let text = result_text(record)?;
    let last = text.trim_end().lines().next_back()?;
    let (_, after) = last.rsplit_once("exited with code ")?;
    after.trim_end_matches([')', '.']).parse().ok()
}

/// The first text that is not blank of a user's message; `None` for all other records.
pub fn first_user_text(record: &Value) -> Option<String> {
    if role_of(record)? != "user" {
        return None;
    }
    blocks(record).into_iter().find_map(|block| match block {
        Block::Text { text, .. } if !text.trim().is_empty() => Some(text.into_owned()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse;

    fn value(json: &str) -> Value {
        parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn the_text_of_a_result_is_found_in_both_sources() {
        let table = [
            (
                r#"{"type":"message","message":{"role":"toolResult","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}"#,
                Some("a\nb"),
            ),
            (
                r#"{"type":"tool.result","data":{"result":{"content":[{"type":"text","text":"c"}]}}}"#,
                Some("c"),
            ),
            (r#"{"type":"tool.result","data":{"result":"plain"}}"#, Some("plain")),
            (r#"{"type":"message","message":{"role":"toolResult","content":[]}}"#, None),
        ];
        for (record, text) in table {
            assert_eq!(result_text(&value(record)).as_deref(), text, "{record}");
        }
    }

    #[test]
    fn an_exit_code_is_a_member_or_the_last_line() {
        let result = |rest: &str| {
            format!(r#"{{"type":"message","message":{{"role":"toolResult",{rest}}}}}"#)
        };
        let table = [
            (result(r#""details":{"exitCode":3},"content":[]"#), Some(3)),
            (
                result(
                    r#""content":[{"type":"text","text":"x\n\n(Command exited with code 127)"}]"#,
                ),
                Some(127),
            ),
            (result(r#""content":[{"type":"text","text":"it exited with code 1\nno"}]"#), None),
            (r#"{"role":"bashExecution","command":"x","exitCode":0}"#.to_owned(), Some(0)),
            (
                r#"{"type":"tool.result","data":{"result":{"details":{"exitCode":2}}}}"#.to_owned(),
                Some(2),
            ),
        ];
        for (record, code) in table {
            assert_eq!(exit_code(&value(&record)), code, "{record}");
        }
    }

    #[test]
    fn only_users_give_a_first_text() {
        let user = value(
            r#"{"role":"user","content":[{"type":"text","text":" "},{"type":"text","text":"go"}]}"#,
        );
        assert_eq!(first_user_text(&user).as_deref(), Some("go"));
        assert_eq!(first_user_text(&value(r#"{"role":"assistant","content":"x"}"#)), None);
        assert_eq!(first_user_text(&value(r#"{"type":"label"}"#)), None);
    }
}
