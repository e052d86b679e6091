//! The selected value in full, with its masked places and the rules that masked them: formatted as
//! everywhere in the explorer, or raw as in the file.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::ink::{dip, drawn, dry, dyed};
use super::marks::Marked;
use super::places::{Place, Scene, Side, Tones};
use crate::app::json::JsonTree;
use crate::app::state::area::Areas;
use crate::app::state::preview::before::counterpart;
use crate::app::state::preview::{Eye, Reading};
use crate::config::theme::Role;
use crate::js::print::{to_visible_compact, to_visible_pretty};
use crate::js::value::{Object, Value};
use crate::model::finding::{Finding, Layer};
use crate::model::number;
use crate::model::review::Contents as FileContents;
use crate::model::text::columns;
use crate::ui::detail::scrolled;
use crate::ui::sheet::{Sheet, scalar};
use crate::ui::strip::{Strip, cut};
use crate::ui::theme::Look;
use crate::ui::wrap::Flow;
use crate::ui::{area, content};

/// Bytes of a plain value that are drawn.
const MAX_VALUE: usize = 2 << 10;
/// Columns that the place of a value keeps beside the rules that masked something in it.
const LAST_STEP: usize = 6;

/// What is read below the list.
struct Subject<'p> {
    /// The document that the pointer leads into.
    scene: Scene<'p>,
    /// The place of the value.
    pointer: String,
    /// The value in the plan.
    after: Option<&'p Value>,
    /// The value that is shown.
    shown: Option<&'p Value>,
}

