//! Which arms and runs the learning tab shows, and in which order.

use super::super::say;
use crate::app::action::Action;
use crate::app::state::State;
use crate::app::state::learning::data::LearningData;
use crate::app::state::learning::lists::{LikeWhat, RunGroup, RunList, sort_word};
use crate::app::state::learning::{LearningPane, LearningView, MarkFilter};
use crate::model::learning::index::{TraceIndex, TraceIx};
use crate::model::learning::view::SortKey;

/// Does an action that narrows or sorts the list of the present view, and says what it led to.
pub(super) fn act(state: &mut State, action: Action) {
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return };
    let said = match pane.view {
        LearningView::Arms | LearningView::Map => arms(pane, &data, action),
        LearningView::Runs => runs(pane, &data, action),
        LearningView::Arm => marks(pane, action),
        LearningView::Charts => None,
    };
    say(state, said.unwrap_or_else(|| "that means nothing here".to_owned()));
}

fn arms(pane: &mut LearningPane, data: &LearningData, action: Action) -> Option<String> {
    let arms = &mut pane.arms;
    match action {
        Action::NextSort => arms.next_sort(),
        Action::ReverseSort => arms.reverse = !arms.reverse,
        Action::NextFilter => arms.next_kind(data),
        Action::NextConfidence => arms.next_confidence(),
        Action::OnlySeeds => arms.filter.seeds = !arms.filter.seeds,
        Action::OnlyUnderexplored => arms.filter.underexplored = !arms.filter.underexplored,
        Action::OnlyAlike if arms.filter.category.is_some() => arms.filter.category = None,
        Action::OnlyAlike => {
            let selected = arms.lines.get(arms.list.selected).and_then(|at| data.arms.get(*at));
            let name = selected.and_then(|arm| arm.row.name());
            arms.filter.category = name.map(|name| name.category.to_owned());
        }
        _ => return None,
    }
    arms.rebuild(data);
    if !matches!(action, Action::NextSort | Action::ReverseSort) {
        return Some(shown(&arms.hint()));
    }
    let first = match (arms.sort, arms.is_descending()) {
        (SortKey::Name, false) => "from a to z",
        (SortKey::Name, true) => "from z to a",
        (_, true) => "the greatest first",
        (_, false) => "the smallest first",
    };
    Some(format!("sorted by {}, {first}", sort_word(arms.sort)))
}

fn runs(pane: &mut LearningPane, data: &LearningData, action: Action) -> Option<String> {
    let index = &data.runs.as_ref()?.index;
    let selected = pane.selected_run();
    let runs = &mut pane.runs;
    match action {
        Action::NextFilter => {
            // A kind that no run is of would only have to be passed by.
            runs.group = runs.group.next();
            runs.rebuild(index);
            while runs.group != RunGroup::All && runs.lines.is_empty() {
                runs.group = runs.group.next();
                runs.rebuild(index);
            }
        }
        Action::OnlyBaseline => runs.toggle_group(RunGroup::Baseline),
        Action::OnlyAborted => runs.toggle_group(RunGroup::Aborted),
        Action::OnlyFailed => runs.toggle_group(RunGroup::Failed),
        Action::OnlyAlike => match selected {
            Some(run) => runs.next_like(index, run),
            None => runs.like = None,
        },
        _ => {
            let what = respect(action)?;
            if let Some(why) = alike(runs, index, (selected, what)) {
                return Some(why);
            }
        }
    }
    runs.rebuild(index);
    Some(shown(&runs.hint()))
}

/// The respect in which an action wants runs to be alike.
fn respect(action: Action) -> Option<LikeWhat> {
    Some(match action {
        Action::SameSession => LikeWhat::Session,
        Action::SameModel => LikeWhat::Model,
        Action::SameProvider => LikeWhat::Provider,
        Action::SameChannel => LikeWhat::Channel,
        _ => return None,
    })
}

/// Narrows to what is like the selected run, or no more; says why it cannot.
fn alike(
    runs: &mut RunList,
    index: &TraceIndex,
    (selected, what): (Option<TraceIx>, LikeWhat),
) -> Option<String> {
    let Some(run) = selected else {
        runs.like = None;
        return None;
    };
    let has = runs.toggle_like(index, run, what);
    (!has).then(|| format!("this run has no {}", what.word()))
}

fn marks(pane: &mut LearningPane, action: Action) -> Option<String> {
    let arm = pane.arm.as_mut().filter(|_| action == Action::NextFilter)?;
    if pane.numbers {
        return Some("a history has no filter; without the numbers there are the runs".to_owned());
    }
    arm.only = arm.only.next();
    arm.rebuild();
    while arm.only != MarkFilter::All && arm.lines.is_empty() {
        arm.only = arm.only.next();
        arm.rebuild();
    }
    Some(format!("shown: {}", arm.only.word()))
}

fn shown(hint: &str) -> String {
    if hint.is_empty() { "shown: all".to_owned() } else { format!("shown: {hint}") }
}

/// The letters that narrow the present view.
pub(in crate::app::update) fn filter_text(state: &State) -> &str {
    match state.learning.view {
        LearningView::Runs => &state.learning.runs.text,
        _ => &state.learning.arms.filter.text,
    }
}

/// Narrows the present view by letters.
pub(in crate::app::update) fn set_filter(state: &mut State, text: &str) {
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
