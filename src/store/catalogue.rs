//! The catalogue: every session of every source, once, from index data alone.
//!
//! ```text
//!  sources ─▶ gather ─┬─ database::sessions
//!                     ├─ index ─▶ entry ─▶ resolve      (sessions.json)
//!                     └─ folder ─▶ names                (everything else in the directory)
//! ```
//!
//! Nothing here opens a transcript; [`Depth`] is what opening one adds to a row.

pub mod entry;
pub mod names;

mod claims;
mod depth;
mod folder;
mod gather;
mod index;
mod resolve;
mod sources;

use std::path::PathBuf;

use crate::model::diagnostic::Diagnostic;
use crate::model::fact::Fact;
use crate::model::key::AgentId;
use crate::model::session::{SessionRow, TitleFrom};

pub(super) use depth::first_message;
pub(super) use gather::gather;

/// Codes of the diagnostics that say that a store could not be read.
const UNREADABLE: [&str; 2] = ["database-unreadable", "index-unreadable"];

/// All sessions that were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// The sessions, newest first.
    pub rows: Vec<SessionRow>,
    /// The indexes and databases that were read.
    pub sources: Vec<SourceInfo>,
    /// The agents that were found or configured, configured ones first.
    pub agents: Vec<AgentId>,
    /// What was skipped or odd.
    pub diagnostics: Vec<Diagnostic>,
}

/// An index or database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// The agent.
    pub agent: AgentId,
    /// `sessions.json`, an agent database, or a directory without either.
    pub path: PathBuf,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Sessions that it gave.
    pub sessions: usize,
}

/// Kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// `sessions.json`.
    Index,
    /// The agent database.
    Database,
    /// A directory of transcripts, or one of them.
    Files,
}

/// What a transcript tells about its session beyond the index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Depth {
    /// A better title, when the index had none.
    pub title: Option<(String, TitleFrom)>,
    /// Messages, all branches.
    pub messages: Fact<u64>,
    /// Tool calls, all branches.
    pub tool_calls: Fact<u64>,
    /// Failed tools and failed or aborted answers, all branches.
    pub errors: Fact<u64>,
    /// Tokens, all branches.
    pub tokens: Fact<u64>,
    /// Cost in US dollars, all branches.
    pub cost: Fact<f64>,
    /// Model of the newest answer.
    pub model: Fact<String>,
    /// Time of the header or the first row, ms since the epoch, UTC.
    pub created: Fact<i64>,
    /// Time of the newest row, ms since the epoch, UTC.
    pub updated: Fact<i64>,
}

impl Catalogue {
    /// What is said of the stores that could not be read: those of an agent, or all where none is
    /// given or nothing is known of the agent's; and of directories whose stores are not even known.
    pub fn unread(&self, agent: Option<&AgentId>) -> Vec<&Diagnostic> {
        let is_of = |source: &&SourceInfo| agent.is_none_or(|agent| source.agent == *agent);
        let known = self.sources.iter().any(|source| is_of(&source));
        let unreadable = |note: &&Diagnostic| {
            let mut sources = self.sources.iter().filter(|source| !known || is_of(source));
            let of_source = sources.any(|source| source.path == note.place.path);
            note.code == "directory-unreadable" || UNREADABLE.contains(&note.code) && of_source
        };
        self.diagnostics.iter().filter(unreadable).collect()
    }

    /// Puts the newest rows first; rows without a time come last, and equal ones keep a fixed order.
    fn sort(&mut self) {
        self.rows.sort_by(|a, b| {
            let newest = b.updated.value().cmp(&a.updated.value());
            newest
                .then_with(|| a.agent.cmp(&b.agent))
                .then_with(|| a.key.cmp(&b.key))
                .then_with(|| a.session_id.cmp(&b.session_id))
                .then_with(|| a.transcript.path().cmp(b.transcript.path()))
        });
    }
}
