//! Linking the rows: from parents by id to a forest in columns.
//!
//! Each step is one pass over the rows without recursion, since a conversation is a chain that may
//! be a million rows deep.

use super::{NO_ROW, Subtree, Tree};
use crate::model::entry::{Entry, EntryFlags, EntryKind, Link};
use crate::model::ids::{EntryIx, IdIx};
use crate::model::scan::Scan;
use crate::model::transcript::Tables;

impl Tree {
    /// Links all rows by the parents that the scan found.
    pub(in crate::model) fn build(tables: &Tables, scan: &Scan) -> Self {
        let mut rows = RowsById::new(tables, scan);
        let mut tree = Self { parents: parents(tables, scan, &mut rows), ..Self::default() };
        tree.oddities.repeated = std::mem::take(&mut rows.repeated);
        tree.oddities.orphans = orphans(tables, &rows);
        let leaf = scan.leaf.and_then(|leaf| rows.resolve(scan, leaf));
        drop(rows);
        tree.oddities.cyclic = cut_rings(&mut tree.parents, leaf);
        tree.mark_active(leaf);
        tree.link_children(tables);
        tree.sum_up(tables);
        tree
    }

    fn mark_active(&mut self, leaf: Option<EntryIx>) {
        self.active = vec![false; self.parents.len()];
        let mut next = leaf;
        while let Some(row) = next {
            if let Some(active) = self.active.get_mut(row.index()) {
                *active = true;
            }
            next = self.parent(row);
        }
    }

    /// Sorts the rows by parent: a counting sort, with the roots in a place of their own at the end.
    fn link_children(&mut self, tables: &Tables) {
        let rows = self.parents.len();
        let place = |parent: EntryIx| {
            if parent == NO_ROW { rows } else { parent.index() }
        };
        let linked = || {
            let entries = tables.entries.iter().zip(&self.parents).enumerate();
            entries
                .filter(|(_, (entry, _))| is_linked(entry))
                .map(|(at, (_, parent))| (at, *parent))
        };
        let mut starts = vec![0_u32; rows + 2];
        for (_, parent) in linked() {
            if let Some(count) = starts.get_mut(place(parent) + 1) {
                *count += 1;
            }
        }
        self.leaves = starts.iter().skip(1).take(rows).filter(|count| **count == 0).count()
            - (rows - linked().count());
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut children = vec![NO_ROW; sum as usize];
        for (at, parent) in linked() {
            if let Some(next) = next.get_mut(place(parent))
                && let Some(child) = children.get_mut(*next as usize)
            {
                *child = EntryIx::from(at);
                *next += 1;
            }
        }
        (self.starts, self.children) = (starts, children);
    }

    /// Finds the branch head of every row from the roots downwards, and the totals upwards.
    fn sum_up(&mut self, tables: &Tables) {
        let rows = self.parents.len();
        let mut heads: Vec<EntryIx> = (0..rows).map(EntryIx::from).collect();
        let mut order: Vec<EntryIx> = self.roots().to_vec();
        let mut at = 0;
        while let Some(&row) = order.get(at) {
            let children = self.children(row);
            if let [only] = children {
                let head = heads.get(row.index()).copied().unwrap_or(row);
                if let Some(place) = heads.get_mut(only.index()) {
                    *place = head;
                }
            }
            order.extend_from_slice(children);
            at += 1;
        }
        let mut totals: Vec<Subtree> = tables.entries.iter().enumerate().map(alone).collect();
        for row in order.into_iter().rev() {
            if let Some(parent) = self.parent(row)
                && let Some(below) = totals.get(row.index()).copied()
                && let Some(sum) = totals.get_mut(parent.index())
            {
                sum.entries += below.entries;
                sum.calls = sum.calls.saturating_add(below.calls);
                sum.errors += below.errors;
                sum.last = newer_leaf(*sum, below, parent);
            }
        }
        (self.heads, self.totals) = (heads, totals);
    }
}

/// Headers and leaf controls say something about the transcript and are no part of the talk.
fn is_linked(entry: &Entry) -> bool {
    !matches!(entry.kind, EntryKind::Header | EntryKind::Leaf)
}

/// The totals of a row before anything below it is counted.
fn alone((at, entry): (usize, &Entry)) -> Subtree {
    let linked = is_linked(entry);
    let is_failure = entry.flags.has(EntryFlags::ERROR) || entry.flags.has(EntryFlags::FAILED_EXIT);
    Subtree {
        entries: u32::from(linked),
        calls: if linked { u32::from(entry.calls) } else { 0 },
        errors: u32::from(linked && is_failure),
        last: EntryIx::from(at),
    }
}

/// The newest leaf of `parent`, of which `sum` is known so far, once `below` joins.
fn newer_leaf(sum: Subtree, below: Subtree, parent: EntryIx) -> EntryIx {
    if sum.last == parent { below.last } else { sum.last.max(below.last) }
}

/// Which row an id stands for.
struct RowsById {
    /// The last entry with the id, or else the last row of another type. [`NO_ROW`] for ids of
    /// leaf controls alone and of no row.
    rows: Vec<EntryIx>,
    /// Some row other than a header has the id.
    taken: Vec<bool>,
    /// A link to this id has been followed through the leaf control that has it.
    passed: Vec<bool>,
    repeated: Vec<EntryIx>,
}

