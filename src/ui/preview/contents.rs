//! The contents of a file or event: a tree, a list of events, or lines of text; below them the
//! selected value in full.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::marks::Marked;
use super::value;
use crate::app::json::{JsonRow, JsonTree};
use crate::app::state::area::Areas;
use crate::app::state::preview::{Before, Planned, Preview, marked};
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::number;
use crate::model::review::{Contents as FileContents, EventLine};
use crate::ui::pane::{self, Pane};
use crate::ui::sheet::scalar;
use crate::ui::strip::{Strip, centred};
use crate::ui::theme::Look;
use crate::ui::{area, json_tree, list};

/// The narrowest contents that are shown beside what they were before.
const SIDE_BY_SIDE: u16 = 100;
/// Bytes of a plain value that are drawn.
const MAX_VALUE: usize = 2 << 10;
/// Which state of the contents is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// As the bundle holds them.
    After,
    /// As they were.
    Before,
}

/// Draws the contents, beside or instead of them what they were before where that is asked for.
pub(super) fn draw(
    preview: &Preview,
    planned: &Planned,
    look: &Look<'_>,
    (buf, place): (&mut Buffer, Rect),
    areas: &mut Areas,
) {
    if !preview.before.is_on() {
        return one(preview, planned, look, (buf, place, Side::After), areas);
    }
    if place.width < SIDE_BY_SIDE {
        return one(preview, planned, look, (buf, place, Side::Before), areas);
    }
    let half = place.width / 2;
    let before = Rect { width: half, ..place };
    let after = Rect { x: place.x + half, width: place.width - half, ..place };
    one(preview, planned, look, (buf, before, Side::Before), &mut Areas::default());
    one(preview, planned, look, (buf, after, Side::After), areas);
}

fn one(
    preview: &Preview,
    planned: &Planned,
    look: &Look<'_>,
    (buf, place, side): (&mut Buffer, Rect, Side),
    areas: &mut Areas,
) {
    let contents = &preview.contents;
    let (file, seq) = contents.document;
    let name = planned.file(file).map_or("", |file| file.name);
    let title = match (side, seq) {
        (Side::Before, Some(seq)) => format!("BEFORE: {name} #{seq}"),
        (Side::Before, None) => format!("BEFORE: {name}"),
        (Side::After, Some(seq)) => format!("{name} #{seq}"),
        (Side::After, None) => name.to_owned(),
    };
    let mut frame = Pane::titled(&title, preview.inside);
    let masked = match seq {
        Some(_) => planned.masked_in(contents.document),
        None => planned.plan.findings_of(name).count(),
    };
    frame.info = format!("{} masked", number::grouped(masked as u64));
    if side == Side::Before {
        "never in the bundle, never copied".clone_into(&mut frame.hint);
    }
    let inner = frame.draw(buf, look, place).inner;
    if side == Side::Before && !is_here(preview) {
        let why = match &preview.before {
            Before::Coming => "Reading what stood there before",
            Before::Failed(why) => why,
            _ => "There is nothing to compare here: open a file, an event or another place.",
        };
        return centred(buf, look, inner, &[(why, Role::Muted)]);
    }
    let below = if inner.height >= 10 { (inner.height / 3).clamp(4, 16) } else { 0 };
    let rows = Rect { height: inner.height - below, ..inner };
    list_rows(preview, planned, look, (buf, rows, side));
    let (top, len) = top(preview, rows.height);
    pane::scrollbar(buf, look, Rect { height: rows.height + 2, ..place }, top, len, preview.inside);
    areas.preview.contents = area(rows);
    if below > 0 {
        let room = Rect { y: rows.bottom(), height: below, ..inner };
        value::draw(preview, planned, look, (buf, room, side), areas);
    }
}

/// Whether what stood there before is at hand for the present document.
fn is_here(preview: &Preview) -> bool {
    preview.contents.before.is_some() || value::text_before(preview).is_some()
}

