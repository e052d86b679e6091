//! Exporting once more what an export or a gateway holds: another form, fewer rows, safe fields.
//!
//! Rows are taken as they stand there and written by the same code as those of a database, so that
//! a copy in the same form is the file itself. What a form does not hold cannot come back: CSV has
//! no arms, contexts or session keys, and writes 0 for a missing total or duration.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{EachPosterior, EachTrace, Format, Options, POSTERIORS_HEADER, Rows, TRACES_HEADER};
use crate::js::number;
use crate::js::print;
use crate::js::value::Value;
use crate::learning::Error;
use crate::learning::gateway::Gateway;
use crate::learning::import::{Form, Records};
use crate::learning::row::{PosteriorRow, TraceRow};
use crate::learning::scan::Progress;
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::model::learning::cell::Cell;
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
            Form::Object(value) => {
                copied.has = (value.get("traces").is_some(), value.get("posteriors").is_some());
                copied.add_lists(value.get("posteriors"), value.get("traces"));
                copied.later = value.get("metrics").is_some().then_some(value);
            }
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
        let (posteriors, traces) = gateway.lists(limit, cancel, tell)?;
        let mut copied = Self::empty(&gateway.place());
        copied.has = (true, true);
        copied.add_lists(Some(&posteriors), Some(&traces));
        Ok(copied)
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

    fn add_lists(&mut self, posteriors: Option<&Value>, traces: Option<&Value>) {
        let list =
            |list: Option<&Value>| list.and_then(Value::as_array).unwrap_or_default().to_vec();
        for (at, value) in list(traces).iter().enumerate() {
            self.traces.push(trace_of(value, at as i64));
        }
        for (at, value) in list(posteriors).iter().enumerate() {
            self.posteriors.push(posterior_of(value, at as i64));
        }
    }

    fn add_tables(&mut self, text: &str) {
        let mut in_traces = true;
        let (mut lossy, place) = (false, self.path.clone());
        for (line, record) in Records::new(text) {
            let joined = record.join(",");
            if joined == TRACES_HEADER || joined == POSTERIORS_HEADER {
                in_traces = joined == TRACES_HEADER;
                self.has = (self.has.0 || in_traces, self.has.1 || !in_traces);
                continue;
            }
            let known = if in_traces {
                trace_of_record(&record, line).map(|row| self.traces.push(row))
            } else {
                posterior_of_record(&record, line).map(|row| self.posteriors.push(row))
            };
            lossy |= in_traces;
            if known.is_none() {
                let place = Place::at(&place, RowPos::Line(line));
                let message = format!("A record of {} fields was left out.", record.len());
                let code = "learning-row-skipped";
                self.diagnostics.push(Diagnostic::error(code, place, message));
            }
        }
        if lossy {
            self.diagnostics.push(Diagnostic::note(
                "learning-csv-lossy",
                Place::whole(&place),
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

    fn skipped(&self, row: i64, why: &str) -> Diagnostic {
        let message = format!("Element {row} of the list was left out: {why}.");
        Diagnostic::error("learning-row-skipped", Place::whole(&self.path), message)
    }
}

/// The cell from which the product would have written a value.
fn cell_of(value: Option<&Value>) -> Cell {
    match value {
        None | Some(Value::Null) => Cell::Null,
        Some(Value::Bool(truth)) => Cell::Number(f64::from(u8::from(*truth))),
        Some(Value::Number(number)) => Cell::Number(*number),
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(other) => Cell::Text(print::to_compact(other).into()),
    }
}

/// The JSON column from which the product would have written a value.
fn json_of(value: Option<&Value>, absent: &str) -> Cell {
    Cell::Text(value.map_or_else(|| absent.to_owned(), print::to_compact).into())
}

fn trace_of(value: &Value, row: i64) -> TraceRow {
    let cell = |name| cell_of(value.get(name));
    // Only the documented form writes `null` for what is missing; there it means the same for the
    // usage, while the product means a stored `null`.
    let documented = value.get("error") == Some(&Value::Null);
    let usage = value.get("usage").filter(|usage| !documented || **usage != Value::Null);
    TraceRow {
        row,
        trace_id: cell("traceId"),
        run_id: cell("runId"),
        session_id: cell("sessionId"),
        session_key: cell("sessionKey"),
        timestamp: cell("timestamp"),
        provider: cell("provider"),
        model: cell("model"),
        channel: cell("channel"),
        is_baseline: cell("isBaseline"),
        context: json_of(value.get("context"), "{}"),
        arms: json_of(value.get("arms"), "[]"),
        usage: usage.map_or(Cell::Null, |usage| json_of(Some(usage), "")),
        duration: cell("durationMs"),
        prompt_chars: cell("systemPromptChars"),
        aborted: cell("aborted"),
        error: cell("error"),
    }
}

fn posterior_of(value: &Value, row: i64) -> PosteriorRow {
    // JSON has no infinity: the product writes `null` for it.
    let weight = |name| match value.get(name) {
        Some(Value::Null) => Cell::Number(f64::INFINITY),
        found => cell_of(found),
    };
    PosteriorRow {
        row,
        arm_id: cell_of(value.get("armId")),
        alpha: weight("alpha"),
        beta: weight("beta"),
        pulls: cell_of(value.get("pulls")),
        last_updated: cell_of(value.get("lastUpdated")),
    }
}

/// A field that is a number where it can be read as one.
fn number_of(field: &str) -> Cell {
    field.parse().map_or_else(|_| Cell::Text(field.to_owned().into()), Cell::Number)
}

fn trace_of_record(record: &[String], line: u64) -> Option<TraceRow> {
    let [
        trace_id,
        run_id,
        session_id,
        time,
        provider,
        model,
        channel,
        baseline,
        total,
        took,
        aborted,
    ] = record
    else {
        return None;
    };
    let text = |field: &String| Cell::Text(field.clone().into());
    let optional = |field: &String| if field.is_empty() { Cell::Null } else { text(field) };
    let usage = match number_of(total) {
        Cell::Number(0.0) => Cell::Null,
        Cell::Number(number) if number.is_finite() => {
            Cell::Text(format!("{{\"total\":{}}}", number::to_json(number)).into())
        }
        _ => {
            let text = print::to_compact(&Value::String(total.clone().into()));
            Cell::Text(format!("{{\"total\":{text}}}").into())
        }
    };
    Some(TraceRow {
        row: line as i64,
        trace_id: text(trace_id),
        run_id: text(run_id),
        session_id: text(session_id),
        timestamp: number_of(time),
        provider: optional(provider),
        model: optional(model),
        channel: optional(channel),
        is_baseline: number_of(baseline),
        context: Cell::Text("{}".into()),
        arms: Cell::Text("[]".into()),
        usage,
        duration: Some(number_of(took))
            .filter(|took| took.number() != Some(0.0))
            .unwrap_or_default(),
        aborted: number_of(aborted),
        ..TraceRow::default()
    })
}

fn posterior_of_record(record: &[String], line: u64) -> Option<PosteriorRow> {
    let [arm, alpha, beta, _mean, pulls, updated] = record else { return None };
    Some(PosteriorRow {
        row: line as i64,
        arm_id: Cell::Text(arm.clone().into()),
        alpha: number_of(alpha),
        beta: number_of(beta),
        pulls: number_of(pulls),
        last_updated: number_of(updated),
    })
}
