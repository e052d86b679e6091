//! `clawscope learning`, run as a person runs it: arguments in, streams and exit status out.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::golden::golden;
use crate::learning_sources::large;
use crate::support::untouched;

/// The program with a home of its own, which holds no state.
pub(crate) fn command(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawscope"));
    command.env_clear().env("HOME", home).env("TZ", "UTC").current_dir(home).args(args);
    command
}

pub(crate) fn run(args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    command(home.path(), args).output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn exports_and_status_are_those_of_the_original() {
    let Some(golden) = golden("learning") else { return };
    for variant in ["", "variants/odd"] {
        let folder = golden.join(variant);
        let db = folder.join("agent/learning/learning.db");
        let db = db.to_str().unwrap();
        for (name, flags) in [
            ("export", &[][..]),
            ("traces-only", &["--no-posteriors"]),
            ("posteriors-only", &["--no-traces"]),
            ("neither", &["--no-traces", "--no-posteriors"]),
        ] {
            for format in ["json", "csv"] {
                let expected = std::fs::read(folder.join(format!("{name}.{format}"))).unwrap();
                let mut args = vec!["learning", "export", "--db", db, "--format", format];
                args.extend(flags);
                let output = run(&args);
                assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
                assert!(output.stdout == expected, "{variant} {name}.{format} differs");
            }
        }
    }
    let db = golden.join("agent/learning/learning.db");
    let status = run(&["learning", "status", "--from", db.to_str().unwrap()]);
    assert_eq!(stdout(&status), std::fs::read_to_string(golden.join("status.txt")).unwrap());
}

#[test]
fn rows_on_which_the_original_ends_are_named_on_standard_error() {
    let Some(golden) = golden("learning") else { return };
    let db = golden.join("variants/badjson/agent/learning/learning.db");
    let output = run(&["learning", "export", "--from", db.to_str().unwrap()]);
    assert!(stdout(&output).ends_with("]\n}\n"));
    assert!(stderr(&output).contains("not JSON"), "{}", stderr(&output));
}

#[test]
fn the_demo_is_exported_whole_and_in_parts() {
    let whole = run(&["learning", "--demo", "export"]);
    let value: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert_eq!(value["traces"].as_array().unwrap().len(), 300);
    assert_eq!(value["posteriors"].as_array().unwrap().len(), 21);
    assert!(value["posteriors"][0].get("mean").is_none());
    let few = run(&["learning", "--demo", "export", "--limit", "7", "--no-posteriors"]);
    let value: serde_json::Value = serde_json::from_slice(&few.stdout).unwrap();
    assert_eq!(value["traces"].as_array().unwrap().len(), 7);
    assert!(value.get("posteriors").is_none());
    let documented =
        run(&["learning", "--demo", "export", "--schema", "documented", "--limit", "all"]);
    let text = stdout(&documented);
    let mut weights = text.lines().filter(|line| line.contains("\"alpha\": "));
    assert!(weights.all(|line| line.ends_with(".0,")) && text.contains("\"error\": null"));
    let csv = stdout(&run(&["learning", "--demo", "export", "--format", "csv", "--safe-csv"]));
    assert!(csv.starts_with("traceId,runId,"));
    assert_eq!(csv.lines().count(), 300 + 21 + 2);
}

#[test]
fn the_status_of_the_demo_tells_phase_and_savings() {
    let text = stdout(&run(&["learning", "--demo", "status", "--exact"]));
    assert!(text.contains("[ACTIVE]") && text.contains("Traces: 300"), "{text}");
    assert!(text.contains("Token Savings: +"), "{text}");
    let json = stdout(&run(&["learning", "--demo", "status", "--json"]));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["config"]["phase"], "active");
    assert_eq!(value["summary"]["traceCount"], 300);
    assert_eq!(value["posteriors"].as_array().unwrap().len(), 21);
    assert!(value["posteriors"][0].get("exactInterval").is_none());
    let json = stdout(&run(&["learning", "--demo", "status", "--json", "--exact"]));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(value["posteriors"][0]["exactInterval"]["lower"].is_f64());
}

#[test]
fn times_in_the_status_are_those_of_the_source() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("posteriors.json");
    let text = r#"[{"armId":"a","alpha":1,"beta":1,"pulls":2,"lastUpdated":1.5},
        {"armId":"b","alpha":1,"beta":1,"pulls":2,"lastUpdated":"2026-02-12T00:00:00+00:00"},
        {"armId":"c","alpha":1,"beta":1,"pulls":2,"lastUpdated":7}]"#;
    std::fs::write(&file, text).unwrap();
    let stamps = |path: &Path| {
        let from = ["learning", "status", "--json", "--from", path.to_str().unwrap()];
        let value: serde_json::Value = serde_json::from_str(&stdout(&run(&from))).unwrap();
        let arms = value["posteriors"].as_array().unwrap();
        arms.iter().map(|arm| arm["lastUpdated"].to_string()).collect::<Vec<_>>()
    };
    let stored = ["1.5", "\"2026-02-12T00:00:00+00:00\"", "7"];
    assert_eq!(stamps(&file), stored);
    let from = ["learning", "export", "--format", "csv", "--from", file.to_str().unwrap()];
    let csv = home.path().join("posteriors.csv");
    std::fs::write(&csv, stdout(&run(&from))).unwrap();
    assert_eq!(stamps(&csv), stored);
}

