//! Pipes and links under every name that a state can have, through the whole store.

use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::*;
use crate::model::session::TranscriptSource;
use crate::store::Store;
use crate::store::cancel::Cancel;
use crate::store::catalogue::Catalogue;
use crate::store::database::testing::{State, Writer, lines, store};

/// A state with a session of every source, whose titles, keys and ids begin with `word`.
fn full(word: &str) -> State {
    let state = State::new();
    let sessions = format!(
        r#"{{"agent:main:{word}-key":{{"sessionId":"{word}-index","updatedAt":5,"label":"{word} label"}},
            "agent:main:cron:daily":{{"sessionId":"cron-run","updatedAt":5}}}}"#
    );
    state.write("sessions/sessions.json", sessions);
    for path in [
        format!("sessions/{word}-index.jsonl"),
        format!("sessions/{word}-loose.jsonl"),
        format!("session-sqlite-import-archive/{word}-old.jsonl.imported-1795170600000"),
    ] {
        state.write(&path, lines(word, 2).join("\n"));
    }
    let cold = format!("{}.jsonl.zst", if word == "own" { "0" } else { "f" }.repeat(64));
    let packed = zstd::bulk::compress(lines(word, 2).join("\n").as_bytes(), 0).unwrap();
    state.write(&format!("sessions/cold/{cold}"), packed);
    let writer = Writer::new(&state.database());
    writer.session(&format!("agent:main:{word}-database"), &format!("{word}-database"));
    writer.transcript(&format!("{word}-database"), 2);
    drop(writer);
    let cron = state.dir.path().join("cron");
    fs::create_dir(&cron).unwrap();
    let jobs = format!(r#"{{"jobs":[{{"id":"daily","name":"{word} job"}}]}}"#);
    fs::write(cron.join("jobs.json"), jobs).unwrap();
    let learning = state.agent("agent/learning/learning.db");
    fs::create_dir(learning.parent().unwrap()).unwrap();
    fs::write(learning, "").unwrap();
    state
}

fn list(store: &Store) -> Catalogue {
    store.catalogue(&Cancel::never(), &mut |_| ())
}

fn codes(catalogue: &Catalogue) -> Vec<&str> {
    catalogue.diagnostics.iter().map(|one| one.code).collect()
}

/// Every row that says where its transcript lies opens.
fn assert_all_open(store: &Store, catalogue: &Catalogue, what: &str) {
    for row in &catalogue.rows {
        let missing = matches!(row.transcript, TranscriptSource::Missing { .. });
        let read = store.transcript(&row.transcript, &Cancel::never(), &mut |_| ());
        assert_eq!(read.is_err(), missing, "{what}: {} {read:?}", row.session_id);
    }
}

/// Places of a [`full`] state that every test of foreign things tries.
const PLACES: [&str; 6] = [
    "agents",
    "agents/main/sessions",
    "agents/main/sessions/sessions.json",
    "agents/main/sessions/own-loose.jsonl",
    "agents/main/agent/openclaw-agent.sqlite",
    "cron/jobs.json",
];

/// A full state in which nothing stands at a place, although something may.
fn full_but_for(part: &str) -> (State, PathBuf) {
    let state = full("own");
    let at = state.dir.path().join(part);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    if at.is_dir() {
        fs::remove_dir_all(&at).unwrap();
    } else if at.exists() {
        fs::remove_file(&at).unwrap();
    }
    (state, at)
}

#[test]
fn a_link_out_of_the_state_hides_what_it_leads_to_and_is_named() {
    let outside = full("secret");
    let more = [
        "agents/main",
        "agents/main/sessions/cold",
        "agents/main/session-sqlite-import-archive",
        "agents/main/agent",
        "cron",
    ];
    for part in PLACES.into_iter().chain(more) {
        let (state, at) = full_but_for(part);
        let target = outside.dir.path().join(part.replace("own-", "secret-"));
        symlink(&target, &at).unwrap();
        let store = state.store();
        let catalogue = list(&store);
        let told = format!("{:?} {:?} {:?}", catalogue.rows, catalogue.agents, catalogue.sources);
        assert!(!told.contains("secret"), "{part}: {told}");
        assert_eq!(codes(&catalogue), ["link-outside"], "{part}");
        let note = catalogue.diagnostics.first().unwrap();
        assert!(note.message.contains(&*target.to_string_lossy()), "{part}: {note:?}");
        assert_all_open(&store, &catalogue, part);
    }
}

#[test]
fn a_link_that_stays_inside_is_followed() {
    let state = full("own");
    let moved = state.dir.path().join("moved");
    fs::rename(state.agent("sessions"), &moved).unwrap();
    symlink(&moved, state.agent("sessions")).unwrap();
    let store = state.store();
    let catalogue = list(&store);
    assert!(catalogue.rows.iter().any(|row| row.session_id == "own-index"));
    assert_eq!(codes(&catalogue), [""; 0]);
    assert_all_open(&store, &catalogue, "moved");
}

