//! Putting the catalogue together: each agent's databases, then its index, then its files.
//!
//! What an earlier source has given is claimed, so that a later one does not give it again:
//!
//! ```text
//!  database ──▶ session ids, archived generations, cold files ─┐
//!  index    ──▶ transcripts that it names                      ├─▶ claims ──▶ files that are left
//!  files    ──▶ unindexed, archived, checkpoints, cold …  ◀────┘
//! ```

mod files;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::claims::Claims;
use super::entry::{self, IndexEntry};
use super::folder::{FileInfo, Folder};
use super::sources::{self, AgentSource};
use super::{Catalogue, SourceInfo, SourceKind, index, resolve};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::fact::Fact;
use crate::model::key::{AgentId, SessionKey};
use crate::model::session::{Provenance, SessionRow, TranscriptSource};
use crate::store::Error;
use crate::store::cancel::Cancel;
use crate::store::confine::Roots;
use crate::store::cron::CronJobs;
use crate::store::database::{self, Access};
use crate::store::location::{Location, Scope};
use crate::store::scratch::Scratch;

/// Lists the sessions of a location; `progress` sees the catalogue grow after each source.
pub(in crate::store) fn gather(
    location: &Location,
    scratch: &Scratch,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&Catalogue),
) -> Catalogue {
    let mut catalogue =
        Catalogue { diagnostics: location.diagnostics.clone(), ..Catalogue::default() };
    let roots = Roots::of(location);
    let (agents, sources) = sources::of_location(location, &roots, &mut catalogue.diagnostics);
    catalogue.agents = agents;
    let mut cron = CronJobs::read(&location.state_dir, &roots, &mut catalogue.diagnostics);
    let access = Access { roots: &roots, scratch, cancel };
    for source in &sources {
        let claims = Claims::default();
        let mut step = AgentStep { location, access, source, catalogue: &mut catalogue, claims };
        step.databases(&mut cron, progress);
        if cancel.is_stale() {
            break;
        }
        step.files(&mut cron);
        catalogue.sort();
        progress(&catalogue);
    }
    if let Scope::Transcript(path) = &location.scope {
        only(&mut catalogue, path, location);
    }
    catalogue
}

/// Keeps the row of one transcript, making one when its directory's listing has none.
fn only(catalogue: &mut Catalogue, path: &Path, location: &Location) {
    catalogue.rows.retain(
        |row| matches!(&row.transcript, TranscriptSource::File { path: own, .. } if own == path),
    );
    catalogue.rows.truncate(1);
    for row in &mut catalogue.rows {
        if row.provenance == Provenance::Unindexed {
            row.provenance = Provenance::File;
        }
    }
    if catalogue.rows.is_empty() {
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let agent =
            catalogue.agents.first().cloned().unwrap_or_else(|| location.agent_of(Path::new("")));
        let zstd = path.extension().is_some_and(|extension| extension == "zst");
        let source = TranscriptSource::File { path: path.to_owned(), zstd };
        let mut row = SessionRow::bare(&agent, stem, source, Provenance::File);
        row.size = path.metadata().map_or(Fact::NotLoaded, |meta| Fact::Recorded(meta.len()));
        catalogue.rows.push(row);
    }
    catalogue.sources = vec![SourceInfo {
        agent: location.agent_of(Path::new("")),
        path: path.to_owned(),
        kind: SourceKind::Files,
        sessions: 1,
    }];
    if let Some(row) = catalogue.rows.first() {
        catalogue.agents = vec![row.agent.clone()];
        if let Some(source) = catalogue.sources.first_mut() {
            source.agent = row.agent.clone();
        }
    }
}

/// One agent on its way into the catalogue.
struct AgentStep<'a> {
    location: &'a Location,
    access: Access<'a>,
    source: &'a AgentSource,
    catalogue: &'a mut Catalogue,
    claims: Claims,
}

