//! Where runtime events are found, and that they are all read.

use super::*;
use crate::model::key::{AgentId, SessionKind};
use crate::model::session::{Provenance, SessionRow, TranscriptSource};
use crate::store::database::testing::{State, Writer};

fn event(session: &str, seq: u32) -> String {
    format!(
        r#"{{"traceSchema":"openclaw-trajectory","schemaVersion":1,"traceId":"{session}","source":"runtime","type":"session.started","ts":"2026-11-20T10:00:0{seq}.000Z","seq":{seq},"sessionId":"{session}","data":{{}}}}"#
    )
}

fn events(session: &str) -> String {
    format!("{}\n{}\n", event(session, 1), event(session, 2))
}

fn row(transcript: TranscriptSource) -> SessionRow {
    let row = SessionRow::bare(&AgentId::normalise("main"), "s1", transcript, Provenance::Live);
    assert_eq!(row.kind, SessionKind::Unknown);
    row
}

fn file_row(state: &State, name: &str) -> SessionRow {
    row(TranscriptSource::File { path: state.agent(name), zstd: false })
}

fn database_row(state: &State) -> SessionRow {
    row(TranscriptSource::Rows { database: state.database(), session_id: "s1".to_owned() })
}

fn found(state: &State, row: &SessionRow) -> Option<(String, FoundBy)> {
    match state.store().find_runtime(row) {
        RuntimeSource::File { path, found } => {
            Some((path.file_name().unwrap().to_str().unwrap().to_owned(), found))
        }
        _ => None,
    }
}

