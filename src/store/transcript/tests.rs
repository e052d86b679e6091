//! Transcripts from files, rows, archives and damaged sources.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::model::digest::sha256;
use crate::store::cancel::Generations;
use crate::store::database::testing::{State, Writer, lines, trace};

fn file(path: &Path) -> TranscriptSource {
    TranscriptSource::File { path: path.to_owned(), zstd: false }
}

fn rows(state: &State, id: &str) -> TranscriptSource {
    TranscriptSource::Rows { database: state.database(), session_id: id.to_owned() }
}

fn read(state: &State, source: &TranscriptSource) -> Result<Transcript, Error> {
    state.store().transcript(source, &Cancel::never(), &mut |_| ())
}

/// The ids of all rows and the codes of all diagnostics.
fn summary(transcript: &Transcript) -> (Vec<String>, Vec<&'static str>) {
    let tables = &transcript.tables;
    let ids = tables
        .entries
        .iter()
        .map(|entry| entry.id.map_or_else(String::new, |id| tables.text(id).to_owned()));
    (ids.collect(), transcript.diagnostics.iter().map(|note| note.code).collect())
}

/// Every row read back by its span begins with its own id or is the header.
fn check_bodies(state: &State, source: &TranscriptSource, transcript: &Transcript) {
    let mut bodies = state.store().bodies(source).unwrap();
    for entry in &transcript.tables.entries {
        let body = bodies.read(entry.span, usize::MAX).unwrap();
        assert_eq!(body.len(), entry.span.len as usize);
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let id = entry.id.map(|id| transcript.tables.text(id));
        assert_eq!(value["id"].as_str(), id);
        assert_eq!(bodies.read(entry.span, 5).unwrap(), body[..5]);
    }
}

#[test]
fn a_file_is_read_whole_with_its_bodies() {
    let state = State::new();
    let path = state.write("sessions/s1.jsonl", lines("s1", 3).join("\n") + "\n");
    let before = trace(state.dir.path());
    let transcript = read(&state, &file(&path)).unwrap();
    let (ids, codes) = summary(&transcript);
    assert_eq!((ids.join(" "), codes), ("s1 e0 e1 e2".to_owned(), vec![]));
    assert_eq!(transcript.branch.entries.len(), 3);
    assert!(transcript.progress.done);
    check_bodies(&state, &file(&path), &transcript);
    assert_eq!(trace(state.dir.path()), before);
}

/// What is odd about a transcript: codes with the rows that they are about.
fn places(transcript: &Transcript) -> Vec<String> {
    let notes = transcript.diagnostics.iter();
    notes.map(|note| format!("{} {}", note.code, note.place.row.unwrap())).collect()
}

#[test]
fn damaged_lines_are_named_by_their_numbers() {
    let state = State::new();
    let text =
        format!("{}\n\n{{broken\n[1]\n{}\r\n{{\"type\":\"mess", lines("s", 1)[0], lines("s", 1)[1]);
    let path = state.write("sessions/s.jsonl", text);
    let transcript = read(&state, &file(&path)).unwrap();
    assert_eq!(
        places(&transcript),
        ["invalid-session-json line 3", "invalid-session-row line 4", "truncated-last-line line 6"]
    );
    assert_eq!(transcript.tables.entries.len(), 2);
    check_bodies(&state, &file(&path), &transcript);
}

#[test]
fn an_empty_file_says_so() {
    let state = State::new();
    for text in ["", "\n \n"] {
        let path = state.write("sessions/s.jsonl", text);
        let transcript = read(&state, &file(&path)).unwrap();
        assert_eq!(summary(&transcript).1, ["empty-transcript"]);
    }
}

#[test]
fn large_files_give_growing_snapshots_and_the_same_rows() {
    let state = State::new();
    let rows = lines("s", 60_000);
    let path = state.write("sessions/s.jsonl", rows.join("\n") + "\n");
    let mut seen = Vec::new();
    let transcript = state
        .store()
        .transcript(&file(&path), &Cancel::never(), &mut |snapshot: Transcript| {
            seen.push((snapshot.progress.read, snapshot.tables.entries.len()));
        })
        .unwrap();
    assert_eq!(transcript.tables.entries.len(), rows.len());
    let numbers = transcript.tables.entries.iter().map(|entry| entry.row);
    assert!(numbers.eq(1..=60_001));
    assert!(seen[0].0 <= 256 << 10 && seen[0].1 > 0, "{seen:?}");
    assert!(seen.windows(2).all(|pair| pair[1].0 >= pair[0].0 * 8), "{seen:?}");
    let last = transcript.tables.entries.last().unwrap().span;
    let body = state.store().bodies(&file(&path)).unwrap().read(last, 4096).unwrap();
    assert_eq!(body, rows[60_000].as_bytes());
}

