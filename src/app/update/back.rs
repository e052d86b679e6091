//! Esc: one thing at a time is closed, cancelled or stepped out of, the topmost first.

use super::{Effects, focus, learning, preview, say, sessions};
use crate::app::action::Action;
use crate::app::keymap::Context;
use crate::app::state::layer::{Layer, PromptKind};
use crate::app::state::{Focus, State, Tab};

pub(super) fn back(state: &mut State, out: &mut Effects) {
    if matches!(state.layers.last(), Some(Layer::Preview)) && preview::step_back(state) {
        return;
    }
    if let Some(layer) = state.layers.pop() {
        return closed(state, &layer, out);
    }
    if ends_search(state) {
        return;
    }
    if state.jobs.cancellable() {
        return cancel_jobs(state);
    }
    if state.tab == Tab::Learning && learning::stop(state) {
        return;
    }
    if state.focus == Focus::Sessions && !state.sessions.filter.is_empty() {
        return sessions::set_filter(state, "");
    }
    if state.focus == Focus::Main && learning::back_to_session(state, out) {
        return;
    }
    if state.focus == Focus::Main && state.tab == Tab::Learning && learning::back(state) {
        return;
    }
    if state.focus == Focus::Main && learning::back_to_run(state, out) {
        return;
    }
    if state.splits.zoom {
        state.splits.zoom = false;
        return;
    }
    match state.focus {
        Focus::Detail => focus(state, Focus::Main),
        Focus::Main if state.splits.show_sessions => focus(state, Focus::Sessions),
        _ => {
            say(state, format!("{} leaves the program", key(state, Action::Quit)));
        }
    }
}

/// Takes back what a layer did while it lay on top.
fn closed(state: &mut State, layer: &Layer, out: &mut Effects) {
    match layer {
        Layer::Preview => preview::closed(state, out),
        Layer::Prompt(prompt) if prompt.kind == PromptKind::Filter => {
            sessions::set_filter(state, "");
        }
        Layer::Prompt(prompt) if prompt.kind == PromptKind::FilterLearning => {
            learning::set_filter(state, "");
        }
        _ => {}
    }
}

/// Ends the search that can be seen, of the main pane or of a JSON tree; tells whether there is one.
fn ends_search(state: &mut State) -> bool {
    if state.find.as_ref().is_some_and(|find| find.running || state.focus != Focus::Sessions) {
        state.requests.find.cancel_all();
        state.find = None;
        return true;
    }
    let tree = state.detail.tree.as_mut().filter(|_| state.focus == Focus::Detail);
    tree.is_some_and(|tree| tree.find.take().is_some())
}

/// The key of an action that works in every pane, as the user has it.
pub(super) fn key(state: &State, action: Action) -> String {
    let key = state.keymap.key_for(Context::Panes, action);
    key.map_or_else(|| "ctrl-c".to_owned(), |key| key.to_string())
}

fn cancel_jobs(state: &mut State) {
    if let Some(progress) = state.jobs.opening.take() {
        let percent = (progress.read.saturating_mul(100) / progress.total.max(1)).min(99) as u8;
        state.requests.open.cancel_all();
        state.coming = None;
        if let Some(open) = state.open.as_mut()
            && open.index.as_ref().is_none_or(|index| !index.complete)
        {
            open.stopped = Some(percent);
            if open.index.is_none() {
                open.failed.get_or_insert_with(|| "Reading was stopped. R reads on.".to_owned());
            }
        }
        say(
            state,
            format!("reading was stopped at {percent}%: {} reads on", key(state, Action::Reload)),
        );
    } else {
        state.requests.catalogue.cancel_all();
        state.jobs.catalogue = false;
        state.jobs.deepening = None;
        say(state, "reading the state was cancelled; R reads it anew");
    }
}
