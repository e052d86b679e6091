//! Rows of transcripts and runtime events: by pages in order, or one by its number.
//!
//! A page is one short statement, so that a live writer's log is never held back by a long read.
//! Rows of OpenClaw 2026.9.6 are plain (`event_json`) or one zstd frame (`event_zstd`).

use rusqlite::types::{Value, ValueRef};
use rusqlite::{OptionalExtension, Row};

use super::index::integer;
use super::open::Database;
use super::schema::Table;
use crate::store::Error;

/// The longest row that OpenClaw compresses is 4 MiB; a little more is taken, no bomb is.
const UNPACKED_MAX: usize = (4 << 20) + (64 << 10);

/// Rows of the first page and the most of a page; the first one is small so that it shows soon.
const PAGE: (u32, u32) = (64, 4096);

/// A table of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum EventTable {
    /// `transcript_events`
    Transcript,
    /// `trajectory_runtime_events`
    Runtime,
}

impl EventTable {
    fn name(self) -> &'static str {
        match self {
            Self::Transcript => "transcript_events",
            Self::Runtime => "trajectory_runtime_events",
        }
    }

    fn find(self, database: &Database) -> Result<Option<Table>, Error> {
        let needed = ["session_id", "seq", "event_json"];
        Table::find(&database.connection, self.name(), &needed).map_err(database.error())
    }
}

/// The text of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum EventText<'a> {
    /// JSON, as far as the database knows.
    Text(&'a [u8]),
    /// There is none, and why.
    Unreadable(&'static str),
}

/// The rows of one session, in ascending `seq`.
#[derive(Debug)]
pub(in crate::store) struct Events<'db> {
    database: &'db Database,
    session_id: String,
    /// The least and the greatest `seq`.
    numbers: (i64, i64),
    page_sql: String,
    /// The `seq` of the last row that was looked at, which need not be an integer.
    after: Value,
    /// The last integer among them.
    reached: i64,
    page: u32,
    unpacker: Unpacker,
}

impl<'db> Events<'db> {
    /// Prepares to read from the first row; `None` when this release has no such table.
    pub(in crate::store) fn of(
        database: &'db Database,
        table: EventTable,
        session_id: &str,
    ) -> Result<Option<Self>, Error> {
        let Some(table) = table.find(database)? else {
            return Ok(None);
        };
        let columns = table.columns(&["seq", "event_json", "event_zstd", "event_utf8_bytes"]);
        let page_sql = format!(
            "SELECT {columns} FROM {} WHERE session_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            table.name()
        );
        let numbers = numbers(database, &table, session_id).map_err(database.error())?;
        Ok(Some(Self {
            database,
            session_id: session_id.to_owned(),
            numbers,
            page_sql,
            after: Value::Integer(i64::MIN),
            reached: i64::MIN,
            page: PAGE.0,
            unpacker: Unpacker::default(),
        }))
    }

    /// How much of the session has been handed over so far, from 0 to 1, by the numbers of the rows.
    ///
    /// Asking SQLite for the bytes of all rows would read every page of the session once before the
    /// first row is seen; the least and the greatest number cost one look each.
    pub(in crate::store) fn share_read(&self) -> f64 {
        let (from, to) = self.numbers;
        let whole = to as f64 - from as f64 + 1.0;
        let done = self.reached.saturating_sub(from).saturating_add(1) as f64;
        (done / whole).clamp(0.0, 1.0)
    }

    /// Hands the rows of the next page over; tells whether there may be more.
    pub(in crate::store) fn next_page(
        &mut self,
        with: &mut dyn FnMut(u64, EventText<'_>),
    ) -> Result<bool, Error> {
        let connection = &self.database.connection;
        let mut statement =
            connection.prepare_cached(&self.page_sql).map_err(self.database.error())?;
        let mut rows = statement
            .query((&self.session_id, &self.after, self.page))
            .map_err(self.database.error())?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(self.database.error())? {
            let mut odd = |why| with(self.reached.max(0) as u64, EventText::Unreadable(why));
            let seq = match row.get_ref(0).map_err(self.database.error())? {
                ValueRef::Integer(seq) => seq,
                ValueRef::Real(number) => {
                    odd("the number of the row after this one is no integer");
                    self.after = Value::Real(number);
                    count += 1;
                    continue;
                }
                // Whatever is no number comes after all that are.
                _ => {
                    odd("the rows after this one have no number");
                    return Ok(false);
                }
            };
            let text = self.unpacker.text(row).map_err(self.database.error())?;
            // Numbers below zero, which OpenClaw never writes, keep their bits and so their way back.
            with(seq as u64, text);
            (self.after, self.reached) = (Value::Integer(seq), seq);
            count += 1;
        }
        let more = count == self.page;
        self.page = self.page.saturating_mul(4).min(PAGE.1);
        Ok(more)
    }
}

/// The least and the greatest `seq` of a session; two statements, for SQLite looks a lone `min` or
/// `max` up in the index and reads all rows for both.
fn numbers(database: &Database, table: &Table, session_id: &str) -> rusqlite::Result<(i64, i64)> {
    let one = |which| {
        let sql = format!("SELECT {which}(seq) FROM {} WHERE session_id = ?1", table.name());
        let number = database.connection.query_row(&sql, [session_id], |row| integer(row, 0))?;
        Ok::<_, rusqlite::Error>(number.unwrap_or(0))
    };
    Ok((one("min")?, one("max")?))
}

impl Database {
    /// The text of one row, at most `limit` bytes of it; `None` when the row is gone.
    pub(in crate::store) fn event(
        &self,
        table: EventTable,
        session_id: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        let mut found = None;
        self.each_event(table, session_id, &[seq], &mut |text| {
            found = Some(text.get(..limit).unwrap_or(text).to_vec());
        })?;
        Ok(found)
    }

