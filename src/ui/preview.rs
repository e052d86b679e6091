//! The preview of a bundle on the whole screen.
//!
//! ```text
//!  Share  The missing cent · standard · 34 masked
//!  ╭ 1 Files│2 Masked│3 Not covered╮╭ events.jsonl #12 ── 3 masked ╮
//!  │▸manifest.json      2.1K     0 ││ ▾ data                       │
//!  │ events.jsonl        48K    31 ││    text "export T=ghp_dk…"   │
//!  │ sha256 …                      │├ /data/text ──────────────────┤
//!  │                               ││ the value in full            │
//!  ╰───────────────────────────────╯╰──────────────────────────────╯
//! ```
//!
//! Masked places are marked in place. What stood there before is drawn only while it is asked for.

mod contents;
pub mod dialogue;
mod doubts;
mod files;
mod findings;
mod foot;
mod ink;
mod marks;
mod places;
mod value;
mod working;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::pane::{self, Pane};
use super::strip::{Strip, centred, cut};
use super::theme::Look;
use super::{area, list};
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::preview::{Planned, Preview, View};
use crate::config::theme::Role;
use crate::model::number;

/// The narrowest screen on which both sides have room.
const BOTH: u16 = 66;
/// The list of files: name, size, masked places, and a digest in two lines.
const FILES: u16 = 36;

/// So much of a long title is shown on any screen.
const SHORTEST_TITLE: usize = 12;

/// What the list at the left is drawn from.
#[derive(Debug, Clone, Copy)]
struct Left<'p> {
    state: &'p State,
    preview: &'p Preview,
    planned: &'p Planned,
    look: &'p Look<'p>,
}

/// Draws the preview.
pub fn draw(state: &State, look: &Look<'_>, buf: &mut Buffer, screen: Rect, areas: &mut Areas) {
    let Some(preview) = state.preview.as_deref() else { return };
    header(preview, look, buf, screen);
    let mut body = Rect { y: screen.y + 1, height: screen.height.saturating_sub(1), ..screen };
    let word = preview.failed.as_deref().or(preview.news.as_deref());
    if let Some(word) = word {
        let role = if preview.failed.is_some() { Role::Error } else { Role::Warning };
        let height = news(look, buf, body, (word, role));
        body = Rect { y: body.y + height, height: body.height - height, ..body };
    }
    let Some(planned) = &preview.planned else {
        let text = match (preview.planning, &preview.failed) {
            (Some(planning), _) => working::line("planning", planning, look),
            (None, Some(_)) => "There is no plan.".to_owned(),
            (None, None) => "Planning was stopped.".to_owned(),
        };
        let key = if preview.planning.is_some() { "Esc stops." } else { "Esc closes." };
        return centred(buf, look, body, &[(&text, Role::Note), (key, Role::Muted)]);
    };
    let wide = match preview.view {
        View::Files => FILES,
        View::Findings | View::Uncovered => (body.width * 45 / 100).clamp(FILES, 84),
    };
    let (left, right) = match (body.width < BOTH, preview.inside) {
        (_, true) if preview.contents.whole => (0, body.width),
        (true, false) => (body.width, 0),
        (true, true) => (0, body.width),
        (false, _) => (wide, body.width - wide),
    };
    if left > 0 {
        let place = Rect { width: left, ..body };
        lists(&Left { state, preview, planned, look }, (buf, place), areas);
    }
    if right > 0 {
        let place = Rect { x: body.x + left, width: right, ..body };
        contents::draw(preview, planned, look, (buf, place), areas);
    }
}

