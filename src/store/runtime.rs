//! Runtime events: finding the sidecar, and indexing it or the database's rows.
//!
//! Owns the order in which places are looked at. File stores keep a sidecar beside the transcript
//! or where a pointer file says; databases keep rows, and a migration leaves the old sidecars in
//! `session-sqlite-import-archive` without taking their events over. Must not judge events.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::cancel::Cancel;
use super::confine::{Roots, is_plain_file};
use super::database::{Database, EventTable, EventText, Events};
use super::lines::{BlockReader, OVERSIZED};
use super::transcript::{TRUNCATED, shrunk};
use super::{Error, Store};
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::model::ids::RowSpan;
use crate::model::key::safe_session_id;
use crate::model::runtime::{Acceptance, RuntimeLog, RuntimeLogBuilder};
use crate::model::session::{SessionRow, TranscriptSource};
use crate::model::transcript::Progress;

/// Pointer files are tiny; OpenClaw 2026.9.6 ignores larger ones.
const POINTER_MAX: u64 = 64 << 10;

/// Bytes of a sidecar that are read at a time.
const BLOCK: usize = 1 << 20;

/// Where the runtime events of a session lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuntimeSource {
    /// There are none; the paths that were looked at.
    None {
        /// Candidates that do not exist or do not fit.
        looked_at: Vec<PathBuf>,
    },
    /// A JSONL sidecar.
    File {
        /// The sidecar.
        path: PathBuf,
        /// How it was found.
        found: FoundBy,
    },
    /// Rows of `trajectory_runtime_events`.
    Rows {
        /// The agent database.
        database: PathBuf,
        /// The session id.
        session_id: String,
    },
}

/// How a sidecar was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundBy {
    /// The pointer file beside the transcript.
    Pointer,
    /// The name beside the transcript.
    Beside,
    /// `OPENCLAW_TRAJECTORY_DIR`.
    TrajectoryDir,
    /// Among the files that a migration left behind.
    ImportArchive,
}

/// Finds the runtime events of a session.
pub(super) fn find(store: &Store, row: &SessionRow) -> RuntimeSource {
    let mut search =
        Search { store, roots: store.roots(), session_id: &row.session_id, looked_at: Vec::new() };
    let found = match &row.transcript {
        TranscriptSource::File { path, .. } | TranscriptSource::Missing { path } => {
            match database_of_cold(path) {
                Some(database) => search.in_database(&database),
                None => search.beside(path),
            }
        }
        TranscriptSource::Rows { database, .. }
        | TranscriptSource::Archive { database, .. }
        | TranscriptSource::ColdRow { database, .. } => search.in_database(database),
    };
    let found = found.or_else(|| search.in_trajectory_dir());
    found.unwrap_or(RuntimeSource::None { looked_at: search.looked_at })
}

/// The database that a cold file was moved out of, or the database itself.
fn database_of_cold(path: &Path) -> Option<PathBuf> {
    if path.extension().is_some_and(|extension| extension == "sqlite") {
        return Some(path.to_owned());
    }
    let cold = path.parent().filter(|dir| dir.file_name().is_some_and(|name| name == "cold"))?;
    let agent = cold.parent()?.parent()?;
    Some(agent.join("agent").join("openclaw-agent.sqlite"))
}

/// Looking for the runtime events of one session.
struct Search<'a> {
    store: &'a Store,
    roots: Roots,
    session_id: &'a str,
    looked_at: Vec<PathBuf>,
}

