//! Whole states, laid out in a temporary directory, and the rows that they give.

use std::fs;
use std::path::PathBuf;

use rustc_hash::FxHashSet;

use super::*;
use crate::golden::golden;
use crate::model::session::TitleFrom;
use crate::store::location::ChosenBy;

const ID: &str = "4f5c2a9e-0b1d-4c3f-9a7e-1d2c3b4a5f60";
const CHECK: &str = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const STAMP: &str = "2026-11-09T18-30-00.412Z";

struct State {
    root: tempfile::TempDir,
}

impl State {
    fn new(files: &[(&str, &str)]) -> Self {
        let state = Self { root: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            let path = state.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        state
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    fn location(&self, scope: Scope) -> Location {
        let state_dir = self.root.path().to_owned();
        Location { state_dir, scope, demo: false, ..Location::demo(ChosenBy::Path) }
    }

    fn catalogue(&self, scope: Scope) -> Catalogue {
        gather(&self.location(scope), &Scratch::new(), &Cancel::never(), &mut |_| ())
    }
}

/// Agent, session id, provenance and key (or `^` and the key it is listed under) of each row.
fn brief(catalogue: &Catalogue) -> Vec<String> {
    let mut rows: Vec<_> = catalogue
        .rows
        .iter()
        .map(|row| {
            let parent = row.parent_key.as_ref().map(|key| format!("^{key}"));
            let key = row.key.as_ref().map(ToString::to_string).or(parent).unwrap_or_default();
            format!("{} {} {} {key}", row.agent, row.session_id, row.provenance.word())
        })
        .collect();
    rows.sort();
    rows
}

fn codes(catalogue: &Catalogue) -> Vec<&'static str> {
    catalogue.diagnostics.iter().map(|one| one.code).collect()
}

/// A key whose session has a file of every kind.
const KEY: &str = "agent:main:slack:channel:7";

/// What is listed of a state with a file of every kind.
fn of_every_file() -> Catalogue {
    let index = format!(
        r#"{{"{KEY}": {{"sessionId": "{ID}", "updatedAt": 5,
            "sessionFile": "/home/mira/.openclaw/agents/main/sessions/{ID}.jsonl",
            "usageFamilySessionIds": ["earlier", "{ID}"]}},
            "agent:main:lost": {{"sessionId": "lost", "updatedAt": 9}}}}"#
    );
    let sessions = [
        format!("{ID}.jsonl"),
        format!("{ID}.trajectory.jsonl"),
        format!("{ID}.trajectory-path.json"),
        format!("{ID}.jsonl.lock"),
        format!("{ID}.checkpoint.{CHECK}.jsonl"),
        format!("{ID}-topic-9.jsonl"),
        format!("earlier.jsonl.reset.{STAMP}"),
        format!("gone.jsonl.deleted.{STAMP}.zst"),
        format!("kept.jsonl.bak.{STAMP}"),
        "stray.jsonl".to_owned(),
        "sessions.json.bak.12".to_owned(),
        "sessions.json.1.tmp".to_owned(),
        format!("cold/{}.jsonl.zst", "ab".repeat(32)),
    ];
    let imported = [
        "agent_main_main.moved.jsonl.imported-7",
        "agent_main_main.stray.jsonl.imported-7",
        "x.moved.trajectory.jsonl.imported-7",
    ];
    let sessions = sessions.map(|name| format!("agents/main/sessions/{name}"));
    let imported = imported.map(|name| format!("agents/main/session-sqlite-import-archive/{name}"));
    let mut files = vec![("agents/main/sessions/sessions.json", index.as_str())];
    files.extend(sessions.iter().chain(&imported).map(|path| (path.as_str(), "{}")));
    State::new(&files).catalogue(Scope::State)
}

#[test]
fn every_file_is_listed_once_and_under_its_session() {
    let catalogue = of_every_file();
    let mut expected = vec![
        format!("main {ID} live {KEY}"),
        "main lost live agent:main:lost".to_owned(),
        format!("main {ID} checkpoint ^{KEY}"),
        format!("main {ID} unindexed ^{KEY}"),
        format!("main earlier reset ^{KEY}"),
        "main gone deleted ".to_owned(),
        "main kept backup ".to_owned(),
        "main stray unindexed ".to_owned(),
        format!("main {} cold ", "ab".repeat(32)),
        "main moved migrated ".to_owned(),
    ];
    expected.sort();
    assert_eq!(brief(&catalogue), expected);
    assert_eq!(codes(&catalogue), ["transcripts-moved"]);
}

