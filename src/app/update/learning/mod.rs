//! The learning tab: what its keys do. Asking for data and taking it in is [`load`].

mod arm;
mod jump;
mod load;

use super::{Effects, layers, say, show};
use crate::app::action::Action;
use crate::app::state::detail::Subject;
use crate::app::state::learning::data::LearningData;
use crate::app::state::learning::lists::{Like, LikeWhat, RunGroup, sort_word};
use crate::app::state::learning::{LearningPane, LearningView, TraceSlot};
use crate::app::state::{Focus, State, Tab};
use crate::model::learning::view::ArmFilter;

pub(super) use arm::take as take_arm;
pub(super) use load::{failed, reload, settle, stop, take, take_trace};

pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) {
    match action {
        Action::LearningArms => look_at(state, LearningView::Arms),
        Action::LearningRuns => look_at(state, LearningView::Runs),
        Action::LearningMap => look_at(state, LearningView::Map),
        Action::LearningCharts => look_at(state, LearningView::Charts),
        Action::ToggleNumbers => {
            state.learning.numbers = !state.learning.numbers;
            let what = if state.learning.numbers { "numbers" } else { "bars and plots" };
            say(state, format!("shown as {what}"));
        }
        Action::FilterLearning => layers::open(state, action),
        Action::NextSource => load::next_source(state, out),
        Action::Open => open(state, out),
        Action::Fold | Action::Unfold => step(state, action == Action::Unfold),
        Action::NextFilter
        | Action::NextConfidence
        | Action::OnlyAlike
        | Action::NextSort
        | Action::ReverseSort => narrow(state, action),
        _ => {}
    }
}

fn look_at(state: &mut State, view: LearningView) {
    state.learning.view = view;
}

/// Enter: an arm opens, a run leads to its session.
fn open(state: &mut State, out: &mut Effects) {
    let pane = &mut state.learning;
    match pane.view {
        LearningView::Arms | LearningView::Map => {
            if let Some(at) = pane.selected_arm() {
                let from = pane.view;
                arm::open(state, at, from, out);
            }
        }
        LearningView::Arm | LearningView::Runs => jump::to_session(state, out),
        LearningView::Charts => say(state, "nothing to open here; # shows the numbers"),
    }
}

/// Left and right: the cursor of the map, else a step out.
fn step(state: &mut State, forward: bool) {
    let pane = &mut state.learning;
    if pane.view == LearningView::Map {
        let runs = pane.data.as_ref().and_then(|data| data.runs.as_ref());
        let last = runs.map_or(0, |runs| runs.index.len().saturating_sub(1));
        let back = pane.column.saturating_add(1).min(last);
        pane.column = if forward { pane.column.saturating_sub(1) } else { back };
    } else if !forward && !back(state) {
        super::focus(state, Focus::Sessions);
    }
}

/// Esc: leaves the open arm, then takes filters away; tells whether anything changed.
pub(super) fn back(state: &mut State) -> bool {
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return false };
    match pane.view {
        LearningView::Arm => {
            pane.view = pane.arm.take().map_or(LearningView::Arms, |arm| arm.from);
        }
        LearningView::Runs if !pane.runs.hint().is_empty() => {
            (pane.runs.group, pane.runs.like) = (RunGroup::All, None);
            pane.runs.text.clear();
            if let Some(runs) = &data.runs {
                pane.runs.rebuild(&runs.index);
            }
        }
        LearningView::Arms if !pane.arms.hint().is_empty() => {
            pane.arms.filter = ArmFilter::default();
            pane.arms.rebuild(&data);
        }
        LearningView::Arms => return false,
        _ => pane.view = LearningView::Arms,
    }
    true
}

fn narrow(state: &mut State, action: Action) {
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return };
    let said = match pane.view {
        LearningView::Arms | LearningView::Map => Some(narrow_arms(pane, &data, action)),
        LearningView::Runs => narrow_runs(pane, &data, action),
        LearningView::Arm => {
            pane.arm.as_mut().filter(|_| action == Action::NextFilter).map(|arm| {
                arm.only = arm.only.next();
                arm.rebuild();
                format!("shown: {}", arm.only.word())
            })
        }
        LearningView::Charts => None,
    };
    say(state, said.unwrap_or_else(|| "that means nothing here".to_owned()));
}

