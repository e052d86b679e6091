//! The selected value in full, with its masked places and the rules that masked them.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::contents::Side;
use super::marks::Marked;
use crate::app::state::area::Areas;
use crate::app::state::preview::{Planned, Preview, marked};
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::finding::{Finding, Layer};
use crate::model::review::Contents as FileContents;
use crate::ui::area;
use crate::ui::detail::scrolled;
use crate::ui::sheet::scalar;
use crate::ui::strip::{Strip, cut};
use crate::ui::theme::Look;
use crate::ui::wrap::Flow;

/// Bytes of a plain value that are drawn.
const MAX_VALUE: usize = 2 << 10;

/// Draws the value below a rule that names its place and its rules.
pub(super) fn draw(
    preview: &Preview,
    planned: &Planned,
    look: &Look<'_>,
    (buf, place, side): (&mut Buffer, Rect, Side),
    areas: &mut Areas,
) {
    let document = preview.contents.document;
    let selected = preview.contents.tree.as_ref().and_then(|tree| Some((tree, tree.selected()?)));
    let pointer = selected.map_or(String::new(), |(tree, row)| tree.pointer(row));
    let findings: Vec<&Finding> = match selected {
        Some(_) => planned.findings_at(document, &pointer).collect(),
        None => line_findings(preview, planned),
    };
    rule(look, buf, place, (&pointer, &findings));
    let text = Rect {
        x: place.x + 1,
        y: place.y + 1,
        width: place.width.saturating_sub(2),
        height: place.height.saturating_sub(1),
    };
    let mut flow = Flow::new(usize::from(text.width));
    let mark_line = match selected {
        Some((tree, row)) => {
            let shown = match side {
                Side::Before => preview.contents.before.as_ref().unwrap_or(tree),
                Side::After => tree,
            };
            let value = shown.value(row);
            tree_value(
                &mut flow,
                look,
                (value, &findings),
                side,
                planned.masked_below(document, &pointer),
            )
        }
        None => line_value(&mut flow, look, (preview, planned), side),
    };
    let lines = flow.finish();
    scrolled(buf, text, (&lines, preview.contents.value.top));
    areas.preview.value = area(text);
    areas.preview.value_lines = lines.len();
    areas.preview.value_mark = mark_line;
}

fn rule(look: &Look<'_>, buf: &mut Buffer, place: Rect, (pointer, findings): (&str, &[&Finding])) {
    let mut strip = Strip::new(buf, look, place, 0);
    let border = look.style(Role::Border);
    strip.text(look.glyphs.rule, border).skip(1);
    let mut rules: Vec<&str> = findings.iter().map(|finding| &*finding.rule).collect();
    rules.dedup();
    if !rules.is_empty() {
        let said = cut(&rules.join(", "), strip.room() / 2, look.glyphs).into_owned();
        strip.right_skip(1).right(&format!(" {said} "), 8, look.style(Role::Warning));
    }
    let place = if pointer.is_empty() { "value" } else { pointer };
    strip.text(place, look.style(Role::Muted)).skip(1).fill(look.glyphs.rule, border);
}

/// Adds a value of a tree; returns the line of its first mark.
fn tree_value(
    flow: &mut Flow,
    look: &Look<'_>,
    (value, findings): (Option<&Value>, &[&Finding]),
    side: Side,
    below: usize,
) -> usize {
    let mut line = 0;
    match value {
        Some(Value::String(text)) => {
            let text = text.to_str_lossy();
            let marks = findings.iter().filter_map(|finding| match side {
                Side::After => marked(finding),
                Side::Before => marked(finding).map(|_| finding.range.clone()),
            });
            let text = Marked::new(&text, marks);
            line = text.in_flow(flow, look.style(Role::Text), look.style(Role::Match));
            if text.is_cut() {
                flow.end_line();
                flow.text("(a part of the text; y copies all of it)", look.style(Role::Warning));
            }
        }
        Some(value) => {
            let (text, role) = scalar(value, MAX_VALUE);
            flow.text(&text, look.style(role));
            if below > 0 {
                flow.text(&format!("  {below} masked"), look.style(Role::Warning));
            }
        }
        None => flow.text("not there", look.style(Role::Faint)),
    }
    let named = findings.iter().filter(|finding| finding.layer == Layer::Keys);
    for finding in named {
        flow.end_line();
        flow.text("a member's name is masked: ", look.style(Role::Muted));
        flow.text(&finding.replacement, look.style(Role::Match));
    }
    line
}

