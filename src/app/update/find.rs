//! Searching all rows of a tab: asking, taking in matches, going from match to match.

use std::sync::Arc;

use super::{Effects, layers, say, timeline, tools, transcript};
use crate::app::action::Action;
use crate::app::effect::{Effect, FindRequest};
use crate::app::state::bodies::BodyKey;
use crate::app::state::detail::DetailMode;
use crate::app::state::find::{Find, Records};
use crate::app::state::index::SessionIndex;
use crate::app::state::layer::Layer;
use crate::app::state::{Focus, State, Tab};
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::CallIx;
use crate::model::timeline::TimelineEvent;
use crate::search::query::Query;
use crate::search::text::Searched;

pub(super) fn act(state: &mut State, action: Action) {
    let steps = match action {
        Action::Find => return layers::open(state, action),
        Action::NextMatch => 1,
        _ => -1,
    };
    if let Some(Layer::Viewer(viewer)) = state.layers.last_mut() {
        if let Some(tree) = &mut viewer.tree {
            tree.next_match(steps);
        }
        return;
    }
    if in_tree(state)
        && let Some(tree) = &mut state.detail.tree
    {
        tree.next_match(steps);
        return;
    }
    match &state.find {
        None => say(state, "nothing is searched; / begins a search"),
        // The footer tells how far a search is, and goes on telling.
        Some(find) if find.rows.is_empty() && find.running => {}
        Some(find) if find.rows.is_empty() => {
            let text = format!("{}: {}", find.query.text(), find.count());
            say(state, text);
        }
        Some(_) => step(state, steps),
    }
}

/// Tells whether a search means the JSON tree of the detail pane.
pub(super) fn in_tree(state: &State) -> bool {
    state.focus == Focus::Detail && state.detail.mode == DetailMode::Tree
}

/// Begins a search in the present tab.
pub(super) fn begin(state: &mut State, text: &str, out: &mut Effects) {
    let Some(query) = Query::new(text) else {
        state.requests.find.cancel_all();
        state.find = None;
        return;
    };
    let request = state.requests.find.next();
    state.find = Some(Find::new(state.tab, query, request));
    go_on(state, out);
    to_nearest(state);
}

/// Searches what no request was about yet: all of it at first, later the rows that have come since.
pub(super) fn go_on(state: &mut State, out: &mut Effects) {
    let Some(find) = &state.find else { return };
    if find.tab == Tab::Diagnostics {
        let rows = diagnostics(state, &find.query);
        return set_rows(state, rows);
    }
    let Some(open) = &state.open else { return };
    let Some(index) = open.index.clone() else { return };
    let (row, all) = (Arc::clone(&open.row), Records::of(&index, find.tab));
    let rows = (!find.running && find.tab != Tab::Transcript).then(|| rows(find, &index));
    if let Some(rows) = rows {
        set_rows(state, rows);
    }
    let Some(find) = &mut state.find else { return };
    find.partial = !index.complete;
    let asked = find.asked;
    if find.running || (all.entries <= asked.entries && all.events <= asked.events) {
        return;
    }
    find.request = state.requests.find.next();
    (find.running, find.before) = (true, asked.entries + asked.events);
    find.asked = all;
    out.push(Effect::Find(FindRequest {
        request: find.request.clone(),
        query: find.query.clone(),
        row,
        index,
        entries: asked.entries..all.entries,
        events: asked.events..all.events,
    }));
}

/// Searches anew, for the same, a session whose rows are no longer those that were searched.
pub(super) fn again(state: &mut State, out: &mut Effects) {
    if let Some(find) = &state.find {
        let text = find.query.text().to_owned();
        begin(state, &text, out);
    }
}

/// The diagnostics that a query is in.
fn diagnostics(state: &State, query: &Query) -> Vec<u32> {
    let is_in = |one: &Diagnostic| {
        query.is_in(&one.message)
            || query.is_in(one.code)
            || query.is_in(&one.place.path.to_string_lossy())
    };
    let found = state.all_diagnostics().enumerate().filter(|(_, one)| is_in(one));
    found.map(|(at, _)| at as u32).collect()
}

/// Takes over rows that were counted anew, staying on the same one.
fn set_rows(state: &mut State, rows: Vec<u32>) {
    let Some(find) = &mut state.find else { return };
    let row = find.at.and_then(|at| find.rows.get(at)).copied();
    find.at = row.and_then(|row| rows.binary_search(&row).ok());
    find.rows = rows;
}

/// Searches the tab that is shown now for what was searched in another.
pub(super) fn search_tab(state: &mut State, out: &mut Effects) {
    if let Some(find) = &state.find
        && find.tab != state.tab
        && state.tab != Tab::Learning
    {
        again(state, out);
    }
}

