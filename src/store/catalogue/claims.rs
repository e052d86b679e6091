//! What the sources of one agent have given already, so that nothing is listed twice.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use super::folder::{FileInfo, Folder};
use super::index;
use super::names::FileRole;
use crate::model::diagnostic::Diagnostic;
use crate::model::fact::Fact;
use crate::model::key::SessionKey;
use crate::model::session::{SessionRow, TitleFrom, TranscriptSource};
use crate::store::confine::Roots;

/// What earlier sources of the same agent have given.
#[derive(Default)]
pub(super) struct Claims {
    /// Session ids whose rows a database holds.
    pub(super) held: FxHashSet<String>,
    /// Keys that a database holds, in their normal form.
    pub(super) keys: FxHashSet<String>,
    /// Session ids whose rows a database has lost or never got, with their rows' positions.
    pub(super) wanting: FxHashMap<String, usize>,
    /// Archived generations that a database holds.
    pub(super) generations: FxHashSet<String>,
    /// Session ids with a transcript file of their own.
    pub(super) present: FxHashSet<String>,
    /// Files that have a row.
    pub(super) files: FxHashSet<PathBuf>,
    /// The key under which the copies and archives of a session id are listed.
    pub(super) families: FxHashMap<String, SessionKey>,
    /// The titles that an index which a migration took over gives to session ids.
    pub(super) titles: FxHashMap<String, (String, TitleFrom)>,
}

impl Claims {
    /// Reads the indexes that a migration took over: the keys and titles of what it left behind.
    pub(super) fn note_taken_over(
        &mut self,
        folder: &Folder,
        roots: &Roots,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let indexes = folder.files.iter().filter(|file| is_taken_over(file));
        for file in indexes {
            for (key, entry) in index::read(&file.path, roots, diagnostics) {
                let Some(id) = entry.session_id() else { continue };
                self.families.entry(id.to_owned()).or_insert_with(|| SessionKey::new(key));
                if let (Fact::Recorded(title), from) = entry.title() {
                    self.titles.insert(id.to_owned(), (title, from));
                }
            }
        }
    }

    /// Notes a row of a database.
    pub(super) fn note(&mut self, row: &SessionRow) {
        match &row.transcript {
            TranscriptSource::Archive { generation, .. } => {
                self.generations.insert(generation.clone());
                return;
            }
            TranscriptSource::File { path, .. } => {
                self.files.insert(path.clone());
                self.held.insert(row.session_id.clone());
            }
            TranscriptSource::Rows { .. } | TranscriptSource::ColdRow { .. } => {
                self.held.insert(row.session_id.clone());
            }
            TranscriptSource::Missing { .. } => {}
        }
        if let Some(key) = &row.key {
            self.keys.insert(key.normal_form());
            self.families.insert(row.session_id.clone(), key.clone());
        } else if let Some(key) = &row.parent_key {
            self.families.entry(row.session_id.clone()).or_insert_with(|| key.clone());
        }
    }
}

/// `….sessions.json.imported-<ms>` or `sessions.json.migrated`, and no older backup.
fn is_taken_over(file: &FileInfo) -> bool {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    file.role == FileRole::IndexBackup
        && (name.contains(".imported-") || name.contains(".migrated"))
}