fn header(preview: &Preview, look: &Look<'_>, buf: &mut Buffer, area: Rect) {
    let mut strip = Strip::new(buf, look, area, 0);
    let muted = look.style(Role::Muted);
    strip.skip(1).right_skip(1);
    if let Some(planning) = preview.planning.filter(|_| preview.planned.is_some()) {
        let line = format!("{}, Esc stops", working::line("planning", planning, look));
        strip.right(&line, 20, look.style(Role::Note)).right_skip(2);
    }
    if preview.before.is_on() {
        strip.right(" before is shown ", 20, look.style(Role::Banner)).right_skip(2);
    }
    strip.text("share", look.style(Role::Brand)).skip(2);
    let (parts, dot) = (settings(preview), format!(" {} ", look.glyphs.dot));
    // A long title makes way for what the plan is made with.
    let behind: usize = parts.iter().map(|part| part.width() + dot.width()).sum();
    let room = strip.room().saturating_sub(behind).max(SHORTEST_TITLE);
    strip.text(&cut(&preview.title, room, look.glyphs), look.style(Role::Title));
    for part in parts {
        strip.text(&dot, look.style(Role::Faint)).text(&part, muted);
    }
}

/// What the plan is made with, in words.
fn settings(preview: &Preview) -> Vec<String> {
    let redaction = &preview.asked.redaction;
    let mut parts = vec![if redaction.strict { "strict" } else { "standard" }.to_owned()];
    if let Some(planned) = &preview.planned {
        parts.push(format!("{} masked", number::grouped(planned.plan.findings.len() as u64)));
    }
    if redaction.numbered {
        parts.push("numbered".to_owned());
    }
    if !redaction.literals.is_empty() {
        parts.push(format!("{} added", number::counted(redaction.literals.len(), "value")));
    }
    let sources = preview.rule_sources();
    let rules = preview.planned.as_ref().map_or(0, |one| one.request.redaction.rules.len());
    if !sources.shapes.is_empty() {
        parts.push(format!("{} added", number::counted(sources.shapes.len(), "pattern")));
    }
    if let Some(files) = rules.checked_sub(sources.shapes.len()).filter(|files| *files > 0) {
        parts.push(number::counted(files, "rule file"));
    }
    if let Some(branch) = &preview.asked.branch {
        parts.push(format!("branch {branch}"));
    }
    parts
}

/// Draws what must be read before anything is written; returns the lines that it takes.
fn news(look: &Look<'_>, buf: &mut Buffer, area: Rect, (text, role): (&str, Role)) -> u16 {
    let mut flow = super::wrap::Flow::new(usize::from(area.width.saturating_sub(2)));
    flow.text(text, look.style(role));
    let lines = flow.finish();
    let height = (lines.len() as u16).min(area.height / 2);
    let place = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height, ..area };
    foot::fitted(look, buf, place, &lines);
    height
}

/// Draws the list at the left in its frame.
fn lists(left: &Left<'_>, (buf, place): (&mut Buffer, Rect), areas: &mut Areas) {
    let Left { preview, planned, look, .. } = *left;
    let focused = !preview.inside;
    let titles = [
        ("1 Files", View::Files),
        ("2 Masked", View::Findings),
        ("3 Not covered", View::Uncovered),
    ];
    let mut frame = Pane {
        titles: titles.into_iter().map(|(title, view)| (title, view == preview.view)).collect(),
        focused,
        ..Pane::default()
    };
    frame.note = match preview.view {
        View::Files => number::bytes(planned.plan.total_bytes()),
        View::Findings => format!("by {}", preview.findings.by.word()),
        View::Uncovered => number::counted(planned.review.suspects(), "suspect"),
    };
    let framed = frame.draw(buf, look, place);
    for (tab, title) in areas.preview.tabs.iter_mut().zip(framed.titles) {
        *tab = area(title);
    }
    let inner = framed.inner;
    let (rows, shown) = match preview.view {
        View::Files => (files::draw(left, buf, inner), &preview.files),
        View::Findings => (findings::draw(left, buf, inner), &preview.findings.list),
        View::Uncovered => (doubts::draw(left, buf, inner), &preview.uncovered),
    };
    let top = list::top(shown, preview.len(), rows.height);
    let beside = Rect { height: rows.height + 2, ..place };
    pane::scrollbar(buf, look, beside, top, preview.len(), focused);
    areas.preview.list = area(rows);
}
