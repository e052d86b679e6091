//! Everything that a bundle is made from, read from a session's sources.
//!
//! Sizes are checked on the index, before bodies are read. One bad row never ends the reading: it
//! becomes a warning of the bundle.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use crate::export::{
    RuntimeEvents, RuntimeFrom, Source, SourceDatabase, Warning, WarningCode, WarningSource, limits,
};
use crate::js::value::Value;
use crate::model::ids::{EntryIx, RowSpan};
use crate::model::nav::{Branch, BranchProblem};
use crate::model::runtime::RuntimeLog;
use crate::model::session::{SessionRow, TranscriptSource};
use crate::model::skipped::{Fault, Tally};
use crate::model::transcript::Transcript;
use crate::redact::paths::Seen;
use crate::store::Store;
use crate::store::cancel::Cancel;
use crate::store::runtime::RuntimeSource;

use super::Error;
use super::branch::{self, Records};

/// Reads a session, with the branch that ends at the entry `leaf` or the active one, and notes the
/// directories that it speaks of.
///
/// `session_key` is the key as it was typed; `workspace` must be absolute.
///
/// # Errors
///
/// [`Error::TranscriptMissing`], [`Error::EntryNotFound`], [`Error::Export`] for a session that is
/// too large, or a source that cannot be read.
pub(super) fn read(
    store: &Store,
    row: &SessionRow,
    session_key: &str,
    workspace: &Path,
    leaf: Option<&str>,
    cancel: &Cancel,
) -> Result<(Source, Seen), Error> {
    if let TranscriptSource::Missing { path } = &row.transcript {
        return Err(Error::TranscriptMissing { path: path.display().to_string() });
    }
    // The two sources have nothing to do with each other, and both may be large.
    let (session, runtime) = thread::scope(|scope| {
        let runtime = scope.spawn(|| Runtime::read(store, row, cancel));
        let session = Session::read(store, row, leaf, cancel);
        (session, runtime.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let Session { transcript, chosen, header, entries, unknown_types, mut seen } = session?;
    let Runtime { found, from: runtime_from, log, events } = runtime?;
    let rules = transcript.origin.rules;
    let mut warnings = session_warnings(&transcript, &chosen);
    warnings.extend(runtime_warnings(&log));
    let database = row.transcript.is_database();
    seen.note(&events.places());
    let source = Source {
        rules,
        session_id: row.session_id.clone(),
        session_key: session_key.to_owned(),
        workspace_dir: workspace.display().to_string(),
        header,
        leaf: chosen.leaf.map(|leaf| transcript.tables.text(leaf).to_owned()),
        entries_elsewhere: elsewhere(&transcript, &chosen),
        unknown_types,
        entries,
        runtime: events,
        cut_at_capture: log.events.iter().filter(|event| event.truncated).count() as u64,
        runtime_from,
        warnings,
        session_file: match &row.transcript {
            TranscriptSource::File { path, .. } => path.display().to_string(),
            _ => session_key.to_owned(),
        },
        runtime_file: match &found {
            RuntimeSource::File { path: sidecar, .. } | RuntimeSource::Both { sidecar, .. } => {
                Some(sidecar.display().to_string())
            }
            RuntimeSource::Rows { .. } | RuntimeSource::None { .. } => None,
        },
        database: database.then(|| SourceDatabase { agent_id: row.agent.to_string() }),
    };
    Ok((source, seen))
}

/// The transcript's part of a source.
struct Session {
    transcript: Transcript,
    chosen: Branch,
    header: Value,
    entries: Vec<Value>,
    /// Rows of unknown types, by the name of the type.
    unknown_types: BTreeMap<String, u64>,
    /// The directories that header and entries speak of.
    seen: Seen,
}

impl Session {
    fn read(
        store: &Store,
        row: &SessionRow,
        leaf: Option<&str>,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let transcript = store.transcript(&row.transcript, cancel, &mut |_| {})?;
        limits::check_transcript(transcript.origin.rules, stored_bytes(&transcript))?;
        let chosen = branch::chosen(&transcript, leaf)?;
        let mut bodies = store.bodies(&row.transcript)?;
        let Records { header, entries } = Records::read(&mut bodies, &transcript, &chosen)?;
        let unknown_types = branch::unknown_types(&mut bodies, &transcript)?;
        // The runtime events take longer to read; looking for directories meanwhile costs no time.
        let mut seen = Seen::default();
        std::iter::once(&header).chain(&entries).for_each(|value| seen.note(value));
        Ok(Self { transcript, chosen, header, entries, unknown_types, seen })
    }
}

/// The runtime events' part of a source.
struct Runtime {
    found: RuntimeSource,
    from: RuntimeFrom,
    log: RuntimeLog,
    events: RuntimeEvents,
}

impl Runtime {
    fn read(store: &Store, row: &SessionRow, cancel: &Cancel) -> Result<Self, Error> {
        let found = store.find_runtime(row);
        let log = store.runtime(&found, &row.session_id, cancel)?;
        let from = match found {
            RuntimeSource::Rows { .. } | RuntimeSource::Both { .. } => RuntimeFrom::Rows,
            RuntimeSource::File { .. } | RuntimeSource::None { .. } => RuntimeFrom::File,
        };
        if let Some(first) = &log.left_behind {
            let counted = first.events as u64 + first.trailing.min(1);
            limits::check_runtime(RuntimeFrom::File, first.bytes, counted)?;
        }
        limits::check_runtime(from, runtime_bytes(&log), counted_events(from, &log))?;
        let events = runtime_events(store, &found, &log)?;
        Ok(Self { found, from, log, events })
    }
}

/// The size that a transcript's limit speaks of.
fn stored_bytes(transcript: &Transcript) -> u64 {
    if transcript.origin.lines {
        return transcript.progress.total;
    }
    let rows = transcript.tables.entries.len() as u64 + transcript.skipped.total();
    transcript.progress.read + rows.saturating_sub(1)
}

fn runtime_bytes(log: &RuntimeLog) -> u64 {
    if log.lines {
        return log.progress.total;
    }
    log.progress.read + rows_of(log).saturating_sub(1)
}

/// The number of events that their limit speaks of.
///
/// Of a file OpenClaw 2026.7.1 refuses the first line behind as many events as the limit allows,
/// whatever that line holds; of a database 2026.9.6 counts the rows.
fn counted_events(from: RuntimeFrom, log: &RuntimeLog) -> u64 {
    match from {
        RuntimeFrom::File => log.events.len() as u64 + log.trailing.min(1),
        RuntimeFrom::Rows => rows_of(log),
    }
}

/// How many rows the source of the last runtime events has, those included that are no events.
fn rows_of(log: &RuntimeLog) -> u64 {
    let before = log.left_behind.as_ref().map_or(0, |first| first.events as u64 + first.skipped);
    (log.events.len() as u64 + log.skipped.total()).saturating_sub(before)
}

/// Entries that the branch leaves out.
fn elsewhere(transcript: &Transcript, chosen: &Branch) -> u64 {
    let rules = transcript.origin.rules;
    let rows = transcript.tables.entries.iter().enumerate();
    let left_out = rows.filter(|(at, entry)| {
        entry.kind.is_canonical(rules) && !chosen.contains(EntryIx::from(*at))
    });
    left_out.count() as u64
}

fn runtime_events(
    store: &Store,
    found: &RuntimeSource,
    log: &RuntimeLog,
) -> Result<RuntimeEvents, Error> {
    let mut events = RuntimeEvents::default();
    let Some(mut bodies) = store.runtime_bodies(found)? else { return Ok(events) };
    let spans: Vec<RowSpan> = log.events.iter().map(|event| event.span).collect();
    bodies.each(&spans, &mut |_, text| events.push(text))?;
    Ok(events)
}

/// Skipped rows, then what is wrong with the branch from leaf to root.
fn session_warnings(transcript: &Transcript, chosen: &Branch) -> Vec<Warning> {
    let source = WarningSource::Session;
    let skipped = transcript.skipped.kinds().map(|(fault, rows)| {
        let code = match fault {
            Fault::NotJson => WarningCode::InvalidSessionJson,
            Fault::NotRecord => WarningCode::InvalidSessionRow,
        };
        Warning { source, code, rows: rows.clone() }
    });
    let problems = chosen.problems.iter().map(|problem| {
        let (code, entry) = match problem {
            BranchProblem::Cyclic(entry) => (WarningCode::CyclicBranch, entry),
            BranchProblem::Incomplete(entry) => (WarningCode::IncompleteBranch, entry),
        };
        let rows = Tally { count: 1, rows: vec![row_number(transcript, *entry)] };
        Warning { source, code, rows }
    });
    skipped.chain(problems).collect()
}

/// The line of an entry; in a database its position among the rows of the session, from 1:
/// OpenClaw counts so.
fn row_number(transcript: &Transcript, entry: EntryIx) -> u64 {
    if transcript.origin.lines {
        return transcript.tables.entry(entry).map_or(0, |entry| u64::from(entry.row));
    }
    entry.index() as u64 + transcript.skipped.before(entry.index()) + 1
}

fn runtime_warnings(log: &RuntimeLog) -> impl Iterator<Item = Warning> {
    log.skipped.kinds().map(|(fault, rows)| {
        let code = match fault {
            Fault::NotJson => WarningCode::InvalidRuntimeJson,
            Fault::NotRecord => WarningCode::InvalidRuntimeEvent,
        };
        Warning { source: WarningSource::Runtime, code, rows: rows.clone() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::runtime::{Acceptance, RuntimeLogBuilder};

    #[test]
    fn any_line_behind_the_last_event_of_a_file_counts() {
        let event = r#"{"traceSchema":"openclaw-trajectory","schemaVersion":1,"source":"runtime","type":"x","ts":"2026-05-01T10:00:00.000Z","seq":1,"sessionId":"s"}"#;
        let counted = |rows: &[&str]| {
            let acceptance = Acceptance::Sidecar { session_id: "s".to_owned() };
            let mut builder = RuntimeLogBuilder::new("a.jsonl".into(), true, acceptance);
            for (at, row) in rows.iter().enumerate() {
                builder.push(row.as_bytes(), RowSpan { offset: 0, len: 0 }, at as u64 + 1);
            }
            let log = builder.finish(crate::model::transcript::Progress::default());
            (counted_events(RuntimeFrom::File, &log), counted_events(RuntimeFrom::Rows, &log))
        };
        assert_eq!(counted(&["{oops", event, event]), (2, 3));
        assert_eq!(counted(&[event, event, "{oops", "{oops"]), (3, 4));
    }
}
