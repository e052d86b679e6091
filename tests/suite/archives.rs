//! Compressed and archived transcripts of both generations, whole and damaged, through the real
//! program.

use std::fs;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::support::{Home, arg, fixture, json, row, text, untouched};

const AGENT: &str = ".openclaw/agents/main";

fn plain() -> Vec<u8> {
    fs::read(fixture("plain/transcript.jsonl")).unwrap()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn database(home: &Home) -> Connection {
    let path = home.write(&format!("{AGENT}/agent/openclaw-agent.sqlite"), "");
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(include_str!("../fixtures/agent-schema.sql")).unwrap();
    for id in ["cold-file", "cold-row", "cold-gone"] {
        connection
            .execute(
                "INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at)
                 VALUES ('agent:main:' || ?1, ?1, json_object('sessionId', ?1, 'updatedAt', 5), 5)",
                [id],
            )
            .unwrap();
    }
    connection
}

fn add_cold(connection: &Connection, id: &str, name: &str, blob: Option<&[u8]>, hash: &str) {
    let storage = if blob.is_some() { "sqlite" } else { "file" };
    connection
        .execute(
            "INSERT INTO session_transcript_cold_archives VALUES (?1, 'g', ?2, ?3, 5, 900, 300, 4, 5, ?4, ?5)",
            params![id, name, hash, storage, blob],
        )
        .unwrap();
}

fn add_archive(connection: &Connection, id: &str, encoding: &str, blob: &[u8], hash: &str) {
    connection
        .execute(
            "INSERT INTO session_transcript_archives
             VALUES (?1, 'g', 'agent:main:' || ?1, 'reset', ?2, ?3, ?4, ?1, 5)",
            params![id, encoding, blob, hash],
        )
        .unwrap();
}

/// Lists the home and shows each session; the state must stay as it is.
fn show_all(home: &Home, sessions: &[(&str, &str)]) {
    untouched(home.path(), || {
        let list = home.list(&["--counts"]);
        assert_eq!(list["count"], sessions.len(), "{list:#}");
        for (id, provenance) in sessions {
            let listed = row(&list, id);
            assert_eq!(listed["provenance"], *provenance, "{id}");
            assert_eq!(listed["messages"], 4, "{id}");
            let shown = home.show(&["--session-id", id]);
            assert_eq!(shown["leafId"], "a0000004", "{id}");
            assert_eq!(shown["diagnostics"], serde_json::json!([]), "{id}");
        }
    });
}

#[test]
fn cold_and_archived_rows_are_read() {
    let home = Home::new();
    let connection = database(&home);
    let blob = packed(&plain());
    let hash = digest(&blob);
    connection
        .execute("DELETE FROM session_nodes WHERE current_session_id = 'cold-gone'", [])
        .unwrap();
    home.write(&format!("{AGENT}/sessions/cold/{hash}.jsonl.zst"), &blob);
    add_cold(&connection, "cold-file", &format!("{hash}.jsonl.zst"), None, &hash);
    add_cold(&connection, "cold-row", "other.jsonl.zst", Some(&blob), &hash);
    add_archive(&connection, "packed", "zstd", &blob, &hash);
    add_archive(&connection, "identity", "identity", &plain(), &digest(&plain()));
    connection.close().unwrap();
    show_all(
        &home,
        &[("cold-file", "cold"), ("cold-row", "cold"), ("packed", "reset"), ("identity", "reset")],
    );
}

#[test]
fn compressed_files_are_read() {
    let home = Home::new();
    let blob = packed(&plain());
    let hash = digest(&blob);
    let stamp = "2026-10-05T09-00-00.000Z";
    home.write(&format!("{AGENT}/sessions/cold/{hash}.jsonl.zst"), &blob);
    home.write(&format!("{AGENT}/sessions/gone.jsonl.deleted.{stamp}.zst"), &blob);
    home.write(&format!("{AGENT}/sessions/old.jsonl.reset.{stamp}.{}.zst", "0f".repeat(16)), &blob);
    show_all(&home, &[(&hash, "cold"), ("gone", "deleted"), ("old", "reset")]);
}

#[test]
fn damaged_archives_are_told_of() {
    let home = Home::new();
    let connection = database(&home);
    let blob = packed(&plain());
    let torn = &blob[..blob.len() / 2];
    // Eighty megabytes of nothing in a few kilobytes: no transcript packs as well.
    let bomb = packed(&vec![0; 80 << 20]);
    add_cold(&connection, "cold-file", "../../../etc/passwd", None, "0");
    add_cold(&connection, "cold-row", "row", Some(torn), "0");
    add_cold(&connection, "cold-gone", "gone.jsonl.zst", None, "0");
    add_archive(&connection, "torn", "zstd", torn, "0");
    add_archive(&connection, "noise", "zstd", b"no frame", "0");
    add_archive(&connection, "bomb", "zstd", &bomb, "0");
    add_archive(&connection, "wrong-digest", "zstd", &blob, &"0".repeat(64));
    connection.close().unwrap();
    let stamp = "2026-10-05T09-00-00Z";
    home.write(&format!("{AGENT}/sessions/file.jsonl.deleted.{stamp}.zst"), torn);
    untouched(home.path(), || {
        let listed = home.run(&["sessions", "--all", "--json", "--counts"]);
        assert_eq!(json(&listed)["count"], 8);
        for id in ["cold-file", "cold-row", "cold-gone", "torn", "noise", "bomb", "file"] {
            let output = home.run(&["sessions", "show", "--session-id", id, "--json"]);
            assert_eq!(output.status.code(), Some(1), "{id}: {}", text(&output.stdout));
            assert!(
                text(&output.stderr).contains(arg(home.path())),
                "{id}: {}",
                text(&output.stderr)
            );
        }
        let shown = home.show(&["--session-id", "wrong-digest"]);
        assert_eq!(shown["diagnostics"][0]["code"], "archive-digest");
    });
}
