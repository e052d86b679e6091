//! The learning tab: what its keys do. Asking for data and taking it in is [`load`].

mod arm;
mod copy;
mod jump;
mod load;
mod narrow;

use jiff::tz::TimeZone;

use super::{Effects, layers, say, show};
use crate::app::action::Action;
use crate::app::state::area::Areas;
use crate::app::state::learning::charts::{ChartRow, GroupKey};
use crate::app::state::learning::lists::{Like, LikeWhat, RunGroup, Within};
use crate::app::state::learning::{LearningPane, LearningView};
use crate::app::state::{Focus, State, Tab};
use crate::model::learning::index::TraceIx;
use crate::model::learning::view::ArmFilter;
use crate::model::time;

pub(super) use arm::take as take_arm;
pub(super) use copy::{content, name};
pub(super) use jump::back_to_run;
pub(super) use load::{failed, reload, settle, stop, take, take_trace};
pub(super) use narrow::{filter_text, set_filter};

pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) {
    match action {
        Action::LearningArms => look_at(state, LearningView::Arms),
        Action::LearningRuns => look_at(state, LearningView::Runs),
        Action::LearningMap => look_at(state, LearningView::Map),
        Action::LearningCharts => look_at(state, LearningView::Charts),
        Action::ToggleNumbers => {
            state.learning.numbers = !state.learning.numbers;
            state.learning.shift = 0;
            let what = if state.learning.numbers { "numbers" } else { "bars and plots" };
            say(state, format!("shown as {what}"));
        }
        Action::FilterLearning => layers::open(state, action),
        Action::NextSource => load::next_source(state, out),
        Action::Open => open(state, out),
        Action::Fold | Action::Unfold => step(state, action == Action::Unfold),
        _ => narrow::act(state, action),
    }
}

fn look_at(state: &mut State, view: LearningView) {
    let pane = &mut state.learning;
    (pane.view, pane.shift, pane.runs.from_charts) = (view, 0, false);
    pane.runs.from_tab = None;
}

/// Takes over how far the last frame lets a table of numbers be scrolled sideways.
pub(super) fn drawn(state: &mut State, areas: &Areas) {
    if let Some(limit) = areas.shift_limit {
        state.learning.shift = state.learning.shift.min(limit);
    }
}

/// Enter: an arm opens, a run leads to its session, a bar to its runs.
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
        LearningView::Charts => to_runs(state),
    }
}

/// Shows the runs behind the selected bar, and no others.
fn to_runs(state: &mut State) {
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return };
    let (Some(bar), Some(runs)) = (pane.selected_bar(), &data.runs) else { return };
    pane.runs.clear();
    match bar {
        ChartRow::Group(GroupKey { active, baseline }) => {
            pane.runs.group = if baseline { RunGroup::Baseline } else { RunGroup::Selected };
            let first = runs.activation.filter(|_| active);
            let word = "active phase".to_owned();
            pane.runs.within = first.map(|first| Within { word, first, ended: None });
        }
        ChartRow::Stretch(at) => {
            let start = runs.series.get(at).map(|stretch| stretch.start);
            pane.runs.within = start.map(|start| stretch(start, runs.width, &state.zone));
        }
    }
    pane.runs.rebuild(&runs.index);
    pane.runs.list.select(0, pane.runs.lines.len());
    (pane.view, pane.shift, pane.runs.from_charts) = (LearningView::Runs, 0, true);
}

/// The runs that ended in a stretch of time.
fn stretch(start: i64, width: i64, zone: &TimeZone) -> Within {
    let end = start.saturating_add(width);
    let word = |at| {
        let full = time::full(at, zone);
        full.get(..16).unwrap_or(&full).to_owned()
    };
    let word = format!("{} to before {}", word(start), word(end));
    Within { word, first: TraceIx(0), ended: Some(start..end) }
}

/// Left and right: the columns of a table of numbers, the arms above the runs of a session, the cursor
/// of the map, the stretches of the charts; else a step out.
fn step(state: &mut State, forward: bool) {
    let pane = &mut state.learning;
    let has_arms = pane.view == LearningView::Runs && !pane.runs.session.is_empty();
    if (pane.numbers || has_arms) && (forward || pane.shift > 0) {
        pane.shift = if forward { pane.shift.saturating_add(1) } else { pane.shift - 1 };
        return;
    }
    match (pane.view, pane.numbers) {
        (LearningView::Map, false) => {
            let runs = pane.data.as_ref().and_then(|data| data.runs.as_ref());
            let last = runs.map_or(0, |runs| runs.index.len().saturating_sub(1));
            let back = pane.column.saturating_add(1).min(last);
            pane.column = if forward { pane.column.saturating_sub(1) } else { back };
        }
        (LearningView::Charts, false) => walk(pane, forward),
        _ => {
            if !forward && !back(state) {
                super::focus(state, Focus::Sessions);
            }
        }
    }
}

/// Goes to the next older or newer stretch of the charts; from a group to the newest one.
fn walk(pane: &mut LearningPane, forward: bool) {
    let Some(runs) = pane.data.as_ref().and_then(|data| data.runs.as_ref()) else { return };
    let (at, first, len) = (pane.charts.selected, runs.groups(), runs.chart_rows());
    let to = match forward {
        true if at > first => at - 1,
        true => at,
        false => (at + 1).max(first),
    };
    pane.charts.select(to, len);
}

/// Esc: leaves the open arm, then takes filters away; tells whether anything changed.
pub(super) fn back(state: &mut State) -> bool {
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return false };
    match pane.view {
        LearningView::Arm => {
            pane.view = pane.arm.take().map_or(LearningView::Arms, |arm| arm.from);
        }
        LearningView::Runs if pane.runs.from_charts || !pane.runs.hint().is_empty() => {
            pane.runs.clear();
            if let Some(runs) = &data.runs {
                pane.runs.rebuild(&runs.index);
            }
            if std::mem::take(&mut pane.runs.from_charts) {
                pane.view = LearningView::Charts;
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

/// Esc: goes back to where the runs of a session were asked for; tells whether it was elsewhere.
pub(super) fn back_to_session(state: &mut State, out: &mut Effects) -> bool {
    let is_here = state.tab == Tab::Learning && state.learning.view == LearningView::Runs;
    let Some(tab) = state.learning.runs.from_tab.take_if(|_| is_here) else { return false };
    // Leaves the runs of the session as Esc does elsewhere.
    back(state);
    show(state, tab, out);
    true
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
    let elsewhere = state.tab != Tab::Learning && state.focus != Focus::Sessions;
    let from = elsewhere.then_some(state.tab);
    show(state, Tab::Learning, out);
    look_at(state, LearningView::Runs);
    let pane = &mut state.learning;
    pane.runs.clear();
    pane.runs.from_tab = from;
    pane.runs.like = Some(Like { what: LikeWhat::Session, value: id });
    if let Some(runs) = pane.data.as_ref().and_then(|data| data.runs.as_ref()) {
        pane.runs.rebuild(&runs.index);
    }
}
