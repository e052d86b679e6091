//! The sessions pane: agents with their sessions, nested, sorted and filtered.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::model::key::{AgentId, SessionKind};
use crate::model::session::{SessionRow, TranscriptSource};

use super::list::ListState;

/// The state of the sessions pane.
#[derive(Debug, Clone, Default)]
pub struct SessionsPane {
    /// The lines, top to bottom.
    pub lines: Vec<SessionLine>,
    /// Selection and scroll position.
    pub list: ListState,
    /// The sort order within an agent.
    pub sort: SessionSort,
    /// The sort order is turned round.
    pub reverse: bool,
    /// Kinds that are not shown.
    pub hidden: BTreeSet<SessionKind>,
    /// Archives, backups, checkpoints and earlier windows are not shown.
    pub hide_archived: bool,
    /// The letters that sessions must fit; empty for all.
    pub filter: String,
    /// Agents and sessions that are folded.
    pub folds: FxHashSet<FoldKey>,
    /// How many sessions the present filter and hidden kinds leave.
    pub shown: usize,
}

/// A line of the sessions pane.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionLine {
    /// An agent, above its sessions.
    Agent {
        /// The agent.
        agent: AgentId,
        /// Its sessions that the filter leaves.
        sessions: usize,
        /// The sessions are folded away.
        folded: bool,
        /// The figures of all its sessions, shown or not.
        totals: Box<AgentTotals>,
    },
    /// A session.
    Session {
        /// Position in the catalogue's rows.
        row: usize,
        /// How deep it is nested under other sessions; 0 directly under the agent.
        depth: u8,
        /// Sessions nested under it, at any depth.
        children: usize,
        /// They are folded away.
        folded: bool,
        /// Characters of the title that fit the filter, ascending.
        matched: Vec<usize>,
    },
}

/// The figures of an agent over all of its sessions. What sessions say of themselves may be
/// anything, so numbers stop at the largest one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AgentTotals {
    /// How many sessions there are.
    pub sessions: usize,
    /// Errors.
    pub errors: u64,
    /// Tokens.
    pub tokens: u64,
    /// Cost in dollars.
    pub cost: f64,
    /// The newest change of any session, ms since the epoch, UTC.
    pub newest: Option<i64>,
    /// Sessions that are not counted yet.
    pub uncounted: usize,
}

impl AgentTotals {
    /// Adds a session.
    pub fn add(&mut self, row: &SessionRow) {
        self.sessions += 1;
        self.errors = self.errors.saturating_add(row.errors.value().copied().unwrap_or(0));
        self.tokens = self.tokens.saturating_add(row.tokens.value().copied().unwrap_or(0));
        self.cost += row.cost.value().copied().unwrap_or(0.0);
        self.newest = self.newest.max(row.updated.value().copied());
        self.uncounted += usize::from(row.tokens.is_not_loaded());
    }
}

/// What can be folded in the sessions pane.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FoldKey {
    /// All sessions of an agent.
    Agent(AgentId),
    /// The sessions under a session.
    Session(SessionRef),
}

/// What stays the same about a session when the catalogue is read anew.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionRef {
    /// The agent.
    pub agent: AgentId,
    /// The session id.
    pub session_id: String,
    /// Where the transcript lies.
    pub source: TranscriptSource,
}

impl SessionRef {
    /// Names a row.
    pub fn of(row: &SessionRow) -> Self {
        Self {
            agent: row.agent.clone(),
            session_id: row.session_id.clone(),
            source: row.transcript.clone(),
        }
    }

    /// Tells whether `row` is the session that this names.
    pub fn names(&self, row: &SessionRow) -> bool {
        self.session_id == row.session_id
            && self.agent == row.agent
            && self.source == row.transcript
    }
}

/// Orders of the sessions within an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SessionSort {
    /// Newest change first.
    #[default]
    Updated,
    /// Newest first.
    Created,
    /// Most expensive first.
    Cost,
    /// Most tokens first.
    Tokens,
    /// Most errors first.
    Errors,
    /// Largest first.
    Size,
    /// By title.
    Title,
}

impl SessionSort {
    /// All orders, in the order in which the key goes through them.
    pub const ALL: [Self; 7] = [
        Self::Updated,
        Self::Created,
        Self::Cost,
        Self::Tokens,
        Self::Errors,
        Self::Size,
        Self::Title,
    ];

    /// The order as one word; also its name in the remembered layout.
    pub fn word(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Created => "created",
            Self::Cost => "cost",
            Self::Tokens => "tokens",
            Self::Errors => "errors",
            Self::Size => "size",
            Self::Title => "title",
        }
    }

    /// Reads [`SessionSort::word`]; the default for anything else.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.word() == word).unwrap_or_default()
    }

    /// The order that comes after this one.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|sort| *sort == self).unwrap_or(0);
        Self::ALL.get((at + 1) % Self::ALL.len()).copied().unwrap_or_default()
    }
}

impl SessionsPane {
    /// The catalogue position of the selected session, when a session is selected.
    pub fn selected_row(&self) -> Option<usize> {
        match self.lines.get(self.list.selected)? {
            SessionLine::Session { row, .. } => Some(*row),
            SessionLine::Agent { .. } => None,
        }
    }
}
