//! What lies on top of the panes, the topmost last.

mod help;
mod location;
mod message;
mod palette;
mod viewer;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::area;
use super::detail::scrolled;
use super::pane::{self, Pane};
use super::theme::Look;
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::layer::Layer;
use crate::config::theme::Role;

/// Draws all layers and notes where the topmost one lies.
pub fn draw(state: &State, look: &Look<'_>, buf: &mut Buffer, screen: Rect, areas: &mut Areas) {
    for layer in &state.layers {
        match layer {
            Layer::Help(scroll) => help::draw(state, look, buf, (screen, scroll), areas),
            Layer::Palette(palette) => palette::draw(state, look, buf, (screen, palette), areas),
            Layer::Message(message) => message::draw(message, look, buf, screen, areas),
            Layer::Location(scroll) => location::draw(state, look, buf, (screen, scroll), areas),
            Layer::Viewer(viewer) => viewer::draw(state, look, buf, (screen, viewer), areas),
            Layer::Preview => {
                let whole = Rect { height: screen.height.saturating_sub(1), ..screen };
                clear(buf, look, whole);
                crate::ui::preview::draw(state, look, buf, whole, areas);
            }
            Layer::Export(export) => {
                let whole = window(buf, look, screen, crate::ui::preview::dialogue::SIZE);
                crate::ui::preview::dialogue::draw(state, look, buf, (whole, export));
            }
            // The prompt stands in the last line; the footer draws it.
            Layer::Prompt(_) => {}
        }
    }
}

/// A window of at most `width` by `height` cells in the middle of the screen, its ground cleared.
fn window(buf: &mut Buffer, look: &Look<'_>, screen: Rect, (width, height): (u16, u16)) -> Rect {
    let width = width.min(screen.width.saturating_sub(2));
    let height = height.min(screen.height.saturating_sub(2));
    let area = Rect::new(
        screen.x + (screen.width - width) / 2,
        screen.y + (screen.height - height) / 2,
        width,
        height,
    );
    // One column of air beside the window sets it off from the text below.
    let around = Rect::new(area.x.saturating_sub(1), area.y, area.width + 2, area.height);
    clear(buf, look, around.intersection(screen));
    area
}

/// Draws lines in the frame of a window, one row below its title, and notes where they lie.
fn page(
    look: &Look<'_>,
    buf: &mut Buffer,
    (whole, title): (Rect, &str),
    (lines, top): (&[Line<'_>], usize),
    areas: &mut Areas,
) {
    let mut frame = Pane::titled(title, true);
    "Esc closes".clone_into(&mut frame.note);
    let inner = frame.draw(buf, look, whole).inner;
    let text = Rect::new(
        inner.x + 1,
        inner.y + 1,
        inner.width.saturating_sub(2),
        inner.height.saturating_sub(1),
    );
    scrolled(buf, text, (lines, top));
    let beside = Rect { y: text.y.saturating_sub(1), height: text.height + 2, ..whole };
    pane::scrollbar(buf, look, beside, top, lines.len(), true);
    areas.layer = area(text);
    areas.layer_lines = lines.len();
}

fn clear(buf: &mut Buffer, look: &Look<'_>, area: Rect) {
    for y in area.y..area.bottom() {
        // A wide character that reaches into the area from the left is cut off as a whole.
        if let Some(cell) = area.x.checked_sub(1).and_then(|x| buf.cell_mut((x, y)))
            && crate::model::text::columns(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
        for x in area.x..area.right() {
            if let Some(cell) = buf.cell_mut((x, y)) {
                cell.reset();
                cell.set_style(look.style(Role::Text));
            }
        }
    }
}