fn pointer(session: &str, target: &str) -> String {
    format!(r#"{{"traceSchema":"x","sessionId":"{session}","runtimeFile":"{target}"}}"#)
}

#[test]
fn a_sidecar_is_found_beside_the_transcript_and_its_archives() {
    let state = State::new();
    let sidecar = state.write("sessions/s1.trajectory.jsonl", events("s1"));
    for name in ["s1.jsonl", "s1.jsonl.reset.2026-01-01T00-00-00Z", "s1.jsonl.deleted.x.zst"] {
        let row = file_row(&state, &format!("sessions/{name}"));
        let name = "s1.trajectory.jsonl".to_owned();
        assert_eq!(found(&state, &row), Some((name, FoundBy::Beside)));
    }
    std::fs::remove_file(sidecar).unwrap();
    let row = file_row(&state, "sessions/s1.jsonl");
    let RuntimeSource::None { looked_at } = state.store().find_runtime(&row) else { panic!() };
    assert_eq!(looked_at, [state.agent("sessions/s1.trajectory.jsonl")]);
}

#[test]
fn a_pointer_of_another_machine_names_a_file_of_this_state() {
    let state = State::new();
    state.write("sessions/s1.jsonl", "");
    let row = file_row(&state, "sessions/s1.jsonl");
    let moved = state.agent("sessions/other/s1.jsonl");
    std::fs::create_dir(moved.parent().unwrap()).unwrap();
    std::fs::write(&moved, events("s1")).unwrap();
    let target = "/home/old/.openclaw/agents/main/sessions/other/s1.jsonl";
    state.write("sessions/s1.trajectory-path.json", pointer("s1", target));
    assert_eq!(found(&state, &row), Some(("s1.jsonl".to_owned(), FoundBy::Pointer)));
}

#[test]
fn pointers_that_do_not_fit_are_ignored() {
    let state = State::new();
    let row = file_row(&state, "sessions/s1.jsonl");
    state.write("sessions/s1.trajectory.jsonl", events("s1"));
    let outside = tempfile::tempdir().unwrap();
    let stranger = outside.path().join("s1.jsonl");
    std::fs::write(&stranger, events("s1")).unwrap();
    state.write("sessions/x.jsonl", "");
    let good = state.agent("sessions/sub/s1.jsonl");
    std::fs::create_dir(good.parent().unwrap()).unwrap();
    std::fs::write(&good, events("s1")).unwrap();
    std::fs::write(good.with_file_name("s1.trajectory.jsonl"), events("s1")).unwrap();
    let default_name = good.with_file_name("s1.trajectory.jsonl");
    let good = good.to_str().unwrap();
    for (text, expected) in [
        (pointer("s1", good), FoundBy::Pointer),
        (pointer("s1", good) + &" ".repeat(70_000), FoundBy::Pointer),
        (pointer("s2", good), FoundBy::Beside),
        (pointer("s1", default_name.to_str().unwrap()), FoundBy::Beside),
        (pointer("s1", "/elsewhere/s1.trajectory.jsonl"), FoundBy::Beside),
        (pointer("s1", state.agent("sessions/x.jsonl").to_str().unwrap()), FoundBy::Beside),
        (pointer("s1", stranger.to_str().unwrap()), FoundBy::Beside),
        ("[]".to_owned(), FoundBy::Beside),
    ] {
        state.write("sessions/s1.trajectory-path.json", &text);
        assert_eq!(found(&state, &row).unwrap().1, expected, "{text:.90}");
    }
}

#[test]
fn a_transcript_is_never_taken_for_a_sidecar() {
    let state = State::new();
    let transcript = state.write("sessions/s1.jsonl", "{}");
    let row = file_row(&state, "sessions/s1.jsonl");
    let own = transcript.to_str().unwrap();
    let foreign = "/home/old/.openclaw/agents/main/sessions/s1.jsonl";
    for target in ["/home/old/traj/s1.jsonl", foreign, own] {
        state.write("sessions/s1.trajectory-path.json", pointer("s1", target));
        assert_eq!(found(&state, &row), None, "{target}");
    }
    // Nor is that of another session that has got the name since.
    let archived = file_row(&state, "sessions/s1.jsonl.reset.2026-01-01T00-00-00Z");
    state.write("sessions/s1.trajectory.jsonl", events("s1"));
    for row in [row, archived] {
        let name = "s1.trajectory.jsonl".to_owned();
        assert_eq!(found(&state, &row), Some((name, FoundBy::Beside)));
    }
}

#[cfg(unix)]
#[test]
fn links_are_as_good_as_nothing() {
    let state = State::new();
    let real = state.write("sessions/real.jsonl", events("s1"));
    std::os::unix::fs::symlink(real, state.agent("sessions/s1.trajectory.jsonl")).unwrap();
    assert_eq!(found(&state, &file_row(&state, "sessions/s1.jsonl")), None);
}

#[test]
fn an_id_with_letters_of_two_units_names_its_files_as_in_javascript() {
    let state = State::new();
    let id = "𐐀1";
    state.write("sessions/s1.trajectory-path.json", pointer(id, "/old/sessions/__1.jsonl"));
    state.write("sessions/__1.jsonl", events(id));
    let row = SessionRow { session_id: id.to_owned(), ..file_row(&state, "sessions/s1.jsonl") };
    assert_eq!(found(&state, &row), Some(("__1.jsonl".to_owned(), FoundBy::Pointer)));
}

#[test]
fn the_directory_of_the_environment_comes_last() {
    let state = State::new();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("s1.jsonl"), events("s1")).unwrap();
    let mut store = state.store();
    store.location.trajectory_dir = Some(elsewhere.path().to_owned());
    let row = file_row(&state, "sessions/s1.jsonl");
    let source = store.find_runtime(&row);
    assert!(matches!(source, RuntimeSource::File { found: FoundBy::TrajectoryDir, .. }));
    assert_eq!(store.runtime(&source, "s1", &Cancel::never()).unwrap().events.len(), 2);
    state.write("sessions/s1.trajectory.jsonl", events("s1"));
    assert!(matches!(store.find_runtime(&row), RuntimeSource::File { found: FoundBy::Beside, .. }));
}

#[test]
fn a_database_has_its_own_events_or_what_a_migration_left() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    let row = database_row(&state);
    assert_eq!(found(&state, &row), None);
    state.write("sessions/s1.trajectory.jsonl", events("s1"));
    assert_eq!(found(&state, &row).unwrap().1, FoundBy::Beside);
    for (name, session) in [
        ("agent_main_main.s1.trajectory.jsonl.imported-100", "s1"),
        ("agent_main_main.s1.trajectory.jsonl.imported-99", "s1"),
        ("agent_main_main.s1.trajectory.jsonl.imported-300", "another"),
        ("agent_main_main.xs1.trajectory.jsonl.imported-400", "s1"),
    ] {
        state.write(&format!("session-sqlite-import-archive/{name}"), events(session));
    }
    let newest = "agent_main_main.s1.trajectory.jsonl.imported-100".to_owned();
    assert_eq!(found(&state, &row), Some((newest.clone(), FoundBy::ImportArchive)));
    let migrated =
        file_row(&state, "session-sqlite-import-archive/agent_main_main.s1.jsonl.imported-98");
    assert_eq!(found(&state, &migrated), Some((newest, FoundBy::ImportArchive)));
    writer.runtime_event("s1", 0, &event("s1", 1));
    let cold = file_row(&state, "sessions/cold/abc.jsonl.zst");
    for row in [&row, &cold] {
        assert!(matches!(state.store().find_runtime(row), RuntimeSource::Both { .. }));
    }
    std::fs::remove_dir_all(state.agent("session-sqlite-import-archive")).unwrap();
    state.write("sessions/s1.trajectory.jsonl", events("another"));
    assert!(matches!(state.store().find_runtime(&row), RuntimeSource::Rows { .. }));
}

