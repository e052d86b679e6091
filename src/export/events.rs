//! `events.jsonl`: built, redacted and printed one event at a time, on several threads.

use std::sync::Arc;

use crate::js::print;
use crate::js::value::Value;
use crate::model::entry::Rules;
use crate::model::finding::Finding;

use super::crew::Worker;
use super::merge::{Item, merge};
use super::messages::Messages;
use super::pieces::{self, PIECE};
use super::redaction::{Place, Redaction};
use super::repeated::Repeated;
use super::source::Source;
use super::steps::Steps;
use super::transcript_events::Part;
use super::{Error, plan, retired};

/// Where the events come from; their messages are redacted already.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub source: &'a Source,
    pub parts: &'a [Part],
    pub messages: &'a Messages,
}

/// Prints all events in order, numbered from 1, and adds what was masked in them.
pub(super) fn print_all(
    origin: Origin<'_>,
    crew: &mut [Worker],
    findings: &mut Vec<Finding>,
    steps: &mut Steps<'_>,
) -> Result<String, Error> {
    let file: Arc<str> = plan::EVENTS.into();
    let items = merge(&origin.source.runtime, origin.parts);
    let mut out = String::new();
    let work = |worker: &mut Worker, (number, items): (usize, &[Item])| {
        let Worker { redactor, repeated, .. } = worker;
        let mut redaction = Redaction::new(redactor);
        let mut text = String::new();
        for (at, item) in items.iter().enumerate() {
            let seq = (number * PIECE + at) as u64 + 1;
            let mut event = origin.build(*item, seq);
            let entry_id = event.get("entryId").and_then(Value::as_str).map(Arc::from);
            redaction.stand_at(Place { file: Some(file.clone()), event_seq: Some(seq), entry_id });
            origin.redact(*item, &mut event, repeated, &mut redaction);
            // Printing to a string cannot fail.
            let _ = print::write_compact(&mut text, &event);
            text.push('\n');
        }
        (text, redaction.finish(), items.len())
    };
    pieces::in_order(crew, items.chunks(PIECE).enumerate(), work, |(text, found, count)| {
        out.push_str(&text);
        findings.extend(found);
        steps.advance(count)
    })?;
    if out.is_empty() {
        out.push('\n');
    }
    Ok(out)
}

impl<'a> Origin<'a> {
    fn part(self, item: Item) -> Option<&'a Part> {
        match item {
            Item::Runtime(_) => None,
            Item::Transcript(at) => self.parts.get(at),
        }
    }

    /// Builds the event with a number.
    fn build(self, item: Item, seq: u64) -> Value {
        let built = match item {
            Item::Runtime(at) => self.source.runtime.event(at),
            Item::Transcript(_) => self.part(item).map(|part| part.build(self.source)),
        };
        let mut event = built.unwrap_or_default();
        if let Some(members) = event.as_object_mut() {
            members.insert("seq", seq);
        }
        event
    }

    fn redact(
        self,
        item: Item,
        event: &mut Value,
        repeated: &mut Repeated,
        redaction: &mut Redaction<'_>,
    ) {
        let part = self.part(item);
        let is_done = part.is_some_and(|part| self.messages.has(part.entry));
        if self.source.rules == Rules::Database && !is_done {
            let mut findings = Vec::new();
            retired::in_event(event, &mut findings);
            redaction.adopt(findings);
        }
        match part {
            Some(part) => {
                let arguments = part.arguments_from(self.source);
                self.messages.event_of((part, arguments), event, repeated, redaction);
            }
            None => repeated.event(event, redaction),
        }
    }
}
