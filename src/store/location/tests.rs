//! Every way in which a state can be chosen.

use std::fs;

use super::*;

/// A home directory with a state directory of one agent in it.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    make_state(&home.path().join(".openclaw"));
    home
}

fn make_state(state: &Path) {
    let sessions = state.join("agents/main/sessions");
    fs::create_dir_all(&sessions).unwrap();
    fs::write(sessions.join("sessions.json"), "{}").unwrap();
    fs::write(sessions.join("abc.jsonl"), "{\"type\":\"session\",\"id\":\"abc\"}\n").unwrap();
}

fn environment(home: &Path, vars: &[(&str, &str)]) -> Environment {
    let mut environment = Environment { current_dir: home.to_owned(), ..Environment::default() };
    environment.vars.insert("HOME".to_owned(), home.to_string_lossy().into_owned());
    for (name, value) in vars {
        environment.vars.insert((*name).to_owned(), (*value).to_owned());
    }
    environment
}

fn chosen(request: &Request, environment: &Environment) -> (ChosenBy, PathBuf) {
    let location = locate(request, environment).unwrap();
    (location.chosen_by, location.state_dir)
}

#[test]
fn the_first_setting_that_is_given_wins() {
    let home = home();
    let at = |name: &str| home.path().join(name);
    for name in [".openclaw-work", "elsewhere", "other/.openclaw"] {
        make_state(&at(name));
    }
    let vars = [
        ("OPENCLAW_STATE_DIR", " ~/elsewhere "),
        ("OPENCLAW_PROFILE", "work"),
        ("OPENCLAW_HOME", "~/other"),
    ];
    let all = environment(home.path(), &[("OPENCLAW_STATE_DIR", "elsewhere"), vars[1]]);
    let named = Request { state_dir: Some(".openclaw-work".into()), ..Request::default() };
    assert_eq!(chosen(&named, &all), (ChosenBy::StateDirFlag, at(".openclaw-work")));
    let path = Request { path: Some("./elsewhere/../.openclaw".into()), ..Request::default() };
    assert_eq!(chosen(&path, &all), (ChosenBy::Path, at(".openclaw")));

    let nothing = Request::default();
    assert_eq!(chosen(&nothing, &all), (ChosenBy::StateDirVariable, at("elsewhere")));
    let profile = environment(home.path(), &vars[1..2]);
    assert_eq!(chosen(&nothing, &profile), (ChosenBy::ProfileVariable, at(".openclaw-work")));
    let flag = Request { profile: Some("work".to_owned()), ..Request::default() };
    let plain = environment(home.path(), &[]);
    assert_eq!(chosen(&flag, &plain), (ChosenBy::ProfileFlag, at(".openclaw-work")));
    let default_profile = Request { profile: Some("default".to_owned()), ..Request::default() };
    assert_eq!(chosen(&default_profile, &plain), (ChosenBy::Default, at(".openclaw")));
    let moved = environment(home.path(), &vars[2..]);
    assert_eq!(chosen(&nothing, &moved), (ChosenBy::HomeVariable, at("other/.openclaw")));
    assert_eq!(chosen(&nothing, &plain), (ChosenBy::Default, at(".openclaw")));
}

#[test]
fn the_directory_of_older_releases_is_used_when_there_is_no_newer_one() {
    let home = tempfile::tempdir().unwrap();
    let environment = environment(home.path(), &[]);
    let missing = locate(&Request::default(), &environment).unwrap_err();
    assert!(
        matches!(&missing, Error::NoState { path } if path.ends_with(".openclaw")),
        "{missing}"
    );
    make_state(&home.path().join(".clawdbot"));
    assert_eq!(
        chosen(&Request::default(), &environment),
        (ChosenBy::Legacy, home.path().join(".clawdbot"))
    );
    make_state(&home.path().join(".openclaw"));
    assert_eq!(chosen(&Request::default(), &environment).0, ChosenBy::Default);
}

