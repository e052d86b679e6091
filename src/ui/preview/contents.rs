//! The contents of a file or event: a tree, a list of events, or lines of text; below them the
//! selected value in full.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::marks::Marked;
use super::places::{Scene, Side, Tones};
use super::value;
use crate::app::json::{JsonRow, JsonTree, Name};
use crate::app::state::area::Areas;
use crate::app::state::preview::before::counterpart;
use crate::app::state::preview::{Planned, Preview, Reading};
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::number;
use crate::model::review::{Contents as FileContents, EventLine};
use crate::ui::pane::{self, Pane};
use crate::ui::sheet::scalar;
use crate::ui::strip::{Strip, centred};
use crate::ui::theme::Look;
use crate::ui::{area, highlight as marks_of, json_tree, list};

/// The narrowest contents that are shown beside what they were before.
const SIDE_BY_SIDE: u16 = 100;
/// Columns of an event's type on a narrow row and on a wide one, and the fewest that its summary is
/// shown in beside it.
const TYPE: usize = 22;
const WIDE_TYPE: usize = 30;
const LEAST_SUMMARY: usize = 8;
/// Bytes of a plain value that are drawn.
const MAX_VALUE: usize = 2 << 10;

/// Draws the contents, beside or instead of them what they were before where that is asked for.
pub(super) fn draw(
    preview: &Preview,
    planned: &Planned,
    look: &Look<'_>,
    (buf, place): (&mut Buffer, Rect),
    areas: &mut Areas,
) {
    let (after, before) =
        (Scene::new(preview, planned, Side::After), Scene::new(preview, planned, Side::Before));
    if !preview.before.is_on() {
        return one(after, look, (buf, place), areas);
    }
    if place.width < SIDE_BY_SIDE {
        return one(before, look, (buf, place), areas);
    }
    let half = place.width / 2;
    let left = Rect { width: half, ..place };
    let right = Rect { x: place.x + half, width: place.width - half, ..place };
    one(before, look, (buf, left), &mut Areas::default());
    one(after, look, (buf, right), areas);
}

fn one(scene: Scene<'_>, look: &Look<'_>, (buf, place): (&mut Buffer, Rect), areas: &mut Areas) {
    let preview = scene.preview;
    let inner = frame(&scene, look, (buf, place));
    if scene.side == Side::Before && !value::has_before(&scene) {
        let name = scene.planned.file(scene.document.0).map_or("", |file| file.name);
        let why = preview.before.why_not(name);
        return centred(buf, look, inner, &[(&*why, Role::Muted)]);
    }
    let below = match inner.height {
        height if preview.contents.whole => height,
        height if height >= 10 => (height * 2 / 5).clamp(4, 24),
        _ => 0,
    };
    let rows = Rect { height: inner.height - below, ..inner };
    if rows.height > 0 {
        list_rows(&scene, look, (buf, rows));
        highlight(&scene, look, buf, rows);
        let (top, len) = top(preview, rows.height);
        let beside = Rect { height: rows.height + 2, ..place };
        pane::scrollbar(buf, look, beside, top, len, preview.inside);
    }
    areas.preview.contents = area(rows);
    if below > 0 {
        let room = Rect { y: rows.bottom(), height: below, ..inner };
        value::draw(scene, look, (buf, room), areas);
    }
}

fn frame(scene: &Scene<'_>, look: &Look<'_>, (buf, place): (&mut Buffer, Rect)) -> Rect {
    let (preview, planned) = (scene.preview, scene.planned);
    let (file, seq) = scene.document;
    let name = planned.file(file).map_or("", |file| file.name);
    let side = if scene.side == Side::Before { "BEFORE: " } else { "" };
    let number = seq.map(|seq| format!(" #{seq}")).unwrap_or_default();
    let title = format!("{side}{name}{number}");
    let mut frame = Pane::titled(&title, preview.inside);
    let masked = planned.masked_in(scene.document) as u64;
    frame.info = format!("{} masked", number::grouped(masked));
    match (scene.side, &preview.find) {
        (Side::Before, _) => "never in the bundle, never copied".clone_into(&mut frame.hint),
        (Side::After, Some(find)) => {
            let count = find.count();
            let count = crate::ui::strip::plain(&count, look.glyphs);
            frame.hint = format!("/{} {count}", find.query.text());
        }
        (Side::After, None) => {}
    }
    if preview.contents.reading == Reading::Raw {
        "raw".clone_into(&mut frame.note);
    }
    frame.draw(buf, look, place).inner
}