impl RowsById {
    fn new(tables: &Tables, scan: &Scan) -> Self {
        let ids = tables.ids.len();
        let (mut rows, mut taken) = (vec![NO_ROW; ids], vec![false; ids]);
        let mut entered = vec![false; ids];
        let mut repeated = Vec::new();
        for (at, entry) in tables.entries.iter().enumerate() {
            let id = entry.id.filter(|_| entry.kind != EntryKind::Header).map(IdIx::index);
            let Some(id) = id else { continue };
            let at = EntryIx::from(at);
            if let Some(taken) = taken.get_mut(id)
                && std::mem::replace(taken, true)
            {
                repeated.push(at);
            }
            let is_entry = entry.kind.is_canonical(scan.rules);
            if let Some(row) = rows.get_mut(id)
                && let Some(entered) = entered.get_mut(id)
                && is_linked(entry)
                && (is_entry || !*entered)
            {
                (*row, *entered) = (at, is_entry);
            }
        }
        Self { rows, taken, passed: vec![false; ids], repeated }
    }

    fn row(&self, id: IdIx) -> EntryIx {
        self.rows.get(id.index()).copied().unwrap_or(NO_ROW)
    }

    /// The row that a link to `id` leads to: through leaf controls, which are not in the tree, to
    /// the first row that is. What is found is kept, so that no control is walked through twice.
    fn resolve(&mut self, scan: &Scan, id: IdIx) -> Option<EntryIx> {
        let (mut way, mut next) = (Vec::new(), Some(id));
        let mut found = NO_ROW;
        while let Some(id) = next {
            found = self.row(id);
            if found != NO_ROW {
                break;
            }
            match self.passed.get_mut(id.index()) {
                Some(passed) if !*passed => *passed = true,
                _ => break,
            }
            way.push(id);
            next = scan.node(id).and_then(|node| node.parent);
        }
        for id in way {
            if let Some(row) = self.rows.get_mut(id.index()) {
                *row = found;
            }
        }
        (found != NO_ROW).then_some(found)
    }
}

/// The parent of every row, rings included.
fn parents(tables: &Tables, scan: &Scan, rows: &mut RowsById) -> Vec<EntryIx> {
    let mut above: Vec<Option<IdIx>> = Vec::with_capacity(tables.entries.len());
    for (at, entry) in tables.entries.iter().enumerate() {
        let stands_for_id = entry.id.filter(|id| rows.row(*id) == EntryIx::from(at));
        above.push(match stands_for_id.and_then(|id| scan.node(id)) {
            Some(node) => node.parent,
            None => stored(entry.parent),
        });
    }
    for replaced in &scan.replaced {
        let entry = tables.entry(replaced.row);
        let stands_for_id =
            entry.and_then(|entry| entry.id).is_some_and(|id| rows.row(id) == replaced.row);
        if let Some(place) = above.get_mut(replaced.row.index()).filter(|_| !stands_for_id) {
            *place = replaced.parent;
        }
    }
    let mut parents = Vec::with_capacity(above.len());
    for (above, entry) in above.into_iter().zip(&tables.entries) {
        let parent = above.filter(|_| is_linked(entry)).and_then(|id| rows.resolve(scan, id));
        parents.push(parent.unwrap_or(NO_ROW));
    }
    parents
}

fn stored(link: Link) -> Option<IdIx> {
    if let Link::To(id) = link { Some(id) } else { None }
}

/// Rows that name a parent which no row has as its id.
fn orphans(tables: &Tables, rows: &RowsById) -> Vec<EntryIx> {
    let is_orphan = |entry: &Entry| {
        is_linked(entry)
            && stored(entry.parent)
                .is_some_and(|id| !rows.taken.get(id.index()).copied().unwrap_or(false))
    };
    let entries = tables.entries.iter().enumerate();
    entries.filter(|(_, entry)| is_orphan(entry)).map(|(at, _)| EntryIx::from(at)).collect()
}

/// Cuts every ring of parents at one row, and returns those rows. The ring of the active branch is
/// cut where the walk from `leaf` meets a row again, as the branch itself ends there.
fn cut_rings(parents: &mut [EntryIx], leaf: Option<EntryIx>) -> Vec<EntryIx> {
    /// Not met yet; walks are numbered from 1.
    const NEW: u32 = 0;
    let mut met = vec![NEW; parents.len()];
    let mut cut = Vec::new();
    let starts = leaf.into_iter().chain((0..parents.len()).map(EntryIx::from));
    for (start, walk) in starts.zip(1_u32..) {
        let (mut row, mut child) = (start, NO_ROW);
        while let Some(mark) = met.get_mut(row.index()) {
            if *mark != NEW {
                if *mark == walk
                    && let Some(parent) = parents.get_mut(child.index())
                {
                    *parent = NO_ROW;
                    cut.push(child);
                }
                break;
            }
            *mark = walk;
            child = row;
            row = parents.get(row.index()).copied().unwrap_or(NO_ROW);
        }
    }
    cut.sort_unstable();
    cut
}
