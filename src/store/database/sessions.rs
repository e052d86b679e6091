//! The sessions that an agent database holds, from its index tables alone.
//!
//! Owns the rows for current sessions, earlier windows of a key, archived generations, cold
//! sessions and transcripts that no window names. Must not read transcripts: what they alone tell
//! stays not loaded.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::index::{Archive, Cold, Index, Node, Window};
use super::open::Database;
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::fact::Fact;
use crate::model::key::{AgentId, SessionKey, SessionKind};
use crate::model::session::{Provenance, RunState, SessionRow, TitleFrom, TranscriptSource};
use crate::store::Error;
use crate::store::cancel::Cancel;
use crate::store::catalogue::entry::{IndexEntry, row_from_entry};
use crate::store::confine::Roots;
use crate::store::scratch::Scratch;

/// How often a database that changes while it is read as a file is read again.
const ATTEMPTS: usize = 3;

/// What the listing of a database takes besides its path.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Access<'a> {
    /// What may be opened.
    pub(in crate::store) roots: &'a Roots,
    /// Where private copies lie.
    pub(in crate::store) scratch: &'a Scratch,
    /// The request that the list is for.
    pub(in crate::store) cancel: &'a Cancel,
}

/// Lists the sessions of an agent database, in no particular order.
///
/// # Errors
///
/// [`Error::NotFound`], [`Error::Io`] and [`Error::Database`] when it cannot be opened or read;
/// [`Error::NotAStore`] when it is no database or has none of the session tables;
/// [`Error::Cancelled`].
pub(in crate::store) fn sessions(
    database: &Path,
    agent: &AgentId,
    access: Access<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<SessionRow>, Error> {
    let mut attempt = 1;
    loop {
        let mut database = Database::open(database, access.scratch)?;
        database.stop_with(access.cancel)?;
        let index = Index::read(&database);
        if !database.is_current() && attempt < ATTEMPTS {
            attempt += 1;
            continue;
        }
        diagnostics.extend(database.note());
        let roots = access.roots;
        let mut list = List { database: &database, roots, agent, rows: Vec::new(), diagnostics };
        list.fill(index?);
        return Ok(list.rows);
    }
}

/// The rows in the making.
struct List<'a> {
    database: &'a Database,
    roots: &'a Roots,
    agent: &'a AgentId,
    rows: Vec<SessionRow>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl List<'_> {
    fn fill(&mut self, mut index: Index) {
        if index.odd_rows > 0 {
            let message = format!(
                "Left out {} rows of transcripts whose session id is no text.",
                index.odd_rows
            );
            self.warn("unreadable-row", message);
        }
        let mut listed = FxHashSet::default();
        for node in std::mem::take(&mut index.nodes) {
            listed.extend(self.current(node, &index));
        }
        let archived: FxHashSet<&str> =
            index.archives.iter().map(|archive| archive.session_id.as_str()).collect();
        for (id, window) in &index.windows {
            let empty = !index.stored.contains_key(id) && !index.cold.contains_key(id);
            // What an empty window held is in its archive, which gets a row of its own.
            let moved = empty && archived.contains(id.as_str());
            if !moved && !listed.contains(id) {
                self.earlier(id, window, &index);
            }
        }
        for archive in &index.archives {
            self.archive(archive, index.windows.get(&archive.session_id));
        }
        let unnamed = index.cold.keys().chain(index.stored.keys());
        let unnamed: FxHashSet<&String> = unnamed
            .filter(|id| !listed.contains(*id) && !index.windows.contains_key(*id))
            .collect();
        for id in unnamed {
            let row = self.row(id, Provenance::Unindexed, None);
            self.add(row, id, &index);
        }
    }

    /// The current session of a key; gives its id.
    fn current(&mut self, mut node: Node, index: &Index) -> Option<String> {
        let entry = node.entry.take();
        let said = entry.as_ref().and_then(IndexEntry::session_id);
        let Some(id) = node.session_id.as_deref().or(said).map(str::to_owned) else {
            self.warn("unreadable-entry", "Skipped a session whose entry names no session id.");
            return None;
        };
        // OpenClaw 2026.9.6 reads an entry only when it says the same as its row.
        let agrees = said == Some(id.as_str())
            && entry.as_ref().is_some_and(|entry| {
                entry
                    .updated_at()
                    .is_some_and(|at| node.updated.is_none_or(|updated| at == updated))
            });
        let mut row = if let Some(entry) = entry.filter(|_| agrees) {
            let (rows, live) = (self.rows_of(&id), Provenance::Live);
            row_from_entry(self.agent, &node.key, &entry, rows, Fact::NotLoaded, live)
        } else {
            let message = format!(
                "The entry of session {id} cannot be read or contradicts its row; it is listed by the row."
            );
            self.warn("unreadable-entry", message);
            self.row(&id, Provenance::Live, Some(&node.key))
        };
        fill_from_node(&mut row, &node);
        if let Some(window) = index.windows.get(&id) {
            fill_from_window(&mut row, window);
        }
        self.add(row, &id, index);
        Some(id)
    }

    /// A window of a key that points elsewhere by now.
    fn earlier(&mut self, id: &str, window: &Window, index: &Index) {
        let mut row = self.row(id, Provenance::Earlier, window.key.as_deref());
        fill_from_window(&mut row, window);
        row.listed.push(("sessionId", Value::from(id)));
        for (name, value) in [("previousSessionId", &window.previous), ("reason", &window.reason)] {
            row.listed.extend(value.as_deref().map(|value| (name, Value::from(value))));
        }
        self.add(row, id, index);
    }

    /// A generation that a reset or deletion archived.
    fn archive(&mut self, archive: &Archive, window: Option<&Window>) {
        let provenance = match archive.reason.as_deref() {
            Some("deleted") => Provenance::Deleted,
            _ => Provenance::Reset,
        };
        let mut row = self.row(&archive.session_id, provenance, archive.key.as_deref());
        fill(&mut row.updated, archive.created);
        if let Some(window) = window {
            fill_from_window(&mut row, window);
        }
        row.size = size(archive.bytes);
        row.transcript = TranscriptSource::Archive {
            database: self.database.path.clone(),
            session_id: archive.session_id.clone(),
            generation: archive.generation.clone(),
        };
        self.rows.push(row);
    }

    /// Adds a row, with what the tables tell about its transcript.
    fn add(&mut self, mut row: SessionRow, id: &str, index: &Index) {
        if let Some(cold) = index.cold.get(id) {
            self.set_cold(&mut row, id, cold);
        }
        let last = index.stored.get(id).copied();
        if last.is_none() && !index.cold.contains_key(id) {
            row.transcript = TranscriptSource::Missing { path: self.database.path.clone() };
        }
        row.messages = match (index.counts.get(id), last) {
            // The table counts the active branch. All rows after the header are on it only if
            // there are as many as the greatest number says.
            (Some(counts), Some(last)) if counts.indexed_seq == last && counts.events == last => {
                u64::try_from(counts.messages).map_or(Fact::NotLoaded, Fact::Recorded)
            }
            _ => Fact::NotLoaded,
        };
        self.rows.push(row);
    }

    fn set_cold(&self, row: &mut SessionRow, id: &str, cold: &Cold) {
        row.provenance = Provenance::Cold;
        row.size = size(cold.bytes);
        if row.updated.value().is_none() {
            row.updated = Fact::from_option(cold.archived);
        }
        let database = self.database.path.clone();
        row.transcript = if cold.in_database {
            TranscriptSource::ColdRow { database, session_id: id.to_owned() }
        } else {
            self.cold_file(&cold.name)
        };
    }

    /// Where a cold file lies: in the agent's `sessions/cold`, or near a database that was copied
    /// alone.
    fn cold_file(&self, name: &str) -> TranscriptSource {
        let database = &self.database.path;
        let plain = Path::new(name).file_name().is_some_and(|file| file == name);
        let dir = database.parent();
        let homes = [
            dir.and_then(Path::parent).map(|agent| agent.join("sessions").join("cold")),
            dir.map(|dir| dir.join("sessions").join("cold")),
            dir.map(|dir| dir.join("cold")),
        ];
        let mut paths = homes.into_iter().flatten().filter(|_| plain).map(|home| home.join(name));
        let first = paths.next().unwrap_or_else(|| database.clone());
        let is_there = |path: &PathBuf| plain && path.is_file() && self.roots.hold(path);
        match std::iter::once(first.clone()).chain(paths).find(is_there) {
            Some(path) => {
                let zstd = path.extension().is_some_and(|extension| extension == "zst");
                TranscriptSource::File { path, zstd }
            }
            None => TranscriptSource::Missing { path: first },
        }
    }

    /// A row of which only key and id are known.
    fn row(&self, id: &str, provenance: Provenance, key: Option<&str>) -> SessionRow {
        let mut row = SessionRow::bare(self.agent, id, self.rows_of(id), provenance);
        if let Some(key) = key.map(SessionKey::new) {
            let parts = key.parts();
            row.kind = parts.kind;
            row.channel = Fact::from_option(parts.channel.map(str::to_owned));
            row.key = Some(key);
        }
        row
    }

    fn rows_of(&self, id: &str) -> TranscriptSource {
        TranscriptSource::Rows { database: self.database.path.clone(), session_id: id.to_owned() }
    }

    fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        let place = Place::whole(&self.database.path);
        self.diagnostics.push(Diagnostic::warning(code, place, message));
    }
}

