//! The transcript tab: walking the tree, folding it and filtering it.

use std::sync::Arc;

use super::{focus, say};
use crate::app::action::Action;
use crate::app::state::open::OpenSession;
use crate::app::state::panes::filter_word;
use crate::app::state::{Focus, State};
use crate::model::entry::Entry;
use crate::model::ids::EntryIx;
use crate::model::outline::{Folds, Outline, OutlineFilter, OutlineKind, OutlineRow};
use crate::model::transcript::Transcript;

pub(super) fn act(state: &mut State, action: Action) {
    // A filter that leaves no row must still give way to the next one.
    if action == Action::NextFilter {
        return next_filter(state);
    }
    let Some((transcript, row)) = here(state) else { return };
    let tree = &transcript.tree;
    let entry = row.entry;
    let branch_head = || tree.branch_head(entry);
    let (to, nothing) = match action {
        Action::Open | Action::ToggleFold | Action::Fold | Action::Unfold => {
            return fold(state, action, &transcript, row);
        }
        Action::NextError | Action::PreviousError => return error(state, action, &transcript),
        Action::Parent => (tree.parent(entry), "this entry has no parent"),
        Action::Child => (tree.main_child(entry), "this entry is a leaf"),
        Action::Fork => (tree.parent(branch_head()), "no fork above this entry"),
        Action::Leaf => {
            let leaf = transcript.branch.entries.last().map(|last| last.entry);
            (leaf, "the active branch is empty")
        }
        Action::NextSibling => (sibling(&transcript, branch_head(), 1), "no sibling branch here"),
        Action::PreviousSibling => {
            (sibling(&transcript, branch_head(), -1), "no sibling branch here")
        }
        _ => return,
    };
    match to {
        Some(to) => select(state, &transcript, to),
        None => say(state, nothing),
    }
}

/// The transcript and the selected row.
fn here(state: &State) -> Option<(Arc<Transcript>, OutlineRow)> {
    let open = state.open.as_ref()?;
    let transcript = open.index.as_ref()?.transcript.as_ref()?;
    let row = open.transcript.outline.rows.get(open.transcript.list.selected)?;
    Some((Arc::clone(transcript), *row))
}

fn sibling(transcript: &Transcript, head: EntryIx, steps: isize) -> Option<EntryIx> {
    let siblings = transcript.tree.siblings(head);
    if siblings.len() < 2 {
        return None;
    }
    let at = siblings.iter().position(|sibling| *sibling == head)? as isize;
    siblings.get((at + steps).rem_euclid(siblings.len() as isize) as usize).copied()
}

/// Selects the row of an entry, or of its nearest visible ancestor.
fn select(state: &mut State, transcript: &Transcript, entry: EntryIx) {
    let Some(open) = &mut state.open else { return };
    let pane = &mut open.transcript;
    if let Some(row) = pane.outline.row_of(transcript, entry) {
        pane.list.select(row, pane.outline.rows.len());
    }
}

/// Selects an entry, taking away the filter and unfolding the branches that hide it.
pub(super) fn reveal(state: &mut State, entry: EntryIx) {
    let Some(open) = &mut state.open else { return };
    let index = open.index.as_ref();
    let Some(transcript) = index.and_then(|index| index.transcript.clone()) else { return };
    let pane = &open.transcript;
    let row = pane.outline.row_of(&transcript, entry).and_then(|at| pane.outline.rows.get(at));
    let shown =
        row.is_some_and(|row| row.entry == entry && !matches!(row.kind, OutlineKind::FoldedBranch));
    if !shown {
        unhide(open, &transcript, entry);
        rebuild(open, Some(entry));
    }
    select(state, &transcript, entry);
}

fn unhide(open: &mut OpenSession, transcript: &Transcript, entry: EntryIx) {
    let pane = &mut open.transcript;
    if pane.filter != OutlineFilter::All {
        pane.filter = OutlineFilter::All;
    }
    let mut head = transcript.tree.branch_head(entry);
    loop {
        pane.folds.opened.insert(head);
        let Some(parent) = transcript.tree.parent(head) else { break };
        head = transcript.tree.branch_head(parent);
    }
    // What is folded away lies between a folded entry and the next answer: look a little way up.
    let mut above = Some(entry);
    for _ in 0..64 {
        let Some(at) = above else { break };
        pane.folds.closed.remove(&at);
        above = transcript.tree.parent(at);
    }
}

