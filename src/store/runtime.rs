//! Runtime events: indexing a sidecar, a database's rows, or both.
//!
//! `find` looks for them. A session that a migration took over and that went on has its first events
//! in the old sidecar and the others in the database; they make one log. Must not judge events.

mod find;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::body::behind_file;
use super::cancel::Cancel;
use super::database::{Database, EventTable, EventText, Events};
use super::lines::{BlockReader, Line, OVERSIZED};
use super::transcript::{TRUNCATED, shrunk};
use super::{Error, Store};
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::model::digest::sha256;
use crate::model::ids::RowSpan;
use crate::model::runtime::{Acceptance, RuntimeLog, RuntimeLogBuilder};
use crate::model::transcript::Progress;

pub(super) use find::find;

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
    /// Rows of `trajectory_runtime_events`, and before them a sidecar that a migration left behind.
    Both {
        /// The sidecar.
        sidecar: PathBuf,
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

/// Indexes the events of a source.
pub(super) fn load(
    store: &Store,
    source: &RuntimeSource,
    session_id: &str,
    cancel: &Cancel,
) -> Result<RuntimeLog, Error> {
    let mut loading = Loading { store, cancel, known: None };
    match source {
        RuntimeSource::None { .. } => Ok(RuntimeLog {
            progress: Progress { done: true, ..Progress::default() },
            ..RuntimeLog::default()
        }),
        RuntimeSource::File { path, .. } => {
            let mut builder = of_sidecar(path, session_id);
            let progress = loading.add_file(&mut builder, path)?;
            Ok(builder.finish(progress))
        }
        RuntimeSource::Rows { database, session_id } => {
            let acceptance = Acceptance::Database;
            let mut builder = RuntimeLogBuilder::new(database.clone(), false, acceptance);
            let read = loading.add_rows(&mut builder, database, session_id)?;
            Ok(builder.finish(Progress { read, total: read, done: true }))
        }
        RuntimeSource::Both { sidecar, database, session_id } => {
            loading.known = Some(HashSet::new());
            let mut builder = of_sidecar(sidecar, session_id);
            let bytes = loading.add_file(&mut builder, sidecar)?.total;
            builder.go_on(database.clone(), bytes);
            let read = loading.add_rows(&mut builder, database, session_id)?;
            Ok(builder.finish(Progress { read, total: read, done: true }))
        }
    }
}

fn of_sidecar(path: &Path, session_id: &str) -> RuntimeLogBuilder {
    let acceptance = Acceptance::Sidecar { session_id: session_id.to_owned() };
    RuntimeLogBuilder::new(path.to_owned(), true, acceptance)
}

/// The reading of one session's events.
struct Loading<'a> {
    store: &'a Store,
    cancel: &'a Cancel,
    /// Digests of the sidecar's events, when rows of a database follow: whoever imports a sidecar
    /// may leave it where it is.
    known: Option<HashSet<String>>,
}

impl Loading<'_> {
    fn add_file(
        &mut self,
        builder: &mut RuntimeLogBuilder,
        path: &Path,
    ) -> Result<Progress, Error> {
        let file = self.store.roots().open(path)?;
        let total = file.metadata().map_err(Error::io(path))?.len();
        let mut reader = BlockReader::new(file);
        let mut read = 0;
        loop {
            let block = match reader.next(BLOCK, self.cancel) {
                Ok(Some(block)) => block,
                Ok(None) => break,
                Err(_) if self.cancel.is_stale() => return Err(Error::Cancelled),
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
                self.add_line(builder, path, line);
            }
            read = block.end;
        }
        if let Some(note) = shrunk(path, read, total) {
            builder.note(note);
        }
        Ok(Progress { read, total: total.max(read), done: true })
    }

    fn add_line(&mut self, builder: &mut RuntimeLogBuilder, path: &Path, line: Line<'_>) {
        let unfinished = line.unterminated
            && serde_json::from_slice::<serde::de::IgnoredAny>(line.text).is_err();
        if unfinished {
            let place = Place::at(path, RowPos::Line(line.number));
            let note = Diagnostic::warning("truncated-last-line", place, TRUNCATED);
            return builder.skip(line.number, note);
        }
        let len = u32::try_from(line.text.len()).unwrap_or(u32::MAX);
        builder.push(line.text, RowSpan { offset: line.offset, len }, line.number);
        if let Some(known) = &mut self.known {
            known.insert(sha256(line.text));
        }
    }

    /// Adds the rows of a database and returns their size in bytes.
    fn add_rows(
        &self,
        builder: &mut RuntimeLogBuilder,
        path: &Path,
        session_id: &str,
    ) -> Result<u64, Error> {
        self.store.roots().check(path)?;
        let mut database = Database::open(path, &self.store.scratch)?;
        database.stop_with(self.cancel)?;
        let mut read = 0;
        let Some(mut events) = Events::of(&database, EventTable::Runtime, session_id)? else {
            return Ok(read);
        };
        loop {
            if self.cancel.is_stale() {
                return Err(Error::Cancelled);
            }
            let more = events.next_page(&mut |seq, text| match text {
                EventText::Text(text) => {
                    read += text.len() as u64;
                    self.add_row(builder, seq, text);
                }
                EventText::Unreadable(why) => {
                    let place = Place::at(path, RowPos::Seq(seq));
                    let message = format!("Skipped a row: {why}.");
                    builder.skip(seq, Diagnostic::error("unreadable-row", place, message));
                }
            })?;
            if !more {
                return Ok(read);
            }
        }
    }

    /// Adds a row of a database, unless the sidecar has given it.
    fn add_row(&self, builder: &mut RuntimeLogBuilder, seq: u64, text: &[u8]) {
        let row = RowSpan { offset: seq, len: u32::try_from(text.len()).unwrap_or(u32::MAX) };
        match &self.known {
            Some(known) if known.contains(&sha256(text)) => builder.pass_over(),
            Some(_) => builder.push(text, behind_file(row), seq),
            None => builder.push(text, row, seq),
        }
    }
}

#[cfg(test)]
mod tests;
