//! Which result belongs to which call.
//!
//! First each source is paired by itself (see `told` and `recorded`); then the calls of both with
//! the same id are matched in order.

use rustc_hash::FxHashMap;

use super::super::entry::{Entry, EntryFlags};
use super::super::ids::{EntryIx, EventIx, IdIx};
use super::super::runtime::{EventOutcome, RuntimeEvent, RuntimeLog};
use super::super::transcript::{Tables, Transcript};
use super::recorded::{Recorded, in_log};
use super::told::{Told, in_transcript};
use super::{CallStatus, ToolCall};

/// How many calls with one id are looked at to find the one that a result answers. Only damaged or
/// hostile data have so many open ones, and without a limit they would take quadratic time.
pub(super) const LOOK_BACK: usize = 4_096;

/// All calls of a session, in the order in which they were made.
pub(super) fn calls(transcript: Option<&Transcript>, log: Option<&RuntimeLog>) -> Vec<ToolCall> {
    let mut told = transcript.map(in_transcript).unwrap_or_default();
    let mut recorded = log.map(in_log).unwrap_or_default();
    if let (Some(transcript), Some(log)) = (transcript, log) {
        match_sources(&mut told, &mut recorded, transcript, log);
    }
    let whole = Whole { transcript, log };
    let told = told.iter().map(|told| whole.call(told, told.recorded));
    let alone = recorded.iter().filter(|recorded| !recorded.matched);
    let alone = alone.map(|recorded| whole.call(&Told::default(), Some(recorded.pair())));
    in_order(told.chain(alone).collect())
}

/// Sorts by time; a call without one stays behind the call before it.
fn in_order(calls: Vec<ToolCall>) -> Vec<ToolCall> {
    let mut last = i64::MIN;
    let mut keyed: Vec<_> = calls
        .into_iter()
        .map(|call| {
            last = call.started.or(call.ended).unwrap_or(last);
            (last, call)
        })
        .collect();
    keyed.sort_by_key(|(time, _)| *time);
    keyed.into_iter().map(|(_, call)| call).collect()
}

/// Ties the calls of both sources together, by id and order.
fn match_sources(
    told: &mut [Told],
    recorded: &mut [Recorded],
    transcript: &Transcript,
    log: &RuntimeLog,
) {
    let mut ids: FxHashMap<IdIx, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
    for (at, record) in recorded.iter().enumerate() {
        if let Some(id) = record.id.and_then(|id| transcript.tables.ids.find(log.text(id))) {
            ids.entry(id).or_default().1.push(at);
        }
    }
    for (at, call) in told.iter().enumerate().filter(|(_, call)| !call.again) {
        if let Some((calls, _)) = call.id().and_then(|id| ids.get_mut(&id)) {
            calls.push(at);
        }
    }
    for (calls, records) in ids.values() {
        let told_at = |at: usize| told.get(at).and_then(|told| time_told(told, &transcript.tables));
        let recorded_at =
            |at: usize| recorded.get(at).and_then(|record| time_recorded(record, log));
        let first: Vec<_> = calls.iter().map(|at| told_at(*at)).collect();
        let second: Vec<_> = records.iter().map(|at| recorded_at(*at)).collect();
        for (call, record) in partners(&first, &second) {
            let (call, record) = (calls.get(call), records.get(record));
            let call = call.and_then(|call| told.get_mut(*call));
            let record = record.and_then(|record| recorded.get_mut(*record));
            if let (Some(call), Some(record)) = (call, record) {
                call.recorded = Some(record.pair());
                record.matched = true;
            }
        }
    }
}

/// Which of two lists of times belong together, as positions in both, in order.
///
/// Lists of the same length belong together one by one. Of the longer one some have no partner:
/// old runtime events are dropped, capture is switched off for a while, a transcript lags behind;
/// then those belong together that are nearest in time. Without times the ends do.
fn partners(first: &[Option<i64>], second: &[Option<i64>]) -> Vec<(usize, usize)> {
    if first.len() > second.len() {
        return partners(second, first).into_iter().map(|(a, b)| (b, a)).collect();
    }
    let slack = second.len() - first.len();
    let distance = |a: usize, b: usize| {
        let time = |list: &[Option<i64>], at| list.get(at).copied().flatten();
        Some(time(first, a)?.abs_diff(time(second, b)?))
    };
    let timed = first.iter().chain(second).all(Option::is_some);
    let mut next = 0;
    let mut found = Vec::with_capacity(first.len());
    for at in 0..first.len() {
        // Enough of the longer list must be left for the rest of the shorter one.
        let last = at + slack;
        let mut best = if timed { next } else { last };
        while best < last && distance(at, best + 1) <= distance(at, best) {
            best += 1;
        }
        found.push((at, best));
        next = best + 1;
    }
    found
}

