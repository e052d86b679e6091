//! The diagnostics tab: everything skipped or odd, with its place and reason.

use crate::model::number;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Canvas, Frame};
use crate::config::theme::Role;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::ui::strip::Strip;
use crate::ui::theme::Look;
use crate::ui::{list, pane};

pub(super) fn frame(canvas: &Canvas<'_>) -> Frame {
    let len = canvas.state.all_diagnostics().count();
    let note = if len == 0 { String::new() } else { number::counted(len, "notice") };
    Frame { note, hint: String::new() }
}

pub(super) fn draw(canvas: &Canvas<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let state = canvas.state;
    let len = state.all_diagnostics().count();
    if len == 0 {
        let lines = [
            "Every row, file and database that was read is sound.",
            "What is skipped or repaired is listed here with its place and reason.",
        ];
        canvas.empty(buf, inner, "Nothing odd", &lines);
        return inner;
    }
    let pane = &state.diagnostics;
    let top = list::top(&pane.list, len, inner.height);
    let shown: Vec<&Diagnostic> =
        state.all_diagnostics().skip(top).take(usize::from(inner.height)).collect();
    list::draw(buf, canvas.look, inner, (&pane.list, len, canvas.focused), |at, strip| {
        if let Some(diagnostic) = shown.get(at.saturating_sub(top)) {
            row(canvas.look, strip, diagnostic);
        }
    });
    pane::scrollbar(buf, canvas.look, canvas.area, top, len, canvas.focused);
    inner
}

fn row(look: &Look<'_>, strip: &mut Strip<'_>, diagnostic: &Diagnostic) {
    let (sign, word, role) = severity(diagnostic.severity, look);
    let name = diagnostic.place.path.file_name().unwrap_or(diagnostic.place.path.as_os_str());
    let mut place = name.to_string_lossy().into_owned();
    if let Some(row) = diagnostic.place.row {
        place = format!("{place} {row}");
    }
    let width = (strip.room() / 3).min(40);
    strip.right_column(&place, width, 40, look.style(Role::Muted)).right_skip(2);
    strip.text(sign, look.style(role)).skip(1).column(word, 8, look.style(role));
    strip.text(&diagnostic.message, look.style(Role::Text));
}

/// The sign, word and look of a severity.
pub(in crate::ui) fn severity(
    severity: Severity,
    look: &Look<'_>,
) -> (&'static str, &'static str, Role) {
    match severity {
        Severity::Error => (look.glyphs.error, "error", Role::Error),
        Severity::Warning => ("!", "warning", Role::Warning),
        Severity::Note => (look.glyphs.dot, "note", Role::Note),
    }
}
