//! A row of the catalogue: one session, whichever source it was found in.

use std::path::PathBuf;

use super::fact::Fact;
use super::key::{AgentId, SessionKey, SessionKind};
use crate::js::value::Value;

/// One session, or one earlier generation, copy or archive of one.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRow {
    /// The agent that it belongs to.
    pub agent: AgentId,
    /// The key that points at it, when any does.
    pub key: Option<SessionKey>,
    /// The session id; the file's stem where nothing else tells.
    pub session_id: String,
    /// What to call it.
    pub title: Fact<String>,
    /// Where the title comes from.
    pub title_from: TitleFrom,
    /// Kind of conversation.
    pub kind: SessionKind,
    /// Messaging channel.
    pub channel: Fact<String>,
    /// Model last used.
    pub model: Fact<String>,
    /// Last change, ms since the epoch, UTC.
    pub updated: Fact<i64>,
    /// Start, ms since the epoch, UTC.
    pub created: Fact<i64>,
    /// Messages in the transcript, all branches.
    pub messages: Fact<u64>,
    /// Tool calls in the transcript, all branches.
    pub tool_calls: Fact<u64>,
    /// Failed tools and failed or aborted answers, all branches.
    pub errors: Fact<u64>,
    /// Tokens in all.
    pub tokens: Fact<u64>,
    /// Cost in US dollars.
    pub cost: Fact<f64>,
    /// Size of the transcript in bytes, as stored.
    pub size: Fact<u64>,
    /// How the last run stands.
    pub state: Fact<RunState>,
    /// Where the row comes from.
    pub provenance: Provenance,
    /// Where the transcript lies.
    pub transcript: TranscriptSource,
    /// The key of the session that spawned or was forked into this one.
    pub parent_key: Option<SessionKey>,
    /// The session was forked from its parent, not spawned by it.
    pub forked: bool,
    /// Members of the index entry that a listing prints, in its order.
    pub listed: Vec<(&'static str, Value)>,
}

impl SessionRow {
    /// The row of a transcript that no index speaks of: what only an index tells was never recorded,
    /// and what the transcript tells is not loaded yet.
    pub fn bare(
        agent: &AgentId,
        session_id: &str,
        transcript: TranscriptSource,
        provenance: Provenance,
    ) -> Self {
        Self {
            agent: agent.clone(),
            key: None,
            session_id: session_id.to_owned(),
            title: Fact::NotLoaded,
            title_from: TitleFrom::Key,
            kind: SessionKind::Unknown,
            channel: Fact::from_option(None),
            model: Fact::NotLoaded,
            updated: Fact::NotLoaded,
            created: Fact::NotLoaded,
            messages: Fact::NotLoaded,
            tool_calls: Fact::NotLoaded,
            errors: Fact::NotLoaded,
            tokens: Fact::NotLoaded,
            cost: Fact::NotLoaded,
            size: Fact::NotLoaded,
            state: Fact::from_option(None),
            provenance,
            transcript,
            parent_key: None,
            forked: false,
            listed: Vec::new(),
        }
    }

    /// The last part of the key, or the short session id, for a narrow column.
    pub fn short_name(&self) -> &str {
        match &self.key {
            Some(key) => key.parts_rest(),
            None => self.session_id.get(..8).unwrap_or(&self.session_id),
        }
    }
}

impl SessionKey {
    fn parts_rest(&self) -> &str {
        let key = self.as_str();
        let rest = self.parts().rest.len();
        key.trim_end().get(key.trim_end().len().saturating_sub(rest)..).unwrap_or(key)
    }
}

/// Where a title comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TitleFrom {
    /// `label` of the index entry.
    Label,
    /// `displayName` of the index entry.
    DisplayName,
    /// A `session_info` record.
    SessionInfo,
    /// The name of the scheduled job that the session belongs to.
    CronJob,
    /// The first message of a user.
    FirstMessage,
    /// Nothing else: the key or id.
    #[default]
    Key,
}

/// How the last run of a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunState {
    /// `running`.
    Running,
    /// `done`.
    Done,
    /// `failed`.
    Failed,
    /// `killed`.
    Killed,
    /// `timeout`.
    TimedOut,
    /// `abortedLastRun`.
    Aborted,
}

impl RunState {
    /// Reads the `status` of an index entry.
    pub fn from_status(status: &str) -> Option<Self> {
        Some(match status {
            "running" => Self::Running,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "killed" => Self::Killed,
            "timeout" => Self::TimedOut,
            _ => return None,
        })
    }

    /// The state as one or two lower-case words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Killed => "killed",
            Self::TimedOut => "timed out",
            Self::Aborted => "aborted",
        }
    }
}

/// How a session was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// The current session of a key.
    Live,
    /// An earlier session id of a key that the database still holds.
    Earlier,
    /// A transcript that no index names.
    Unindexed,
    /// Archived when the session was reset.
    Reset,
    /// Archived when the session was deleted.
    Deleted,
    /// A backup, a repair's copy or a corrupt original.
    Backup,
    /// A copy made before a compaction.
    Checkpoint,
    /// Moved to a compressed cold file or row.
    Cold,
    /// Taken over by a migration into the database.
    Migrated,
    /// Opened by path, outside any index.
    File,
}

impl Provenance {
    /// The provenance as one lower-case word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Earlier => "earlier",
            Self::Unindexed => "unindexed",
            Self::Reset => "reset",
            Self::Deleted => "deleted",
            Self::Backup => "backup",
            Self::Checkpoint => "checkpoint",
            Self::Cold => "cold",
            Self::Migrated => "migrated",
            Self::File => "file",
        }
    }
}

/// Where a transcript lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TranscriptSource {
    /// A JSONL file, possibly one zstd frame.
    File {
        /// The file, inside the chosen state.
        path: PathBuf,
        /// The text is compressed.
        zstd: bool,
    },
    /// Rows of `transcript_events`.
    Rows {
        /// The agent database.
        database: PathBuf,
        /// The session id.
        session_id: String,
    },
    /// The blob of a `session_transcript_archives` row.
    Archive {
        /// The agent database.
        database: PathBuf,
        /// The session id.
        session_id: String,
        /// The archived generation.
        generation: String,
    },
    /// The blob of a `session_transcript_cold_archives` row with storage `sqlite`.
    ColdRow {
        /// The agent database.
        database: PathBuf,
        /// The session id.
        session_id: String,
    },
    /// The index names a transcript that is not there.
    Missing {
        /// The path that was looked for, inside the chosen state.
        path: PathBuf,
    },
}

impl TranscriptSource {
    /// The file or database.
    pub fn path(&self) -> &PathBuf {
        match self {
            Self::File { path, .. } | Self::Missing { path } => path,
            Self::Rows { database, .. }
            | Self::Archive { database, .. }
            | Self::ColdRow { database, .. } => database,
        }
    }

    /// Tells whether the source lies in a database.
    pub fn is_database(&self) -> bool {
        matches!(self, Self::Rows { .. } | Self::Archive { .. } | Self::ColdRow { .. })
    }
}