#[test]
fn files_tell_their_kind_size_time_and_channel() {
    let catalogue = of_every_file();
    let of = |id: &str| catalogue.rows.iter().find(|row| row.session_id == id).unwrap();
    assert!(matches!(of("lost").transcript, TranscriptSource::Missing { .. }));
    assert!(matches!(of("gone").transcript, TranscriptSource::File { zstd: true, .. }));
    assert_eq!(of("gone").updated, Fact::Recorded(1_794_249_000_412));
    assert_eq!(
        (of("stray").size.clone(), of("stray").title_from),
        (Fact::Recorded(2), TitleFrom::Key)
    );
    assert_eq!(of("earlier").channel.value().map(String::as_str), Some("slack"));
}

#[test]
fn rows_come_newest_first_and_sources_count_theirs() {
    let catalogue = of_every_file();
    let times: Vec<_> = catalogue.rows.iter().map(|row| row.updated.value().copied()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let counts: Vec<_> =
        catalogue.sources.iter().map(|source| (source.kind, source.sessions)).collect();
    assert_eq!(
        counts,
        [
            (SourceKind::Index, 2),
            (SourceKind::Files, 6),
            (SourceKind::Files, 1),
            (SourceKind::Files, 1)
        ]
    );
}

#[test]
fn a_damaged_index_hides_no_transcript() {
    for index in ["", "[]", "{\"agent:main:main\": {\"sessionId\": \"a\"", "\u{0}\u{0}\u{0}"] {
        let state = State::new(&[
            ("agents/main/sessions/sessions.json", index),
            ("agents/main/sessions/a.jsonl", "{}"),
            ("agents/main/sessions/b.jsonl", "{}"),
        ]);
        let catalogue = state.catalogue(Scope::State);
        assert_eq!(codes(&catalogue), ["index-unreadable"], "{index:?}");
        assert_eq!(brief(&catalogue), ["main a unindexed ", "main b unindexed "], "{index:?}");
    }
    let state = State::new(&[
        ("agents/main/sessions/sessions.json/oops", ""),
        ("agents/main/sessions/a.jsonl", "{}"),
        ("agents/broken/sessions", "a file where a directory is expected"),
        ("agents/.hidden/sessions/x.jsonl", "{}"),
    ]);
    let catalogue = state.catalogue(Scope::State);
    assert_eq!(brief(&catalogue), ["main a unindexed "]);
    assert_eq!(codes(&catalogue), ["directory-unreadable", "index-unreadable"]);
    assert_eq!(
        catalogue.agents.iter().map(AgentId::as_str).collect::<Vec<_>>(),
        ["broken", "main"]
    );
}

#[cfg(unix)]
#[test]
fn nothing_outside_the_state_is_listed_through_links() {
    use std::os::unix::fs::symlink;
    let outside = State::new(&[
        ("agent/sessions/a.jsonl", "{}"),
        ("sessions.json", r#"{"agent:main:x": {"sessionId": "x"}}"#),
    ]);
    let state = State::new(&[("agents/main/sessions/b.jsonl", "{}")]);
    symlink(outside.path("agent"), state.path("agents/linked")).unwrap();
    symlink(outside.path("sessions.json"), state.path("agents/main/sessions/sessions.json"))
        .unwrap();
    let catalogue = state.catalogue(Scope::State);
    assert_eq!(brief(&catalogue), ["main b unindexed "]);
    assert_eq!(codes(&catalogue), ["link-outside", "link-outside"]);
}

#[cfg(unix)]
#[test]
fn a_directory_without_permission_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let state = State::new(&[("agents/main/sessions/a.jsonl", "{}")]);
    let dir = state.path("agents/main/sessions");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&dir).is_ok() {
        println!("skipped: this user may read every directory");
        return;
    }
    let catalogue = state.catalogue(Scope::State);
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!((brief(&catalogue).len(), codes(&catalogue)[0]), (0, "directory-unreadable"));
}