fn narrow_arms(pane: &mut LearningPane, data: &LearningData, action: Action) -> String {
    let arms = &mut pane.arms;
    match action {
        Action::NextSort => arms.next_sort(),
        Action::ReverseSort => arms.reverse = !arms.reverse,
        Action::NextFilter => arms.next_kind(),
        Action::NextConfidence => arms.next_confidence(),
        _ if arms.filter.category.is_some() => arms.filter.category = None,
        _ => {
            let selected = arms.lines.get(arms.list.selected).and_then(|at| data.arms.get(*at));
            let name = selected.and_then(|arm| arm.row.name());
            arms.filter.category = name.map(|name| name.category.to_owned());
        }
    }
    arms.rebuild(data);
    match action {
        Action::NextSort | Action::ReverseSort => {
            let turned = if arms.reverse { ", turned round" } else { "" };
            format!("sorted by {}{turned}", sort_word(arms.sort))
        }
        _ => shown(&arms.hint()),
    }
}

fn narrow_runs(pane: &mut LearningPane, data: &LearningData, action: Action) -> Option<String> {
    let index = &data.runs.as_ref()?.index;
    let selected = pane.selected_run();
    let runs = &mut pane.runs;
    match action {
        Action::NextFilter => runs.group = runs.group.next(),
        Action::OnlyAlike => match selected {
            Some(run) => runs.next_like(index, run),
            None => runs.like = None,
        },
        _ => return None,
    }
    runs.rebuild(index);
    Some(shown(&runs.hint()))
}

fn shown(hint: &str) -> String {
    if hint.is_empty() { "shown: all".to_owned() } else { format!("shown: {hint}") }
}

/// The letters that narrow the present view.
pub(super) fn filter_text(state: &State) -> &str {
    match state.learning.view {
        LearningView::Runs => &state.learning.runs.text,
        _ => &state.learning.arms.filter.text,
    }
}

/// Narrows the present view by letters.
pub(super) fn set_filter(state: &mut State, text: &str) {
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return };
    if pane.view == LearningView::Runs {
        text.clone_into(&mut pane.runs.text);
        if let Some(runs) = &data.runs {
            pane.runs.rebuild(&runs.index);
        }
    } else {
        text.clone_into(&mut pane.arms.filter.text);
        pane.arms.rebuild(&data);
    }
}

/// Shows the runs and arms of the selected session.
pub(super) fn of_session(state: &mut State, out: &mut Effects) {
    let row = match state.focus {
        Focus::Sessions => {
            let at = state.sessions.selected_row();
            at.and_then(|at| state.catalogue.rows.get(at)).map(|row| row.session_id.clone())
        }
        _ => state.open.as_ref().map(|open| open.row.session_id.clone()),
    };
    let Some(id) = row else { return say(state, "no session is selected") };
    show(state, Tab::Learning, out);
    let pane = &mut state.learning;
    pane.view = LearningView::Runs;
    pane.runs.group = RunGroup::All;
    pane.runs.text.clear();
    pane.runs.like = Some(Like { what: LikeWhat::Session, value: id });
    if let Some(runs) = pane.data.as_ref().and_then(|data| data.runs.as_ref()) {
        pane.runs.rebuild(&runs.index);
    }
}

/// The full name of what the learning tab has selected, for the clipboard.
pub(super) fn name(state: &State) -> Option<String> {
    let data = state.learning.data.as_ref().filter(|_| state.tab == Tab::Learning)?;
    match state.detail.subject? {
        Subject::Arm(at) => Some(data.arms.get(at)?.row.arm.clone()),
        Subject::Trace(ix) => {
            let row = data.runs.as_ref()?.index.get(ix)?.row;
            match state.learning.whole.get(&row)? {
                TraceSlot::Ready(trace) => Some(trace.run_id.clone()),
                TraceSlot::Pending | TraceSlot::Failed(_) => None,
            }
        }
        _ => None,
    }
}

/// What the learning tab has selected, in one line of figures for the clipboard.
pub(super) fn content(state: &State) -> Option<String> {
    let data = state.learning.data.as_ref().filter(|_| state.tab == Tab::Learning)?;
    let Subject::Arm(at) = state.detail.subject? else { return name(state) };
    let row = &data.arms.get(at)?.row;
    let interval = row.interval.map_or_else(String::new, |interval| {
        format!(", 95 % {:.4} to {:.4}", interval.lower, interval.upper)
    });
    let (alpha, beta) = (row.belief.alpha, row.belief.beta);
    Some(format!(
        "{}: Beta({alpha}, {beta}), mean {:.4}{interval}, {} pulls",
        row.arm, row.mean, row.pulls
    ))
}
