//! The mouse in the preview.

use super::contents;
use crate::app::action::Action;
use crate::app::key::{Mouse, MouseKind};
use crate::app::state::State;
use crate::app::state::list::Move;
use crate::app::state::preview::View;

/// Rows that one notch of the wheel scrolls.
const NOTCH: usize = 3;

/// Does what a click or the wheel means.
pub(in crate::app::update) fn handle(state: &mut State, mouse: Mouse) {
    let areas = state.areas.preview;
    let Some(preview) = &mut state.preview else { return };
    let over = |area: crate::app::state::area::Area| area.contains(mouse.x, mouse.y);
    let wheel = match mouse.kind {
        MouseKind::WheelUp => Some(Move::Up(NOTCH)),
        MouseKind::WheelDown => Some(Move::Down(NOTCH)),
        _ => None,
    };
    if let Some(to) = wheel {
        if over(areas.value) {
            preview.contents.value.go(to);
        } else if over(areas.contents) {
            let len = preview.contents_len();
            match &mut preview.contents.tree {
                Some(tree) => tree.list.scroll(to, len),
                None => preview.contents.list.scroll(to, len),
            }
        } else if over(areas.list) {
            let len = preview.len();
            preview.list().scroll(to, len);
        }
        return;
    }
    let MouseKind::Press(times) = mouse.kind else { return };
    let tab = areas.tabs.into_iter().position(over);
    if let Some(view) = tab.and_then(|at| View::ALL.get(at)) {
        return contents::show(preview, *view);
    }
    for (area, inside) in [(areas.list, false), (areas.contents, true)] {
        if over(area) {
            preview.inside = inside;
            contents::select(preview, usize::from(mouse.y - area.y));
            if times > 1 {
                contents::act(preview, Action::Open);
            }
        }
    }
}
