//! Damaged file stores through the real program: a diagnostic with its line, never a crash or a
//! hang, and nothing touched in the state.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{Home, arg, codes, fixture, json, row, text, untouched};

const HEADER: &str =
    r#"{"type":"session","version":3,"id":"x","timestamp":"2026-10-05T09:00:00.000Z"}"#;

const SESSIONS: &str = ".openclaw/agents/main/sessions";

/// A message of a user as one row.
fn message(id: &str, parent: &str, said: &str) -> String {
    format!(
        r#"{{"type":"message","id":"{id}","parentId":{parent},"message":{{"role":"user","content":"{said}"}}}}"#
    )
}

/// Writes a transcript into the default state of a home.
fn transcript(home: &Home, name: &str, rows: impl AsRef<[u8]>) -> PathBuf {
    home.write(&format!("{SESSIONS}/{name}.jsonl"), rows)
}

/// Shows a transcript by path, by id and in the list; the state must stay as it is.
fn show(home: &Home, path: &std::path::Path) -> serde_json::Value {
    let state = home.path().join(".openclaw");
    untouched(&state, || {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        row(&home.list(&["--counts"]), stem);
        let by_path = home.show(&[arg(path)]);
        assert_eq!(by_path["entries"], home.show(&["--session-id", stem])["entries"]);
        let markdown = home.run(&["sessions", "show", arg(path)]);
        assert_eq!(markdown.status.code(), Some(0), "{}", text(&markdown.stderr));
        assert!(text(&markdown.stdout).chars().all(|c| c == '\n' || !c.is_control()));
        by_path
    })
}

/// Shows one damaged transcript and checks entries and diagnostics.
fn expect(name: &str, rows: impl AsRef<[u8]>, entries: &[&str], notes: &[(&str, Option<u64>)]) {
    let home = Home::new();
    let shown = show(&home, &transcript(&home, name, rows));
    let ids: Vec<_> =
        shown["entries"].as_array().unwrap().iter().map(|e| e["id"].clone()).collect();
    assert_eq!(ids, entries, "{name}: {shown:#}");
    let notes: Vec<_> = notes.iter().map(|(code, line)| ((*code).to_owned(), *line)).collect();
    assert_eq!(codes(&shown), notes, "{name}");
    for note in shown["diagnostics"].as_array().unwrap() {
        assert!(note["path"].as_str().unwrap().ends_with(&format!("{name}.jsonl")), "{note}");
        assert!(note["message"].as_str().unwrap().ends_with('.'), "{note}");
    }
}

#[test]
fn every_malformed_row_is_named_by_its_line() {
    let home = Home::new();
    let file = fixture("malformed/agents/main/sessions/malformed.jsonl");
    let shown = untouched(&fixture("malformed"), || home.show(&[arg(&file)]));
    let ids: Vec<_> = shown["entries"].as_array().unwrap().iter().map(|e| &e["id"]).collect();
    assert_eq!(ids, ["a0000001", "a0000007"]);
    assert_eq!(shown["runtimeEvents"], 2);
    let json_lines = [3, 13, 14].map(|line| ("invalid-session-json".to_owned(), Some(line)));
    let row_lines = (4..=12).map(|line| ("invalid-session-row".to_owned(), Some(line)));
    let mut session: Vec<_> = json_lines.into_iter().chain(row_lines).collect();
    session.sort_by_key(|(_, line)| *line);
    let runtime =
        [("invalid-runtime-json", 2), ("invalid-runtime-event", 3), ("invalid-runtime-event", 5)];
    session.extend(runtime.map(|(code, line)| (code.to_owned(), Some(line))));
    assert_eq!(codes(&shown), session);
    let paths = |end: &str| {
        let notes = shown["diagnostics"].as_array().unwrap().iter();
        notes.filter(|note| note["path"].as_str().unwrap().ends_with(end)).count()
    };
    assert_eq!((paths("malformed.jsonl"), paths("malformed.trajectory.jsonl")), (12, 3));
}

