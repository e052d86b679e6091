//! The walk over the tree that makes an outline: line by line, with a stack of lines still to go.

use std::ops::Range;

use super::{Folds, NO_ROW, Outline, OutlineFilter, OutlineKind, OutlineRow};
use crate::model::entry::{Entry, EntryFlags, EntryKind, Role};
use crate::model::ids::EntryIx;
use crate::model::tools::{CallStatus, ToolCalls};
use crate::model::transcript::{Tables, Transcript};

/// Flattens a transcript's tree.
pub(super) fn flatten(
    transcript: &Transcript,
    calls: &ToolCalls,
    filter: OutlineFilter,
    folds: &Folds,
) -> Outline {
    let entries = transcript.tables.entries.len();
    let mut flattening = Flattening {
        transcript,
        folds,
        sieve: Sieve::new(transcript, filter),
        unanswered: unanswered(calls, filter),
        lines: Vec::new(),
        outline: Outline { rows: Vec::with_capacity(entries), row_of: vec![NO_ROW; entries] },
    };
    let tree = &transcript.tree;
    flattening.fork(tree.roots(), tree.main_root(), tree.main_root(), 0);
    while let Some(line) = flattening.lines.pop() {
        flattening.line(line);
    }
    flattening.outline
}

/// A line of the outline still to be written: a row and what follows it without a fork.
#[derive(Debug, Clone, Copy)]
struct Line {
    from: EntryIx,
    depth: u16,
    /// The line starts a branch off the main line.
    branch: bool,
}

struct Flattening<'a> {
    transcript: &'a Transcript,
    folds: &'a Folds,
    sieve: Sieve,
    /// Calls without a result by message and block, ascending.
    unanswered: Vec<(EntryIx, u32)>,
    /// What is still to be written, the next line last.
    lines: Vec<Line>,
    outline: Outline,
}

impl Flattening<'_> {
    /// Plans the lines below a fork: the other branches in file order, then the main line. That
    /// goes on at `next`, further down than its child `main` when rows were folded away.
    fn fork(
        &mut self,
        children: &[EntryIx],
        main: Option<EntryIx>,
        next: Option<EntryIx>,
        depth: u16,
    ) {
        if let Some(from) = next {
            self.lines.push(Line { from, depth, branch: false });
        }
        for &from in children.iter().rev().filter(|child| Some(**child) != main) {
            if self.sieve.shows_below(from) {
                self.lines.push(Line { from, depth: depth.saturating_add(1), branch: true });
            }
        }
    }

    /// Writes a line up to the next fork, or to its end.
    fn line(&mut self, line: Line) {
        let Line { from, depth, mut branch } = line;
        if branch && !self.folds.opened.contains(&from) {
            self.write(from, depth, OutlineKind::FoldedBranch);
            return;
        }
        let tree = &self.transcript.tree;
        let mut next = Some(from);
        while let Some(at) = next {
            let children = tree.children(at);
            let main = match children {
                [only] => Some(*only),
                _ => tree.main_child(at),
            };
            next = main;
            if self.sieve.shows(&self.transcript.tables, at) {
                let kind = if branch { OutlineKind::BranchHead } else { OutlineKind::Entry };
                branch = false;
                self.write(at, depth, kind);
                if !self.folds.closed.is_empty() && self.folds.closed.contains(&at) {
                    next = self.close(at, main);
                } else {
                    self.write_unanswered(at, depth);
                }
            }
            if children.len() > 1 {
                self.fork(children, main, next, depth);
                return;
            }
        }
    }

    /// Folds into the row just written what follows `at` on its line; returns the row after that.
    fn close(&mut self, at: EntryIx, main: Option<EntryIx>) -> Option<EntryIx> {
        let tree = &self.transcript.tree;
        let row = (self.outline.rows.len() as u32).saturating_sub(1);
        let mut folded = self.unanswered_of(at).len() as u32;
        let mut next = main;
        while let Some(below) = next
            && !self.is_turn(below)
            && tree.children(below).len() <= 1
        {
            if self.sieve.shows(&self.transcript.tables, below) {
                folded += 1;
                self.note(below, row);
            }
            next = tree.main_child(below);
        }
        if folded > 0
            && let Some(last) = self.outline.rows.last_mut()
        {
            last.kind = OutlineKind::Closed(folded);
        }
        next
    }

    /// Tells whether a row is a message of a user or the model.
    fn is_turn(&self, at: EntryIx) -> bool {
        let role = self.transcript.tables.entry(at).map(|entry| entry.role);
        matches!(role, Some(Role::User | Role::Assistant))
    }

    fn write(&mut self, entry: EntryIx, depth: u16, kind: OutlineKind) {
        self.note(entry, self.outline.rows.len() as u32);
        self.outline.rows.push(OutlineRow { entry, depth, kind });
    }

    fn note(&mut self, entry: EntryIx, row: u32) {
        if let Some(place) = self.outline.row_of.get_mut(entry.index()) {
            *place = row;
        }
    }

    fn write_unanswered(&mut self, entry: EntryIx, depth: u16) {
        let range = self.unanswered_of(entry);
        for (_, block) in self.unanswered.get(range).unwrap_or_default() {
            let kind = OutlineKind::Unanswered(u16::try_from(*block).unwrap_or(u16::MAX));
            self.outline.rows.push(OutlineRow { entry, depth, kind });
        }
    }

    /// Where the calls of a message stand in `unanswered`.
    fn unanswered_of(&self, entry: EntryIx) -> Range<usize> {
        let calls_tools = self.transcript.tables.entry(entry).is_some_and(|entry| entry.calls > 0);
        if !calls_tools {
            return 0..0;
        }
        let from = self.unanswered.partition_point(|call| call.0 < entry);
        from..self.unanswered.partition_point(|call| call.0 <= entry)
    }
}

