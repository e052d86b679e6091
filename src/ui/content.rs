//! The body of a record on a sheet: texts, thinking, calls, results, images, commands.

use super::sheet::Sheet;
use super::words;
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::body::{Block, Decoded, ImageSource, MediaKind, Phase, blocks, edit_of};
use crate::model::number;
use crate::model::text::visible_line;

/// Size and digest of a record's images, those that were not laid out yet.
type Images<'a> = std::slice::Iter<'a, Option<Decoded>>;

/// Lays out every block of a record, and the error that it ended with; a record without either,
/// such as a setting, by its members.
///
/// `images` tells of the record's images as [`images`](crate::model::body::images) does; hashing
/// them takes longer than a frame, so it is done elsewhere.
pub fn record(sheet: &mut Sheet<'_>, record: &Value, images: &[Option<Decoded>]) {
    let mut images = images.iter();
    let blocks = blocks(record);
    let error = record.pointer("/message/errorMessage").and_then(Value::as_str);
    if let Some(error) = error {
        sheet.heading("error", "");
        sheet.prose(error, Role::Error);
    }
    for block in &blocks {
        one(sheet, block, &mut images);
    }
    if blocks.is_empty() && error.is_none() {
        sheet.value(record);
    }
}

fn one(sheet: &mut Sheet<'_>, block: &Block<'_>, images: &mut Images<'_>) {
    sheet.blank();
    match block {
        Block::Text { text, phase } => {
            if *phase == Some(Phase::Commentary) {
                sheet.note("commentary", Role::Faint);
            }
            sheet.markdown(text);
        }
        Block::Thinking { text, redacted } => thinking(sheet, text, *redacted),
        Block::Image { mime, source } => {
            sheet.heading("image", mime.as_deref().unwrap_or("type not recorded"));
            image(sheet, source, images.next().and_then(Option::as_ref));
        }
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
                result_block(sheet, block, images);
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

/// Lays out the answer of a tool, whose texts are output and not prose; `images` as for [`record`].
pub fn result(sheet: &mut Sheet<'_>, record: &Value, images: &[Option<Decoded>]) {
    let mut images = images.iter();
    let blocks = blocks(record);
    if blocks.is_empty() {
        sheet.note("(no output)", Role::Faint);
    }
    for block in &blocks {
        result_block(sheet, block, &mut images);
    }
}

fn result_block(sheet: &mut Sheet<'_>, block: &Block<'_>, images: &mut Images<'_>) {
    match block {
        Block::Text { text, .. } if text.trim().is_empty() => {
            sheet.note("(no output)", Role::Faint);
        }
        Block::Text { text, .. } => sheet.verbatim(text, Role::Code),
        other => one(sheet, other, images),
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

fn image(sheet: &mut Sheet<'_>, source: &ImageSource<'_>, known: Option<&Decoded>) {
    match (source, known) {
        (ImageSource::Base64(_), Some(decoded)) | (ImageSource::Redacted(decoded), _) => {
            sheet.field("size", &number::bytes(decoded.bytes), Role::Text);
            sheet.field("sha256", &decoded.sha256, Role::Muted);
        }
        (ImageSource::Base64(_), None) => sheet.note("the data is not base64", Role::Warning),
        (ImageSource::Url(url), _) => sheet.field("address", url, Role::Text),
        (ImageSource::Missing, _) => sheet.note("the record holds no data", Role::Faint),
    }
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
    use crate::model::body::images;

    fn shown(json: &str) -> String {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let mut sheet = Sheet::new(&look, 44);
        let value = parse::parse(json.as_bytes()).unwrap();
        record(&mut sheet, &value, &images(&value));
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
    fn images_of_any_size_are_told_by_type_size_and_digest() {
        let large = "A".repeat(120_000);
        let json = format!(
            r#"{{"type":"message","message":{{"role":"user","content":[
            {{"type":"toolResult","content":[{{"type":"image","mimeType":"image/gif","data":"!"}}]}},
            {{"type":"image","mimeType":"image/png","data":"{large}"}},
            {{"type":"image","data":"<redacted>","bytes":7,"sha256":"ab12"}}]}}}}"#
        );
        let text = shown(&json);
        for part in [
            "image  image/gif\n  the data is not base64",
            "image  image/png\n  size        88K\n  sha256      958749651d67b7f935648ba",
            "image  type not recorded\n  size        7B\n  sha256      ab12",
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
