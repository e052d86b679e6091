//! Blocks in every naming that OpenClaw and its providers use.

use super::*;

fn value(json: &str) -> Value {
    parse::parse(json.as_bytes()).unwrap()
}

fn kinds(json: &str) -> String {
    let record = value(json);
    let name = |block: &Block<'_>| match block {
        Block::Text { text, .. } => format!("text:{text}"),
        Block::Thinking { text, redacted } => format!("thinking:{text}:{redacted}"),
        Block::Image { mime, source } => {
            let size = source.decoded().map(|decoded| decoded.bytes);
            format!("image:{}:{size:?}", mime.as_deref().unwrap_or("-"))
        }
        Block::Media { kind, place, .. } => {
            format!("{kind:?}:{}", place.as_deref().unwrap_or("-"))
        }
        Block::ToolCall { id, name, arguments } => format!(
            "call:{}:{}:{}",
            id.as_deref().unwrap_or("-"),
            name.as_deref().unwrap_or("-"),
            arguments.is_some()
        ),
        Block::ToolResult { id, error, content, .. } => {
            format!("result:{}:{error}:{}", id.as_deref().unwrap_or("-"), content.len())
        }
        Block::Command { command, exit_code, .. } => format!("$ {command} = {exit_code:?}"),
        Block::Trimmed(trim) => format!("trimmed:{}", trim.reason),
        Block::Raw { type_name, .. } => format!("raw:{type_name}"),
    };
    blocks(&record).iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_naming_of_a_block_is_known() {
    let table = [
        (r#"{"type":"text","text":"a"}"#, "text:a"),
        (r#"{"type":"output_text","text":"a"}"#, "text:a"),
        (r#"{"type":"input_text","text":"a"}"#, "text:a"),
        (r#""bare""#, "text:bare"),
        (r#"{"type":"text","text":7}"#, "raw:text"),
        (r#"{"type":"thinking","thinking":"t"}"#, "thinking:t:false"),
        (r#"{"type":"redacted_thinking","data":"x"}"#, "thinking::true"),
        (r#"{"type":"image","data":"aGk=","mimeType":"image/png"}"#, "image:image/png:Some(2)"),
        (r#"{"type":"image","data":"aG k","mimeType":"image/png"}"#, "image:image/png:Some(2)"),
        (
            r#"{"type":"image","source":{"type":"base64","media_type":"image/gif","data":"aGk"}}"#,
            "image:image/gif:Some(2)",
        ),
        (
            r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}"#,
            "image:image/png:Some(2)",
        ),
        (r#"{"type":"image_url","image_url":"https://x/y.png"}"#, "image:-:None"),
        (r#"{"type":"image"}"#, "image:-:None"),
        (r#"{"type":"toolCall","id":"1","name":"n","arguments":{}}"#, "call:1:n:true"),
        (r#"{"type":"tool_use","id":"1","name":"n","input":{}}"#, "call:1:n:true"),
        (r#"{"type":" functionCall ","arguments":null}"#, "call:-:-:false"),
        (
            r#"{"type":"tool_result","tool_use_id":"1","content":"a","is_error":true}"#,
            "result:1:true:1",
        ),
        (r#"{"type":"audio","url":"a.ogg"}"#, "Audio:a.ogg"),
        (r#"{"type":"document","title":"d"}"#, "File:d"),
        (r#"{"type":"weird"}"#, "raw:weird"),
        ("7", "raw:"),
    ];
    for (block, expected) in table {
        let record =
            format!(r#"{{"type":"message","message":{{"role":"assistant","content":[{block}]}}}}"#);
        assert_eq!(kinds(&record), expected, "{block}");
    }
}

#[test]
fn records_of_every_type_have_their_text() {
    let table = [
        (r#"{"type":"message","message":{"role":"user","content":"hello"}}"#, "text:hello"),
        (r#"{"role":"user","content":"bare message"}"#, "text:bare message"),
        (r#"{"type":"compaction","summary":"short"}"#, "text:short"),
        (r#"{"type":"branch_summary","summary":"tried"}"#, "text:tried"),
        (r#"{"type":"custom_message","customType":"c","content":"note"}"#, "text:note"),
        (r#"{"type":"custom","customType":"plugin","data":{"a":1}}"#, "raw:plugin"),
        (r#"{"type":"label","label":"x"}"#, ""),
        (r#"{"type":"novel"}"#, "raw:novel"),
        (
            r#"{"type":"message","message":{"role":"bashExecution","command":"ls","output":"","exitCode":2}}"#,
            "$ ls = Some(2)",
        ),
        (r#"{"type":"message","message":{"role":"compactionSummary","summary":"s"}}"#, "text:s"),
    ];
    for (record, expected) in table {
        assert_eq!(kinds(record), expected, "{record}");
    }
}

#[test]
fn media_beside_the_content_are_listed() {
    let record = r#"{"type":"message","message":{"role":"user","content":"see",
        "MediaPath":"a.jpg","MediaPaths":["a.jpg","b.ogg"],"MediaTypes":["image/jpeg","audio/ogg"]}}"#;
    assert_eq!(kinds(record), "text:see Image:a.jpg Audio:b.ogg");
    let record = r#"{"role":"user","content":"","MediaUrl":"https://x/c.bin"}"#;
    assert_eq!(kinds(record), "text: File:https://x/c.bin");
}

#[test]
fn the_phase_of_an_answer_is_read_from_its_signature() {
    let record = value(
        r#"{"role":"assistant","content":[
            {"type":"text","text":"a","textSignature":"{\"v\":1,\"id\":\"m\",\"phase\":\"commentary\"}"},
            {"type":"text","text":"b","textSignature":"opaque"}]}"#,
    );
    let phases: Vec<_> = blocks(&record)
        .into_iter()
        .map(|block| matches!(block, Block::Text { phase: Some(Phase::Commentary), .. }))
        .collect();
    assert_eq!(phases, [true, false]);
}

#[test]
fn only_what_a_bundle_wrote_counts_as_redacted() {
    let source = |members: &str| {
        let record = format!(
            r#"{{"role":"user","content":[{{"type":"image","bytes":3,"sha256":"ab"{members}}}]}}"#
        );
        let record = value(&record);
        let Some(Block::Image { source, .. }) = blocks(&record).into_iter().next() else {
            panic!()
        };
        format!("{source:?}")
    };
    assert!(source(r#","data":"<redacted>""#).starts_with("Redacted"));
    assert!(source(r#","url":"https://example.org/a.png""#).starts_with("Url"));
    assert_eq!(source(""), "Missing");
}

#[test]
fn an_image_is_known_by_the_digest_of_its_bytes() {
    let decoded = ImageSource::Base64("YWJj".into()).decoded().unwrap();
    assert_eq!(decoded.bytes, 3);
    assert!(decoded.sha256.starts_with("ba7816bf8f01cfea"), "{}", decoded.sha256);
    assert_eq!(ImageSource::Base64("?".into()).decoded(), None);
}