/// Adds what the columns of a node tell beyond its entry.
fn fill_from_node(row: &mut SessionRow, node: &Node) {
    fill_title(row, node.label.as_ref(), TitleFrom::Label);
    fill_title(row, node.display_name.as_ref(), TitleFrom::DisplayName);
    fill(&mut row.updated, node.updated);
    fill(&mut row.created, node.created);
    fill(&mut row.state, state(node.status.as_deref()));
    if let Some(source) = &node.forked_from {
        row.forked = true;
        row.parent_key = Some(SessionKey::new(source));
    }
    let parent = node.parent.as_ref().or(node.spawned_by.as_ref());
    row.parent_key = row.parent_key.take().or(parent.map(SessionKey::new));
}

/// Adds what a window tells beyond entry and node.
fn fill_from_window(row: &mut SessionRow, window: &Window) {
    fill_title(row, window.display_name.as_ref(), TitleFrom::DisplayName);
    fill(&mut row.updated, window.updated);
    fill(&mut row.created, window.started.or(window.created));
    fill(&mut row.model, window.model.clone());
    fill(&mut row.channel, window.channel.clone());
    fill(&mut row.state, state(window.status.as_deref()));
    let parent = window.parent.as_ref().or(window.spawned_by.as_ref());
    row.parent_key = row.parent_key.take().or(parent.map(SessionKey::new));
    // A key that names nobody in particular may belong to a group all the same.
    row.kind = match (row.kind, window.chat_type.as_deref()) {
        (SessionKind::Direct | SessionKind::Unknown, Some("group")) => SessionKind::Group,
        (SessionKind::Direct | SessionKind::Unknown, Some("channel")) => SessionKind::Channel,
        (SessionKind::Unknown, Some("direct")) => SessionKind::Direct,
        (kind, _) => kind,
    };
}

/// Fills a gap when there is a value for it.
fn fill<T>(fact: &mut Fact<T>, value: Option<T>) {
    if let Some(value) = value.filter(|_| fact.value().is_none()) {
        *fact = Fact::Recorded(value);
    }
}

fn fill_title(row: &mut SessionRow, title: Option<&String>, from: TitleFrom) {
    let title = title.filter(|title| row.title.value().is_none() && !title.trim().is_empty());
    if let Some(title) = title {
        row.title = Fact::Recorded(title.clone());
        row.title_from = from;
    }
}

fn state(status: Option<&str>) -> Option<RunState> {
    status.and_then(RunState::from_status)
}

fn size(bytes: Option<i64>) -> Fact<u64> {
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).map_or(Fact::NotLoaded, Fact::Recorded)
}
