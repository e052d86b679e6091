//! Opening leaves no trace and lets nothing be changed; the rows are in a file of their own.

mod rows;

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::open::{Database, Way};
use super::testing::{State, Writer, copy_with, main_agent, trace};
use super::{Access, sessions};
use crate::model::diagnostic::Diagnostic;
use crate::model::key::SessionKey;
use crate::model::session::{Provenance, SessionRow, TranscriptSource};
use crate::store::Error;
use crate::store::cancel::{Cancel, Generations};
use crate::store::confine::Roots;
use crate::store::location::{ChosenBy, Location};
use crate::store::scratch::Scratch;

fn list(database: &Path) -> (Vec<SessionRow>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut rows = read(database, &mut diagnostics).unwrap();
    rows.sort_by(|a, b| a.session_id.cmp(&b.session_id).then(a.provenance.cmp(&b.provenance)));
    (rows, diagnostics)
}

fn read(database: &Path, diagnostics: &mut Vec<Diagnostic>) -> Result<Vec<SessionRow>, Error> {
    let state_dir = database.ancestors().nth(4).unwrap().to_owned();
    let roots = Roots::of(&Location { state_dir, ..Location::demo(ChosenBy::Path) });
    let (scratch, cancel) = (Scratch::default(), Cancel::never());
    let access = Access { roots: &roots, scratch: &scratch, cancel: &cancel };
    sessions(database, &main_agent(), access, diagnostics)
}

fn ids(rows: &[SessionRow]) -> Vec<(&str, Provenance)> {
    rows.iter().map(|row| (row.session_id.as_str(), row.provenance)).collect()
}

fn failure(database: &Path) -> String {
    Database::open(database, &Scratch::default()).map(|_| ()).unwrap_err().to_string()
}

/// A state with one session, closed properly.
fn closed(name: &str) -> (State, PathBuf) {
    let state = State::new();
    let path = state.agent(name);
    let writer = Writer::new(&path);
    writer.session("agent:main:main", "s1");
    writer.transcript("s1", 3);
    drop(writer);
    (state, path)
}

#[test]
fn a_closed_database_is_read_as_immutable_and_nothing_changes() {
    for name in ["agent/openclaw-agent.sqlite", "agent/a ?#%41é.sqlite"] {
        let (state, path) = closed(name);
        let before = trace(state.dir.path());
        let (rows, diagnostics) = list(&path);
        assert_eq!(ids(&rows), [("s1", Provenance::Live)]);
        assert_eq!(diagnostics, []);
        let open = Database::open(&path, &Scratch::default()).unwrap();
        assert_eq!(open.way(), Way::Immutable);
        assert!(open.is_current());
        drop(open);
        assert_eq!(trace(state.dir.path()), before);
    }
}

#[test]
fn rows_of_a_live_writer_that_no_checkpoint_took_are_seen() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.session("agent:main:main", "s1");
    let names = || trace(state.dir.path()).into_iter().map(|seen| seen.0).collect::<Vec<_>>();
    let before = names();
    let database = Database::open(&state.database(), &Scratch::default()).unwrap();
    assert_eq!(database.way(), Way::Beside);
    assert_eq!(ids(&list(&state.database()).0), [("s1", Provenance::Live)]);
    writer.session("agent:main:other", "s2");
    assert_eq!(list(&state.database()).0.len(), 2);
    drop(database);
    assert_eq!(names(), before);
    writer.run("PRAGMA wal_checkpoint(TRUNCATE)");
    assert_eq!(list(&state.database()).0.len(), 2);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_database_leads_to_its_log_too() {
    let state = State::new();
    let real = state.agent("real.sqlite");
    let writer = Writer::new(&real);
    writer.session("agent:main:main", "s1");
    std::os::unix::fs::symlink(&real, state.database()).unwrap();
    let database = Database::open(&state.database(), &Scratch::default()).unwrap();
    assert_eq!((database.way(), database.path.as_path()), (Way::Beside, &*state.database()));
    assert_eq!(ids(&list(&state.database()).0), [("s1", Provenance::Live)]);
}

