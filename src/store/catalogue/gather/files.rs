//! The files that neither a database nor an index has claimed.

use super::AgentStep;
use crate::model::fact::Fact;
use crate::model::session::{Provenance, SessionRow, TranscriptSource};
use crate::store::catalogue::folder::{FileInfo, Folder};
use crate::store::catalogue::names::{ArchiveReason, FileRole, Part, Stem};

/// What a file is that is a session of its own.
struct Origin<'f> {
    /// The id of its session, as its name tells it.
    id: &'f str,
    provenance: Provenance,
    /// When it was archived, ms since the epoch, UTC.
    archived: Option<i64>,
}

impl AgentStep<'_> {
    /// The rows of the files of a directory that nothing has claimed.
    pub(super) fn unclaimed(&mut self, folder: &Folder) -> Vec<SessionRow> {
        let mut leftover = 0_usize;
        for file in &folder.files {
            if let FileRole::Transcript(Stem { session_id, part: Part::Whole }) = &file.role {
                self.claims.present.insert(session_id.clone());
            }
        }
        let mut rows = Vec::new();
        // The newest copy comes first, so that an older one of the same session is not listed again.
        for file in folder.files.iter().rev() {
            if self.claims.files.contains(&file.path) {
                continue;
            }
            let Some(origin) = self.origin(file, &mut leftover) else { continue };
            rows.push(self.row_of(file, &origin));
            self.claims.files.insert(file.path.clone());
        }
        if leftover > 0 {
            self.note("transcripts-superseded", &folder.path, format!(
                "Transcript files of sessions that the database holds: {leftover}; the database is read."
            ));
        }
        rows
    }

    /// What a file is that nothing has claimed; `None` for what is no session of its own.
    fn origin<'f>(&mut self, file: &'f FileInfo, leftover: &mut usize) -> Option<Origin<'f>> {
        let (id, provenance, archived) = match &file.role {
            FileRole::Transcript(Stem { session_id, part: Part::Whole })
                if self.claims.held.contains(session_id) =>
            {
                *leftover += 1;
                return None;
            }
            FileRole::Transcript(Stem { session_id, part: Part::Whole })
            | FileRole::Imported { session_id, .. }
                if self.adopt(session_id, file) =>
            {
                return None;
            }
            FileRole::Transcript(Stem { session_id, part }) => {
                (session_id, of_part(part, Provenance::Unindexed), None)
            }
            FileRole::Archive { stem, reason, at, generation, .. } => {
                if generation
                    .as_ref()
                    .is_some_and(|generation| self.claims.generations.contains(generation))
                {
                    return None;
                }
                (&stem.session_id, of_reason(*reason), *at)
            }
            FileRole::Cold { digest } => (digest, Provenance::Cold, None),
            FileRole::Imported { session_id, at } => {
                (self.first_copy(session_id)?, Provenance::Migrated, *at)
            }
            FileRole::Migrated(stem) => match stem.part {
                Part::Checkpoint(_) => (&stem.session_id, Provenance::Checkpoint, None),
                _ => (self.first_copy(&stem.session_id)?, Provenance::Migrated, None),
            },
            FileRole::Repair(stem) => (&stem.session_id, Provenance::Backup, None),
            _ => return None,
        };
        Some(Origin { id, provenance, archived })
    }

    /// The row of a file that is a session of its own.
    fn row_of(&self, file: &FileInfo, origin: &Origin<'_>) -> SessionRow {
        let Origin { id, provenance, archived } = *origin;
        let parent = self.claims.families.get(id).cloned();
        let source = TranscriptSource::File { path: file.path.clone(), zstd: file.role.is_zstd() };
        let mut row = SessionRow::bare(&self.agent_of(parent.as_ref()), id, source, provenance);
        row.size = Fact::Recorded(file.bytes);
        row.updated = archived.or(file.modified).map_or(Fact::NotLoaded, Fact::Recorded);
        if let FileRole::Transcript(Stem { part: Part::Topic(topic), .. }) = &file.role {
            row.title = Fact::Recorded(format!("Topic {topic}"));
        }
        if let Some((title, from)) =
            self.claims.titles.get(id).filter(|_| provenance == Provenance::Migrated)
        {
            (row.title, row.title_from) = (Fact::Recorded(title.clone()), *from);
        }
        if let Some(parent) = parent {
            let parts = parent.parts();
            row.kind = parts.kind;
            if let Some(channel) = parts.channel {
                row.channel = Fact::Recorded(channel.to_owned());
            }
            row.parent_key = Some(parent);
        }
        row
    }

    /// The id itself unless the session is listed already: what a migration took over is a copy.
    fn first_copy<'id>(&mut self, id: &'id String) -> Option<&'id String> {
        let new = !self.claims.held.contains(id) && self.claims.present.insert(id.clone());
        new.then_some(id)
    }
}

fn of_part(part: &Part, otherwise: Provenance) -> Provenance {
    match part {
        Part::Checkpoint(_) => Provenance::Checkpoint,
        Part::Whole | Part::Topic(_) => otherwise,
    }
}

fn of_reason(reason: ArchiveReason) -> Provenance {
    match reason {
        ArchiveReason::Deleted => Provenance::Deleted,
        ArchiveReason::Reset => Provenance::Reset,
        ArchiveReason::Backup => Provenance::Backup,
    }
}
