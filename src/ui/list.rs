//! A list of one-line rows: what is visible is drawn, the selected row is marked.
//!
//! The marker stands in a gutter of its own, so that the selection is seen without any colour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::strip::Strip;
use super::theme::Look;
use crate::app::state::list::ListState;
use crate::config::theme::Role;

/// Columns that the marker takes on the left of every row.
pub const GUTTER: u16 = 1;

/// Draws the rows of a list of `len` rows into `area`; `row` writes one of them, by its number.
///
/// The state may not know yet how high the pane is now: the selected row is drawn in any case.
pub fn draw(
    buf: &mut Buffer,
    look: &Look<'_>,
    area: Rect,
    (state, len, focused): (&ListState, usize, bool),
    mut row: impl FnMut(usize, &mut Strip<'_>),
) {
    let mut state = *state;
    state.height = usize::from(area.height);
    state.fit(len);
    for (line, at) in state.visible(len).enumerate() {
        let mut strip = Strip::new(buf, look, area, line as u16);
        let selected = at == state.selected;
        let marker = if selected { look.glyphs.marker } else { " " };
        let style = look.style(if focused { Role::Brand } else { Role::Muted });
        strip.text(marker, style);
        row(at, &mut strip);
        if selected {
            let role = if focused { Role::Selection } else { Role::SelectionIdle };
            strip.paint_ground(look.style(role), look.style(Role::Text));
        }
    }
}

/// The first visible row, as [`draw`] draws it.
pub fn top(state: &ListState, len: usize, height: u16) -> usize {
    let mut state = *state;
    state.height = usize::from(height);
    state.fit(len);
    state.top
}
