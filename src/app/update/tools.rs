//! The tools tab: grouping, order and filters; and the runs tab, which only walks.

use std::cmp::Reverse;

use super::{focus, say};
use crate::app::action::Action;
use crate::app::state::index::SessionIndex;
use crate::app::state::panes::{ToolFilter, ToolLine, ToolSort, ToolsPane};
use crate::app::state::{Focus, State};
use crate::model::ids::CallIx;
use crate::model::tools::{CallStatus, ToolCall};

pub(super) fn act(state: &mut State, action: Action) {
    let Some(open) = &mut state.open else { return };
    let Some(index) = open.index.clone() else { return };
    let pane = &mut open.tools;
    match action {
        Action::Open if !fold(pane, &index, action) => focus(state, Focus::Detail),
        Action::Fold | Action::Unfold | Action::ToggleFold => {
            fold(pane, &index, action);
        }
        Action::GroupTools => {
            pane.grouped = !pane.grouped;
            rebuild(pane, &index);
        }
        Action::NextSort => {
            pane.sort = pane.sort.next();
            rebuild(pane, &index);
            let word = pane.sort.word();
            say(state, format!("sorted by {word}"));
        }
        Action::NextFilter => {
            pane.filter = pane.filter.next();
            rebuild(pane, &index);
            let word = pane.filter.word();
            say(state, format!("shown: {word}"));
        }
        Action::NextError if !to_failure(pane, &index, 1) => say(state, "no failed call below"),
        Action::PreviousError if !to_failure(pane, &index, -1) => {
            say(state, "no failed call above");
        }
        _ => {}
    }
}

/// Selects the nearest failed call below or, with a negative step, above; tells whether there is one.
fn to_failure(pane: &mut ToolsPane, index: &SessionIndex, step: isize) -> bool {
    let lines = &pane.lines;
    let is_failure = |line: &ToolLine| match line {
        ToolLine::Call(call) => {
            index.calls.call(*call).is_some_and(|call| call.status.is_failure())
        }
        // The calls of a folded tool cannot be stepped to.
        ToolLine::Group { total, open } => {
            !open && index.totals.get(*total).is_some_and(|total| total.errors > 0)
        }
    };
    let at = pane.list.selected;
    let found = if step > 0 {
        lines.iter().skip(at + 1).position(is_failure).map(|found| at + 1 + found)
    } else {
        lines.iter().take(at).rposition(is_failure)
    };
    if let Some(line) = found {
        pane.list.select(line, pane.lines.len());
    }
    found.is_some()
}

/// Shows or hides the calls of a tool; tells whether anything changed.
fn fold(pane: &mut ToolsPane, index: &SessionIndex, action: Action) -> bool {
    let (total, open) = match pane.lines.get(pane.list.selected) {
        Some(ToolLine::Group { total, open }) => (*total, *open),
        Some(ToolLine::Call(_)) if pane.grouped && action == Action::Fold => {
            let above = pane.lines.iter().take(pane.list.selected);
            let group = above.clone().rposition(|line| matches!(line, ToolLine::Group { .. }));
            if let Some(group) = group {
                pane.list.select(group, pane.lines.len());
            }
            return group.is_some();
        }
        _ => return false,
    };
    let opens = match action {
        Action::Fold => false,
        Action::Unfold => true,
        _ => !open,
    };
    let Some(name) = index.totals.get(total).map(|total| total.name.clone()) else { return false };
    if opens {
        pane.opened.insert(name);
    } else {
        pane.opened.remove(&name);
    }
    rebuild(pane, index);
    true
}

/// Selects a call, taking away the filter and the fold that hide it.
pub(super) fn reveal(state: &mut State, call: CallIx) {
    let Some(open) = &mut state.open else { return };
    let Some(index) = open.index.clone() else { return };
    let pane = &mut open.tools;
    if !pane.lines.contains(&ToolLine::Call(call)) {
        pane.filter = ToolFilter::All;
        if let Some(call) = index.calls.call(call) {
            pane.opened.insert(call.name.clone());
        }
        rebuild(pane, &index);
    }
    if let Some(line) = pane.lines.iter().position(|line| *line == ToolLine::Call(call)) {
        pane.list.select(line, pane.lines.len());
    }
}

/// Makes the lines anew, keeping the selection on its call or tool.
pub(super) fn rebuild(pane: &mut ToolsPane, index: &SessionIndex) {
    let selected = pane.lines.get(pane.list.selected).copied();
    pane.lines = if pane.grouped { grouped(pane, index) } else { flat(pane, index) };
    let is_it = |line: &ToolLine| match (line, selected) {
        (ToolLine::Call(call), Some(ToolLine::Call(kept))) => *call == kept,
        (ToolLine::Group { total, .. }, Some(ToolLine::Group { total: kept, .. })) => {
            *total == kept
        }
        _ => false,
    };
    let at = pane.lines.iter().position(is_it).unwrap_or(pane.list.selected);
    pane.list.select(at, pane.lines.len());
}

fn flat(pane: &ToolsPane, index: &SessionIndex) -> Vec<ToolLine> {
    let all = (0..index.calls.calls.len()).map(CallIx::from).collect();
    sorted(pane, index, all).into_iter().map(ToolLine::Call).collect()
}

fn grouped(pane: &ToolsPane, index: &SessionIndex) -> Vec<ToolLine> {
    let mut lines = Vec::new();
    for (total, tool) in index.totals.iter().enumerate() {
        let calls = sorted(pane, index, tool.calls.clone());
        if calls.is_empty() {
            continue;
        }
        let open = pane.opened.contains(&tool.name);
        lines.push(ToolLine::Group { total, open });
        if open {
            lines.extend(calls.into_iter().map(ToolLine::Call));
        }
    }
    lines
}

fn sorted(pane: &ToolsPane, index: &SessionIndex, mut calls: Vec<CallIx>) -> Vec<CallIx> {
    let of = |call: &CallIx| index.calls.call(*call);
    calls.retain(|call| of(call).is_some_and(|call| pane.filter.keeps(call.status)));
    match pane.sort {
        ToolSort::Made => {}
        ToolSort::Name => calls.sort_by_key(|call| of(call).map(|call| &call.name)),
        ToolSort::Duration => {
            calls.sort_by_key(|call| Reverse(of(call).and_then(ToolCall::duration_ms)));
        }
        ToolSort::Size => calls.sort_by_key(|call| Reverse(of(call).map(|call| call.result_bytes))),
        ToolSort::Status => calls.sort_by_key(|call| of(call).map(|call| rank(call.status))),
    }
    calls
}

fn rank(status: CallStatus) -> u8 {
    match status {
        CallStatus::Error => 0,
        CallStatus::TimedOut => 1,
        CallStatus::Exit => 2,
        CallStatus::NoResult => 3,
        CallStatus::NoCall => 4,
        CallStatus::Ok => 5,
    }
}

pub(super) fn act_in_runs(state: &mut State, action: Action) {
    let Some(open) = &mut state.open else { return };
    let Some(index) = &open.index else { return };
    let at = open.runs.list.selected;
    let is_trouble = |run: &crate::model::runs::Run| run.outcome.is_trouble();
    let found = match action {
        Action::Open => return focus(state, Focus::Detail),
        Action::NextError => {
            index.runs.iter().skip(at + 1).position(is_trouble).map(|found| at + 1 + found)
        }
        Action::PreviousError => index.runs.iter().take(at).rposition(is_trouble),
        _ => return,
    };
    match found {
        Some(run) => open.runs.list.select(run, index.runs.len()),
        None => say(state, "no other run with trouble that way"),
    }
}
