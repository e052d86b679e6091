//! Content blocks, whichever provider or release named them.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::super::digest::sha256;
use super::super::fact::Trim;
use super::{as_text, first_of, first_text_of, message_of, text_of, trim_marker};
use crate::js::parse;
use crate::js::value::Value;

/// One piece of a record's content, borrowed from the record.
#[derive(Debug, Clone, PartialEq)]
pub enum Block<'a> {
    /// Text, of whoever the record belongs to.
    Text {
        /// The text.
        text: Cow<'a, str>,
        /// Which part of an answer it is, where the provider says so.
        phase: Option<Phase>,
    },
    /// What the model thought before it answered.
    Thinking {
        /// The text, empty when the provider withheld it.
        text: Cow<'a, str>,
        /// The provider withheld it.
        redacted: bool,
    },
    /// An image.
    Image {
        /// MIME type, such as `image/png`.
        mime: Option<Cow<'a, str>>,
        /// Where its bytes are.
        source: ImageSource<'a>,
    },
    /// Another file that came with a message.
    Media {
        /// What it is.
        kind: MediaKind,
        /// MIME type.
        mime: Option<Cow<'a, str>>,
        /// Its path, URL or name.
        place: Option<Cow<'a, str>>,
    },
    /// A tool call.
    ToolCall {
        /// Tool call id.
        id: Option<Cow<'a, str>>,
        /// Tool name.
        name: Option<Cow<'a, str>>,
        /// `arguments`, `input` or `parameters`: the first that is not null.
        arguments: Option<&'a Value>,
    },
    /// A tool's answer inside another message.
    ToolResult {
        /// The id of the call.
        id: Option<Cow<'a, str>>,
        /// Tool name.
        name: Option<Cow<'a, str>>,
        /// The tool failed.
        error: bool,
        /// What it answered.
        content: Vec<Block<'a>>,
    },
    /// A command that a person ran beside the agent.
    Command {
        /// The command line.
        command: Cow<'a, str>,
        /// What it printed.
        output: Cow<'a, str>,
        /// Its exit code.
        exit_code: Option<i64>,
        /// It was stopped before it ended.
        cancelled: bool,
        /// The output is not complete.
        truncated: bool,
    },
    /// The marker of something that was cut at capture.
    Trimmed(Trim),
    /// Anything else.
    Raw {
        /// Its type, as far as it names one.
        type_name: Cow<'a, str>,
        /// The whole block.
        value: &'a Value,
    },
}

/// Which part of an answer a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Said on the way (`commentary`).
    Commentary,
    /// The answer itself (`final_answer`).
    FinalAnswer,
}

/// Where the bytes of an image are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageSource<'a> {
    /// In the record, as base64.
    Base64(Cow<'a, str>),
    /// Taken out by redaction, which left size and digest in its place.
    Redacted(Decoded),
    /// Elsewhere.
    Url(Cow<'a, str>),
    /// The record does not say.
    Missing,
}

/// What a media file is, from its MIME type or its block's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// An image that the record only names.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// Any other file.
    File,
}

/// Size and digest of decoded base64 data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
}