impl AgentStep<'_> {
    fn databases(&mut self, cron: &mut CronJobs, progress: &mut dyn FnMut(&Catalogue)) {
        for path in &self.source.databases {
            let diagnostics = &mut self.catalogue.diagnostics;
            if self.access.cancel.is_stale() {
                return;
            }
            if !self.access.roots.admit(path, diagnostics) {
                continue;
            }
            let mut rows = match database::sessions(
                path,
                &self.source.agent,
                self.access,
                diagnostics,
            ) {
                Ok(rows) => rows,
                Err(Error::Cancelled) => return,
                Err(error) => {
                    let message = format!(
                        "The agent database cannot be read, its sessions are missing here: {error}"
                    );
                    self.catalogue.diagnostics.push(Diagnostic::error(
                        "database-unreadable",
                        Place::whole(path),
                        message,
                    ));
                    Vec::new()
                }
            };
            for row in &mut rows {
                self.claims.note(row);
                row.agent = self.agent_of(row.key.as_ref());
                cron.complete(row);
            }
            self.finish(path, SourceKind::Database, rows);
            self.catalogue.sort();
            progress(self.catalogue);
        }
    }

    /// The agent of a row: the directory's, except in a store that agents share.
    fn agent_of(&self, key: Option<&SessionKey>) -> AgentId {
        let named = key.filter(|_| self.source.shared).and_then(|key| key.parts().agent);
        named.unwrap_or_else(|| self.source.agent.clone())
    }

    fn finish(&mut self, path: &Path, kind: SourceKind, rows: Vec<SessionRow>) {
        let agent = self.source.agent.clone();
        self.catalogue.sources.push(SourceInfo {
            agent,
            path: path.to_owned(),
            kind,
            sessions: rows.len(),
        });
        for row in &rows {
            if !self.catalogue.agents.contains(&row.agent) {
                self.catalogue.agents.push(row.agent.clone());
            }
        }
        self.catalogue.rows.extend(rows);
    }

    fn files(&mut self, cron: &mut CronJobs) {
        let Some(dir) = &self.source.transcripts else {
            return;
        };
        self.claims.wanting = self.wanting();
        let mut others: Vec<PathBuf> = self.source.imported.iter().cloned().collect();
        if let Some(folder) = self.folder(dir) {
            self.index(&folder, cron);
            self.left_in(&folder, cron);
            others.insert(0, dir.join("cold"));
        }
        for dir in others.into_iter().filter(|dir| dir.is_dir() || dir.is_symlink()) {
            if let Some(folder) = self.folder(&dir) {
                self.left_in(&folder, cron);
            }
        }
    }

    /// Reads a directory, unless it is a link that leads outside.
    fn folder(&mut self, dir: &Path) -> Option<Folder> {
        let (roots, diagnostics) = (self.access.roots, &mut self.catalogue.diagnostics);
        roots.admit(dir, diagnostics).then(|| Folder::read(dir, roots, diagnostics))
    }

    /// The sessions of the index, when there is one.
    fn index(&mut self, folder: &Folder, cron: &mut CronJobs) {
        let (roots, diagnostics) = (self.access.roots, &mut self.catalogue.diagnostics);
        let index = self.source.index.as_ref().filter(|path| path.symlink_metadata().is_ok());
        if let Some(path) = index.filter(|path| roots.admit(path, diagnostics)) {
            let entries = index::read(path, roots, diagnostics);
            let mut rows = self.indexed(path, entries, folder);
            for row in &mut rows {
                cron.complete(row);
            }
            self.finish(path, SourceKind::Index, rows);
        }
    }

    /// The files of a directory that nothing before has claimed.
    fn left_in(&mut self, folder: &Folder, cron: &mut CronJobs) {
        let diagnostics = &mut self.catalogue.diagnostics;
        self.claims.note_taken_over(folder, self.access.roots, diagnostics);
        let mut rows = self.unclaimed(folder);
        for row in &mut rows {
            cron.complete(row);
        }
        if !rows.is_empty() {
            self.finish(&folder.path, SourceKind::Files, rows);
        }
    }

    /// The rows of this agent's databases that have no transcript there.
    fn wanting(&self) -> FxHashMap<String, usize> {
        let rows = self.catalogue.rows.iter().enumerate();
        rows.filter(|(_, row)| match &row.transcript {
            TranscriptSource::Missing { path } => self.source.databases.contains(path),
            _ => false,
        })
        .map(|(at, row)| (row.session_id.clone(), at))
        .collect()
    }

    /// Gives a file to the database's row of its session, if that has no transcript: a migration
    /// that was not finished has moved the entry and left the transcript.
    fn adopt(&mut self, id: &str, file: &FileInfo) -> bool {
        let Some(at) = self.claims.wanting.remove(id) else {
            return false;
        };
        let Some(row) = self.catalogue.rows.get_mut(at) else {
            return false;
        };
        row.transcript = TranscriptSource::File { path: file.path.clone(), zstd: false };
        row.size = Fact::Recorded(file.bytes);
        self.claims.held.insert(id.to_owned());
        self.claims.files.insert(file.path.clone());
        self.note(
            "transcript-left-behind",
            &file.path,
            "The database has the session and not its transcript; this file is read for it."
                .to_owned(),
        );
        true
    }

    fn indexed(
        &mut self,
        path: &Path,
        entries: Vec<(String, IndexEntry)>,
        folder: &Folder,
    ) -> Vec<SessionRow> {
        let (mut moved, mut held) = (0_usize, 0_usize);
        let mut rows = Vec::with_capacity(entries.len());
        for (key, entry) in entries {
            let key = SessionKey::new(key);
            let id = entry.session_id().unwrap_or_default();
            for earlier in entry.family().chain([id]) {
                self.claims.families.entry(earlier.to_owned()).or_insert_with(|| key.clone());
            }
            if self.claims.held.contains(id) || self.claims.keys.contains(&key.normal_form()) {
                held += 1;
                continue;
            }
            self.claims.present.insert(id.to_owned());
            let found = resolve::transcript(&key, &entry, folder, self.access.roots);
            moved += usize::from(found.moved);
            self.claims.files.insert(found.source.path().clone());
            let agent = self.agent_of(Some(&key));
            let mut row = entry::row_from_entry(
                &agent,
                key.as_str(),
                &entry,
                found.source,
                found.size,
                Provenance::Live,
            );
            if let (Fact::NotLoaded, Some(modified)) = (&row.updated, found.modified) {
                row.updated = Fact::Recorded(modified);
            }
            rows.push(row);
        }
        self.tell_of_index(path, moved, held);
        rows
    }

    /// Says how many transcripts lay elsewhere than the index says, and how many entries were held
    /// by a database.
    fn tell_of_index(&mut self, path: &Path, moved: usize, held: usize) {
        // The demo's paths are those of its story.
        if moved > 0 && !self.location.demo {
            self.note("transcripts-moved", path, format!(
                "Transcripts that the index looks for elsewhere, as on the machine that wrote it: \
                 {moved}; the files of the same names in this directory are read."
            ));
        }
        if held > 0 {
            self.note("index-superseded", path, format!(
                "Entries of sessions that the database beside this index holds: {held}; the database is read."
            ));
        }
    }

    fn note(&mut self, code: &'static str, path: &Path, message: String) {
        self.catalogue.diagnostics.push(Diagnostic::note(code, Place::whole(path), message));
    }
}

#[cfg(test)]
mod tests;
