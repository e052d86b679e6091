//! State → frame.
//!
//! ```text
//!  header     which state is read, what is going on
//!  sessions │ main pane with its tabs │ detail
//!  footer     keys that work here, or a prompt, or a message
//!  layers     on top of all: help, commands, the viewer
//! ```
//!
//! One file per pane; a pane borrows what it shows from the state and draws visible rows only. No
//! file here does I/O, reads a clock or the environment, or changes the state. Text reaches a cell
//! through [`strip::Strip`] or [`wrap::Flow`] only, which make it safe to show.

pub mod bar;
pub mod chrome;
pub mod content;
pub mod detail;
pub mod diff;
pub mod highlight;
pub mod json_tree;
pub mod layers;
mod learning;
pub mod list;
pub mod main_pane;
pub mod markdown;
pub mod pane;
pub mod preview;
pub mod sessions;
pub mod sheet;
pub mod strip;
pub mod theme;
pub mod words;
pub mod wrap;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::state::area::{Area, Areas};
use crate::app::state::{Focus, State};
use crate::config::theme::{Role, Theme};
use theme::Look;

/// Draws the state and reports where things were put.
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>) -> Areas {
    let screen = frame.area();
    render(state, theme, frame.buffer_mut(), screen)
}

/// Draws the state into a part of a buffer, as [`draw`] does on the screen.
pub fn render(state: &State, theme: &Theme, buf: &mut Buffer, screen: Rect) -> Areas {
    let look = Look::new(theme, state.look.ascii);
    let mut areas = Areas::default();
    let screen = screen.intersection(buf.area);
    buf.set_style(screen, look.style(Role::Text));
    if screen.width < MIN_WIDTH || screen.height < MIN_HEIGHT {
        too_small(&look, buf, screen);
        return areas;
    }
    let banner = u16::from(state.place.demo_fallback);
    chrome::header(state, &look, buf, Rect { height: 1, ..screen });
    if banner > 0 {
        chrome::banner(state, &look, buf, Rect { y: screen.y + 1, height: 1, ..screen });
    }
    let body = Rect {
        y: screen.y + 1 + banner,
        height: screen.height.saturating_sub(2 + banner),
        ..screen
    };
    panes(state, &look, buf, body, &mut areas);
    layers::draw(state, &look, buf, screen, &mut areas);
    chrome::footer(state, &look, buf, Rect { y: screen.bottom() - 1, height: 1, ..screen });
    areas
}

/// The smallest screen on which anything can be read.
const MIN_WIDTH: u16 = 24;
const MIN_HEIGHT: u16 = 6;
/// The narrowest side panes.
const MIN_SESSIONS: u16 = 22;
const MIN_DETAIL: u16 = 26;
/// The sessions beside one pane only: narrower ones show no titles to speak of.
const MIN_SESSIONS_OF_TWO: u16 = 30;

fn panes(state: &State, look: &Look<'_>, buf: &mut Buffer, body: Rect, areas: &mut Areas) {
    let shown = state.panes();
    let share = |percent: u16, least: u16| {
        let wanted = (u32::from(body.width) * u32::from(percent) / 100) as u16;
        wanted.max(least).min(body.width)
    };
    let left = match (shown.sessions, shown.main || shown.detail) {
        (false, _) => 0,
        (true, false) => body.width,
        (true, true) if shown.main && shown.detail => share(state.splits.sessions, MIN_SESSIONS),
        (true, true) => share(state.splits.sessions, MIN_SESSIONS_OF_TWO),
    };
    let right = match (shown.detail, shown.main || shown.sessions) {
        (false, _) => 0,
        (true, false) => body.width,
        (true, true) => share(state.splits.detail, MIN_DETAIL).min(body.width - left),
    };
    let middle = Rect { x: body.x + left, width: body.width - left - right, ..body };
    if shown.sessions {
        let place = Rect { width: left, ..body };
        let focused = state.focus == Focus::Sessions;
        let rows = sessions::draw(state, look, buf, place, focused);
        areas.sessions = area(rows);
        areas.panes.push((Focus::Sessions, area(place)));
    }
    if shown.main {
        main_pane::draw(state, look, buf, middle, areas);
        areas.panes.push((Focus::Main, area(middle)));
    }
    if shown.detail {
        let place = Rect { x: body.right() - right, width: right, ..body };
        detail::draw(state, look, buf, place, areas);
        areas.panes.push((Focus::Detail, area(place)));
    }
    let split = |x: u16| area(Rect { x: x.saturating_sub(1), width: 2, ..body });
    if shown.sessions && shown.main {
        areas.left_split = split(middle.x);
    }
    if shown.detail && shown.main {
        areas.right_split = split(middle.right());
    }
}

fn too_small(look: &Look<'_>, buf: &mut Buffer, screen: Rect) {
    let mut strip = strip::Strip::new(buf, look, screen, 0);
    let times = if look.glyphs.ascii { 'x' } else { '×' };
    let text = format!("needs {MIN_WIDTH}{times}{MIN_HEIGHT} cells");
    strip.text(&text, look.style(Role::Warning));
}

/// A rectangle in the words of the state.
fn area(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}