/// A writer that died leaves its log; a copy of the three files is the same state.
#[test]
fn a_log_that_nobody_writes_to_is_read_in_place_without_a_trace() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.session("agent:main:main", "s1");
    let dead = State::new();
    copy_with(&state.database(), &dead.database(), &["-wal", "-shm"]);
    let before = trace(dead.dir.path());
    assert_eq!(ids(&list(&dead.database()).0), [("s1", Provenance::Live)]);
    assert_eq!(trace(dead.dir.path()), before);
}

#[test]
fn a_log_without_its_index_is_read_from_a_private_copy() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.session("agent:main:main", "s1");
    for empty_index in [false, true] {
        let copied = State::new();
        copy_with(&state.database(), &copied.database(), &["-wal"]);
        if empty_index {
            copied.write("agent/openclaw-agent.sqlite-shm", "");
        }
        let before = trace(copied.dir.path());
        let (rows, diagnostics) = list(&copied.database());
        assert_eq!(ids(&rows), [("s1", Provenance::Live)]);
        let codes: Vec<_> = diagnostics.iter().map(|note| note.code).collect();
        assert_eq!(codes, ["database-copied"]);
        assert_eq!(trace(copied.dir.path()), before);
    }
}

#[cfg(unix)]
#[test]
fn private_copies_are_private_and_made_once() {
    use std::os::unix::fs::PermissionsExt;
    let state = State::new();
    let writer = Writer::new(&state.database());
    writer.session("agent:main:main", "s1");
    let copied = State::new();
    copy_with(&state.database(), &copied.database(), &["-wal"]);
    let scratch = Scratch::default();
    let _first = Database::open(&copied.database(), &scratch).unwrap();
    let _second = Database::open(&copied.database(), &scratch).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(scratch.dir().unwrap()), 0o700);
    let databases: Vec<_> = fs::read_dir(scratch.dir().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
        .collect();
    assert_eq!(databases.len(), 1);
    assert_eq!(mode(&databases[0]), 0o600);
}

