//! Where an export finds what it is made of: rows in any order, runtime events in several places,
//! and stores that are none or cannot be read.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::export::{
    DATABASE, KEY, SESSIONS, branched, document, exported, header, in_database, in_files, message,
    refused,
};
use super::support::arg;

#[test]
fn a_branch_that_does_not_lie_in_the_order_of_the_file_is_exported() {
    let side = message("a", "", "side").replace("\"parentId\":\"\"", "\"parentId\":null");
    let side = side.replacen('{', "{\"appendMode\":\"side\",", 1);
    let a = message("a", "", "a").replace("\"parentId\":\"\"", "\"parentId\":null");
    let (b, c) = (message("b", "a", "b"), message("c", "b", "c"));
    for (rows, expected) in [
        (vec![&a, &b, &c, &message("b", "", "second")], [("a", "a"), ("b", "second"), ("c", "c")]),
        (vec![&a, &b, &c, &side], [("a", "side"), ("b", "b"), ("c", "c")]),
    ] {
        let rows: Vec<String> = [vec![header()], rows.into_iter().cloned().collect()].concat();
        for home in [in_files(&rows), in_database(&rows)] {
            let (dir, _) = exported(&home, &[]);
            let branch = document(&dir, "session-branch.json");
            let said = |entry: &Value| (entry["id"].clone(), entry["message"]["content"].clone());
            let found: Vec<_> = branch["entries"].as_array().unwrap().iter().map(said).collect();
            assert_eq!(found, expected.map(|(id, text)| (json!(id), json!(text))), "{rows:#?}");
        }
    }
}

fn event(seq: u32) -> String {
    json!({
        "traceSchema": "openclaw-trajectory", "schemaVersion": 1, "source": "runtime",
        "type": "session.started", "ts": format!("2026-01-01T00:00:0{seq}.000Z"), "seq": seq,
        "sessionId": "s-1", "data": {}
    })
    .to_string()
}

#[test]
fn a_pointer_to_a_directory_of_another_machine_leaves_the_sidecar_in_use() {
    let home = in_files(&branched());
    home.write(&format!("{SESSIONS}/s-1.trajectory.jsonl"), event(1));
    let pointer = json!({"sessionId": "s-1", "runtimeFile": "/home/zed/traj/s-1.jsonl"});
    home.write(&format!("{SESSIONS}/s-1.trajectory-path.json"), pointer.to_string());
    let (dir, told) = exported(&home, &[]);
    assert_eq!(told["runtimeEventCount"], 1);
    let manifest = document(&dir, "manifest.json");
    let sidecar = "$OPENCLAW_STATE_DIR/agents/main/sessions/s-1.trajectory.jsonl";
    assert_eq!(manifest["sourceFiles"]["runtime"], sidecar);
    assert!(!manifest["warnings"].to_string().contains("invalid-runtime"), "{manifest}");
}

#[test]
fn what_a_migration_left_is_exported_with_what_came_after() {
    let home = in_database(&branched());
    let archive = ".openclaw/agents/main/session-sqlite-import-archive";
    let left = ["5".to_owned(), event(1), event(2)].join("\n");
    home.write(&format!("{archive}/agent_main_main.s-1.trajectory.jsonl.imported-7"), left);
    let connection = Connection::open(home.path().join(DATABASE)).unwrap();
    let insert = "INSERT INTO trajectory_runtime_events VALUES ('s-1', ?1, 'r', ?2, 5)";
    for (seq, row) in [(1, event(2)), (2, event(3)), (3, "{oops".to_owned())] {
        connection.execute(insert, (seq, row)).unwrap();
    }
    connection.close().unwrap();
    let (dir, told) = exported(&home, &[]);
    assert_eq!(told["runtimeEventCount"], 3);
    let manifest = document(&dir, "manifest.json");
    assert!(manifest["sourceFiles"]["runtime"].as_str().unwrap().contains("imported-"));
    assert_eq!(manifest["sourceDatabases"]["runtime"]["table"], "trajectory_runtime_events");
    let warnings = manifest["warnings"].as_array().unwrap().iter();
    let runtime = warnings.filter(|warning| warning["source"] == "runtime");
    let told = runtime.map(|warning| format!("{} {}", warning["code"], warning["rows"]));
    // A line of the file, then a position among the rows of the database.
    let expected = [("invalid-runtime-event", [1]), ("invalid-runtime-json", [3])];
    let expected = expected.map(|(code, rows)| format!("{code:?} {rows:?}"));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let events = fs::read_to_string(dir.join("events.jsonl")).unwrap();
    let runtime = events.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let starts: Vec<Value> = runtime.filter(|event| event["source"] == "runtime").collect();
    let times: Vec<_> = starts.iter().map(|event| event["ts"].as_str().unwrap()).collect();
    assert!(times.is_sorted() && times.len() == 3, "{times:?}");
}

#[test]
fn stores_that_are_none_are_refused_in_openclaws_words() {
    let home = in_database(&branched());
    let foreign = home.path().join("foreign.sqlite");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let hint = "Pass a selector whose resolved SQLite target exists.";
    let place = foreign.display();
    assert_eq!(
        refused(&home, &["--store", arg(&foreign)]),
        format!(
            "Session store target is not a session store: {place}. the SQLite file has application tables but no OpenClaw schema metadata. {hint}"
        )
    );
    let folder = home.path().join("folder.sqlite");
    fs::create_dir(&folder).unwrap();
    let place = folder.display();
    assert_eq!(
        refused(&home, &["--store", arg(&folder)]),
        format!("Session store target is not a regular file: {place}. {hint}")
    );
}

#[test]
fn a_store_that_cannot_be_read_is_named_with_the_reason() {
    let home = in_database(&branched());
    let folder = home.path().join("legacy.sqlite");
    fs::create_dir(&folder).unwrap();
    let place = folder.display();
    assert_eq!(
        refused(&home, &["--store", arg(&home.path().join("legacy"))]),
        format!(
            "Session store target is not a regular file: {place}. Pass a selector whose resolved SQLite target exists."
        )
    );
    let database = home.path().join(DATABASE);
    let mut bytes = fs::read(&database).unwrap();
    bytes[200..].fill(0xff);
    fs::write(&database, bytes).unwrap();
    for more in [&[][..], &["--session-id", "s-1"]] {
        let said = refused(&home, more);
        assert!(said.starts_with("Session not found: "), "{said}");
        assert!(said.contains(&format!("{}: cannot read the database", database.display())));
    }
    let home = in_files(&branched());
    let index = home.write(&format!("{SESSIONS}/sessions.json"), "[]");
    let said = refused(&home, &[]);
    let place = format!("Session not found: {KEY}. {}: ", index.display());
    assert!(said.starts_with(&place) && said.contains("it is not a JSON object"), "{said}");
}

#[test]
fn the_first_characters_of_an_id_may_mean_several_sessions() {
    let home = in_files(&branched());
    home.write(&format!("{SESSIONS}/s-2.jsonl"), header() + "\n");
    let said = refused(&home, &["--session-id", "s"]);
    assert!(said.starts_with("s could mean 2 sessions: "), "{said}");
}
