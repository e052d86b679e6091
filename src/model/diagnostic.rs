//! Everything that was skipped, repaired or odd, in a form that a person can act on.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that a reader of the data ought to know.
///
/// A diagnostic names a place and a reason; it never quotes the data, which may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Stable name of the kind of trouble, for example `invalid-session-json`.
    pub code: &'static str,
    /// Where it is.
    pub place: Place,
    /// What happened and what the reader did about it: one sentence.
    pub message: String,
}

impl Diagnostic {
    /// Data was skipped or could not be read.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, place, message: message.into() }
    }

    /// Data is odd and was read all the same.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, code, place, message: message.into() }
    }

    /// Nothing is wrong; the reader chose a way that is worth knowing.
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, code, place, message: message.into() }
    }
}

/// How much a diagnostic matters; greater is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A choice that is worth knowing.
    Note,
    /// Odd, but read.
    Warning,
    /// Skipped or unreadable.
    Error,
}

impl Severity {
    /// The severity in one word, for people and for JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a source: a path, and in it a line of a file or a row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file or database.
    pub path: PathBuf,
    /// Line or row, when the trouble is not with the source as a whole.
    pub row: Option<RowPos>,
}

impl Place {
    /// The source as a whole.
    pub fn whole(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), row: None }
    }

    /// A row of the source.
    pub fn at(path: impl AsRef<Path>, row: RowPos) -> Self {
        Self { path: path.as_ref().to_owned(), row: Some(row) }
    }
}

/// A position inside a source, as a person counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowPos {
    /// Physical line of a text file, from 1.
    Line(u64),
    /// Row of a database, by its `seq`, from 0.
    Seq(u64),
}

impl fmt::Display for RowPos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Seq(seq) => write!(f, "row {seq}"),
        }
    }
}
