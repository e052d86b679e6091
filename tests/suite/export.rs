//! The export as a person runs it: its flags, its answers, and what it says of damaged sessions.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::support::{Home, arg, json as printed, text, untouched};

pub(crate) const SESSIONS: &str = ".openclaw/agents/main/sessions";
pub(crate) const DATABASE: &str = ".openclaw/agents/main/agent/openclaw-agent.sqlite";
pub(crate) const KEY: &str = "agent:main:main";

pub(crate) fn header() -> String {
    r#"{"type":"session","version":3,"id":"s-1","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/work/demo"}"#
        .to_owned()
}

pub(crate) fn message(id: &str, parent: &str, said: &str) -> String {
    json!({
        "type": "message", "id": id, "parentId": parent, "timestamp": "2026-01-01T00:00:01.000Z",
        "message": {"role": "user", "content": said}
    })
    .to_string()
}

/// A home with one session in a file.
pub(crate) fn in_files(rows: &[String]) -> Home {
    let home = Home::new();
    home.write(&format!("{SESSIONS}/s-1.jsonl"), rows.join("\n") + "\n");
    let index = json!({KEY: {"sessionId": "s-1", "updatedAt": 5, "sessionFile": "s-1.jsonl"}});
    home.write(&format!("{SESSIONS}/sessions.json"), index.to_string());
    fs::create_dir(home.path().join("work")).unwrap();
    home
}

/// A home with one session in a database.
pub(crate) fn in_database(rows: &[String]) -> Home {
    let home = Home::new();
    let path = home.write(DATABASE, "");
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(include_str!("../fixtures/agent-schema.sql")).unwrap();
    let entry = r#"{"sessionId":"s-1","updatedAt":5}"#;
    let node = "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at)
                VALUES (?1, 's-1', ?2, 5)";
    connection.execute(node, [KEY, entry]).unwrap();
    connection.execute_batch("BEGIN").unwrap();
    let event = "INSERT INTO transcript_events (session_id, seq, event_json, created_at)
                 VALUES ('s-1', ?1, ?2, 5)";
    let mut insert = connection.prepare(event).unwrap();
    for (at, row) in rows.iter().enumerate() {
        insert.execute((at as i64 * 3, row)).unwrap();
    }
    drop(insert);
    connection.execute_batch("COMMIT").unwrap();
    connection.close().unwrap();
    fs::create_dir(home.path().join("work")).unwrap();
    home
}

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["sessions", "export-trajectory", "--workspace", "work"];
    if !more.contains(&"--session-id") {
        all.extend(["--session-key", KEY]);
    }
    all.extend(more);
    all
}

