//! The small tables of an agent database, read whole.
//!
//! Owns their SQL. Must not judge what the rows mean for the catalogue.

use rusqlite::Row;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rustc_hash::FxHashMap;

use super::open::Database;
use super::schema::Table;
use crate::store::Error;
use crate::store::catalogue::entry::IndexEntry;

/// What the small tables say, by session id.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) nodes: Vec<Node>,
    pub(super) windows: FxHashMap<String, Window>,
    pub(super) cold: FxHashMap<String, Cold>,
    pub(super) archives: Vec<Archive>,
    /// The greatest `seq` of every session that has rows.
    pub(super) stored: FxHashMap<String, i64>,
    pub(super) counts: FxHashMap<String, Counts>,
    /// Rows of transcripts whose session id is no text.
    pub(super) odd_rows: u64,
}

/// A row of `session_nodes`.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) key: String,
    pub(super) session_id: Option<String>,
    pub(super) entry: Option<IndexEntry>,
    pub(super) updated: Option<i64>,
    pub(super) created: Option<i64>,
    pub(super) status: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) spawned_by: Option<String>,
    pub(super) forked_from: Option<String>,
    pub(super) label: Option<String>,
    pub(super) display_name: Option<String>,
}

/// A row of `session_windows`.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) key: Option<String>,
    pub(super) previous: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) created: Option<i64>,
    pub(super) updated: Option<i64>,
    pub(super) started: Option<i64>,
    pub(super) status: Option<String>,
    pub(super) chat_type: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) model: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) spawned_by: Option<String>,
    pub(super) display_name: Option<String>,
}

/// A row of `session_transcript_cold_archives`.
#[derive(Debug)]
pub(super) struct Cold {
    pub(super) name: String,
    pub(super) bytes: Option<i64>,
    pub(super) in_database: bool,
    pub(super) archived: Option<i64>,
}

/// A row of `session_transcript_archives`.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) session_id: String,
    pub(super) generation: String,
    pub(super) key: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) bytes: Option<i64>,
    pub(super) created: Option<i64>,
}

/// A row of `session_transcript_index_state` that is up to date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) indexed_seq: i64,
    pub(super) events: i64,
    pub(super) messages: i64,
}

impl Index {
    /// Reads the tables; those that this release does not have are empty.
    pub(super) fn read(database: &Database) -> Result<Self, Error> {
        let connection = &database.connection;
        let nodes = Table::find_any(
            connection,
            ["session_nodes", "session_entries"],
            &["session_key", "entry_json"],
        )
        .map_err(database.error())?;
        let windows = Table::find_any(connection, ["session_windows", "sessions"], &["session_id"])
            .map_err(database.error())?;
        let events =
            Table::find(connection, "transcript_events", &["session_id", "seq", "event_json"])
                .map_err(database.error())?;
        if nodes.is_none() && windows.is_none() && events.is_none() {
            return Err(Error::NotAStore {
                path: database.path.clone(),
                what: "a database without session tables".to_owned(),
                hint: "Only the per-agent database openclaw-agent.sqlite holds sessions",
            });
        }
        let mut index = Self::default();
        index.read_all(database, nodes, windows, events).map_err(database.error())?;
        Ok(index)
    }

    fn read_all(
        &mut self,
        database: &Database,
        nodes: Option<Table>,
        windows: Option<Table>,
        events: Option<Table>,
    ) -> rusqlite::Result<()> {
        if let Some(table) = nodes {
            self.nodes = rows(database, &table, &NODE, node)?;
        }
        if let Some(table) = windows {
            self.windows = rows(database, &table, &WINDOW, window)?.into_iter().collect();
        }
        if let Some(table) = events {
            (self.stored, self.odd_rows) = stored(database, &table)?;
        }
        let connection = &database.connection;
        let cold = Table::find(
            connection,
            "session_transcript_cold_archives",
            &["session_id", "archive_name", "storage"],
        )?;
        if let Some(table) = cold {
            self.cold = rows(database, &table, &COLD, cold_archive)?.into_iter().collect();
        }
        let archives = Table::find(
            connection,
            "session_transcript_archives",
            &["session_id", "generation", "encoding", "archive_blob"],
        )?;
        if let Some(table) = archives {
            self.archives = rows(database, &table, &ARCHIVE, archive)?;
        }
        let counts = Table::find(connection, "session_transcript_index_state", &COUNTS)?;
        if let Some(table) = counts {
            self.counts = rows(database, &table, &COUNTS, count)?.into_iter().flatten().collect();
        }
        Ok(())
    }
}

/// Reads the columns of all rows of a table, NULL for columns that it lacks.
fn rows<T>(
    database: &Database,
    table: &Table,
    columns: &[&str],
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    // SQLite knows the length of a blob without reading it.
    let length = if table.has("archive_blob") { "length(archive_blob)" } else { "NULL" };
    let sql = format!("SELECT {}, {length} FROM {}", table.columns(columns), table.name());
    let mut statement = database.connection.prepare(&sql)?;
    let rows = statement.query_map([], read)?;
    rows.collect()
}

const NODE: [&str; 12] = [
    "session_key",
    "current_session_id",
    "entry_json",
    "updated_at",
    "created_at",
    "status",
    "parent_session_key",
    "spawned_by",
    "fork_source_session_key",
    "label",
    "display_name",
    "session_id",
];

fn node(row: &Row<'_>) -> rusqlite::Result<Node> {
    // The text is often megabytes of which rows show little; only that is kept.
    let entry = match row.get_ref(2)? {
        ValueRef::Text(text) | ValueRef::Blob(text) => IndexEntry::parse(text),
        _ => None,
    };
    Ok(Node {
        key: text(row, 0)?.unwrap_or_default(),
        session_id: text(row, 1)?.or(text(row, 11)?),
        entry,
        updated: integer(row, 3)?,
        created: integer(row, 4)?,
        status: text(row, 5)?,
        parent: text(row, 6)?,
        spawned_by: text(row, 7)?,
        forked_from: text(row, 8)?,
        label: text(row, 9)?,
        display_name: text(row, 10)?,
    })
}

