//! `clawscope redact` and `clawscope scan` as a person runs them: exit status, streams, and no
//! secret in either of them.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rusqlite::Connection;

fn token() -> String {
    format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4")
}

fn run(args: &[&str], input: &str) -> Output {
    run_with("/nonexistent/clawscope", args, input.as_bytes())
}

/// Runs the program with a settings directory.
fn run_with(config: &str, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clawscope"))
        .args(args)
        .env("HOME", "/nonexistent")
        .env("CLAWSCOPE_CONFIG_DIR", config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream));
    assert!(!said.iter().any(|text| text.contains(&token())), "{said:?}");
    output
}

#[test]
fn the_patterns_of_the_chosen_state_count_for_both_commands() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    fs::create_dir_all(state.join("agents/main/sessions")).unwrap();
    let config = "{logging: {redactPatterns: ['order-\\\\d+', '(?<=x)y']}}";
    fs::write(state.join("openclaw.json"), config).unwrap();
    let note = dir.path().join("note.txt");
    fs::write(&note, "about order-4711\n").unwrap();
    let (state, note) = (state.to_str().unwrap(), note.to_str().unwrap());
    let masked = run(&["redact", note, "--state-dir", state], "");
    let said = String::from_utf8(masked.stderr).unwrap();
    assert!(!String::from_utf8(masked.stdout).unwrap().contains("4711"), "{said}");
    assert!(said.contains("is left out"), "a pattern that masks nothing is told: {said}");
    assert_eq!(run(&["scan", note, "--state-dir", state], "").status.code(), Some(3));
    assert_eq!(run(&["scan", note], "").status.code(), Some(0), "no state, no patterns");
    let nowhere = run(&["redact", note, "--state-dir", "/nowhere/at/all"], "");
    assert_eq!(nowhere.status.code(), Some(1), "what was named is not passed over");
}

#[test]
fn redact_masks_every_form_and_reports_on_standard_error() {
    let token = token();
    for (input, format) in [
        (format!("use {token} now\n"), "text"),
        (format!("{{\"a\":[\"{token}\"]}}\n"), "json"),
        (format!("{{\"a\":\"{token}\"}}\n{{\"b\":1}}\n"), "jsonl"),
    ] {
        for format in ["auto", format] {
            let output = run(&["redact", "--format", format, "--report"], &input);
            assert_eq!(output.status.code(), Some(0));
            let report: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
            assert_eq!(report["count"], 1, "{report}");
            assert_ne!(output.stdout, input.as_bytes());
            for line in String::from_utf8(output.stdout).unwrap().lines() {
                assert!(
                    format == "text"
                        || !line.starts_with('{')
                        || serde_json::from_str::<serde_json::Value>(line).is_ok()
                );
            }
        }
    }
    assert_eq!(run(&["redact", "--format", "json"], "{").status.code(), Some(1));
    let report = run(&["redact", "--report"], &format!("use {token} now\n"));
    let report: serde_json::Value = serde_json::from_slice(&report.stderr).unwrap();
    let replacement = report["findings"][0]["replacement"].as_str().unwrap();
    assert!(replacement.contains('…'), "{report}");
    assert_eq!(run(&["redact", "/nowhere/at/all"], "").status.code(), Some(1));
}

#[test]
fn a_line_that_is_no_json_is_named_and_printed() {
    let input = format!("{{\"a\":1}}\nnot {} json\n{{\"b\":2}}\n", token());
    let output = run(&["redact", "--format", "jsonl"], &input);
    assert_eq!(output.status.code(), Some(1));
    let (printed, said) = (String::from_utf8(output.stdout).unwrap(), output.stderr);
    assert!(printed.starts_with("{\"a\":1}\nnot ") && printed.ends_with(" json\n{\"b\":2}\n"));
    assert!(String::from_utf8(said).unwrap().contains("line 2 is not valid JSON"));
    assert_eq!(run(&["redact"], &input).status.code(), Some(0), "nothing was promised");
}

