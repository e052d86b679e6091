//! The command line, run as a person runs it: arguments in, streams and exit status out.

use crate::support::{Home, arg, fixture, json, text};
use std::process::{Output, Stdio};

/// Runs the program with a home of its own.
fn clawscope(args: &[&str]) -> Output {
    Home::new().run(args)
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_utf8_is_complained_of() {
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let mut command = home.command();
    let value = std::ffi::OsStr::from_bytes(b"/x/\xff");
    let run = |command: &mut std::process::Command| command.args(["sessions", "list"]).output();
    let output = run(command.env("OPENCLAW_STATE_DIR", value)).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("OPENCLAW_STATE_DIR"), "{}", text(&output.stderr));
    let output = run(home.command().env("SOMETHING_ELSE", value).arg("--demo")).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn listing_prints_an_aligned_table() {
    let output = clawscope(&["sessions", "--demo", "list", "--all-agents"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    let heading = table.lines().find(|line| line.starts_with("AGENT")).unwrap();
    let key = heading.find("KEY").unwrap();
    let row = table.lines().find(|line| line.contains("agent:main:main ")).unwrap();
    assert_eq!(row.find("agent:main:main"), Some(key), "{table}");
    assert!(table.contains("(and ") && table.contains("--all"), "{table}");
}

#[test]
fn listing_prints_the_json_that_openclaw_prints() {
    let listing = json(&clawscope(&["sessions", "--demo", "--json", "--all-agents"]));
    let members: Vec<&str> = listing.as_object().unwrap().keys().map(String::as_str).collect();
    for member in [
        "path",
        "stores",
        "allAgents",
        "count",
        "totalCount",
        "limitApplied",
        "hasMore",
        "sessions",
    ] {
        assert!(members.contains(&member), "{member} is missing from {members:?}");
    }
    let sessions = listing["sessions"].as_array().unwrap();
    assert_eq!(listing["count"], sessions.len());
    for session in sessions {
        for member in ["key", "updatedAt", "ageMs", "sessionId", "agentId", "kind"] {
            assert!(!session[member].is_null(), "{member} of {session}");
        }
    }
    let updated: Vec<_> = sessions.iter().map(|s| s["updatedAt"].as_i64().unwrap()).collect();
    assert!(updated.is_sorted_by(|a, b| a >= b), "newest first: {updated:?}");
}

#[test]
fn limits_and_ages_cut_the_list() {
    let all = json(&clawscope(&["sessions", "--demo", "--json", "--all-agents", "--limit", "all"]));
    let total = all["totalCount"].as_u64().unwrap();
    assert!(total > 3);
    let cut = json(&clawscope(&["sessions", "--demo", "--json", "--all-agents", "--limit", "2"]));
    assert_eq!((cut["count"].as_u64(), cut["hasMore"].as_bool()), (Some(2), Some(true)));
    assert_eq!(cut["totalCount"].as_u64(), Some(total));
    let recent =
        json(&clawscope(&["sessions", "--demo", "--json", "--all-agents", "--active", "60"]));
    let recent = recent["totalCount"].as_u64().unwrap();
    assert!(0 < recent && recent < total, "{recent} of {total}");
}

#[test]
fn showing_prints_the_active_branch() {
    let shown =
        json(&clawscope(&["sessions", "--demo", "show", "--session-key", "main", "--json"]));
    assert_eq!(shown["sessionKey"], "agent:main:main");
    let entries = shown["entries"].as_array().unwrap();
    assert!(entries[0]["parentId"].is_null());
    for pair in entries.windows(2) {
        assert_eq!(pair[1]["parentId"], pair[0]["id"]);
    }
    assert_eq!(shown["leafId"], entries.last().unwrap()["id"]);
    assert!(shown["runtimeEvents"].as_u64().unwrap() > 0);
    let id = entries[3]["id"].as_str().unwrap();
    let part = clawscope(&[
        "sessions",
        "--demo",
        "show",
        "--session-key",
        "main",
        "--json",
        "--branch",
        id,
    ]);
    let part = json(&part);
    assert_eq!(part["leafId"], id);
    assert_eq!(part["entries"].as_array().unwrap().len(), 4);
}

#[test]
fn showing_prints_markdown_without_control_characters() {
    let output = clawscope(&["sessions", "--demo", "show", "--session-key", "main"]);
    let markdown = text(&output.stdout);
    assert!(markdown.starts_with("# ") && markdown.contains("## user"), "{markdown}");
    assert!(markdown.chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn a_transcript_can_be_shown_by_its_path() {
    let file = fixture("plain/transcript.jsonl");
    let shown = json(&clawscope(&["sessions", "show", arg(&file), "--json"]));
    assert!(!shown["entries"].as_array().unwrap().is_empty());
    assert!(shown["sessionKey"].is_null());
}

#[test]
fn mistakes_are_explained() {
    for (args, status, says) in [
        (vec!["sessions", "--demo", "show", "--session-key", "no-such"], 1, "Session not found"),
        (vec!["sessions", "--demo", "list", "--agent", "ghost"], 1, "Unknown agent id \"ghost\""),
        (vec!["sessions", "list", "--state-dir", "no/such/dir"], 1, "no/such/dir"),
        (vec!["sessions", "--demo", "show", "--session-key", "main", "--branch", "zz"], 1, "zz"),
        (vec!["sessions", "show"], 2, "--session-key"),
        (vec!["sessions", "--limit", "0"], 2, "--limit"),
        (vec!["--demo", "--theme", "nope"], 2, "no theme is called"),
        (vec!["--no-such-flag"], 2, "--no-such-flag"),
    ] {
        let output = clawscope(&args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let home = Home::new();
    let mut child = home
        .command()
        .args(["sessions", "--demo", "show", "--session-key", "main", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}