/// Adds the selected line of a list; returns the line of its first mark.
fn line_value(
    flow: &mut Flow,
    look: &Look<'_>,
    (preview, planned): (&Preview, &Planned),
    side: Side,
) -> usize {
    let contents = &preview.contents;
    let at = contents.list.selected;
    match planned.review.files.get(contents.document.0) {
        Some(FileContents::Events(lines)) => {
            if let Some(line) = lines.get(at) {
                flow.text(&line.type_name, look.style(Role::Title));
                flow.text(&format!("  #{}, Enter opens it", line.seq), look.style(Role::Muted));
                flow.end_line();
                flow.text(&line.summary, look.style(Role::Text));
            }
            0
        }
        Some(FileContents::Lines(_)) => match text_line(preview, planned, at, side) {
            Some((text, marks)) => {
                let (style, mark) = (look.style(Role::Text), look.style(Role::Match));
                Marked::new(&text, marks).in_flow(flow, style, mark)
            }
            None => 0,
        },
        Some(FileContents::Json(_)) | None => 0,
    }
}

/// The findings of the selected line of a text, or of the selected event.
fn line_findings<'p>(preview: &Preview, planned: &'p Planned) -> Vec<&'p Finding> {
    let (file, _) = preview.contents.document;
    let Some(FileContents::Lines(lines)) = planned.review.files.get(file) else {
        return Vec::new();
    };
    let Some(span) = lines.get(preview.contents.list.selected) else { return Vec::new() };
    let inside =
        |finding: &&Finding| finding.shown.start <= span.end && finding.shown.end > span.start;
    planned.findings_at((file, None), "").filter(inside).collect()
}

/// What a plain text was before redaction, where that is shown.
pub(super) fn text_before(preview: &Preview) -> Option<&str> {
    let planned = preview.planned.as_ref()?;
    let file = planned.file(preview.contents.document.0)?;
    preview.before.text(file.name)
}

/// A line of a plain text with the places to mark in it.
pub(super) fn text_line<'p>(
    preview: &'p Preview,
    planned: &'p Planned,
    at: usize,
    side: Side,
) -> Option<(Cow<'p, str>, Vec<Range<usize>>)> {
    let (file, _) = preview.contents.document;
    let FileContents::Lines(lines) = planned.review.files.get(file)? else { return None };
    if side == Side::Before {
        let (text, span) = line_of(text_before(preview)?, at)?;
        let ranges = planned.findings_at((file, None), "").map(|finding| finding.range.clone());
        return Some((Cow::Borrowed(text), within(ranges, &span)));
    }
    let span = lines.get(at)?.clone();
    let text = String::from_utf8_lossy(planned.file(file)?.bytes.get(span.clone())?);
    let ranges = planned.findings_at((file, None), "").filter_map(marked);
    Some((text, within(ranges, &span)))
}

fn line_of(text: &str, at: usize) -> Option<(&str, Range<usize>)> {
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == at {
            let bare = line.trim_end_matches('\n');
            return Some((bare, start..start + bare.len()));
        }
        start += line.len();
    }
    None
}

/// The parts of places that lie in a line, counted from its start.
fn within(places: impl Iterator<Item = Range<usize>>, line: &Range<usize>) -> Vec<Range<usize>> {
    let inside = places.filter(|place| place.start < line.end && place.end > line.start);
    inside
        .map(|place| place.start.max(line.start) - line.start..place.end.min(line.end) - line.start)
        .collect()
}