fn fold(state: &mut State, action: Action, transcript: &Transcript, row: OutlineRow) {
    let Some(open) = &mut state.open else { return };
    let folds = &mut open.transcript.folds;
    let calls = transcript.tables.entry(row.entry).is_some_and(|entry| entry.calls > 0);
    let opens = matches!(action, Action::Open | Action::Unfold | Action::ToggleFold);
    let closes = matches!(action, Action::Fold | Action::ToggleFold);
    let changed = match row.kind {
        OutlineKind::FoldedBranch if opens => folds.opened.insert(row.entry),
        OutlineKind::BranchHead if closes => folds.opened.remove(&row.entry),
        OutlineKind::Closed(_) if opens => folds.closed.remove(&row.entry),
        OutlineKind::Entry if closes && calls => folds.closed.insert(row.entry),
        _ => false,
    };
    if changed {
        rebuild(open, Some(row.entry));
        return;
    }
    match action {
        Action::Open => focus(state, Focus::Detail),
        // Out of a branch to the line where it begins, or up to the parent on the main line.
        Action::Fold if row.depth > 0 => {
            select(state, transcript, transcript.tree.branch_head(row.entry));
        }
        Action::Fold => {
            if let Some(parent) = transcript.tree.parent(row.entry) {
                select(state, transcript, parent);
            }
        }
        _ => {}
    }
}

fn next_filter(state: &mut State) {
    let Some(open) = &mut state.open else { return };
    let filter = match open.transcript.filter {
        OutlineFilter::All => OutlineFilter::NoTools,
        OutlineFilter::NoTools => OutlineFilter::UserOnly,
        OutlineFilter::UserOnly => OutlineFilter::Labelled,
        OutlineFilter::Labelled => OutlineFilter::Errors,
        OutlineFilter::Errors => OutlineFilter::All,
    };
    let entry = anchor(open);
    open.transcript.filter = filter;
    rebuild(open, entry);
    open.transcript.anchor = entry;
    say(state, format!("shown: {}", filter_word(filter)));
}

/// The entry that filters keep the selection near: the one selected before they hid it, unless the
/// selection has moved since.
fn anchor(open: &OpenSession) -> Option<EntryIx> {
    let pane = &open.transcript;
    let transcript = open.index.as_ref()?.transcript.as_ref()?;
    let stands_for = |entry: &EntryIx| {
        let row = pane.outline.row_of(transcript, *entry);
        row.unwrap_or(0) == pane.list.selected
    };
    pane.anchor.filter(stands_for).or_else(|| selected(open))
}

fn error(state: &mut State, action: Action, transcript: &Transcript) {
    let Some(open) = &mut state.open else { return };
    let pane = &mut open.transcript;
    let rows = &pane.outline.rows;
    let is_error = |row: &OutlineRow| {
        let of_entry = transcript.tables.entry(row.entry).is_some_and(Entry::is_trouble);
        match row.kind {
            OutlineKind::FoldedBranch => transcript.tree.subtree(row.entry).errors > 0,
            OutlineKind::Unanswered(_) => false,
            _ => of_entry,
        }
    };
    let at = pane.list.selected;
    let found = if action == Action::NextError {
        rows.iter().skip(at + 1).position(is_error).map(|found| at + 1 + found)
    } else {
        rows.iter().take(at).rposition(is_error)
    };
    match found {
        Some(row) => pane.list.select(row, pane.outline.rows.len()),
        None if action == Action::NextError => say(state, "no error below"),
        None => say(state, "no error above"),
    }
}

/// The entry of the selected row.
pub(super) fn selected(open: &OpenSession) -> Option<EntryIx> {
    let pane = &open.transcript;
    pane.outline.rows.get(pane.list.selected).map(|row| row.entry)
}

/// Flattens the tree anew and puts the selection on `entry` or its nearest visible ancestor.
pub(super) fn rebuild(open: &mut OpenSession, entry: Option<EntryIx>) {
    let Some(index) = open.index.clone() else { return };
    let pane = &mut open.transcript;
    let Some(transcript) = &index.transcript else {
        pane.outline = Arc::default();
        return;
    };
    let untouched = pane.filter == OutlineFilter::All && pane.folds == Folds::default();
    pane.outline = if untouched {
        Arc::clone(&index.outline)
    } else {
        Arc::new(Outline::build(transcript, &index.calls, pane.filter, &pane.folds))
    };
    let len = pane.outline.rows.len();
    match entry.and_then(|entry| pane.outline.row_of(transcript, entry)) {
        Some(row) => pane.list.select(row, len),
        None => pane.list.fit(len),
    }
}
