//! The mouse: what a click, a drag or the wheel means by where the last frame put things.

use super::{Effects, act, focus, layers, moves, sessions, show};
use crate::app::action::Action;
use crate::app::key::{Mouse, MouseKind};
use crate::app::state::area::Area;
use crate::app::state::detail::DetailMode;
use crate::app::state::layer::Layer;
use crate::app::state::layout::Side;
use crate::app::state::list::Move;
use crate::app::state::{Focus, State};

/// Rows that one notch of the wheel scrolls.
const NOTCH: usize = 3;

pub(super) fn handle(state: &mut State, mouse: Mouse, out: &mut Effects) {
    if !state.layers.is_empty() {
        return in_layer(state, mouse, out);
    }
    match mouse.kind {
        MouseKind::Press(times) => press(state, mouse, times, out),
        MouseKind::Drag => {
            if let Some(side) = state.dragging {
                state.splits.drag(side, mouse.x, state.size.width);
            }
        }
        MouseKind::Release => state.dragging = None,
        MouseKind::WheelUp => wheel(state, mouse, Move::Up(NOTCH)),
        MouseKind::WheelDown => wheel(state, mouse, Move::Down(NOTCH)),
    }
}

fn in_layer(state: &mut State, mouse: Mouse, out: &mut Effects) {
    if matches!(state.layers.last(), Some(Layer::Preview)) {
        return super::preview::mouse(state, mouse);
    }
    let area = state.areas.layer;
    match mouse.kind {
        MouseKind::WheelUp => drop(layers::act(state, Action::Up, out)),
        MouseKind::WheelDown => drop(layers::act(state, Action::Down, out)),
        MouseKind::Press(times) if area.contains(mouse.x, mouse.y) => {
            let line = usize::from(mouse.y - area.y);
            match state.layers.last_mut() {
                Some(Layer::Palette(palette)) => {
                    palette.list.select(palette.list.top + line, palette.items.len());
                    layers::act(state, Action::Open, out);
                }
                Some(Layer::Viewer(viewer)) => {
                    if let Some(tree) = &mut viewer.tree {
                        tree.list.select(tree.list.top + line, tree.rows.len());
                        if times > 1 {
                            tree.toggle();
                        }
                    }
                }
                _ => {}
            }
        }
        MouseKind::Press(_)
            if !matches!(state.layers.last(), Some(Layer::Prompt(_) | Layer::Export(_))) =>
        {
            super::back::back(state, out);
        }
        _ => {}
    }
}

fn press(state: &mut State, mouse: Mouse, times: u8, out: &mut Effects) {
    let (x, y) = (mouse.x, mouse.y);
    let splits =
        [(state.areas.left_split, Side::Sessions), (state.areas.right_split, Side::Detail)];
    if let Some((_, side)) = splits.into_iter().find(|(area, _)| area.contains(x, y)) {
        state.dragging = Some(side);
        return;
    }
    let tab = state.areas.tabs.iter().find(|(_, area)| area.contains(x, y));
    if let Some((tab, _)) = tab.copied() {
        return show(state, tab, out);
    }
    let pane = state.areas.panes.iter().find(|(_, area)| area.contains(x, y));
    let Some((pane, _)) = pane.copied() else { return };
    focus(state, pane);
    let line = |area: Area| area.contains(x, y).then(|| usize::from(y - area.y));
    match pane {
        Focus::Sessions => {
            let Some(line) = line(state.areas.sessions) else { return };
            let list = &mut state.sessions.list;
            if list.top + line >= state.sessions.lines.len() {
                return;
            }
            list.select(list.top + line, state.sessions.lines.len());
            sessions::preview(state, out);
        }
        Focus::Main => {
            let Some(line) = line(state.areas.main) else { return };
            let Some((list, len)) = moves::main_list(state) else { return };
            if list.top + line >= len {
                return;
            }
            list.select(list.top + line, len);
        }
        Focus::Detail => {
            let Some(line) = line(state.areas.detail) else { return };
            if state.detail.mode != DetailMode::Tree {
                return;
            }
            let Some(tree) = &mut state.detail.tree else { return };
            tree.list.select(tree.list.top + line, tree.rows.len());
        }
    }
    if times > 1 {
        act(state, Action::Open, out);
    }
}

/// Scrolls what lies under the mouse; the keyboard stays where it is.
fn wheel(state: &mut State, mouse: Mouse, to: Move) {
    let pane = state.areas.panes.iter().find(|(_, area)| area.contains(mouse.x, mouse.y));
    match pane.map(|(pane, _)| *pane) {
        // The selection is only dragged along, so nothing is opened by scrolling past it.
        Some(Focus::Sessions) => state.sessions.list.scroll(to, state.sessions.lines.len()),
        Some(Focus::Main) => {
            if let Some((list, len)) = moves::main_list(state) {
                list.scroll(to, len);
            }
        }
        Some(Focus::Detail) => match &mut state.detail.tree {
            Some(tree) if state.detail.mode == DetailMode::Tree => {
                tree.list.scroll(to, tree.rows.len());
            }
            _ => state.detail.scroll.go(to),
        },
        None => {}
    }
}
