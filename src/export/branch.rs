//! `session-branch.json`: header, leaf and the entries of the branch.

use std::sync::Arc;

use crate::js::print;
use crate::js::value::{Object, Value};
use crate::model::bundle::MediaType;

use super::Error;
use super::crew::Worker;
use super::messages::{self, Messages, Shared};
use super::pieces::{self, PIECE};
use super::plan::{Draft, pretty};
use super::redaction::{Place, Redaction};
use super::source::Source;
use super::steps::Steps;

/// The file of the branch.
const BRANCH: &str = "session-branch.json";

/// What stands between two entries.
const BETWEEN: &str = ",\n    ";

/// Redacts the messages of all entries in their places.
pub(super) fn redact_messages(
    source: &mut Source,
    crew: &mut [Worker],
    steps: &mut Steps<'_>,
) -> Result<Messages, Error> {
    let rules = source.rules;
    let mut findings: Vec<Shared> = Vec::with_capacity(source.entries.len());
    let work = |worker: &mut Worker, entries: &mut [Value]| -> Vec<Shared> {
        let redaction = Redaction::new(&worker.redactor);
        let shared = worker.shares_messages;
        let redact = |entry| messages::redact(entry, rules, &redaction);
        entries.iter_mut().map(|entry| if shared { redact(entry) } else { None }).collect()
    };
    pieces::in_order(crew, source.entries.chunks_mut(PIECE), work, |piece| {
        let count = piece.len();
        findings.extend(piece);
        steps.advance(count)
    })?;
    Ok(Messages::new(findings))
}

/// Prints the document; header and entries are taken out of the source, and each entry is dropped
/// when it is printed.
pub(super) fn print(
    source: &mut Source,
    messages: Messages,
    crew: &mut [Worker],
    redaction: &mut Redaction<'_>,
    steps: &mut Steps<'_>,
) -> Result<Draft, Error> {
    let frame = frame(source, redaction);
    let media = MediaType::Json;
    let entries = std::mem::take(&mut source.entries);
    if entries.is_empty() {
        return Ok(Draft { name: BRANCH, media, text: frame, entries: Vec::new() });
    }
    let mut text = opened(frame);
    let rules = source.rules;
    let file: Arc<str> = BRANCH.into();
    let work = |worker: &mut Worker, entries: Vec<(usize, (Value, Shared))>| {
        let mut redaction = Redaction::new(&worker.redactor);
        let (mut text, mut spans) = (String::new(), Vec::with_capacity(entries.len()));
        for (at, (mut entry, shared)) in entries {
            let entry_id = entry.get("id").and_then(Value::as_str).map(Arc::from);
            redaction.stand_at(Place { file: Some(file.clone()), event_seq: None, entry_id });
            messages::redact_entry(at, &mut entry, shared, rules, &mut redaction);
            let from = text.len();
            print_entry(&mut text, &entry);
            spans.push(from..text.len());
            text.push_str(BETWEEN);
        }
        (text, spans, redaction.finish())
    };
    let entries = entries.into_iter().zip(messages.into_findings()).enumerate();
    let mut spans = Vec::with_capacity(entries.len());
    pieces::in_order(crew, pieces::cut(entries), work, |(piece, inside, found)| {
        let (from, count) = (text.len(), inside.len());
        spans.extend(inside.into_iter().map(|span| from + span.start..from + span.end));
        text.push_str(&piece);
        redaction.take_over(found);
        steps.advance(count)
    })?;
    // Behind the last entry the list and the document end.
    text.truncate(text.len() - BETWEEN.len());
    text.push_str("\n  ]\n}\n");
    Ok(Draft { name: BRANCH, media, text, entries: spans })
}

/// The document without its entries, up to where the first one stands: the list is its last member.
pub(super) fn opened(mut frame: String) -> String {
    frame.truncate(frame.trim_end_matches(['\n', '}', ']']).len());
    frame.push_str("\n    ");
    frame
}

/// The same as a whole document, from its text up to the first entry.
pub(super) fn closed(opened: &str) -> String {
    format!("{opened}]}}")
}

/// An entry as it stands in the document.
pub(super) fn printed(entry: &Value) -> String {
    let mut text = String::new();
    print_entry(&mut text, entry);
    text
}

fn print_entry(text: &mut String, entry: &Value) {
    // Printing to a string cannot fail.
    let _ = print::write_pretty_at(text, entry, 2);
}

/// The document without its entries.
fn frame(source: &mut Source, redaction: &mut Redaction<'_>) -> String {
    redaction.stand_at(Place { file: Some(BRANCH.into()), ..Place::default() });
    let mut out = Object::new();
    out.insert("header", std::mem::take(&mut source.header));
    out.insert("leafId", source.leaf.as_deref().map(Value::from));
    out.insert("entries", Value::Array(Vec::new()));
    let mut frame = Value::Object(out);
    redaction.value(&mut frame);
    pretty(&frame)
}
