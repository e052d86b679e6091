//! Which session stands under which: nested to any depth, never in circles, without recursion.
//!
//! Parents are what a state directory says they are, so a chain may be as long as the list and may
//! bite its own tail. Everything here takes time in proportion to the number of rows.

use rustc_hash::FxHashMap;

use super::is_archived;
use crate::model::key::{AgentId, SessionKey};
use crate::model::session::SessionRow;

/// Sessions are drawn no deeper than this, whatever their parents say.
const DEPTH: u8 = 8;

/// A session in its place below an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nested {
    /// Its position in the order that was given.
    pub(super) place: usize,
    /// How deep it is nested, at most [`DEPTH`]; 0 directly under the agent.
    pub(super) depth: u8,
    /// How many sessions follow that are nested under it, at any depth.
    pub(super) below: usize,
}

/// Nests the sessions of `order`, which are positions of `rows`: each tree of sessions in one
/// piece, parents before children, siblings and trees in the given order.
pub(super) fn nest(rows: &[SessionRow], order: &[usize]) -> Vec<Nested> {
    let mut places = vec![None; rows.len()];
    for (place, row) in order.iter().enumerate() {
        if let Some(slot) = places.get_mut(*row) {
            *slot = Some(place);
        }
    }
    let mut parents = parents(rows);
    cut_circles(&mut parents);
    let shown = nearest_shown(&parents, &places);
    let parent_of = |row: usize| shown.get(row).copied().flatten();
    let mut children = vec![Vec::new(); order.len()];
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (place, row) in order.iter().enumerate() {
        match parent_of(*row).and_then(|parent| children.get_mut(parent)) {
            Some(siblings) => siblings.push(place),
            None => open.push((place, 0)),
        }
    }
    open.reverse();
    let (mut nested, mut lines) = (Vec::with_capacity(order.len()), vec![0; order.len()]);
    while let Some((place, depth)) = open.pop() {
        if let Some(line) = lines.get_mut(place) {
            *line = nested.len();
        }
        let capped = u8::try_from(depth).unwrap_or(DEPTH).min(DEPTH);
        nested.push(Nested { place, depth: capped, below: 0 });
        let children = children.get(place).into_iter().flatten().rev();
        open.extend(children.map(|child| (*child, depth + 1)));
    }
    count(&mut nested, |place| {
        let parent = parent_of(*order.get(place)?)?;
        lines.get(parent).copied()
    });
    nested
}

/// Counts what is nested under each session; `parent` tells where the parent of a place stands.
fn count(nested: &mut [Nested], parent: impl Fn(usize) -> Option<usize>) {
    // Whatever is nested under a session comes after it, so its count is whole by then.
    for at in (0..nested.len()).rev() {
        let Some(Nested { place, below, .. }) = nested.get(at).copied() else { continue };
        if let Some(parent) = parent(place).and_then(|parent| nested.get_mut(parent)) {
            parent.below += below + 1;
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
        let of_key = |key: &SessionKey| by_key.get(&(&row.agent, key.normal_form())).copied();
        let own = is_archived(row.provenance).then(|| {
            let by_id = || by_id.get(&(&row.agent, row.session_id.as_str())).copied();
            row.key.as_ref().and_then(of_key).or_else(by_id)
        });
        let found = own.flatten().or_else(|| row.parent_key.as_ref().and_then(of_key));
        found.filter(|parent| *parent != at)
    };
    rows.iter().enumerate().map(parent).collect()
}

/// Takes their parents from the sessions that are their own ancestors; each becomes a top, and what
/// hangs below them stays there.
fn cut_circles(parents: &mut [Option<usize>]) {
    // The walk that came by each session first.
    let mut seen: Vec<Option<usize>> = vec![None; parents.len()];
    for walk in 0..parents.len() {
        let mut at = walk;
        while let Some(slot) = seen.get_mut(at).filter(|slot| slot.is_none()) {
            *slot = Some(walk);
            match parents.get(at).copied().flatten() {
                Some(parent) => at = parent,
                None => break,
            }
        }
        // A walk that meets itself has run into a circle, and `at` is a member of it.
        if seen.get(at) == Some(&Some(walk)) {
            while let Some(parent) = parents.get_mut(at).and_then(Option::take) {
                at = parent;
            }
        }
    }
}

/// The place of each row's nearest ancestor that is shown.
fn nearest_shown(parents: &[Option<usize>], places: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut nearest: Vec<Option<Option<usize>>> = vec![None; parents.len()];
    let mut path = Vec::new();
    for row in 0..parents.len() {
        let mut at = row;
        let found = loop {
            if let Some(known) = nearest.get(at).copied().flatten() {
                break known;
            }
            path.push(at);
            let Some(parent) = parents.get(at).copied().flatten() else { break None };
            let place = places.get(parent).copied().flatten();
            if place.is_some() {
                break place;
            }
            at = parent;
        };
        // No session between `row` and what was found is shown: all of them share it.
        for passed in path.drain(..) {
            if let Some(slot) = nearest.get_mut(passed) {
                *slot = Some(found);
            }
        }
    }
    nearest.into_iter().map(Option::flatten).collect()
}
