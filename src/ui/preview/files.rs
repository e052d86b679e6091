//! The files of the bundle with their sizes and masked places; below them the digest of the
//! selected one and what the bundle leaves out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Left, foot};
use crate::app::state::preview::Planned;
use crate::config::theme::Role;
use crate::model::number;
use crate::model::review::Doubt;
use crate::model::text::visible_line;
use crate::ui::list;
use crate::ui::wrap::Flow;

/// Draws the list and returns where its rows lie.
pub(super) fn draw(left: &Left<'_>, buf: &mut Buffer, area: Rect) -> Rect {
    let Left { preview, planned, look, .. } = *left;
    let files = &planned.plan.files;
    let height = (files.len() as u16).min(area.height);
    let rows = Rect { height, ..area };
    let muted = look.style(Role::Muted);
    list::draw(buf, look, rows, (&preview.files, files.len(), !preview.inside), |at, strip| {
        let Some(file) = files.get(at) else { return };
        let masked = planned.masked_in((at, None));
        let role = if masked > 0 { Role::Warning } else { Role::Faint };
        strip.right_column(&number::count(masked as u64), 5, 8, look.style(role)).right_skip(1);
        strip.right_column(&number::bytes(file.bytes.len() as u64), 5, 8, muted).right_skip(1);
        strip.text(file.name, look.style(Role::Text));
    });
    let below = Rect { y: area.y + height, height: area.height - height, ..area };
    foot::draw(look, buf, below, &facts(left, foot::width(below)));
    rows
}

fn facts(left: &Left<'_>, width: usize) -> Vec<Line<'static>> {
    let Left { state, preview, planned, look } = *left;
    let plan = &planned.plan;
    let (muted, text) = (look.style(Role::Muted), look.style(Role::Text));
    let mut flow = Flow::new(width);
    let mut fact = |name: &str, value: &str, style| {
        for (text, style) in [(name, muted), (value, style)] {
            flow.text(text, style);
            flow.end_line();
        }
    };
    if let Some(file) = planned.file(preview.files.selected) {
        fact(&format!("sha256 of {}", file.name), &file.sha256, text);
    }
    let left_out = left_out(planned);
    if !left_out.is_empty() {
        fact("left out", &left_out.join("\n"), look.style(Role::Warning));
    }
    let at = plan.generated_at.as_str();
    fact("planned at", at, text);
    let workspace = planned.request.workspace.display().to_string();
    fact("goes into the workspace", &workspace, text);
    let counts = plan.counts;
    let events = format!("{} runtime, {} transcript", counts.runtime, counts.transcript);
    fact("events", &events, text);
    if state.place.demo {
        fact("note", "this is the made-up demo", muted);
    }
    flow.finish()
}

/// What the session has and the bundle does not, in words.
pub(super) fn left_out(planned: &Planned) -> Vec<String> {
    let omitted = &planned.plan.omitted;
    let mut lines = Vec::new();
    if omitted.entries_elsewhere > 0 {
        let entries = number::counted(omitted.entries_elsewhere as usize, "entry");
        lines.push(format!("{entries} on other branches"));
    }
    lines.extend(omitted.unknown().map(|unknown| visible_line(&unknown).into_owned()));
    if omitted.unreadable > 0 {
        let rows = number::counted(omitted.unreadable as usize, "unreadable row");
        lines.push(rows);
    }
    // However often a part stands in the files, it is one.
    let binary = planned.review.uncovered.iter().filter(|one| one.kind == Doubt::Binary).count();
    if binary > 0 {
        let parts = number::counted(binary, "binary part");
        lines.push(format!("{parts}: type, size, digest only"));
    }
    for (cause, count) in &omitted.cut {
        lines.push(format!("{} cut at {cause}", number::counted(*count as usize, "event")));
    }
    lines
}
