//! Every text of a file or a database, whatever it means: for looking through all of it.
//!
//! Owns the way from a path to lines and cells. Must not judge what they hold, and never reads the
//! tables that exist to hold credentials: it names them.
//!
//! ```text
//!  file, file.zst ──▶ lines
//!  database ──▶ every table ──▶ text ──────────▶ cells
//!                               packed ─▶ text ─▶ cells
//! ```

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::Error;
use super::archive;
use super::cancel::Cancel;
use super::confine::Roots;
use super::database::Database;
use super::lines::BlockReader;
use super::scratch::Scratch;

/// What every SQLite database begins with.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// What every zstd frame begins with.
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// The largest text that a compressed value may become, in bytes.
const LARGEST: u64 = 256 << 20;

/// Bytes of lines that are held at a time.
const BLOCK: usize = 2 << 20;

/// Reads texts; what is compressed is laid out in a private directory that goes with the reader.
#[derive(Debug, Default)]
pub struct Texts {
    scratch: Scratch,
}

/// A text in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The session that the row belongs to, where it says so.
    pub session: Option<&'a str>,
    /// `seq`, in a table that has it, else the row's position in the table, from 1.
    pub row: u64,
    /// The text; it need not be valid UTF-8.
    pub text: &'a [u8],
}

/// What was not read of a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Tables that hold credentials.
    pub credentials: Vec<String>,
    /// `table.column` of values that are no text.
    pub binary: Vec<String>,
    /// What could not be read, and why, one sentence each.
    pub failed: Vec<String>,
}

type Visit<'a> = &'a mut dyn FnMut(Cell<'_>);

impl Texts {
    /// Starts a reader.
    pub fn new() -> Self {
        Scratch::sweep();
        Self::default()
    }

    /// Opens the plain copy of a compressed file, which is read from its beginning.
    ///
    /// # Errors
    ///
    /// [`Error::Compressed`] for what does not decompress or grows beyond every measure, and what
    /// opening the file says.
    pub fn unpack(&self, path: &Path) -> Result<File, Error> {
        let plain =
            archive::unpack_file(path, &Roots::of_path(path), &self.scratch, &Cancel::never())?;
        Ok(plain.file)
    }

    /// Visits the lines of a plain file with their numbers, from 1, blank ones left out; tells the
    /// numbers of lines that are too long to be held in memory.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn lines(
        file: File,
        path: &Path,
        visit: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<Vec<u64>, Error> {
        let mut reader = BlockReader::new(file);
        let mut too_long = Vec::new();
        let never = Cancel::never();
        while let Some(block) = reader.next(BLOCK, &never).map_err(Error::io(path))? {
            if block.oversized {
                too_long.push(block.first_line());
            }
            block.lines().for_each(|line| visit(line.number, line.text));
        }
        Ok(too_long)
    }

    /// Visits the texts of a database, table by table, the names of tables in order.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened; a table that cannot be read is told of in the answer.
    pub fn cells(&self, path: &Path, visit: Visit<'_>) -> Result<LeftOut, Error> {
        let database = Database::open(path, &self.scratch)?;
        let mut left_out = LeftOut::default();
        for table in tables(&database)? {
            if is_credentials(&table) {
                left_out.credentials.push(table);
                continue;
            }
            let reader = Table { database: &database, name: &table };
            if let Err(error) = reader.each(&mut left_out, visit) {
                left_out.failed.push(format!("table {table}: {error}"));
            }
        }
        if !database.is_current() {
            left_out.failed.push("the database changed while it was read".to_owned());
        }
        Ok(left_out)
    }
}

/// Tells whether a file is an SQLite database, by its first bytes.
///
/// # Errors
///
/// What the system says.
pub fn is_database(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(DATABASE.len() as u64).read_to_end(&mut head)?;
    Ok(head == DATABASE)
}

/// The tables by name. Virtual ones are left out: their content lies in ordinary ones.
fn tables(database: &Database) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    let mut statement = database.connection.prepare(sql).map_err(database.error())?;
    let names = statement.query_map([], |row| row.get(0)).map_err(database.error())?;
    names.collect::<Result<_, _>>().map_err(database.error())
}

fn is_credentials(table: &str) -> bool {
    table.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("auth_"))
}

/// A table that is being read.
struct Table<'a> {
    database: &'a Database,
    name: &'a str,
}

