//! `clawscope learning export --gateway`: what is written while a gateway is still being read.

use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::learning_command::{command, stderr};
use crate::loopback::serve;

/// How many traces the gateway of these tests has, and how many it gives at once.
const ALL: usize = 2_500;
const PAGE: usize = 1_000;

/// The offset that a route asks for; nothing of another route.
fn offset(route: &str) -> Option<usize> {
    route.strip_prefix("traces?")?.split("offset=").nth(1)?.parse().ok()
}

/// A page of traces from an offset, newest first; `members` are those of each beside its id.
fn page(offset: usize, total: usize, members: &str) -> String {
    let ids = offset..ALL.min(offset + PAGE);
    let row = |id| format!(r#"{{"traceId":"t{id}","timestamp":{},{members}}}"#, ALL - id);
    format!(r#"{{"traces":[{}],"total":{total}}}"#, ids.map(row).collect::<Vec<_>>().join(","))
}

/// The program that exports all traces of a gateway.
fn export(url: &str, flags: &[&str]) -> std::process::Command {
    let args = ["learning", "export", "--gateway", url];
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut command = command(home, &[&args[..], flags].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_page_is_written_before_the_next_but_one_is_asked_for() {
    let (go_on, may_go_on) = channel();
    let (url, _told) = serve(move |route| match offset(route) {
        Some(offset) => {
            let limit = Duration::from_secs(8);
            let goes_on = offset < 2 * PAGE || may_go_on.recv_timeout(limit).is_ok();
            (if goes_on { 200 } else { 500 }, page(offset, ALL, "\"arms\":[]"))
        }
        None => (200, if route == "posteriors" { "[]" } else { "{}" }.to_owned()),
    });
    let mut child = export(&url, &["--limit", "all"]).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (mut text, mut chunk) = (Vec::new(), [0; 4_096]);
    let has = |text: &[u8], id: &str| {
        String::from_utf8_lossy(text).contains(&format!("\"traceId\": \"{id}\""))
    };
    while !has(&text, "t900") {
        let read = stdout.read(&mut chunk).unwrap();
        assert!(read > 0, "nothing was written before all had been read");
        text.extend_from_slice(&chunk[..read]);
    }
    go_on.send(()).unwrap();
    stdout.read_to_end(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    let exported: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(exported["traces"].as_array().unwrap().len(), ALL);
    assert_eq!(exported["posteriors"], serde_json::json!([]));
}

#[test]
fn who_has_read_enough_ends_the_reading() {
    let (url, told) = serve(|route| match offset(route) {
        Some(offset) => (200, page(offset % PAGE, 1_000_000, "\"arms\":[]")),
        None => (200, if route == "posteriors" { "[]" } else { "{}" }.to_owned()),
    });
    let mut child = export(&url, &["--limit", "all"]).spawn().unwrap();
    let mut some = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
    let asked = told.try_iter().filter(|line| line.contains("/traces?")).count();
    assert!((1..10).contains(&asked), "{asked} pages");
}

#[test]
fn the_original_limit_is_told_where_nobody_asked_for_one() {
    let (url, told) = serve(|route| match offset(route) {
        Some(offset) => (200, page(offset, ALL, "\"usage\":null,\"model\":null,\"arms\":[]")),
        None if route == "posteriors" => (200, "[]".to_owned()),
        None => (200, r#"{"traceCount":12000}"#.to_owned()),
    });
    let output = export(&url, &[]).output().unwrap();
    let said = stderr(&output);
    assert!(said.contains("Only the newest 10000 of 12000 traces are written"), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    // One that writes what is missing as `null` has stored none of it.
    assert!(!text.contains("\"usage\"") && text.matches("\"traceId\"").count() == ALL, "{text}");
    assert_eq!(told.try_iter().filter(|line| line.contains("/traces?")).count(), 3);
    let output = export(&url, &["--no-traces"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\n  \"posteriors\": []\n}\n");
    assert_eq!(told.try_iter().filter(|line| line.contains("/traces?")).count(), 0);
}
