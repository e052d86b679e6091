//! Event and action in, changed state and effects out.
//!
//! One file per pane or theme. After every event [`settle`] brings what follows from the selection
//! up to date: what the detail pane is about, and which bodies must be read.

mod back;
mod copy;
mod detail;
mod find;
mod keys;
mod layers;
mod learning;
mod mouse;
mod moves;
mod preview;
mod replies;
mod sessions;
mod timeline;
mod tools;
mod transcript;

use crate::config::layout::Layout;

use super::action::Action;
use super::effect::{Effect, Event};
use super::state::area::Areas;
use super::state::job::Status;
use super::state::layer::Layer;
use super::state::layout::Side;
use super::state::{Focus, State, Tab};

pub use keys::{context, pane_context};

/// The effects of an event, in the order in which they must happen.
pub type Effects = Vec<Effect>;

/// Starts reading.
pub fn start(state: &mut State) -> Effects {
    let mut out = Effects::new();
    sessions::reload(state, &mut out);
    out
}

/// Takes in an event.
pub fn handle(state: &mut State, event: Event) -> Effects {
    let mut out = Effects::new();
    match event {
        Event::Key(key) => keys::press(state, key, &mut out),
        Event::Mouse(mouse) => mouse::handle(state, mouse, &mut out),
        Event::Paste(text) => layers::paste(state, &text, &mut out),
        Event::Resize(size) => state.size = size,
        Event::Time(now) => state.now = now,
        Event::Reply(reply) => replies::take(state, reply, &mut out),
    }
    settle(state, &mut out);
    out
}

/// Does what an action says.
pub fn apply(state: &mut State, action: Action) -> Effects {
    let mut out = Effects::new();
    act(state, action, &mut out);
    settle(state, &mut out);
    out
}

/// Takes over where a frame put things; bodies of rows that came into view are asked for.
pub fn drawn(state: &mut State, areas: Areas) -> Effects {
    let rows = |height: u16| usize::from(height).max(1);
    state.sessions.list.height = rows(areas.sessions.height);
    state.sessions.list.fit(state.sessions.lines.len());
    if areas.main.height > 0 {
        moves::main_height(state, rows(areas.main.height));
    }
    if areas.detail.height > 0 {
        let height = rows(areas.detail.height);
        state.detail.scroll.drawn(height, areas.detail_lines);
        if let Some(tree) = &mut state.detail.tree {
            tree.list.height = height;
            tree.list.fit(tree.rows.len());
        }
    }
    learning::drawn(state, &areas);
    layers::drawn(state, &areas);
    preview::drawn(state, &areas);
    state.areas = areas;
    let mut out = Effects::new();
    settle(state, &mut out);
    out
}

fn act(state: &mut State, action: Action, out: &mut Effects) {
    state.status = None;
    if preview::act(state, action, out) {
        return;
    }
    match action {
        Action::Quit => {
            out.push(Effect::SaveLayout(layout(state)));
            out.push(Effect::Quit);
        }
        Action::Suspend => out.push(Effect::Suspend),
        Action::Back => back::back(state, out),
        Action::Help | Action::Palette | Action::Location => layers::open(state, action),
        Action::Reload => {
            sessions::reload(state, out);
            learning::reload(state);
            sessions::read_again(state, out);
        }
        Action::Preview => preview::open(state, out),
        Action::FocusNext
        | Action::FocusPrevious
        | Action::ShowTranscript
        | Action::ShowTimeline
        | Action::ShowTools
        | Action::ShowRuns
        | Action::ShowDiagnostics
        | Action::ShowLearning
        | Action::NextTab
        | Action::PreviousTab
        | Action::Zoom
        | Action::ToggleSessions
        | Action::ToggleDetail
        | Action::Wider
        | Action::Narrower
        | Action::ToggleTimes => arrange(state, action, out),
        Action::Find | Action::NextMatch | Action::PreviousMatch => {
            find::act(state, action);
        }
        Action::LearningOfSession => learning::of_session(state, out),
        Action::Copy | Action::CopyName => copy::act(state, action, out),
        Action::View | Action::Pager | Action::Editor | Action::NextView | Action::NextPart => {
            detail::act(state, action, out);
        }
        Action::DetailUp | Action::DetailDown => detail::scroll(state, action),
        _ => act_in_pane(state, action, out),
    }
}