#[test]
fn settings_that_cannot_be_meant_are_refused_with_a_hint() {
    let home = home();
    let environment = environment(home.path(), &[]);
    fs::write(home.path().join("a file"), "x").unwrap();
    let refused = |request: Request| locate(&request, &environment).unwrap_err().to_string();
    let both =
        Request { path: Some("x".into()), state_dir: Some("y".into()), ..Request::default() };
    assert!(refused(both).contains("both PATH and --state-dir"));
    let demo = Request { demo: true, path: Some("x".into()), ..Request::default() };
    assert!(refused(demo).contains("--demo"));
    let profile = Request { profile: Some("../x".to_owned()), ..Request::default() };
    assert!(refused(profile).contains("not a profile name"));
    let unknown = Request { profile: Some("ghost".to_owned()), ..Request::default() };
    assert!(refused(unknown).contains(".openclaw-ghost: not found."));
    let file = Request { state_dir: Some("a file".into()), ..Request::default() };
    assert!(refused(file).contains("is not a directory"));
    let missing = Request { path: Some("nowhere".into()), ..Request::default() };
    assert!(refused(missing).contains("nowhere: not found."));
}

#[test]
fn a_path_is_judged_by_what_it_holds() {
    let home = home();
    let at = |name: &str| home.path().join(name);
    let state = at(".openclaw");
    let sessions = state.join("agents/main/sessions");
    let agent = state.join("agents/main");
    fs::create_dir_all(agent.join("agent")).unwrap();
    let database = agent.join("agent/openclaw-agent.sqlite");
    fs::write(&database, b"SQLite format 3\0 and more").unwrap();
    fs::write(sessions.join("abc.trajectory.jsonl"), "{\"traceSchema\":\"x\",\"type\":\"y\"}\n")
        .unwrap();
    fs::write(sessions.join("abc.trajectory-path.json"), "{}").unwrap();
    let archive = sessions.join("old.jsonl.reset.2026-11-09T18-30-00.412Z");
    fs::write(&archive, "not json").unwrap();
    let transcript = sessions.join("abc.jsonl");
    for (path, state_dir, scope) in [
        (home.path().to_owned(), &state, Scope::State),
        (state.clone(), &state, Scope::State),
        (state.join("agents"), &state, Scope::State),
        (agent.clone(), &state, Scope::Agent(agent.clone())),
        (sessions.clone(), &state, Scope::Sessions(sessions.clone())),
        (sessions.join("sessions.json"), &state, Scope::Sessions(sessions.clone())),
        (agent.join("agent"), &state, Scope::Database(database.clone())),
        (database.clone(), &state, Scope::Database(database.clone())),
        (transcript.clone(), &state, Scope::Transcript(transcript.clone())),
        (sessions.join("abc.trajectory.jsonl"), &state, Scope::Transcript(transcript.clone())),
        (sessions.join("abc.trajectory-path.json"), &state, Scope::Transcript(transcript)),
        (archive.clone(), &state, Scope::Transcript(archive)),
    ] {
        let request = Request { path: Some(path.clone()), ..Request::default() };
        let location = locate(&request, &environment(home.path(), &[])).unwrap();
        assert_eq!((&location.state_dir, location.scope), (state_dir, scope), "{}", path.display());
    }
}

#[test]
fn copies_under_other_names_are_recognised() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    fs::create_dir_all(at("copied agent/sessions")).unwrap();
    fs::create_dir(at("loose")).unwrap();
    fs::write(at("loose/x.jsonl"), "").unwrap();
    fs::write(at("backup.bin"), b"SQLite format 3\0").unwrap();
    fs::write(at("talk.txt"), "\u{feff}\n{\"type\":\"message\",\"id\":\"1\"}\n").unwrap();
    fs::write(at("cold.bin"), [0x28, 0xB5, 0x2F, 0xFD, 0]).unwrap();
    fs::write(
        at("long.txt"),
        format!("{{\"type\":\"session\",\"cwd\":\"{}\"}}", "x".repeat(90_000)),
    )
    .unwrap();
    for (name, scope) in [
        ("copied agent", Scope::Agent(at("copied agent"))),
        ("loose", Scope::Sessions(at("loose"))),
        ("backup.bin", Scope::Database(at("backup.bin"))),
        ("talk.txt", Scope::Transcript(at("talk.txt"))),
        ("cold.bin", Scope::Transcript(at("cold.bin"))),
        ("long.txt", Scope::Transcript(at("long.txt"))),
    ] {
        let request = Request { path: Some(at(name)), ..Request::default() };
        assert_eq!(
            locate(&request, &environment(home.path(), &[])).unwrap().scope,
            scope,
            "{name}"
        );
    }
}

