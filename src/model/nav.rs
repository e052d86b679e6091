//! The active branch, or any other: the path from a leaf to the root, as OpenClaw exports it.
//!
//! The path follows the parents that the navigation [scan](super::scan) found, not the stored ones.
//! Rows on it that are no entries (leaf controls, unknown types) are passed through. An id that
//! several rows have stands for the contents of the last entry with it and for the parent of the
//! last row of any type with it.

#[cfg(test)]
pub(super) mod tests;

use super::diagnostic::Diagnostic;
use super::entry::{EntryFlags, Rules};
use super::ids::{EntryIx, IdIx};
use super::scan::Scan;
use super::transcript::{Origin, Tables};

/// One path through a transcript, root first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Branch {
    /// The leaf's id; it may belong to a row that is no entry, or be `None` before the first entry.
    pub leaf: Option<IdIx>,
    /// Some row set the leaf; otherwise the branch is all entries in file order, as stored.
    pub leaf_set: bool,
    /// The entries of the path, root first.
    pub entries: Vec<BranchEntry>,
    /// What ended the walk from leaf to root early.
    pub problems: Vec<BranchProblem>,
    member: Vec<bool>,
}

/// An entry of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BranchEntry {
    /// The row whose contents stand in the branch.
    pub entry: EntryIx,
    /// Its `parentId` in the branch, which may differ from the stored one.
    pub parent: BranchParent,
}

/// The `parentId` of an entry in a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchParent {
    /// As the row has it, present or not.
    AsStored,
    /// `null`.
    Null,
    /// This id.
    To(IdIx),
}

/// Why a walk towards the root stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchProblem {
    /// The walk met this row a second time.
    Cyclic(EntryIx),
    /// The parent of this row does not exist.
    Incomplete(EntryIx),
}

impl Branch {
    /// Finds the active branch.
    pub fn active(tables: &Tables, rules: Rules) -> Self {
        Self::of_scan(tables, &Scan::run(tables, rules))
    }

    /// The active branch according to a scan that has been made.
    pub(super) fn of_scan(tables: &Tables, scan: &Scan) -> Self {
        if scan.leaf_set {
            Self::walk(tables, scan, scan.leaf)
        } else {
            Self::as_stored(tables, scan.rules)
        }
    }

    /// The branch that ends at `leaf`, whether it is the active one or not.
    ///
    /// It is empty when no row has that id.
    pub fn ending_at(tables: &Tables, rules: Rules, leaf: IdIx) -> Self {
        Self::walk(tables, &Scan::run(tables, rules), Some(leaf))
    }

    /// Tells whether a row is an entry of the branch.
    pub fn contains(&self, entry: EntryIx) -> bool {
        self.member.get(entry.index()).copied().unwrap_or(false)
    }

    /// The problems as diagnostics, with codes `cyclic-session-branch` and
    /// `incomplete-session-branch`.
    pub fn diagnostics(&self, tables: &Tables, origin: &Origin) -> Vec<Diagnostic> {
        let report = |problem: &BranchProblem| {
            let (code, at, message) = match *problem {
                BranchProblem::Cyclic(at) => (
                    "cyclic-session-branch",
                    at,
                    "The branch was followed up to a row that is its own ancestor.",
                ),
                BranchProblem::Incomplete(at) => (
                    "incomplete-session-branch",
                    at,
                    "The branch starts at a row whose parent does not exist.",
                ),
            };
            let row = tables.entry(at).map_or(0, |entry| u64::from(entry.row));
            Diagnostic::warning(code, origin.place(row), message)
        };
        self.problems.iter().map(report).collect()
    }

    /// All entries in file order: the branch of a transcript in which no row sets the leaf.
    fn as_stored(tables: &Tables, rules: Rules) -> Self {
        let mut branch = Self { member: vec![false; tables.entries.len()], ..Self::default() };
        for (at, entry) in tables.entries.iter().enumerate() {
            let has_id = entry.id.is_some() || entry.flags.has(EntryFlags::BLANK_ID);
            if has_id && entry.kind.is_canonical(rules) {
                branch.leaf = entry.id;
                branch.push(EntryIx::from(at), BranchParent::AsStored);
            }
        }
        branch
    }

    fn walk(tables: &Tables, scan: &Scan, leaf: Option<IdIx>) -> Self {
        let mut branch = Self { leaf, leaf_set: true, ..Self::default() };
        branch.member = vec![false; tables.entries.len()];
        let shown = shown_rows(tables, scan.rules);
        let mut met = vec![false; tables.ids.len()];
        let (mut next, mut child) = (leaf, None);
        while let Some(id) = next {
            let entry = shown.get(id.index()).copied().flatten();
            let Some(node) = scan.node(id) else {
                match child {
                    Some(child) => branch.problems.push(BranchProblem::Incomplete(child)),
                    // An entry that the scan skips has no parent to follow.
                    None => {
                        if let Some(entry) = entry {
                            branch.push(entry, BranchParent::AsStored);
                        }
                    }
                }
                break;
            };
            if let Some(met) = met.get_mut(id.index())
                && std::mem::replace(met, true)
            {
                branch.problems.push(BranchProblem::Cyclic(node.row));
                break;
            }
            if let Some(at) = entry {
                branch.push(at, node.parent.map_or(BranchParent::Null, BranchParent::To));
            }
            (next, child) = (node.parent, Some(node.row));
        }
        branch.entries.reverse();
        branch.join(tables);
        branch
    }

    fn push(&mut self, entry: EntryIx, parent: BranchParent) {
        self.entries.push(BranchEntry { entry, parent });
        if let Some(member) = self.member.get_mut(entry.index()) {
            *member = true;
        }
    }

    /// Makes every entry but the first a child of the one before it.
    fn join(&mut self, tables: &Tables) {
        let mut above = None;
        for step in &mut self.entries {
            if let Some(id) = above {
                step.parent = BranchParent::To(id);
            }
            above = tables.entry(step.entry).and_then(|entry| entry.id);
        }
    }
}

/// For every id the last entry with it, among the types that a branch shows.
fn shown_rows(tables: &Tables, rules: Rules) -> Vec<Option<EntryIx>> {
    let mut shown = vec![None; tables.ids.len()];
    for (at, entry) in tables.entries.iter().enumerate() {
        if entry.kind.is_canonical(rules)
            && let Some(id) = entry.id
            && let Some(place) = shown.get_mut(id.index())
        {
            *place = Some(EntryIx::from(at));
        }
    }
    shown
}
