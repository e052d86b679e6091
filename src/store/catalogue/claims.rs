//! What the sources of one agent have given already, so that nothing is listed twice.

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::key::SessionKey;
use crate::model::session::{SessionRow, TranscriptSource};

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
}

impl Claims {
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
