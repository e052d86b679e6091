//! The order of the one list of events that a bundle has.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::js::collate;
use crate::js::text::JsString;

use super::runtime::{Head, RuntimeEvents};
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
pub(super) fn merge(runtime: &RuntimeEvents, transcript: &[Part]) -> Vec<Item> {
    let of_runtime =
        runtime.heads().iter().enumerate().map(|(at, head)| (SortKey::of(head), Item::Runtime(at)));
    let of_transcript = transcript.iter().enumerate().map(|(at, part)| {
        let key = SortKey { ts: Cow::Borrowed(&part.ts), source: 1, order: part.number as f64 };
        (key, Item::Transcript(at))
    });
    let mut items: Vec<(SortKey<'_>, Item)> = of_runtime.chain(of_transcript).collect();
    items.sort_by(|(a, _), (b, _)| a.compare(b));
    items.into_iter().map(|(_, item)| item).collect()
}

struct SortKey<'a> {
    ts: Cow<'a, str>,
    source: u8,
    order: f64,
}

impl<'a> SortKey<'a> {
    fn of(head: &'a Head) -> Self {
        let source = match &*head.source {
            "runtime" => 0,
            "transcript" => 1,
            _ => 2,
        };
        let ts = head.ts.as_ref().map(JsString::to_str_lossy).unwrap_or_default();
        Self { ts, source, order: head.order }
    }

    fn compare(&self, other: &Self) -> Ordering {
        collate::compare(&self.ts, &other.ts)
            .then(self.source.cmp(&other.source))
            .then(self.order.total_cmp(&other.order))
    }
}
