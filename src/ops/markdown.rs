//! A session as Markdown: what was said and done, for reading outside a terminal.

use std::fmt::Write as _;

use crate::js::print;
use crate::js::value::Value;
use crate::model::body::{self, Block, ImageSource};
use crate::model::text;

use super::show::Shown;

/// Longest tool argument or result that is written out, in characters.
const LONGEST: usize = 20_000;

/// Longest one-line text of a record without blocks, in characters.
const LONGEST_PREVIEW: usize = 400;

/// Writes the branch as Markdown. Control characters and bidi overrides are made visible.
pub fn render(shown: &Shown) -> String {
    let mut out = String::new();
    let row = &shown.row;
    let title = row.title.value().map_or(row.session_id.as_str(), String::as_str);
    let _ = writeln!(out, "# {}\n", text::visible_line(title));
    if let Some(key) = &row.key {
        let _ = writeln!(out, "- Key: `{}`", text::visible_line(key.as_str()));
    }
    let _ = writeln!(out, "- Session: `{}`", text::visible_line(&row.session_id));
    let _ = writeln!(out, "- Agent: {}", row.agent);
    if let Some(cwd) = shown.header.get("cwd").and_then(Value::as_str) {
        let _ = writeln!(out, "- Workspace: `{}`", text::visible_line(cwd));
    }
    let _ = writeln!(out, "- Entries: {}", shown.entries.len());
    for entry in &shown.entries {
        record(&mut out, entry);
    }
    if !shown.diagnostics.is_empty() {
        let _ = writeln!(out, "\n## Notices\n");
        for diagnostic in &shown.diagnostics {
            let row = diagnostic.place.row.map(|row| format!(" ({row})")).unwrap_or_default();
            let _ = writeln!(out, "- {}{row}", text::visible_line(&diagnostic.message));
        }
    }
    out
}

fn record(out: &mut String, entry: &Value) {
    let when = entry.get("timestamp").and_then(Value::as_str).unwrap_or("");
    let when =
        if when.is_empty() { String::new() } else { format!(" · {}", text::visible_line(when)) };
    let _ = writeln!(out, "\n## {}{when}\n", text::visible_line(&heading(entry)));
    let blocks = body::blocks(entry);
    if blocks.is_empty() {
        let preview = body::preview(entry, LONGEST_PREVIEW);
        if !preview.is_empty() {
            let _ = writeln!(out, "{preview}");
        }
    }
    for block in blocks {
        write_block(out, &block);
    }
}

fn heading(entry: &Value) -> String {
    let kind = entry.get("type").and_then(Value::as_str).unwrap_or("record");
    let Some(message) = entry.get("message") else {
        return kind.replace('_', " ");
    };
    let role = message.get("role").and_then(Value::as_str).unwrap_or("message");
    match (role, message.get("toolName").and_then(Value::as_str)) {
        ("toolResult", Some(tool)) => format!("result of {tool}"),
        _ => role.to_owned(),
    }
}

fn write_block(out: &mut String, block: &Block<'_>) {
    match block {
        Block::Text { text, .. } => paragraph(out, "", text),
        Block::Thinking { text, redacted } => {
            paragraph(
                out,
                "> ",
                if *redacted { "(thinking that the provider keeps)" } else { text },
            );
        }
        Block::ToolCall { name, arguments, .. } => {
            let name = name.as_deref().unwrap_or("tool call");
            let _ = writeln!(out, "**{}**\n", text::visible_line(name));
            if let Some(arguments) = arguments {
                fence(out, "json", &print::to_visible_pretty(arguments));
            }
        }
        Block::ToolResult { content, .. } => {
            for block in content {
                write_block(out, block);
            }
        }
        Block::Command { command, output, exit_code, .. } => {
            fence(out, "sh", &shown_text(command));
            fence(out, "", &shown_text(output));
            if let Some(code) = exit_code.filter(|code| *code != 0) {
                let _ = writeln!(out, "*exit status {code}*\n");
            }
        }
        Block::Image { mime, source } => image(out, mime.as_deref(), source),
        Block::Media { mime, place, .. } => {
            let what = mime.as_deref().or(place.as_deref()).unwrap_or("media file");
            let _ = writeln!(out, "*{}*\n", text::visible_line(what));
        }
        Block::Trimmed(trim) => {
            let _ = writeln!(
                out,
                "*(cut when it was captured: {})*\n",
                text::visible_line(&trim.reason)
            );
        }
        Block::Raw { value, .. } => fence(out, "json", &print::to_visible_pretty(value)),
    }
}

fn paragraph(out: &mut String, before: &str, raw: &str) {
    for line in shown_text(raw).lines() {
        let _ = writeln!(out, "{before}{line}");
    }
    out.push('\n');
}

fn image(out: &mut String, mime: Option<&str>, source: &ImageSource<'_>) {
    let mime = text::visible_line(mime.unwrap_or("image")).into_owned();
    let _ = match source.decoded() {
        Some(image) => {
            writeln!(out, "*{mime}, {} bytes, sha256 {}*\n", image.bytes, image.sha256)
        }
        None => writeln!(out, "*{mime}*\n"),
    };
}

fn shown_text(raw: &str) -> String {
    let mut lines = String::new();
    for line in raw.lines() {
        lines.push_str(&text::visible_line(line));
        lines.push('\n');
    }
    lines.truncate(lines.trim_end().len());
    cut(lines)
}

fn cut(mut written: String) -> String {
    let Some((at, _)) = written.char_indices().nth(LONGEST) else {
        return written;
    };
    let more = written.len() - at;
    written.truncate(at);
    let _ = write!(written, "\n… {more} bytes more");
    written
}

/// A fence longer than any run of backquotes inside.
fn fence(out: &mut String, language: &str, inner: &str) {
    let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(out, "{fence}{language}\n{}\n{fence}\n", cut(inner.to_owned()));
}