    /// Hands the texts of rows over, in the order of their numbers, up to the first that is gone.
    ///
    /// Each row is a statement of its own: a live writer's log is not held back meanwhile.
    pub(in crate::store) fn each_event(
        &self,
        table: EventTable,
        session_id: &str,
        numbers: &[u64],
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Error> {
        let Some(table) = table.find(self)? else {
            return Ok(());
        };
        let columns = table.columns(&["seq", "event_json", "event_zstd", "event_utf8_bytes"]);
        let name = table.name();
        let sql = format!("SELECT {columns} FROM {name} WHERE session_id = ?1 AND seq = ?2");
        let mut statement = self.connection.prepare_cached(&sql).map_err(self.error())?;
        let mut unpacker = Unpacker::default();
        for seq in numbers {
            let read = |row: &Row<'_>| {
                let text = unpacker.text(row)?;
                if let EventText::Text(text) = text {
                    take(text);
                }
                Ok(if let EventText::Unreadable(why) = text { Err(why) } else { Ok(()) })
            };
            let found = statement.query_row((session_id, *seq as i64), read).optional();
            match found.map_err(self.error())? {
                Some(Ok(())) => {}
                Some(Err(why)) => {
                    let what = format!("row {seq}: {why}");
                    return Err(Error::Compressed { path: self.path.clone(), what });
                }
                None => break,
            }
        }
        Ok(())
    }

    /// Tells whether a session has any row in a table.
    pub(in crate::store) fn has_events(&self, table: EventTable, session_id: &str) -> bool {
        let Ok(Some(table)) = table.find(self) else {
            return false;
        };
        let sql = format!("SELECT 1 FROM {} WHERE session_id = ?1 LIMIT 1", table.name());
        let found = self.connection.query_row(&sql, [session_id], |_| Ok(())).optional();
        matches!(found, Ok(Some(())))
    }
}

/// Decompresses rows into one buffer that is used again.
#[derive(Default)]
struct Unpacker {
    zstd: Option<zstd::bulk::Decompressor<'static>>,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unpacker").field("buffer", &self.buffer.capacity()).finish_non_exhaustive()
    }
}

impl Unpacker {
    /// Reads the columns `seq`, `event_json`, `event_zstd`, `event_utf8_bytes`.
    fn text<'a>(&'a mut self, row: &'a Row<'_>) -> rusqlite::Result<EventText<'a>> {
        if let ValueRef::Text(text) | ValueRef::Blob(text) = row.get_ref(1)? {
            return Ok(EventText::Text(text));
        }
        let ValueRef::Blob(packed) = row.get_ref(2)? else {
            return Ok(EventText::Unreadable("the row holds neither text nor compressed text"));
        };
        let said = match row.get_ref(3)? {
            ValueRef::Integer(bytes) => usize::try_from(bytes).unwrap_or(0),
            _ => UNPACKED_MAX,
        };
        Ok(self.unpack(packed, said.min(UNPACKED_MAX)))
    }

    /// Trusts the size that the row states first, for a buffer of the whole limit is wasteful.
    fn unpack(&mut self, packed: &[u8], said: usize) -> EventText<'_> {
        let broken = EventText::Unreadable("the compressed text does not decompress");
        if self.zstd.is_none() {
            self.zstd = zstd::bulk::Decompressor::new().ok();
        }
        let Some(zstd) = self.zstd.as_mut() else {
            return broken;
        };
        for room in [said, UNPACKED_MAX] {
            self.buffer.clear();
            self.buffer.reserve(room);
            if zstd.decompress_to_buffer(packed, &mut self.buffer).is_ok() {
                return EventText::Text(&self.buffer);
            }
        }
        broken
    }
}