#[test]
fn an_export_is_a_source_of_the_status() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("export.csv");
    std::fs::write(&file, run(&["learning", "--demo", "export", "--format", "csv"]).stdout)
        .unwrap();
    let status = run(&["learning", "status", "--from", file.to_str().unwrap()]);
    let text = stdout(&status);
    assert!(text.contains("Traces: 300    Arms: 21"), "{text}");
    assert!(stderr(&status).contains("0 for a missing total"), "{}", stderr(&status));
    let again = run(&["learning", "--from", file.to_str().unwrap(), "export", "--format", "csv"]);
    assert_eq!(stdout(&again), std::fs::read_to_string(&file).unwrap());
    assert!(stderr(&again).contains("CSV holds no arms"), "{}", stderr(&again));
    let json = run(&["learning", "export", "--from", file.to_str().unwrap(), "--limit", "7"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(value["traces"].as_array().unwrap().len(), 7);
    assert_eq!(value["posteriors"].as_array().unwrap().len(), 21);
}

#[test]
fn exports_of_nothing_and_lists_alone_are_read() {
    let home = tempfile::tempdir().unwrap();
    let with = |text: &str, args: &[&str]| {
        let file = home.path().join("file");
        std::fs::write(&file, text).unwrap();
        let output = run(&[&["learning", "--from", file.to_str().unwrap()], args].concat());
        (stdout(&output), stderr(&output))
    };
    let (text, notes) = with("{}", &["export"]);
    assert_eq!(text, "{}\n");
    assert!(notes.contains("neither traces nor posteriors"), "{notes}");
    let (text, notes) = with("{}", &["status"]);
    assert!(text.contains("No traces recorded yet") && notes.contains("neither"), "{text}{notes}");
    let list = r#"[{"armId":"tool:fs:Read","alpha":5,"beta":2,"pulls":3,"lastUpdated":5}]"#;
    let (text, notes) = with(list, &["export"]);
    assert!(text.starts_with("{\n  \"posteriors\": [") && notes.is_empty(), "{text}{notes}");
    let (text, _) = with(list, &["export", "--format", "csv"]);
    assert_eq!(text.lines().nth(1), Some("tool:fs:Read,5.0000,2.0000,0.7143,3,5"));
}

#[test]
fn a_store_of_qortex_is_exported_with_a_word_about_what_it_lacks() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("openclaw.json");
    let arm = |pulls| {
        let stamp = "2026-02-13T16:26:40+00:00";
        format!(
            r#"{{"a":{{"alpha":2,"beta":1,"pulls":{pulls},"total_reward":0,"last_updated":"{stamp}"}}}}"#
        )
    };
    let store = format!(r#"{{"default":{},"0123456789abcdef":{}}}"#, arm(0), arm(1));
    std::fs::write(&file, store).unwrap();
    let export = |args: &[&str]| {
        let from = ["learning", "export", "--from", file.to_str().unwrap()];
        run(&[&from, args].concat())
    };
    let own = export(&[]);
    assert!(stdout(&own).contains("\"learner\": \"openclaw\""), "{}", stdout(&own));
    let notes = stderr(&own);
    assert!(notes.contains("records no runs") && notes.contains("1 of 2 posteriors"), "{notes}");
    let all = export(&["--all-contexts", "--format", "csv"]);
    assert!(stdout(&all).ends_with("a,3.0000,1.0000,0.7500,1,2026-02-13T16:26:40+00:00\n"));
    let documented = export(&["--schema", "documented"]);
    assert_eq!(stdout(&documented), stdout(&own));
    assert!(stderr(&documented).contains("documented schema"), "{}", stderr(&documented));
    // The status speaks of the same arms as the export.
    let status = |flags: &[&str]| {
        let from = ["learning", "status", "--json", "--from", file.to_str().unwrap()];
        let output = run(&[&from, flags].concat());
        let value: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        (value["posteriors"][0]["alpha"].clone(), stderr(&output))
    };
    let (alpha, notes) = status(&[]);
    assert!(alpha == 2.0 && notes.contains("1 of 2 posteriors"), "{alpha} {notes}");
    let (alpha, notes) = status(&["--all-contexts"]);
    assert!(alpha == 3.0 && notes.contains("2 contexts are taken together"), "{alpha} {notes}");
}

#[test]
fn a_flag_that_changes_nothing_is_refused_or_named() {
    for wrong in [
        &["learning", "--demo", "export", "--safe-csv"][..],
        &["learning", "--demo", "export", "--format", "csv", "--schema", "documented"],
        &["learning", "export", "--all-contexts", "--gateway", "http://127.0.0.1:9"],
        &["--gateway", "http://127.0.0.1:9", "learning", "status", "--all-contexts"],
    ] {
        let output = run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(stderr(&output).contains(" goes with "), "{}", stderr(&output));
    }
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("export.json");
    let exported = stdout(&run(&["learning", "--demo", "export"]));
    std::fs::write(&file, exported).unwrap();
    for verb in ["export", "status"] {
        let demo = run(&["learning", "--demo", verb, "--all-contexts"]);
        let own = run(&["learning", "--from", file.to_str().unwrap(), verb, "--all-contexts"]);
        for output in [demo, own] {
            stdout(&output);
            assert!(stderr(&output).contains("only a store of qortex"), "{}", stderr(&output));
        }
    }
}

#[test]
fn a_source_that_cannot_be_read_is_told_before_the_explorer_opens() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("other.json");
    std::fs::write(&file, "{\"x\": 1}").unwrap();
    for path in ["/nowhere/learning.db", home.path().to_str().unwrap(), file.to_str().unwrap()] {
        let output = run(&["learning", "--from", path]);
        assert_eq!(output.status.code(), Some(1), "{path}");
        assert!(output.stdout.is_empty() && stderr(&output).contains(path), "{}", stderr(&output));
    }
}