#[test]
fn cut_and_empty_transcripts() {
    let rows = format!("{HEADER}\n{}\n{{\"type\":\"mess", message("a", "null", "hi"));
    expect("cut", rows, &["a"], &[("truncated-last-line", Some(3))]);
    expect("empty", "", &[], &[("empty-transcript", None)]);
    expect("blank", "\n \r\n\n", &[], &[("empty-transcript", None)]);
    expect("one-line", message("a", "null", "no line end"), &["a"], &[]);
}

#[test]
fn bytes_that_are_no_text() {
    let (a, c) = (message("a", "null", "hi"), message("c", r#""a""#, "bye"));
    let nul = message("b", r#""a""#, "x\0y");
    let rows = format!("{HEADER}\n{a}\n{nul}\n\0\0\0\n{c}\n");
    let fault = |line| ("invalid-session-json", Some(line));
    expect("nul", rows, &["a", "c"], &[fault(3), fault(4)]);

    let mut rows = format!("{HEADER}\n{a}\n").into_bytes();
    rows.extend(
        br#"{"type":"message","id":"b","parentId":"a","message":{"role":"user","content":"caf"#,
    );
    rows.extend(b"\xff\xe9\"}}\n\xff\xfe\xff\n");
    rows.extend(c.as_bytes());
    expect("utf8", rows, &["a", "c"], &[fault(4)]);
}

#[test]
fn nesting_a_hundred_thousand_levels_deep() {
    let levels = 100_000;
    let (open, close) = ("[".repeat(levels), "]".repeat(levels));
    let b = message("b", r#""a""#, "after");
    let custom = |data: &str| {
        format!(
            r#"{HEADER}
{{"type":"custom","id":"a","parentId":null,"customType":"x","data":{data}}}
{b}
"#
        )
    };
    let unreadable = &[
        ("invalid-session-json", Some(2)),
        ("incomplete-session-branch", Some(3)),
        ("orphan-entry", Some(3)),
    ];
    expect("deep", custom(&format!("{open}{close}")), &["b"], unreadable);
    let objects = format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    expect("objects", custom(&objects), &["b"], unreadable);
    let said = format!(
        r#"{HEADER}
{{"type":"message","id":"a","parentId":null,"message":{{"role":"user","content":{}1{}}}}}
{b}
"#,
        r#"[{"content":"#.repeat(levels),
        "}]".repeat(levels)
    );
    expect("content", said, &["b"], unreadable);
    let rows = format!("{HEADER}\n{open}\n{}\n", message("b", "null", "after"));
    expect("open", rows, &["b"], &[("invalid-session-json", Some(2))]);
}

#[test]
fn numbers_beyond_every_range() {
    let usage = r#"{"input":1e308,"output":-5,"totalTokens":99999999999999999999999,"cost":{"total":1e999}}"#;
    let rows = format!(
        r#"{{"type":"session","version":1e300,"id":"x"}}
{{"type":"message","id":"a","parentId":null,"timestamp":1e999,"message":{{"role":"assistant","content":[],"usage":{usage}}}}}
{{"type":"message","id":"b","parentId":"a","timestamp":-1e300,"message":{{"role":"user","content":"x"}},"n":{}}}
"#,
        "9".repeat(5000)
    );
    expect("numbers", rows, &["a", "b"], &[]);
}

#[test]
fn parents_in_a_circle() {
    let rows =
        format!("{HEADER}\n{}\n{}\n", message("a", r#""b""#, "1"), message("b", r#""a""#, "2"));
    let notes = [("cyclic-session-branch", Some(3)), ("cyclic-entry", Some(2))];
    expect("circle", rows, &["a", "b"], &notes);
    let rows = format!("{HEADER}\n{}\n", message("a", r#""a""#, "1"));
    let notes = [("cyclic-session-branch", Some(2)), ("cyclic-entry", Some(2))];
    expect("self", rows, &["a"], &notes);
}

#[test]
fn ten_thousand_rows_with_one_id() {
    let home = Home::new();
    let mut rows = format!("{HEADER}\n{}\n", message("a", "null", "root"));
    for at in 0..10_000 {
        rows.push_str(&message("b", r#""a""#, &at.to_string()));
        rows.push('\n');
    }
    let shown = show(&home, &transcript(&home, "same", rows));
    let entries = shown["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    // The last row of an id stands for it.
    assert_eq!(entries[1]["message"]["content"], "9999");
    let notes = codes(&shown);
    assert!(notes.iter().all(|(code, _)| code == "duplicate-entry-id"), "{:?}", notes.first());
    assert!((2..=2000).contains(&notes.len()), "{} diagnostics", notes.len());
}

#[test]
fn one_line_of_three_hundred_megabytes() {
    let home = Home::new();
    let path = transcript(&home, "long", format!("{HEADER}\n{}\n", message("a", "null", "hi")));
    let mut file = fs::File::options().append(true).open(&path).unwrap();
    let chunk = vec![b'x'; 1 << 20];
    file.write_all(br#"{"type":"custom","id":"b","parentId":"a","customType":"c","data":""#)
        .unwrap();
    for _ in 0..300 {
        file.write_all(&chunk).unwrap();
    }
    file.write_all(format!("\"}}\n{}\n", message("c", r#""a""#, "after")).as_bytes()).unwrap();
    drop(file);
    // Listing does not read it; indexing holds the line once, and its body is not on the branch.
    let list = home.confined(400_000, &["sessions", "list", "--json", "--all", "--all-agents"]);
    assert!(json(&list)["sessions"][0]["sizeBytes"].as_u64().unwrap() > 300 << 20);
    let args = ["sessions", "show", "--json", arg(&path)];
    let shown = json(&home.confined(900_000, &args));
    let ids: Vec<_> = shown["entries"].as_array().unwrap().iter().map(|e| &e["id"]).collect();
    assert_eq!(ids, ["a", "c"]);
    assert_eq!(codes(&shown), []);
}

#[test]
fn indexes_that_cannot_be_read_say_so_and_hide_nothing() {
    for (index, code) in [
        ("", "index-unreadable"),
        ("{\"agent:main:main\":{\"sessionId\":\"kept\",\"updatedAt\":1", "index-unreadable"),
        ("[1,2]", "index-unreadable"),
        ("\0\0\0\0", "index-unreadable"),
        (&"[".repeat(100_000), "index-unreadable"),
        ("{\"agent:main:main\":7}", "index-entry-unusable"),
        (
            "{\"agent:main:main\":{\"sessionId\":\"../../etc/passwd\",\"updatedAt\":1}}",
            "index-entry-unusable",
        ),
    ] {
        let home = Home::new();
        transcript(&home, "kept", format!("{HEADER}\n{}\n", message("a", "null", "hi")));
        home.write(&format!("{SESSIONS}/sessions.json"), index);
        untouched(&home.path().join(".openclaw"), || {
            let output = home.run(&["sessions", "list", "--all", "--all-agents", "--json"]);
            row(&json(&output), "kept");
            let said = text(&output.stderr);
            assert!(said.contains("sessions.json") && said.contains(code), "{index:.40}: {said}");
        });
    }
}

#[test]
fn what_is_no_regular_file_is_passed_over() {
    let home = Home::new();
    transcript(&home, "kept", format!("{HEADER}\n{}\n", message("a", "null", "hi")));
    let sessions = home.path().join(SESSIONS);
    fs::create_dir(sessions.join("folder.jsonl")).unwrap();
    assert!(Command::new("mkfifo").arg(sessions.join("pipe.jsonl")).status().unwrap().success());
    link("loop.jsonl", &sessions.join("loop.jsonl"));
    link("gone", &sessions.join("gone.jsonl"));
    link("/etc/hostname", &sessions.join("outside.jsonl"));
    link("..", &sessions.join("round"));
    link("loop", &home.path().join(".openclaw/agents/loop"));
    home.write(
        &format!("{SESSIONS}/sessions.json"),
        r#"{"agent:main:a":{"sessionId":"pipe","updatedAt":1},"agent:main:b":{"sessionId":"folder","updatedAt":1},
            "agent:main:c":{"sessionId":"loop","updatedAt":1},"agent:main:d":{"sessionId":"outside","updatedAt":1}}"#,
    );
    untouched(&home.path().join(".openclaw"), || {
        let counted = home.run(&["sessions", "--all", "--all-agents", "--json", "--counts"]);
        row(&json(&counted), "kept");
        for id in ["pipe", "folder", "loop", "outside"] {
            let output = home.run(&["sessions", "show", "--session-id", id]);
            assert_eq!(output.status.code(), Some(1), "{id}: {}", text(&output.stdout));
            assert!(text(&output.stderr).contains(id), "{id}: {}", text(&output.stderr));
        }
        for name in ["pipe.jsonl", "loop.jsonl", "gone.jsonl", "folder.jsonl"] {
            let output = home.run(&["sessions", "show", arg(&sessions.join(name))]);
            assert_eq!(output.status.code(), Some(1), "{name}: {}", text(&output.stdout));
            let said = text(&output.stderr);
            assert!(said.contains(name), "{name}: {said}");
            let reason = said.trim_end().rsplit(": ").next().unwrap();
            assert_eq!(said.matches(reason).count(), 1, "said twice: {said}");
        }
    });
}

#[cfg(unix)]
fn link(to: &str, at: &std::path::Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[test]
fn names_cannot_steer_the_terminal() {
    let home = Home::new();
    let rows = format!("{HEADER}\n{}\n", message("a", "null", "hi"));
    transcript(&home, "line\nbreak\x1b[31m\u{202e}red", rows);
    transcript(&home, "\x1b]0;title\x07", "{oops\n");
    home.write(
        &format!("{SESSIONS}/sessions.json"),
        r#"{"agent:main:\u001b[2J\nmain":{"sessionId":"x","updatedAt":1,"label":"a\u001b]0;t\u0007\u202eb"}}"#,
    );
    let sessions = home.path().join(SESSIONS);
    let hostile = sessions.join("no\x1b[31m\nsuch.jsonl");
    let broken = sessions.join("\x1b]0;title\x07.jsonl");
    untouched(&home.path().join(".openclaw"), || {
        for args in [
            vec!["sessions", "list", "--all", "--counts"],
            vec!["sessions", "list", "--all", "--json"],
            vec!["sessions", "show", arg(&broken)],
            vec!["sessions", "show", "--json", arg(&broken)],
            vec!["sessions", "show", arg(&hostile)],
            vec!["sessions", "show", "--session-key", "no\x1b[31msuch"],
            vec!["sessions", "show", "--session-id", "x"],
            vec!["sessions", "list", "--agent", "gh\x1b[31most"],
        ] {
            let output = home.run(&args);
            for stream in [&output.stdout, &output.stderr] {
                let bad = text(stream)
                    .chars()
                    .find(|c| (*c != '\n' && c.is_control()) || *c == '\u{202e}');
                assert_eq!(bad, None, "{args:?}: {:?}", text(stream));
            }
        }
        assert_eq!(text(&home.run(&["sessions", "show", arg(&hostile)]).stderr).lines().count(), 1);
    });
}

#[test]
fn a_directory_without_permission_is_told_of() {
    let home = Home::new();
    transcript(&home, "kept", format!("{HEADER}\n{}\n", message("a", "null", "hi")));
    let closed = home.path().join(".openclaw/agents/closed/sessions");
    fs::create_dir_all(&closed).unwrap();
    set_mode(&closed, 0o000);
    let listable = fs::read_dir(&closed).is_ok();
    if listable {
        println!("skipped: this user may read every directory (root)");
    } else {
        let output = home.run(&["sessions", "list", "--all", "--all-agents", "--json"]);
        row(&json(&output), "kept");
        let said = text(&output.stderr);
        assert!(said.contains("directory-unreadable") && said.contains("closed"), "{said}");
    }
    set_mode(&closed, 0o700);
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
