//! Exports as input: the JSON and CSV that `learning export` of either generation writes, and the
//! form that the product's documentation describes.

mod fields;

use std::path::Path;

use jiff::tz::TimeZone;

use super::Error;
use super::exported::{Exported, Form, Lists, is_documented, no_row};
use super::rounded::Rounded;
use super::row::{outcomes, shown, usage_of};
use super::scan::Progress;
use super::stored::Stored;
use super::tables::{self, Line, Lines};
use crate::js::date;
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::model::learning::index::TraceIndex;
use crate::model::learning::posterior::{Beta, Posterior};
use crate::model::learning::trace::{Trace, TraceUsage};
use crate::store::cancel::Cancel;

/// Rows between two looks at whether they are still wanted: a few milliseconds.
const STEP: usize = 256;

/// What an export or a gateway told.
#[derive(Debug, Default)]
pub struct Imported {
    /// The posteriors in their order there.
    pub posteriors: Vec<Posterior>,
    /// All traces in the form for counting.
    pub index: TraceIndex,
    /// The traces one by one.
    pub traces: Traces,
    /// The figures of qortex; their presence tells the later generation.
    pub metrics: Option<Metrics>,
    /// Times in the form in which they stand there.
    pub stored: Stored,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
    rounded: Rounded,
}

/// What qortex counts over all its partitions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Metrics {
    /// Pulls of all arms.
    pub pulls: f64,
    /// Sum of the rewards.
    pub reward: f64,
    /// Number of arms, an arm of two partitions counted twice.
    pub arms: f64,
}

/// Whole traces by their places in a list, the newest first.
#[derive(Debug)]
pub struct Traces(Kept);

#[derive(Debug)]
enum Kept {
    Whole(Vec<Trace>),
    /// The text of an export: a trace takes several times as much room as its text.
    Text {
        export: Box<Exported>,
        documented: bool,
    },
}

impl Default for Traces {
    fn default() -> Self {
        Self(Kept::Whole(Vec::new()))
    }
}

impl Traces {
    /// A trace by its [`row`](Trace::row).
    pub fn get(&self, row: i64) -> Option<Trace> {
        let at = usize::try_from(row.checked_neg()?).ok()?;
        match &self.0 {
            Kept::Whole(traces) => traces.get(at).cloned(),
            Kept::Text { export, documented } => trace(&export.trace(at)?, row, *documented),
        }
    }
}

/// The row of a trace by its place in a list, whose newest is the first: of equal times the earlier
/// there was written later.
fn row(at: usize) -> i64 {
    -(at as i64)
}

