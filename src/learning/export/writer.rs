//! Writing rows in a form, one after the other, and telling what was odd about them.
//!
//! A row is written before the next one is read; nothing of it is kept but what a diagnostic says.

use std::io::Write;

use super::{DEFAULT_LIMIT, Form, Rows, Stray, Table};
use crate::learning::Error;
use crate::learning::rounded::Rounded;
use crate::learning::row::{Fault, PosteriorRow, TraceRow};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::cell::Cell;

/// How many rows are named one by one in diagnostics; the others are only counted.
pub(super) const MAX_DIAGNOSTICS: usize = 100;

/// Takes rows from a source, and writes them in a form.
pub(super) struct Writer<'a> {
    rows: &'a dyn Rows,
    form: &'a mut dyn Form,
    out: &'a mut dyn Write,
    /// What is still to be written.
    text: String,
    notes: Notes<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(rows: &'a dyn Rows, form: &'a mut dyn Form, out: &'a mut dyn Write) -> Self {
        let notes = Notes { rows, named: Vec::new(), more: 0, rounded: Rounded::default() };
        Self { rows, form, out, text: String::new(), notes }
    }

    /// Writes the list of traces, at most `limit` of them.
    pub(super) fn traces(&mut self, limit: Option<u64>) -> Result<(), Error> {
        self.notes.look_at_limit(limit)?;
        self.form.begin(Table::Traces, &mut self.text);
        let missing = self.rows.each_trace(limit, &mut |row| self.trace(row))?;
        self.notes.named.extend(missing);
        self.form.end(&mut self.text);
        Ok(())
    }

    fn trace(&mut self, row: Result<TraceRow, Stray>) -> Result<(), Error> {
        self.put()?;
        match row {
            Ok(row) => match self.form.trace(&row, &mut self.text) {
                Ok(()) => self.notes.look_at(row.row, &row.numbers(), &row.numbers()),
                Err(fault) => {
                    self.text.clear();
                    self.notes.skipped(row.row, &fault);
                }
            },
            Err((row, why)) => self.notes.add(self.rows.skipped(row, why)),
        }
        Ok(())
    }

    /// Writes the list of posteriors.
    pub(super) fn posteriors(&mut self) -> Result<(), Error> {
        self.form.begin(Table::Posteriors, &mut self.text);
        self.rows.each_posterior(&mut |row| self.posterior(&row))?;
        self.form.end(&mut self.text);
        Ok(())
    }

    fn posterior(&mut self, row: &PosteriorRow) -> Result<(), Error> {
        self.put()?;
        match self.form.posterior(row, &mut self.text) {
            Ok(()) => self.notes.look_at(row.row, &row.numbers(), &row.counts()),
            Err(why) => {
                self.text.clear();
                self.notes.add(self.rows.skipped(row.row, why));
            }
        }
        Ok(())
    }

    /// Writes the end, and tells what was odd.
    pub(super) fn finish(mut self) -> Result<Vec<Diagnostic>, Error> {
        self.form.finish(&mut self.text);
        self.put()?;
        self.out.flush().map_err(Error::Output)?;
        Ok(self.notes.finish())
    }

    /// Writes the text and empties it for the next row.
    fn put(&mut self) -> Result<(), Error> {
        self.out.write_all(self.text.as_bytes()).map_err(Error::Output)?;
        self.text.clear();
        Ok(())
    }
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
