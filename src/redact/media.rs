//! Pictures, sounds and films inside a document: found, taken out, and described.
//!
//! Their content is not looked at. What remains is the size and a digest of what stood there, so
//! that support can tell whether two pictures are the same.

use super::names::normal;
use crate::js::value::{Object, Value};
use crate::model::digest::sha256;

/// Whether an object is a medium, by its `type` or one of its MIME members.
pub(super) fn is_medium(object: &Object) -> bool {
    let kind = object.get("type").and_then(Value::as_str).map(normal);
    let by_type = kind.is_some_and(|kind| {
        let kind =
            kind.strip_prefix("input").or_else(|| kind.strip_prefix("output")).unwrap_or(&kind);
        ["audio", "image", "video"].iter().any(|medium| kind.starts_with(medium))
    });
    let mime = ["mimeType", "mime_type", "mediaType", "media_type", "contentType", "content_type"];
    by_type
        || mime
            .iter()
            .any(|name| object.get(name).and_then(Value::as_str).is_some_and(is_medium_type))
}

/// Whether an object is an image as releases with file stores know it: only its `data` is content.
pub(super) fn is_plain_image(object: &Object) -> bool {
    let text = |name: &str| {
        object.get(name).and_then(Value::as_str).map(|text| text.trim().to_ascii_lowercase())
    };
    object.get("data").is_some_and(|data| data.as_str().is_some())
        && (text("type").is_some_and(|kind| kind == "image")
            || ["mimeType", "media_type", "mime_type"]
                .iter()
                .any(|name| text(name).is_some_and(|mime| mime.starts_with("image/"))))
}

fn is_medium_type(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    ["audio/", "image/", "video/"].iter().any(|medium| mime.starts_with(medium))
}

/// Words of which the names of members with content are made, the longest first.
const PAYLOAD: [&str; 16] = [
    "sourceuri",
    "sourceurl",
    "mediauri",
    "mediaurl",
    "fileuri",
    "fileurl",
    "base64",
    "buffer",
    "frames",
    "output",
    "result",
    "bytes",
    "delta",
    "frame",
    "blob",
    "data",
];

/// Whether a name consists of payload words only.
fn is_payload(normal: &str) -> bool {
    let mut rest = normal;
    while !rest.is_empty() {
        match PAYLOAD.iter().chain(&["uri", "url"]).find_map(|word| rest.strip_prefix(word)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// Whether a member holds content, given whether its object is a medium.
pub(super) fn is_content(name: &str, in_medium: bool) -> bool {
    let plain = normal(name);
    if plain == "b64json" || in_medium && !plain.is_empty() && is_payload(&plain) {
        return true;
    }
    let lower = name.to_ascii_lowercase();
    let named = |name: &str| -> Option<String> {
        let name =
            name.strip_prefix("input_").or_else(|| name.strip_prefix("output_")).unwrap_or(name);
        let name =
            name.strip_prefix("input").or_else(|| name.strip_prefix("output")).unwrap_or(name);
        let rest =
            ["audio", "image", "video"].iter().find_map(|medium| name.strip_prefix(medium))?;
        Some(rest.strip_prefix('s').unwrap_or(rest).to_owned())
    };
    named(&plain).is_some_and(|rest| is_payload(&rest))
        || named(&lower).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// Whether a member names where the content lies, rather than holding it.
pub(super) fn is_address(name: &str) -> bool {
    let name = normal(name);
    name.ends_with("uri") || name.ends_with("url")
}

/// What is told of content that was taken out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Description {
    /// The size of the decoded content in bytes.
    pub bytes: f64,
    /// The digest of the content as it stood there.
    pub sha256: String,
}

impl Description {
    /// Describes base64, or any other text that stands where content does.
    pub(super) fn of_text(text: &str) -> Self {
        let filled = text.bytes().filter(|byte| *byte > b' ').count();
        let padding = text.trim_end().bytes().rev().take_while(|byte| *byte == b'=').count().min(2);
        let bytes = (filled * 3 / 4).saturating_sub(padding) as f64;
        Self { bytes, sha256: sha256(text.as_bytes()) }
    }

    /// Describes an array of bytes, or nothing when some element is none.
    pub(super) fn of_bytes(elements: &[Value]) -> Option<Self> {
        let byte = |element: &Value| {
            let number = element.as_f64()?;
            ((0.0..=255.0).contains(&number) && number.fract() == 0.0).then_some(number as u8)
        };
        let bytes: Vec<u8> = elements.iter().map(byte).collect::<Option<_>>()?;
        Some(Self { bytes: bytes.len() as f64, sha256: sha256(&bytes) })
    }
}

/// What stands in the place of an embedded medium: its type, size and digest.
pub(super) fn data_url(url: &str) -> String {
    let (head, content) = url.split_once(',').unwrap_or((url, ""));
    let mime =
        head.split_once(':').map_or("", |(_, rest)| rest).split(';').next().unwrap_or_default();
    let Description { bytes, sha256 } = Description::of_text(content);
    format!("<redacted {}, {bytes} bytes, sha256 {sha256}>", mime.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse_str;

    #[test]
    fn content_is_found_by_its_name_and_its_object() {
        for name in [
            "b64_json",
            "image",
            "images",
            "image_url",
            "inputAudio",
            "output_video_7",
            "videoData",
        ] {
            assert!(is_content(name, false), "{name}");
        }
        for name in ["data", "url", "fileUrl", "base64", "result"] {
            assert!(is_content(name, true) && !is_content(name, false), "{name}");
        }
        for name in ["imagery", "imageTool", "type", "text", "dataset"] {
            assert!(!is_content(name, true), "{name}");
        }
    }

    #[test]
    fn objects_are_media_by_type_or_mime() {
        let medium = |text: &str| is_medium(parse_str(text).unwrap().as_object().unwrap());
        assert!(medium(r#"{"type":"input_image"}"#) && medium(r#"{"mimeType":"AUDIO/ogg"}"#));
        assert!(!medium(r#"{"type":"text"}"#) && !medium(r#"{"mimeType":"text/plain"}"#));
    }

    #[test]
    fn sizes_are_those_of_the_decoded_content() {
        assert!((Description::of_text("aGVsbG8=").bytes - 5.0).abs() < 0.5);
        assert!((Description::of_text("aG Vs\nbG8=").bytes - 5.0).abs() < 0.5);
        assert!((Description::of_text("o").bytes - 0.0).abs() < 0.5);
        let bytes = Description::of_bytes(&[Value::from(1), Value::from(255)]).unwrap();
        assert!((bytes.bytes - 2.0).abs() < 0.5);
        assert!(Description::of_bytes(&[Value::from(256)]).is_none());
    }
}