/// The calls without a result, by message and block; none where a filter leaves tools out.
fn unanswered(calls: &ToolCalls, filter: OutlineFilter) -> Vec<(EntryIx, u32)> {
    if filter != OutlineFilter::All {
        return Vec::new();
    }
    let open = calls.calls.iter().filter(|call| call.status == CallStatus::NoResult);
    let mut open: Vec<_> = open.filter_map(|call| call.asked).collect();
    open.sort_unstable();
    open
}

/// What a filter lets through.
struct Sieve {
    filter: OutlineFilter,
    /// For [`OutlineFilter::Labelled`]: entries that have a label.
    labelled: Vec<bool>,
    /// Entries that are visible or have something visible below; empty when all are.
    ways: Vec<bool>,
}

impl Sieve {
    fn new(transcript: &Transcript, filter: OutlineFilter) -> Self {
        let tables = &transcript.tables;
        let labelled = match filter {
            OutlineFilter::Labelled => labelled(tables),
            _ => Vec::new(),
        };
        let mut sieve = Self { filter, labelled, ways: Vec::new() };
        if filter != OutlineFilter::All {
            let mut ways = vec![false; tables.entries.len()];
            for row in (0..tables.entries.len()).map(EntryIx::from) {
                if transcript.tree.contains(row) && sieve.shows(tables, row) {
                    lead_to(&mut ways, transcript, row);
                }
            }
            sieve.ways = ways;
        }
        sieve
    }

    /// Tells whether a row is visible itself.
    fn shows(&self, tables: &Tables, row: EntryIx) -> bool {
        let Some(entry) = tables.entry(row) else {
            return false;
        };
        match self.filter {
            OutlineFilter::All => true,
            OutlineFilter::NoTools => !is_tool_traffic(entry),
            OutlineFilter::UserOnly => entry.role == Role::User,
            OutlineFilter::Labelled => self.labelled.get(row.index()).copied().unwrap_or(false),
            OutlineFilter::Errors => entry.is_trouble(),
        }
    }

    fn shows_below(&self, row: EntryIx) -> bool {
        self.filter == OutlineFilter::All || self.ways.get(row.index()).copied().unwrap_or(false)
    }
}

/// Marks a row and its ancestors up to the first that is marked already.
fn lead_to(ways: &mut [bool], transcript: &Transcript, row: EntryIx) {
    let mut next = Some(row);
    while let Some(row) = next
        && let Some(way) = ways.get_mut(row.index()).filter(|way| !**way)
    {
        *way = true;
        next = transcript.tree.parent(row);
    }
}

/// A tool result, or a message of the model that says nothing and only calls tools.
fn is_tool_traffic(entry: &Entry) -> bool {
    let silent = entry.calls > 0 && !entry.flags.has(EntryFlags::TEXT);
    entry.kind == EntryKind::Message
        && (entry.role == Role::ToolResult || entry.role == Role::Assistant && silent)
}

/// The entries that bear a label; the last label row for an id decides.
fn labelled(tables: &Tables) -> Vec<bool> {
    let mut by_id = vec![false; tables.ids.len()];
    for row in &tables.labels {
        if let Some(place) = row.target.and_then(|target| by_id.get_mut(target.index())) {
            *place = row.label.is_some();
        }
    }
    let has =
        |entry: &Entry| entry.id.is_some_and(|id| by_id.get(id.index()).copied().unwrap_or(false));
    tables.entries.iter().map(has).collect()
}