/// Laid-out lines, and which of them has the mark to scroll to.
type Laid = (Vec<Line<'static>>, usize);

/// Draws the value below a rule that names its place and its rules.
pub(super) fn draw(
    scene: Scene<'_>,
    look: &Look<'_>,
    (buf, place): (&mut Buffer, Rect),
    areas: &mut Areas,
) {
    let subject = subject(scene);
    let findings = match &subject {
        Some(subject) => {
            let found = subject.scene.planned.findings_at(subject.scene.document, &subject.pointer);
            found.collect()
        }
        None => line_findings(&scene),
    };
    let pointer = subject.as_ref().map_or("", |subject| &subject.pointer);
    rule(&scene, look, (buf, place), (pointer, &findings));
    let text = Rect {
        x: place.x + 1,
        y: place.y + 1,
        width: place.width.saturating_sub(2),
        height: place.height.saturating_sub(1),
    };
    let (mut lines, mark) = match &subject {
        Some(subject) => value_lines(subject, look, text.width),
        None => text_lines(&scene, look, text.width),
    };
    lines.extend(masked_names(look, &findings));
    scrolled(buf, text, (&lines, scene.preview.contents.value.top));
    super::contents::highlight(&scene, look, buf, text);
    areas.preview.value = area(text);
    areas.preview.value_lines = lines.len();
    areas.preview.value_mark = mark;
}

/// The value that is read: that of the selected row of a tree, or the event of the selected line.
fn subject(scene: Scene<'_>) -> Option<Subject<'_>> {
    let contents = &scene.preview.contents;
    if let Some(tree) = &contents.tree {
        let row = tree.selected()?;
        let after = tree.value(row);
        let shown = match (scene.side, &contents.before) {
            (Side::Before, Some(before)) => {
                counterpart(before, &tree.body.value, &row.way).map(|(_, value)| value)
            }
            _ => after,
        };
        return Some(Subject { scene, pointer: tree.pointer(row), after, shown });
    }
    let (file, _) = scene.document;
    let FileContents::Events(lines) = scene.planned.review.files.get(file)? else { return None };
    let seq = lines.get(contents.list.selected)?.seq;
    let after = contents.event.as_ref().map(|body| &*body.value);
    let shown = match scene.side {
        Side::After => after,
        Side::Before => {
            let name = scene.planned.file(file)?.name;
            scene.preview.before.value(name, Some(seq)).map(|value| &**value)
        }
    };
    let scene = Scene { document: (file, Some(seq)), ..scene };
    Some(Subject { scene, pointer: String::new(), after, shown })
}

fn rule(
    scene: &Scene<'_>,
    look: &Look<'_>,
    (buf, place): (&mut Buffer, Rect),
    (pointer, findings): (&str, &[(usize, &Finding)]),
) {
    let mut strip = Strip::new(buf, look, place, 0);
    let border = look.style(Role::Border);
    strip.text(look.glyphs.rule, border).skip(1);
    // The last step of most pointers fits beside what the rules say, and the blanks around it.
    let said = rules_said(scene, findings, strip.room().saturating_sub(LAST_STEP + 3));
    if !said.is_empty() {
        let said = cut(&said, strip.room().saturating_sub(LAST_STEP + 3), look.glyphs).into_owned();
        strip.right_skip(1).right(&format!(" {said} "), LAST_STEP, look.style(Role::Warning));
    }
    let raw = scene.preview.contents.reading == Reading::Raw;
    let place = match (pointer, raw) {
        ("", false) => "value".to_owned(),
        ("", true) => "raw value".to_owned(),
        (pointer, _) => {
            super::findings::tail(pointer, strip.room().saturating_sub(2), look.glyphs.ellipsis)
        }
    };
    strip.text(&place, look.style(Role::Muted)).skip(1).fill(look.glyphs.rule, border);
}

/// Which rules masked something here: the one that was gone to, with its id where that fits, or all
/// by their titles.
fn rules_said(scene: &Scene<'_>, findings: &[(usize, &Finding)], room: usize) -> String {
    let gone_to = |at: usize| scene.preview.contents.eye == Some(Eye::Finding(at));
    if let Some(at) = findings.iter().position(|(at, _)| gone_to(*at))
        && let Some((_, finding)) = findings.get(at)
    {
        let of = match findings.len() {
            1 => String::new(),
            len => format!("{}/{len} ", at + 1),
        };
        let short = format!("{of}{}", scene.planned.rule_title(&finding.rule));
        let long = format!("{short} ({}, {})", finding.rule, finding.layer.name());
        return if columns(&long) <= room { long } else { short };
    }
    let mut titles: Vec<&str> = Vec::new();
    for (_, finding) in findings {
        let title = scene.planned.rule_title(&finding.rule);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join(", ")
}

fn value_lines(subject: &Subject<'_>, look: &Look<'_>, width: u16) -> Laid {
    let Subject { scene, pointer, after, shown } = subject;
    let mut flow = Flow::new(usize::from(width));
    let Some(value) = shown else {
        let absent = match (scene.side, after) {
            (Side::After, None) => "(a large event: Enter opens it)",
            _ => "(not there: it was added for the bundle)",
        };
        flow.text(absent, look.style(Role::Faint));
        return (flow.finish(), 0);
    };
    if matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_)) {
        let is_raw = scene.preview.contents.reading == Reading::Raw;
        let is_text = matches!(value, Value::String(_));
        if (is_raw || !is_text)
            && let Some(dipped) = dip(scene, value, (*after, pointer))
        {
            let lines = if is_raw {
                raw(&dipped, scene, look, width)
            } else {
                let mut lines = formatted(&dipped, look, width);
                lines.extend(unseen(&dipped, &lines, look, width));
                lines
            };
            let dried = dry(lines, Tones::of(look, Role::Text));
            return (dried.lines, dried.mark.unwrap_or(0));
        }
    }
    if let Value::String(text) = value {
        let text = text.to_str_lossy();
        let text = Marked::new(&text, scene.places(pointer));
        let line = text.in_flow(&mut flow, Tones::of(look, Role::Text));
        if text.is_cut() {
            flow.end_line();
            flow.text("(a part of the text; y copies all of it)", look.style(Role::Warning));
        }
        return (flow.finish(), line);
    }
    let (text, role) = scalar(value, MAX_VALUE);
    flow.text(&text, look.style(role));
    let below = scene.planned.masked_below(scene.document, pointer);
    if below > 0 {
        let said = format!("  {} masked", number::grouped(below as u64));
        flow.text(&said, look.style(Role::Warning));
    }
    (flow.finish(), 0)
}

/// Says that masked places stand in members that the formatted reading leaves out.
fn unseen(
    dipped: &Value,
    lines: &[Line<'static>],
    look: &Look<'_>,
    width: u16,
) -> Vec<Line<'static>> {
    let (all, seen) = (dyed(dipped), drawn(lines));
    if seen >= all {
        return Vec::new();
    }
    let more = if seen > 0 { "More is masked" } else { "What is masked stands" };
    let said = format!("{more} in members that are not shown here: v shows them raw.");
    let mut flow = Flow::new(usize::from(width));
    flow.text(&said, look.style(Role::Warning));
    flow.finish()
}

/// A value as the file holds it: events on one line, everything else indented.
fn raw(dipped: &Value, scene: &Scene<'_>, look: &Look<'_>, width: u16) -> Vec<Line<'static>> {
    let is_event = scene.document.1.is_some();
    let text = if is_event { to_visible_compact(dipped) } else { to_visible_pretty(dipped) };
    let mut flow = Flow::new(usize::from(width));
    flow.verbatim(&text, look.style(Role::Text));
    flow.finish()
}

/// A value as the explorer shows records: what is said in it, or its members.
fn formatted(dipped: &Value, look: &Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut sheet = Sheet::new(look, width).as_written();
    let is_object = |value: &&Value| matches!(value, Value::Object(_));
    let data = dipped.get("data").filter(is_object).filter(|_| dipped.get("seq").is_some());
    if let (Some(_), Some(name)) = (data, dipped.get("type").and_then(Value::as_str)) {
        let when = dipped.get("ts").and_then(Value::as_str).unwrap_or_default();
        sheet.heading(name, when);
    }
    let record = data.unwrap_or(dipped);
    let is_record = record.get("message").as_ref().is_some_and(is_object)
        || (record.get("role").is_some() && record.get("content").is_some());
    if is_record && is_output(record) {
        content::result(&mut sheet, record, &[]);
    } else if is_record {
        content::record(&mut sheet, record, &[]);
    } else {
        sheet.value(record);
    }
    if data.is_some() {
        let around = masked_around(dipped);
        if !around.is_empty() {
            sheet.heading("masked around it", "");
            sheet.value(&Value::Object(around));
        }
    }
    sheet.finish()
}