/// Exports; gives the bundle's directory and what was printed.
pub(crate) fn exported(home: &Home, more: &[&str]) -> (PathBuf, Value) {
    let output = home.run(&[arguments(more), vec!["--json"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told = printed(&output);
    (PathBuf::from(told["outputDir"].as_str().unwrap()), told)
}

pub(crate) fn refused(home: &Home, more: &[&str]) -> String {
    let output = home.run(&arguments(more));
    assert_eq!(output.status.code(), Some(1), "{more:?}");
    assert_eq!(text(&output.stdout), "", "{more:?}");
    text(&output.stderr).trim_end().to_owned()
}

pub(crate) fn document(dir: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(dir.join(name)).unwrap()).unwrap()
}

/// A session of which most rows are damaged.
fn damaged() -> Vec<String> {
    let mut rows = vec![header(), "5".to_owned(), message("a", "gone", "first")];
    rows.extend((0..1_500).map(|_| "{oops".to_owned()));
    rows.push(message("b", "a", "second"));
    rows.push("null".to_owned());
    rows
}

#[test]
fn every_bad_row_is_counted_and_the_first_twenty_are_named() {
    let home = in_files(&damaged());
    let event = |seq: u32| {
        json!({
            "traceSchema": "openclaw-trajectory", "schemaVersion": 1, "source": "runtime",
            "type": "session.started", "ts": "2026-01-01T00:00:02.000Z", "seq": seq,
            "sessionId": "s-1", "data": {}
        })
        .to_string()
    };
    let runtime = event(1) + "\n" + &"{}\n".repeat(1_100) + &event(2) + "\n{\"cut";
    home.write(&format!("{SESSIONS}/s-1.trajectory.jsonl"), runtime);
    let files = untouched(&home.path().join(".openclaw"), || exported(&home, &[]));
    let warnings = &document(&files.0, "manifest.json")["warnings"];
    let told = |at: usize, of: &str| warnings[at][of].clone();
    let shapes: Vec<_> = (0..5).map(|at| (told(at, "code"), told(at, "count"))).collect();
    let expected = [
        ("invalid-session-row", 2),
        ("invalid-session-json", 1_500),
        ("incomplete-session-branch", 1),
        ("invalid-runtime-event", 1_100),
        ("invalid-runtime-json", 1),
    ];
    assert_eq!(shapes, expected.map(|(code, count)| (json!(code), json!(count))));
    assert_eq!(told(0, "rows"), json!([2, 1_505]));
    assert_eq!(told(1, "rows"), json!((4..24).collect::<Vec<_>>()));
    assert_eq!((told(2, "rows"), told(4, "rows")), (json!([3]), json!([1_103])));
    assert_eq!(document(&files.0, "manifest.json")["redactions"]["unreadable"], 2_603);

    // A database counts positions, not `seq`, and repairs the parent of the first entry.
    let home = in_database(&damaged());
    let (dir, _) = exported(&home, &[]);
    let warnings = &document(&dir, "manifest.json")["warnings"];
    assert_eq!(warnings[0]["rows"], json!([2, 1_505]));
    assert_eq!(warnings[1]["count"], 1_500);
    assert_eq!(warnings[1]["rows"][0], 4);
}

pub(crate) fn branched() -> Vec<String> {
    vec![
        header(),
        message("a", "none", "root"),
        message("b", "a", "left alone"),
        message("c", "a", "project Bluebird, /home/pat/notes.txt"),
    ]
}

#[test]
fn sessions_are_found_by_id_and_branches_by_their_last_entry() {
    for home in [in_files(&branched()), in_database(&branched())] {
        let (dir, told) = exported(&home, &["--session-id", "s-1", "--output", "id"]);
        assert_eq!(told["displayPath"], ".openclaw/trajectory-exports/id");
        assert_eq!(document(&dir, "manifest.json")["sessionKey"], KEY);
        assert_eq!(document(&dir, "session-branch.json")["leafId"], "c");
        let (dir, _) = exported(&home, &["--branch", "b", "--output", "branch"]);
        let branch = document(&dir, "session-branch.json");
        assert_eq!(branch["leafId"], "b");
        assert_eq!(branch["entries"].as_array().unwrap().len(), 2);
        assert_eq!(document(&dir, "manifest.json")["redactions"]["entriesOnOtherBranches"], 1);
        assert!(refused(&home, &["--branch", "zz"]).contains("no entry has the id zz"));
    }
}

#[test]
fn rows_of_unknown_types_are_told() {
    let token = format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4");
    let mut rows = branched();
    for name in ["frobnicate", "frobnicate", &token] {
        let is = format!("\"type\":\"{name}\"");
        rows.push(message("u", "c", "more").replace("\"type\":\"message\"", &is));
    }
    for home in [in_files(&rows), in_database(&rows)] {
        let (_, told) = exported(&home, &["--dry-run"]);
        assert_eq!(told["unknownTypes"]["frobnicate"], 2, "{told}");
        assert!(!told.to_string().contains(&token) && told["entriesOnOtherBranches"] == 1);
        let told = told["unknownTypes"].as_object().unwrap().len();
        assert_eq!(told, 2, "a type that is a secret is masked");
    }
}

#[test]
fn a_dry_run_tells_what_an_export_writes_and_writes_nothing() {
    let home = in_database(&branched());
    let told = untouched(home.path(), || exported(&home, &["--dry-run", "--output", "x"]).1);
    assert_eq!(told["dryRun"], true);
    let (dir, summary) = exported(&home, &["--output", "x"]);
    assert_eq!(dir, Path::new(told["outputDir"].as_str().unwrap()));
    for (planned, name) in told["files"].as_array().unwrap().iter().zip([
        "manifest.json",
        "events.jsonl",
        "session-branch.json",
    ]) {
        assert_eq!(planned["path"], name);
        // Both manifests name their own instant, which is always as long.
        let size = fs::metadata(dir.join(name)).unwrap().len();
        assert_eq!(planned["bytes"], size, "{name}");
    }
    let manifest = document(&dir, "manifest.json");
    assert_eq!(manifest["redactions"]["byRule"], told["findings"]);
    assert_eq!(summary["files"].as_array().unwrap().len(), 3);
}

#[test]
fn literals_and_rules_of_the_user_mask_and_faulty_ones_are_named() {
    let home = in_files(&branched());
    let rules = home.write("mine.toml", "[[rule]]\nid = \"bird\"\nshape = \"Blue(bird)\"\n");
    let broken = home.write("broken.toml", "[[rule]]\nid = \"bird\"\nshape = \"Blue(bird\"\n");
    let torn = home.write("torn.toml", "a = 1\nb = [\n");
    let (dir, _) = exported(&home, &["--redact", "Bluebird", "--output", "literal"]);
    let shown = |dir: &Path| fs::read_to_string(dir.join("events.jsonl")).unwrap();
    assert!(!shown(&dir).contains("Bluebird"));
    let (dir, _) = exported(&home, &["--rules", arg(&rules), "--output", "rule"]);
    assert!(!shown(&dir).contains("Bluebird") && shown(&dir).contains("Blue"));
    assert_eq!(document(&dir, "manifest.json")["redactions"]["byRule"]["bird"], 2);
    let said = refused(&home, &["--rules", arg(&broken)]);
    assert!(said.contains("broken.toml") && said.contains("rule bird"), "{said}");
    let said = refused(&home, &["--rules", arg(&torn)]);
    assert!(said.contains("torn.toml:2"), "{said}");
    assert!(refused(&home, &["--rules", "gone.toml"]).contains("gone.toml: cannot read"));
    let output = home.run(&arguments(&["--redact", "no such words", "--dry-run"]));
    let said = text(&output.stderr);
    assert!(output.status.success() && said.contains("does not occur"), "{said}");
    assert!(!said.contains("no such words"), "{said}");
}

#[test]
fn what_is_too_short_to_mask_is_refused_and_structure_is_never_masked() {
    let home = in_files(&branched());
    for literal in ["", "abc", "  é  "] {
        let output = home.run(&arguments(&["--redact", literal]));
        assert_eq!(output.status.code(), Some(2), "{literal:?}");
        assert!(text(&output.stderr).contains("at least 4 characters"), "{literal:?}");
    }
    let short = home.write("short.toml", "[[rule]]\nid = \"e\"\nshape = \"(?i)e\"\n");
    assert!(refused(&home, &["--rules", arg(&short)]).contains("fewer than 4 characters"));
    let (dir, _) = exported(&home, &["--redact", "traceSchema", "--redact", "transcript"]);
    assert_eq!(document(&dir, "manifest.json")["traceSchema"], "openclaw-trajectory");
    let events = fs::read_to_string(dir.join("events.jsonl")).unwrap();
    let event: Value = serde_json::from_str(events.lines().next().unwrap()).unwrap();
    assert_eq!((&event["source"], &event["sessionId"]), (&json!("transcript"), &json!("s-1")));
}

#[test]
fn the_rules_of_the_settings_directory_count() {
    let home = in_files(&branched());
    let rule = "[[rule]]\nid = \"bird\"\nshape = \"Bluebird\"\n";
    home.write("clawscope-config/rules/mine.toml", rule);
    let (dir, _) = exported(&home, &[]);
    assert_eq!(document(&dir, "manifest.json")["redactions"]["byRule"]["bird"], 2);
}

#[test]
fn a_row_that_is_nested_too_deep_is_told() {
    let mut rows = branched();
    let nest = "[".repeat(700) + &"]".repeat(700);
    rows.push(message("d", "c", "deep").replace("\"deep\"", &nest));
    rows.push(message("e", "d", "last"));
    for (home, row) in [(in_files(&rows), 5), (in_database(&rows), 5)] {
        let (dir, _) = exported(&home, &[]);
        let manifest = document(&dir, "manifest.json");
        assert_eq!(manifest["warnings"][0]["code"], "invalid-session-json", "{manifest}");
        assert_eq!(manifest["warnings"][0]["rows"], json!([row]));
        assert_eq!(manifest["redactions"]["unreadable"], 1);
        let branch = document(&dir, "session-branch.json");
        assert!(branch["entries"].as_array().unwrap().iter().all(Value::is_object));
        assert_eq!(branch["leafId"], "e");
        // The row is nowhere: whatever names it as its parent has none.
        assert_eq!(manifest["warnings"][1]["code"], "incomplete-session-branch");
        let entries = branch["entries"].as_array().unwrap();
        assert!(entries.windows(2).all(|pair| pair[1]["parentId"] == pair[0]["id"]));
        assert!(entries.iter().all(|entry| entry["id"] != "d"), "{branch}");
    }
}

#[test]
fn the_deepest_row_that_is_read_is_exported() {
    let mut rows = branched();
    let nest = "[".repeat(510) + &"]".repeat(510);
    rows.push(message("d", "c", "deep").replace("\"deep\"", &nest));
    for home in [in_files(&rows), in_database(&rows)] {
        let (dir, _) = exported(&home, &[]);
        let warnings = document(&dir, "manifest.json")["warnings"].to_string();
        assert!(!warnings.contains("invalid-session-json"), "{warnings}");
        let branch = fs::read_to_string(dir.join("session-branch.json")).unwrap();
        assert!(branch.contains("\"leafId\": \"d\""), "{branch}");
    }
}

#[test]
fn a_header_that_is_nested_too_deep_is_told() {
    let mut rows = branched();
    let nest = "[".repeat(700) + &"]".repeat(700);
    rows[0] = rows[0].replacen('{', &format!("{{\"deep\":{nest},"), 1);
    for home in [in_files(&rows), in_database(&rows)] {
        let (dir, _) = exported(&home, &[]);
        let manifest = document(&dir, "manifest.json");
        assert_eq!(manifest["warnings"][0]["code"], "invalid-session-json", "{manifest}");
        assert_eq!(manifest["redactions"]["unreadable"], 1);
        assert_eq!(document(&dir, "session-branch.json")["header"], Value::Null);
    }
}

#[test]
fn bad_runtime_rows_of_a_database_are_told_by_their_positions() {
    let home = in_database(&branched());
    let connection = Connection::open(home.path().join(DATABASE)).unwrap();
    let insert = "INSERT INTO trajectory_runtime_events VALUES ('s-1', ?1, 'r', ?2, 5)";
    for (seq, row) in [(10, "{}"), (900, "{oops"), (950, "{}")] {
        connection.execute(insert, (seq, row)).unwrap();
    }
    connection.close().unwrap();
    let (dir, _) = exported(&home, &[]);
    let warning = &document(&dir, "manifest.json")["warnings"][0];
    assert_eq!(warning["rows"], json!([2]), "{warning}");
}

#[test]
fn every_home_in_the_data_is_shortened() {
    let mut rows = branched();
    let said = "at C:\\Users\\sam\\x and /data/people/lee/.openclaw/agents/main/sessions/s.jsonl, /data/people/lee/y";
    rows.push(message("d", "c", said));
    let home = in_files(&rows);
    let (dir, _) = exported(&home, &[]);
    let events = fs::read_to_string(dir.join("events.jsonl")).unwrap();
    assert!(!events.contains("sam") && !events.contains("lee"), "{events}");
}

#[test]
fn directories_of_another_machine_are_found_or_named() {
    let home = in_files(&branched());
    let events = |more: &[&str]| {
        let (dir, _) = exported(&home, more);
        fs::read_to_string(dir.join("events.jsonl")).unwrap()
    };
    assert!(events(&["--output", "found"]).contains("~/notes.txt"));
    let named = events(&["--output", "named", "--original-home", "/home/pat/notes.txt"]);
    assert!(!named.contains("/home/pat"), "{named}");
    let workspace = events(&["--output", "workspace", "--original-workspace", "/home/pat"]);
    assert!(workspace.contains("$WORKSPACE_DIR/notes.txt"), "{workspace}");
    let state = events(&["--output", "state", "--original-state-dir", "/home/pat"]);
    assert!(state.contains("$OPENCLAW_STATE_DIR/notes.txt"), "{state}");
}

#[test]
fn a_bundle_never_goes_into_the_state_and_the_reason_is_told() {
    let home = in_files(&branched());
    let said = untouched(home.path(), || {
        let output =
            home.run(&["sessions", "export-trajectory", "--session-key", KEY, "--workspace", "."]);
        assert_eq!(output.status.code(), Some(1));
        text(&output.stderr).to_owned()
    });
    assert!(said.contains("would lie in the state directory"), "{said}");
    assert!(said.contains("Name another workspace, for example with --workspace"), "{said}");
}

#[test]
fn a_bundle_never_goes_into_another_state_either() {
    let home = in_files(&branched());
    let other = tempfile::tempdir().unwrap();
    fs::create_dir_all(other.path().join(".openclaw/agents")).unwrap();
    let workspace = other.path().to_str().unwrap();
    let output = home.run(&[
        "sessions",
        "export-trajectory",
        "--session-key",
        KEY,
        "--workspace",
        workspace,
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("would lie in the state directory"), "{said}");
    assert_eq!(fs::read_dir(other.path().join(".openclaw")).unwrap().count(), 1);
}

#[test]
fn a_transcript_that_is_a_directory_or_gone_is_told_as_openclaw_tells_it() {
    let home = in_files(&branched());
    let transcript = home.path().join(SESSIONS).join("s-1.jsonl");
    fs::remove_file(&transcript).unwrap();
    assert_eq!(
        refused(&home, &[]),
        "Session file not found for agent:main:main. Run openclaw doctor to inspect session storage."
    );
    fs::create_dir(&transcript).unwrap();
    assert_eq!(
        refused(&home, &[]),
        "Failed to export trajectory: EISDIR: illegal operation on a directory, read"
    );
}

#[test]
fn names_of_bundles_stay_inside_whatever_they_look_like() {
    let home = in_files(&branched());
    let outside = "Output path must stay inside the workspace trajectory exports directory";
    let absolute = "Output path must be relative to the workspace trajectory exports directory";
    for (name, said) in [
        ("..", outside),
        ("../x", outside),
        ("..x", outside),
        ("a/../../x", outside),
        (".", outside),
        ("/x", absolute),
        ("~", absolute),
        ("~/x", absolute),
    ] {
        let told = refused(&home, &["--output", name]);
        assert_eq!(told, format!("Failed to export trajectory: {said}"), "{name}");
    }
    // Elsewhere these are ordinary names, as they are to OpenClaw there.
    #[cfg(unix)]
    for name in ["C:\\x", "CON", "a\\..\\..\\b"] {
        let (dir, _) = exported(&home, &["--output", name]);
        assert_eq!(dir, home.path().join("work/.openclaw/trajectory-exports").join(name));
    }
}

#[test]
fn a_bundle_of_ours_holds_nothing_that_a_scan_would_find() {
    let secret = format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4");
    let said = format!("Cookie: sid={secret}; Authorization: Bearer {secret} password={secret}");
    let rows = [header(), message("a", "none", &said), message("b", "a", &said)];
    for home in [in_files(&rows), in_database(&rows)] {
        assert_eq!(home.run(&["scan", ".openclaw"]).status.code(), Some(3));
        for profile in [&["--output", "standard"][..], &["--output", "strict", "--strict"]] {
            let (dir, _) = exported(&home, profile);
            let manifest = document(&dir, "manifest.json");
            assert!(!manifest["redactions"]["byRule"].as_object().unwrap().is_empty());
            let scanned = home.run(&["scan", arg(&dir)]);
            assert_eq!(scanned.status.code(), Some(0), "{}", text(&scanned.stdout));
        }
    }
}