fn time_told(told: &Told, tables: &Tables) -> Option<i64> {
    let entry = told.asked.map_or_else(|| Some(told.answered?.entry), |asked| Some(asked.entry))?;
    tables.entry(entry)?.time()
}

fn time_recorded(recorded: &Recorded, log: &RuntimeLog) -> Option<i64> {
    log.event(recorded.asked.or(recorded.answered)?)?.time
}

/// Both sources, to look up what a finished call needs.
#[derive(Clone, Copy)]
struct Whole<'a> {
    transcript: Option<&'a Transcript>,
    log: Option<&'a RuntimeLog>,
}

impl Whole<'_> {
    fn call(self, told: &Told, recorded: Option<(Option<EventIx>, Option<EventIx>)>) -> ToolCall {
        let (asked_event, answered_event) = recorded.unwrap_or_default();
        let (asked, answered) = (told.asked, told.answered.map(|answer| answer.entry));
        let (call, result) = (self.event(asked_event), self.event(answered_event));
        let row = answered.and_then(|entry| self.entry(entry));
        let message = asked.and_then(|asked| self.entry(asked.entry));
        ToolCall {
            id: self.id(told, call.or(result)).into(),
            name: self.name(told, call.or(result)).into(),
            asked: asked.map(|asked| (asked.entry, asked.block)),
            asked_event,
            answered,
            answered_event,
            started: call.and_then(|call| call.time).or_else(|| message?.time()),
            ended: result.and_then(|result| result.time).or_else(|| row?.time()),
            status: status(asked.is_some() || call.is_some(), row, result),
            exit: told.answered.and_then(|answered| answered.exit).or_else(|| result?.exit),
            result_bytes: row
                .map(|row| row.span.len)
                .or(result.map(|result| result.span.len))
                .unwrap_or(0),
            active: self.is_active(told),
        }
    }

    fn entry(&self, entry: EntryIx) -> Option<&Entry> {
        self.transcript?.tables.entry(entry)
    }

    fn event(&self, event: Option<EventIx>) -> Option<&RuntimeEvent> {
        self.log?.event(event?)
    }

    fn id(&self, told: &Told, event: Option<&RuntimeEvent>) -> &str {
        self.text(told.id(), event.and_then(|event| event.call_id))
    }

    fn name(&self, told: &Told, event: Option<&RuntimeEvent>) -> &str {
        let asked = told.asked.and_then(|asked| asked.name);
        let name = asked.or_else(|| told.answered?.name);
        self.text(name, event.and_then(|event| event.tool))
    }

    /// A text of the transcript, else one of the log, else nothing.
    fn text(&self, told: Option<IdIx>, recorded: Option<IdIx>) -> &str {
        let told = told.and_then(|id| Some(self.transcript?.tables.text(id)));
        told.or_else(|| Some(self.log?.text(recorded?))).unwrap_or("")
    }

    fn is_active(&self, told: &Told) -> bool {
        let Some(transcript) = self.transcript else {
            return true;
        };
        let on_branch = |entry| transcript.branch.contains(entry);
        let answer = told.answered.is_none_or(|answer| on_branch(answer.entry));
        match told.asked {
            Some(asked) => on_branch(asked.entry) && (answer || !told.one_of_many),
            None => answer,
        }
    }
}

fn status(asked: bool, row: Option<&Entry>, result: Option<&RuntimeEvent>) -> CallStatus {
    let failed = row.is_some_and(|row| row.flags.has(EntryFlags::ERROR));
    let outcome = result.map(|result| result.outcome);
    if !asked {
        CallStatus::NoCall
    } else if row.is_none() && result.is_none() {
        CallStatus::NoResult
    } else if outcome == Some(EventOutcome::TimedOut) {
        CallStatus::TimedOut
    } else if failed || outcome.is_some_and(EventOutcome::is_trouble) {
        CallStatus::Error
    } else if row.is_some_and(|row| row.flags.has(EntryFlags::FAILED_EXIT))
        || result.is_some_and(|result| result.exit.is_some_and(|code| code != 0))
    {
        CallStatus::Exit
    } else {
        CallStatus::Ok
    }
}

#[cfg(test)]
#[path = "pair_tests.rs"]
mod tests;