#[test]
fn parts_of_a_state_are_listed_alone() {
    let state = State::new(&[
        ("agents/main/sessions/a.jsonl", "{}"),
        (
            "agents/ops/sessions/sessions.json",
            r#"{"agent:ops:main": {"sessionId": "b", "label": "mine"}}"#,
        ),
        ("agents/ops/sessions/b.jsonl", "{}"),
        ("agents/ops/sessions/c.jsonl", "{}"),
        ("loose name.bin", "{}"),
    ]);
    let ops = state.path("agents/ops");
    let live = "ops b live agent:ops:main";
    assert_eq!(brief(&state.catalogue(Scope::Agent(ops.clone()))), [live, "ops c unindexed "]);
    assert_eq!(
        brief(&state.catalogue(Scope::Sessions(ops.join("sessions")))),
        [live, "ops c unindexed "]
    );
    assert_eq!(brief(&state.catalogue(Scope::Transcript(ops.join("sessions/b.jsonl")))), [live]);
    assert_eq!(
        brief(&state.catalogue(Scope::Transcript(ops.join("sessions/c.jsonl")))),
        ["ops c file "]
    );
    let loose = state.catalogue(Scope::Transcript(state.path("loose name.bin")));
    assert_eq!(brief(&loose), ["main loose name file "]);
    assert_eq!((loose.agents.len(), loose.sources.len()), (1, 1));
}

#[test]
fn a_store_that_is_named_replaces_or_joins_the_default_places() {
    let shared = r#"{"agent:main:main": {"sessionId": "a"}, "agent:ops:x": {"sessionId": "b"}, "global": {"sessionId": "c"}}"#;
    let state = State::new(&[
        ("agents/main/sessions/d.jsonl", "{}"),
        ("stores/all.json", shared),
        ("stores/a.jsonl", "{}"),
    ]);
    let mut location = state.location(Scope::State);
    location.agents = vec![AgentId::normalise("main"), AgentId::normalise("ops")];
    location.store = Some(state.path("stores/all.json").to_string_lossy().into_owned());
    let list =
        |location: &Location| gather(location, &Scratch::new(), &Cancel::never(), &mut |_| ());
    let stored = ["main a live agent:main:main", "main c live global", "ops b live agent:ops:x"];
    let joined = list(&location);
    assert_eq!(brief(&joined)[..2], stored[..2]);
    assert_eq!(brief(&joined)[2..], ["main d unindexed ", stored[2]]);
    location.chosen_by = ChosenBy::StoreFlag;
    assert_eq!(brief(&list(&location)), stored);
}

#[test]
fn progress_is_told_after_each_source_and_a_stale_request_ends() {
    let state =
        State::new(&[("agents/a/sessions/x.jsonl", "{}"), ("agents/b/sessions/y.jsonl", "{}")]);
    let requests = crate::store::cancel::Generations::default();
    let cancel = requests.next();
    let mut seen = Vec::new();
    let catalogue =
        gather(&state.location(Scope::State), &Scratch::new(), &cancel, &mut |so_far| {
            seen.push(so_far.rows.len());
            requests.cancel_all();
        });
    assert_eq!((seen, catalogue.rows.len()), (vec![1], 1));
}