#[test]
fn bytes_of_other_encodings_are_printed_as_they_were_and_packed_ones_are_refused() {
    let output = run_with("/nonexistent", &["redact"], b"Gr\xFC\xDFe password=hunter22\n");
    assert_eq!(output.stdout, b"Gr\xFC\xDFe password=***\n");
    let packed = run_with("/nonexistent", &["redact"], b"\x1F\x8B\x08\0\0\0\0\0");
    assert_eq!((packed.status.code(), packed.stdout), (Some(1), Vec::new()));
    assert!(String::from_utf8_lossy(&packed.stderr).contains("gzip"));
}

#[test]
#[cfg(unix)]
fn why_standard_input_cannot_be_read_is_told() {
    let directory = fs::File::open(std::env::temp_dir()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawscope"));
    let output =
        command.arg("redact").env("HOME", "/nonexistent").stdin(directory).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("directory"), "{output:?}");
}

#[test]
fn scan_tells_by_its_exit_status() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    fs::write(dir.path().join("clean.jsonl"), "{\"a\":1}\n").unwrap();
    fs::write(dir.path().join("auth-profiles.json"), token()).unwrap();
    let clean = run(&["scan", path], "");
    assert_eq!(clean.status.code(), Some(0));
    let listed = String::from_utf8(clean.stdout).unwrap();
    assert!(listed.contains("skipped") && listed.contains("auth-profiles.json"), "{listed}");
    fs::write(dir.path().join("old.jsonl"), format!("{{\"a\":\"{}\"}}\n", token())).unwrap();
    let found = run(&["scan", path, "--json"], "");
    assert_eq!(found.status.code(), Some(3));
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(report["findings"][0]["pointer"], "/a");
    assert_eq!(report["findings"][0]["row"], 1);
    assert_eq!(run(&["scan", "/nowhere/at/all"], "").status.code(), Some(1));
}

#[test]
fn the_rules_of_the_settings_directory_count_in_redact_and_scan() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().to_str().unwrap();
    fs::create_dir(dir.path().join("rules")).unwrap();
    let rule = "[[rule]]\nid = \"bird\"\nshape = \"Blue(bird)\"\n";
    fs::write(dir.path().join("rules/mine.toml"), rule).unwrap();
    let done = run_with(config, &["redact"], b"the Bluebird\n");
    assert_eq!(String::from_utf8_lossy(&done.stdout), "the Blue***\n");
    fs::write(dir.path().join("a.txt"), "the Bluebird\n").unwrap();
    let text = dir.path().join("a.txt");
    let found = run_with(config, &["scan", text.to_str().unwrap()], b"");
    assert_eq!(found.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&found.stdout).contains("bird"));
    fs::write(dir.path().join("rules/mine.toml"), "[[rule]]").unwrap();
    for command in [vec!["redact"], vec!["scan", text.to_str().unwrap()]] {
        let faulty = run_with(config, &command, b"");
        assert_eq!(faulty.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&faulty.stderr).contains("mine.toml"));
    }
}

#[test]
fn rules_that_are_named_count_in_redact_and_scan() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    for (name, shape) in [("a.toml", "Blue(bird)"), ("b.toml", "Green(bird)")] {
        let rule = format!("[[rule]]\nid = \"bird-{name}\"\nshape = \"{shape}\"\n");
        fs::write(dir.path().join(name), rule).unwrap();
    }
    let (one, other) = (path("a.toml"), path("b.toml"));
    let rules = ["--rules", &one, "--rules", &other];
    let done = run(&[&["redact"][..], &rules].concat(), "the Bluebird, the Greenbird\n");
    assert_eq!(String::from_utf8_lossy(&done.stdout), "the Blue***, the Green***\n");
    fs::write(dir.path().join("text"), "the Greenbird\n").unwrap();
    let found = run(&[&["scan", &path("text")][..], &rules].concat(), "");
    assert_eq!(found.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&found.stdout).contains("bird-b.toml"));
    for command in [vec!["redact"], vec!["scan", &path("text")]] {
        let faulty = run(&[&command[..], &["--rules", &path("none")]].concat(), "");
        assert_eq!((faulty.status.code(), faulty.stdout.len()), (Some(1), 0));
        assert!(String::from_utf8_lossy(&faulty.stderr).contains("cannot read the rules"));
    }
}