#[test]
fn what_holds_no_sessions_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    fs::create_dir(at("empty")).unwrap();
    fs::create_dir(at("bundle")).unwrap();
    fs::write(at("bundle/manifest.json"), "{}").unwrap();
    fs::write(at("bundle/events.jsonl"), "").unwrap();
    fs::write(at("auth-profiles.json"), "{}").unwrap();
    fs::write(at("notes.txt"), "hello").unwrap();
    fs::write(at("x.sqlite"), "").unwrap();
    fs::write(at("x.trajectory.jsonl"), "{}").unwrap();
    fs::write(at("events"), "{\"traceSchema\":\"a\",\"type\":\"b\"}").unwrap();
    for (name, words) in [
        ("empty", "holds no sessions"),
        ("bundle", "exported bundle"),
        ("auth-profiles.json", "credentials"),
        ("notes.txt", "neither a transcript nor"),
        ("x.sqlite", "not an SQLite database"),
        ("x.trajectory.jsonl", "not beside it"),
        ("events", "runtime events"),
    ] {
        let request = Request { path: Some(at(name)), ..Request::default() };
        let error = locate(&request, &environment(home.path(), &[])).unwrap_err();
        assert!(matches!(error, Error::NotAStore { .. }), "{name}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn the_configuration_names_agents_and_the_store() {
    let home = home();
    let config = home.path().join(".openclaw/openclaw.json");
    let text = "{ // JSON5\n agents: { list: [{ id: 'Ops Team' }, { id: 'main' }, {}] },\n \
                session: { store: '~/stores/{agentId}.json' }, }";
    fs::write(&config, text).unwrap();
    let plain = environment(home.path(), &[("OPENCLAW_TRAJECTORY_DIR", "~/traces")]);
    let location = locate(&Request::default(), &plain).unwrap();
    let ids: Vec<_> = location.agents.iter().map(AgentId::as_str).collect();
    assert_eq!(ids, ["ops-team", "main"]);
    assert_eq!(
        location.store_of(&location.agents[0]),
        Some(home.path().join("stores/ops-team.json"))
    );
    assert_eq!(location.trajectory_dir, Some(home.path().join("traces")));
    assert_eq!((location.config.as_ref(), location.diagnostics.len()), (Some(&config), 0));

    assert_eq!(location.default_agent.as_str(), "ops-team");

    let named = home.path().join("other.json5");
    fs::write(&named, "{agents:{list:[{id:'x'}]}}").unwrap();
    let variable = environment(home.path(), &[("OPENCLAW_CONFIG_PATH", "~/other.json5")]);
    assert_eq!(locate(&Request::default(), &variable).unwrap().config, Some(named));
}

#[test]
fn the_default_agent_is_the_marked_one_else_the_first_of_a_list() {
    let home = home();
    for (agents, default) in [
        ("{list: [{id: 'a'}, {id: 'B', default: true}, {id: 'c', default: true}]}", "b"),
        ("{list: [{id: 'a'}, {id: 'b', default: 'yes'}]}", "a"),
        ("{entries: {a: {}, z: {default: true}}}", "z"),
        ("{entries: {a: {}, z: {}}}", "main"),
        ("{}", "main"),
    ] {
        let config = home.path().join(".openclaw/openclaw.json");
        fs::write(&config, format!("{{agents: {agents}}}")).unwrap();
        let location = locate(&Request::default(), &environment(home.path(), &[])).unwrap();
        assert_eq!(location.default_agent.as_str(), default, "{agents}");
    }
}

#[test]
fn a_copied_state_keeps_its_readers_inside() {
    let home = home();
    let copy = home.path().join("copy");
    make_state(&copy);
    fs::write(copy.join("openclaw.json"), "{session:{store:'~/stores/{agentId}.json'}}").unwrap();
    let vars = [("OPENCLAW_TRAJECTORY_DIR", "~/traces"), ("OPENCLAW_CONFIG_PATH", "~/other.json5")];
    let request = Request { path: Some(copy.clone()), ..Request::default() };
    let location = locate(&request, &environment(home.path(), &vars)).unwrap();
    assert_eq!((location.store, location.trajectory_dir), (None, None));
    assert_eq!(location.config, Some(copy.join("openclaw.json")));
    assert_eq!(location.diagnostics[0].code, "store-outside");
    // Naming the directory that is in use anyway does not make it a stranger.
    let own = Request { state_dir: Some(home.path().join(".openclaw")), ..Request::default() };
    let location = locate(&own, &environment(home.path(), &vars[..1])).unwrap();
    assert_eq!(location.trajectory_dir, Some(home.path().join("traces")));
}

#[cfg(unix)]
#[test]
fn only_the_own_configuration_is_read_through_a_link() {
    let home = home();
    let dotfiles = home.path().join("dotfiles.json");
    fs::write(&dotfiles, "{logging:{redactPatterns:['x']}}").unwrap();
    let state = home.path().join(".openclaw");
    let copy = home.path().join("copy");
    make_state(&copy);
    for dir in [&state, &copy] {
        let config = dir.join("openclaw.json");
        let _old = fs::remove_file(&config);
        std::os::unix::fs::symlink(&dotfiles, config).unwrap();
    }
    let own = locate(&Request::default(), &environment(home.path(), &[])).unwrap();
    assert_eq!((own.redact_patterns.len(), own.diagnostics.len()), (1, 0));
    let request = Request { path: Some(copy), ..Request::default() };
    let copied = locate(&request, &environment(home.path(), &[])).unwrap();
    assert_eq!((copied.config, copied.redact_patterns.len()), (None, 0));
    assert_eq!(copied.diagnostics[0].code, "link-outside");
}

#[test]
fn a_damaged_configuration_is_told_without_a_word_of_it() {
    let home = home();
    let config = home.path().join(".openclaw/openclaw.json");
    for damage in ["{\n token: 'hunter2' oops }", ""] {
        fs::write(&config, damage).unwrap();
        let location = locate(&Request::default(), &environment(home.path(), &[])).unwrap();
        let [diagnostic] = location.diagnostics.as_slice() else { panic!("{location:?}") };
        assert_eq!(diagnostic.code, "config-unreadable");
        assert!(!diagnostic.message.contains("hunter2"));
    }
    fs::remove_file(&config).unwrap();
    fs::create_dir(&config).unwrap();
    let named = environment(home.path(), &[("OPENCLAW_CONFIG_PATH", "~/.openclaw/openclaw.json")]);
    let location = locate(&Request::default(), &named).unwrap();
    assert!(location.diagnostics[0].message.contains("not a regular file"));
}

#[test]
fn a_store_that_is_named_needs_no_state_around_it() {
    let home = tempfile::tempdir().unwrap();
    let request =
        Request { store: Some("~/s/{agentId}/sessions.json".to_owned()), ..Request::default() };
    let location = locate(&request, &environment(home.path(), &[])).unwrap();
    assert_eq!(location.chosen_by, ChosenBy::StoreFlag);
    let ops = AgentId::normalise("ops");
    assert_eq!(location.store_of(&ops), Some(home.path().join("s/ops/sessions.json")));
}

#[test]
fn the_demo_is_asked_for_by_name() {
    let request = Request { demo: true, ..Request::default() };
    let location = locate(&request, &Environment::default()).unwrap();
    assert!(location.demo && location.chosen_by == ChosenBy::DemoFlag);
}

#[test]
fn patterns_of_the_configuration_are_taken_along() {
    let home = tempfile::tempdir().unwrap();
    let state_dir = home.path().join(".openclaw");
    std::fs::create_dir(&state_dir).unwrap();
    let text = "{logging: {redactPatterns: ['/a+/g', 'b', 7], level: 'info'}}";
    std::fs::write(state_dir.join("openclaw.json"), text).unwrap();
    let request = Request { state_dir: Some(state_dir), ..Request::default() };
    let found = locate(&request, &Environment::default()).unwrap();
    assert_eq!(found.redact_patterns, ["/a+/g", "b"]);
}
