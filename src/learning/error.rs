//! What can go wrong with a source of learning data as a whole.

use std::io;
use std::path::PathBuf;

use crate::store;

/// A source that cannot be read, or an output that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// SQLite refused a query.
    #[error("{path}: cannot read the learning data: {source}", path = path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// SQLite's reason.
        #[source]
        source: rusqlite::Error,
    },
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A file is something else than it was taken for.
    #[error("{path}: {what}", path = path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A gateway did not answer as it should.
    #[error("{url}: {what}")]
    Gateway {
        /// What was asked.
        url: String,
        /// What came of it.
        what: String,
    },
    /// The output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[source] io::Error),
}
