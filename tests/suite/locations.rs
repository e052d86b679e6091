//! Where state lives: every way to name one, and copies in odd places, through the real program.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Home, arg, copy_tree, fixture, json, row, text, untouched};

/// Lays the fixture `plain` out as the only session of a state directory, called `id`.
fn lay_out(home: &Home, state: &str, id: &str) {
    let rows = fs::read(fixture("plain/transcript.jsonl")).unwrap();
    home.write(&format!("{state}/agents/main/sessions/{id}.jsonl"), rows);
    let index = format!(r#"{{"agent:main:main":{{"sessionId":"{id}","updatedAt":1}}}}"#);
    home.write(&format!("{state}/agents/main/sessions/sessions.json"), index);
}

/// The session ids that a run lists.
fn listed(home: &Home, args: &[&str], vars: &[(&str, &str)]) -> Vec<String> {
    let args = [&["sessions", "--all-agents", "--json"], args].concat();
    let list = untouched(home.path(), || json(&home.run_with(&args, vars)));
    ids(&list)
}

fn ids(list: &Value) -> Vec<String> {
    let rows = list["sessions"].as_array().unwrap();
    rows.iter().map(|row| row["sessionId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_first_that_is_given_wins() {
    let home = Home::new();
    for (state, id) in [
        (".openclaw", "default"),
        (".clawdbot", "legacy"),
        (".openclaw-work", "profile"),
        ("elsewhere", "variable"),
        ("named", "flag"),
        ("other/.openclaw", "other-home"),
        ("other/.openclaw-work", "other-profile"),
    ] {
        lay_out(&home, state, id);
    }
    let (elsewhere, named) = (home.path().join("elsewhere"), home.path().join("named"));
    let other = home.path().join("other");
    let state = ("OPENCLAW_STATE_DIR", arg(&elsewhere));
    let profile = ("OPENCLAW_PROFILE", "work");
    let own_home = ("OPENCLAW_HOME", arg(&other));
    for (args, vars, id) in [
        (vec![], vec![], "default"),
        (vec!["--state-dir", "named"], vec![state, profile, own_home], "flag"),
        (vec!["--state-dir", arg(&named)], vec![], "flag"),
        (vec!["--profile", "work"], vec![], "profile"),
        (vec!["--profile", "default"], vec![profile], "default"),
        (vec![], vec![state, profile, own_home], "variable"),
        (vec![], vec![("OPENCLAW_STATE_DIR", "  ~/elsewhere ")], "variable"),
        (vec![], vec![profile, own_home], "other-profile"),
        (vec![], vec![profile], "profile"),
        (vec![], vec![own_home], "other-home"),
        (vec![], vec![("OPENCLAW_HOME", "~/other")], "other-home"),
        (vec![], vec![("OPENCLAW_STATE_DIR", "  ")], "default"),
    ] {
        assert_eq!(listed(&home, &args, &vars), [id], "{args:?} {vars:?}");
    }
    fs::remove_dir_all(home.path().join(".openclaw")).unwrap();
    assert_eq!(listed(&home, &[], &[]), ["legacy"]);
    // A path before the subcommand is the state that the explorer would open.
    let list = home.run(&["named", "sessions", "--json", "--all-agents"]);
    assert_eq!(ids(&json(&list)), ["flag"]);
}

#[test]
fn in_a_home_without_a_state_a_command_reads_the_demo_only_when_asked() {
    let home = Home::new();
    let key = ["--session-key", "agent:main:main"];
    for args in [
        vec!["sessions", "--all-agents"],
        [&["sessions", "show"][..], &key].concat(),
        [&["sessions", "export-trajectory"][..], &key].concat(),
        [&["sessions", "export-trajectory", "--agent", "main"][..], &key].concat(),
        vec!["sessions", "export-trajectory", "--session-id", "6ca4"],
        vec!["learning", "status"],
        vec!["learning", "export"],
    ] {
        let output = home.run(&args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let said = text(&output.stderr);
        assert!(said.contains("there is no OpenClaw state here"), "{args:?}: {said}");
        assert!(said.contains("--state-dir"), "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    let output = home.run(&["sessions", "--all-agents", "--demo"]);
    assert!(text(&output.stdout).starts_with("Demo data.\n"), "{}", text(&output.stdout));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn a_path_may_be_any_part_of_a_copy() {
    let home = Home::new();
    copy_tree(&fixture("versions"), &home.path().join("copy of/state"));
    copy_tree(&fixture("versions/agents/main"), &home.path().join("an agent"));
    copy_tree(&fixture("versions/agents/main/sessions"), &home.path().join("loose"));
    copy_tree(&fixture("versions"), &home.path().join("inside/.openclaw"));
    let file = fixture("versions/agents/main/sessions/version-3.jsonl");
    home.write("desk/renamed.txt", fs::read(&file).unwrap());
    for path in [
        "copy of/state",
        "copy of/state/agents/main",
        "copy of/state/agents",
        "copy of/state/agents/main/sessions",
        "copy of/state/agents/main/sessions/sessions.json",
        "an agent",
        "loose",
        "inside",
        "inside/.openclaw",
        "loose/version-3.jsonl",
        "desk/renamed.txt",
    ] {
        let output = untouched(home.path(), || {
            home.run(&[path, "sessions", "--json", "--all", "--all-agents"])
        });
        let list = json(&output);
        // The header of a renamed file still knows the session.
        assert_eq!(
            row(&list, "version-3")["agentId"].as_str().map(str::is_empty),
            Some(false),
            "{path}"
        );
    }
    for (path, says) in [("nowhere", "nowhere"), ("desk", "holds no sessions")] {
        let output = home.run(&[path, "sessions"]);
        assert_eq!(output.status.code(), Some(1), "{path}");
        assert!(text(&output.stderr).contains(says), "{}", text(&output.stderr));
    }
}

#[test]
fn a_read_only_state_is_read() {
    let home = Home::new();
    let state = home.path().join("state");
    copy_tree(&fixture("versions"), &state);
    each_directory(&state, &mut |dir| set_mode(dir, 0o500));
    let list = untouched(&state, || home.list(&["--state-dir", "state", "--counts"]));
    each_directory(&state, &mut |dir| set_mode(dir, 0o700));
    assert_eq!(list["count"], 6);
}

fn each_directory(dir: &Path, act: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            each_directory(&entry.path(), act);
        }
    }
    act(dir);
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_configuration_may_move_the_stores() {
    let home = Home::new();
    let rows = fs::read(fixture("plain/transcript.jsonl")).unwrap();
    for agent in ["ops", "qa"] {
        home.write(&format!("stores/{agent}/{agent}-1.jsonl"), &rows);
        let index =
            format!(r#"{{"agent:{agent}:main":{{"sessionId":"{agent}-1","updatedAt":1}}}}"#);
        home.write(&format!("stores/{agent}/index.json"), index);
    }
    let config = r"// written by hand
        { agents: { list: [ { id: 'Ops' }, { id: 'qa', }, ], },
          session: { store: '~/stores/{agentId}/index.json' }, }";
    home.write(".openclaw/openclaw.json", config);
    let mut found = listed(&home, &[], &[]);
    found.sort();
    assert_eq!(found, ["ops-1", "qa-1"]);
    assert_eq!(listed(&home, &["--limit", "all"], &[]).len(), 2);

    // Later releases key the agents by their ids.
    let keyed =
        config.replace("list: [ { id: 'Ops' }, { id: 'qa', }, ]", "entries: { ops: {}, qa: {} }");
    assert_ne!(keyed, config);
    home.write(".openclaw/openclaw.json", keyed);
    assert_eq!(listed(&home, &[], &[]).len(), 2);

    // A configuration that is named, of a state without one of its own.
    fs::rename(home.path().join(".openclaw/openclaw.json"), home.path().join("mine.json5"))
        .unwrap();
    let named = home.path().join("mine.json5");
    assert_eq!(listed(&home, &[], &[("OPENCLAW_CONFIG_PATH", arg(&named))]).len(), 2);
    assert_eq!(listed(&home, &[], &[]).len(), 0);

    // A copy named by path does not lead out of itself.
    home.write("copied/openclaw.json", config);
    let output = home.run(&["sessions", "--json", "--all-agents", "--state-dir", "copied"]);
    assert_eq!(json(&output)["count"], 0);
    assert!(text(&output.stderr).contains("store-outside"), "{}", text(&output.stderr));

    home.write(".openclaw/openclaw.json", "{ this is no configuration");
    let output = home.run(&["sessions", "--json", "--all-agents"]);
    assert!(text(&output.stderr).contains("config-unreadable"), "{}", text(&output.stderr));
}

#[test]
fn a_store_may_be_named() {
    let home = Home::new();
    lay_out(&home, ".openclaw", "default");
    lay_out(&home, "named", "flag");
    let index = home.path().join("named/agents/main/sessions/sessions.json");
    assert_eq!(listed(&home, &["--store", arg(&index)], &[]), ["flag"]);
    assert_eq!(
        listed(&home, &["--store", "~/named/agents/{agentId}/sessions/sessions.json"], &[]),
        ["flag"]
    );
    assert_eq!(home.show(&["--store", arg(&index), "--session-key", "main"])["sessionId"], "flag");

    let database = home.path().join("stores/team.sqlite");
    make_database(&home, "stores/team.sqlite", "team", "main");
    assert_eq!(listed(&home, &["--store", arg(&database)], &[]), ["team"]);
    let output = home.run(&["sessions", "--store", "no/such.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("no/such.json"), "{}", text(&output.stderr));
}

/// Makes an agent database with one session of one message.
fn make_database(home: &Home, path: &str, id: &str, agent: &str) {
    let path = home.write(path, "");
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(include_str!("../fixtures/agent-schema.sql")).unwrap();
    let sql = format!(
        r#"INSERT INTO session_nodes (session_key, current_session_id, entry_json, updated_at)
           VALUES ('agent:{agent}:{id}', '{id}', '{{"sessionId":"{id}","updatedAt":5}}', 5);
           INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES
           ('{id}', 0, '{{"type":"session","version":4,"id":"{id}"}}', 5),
           ('{id}', 1, '{{"type":"message","id":"a","parentId":null,"message":{{"role":"user","content":"hi"}}}}', 5);"#
    );
    connection.execute_batch(&sql).unwrap();
    connection.close().unwrap();
}

#[test]
fn databases_of_a_shared_store_are_found_by_their_numbers() {
    let home = Home::new();
    home.write(
        ".openclaw/openclaw.json",
        "{agents:{list:[{id:'ops'}]},session:{store:'~/stores/team.json'}}",
    );
    make_database(&home, "stores/team.sqlite", "first", "main");
    make_database(&home, "stores/team.ops.sqlite", "second", "ops");
    make_database(&home, "stores/team.ops.2.sqlite", "third", "ops");
    make_database(&home, "stores/team.ops.notes.sqlite", "no-store", "ops");
    let mut found = listed(&home, &[], &[]);
    found.sort();
    assert_eq!(found, ["first", "second", "third"]);
}

#[test]
fn runtime_events_may_lie_in_a_directory_of_their_own() {
    let home = Home::new();
    lay_out(&home, ".openclaw", "plain");
    let events = fs::read(fixture("plain/transcript.trajectory.jsonl")).unwrap();
    home.write("traces/plain.jsonl", events);
    assert_eq!(home.show(&["--session-key", "main"])["runtimeEvents"], 0);
    let vars = [("OPENCLAW_TRAJECTORY_DIR", "~/traces")];
    let args = ["sessions", "show", "--json", "--session-key", "main"];
    assert_eq!(json(&home.run_with(&args, &vars))["runtimeEvents"], 2);
}

#[test]
fn a_half_migrated_install_lists_every_session_once() {
    let home = Home::new();
    let agent = ".openclaw/agents/main";
    make_database(&home, &format!("{agent}/agent/openclaw-agent.sqlite"), "moved", "main");
    let rows = fs::read(fixture("plain/transcript.jsonl")).unwrap();
    let events = fs::read(fixture("plain/transcript.trajectory.jsonl")).unwrap();
    let archive = format!("{agent}/session-sqlite-import-archive");
    // Taken over and in the database; taken over and lost; not taken over yet.
    home.write(&format!("{archive}/agent_main_moved.moved.jsonl.imported-1790000000000"), &rows);
    home.write(&format!("{archive}/agent_main_main.plain.jsonl.imported-1790000000000"), &rows);
    home.write(
        &format!("{archive}/agent_main_main.plain.trajectory.jsonl.imported-1790000000000"),
        events,
    );
    home.write(
        &format!("{archive}/legacy-store.sessions.json.imported-1790000000001"),
        r#"{"agent:main:main":{"sessionId":"plain","updatedAt":1790000000000,"label":"Beans"}}"#,
    );
    home.write(&format!("{agent}/sessions/waiting.jsonl"), &rows);
    home.write(&format!("{agent}/sessions/moved.jsonl"), &rows);
    home.write(
        &format!("{agent}/sessions/sessions.json"),
        r#"{"agent:main:moved":{"sessionId":"moved","updatedAt":1},"agent:main:waiting":{"sessionId":"waiting","updatedAt":2}}"#,
    );
    let list = untouched(home.path(), || home.list(&[]));
    let mut found = ids(&list);
    found.sort();
    assert_eq!(found, ["moved", "plain", "waiting"]);
    assert_eq!(row(&list, "moved")["provenance"], "live");
    assert_eq!(row(&list, "waiting")["provenance"], "live");
    let plain = row(&list, "plain");
    assert_eq!((&plain["provenance"], &plain["title"]), (&"migrated".into(), &"Beans".into()));
    assert_eq!(home.show(&["--session-id", "plain"])["runtimeEvents"], 2, "the sidecar is found");
    assert_eq!(home.show(&["--session-id", "moved"])["leafId"], "a", "the database is read");
}