impl Search<'_> {
    /// Takes a file if it is a regular one inside the chosen state, and no link.
    fn take(&mut self, path: PathBuf, found: FoundBy) -> Option<RuntimeSource> {
        if is_plain_file(&path) && self.roots.hold(&path) {
            return Some(RuntimeSource::File { path, found });
        }
        if !self.looked_at.contains(&path) {
            self.looked_at.push(path);
        }
        None
    }

    /// Looks beside a transcript file, whatever archive suffix it has.
    fn beside(&mut self, transcript: &Path) -> Option<RuntimeSource> {
        let dir = transcript.parent().unwrap_or(Path::new(""));
        let name = transcript.file_name()?.to_string_lossy();
        let (stem, archived) = name.rsplit_once(".jsonl").unwrap_or((&name, ""));
        let sidecar = format!("{stem}.trajectory.jsonl");
        if archived.starts_with(".imported-") {
            return self.imported(dir, &sidecar);
        }
        let pointer = dir.join(format!("{stem}.trajectory-path.json"));
        self.pointer(&pointer, dir, &sidecar)
            .or_else(|| self.take(dir.join(&sidecar), FoundBy::Beside))
            .or_else(|| {
                let archived = (!archived.is_empty()).then(|| format!("{sidecar}{archived}"));
                archived.and_then(|name| self.take(dir.join(name), FoundBy::Beside))
            })
    }

    /// Follows a pointer file to a sidecar inside the chosen state.
    fn pointer(&mut self, pointer: &Path, dir: &Path, sidecar: &str) -> Option<RuntimeSource> {
        if !is_plain_file(pointer) {
            return None;
        }
        let text = self.roots.read(pointer, POINTER_MAX).ok()?;
        let value: Value = serde_json::from_slice(&text).ok()?;
        if value.get("sessionId")?.as_str()? != self.session_id {
            return None;
        }
        let target = Path::new(value.get("runtimeFile")?.as_str()?);
        let name = target.file_name()?.to_str()?;
        if name != sidecar && name != format!("{}.jsonl", safe_session_id(self.session_id)) {
            return None;
        }
        // The path may be one of another machine: then the file of that name is here, if anywhere.
        let exact = target.is_absolute().then(|| target.to_owned());
        let below_agents = self.below_agents(target);
        let candidates = exact.into_iter().chain(below_agents).chain([dir.join(name)]);
        for candidate in candidates.collect::<Vec<_>>() {
            let found = self.take(candidate, FoundBy::Pointer);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The place in the chosen state of a path like `…/agents/<id>/sessions/<name>`.
    fn below_agents(&self, path: &Path) -> Option<PathBuf> {
        let parts: Vec<_> = path.components().collect();
        let at = parts.iter().rposition(|part| part.as_os_str() == "agents")?;
        Some(self.store.location.state_dir.join(parts.get(at..)?.iter().collect::<PathBuf>()))
    }

    /// Looks into a database, then for what a migration left of the session.
    fn in_database(&mut self, database: &Path) -> Option<RuntimeSource> {
        let session_id = self.session_id.to_owned();
        if self.roots.check(database).is_ok()
            && let Ok(open) = Database::open(database, &self.store.scratch)
            && open.has_events(EventTable::Runtime, &session_id)
        {
            return Some(RuntimeSource::Rows { database: database.to_owned(), session_id });
        }
        self.looked_at.push(database.to_owned());
        let agent = database.parent()?.parent()?;
        let sidecar = format!("{session_id}.trajectory.jsonl");
        self.imported(&agent.join("session-sqlite-import-archive"), &sidecar)
            .or_else(|| self.take(agent.join("sessions").join(&sidecar), FoundBy::Beside))
    }

    /// Looks for the newest `…<sidecar>.imported-<ms>` that is of the session.
    fn imported(&mut self, dir: &Path, sidecar: &str) -> Option<RuntimeSource> {
        let mut found: Vec<(u64, PathBuf)> = fs::read_dir(dir)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let (name, stamp) = name.rsplit_once(".imported-")?;
                let whole = name == sidecar
                    || name.strip_suffix(sidecar).is_some_and(|prefix| prefix.ends_with('.'));
                Some((stamp.parse().ok()?, entry.path())).filter(|_| whole)
            })
            .collect();
        found.sort();
        for (_, path) in found.into_iter().rev() {
            if self.is_of_session(&path)
                && let Some(found) = self.take(path, FoundBy::ImportArchive)
            {
                return Some(found);
            }
        }
        self.looked_at.push(dir.to_owned());
        None
    }

    /// Tells whether the first event of a sidecar names the session.
    fn is_of_session(&self, path: &Path) -> bool {
        let Ok(file) = self.roots.open(path) else {
            return false;
        };
        let Ok(Some(block)) = BlockReader::new(file).next(BLOCK, &Cancel::never()) else {
            return false;
        };
        let named = block.lines().find_map(|line| {
            let value: Value = serde_json::from_slice(line.text).ok()?;
            Some(value.get("sessionId")?.as_str()? == self.session_id)
        });
        named.unwrap_or(false)
    }

    /// Looks into `OPENCLAW_TRAJECTORY_DIR`.
    fn in_trajectory_dir(&mut self) -> Option<RuntimeSource> {
        let dir = self.store.location.trajectory_dir.clone()?;
        let name = format!("{}.jsonl", safe_session_id(self.session_id));
        self.take(dir.join(name), FoundBy::TrajectoryDir)
    }
}

