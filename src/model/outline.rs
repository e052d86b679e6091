//! The rows that the transcript pane shows: the tree flattened under a filter and a fold state.
//!
//! A conversation without forks has depth 0 from end to end. At a fork the other branches stand
//! directly below the fork, one line each until they are unfolded, and then the main line goes on:
//!
//! ```text
//!  a
//!  b            a fork
//!    ⊞ d        a folded branch
//!    e          an unfolded branch, one deeper
//!    f
//!  c            the main line goes on
//! ```
//!
//! Several roots are branches at a fork above the first row.

mod flatten;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashSet;

use super::ids::EntryIx;
use super::tools::ToolCalls;
use super::transcript::Transcript;

/// Which entries an outline shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OutlineFilter {
    /// Everything.
    #[default]
    All,
    /// No tool results and no assistant messages that only call tools.
    NoTools,
    /// Messages of users.
    UserOnly,
    /// Entries with a label.
    Labelled,
    /// Errors: failed tools, failed and aborted answers.
    Errors,
}

/// What a person folded and unfolded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds {
    /// Heads of branches off the main line that are unfolded.
    pub opened: FxHashSet<EntryIx>,
    /// Entries whose tool results are folded, and whatever else follows on the same line up to the
    /// next message of a user or the model, or the next fork.
    pub closed: FxHashSet<EntryIx>,
}

/// One row of an outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutlineRow {
    /// The entry (for [`OutlineKind::FoldedBranch`] the head of the branch).
    pub entry: EntryIx,
    /// Indentation: how many forks off the main line this row lies.
    pub depth: u16,
    /// What the row stands for.
    pub kind: OutlineKind,
}

/// What an outline row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutlineKind {
    /// The entry itself.
    Entry,
    /// The first visible entry of an unfolded branch off the main line; the branch's head is
    /// [`Tree::branch_head`](super::tree::Tree::branch_head) of it.
    BranchHead,
    /// A whole branch folded to one line.
    FoldedBranch,
    /// A tool call of the assistant message that nobody answered; the block's number. Shown under
    /// [`OutlineFilter::All`] only.
    Unanswered(u16),
    /// The entry, with this many rows folded into it.
    Closed(u32),
}

/// The visible rows of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// The rows, top to bottom.
    pub rows: Vec<OutlineRow>,
    /// For every entry the row that shows it or that it is folded into, or [`NO_ROW`].
    row_of: Vec<u32>,
}

/// Stands for "no row".
const NO_ROW: u32 = u32::MAX;

impl Outline {
    /// Flattens the tree: one pass over the visible part, 20 bytes a row.
    pub fn build(
        transcript: &Transcript,
        calls: &ToolCalls,
        filter: OutlineFilter,
        folds: &Folds,
    ) -> Self {
        flatten::flatten(transcript, calls, filter, folds)
    }

    /// The row that shows `entry`, or its nearest visible ancestor (or the branch folded over it).
    pub fn row_of(&self, transcript: &Transcript, entry: EntryIx) -> Option<usize> {
        let mut at = Some(entry);
        while let Some(entry) = at {
            match self.row_of.get(entry.index()) {
                Some(&row) if row != NO_ROW => return Some(row as usize),
                _ => at = transcript.tree.parent(entry),
            }
        }
        None
    }
}
