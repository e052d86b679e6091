//! Files of learning data on the command line: large ones, pipes, ranges of time, and files of something
//! else.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;

use crate::golden::golden;
use crate::learning_command::{command, run, stderr, stdout};
use crate::learning_sources::large;

#[test]
fn the_range_of_an_export_is_that_of_its_database() {
    let home = tempfile::tempdir().unwrap();
    let db = home.path().join("learning.db");
    large::database(&db, large::Size { traces: 5, arms: 3, arms_per_trace: 2 }).unwrap();
    let set = |what: &str| {
        let sql = format!("UPDATE run_traces SET timestamp = {what}");
        rusqlite::Connection::open(&db).unwrap().execute_batch(&sql).unwrap();
    };
    let range = |path: &Path| {
        let from = ["learning", "status", "--json", "--from", path.to_str().unwrap()];
        let value: serde_json::Value = serde_json::from_str(&stdout(&run(&from))).unwrap();
        ["minTimestamp", "maxTimestamp"].map(|name| value["summary"][name].to_string())
    };
    let text = "'2026-01-01T00:00:00Z'";
    for (times, stored) in [
        (format!("iif(rowid = 2, {text}, rowid + 0.5)"), ["1.5", "\"2026-01-01T00:00:00Z\""]),
        ("1767225600000 + rowid".to_owned(), ["1767225600001", "1767225600005"]),
        ("-rowid".to_owned(), ["-5", "-1"]),
    ] {
        set(&times);
        assert_eq!(range(&db), stored);
        for format in ["json", "csv"] {
            let file = home.path().join(format);
            let export = ["learning", "export", "--format", format, "--db", db.to_str().unwrap()];
            std::fs::write(&file, stdout(&run(&export))).unwrap();
            assert_eq!(range(&file), stored, "{times} in {format}");
        }
    }
}

/// The most memory that a process has had so far, in bytes.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    1024 * line.trim().trim_end_matches(" kB").parse::<u64>().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_export_is_read_once_and_takes_little_more_than_its_size() {
    let home = tempfile::tempdir().unwrap();
    let db = home.path().join("learning.db");
    large::database(&db, large::Size { traces: 6_000, arms: 50, arms_per_trace: 30 }).unwrap();
    let export = ["learning", "export", "--limit", "all", "--from"];
    let exported = run(&[&export[..], &[db.to_str().unwrap()]].concat()).stdout;
    // A pipe can be read only once.
    let mut child = command(home.path(), &[&export[..], &["/dev/stdin"]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let text = exported.clone();
    let writer = std::thread::spawn(move || stdin.write_all(&text));
    // Nobody reads on, so that it waits where everything has been read and little was written.
    let mut again = vec![0; 1];
    stdout.read_exact(&mut again).unwrap();
    let (peak, size) = (peak(child.id()), exported.len() as u64);
    stdout.read_to_end(&mut again).unwrap();
    writer.join().unwrap().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(again == exported, "{} bytes of {size}", again.len());
    assert!(size > 20_000_000 && peak < 3 * size, "{peak} bytes for {size}");
}

#[test]
fn a_large_file_of_something_else_is_told_before_the_explorer_opens() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("large");
    let line = format!("{{\"type\":\"message\",\"text\":\"{}\"}}\n", "x".repeat(1000));
    let other = home.path().join("other.db");
    let database = rusqlite::Connection::open(&other).unwrap();
    database
        .execute_batch("CREATE TABLE other (x); INSERT INTO other VALUES (zeroblob(5000000)); ")
        .unwrap();
    drop(database);
    let database = std::fs::read(&other).unwrap();
    let words = "Hello. ".repeat(1_000_000).into_bytes();
    let picture = [b"\x89PNG\r\n", vec![7; 5_000_000].as_slice()].concat();
    for (what, bytes) in [
        ("JSON lines", line.repeat(5_000).into_bytes()),
        ("words", words),
        ("picture", picture),
        ("database", database),
        ("one object", format!("{{\"message\":[{}]}}", vec![line.trim(); 5_000].join(",")).into()),
        ("one list", format!("[{}]", vec![line.trim(); 5_000].join(",")).into()),
        ("one text", format!("\"{}\"", "traces ".repeat(1_000_000)).into()),
    ] {
        assert!(bytes.len() > 4 << 20, "{what}");
        std::fs::write(&file, bytes).unwrap();
        let output = run(&["learning", "--from", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{what}");
        let said = stderr(&output);
        assert!(said.contains("large: ") && !said.contains("terminal"), "{what}: {said}");
    }
    // What may be an export goes on to the explorer, which wants a terminal.
    let rows = vec![line.trim(); 5_000].join(",");
    for export in [
        format!("{{\"traces\":[{rows}]}}"),
        format!("\u{feff}{{ \"metrics\" :{{}},\"rows\":[{rows}]}}"),
        format!("{{\"rows\":[{rows}],\"posteriors\":[]}}"),
        format!("[{{\"traceId\":\"t\"}},{rows}]"),
        qortex(90_000),
    ] {
        std::fs::write(&file, export).unwrap();
        let said = stderr(&run(&["learning", "--from", file.to_str().unwrap()]));
        assert!(said.contains("terminal"), "{said}");
    }
}

/// A store of qortex with so many arms.
fn qortex(arms: usize) -> String {
    let arm = |at| format!("\"tool:fs:arm{at:08}\":{{\"alpha\":2,\"beta\":1.5,\"pulls\":3}}");
    format!("{{\"default\":{{{}}}}}", (0..arms).map(arm).collect::<Vec<_>>().join(","))
}

#[test]
fn a_database_with_a_log_beside_it_is_looked_at_before_the_explorer_opens() {
    let home = tempfile::tempdir().unwrap();
    for (table, expected) in [("other", "no learning.db"), ("run_traces", "terminal")] {
        let db = home.path().join(format!("{table}.db"));
        let writer = rusqlite::Connection::open(&db).unwrap();
        writer
            .execute_batch(&format!(
                "PRAGMA journal_mode = wal; CREATE TABLE {table} (timestamp, x);
                 INSERT INTO {table} VALUES (1, zeroblob(5000000)); PRAGMA wal_checkpoint;
                 INSERT INTO {table} VALUES (2, 3)"
            ))
            .unwrap();
        let log = |db: &Path| db.with_extension("db-wal");
        let copy = home.path().join(format!("copy-{table}.db"));
        std::fs::copy(&db, &copy).unwrap();
        std::fs::copy(log(&db), log(&copy)).unwrap();
        // Beside its writer, and without the index of the log, so that reading takes a copy.
        for db in [db, copy] {
            let size = std::fs::metadata(log(&db)).unwrap().len();
            assert!(size > 0 && std::fs::metadata(&db).unwrap().len() > 4 << 20);
            let said = stderr(&run(&["learning", "--from", db.to_str().unwrap()]));
            assert!(said.contains(expected), "{}: {said}", db.display());
            assert!(log(&db).exists() && !said.contains("panicked"));
        }
        drop(writer);
    }
}

#[test]
fn the_status_of_an_export_is_that_of_its_database() {
    let Some(golden) = golden("learning") else { return };
    for variant in ["", "variants/odd"] {
        let folder = golden.join(variant);
        let status = |file: &str| {
            let path = folder.join(file);
            stdout(&run(&["learning", "status", "--json", "--from", path.to_str().unwrap()]))
        };
        assert_eq!(status("export.json"), status("agent/learning/learning.db"), "{variant}");
    }
}
