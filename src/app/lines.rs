//! The lines of the sessions pane: agents, and under each its sessions, nested and in order.

use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use super::state::sessions::{FoldKey, SessionLine, SessionRef, SessionSort, SessionsPane};
use crate::model::key::AgentId;
use crate::model::session::{Provenance, SessionRow};
use crate::search::fuzzy;
use crate::store::catalogue::Catalogue;

/// Sessions are nested no deeper than this, whatever their parents say.
const DEPTH: u8 = 8;

/// Lays out the lines and counts the sessions that filter and hidden kinds leave.
pub fn build(catalogue: &Catalogue, pane: &SessionsPane) -> (Vec<SessionLine>, usize) {
    let rows = &catalogue.rows;
    let order = order(rows, pane);
    let kept: FxHashSet<usize> = order.iter().map(|(row, _)| *row).collect();
    let parents = parents(rows);
    let mut forest = Forest { rows, pane, children: FxHashMap::default(), lines: Vec::new() };
    let mut tops: FxHashMap<&AgentId, Vec<(usize, Vec<usize>)>> = FxHashMap::default();
    let shown = order.len();
    for (row, matched) in order {
        match kept_parent(&parents, &kept, row) {
            Some(parent) => forest.children.entry(parent).or_default().push((row, matched)),
            None => {
                if let Some(session) = rows.get(row) {
                    tops.entry(&session.agent).or_default().push((row, matched));
                }
            }
        }
    }
    for agent in agents(catalogue) {
        let sessions = tops.remove(agent).unwrap_or_default();
        if sessions.is_empty() && !pane.filter.is_empty() {
            continue;
        }
        forest.agent(agent, sessions);
    }
    (forest.lines, shown)
}

struct Forest<'a> {
    rows: &'a [SessionRow],
    pane: &'a SessionsPane,
    children: FxHashMap<usize, Vec<(usize, Vec<usize>)>>,
    lines: Vec<SessionLine>,
}

impl Forest<'_> {
    fn agent(&mut self, agent: &AgentId, sessions: Vec<(usize, Vec<usize>)>) {
        let count = sessions.iter().map(|(row, _)| 1 + self.below(*row)).sum();
        let folded = self.is_folded(|| FoldKey::Agent(agent.clone()));
        self.lines.push(SessionLine::Agent { agent: agent.clone(), sessions: count, folded });
        if !folded {
            for (row, matched) in sessions {
                self.session(row, matched, 0);
            }
        }
    }

    fn session(&mut self, row: usize, matched: Vec<usize>, depth: u8) {
        let children = self.below(row);
        let folded = children > 0
            && self.rows.get(row).is_some_and(|session| {
                self.is_folded(|| FoldKey::Session(SessionRef::of(session)))
            });
        self.lines.push(SessionLine::Session { row, depth, children, folded, matched });
        let below = self.children.remove(&row).unwrap_or_default();
        if !folded {
            for (row, matched) in below {
                self.session(row, matched, (depth + 1).min(DEPTH));
            }
        }
    }

    /// How many sessions lie under one, at any depth.
    fn below(&self, row: usize) -> usize {
        let children = self.children.get(&row).into_iter().flatten();
        children.map(|(row, _)| 1 + self.below(*row)).sum()
    }

    /// A search shows what it found, folded or not.
    fn is_folded(&self, key: impl FnOnce() -> FoldKey) -> bool {
        self.pane.filter.is_empty()
            && !self.pane.folds.is_empty()
            && self.pane.folds.contains(&key())
    }
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

/// The session under which each session stands, of the same agent.
fn parents(rows: &[SessionRow]) -> Vec<Option<usize>> {
    let mut by_key: FxHashMap<(&AgentId, String), usize> = FxHashMap::default();
    let mut by_id: FxHashMap<(&AgentId, &str), usize> = FxHashMap::default();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| !is_archived(row.provenance)) {
        if let Some(key) = &row.key {
            by_key.entry((&row.agent, key.normal_form())).or_insert(at);
        }
        by_id.entry((&row.agent, &row.session_id)).or_insert(at);
    }
    let parent = |(at, row): (usize, &SessionRow)| {
        let of_key = |key: &crate::model::key::SessionKey| {
            by_key.get(&(&row.agent, key.normal_form())).copied()
        };
        let own = is_archived(row.provenance).then(|| {
            let by_id = || by_id.get(&(&row.agent, row.session_id.as_str())).copied();
            row.key.as_ref().and_then(of_key).or_else(by_id)
        });
        let found = own.flatten().or_else(|| row.parent_key.as_ref().and_then(of_key));
        found.filter(|parent| *parent != at)
    };
    rows.iter().enumerate().map(parent).collect()
}

/// The nearest ancestor that is shown; `None` also where the parents run in a circle.
fn kept_parent(parents: &[Option<usize>], kept: &FxHashSet<usize>, row: usize) -> Option<usize> {
    let mut nearest = None;
    let mut at = row;
    for _ in 0..=parents.len() {
        match parents.get(at).copied().flatten() {
            None => return nearest,
            Some(parent) if parent == row => return None,
            Some(parent) => {
                if nearest.is_none() && kept.contains(&parent) {
                    nearest = Some(parent);
                }
                at = parent;
            }
        }
    }
    // The walk ran into a circle above: its members are tops, and this one hangs below them.
    nearest
}

/// The agents in the catalogue's order, those that only rows name last.
fn agents(catalogue: &Catalogue) -> Vec<&AgentId> {
    let mut agents: Vec<&AgentId> = catalogue.agents.iter().collect();
    for row in &catalogue.rows {
        if !agents.contains(&&row.agent) {
            agents.push(&row.agent);
        }
    }
    agents
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
