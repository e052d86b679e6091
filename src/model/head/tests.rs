//! Heads of rows: what is kept of each type, and that both ways of reading agree.

use proptest::prelude::*;

use super::*;

fn parsed(row: &str) -> EntryHead<'_> {
    parse(row.as_bytes()).unwrap()
}

#[test]
fn an_assistant_message_keeps_its_calls_usage_and_end() {
    let row = r#"{"type":"message","id":"b","parentId":"a","timestamp":"2026-05-01T10:02:11.250Z",
        "message":{"role":"assistant","provider":"p","model":"m","stopReason":"toolUse","content":[
        {"type":"thinking","thinking":"x"},{"type":"text","text":"  \n "},
        {"type":" ToolCall ","id":"c1","name":"read","arguments":{"id":"no"}},
        {"id":"c2","name":"exec","type":"tool_use"},{"type":"image"},5,null,"x"],
        "usage":{"input":3,"outputTokens":4,"cacheReadInputTokens":5,"cacheWrite":6,"cost":{"input":9,"total":0.25}}}}"#;
    let head = parsed(row);
    assert_eq!(head.id.as_deref(), Some("b"));
    assert_eq!(head.parent, LinkHead::To("a".into()));
    assert!(matches!(head.parent, LinkHead::To(Cow::Borrowed(_))));
    assert_eq!(head.time, Some(1_777_629_731_250));
    assert_eq!((head.role, head.stop), (Role::Assistant, StopReason::ToolUse));
    assert_eq!((head.provider.as_deref(), head.model.as_deref()), (Some("p"), Some("m")));
    assert!(head.thinking && head.image && !head.text && !head.error);
    let calls: Vec<_> =
        head.calls.iter().map(|call| (call.block, call.id.as_deref(), call.exported)).collect();
    assert_eq!(calls, [(2, Some("c1"), true), (3, Some("c2"), false)]);
    let usage = Usage { input: 3, output: 4, cache_read: 5, cache_write: 6, cost: Some(0.25) };
    assert_eq!(head.usage, Some(usage));
}

#[test]
fn rows_that_openclaw_skips_are_faults() {
    let table = [
        ("{oops", RowFault::NotJson),
        ("", RowFault::NotJson),
        ("{\"type\":\"custom\",\"n\":NaN}", RowFault::NotJson),
        ("{\"type\":\"custom\",\"t\":\"\u{1}\"}", RowFault::NotJson),
        ("{\"type\":\"custom\"} x", RowFault::NotJson),
        ("{\"type\":\"custom\",}", RowFault::NotJson),
        ("5", RowFault::NotEntry),
        ("null", RowFault::NotEntry),
        ("[1]", RowFault::NotEntry),
        ("\"\\ud800\"", RowFault::NotEntry),
        ("{}", RowFault::NotEntry),
        ("{\"type\":5}", RowFault::NotEntry),
        ("{\"type\":\"message\"}", RowFault::NotEntry),
        ("{\"type\":\"message\",\"message\":[]}", RowFault::NotEntry),
        ("{\"type\":\"message\",\"message\":{\"role\":5}}", RowFault::NotEntry),
        (
            "{\"type\":\"message\",\"message\":{\"role\":\"user\"},\"message\":1}",
            RowFault::NotEntry,
        ),
    ];
    for (row, fault) in table {
        assert_eq!(parse(row.as_bytes()), Err(fault), "{row}");
    }
}