/// Indexes the events of a source.
pub(super) fn load(
    store: &Store,
    source: &RuntimeSource,
    session_id: &str,
    cancel: &Cancel,
) -> Result<RuntimeLog, Error> {
    match source {
        RuntimeSource::None { .. } => Ok(RuntimeLog {
            progress: Progress { done: true, ..Progress::default() },
            ..RuntimeLog::default()
        }),
        RuntimeSource::File { path, .. } => load_file(store, path, session_id, cancel),
        RuntimeSource::Rows { database, session_id } => {
            store.roots().check(database)?;
            let mut database = Database::open(database, &store.scratch)?;
            database.stop_with(cancel)?;
            load_rows(&database, session_id, cancel)
        }
    }
}

fn load_file(
    store: &Store,
    path: &Path,
    session_id: &str,
    cancel: &Cancel,
) -> Result<RuntimeLog, Error> {
    let file = store.roots().open(path)?;
    let total = file.metadata().map_err(Error::io(path))?.len();
    let acceptance = Acceptance::Sidecar { session_id: session_id.to_owned() };
    let mut builder = RuntimeLogBuilder::new(path.to_owned(), true, acceptance);
    let mut reader = BlockReader::new(file);
    let mut read = 0;
    loop {
        let block = match reader.next(BLOCK, cancel) {
            Ok(Some(block)) => block,
            Ok(None) => break,
            Err(_) if cancel.is_stale() => return Err(Error::Cancelled),
            Err(error) if read == 0 => return Err(Error::io(path)(error)),
            Err(error) => {
                let message = format!("Reading stopped after {read} bytes: {error}.");
                builder.note(Diagnostic::error("read-failed", Place::whole(path), message));
                break;
            }
        };
        if block.oversized {
            let place = Place::at(path, RowPos::Line(block.first_line()));
            let note = Diagnostic::error("oversized-line", place, OVERSIZED);
            builder.skip(block.first_line(), note);
        }
        for line in block.lines() {
            let unfinished = line.unterminated
                && serde_json::from_slice::<serde::de::IgnoredAny>(line.text).is_err();
            if unfinished {
                let place = Place::at(path, RowPos::Line(line.number));
                let note = Diagnostic::warning("truncated-last-line", place, TRUNCATED);
                builder.skip(line.number, note);
                continue;
            }
            let len = u32::try_from(line.text.len()).unwrap_or(u32::MAX);
            builder.push(line.text, RowSpan { offset: line.offset, len }, line.number);
        }
        read = block.end;
    }
    if let Some(note) = shrunk(path, read, total) {
        builder.note(note);
    }
    Ok(builder.finish(Progress { read, total: total.max(read), done: true }))
}

fn load_rows(database: &Database, session_id: &str, cancel: &Cancel) -> Result<RuntimeLog, Error> {
    let path = &database.path;
    let mut builder = RuntimeLogBuilder::new(path.clone(), false, Acceptance::Database);
    let mut read = 0;
    if let Some(mut events) = Events::of(database, EventTable::Runtime, session_id)? {
        loop {
            if cancel.is_stale() {
                return Err(Error::Cancelled);
            }
            let more = events.next_page(&mut |seq, text| match text {
                EventText::Text(text) => {
                    let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
                    builder.push(text, RowSpan { offset: seq, len }, seq);
                    read += text.len() as u64;
                }
                EventText::Unreadable(why) => {
                    let place = Place::at(path, RowPos::Seq(seq));
                    let message = format!("Skipped a row: {why}.");
                    builder.skip(seq, Diagnostic::error("unreadable-row", place, message));
                }
            })?;
            if !more {
                break;
            }
        }
    }
    Ok(builder.finish(Progress { read, total: read, done: true }))
}

#[cfg(test)]
mod tests;
