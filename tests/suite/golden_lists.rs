//! What `openclaw` printed and exported, against what the real program prints for the same states.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::golden::golden;
use crate::golden_store::CASES;
use crate::support::{Home, arg, json, untouched};

/// Members of a listed session that OpenClaw computes with its gateway's help.
const COMPUTED: &[&str] = &["agentRuntime", "acpRuntime", "visibility"];

/// What the redaction of a bundle leaves in the place of text.
const MASKS: &[&str] = &[
    "$WORKSPACE_DIR",
    "$OPENCLAW_STATE_DIR",
    "~",
    "…",
    "***",
    "redacted",
    "[Malformed diagnostic JSON redacted]",
    "[Truncated]",
];

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Fails unless `ours` says what `theirs` says wherever nothing was masked. A bundle leaves out
/// members that are named like credentials.
fn same_up_to_masks(ours: &Value, theirs: &Value, place: &str) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let mut members = ours.keys();
            for (name, value) in theirs {
                let found = members.find(|member| *member == name);
                assert!(found.is_some(), "{place}: {name} is missing or out of order");
                same_up_to_masks(&ours[name], value, &format!("{place}.{name}"));
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            for (at, theirs) in theirs.iter().enumerate() {
                if theirs != "[Truncated]" {
                    same_up_to_masks(&ours[at], theirs, &format!("{place}[{at}]"));
                }
            }
        }
        (_, Value::String(text)) if MASKS.iter().any(|mask| text.contains(mask)) => {}
        _ => assert_eq!(ours, theirs, "{place}"),
    }
}

#[test]
fn shown_branches_are_the_exported_ones_before_redaction() {
    let Some(golden) = golden("") else { return };
    let home = Home::new();
    for name in CASES {
        let case = golden.join(name);
        let state = case.join("home/.openclaw");
        let about = read(&case.join("case.json"));
        let key = about["sessionKey"].as_str().unwrap();
        let shown =
            untouched(&state, || home.show(&["--state-dir", arg(&state), "--session-key", key]));
        assert_eq!(shown["diagnostics"], serde_json::json!([]), "{name}");
        assert_eq!(shown["sessionKey"], key, "{name}");
        let ours = shown["entries"].as_array().unwrap();
        for expected in fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().path()) {
            let branch = expected.join("session-branch.json");
            if !branch.is_file() {
                continue;
            }
            let place = expected.display().to_string();
            let (branch, manifest) = (read(&branch), read(&expected.join("manifest.json")));
            assert_eq!(shown["leafId"], branch["leafId"], "{place}");
            same_up_to_masks(&shown["header"], &branch["header"], &format!("{place} header"));
            let theirs = branch["entries"].as_array().unwrap();
            assert_eq!(ours.len(), theirs.len(), "{place}");
            for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                if theirs == "[Truncated]" {
                    continue;
                }
                for member in ["id", "parentId", "type"] {
                    assert_eq!(ours[member], theirs[member], "{place} entry {at}");
                }
                same_up_to_masks(ours, theirs, &format!("{place} entry {at}"));
            }
            let events = manifest["runtimeEventCount"].as_u64().unwrap();
            let found = shown["runtimeEvents"].as_u64().unwrap();
            // An export leaves out what a migration left behind.
            assert!(found == events || (name == "mig-coding" && found == 28), "{place}: {found}");
        }
    }
}

#[test]
fn tool_calls_and_failures_are_counted() {
    let Some(golden) = golden("") else { return };
    let home = Home::new();
    for name in CASES {
        let case = golden.join(name);
        let state = case.join("home/.openclaw");
        let key = read(&case.join("case.json"))["sessionKey"].clone();
        let list = home.list(&["--counts", "--state-dir", arg(&state)]);
        let row =
            list["sessions"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap();
        // Counted anew from the rows of the active branch, which cannot hold more than all branches.
        let shown =
            home.show(&["--state-dir", arg(&state), "--session-key", key.as_str().unwrap()]);
        let entries = shown["entries"].as_array().unwrap();
        let blocks =
            entries.iter().filter_map(|entry| entry["message"]["content"].as_array()).flatten();
        let calls = blocks.filter(|block| block["type"] == "toolCall").count() as u64;
        let failed = entries.iter().map(|entry| &entry["message"]).filter(|message| {
            message["role"] == "toolResult"
                && (message["isError"] == true || message["details"]["status"] == "error")
        });
        let (failed, branchy) = (failed.count() as u64, name == "old-branch");
        let counted = row["toolCalls"].as_u64().unwrap();
        assert!(counted == calls || branchy && counted > calls, "{name}: {counted}, {calls}");
        assert!(
            row["errors"].as_u64().unwrap() >= failed,
            "{name}: {row:#}, {failed} failed results"
        );
        assert!(row["messages"].as_u64().unwrap() > 0, "{name}");
    }
}

/// The members of a session with the kind of value that each has.
fn shape(session: &Value) -> BTreeMap<&str, std::mem::Discriminant<Value>> {
    let members = session.as_object().unwrap().iter();
    members.map(|(name, value)| (name.as_str(), std::mem::discriminant(value))).collect()
}

#[test]
fn lists_have_the_members_that_openclaw_prints() {
    let Some(golden) = golden("") else { return };
    let home = Home::new();
    let printed = ["old-all-json.stdout", "new-all-json.stdout"]
        .map(|name| read(&golden.join("lists").join(name)));
    let mut compared = 0;
    for name in CASES {
        let state = golden.join(name).join("home/.openclaw");
        let output = home.run(&["sessions", "--json", "--all-agents", "--state-dir", arg(&state)]);
        let ours = json(&output);
        let theirs = printed.iter().find(|list| {
            list["stores"][0]["path"].as_str().unwrap().ends_with("sqlite")
                != name.starts_with("old")
        });
        let theirs = theirs.unwrap();
        for (member, value) in theirs.as_object().unwrap() {
            let own = std::mem::discriminant(&ours[member]);
            assert_eq!(own, std::mem::discriminant(value), "{name}: {member}");
        }
        for own in ours["sessions"].as_array().unwrap() {
            let same = |other: &&Value| {
                other["key"] == own["key"] && other["sessionId"] == own["sessionId"]
            };
            let Some(other) = theirs["sessions"].as_array().unwrap().iter().find(same) else {
                continue;
            };
            compared += 1;
            let shape = shape(own);
            for (member, kind) in self::shape(other) {
                if !COMPUTED.contains(&member) {
                    assert_eq!(shape.get(member), Some(&kind), "{name}: {member} of {own:#}");
                }
                if !COMPUTED.contains(&member) && member != "ageMs" {
                    assert_eq!(own[member], other[member], "{name}: {member}");
                }
            }
        }
    }
    assert!(compared > 3, "only {compared} sessions stand in both lists");
}
