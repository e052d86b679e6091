//! The order of the one list of events that a bundle has.

use std::cmp::Ordering;

use crate::js::collate;
use crate::js::value::Value;

use super::transcript_events::Part;

/// An event of the merged list, by its position among those of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Runtime(usize),
    Transcript(usize),
}

/// Merges runtime and transcript events.
///
/// The order is that of OpenClaw's exporter: `ts` as text in the order of `localeCompare`, then
/// runtime before transcript, then `sourceSeq` (else `seq`); equal events keep their order, runtime
/// events first.
pub(super) fn merge(runtime: &[Value], transcript: &[Part]) -> Vec<Item> {
    let of_runtime =
        runtime.iter().enumerate().map(|(at, event)| (SortKey::of(event), Item::Runtime(at)));
    let of_transcript = transcript.iter().enumerate().map(|(at, part)| {
        let key = SortKey { ts: part.ts.clone(), source: 1, order: part.number as f64 };
        (key, Item::Transcript(at))
    });
    let mut items: Vec<(SortKey, Item)> = of_runtime.chain(of_transcript).collect();
    items.sort_by(|(a, _), (b, _)| a.compare(b));
    items.into_iter().map(|(_, item)| item).collect()
}

struct SortKey {
    ts: String,
    source: u8,
    order: f64,
}

impl SortKey {
    fn of(event: &Value) -> Self {
        let ts = event.get("ts").and_then(Value::as_js_string);
        let source = match event.get("source").and_then(Value::as_str) {
            Some("runtime") => 0,
            Some("transcript") => 1,
            _ => 2,
        };
        let order = event.get("sourceSeq").filter(|value| !value.is_null());
        let order = order.or_else(|| event.get("seq")).and_then(Value::as_f64).unwrap_or(0.0);
        Self { ts: ts.map(|ts| ts.to_str_lossy().into_owned()).unwrap_or_default(), source, order }
    }

    fn compare(&self, other: &Self) -> Ordering {
        collate::compare(&self.ts, &other.ts)
            .then(self.source.cmp(&other.source))
            .then(self.order.total_cmp(&other.order))
    }
}