fn top(preview: &Preview, height: u16) -> (usize, usize) {
    let len = preview.contents_len();
    let shown = match &preview.contents.tree {
        Some(tree) => &tree.list,
        None => &preview.contents.list,
    };
    (list::top(shown, len, height), len)
}

fn list_rows(
    preview: &Preview,
    planned: &Planned,
    look: &Look<'_>,
    (buf, rows, side): (&mut Buffer, Rect, Side),
) {
    let contents = &preview.contents;
    if let Some(tree) = &contents.tree {
        let shown = match side {
            Side::Before => contents.before.as_ref().unwrap_or(tree),
            Side::After => tree,
        };
        // Both sides stand at the same place: they have the same shape.
        let state = (&shown.list, shown.rows.len(), preview.inside);
        return list::draw(buf, look, rows, state, |at, strip| {
            if let Some(row) = shown.rows.get(at) {
                line(strip, look, (preview, planned), (tree, shown, row), side);
            }
        });
    }
    let state = (&contents.list, preview.contents_len(), preview.inside);
    let Some(file) = planned.review.files.get(contents.document.0) else { return };
    list::draw(buf, look, rows, state, |at, strip| match file {
        FileContents::Events(lines) => {
            if let Some(line) = lines.get(at) {
                let masked = planned.masked_in((contents.document.0, Some(line.seq)));
                event(strip, look, line, masked);
            }
        }
        FileContents::Lines(_) => {
            if let Some((text, marks)) = value::text_line(preview, planned, at, side) {
                let marked = Marked::new(&text, marks);
                let (style, mark) = (look.style(Role::Text), look.style(Role::Match));
                marked.plain_line(strip, style, mark, look.glyphs.ellipsis);
            }
        }
        FileContents::Json(_) => {}
    });
}

fn event(strip: &mut Strip<'_>, look: &Look<'_>, line: &EventLine, masked: usize) {
    if masked > 0 {
        let text = format!("{masked} masked");
        strip.right_skip(1).right(&text, 24, look.style(Role::Warning)).right_skip(1);
    }
    strip.number(&format!("#{}", line.seq), 6, look.style(Role::Faint)).skip(1);
    strip.column(&line.type_name, 22, look.style(Role::Text)).skip(1);
    strip.text(&line.summary, look.style(Role::Muted));
}

/// A line of a tree with its masked places marked.
fn line(
    strip: &mut Strip<'_>,
    look: &Look<'_>,
    (preview, planned): (&Preview, &Planned),
    (after, shown, row): (&JsonTree, &JsonTree, &JsonRow),
    side: Side,
) {
    let document = preview.contents.document;
    // Names may be masked, so the place is asked of the tree that findings speak of.
    let pointer = after.pointer(row);
    json_tree::head(strip, look, shown, row);
    let Some(value) = shown.value(row) else { return };
    if let Value::String(text) = value {
        let text = text.to_str_lossy();
        let marks = planned.findings_at(document, &pointer).filter_map(|finding| match side {
            Side::After => marked(finding),
            Side::Before => marked(finding).map(|_| finding.range.clone()),
        });
        let (style, mark) = (look.style(Role::JsonString), look.style(Role::Match));
        Marked::new(&text, marks).on_line(strip, style, mark, look.glyphs.ellipsis);
        return;
    }
    let masked = planned.masked_below(document, &pointer);
    if masked > 0 && matches!(value, Value::Array(_) | Value::Object(_)) {
        let text = format!("{masked} masked");
        strip.right_skip(1).right(&text, 16, look.style(Role::Warning)).right_skip(1);
    }
    let (text, role) = scalar(value, MAX_VALUE);
    // A value that was replaced as a whole by another kind of value.
    let replaced = planned.findings_at(document, &pointer).next().is_some();
    strip.text(&text, look.style(if replaced { Role::Match } else { role }));
}
