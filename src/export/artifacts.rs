//! `toolArtifacts`: what the session kept beside its text, by size and digest alone.
//!
//! Nothing of the content is here: a reader learns that there was a mirror of a run or a picture in
//! a tool's result, how large it was, and can compare digests.

use std::collections::BTreeMap;

use crate::js::text::JsString;
use crate::js::value::{Object, Value};
use crate::model::digest::sha256;

use super::source::{RuntimeFrom, Source};

/// Lists the mirrored runs, then the media items of tool results in branch order.
pub(super) fn list(source: &Source) -> Vec<Value> {
    let mut listed = Vec::new();
    if source.runtime_from == RuntimeFrom::Rows {
        mirrors(source, &mut listed);
    }
    for entry in &source.entries {
        let message = entry.get("message");
        let is_result =
            message.and_then(|m| m.get("role")).and_then(Value::as_str) == Some("toolResult");
        let Some(message) = message.filter(|_| is_result) else { continue };
        for block in message.get("content").and_then(Value::as_array).unwrap_or_default() {
            listed.extend(media(entry, message, block));
        }
    }
    listed
}

#[derive(Default)]
struct Mirror<'a> {
    events: u64,
    bytes: u64,
    first: Option<&'a JsString>,
    last: Option<&'a JsString>,
}

/// One item a run, in the order in which the runs begin.
fn mirrors(source: &Source, listed: &mut Vec<Value>) {
    let mut order: Vec<&str> = Vec::new();
    let mut runs: BTreeMap<&str, Mirror<'_>> = BTreeMap::new();
    for head in source.runtime.heads() {
        let Some(run) = head.run.as_deref().and_then(Value::as_str) else { continue };
        let mirror = runs.entry(run).or_insert_with(|| {
            order.push(run);
            Mirror::default()
        });
        mirror.events += 1;
        mirror.bytes += head.bytes() as u64;
        mirror.first = mirror.first.or(head.ts.as_ref());
        mirror.last = head.ts.as_ref().or(mirror.last);
    }
    for run in order {
        let Some(mirror) = runs.get(run) else { continue };
        let mut out = Object::new();
        out.insert("kind", "trajectory-runtime-mirror");
        out.insert("runId", run);
        out.insert("table", "trajectory_runtime_events");
        out.insert("eventCount", mirror.events);
        out.insert("bytes", mirror.bytes);
        out.insert("firstTs", mirror.first.cloned());
        out.insert("lastTs", mirror.last.cloned());
        listed.push(out.into());
    }
}

/// A picture, sound or film in a tool's result, stored inline or already reduced to its digest.
fn media(entry: &Value, message: &Value, block: &Value) -> Option<Value> {
    let names = ["mimeType", "mime_type", "mediaType", "media_type"];
    let mime = names.iter().find_map(|name| block.get(name)?.as_str());
    let of_kind = |text: &str| {
        let text = text.trim().to_lowercase();
        ["image", "audio", "video"].iter().any(|kind| text.starts_with(kind))
    };
    let kind = block.get("type").and_then(Value::as_str);
    if !(kind.is_some_and(of_kind) || mime.is_some_and(of_kind)) {
        return None;
    }
    let data = block.get("data").and_then(Value::as_str)?;
    let (bytes, sha256) = match (block.get("bytes"), block.get("sha256")) {
        (Some(bytes), Some(sha256)) => (bytes.clone(), sha256.clone()),
        _ => (decoded_size(data).into(), sha256(data.as_bytes()).into()),
    };
    let mut out = Object::new();
    out.insert("kind", "tool-media");
    out.insert("toolCallId", message.get("toolCallId").cloned());
    out.insert("entryId", entry.get("id").cloned());
    out.insert("mimeType", mime.map(Value::from));
    out.insert("bytes", bytes);
    out.insert("sha256", sha256);
    Some(out.into())
}

/// The size that base64 text decodes to, as OpenClaw estimates it: blanks aside, three bytes for
/// four characters, less the padding.
fn decoded_size(text: &str) -> u64 {
    let length = text.chars().filter(|char| *char > ' ').count() as u64;
    let padding = text.trim_end().chars().rev().take(2).take_while(|char| *char == '=').count();
    (length * 3 / 4).saturating_sub(padding as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_decoded_bytes() {
        for (text, size) in [("", 0), ("aGVsbG8=", 5), ("aGVs\nbG8h", 6), ("aA==", 1), ("====", 1)]
        {
            assert_eq!(decoded_size(text), size, "{text}");
        }
    }
}
