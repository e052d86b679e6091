//! The body of a record on a sheet: texts, thinking, calls, results, images, commands.

use super::sheet::Sheet;
use super::words;
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::body::{Block, ImageSource, MediaKind, Phase, blocks, edit_of};
use crate::model::number;
use crate::model::text::visible_line;

/// Base64 up to this many bytes is decoded while a frame is drawn (about a tenth of a ms).
const SMALL_IMAGE: usize = 64 << 10;

/// Lays out every block of a record, and the error that it ended with; a record without either,
/// such as a setting, by its members.
pub fn record(sheet: &mut Sheet<'_>, record: &Value) {
    let blocks = blocks(record);
    let error = record.pointer("/message/errorMessage").and_then(Value::as_str);
    if let Some(error) = error {
        sheet.heading("error", "");
        sheet.prose(error, Role::Error);
    }
    for block in &blocks {
        one(sheet, block);
    }
    if blocks.is_empty() && error.is_none() {
        sheet.value(record);
    }
}

fn one(sheet: &mut Sheet<'_>, block: &Block<'_>) {
    sheet.blank();
    match block {
        Block::Text { text, phase } => {
            if *phase == Some(Phase::Commentary) {
                sheet.note("commentary", Role::Faint);
            }
            sheet.markdown(text);
        }
        Block::Thinking { text, redacted } => thinking(sheet, text, *redacted),
        Block::Image { mime, source } => image(sheet, mime.as_deref(), source),
        Block::Media { kind, mime, place } => {
            sheet.heading(media_word(*kind), mime.as_deref().unwrap_or(""));
            sheet.field("place", place.as_deref().unwrap_or("not recorded"), Role::Text);
        }
        Block::ToolCall { id, name, arguments } => {
            let name = name.as_deref().unwrap_or("unnamed tool");
            sheet.heading(&format!("call {name}"), id.as_deref().unwrap_or(""));
            if let Some(arguments) = arguments {
                self::arguments(sheet, name, arguments);
            }
        }
        Block::ToolResult { id, name, error, content } => {
            let name = name.as_deref().unwrap_or("tool");
            sheet.heading(&format!("result of {name}"), id.as_deref().unwrap_or(""));
            if *error {
                sheet.note("the tool failed", Role::Error);
            }
            for block in content {
                result_block(sheet, block);
            }
        }
        Block::Command { .. } => command(sheet, block),
        Block::Trimmed(trim) => sheet.note(&words::trimmed(trim), Role::Warning),
        Block::Raw { type_name, value } => {
            let name = if type_name.is_empty() { "data" } else { type_name };
            sheet.heading(&visible_line(name), "");
            sheet.value(value);
        }
    }
}

/// Lays out the answer of a tool, whose texts are output and not prose.
pub fn result(sheet: &mut Sheet<'_>, record: &Value) {
    let blocks = blocks(record);
    if blocks.is_empty() {
        sheet.note("(no output)", Role::Faint);
    }
    for block in &blocks {
        result_block(sheet, block);
    }
}

fn result_block(sheet: &mut Sheet<'_>, block: &Block<'_>) {
    match block {
        Block::Text { text, .. } if text.trim().is_empty() => {
            sheet.note("(no output)", Role::Faint);
        }
        Block::Text { text, .. } => sheet.verbatim(text, Role::Code),
        other => one(sheet, other),
    }
}

/// Lays out the arguments of a call: an edit as its difference, anything else by its members.
pub fn arguments(sheet: &mut Sheet<'_>, name: &str, arguments: &Value) {
    let Some(edit) = edit_of(name, arguments) else { return sheet.value(arguments) };
    sheet.field("file", &edit.path, Role::Text);
    sheet.edit(&edit);
}

fn thinking(sheet: &mut Sheet<'_>, text: &str, redacted: bool) {
    sheet.heading("thinking", "");
    match text {
        "" if redacted => sheet.note("withheld by the provider", Role::Faint),
        "" => sheet.note("(empty)", Role::Faint),
        text => sheet.prose(text, Role::Thinking),
    }
}

fn image(sheet: &mut Sheet<'_>, mime: Option<&str>, source: &ImageSource<'_>) {
    sheet.heading("image", mime.unwrap_or("type not recorded"));
    match source {
        ImageSource::Base64(data) if data.len() <= SMALL_IMAGE => match source.decoded() {
            Some(decoded) => {
                sheet.field("size", &number::bytes(decoded.bytes), Role::Text);
                sheet.field("sha256", &decoded.sha256, Role::Muted);
            }
            None => sheet.note("the data is not base64", Role::Warning),
        },
        ImageSource::Base64(data) => {
            sheet.field("size", &number::bytes(decoded_len(data)), Role::Text);
        }
        ImageSource::Url(url) => sheet.field("address", url, Role::Text),
        ImageSource::Missing => sheet.note("the record holds no data", Role::Faint),
    }
}

/// The size of what base64 text stands for.
fn decoded_len(data: &str) -> u64 {
    let padding = data.bytes().rev().take_while(|byte| *byte == b'=').count();
    (data.len().saturating_sub(padding) as u64).saturating_mul(3) / 4
}

fn media_word(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image file",
        MediaKind::Audio => "sound",
        MediaKind::Video => "video",
        MediaKind::File => "file",
    }
}

fn command(sheet: &mut Sheet<'_>, block: &Block<'_>) {
    let Block::Command { command, output, exit_code, cancelled, truncated } = block else { return };
    sheet.heading("command", "run beside the agent");
    sheet.verbatim(command, Role::Code);
    match exit_code {
        Some(0) => sheet.field("exit", "0", Role::Ok),
        Some(code) => sheet.field("exit", &format!("{code} (error)"), Role::Error),
        None => {}
    }
    if *cancelled {
        sheet.note("stopped before it ended", Role::Warning);
    }
    sheet.heading("output", if *truncated { "not complete" } else { "" });
    sheet.verbatim(output, Role::Text);
}

#[cfg(test)]
mod tests {
    use super::super::theme::Look;
    use super::*;
    use crate::config::theme::Theme;
    use crate::js::parse;

    fn shown(json: &str) -> String {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let mut sheet = Sheet::new(&look, 44);
        record(&mut sheet, &parse::parse(json.as_bytes()).unwrap());
        let lines = sheet.finish();
        let lines: Vec<_> =
            lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect();
        lines.join("\n")
    }

    #[test]
    fn a_message_shows_all_its_blocks() {
        let json = r#"{"type":"message","message":{"role":"assistant","content":[
            {"type":"thinking","thinking":"Let me see."},
            {"type":"text","text":"I *will* look."},
            {"type":"toolCall","id":"c1","name":"edit","arguments":{"path":"a.rs","oldText":"x","newText":"y"}},
            {"type":"image","mimeType":"image/png","data":"AAAA"}]}}"#;
        let text = shown(json);
        for part in [
            "thinking\n  Let me see.",
            "I will look.",
            "call edit  c1",
            "- x\n+ y",
            "size        3B",
        ] {
            assert!(text.contains(part), "{part:?} is missing in\n{text}");
        }
    }

    #[test]
    fn what_the_provider_withheld_is_said() {
        let json = r#"{"type":"message","message":{"role":"assistant","content":[{"type":"redacted_thinking","data":"x"}]}}"#;
        assert_eq!(shown(json), "thinking\n  withheld by the provider");
    }
}
