//! `learning export`: traces and posteriors as JSON or CSV.
//!
//! By default the output is byte for byte that of `openclaw learning export`. Where the original
//! ends with an error (a JSON column that is no JSON, an integer that JavaScript cannot hold), the
//! row is left out or the number printed in full, and a diagnostic says so. Rows are written as
//! they are read: memory does not grow with the database.

pub mod copy;
mod csv;
mod json;
mod later;
mod writer;

use std::io::Write;
use std::path::Path;

pub(super) use csv::{POSTERIORS_HEADER, TRACES_HEADER};
use writer::Writer;

use super::Error;
use super::database::LearningDb;
use super::row::{Fault, PosteriorRow, TraceRow};
use crate::model::diagnostic::Diagnostic;
use crate::model::learning::cell::Cell;

/// How many traces the original exports at most, the newest ones.
pub const DEFAULT_LIMIT: u64 = 10_000;

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// One object with the members `traces` and `posteriors`.
    #[default]
    Json,
    /// Two tables, one after the other.
    Csv,
}

/// Which of two descriptions of the JSON form is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Schema {
    /// What the product writes: absent members are left out, whole numbers have no fraction.
    #[default]
    Product,
    /// What its documentation describes: absent members are `null`, α and β have a decimal point.
    Documented,
}

/// What to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// JSON or CSV.
    pub format: Format,
    /// Whether traces are part of it.
    pub traces: bool,
    /// Whether posteriors are part of it.
    pub posteriors: bool,
    /// How many of the newest traces; all of them when nothing.
    pub limit: Option<u64>,
    /// The JSON form.
    pub schema: Schema,
    /// CSV only: quote a lone CR, and keep texts from being read as formulas by a spreadsheet.
    pub safe_csv: bool,
    /// Stores of qortex only: what the arms learnt in all contexts taken together, where the product
    /// exports the arms without a context.
    pub all_contexts: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: Format::Json,
            traces: true,
            posteriors: true,
            limit: Some(DEFAULT_LIMIT),
            schema: Schema::Product,
            safe_csv: false,
            all_contexts: false,
        }
    }
}

/// Where the rows of an export come from.
trait Rows {
    /// The file, or what stands for it in diagnostics.
    fn path(&self) -> &Path;

    /// Hands out traces, newest first, at most `limit`; an element of a list that is none with the
    /// reason. Returns what the source held back, if it did.
    fn each_trace(
        &self,
        limit: Option<u64>,
        each: EachTrace<'_>,
    ) -> Result<Option<Diagnostic>, Error>;

    /// Hands out posteriors in the order of the source.
    fn each_posterior(&self, each: EachPosterior<'_>) -> Result<(), Error>;

    /// How many traces there are.
    fn count(&self) -> Result<u64, Error>;

    /// The diagnostic for a row that was left out.
    fn skipped(&self, row: i64, why: &str) -> Diagnostic;

    /// Whether numbers were read as doubles, which may have changed the last digits of large ones.
    fn are_doubles(&self) -> bool {
        false
    }
}

/// What a list has for a row: its position and why it is none.
type Stray = (i64, &'static str);
type EachTrace<'a> = &'a mut dyn FnMut(Result<TraceRow, Stray>) -> Result<(), Error>;
type EachPosterior<'a> = &'a mut dyn FnMut(PosteriorRow) -> Result<(), Error>;

impl Rows for LearningDb {
    fn path(&self) -> &Path {
        self.path()
    }

    fn each_trace(
        &self,
        limit: Option<u64>,
        each: EachTrace<'_>,
    ) -> Result<Option<Diagnostic>, Error> {
        self.each_trace(None, limit, &mut |row| each(Ok(row)))?;
        Ok(None)
    }

    fn each_posterior(&self, each: EachPosterior<'_>) -> Result<(), Error> {
        self.each_posterior(each)
    }

    fn count(&self) -> Result<u64, Error> {
        Ok(self.counts()?.traces)
    }

    fn skipped(&self, row: i64, why: &str) -> Diagnostic {
        self.skipped(row, why)
    }
}

/// Writes the export of a database and returns what was odd.
///
/// # Errors
///
/// [`Error::Database`] when reading fails, [`Error::Output`] when writing does.
pub fn export(
    db: &LearningDb,
    options: &Options,
    out: &mut dyn Write,
) -> Result<Vec<Diagnostic>, Error> {
    write(db, options, out)
}

/// The lists of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Traces,
    Posteriors,
}

/// How rows are written, and what stands around them; every method appends to a text.
trait Form {
    /// What stands before the first row of a list.
    fn begin(&mut self, table: Table, text: &mut String);

    /// A trace with what parts it from the one before; with a fault the text is of no use.
    fn trace(&mut self, row: &TraceRow, text: &mut String) -> Result<(), Fault>;

    /// A posterior, likewise; or why it cannot be written.
    fn posterior(&mut self, row: &PosteriorRow, text: &mut String) -> Result<(), &'static str>;

    /// What stands after the last row of a list.
    fn end(&mut self, text: &mut String);

    /// What stands at the end.
    fn finish(&mut self, text: &mut String);
}

fn write(
    rows: &dyn Rows,
    options: &Options,
    out: &mut dyn Write,
) -> Result<Vec<Diagnostic>, Error> {
    let form: &mut dyn Form = match options.format {
        Format::Json => &mut json::Json::new(options.schema == Schema::Documented),
        Format::Csv => &mut csv::Csv::new(options.safe_csv),
    };
    let mut writer = Writer::new(rows, form, out);
    if options.traces {
        writer.traces(options.limit)?;
    }
    if options.posteriors {
        writer.posteriors()?;
    }
    writer.finish()
}

impl TraceRow {
    fn numbers(&self) -> [&Cell; 5] {
        [&self.timestamp, &self.is_baseline, &self.duration, &self.prompt_chars, &self.aborted]
    }
}

impl PosteriorRow {
    pub(super) fn numbers(&self) -> [&Cell; 4] {
        [&self.alpha, &self.beta, &self.pulls, &self.last_updated]
    }

    /// The columns that hold whole numbers.
    fn counts(&self) -> [&Cell; 2] {
        [&self.pulls, &self.last_updated]
    }
}

#[cfg(test)]
mod tests;