impl Imported {
    /// Takes in an export unless `cancel` goes stale; `tell` hears every few milliseconds how far it
    /// has got.
    ///
    /// # Errors
    ///
    /// [`crate::store::Error::Cancelled`].
    pub fn of(
        exported: Exported,
        cancel: &Cancel,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Self, Error> {
        let mut imported = Self { diagnostics: exported.diagnostics(), ..Self::default() };
        let documented = exported.is_documented();
        let mut step = |progress| {
            tell(progress);
            if cancel.is_stale() { Err(crate::store::Error::Cancelled.into()) } else { Ok(()) }
        };
        match exported.form() {
            Form::Tables => imported.add_tables(exported.text(), exported.path()),
            Form::Lists(lists) => {
                imported.add_lists((lists, documented), &exported, &mut step)?;
            }
            Form::Nothing => {}
        }
        imported.finish(exported.path());
        if let Form::Lists(_) = exported.form() {
            imported.traces = Traces(Kept::Text { export: Box::new(exported), documented });
        }
        Ok(imported)
    }

    /// Counts the rows of JSON one by one, the oldest trace first; `step` may end it.
    fn add_lists(
        &mut self,
        (lists, documented): (&Lists, bool),
        exported: &Exported,
        step: &mut dyn FnMut(Progress) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let path = exported.path();
        let value = |span| exported.value(span).unwrap_or_default();
        self.metrics = lists.metrics.as_ref().map(|span| metrics(&value(span)));
        for (at, span) in lists.posteriors.iter().flatten().enumerate() {
            self.add_posterior(&value(span), at, path);
        }
        let mut strays = Vec::new();
        let traces = lists.traces.as_deref().unwrap_or_default();
        for (read, (at, span)) in traces.iter().enumerate().rev().enumerate() {
            if read.is_multiple_of(STEP) {
                step(Progress { read: read as u64, total: traces.len() as u64 })?;
            }
            let value = value(span);
            match trace(&value, row(at), documented) {
                Some(trace) => {
                    self.look_at(&value);
                    self.index.push_trace(&trace);
                }
                None => strays.push(no_row(path, at, "trace")),
            }
        }
        self.diagnostics.extend(strays.into_iter().rev());
        Ok(())
    }

    /// Takes in a list of posteriors.
    pub(super) fn add_posteriors(&mut self, list: &Value, path: &Path) {
        for (at, value) in list.as_array().unwrap_or_default().iter().enumerate() {
            self.add_posterior(value, at, path);
        }
    }

    fn add_posterior(&mut self, value: &Value, at: usize, path: &Path) {
        let Some(posterior) = posterior(value) else {
            return self.diagnostics.push(no_row(path, at, "posterior"));
        };
        self.rounded.look(numbers(value, ["pulls", "lastUpdated"]));
        let stamp = value.get("lastUpdated").cloned().unwrap_or_default();
        self.stored.add(&posterior, stamp);
        self.posteriors.push(posterior);
    }

    /// Looks at the numbers of a trace.
    fn look_at(&mut self, trace: &Value) {
        self.rounded.look(numbers(trace, ["timestamp", "durationMs", "systemPromptChars"]));
        if let Some(time) = trace.get("timestamp") {
            self.stored.add_time(time);
        }
    }

    /// Reads both tables of CSV.
    fn add_tables(&mut self, text: &str, path: &Path) {
        let mut traces = Vec::new();
        for line in Lines::new(text) {
            let (line, fields, read) = match line {
                Line::Header { .. } => continue,
                Line::Trace(line, record) => {
                    let read = fields::trace_of(&record, row(traces.len())).map(|(trace, time)| {
                        self.stored.add_time(&time);
                        traces.push(trace);
                    });
                    (line, record.len(), read)
                }
                Line::Posterior(line, record) => {
                    let read = fields::posterior_of(&record).map(|(posterior, stamp)| {
                        self.stored.add(&posterior, stamp);
                        self.posteriors.push(posterior);
                    });
                    (line, record.len(), read)
                }
            };
            if read.is_none() {
                let place = Place::at(path, RowPos::Line(line));
                let message = format!("A record of {fields} fields was left out.");
                let code = "learning-row-skipped";
                self.diagnostics.push(Diagnostic::error(code, place, message));
            }
        }
        if !traces.is_empty() {
            self.diagnostics.push(tables::lossy(path));
        }
        self.keep(traces);
    }

    /// Counts whole traces and keeps them.
    fn keep(&mut self, traces: Vec<Trace>) {
        traces.iter().rev().for_each(|trace| self.index.push_trace(trace));
        self.traces = Traces(Kept::Whole(traces));
    }

    fn finish(&mut self, path: &Path) {
        self.index.finish();
        self.diagnostics.extend(std::mem::take(&mut self.rounded).in_json(path));
    }
}

/// The lists of a gateway, taken in page by page: a trace takes less room than its JSON.
#[derive(Debug, Default)]
pub(super) struct Answers {
    imported: Imported,
    /// The traces so far, newest first.
    traces: Vec<Trace>,
    /// Those of them whose usage is `null`, by their places.
    null_usage: Vec<usize>,
    /// Elements of the list so far, those that are no traces included.
    given: usize,
    documented: bool,
}

impl Answers {
    /// Takes in the posteriors; `place` is only named, as in all of these.
    pub(super) fn add_posteriors(&mut self, list: &Value, place: &Path) {
        self.imported.add_posteriors(list, place);
    }

