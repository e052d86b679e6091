//! The timeline tab: filters, trouble and gaps.

use super::{focus, say};
use crate::app::action::Action;
use crate::app::state::index::SessionIndex;
use crate::app::state::panes::{LaneFilter, SourceFilter, TimelinePane};
use crate::app::state::{Focus, State};

pub(super) fn act(state: &mut State, action: Action) {
    let Some(open) = &mut state.open else { return };
    let Some(index) = open.index.clone() else { return };
    let pane = &mut open.timeline;
    match action {
        Action::Open => focus(state, Focus::Detail),
        Action::NextFilter => {
            pane.lane = pane.lane.next();
            rebuild(pane, &index);
            let word = pane.lane.word();
            say(state, format!("shown: {word}"));
        }
        Action::NextSource => {
            pane.source = pane.source.next();
            rebuild(pane, &index);
            let word = pane.source.word();
            say(state, format!("shown: {word}"));
        }
        Action::NextError | Action::PreviousError => {
            let backwards = action == Action::PreviousError;
            if !to_trouble(pane, &index, backwards) {
                say(state, if backwards { "no trouble above" } else { "no trouble below" });
            }
        }
        Action::LongestGap => match index.timeline.longest_gap() {
            Some(position) => reveal(state, position),
            None => say(state, "no two events with a time"),
        },
        _ => {}
    }
}

fn to_trouble(pane: &mut TimelinePane, index: &SessionIndex, backwards: bool) -> bool {
    let rows = &index.timeline.rows;
    let len = pane.len(rows.len());
    let is_trouble = |line: &usize| rows.get(pane.position(*line)).is_some_and(|row| row.trouble);
    let found = if backwards {
        (0..pane.list.selected.min(len)).rfind(is_trouble)
    } else {
        (pane.list.selected + 1..len).find(is_trouble)
    };
    if let Some(line) = found {
        pane.list.select(line, len);
    }
    found.is_some()
}

/// Selects a position of the timeline, taking away filters that hide it.
pub(super) fn reveal(state: &mut State, position: usize) {
    let Some(open) = &mut state.open else { return };
    let Some(index) = open.index.clone() else { return };
    let pane = &mut open.timeline;
    if pane.position(pane.line_of(position)) != position {
        (pane.source, pane.lane) = (SourceFilter::Both, LaneFilter::All);
        rebuild(pane, &index);
    }
    pane.list.select(pane.line_of(position), pane.len(index.timeline.rows.len()));
}

/// Filters the timeline anew, keeping the selection on its event or the one before it.
pub(super) fn rebuild(pane: &mut TimelinePane, index: &SessionIndex) {
    let rows = &index.timeline.rows;
    let shown = pane.line_of(pane.anchor) == pane.list.selected;
    let selected = pane.position(pane.list.selected);
    if selected < rows.len() && !shown {
        pane.anchor = selected;
    }
    let all = pane.source == SourceFilter::Both && pane.lane == LaneFilter::All;
    pane.kept = (!all).then(|| {
        let shown = rows.iter().enumerate();
        let shown = shown.filter(|(_, row)| pane.source.keeps(row) && pane.lane.keeps(row));
        shown.map(|(at, _)| at as u32).collect()
    });
    pane.list.selected = pane.line_of(pane.anchor);
    pane.list.fit(pane.len(rows.len()));
}
