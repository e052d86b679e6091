//! Runtime events: what the harness recorded while a run went on.
//!
//! Like a transcript, the events of a session are kept as an index without their data: a reader
//! pushes rows into a [`RuntimeLogBuilder`] and hands over an immutable [`RuntimeLog`].

mod parse;

use std::path::{Path, PathBuf};

pub use parse::{EventFault, EventHead, parse_event};

use super::diagnostic::{Diagnostic, Place, RowPos};
use super::ids::{EventIx, IdIx, IdTable, RowSpan};
use super::skipped::{Fault, Skipped};
use super::transcript::Progress;

/// The runtime events of one session, indexed in reading order, without their data.
#[derive(Debug, Clone, Default)]
pub struct RuntimeLog {
    /// The sidecar or database.
    pub path: PathBuf,
    /// Rows are numbered lines of a file (`true`) or rows by `seq` (`false`).
    pub lines: bool,
    /// The sidecar that a migration left behind and that holds the first events, where the session
    /// went on in a database; `path`, `lines` and `trailing` are then those of the database.
    pub left_behind: Option<LeftBehind>,
    /// Type names, run ids, timestamps, call ids, tool and model names.
    pub names: IdTable,
    /// The events.
    pub events: Vec<RuntimeEvent>,
    /// How many events of other sessions the sidecar holds; they are left out.
    pub foreign: u64,
    /// How many rows follow the last event: events of other sessions, and rows that were skipped.
    pub trailing: u64,
    /// The rows that were skipped, by number; only the first ones have a diagnostic of their own.
    pub skipped: Skipped,
    /// Rows that were skipped, in row order.
    pub diagnostics: Vec<Diagnostic>,
    /// How far reading got.
    pub progress: Progress,
}

/// The first part of a log whose session went on in another source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    /// The sidecar.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many of the log's events it holds.
    pub events: usize,
    /// How many of its rows were skipped.
    pub skipped: u64,
    /// As [`RuntimeLog::trailing`].
    pub trailing: u64,
}

/// What is kept of a runtime event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuntimeEvent {
    /// Where the row's JSON text lies.
    pub span: RowSpan,
    /// Physical line from 1, or `seq` from 0, as the source counts.
    pub row: u32,
    /// Type, when it is a known one.
    pub kind: EventKind,
    /// `type` as it stands.
    pub type_name: Option<IdIx>,
    /// `ts` as it stands: the merged timeline sorts by this text.
    pub ts: Option<IdIx>,
    /// `ts` in ms since the epoch, UTC.
    pub time: Option<i64>,
    /// `sourceSeq`, else `seq`; 0 without either.
    pub order: f64,
    /// `runId`.
    pub run: Option<IdIx>,
    /// `data.toolCallId`.
    pub call_id: Option<IdIx>,
    /// `data.name` of a tool event.
    pub tool: Option<IdIx>,
    /// `provider`.
    pub provider: Option<IdIx>,
    /// `modelId`.
    pub model: Option<IdIx>,
    /// How the step or run ended, where the event says so.
    pub outcome: EventOutcome,
    /// The exit code of the command that a tool ran, as a tool result holds it.
    pub exit: Option<i32>,
    /// Its data was cut when it was captured.
    pub truncated: bool,
}

/// The types of runtime events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// `session.started`
    SessionStarted,
    /// `trace.metadata`
    TraceMetadata,
    /// `context.compiled`
    ContextCompiled,
    /// `prompt.submitted`
    PromptSubmitted,
    /// `prompt.skipped`
    PromptSkipped,
    /// `tool.call`
    ToolCall,
    /// `tool.result`
    ToolResult,
    /// `tool.timeout`
    ToolTimeout,
    /// `approval.<phase>`
    Approval,
    /// `model.fallback_step`
    FallbackStep,
    /// `model.finishing`
    ModelFinishing,
    /// `model.completed`
    ModelCompleted,
    /// `trace.artifacts`
    TraceArtifacts,
    /// `session.ended`
    SessionEnded,
    /// `trace.truncated`
    TraceTruncated,
    /// Any other type; kept and shown raw.
    Other,
}