impl Table<'_> {
    fn each(&self, left_out: &mut LeftOut, visit: Visit<'_>) -> Result<(), Error> {
        let sql = format!("SELECT * FROM \"{}\"", self.name.replace('"', "\"\""));
        let failed = || self.database.error();
        let mut statement = self.database.connection.prepare(&sql).map_err(failed())?;
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([]).map_err(failed())?;
        let mut position = 0;
        while let Some(row) = rows.next().map_err(failed())? {
            position += 1;
            self.row(row, position, &columns, left_out, visit)?;
        }
        Ok(())
    }

    fn row(
        &self,
        row: &Row<'_>,
        position: u64,
        columns: &[String],
        left_out: &mut LeftOut,
        visit: Visit<'_>,
    ) -> Result<(), Error> {
        let failed = || self.database.error();
        let number = columns.iter().position(|name| name == "seq");
        let number = number.and_then(|at| row.get::<_, i64>(at).ok());
        let number = number.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(position);
        let session = columns.iter().position(|name| name == "session_id");
        let session: Option<String> = session.and_then(|at| row.get(at).ok());
        for (at, column) in columns.iter().enumerate() {
            let cell = Cell {
                table: self.name,
                column,
                session: session.as_deref(),
                row: number,
                text: &[],
            };
            match row.get_ref(at).map_err(failed())? {
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => {}
                ValueRef::Text(text) => visit(Cell { text, ..cell }),
                ValueRef::Blob(blob) if blob.starts_with(ZSTD) => match unpacked(blob) {
                    Ok(text) => visit(Cell { text: &text, ..cell }),
                    Err(why) => {
                        let place = format!("{}.{column} row {number}", self.name);
                        left_out.failed.push(format!("{place}: {why}"));
                    }
                },
                ValueRef::Blob(text) if std::str::from_utf8(text).is_ok() => {
                    visit(Cell { text, ..cell });
                }
                ValueRef::Blob(_) => {
                    let name = format!("{}.{column}", self.name);
                    if !left_out.binary.contains(&name) {
                        left_out.binary.push(name);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Decompresses a value of a table.
fn unpacked(blob: &[u8]) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    zstd::stream::read::Decoder::with_buffer(blob)
        .and_then(|plain| plain.take(LARGEST + 1).read_to_end(&mut text))
        .map_err(|error| format!("does not decompress: {error}"))?;
    if text.len() as u64 > LARGEST {
        return Err(format!("would become larger than {LARGEST} bytes when decompressed"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn every_text_of_a_database_is_visited_but_credentials() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("any.db");
        let packed = zstd::encode_all(&b"{\"a\":1}\n{\"b\":2}\n"[..], 3).unwrap();
        let connection = Connection::open(&path).unwrap();
        let schema = "CREATE TABLE events (session_id TEXT, seq INTEGER, json TEXT);
            INSERT INTO events VALUES ('s', 7, '{}'), (NULL, NULL, 'plain');
            CREATE TABLE \"odd \"\" name\" (blob BLOB);
            INSERT INTO \"odd \"\" name\" VALUES (CAST('text' AS BLOB)), (x'ff00'), (x'ff01');
            CREATE TABLE auth_profile_store (secret TEXT);
            INSERT INTO auth_profile_store VALUES ('never');
            CREATE TABLE packed (blob BLOB);
            INSERT INTO packed VALUES (x'28b52ffd00');";
        connection.execute_batch(schema).unwrap();
        connection.execute("INSERT INTO packed VALUES (?1)", [&packed]).unwrap();
        drop(connection);
        assert!(is_database(&path).unwrap());
        let mut seen = Vec::new();
        let texts = Texts::new();
        let left_out = texts
            .cells(&path, &mut |cell| {
                let text = String::from_utf8_lossy(cell.text).into_owned();
                let session = cell.session.unwrap_or("-");
                seen.push(format!("{} {session} {} {text}", cell.table, cell.row));
            })
            .unwrap();
        let expected = [
            "events s 7 s",
            "events s 7 {}",
            "events - 2 plain",
            "odd \" name - 1 text",
            "packed - 2 {\"a\":1}\n{\"b\":2}\n",
        ];
        assert_eq!(seen, expected);
        assert_eq!(left_out.credentials, ["auth_profile_store"]);
        assert_eq!(left_out.binary, ["odd \" name.blob"]);
        assert_eq!(left_out.failed.len(), 1);
        assert!(left_out.failed[0].starts_with("packed.blob row 1: does not decompress"));
    }

    #[test]
    fn files_are_read_line_by_line_packed_or_not() {
        let dir = tempfile::tempdir().unwrap();
        let (plain, packed) = (dir.path().join("a.jsonl"), dir.path().join("a.jsonl.zst"));
        std::fs::write(&plain, "one\n\ntwo").unwrap();
        std::fs::write(&packed, zstd::encode_all(&b"one\n\ntwo"[..], 3).unwrap()).unwrap();
        let texts = Texts::new();
        for file in [File::open(&plain).unwrap(), texts.unpack(&packed).unwrap()] {
            let mut seen = Vec::new();
            let too_long =
                Texts::lines(file, &plain, &mut |at, line| seen.push((at, line.to_vec())));
            assert_eq!(too_long.unwrap(), Vec::<u64>::new());
            assert_eq!(seen, [(1, b"one".to_vec()), (3, b"two".to_vec())]);
        }
        assert!(!is_database(&plain).unwrap());
        assert!(matches!(texts.unpack(&plain), Err(Error::Compressed { .. })));
    }
}
