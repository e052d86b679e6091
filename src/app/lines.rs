//! The lines of the sessions pane: agents, and under each its sessions, nested and in order.
//!
//! They are made anew while letters are typed and counts come in, so nothing here may take more
//! time than one look at every row, and nothing may recurse along parents.

mod nesting;

use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use nesting::Nested;

use super::state::sessions::{
    AgentTotals, FoldKey, SessionLine, SessionRef, SessionSort, SessionsPane,
};
use crate::model::key::AgentId;
use crate::model::session::{Provenance, SessionRow};
use crate::search::fuzzy;
use crate::store::catalogue::Catalogue;

/// Lays out the lines and counts the sessions that filter and hidden kinds leave.
pub fn build(catalogue: &Catalogue, pane: &SessionsPane) -> (Vec<SessionLine>, usize) {
    let rows = &catalogue.rows;
    let (order, mut matched): (Vec<usize>, Vec<Vec<usize>>) = order(rows, pane).into_iter().unzip();
    let shown = order.len();
    let nested = nesting::nest(rows, &order);
    let mut trees: FxHashMap<&AgentId, Vec<&[Nested]>> = FxHashMap::default();
    let mut rest = nested.as_slice();
    while let Some(top) = rest.first() {
        let (tree, others) = rest.split_at_checked(top.below + 1).unwrap_or((rest, &[]));
        if let Some(session) = order.get(top.place).and_then(|row| rows.get(*row)) {
            trees.entry(&session.agent).or_default().push(tree);
        }
        rest = others;
    }
    let mut totals = totals(rows);
    let mut lines = Vec::new();
    for agent in agents(catalogue) {
        let trees = trees.remove(agent).unwrap_or_default();
        if trees.is_empty() && !pane.filter.is_empty() {
            continue;
        }
        let sessions = trees.iter().map(|tree| tree.len()).sum();
        let folded = is_folded(pane, || FoldKey::Agent(agent.clone()));
        let totals = Box::new(totals.remove(agent).unwrap_or_default());
        lines.push(SessionLine::Agent { agent: agent.clone(), sessions, folded, totals });
        for tree in trees.iter().filter(|_| !folded) {
            add_tree(&mut lines, tree, (rows, pane), |place| {
                let matched = matched.get_mut(place).map(std::mem::take).unwrap_or_default();
                order.get(place).map(|row| (*row, matched))
            });
        }
    }
    (lines, shown)
}

/// Adds the lines of a session and of those nested under it, but for what is folded away.
fn add_tree(
    lines: &mut Vec<SessionLine>,
    tree: &[Nested],
    (rows, pane): (&[SessionRow], &SessionsPane),
    mut session: impl FnMut(usize) -> Option<(usize, Vec<usize>)>,
) {
    let mut rest = tree.iter();
    while let Some(&Nested { place, depth, below: children }) = rest.next() {
        let Some((row, matched)) = session(place) else { continue };
        let folded = children > 0
            && (rows.get(row)).is_some_and(|session| {
                is_folded(pane, || FoldKey::Session(SessionRef::of(session)))
            });
        lines.push(SessionLine::Session { row, depth, children, folded, matched });
        if let (true, Some(last)) = (folded, children.checked_sub(1)) {
            rest.nth(last);
        }
    }
}

/// A search shows what it found, folded or not.
fn is_folded(pane: &SessionsPane, key: impl FnOnce() -> FoldKey) -> bool {
    pane.filter.is_empty() && !pane.folds.is_empty() && pane.folds.contains(&key())
}

/// The figures of each agent over all of its sessions, shown or not.
fn totals(rows: &[SessionRow]) -> FxHashMap<&AgentId, AgentTotals> {
    let mut totals: FxHashMap<&AgentId, AgentTotals> = FxHashMap::default();
    for row in rows {
        totals.entry(&row.agent).or_default().add(row);
    }
    totals
}

/// The sessions that are shown, in order, with the characters of the title that fit the filter.
fn order(rows: &[SessionRow], pane: &SessionsPane) -> Vec<(usize, Vec<usize>)> {
    let is_shown = |row: &SessionRow| {
        let hidden = pane.hide_archived && is_archived(row.provenance);
        !hidden && !pane.hidden.contains(&row.kind)
    };
    let shown: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| is_shown(row)).map(|(at, _)| at).collect();
    if !pane.filter.is_empty() {
        return ranked(rows, &shown, &pane.filter);
    }
    let mut shown = shown;
    shown.sort_by(|a, b| match (rows.get(*a), rows.get(*b)) {
        (Some(a), Some(b)) => compare(a, b, pane.sort, pane.reverse),
        _ => Ordering::Equal,
    });
    shown.into_iter().map(|row| (row, Vec::new())).collect()
}

fn ranked(rows: &[SessionRow], shown: &[usize], filter: &str) -> Vec<(usize, Vec<usize>)> {
    let texts: Vec<(usize, String)> = (shown.iter())
        .filter_map(|at| {
            let row = rows.get(*at)?;
            let title = title(row);
            let key = row.key.as_ref().map_or("", |key| key.as_str());
            let title_chars = title.chars().count();
            Some((title_chars, format!("{title} {key} {} {}", row.agent, row.session_id)))
        })
        .collect();
    fuzzy::decent(fuzzy::rank(filter, texts.iter().map(|(_, text)| text.as_str())))
        .into_iter()
        .filter_map(|found| {
            let (title_chars, _) = texts.get(found.index)?;
            let in_title = found.positions.into_iter().filter(|at| at < title_chars).collect();
            Some((*shown.get(found.index)?, in_title))
        })
        .collect()
}

/// The title that the pane shows: the session's own, else the last part of its key.
pub fn title(row: &SessionRow) -> &str {
    row.title.value().map_or_else(|| row.short_name(), String::as_str)
}

/// Tells whether a row is not the present session of a key.
pub fn is_archived(provenance: Provenance) -> bool {
    matches!(
        provenance,
        Provenance::Earlier
            | Provenance::Reset
            | Provenance::Deleted
            | Provenance::Backup
            | Provenance::Checkpoint
            | Provenance::Cold
    )
}

/// Orders two sessions; one that does not tell comes last either way.
fn compare(a: &SessionRow, b: &SessionRow, sort: SessionSort, reverse: bool) -> Ordering {
    fn facts<T: PartialOrd>(a: Option<&T>, b: Option<&T>, reverse: bool) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => {
                let newest = b.partial_cmp(a).unwrap_or(Ordering::Equal);
                if reverse { newest.reverse() } else { newest }
            }
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
    match sort {
        SessionSort::Updated => facts(a.updated.value(), b.updated.value(), reverse),
        SessionSort::Created => facts(a.created.value(), b.created.value(), reverse),
        SessionSort::Cost => facts(a.cost.value(), b.cost.value(), reverse),
        SessionSort::Tokens => facts(a.tokens.value(), b.tokens.value(), reverse),
        SessionSort::Errors => facts(a.errors.value(), b.errors.value(), reverse),
        SessionSort::Size => facts(a.size.value(), b.size.value(), reverse),
        SessionSort::Title => {
            let by_title = title(a).to_lowercase().cmp(&title(b).to_lowercase());
            if reverse { by_title.reverse() } else { by_title }
        }
    }
}

/// The agents in the catalogue's order, those that only rows name last.
fn agents(catalogue: &Catalogue) -> Vec<&AgentId> {
    let mut seen = FxHashSet::default();
    let of_rows = catalogue.rows.iter().map(|row| &row.agent);
    catalogue.agents.iter().chain(of_rows).filter(|agent| seen.insert(*agent)).collect()
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
