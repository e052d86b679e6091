//! Transcripts for tests, from a notation that fits into one line.
//!
//! Rows are separated by blanks: `id:type(parent)>target+append~`. All parts but the id may be
//! missing. Without a type a row is a message of a user; `assistant`, `toolResult` and `calls` (an
//! assistant message with one tool call and no text) are messages, too. Without a parent it is
//! `null`, `(?)` leaves the member out, `()` is a blank string. `-` stands for no id, `_` for null
//! and `~` for a side append; `@` leaves the timestamp out. A version-3 header is row 1.

use super::entry::Rules;
use super::head;
use super::ids::{EntryIx, RowSpan};
use super::transcript::{Origin, Progress, Transcript, TranscriptBuilder};

/// Reads the notation.
pub(super) fn transcript(rules: Rules, rows: &str) -> Transcript {
    let header = r#"{"type":"session","version":3,"id":"s"}"#.to_owned();
    of_lines(rules, std::iter::once(header).chain(rows.split_whitespace().map(row)))
}

/// Reads rows as they stand in a file.
pub(super) fn of_lines(rules: Rules, lines: impl IntoIterator<Item = String>) -> Transcript {
    let origin = Origin { path: "t.jsonl".into(), rules, lines: true };
    let mut builder = TranscriptBuilder::new(origin);
    for (line, row) in lines.into_iter().zip(1..) {
        let span = RowSpan { offset: 0, len: line.len() as u32 };
        match head::parse(line.as_bytes()) {
            Ok(head) => builder.push(&head, span, row),
            Err(fault) => builder.reject(row, fault),
        }
    }
    builder.finish(Progress { done: true, ..Progress::default() })
}

/// The id of a row, `-` when it has none.
pub(super) fn id(transcript: &Transcript, entry: EntryIx) -> &str {
    transcript.tables.entries[entry.index()].id.map_or("-", |id| transcript.tables.text(id))
}

/// The last row with an id.
pub(super) fn entry(transcript: &Transcript, name: &str) -> EntryIx {
    let id = transcript.tables.ids.find(name);
    let at = transcript.tables.entries.iter().rposition(|entry| entry.id == id);
    EntryIx::from(at.expect(name))
}

/// One row of the notation as JSON.
pub(super) fn row(notation: &str) -> String {
    let mut rest = notation;
    let mut take = |marks: &[char]| {
        let at = rest.find(marks).unwrap_or(rest.len());
        let (part, tail) = rest.split_at(at);
        rest = tail;
        part.to_owned()
    };
    let all = [':', '(', '>', '+', '~', '@'];
    let id = take(&all);
    let kind = take(&all[1..]);
    let parent = take(&all[2..]);
    let target = take(&all[3..]);
    let append = take(&all[4..]);
    let member = |name: &str, value: &str| match value {
        "" | "?" => String::new(),
        "_" => format!(r#","{name}":null"#),
        value => format!(r#","{name}":"{value}""#),
    };
    let mut json = match kind.trim_start_matches(':') {
        "" | "user" => r#"{"type":"message","message":{"role":"user","content":"x"}"#.to_owned(),
        "calls" => r#"{"type":"message","message":{"role":"assistant","content":[{"type":"toolCall","id":"c","name":"n"}],"stopReason":"toolUse"}"#.to_owned(),
        role @ ("assistant" | "toolResult") => {
            format!(r#"{{"type":"message","message":{{"role":"{role}","content":"x","stopReason":"stop"}}"#)
        }
        "failed" => r#"{"type":"message","message":{"role":"assistant","content":"x","stopReason":"error"}"#.to_owned(),
        kind => format!(r#"{{"type":"{kind}""#),
    };
    json += &member("id", if id == "-" { "" } else { &id });
    json += &match parent.trim_matches(['(', ')']) {
        "" if parent.is_empty() => r#","parentId":null"#.to_owned(),
        "" => r#","parentId":" ""#.to_owned(),
        parent => member("parentId", parent),
    };
    json += &member("targetId", target.trim_start_matches('>'));
    json += &member("appendParentId", append.trim_start_matches('+'));
    if rest.contains('~') {
        json += r#","appendMode":"side""#;
    }
    if !rest.contains('@') {
        json += r#","timestamp":"2026-05-01T10:00:00.000Z""#;
    }
    json + "}"
}
