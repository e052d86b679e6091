//! A record as text that leaves the program: for the clipboard, a pager or an editor.
//!
//! Everything that leaves is sanitised here. A record may be of any size, so only workers may read
//! a whole one; the state has bodies of a bounded size.

use super::state::detail::DetailMode;
use crate::js::parse::parse_lossy;
use crate::js::print::to_visible_pretty;
use crate::js::value::Value;
use crate::model::body::{Block, blocks};
use crate::model::text::visible_lines;

/// The text of a record for a program outside: what is said in it, or all of it as JSON.
pub(super) fn for_viewer(record: &[u8], mode: DetailMode) -> String {
    let text = match parse_lossy(record) {
        Ok(value) if mode == DetailMode::Formatted => readable(&value),
        Ok(value) => to_visible_pretty(&value),
        Err(_) => String::from_utf8_lossy(record).into_owned(),
    };
    safe(&text)
}

/// What is said in a record; the record as JSON when nothing is.
pub(super) fn readable(record: &Value) -> String {
    let mut parts = Vec::new();
    for block in blocks(record) {
        said(&block, &mut parts);
    }
    if parts.is_empty() { to_visible_pretty(record) } else { parts.join("\n\n") }
}

fn said(block: &Block<'_>, parts: &mut Vec<String>) {
    match block {
        Block::Text { text, .. } | Block::Thinking { text, .. } if !text.is_empty() => {
            parts.push(text.to_string());
        }
        Block::ToolCall { name, arguments, .. } => {
            let name = name.as_deref().unwrap_or("tool");
            let arguments = arguments.map(to_visible_pretty).unwrap_or_default();
            parts.push(format!("{name} {arguments}"));
        }
        Block::ToolResult { content, .. } => {
            for block in content {
                said(block, parts);
            }
        }
        Block::Command { command, output, .. } => parts.push(format!("$ {command}\n{output}")),
        _ => {}
    }
}

/// Makes control characters visible, line by line.
pub(super) fn safe(text: &str) -> String {
    let lines: Vec<_> = visible_lines(text).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_holds_no_escape_sequence() {
        let record =
            br#"{"type":"message","message":{"role":"user","content":"a\u001b]0;x\u0007b\nc"}}"#;
        for mode in [DetailMode::Formatted, DetailMode::Tree] {
            let text = for_viewer(record, mode);
            assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text}");
        }
        assert!(for_viewer(record, DetailMode::Formatted).ends_with("\nc"));
        assert!(!for_viewer(b"\x1b[2J no json", DetailMode::Raw).contains('\u{1b}'));
    }
}
