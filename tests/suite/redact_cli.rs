//! `clawscope redact` and `clawscope scan` as a person runs them: exit status, streams, and no
//! secret in either of them.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn token() -> String {
    format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4")
}

fn run(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_clawscope"))
        .args(args)
        .env("HOME", "/nonexistent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream));
    assert!(!said.iter().any(|text| text.contains(&token())), "{said:?}");
    output
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
    assert_eq!(run(&["redact", "/nowhere/at/all"], "").status.code(), Some(1));
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
fn scan_reads_databases_and_old_bundles() {
    let dir = tempfile::tempdir().unwrap();
    super::stage::lay_out_demo(dir.path());
    let output = run(&["scan", dir.path().to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(3));
    let listed = String::from_utf8(output.stdout).unwrap();
    assert!(listed.contains("bc1be6c6") && listed.contains("auth_profile_*"), "{listed}");
    assert!(!listed.contains("ghp_demo") && output.stderr.is_empty(), "{listed}");
}
