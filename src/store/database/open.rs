//! Opening a database without leaving a trace beside it.
//!
//! SQLite's ordinary read-only mode makes `-wal` and `-shm` files for a database in WAL mode, and
//! the last reader may remove them. Which way is taken instead depends on what lies there:
//!
//! ```text
//!  -journal that a crash left, -wal without a usable -shm ──▶ private copy
//!  -wal with content and a usable -shm                    ──▶ beside the writer, index read-only
//!  no -wal, or an empty one                               ──▶ immutable
//! ```

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::ffi::ErrorCode;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags};

use super::copy::{Stamp, beside, copy};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::store::Error;
use crate::store::cancel::Cancel;
use crate::store::scratch::Scratch;

/// How long a lock that another process holds is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_millis(400);

/// What SQLite may lay beside a database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// How many steps of a statement pass between two looks at its request: well below a millisecond.
const STEPS: std::ffi::c_int = 10_000;

/// The smallest index of a write-ahead log that SQLite ever makes, in bytes.
const SHM_MIN: u64 = 32 * 1024;

/// A database that is open for reading.
#[derive(Debug)]
pub(crate) struct Database {
    /// The database that was asked for; not the copy, when one is read.
    pub(crate) path: PathBuf,
    /// The connection.
    pub(crate) connection: Connection,
    /// The database itself where `path` is a link: what belongs to it lies beside it.
    file: PathBuf,
    way: Way,
    stamp: Stamp,
}

/// How a database is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As a file that nobody changes.
    Immutable,
    /// Beside a live writer, or one that ended without cleaning up.
    Beside,
    /// A private copy, and why.
    Copy(&'static str),
}

impl Database {
    /// Opens a database, leaving no trace.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::NotAStore`] for what is no SQLite database, [`Error::Database`]
    /// for a damaged or locked one, [`Error::Io`] when a copy cannot be made.
    pub(crate) fn open(path: &Path, scratch: &Scratch) -> Result<Self, Error> {
        let meta = fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::NotFound {
                path: path.to_owned(),
                hint: "The agent has no database, or it was moved",
            },
            _ => Error::io(path)(error),
        })?;
        if !meta.is_file() {
            return Err(no_database(path, "not a regular file"));
        }
        if meta.len() == 0 {
            return Err(no_database(path, "an empty file, not a database"));
        }
        let file = if path.is_symlink() {
            fs::canonicalize(path).map_err(Error::io(path))?
        } else {
            path.to_owned()
        };
        if let Some(link) = COMPANIONS.into_iter().find(|one| beside(&file, one).is_symlink()) {
            return Err(no_database(path, &format!("its {link} is a link, which is not followed")));
        }
        let way = choose(&file);
        match Self::open_by(path, &file, way, scratch) {
            Err(error) if way == Way::Beside && needs_copy(&error) => {
                let why = "its log could not be read in place";
                Self::open_by(path, &file, Way::Copy(why), scratch)
            }
            result => result,
        }
    }

    fn open_by(path: &Path, file: &Path, way: Way, scratch: &Scratch) -> Result<Self, Error> {
        let stamp = Stamp::of(file);
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let (uri, flags, _held) = match way {
            Way::Immutable => (uri(file, "immutable=1")?, read_only, None),
            // Without `readonly_shm` a reader enters itself into the index of the log.
            Way::Beside => (uri(file, "mode=ro&readonly_shm=1")?, read_only, None),
            Way::Copy(_) => {
                // Until the connection has its files open nobody may make room by removing them.
                let mut copies = scratch.copies();
                let copy = copy(file, scratch)?;
                copies.use_database(file, &copy);
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
                (uri(&copy, "mode=rw")?, flags, Some(copies))
            }
        };
        let opened = Connection::open_with_flags(uri, flags);
        let connection = opened.and_then(prepare).map_err(|error| refused(path, error))?;
        Ok(Self { path: path.to_owned(), connection, file: file.to_owned(), way, stamp })
    }

    /// Makes every statement from now on stop when the request becomes stale.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub(in crate::store) fn stop_with(&mut self, cancel: &Cancel) -> Result<(), Error> {
        let cancel = cancel.clone();
        self.connection
            .progress_handler(STEPS, Some(move || cancel.is_stale()))
            .map_err(Error::database(&self.path))
    }

    /// Tells whether what is read can still be trusted: a database that is read as immutable must
    /// not have changed, a copy must still be of the same state.
    pub(crate) fn is_current(&self) -> bool {
        self.way == Way::Beside || Stamp::of(&self.file) == self.stamp
    }

    /// Tells whether the database has tables, but none that says which release of OpenClaw made it.
    pub(in crate::store) fn is_foreign(&self) -> Result<bool, Error> {
        let sql = "SELECT count(*) > 0 AND sum(name = 'schema_meta') = 0 FROM sqlite_schema \
                   WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(self.error())
    }

    /// What a person ought to know about the way the database is read.
    pub(crate) fn note(&self) -> Option<Diagnostic> {
        let Way::Copy(why) = self.way else {
            return None;
        };
        let message = format!("Read from a private temporary copy: {why}.");
        Some(Diagnostic::note("database-copied", Place::whole(&self.path), message))
    }

    /// Adds the database's path to an error of SQLite.
    pub(in crate::store) fn error(&self) -> impl FnOnce(rusqlite::Error) -> Error {
        Error::database(&self.path)
    }

    #[cfg(test)]
    pub(super) fn way(&self) -> Way {
        self.way
    }
}

