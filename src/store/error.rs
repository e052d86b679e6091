//! What can go wrong with a source as a whole.

use std::io;
use std::path::PathBuf;

use rusqlite::ffi::ErrorCode;

/// A source that cannot be read at all, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path does not exist.
    #[error("{path}: not found. {hint}", path = path.display())]
    NotFound {
        /// What was looked for.
        path: PathBuf,
        /// What to do.
        hint: &'static str,
    },
    /// Nothing was named, and the user has no state directory.
    #[error("{path}: there is no OpenClaw state here. Name a state directory with --state-dir, or look around with --demo", path = path.display())]
    NoState {
        /// Where one was looked for last.
        path: PathBuf,
    },
    /// A path exists and is nothing that holds sessions.
    #[error("{path}: {what}. {hint}", path = path.display())]
    NotAStore {
        /// What was given.
        path: PathBuf,
        /// What it is.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// SQLite refused.
    #[error("{path}: cannot read the database: {source}", path = path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// A compressed source does not decompress, or would become too large.
    #[error("{path}: {what}", path = path.display())]
    Compressed {
        /// The file or database.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A setting is not valid.
    #[error("{what}. {hint}")]
    Invalid {
        /// What was given.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// A newer request has taken this one's place.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// Adds the path to an error of the operating system.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// Adds the path to an error of SQLite; a statement that was interrupted was cancelled.
    pub fn database(path: impl Into<PathBuf>) -> impl FnOnce(rusqlite::Error) -> Self {
        let path = path.into();
        move |source| match source.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            _ => Self::Database { path, source },
        }
    }
}
