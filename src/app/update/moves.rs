//! Moving in whatever list or text has the keyboard.

use super::{Effects, sessions};
use crate::app::action::Action;
use crate::app::state::detail::DetailMode;
use crate::app::state::list::{ListState, Move};
use crate::app::state::{Focus, State, Tab};

/// The move that an action stands for.
pub(super) fn of(action: Action) -> Option<Move> {
    Some(match action {
        Action::Up => Move::Up(1),
        Action::Down => Move::Down(1),
        Action::HalfPageUp => Move::HalfPageUp,
        Action::HalfPageDown => Move::HalfPageDown,
        Action::PageUp => Move::PageUp,
        Action::PageDown => Move::PageDown,
        Action::First => Move::First,
        Action::Last => Move::Last,
        _ => return None,
    })
}

/// Moves in the pane with the keyboard; tells whether the action was a move.
pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) -> bool {
    let Some(to) = of(action) else { return false };
    go(state, state.focus, to, out);
    true
}

/// Moves in a pane.
pub(super) fn go(state: &mut State, pane: Focus, to: Move, out: &mut Effects) {
    match pane {
        Focus::Sessions => {
            state.sessions.list.go(to, state.sessions.lines.len());
            sessions::preview(state, out);
        }
        Focus::Main => {
            if let Some((list, len)) = main_list(state) {
                list.go(to, len);
            }
        }
        Focus::Detail => go_in_detail(state, to),
    }
}

/// Moves in the detail pane: the selection of the JSON tree, or the text.
pub(super) fn go_in_detail(state: &mut State, to: Move) {
    match &mut state.detail.tree {
        Some(tree) if state.detail.mode == DetailMode::Tree => tree.list.go(to, tree.rows.len()),
        _ => state.detail.scroll.go(to),
    }
}

/// The list of the main pane and its length; `None` without an open session.
pub(super) fn main_list(state: &mut State) -> Option<(&mut ListState, usize)> {
    if state.tab == Tab::Diagnostics {
        let len = state.diagnostics_len();
        return Some((&mut state.diagnostics.list, len));
    }
    if state.tab == Tab::Learning {
        return state.learning.list();
    }
    let open = state.open.as_mut()?;
    let index = open.index.as_ref()?;
    Some(match state.tab {
        Tab::Transcript => (&mut open.transcript.list, open.transcript.outline.rows.len()),
        Tab::Timeline => {
            let len = open.timeline.len(index.timeline.rows.len());
            (&mut open.timeline.list, len)
        }
        Tab::Tools => (&mut open.tools.list, open.tools.lines.len()),
        Tab::Runs | Tab::Diagnostics | Tab::Learning => (&mut open.runs.list, index.runs.len()),
    })
}

/// Tells all lists of the main pane how many rows the last frame drew.
pub(super) fn main_height(state: &mut State, height: usize) {
    state.diagnostics.list.height = height;
    if let (Tab::Learning, Some((list, _))) = (state.tab, state.learning.list()) {
        list.height = height;
    }
    if let Some(open) = &mut state.open {
        for list in [
            &mut open.transcript.list,
            &mut open.timeline.list,
            &mut open.tools.list,
            &mut open.runs.list,
        ] {
            list.height = height;
        }
    }
    if let Some((list, len)) = main_list(state) {
        list.fit(len);
    }
}
