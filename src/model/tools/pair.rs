//! Which result belongs to which call.
//!
//! First each source is paired by itself: a result answers the nearest earlier call with its id
//! that is still open, in a transcript on the result's own branch, in the runtime events within the
//! result's run. Then the calls of both sources with the same id are matched in order.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::super::entry::{Entry, EntryFlags};
use super::super::ids::{EntryIx, EventIx, IdIx};
use super::super::runtime::{EventKind, EventOutcome, RuntimeEvent, RuntimeLog};
use super::super::transcript::{CallBlock, ResultRow, Tables, Transcript};
use super::lineage::Lineage;
use super::{CallStatus, ToolCall};

/// How many calls with one id are looked at to find the one that a result answers. Only damaged or
/// hostile data have so many open ones, and without a limit they would take quadratic time.
const LOOK_BACK: usize = 4_096;

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

/// A call as the transcript tells it.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    asked: Option<CallBlock>,
    answered: Option<ResultRow>,
    /// Several branches answered the same call; this is one of the answers.
    one_of_many: bool,
    /// Not the first of these answers.
    again: bool,
    /// The record before this one with the same id.
    before: Option<usize>,
    /// What the runtime events hold of the same call.
    recorded: Option<(Option<EventIx>, Option<EventIx>)>,
}

impl Told {
    fn id(&self) -> Option<IdIx> {
        self.asked.map_or_else(|| self.answered?.call_id, |asked| asked.id)
    }
}

/// The calls of a transcript, in row order, results without a call among them.
fn in_transcript(transcript: &Transcript) -> Vec<Told> {
    let tree = &transcript.tree;
    pair_rows(&transcript.tables, |entry| tree.parent(entry))
}

fn pair_rows(tables: &Tables, parent: impl Fn(EntryIx) -> Option<EntryIx>) -> Vec<Told> {
    let mut pairing = Pairing {
        told: Vec::with_capacity(tables.calls.len()),
        latest: vec![None; tables.ids.len()],
        lineage: OnceCell::new(),
        new_lineage: || Lineage::new(tables.entries.len(), &parent),
    };
    let mut calls = tables.calls.iter().peekable();
    for result in &tables.results {
        while let Some(call) = calls.next_if(|call| call.entry < result.entry) {
            pairing.ask(*call);
        }
        pairing.answer(*result);
    }
    calls.for_each(|call| pairing.ask(*call));
    pairing.rescue_lone_results();
    pairing.told
}

struct Pairing<F> {
    told: Vec<Told>,
    /// The last record of every id.
    latest: Vec<Option<usize>>,
    /// Built when an id occurs twice.
    lineage: OnceCell<Lineage>,
    new_lineage: F,
}

impl<F: Fn() -> Lineage> Pairing<F> {
    fn add(&mut self, told: Told) {
        let place = told.id().and_then(|id| self.latest.get_mut(id.index()));
        let before = place.and_then(|latest| latest.replace(self.told.len()));
        self.told.push(Told { before, ..told });
    }

    fn ask(&mut self, call: CallBlock) {
        self.add(Told { asked: Some(call), ..Told::default() });
    }

    fn answer(&mut self, result: ResultRow) {
        let found = self.find(&result).and_then(|at| self.told.get_mut(at));
        let answered = Some(result);
        match found {
            None => self.add(Told { answered, ..Told::default() }),
            Some(call) if call.answered.is_none() => call.answered = answered,
            Some(call) => {
                call.one_of_many = true;
                let asked = call.asked;
                let (one_of_many, again) = (true, true);
                self.add(Told { asked, answered, one_of_many, again, ..Told::default() });
            }
        }
    }

    /// The nearest call above a result that no other result on the path between has answered.
    fn find(&self, result: &ResultRow) -> Option<usize> {
        let latest = self.latest.get(result.call_id?.index()).copied().flatten()?;
        let only = self.told.get(latest)?;
        if only.before.is_none() && only.asked.is_some() && only.answered.is_none() {
            return Some(latest);
        }
        let lineage = self.lineage.get_or_init(&self.new_lineage);
        let is_above = |entry| lineage.is_above(entry, result.entry);
        let mut closed = None;
        std::iter::successors(Some(latest), |at| self.told.get(*at)?.before)
            .take(LOOK_BACK)
            .filter_map(|at| Some((at, self.told.get(at)?)))
            .find(|(_, told)| {
                let Some(asked) = told.asked.filter(|asked| is_above(asked.entry)) else {
                    return false;
                };
                let block = Some((asked.entry, asked.block));
                if told.answered.is_some_and(|answer| is_above(answer.entry)) {
                    closed = block;
                }
                closed != block
            })
            .map(|(at, _)| at)
    }

    /// Pairs a result that stands before its call, as rows in an odd order do, where nothing else
    /// has the same id.
    fn rescue_lone_results(&mut self) {
        let mut rescued = Vec::new();
        for at in 0..self.told.len() {
            let Some(lone) = self.told.get(at).copied() else {
                continue;
            };
            if lone.asked.is_some() || lone.before.is_some() {
                continue;
            }
            let latest = lone.id().and_then(|id| *self.latest.get(id.index())?);
            let call = latest.and_then(|latest| self.told.get_mut(latest));
            if let Some(call) =
                call.filter(|call| call.before == Some(at) && call.answered.is_none())
            {
                call.answered = lone.answered;
                rescued.push(at);
            }
        }
        let mut at = 0;
        self.told.retain(|_| {
            at += 1;
            rescued.binary_search(&(at - 1)).is_err()
        });
    }
}

/// A call as the runtime events record it.
#[derive(Debug, Clone, Copy, Default)]
struct Recorded {
    id: Option<IdIx>,
    run: Option<IdIx>,
    asked: Option<EventIx>,
    answered: Option<EventIx>,
    /// The answer is a time-out, which a late result may still replace.
    timed_out: bool,
    matched: bool,
    before: Option<usize>,
}

impl Recorded {
    fn pair(&self) -> (Option<EventIx>, Option<EventIx>) {
        (self.asked, self.answered)
    }

    fn is_open_for(&self, event: &RuntimeEvent) -> bool {
        let same_run = self.run == event.run || self.run.is_none() || event.run.is_none();
        let open = self.answered.is_none() || self.timed_out && event.kind == EventKind::ToolResult;
        self.asked.is_some() && open && same_run
    }
}

fn in_log(log: &RuntimeLog) -> Vec<Recorded> {
    let mut records: Vec<Recorded> = Vec::new();
    let mut latest: FxHashMap<IdIx, usize> = FxHashMap::default();
    for (at, event) in log.iter() {
        let timed_out = event.kind == EventKind::ToolTimeout;
        let mut new = Recorded { id: event.call_id, run: event.run, ..Recorded::default() };
        match event.kind {
            EventKind::ToolCall => new.asked = Some(at),
            EventKind::ToolResult | EventKind::ToolTimeout => {
                let newest = event.call_id.and_then(|id| latest.get(&id).copied());
                let call = std::iter::successors(newest, |at| records.get(*at)?.before)
                    .take(LOOK_BACK)
                    .find(|at| records.get(*at).is_some_and(|call| call.is_open_for(event)));
                if let Some(call) = call.and_then(|call| records.get_mut(call)) {
                    call.answered = Some(at);
                    call.timed_out = timed_out;
                    continue;
                }
                (new.answered, new.timed_out) = (Some(at), timed_out);
            }
            _ => continue,
        }
        new.before = new.id.and_then(|id| latest.insert(id, records.len()));
        records.push(new);
    }
    records
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
