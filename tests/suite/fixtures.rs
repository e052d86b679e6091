//! The states under `tests/fixtures`: what each of them is there to show.

use serde_json::Value;

use crate::support::{Home, arg, codes, fixture, row, untouched};

/// Lists a fixture with the counts of its transcripts.
fn list(name: &str) -> Value {
    let dir = fixture(name);
    untouched(&dir, || Home::new().list(&["--counts", "--state-dir", arg(&dir)]))
}

/// Shows one session of a fixture.
fn show(name: &str, id: &str) -> Value {
    let dir = fixture(name);
    untouched(&dir, || Home::new().show(&["--state-dir", arg(&dir), "--session-id", id]))
}

/// The ids of a shown branch.
fn ids(shown: &Value) -> Vec<&str> {
    let entries = shown["entries"].as_array().unwrap();
    entries.iter().map(|entry| entry["id"].as_str().unwrap()).collect()
}

#[test]
fn version_1_gets_ids_parents_and_new_names() {
    let shown = show("versions", "version-1");
    assert_eq!(ids(&shown), ["legacy-0", "legacy-1", "legacy-2", "legacy-3"]);
    let entries = &shown["entries"];
    assert_eq!(entries[1]["message"]["role"], "custom");
    // The index counts the header, too, and the index field goes.
    assert_eq!(entries[2]["firstKeptEntryId"], "legacy-1");
    assert!(entries[2]["firstKeptEntryIndex"].is_null());
    assert_eq!(shown["header"]["version"], 3);
    assert_eq!(codes(&shown), []);
}

#[test]
fn version_2_keeps_its_ids() {
    let shown = show("versions", "version-2");
    assert_eq!(ids(&shown), ["b0000001", "b0000002"]);
    assert_eq!(shown["entries"][1]["message"]["role"], "custom");
    assert_eq!(shown["header"]["version"], 3);
}

#[test]
fn version_3_follows_the_leaf_control() {
    let shown = show("versions", "version-3");
    assert_eq!(ids(&shown), ["c0000001", "c0000002", "c0000006", "c0000007"]);
    let dir = fixture("versions");
    let other = Home::new().show(&[
        "--state-dir",
        arg(&dir),
        "--session-id",
        "version-3",
        "--branch",
        "c0000004",
    ]);
    assert_eq!(ids(&other), ["c0000001", "c0000002", "c0000003", "c0000004"]);
}

#[test]
fn version_4_has_side_appends_and_resets() {
    // In a file a reset is an unknown type that the branch passes through.
    let shown = show("versions", "version-4");
    assert_eq!(ids(&shown), ["d0000001", "d0000002", "d0000005"]);
    assert_eq!(shown["header"]["version"], 4);
}

#[test]
fn foreign_names_are_understood() {
    let list = list("versions");
    let foreign = row(&list, "foreign");
    assert_eq!((&foreign["toolCalls"], &foreign["messages"]), (&1.into(), &4.into()));
    assert_eq!(foreign["title"], "Is there milk?");
    let home = Home::new();
    let file = fixture("versions/agents/main/sessions/foreign.jsonl");
    let markdown = home.run(&["sessions", "show", arg(&file)]);
    let markdown = String::from_utf8(markdown.stdout).unwrap();
    for said in ["Is there milk?", "fridge-list", "\"shelf\": 2", "No milk."] {
        assert!(markdown.contains(said), "{said}: {markdown}");
    }
    // A mirrored row names no model that answered.
    let table = home.run(&["sessions", "--counts", "--state-dir", arg(&fixture("versions"))]);
    assert!(!String::from_utf8(table.stdout).unwrap().contains("delivery-mirror"));
}

#[test]
fn every_record_and_role_is_shown() {
    let shown = show("versions", "records");
    let expected: Vec<_> =
        (1..=0x13).filter(|n| *n != 0x12).map(|n| format!("f00000{n:02x}")).collect();
    assert_eq!(ids(&shown), expected, "the unknown type is passed through");
    assert_eq!(codes(&shown), []);
    let list = list("versions");
    let records = row(&list, "records");
    assert_eq!(records["title"], "Every record once");
    assert_eq!(records["toolCalls"], 2);
    // The failed tool, the tool whose details say so, the command, the answer that broke off.
    assert_eq!(records["errors"], 4);
    let file = fixture("versions/agents/main/sessions/records.jsonl");
    let markdown = Home::new().run(&["sessions", "show", arg(&file)]);
    let markdown = String::from_utf8(markdown.stdout).unwrap();
    for said in [
        "One pixel.",
        "image/png",
        "exec",
        "A pixel was measured.",
        "Measuring failed.",
        "Water the plants.",
        "Thank you.",
    ] {
        assert!(markdown.contains(said), "{said}: {markdown}");
    }
}

#[test]
fn index_entries_give_their_rows() {
    let list = list("versions");
    assert_eq!(list["count"], 6);
    assert_eq!(row(&list, "version-1")["title"], "Version 1");
    assert_eq!(row(&list, "version-2")["title"], "Version 2");
    let moved = row(&list, "version-4")["transcript"].as_str().unwrap();
    assert_eq!(moved, arg(&fixture("versions/agents/main/sessions/version-4.jsonl")));
}

#[test]
fn every_file_of_a_directory_has_its_part() {
    let list = list("files");
    let mut found: Vec<_> = list["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["provenance"].as_str().unwrap(), row["title"].as_str().unwrap_or("-")))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("backup", "A backup."),
            ("checkpoint", "The copy before a compaction."),
            ("deleted", "A deleted conversation."),
            ("live", "-"),
            ("live", "The current conversation."),
            ("reset", "A conversation that was reset."),
            ("unindexed", "No index names this one."),
            ("unindexed", "Topic 42:7"),
        ]
    );
    assert_eq!(show("files", "garden")["runtimeEvents"], 3, "the pointer leads to them");
    let dir = fixture("files");
    let output =
        Home::new().run(&["sessions", "show", "--state-dir", arg(&dir), "--session-id", "lost"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("lost.jsonl"));
}

#[test]
fn the_second_form_of_the_index_is_read() {
    let list = list("index-2");
    assert_eq!(list["count"], 1);
    let only = row(&list, "garden");
    assert_eq!((&only["key"], &only["provenance"]), (&"agent:main:main".into(), &"live".into()));
    let table = Home::new().run(&["sessions", "--state-dir", arg(&fixture("index-2"))]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("acme-large") && table.contains("57"), "{table}");
}
