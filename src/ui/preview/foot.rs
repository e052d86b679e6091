//! What stands below a list at the left of the preview: more about its selected row.
//!
//! ```text
//!  │▸▹ Private key          4 │
//!  │ ▹ Environment variable 2 │
//!  │──────────────────────────│
//!  │ Private key              │
//!  │ What stands between …    │
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::config::theme::Role;
use crate::model::number;
use crate::ui::detail::scrolled;
use crate::ui::strip::Strip;
use crate::ui::theme::Look;

/// The fewest rows of which a list gives some away.
const LEAST: u16 = 14;
/// The most rows that a list gives away.
const MOST: u16 = 12;

/// Parts a pane into the rows of its list and the foot, whose height depends on nothing else: rows
/// stay where they are while the selection moves.
pub(super) fn part(area: Rect) -> (Rect, Rect) {
    let height = if area.height < LEAST { 0 } else { (area.height / 2).min(MOST) };
    let rows = Rect { height: area.height - height, ..area };
    (rows, Rect { y: rows.bottom(), height, ..area })
}

/// The columns of a foot's text.
pub(super) fn width(foot: Rect) -> usize {
    usize::from(foot.width.saturating_sub(2))
}

/// Draws a foot: a rule, and below it [`fitted`] lines.
pub(super) fn draw(look: &Look<'_>, buf: &mut Buffer, foot: Rect, lines: &[Line<'_>]) {
    if foot.height < 2 {
        return;
    }
    Strip::new(buf, look, foot, 0).fill(look.glyphs.rule, look.style(Role::Border));
    let text = Rect {
        x: foot.x + 1,
        y: foot.y + 1,
        width: foot.width.saturating_sub(2),
        height: foot.height - 1,
    };
    fitted(look, buf, text, lines);
}

/// Draws lines as far as they fit; the last row tells how many more there are.
pub(super) fn fitted(look: &Look<'_>, buf: &mut Buffer, area: Rect, lines: &[Line<'_>]) {
    let height = usize::from(area.height);
    scrolled(buf, area, (lines, 0));
    if let Some(hidden) = lines.len().checked_sub(height).filter(|hidden| *hidden > 0)
        && let Some(last) = area.height.checked_sub(1)
    {
        let said = format!("{} {} more", look.glyphs.ellipsis, number::counted(hidden + 1, "line"));
        let mut strip = Strip::new(buf, look, area, last);
        strip.text(&said, look.style(Role::Faint)).fill(" ", look.style(Role::Faint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;

    #[test]
    fn lines_that_do_not_fit_are_counted() {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let area = Rect::new(0, 0, 14, 3);
        let shown = |lines: usize| {
            let lines: Vec<Line<'_>> =
                (1..=lines).map(|at| Line::from(format!("line {at}"))).collect();
            let mut buf = Buffer::empty(area);
            fitted(&look, &mut buf, area, &lines);
            let cells = buf.content.chunks(14);
            let row = |row: &[ratatui::buffer::Cell]| -> String {
                row.iter().map(ratatui::buffer::Cell::symbol).collect()
            };
            cells.map(|cells| row(cells).trim_end().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown(3), ["line 1", "line 2", "line 3"]);
        assert_eq!(shown(5), ["line 1", "line 2", "… 3 lines more"]);
    }

    #[test]
    fn a_list_keeps_half_of_a_small_pane_and_more_of_a_large_one() {
        let heights = |height| {
            let (rows, foot) = part(Rect::new(0, 3, 30, height));
            (rows.height, foot.height)
        };
        assert_eq!(heights(13), (13, 0));
        assert_eq!(heights(20), (10, 10));
        assert_eq!(heights(60), (48, 12));
    }
}
