//! The navigation scan: one pass over all rows that finds the leaf and every row's parent.
//!
//! OpenClaw appends rows and never rewrites them; moving about in the tree is recorded by leaf
//! controls, side appends and resets between the entries. The scan replays that record. Two
//! releases are followed to the letter: 2026.7.1 for files and 2026.9.6 for databases.
//!
//! Rows are named by id throughout, as OpenClaw does, so a repeated id replaces the earlier row.
//! This file owns the rules of the scan; [`Branch`](super::nav::Branch) and
//! [`Tree`](super::tree::Tree) own what is made of its result.

use super::entry::{Entry, EntryFlags, EntryKind, Link, Rules};
use super::ids::{EntryIx, IdIx};
use super::transcript::{LeafControl, Tables};

/// What the scan knows about an id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The last row with this id that takes part in the scan.
    pub(super) row: EntryIx,
    /// Its parent after all rules: `None` for a root.
    pub(super) parent: Option<IdIx>,
    control: bool,
}

/// A row whose id a later row took over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replaced {
    /// The earlier row.
    pub(super) row: EntryIx,
    /// Its parent after all rules.
    pub(super) parent: Option<IdIx>,
}

/// The result of the scan.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// The release that was followed.
    pub(super) rules: Rules,
    /// The active leaf; it may name a row that is no entry.
    pub(super) leaf: Option<IdIx>,
    /// Some row set the leaf.
    pub(super) leaf_set: bool,
    /// Rows that lost their id to a later one, in the order in which that happened.
    pub(super) replaced: Vec<Replaced>,
    nodes: Vec<Option<Node>>,
}

impl Scan {
    /// Replays all rows.
    pub(super) fn run(tables: &Tables, rules: Rules) -> Self {
        let mut replay = Replay::new(tables, rules);
        let mut controls = tables.leaves.iter().peekable();
        for (at, entry) in tables.entries.iter().enumerate() {
            let at = EntryIx::from(at);
            let control = controls.next_if(|control| control.entry == at);
            replay.row(at, entry, control);
        }
        replay.scan
    }

    /// The row that stands for an id.
    pub(super) fn node(&self, id: IdIx) -> Option<&Node> {
        self.nodes.get(id.index())?.as_ref()
    }
}

/// What is known about an id besides its node.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// The id was once that of an invalid leaf control; nothing may point at it any more.
    invalid: bool,
    /// The reset (counted from 1) below which the id stands; 0 for none.
    reset: u32,
    /// The last row that passed through this leaf control, counted from 1.
    passed: u32,
}

/// The scan under way.
struct Replay {
    scan: Scan,
    marks: Vec<Mark>,
    /// Where the next row is expected to be appended.
    cursor: Option<IdIx>,
    /// How many resets there were.
    resets: u32,
    /// How many more leaf controls may be passed through. Real transcripts pass one or two a row; a
    /// made-up chain of controls would otherwise cost the square of its length.
    passes: usize,
}

/// A row that takes part in the scan.
struct Step<'a> {
    id: IdIx,
    kind: EntryKind,
    side: bool,
    /// The row has a `parentId` of its own.
    own: bool,
    /// What that is, or the leaf for a row without one.
    stated: Option<IdIx>,
    control: Option<&'a LeafControl>,
}

impl Replay {
    fn new(tables: &Tables, rules: Rules) -> Self {
        let (ids, rows) = (tables.ids.len(), tables.entries.len());
        let nodes = vec![None; ids];
        let scan = Scan { rules, leaf: None, leaf_set: false, replaced: Vec::new(), nodes };
        Self { scan, marks: vec![Mark::default(); ids], cursor: None, resets: 0, passes: 64 * rows }
    }

    fn row(&mut self, row: EntryIx, entry: &Entry, control: Option<&LeafControl>) {
        let Some(step) = self.step(entry, control) else {
            return;
        };
        let parent = match step.control {
            Some(control) => self.steer(&step, control),
            None if step.kind.is_canonical(self.scan.rules) => self.append(&step, row),
            None => self.opaque(&step),
        };
        self.store(&step, Node { row, parent, control: step.control.is_some() });
    }

