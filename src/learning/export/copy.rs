//! Exporting once more what an export, a gateway or a store of qortex holds: another form, fewer
//! rows, safe fields.
//!
//! Traces are taken one by one from the text of an export, and page by page from a gateway: memory
//! does not grow with their number beyond that text. Rows are taken as they stand there and written by the same code as those of a database, so that
//! a copy in the same form is the file itself. What a form does not hold cannot come back: CSV has
//! no arms, contexts or session keys, and writes 0 for a missing total or duration.

mod fields;
mod values;

use std::io::Write;
use std::path::{Path, PathBuf};

use super::later::{self, Told};
use super::{EachPosterior, EachTrace, Format, Options, Rows, Schema, Stray};
use crate::js::parse::parse_str;
use crate::js::print;
use crate::js::value::Value;
use crate::learning::Error;
use crate::learning::exported::{Exported, Form, Lists, is_documented, no_row};
use crate::learning::gateway::Gateway;
use crate::learning::qortex::Qortex;
use crate::learning::rounded::Rounded;
use crate::learning::row::{PosteriorRow, TraceRow};
use crate::learning::tables::{self, Line, Lines};
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::model::learning::cell::Cell;
use crate::store::cancel::Cancel;

/// The rows of something that was read, or of a gateway that is still to be asked for its traces.
#[derive(Debug, Clone)]
pub struct Copied<'e> {
    path: PathBuf,
    traces: Traces<'e>,
    posteriors: Vec<PosteriorRow>,
    /// Which of the two lists the source has: one that it does not have is not written either.
    has: (bool, bool),
    /// Metrics and posteriors of the later generation, which has a form of its own and no traces.
    later: Option<Value>,
    diagnostics: Vec<Diagnostic>,
}

/// Where the traces are.
#[derive(Debug, Clone)]
enum Traces<'e> {
    /// Nowhere: there are none.
    Nowhere,
    /// With a gateway that speaks of so many.
    Gateway { gateway: &'e Gateway, count: u64 },
    /// In the text of JSON.
    Json { export: &'e Exported, lists: &'e Lists, documented: bool },
    /// In the text of CSV, so many.
    Csv { text: &'e str, count: u64 },
}

impl<'e> Copied<'e> {
    /// Takes the rows of an export.
    pub fn of_export(export: &'e Exported) -> Self {
        let mut copied = Self::empty(export.path());
        copied.diagnostics = export.diagnostics();
        match export.form() {
            Form::Tables => copied.add_tables(export.text()),
            Form::Lists(lists) => copied.add_lists(export, lists),
            Form::Nothing => {}
        }
        copied
    }

    /// Reads all posteriors of a gateway; its traces are asked for when they are written.
    ///
    /// # Errors
    ///
    /// As [`Gateway::read`].
    pub fn of_gateway(gateway: &'e Gateway) -> Result<Self, Error> {
        let posteriors = gateway.posteriors(&Cancel::never())?;
        let summary = gateway.summary(&Cancel::never())?;
        let mut copied = Self::empty(&gateway.place());
        if let Some(told) = later::of_gateway(&summary, &posteriors, &copied.path) {
            copied.add_told(told);
            return Ok(copied);
        }
        copied.has = (true, true);
        for (at, value) in posteriors.as_array().unwrap_or_default().iter().enumerate() {
            copied.add_posterior(value, at);
        }
        let count = summary.get("traceCount").and_then(Value::as_f64).unwrap_or_default() as u64;
        copied.traces = Traces::Gateway { gateway, count };
        Ok(copied)
    }

    /// Takes the arms of a store of qortex in the form in which the releases with qortex export
    /// them; `all_contexts` as in [`Options`].
    pub fn of_qortex(store: &Qortex, path: &Path, all_contexts: bool) -> Self {
        let mut copied = Self::empty(path);
        copied.diagnostics.clone_from(&store.diagnostics);
        copied.add_told(later::of_store(store, path, all_contexts));
        copied
    }

    fn empty(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            traces: Traces::Nowhere,
            posteriors: Vec::new(),
            has: (false, false),
            later: None,
            diagnostics: Vec::new(),
        }
    }

    /// Writes the rows and returns what was odd.
    ///
    /// # Errors
    ///
    /// [`Error::Output`], and of a gateway what [`Gateway::read`] says: then a part of the rows may
    /// have been written.
    pub fn export(&self, options: &Options, out: &mut dyn Write) -> Result<Vec<Diagnostic>, Error> {
        let options = Options {
            traces: options.traces && self.has.0,
            posteriors: options.posteriors && self.has.1,
            ..*options
        };
        let mut diagnostics = self.diagnostics.clone();
        match (&self.later, options.format) {
            (Some(later), Format::Json) => {
                if options.schema == Schema::Documented {
                    diagnostics.push(self.undocumented());
                }
                let mut rounded = Rounded::default();
                for row in &self.posteriors {
                    rounded.look(row.counts().into_iter().filter_map(Cell::number));
                }
                diagnostics.extend(rounded.in_json(&self.path));
                let mut value = later.clone();
                if let Some(object) = value.as_object_mut().filter(|_| !options.posteriors) {
                    object.remove("posteriors");
                }
                writeln!(out, "{}", print::to_pretty(&value)).map_err(Error::Output)?;
                out.flush().map_err(Error::Output)?;
            }
            _ => diagnostics.extend(super::write(self, &options, out)?),
        }
        Ok(diagnostics)
    }

    /// Says that there is but one form of what the releases with qortex export.
    fn undocumented(&self) -> Diagnostic {
        let message = "The documented schema is that of the releases before qortex: this is written \
                       as the product writes it.";
        Diagnostic::note("learning-schema-unheeded", Place::whole(&self.path), message)
    }

    fn add_told(&mut self, told: Told) {
        self.diagnostics.extend(told.notes);
        let posteriors = told.value.get("posteriors");
        self.has.1 = posteriors.is_some();
        for (at, value) in posteriors.and_then(Value::as_array).into_iter().flatten().enumerate() {
            self.add_posterior(value, at);
        }
        self.later = Some(told.value);
    }

    fn add_posterior(&mut self, value: &Value, at: usize) {
        match value.as_object() {
            Some(_) => self.posteriors.push(values::posterior_of(value, at as i64)),
            None => self.diagnostics.push(no_row(&self.path, at, "posterior")),
        }
    }

    fn add_lists(&mut self, export: &'e Exported, lists: &'e Lists) {
        self.has = (lists.traces.is_some(), lists.posteriors.is_some());
        for (at, span) in lists.posteriors.iter().flatten().enumerate() {
            self.add_posterior(&export.value(span).unwrap_or_default(), at);
        }
        self.traces = Traces::Json { export, lists, documented: export.is_documented() };
        self.later = lists.metrics.as_ref().and_then(|_| parse_str(export.text()).ok());
    }

    /// Takes the posteriors, and counts the traces.
    fn add_tables(&mut self, text: &'e str) {
        let mut count = 0;
        let mut lossy = false;
        for line in Lines::new(text) {
            let (line, fields, known) = match line {
                Line::Header { traces } => {
                    self.has = (self.has.0 || traces, self.has.1 || !traces);
                    continue;
                }
                Line::Trace(line, record) => {
                    lossy = true;
                    let known = fields::is_trace(&record);
                    count += u64::from(known);
                    (line, record.len(), known)
                }
                Line::Posterior(line, record) => {
                    let row = fields::posterior_of(&record, line);
                    let known = row.is_some();
                    self.posteriors.extend(row);
                    (line, record.len(), known)
                }
            };
            if !known {
                let place = Place::at(&self.path, RowPos::Line(line));
                let message = format!("A record of {fields} fields was left out.");
                let code = "learning-row-skipped";
                self.diagnostics.push(Diagnostic::error(code, place, message));
            }
        }
        self.traces = Traces::Csv { text, count };
        if lossy {
            self.diagnostics.push(tables::lossy(&self.path));
        }
    }
}