    /// Takes in a page of traces.
    pub(super) fn add_traces(&mut self, page: &[Value], place: &Path) {
        for value in page {
            self.documented |= is_documented(value);
            let at = self.traces.len();
            if let Some(trace) = trace(value, row(at), false) {
                self.imported.look_at(value);
                self.null_usage.extend((value.get("usage") == Some(&Value::Null)).then_some(at));
                self.traces.push(trace);
            } else {
                self.imported.diagnostics.push(no_row(place, self.given, "trace"));
            }
            self.given += 1;
        }
    }

    /// All that was taken in.
    pub(super) fn finish(self, place: &Path) -> Imported {
        let Self { mut imported, mut traces, null_usage, documented, .. } = self;
        // Only all traces together tell what a `null` means.
        for at in null_usage.into_iter().filter(|_| documented) {
            if let Some(trace) = traces.get_mut(at) {
                trace.usage = None;
            }
        }
        imported.keep(traces);
        imported.finish(place);
        imported
    }
}

/// The members of a row that are numbers.
fn numbers<const N: usize>(row: &Value, names: [&str; N]) -> impl Iterator<Item = f64> {
    names.into_iter().filter_map(|name| row.get(name).and_then(Value::as_f64))
}

fn metrics(value: &Value) -> Metrics {
    let number = |name| value.get(name).and_then(Value::as_f64).unwrap_or_default();
    Metrics {
        pulls: number("total_pulls"),
        reward: number("total_reward"),
        arms: number("arm_count"),
    }
}

/// A trace as exports and gateways write it; nothing for what is no object.
fn trace(value: &Value, row: i64, documented: bool) -> Option<Trace> {
    let object = value.as_object()?;
    // The product writes a `null` only where one is stored, and counts that as recorded.
    let usage = object.get("usage").and_then(|usage| match usage {
        Value::Null => (!documented).then(TraceUsage::default),
        usage => usage_of(usage),
    });
    let text = |name| object.get(name).and_then(shown);
    let truth = |name| object.get(name).and_then(Value::as_bool).unwrap_or_default();
    let number = |name| object.get(name).and_then(Value::as_f64);
    Some(Trace {
        row,
        trace_id: text("traceId").unwrap_or_default(),
        run_id: text("runId").unwrap_or_default(),
        session_id: text("sessionId").unwrap_or_default(),
        session_key: text("sessionKey"),
        time: object.get("timestamp").and_then(time),
        provider: text("provider"),
        model: text("model"),
        channel: text("channel"),
        baseline: truth("isBaseline"),
        arms: object.get("arms").map(outcomes).unwrap_or_default(),
        usage,
        duration: number("durationMs"),
        prompt_chars: number("systemPromptChars"),
        aborted: truth("aborted"),
        error: text("error"),
    })
}

fn posterior(value: &Value) -> Option<Posterior> {
    let number = |name| value.get(name).and_then(Value::as_f64);
    // JSON has no infinity: the product writes `null` for it.
    let weight = |name| match value.get(name)? {
        Value::Null => Some(f64::INFINITY),
        value => value.as_f64(),
    };
    Some(Posterior {
        arm: value.get("armId").and_then(shown)?,
        belief: Beta { alpha: weight("alpha")?, beta: weight("beta")? },
        pulls: number("pulls").unwrap_or_default(),
        updated: value.get("lastUpdated").and_then(time),
    })
}

/// The date that a value means: milliseconds since 1970, or a text.
pub fn time(value: &Value) -> Option<i64> {
    date::entry_epoch_ms(value, &TimeZone::UTC)
}

#[cfg(test)]
mod tests;