/// Base64 as JavaScript decodes it: padding or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// [`ImageSource::decoded`] of every image of a record, in the order of its [`blocks`].
pub fn images(record: &Value) -> Vec<Option<Decoded>> {
    fn collect(blocks: &[Block<'_>], found: &mut Vec<Option<Decoded>>) {
        for block in blocks {
            match block {
                Block::Image { source, .. } => found.push(source.decoded()),
                Block::ToolResult { content, .. } => collect(content, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    collect(&blocks(record), &mut found);
    found
}

impl ImageSource<'_> {
    /// Size and digest of the bytes in the record; `None` when there are none or they are not
    /// base64.
    ///
    /// This takes time in proportion to the image: keep the answer.
    pub fn decoded(&self) -> Option<Decoded> {
        let data = match self {
            Self::Base64(data) => data,
            Self::Redacted(digest) => return Some(digest.clone()),
            Self::Url(_) | Self::Missing => return None,
        };
        let compact: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let bytes = BASE64.decode(compact).ok()?;
        Some(Decoded { bytes: bytes.len() as u64, sha256: sha256(&bytes) })
    }
}

/// Takes the content of a record apart.
///
/// The record may be a whole transcript row or a bare message as runtime events hold them. Rows
/// that say everything in their own members (settings, labels, controls) have no blocks.
pub fn blocks(record: &Value) -> Vec<Block<'_>> {
    if let Some(trim) = trim_marker(record) {
        return vec![Block::Trimmed(trim)];
    }
    if let Some(message) = message_of(record) {
        return message_blocks(message);
    }
    match text_of(record, "type").as_deref() {
        Some("compaction" | "branch_summary") => {
            text_of(record, "summary").map(text).into_iter().collect()
        }
        Some("custom_message") => record.get("content").map(content).unwrap_or_default(),
        Some("custom") => {
            let type_name = text_of(record, "customType").unwrap_or_default();
            record.get("data").map(|value| Block::Raw { type_name, value }).into_iter().collect()
        }
        Some(
            "session"
            | "thinking_level_change"
            | "model_change"
            | "reset"
            | "label"
            | "session_info"
            | "leaf",
        ) => Vec::new(),
        other => vec![Block::Raw {
            type_name: Cow::Owned(other.unwrap_or("").to_owned()),
            value: record,
        }],
    }
}

fn message_blocks(message: &Value) -> Vec<Block<'_>> {
    let mut found = match text_of(message, "role").as_deref() {
        Some("bashExecution") => vec![command(message)],
        Some("branchSummary" | "compactionSummary") => {
            text_of(message, "summary").map(text).into_iter().collect()
        }
        _ => message.get("content").map(content).unwrap_or_default(),
    };
    found.extend(media_members(message));
    found
}

fn command(message: &Value) -> Block<'_> {
    let flag = |name| message.get(name).and_then(Value::as_bool).unwrap_or(false);
    Block::Command {
        command: text_of(message, "command").unwrap_or_default(),
        output: text_of(message, "output").unwrap_or_default(),
        exit_code: message.get("exitCode").and_then(Value::as_f64).map(|code| code as i64),
        cancelled: flag("cancelled"),
        truncated: flag("truncated"),
    }
}

/// The blocks of a `content` member: a string, an array, or one block.
pub(super) fn content(value: &Value) -> Vec<Block<'_>> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(block).collect(),
        other => vec![block(other)],
    }
}

fn text(text: Cow<'_, str>) -> Block<'_> {
    Block::Text { text, phase: None }
}

fn block(value: &Value) -> Block<'_> {
    if let Some(plain) = as_text(value) {
        return text(plain);
    }
    if let Some(trim) = trim_marker(value) {
        return Block::Trimmed(trim);
    }
    let type_name = text_of(value, "type").unwrap_or_default();
    let raw = |type_name| Block::Raw { type_name, value };
    match type_name.trim().to_lowercase().as_str() {
        "text" | "output_text" | "input_text" | "refusal" => {
            match first_text_of(value, &["text", "refusal"]) {
                Some(text) => Block::Text { text, phase: phase(value) },
                None => raw(type_name),
            }
        }
        "thinking" | "reasoning" => {
            let redacted = value.get("redacted").and_then(Value::as_bool).unwrap_or(false);
            let text = first_text_of(value, &["thinking", "text", "summary"]).unwrap_or_default();
            Block::Thinking { text, redacted }
        }
        "redacted_thinking" => Block::Thinking { text: Cow::Borrowed(""), redacted: true },
        "image" | "image_url" | "input_image" => image(value),
        "toolcall" | "tooluse" | "functioncall" | "tool_use" | "function_call" | "tool_call" => {
            Block::ToolCall {
                id: first_text_of(value, &["id", "call_id", "toolCallId"]),
                name: text_of(value, "name"),
                arguments: first_of(value, &["arguments", "input", "parameters"]),
            }
        }
        "toolresult" | "tool_result" | "function_call_output" => Block::ToolResult {
            id: first_text_of(value, &["toolCallId", "tool_use_id", "call_id", "id"]),
            name: first_text_of(value, &["toolName", "name"]),
            error: first_of(value, &["isError", "is_error"])
                .and_then(Value::as_bool)
                .unwrap_or(false),
            content: first_of(value, &["content", "output", "result"])
                .map(content)
                .unwrap_or_default(),
        },
        "audio" | "input_audio" => media(MediaKind::Audio, value),
        "video" | "input_video" => media(MediaKind::Video, value),
        "file" | "input_file" | "document" => media(MediaKind::File, value),
        _ => raw(type_name),
    }
}

