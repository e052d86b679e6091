//! Exporting once more what an export, a gateway or a store of qortex holds: another form, fewer
//! rows, safe fields.
//!
//! Rows are taken as they stand there and written by the same code as those of a database, so that
//! a copy in the same form is the file itself. What a form does not hold cannot come back: CSV has
//! no arms, contexts or session keys, and writes 0 for a missing total or duration.

mod fields;
mod values;

use std::io::Write;
use std::path::{Path, PathBuf};

use super::later::{self, Told};
use super::{
    EachPosterior, EachTrace, Format, Options, POSTERIORS_HEADER, Rows, Schema, TRACES_HEADER,
};
use crate::js::print;
use crate::js::value::Value;
use crate::learning::Error;
use crate::learning::form::{Form, no_row};
use crate::learning::gateway::Gateway;
use crate::learning::qortex::Qortex;
use crate::learning::records::Records;
use crate::learning::row::{PosteriorRow, TraceRow};
use crate::learning::scan::Progress;
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::store::cancel::Cancel;

/// The rows of an export that was read.
#[derive(Debug, Clone)]
pub struct Copied {
    path: PathBuf,
    traces: Vec<TraceRow>,
    posteriors: Vec<PosteriorRow>,
    /// Which of the two lists the source has: one that it does not have is not written either.
    has: (bool, bool),
    /// Metrics and posteriors of the later generation, which has a form of its own and no traces.
    later: Option<Value>,
    diagnostics: Vec<Diagnostic>,
}

impl Copied {
    /// Reads the file of an export.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and [`Error::Format`] for a file that is no export.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let bytes =
            std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
        Self::parse(&bytes, path)
    }

    /// Reads the bytes of an export; `path` is only named.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] when they are no export.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let mut copied = Self::empty(path);
        match Form::of(bytes, path)? {
            Form::Tables(text) => copied.add_tables(&text),
            Form::Object { value, diagnostics } => {
                copied.diagnostics = diagnostics;
                copied.add_object(value);
            }
            Form::Nothing(note) => copied.diagnostics.push(note),
        }
        Ok(copied)
    }

    /// Reads the newest traces, at most `limit`, and all posteriors of a gateway.
    ///
    /// # Errors
    ///
    /// As [`Gateway::read`].
    pub fn of_gateway(
        gateway: &Gateway,
        limit: Option<u64>,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Self, Error> {
        let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let posteriors = gateway.posteriors(cancel)?;
        // Only all of them together tell the form that they are in.
        let mut traces = Vec::new();
        let missing = gateway.traces(limit, cancel, tell, &mut |page| traces.extend(page))?;
        let mut copied = Self::empty(&gateway.place());
        copied.diagnostics.extend(missing);
        let summary = gateway.summary(cancel)?;
        if let Some(told) = later::of_gateway(&summary, &posteriors, &copied.path) {
            copied.add_told(told);
        } else {
            copied.has = (true, true);
            copied.add_lists(Some(&posteriors), Some(&Value::Array(traces)));
        }
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
            traces: Vec::new(),
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
    /// [`Error::Output`].
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
        self.add_object(told.value);
    }

    fn add_object(&mut self, value: Value) {
        self.has = (value.get("traces").is_some(), value.get("posteriors").is_some());
        self.add_lists(value.get("posteriors"), value.get("traces"));
        self.later = value.get("metrics").is_some().then_some(value);
    }

    fn add_lists(&mut self, posteriors: Option<&Value>, traces: Option<&Value>) {
        let list =
            |list: Option<&Value>| list.and_then(Value::as_array).unwrap_or_default().to_vec();
        let traces = list(traces);
        let documented = values::is_documented(&traces);
        for (at, value) in traces.iter().enumerate() {
            if value.as_object().is_none() {
                self.diagnostics.push(no_row(&self.path, at, "trace"));
                continue;
            }
            self.traces.push(values::trace_of(value, at as i64, documented));
        }
        for (at, value) in list(posteriors).iter().enumerate() {
            if value.as_object().is_none() {
                self.diagnostics.push(no_row(&self.path, at, "posterior"));
                continue;
            }
            self.posteriors.push(values::posterior_of(value, at as i64));
        }
        let rounded = self.traces.iter().filter(|row| values::is_rounded(&row.numbers())).count()
            + self.posteriors.iter().filter(|row| values::is_rounded(&row.counts())).count();
        if rounded > 0 {
            let message = format!(
                "Rows with an integer beyond 2^53 − 1: {rounded}. Numbers in JSON are read as \
                 doubles, so the last digits of these may differ."
            );
            let place = Place::whole(&self.path);
            self.diagnostics.push(Diagnostic::warning("learning-wide-integer", place, message));
        }
    }

    fn add_tables(&mut self, text: &str) {
        let mut in_traces = true;
        let mut lossy = false;
        for (line, record) in Records::new(text) {
            let joined = record.join(",");
            if joined == TRACES_HEADER || joined == POSTERIORS_HEADER {
                in_traces = joined == TRACES_HEADER;
                self.has = (self.has.0 || in_traces, self.has.1 || !in_traces);
                continue;
            }
            let known = if in_traces {
                fields::trace_of(&record, line).map(|row| self.traces.push(row))
            } else {
                fields::posterior_of(&record, line).map(|row| self.posteriors.push(row))
            };
            lossy |= in_traces;
            if known.is_none() {
                let place = Place::at(&self.path, RowPos::Line(line));
                let message = format!("A record of {} fields was left out.", record.len());
                let code = "learning-row-skipped";
                self.diagnostics.push(Diagnostic::error(code, place, message));
            }
        }
        if lossy {
            self.diagnostics.push(Diagnostic::note(
                "learning-csv-lossy",
                Place::whole(&self.path),
                "CSV holds no arms, contexts or session keys, and 0 for a missing total or \
                 duration: they are missing here, too.",
            ));
        }
    }
}

impl Rows for Copied {
    fn path(&self) -> &Path {
        &self.path
    }

    fn each_trace(&self, limit: Option<u64>, each: EachTrace<'_>) -> Result<(), Error> {
        let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        self.traces.iter().take(limit).cloned().try_for_each(each)
    }

    fn each_posterior(&self, each: EachPosterior<'_>) -> Result<(), Error> {
        self.posteriors.iter().cloned().try_for_each(each)
    }

    fn count(&self) -> Result<u64, Error> {
        Ok(self.traces.len() as u64)
    }

    fn skipped(&self, row: i64, why: &str) -> Diagnostic {
        let message = format!("Element {row} of the list was left out: {why}.");
        Diagnostic::error("learning-row-skipped", Place::whole(&self.path), message)
    }
}
