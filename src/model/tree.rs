//! All branches of a transcript: parents, children, forks, and how each branch ended.
//!
//! Every row is in the tree but headers and leaf controls, also rows of unknown types and rows
//! without an id. Parents are those that the navigation [scan](super::scan) found, so the active
//! branch is a path downwards; a row that the scan skips hangs below the parent it names, and is a
//! root if it names none. Of rows that share an id the last entry gets the children.
//!
//! ```text
//!  a ─▶ b ─▶ c          c and d are heads of branches, b is a fork
//!         └▶ d ─▶ e     the active branch may be a b c or a b d e
//! ```

mod build;
#[cfg(test)]
mod tests;

use super::diagnostic::Diagnostic;
use super::entry::{Entry, EntryFlags, EntryKind, Role, StopReason};
use super::ids::EntryIx;
use super::transcript::{Origin, Tables};

/// The rows of a transcript as a forest; children are in file order.
///
/// It takes 33 bytes a row beside the entry.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    parents: Vec<EntryIx>,
    heads: Vec<EntryIx>,
    /// Where the children of each row start in `children`; one more for the roots, and the end.
    starts: Vec<u32>,
    children: Vec<EntryIx>,
    totals: Vec<Subtree>,
    active: Vec<bool>,
    leaves: usize,
    oddities: Oddities,
}

/// Stands for "no row" in columns that hold a row.
const NO_ROW: EntryIx = EntryIx(u32::MAX);

/// Damage that was found while the rows were linked, each list in file order.
#[derive(Debug, Clone, Default)]
struct Oddities {
    /// Rows whose parent is nowhere.
    orphans: Vec<EntryIx>,
    /// Rows whose link upwards was cut because it closed a ring.
    cyclic: Vec<EntryIx>,
    /// Rows with an id that an earlier row has, too.
    repeated: Vec<EntryIx>,
}

/// Totals over an entry and everything below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtree {
    /// Rows, this one included; 0 for a row that is not in the tree.
    pub entries: u32,
    /// Tool call blocks.
    pub calls: u32,
    /// Rows with an error or a non-zero exit code.
    pub errors: u32,
    /// The newest leaf below (or the entry itself).
    pub last: EntryIx,
}

/// How a branch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The last answer is complete.
    Answered,
    /// The last answer was cut at the token limit.
    Cut,
    /// It ended in an error.
    Failed,
    /// It was aborted.
    Aborted,
    /// It ends with tool calls that nobody answered, or a tool result that the model never saw.
    Unfinished,
    /// The last row is a user's message.
    Unanswered,
    /// It ends with a row that says nothing about success.
    Open,
}

/// How many diagnostics of one code are made before the rest are counted in one.
const SHOWN: usize = 1_000;

impl Tree {
    /// Rows without a parent, in file order (headers and leaf controls are not in the tree).
    pub fn roots(&self) -> &[EntryIx] {
        self.slot(self.parents.len())
    }

    /// The parent of a row.
    pub fn parent(&self, entry: EntryIx) -> Option<EntryIx> {
        self.parents.get(entry.index()).copied().filter(|parent| *parent != NO_ROW)
    }

    /// The children of a row, in file order.
    pub fn children(&self, entry: EntryIx) -> &[EntryIx] {
        if entry.index() < self.parents.len() { self.slot(entry.index()) } else { &[] }
    }

    /// The row and its siblings, in file order; for a root all roots.
    pub fn siblings(&self, entry: EntryIx) -> &[EntryIx] {
        match self.parent(entry) {
            Some(parent) => self.children(parent),
            None if self.contains(entry) => self.roots(),
            None => &[],
        }
    }

    /// Tells whether a row is in the tree.
    pub fn contains(&self, entry: EntryIx) -> bool {
        self.totals.get(entry.index()).is_some_and(|totals| totals.entries > 0)
    }

    /// Tells whether a row lies on the way from the active leaf to its root; other than
    /// [`Branch::contains`](super::nav::Branch::contains) this holds for rows of unknown types, too.
    pub fn is_active(&self, entry: EntryIx) -> bool {
        self.active.get(entry.index()).copied().unwrap_or(false)
    }

    /// The child in which the walk downwards goes on: the one on the active path, else the one
    /// with the newest row below it.
    pub fn main_child(&self, entry: EntryIx) -> Option<EntryIx> {
        self.main_of(self.children(entry))
    }

