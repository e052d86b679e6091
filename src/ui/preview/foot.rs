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

/// Parts a pane into the rows of its list and the foot, whose height depends on nothing else: rows
/// stay where they are while the selection moves.
pub(super) fn part(area: Rect) -> (Rect, Rect) {
    let height = if area.height < LEAST { 0 } else { (area.height * 2 / 5).min(12) };
    let rows = Rect { height: area.height - height, ..area };
    (rows, Rect { y: rows.bottom(), height, ..area })
}

/// The columns of a foot's text.
pub(super) fn width(foot: Rect) -> usize {
    usize::from(foot.width.saturating_sub(2))
}

/// Draws a foot: a rule, and the lines as far as they fit.
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
}