/// Takes in matches; rows that have come meanwhile are searched next.
pub(super) fn found(
    state: &mut State,
    hits: &[BodyKey],
    searched: Searched,
    (done, failed): (bool, Option<String>),
    out: &mut Effects,
) {
    let Some(find) = &mut state.find else { return };
    let (rows, total) = (find.before + searched.rows, find.before + searched.total);
    find.searched = Searched { rows, total };
    find.running = !done;
    find.failed = failed.or_else(|| find.failed.take());
    let first = find.rows.is_empty();
    if find.tab == Tab::Transcript {
        // Matches come in row order, so that they are simply added.
        let entries = hits.iter().filter_map(|hit| match hit {
            BodyKey::Entry(entry) => Some(entry.0),
            BodyKey::Event(_) => None,
        });
        find.rows.extend(entries);
    } else {
        find.hits.extend(hits);
    }
    if done {
        go_on(state, out);
    }
    if first {
        to_nearest(state);
    }
}

/// The rows of the tab that show a record with a match.
fn rows(find: &Find, index: &SessionIndex) -> Vec<u32> {
    let hit = |key: BodyKey| find.hits.contains(&key);
    let numbers = |len: usize, is_hit: &dyn Fn(usize) -> bool| {
        (0..len).filter(|at| is_hit(*at)).map(|at| at as u32).collect()
    };
    match find.tab {
        Tab::Timeline => numbers(index.timeline.rows.len(), &|at| {
            index.timeline.rows.get(at).is_some_and(|row| match row.event {
                TimelineEvent::Runtime(event) => hit(BodyKey::Event(event)),
                TimelineEvent::Entry(entry) => hit(BodyKey::Entry(entry)),
                // The message itself is a row of its own.
                TimelineEvent::Call { .. } => false,
            })
        }),
        Tab::Tools => numbers(index.calls.calls.len(), &|at| {
            index.records_of(CallIx::from(at)).into_iter().any(hit)
        }),
        Tab::Runs => numbers(index.runs.len(), &|at| {
            let events = index.runs.get(at).map(|run| run.events.as_slice());
            events.unwrap_or_default().iter().any(|event| hit(BodyKey::Event(*event)))
        }),
        Tab::Transcript | Tab::Diagnostics | Tab::Learning => Vec::new(),
    }
}

/// The row of the tab, as the search counts, that is selected.
fn selected(state: &State) -> u32 {
    let open = state.open.as_ref();
    let row = match state.tab {
        Tab::Diagnostics => Some(state.diagnostics.list.selected as u32),
        Tab::Transcript => open.and_then(transcript::selected).map(|entry| entry.0),
        Tab::Timeline => {
            open.map(|open| open.timeline.position(open.timeline.list.selected) as u32)
        }
        Tab::Tools => {
            open.and_then(|open| match open.tools.lines.get(open.tools.list.selected)? {
                crate::app::state::panes::ToolLine::Call(call) => Some(call.0),
                crate::app::state::panes::ToolLine::Group { .. } => None,
            })
        }
        Tab::Runs => open.map(|open| open.runs.list.selected as u32),
        Tab::Learning => None,
    };
    row.unwrap_or(0)
}

/// Goes to the first match at or after the selection, else to the first one.
fn to_nearest(state: &mut State) {
    let from = selected(state);
    let Some(find) = &mut state.find else { return };
    if find.rows.is_empty() {
        return;
    }
    let at = find.rows.partition_point(|row| *row < from);
    find.at = Some(if at == find.rows.len() { 0 } else { at });
    show(state);
}

fn step(state: &mut State, steps: isize) {
    let from = selected(state);
    let Some(find) = &mut state.find else { return };
    let len = find.rows.len() as isize;
    // From where the selection is now, which may have moved since the last match.
    let before = find.rows.partition_point(|row| *row < from) as isize;
    let on_match = find.rows.get(before as usize) == Some(&from);
    let at = match (steps > 0, on_match) {
        (true, true) => before + 1,
        (true, false) => before,
        (false, _) => before - 1,
    };
    let wrapped = !(0..len).contains(&at);
    find.at = Some(at.rem_euclid(len.max(1)) as usize);
    show(state);
    if wrapped {
        say(state, if steps > 0 { "went on at the top" } else { "went on at the bottom" });
    }
}

fn show(state: &mut State) {
    let Some(find) = &state.find else { return };
    let Some(&row) = find.at.and_then(|at| find.rows.get(at)) else { return };
    // The detail would keep to what it was opened for.
    state.detail.subject = None;
    match state.tab {
        Tab::Transcript => transcript::reveal(state, crate::model::ids::EntryIx(row)),
        Tab::Timeline => timeline::reveal(state, row as usize),
        Tab::Tools => tools::reveal(state, CallIx(row)),
        Tab::Runs => {
            if let Some(open) = &mut state.open {
                let len = open.index.as_ref().map_or(0, |index| index.runs.len());
                open.runs.list.select(row as usize, len);
            }
        }
        Tab::Diagnostics => {
            let len = state.diagnostics_len();
            state.diagnostics.list.select(row as usize, len);
        }
        Tab::Learning => {}
    }
}