/// Actions that mean something else in every pane or layer.
fn act_in_pane(state: &mut State, action: Action, out: &mut Effects) {
    if layers::act(state, action, out) || moves::act(state, action, out) {
        return;
    }
    match (state.focus, state.tab) {
        (Focus::Sessions, _) => sessions::act(state, action, out),
        (Focus::Detail, _) => detail::act(state, action, out),
        (Focus::Main, Tab::Transcript) => transcript::act(state, action),
        (Focus::Main, Tab::Timeline) => timeline::act(state, action),
        (Focus::Main, Tab::Tools) => tools::act(state, action),
        (Focus::Main, Tab::Runs) => tools::act_in_runs(state, action),
        (Focus::Main, Tab::Learning) => learning::act(state, action, out),
        (Focus::Main, Tab::Diagnostics) => {
            if action == Action::Open {
                focus(state, Focus::Detail);
            }
        }
    }
}

fn arrange(state: &mut State, action: Action, out: &mut Effects) {
    let side = if state.focus == Focus::Detail { Side::Detail } else { Side::Sessions };
    match action {
        Action::FocusNext => step_focus(state, 1),
        Action::FocusPrevious => step_focus(state, 2),
        Action::ShowTranscript => show(state, Tab::Transcript, out),
        Action::ShowTimeline => show(state, Tab::Timeline, out),
        Action::ShowTools => show(state, Tab::Tools, out),
        Action::ShowRuns => show(state, Tab::Runs, out),
        Action::ShowDiagnostics => show(state, Tab::Diagnostics, out),
        Action::ShowLearning => show(state, Tab::Learning, out),
        Action::NextTab => show(state, state.tab.beside(1), out),
        Action::PreviousTab => show(state, state.tab.beside(-1), out),
        Action::Zoom => state.splits.zoom = !state.splits.zoom,
        Action::ToggleSessions => {
            state.splits.show_sessions = !state.splits.show_sessions;
            if !state.splits.show_sessions && state.focus == Focus::Sessions {
                focus(state, Focus::Main);
            }
        }
        Action::ToggleDetail => {
            state.splits.show_detail = !state.splits.show_detail;
            if !state.splits.show_detail && state.focus == Focus::Detail {
                focus(state, Focus::Main);
            }
        }
        Action::Wider => state.splits.widen(side, 2),
        Action::Narrower => state.splits.widen(side, -2),
        Action::ToggleTimes => state.look.relative_times = !state.look.relative_times,
        _ => {}
    }
}

fn step_focus(state: &mut State, steps: usize) {
    const ORDER: [Focus; 3] = [Focus::Sessions, Focus::Main, Focus::Detail];
    let hidden = |pane| match pane {
        Focus::Sessions => !state.splits.show_sessions,
        Focus::Main => false,
        Focus::Detail => !state.splits.show_detail,
    };
    let at = ORDER.iter().position(|pane| *pane == state.focus).unwrap_or(0);
    let ring = (1..=ORDER.len()).filter_map(|n| ORDER.get((at + n * steps) % ORDER.len()));
    if let Some(next) = ring.copied().find(|pane| !hidden(*pane)) {
        focus(state, next);
    }
}

fn focus(state: &mut State, to: Focus) {
    state.focus = to;
    match to {
        Focus::Sessions => state.splits.side = Side::Sessions,
        Focus::Detail => state.splits.side = Side::Detail,
        Focus::Main => {}
    }
}

fn show(state: &mut State, tab: Tab, out: &mut Effects) {
    state.tab = tab;
    // What was said about the other tab, such as how far its search was, is no longer true.
    state.status = None;
    focus(state, Focus::Main);
    find::search_tab(state, out);
}

/// The layout that is remembered.
fn layout(state: &State) -> Layout {
    let shown = |share, shown| if shown { share } else { 0 };
    let mut hidden: Vec<String> =
        state.sessions.hidden.iter().map(|kind| kind.word().to_owned()).collect();
    if state.sessions.hide_archived {
        hidden.push("archived".to_owned());
    }
    Layout {
        sessions: shown(state.splits.sessions, state.splits.show_sessions),
        detail: shown(state.splits.detail, state.splits.show_detail),
        sort: state.sessions.sort.word().to_owned(),
        reverse: state.sessions.reverse,
        hidden,
        relative_time: state.look.relative_times,
    }
}

/// Brings up to date what follows from the selection.
fn settle(state: &mut State, out: &mut Effects) {
    learning::settle(state, out);
    detail::follow_selection(state);
    detail::want_bodies(state, out);
    detail::build_views(state);
}

fn say(state: &mut State, text: impl Into<String>) {
    state.status = Some(Status::note(text));
}

fn has_layer(state: &State, is: impl Fn(&Layer) -> bool) -> bool {
    state.layers.iter().any(is)
}
