//! The rows that the tables of a database give, odd tables and cells included.

use super::*;

#[test]
fn every_place_of_a_session_gives_one_row() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.session("agent:main:main", "now");
    writer.transcript("now", 2);
    writer.window("before", "agent:main:main", Some("first"));
    writer.transcript("before", 2);
    writer.window("emptied", "agent:main:main", None);
    writer.transcript("stray", 1);
    writer.session("agent:main:cron:daily", "cold-file");
    writer.session("agent:main:subagent:9f", "cold-row");
    writer.run(
        "INSERT INTO session_transcript_archives VALUES
           ('emptied', 'g1', 'agent:main:main', 'reset', 'identity', x'7b7d', '', 'n1', 1200),
           ('removed', 'g1', 'agent:main:gone', 'deleted', 'identity', x'7b7d', '', 'n2', 1300);
         INSERT INTO session_transcript_cold_archives VALUES
           ('cold-file', 'g', 'ab.jsonl.zst', '', 3, 90, 40, 2, 1800, 'file', NULL),
           ('cold-row', 'g', 'cd.jsonl.zst', '', 3, 90, 41, 2, 1800, 'sqlite', x'00');
         UPDATE session_nodes SET label = 'Cart', display_name = 'x', spawned_by = 'agent:main:main',
           fork_source_session_key = 'agent:main:src' WHERE current_session_id = 'now'",
    );
    let cold = state.write("sessions/cold/ab.jsonl.zst", "");
    let (rows, diagnostics) = list(&state.database());
    assert_eq!(diagnostics, []);
    assert_eq!(
        ids(&rows),
        [
            ("before", Provenance::Earlier),
            ("cold-file", Provenance::Cold),
            ("cold-row", Provenance::Cold),
            ("emptied", Provenance::Reset),
            ("now", Provenance::Live),
            ("removed", Provenance::Deleted),
            ("stray", Provenance::Unindexed),
        ]
    );
    assert_eq!(rows[1].transcript, TranscriptSource::File { path: cold, zstd: true });
    assert_eq!(rows[1].size.value(), Some(&40));
    assert!(matches!(rows[2].transcript, TranscriptSource::ColdRow { .. }));
    assert!(matches!(rows[3].transcript, TranscriptSource::Archive { .. }));
    assert_eq!(rows[0].listed[1].0, "previousSessionId");
    let now = &rows[4];
    assert_eq!(now.title.value().map(String::as_str), Some("Cart"));
    assert_eq!(now.parent_key.as_ref().map(SessionKey::as_str), Some("agent:main:src"));
    assert!(now.forked);
    assert_eq!((now.updated.value(), now.created.value()), (Some(&2000), Some(&1000)));
}

#[test]
fn an_entry_that_cannot_be_read_still_gives_a_row() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.node("agent:main:a", "broken", "{");
    writer.node("agent:main:b", "other", r#"{"sessionId":"else","updatedAt":2000}"#);
    writer.node("agent:main:c", "stale", r#"{"sessionId":"stale","updatedAt":1}"#);
    writer.session("agent:main:d", "fine");
    let (rows, diagnostics) = list(&state.database());
    assert_eq!(rows.len(), 4);
    let codes: Vec<_> = diagnostics.iter().map(|note| note.code).collect();
    assert_eq!(codes, ["unreadable-entry"; 3]);
}

#[test]
fn messages_are_counted_from_the_index_only_when_it_covers_every_row() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    for (id, indexed, rebuild, events) in
        [("a", 3, 0, 3), ("b", 2, 0, 2), ("c", 3, 1, 3), ("d", 3, 0, 2)]
    {
        writer.session(&format!("agent:main:{id}"), id);
        writer.transcript(id, 3);
        writer.run(&format!(
            "INSERT INTO session_transcript_index_state
             VALUES ('{id}', {indexed}, NULL, {rebuild}, {events}, 3, 0)"
        ));
    }
    let (rows, _) = list(&state.database());
    let counts: Vec<_> = rows.iter().map(|row| row.messages.value().copied()).collect();
    assert_eq!(counts, [Some(3), None, None, None]);
}

#[test]
fn older_schemas_are_read_by_the_columns_that_they_have() {
    let state = State::new();
    let old = Connection::open(state.database()).unwrap();
    old.execute_batch(
        r#"CREATE TABLE session_entries (session_key TEXT, entry_json TEXT);
           CREATE TABLE sessions (session_id TEXT, session_key TEXT, model TEXT);
           CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT);
           INSERT INTO session_entries VALUES
             ('agent:main:main', '{"sessionId":"s1","updatedAt":5}');
           INSERT INTO sessions VALUES ('s0', 'agent:main:main', 'm-0'), ('s1', 'agent:main:main', 'm-1');
           INSERT INTO transcript_events VALUES ('s0', 0, '{"type":"session"}');"#,
    )
    .unwrap();
    let (rows, diagnostics) = list(&state.database());
    assert_eq!(ids(&rows), [("s0", Provenance::Earlier), ("s1", Provenance::Live)]);
    assert_eq!(diagnostics, []);
    assert_eq!(rows[1].model.value().map(String::as_str), Some("m-1"));
}

#[test]
fn cells_of_a_wrong_type_cost_their_row_and_no_more() {
    let (state, path) = closed("agent/openclaw-agent.sqlite");
    let writer = Connection::open(&path).unwrap();
    writer
        .execute_batch(
            "CREATE TABLE loose AS SELECT * FROM transcript_events;
             DROP TABLE transcript_events;
             CREATE TABLE transcript_events (session_id, seq, event_json);
             INSERT INTO transcript_events SELECT session_id, seq, event_json FROM loose;
             INSERT INTO transcript_events VALUES (7, 1, '{}'), (2.5, 1, '{}'), (x'00', 1, '{}'),
                (NULL, 1, '{}'), (CAST(x'73ff' AS TEXT), 1, '{}'), ('s1', 0.5, '{}'),
                ('s1', 'two', '{}'), ('s1', x'02', '{}'), ('s2', CAST(x'ff' AS TEXT), '{}')",
        )
        .unwrap();
    drop(writer);
    let (rows, diagnostics) = list(&path);
    assert_eq!(ids(&rows), [("s1", Provenance::Live), ("s2", Provenance::Unindexed)]);
    let messages: Vec<_> = diagnostics.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(messages, ["Left out 5 rows of transcripts whose session id is no text."]);
    let store = state.store();
    let read =
        |at: usize| store.transcript(&rows[at].transcript, &Cancel::never(), &mut |_| ()).unwrap();
    let transcript = read(0);
    assert_eq!(transcript.tables.entries.len(), 4);
    let codes: Vec<_> = transcript.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["unreadable-row"; 2]);
    assert_eq!(read(1).tables.entries.len(), 0);
}
