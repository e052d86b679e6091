//! `events.jsonl`: built, redacted and printed one event at a time.

use std::sync::Arc;

use crate::js::print;
use crate::js::value::Value;
use crate::model::entry::Rules;

use super::merge::{Item, merge};
use super::messages::Messages;
use super::redaction::{Place, Redaction};
use super::retired;
use super::source::Source;
use super::transcript_events::Part;
use super::{Error, plan};

/// Prints all events in order, numbered from 1. Messages are redacted in the source.
pub(super) fn print_all(
    source: &mut Source,
    parts: &[Part],
    messages: &mut Messages,
    redaction: &mut Redaction<'_>,
    keep_going: plan::KeepGoing<'_>,
) -> Result<String, Error> {
    let file: Arc<str> = plan::EVENTS.into();
    let mut out = String::new();
    for (at, item) in merge(&source.runtime, parts).into_iter().enumerate() {
        plan::look_around(at, keep_going)?;
        let seq = at as u64 + 1;
        let part = match item {
            Item::Runtime(_) => None,
            Item::Transcript(at) => parts.get(at),
        };
        if let Some(part) = part {
            messages.redact(source, part.entry, redaction);
        }
        let built = match item {
            Item::Runtime(at) => source.runtime.event(at),
            Item::Transcript(_) => part.map(|part| part.build(source)),
        };
        let mut event = built.unwrap_or_default();
        if let Some(members) = event.as_object_mut() {
            members.insert("seq", seq);
        }
        let entry_id = event.get("entryId").and_then(Value::as_str).map(Arc::from);
        redaction.stand_at(Place { file: Some(file.clone()), event_seq: Some(seq), entry_id });
        if source.rules == Rules::Database && !part.is_some_and(|part| messages.has(part.entry)) {
            let mut findings = Vec::new();
            retired::in_event(&mut event, &mut findings);
            redaction.adopt(findings);
        }
        match part {
            Some(part) => messages.event_of(part, &mut event, redaction),
            None => messages.event(&mut event, redaction),
        }
        // Printing to a string cannot fail.
        let _ = print::write_compact(&mut out, &event);
        out.push('\n');
    }
    if out.is_empty() {
        out.push('\n');
    }
    Ok(out)
}
