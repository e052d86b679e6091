//! A JSON tree as the state has laid it out: visible lines only.
//!
//! ```text
//!  ▾ message                           {3}
//!      role      "assistant"
//!    ▹ content   [2]
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::list;
use super::sheet::scalar;
use super::strip::Strip;
use super::theme::Look;
use crate::app::json::{JsonKind, JsonRow, JsonTree, Name};
use crate::config::theme::Role;

/// Bytes of a string that are drawn: more than any screen is wide.
const MAX_STRING: usize = 2 << 10;
/// Levels that are drawn as indentation.
const MAX_INDENT: usize = 16;

/// Draws the tree; the last line says the path of the selected value. Returns where its rows lie.
pub fn draw(
    buf: &mut Buffer,
    look: &Look<'_>,
    area: Rect,
    (tree, focused): (&JsonTree, bool),
) -> Rect {
    let with_path = area.height > 4;
    let rows = Rect { height: area.height.saturating_sub(u16::from(with_path)), ..area };
    list::draw(buf, look, rows, (&tree.list, tree.rows.len(), focused), |at, strip| {
        if let Some(row) = tree.rows.get(at) {
            line(strip, look, tree, row);
        }
    });
    if let Some(find) = &tree.find {
        let style = look.style(Role::Match);
        super::highlight::matches(buf, rows, style, |row| find.query.ranges(row).collect());
    }
    if with_path && let Some(row) = tree.selected() {
        let mut strip = Strip::new(buf, look, area, area.height - 1);
        strip.skip(1).text(&tree.path(row), look.style(Role::Faint));
    }
    rows
}

/// Writes what stands before a value: indentation, the fold sign, the member's name or position.
pub(super) fn head(strip: &mut Strip<'_>, look: &Look<'_>, row: &JsonRow, name: Option<Name>) {
    strip.skip(row.depth().min(MAX_INDENT) * 2);
    let fold = match row.kind {
        JsonKind::Leaf => " ",
        JsonKind::Open(_) => look.glyphs.open,
        JsonKind::Closed(_) => look.glyphs.closed,
    };
    strip.text(fold, look.style(Role::Muted)).skip(1);
    match name {
        Some(Name::Member(name)) => strip.text(&name, look.style(Role::JsonKey)).skip(1),
        Some(Name::Position(at)) => strip.text(&at.to_string(), look.style(Role::Faint)).skip(1),
        None => strip,
    };
}

fn line(strip: &mut Strip<'_>, look: &Look<'_>, tree: &JsonTree, row: &JsonRow) {
    head(strip, look, row, tree.name(row));
    if let Some(value) = tree.value(row) {
        let (text, role) = scalar(value, MAX_STRING);
        strip.text(&text, look.style(role));
    }
}