/// A trace as a value, or why it is none.
fn row_of(value: &Value, at: usize, documented: bool) -> Result<TraceRow, Stray> {
    let at = at as i64;
    value.as_object().map(|_| values::trace_of(value, at, documented)).ok_or((at, "it is no trace"))
}

/// Hands out the traces of a gateway while it is being asked.
fn each_asked(
    gateway: &Gateway,
    limit: Option<usize>,
    each: EachTrace<'_>,
) -> Result<Option<Diagnostic>, Error> {
    let (mut at, mut documented) = (0, false);
    gateway.traces(limit, &Cancel::never(), &mut |_| {}, &mut |page| {
        // Of the runs of a page one at least ended without an error: that tells the form.
        documented |= page.iter().any(is_documented);
        for value in &page {
            each(row_of(value, at, documented))?;
            at += 1;
        }
        Ok(())
    })
}

impl Rows for Copied<'_> {
    fn path(&self) -> &Path {
        &self.path
    }

    fn each_trace(
        &self,
        limit: Option<u64>,
        each: EachTrace<'_>,
    ) -> Result<Option<Diagnostic>, Error> {
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let most = limit.unwrap_or(usize::MAX);
        match &self.traces {
            Traces::Nowhere => {}
            Traces::Gateway { gateway, .. } => return each_asked(gateway, limit, each),
            Traces::Json { export, lists, documented } => {
                let spans = lists.traces.iter().flatten().enumerate().take(most);
                let value = |span| export.value(span).unwrap_or_default();
                spans.map(|(at, span)| row_of(&value(span), at, *documented)).try_for_each(each)?;
            }
            Traces::Csv { text, .. } => {
                let rows = Lines::new(text).filter_map(|line| match line {
                    Line::Trace(line, record) => fields::trace_of(&record, line).map(Ok),
                    Line::Header { .. } | Line::Posterior(..) => None,
                });
                rows.take(most).try_for_each(each)?;
            }
        }
        Ok(None)
    }

    fn each_posterior(&self, each: EachPosterior<'_>) -> Result<(), Error> {
        self.posteriors.iter().cloned().try_for_each(each)
    }

    fn count(&self) -> Result<u64, Error> {
        Ok(match &self.traces {
            Traces::Nowhere => 0,
            Traces::Gateway { count, .. } | Traces::Csv { count, .. } => *count,
            Traces::Json { lists, .. } => lists.traces.as_ref().map_or(0, Vec::len) as u64,
        })
    }

    fn skipped(&self, row: i64, why: &str) -> Diagnostic {
        let message = format!("Element {row} of the list was left out: {why}.");
        Diagnostic::error("learning-row-skipped", Place::whole(&self.path), message)
    }

    fn are_doubles(&self) -> bool {
        !matches!(self.traces, Traces::Csv { .. })
    }
}
