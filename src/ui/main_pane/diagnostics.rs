//! The diagnostics tab: everything skipped or odd, with its place and reason.

use crate::model::number;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Canvas, Frame};
use crate::config::theme::Role;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::text::columns;
use crate::ui::list;
use crate::ui::strip::{Strip, cut};
use crate::ui::theme::Look;

pub(super) fn frame(canvas: &Canvas<'_>) -> Frame {
    let len = canvas.state.diagnostics_len();
    let note = if len == 0 { String::new() } else { number::counted(len, "notice") };
    Frame { note, hint: String::new() }
}

pub(super) fn draw(canvas: &Canvas<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let state = canvas.state;
    let len = state.diagnostics_len();
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
    canvas.rows(buf, inner, (&pane.list, len), |at, strip| {
        if let Some(diagnostic) = shown.get(at.saturating_sub(top)) {
            row(canvas.look, strip, diagnostic);
        }
    });
    inner
}

/// Columns of the place in a narrow pane.
const PLACE: usize = 16;

fn row(look: &Look<'_>, strip: &mut Strip<'_>, diagnostic: &Diagnostic) {
    let (sign, word, role) = severity(diagnostic.severity, look);
    let name = diagnostic.place.path.file_name().unwrap_or(diagnostic.place.path.as_os_str());
    let name = name.to_string_lossy();
    let row = diagnostic.place.row.map(|row| format!(" {row}")).unwrap_or_default();
    let narrow = strip.room() < 60;
    let width = if narrow { PLACE } else { (strip.room() / 3).min(40) };
    // The number says more than the end of a name that is an id.
    let name = cut(&name, width.saturating_sub(columns(&row)).max(1), look.glyphs);
    let place = format!("{name}{row}");
    strip.right_column(&place, width, 20, look.style(Role::Muted)).right_skip(2);
    strip.text(sign, look.style(role)).skip(1);
    if !narrow {
        strip.column(word, 8, look.style(role));
    }
    strip.text(&diagnostic.message, look.style(Role::Text));
}

/// The sign, word and look of a severity.
pub(in crate::ui) fn severity(
    severity: Severity,
    look: &Look<'_>,
) -> (&'static str, &'static str, Role) {
    let (sign, role) = match severity {
        Severity::Error => (look.glyphs.error, Role::Error),
        Severity::Warning => ("!", Role::Warning),
        Severity::Note => (look.glyphs.dot, Role::Note),
    };
    (sign, severity.word(), role)
}