#[test]
fn a_stale_request_ends() {
    let state = State::new();
    let path = state.write("sessions/s.jsonl", lines("s", 3).join("\n"));
    let requests = Generations::default();
    let request = requests.next();
    requests.cancel_all();
    let ended = state.store().transcript(&file(&path), &request, &mut |_| ());
    assert!(matches!(ended, Err(Error::Cancelled)));
}

#[test]
fn a_file_that_shrinks_meanwhile_keeps_what_was_read() {
    let state = State::new();
    let path = state.write("sessions/s.jsonl", lines("s", 40_000).join("\n") + "\n");
    let transcript = state
        .store()
        .transcript(&file(&path), &Cancel::never(), &mut |_| {
            OpenOptions::new().write(true).open(&path).unwrap().set_len(300_000).unwrap();
        })
        .unwrap();
    let codes = summary(&transcript).1;
    assert!(codes.contains(&"file-shrank"), "{codes:?}");
    assert!(transcript.tables.entries.len() > 1000);
}

#[test]
fn one_line_of_many_megabytes_is_a_row_like_any_other() {
    let state = State::new();
    let path = state.write("sessions/s.jsonl", "");
    let mut out = fs::File::create(&path).unwrap();
    out.write_all(
        br#"{"type":"message","id":"big","parentId":null,"message":{"role":"user","content":""#,
    )
    .unwrap();
    let filling = vec![b'x'; 1 << 20];
    for _ in 0..40 {
        out.write_all(&filling).unwrap();
    }
    out.write_all(b"\"}}\n").unwrap();
    out.write_all((lines("s", 1)[1].clone() + "\n").as_bytes()).unwrap();
    let transcript = read(&state, &file(&path)).unwrap();
    assert_eq!(summary(&transcript).0, ["big", "e0"]);
    let span = transcript.tables.entries[0].span;
    let body = state.store().bodies(&file(&path)).unwrap().read(span, 9).unwrap();
    assert_eq!(body, b"{\"type\":\"");
}

#[cfg(unix)]
#[test]
fn pipes_and_links_that_lead_outside_are_refused() {
    let state = State::new();
    let outside = tempfile::NamedTempFile::new().unwrap();
    let link = state.agent("sessions/link.jsonl");
    std::os::unix::fs::symlink(outside.path(), &link).unwrap();
    let error = read(&state, &file(&link)).unwrap_err().to_string();
    assert!(error.contains("leads outside the chosen state"), "{error}");
    let inside = state.write("sessions/s.jsonl", lines("s", 1).join("\n"));
    let near = state.agent("sessions/near.jsonl");
    std::os::unix::fs::symlink(inside, &near).unwrap();
    assert!(read(&state, &file(&near)).is_ok());
    let pipe = state.agent("sessions/pipe.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let error = read(&state, &file(&pipe)).unwrap_err().to_string();
    assert!(error.contains("not a regular file"), "{error}");
}

#[test]
fn a_missing_transcript_is_not_an_empty_one() {
    let state = State::new();
    let path = state.agent("sessions/gone.jsonl");
    for source in [file(&path), TranscriptSource::Missing { path: path.clone() }] {
        assert!(matches!(read(&state, &source), Err(Error::NotFound { .. })));
    }
}

#[test]
fn rows_are_read_plain_and_compressed() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    let text = lines("s1", 4);
    for (seq, row) in text.iter().enumerate() {
        let (at, bytes) = (seq as i64 * 3, row.len() as i64);
        match seq {
            2 => writer.packed_event(
                "s1",
                at,
                &zstd::bulk::compress(row.as_bytes(), 3).unwrap(),
                bytes,
            ),
            3 => {
                writer.packed_event("s1", at, &zstd::bulk::compress(row.as_bytes(), 3).unwrap(), 1);
            }
            _ => writer.event("s1", at, row),
        }
    }
    writer.transcript("s2", 1);
    let transcript = read(&state, &rows(&state, "s1")).unwrap();
    let (ids, codes) = summary(&transcript);
    assert_eq!((ids.join(" "), codes), ("s1 e0 e1 e2 e3".to_owned(), vec![]));
    let seqs: Vec<_> = transcript.tables.entries.iter().map(|entry| entry.row).collect();
    assert_eq!(seqs, [0, 3, 6, 9, 12]);
    check_bodies(&state, &rows(&state, "s1"), &transcript);
}

