//! What an edit changes, line by line, with the changed words marked.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use similar::{Algorithm, ChangeTag, TextDiff};

use super::strip::bound;
use super::theme::Look;
use crate::config::theme::Role;
use crate::model::text::visible_line;

/// Lines of unchanged text around a change.
const CONTEXT: usize = 3;

/// Bytes of either side that are compared. Comparing takes time with the square of the changes; a
/// pane draws at every key, so it compares no more than it can in about a millisecond.
const MAX_BYTES: usize = 16 << 10;

/// No more than this many lines are shown; the rest is counted.
const MAX_LINES: usize = 2_000;

/// Lays out how `old` becomes `new`, with a sign before every line that came or went.
///
/// Of very long texts only the beginnings are compared, and a last line says so.
pub fn lines(old: &str, new: &str, look: &Look<'_>) -> Vec<Line<'static>> {
    let (whole_old, whole_new) = (old.len(), new.len());
    let (old, new) = (head(old), head(new));
    let mut lines = compare(old, new, look);
    if old.len() < whole_old || new.len() < whole_new {
        let note = "(compared only as far as this; the whole is under raw)";
        lines.push(Line::styled(note, look.style(Role::Muted)));
    }
    lines
}

/// The beginning of a text up to a line end.
fn head(text: &str) -> &str {
    if text.len() <= MAX_BYTES {
        return text;
    }
    let head = text.get(..bound(text, MAX_BYTES)).unwrap_or(text);
    head.rfind('\n').and_then(|end| head.get(..=end)).unwrap_or(head)
}

fn compare(old: &str, new: &str, look: &Look<'_>) -> Vec<Line<'static>> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(old, new);
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if at > 0 {
            lines.push(Line::styled(look.glyphs.ellipsis, look.style(Role::Faint)));
        }
        for op in group {
            for change in diff.iter_inline_changes(op) {
                if lines.len() >= MAX_LINES {
                    lines.push(Line::styled("(the diff goes on)", look.style(Role::Muted)));
                    return lines;
                }
                let parts = change.iter_strings_lossy();
                lines.push(line(
                    change.tag(),
                    parts.map(|(mark, text)| (mark, text.into_owned())),
                    look,
                ));
            }
        }
    }
    if lines.is_empty() {
        lines.push(Line::styled("(no difference)", look.style(Role::Muted)));
    }
    lines
}

fn line(
    tag: ChangeTag,
    parts: impl Iterator<Item = (bool, String)>,
    look: &Look<'_>,
) -> Line<'static> {
    let (sign, style) = match tag {
        ChangeTag::Equal => ("  ", look.style(Role::Muted)),
        ChangeTag::Insert => ("+ ", look.style(Role::Added)),
        ChangeTag::Delete => ("- ", look.style(Role::Removed)),
    };
    let mut spans = vec![Span::styled(sign, style)];
    for (marked, text) in parts {
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            spans.push(Span::styled(visible_line(text).into_owned(), emphasised(style, marked)));
        }
    }
    Line::from(spans)
}

fn emphasised(style: Style, marked: bool) -> Style {
    if marked { style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED) } else { style }
}

/// Lays out a patch in the unified or `apply_patch` form, its signs taken as they stand.
pub fn patch(text: &str, look: &Look<'_>) -> Vec<Line<'static>> {
    let shown = text.lines().take(MAX_LINES);
    let styled = shown.map(|line| {
        let role = match line {
            _ if line.starts_with("+++") || line.starts_with("---") => Role::Heading,
            _ if line.starts_with("@@") || line.starts_with("***") => Role::Heading,
            _ if line.starts_with('+') => Role::Added,
            _ if line.starts_with('-') => Role::Removed,
            _ => Role::Muted,
        };
        Line::styled(visible_line(line).into_owned(), look.style(role))
    });
    styled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;

    fn shown(old: &str, new: &str) -> Vec<String> {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        lines(old, new, &look).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn changed_lines_carry_a_sign() {
        assert_eq!(shown("a\nb\nc\n", "a\nB\nc\n"), ["  a", "- b", "+ B", "  c"]);
        assert_eq!(shown("same", "same"), ["(no difference)"]);
        assert_eq!(shown("", "new\u{1b}[2J"), ["+ new␛[2J"]);
    }

    #[test]
    fn distant_changes_leave_out_what_lies_between() {
        let old: Vec<String> = (0..30).map(|n| n.to_string()).collect();
        let new = format!("x\n{}\ny", old[1..29].join("\n"));
        let shown = shown(&old.join("\n"), &new);
        assert!(shown.contains(&"…".to_owned()) && shown.len() < 14, "{shown:?}");
    }
}