const WINDOW: [&str; 14] = [
    "session_id",
    "session_key",
    "previous_session_id",
    "reason",
    "created_at",
    "updated_at",
    "started_at",
    "status",
    "chat_type",
    "channel",
    "model",
    "parent_session_key",
    "spawned_by",
    "display_name",
];

fn window(row: &Row<'_>) -> rusqlite::Result<(String, Window)> {
    let window = Window {
        key: text(row, 1)?,
        previous: text(row, 2)?,
        reason: text(row, 3)?,
        created: integer(row, 4)?,
        updated: integer(row, 5)?,
        started: integer(row, 6)?,
        status: text(row, 7)?,
        chat_type: text(row, 8)?,
        channel: text(row, 9)?,
        model: text(row, 10)?,
        parent: text(row, 11)?,
        spawned_by: text(row, 12)?,
        display_name: text(row, 13)?,
    };
    Ok((text(row, 0)?.unwrap_or_default(), window))
}

const COLD: [&str; 5] = ["session_id", "archive_name", "archive_bytes", "storage", "archived_at"];

fn cold_archive(row: &Row<'_>) -> rusqlite::Result<(String, Cold)> {
    let cold = Cold {
        name: text(row, 1)?.unwrap_or_default(),
        bytes: integer(row, 2)?,
        in_database: text(row, 3)?.as_deref() == Some("sqlite"),
        archived: integer(row, 4)?,
    };
    Ok((text(row, 0)?.unwrap_or_default(), cold))
}

const ARCHIVE: [&str; 5] = ["session_id", "generation", "session_key", "reason", "created_at"];

fn archive(row: &Row<'_>) -> rusqlite::Result<Archive> {
    Ok(Archive {
        session_id: text(row, 0)?.unwrap_or_default(),
        generation: text(row, 1)?.unwrap_or_default(),
        key: text(row, 2)?,
        reason: text(row, 3)?,
        created: integer(row, 4)?,
        bytes: integer(row, 5)?,
    })
}

const COUNTS: [&str; 5] =
    ["session_id", "indexed_seq", "needs_rebuild", "active_event_count", "active_message_count"];

fn count(row: &Row<'_>) -> rusqlite::Result<Option<(String, Counts)>> {
    let id = text(row, 0)?.unwrap_or_default();
    let (seq, rebuild) = (integer(row, 1)?, integer(row, 2)?);
    let (events, messages) = (integer(row, 3)?, integer(row, 4)?);
    Ok(match (seq, rebuild, events, messages) {
        (Some(indexed_seq), Some(0), Some(events), Some(messages)) => {
            Some((id, Counts { indexed_seq, events, messages }))
        }
        _ => None,
    })
}

/// The greatest `seq` by session id, hopping from id to id through the primary key, and how many
/// rows have an id that is no text, which OpenClaw never writes.
fn stored(database: &Database, table: &Table) -> rusqlite::Result<(FxHashMap<String, i64>, u64)> {
    let (connection, name) = (&database.connection, table.name());
    let next =
        |sign: &str| format!("SELECT min(session_id) FROM {name} WHERE session_id {sign} ?1");
    let mut first = connection.prepare(&next(">="))?;
    let mut next = connection.prepare(&next(">"))?;
    // A lone `max` is looked up in the index; beside a `count` it would read all rows.
    let of_id = |what| format!("SELECT {what} FROM {name} WHERE session_id = ?1");
    let mut last = connection.prepare(&of_id("max(seq)"))?;
    let mut odd = odd_rows(database, table)?;
    let mut found = FxHashMap::default();
    // Numbers sort before all text and blobs behind it, so that only text is met.
    let mut id = first.query_row([""], bytes)?;
    while let Some(known) = id {
        // The bytes themselves lead on: an id that was mended could lead back to the same row.
        let bound = || [ToSqlOutput::Borrowed(ValueRef::Text(&known))];
        id = next.query_row(bound(), bytes)?;
        let Ok(text) = str::from_utf8(&known) else {
            let rows = connection.query_row(&of_id("count(*)"), bound(), |row| integer(row, 0))?;
            odd += rows.map_or(0, i64::cast_unsigned);
            continue;
        };
        let seq = last.query_row(bound(), |row| integer(row, 0))?;
        // Where a number is something else, none is known to be the last.
        found.insert(text.to_owned(), seq.unwrap_or(i64::MIN));
    }
    Ok((found, odd))
}

fn bytes(row: &Row<'_>) -> rusqlite::Result<Option<Vec<u8>>> {
    Ok(match row.get_ref(0)? {
        ValueRef::Text(text) => Some(text.to_vec()),
        _ => None,
    })
}

/// How many rows have a session id that is a number, a blob or nothing.
fn odd_rows(database: &Database, table: &Table) -> rusqlite::Result<u64> {
    let name = table.name();
    ["session_id < ''", "session_id >= x''", "session_id IS NULL"].iter().try_fold(0, |sum, odd| {
        let sql = format!("SELECT count(*) FROM {name} WHERE {odd}");
        let count = database.connection.query_row(&sql, [], |row| integer(row, 0))?;
        Ok(sum + count.map_or(0, i64::cast_unsigned))
    })
}

/// A text column; other types count as absent, for a damaged row must not end the list.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    })
}

/// An integer column; a double is cut to one.
pub(super) fn integer(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Real(number) => Some(number as i64),
        _ => None,
    })
}
