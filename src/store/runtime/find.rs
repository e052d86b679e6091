//! Finding the runtime events of a session.
//!
//! Owns the order in which places are looked at. File stores keep a sidecar beside the transcript
//! or where a pointer file says; databases keep rows, and a migration leaves the old sidecars in
//! `session-sqlite-import-archive`, or under another name where they were, without taking their
//! events over. Reads no more of a candidate than it takes to see whose it is.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{BLOCK, FoundBy, RuntimeSource};
use crate::model::key::safe_session_id;
use crate::model::runtime::parse_event;
use crate::model::session::{SessionRow, TranscriptSource};
use crate::store::Store;
use crate::store::cancel::Cancel;
use crate::store::confine::{Roots, is_plain_file};
use crate::store::database::{Database, EventTable};
use crate::store::lines::BlockReader;

/// Most bytes of a pointer file that are read. They are tiny; OpenClaw 2026.7.1 would read one of
/// any size, and no file should fill the memory.
const POINTER_MAX: u64 = 16 << 20;

/// Finds the runtime events of a session.
pub(in crate::store) fn find(store: &Store, row: &SessionRow) -> RuntimeSource {
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
        self.pointer(&pointer, transcript)
            .or_else(|| self.take(dir.join(&sidecar), FoundBy::Beside))
            .or_else(|| {
                let archived = (!archived.is_empty()).then(|| format!("{sidecar}{archived}"));
                archived.and_then(|name| self.take(dir.join(name), FoundBy::Beside))
            })
    }

    /// Follows a pointer file to a sidecar inside the chosen state.
    ///
    /// Of the names that OpenClaw 2026.7.1 follows, that of the sidecar beside the transcript counts
    /// at that place only, and needs no pointer there. The other is also what transcripts are called,
    /// so a file of that name that lies among them has to hold events.
    fn pointer(&mut self, pointer: &Path, transcript: &Path) -> Option<RuntimeSource> {
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
        if name != format!("{}.jsonl", safe_session_id(self.session_id)) {
            return None;
        }
        let beside = transcript.with_file_name(name);
        let is_apart = !is_same(target.parent(), beside.parent());
        if target.is_absolute()
            && is_apart
            && let Some(found) = self.take(target.to_owned(), FoundBy::Pointer)
        {
            return Some(found);
        }
        // The path may be one of another machine: then the file of that name is here, if anywhere.
        let mut guesses: Vec<PathBuf> = self.below_agents(target).into_iter().collect();
        guesses.push(beside);
        guesses.retain(|path| !is_same(Some(path), Some(transcript)));
        guesses.into_iter().find_map(|path| self.take_own(path, FoundBy::Pointer))
    }

    /// The place in the chosen state of a path like `…/agents/<id>/sessions/<name>`.
    fn below_agents(&self, path: &Path) -> Option<PathBuf> {
        let parts: Vec<_> = path.components().collect();
        let at = parts.iter().rposition(|part| part.as_os_str() == "agents")?;
        Some(self.store.location.state_dir.join(parts.get(at..)?.iter().collect::<PathBuf>()))
    }

    /// Looks into a database, and for what a migration left of the session.
    fn in_database(&mut self, database: &Path) -> Option<RuntimeSource> {
        let session_id = self.session_id.to_owned();
        let has_rows = self.roots.check(database).is_ok()
            && Database::open(database, &self.store.scratch)
                .is_ok_and(|open| open.has_events(EventTable::Runtime, &session_id));
        if !has_rows {
            self.looked_at.push(database.to_owned());
            return self.left_behind(database);
        }
        let database_path = database.to_owned();
        Some(match self.left_behind(database) {
            Some(RuntimeSource::File { path, .. }) if self.is_of_session(&path) => {
                RuntimeSource::Both { sidecar: path, database: database_path, session_id }
            }
            _ => RuntimeSource::Rows { database: database_path, session_id },
        })
    }

    /// Looks for the sidecar of a session that is in a database now: archived, then where it was,
    /// under its own name or another.
    fn left_behind(&mut self, database: &Path) -> Option<RuntimeSource> {
        let agent = database.parent()?.parent()?;
        let sessions = agent.join("sessions");
        let sidecar = format!("{}.trajectory.jsonl", self.session_id);
        self.imported(&agent.join("session-sqlite-import-archive"), &sidecar)
            .or_else(|| self.take(sessions.join(&sidecar), FoundBy::Beside))
            .or_else(|| self.migrated(&sessions, &sidecar))
    }

    /// Looks for the newest `…<sidecar>.imported-<ms>` that is of the session.
    fn imported(&mut self, dir: &Path, sidecar: &str) -> Option<RuntimeSource> {
        let found = self.newest(dir, |name| {
            let (name, stamp) = name.rsplit_once(".imported-")?;
            let whole = name == sidecar
                || name.strip_suffix(sidecar).is_some_and(|prefix| prefix.ends_with('.'));
            stamp.parse().ok().filter(|_| whole)
        });
        if found.is_none() {
            self.looked_at.push(dir.to_owned());
        }
        found
    }

    /// Looks for the last of `<sidecar>.migrated`, `<sidecar>.migrated.<n>` that is of the session.
    fn migrated(&mut self, dir: &Path, sidecar: &str) -> Option<RuntimeSource> {
        self.newest(dir, |name| match name.strip_prefix(sidecar)?.strip_prefix(".migrated")? {
            "" => Some(0),
            number => number.strip_prefix('.')?.parse().ok(),
        })
    }

    /// Takes the file of a directory with the greatest number that is of the session.
    fn newest(
        &mut self,
        dir: &Path,
        number: impl Fn(&str) -> Option<u64>,
    ) -> Option<RuntimeSource> {
        let numbered = |entry: fs::DirEntry| {
            let number = number(entry.file_name().to_str()?)?;
            Some((number, entry.path()))
        };
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        let mut found: Vec<(u64, PathBuf)> = entries.filter_map(numbered).collect();
        found.sort();
        found.into_iter().rev().find_map(|(_, path)| self.take_own(path, FoundBy::ImportArchive))
    }

    /// Takes a file that nobody has named, if it holds something of the session.
    fn take_own(&mut self, path: PathBuf, found: FoundBy) -> Option<RuntimeSource> {
        if is_plain_file(&path) && !self.is_of_session(&path) {
            return None;
        }
        self.take(path, found)
    }

    /// Tells whether any event of a sidecar names the session; OpenClaw passes over damaged ones and
    /// those of others without a word.
    fn is_of_session(&self, path: &Path) -> bool {
        let Ok(file) = self.roots.open(path) else {
            return false;
        };
        let mut reader = BlockReader::new(file);
        let is_own = |text: &[u8]| {
            parse_event(text).is_ok_and(|head| head.session_id.as_deref() == Some(self.session_id))
        };
        while let Ok(Some(block)) = reader.next(BLOCK, &Cancel::never()) {
            if block.lines().any(|line| is_own(line.text)) {
                return true;
            }
        }
        false
    }

    /// Looks into `OPENCLAW_TRAJECTORY_DIR`.
    fn in_trajectory_dir(&mut self) -> Option<RuntimeSource> {
        let dir = self.store.location.trajectory_dir.clone()?;
        let name = format!("{}.jsonl", safe_session_id(self.session_id));
        self.take(dir.join(name), FoundBy::TrajectoryDir)
    }
}

/// Tells whether two paths lead to one file or directory.
fn is_same(one: Option<&Path>, other: Option<&Path>) -> bool {
    let real = |path: Option<&Path>| fs::canonicalize(path?).ok();
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}
