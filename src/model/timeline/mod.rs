//! The merged timeline: runtime events and the active branch's events in one order.
//!
//! The order is that of a bundle of OpenClaw: by `ts` as text, runtime before transcript, then by
//! `sourceSeq`. The explorer shows some more call blocks than a bundle holds (`tool_use` and
//! `function_call`); they stand where their message stands. `order` sorts, this file describes.

mod cover;
mod order;

use super::entry::{Entry, EntryKind, Role};
use super::ids::{EntryIx, EventIx, RunIx};
use super::runs::Run;
use super::runtime::{EventKind, RuntimeEvent, RuntimeLog};
use super::tools::{CallStatus, ToolCalls};
use super::transcript::Transcript;
use cover::Cover;

/// All events of a session in the order in which a bundle lists them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline {
    /// The events.
    pub rows: Vec<TimelineRow>,
}

/// One event of the timeline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimelineRow {
    /// Which record it is.
    pub event: TimelineEvent,
    /// When, ms since the epoch, UTC.
    pub time: Option<i64>,
    /// Which lane it is drawn in.
    pub lane: Lane,
    /// The event reports an error, an abort or a time-out.
    pub trouble: bool,
    /// ms since the last event before it that has a time; `None` for the first, never negative.
    pub gap: Option<i64>,
    /// ms that the step took: a tool call to its result, a run to its end.
    pub duration: Option<i64>,
    /// The run that it belongs to; for transcript events the only run of that time.
    pub run: Option<RunIx>,
    /// The event opens a run.
    pub opens_run: bool,
}

/// Which record a timeline row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimelineEvent {
    /// A runtime event.
    Runtime(EventIx),
    /// An entry of the active branch.
    Entry(EntryIx),
    /// A tool call block of an entry of the active branch.
    Call {
        /// The assistant message.
        entry: EntryIx,
        /// Position in the content array, from 0.
        block: u32,
    },
}

/// The lanes of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// What goes in: users, prompts, context.
    Input,
    /// What the model does.
    Model,
    /// What tools do.
    Tools,
    /// Runs, sessions, settings.
    Session,
}

impl Timeline {
    /// Merges both sources.
    pub fn merge(
        transcript: Option<&Transcript>,
        log: Option<&RuntimeLog>,
        calls: &ToolCalls,
        runs: &[Run],
    ) -> Self {
        let sources = Sources { transcript, log, calls, runs, cover: Cover::of(runs) };
        let mut run_of = vec![None; log.map_or(0, |log| log.events.len())];
        for (at, run) in runs.iter().enumerate() {
            for event in &run.events {
                if let Some(place) = run_of.get_mut(event.index()) {
                    *place = Some(RunIx::from(at));
                }
            }
        }
        let order = order::merged(transcript, log);
        let rows = order.into_iter().filter_map(|event| sources.row(event, &run_of));
        let mut timeline = Self { rows: rows.collect() };
        timeline.measure(runs.len());
        timeline
    }

    /// Fills in what depends on the rows before.
    fn measure(&mut self, runs: usize) {
        let mut last = None;
        let mut opened = vec![false; runs];
        for row in &mut self.rows {
            row.gap = row.time.and_then(|time| Some(time.saturating_sub(last?).max(0)));
            last = row.time.or(last);
            let run = row.run.filter(|_| matches!(row.event, TimelineEvent::Runtime(_)));
            if let Some(opened) = run.and_then(|run| opened.get_mut(run.index())) {
                row.opens_run = !*opened;
                *opened = true;
            }
        }
    }

    /// The row behind the longest gap, the first of several; `None` when nothing has a gap.
    pub fn longest_gap(&self) -> Option<usize> {
        let gaps = self.rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.gap?)));
        gaps.rev().max_by_key(|(_, gap)| *gap).filter(|(_, gap)| *gap > 0).map(|(at, _)| at)
    }
}

/// Everything that a row is made from.
struct Sources<'a> {
    transcript: Option<&'a Transcript>,
    log: Option<&'a RuntimeLog>,
    calls: &'a ToolCalls,
    runs: &'a [Run],
    cover: Cover,
}

impl Sources<'_> {
    fn row(&self, event: TimelineEvent, run_of: &[Option<RunIx>]) -> Option<TimelineRow> {
        let (time, lane, trouble, run) = match event {
            TimelineEvent::Runtime(at) => {
                let event = self.log?.event(at)?;
                let run = run_of.get(at.index()).copied().flatten();
                let trouble = event.outcome.is_trouble() || self.failed_exit(event.kind, at);
                (event.time, event_lane(event.kind), trouble, run)
            }
            TimelineEvent::Entry(at) => {
                let entry = self.entry(at)?;
                (entry.time(), entry_lane(entry), entry.is_trouble(), self.run_at(entry))
            }
            TimelineEvent::Call { entry, .. } => {
                let entry = self.entry(entry)?;
                (entry.time(), Lane::Tools, false, self.run_at(entry))
            }
        };
        let duration = self.duration(event, run);
        Some(TimelineRow { event, time, lane, trouble, gap: None, duration, run, opens_run: false })
    }

    /// Tells whether an event is the result of a command that failed. Only the transcript's record
    /// of the same call is asked: an event holds the code too deep inside its data for an index.
    fn failed_exit(&self, kind: EventKind, at: EventIx) -> bool {
        let call = || self.calls.call(self.calls.recorded_by(at)?);
        kind == EventKind::ToolResult && call().is_some_and(|call| call.status == CallStatus::Exit)
    }

    fn entry(&self, entry: EntryIx) -> Option<&Entry> {
        self.transcript?.tables.entry(entry)
    }

    fn run_at(&self, entry: &Entry) -> Option<RunIx> {
        self.cover.only_run_at(entry.time()?)
    }

    fn duration(&self, event: TimelineEvent, run: Option<RunIx>) -> Option<i64> {
        let call = match event {
            TimelineEvent::Entry(_) => None,
            TimelineEvent::Call { entry, block } => self.calls.asked_in(entry, block),
            TimelineEvent::Runtime(at) => {
                let event: &RuntimeEvent = self.log?.event(at)?;
                match event.kind {
                    EventKind::SessionStarted => {
                        return self.runs.get(run?.index())?.attempt_ms(self.log?, at);
                    }
                    EventKind::ToolCall => self.calls.recorded_by(at),
                    _ => None,
                }
            }
        };
        self.calls.call(call?)?.duration_ms()
    }
}

fn event_lane(kind: EventKind) -> Lane {
    match kind {
        EventKind::ContextCompiled | EventKind::PromptSubmitted | EventKind::PromptSkipped => {
            Lane::Input
        }
        EventKind::FallbackStep | EventKind::ModelFinishing | EventKind::ModelCompleted => {
            Lane::Model
        }
        EventKind::ToolCall
        | EventKind::ToolResult
        | EventKind::ToolTimeout
        | EventKind::Approval => Lane::Tools,
        EventKind::SessionStarted
        | EventKind::TraceMetadata
        | EventKind::TraceArtifacts
        | EventKind::SessionEnded
        | EventKind::TraceTruncated
        | EventKind::Other => Lane::Session,
    }
}

fn entry_lane(entry: &Entry) -> Lane {
    match (entry.kind, entry.role) {
        (EntryKind::CustomMessage, _) | (EntryKind::Message, Role::User | Role::Custom) => {
            Lane::Input
        }
        (EntryKind::Message, Role::Assistant) => Lane::Model,
        (EntryKind::Message, Role::ToolResult | Role::BashExecution) => Lane::Tools,
        _ => Lane::Session,
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod golden_tests;