impl EventKind {
    /// Reads the `type` member of an event.
    pub fn from_type(name: &str) -> Self {
        match name {
            "session.started" => Self::SessionStarted,
            "trace.metadata" => Self::TraceMetadata,
            "context.compiled" => Self::ContextCompiled,
            "prompt.submitted" => Self::PromptSubmitted,
            "prompt.skipped" => Self::PromptSkipped,
            "tool.call" => Self::ToolCall,
            "tool.result" => Self::ToolResult,
            "tool.timeout" => Self::ToolTimeout,
            "model.fallback_step" => Self::FallbackStep,
            "model.finishing" => Self::ModelFinishing,
            "model.completed" => Self::ModelCompleted,
            "trace.artifacts" => Self::TraceArtifacts,
            "session.ended" => Self::SessionEnded,
            "trace.truncated" => Self::TraceTruncated,
            _ if name.starts_with("approval.") => Self::Approval,
            _ => Self::Other,
        }
    }

    /// Tells whether the event is about one tool call.
    pub fn is_tool(self) -> bool {
        matches!(self, Self::ToolCall | Self::ToolResult | Self::ToolTimeout | Self::Approval)
    }
}

/// How a step or run ended, as far as a runtime event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EventOutcome {
    /// The event says nothing about it.
    #[default]
    Silent,
    /// Success.
    Ok,
    /// Error: a failed tool, `promptError`, `terminalError`, status `error`, a model that failed
    /// and fell back to the next one.
    Error,
    /// `aborted`, `externalAbort`, status `interrupted`.
    Aborted,
    /// `timedOut` and its relatives.
    TimedOut,
}

impl EventOutcome {
    /// Tells whether something did not go as intended.
    pub fn is_trouble(self) -> bool {
        matches!(self, Self::Error | Self::Aborted | Self::TimedOut)
    }
}

impl RuntimeLog {
    /// The event at a position.
    pub fn event(&self, event: EventIx) -> Option<&RuntimeEvent> {
        self.events.get(event.index())
    }

    /// The source of an event, and whether its rows are lines.
    pub fn source_of(&self, event: EventIx) -> (&Path, bool) {
        match &self.left_behind {
            Some(first) if event.index() < first.events => (&first.path, true),
            _ => (&self.path, self.lines),
        }
    }

    /// The text of a name.
    pub fn text(&self, id: IdIx) -> &str {
        self.names.get(id)
    }

    /// All events with their positions, in reading order.
    pub fn iter(&self) -> impl Iterator<Item = (EventIx, &RuntimeEvent)> {
        self.events.iter().enumerate().map(|(at, event)| (EventIx::from(at), event))
    }
}

/// Which rows of a source are events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// A sidecar: OpenClaw accepts rows of the exact form only, and silently leaves out those of
    /// other sessions.
    Sidecar {
        /// The session that is read.
        session_id: String,
    },
    /// A database: OpenClaw takes every row that is JSON.
    Database,
}

/// Collects rows into a [`RuntimeLog`].
#[derive(Debug, Clone)]
pub struct RuntimeLogBuilder {
    log: RuntimeLog,
    acceptance: Acceptance,
    untold: u64,
    /// The rows of the present source that were looked at.
    seen: u64,
}

/// How many rejected rows get a diagnostic of their own; the rest are counted in one.
const REJECTED_SHOWN: u64 = 1_000;

impl RuntimeLogBuilder {
    /// Starts an empty index of the source at `path`; `lines` as in [`RuntimeLog::lines`].
    pub fn new(path: PathBuf, lines: bool, acceptance: Acceptance) -> Self {
        let log = RuntimeLog { path, lines, ..RuntimeLog::default() };
        Self { log, acceptance, untold: 0, seen: 0 }
    }

    /// Goes on with the rows of the database at `path`, which came after the sidecar of so many
    /// bytes that was read until now.
    pub fn go_on(&mut self, path: PathBuf, bytes: u64) {
        let log = &mut self.log;
        log.left_behind = Some(LeftBehind {
            path: std::mem::replace(&mut log.path, path),
            bytes,
            events: log.events.len(),
            skipped: log.skipped.total(),
            trailing: std::mem::take(&mut log.trailing),
        });
        log.lines = false;
        (self.acceptance, self.seen) = (Acceptance::Database, 0);
    }

