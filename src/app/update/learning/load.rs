//! Asking for learning data and taking them in.

use std::sync::Arc;

use super::super::back::key;
use super::super::{Effects, say};
use super::{arm, jump};
use crate::app::action::Action;
use crate::app::effect::{Effect, LearningRequest, TraceRequest};
use crate::app::state::learning::data::LearningData;
use crate::app::state::learning::{Choice, LearningPane, LearningView, TraceSlot};
use crate::app::state::{State, Tab};
use crate::model::learning::trace::Trace;

/// Whole traces that are kept.
const KEPT: usize = 256;

/// Asks for the learning data when its tab is shown for the first time.
pub(in crate::app::update) fn settle(state: &mut State, out: &mut Effects) {
    jump::settle(state);
    if state.tab != Tab::Learning {
        return;
    }
    if !state.learning.asked || lacks_contexts(state) {
        load(state, out);
    }
    want_trace(state, out);
}

/// Tells whether contexts of qortex may have names by now: they are hashes of what sessions have, and
/// the sessions were not all listed when it was read.
fn lacks_contexts(state: &State) -> bool {
    let pane = &state.learning;
    let is_qortex = pane.data.as_ref().is_some_and(|data| data.parts > 0);
    is_qortex && !pane.loading && !state.jobs.catalogue && pane.known < state.catalogue.rows.len()
}

/// Forgets that anything was asked for: the state is read anew.
pub(in crate::app::update) fn reload(state: &mut State) {
    state.learning.asked = false;
}

fn load(state: &mut State, out: &mut Effects) {
    let request = state.requests.learning.next();
    let pane = &mut state.learning;
    (pane.asked, pane.loading, pane.stopped) = (true, true, false);
    (pane.progress, pane.known) = (None, state.catalogue.rows.len());
    let contexts = state.catalogue.rows.iter().map(|row| {
        let key = row.key.as_ref().map(|key| key.as_str().to_owned());
        [key, row.channel.value().cloned(), row.model.value().cloned()]
    });
    let contexts = contexts.collect();
    let (input, choice) = (pane.input.clone(), pane.choice);
    out.push(Effect::LoadLearning(LearningRequest { request, input, choice, contexts }));
}

/// Takes in learning data, keeping selection, filters and the open arm by their names.
pub(in crate::app::update) fn take(
    state: &mut State,
    data: &Arc<LearningData>,
    done: bool,
    out: &mut Effects,
) {
    let pane = &mut state.learning;
    let name = |pane: &LearningPane, at: Option<usize>| {
        let arm = pane.data.as_ref()?.arms.get(at?)?;
        Some(arm.row.arm.clone())
    };
    let selected = name(pane, pane.arms.lines.get(pane.arms.list.selected).copied());
    let open = name(pane, pane.arm.as_ref().map(|arm| arm.arm));
    pane.loading = !done;
    if done {
        pane.progress = None;
    }
    pane.failed = None;
    pane.whole.clear();
    pane.arms.rebuild_on(data, selected.as_deref());
    match &data.runs {
        Some(runs) => pane.runs.rebuild(&runs.index),
        None => pane.runs.lines.clear(),
    }
    pane.data = Some(Arc::clone(data));
    if pane.view != LearningView::Arm {
        pane.arm = None;
        return;
    }
    let at = data.arms.iter().position(|arm| Some(&arm.row.arm) == open.as_ref());
    match (&mut pane.arm, at) {
        (Some(open), Some(at)) => {
            open.arm = at;
            let from = open.from;
            arm::open(state, at, from, out);
        }
        _ => pane.view = LearningView::Arms,
    }
}

/// Takes in why there is none.
pub(in crate::app::update) fn failed(state: &mut State, why: Vec<String>) {
    let pane = &mut state.learning;
    (pane.loading, pane.progress) = (false, None);
    pane.data = None;
    pane.failed = Some(why);
}

/// Stops reading, keeping what has come; tells whether there was anything to stop.
pub(in crate::app::update) fn stop(state: &mut State) -> bool {
    if !state.learning.loading {
        return false;
    }
    state.requests.learning.cancel_all();
    let pane = &mut state.learning;
    let share = pane.progress.take().filter(|progress| progress.total > 0);
    let share = share.map(|progress| format!(" at {}%", progress.read * 100 / progress.total));
    (pane.loading, pane.stopped) = (false, true);
    if pane.data.is_none() {
        pane.failed = Some(vec!["Reading was stopped.".to_owned()]);
    }
    let reload = key(state, Action::Reload);
    let share = share.unwrap_or_default();
    say(state, format!("reading learning data was stopped{share}: {reload} reads it anew"));
    true
}

/// Takes in a trace.
pub(in crate::app::update) fn take_trace(
    state: &mut State,
    row: i64,
    trace: Result<Arc<Trace>, String>,
) {
    let whole = &mut state.learning.whole;
    if whole.len() >= KEPT {
        whole.clear();
    }
    whole.insert(row, trace.map_or_else(TraceSlot::Failed, TraceSlot::Ready));
}

/// Asks for the selected trace; of an export it is in memory already.
fn want_trace(state: &mut State, out: &mut Effects) {
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return };
    let Some(runs) = &data.runs else { return };
    let Some(ix) = pane.selected_run() else { return };
    let Some(row) = runs.index.get(ix).map(|entry| entry.row) else { return };
    if pane.whole.contains_key(&row) {
        return;
    }
    if let Some(all) = &data.whole {
        if let Some(trace) = all.get(row) {
            pane.whole.insert(row, TraceSlot::Ready(Arc::new(trace)));
        }
        return;
    }
    // Only the selected one is ever on its way: a newer request replaces an older.
    pane.whole.retain(|_, slot| *slot != TraceSlot::Pending);
    pane.whole.insert(row, TraceSlot::Pending);
    let Some(path) = data.database.clone() else { return };
    let request = state.requests.learning.current();
    out.push(Effect::LoadTrace(TraceRequest { request, path, row }));
}

/// The next part of the source, then the next source.
pub(super) fn next_source(state: &mut State, out: &mut Effects) {
    let pane = &mut state.learning;
    let Some(data) = &pane.data else { return };
    let Choice { source, part } = pane.choice;
    let next = if part < data.parts {
        Choice { source, part: part + 1 }
    } else {
        Choice { source: (source + 1) % data.sources.len().max(1), part: 0 }
    };
    if next == pane.choice {
        return say(state, "there is only one source of learning data");
    }
    pane.choice = next;
    // A bar of one source stands for no runs of another.
    pane.runs.within = None;
    load(state, out);
}
