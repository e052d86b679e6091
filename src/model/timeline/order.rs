//! The order of the merged timeline.
//!
//! OpenClaw compares `ts` as text, with the collation of the process. Nearly all times are written
//! in the one fixed-width UTC form, for which this is the order of time; then numbers are sorted.
//! A single `ts` in another form makes all rows compare as text.

use std::cmp::Ordering;

use super::super::entry::EntryKind;
use super::super::ids::EventIx;
use super::super::runtime::{RuntimeEvent, RuntimeLog};
use super::super::transcript::Transcript;
use super::TimelineEvent;
use crate::js::{collate, date};

/// ms of the years 0 to 9999, which are written with four digits.
const FOUR_DIGIT_YEARS: std::ops::Range<i64> = -62_167_219_200_000..253_402_300_800_000;

/// The time that an entry without a usable one gets: 1970.
const NO_TIME: i64 = 0;

/// One event with what it is sorted by.
struct Keyed {
    time: i64,
    /// Position in its source; compared after source and time.
    order: f64,
    event: TimelineEvent,
}

/// All events of both sources in their order.
pub(super) fn merged(
    transcript: Option<&Transcript>,
    log: Option<&RuntimeLog>,
) -> Vec<TimelineEvent> {
    // Runtime events stand before transcript events and the sort is stable, so the source need not
    // be compared unless positions are.
    let mut keyed: Vec<Keyed> = log.map(runtime_events).unwrap_or_default();
    let runtime = keyed.len();
    if let Some(transcript) = transcript {
        transcript_events(transcript, &mut keyed);
    }
    let fixed_form = log.is_none_or(|log| log.events.iter().all(|event| is_fixed_form(log, event)))
        && keyed.iter().skip(runtime).all(|keyed| FOUR_DIGIT_YEARS.contains(&keyed.time));
    if fixed_form {
        keyed.sort_by(|a, b| a.time.cmp(&b.time).then_with(|| in_source(a, b)));
        return keyed.into_iter().map(|keyed| keyed.event).collect();
    }
    let mut texts: Vec<(String, Keyed)> =
        keyed.into_iter().map(|keyed| (text(log, &keyed), keyed)).collect();
    texts.sort_by(|(a, left), (b, right)| {
        collate::compare(a, b).then_with(|| in_source(left, right))
    });
    texts.into_iter().map(|(_, keyed)| keyed.event).collect()
}

fn in_source(a: &Keyed, b: &Keyed) -> Ordering {
    let source = |keyed: &Keyed| !matches!(keyed.event, TimelineEvent::Runtime(_));
    source(a).cmp(&source(b)).then_with(|| a.order.total_cmp(&b.order))
}

fn text(log: Option<&RuntimeLog>, keyed: &Keyed) -> String {
    match keyed.event {
        TimelineEvent::Runtime(at) => {
            log.and_then(|log| Some(log.text(log.event(at)?.ts?).to_owned())).unwrap_or_default()
        }
        _ => date::to_iso(keyed.time).unwrap_or_default(),
    }
}

fn runtime_events(log: &RuntimeLog) -> Vec<Keyed> {
    let keyed = |(at, event): (EventIx, &RuntimeEvent)| Keyed {
        time: event.time.unwrap_or(NO_TIME),
        // Negative and positive zero are the same number.
        order: event.order + 0.0,
        event: TimelineEvent::Runtime(at),
    };
    log.iter().map(keyed).collect()
}

/// Adds the events of the active branch; only those of a bundle count in its numbering.
fn transcript_events(transcript: &Transcript, keyed: &mut Vec<Keyed>) {
    let tables = &transcript.tables;
    let mut number = 0.0;
    for branch in &transcript.branch.entries {
        let at = branch.entry;
        let Some(entry) = tables.entry(at) else {
            continue;
        };
        if matches!(entry.kind, EntryKind::Header | EntryKind::Leaf | EntryKind::Unknown) {
            continue;
        }
        let time = entry.time().unwrap_or(NO_TIME);
        number += 1.0;
        keyed.push(Keyed { time, order: number, event: TimelineEvent::Entry(at) });
        for call in tables.calls_of(at) {
            number += f64::from(u8::from(call.exported));
            let event = TimelineEvent::Call { entry: at, block: call.block };
            keyed.push(Keyed { time, order: number, event });
        }
    }
}

/// Tells whether `ts` is the text that its time is written as.
fn is_fixed_form(log: &RuntimeLog, event: &RuntimeEvent) -> bool {
    let (Some(ts), Some(time)) = (event.ts, event.time) else {
        return false;
    };
    let ts = log.text(ts);
    ts.len() == 24
        && has_fixed_shape(ts)
        && (is_early_day(ts) || date::to_iso(time).is_some_and(|iso| iso == ts))
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`.
fn has_fixed_shape(ts: &str) -> bool {
    ts.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        19 => byte == b'.',
        23 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    })
}

/// A day that every month has, and an hour before 24: such a date does not roll over, so it is
/// what its time is written as.
fn is_early_day(ts: &str) -> bool {
    ts.get(8..10).is_some_and(|day| day <= "28") && ts.get(11..13).is_some_and(|hour| hour < "24")
}
