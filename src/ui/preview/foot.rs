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

/// Draws a foot: a rule, and the lines as far as they fit; a sign in the margin says that there are
/// more.
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
    scrolled(buf, text, (lines, 0));
    if lines.len() > usize::from(text.height) {
        let (sign, style) = (look.glyphs.ellipsis, look.style(Role::Faint));
        buf.set_string(text.right(), text.bottom() - 1, sign, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;

    fn drawn(lines: usize) -> Buffer {
        let theme = Theme::built_in("dark").unwrap();
        let area = Rect::new(0, 0, 8, 4);
        let mut buf = Buffer::empty(area);
        let lines = vec![Line::from("abcdef"); lines];
        draw(&Look::new(&theme, false), &mut buf, area, &lines);
        buf
    }

    #[test]
    fn what_does_not_fit_is_hinted_at() {
        assert_eq!(drawn(3)[(7, 3)].symbol(), " ");
        assert_eq!(drawn(4)[(7, 3)].symbol(), "…");
        assert_eq!(drawn(4)[(6, 3)].symbol(), "f", "nothing is covered");
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