    /// Passes over a row of the database that the sidecar has given already.
    pub fn pass_over(&mut self) {
        self.seen += 1;
    }

    /// How many events were accepted so far.
    pub fn len(&self) -> usize {
        self.log.events.len()
    }

    /// Tells whether no event was accepted yet.
    pub fn is_empty(&self) -> bool {
        self.log.events.is_empty()
    }

    /// Reads a row and adds, counts or rejects it.
    pub fn push(&mut self, text: &[u8], span: RowSpan, row: u64) {
        match parse_event(text) {
            Ok(head) => self.push_head(&head, span, row),
            Err(fault) => self.reject(row, fault),
        }
    }

    /// Adds, counts or rejects a row that was read elsewhere.
    pub fn push_head(&mut self, head: &EventHead<'_>, span: RowSpan, row: u64) {
        if let Acceptance::Sidecar { session_id } = &self.acceptance {
            if !head.conforms {
                return self.reject(row, EventFault::NotEvent);
            }
            if head.session_id.as_deref() != Some(session_id) {
                self.log.foreign += 1;
                self.log.trailing += 1;
                return;
            }
        }
        self.log.trailing = 0;
        self.seen += 1;
        let names = &mut self.log.names;
        let mut intern = |text: &Option<_>| text.as_deref().map(|text: &str| names.intern(text));
        self.log.events.push(RuntimeEvent {
            span,
            row: u32::try_from(row).unwrap_or(u32::MAX),
            kind: head.kind(),
            type_name: intern(&head.type_name),
            ts: intern(&head.ts),
            time: head.time,
            order: head.order.unwrap_or(0.0),
            run: intern(&head.run),
            call_id: intern(&head.call_id),
            tool: intern(&head.tool),
            provider: intern(&head.provider),
            model: intern(&head.model),
            outcome: head.outcome,
            exit: head.exit,
            truncated: head.truncated,
        });
    }

    /// Notes a row that is no event.
    pub fn reject(&mut self, row: u64, fault: EventFault) {
        let (fault, code, message) = match fault {
            EventFault::NotJson => (
                Fault::NotJson,
                "invalid-runtime-json",
                "Skipped a runtime event row that is not valid JSON.",
            ),
            EventFault::NotEvent => (
                Fault::NotRecord,
                "invalid-runtime-event",
                "Skipped a runtime event row that does not have the form of an event.",
            ),
            EventFault::TooDeep => (
                Fault::NotJson,
                "invalid-runtime-json",
                "Skipped a runtime event row that is nested too deeply to be read.",
            ),
        };
        self.count(row, fault);
        if self.log.skipped.total() <= REJECTED_SHOWN {
            let row = if self.log.lines { RowPos::Line(row) } else { RowPos::Seq(row) };
            let place = Place::at(&self.log.path, row);
            self.log.diagnostics.push(Diagnostic::error(code, place, message));
        } else {
            self.untold += 1;
        }
    }

    /// Notes a row that could not even be looked at, for a reason that the reader gives.
    pub fn skip(&mut self, row: u64, diagnostic: Diagnostic) {
        self.count(row, Fault::NotJson);
        self.log.diagnostics.push(diagnostic);
    }

    fn count(&mut self, row: u64, fault: Fault) {
        self.log.trailing += 1;
        self.seen += 1;
        let row = if self.log.lines { row } else { self.seen };
        self.log.skipped.add(fault, self.log.events.len(), Some(row));
    }

    /// Notes anything else that a reader met on its way.
    pub fn note(&mut self, diagnostic: Diagnostic) {
        self.log.diagnostics.push(diagnostic);
    }

    /// Builds the index of what has been read so far, without ending the reading.
    pub fn snapshot(&self, progress: Progress) -> RuntimeLog {
        self.clone().finish(progress)
    }