/// A text's signature is opaque, or JSON that names the phase of the answer.
fn phase(block: &Value) -> Option<Phase> {
    let signature = text_of(block, "textSignature")?;
    let parsed = parse::parse_str(signature.strip_prefix('{').map(|_| &*signature)?).ok()?;
    match parsed.get("phase")?.as_str()? {
        "commentary" => Some(Phase::Commentary),
        "final_answer" => Some(Phase::FinalAnswer),
        _ => None,
    }
}

const MIME: [&str; 4] = ["mimeType", "media_type", "mediaType", "mime"];

/// OpenClaw writes `data` and `mimeType`; providers write `source{…}` or `image_url{url}`.
fn image(value: &Value) -> Block<'_> {
    let source = value.get("source").filter(|source| source.as_object().is_some());
    let inner = source.unwrap_or(value);
    let mime = first_text_of(inner, &MIME).or_else(|| first_text_of(value, &MIME));
    if let Some(digest) = redacted(inner) {
        return Block::Image { mime, source: ImageSource::Redacted(digest) };
    }
    if let Some(data) = text_of(inner, "data") {
        return from_address(data, mime, ImageSource::Base64);
    }
    let address = first_of(inner, &["image_url", "url", "uri"])
        .and_then(|address| as_text(address).or_else(|| text_of(address, "url")));
    match address {
        Some(address) => from_address(address, mime, ImageSource::Url),
        None => Block::Image { mime, source: ImageSource::Missing },
    }
}

/// What a bundle holds in the place of an image's data.
fn redacted(image: &Value) -> Option<Decoded> {
    text_of(image, "data").filter(|data| data == "<redacted>")?;
    let (bytes, sha256) = (image.get("bytes")?.as_f64()?, text_of(image, "sha256")?);
    Some(Decoded { bytes: bytes as u64, sha256: sha256.into_owned() })
}

/// An image by its data or its address; either may be a `data:` URL.
fn from_address<'a>(
    address: Cow<'a, str>,
    mime: Option<Cow<'a, str>>,
    otherwise: impl FnOnce(Cow<'a, str>) -> ImageSource<'a>,
) -> Block<'a> {
    let parts = address.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
    let Some((own, data)) = parts else {
        return Block::Image { mime, source: otherwise(address) };
    };
    let mime =
        Some(own).filter(|own| !own.is_empty()).map(|own| Cow::Owned(own.to_owned())).or(mime);
    Block::Image { mime, source: ImageSource::Base64(Cow::Owned(data.to_owned())) }
}

fn media(kind: MediaKind, value: &Value) -> Block<'_> {
    let inner = value.get("source").filter(|source| source.as_object().is_some()).unwrap_or(value);
    let names = ["path", "url", "uri", "filename", "fileName", "name", "title"];
    Block::Media {
        kind,
        mime: first_text_of(inner, &MIME).or_else(|| first_text_of(value, &MIME)),
        place: first_text_of(inner, &names).or_else(|| first_text_of(value, &names)),
    }
}

/// The media of older messages, which stand beside the content: `MediaPath(s)`, `MediaUrl(s)` and
/// `MediaType(s)`. A plural list replaces the singular member.
fn media_members(message: &Value) -> Vec<Block<'_>> {
    let list = |many: &str, one: &str| match message.get(many).and_then(Value::as_array) {
        Some(items) => items.iter().map(as_text).collect(),
        None => message.get(one).map(|value| vec![as_text(value)]).unwrap_or_default(),
    };
    let (paths, urls) = (list("MediaPaths", "MediaPath"), list("MediaUrls", "MediaUrl"));
    let types = list("MediaTypes", "MediaType");
    (0..paths.len().max(urls.len()))
        .map(|n| {
            let mime = list_item(&types, n);
            let kind = match mime.as_deref().and_then(|mime| mime.split('/').next()) {
                Some("image") => MediaKind::Image,
                Some("audio") => MediaKind::Audio,
                Some("video") => MediaKind::Video,
                _ => MediaKind::File,
            };
            Block::Media { kind, mime, place: list_item(&paths, n).or_else(|| list_item(&urls, n)) }
        })
        .collect()
}

fn list_item<'a>(list: &[Option<Cow<'a, str>>], at: usize) -> Option<Cow<'a, str>> {
    list.get(at).cloned().flatten()
}

#[cfg(test)]
#[path = "block_tests.rs"]
mod tests;