/// The members beside the data of an event in which something is masked.
fn masked_around(event: &Value) -> Object {
    let mut around = Object::new();
    for (name, member) in event.as_object().into_iter().flat_map(Object::iter) {
        let is_drawn = matches!(name.as_str(), Some("data" | "type" | "ts"));
        if !is_drawn && dyed(member) > 0 {
            around.insert(name.clone(), member.clone());
        }
    }
    around
}

/// Whether a record is the answer of a tool, whose texts are output and no prose.
fn is_output(record: &Value) -> bool {
    let message = record.get("message").unwrap_or(record);
    message.get("role").and_then(Value::as_str) == Some("toolResult")
}

/// Names of members that were masked: they stand in no string, so they are told.
fn masked_names(look: &Look<'_>, findings: &[(usize, &Finding)]) -> Vec<Line<'static>> {
    let named = findings.iter().filter(|(_, finding)| finding.layer == Layer::Keys);
    let lines = named.map(|(_, finding)| {
        let mut flow = Flow::new(usize::MAX >> 1);
        flow.text("a member's name is masked: ", look.style(Role::Muted));
        flow.text(&finding.replacement, look.style(Role::Match));
        flow.finish()
    });
    lines.flatten().collect()
}

/// The text from the selected line on.
fn text_lines(scene: &Scene<'_>, look: &Look<'_>, width: u16) -> Laid {
    let mut flow = Flow::new(usize::from(width));
    let at = scene.preview.contents.list.selected;
    let line = text_line(scene, at, true).map_or(0, |(text, marks)| {
        Marked::new(&text, marks).in_flow(&mut flow, Tones::of(look, Role::Text))
    });
    (flow.finish(), line)
}

/// The findings of the selected line of a text.
fn line_findings<'p>(scene: &Scene<'p>) -> Vec<(usize, &'p Finding)> {
    let (file, _) = scene.document;
    let Some(FileContents::Lines(lines)) = scene.planned.review.files.get(file) else {
        return Vec::new();
    };
    let selected = scene.preview.contents.list.selected;
    let Some(span) = lines.get(selected) else { return Vec::new() };
    let is_inside = |(_, finding): &(usize, &Finding)| {
        finding.shown.start <= span.end && finding.shown.end > span.start
    };
    scene.planned.findings_at((file, None), "").filter(is_inside).collect()
}

/// A line of a plain text, or all from there on, with the places to mark in it.
pub(super) fn text_line<'p>(
    scene: &Scene<'p>,
    at: usize,
    and_on: bool,
) -> Option<(Cow<'p, str>, Vec<Place>)> {
    let (file, _) = scene.document;
    let planned = scene.planned;
    let FileContents::Lines(lines) = planned.review.files.get(file)? else { return None };
    let whole = match scene.side {
        Side::Before => scene.preview.before.text(planned.file(file)?.name)?,
        Side::After => planned.file(file)?.text(),
    };
    let span = match scene.side {
        Side::Before => line_of(whole, at)?,
        Side::After => lines.get(at)?.clone(),
    };
    let span = if and_on { span.start..whole.len() } else { span };
    let places = within(scene.places(""), &span);
    Some((Cow::Borrowed(whole.get(span)?), places))
}

fn line_of(text: &str, at: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == at {
            return Some(start..start + line.trim_end_matches('\n').len());
        }
        start += line.len();
    }
    None
}

/// The parts of places that lie in a line, counted from its start.
fn within(places: Vec<Place>, line: &Range<usize>) -> Vec<Place> {
    let is_inside = |place: &Place| place.range.start < line.end && place.range.end > line.start;
    let inside = places.into_iter().filter(is_inside);
    inside
        .map(|Place { range, is_eye }| Place {
            range: range.start.max(line.start) - line.start..range.end.min(line.end) - line.start,
            is_eye,
        })
        .collect()
}

/// Whether what stood there before is at hand for the present document.
pub(super) fn has_before(scene: &Scene<'_>) -> bool {
    let contents = &scene.preview.contents;
    let name = scene.planned.file(scene.document.0).map_or("", |file| file.name);
    let before = &scene.preview.before;
    let is_list = contents.tree.as_ref().is_none_or(|tree: &JsonTree| tree.rows.is_empty());
    contents.before.is_some()
        || before.text(name).is_some()
        || (is_list && before.value(name, Some(1)).is_some())
}