    /// Builds the index.
    pub fn finish(mut self, progress: Progress) -> RuntimeLog {
        if self.untold > 0 {
            self.log.diagnostics.push(Diagnostic::error(
                "invalid-runtime-rows",
                Place::whole(&self.log.path),
                format!("Skipped {} further rows that are not runtime events.", self.untold),
            ));
        }
        self.log.progress = progress;
        self.log
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: RowSpan = RowSpan { offset: 0, len: 0 };

    fn row(session: &str) -> String {
        format!(
            r#"{{"traceSchema":"openclaw-trajectory","schemaVersion":1,"source":"runtime","type":"tool.call","ts":"2026-05-01T10:00:00.000Z","seq":1,"sessionId":"{session}"}}"#
        )
    }

    #[test]
    fn a_sidecar_gives_one_session_and_names_what_it_skips() {
        let acceptance = Acceptance::Sidecar { session_id: "mine".into() };
        let mut builder = RuntimeLogBuilder::new("a.jsonl".into(), true, acceptance);
        for (at, text) in
            [&*row("mine"), &row("other"), "{\"hello\":1}", "{oops"].iter().enumerate()
        {
            builder.push(text.as_bytes(), SPAN, at as u64 + 1);
        }
        let log = builder.snapshot(Progress::default());
        assert_eq!((log.events.len(), log.foreign, log.trailing), (1, 1, 3));
        builder.push(row("mine").as_bytes(), SPAN, 5);
        assert_eq!(builder.finish(Progress::default()).trailing, 0);
        let found: Vec<_> = log.diagnostics.iter().map(|d| (d.code, d.place.row)).collect();
        let line = |line| Some(RowPos::Line(line));
        assert_eq!(found, [("invalid-runtime-event", line(3)), ("invalid-runtime-json", line(4))]);
    }

    #[test]
    fn a_database_gives_every_row_that_is_json() {
        let mut builder = RuntimeLogBuilder::new("a.sqlite".into(), false, Acceptance::Database);
        for (at, text) in ["{\"hello\":1}", "3", "{oops"].iter().enumerate() {
            builder.push(text.as_bytes(), SPAN, at as u64);
        }
        assert_eq!(builder.snapshot(Progress::default()).events.len(), 2);
        let log = builder.finish(Progress::default());
        assert_eq!(log.events[0].kind, EventKind::Other);
        assert_eq!(log.diagnostics[0].place.row, Some(RowPos::Seq(2)));
    }

    #[test]
    fn a_session_may_go_on_in_a_database() {
        let acceptance = Acceptance::Sidecar { session_id: "mine".into() };
        let mut builder = RuntimeLogBuilder::new("a.jsonl".into(), true, acceptance);
        for (at, text) in [&*row("mine"), "{oops"].iter().enumerate() {
            builder.push(text.as_bytes(), SPAN, at as u64 + 1);
        }
        builder.go_on("b.sqlite".into(), 99);
        for (at, text) in ["{}", "{oops", "{}"].iter().enumerate() {
            builder.push(text.as_bytes(), SPAN, at as u64 * 10);
        }
        let log = builder.finish(Progress::default());
        assert_eq!((log.events.len(), log.trailing, log.lines), (3, 0, false));
        let first = log.left_behind.as_ref().unwrap();
        assert_eq!((first.bytes, first.events, first.skipped, first.trailing), (99, 1, 1, 1));
        let sources = [0, 1].map(|at: usize| log.source_of(EventIx::from(at)));
        assert_eq!(sources, [(Path::new("a.jsonl"), true), (Path::new("b.sqlite"), false)]);
        let rows: Vec<_> = log.skipped.kinds().map(|(_, tally)| tally.rows.clone()).collect();
        assert_eq!(rows, [[2, 2]], "a line, then a position among the rows of the database");
        let places: Vec<_> = log.diagnostics.iter().map(|note| note.place.row).collect();
        assert_eq!(places, [Some(RowPos::Line(2)), Some(RowPos::Seq(10))]);
    }

    #[test]
    fn many_rejected_rows_are_counted_in_one_diagnostic() {
        let mut builder = RuntimeLogBuilder::new("a".into(), true, Acceptance::Database);
        for row in 0..REJECTED_SHOWN + 5 {
            builder.push(b"x", SPAN, row);
        }
        let log = builder.finish(Progress::default());
        assert_eq!(log.diagnostics.len() as u64, REJECTED_SHOWN + 1);
        assert!(log.diagnostics.last().unwrap().message.contains("5 further"));
        assert_eq!(log.skipped.total(), REJECTED_SHOWN + 5);
    }
}