#[test]
fn utf16_is_decoded_and_said() {
    let input: Vec<u8> =
        format!("password={}\r\n", token()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let done = run_with("/nonexistent", &["redact"], &input);
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("password="));
    assert!(String::from_utf8_lossy(&done.stderr).contains("UTF-16"));
}

#[test]
fn causes_are_told_and_names_show_all_of_their_characters() {
    let missing = run(&["redact", "/nowhere/at/all"], "");
    assert!(String::from_utf8_lossy(&missing.stderr).contains("No such file"));
    let directory = run(&["redact", "/"], "");
    assert!(String::from_utf8_lossy(&directory.stderr).contains("directory"));
    let gone = run(&["scan", "/nowhere/at/all"], "");
    assert_eq!(String::from_utf8_lossy(&gone.stdout), "", "there is nothing to sum up");
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a\u{1b}[31mx.txt"), token()).unwrap();
    fs::write(dir.path().join(format!("{}.txt", token())), token()).unwrap();
    let listed = run(&["scan", dir.path().to_str().unwrap()], "").stdout;
    let listed = String::from_utf8(listed).unwrap();
    assert!(listed.contains("a␛[31mx.txt") && listed.contains("2 secrets in 2 files"), "{listed}");
}

#[test]
fn scan_reads_databases_and_old_bundles() {
    let dir = tempfile::tempdir().unwrap();
    super::stage::lay_out_demo(dir.path());
    let output = run(&["scan", dir.path().to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(3));
    let listed = String::from_utf8(output.stdout).unwrap();
    assert!(listed.contains("bc1be6c6"), "{listed}");
    assert!(!listed.contains("ghp_demo") && output.stderr.is_empty(), "{listed}");
}

/// A row of a transcript with a token, plain and in a packed transcript as its second line.
fn row_with_token() -> (String, Vec<u8>) {
    let row = format!("{{\"type\":\"custom\",\"data\":[\"{}\"]}}\n", token());
    let packed = zstd::encode_all(format!("{{}}\n{row}").as_bytes(), 3).unwrap();
    (row, packed)
}

/// Every kind of file in which a state directory keeps text, with a token in each.
fn lay_out_files(state: &Path) {
    let (row, packed) = row_with_token();
    let log = format!("first\nsaid {}\n", token());
    for (name, bytes) in [
        ("agents/main/sessions/a.jsonl", row.as_bytes()),
        ("agents/main/sessions/a.trajectory.jsonl", row.as_bytes()),
        ("agents/main/sessions/b.jsonl.deleted.2026-10-05T09-00-00.000Z", row.as_bytes()),
        ("agents/main/sessions/c.jsonl.deleted.2026-10-05T09-00-00.000Z.zst", &packed),
        ("agents/main/sessions/cold/0f.jsonl.zst", &packed),
        ("agents/main/session-sqlite-import-archive/d.trajectory.jsonl.imported-5", row.as_bytes()),
        ("logs/gateway.log", log.as_bytes()),
        ("bundle/system-prompt.txt", token().as_bytes()),
        ("agents/main/agent/auth-profiles.json", token().as_bytes()),
        ("media/a.png", b"\x89PNG\0"),
    ] {
        let path = state.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Every table in which a state directory keeps text, with a token in each.
fn lay_out_databases(state: &Path) {
    let (row, packed) = row_with_token();
    let agents = state.join("agents/main/agent");
    fs::create_dir_all(agents.join("learning")).unwrap();
    let agent = Connection::open(agents.join("openclaw-agent.sqlite")).unwrap();
    agent.execute_batch(include_str!("../fixtures/agent-schema.sql")).unwrap();
    let event =
        "INSERT INTO transcript_events (session_id, seq, event_json, event_zstd, created_at)
                 VALUES ('s-1', ?1, ?2, ?3, 5)";
    agent.execute(event, (3, &row, None::<Vec<u8>>)).unwrap();
    let frame = zstd::encode_all(row.as_bytes(), 3).unwrap();
    agent.execute(event, (4, None::<String>, Some(frame))).unwrap();
    let runtime = "INSERT INTO trajectory_runtime_events VALUES ('s-1', 7, 'r', ?1, 5)";
    agent.execute(runtime, [&row]).unwrap();
    for (id, encoding, blob) in
        [("p", "zstd", packed), ("i", "identity", format!("{{}}\n{row}").into_bytes())]
    {
        let archive = "INSERT INTO session_transcript_archives
                       VALUES (?1, 'g', 'k', 'reset', ?2, ?3, '0', ?1, 5)";
        agent.execute(archive, (id, encoding, blob)).unwrap();
    }
    agent.close().unwrap();
    let learning = Connection::open(agents.join("learning/learning.db")).unwrap();
    learning.execute_batch("CREATE TABLE run_traces (arm_id TEXT, context TEXT)").unwrap();
    learning.execute("INSERT INTO run_traces VALUES ('a', ?1)", [&row]).unwrap();
    learning.close().unwrap();
}

/// The places of a scan's report in alphabetical order: file, table, session, row, pointer.
fn places(report: &serde_json::Value) -> Vec<String> {
    let place = |hit: &serde_json::Value| {
        let path = hit["path"].as_str().unwrap().rsplit('/').next().unwrap();
        let of = |name: &str| hit[name].as_str().unwrap_or("-").to_owned();
        format!("{path} {} {} {} {}", of("table"), of("sessionId"), hit["row"], of("pointer"))
    };
    let mut places: Vec<String> =
        report["findings"].as_array().unwrap().iter().map(place).collect();
    places.sort();
    places
}

#[test]
fn scan_looks_through_a_whole_state() {
    let dir = tempfile::tempdir().unwrap();
    lay_out_files(dir.path());
    lay_out_databases(dir.path());
    let found = run(&["scan", dir.path().to_str().unwrap(), "--json"], "");
    assert_eq!(found.status.code(), Some(3));
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let expected = [
        "0f.jsonl.zst - - 2 /data/0",
        "a.jsonl - - 1 /data/0",
        "a.trajectory.jsonl - - 1 /data/0",
        "b.jsonl.deleted.2026-10-05T09-00-00.000Z - - 1 /data/0",
        "c.jsonl.deleted.2026-10-05T09-00-00.000Z.zst - - 2 /data/0",
        "d.trajectory.jsonl.imported-5 - - 1 /data/0",
        "gateway.log - - 2 ",
        "learning.db run_traces - 1 /context/data/0",
        "openclaw-agent.sqlite session_transcript_archives i 2 /archive_blob/data/0",
        "openclaw-agent.sqlite session_transcript_archives p 2 /archive_blob/data/0",
        "openclaw-agent.sqlite trajectory_runtime_events s-1 7 /event_json/data/0",
        "openclaw-agent.sqlite transcript_events s-1 3 /event_json/data/0",
        "openclaw-agent.sqlite transcript_events s-1 4 /event_zstd/data/0",
        "system-prompt.txt - - 1 ",
    ];
    assert_eq!(places(&report), expected);
    let skipped = report["skipped"].as_array().unwrap().iter();
    let reasons: Vec<&str> = skipped.map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "holds credentials by design",
            "its table auth_profile_store holds credentials by design",
            "binary",
        ]
    );
    assert!(report["unreadable"].as_array().unwrap().is_empty());
}

#[test]
fn scan_names_what_it_cannot_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("torn.jsonl.zst"), b"no frame").unwrap();
    fs::write(dir.path().join("torn.sqlite"), b"no database").unwrap();
    let output = run(&["scan", dir.path().to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty(), "nothing was skipped, and nothing is told of none");
    let said = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    for (line, name) in lines.into_iter().zip(["torn.jsonl.zst", "torn.sqlite"]) {
        assert_eq!(line.matches(name).count(), 1, "{said}");
    }
}

#[test]
fn names_of_members_are_no_way_out_for_secrets() {
    let dir = tempfile::tempdir().unwrap();
    let input = r#"{"postgres://u:Zq81mm77Kd03@h/db":{"password":"hunter2abcX"}}"#;
    fs::write(dir.path().join("k.json"), input).unwrap();
    let scan = run(&["scan", dir.path().to_str().unwrap()], "");
    let redact = run(&["redact", "--format", "json", "--report", "-"], input);
    for output in [&scan, &redact] {
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(said.contains("member-name") && !said.contains("Zq81mm77Kd03"), "{said}");
    }
}