    /// Decides whether a row takes part: it needs an id and a `parentId`, or, for an entry of a
    /// known type, no `parentId` at all.
    fn step<'a>(&self, entry: &Entry, control: Option<&'a LeafControl>) -> Option<Step<'a>> {
        let ignored = match entry.kind {
            EntryKind::Header => true,
            EntryKind::Leaf => control.is_none(),
            _ => false,
        };
        let (stated, own) = match entry.parent {
            Link::Null => (None, true),
            Link::To(parent) => (Some(parent), true),
            Link::Absent if entry.kind.is_canonical(self.scan.rules) => (self.scan.leaf, false),
            Link::Absent | Link::Unusable => return None,
        };
        let (kind, side) = (entry.kind, entry.flags.has(EntryFlags::SIDE));
        let id = entry.id.filter(|_| !ignored)?;
        Some(Step { id, kind, side, own, stated, control })
    }

    /// A leaf control moves the leaf and the cursor, if it points at what is there. Returns the
    /// control's parent.
    fn steer(&mut self, step: &Step<'_>, control: &LeafControl) -> Option<IdIx> {
        let mut target = id_of(control.target);
        let mut append = match control.append_parent {
            Link::Absent => target,
            other => id_of(other),
        };
        if let Some(leaf) = self.scan.leaf.filter(|_| self.resets > 0)
            && !self.is_below_reset(target)
        {
            // A database does not let anybody walk back over a reset.
            (target, append) = (Some(leaf), Some(leaf));
        }
        if self.is_below_reset(target) {
            self.join_reset(step.id);
        }
        if !self.may_point_at(target) || !self.may_point_at(append) {
            self.mark(step.id, |mark| mark.invalid = true);
            return step.stated;
        }
        (self.scan.leaf, self.cursor, self.scan.leaf_set) = (target, append, true);
        target
    }

    /// An entry goes below its parent, unless the record shows that it continues the leaf. Returns
    /// the entry's parent.
    fn append(&mut self, step: &Step<'_>, row: EntryIx) -> Option<IdIx> {
        let database = self.scan.rules == Rules::Database;
        let (stated, leaf) = (step.stated, self.scan.leaf);
        let crosses_reset = database && self.resets > 0 && !self.is_below_reset(stated);
        let parent_is_gone = database
            && leaf.is_some()
            && step.own
            && stated.is_some_and(|parent| self.scan.node(parent).is_none());
        let follows_cursor = step.own && stated == self.cursor && leaf != self.cursor;
        let mends = !step.side && (crosses_reset || parent_is_gone || follows_cursor);
        let parent = self.pass_controls(if mends { leaf } else { stated }, row);
        if self.is_below_reset(parent) {
            self.join_reset(step.id);
        }
        self.cursor = Some(step.id);
        if !step.side {
            (self.scan.leaf, self.scan.leaf_set) = (Some(step.id), true);
        }
        if database && step.kind == EntryKind::Reset {
            self.resets += 1;
            self.join_reset(step.id);
        }
        parent
    }

    /// A row of an unknown type keeps its parent and never becomes the leaf.
    fn opaque(&mut self, step: &Step<'_>) -> Option<IdIx> {
        if self.is_below_reset(step.stated) {
            self.join_reset(step.id);
        }
        self.cursor = Some(step.id);
        step.stated
    }

    /// Replaces a parent that is a leaf control by that control's parent, and so on.
    fn pass_controls(&mut self, mut parent: Option<IdIx>, row: EntryIx) -> Option<IdIx> {
        let pass = row.0.saturating_add(1);
        while let Some(id) = parent
            && let Some(node) = self.scan.node(id).copied().filter(|node| node.control)
            && let Some(mark) = self.marks.get_mut(id.index()).filter(|mark| mark.passed != pass)
            && let Some(passes) = self.passes.checked_sub(1)
        {
            mark.passed = pass;
            self.passes = passes;
            parent = node.parent;
        }
        parent
    }

    fn store(&mut self, step: &Step<'_>, node: Node) {
        if let Some(place) = self.scan.nodes.get_mut(step.id.index())
            && let Some(Node { row, parent, .. }) = place.replace(node)
        {
            self.scan.replaced.push(Replaced { row, parent });
        }
    }

    /// A leaf control may point before the first entry or at an earlier row.
    fn may_point_at(&self, target: Option<IdIx>) -> bool {
        target.is_none_or(|id| {
            let invalid = self.marks.get(id.index()).is_some_and(|mark| mark.invalid);
            !invalid && self.scan.node(id).is_some()
        })
    }

    fn is_below_reset(&self, id: Option<IdIx>) -> bool {
        let mark = id.and_then(|id| self.marks.get(id.index()));
        self.resets > 0 && mark.is_some_and(|mark| mark.reset == self.resets)
    }

    fn join_reset(&mut self, id: IdIx) {
        let reset = self.resets;
        self.mark(id, |mark| mark.reset = reset);
    }

    fn mark(&mut self, id: IdIx, change: impl FnOnce(&mut Mark)) {
        if let Some(mark) = self.marks.get_mut(id.index()) {
            change(mark);
        }
    }
}

fn id_of(link: Link) -> Option<IdIx> {
    if let Link::To(id) = link { Some(id) } else { None }
}