#[test]
fn a_token_that_would_go_in_the_clear_is_warned_of_first() {
    let home = tempfile::tempdir().unwrap();
    let status = |url: &str| {
        let mut command = command(home.path(), &["learning", "status", "--gateway", url]);
        stderr(&command.env("CLAWSCOPE_GATEWAY_TOKEN", "hush-hush").output().unwrap())
    };
    // An address of this machine that is no loopback to the eye: nothing is listening there.
    let said = status("http://0.0.0.0:9");
    let (first, rest) = said.split_once('\n').unwrap();
    assert!(first.contains("The token goes to http://0.0.0.0:9 without encryption"), "{said}");
    assert!(rest.contains("nobody listens there") && !said.contains("hush"), "{said}");
    let said = status("http://127.0.0.1:9");
    assert!(!said.contains("without encryption"), "{said}");
}

#[test]
fn a_live_database_is_read_and_nothing_is_written_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("learning");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("learning.db");
    large::database(&path, large::Size { traces: 50, arms: 20, arms_per_trace: 9 }).unwrap();
    let writer = rusqlite::Connection::open(&path).unwrap();
    let count = || {
        let sql = "SELECT count(*) FROM run_traces";
        writer.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    writer.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    writer.execute_batch("DELETE FROM run_traces WHERE rowid <= 10").unwrap();
    assert_eq!(count(), 40);
    // A transaction that is not over is not seen, and does not keep a reader waiting.
    writer.execute_batch("BEGIN IMMEDIATE; DELETE FROM run_traces").unwrap();
    let db = path.to_str().unwrap();
    for args in [&["export", "--limit", "all"][..], &["status", "--json"]] {
        let output = untouched(&folder, || run(&[&["learning", "--db", db], args].concat()));
        let value: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        let traces = value["traces"].as_array().map(|traces| traces.len() as i64);
        assert_eq!(traces.or(value["summary"]["traceCount"].as_i64()), Some(40), "{args:?}");
    }
    writer.execute_batch("ROLLBACK").unwrap();
    assert_eq!(count(), 40);
}

#[test]
fn what_cannot_be_done_says_why() {
    let missing = run(&["learning", "export", "--db", "nowhere.db"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(stderr(&missing).contains("nowhere.db"), "{}", stderr(&missing));
    let state = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(state.path().join("agents/main/sessions")).unwrap();
    let none = run(&["learning", "--state-dir", state.path().to_str().unwrap(), "status"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(stderr(&none).contains("No learning database"), "{}", stderr(&none));
    for wrong in [
        &["learning", "export", "--format", "xml"][..],
        &["learning", "export", "--limit", "0"],
        &["learning", "status", "--from", "a", "--gateway", "http://127.0.0.1:1"],
        &["--gateway", "http://127.0.0.1:1", "sessions"],
    ] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let nobody = run(&["learning", "status", "--gateway", "http://127.0.0.1:9"]);
    assert_eq!(nobody.status.code(), Some(1));
}

#[test]
fn a_closed_pipe_ends_the_export_quietly() {
    let home = tempfile::tempdir().unwrap();
    let mut child = command(home.path(), &["learning", "--demo", "export"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut head = [0; 64];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut head).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
}
