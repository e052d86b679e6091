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

use std::io::Write;
use std::path::Path;

pub(super) use csv::{POSTERIORS_HEADER, TRACES_HEADER};

use super::Error;
use super::database::LearningDb;
use super::rounded::Rounded;
use super::row::{Fault, PosteriorRow, TraceRow};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::cell::Cell;

/// How many traces the original exports at most, the newest ones.
pub const DEFAULT_LIMIT: u64 = 10_000;

/// How many rows are named one by one in diagnostics; the others are only counted.
const MAX_DIAGNOSTICS: usize = 100;

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
    /// reason.
    fn each_trace(&self, limit: Option<u64>, each: EachTrace<'_>) -> Result<(), Error>;

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

    fn each_trace(&self, limit: Option<u64>, each: EachTrace<'_>) -> Result<(), Error> {
        self.each_trace(None, limit, &mut |row| each(Ok(row)))
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
    let mut notes = Notes { rows, named: Vec::new(), more: 0, rounded: Rounded::default() };
    let form: &mut dyn Form = match options.format {
        Format::Json => &mut json::Json::new(options.schema == Schema::Documented),
        Format::Csv => &mut csv::Csv::new(options.safe_csv),
    };
    let mut text = String::new();
    if options.traces {
        notes.look_at_limit(options.limit)?;
        form.begin(Table::Traces, &mut text);
        rows.each_trace(options.limit, &mut |row| {
            put(&mut text, out)?;
            let row = match row {
                Ok(row) => row,
                Err((row, why)) => {
                    notes.add(rows.skipped(row, why));
                    return Ok(());
                }
            };
            match form.trace(&row, &mut text) {
                Ok(()) => notes.look_at(row.row, &row.numbers(), &row.numbers()),
                Err(fault) => {
                    text.clear();
                    notes.skipped(row.row, &fault);
                }
            }
            Ok(())
        })?;
        form.end(&mut text);
    }
    if options.posteriors {
        form.begin(Table::Posteriors, &mut text);
        rows.each_posterior(&mut |row| {
            put(&mut text, out)?;
            match form.posterior(&row, &mut text) {
                Ok(()) => notes.look_at(row.row, &row.numbers(), &row.counts()),
                Err(why) => {
                    text.clear();
                    notes.add(rows.skipped(row.row, why));
                }
            }
            Ok(())
        })?;
        form.end(&mut text);
    }
    form.finish(&mut text);
    put(&mut text, out)?;
    out.flush().map_err(Error::Output)?;
    Ok(notes.finish())
}

/// Writes a text and empties it for the next.
fn put(text: &mut String, out: &mut dyn Write) -> Result<(), Error> {
    out.write_all(text.as_bytes()).map_err(Error::Output)?;
    text.clear();
    Ok(())
}

/// Collects diagnostics without growing beyond bounds.
struct Notes<'a> {
    rows: &'a dyn Rows,
    named: Vec<Diagnostic>,
    more: usize,
    rounded: Rounded,
}

impl Notes<'_> {
    fn add(&mut self, diagnostic: Diagnostic) {
        if self.named.len() < MAX_DIAGNOSTICS {
            self.named.push(diagnostic);
        } else {
            self.more += 1;
        }
    }

    /// Says so when the original's own limit, which nobody asked for, leaves traces out.
    fn look_at_limit(&mut self, limit: Option<u64>) -> Result<(), Error> {
        let all = if limit == Some(DEFAULT_LIMIT) { self.rows.count()? } else { 0 };
        if all > DEFAULT_LIMIT {
            let message = format!(
                "Only the newest {DEFAULT_LIMIT} of {all} traces are written, as in the original; \
                 --limit all writes all of them."
            );
            let place = Place::whole(self.rows.path());
            self.add(Diagnostic::note("learning-traces-limited", place, message));
        }
        Ok(())
    }

    fn skipped(&mut self, row: i64, fault: &Fault) {
        let why = format!("{fault}; the original export ends here with an error");
        self.add(self.rows.skipped(row, &why));
    }

    /// Says so when a cell is wider than JavaScript's numbers, and counts the row when one of those
    /// for whole numbers may have been rounded to them.
    fn look_at(&mut self, row: i64, cells: &[&Cell], whole: &[&Cell]) {
        if self.rows.are_doubles() {
            self.rounded.look(whole.iter().filter_map(|cell| cell.number()));
        }
        if !cells.iter().any(|cell| matches!(cell, Cell::Wide(_))) {
            return;
        }
        let place = Place::whole(self.rows.path());
        self.add(Diagnostic::warning(
            "learning-wide-integer",
            place,
            format!(
                "Row {row} holds an integer beyond 2^53 − 1; it is written in full, where the \
                 original export ends with an error."
            ),
        ));
    }

    fn finish(mut self) -> Vec<Diagnostic> {
        if self.more > 0 {
            let message = format!("{} more rows are odd in the same ways.", self.more);
            let place = Place::whole(self.rows.path());
            self.named.push(Diagnostic::warning("learning-rows-odd", place, message));
        }
        self.named.extend(self.rounded.in_json(self.rows.path()));
        self.named
    }
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