#[test]
fn a_link_that_is_named_itself_is_read() {
    let (state, outside) = (full("own"), full("far"));
    fs::remove_dir_all(state.dir.path().join("agents/main")).unwrap();
    symlink(outside.agent(""), state.dir.path().join("agents/main")).unwrap();
    for (scope, id) in [
        (Scope::Agent(state.agent("")), "far-index"),
        (Scope::Sessions(state.agent("sessions")), "far-loose"),
        (Scope::Transcript(state.agent("sessions/far-loose.jsonl")), "far-loose"),
        (Scope::Database(state.database()), "far-database"),
    ] {
        let mut store = store(state.dir.path());
        store.location.scope = scope.clone();
        let catalogue = list(&store);
        let row = catalogue.rows.iter().find(|row| row.session_id.starts_with("far"));
        assert!(row.is_some(), "{scope:?}: {catalogue:?}");
        if scope != Scope::Transcript(state.agent("sessions/far-loose.jsonl")) {
            assert!(catalogue.rows.iter().any(|row| row.session_id == id), "{scope:?}");
        }
        assert_all_open(&store, &catalogue, &format!("{scope:?}"));
    }
}

#[test]
fn a_named_agent_does_not_open_the_rest_of_the_disk() {
    let (state, outside) = (full("own"), full("secret"));
    fs::remove_file(state.database()).unwrap();
    symlink(outside.database(), state.database()).unwrap();
    let mut store = store(state.dir.path());
    store.location.scope = Scope::Agent(state.agent(""));
    assert!(!format!("{:?}", list(&store).rows).contains("secret"));
}

#[test]
fn the_log_of_a_database_is_no_link() {
    let (state, outside) = (full("own"), full("secret"));
    for suffix in ["-wal", "-journal"] {
        let log = PathBuf::from(format!("{}{suffix}", state.database().display()));
        symlink(outside.database(), &log).unwrap();
        let catalogue = list(&state.store());
        assert_eq!(codes(&catalogue), ["database-unreadable"], "{suffix}");
        fs::remove_file(log).unwrap();
    }
}

/// What reads a state, within a time that no listing of ten files needs.
fn in_time<T: Send + 'static>(what: &str, read: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(read()));
    let read = receive.recv_timeout(Duration::from_secs(60));
    read.unwrap_or_else(|_| panic!("reading hangs: {what}"))
}

#[test]
fn a_pipe_under_any_name_is_never_waited_for() {
    let more = [
        "agents/main/sessions/own-index.trajectory.jsonl",
        "agents/main/sessions/own-index.trajectory-path.json",
        "agents/main/session-sqlite-import-archive/own-old.jsonl.imported-1795170600000",
        "agents/main/agent/openclaw-agent.sqlite-wal",
        "agents/main/agent/openclaw-agent.sqlite-journal",
        "cron/runs/daily.jsonl",
    ];
    for part in PLACES.into_iter().chain(more) {
        let (state, at) = full_but_for(part);
        assert!(Command::new("mkfifo").arg(&at).status().unwrap().success());
        let store = Arc::new(state.store());
        in_time(part, move || {
            let catalogue = list(&store);
            for row in &catalogue.rows {
                let _read = store.transcript(&row.transcript, &Cancel::never(), &mut |_| ());
                let runtime = store.find_runtime(row);
                let _log = store.runtime(&runtime, &row.session_id, &Cancel::never());
            }
        });
    }
}

#[test]
fn a_store_that_a_copy_names_through_a_link_is_no_root() {
    let (state, outside) = (full("own"), full("secret"));
    let link = state.dir.path().join("elsewhere");
    symlink(outside.agent("sessions"), &link).unwrap();
    let location = |chosen_by| Location {
        state_dir: state.dir.path().to_owned(),
        store: Some(link.join("sessions.json").to_string_lossy().into_owned()),
        ..Location::demo(chosen_by)
    };
    let secret = link.join("secret-loose.jsonl");
    assert!(!Roots::of(&location(ChosenBy::Path)).hold(&secret));
    assert!(Roots::of(&location(ChosenBy::StoreFlag)).hold(&secret));
}

#[test]
fn a_small_file_is_read_and_a_large_one_is_not() {
    let state = State::new();
    let file = state.write("sessions/x.json", "12345");
    let store = state.store();
    assert_eq!(Roots::of(&store.location).read(&file, 5).unwrap(), b"12345");
    let error = Roots::of(&store.location).read(&file, 4).unwrap_err().to_string();
    assert!(error.contains("larger than 4 bytes"), "{error}");
}
