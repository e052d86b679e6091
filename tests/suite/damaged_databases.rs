//! Damaged, locked, foreign and live agent databases through the real program.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::support::{Home, arg, codes, json, row, text, untouched};

const SCHEMA: &str = include_str!("../fixtures/agent-schema.sql");
const DATABASE: &str = ".openclaw/agents/main/agent/openclaw-agent.sqlite";

/// A home whose default state has one agent database, open for writing.
struct Agent {
    home: Home,
    path: PathBuf,
    connection: Connection,
}

impl Agent {
    fn new() -> Self {
        Self::with_schema(SCHEMA)
    }

    fn with_schema(schema: &str) -> Self {
        let home = Home::new();
        let path = home.write(DATABASE, "");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(schema).unwrap();
        Self { home, path, connection }
    }

    /// Adds a session of three rows: a header, a question, an answer that follows it.
    fn session(&self, id: &str) -> &Self {
        let entry = format!(r#"{{"sessionId":"{id}","updatedAt":5}}"#);
        let key = format!("agent:main:{id}");
        self.execute(
            "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at) \
             VALUES (?1, ?2, ?3, 5)",
            &[&key, &id, &entry],
        );
        self.execute(
            "INSERT INTO session_windows (session_id, session_key, created_at, updated_at) \
             VALUES (?1, ?2, 5, 5)",
            &[&id, &key],
        );
        self.row(id, 0, &format!(r#"{{"type":"session","version":4,"id":"{id}"}}"#));
        self.row(id, 1, &message("a", "null", "question"));
        self.row(id, 2, &message("b", r#""a""#, "again"));
        self
    }

    fn row(&self, id: &str, seq: i64, json: &str) {
        self.execute(
            "INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES (?1, ?2, ?3, 5)",
            &[&id, &seq, &json],
        );
    }

    fn execute(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) {
        self.connection.execute(sql, values).unwrap();
    }

    /// Closes the writer; the rest happens to a file that nobody has open.
    fn close(self) -> (Home, PathBuf) {
        self.connection.close().unwrap();
        (self.home, self.path)
    }
}

fn message(id: &str, parent: &str, said: &str) -> String {
    format!(
        r#"{{"type":"message","id":"{id}","parentId":{parent},"timestamp":1,"message":{{"role":"user","content":"{said}"}}}}"#
    )
}

/// The list and what was said beside it; the state must stay as it is.
fn listed(home: &Home) -> (serde_json::Value, String) {
    untouched(&home.path().join(".openclaw"), || {
        let output = home.run(&["sessions", "--all", "--all-agents", "--json", "--counts"]);
        (json(&output), text(&output.stderr).to_owned())
    })
}

#[test]
fn files_that_are_no_database_are_told_of() {
    for bytes in [Vec::new(), b"no database".to_vec(), b"SQLite format 3\0".to_vec(), vec![0; 9000]]
    {
        let home = Home::new();
        let path = home.write(DATABASE, &bytes);
        home.write(
            ".openclaw/agents/main/sessions/kept.jsonl",
            format!(
                "{{\"type\":\"session\",\"version\":3,\"id\":\"kept\"}}\n{}\n",
                message("a", "null", "hi")
            ),
        );
        let (list, said) = listed(&home);
        row(&list, "kept");
        assert!(said.contains("database-unreadable") && said.contains(arg(&path)), "{said}");
        untouched(home.path(), || {
            let shown = home.run(&["sessions", "show", "--session-id", "kept", "--json"]);
            assert_eq!(json(&shown)["entries"][0]["id"], "a");
        });
    }
}

#[test]
fn torn_pages_never_crash() {
    let agent = Agent::new();
    for at in 0..40 {
        agent.session(&format!("session-{at}"));
    }
    let (home, path) = agent.close();
    let whole = fs::read(&path).unwrap();
    for step in 0..12 {
        let mut torn = whole.clone();
        let at = 100 + step * torn.len() / 12;
        for byte in torn.iter_mut().skip(at).take(700) {
            *byte = byte.wrapping_mul(31).wrapping_add(7);
        }
        if step % 3 == 0 {
            torn.truncate(torn.len() / 2 + 13 * step);
        }
        fs::write(&path, torn).unwrap();
        listed(&home);
        untouched(&home.path().join(".openclaw"), || {
            let output = home.run(&["sessions", "show", "--session-id", "session-7", "--json"]);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{}", text(&output.stderr));
        });
    }
}

#[test]
fn rows_that_are_no_records_are_named() {
    let agent = Agent::new();
    agent.session("rows");
    agent.row("rows", 3, "{oops");
    agent.row("rows", 4, "7");
    agent.row("rows", 6, r#"{"type":"message","id":"c","parentId":"b"}"#);
    agent.execute(
        "INSERT INTO transcript_events (session_id, seq, event_zstd, event_utf8_bytes, created_at) \
         VALUES ('rows', 7, x'0011', 9, 5)",
        &[],
    );
    agent.row("rows", 8, &message("d", r#""b""#, "after"));
    agent.execute(
        "INSERT INTO trajectory_runtime_events VALUES ('rows', 0, NULL, '{oops', 5), \
         ('rows', 1, NULL, '{\"hello\":1}', 5)",
        &[],
    );
    let (home, _) = agent.close();
    let shown = untouched(&home.path().join(".openclaw"), || home.show(&["--session-id", "rows"]));
    let ids: Vec<_> = shown["entries"].as_array().unwrap().iter().map(|e| &e["id"]).collect();
    assert_eq!(ids, ["a", "b", "d"]);
    let notes = codes(&shown);
    for (code, row) in [
        ("invalid-session-json", 3),
        ("invalid-session-row", 4),
        ("invalid-session-row", 6),
        ("unreadable-row", 7),
        ("invalid-runtime-json", 0),
    ] {
        assert!(notes.contains(&(code.to_owned(), Some(row))), "{code} {row}: {notes:?}");
    }
}

#[test]
fn a_locked_database_is_read_or_told_of_but_never_waited_for() {
    let agent = Agent::new();
    agent.session("locked");
    agent.connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let (list, said) = listed(&agent.home);
    let found = list["sessions"].as_array().unwrap().len();
    assert!(found == 1 || said.contains("database-unreadable"), "{list:#} {said}");
}

#[test]
fn rows_of_a_live_writer_are_seen() {
    let agent = Agent::new();
    agent
        .connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
        .unwrap();
    agent.session("live");
    assert!(agent.path.with_extension("sqlite-wal").metadata().unwrap().len() > 0);
    let state = agent.home.path().join(".openclaw");
    // A reader beside a writer marks its place in the shared-memory file, as every SQLite reader
    // does; the names of the files and the contents of the others stay.
    let names = |dir: &std::path::Path| {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let dir = agent.path.parent().unwrap();
    let before = (names(dir), fs::read(&agent.path).unwrap());
    let shown = agent.home.show(&["--session-key", "live"]);
    assert_eq!(shown["entries"].as_array().unwrap().len(), 2);
    agent.row("live", 3, &message("c", r#""b""#, "more"));
    assert_eq!(agent.home.show(&["--session-key", "live"])["leafId"], "c");
    assert_eq!((names(dir), fs::read(&agent.path).unwrap()), before);

    // A copy without the shared-memory file, with rows that only the log holds.
    let copied = Home::new();
    for name in ["openclaw-agent.sqlite", "openclaw-agent.sqlite-wal"] {
        let bytes = fs::read(dir.join(name)).unwrap();
        copied.write(&format!(".openclaw/agents/main/agent/{name}"), bytes);
    }
    let shown =
        untouched(&copied.path().join(".openclaw"), || copied.show(&["--session-key", "live"]));
    assert_eq!(shown["leafId"], "c");
    drop(state);
}

#[test]
fn older_and_newer_schemas_are_probed() {
    let old = "PRAGMA user_version = 13;
        CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, created_at INTEGER);";
    let agent = Agent::with_schema(old);
    agent.row("before", 0, r#"{"type":"session","version":3,"id":"before"}"#);
    agent.row("before", 1, &message("a", "null", "hi"));
    let (home, _) = agent.close();
    let (list, said) = listed(&home);
    row(&list, "before");
    assert_eq!(said, "");
    assert_eq!(home.show(&["--session-id", "before"])["leafId"], "a");

    let agent = Agent::new();
    agent.session("after");
    agent
        .connection
        .execute_batch("PRAGMA user_version = 99; ALTER TABLE session_nodes ADD COLUMN mood TEXT")
        .unwrap();
    let (home, _) = agent.close();
    row(&listed(&home).0, "after");

    let agent = Agent::with_schema("CREATE TABLE recipes (name TEXT)");
    let (home, _) = agent.close();
    let (list, said) = listed(&home);
    assert_eq!(list["count"], 0);
    assert!(said.contains("database-unreadable"), "{said}");
}

#[test]
fn entries_that_contradict_their_rows_are_listed_by_the_row() {
    let agent = Agent::new();
    agent.session("one");
    for (key, json) in
        [("x", "{oops"), ("y", "[]"), ("z", r#"{"sessionId":"other","updatedAt":5}"#)]
    {
        agent.execute(
            "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at) \
             VALUES (?1, ?2, ?3, 7)",
            &[&format!("agent:main:{key}"), &key, &json],
        );
    }
    let (home, _) = agent.close();
    let (list, said) = listed(&home);
    for id in ["one", "x", "y", "z"] {
        assert_eq!(row(&list, id)["key"], format!("agent:main:{id}"));
    }
    assert_eq!(said.matches("unreadable-entry").count(), 3, "{said}");
    // None of the three has a transcript: that is said, and nothing else happens.
    let output = home.run(&["sessions", "show", "--session-id", "x", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
}

#[test]
fn credentials_are_never_printed() {
    let agent = Agent::new();
    agent.session("one");
    let (home, path) = agent.close();
    for args in [
        vec!["sessions", "--all", "--all-agents", "--json"],
        vec!["sessions", "show", "--session-id", "one", "--json"],
        vec!["sessions", "show", arg(&path)],
    ] {
        let output = home.run(&args);
        assert!(!text(&output.stdout).contains("never-read-this"));
        assert!(!text(&output.stderr).contains("never-read-this"));
    }
    let profiles =
        home.write(".openclaw/agents/main/agent/auth-profiles.json", r#"{"type":"session"}"#);
    let output = home.run(&["sessions", "show", arg(&profiles)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("credentials"), "{}", text(&output.stderr));
}