#[test]
fn five_thousand_sessions_are_listed_in_one_go() {
    let state = State::new(&[("agents/main/sessions/sessions.json", "{}")]);
    let dir = state.path("agents/main/sessions");
    let entries: Vec<_> = (1..=5_000)
        .map(|number| {
            fs::write(dir.join(format!("s{number}.jsonl")), "").unwrap();
            format!(r#""agent:main:k{number}":{{"sessionId":"s{number}","updatedAt":{number}}}"#)
        })
        .collect();
    fs::write(dir.join("sessions.json"), format!("{{{}}}", entries.join(","))).unwrap();
    let begun = std::time::Instant::now();
    let catalogue = state.catalogue(Scope::State);
    println!("5,000 sessions: {:?}", begun.elapsed());
    assert_eq!((catalogue.rows.len(), catalogue.sources.len()), (5_000, 1));
    assert_eq!(catalogue.rows[0].session_id, "s5000");
}

mod with_databases {
    use super::*;
    use crate::store::database::testing::{State, Writer, lines};

    #[test]
    fn a_session_is_one_row_whichever_sources_hold_it() {
        let state = State::new();
        let writer = Writer::new(&state.database());
        writer.session("agent:main:main", "now");
        writer.window("before", "agent:main:main", None);
        writer.transcript("now", 2);
        writer.transcript("before", 1);
        writer.session("agent:main:half", "half");
        let index = r#"{"agent:main:main": {"sessionId": "before"}, "agent:main:old": {"sessionId": "kept"}}"#;
        state.write("sessions/sessions.json", index);
        for name in ["now", "before", "half", "kept", "unknown"] {
            state.write(&format!("sessions/{name}.jsonl"), lines(name, 1).join("\n") + "\n");
            state.write(
                &format!("session-sqlite-import-archive/agent_x.{name}.jsonl.imported-5"),
                "{}",
            );
        }
        state.write("session-sqlite-import-archive/agent_x.moved.jsonl.imported-5", "{}");
        let store = state.store();
        let catalogue = store.catalogue(&Cancel::never(), &mut |_| ());
        let mut expected = vec![
            "main now live agent:main:main",
            "main before earlier agent:main:main",
            "main half live agent:main:half",
            "main kept live agent:main:old",
            "main unknown unindexed ",
            "main moved migrated ",
        ];
        expected.sort_unstable();
        assert_eq!(brief(&catalogue), expected);
        assert_eq!(
            codes(&catalogue),
            ["index-superseded", "transcript-left-behind", "transcripts-superseded"]
        );
        let half = catalogue.rows.iter().find(|row| row.session_id == "half").unwrap();
        assert_eq!(half.transcript.path(), &state.agent("sessions/half.jsonl"));
        let depth = store.deepen(half, &Cancel::never()).unwrap();
        assert_eq!(depth.title, Some(("text 0".to_owned(), TitleFrom::FirstMessage)));
        assert_eq!(depth.messages, Fact::Recorded(1));
    }

    #[test]
    fn a_damaged_database_hides_no_file() {
        let state = State::new();
        state.write("agent/openclaw-agent.sqlite", "this is no database at all");
        state.write("sessions/a.jsonl", "{}");
        let catalogue = state.store().catalogue(&Cancel::never(), &mut |_| ());
        assert_eq!(brief(&catalogue), ["main a unindexed "]);
        assert_eq!(codes(&catalogue)[0], "database-unreadable");
    }
}

#[test]
fn the_demo_is_listed_as_its_notes_say() {
    let store = crate::store::Store::demo().unwrap();
    let catalogue = store.catalogue(&Cancel::never(), &mut |_| ());
    let agents: Vec<_> = catalogue.agents.iter().map(AgentId::as_str).collect();
    assert_eq!(agents, ["main", "ops", "research", "studio"]);
    assert_eq!(catalogue.diagnostics, []);
    let count =
        |provenance| catalogue.rows.iter().filter(|row| row.provenance == provenance).count();
    let kinds = [
        Provenance::Live,
        Provenance::Cold,
        Provenance::Earlier,
        Provenance::Reset,
        Provenance::Deleted,
        Provenance::Checkpoint,
        Provenance::Unindexed,
    ];
    assert_eq!(
        kinds.map(count).iter().sum::<usize>(),
        catalogue.rows.len(),
        "{:#?}",
        brief(&catalogue)
    );
    for row in &catalogue.rows {
        assert!(row.updated.value().is_some_and(|at| *at < crate::store::demo::NOW_MS), "{row:?}");
    }
}

#[test]
fn a_migrated_store_is_listed_once() {
    let Some(state_dir) = golden("mig-coding/home/.openclaw") else { return };
    let location = Location { state_dir, ..Location::demo(ChosenBy::Path) };
    let catalogue = gather(&location, &Scratch::new(), &Cancel::never(), &mut |_| ());
    let ids: FxHashSet<_> = catalogue.rows.iter().map(|row| row.session_id.as_str()).collect();
    assert_eq!(ids.len(), catalogue.rows.len(), "{:#?}", brief(&catalogue));
    assert!(catalogue.rows.iter().all(|row| row.provenance != Provenance::Migrated));
    assert!(!catalogue.rows.is_empty());
}
