//! `learning.db`: the traces and posteriors of releases that kept them in SQLite.
//!
//! The schema never changed and has no version. Both tables are ordinary rowid tables; rewriting a
//! row gives it a new rowid, so rowid order is the order of the last writes. Opening leaves no
//! trace; see the store.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Error;
use super::rounded::Rounded;
use super::row::{POSTERIOR_COLUMNS, PosteriorRow, TRACE_COLUMNS, TraceRow};
use super::stored::{Stored, value_of};
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::model::learning::posterior::Posterior;
use crate::model::learning::trace::Trace;
use crate::store::Database;
use crate::store::scratch::Scratch;

/// An open `learning.db`.
#[derive(Debug)]
pub struct LearningDb {
    database: Database,
    has_traces: bool,
    has_posteriors: bool,
}

/// How much is there, known without reading the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of `run_traces`.
    pub traces: u64,
    /// Rows of `arm_posteriors`.
    pub arms: u64,
}

/// A place between two traces of a newest-first list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageKey {
    row: i64,
}

/// Some traces of a newest-first list.
#[derive(Debug, Default)]
pub struct Page {
    /// The traces, newest first.
    pub traces: Vec<Trace>,
    /// Where the next page begins; nothing at the end of the list.
    pub next: Option<PageKey>,
    /// Rows that could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

impl LearningDb {
    /// Opens a database for reading.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] when it cannot be opened, [`Error::Format`] when it is the database of
    /// something else.
    pub fn open(path: &Path, scratch: &Scratch) -> Result<Self, Error> {
        let database = Database::open(path, scratch)?;
        let has = |table: &str| {
            let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
            let count: i64 = database
                .connection
                .query_row(sql, [table], |row| row.get(0))
                .map_err(refused(path))?;
            Ok::<bool, Error>(count > 0)
        };
        let (has_traces, has_posteriors) = (has("run_traces")?, has("arm_posteriors")?);
        if !has_traces && !has_posteriors {
            return Err(Error::Format {
                path: path.to_owned(),
                what: "holds neither run_traces nor arm_posteriors, so it is no learning.db".into(),
            });
        }
        Ok(Self { database, has_traces, has_posteriors })
    }

    /// The file that was asked for.
    pub fn path(&self) -> &Path {
        &self.database.path
    }

    /// What a person ought to know about the way it is read.
    pub fn note(&self) -> Option<Diagnostic> {
        self.database.note()
    }

    /// Tells whether what is read is still what lies there; else the database is to be opened anew.
    pub fn is_current(&self) -> bool {
        self.database.is_current()
    }

    /// Counts the rows, from indexes alone.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn counts(&self) -> Result<Counts, Error> {
        let count = |there: bool, sql: &str| {
            if !there {
                return Ok(0);
            }
            self.connection().query_row(sql, [], |row| row.get::<_, i64>(0))
        };
        let traces = count(self.has_traces, "SELECT count(*) FROM run_traces");
        let arms = count(self.has_posteriors, "SELECT count(*) FROM arm_posteriors");
        Ok(Counts {
            traces: traces.map_err(self.refused())? as u64,
            arms: arms.map_err(self.refused())? as u64,
        })
    }

    /// Reads all posteriors in rowid order: least recently written first.
    ///
    /// # Errors
    ///
    /// [`Error::Database`]; rows whose parameters are no numbers become diagnostics.
    pub fn posteriors(&self) -> Result<(Vec<Posterior>, Vec<Diagnostic>), Error> {
        let (mut posteriors, mut diagnostics) = (Vec::new(), Vec::new());
        let mut rounded = Rounded::default();
        self.each_posterior(&mut |row| {
            rounded.look_at(&row.numbers());
            match row.posterior() {
                Some(posterior) => posteriors.push(posterior),
                None => diagnostics.push(self.skipped(row.row, "alpha or beta is no number")),
            }
            Ok(())
        })?;
        diagnostics.extend(rounded.in_table("arm_posteriors", self.path()));
        Ok((posteriors, diagnostics))
    }