#[test]
fn a_database_that_changes_is_kept_as_one_copy() {
    let state = State::new();
    let writer = Writer::new(&state.database());
    let copied = State::new();
    let scratch = Scratch::default();
    let mut open = Vec::new();
    for n in 0..3 {
        writer.session(&format!("agent:main:{n}"), &format!("s{n}"));
        copy_with(&state.database(), &copied.database(), &["-wal"]);
        open.push(Database::open(&copied.database(), &scratch).unwrap());
    }
    let count = |database: &Database| {
        let sql = "SELECT count(*) FROM session_nodes";
        database.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    // Those that are still open read on what they were opened for.
    assert_eq!(open.iter().map(count).collect::<Vec<_>>(), [1, 2, 3]);
    let names = fs::read_dir(scratch.dir().unwrap()).unwrap().flatten();
    let kept = names.filter(|entry| entry.path().extension().is_some_and(|end| end == "sqlite"));
    assert_eq!(kept.count(), 1);
}

#[test]
fn an_unfinished_transaction_is_rolled_back_in_a_copy() {
    let state = State::new();
    let writer = Connection::open(state.database()).unwrap();
    writer.execute_batch("PRAGMA journal_mode = DELETE").unwrap();
    let writer = Writer(writer);
    writer.run(super::testing::SCHEMA);
    writer.session("agent:main:main", "s1");
    // A tiny cache makes the transaction spill into the database before it ends.
    writer.run("PRAGMA cache_size = 2; BEGIN");
    for n in 0..400 {
        writer.session(&format!("agent:main:{n}"), &format!("x{n}"));
    }
    let crashed = State::new();
    copy_with(&state.database(), &crashed.database(), &["-journal"]);
    let before = trace(crashed.dir.path());
    let database = Database::open(&crashed.database(), &Scratch::default()).unwrap();
    assert!(matches!(database.way(), Way::Copy(_)));
    assert_eq!(ids(&list(&crashed.database()).0), [("s1", Provenance::Live)]);
    drop(database);
    assert_eq!(trace(crashed.dir.path()), before);
}

#[test]
fn a_locked_database_is_read_as_it_was_before_the_lock() {
    let state = State::new();
    let writer = Writer(Connection::open(state.database()).unwrap());
    writer.run(super::testing::SCHEMA);
    writer.session("agent:main:main", "s1");
    writer.run("BEGIN EXCLUSIVE");
    assert_eq!(ids(&list(&state.database()).0), [("s1", Provenance::Live)]);
}

#[test]
fn what_is_no_database_is_refused_in_clear_words() {
    let state = State::new();
    let gone = state.agent("agent/gone.sqlite");
    assert!(failure(&gone).contains("not found. The agent has no database"), "{}", failure(&gone));
    let empty = state.write("agent/empty.sqlite", "");
    assert!(failure(&empty).contains("an empty file, not a database"));
    let text = state.write("agent/text.sqlite", "this is prose ".repeat(500));
    assert!(failure(&text).contains("not an SQLite database"));
    assert!(failure(&state.agent("agent")).contains("not a regular file"));
    let other = state.agent("agent/other.sqlite");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let error = read(&other, &mut Vec::new());
    assert!(matches!(error, Err(Error::NotAStore { .. })));
}

#[test]
fn a_corrupt_database_is_an_error_and_stays_as_it_is() {
    let (state, path) = closed("agent/openclaw-agent.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..4096].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let before = trace(state.dir.path());
    let error = failure(&path);
    assert!(error.contains("cannot read the database"), "{error}");
    assert_eq!(trace(state.dir.path()), before);
}

#[test]
fn credentials_cannot_be_read_and_nothing_can_be_written() {
    let (_state, path) = closed("agent/openclaw-agent.sqlite");
    let database = Database::open(&path, &Scratch::default()).unwrap();
    for sql in [
        "SELECT secret FROM auth_profile_store",
        "SELECT count(*) FROM Auth_Profile_Store",
        "DELETE FROM session_nodes",
        "CREATE TABLE t (a)",
        "ATTACH 'x' AS y",
    ] {
        let refused = database.connection.prepare(sql).map(|_| ()).unwrap_err();
        assert!(
            refused.to_string().contains("not authorized")
                || refused.to_string().contains("prohibited"),
            "{sql}: {refused}"
        );
    }
    assert!(database.connection.prepare("SELECT event_json FROM transcript_events").is_ok());
}

/// Without an end, and in the place of a table that every listing reads.
const ENDLESS: &str = "CREATE VIEW session_nodes AS WITH RECURSIVE
    n(session_key, entry_json) AS
        (SELECT 'agent:main:x', '{}' UNION ALL SELECT session_key, entry_json FROM n)
    SELECT session_key, entry_json FROM n";

#[test]
fn a_view_in_the_place_of_a_table_is_none() {
    let (_state, path) = closed("agent/openclaw-agent.sqlite");
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch(&format!("DROP TABLE session_nodes; {ENDLESS}")).unwrap();
    drop(writer);
    assert_eq!(ids(&list(&path).0), [("s1", Provenance::Earlier)]);
    let database = Database::open(&path, &Scratch::default()).unwrap();
    for sql in [
        "SELECT count(*) FROM session_nodes",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    ] {
        let error = database.connection.prepare(sql).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("authorized") || error.contains("prohibited"), "{sql}: {error}");
    }
}

#[test]
fn a_statement_stops_when_nobody_waits_for_it() {
    let (_state, path) = closed("agent/openclaw-agent.sqlite");
    let mut database = Database::open(&path, &Scratch::default()).unwrap();
    let requests = Generations::default();
    database.stop_with(&requests.next()).unwrap();
    let table = "transcript_events";
    let sql = format!("SELECT count(*) FROM {}", [table; 9].join(" JOIN "));
    let count = || {
        let count = database.connection.query_row(&sql, [], |row| row.get::<_, i64>(0));
        count.map_err(database.error())
    };
    assert_eq!(count().unwrap(), 4_i64.pow(9));
    requests.cancel_all();
    assert!(matches!(count(), Err(Error::Cancelled)));
}