#[test]
fn damaged_rows_are_named_by_their_seq() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.event("s", 0, &lines("s", 0)[0]);
    writer.event("s", 1, "not json");
    writer.event("s", 2, "7");
    writer.packed_event("s", 3, b"no frame", 100);
    let bomb = zstd::bulk::compress(&vec![b' '; 64 << 20], 3).unwrap();
    writer.packed_event("s", 4, &bomb, 100);
    let transcript = read(&state, &rows(&state, "s")).unwrap();
    assert_eq!(
        places(&transcript),
        [
            "invalid-session-json row 1",
            "invalid-session-row row 2",
            "unreadable-row row 3",
            "unreadable-row row 4"
        ]
    );
}

#[test]
fn many_rows_come_in_pages_with_snapshots() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.run("BEGIN");
    writer.transcript("s", 9_000);
    writer.run("COMMIT");
    let mut seen = Vec::new();
    let transcript = state
        .store()
        .transcript(&rows(&state, "s"), &Cancel::never(), &mut |snapshot: Transcript| {
            seen.push(snapshot.progress);
        })
        .unwrap();
    assert_eq!(transcript.tables.entries.len(), 9_001);
    assert!(!seen.is_empty() && seen[0].read <= 256 << 10, "{seen:?}");
    assert_eq!(transcript.progress.read, transcript.progress.total);
}

#[test]
fn compressed_files_and_archived_generations_are_laid_out_and_read() {
    let state = State::new();
    let text = lines("s", 3).join("\n") + "\n";
    let packed = zstd::bulk::compress(text.as_bytes(), 3).unwrap();
    let path = state.write("sessions/cold/x.jsonl.zst", &packed);
    let writer = Writer::new(&state.database());
    let archive = |generation: &str, encoding: &str, blob: &[u8], hash: &str| {
        let sql = "INSERT INTO session_transcript_archives VALUES
            ('s', ?1, 'k', 'reset', ?2, ?3, ?4, ?1, 1)";
        writer.0.execute(sql, (generation, encoding, blob, hash)).unwrap();
    };
    archive("packed", "zstd", &packed, &sha256(&packed));
    archive("text-digest", "zstd", &packed, &sha256(text.as_bytes()));
    archive("plain", "identity", text.as_bytes(), &sha256(text.as_bytes()));
    archive("odd", "identity", text.as_bytes(), &"0".repeat(64));
    let sql = "INSERT INTO session_transcript_cold_archives VALUES
        ('s', 'g', 'n', ?1, 4, 1, 1, 3, 1, 'sqlite', ?2)";
    writer.0.execute(sql, (sha256(&packed), &packed)).unwrap();
    let database = state.database();
    let generation = |name: &str| TranscriptSource::Archive {
        database: database.clone(),
        session_id: "s".to_owned(),
        generation: name.to_owned(),
    };
    let cold = TranscriptSource::ColdRow { database: database.clone(), session_id: "s".to_owned() };
    let sources = [
        (TranscriptSource::File { path, zstd: true }, vec![]),
        (generation("packed"), vec![]),
        (generation("text-digest"), vec![]),
        (generation("plain"), vec![]),
        (generation("odd"), vec!["archive-digest"]),
        (cold, vec![]),
    ];
    for (source, codes) in sources {
        let transcript = read(&state, &source).unwrap();
        assert_eq!(
            summary(&transcript),
            (vec!["s".into(), "e0".into(), "e1".into(), "e2".into()], codes)
        );
        assert_eq!(transcript.origin.rules, Rules::Database);
        check_bodies(&state, &source, &transcript);
    }
    assert!(read(&state, &generation("none")).is_err());
}

#[test]
fn what_decompresses_without_end_is_refused() {
    let state = State::new();
    let bomb = zstd::bulk::compress(&vec![b'\n'; 80 << 20], 3).unwrap();
    let path = state.write("sessions/s.jsonl.reset.2026-01-01T00-00-00Z.zst", bomb);
    let error = read(&state, &TranscriptSource::File { path, zstd: true }).unwrap_err().to_string();
    assert!(error.contains("would become larger than"), "{error}");
    let path = state.write("sessions/t.jsonl.zst", "no frame at all");
    let error = read(&state, &TranscriptSource::File { path, zstd: true }).unwrap_err().to_string();
    assert!(error.contains("does not decompress"), "{error}");
}

#[test]
fn a_database_without_transcripts_has_none() {
    let state = State::new();
    Connection::open(state.database()).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(matches!(read(&state, &rows(&state, "s")), Err(Error::NotFound { .. })));
}
