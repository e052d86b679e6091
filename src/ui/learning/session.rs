//! The arms of the session whose runs are shown: how many of the runs used and included each.
//!
//! ```text
//!  used/included, lines 1 to 3 of 7; h l scroll
//!  Read 12/14          message 9/14        gift-wrap 2/14
//! ```
//!
//! They stand in columns of one width, so that a name and its figures are never parted.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Scene;
use crate::config::theme::Role;
use crate::model::text::{columns, visible_line};
use crate::ui::strip::{Strip, plain};

/// Lines of arms that are shown at most, below a caption.
const LINES: usize = 3;
/// Columns between two arms.
const GAP: usize = 2;

/// How the arms lie in a pane.
struct Grid {
    /// Columns of an arm, with the gap behind it.
    cell: usize,
    /// Arms in a line.
    across: usize,
    lines: usize,
}

impl Grid {
    fn new(arms: &[(String, String)], width: u16) -> Self {
        let room = usize::from(width.saturating_sub(2)).max(1);
        let wide = |(name, figures): &(String, String)| {
            columns(&visible_line(name)) + columns(figures) + 1
        };
        let widest = arms.iter().map(wide).max().unwrap_or(0);
        let cell = (widest + GAP).min(room);
        let across = (room / cell).max(1);
        Self { cell, across, lines: arms.len().div_ceil(across) }
    }
}

/// How many lines can be scrolled out.
pub(super) fn shift_limit(arms: &[(String, String)], width: u16) -> usize {
    Grid::new(arms, width).lines.saturating_sub(LINES)
}

/// Draws the arms; returns the room below.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let arms = scene.pane.runs.session_words();
    // In the table of numbers left and right scroll its columns, so the arms have more room instead.
    let room = if scene.pane.numbers {
        usize::from(inner.height) * 2 / 3
    } else {
        usize::from(inner.height / 3).min(LINES + 1)
    };
    if arms.is_empty() || room < 2 {
        return inner;
    }
    let look = scene.look;
    let grid = Grid::new(&arms, inner.width);
    let shown = grid.lines.min(room - 1);
    let wanted = if scene.pane.numbers { 0 } else { scene.pane.shift };
    let first = wanted.min(grid.lines - shown);
    let mut caption = "used/included".to_owned();
    if shown < grid.lines {
        let keys = if scene.pane.numbers { "; without # h l scroll" } else { "; h l scroll" };
        let (from, to) = (first + 1, first + shown);
        caption = format!("{caption}, lines {from} to {to} of {}{keys}", grid.lines);
    }
    super::caption(look, buf, inner, 0, &caption);
    for (line, row) in arms.chunks(grid.across).skip(first).take(shown).zip(1..) {
        let mut strip = Strip::new(buf, look, inner, row);
        strip.skip(1);
        for (name, figures) in line {
            let width = grid.cell.saturating_sub(GAP + 1 + columns(figures));
            let name = plain(name, look.glyphs);
            let wide = columns(&visible_line(&name)).min(width);
            strip.column(&name, wide, look.style(Role::Tool)).skip(1);
            strip.text(figures, look.style(Role::Muted)).skip(width - wide + GAP);
        }
    }
    let taken = shown as u16 + 1;
    Rect { y: inner.y + taken, height: inner.height - taken, ..inner }
}