#[test]
fn a_sidecar_of_which_a_part_is_of_the_session_is_found() {
    let state = State::new();
    drop(Writer::new(&state.database()));
    let row = database_row(&state);
    let mixed = format!("5\n{}{}", events("another"), events("s1"));
    for (name, by) in [
        ("sessions/s1.trajectory.jsonl.migrated", FoundBy::ImportArchive),
        ("sessions/s1.trajectory.jsonl.migrated.2", FoundBy::ImportArchive),
        ("session-sqlite-import-archive/x.s1.trajectory.jsonl.imported-7", FoundBy::ImportArchive),
    ] {
        let path = state.write(name, &mixed);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(found(&state, &row), Some((name, by)));
    }
}

#[test]
fn a_session_that_went_on_after_its_migration_has_old_and_new_events() {
    let state = State::new();
    let sidecar = "session-sqlite-import-archive/x.s1.trajectory.jsonl.imported-7";
    state.write(sidecar, format!("5\n{}", events("s1")));
    let writer = Writer::new(&state.database());
    // Whoever imported an event after all has not made two of it.
    for (seq, number) in [(0, 2), (1, 3), (7, 4)] {
        writer.runtime_event("s1", seq, &event("s1", number));
    }
    let store = state.store();
    let source = store.find_runtime(&database_row(&state));
    let log = store.runtime(&source, "s1", &Cancel::never()).unwrap();
    let left = log.left_behind.as_ref().unwrap();
    assert_eq!((log.events.len(), left.events, left.skipped), (4, 2, 1));
    let mut bodies = store.runtime_bodies(&source).unwrap().unwrap();
    let mut read = Vec::new();
    let spans: Vec<RowSpan> = log.events.iter().map(|event| event.span).collect();
    bodies.each(&spans, &mut |at, text| read.push((at, text.to_vec()))).unwrap();
    for (at, number) in [(0, 1), (1, 2), (2, 3), (3, 4)] {
        let body = event("s1", number).into_bytes();
        assert_eq!(bodies.read(spans[at], usize::MAX).unwrap(), body);
        assert_eq!(read[at], (at, body));
    }
}

#[test]
fn sidecars_are_read_strictly_and_rows_as_they_are() {
    let state = State::new();
    let text = format!("{}{}\n{{}}\nnope\n{{\"cut", events("s1"), event("other", 1));
    state.write("sessions/s1.trajectory.jsonl", text);
    let row = file_row(&state, "sessions/s1.jsonl");
    let store = state.store();
    let source = store.find_runtime(&row);
    let log = store.runtime(&source, "s1", &Cancel::never()).unwrap();
    assert_eq!(log.events.len(), 2);
    let codes: Vec<_> = log.diagnostics.iter().map(|note| note.code).collect();
    assert_eq!(codes, ["invalid-runtime-event", "invalid-runtime-json", "truncated-last-line"]);
    let mut bodies = store.runtime_bodies(&source).unwrap().unwrap();
    let body = bodies.read(log.events[1].span, usize::MAX).unwrap();
    assert_eq!(body, event("s1", 2).as_bytes());

    let state = State::new();
    let store = state.store();
    let writer = Writer::new(&state.database());
    writer.runtime_event("s1", 0, &event("s1", 1));
    writer.runtime_event("s1", 1, r#"{"hello":1}"#);
    writer.runtime_event("s1", 2, "nope");
    let source = store.find_runtime(&database_row(&state));
    let log = store.runtime(&source, "s1", &Cancel::never()).unwrap();
    assert_eq!((log.events.len(), log.lines), (2, false));
    assert_eq!(log.diagnostics.len(), 1);
    let mut bodies = store.runtime_bodies(&source).unwrap().unwrap();
    assert_eq!(bodies.read(log.events[1].span, usize::MAX).unwrap(), br#"{"hello":1}"#);
}

#[test]
fn no_source_is_an_empty_log() {
    let state = State::new();
    let none = RuntimeSource::None { looked_at: Vec::new() };
    let log = state.store().runtime(&none, "s1", &Cancel::never()).unwrap();
    assert!(log.events.is_empty() && log.progress.done);
    assert!(state.store().runtime_bodies(&none).unwrap().is_none());
}