    /// The root from which the main line starts, chosen as in [`Tree::main_child`].
    pub fn main_root(&self) -> Option<EntryIx> {
        self.main_of(self.roots())
    }

    /// The nearest ancestor-or-self whose parent is a fork (or that is one of several roots); the
    /// root when there is neither.
    pub fn branch_head(&self, entry: EntryIx) -> EntryIx {
        self.heads.get(entry.index()).copied().unwrap_or(entry)
    }

    /// Totals of the branch below a row.
    pub fn subtree(&self, entry: EntryIx) -> Subtree {
        let nothing = Subtree { entries: 0, calls: 0, errors: 0, last: entry };
        self.totals.get(entry.index()).copied().unwrap_or(nothing)
    }

    /// How the newest path below a row ended, judged by its last message of a user, the model or
    /// a tool.
    pub fn outcome(&self, tables: &Tables, entry: EntryIx) -> Outcome {
        let mut at = self.subtree(entry).last;
        loop {
            if let Some(outcome) = tables.entry(at).and_then(outcome_of) {
                return outcome;
            }
            match self.parent(at) {
                Some(parent) if at != entry => at = parent,
                _ => return Outcome::Open,
            }
        }
    }

    /// How many leaves there are.
    pub fn branches(&self) -> usize {
        self.leaves
    }

    /// Orphans, cycles and repeated ids as diagnostics, with codes `orphan-entry`, `cyclic-entry`
    /// and `duplicate-entry-id`.
    pub fn diagnostics(&self, tables: &Tables, origin: &Origin) -> Vec<Diagnostic> {
        let Oddities { orphans, cyclic, repeated } = &self.oddities;
        let (adopted, lost): (Vec<_>, Vec<_>) =
            orphans.iter().copied().partition(|row| self.parent(*row).is_some());
        let kinds = [
            (
                "orphan-entry",
                lost,
                "The parent of this entry does not exist; it starts a tree of its own.",
            ),
            (
                "orphan-entry",
                adopted,
                "The parent of this entry does not exist; it continues the leaf before it, as OpenClaw reads it.",
            ),
            (
                "cyclic-entry",
                cyclic.clone(),
                "This entry is its own ancestor; its link upwards was cut.",
            ),
            (
                "duplicate-entry-id",
                repeated.clone(),
                "An earlier entry has the same id; links by this id lead to the last one.",
            ),
        ];
        let mut diagnostics = Vec::new();
        for (code, rows, message) in kinds {
            for row in rows.iter().take(SHOWN) {
                let row = tables.entry(*row).map_or(0, |entry| u64::from(entry.row));
                diagnostics.push(Diagnostic::warning(code, origin.place(row), message));
            }
            if let Some((row, more)) = rows.get(SHOWN..).and_then(<[_]>::split_first) {
                let row = tables.entry(*row).map_or(0, |entry| u64::from(entry.row));
                let message = format!("{message} So it is with {} rows after it.", more.len());
                diagnostics.push(Diagnostic::warning(code, origin.place(row), message));
            }
        }
        diagnostics
    }

    /// The child that the main line takes.
    fn main_of(&self, rows: &[EntryIx]) -> Option<EntryIx> {
        let active = rows.iter().copied().find(|row| self.is_active(*row));
        active.or_else(|| rows.iter().copied().max_by_key(|row| self.subtree(*row).last))
    }

    fn slot(&self, at: usize) -> &[EntryIx] {
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(from, to)| self.children.get(*from as usize..*to as usize)).unwrap_or(&[])
    }
}

/// What a row says about the outcome of the branch that it ends.
fn outcome_of(entry: &Entry) -> Option<Outcome> {
    if entry.kind != EntryKind::Message {
        return None;
    }
    match entry.role {
        Role::User => Some(Outcome::Unanswered),
        Role::ToolResult => Some(Outcome::Unfinished),
        Role::Assistant => Some(match entry.stop {
            StopReason::Error => Outcome::Failed,
            StopReason::Aborted => Outcome::Aborted,
            StopReason::Length => Outcome::Cut,
            _ if entry.flags.has(EntryFlags::ERROR) => Outcome::Failed,
            StopReason::ToolUse => Outcome::Unfinished,
            _ if entry.calls > 0 => Outcome::Unfinished,
            _ => Outcome::Answered,
        }),
        _ => None,
    }
}
