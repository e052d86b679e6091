//! `clawscope learning`, run as a person runs it: arguments in, streams and exit status out.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::golden::golden;

/// The program with a home of its own, which holds no state.
fn command(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawscope"));
    command.env_clear().env("HOME", home).env("TZ", "UTC").current_dir(home).args(args);
    command
}

fn run(args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    command(home.path(), args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
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
    assert_eq!(value["posteriors"].as_array().unwrap().len(), 20);
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
    assert_eq!(csv.lines().count(), 300 + 20 + 2);
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
    assert_eq!(value["posteriors"].as_array().unwrap().len(), 20);
}

#[test]
fn an_export_is_a_source_of_the_status() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("export.csv");
    std::fs::write(&file, run(&["learning", "--demo", "export", "--format", "csv"]).stdout)
        .unwrap();
    let text = stdout(&run(&["learning", "status", "--from", file.to_str().unwrap()]));
    assert!(text.contains("Traces: 300    Arms: 20"), "{text}");
    let again = run(&["learning", "--from", file.to_str().unwrap(), "export", "--format", "csv"]);
    assert_eq!(stdout(&again), std::fs::read_to_string(&file).unwrap());
    assert!(stderr(&again).contains("CSV holds no arms"), "{}", stderr(&again));
    let json = run(&["learning", "export", "--from", file.to_str().unwrap(), "--limit", "7"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(value["traces"].as_array().unwrap().len(), 7);
    assert_eq!(value["posteriors"].as_array().unwrap().len(), 20);
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
    let fallback = run(&["learning", "status"]);
    assert!(stderr(&fallback).contains("demo data"), "{}", stderr(&fallback));
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