#[test]
fn what_only_javascript_accepts_is_read_the_exact_way() {
    let head = parsed(r#"{"type":"custom","id":"a","id":"b"}"#);
    assert_eq!(head.id.as_deref(), Some("b"), "the last of two members wins");
    let head = parsed(r#"{"ty\u0070e":"custom","id":"a\ud800"}"#);
    assert_eq!(head.id.as_deref(), Some("a\u{fffd}"));
    let head = parsed(r#"{"type":"custom","id":"a","timestamp":1e400}"#);
    assert_eq!((head.id.as_deref(), head.time), (Some("a"), None));
    let head = parse(b"{\"type\":\"custom\",\"id\":\"a\xff\"}").unwrap();
    assert_eq!(head.id.as_deref(), Some("a\u{fffd}"));
    let lone = r#"{"type":"message","message":{"role":"user","content":[{"type":"text","text":"\ud800"}]}}"#;
    assert!(parsed(lone).text);
}

#[test]
fn a_row_whose_body_could_not_be_read_is_none() {
    let nested = |levels: usize, more: &str| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!("{{\"type\":\"custom\",\"data\":{open}{close}{more}}}")
    };
    let deepest = js::parse::MAX_ROW_DEPTH - 1;
    for more in ["", r#","id":"a","id":"b""#, r#","id":"\ud800""#] {
        assert!(parse(nested(deepest, more).as_bytes()).is_ok(), "{more}");
        for levels in [deepest + 1, 100_000] {
            assert_eq!(parse(nested(levels, more).as_bytes()), Err(RowFault::TooDeep), "{more}");
        }
    }
}

#[test]
fn errors_of_each_role_are_seen() {
    let table = [
        (r#""role":"toolResult","isError":true"#, true),
        (r#""role":"toolResult","isError":"true""#, false),
        (r#""role":"toolResult","isError":false,"details":{"a":[{}],"status":"error"}"#, true),
        (r#""role":"toolResult","details":{"status":"completed"}"#, false),
        (r#""role":"toolResult","details":{"status":{"status":"error"}}"#, false),
        (r#""role":"toolResult","details":[{"status":"error"}]"#, false),
        (r#""role":"toolResult","details":"error""#, false),
        (r#""role":"toolResult","status":"error""#, false),
        (r#""role":"user","isError":true"#, false),
        (r#""role":"assistant","errorMessage":"x""#, true),
        (r#""role":"assistant","errorMessage":"","stopReason":"stop""#, false),
        (r#""role":"assistant","stopReason":"error""#, true),
        (r#""role":"bashExecution","exitCode":1"#, true),
        (r#""role":"bashExecution","exitCode":0,"cancelled":false"#, false),
        (r#""role":"bashExecution","cancelled":true"#, true),
    ];
    for (members, error) in table {
        let row = format!(r#"{{"type":"message","message":{{{members}}}}}"#);
        assert_eq!(parsed(&row).error, error, "{members}");
    }
}

#[test]
fn an_exit_code_is_read_from_the_details_of_a_result() {
    let table = [
        (r#""details":{"exitCode":1}"#, Some(1)),
        (r#""isError":true,"details":{"exit_code":-2,"status":"failed"}"#, Some(-2)),
        (r#""details":{"exitCode":null,"exit_code":3}"#, Some(3)),
        (r#""details":{"exitCode":0}"#, Some(0)),
        (r#""details":{"exitCode":"1"}"#, None),
        (r#""details":[{"exitCode":1}],"exitCode":1"#, None),
        (r#""details":{"result":{"exitCode":1}}"#, None),
    ];
    for (members, exit) in table {
        // A lone surrogate in a kept string sends the row the exact way.
        for id in ["a", "\\ud800"] {
            let row = format!(
                r#"{{"type":"message","id":"{id}","message":{{"role":"toolResult",{members}}}}}"#
            );
            assert_eq!(parsed(&row).result.and_then(|result| result.exit), exit, "{row}");
        }
    }
}

#[test]
fn text_is_seen_through_blanks_and_escapes() {
    let table = [
        (r#""hello""#, true),
        (r#""""#, false),
        (r#"" \t\n\u00a0\ufeff""#, false),
        ("\"\u{3000}\"", false),
        ("\"\u{3000}é\"", true),
        (r#"" \"""#, true),
        ("5", false),
    ];
    for (text, ink) in table {
        for content in [text.to_owned(), format!(r#"[{{"text":{text},"type":"text"}}]"#)] {
            let row =
                format!(r#"{{"type":"message","message":{{"role":"user","content":{content}}}}}"#);
            assert_eq!(parsed(&row).text, ink, "{content}");
        }
    }
}

#[test]
fn a_leaf_control_needs_a_target_and_a_known_mode() {
    let table = [
        (r#","targetId":"a""#, Some((LinkHead::To("a".into()), LinkHead::Absent))),
        (r#","targetId":null,"appendParentId":null"#, Some((LinkHead::Null, LinkHead::Null))),
        (r#","targetId":null,"appendMode":"side""#, Some((LinkHead::Null, LinkHead::Absent))),
        (r#","targetId":null,"appendMode":"top""#, None),
        (r#","targetId":" ""#, None),
        (r#","targetId":"a","appendParentId":5"#, None),
        ("", None),
    ];
    for (members, leaf) in table {
        let row = format!(r#"{{"type":"leaf","id":"l","parentId":null{members}}}"#);
        let found = parsed(&row).leaf.map(|leaf| (leaf.target, leaf.append_parent));
        assert_eq!(found, leaf, "{members}");
    }
}

#[test]
fn other_records_keep_what_names_them() {
    let head = parsed(r#"{"type":"session","version":"2","id":"s","cwd":"/w","branchedFrom":"o"}"#);
    let header = head.header.unwrap();
    assert_eq!((header.version, header.cwd.as_deref()), (Some(2.0), Some("/w")));
    assert_eq!(header.parent_session.as_deref(), Some("o"));
    let version = |text: &str| {
        let row = format!(r#"{{"type":"session","version":{text}}}"#);
        parsed(&row).header.unwrap().version
    };
    assert_eq!(
        (version("null"), version("true"), version("\" 3 \"")),
        (None, Some(1.0), Some(3.0))
    );
    assert!(version("\"x\"").unwrap().is_nan() && version("\"inf\"").unwrap().is_nan());
    let head = parsed(r#"{"type":"label","targetId":"a","label":"one"}"#);
    let label = LabelHead { target: Some("a".into()), label: Some("one".into()) };
    assert_eq!(head.label, Some(label));
    let head = parsed(r#"{"type":"model_change","provider":"p","modelId":"m"}"#);
    assert_eq!((head.provider.as_deref(), head.model.as_deref()), (Some("p"), Some("m")));
    let head = parsed(r#"{"type":"session_info","name":"n"}"#);
    assert_eq!(head.session_name.as_deref(), Some("n"));
    let row =
        r#"{"type":"message","message":{"role":"toolResult","toolCallId":"c","toolName":"t"}}"#;
    let result = ResultHead { call_id: Some("c".into()), name: Some("t".into()), exit: None };
    assert_eq!(parsed(row).result, Some(result));
}

/// Names of members that matter, and of some that do not.
const NAMES: [&str; 23] = [
    "type",
    "id",
    "parentId",
    "timestamp",
    "appendMode",
    "targetId",
    "message",
    "role",
    "content",
    "text",
    "usage",
    "cost",
    "total",
    "inputTokens",
    "input",
    "stopReason",
    "isError",
    "name",
    "label",
    "version",
    "ty\\u0070e",
    "\\ud800",
    "x",
];

/// Strings that mean something somewhere, and odd ones.
const TEXTS: [&str; 22] = [
    "message",
    "custom",
    "leaf",
    "label",
    "session",
    "assistant",
    "toolResult",
    "text",
    "toolCall",
    "tool_use",
    "image",
    "side",
    "a",
    "",
    " ",
    "\\n",
    "\\ud83d\\ude00",
    "\\udc00",
    "é",
    "error",
    "2026-05-01T10:00:00.000Z",
    "2026-05-01",
];

/// JSON values in which the names that matter occur often, at any depth.
fn values() -> impl Strategy<Value = String> {
    let text = prop::sample::select(TEXTS.as_slice()).prop_map(|text| format!("\"{text}\""));
    let leaf = prop_oneof![
        6 => text,
        1 => any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| n.to_string()),
        1 => any::<i64>().prop_map(|n| n.to_string()),
        1 => prop::sample::select(vec!["null", "true", "false", "1e400", "-1e999", "0.1", "1"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let member = (prop::sample::select(NAMES.as_slice()), inner.clone())
            .prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            4 => prop::collection::vec(member, 0..6).prop_map(|all| format!("{{{}}}", all.join(","))),
        ]
    })
}

proptest! {
    #[test]
    fn both_ways_of_reading_agree(members in prop::collection::vec(values(), 3), kind in values(), cut in any::<u8>()) {
        let [message, content, usage] = members.as_slice() else { unreachable!() };
        let row = format!(
            r#"{{"type":"message","id":{kind},"message":{message},"message":{{"role":"assistant","content":{content},"usage":{usage}}},"parentId":{kind}}}"#
        );
        let other = format!(r#"{{"x":1,"type":{kind},"message":{message},"timestamp":{kind}}}"#);
        let cut = row.get(..row.len().saturating_sub(usize::from(cut % 8))).unwrap_or_default();
        for text in [&row, &other, message, cut] {
            let exact = exact(text.as_bytes()).and_then(head);
            prop_assert_eq!(parse(text.as_bytes()), exact);
        }
    }

    #[test]
    fn the_short_way_to_a_time_agrees_with_the_long_one(ms in -62_167_219_200_000_i64..253_402_300_800_000) {
        let text = js::date::to_iso(ms).unwrap();
        if let Some(found) = fixed_time(&text) {
            prop_assert_eq!(found, ms);
        }
    }
}

#[test]
fn the_short_way_leaves_odd_times_alone() {
    assert_eq!(fixed_time("2026-05-01T10:00:00.000Z"), Some(1_777_629_600_000));
    for text in [
        "2026-02-30T10:00:00.000Z",
        "2026-05-01T24:00:00.000Z",
        "2026-05-01t10:00:00.000Z",
        "2026-05-01",
    ] {
        assert_eq!(fixed_time(text), None, "{text}");
    }
    let row = |time: &str| format!(r#"{{"type":"custom","timestamp":{time}}}"#);
    assert_eq!(parsed(&row("\"2026-02-30T00:00:00Z\"")).time, Some(1_772_409_600_000));
    assert_eq!(parsed(&row("1777629600000.9")).time, Some(1_777_629_600_000));
    assert_eq!(parsed(&row("\"soon\"")).time, None);
}
