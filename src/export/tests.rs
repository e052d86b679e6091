//! Whole bundles from small sessions.

mod large;
mod secrecy;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::js::parse::parse_str;
use crate::js::value::Value;
use crate::model::bundle::BundlePlan;
use crate::model::entry::Rules as Reading;
use crate::model::skipped::Tally;
use crate::redact::{Homes, Literal, Profile, Rules};

/// 2026-01-01T00:00:00.000Z
const NOW: i64 = 1_767_225_600_000;

fn values(rows: &str) -> Vec<Value> {
    rows.lines().map(|row| parse_str(row.trim()).unwrap()).collect()
}

fn source(rules: Reading, entries: Vec<Value>, runtime: Vec<Value>) -> Source {
    Source {
        rules,
        session_id: "s-1".to_owned(),
        session_key: "agent:main:main".to_owned(),
        workspace_dir: "/work/demo".to_owned(),
        header: parse_str(r#"{"type":"session","version":3,"id":"s-1"}"#).unwrap(),
        leaf: entries.last().and_then(|e| Some(e.get("id")?.as_str()?.to_owned())),
        entries,
        runtime: stored(runtime),
        cut_at_capture: 0,
        runtime_from: match rules {
            Reading::Files => RuntimeFrom::File,
            Reading::Database => RuntimeFrom::Rows,
        },
        warnings: Vec::new(),
        session_file: "agent:main:main".to_owned(),
        runtime_file: None,
        database: (rules == Reading::Database)
            .then(|| SourceDatabase { agent_id: "main".to_owned() }),
        entries_elsewhere: 2,
        unknown_types: [("frobnicate".to_owned(), 3)].into(),
    }
}

fn stored(events: Vec<Value>) -> RuntimeEvents {
    let mut stored = RuntimeEvents::default();
    for event in events {
        stored.push(crate::js::print::to_compact(&event).as_bytes());
    }
    stored
}

fn planned(source: Source, literals: &[&str]) -> BundlePlan {
    let literal = |value: &&str| Literal { value: (*value).to_owned(), rule: "literal".into() };
    let settings = Settings {
        rules: &Rules::built_in(Profile::Standard).unwrap(),
        homes: Homes { workspaces: vec!["/work/demo".to_owned()], ..Homes::default() },
        literals: literals.iter().map(literal).collect(),
        numbered: false,
        zone: TimeZone::UTC,
    };
    plan(source, &settings, NOW, &|_| true).unwrap()
}

fn document(plan: &BundlePlan, name: &str) -> Value {
    parse_str(plan.file(name).unwrap().text()).unwrap()
}

fn events(plan: &BundlePlan) -> Vec<Value> {
    plan.file("events.jsonl").unwrap().text().lines().map(|line| parse_str(line).unwrap()).collect()
}

fn types(plan: &BundlePlan) -> Vec<String> {
    let kind = |event: &Value| event.get("type").unwrap().as_str().unwrap().to_owned();
    events(plan).iter().map(kind).collect()
}

#[test]
fn an_empty_session_has_three_files_and_one_line_end() {
    let plan = planned(source(Reading::Files, vec![], vec![]), &[]);
    assert_eq!(plan.listed(), ["manifest.json", "events.jsonl", "session-branch.json"]);
    assert_eq!(plan.file("events.jsonl").unwrap().text(), "\n");
    let branch = document(&plan, "session-branch.json");
    assert!(branch.get("leafId").unwrap().is_null());
    assert_eq!(branch.get("entries").unwrap().as_array(), Some(&[][..]));
}

#[test]
fn entries_become_events_and_calls_follow_their_message() {
    let entries = values(
        r#"{"type":"message","id":"a","parentId":null,"timestamp":"2026-01-01T00:00:01Z","message":{"role":"user","content":"hi"}}
        {"type":"message","id":"b","parentId":"a","timestamp":1767225602000,"message":{"role":"assistant","content":[{"type":"text","text":"x"},{"type":" ToolCall ","id":"c1","name":"read","input":null,"parameters":{"path":"a"}},{"type":"tool_use","id":"c2"}]}}
        {"type":"message","id":"c","parentId":"b","timestamp":"2026-01-01T00:00:03Z","message":{"role":"toolResult","toolCallId":"c1","content":[]}}
        {"type":"compaction","id":"d","parentId":"c","summary":"s","tokensBefore":3}
        {"type":"reset","id":"e","parentId":"d","reason":"new"}
        {"type":"wonder","id":"f","parentId":"e"}"#,
    );
    let plan = planned(source(Reading::Database, entries.clone(), vec![]), &[]);
    assert_eq!(
        types(&plan),
        [
            // Entries without a time stand at the epoch.
            "session.compaction",
            "session.reset",
            "user.message",
            "assistant.message",
            "tool.call",
            "tool.result",
        ]
    );
    let call = &events(&plan)[4];
    assert_eq!(call.pointer("/data/arguments/path").unwrap().as_str(), Some("a"));
    assert_eq!(call.pointer("/data/blockIndex").unwrap().as_f64(), Some(1.0));
    assert_eq!(call.get("seq").unwrap().as_f64(), Some(5.0));
    assert_eq!(call.get("sourceSeq").unwrap().as_f64(), Some(3.0));
    assert_eq!(call.get("workspaceDir").unwrap().as_str(), Some("$WORKSPACE_DIR"));
    assert_eq!(events(&plan)[0].pointer("/data/fromHook").unwrap().as_bool(), Some(false));
    let files = planned(source(Reading::Files, entries, vec![]), &[]);
    assert!(!types(&files).contains(&"session.reset".to_owned()));
}

#[test]
fn only_the_arguments_that_are_written_have_findings() {
    let entries = values(
        r#"{"type":"message","id":"b","parentId":null,"timestamp":1767225602000,"message":{"role":"assistant","content":[{"type":"toolCall","id":"c1","name":"read","input":{"note":"one Nightjar"},"arguments":{"note":"two Nightjar"}}]}}"#,
    );
    let plan = planned(source(Reading::Database, entries, vec![]), &["Nightjar"]);
    let call = &events(&plan)[1];
    assert_eq!(call.pointer("/data/arguments/note").unwrap().as_str(), Some("two ***"));
    let in_call = plan.findings_of("events.jsonl").filter(|found| found.event_seq == Some(2));
    let places = in_call.map(|found| &*found.pointer).filter(|place| place.starts_with("/data"));
    assert_eq!(places.collect::<Vec<_>>(), ["/data/arguments/note"]);
}

const RUN: &str = r#"{"type":"session.started","ts":"2026-01-01T00:00:01.000Z","source":"runtime","seq":1,"runId":"r1","data":{}}
    {"type":"model.completed","ts":"2026-01-01T00:00:02.000Z","source":"runtime","seq":2,"runId":"r1","data":{"usage":{"n":1},"stopReason":"stop"}}
    {"type":"session.started","ts":"2026-01-01T00:00:03.000Z","source":"runtime","seq":1,"runId":"r2","data":{}}
    {"type":"trace.metadata","ts":"2026-01-01T00:00:03.000Z","source":"runtime","seq":2,"runId":"r2","provider":"p","modelId":"m","data":{"model":null,"skills":{"entries":[{"filePath":"~/skills/pdf/SKILL.md"},{"filePath":"x/other/SKILL.md"},"ab",7]},"prompting":{"skillsPrompt":"sk"}}}
    {"type":"context.compiled","ts":"2026-01-01T00:00:03.000Z","source":"runtime","seq":3,"runId":"r2","data":{"systemPrompt":"You are here","tools":[]}}
    {"type":"session.ended","ts":"2026-01-01T00:00:04.000Z","source":"runtime","seq":4,"runId":"r2","data":{"status":"ok","aborted":false}}"#;

#[test]
fn databases_tell_of_the_last_run_only_and_files_of_all() {
    let artifacts = |rules| {
        let plan = planned(source(rules, vec![], values(RUN)), &[]);
        document(&plan, "artifacts.json")
    };
    let database = artifacts(Reading::Database);
    assert_eq!(database.get("finalStatus").unwrap().as_str(), Some("ok"));
    assert_eq!((database.get("usage"), database.get("stopReason")), (None, None));
    let mirrors = database.get("toolArtifacts").unwrap().as_array().unwrap();
    assert_eq!(mirrors.len(), 2);
    assert_eq!(mirrors[1].get("eventCount").unwrap().as_f64(), Some(4.0));
    let text: usize = values(RUN)[2..].iter().map(|e| crate::js::print::to_compact(e).len()).sum();
    assert_eq!(mirrors[1].get("bytes").unwrap().as_f64(), Some(text as f64));
    assert_eq!(mirrors[1].get("firstTs").unwrap().as_str(), Some("2026-01-01T00:00:03.000Z"));
    let files = artifacts(Reading::Files);
    assert_eq!(files.pointer("/usage/n").unwrap().as_f64(), Some(1.0));
    assert_eq!((files.get("stopReason"), files.get("toolArtifacts")), (None, None));
}

#[test]
fn documents_are_made_from_the_last_events() {
    let entries = values(
        r#"{"type":"message","id":"b","parentId":null,"timestamp":1,"message":{"role":"assistant","content":[{"type":"toolCall","id":"c","name":"read","arguments":{"file_path":"C:\\Skills\\PDF\\skill.md"}}]}}"#,
    );
    let plan = planned(source(Reading::Files, entries, values(RUN)), &[]);
    let metadata = document(&plan, "metadata.json");
    let model = metadata.get("model").unwrap();
    assert_eq!(crate::js::print::to_compact(model), r#"{"provider":"p","name":"m"}"#);
    let skills = crate::js::print::to_compact(metadata.pointer("/skills/entries").unwrap());
    assert_eq!(
        skills,
        r#"[{"filePath":"~/skills/pdf/SKILL.md","invoked":true,"invocationDetectedBy":"tool-call-file-path"},{"filePath":"x/other/SKILL.md","invoked":false},{"0":"a","1":"b","invoked":false},{"invoked":false}]"#
    );
    assert_eq!(plan.file("system-prompt.txt").unwrap().text(), "You are here\n");
    assert_eq!(plan.file("tools.json").unwrap().text(), "[]\n");
    let prompts = document(&plan, "prompts.json");
    assert_eq!(prompts.get("system").unwrap().as_str(), Some("You are here"));
    assert_eq!(prompts.get("submittedPrompts").unwrap().as_array(), Some(&[][..]));
}

#[test]
fn the_manifest_tells_of_files_warnings_and_what_was_left_out() {
    let mut session = source(Reading::Database, vec![], values(RUN));
    let warning = |code, count, rows: &[u64]| Warning {
        source: WarningSource::Session,
        code,
        rows: Tally { count, rows: rows.to_vec() },
    };
    session.warnings = vec![
        warning(WarningCode::InvalidSessionRow, 2_500, &[3, 4]),
        warning(WarningCode::InvalidSessionJson, 1, &[9]),
        warning(WarningCode::IncompleteBranch, 1, &[1]),
    ];
    let plan = planned(session, &["no such value"]);
    let manifest = document(&plan, "manifest.json");
    let names: Vec<String> =
        manifest.as_object().unwrap().keys().map(|name| name.to_str_lossy().into_owned()).collect();
    let last = ["contents", "sourceDatabases", "redactions"];
    assert_eq!(names[names.len() - 3..], last);
    let warnings = manifest.get("warnings").unwrap().as_array().unwrap();
    assert_eq!(
        crate::js::print::to_compact(&warnings[0]),
        r#"{"source":"session","code":"invalid-session-row","count":2500,"rows":[3,4],"message":"Skipped a session JSONL row that is not a session entry object."}"#
    );
    assert_eq!(warnings.len(), 3);
    let redactions = manifest.get("redactions").unwrap();
    assert_eq!(redactions.get("unreadable").unwrap().as_f64(), Some(2_501.0));
    assert_eq!(redactions.get("entriesOnOtherBranches").unwrap().as_f64(), Some(2.0));
    for file in manifest.get("contents").unwrap().as_array().unwrap() {
        let name = file.get("path").unwrap().as_str().unwrap();
        let bytes = plan.file(name).unwrap().bytes.len() as f64;
        assert_eq!(file.get("bytes").unwrap().as_f64(), Some(bytes), "{name}");
    }
    assert_eq!(plan.notices.len(), 1);
    assert!(!plan.notices[0].contains("no such value"));
}

#[test]
fn retired_media_members_are_masked_and_told_of() {
    let entries = values(
        r#"{"type":"message","id":"a","parentId":null,"timestamp":1,"message":{"role":"user","content":"x","MediaPath":"/tmp/a.png","media":null}}"#,
    );
    let plan = planned(source(Reading::Database, entries.clone(), vec![]), &[]);
    let path = "/entries/0/message/MediaPath";
    let shown = |plan: &BundlePlan| {
        let branch = document(plan, "session-branch.json");
        branch.pointer(path).unwrap().as_str().unwrap().to_owned()
    };
    assert_eq!(shown(&plan), "<redacted>");
    assert_eq!(plan.by_rule()["retired-media"], 2);
    let finding = plan.findings_of("session-branch.json").find(|f| &*f.pointer == path).unwrap();
    assert_eq!(finding.entry_id.as_deref(), Some("a"));
    assert_eq!(shown(&planned(source(Reading::Files, entries, vec![]), &[])), "/tmp/a.png");
}

#[test]
fn a_secret_is_masked_wherever_it_stands() {
    let secret = format!("q7R2{}", "mX9vLs4TzK8wB1nC");
    let row = format!(
        r#"{{"type":"message","id":"a","parentId":null,"timestamp":1,"message":{{"role":"user","content":"export MY_API_KEY={secret}\nlater it says {secret}x, and "}}}}
        {{"type":"custom","id":"b","parentId":"a","timestamp":2,"customType":"t","data":{{"plain":"{secret}","{secret}":1}}}}"#
    );
    let plan = planned(source(Reading::Files, values(&row), vec![]), &[]);
    for file in &plan.files {
        assert!(!file.text().contains(&secret), "{}", file.name);
    }
    for finding in &plan.findings {
        let event = finding.event_seq.map(|seq| events(&plan)[seq as usize - 1].clone());
        let document = event.unwrap_or_else(|| document(&plan, finding.file.as_deref().unwrap()));
        // What stands in a name has no string of its own to point into.
        if let Some(text) = document.pointer(&finding.pointer).and_then(Value::as_str) {
            assert_eq!(text.get(finding.shown.clone()), Some(&*finding.replacement), "{finding:?}");
        }
    }
}

#[test]
fn literals_are_masked_for_this_bundle_only() {
    let row = r#"{"type":"message","id":"a","parentId":null,"timestamp":1,"message":{"role":"user","content":"project Bluebird"}}"#;
    let plan = planned(source(Reading::Files, values(row), vec![]), &["Bluebird"]);
    assert!(plan.files.iter().all(|file| !file.text().contains("Bluebird")));
    assert_eq!(plan.by_rule()["literal"], 2);
    assert!(plan.notices.is_empty());
}

#[test]
fn a_literal_leaves_the_words_of_the_format_alone_and_says_so() {
    let row = r#"{"type":"message","id":"a","parentId":null,"timestamp":1,"message":{"role":"user","content":[{"type":"text","text":"my transcript of the user message"}]}}"#;
    let words = ["transcript", "user", "text", "openclaw-trajectory", "message"];
    let plan = planned(source(Reading::Files, values(row), vec![]), &words);
    let event = &events(&plan)[0];
    for (member, word) in
        [("source", "transcript"), ("type", "user.message"), ("traceSchema", "openclaw-trajectory")]
    {
        assert_eq!(event.get(member).and_then(Value::as_str), Some(word));
    }
    let content = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    assert_eq!(content("/data/message/content/0/type"), Some("text"));
    assert_eq!(content("/data/message/content/0/text"), Some("my *** of the *** ***"));
    assert!(
        plan.notices.iter().any(|notice| notice.ends_with("there it stays.")),
        "{:?}",
        plan.notices
    );
}

#[test]
fn a_plan_that_is_not_wanted_any_more_stops() {
    let row = r#"{"type":"label","id":"a","parentId":null,"timestamp":1}"#;
    let settings = Settings {
        rules: &Rules::built_in(Profile::Standard).unwrap(),
        homes: Homes::default(),
        literals: Vec::new(),
        numbered: false,
        zone: TimeZone::UTC,
    };
    let stopped = plan(source(Reading::Files, values(row), vec![]), &settings, NOW, &|_| false);
    assert!(matches!(stopped, Err(Error::Cancelled)));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        "[ -~]{0,30}",
        Just("password=\"hunter2hunter2\"".to_owned()),
        Just("{\"token\": \"abcdefgh12345678\"}".to_owned()),
        Just("see /work/demo/x and `{`".to_owned()),
    ]
}

fn entry() -> impl Strategy<Value = (u8, String, bool)> {
    (0_u8..5, text(), any::<bool>())
}

fn entry_value(at: usize, (kind, text, flag): &(u8, String, bool)) -> Value {
    let quoted = crate::js::print::to_compact(&Value::from(text.as_str()));
    let parent = at.checked_sub(1).map_or("null".to_owned(), |above| format!("\"e{above}\""));
    let body = match kind {
        0 => format!(r#""type":"message","message":{{"role":"user","content":{quoted}}}"#),
        1 => format!(
            r#""type":"message","message":{{"role":"assistant","content":[{{"type":"toolCall","id":"c{at}","name":"n","arguments":{{"command":{quoted},{quoted}:{flag}}}}}]}}"#
        ),
        2 => format!(r#""type":"custom","customType":"t","data":[{quoted},{{"code":{quoted}}}]"#),
        3 => format!(r#""type":"compaction","summary":{quoted},"fromHook":{flag}"#),
        _ => format!(r#""type":"label","targetId":null,"label":{quoted}"#),
    };
    parse_str(&format!(r#"{{"id":"e{at}","parentId":{parent},"timestamp":{at},{body}}}"#)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn bundles_parse_lose_nothing_and_count_right(
        rows in proptest::collection::vec(entry(), 0..12),
        database in any::<bool>(),
    ) {
        let entries: Vec<Value> =
            rows.iter().enumerate().map(|(at, row)| entry_value(at, row)).collect();
        let rules = if database { Reading::Database } else { Reading::Files };
        let plan = planned(source(rules, entries.clone(), values(RUN)), &[]);
        prop_assert!(plan.files.iter().all(|file| file.parses(&file.bytes)));
        let calls = rows.iter().filter(|row| row.0 == 1).count();
        prop_assert_eq!(plan.counts.transcript as usize, rows.len() + calls);
        let all = events(&plan);
        prop_assert_eq!(all.len() as u64, plan.counts.total());
        for (at, event) in all.iter().enumerate() {
            prop_assert_eq!(event.get("seq").and_then(Value::as_f64), Some((at + 1) as f64));
        }
        let branch = document(&plan, "session-branch.json");
        let kept = branch.get("entries").and_then(Value::as_array).unwrap();
        let id = |entry: &Value| entry.get("id").and_then(Value::as_str).unwrap().to_owned();
        prop_assert_eq!(
            kept.iter().map(id).collect::<Vec<_>>(),
            entries.iter().map(id).collect::<Vec<_>>()
        );
        let manifest = document(&plan, "manifest.json");
        let by_rule = manifest.pointer("/redactions/byRule").and_then(Value::as_object).unwrap();
        prop_assert_eq!(by_rule.len(), plan.by_rule().len());
        for (rule, count) in plan.by_rule() {
            prop_assert_eq!(by_rule.get(rule).and_then(Value::as_f64), Some(count as f64));
        }
        prop_assert!(plan.files.iter().all(|file| !file.text().contains("hunter2hunter2")));
    }
}
