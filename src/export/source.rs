//! Everything that a bundle is made from, read and parsed, before any redaction.

use std::collections::BTreeMap;

use crate::js::value::Value;
use crate::model::entry::Rules;
use crate::model::skipped::Tally;

use super::runtime::RuntimeEvents;

/// What is put into a bundle.
///
/// Whoever fills it has read every row already: nothing in this room touches a state directory.
#[derive(Debug, Clone)]
pub struct Source {
    /// Which exporter's shape the bundle takes.
    pub rules: Rules,
    /// The session id.
    pub session_id: String,
    /// The session key as it was typed.
    pub session_key: String,
    /// The workspace, absolute.
    pub workspace_dir: String,
    /// The first header, migrated, or null.
    pub header: Value,
    /// Id of the leaf.
    pub leaf: Option<String>,
    /// The branch, root first, migrated, with `parentId` as in the branch.
    pub entries: Vec<Value>,
    /// Accepted runtime events in reading order.
    pub runtime: RuntimeEvents,
    /// How many runtime events were cut when they were captured.
    pub cut_at_capture: u64,
    /// Where the runtime events come from.
    pub runtime_from: RuntimeFrom,
    /// Rows that were skipped, and what was wrong with the branch, each kind once, in order of
    /// discovery.
    pub warnings: Vec<Warning>,
    /// `sourceFiles.session`: the transcript's path, or the session key for a database.
    pub session_file: String,
    /// `sourceFiles.runtime`: the sidecar's path.
    pub runtime_file: Option<String>,
    /// The database behind the session, when there is one.
    pub database: Option<SourceDatabase>,
    /// Entries that stand on other branches and are left out.
    pub entries_elsewhere: u64,
    /// Rows of unknown types, which are left out, by the name of the type.
    pub unknown_types: BTreeMap<String, u64>,
}

/// Where runtime events come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeFrom {
    /// A sidecar beside the transcript, or none.
    File,
    /// Rows of `trajectory_runtime_events`.
    Rows,
}

/// A database that holds a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDatabase {
    /// The agent whose database it is.
    pub agent_id: String,
}

/// Rows of one kind that were skipped, or a flaw of the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What was being read.
    pub source: WarningSource,
    /// What is wrong.
    pub code: WarningCode,
    /// The rows: lines, or positions in the list of rows, from 1; 0 when unknown.
    pub rows: Tally,
}

/// What was being read when a warning arose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningSource {
    /// The transcript.
    Session,
    /// The runtime events.
    Runtime,
}

/// Kinds of warnings, with the code and message of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// A transcript row is not JSON.
    InvalidSessionJson,
    /// A transcript row is no entry.
    InvalidSessionRow,
    /// The branch closes a cycle.
    CyclicBranch,
    /// A parent is missing.
    IncompleteBranch,
    /// A runtime row is not JSON.
    InvalidRuntimeJson,
    /// A runtime row is no event.
    InvalidRuntimeEvent,
}

impl WarningSource {
    /// The source's name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Runtime => "runtime",
        }
    }
}

impl WarningCode {
    /// The code in the manifest.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidSessionJson => "invalid-session-json",
            Self::InvalidSessionRow => "invalid-session-row",
            Self::CyclicBranch => "cyclic-session-branch",
            Self::IncompleteBranch => "incomplete-session-branch",
            Self::InvalidRuntimeJson => "invalid-runtime-json",
            Self::InvalidRuntimeEvent => "invalid-runtime-event",
        }
    }

    /// Whether a row was skipped, rather than the branch cut short.
    pub fn is_row(self) -> bool {
        !matches!(self, Self::CyclicBranch | Self::IncompleteBranch)
    }

    /// The message in the manifest.
    pub fn message(self) -> &'static str {
        match self {
            Self::InvalidSessionJson => "Skipped a session JSONL row that is not valid JSON.",
            Self::InvalidSessionRow => {
                "Skipped a session JSONL row that is not a session entry object."
            }
            Self::CyclicBranch => {
                "Stopped trajectory session branch export at a cyclic parent link."
            }
            Self::IncompleteBranch => {
                "Exported the reachable session branch suffix after a missing parent link."
            }
            Self::InvalidRuntimeJson => {
                "Skipped a runtime trajectory JSONL row that is not valid JSON."
            }
            Self::InvalidRuntimeEvent => {
                "Skipped a runtime trajectory JSONL row that does not match the session schema."
            }
        }
    }
}