/// Chooses the way by the files beside the database.
fn choose(path: &Path) -> Way {
    let size = |suffix| fs::metadata(beside(path, suffix)).map_or(0, |meta| meta.len());
    if is_hot(&beside(path, "-journal")) {
        return Way::Copy("a transaction was left unfinished in its journal");
    }
    if size("-wal") == 0 {
        return Way::Immutable;
    }
    if size("-shm") < SHM_MIN {
        return Way::Copy("its log has no usable index beside it");
    }
    Way::Beside
}

/// A journal that begins with a zero byte was ended properly and only kept for its space.
fn is_hot(journal: &Path) -> bool {
    let regular = fs::metadata(journal).is_ok_and(|meta| meta.is_file() && meta.len() > 0);
    let mut first = [0];
    regular
        && fs::File::open(journal).is_ok_and(|mut file| file.read_exact(&mut first).is_ok())
        && first != [0]
}

/// Makes a connection harmless and looks whether it works at all.
fn prepare(mut connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    connection.authorizer(Some(allow_reading))?;
    Ok(connection)
}

/// Refuses the tables that hold credentials, everything but reading, and views and recursion: they
/// could make a query of ours endless, and we need neither.
fn allow_reading(context: AuthContext<'_>) -> Authorization {
    if context.accessor.is_some() {
        return Authorization::Deny;
    }
    match context.action {
        AuthAction::Read { table_name, .. } if is_credential_table(table_name) => {
            Authorization::Deny
        }
        AuthAction::Read { .. }
        | AuthAction::Select
        | AuthAction::Function { .. }
        | AuthAction::Pragma { .. } => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

fn is_credential_table(name: &str) -> bool {
    name.get(..12).is_some_and(|head| head.eq_ignore_ascii_case("auth_profile"))
}

/// Writes a path as a URI that SQLite reads back to the same path.
fn uri(path: &Path, query: &str) -> Result<String, Error> {
    let path = std::path::absolute(path).map_err(Error::io(path))?;
    let mut uri = String::from("file://");
    if !path.as_os_str().as_encoded_bytes().starts_with(b"/") {
        uri.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b':' => {
                uri.push(char::from(*byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            byte => {
                // Writing to a String cannot fail.
                let _written = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri.push('?');
    uri.push_str(query);
    Ok(uri)
}

fn refused(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => no_database(path, "not an SQLite database"),
        _ => Error::database(path)(error),
    }
}

fn no_database(path: &Path, what: &str) -> Error {
    Error::NotAStore {
        path: path.to_owned(),
        what: what.to_owned(),
        hint: "An agent database is named openclaw-agent.sqlite and lies in agents/<id>/agent",
    }
}

/// Tells whether reading a copy may succeed where reading in place did not.
fn needs_copy(error: &Error) -> bool {
    let Error::Database { source, .. } = error else {
        return false;
    };
    matches!(
        source.sqlite_error_code(),
        Some(
            ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::SystemIoFailure
        )
    )
}