/// Marks what is looked for on what has been drawn.
pub(super) fn highlight(scene: &Scene<'_>, look: &Look<'_>, buf: &mut Buffer, drawn: Rect) {
    if let Some(find) = &scene.preview.find {
        let look = look.style(Role::Warning);
        let style = look.add_modifier(Modifier::REVERSED | Modifier::UNDERLINED);
        marks_of::matches(buf, drawn, style, |row| find.query.ranges(row).collect());
    }
}

fn top(preview: &Preview, height: u16) -> (usize, usize) {
    let len = preview.contents_len();
    let shown = match &preview.contents.tree {
        Some(tree) => &tree.list,
        None => &preview.contents.list,
    };
    (list::top(shown, len, height), len)
}

fn list_rows(scene: &Scene<'_>, look: &Look<'_>, (buf, rows): (&mut Buffer, Rect)) {
    let (preview, planned) = (scene.preview, scene.planned);
    let contents = &preview.contents;
    if let Some(tree) = &contents.tree {
        // Both sides stand at the same place, so the rows are those of the plan.
        let state = (&tree.list, tree.rows.len(), preview.inside);
        return list::draw(buf, look, rows, state, |at, strip| {
            if let Some(row) = tree.rows.get(at) {
                line(strip, look, scene, (tree, row));
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
            if let Some((text, marks)) = value::text_line(scene, at, false) {
                let tones = Tones::of(look, Role::Text);
                Marked::new(&text, marks).plain_line(strip, tones, look.glyphs.ellipsis);
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
    let text = look.style(Role::Text);
    if strip.room() < TYPE + 1 + LEAST_SUMMARY {
        strip.text(&line.type_name, text);
        return;
    }
    let wide = if strip.room() > 2 * WIDE_TYPE { WIDE_TYPE } else { TYPE };
    strip.column(&line.type_name, wide, text).skip(1);
    strip.text(&line.summary, look.style(Role::Muted));
}

/// A line of a tree with its masked places marked.
fn line(
    strip: &mut Strip<'_>,
    look: &Look<'_>,
    scene: &Scene<'_>,
    (tree, row): (&JsonTree, &JsonRow),
) {
    let (name, value) = match (scene.side, &scene.preview.contents.before) {
        (Side::Before, Some(before)) => {
            let Some((name, value)) = counterpart(before, &tree.body.value, &row.way) else {
                json_tree::head(strip, look, row, tree.name(row));
                strip.text("(not there)", look.style(Role::Faint));
                return;
            };
            let name = name.map(|name| Name::Member(name.to_str_lossy().into_owned()));
            (name.or_else(|| tree.name(row)), value)
        }
        _ => match tree.value(row) {
            Some(value) => (tree.name(row), value),
            None => return,
        },
    };
    json_tree::head(strip, look, row, name);
    let pointer = tree.pointer(row);
    if let Value::String(text) = value {
        let text = text.to_str_lossy();
        let marked = Marked::new(&text, scene.places(&pointer));
        return marked.on_line(strip, Tones::of(look, Role::JsonString), look.glyphs.ellipsis);
    }
    if matches!(value, Value::Array(_) | Value::Object(_)) {
        let masked = scene.planned.masked_below(scene.document, &pointer);
        if masked > 0 {
            let text = format!("{} masked", number::grouped(masked as u64));
            strip.right_skip(1).right(&text, 16, look.style(Role::Warning)).right_skip(1);
        }
    }
    let (text, role) = scalar(value, MAX_VALUE);
    // A value that was replaced as a whole by another kind of value.
    let replaced = scene.planned.findings_at(scene.document, &pointer).next().is_some();
    strip.text(&text, look.style(if replaced { Role::Match } else { role }));
}