    /// Reads the stamps of the posteriors in the form in which they are stored.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn stored(&self) -> Result<Stored, Error> {
        let mut stored = Stored::default();
        self.each_posterior(&mut |row| {
            if let Some(posterior) = row.posterior() {
                stored.add(&posterior, value_of(&row.last_updated));
            }
            Ok(())
        })?;
        Ok(stored)
    }

    /// Reads a page of traces, newest first, from a key onwards; takes time in proportion to the
    /// page only.
    ///
    /// # Errors
    ///
    /// [`Error::Database`]; unreadable rows become diagnostics of the page.
    pub fn page(&self, from: Option<PageKey>, limit: usize) -> Result<Page, Error> {
        let mut page = Page::default();
        let mut seen = 0;
        let mut last = None;
        self.each_trace(from, Some(limit as u64), &mut |row| {
            seen += 1;
            last = Some(PageKey { row: row.row });
            match row.trace() {
                Ok(trace) => page.traces.push(trace),
                Err(fault) => page.diagnostics.push(self.skipped(row.row, &fault.to_string())),
            }
            Ok(())
        })?;
        page.next = last.filter(|_| seen == limit);
        Ok(page)
    }

    /// Reads one trace by its rowid, as an index gives it; nothing when it has gone.
    ///
    /// # Errors
    ///
    /// [`Error::Database`], and [`Error::Format`] for a row that cannot be read.
    pub fn trace(&self, row: i64) -> Result<Option<Trace>, Error> {
        if !self.has_traces {
            return Ok(None);
        }
        let sql = format!("SELECT {TRACE_COLUMNS} FROM run_traces WHERE rowid = ?1");
        let found = self.connection().query_row(&sql, [row], TraceRow::read);
        match found {
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(self.refused()(error)),
            Ok(row) => row.trace().map(Some).map_err(|fault| Error::Format {
                path: self.path().to_owned(),
                what: format!("row {}: {fault}", row.row),
            }),
        }
    }

    /// Hands out rows of `run_traces`, newest first; of equal timestamps the later row first.
    pub(super) fn each_trace(
        &self,
        from: Option<PageKey>,
        limit: Option<u64>,
        each: &mut dyn FnMut(TraceRow) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !self.has_traces {
            return Ok(());
        }
        let sql = match from {
            None => format!(
                "SELECT {TRACE_COLUMNS} FROM run_traces \
                 ORDER BY timestamp DESC, rowid DESC LIMIT ?1"
            ),
            Some(PageKey { row }) => format!(
                "SELECT {TRACE_COLUMNS} FROM run_traces WHERE (timestamp, rowid) < \
                 ((SELECT timestamp FROM run_traces WHERE rowid = {row}), {row}) \
                 ORDER BY timestamp DESC, rowid DESC LIMIT ?1"
            ),
        };
        let limit = limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let mut statement = self.connection().prepare(&sql).map_err(self.refused())?;
        let mut rows = statement.query([limit]).map_err(self.refused())?;
        while let Some(row) = rows.next().map_err(self.refused())? {
            each(TraceRow::read(row).map_err(self.refused())?)?;
        }
        Ok(())
    }

    /// Hands out the rows of `arm_posteriors` in rowid order.
    pub(super) fn each_posterior(
        &self,
        each: &mut dyn FnMut(PosteriorRow) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if !self.has_posteriors {
            return Ok(());
        }
        let sql = format!("SELECT {POSTERIOR_COLUMNS} FROM arm_posteriors ORDER BY rowid");
        let mut statement = self.connection().prepare(&sql).map_err(self.refused())?;
        let mut rows = statement.query([]).map_err(self.refused())?;
        while let Some(row) = rows.next().map_err(self.refused())? {
            each(PosteriorRow::read(row).map_err(self.refused())?)?;
        }
        Ok(())
    }

    pub(super) fn has_traces(&self) -> bool {
        self.has_traces
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.database.connection
    }

    pub(super) fn refused(&self) -> impl FnOnce(rusqlite::Error) -> Error {
        refused(self.path())
    }

    /// The diagnostic for a row that was left out.
    pub(super) fn skipped(&self, row: i64, why: &str) -> Diagnostic {
        let place = Place::at(self.path(), RowPos::Seq(row.unsigned_abs()));
        Diagnostic::error("learning-row-skipped", place, format!("Row {row} was left out: {why}."))
    }
}

fn refused(path: &Path) -> impl FnOnce(rusqlite::Error) -> Error {
    let path = PathBuf::from(path);
    move |source| Error::Database { path, source }
}
