//! Runtime events, kept as the text that they were read from.
//!
//! There may be 200,000 of them; parsed, they take five times the memory of their text. So only
//! what the order and the documents ask of every event is kept beside the text, and an event is
//! parsed when its turn has come.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::js::parse;
use crate::js::text::JsString;
use crate::js::value::{Object, Value};

/// Parts of strings that speak of directories of the machine that wrote them.
const PLACES: [&str; 6] = ["/home/", "/Users/", "\\Users\\", "/root/", "/agents/", "\\agents\\"];

/// Most strings that are kept for the directories in them.
const MOST_PLACES: usize = 4096;

/// The accepted runtime events of a session in reading order.
#[derive(Debug, Clone, Default)]
pub struct RuntimeEvents {
    text: Vec<u8>,
    heads: Vec<Head>,
    places: HashSet<(String, JsString)>,
}

/// What is asked of every event.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// Where the event's text lies.
    range: Range<usize>,
    /// `type`, when it is a text.
    pub kind: Arc<str>,
    /// `runId`, unless it is null.
    pub run: Option<Arc<Value>>,
    /// `ts`, when it is a string.
    pub ts: Option<JsString>,
    /// `source`, when it is a text.
    pub source: Arc<str>,
    /// `sourceSeq`, else `seq`, else 0.
    pub order: f64,
}

impl RuntimeEvents {
    /// Adds an event by its JSON text, of which nothing else is kept; a text that is not JSON
    /// counts as null.
    pub fn push(&mut self, text: &[u8]) {
        let event = parsed(text);
        let range = self.text.len()..self.text.len() + text.len();
        self.text.extend_from_slice(text);
        let head = Head::of(&event, range, self.heads.last());
        self.heads.push(head);
        self.note_places("", &event);
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// The strings in which the events name directories, each once, under their names.
    pub fn places(&self) -> Value {
        let mut places: Vec<_> = self.places.iter().collect();
        places.sort_unstable();
        let named = |(name, text): &(String, JsString)| {
            Value::from(Object::from_iter([(name.as_str(), text.clone())]))
        };
        places.into_iter().map(named).collect()
    }

    pub(super) fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The event at a position.
    pub(super) fn event(&self, at: usize) -> Option<Value> {
        let range = self.heads.get(at)?.range.clone();
        Some(parsed(self.text.get(range)?))
    }

    /// `data` of the last event of a type among those at some positions; an event without `data`
    /// counts as none, and no earlier one takes its place.
    pub(super) fn data_of_last(
        &self,
        at: impl IntoIterator<Item = usize, IntoIter: DoubleEndedIterator>,
        kind: &str,
    ) -> Option<Value> {
        let is_kind = |at: &usize| self.heads.get(*at).is_some_and(|head| &*head.kind == kind);
        let mut event = self.event(at.into_iter().rfind(is_kind)?)?;
        event.as_object_mut()?.remove("data")
    }

    fn note_places(&mut self, name: &str, value: &Value) {
        match value {
            Value::String(text) => {
                // A short look spares most strings the long one: every place has one of these.
                let named = matches!(name, "cwd" | "workspaceDir");
                if !named && memchr::memchr2(b'/', b'\\', text.as_bytes()).is_none() {
                    return;
                }
                let plain = text.to_str_lossy();
                let speaks = named || PLACES.iter().any(|part| plain.contains(part));
                if speaks && self.places.len() < MOST_PLACES {
                    self.places.insert((name.to_owned(), text.clone()));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.note_places(name, item)),
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| {
                    self.note_places(&name.to_str_lossy(), value);
                });
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

impl Head {
    /// Reads a head; what is equal in the event before is shared with it.
    fn of(event: &Value, range: Range<usize>, before: Option<&Self>) -> Self {
        let text = |member: &str, before: Option<&Arc<str>>| {
            let text = event.get(member).and_then(Value::as_str).unwrap_or_default();
            before.filter(|before| &***before == text).cloned().unwrap_or_else(|| text.into())
        };
        let run = event.get("runId").filter(|run| !run.is_null());
        let shared = before.and_then(|before| before.run.as_ref());
        let order = event.get("sourceSeq").filter(|value| !value.is_null());
        let order = order.or_else(|| event.get("seq")).and_then(Value::as_f64);
        Self {
            range,
            kind: text("type", before.map(|before| &before.kind)),
            run: run.map(|run| {
                shared
                    .filter(|before| &***before == run)
                    .cloned()
                    .unwrap_or_else(|| run.clone().into())
            }),
            ts: event.get("ts").and_then(Value::as_js_string).cloned(),
            source: text("source", before.map(|before| &before.source)),
            order: order.unwrap_or(0.0),
        }
    }

    /// The size of the event's text in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.range.len()
    }
}

fn parsed(text: &[u8]) -> Value {
    parse::parse_lossy(text).unwrap_or_default().without_proto()
}
