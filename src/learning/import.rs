//! Exports as input: the JSON and CSV that `learning export` of either generation writes, and the
//! form that the product's documentation describes.

mod fields;

use std::path::Path;

use jiff::tz::TimeZone;

use super::Error;
use super::exported::{Exported, Form, Lists, no_row};
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
use crate::model::learning::trace::Trace;
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
    Text(Box<Exported>),
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
            Kept::Text(text) => trace(&text.trace(at)?, row),
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
        match exported.form() {
            Form::Tables => imported.add_tables(exported.text(), exported.path()),
            Form::Lists(lists) => imported.add_lists(lists, &exported, &mut |progress| {
                tell(progress);
                if cancel.is_stale() { Err(crate::store::Error::Cancelled.into()) } else { Ok(()) }
            })?,
            Form::Nothing => {}
        }
        imported.finish(exported.path());
        if let Form::Lists(_) = exported.form() {
            imported.traces = Traces(Kept::Text(Box::new(exported)));
        }
        Ok(imported)
    }

    /// Takes in the lists of a gateway; `place` is only named.
    pub(super) fn of_answers(posteriors: &Value, traces: &[Value], place: &Path) -> Self {
        let mut imported = Self::default();
        imported.add_posteriors(posteriors, place);
        let mut kept = Vec::new();
        for (at, value) in traces.iter().enumerate() {
            match trace(value, row(kept.len())) {
                Some(trace) => {
                    imported.look_at(value);
                    kept.push(trace);
                }
                None => imported.diagnostics.push(no_row(place, at, "trace")),
            }
        }
        imported.keep(kept);
        imported.finish(place);
        imported
    }

    /// Counts the rows of JSON one by one, the oldest trace first; `step` may end it.
    fn add_lists(
        &mut self,
        lists: &Lists,
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
            match trace(&value, row(at)) {
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
fn trace(value: &Value, row: i64) -> Option<Trace> {
    let object = value.as_object()?;
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
        usage: object.get("usage").and_then(usage_of),
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
mod tests {
    use super::*;
    use crate::learning::export::{POSTERIORS_HEADER, TRACES_HEADER};
    use crate::model::learning::trace::Mark;
    use crate::store::cancel::Generations;

    fn parse(text: &str) -> Result<Imported, Error> {
        let exported = Exported::parse(text.as_bytes().to_vec(), Path::new("export"))?;
        Imported::of(exported, &Cancel::never(), &mut |_| {})
    }

    #[test]
    fn the_documented_form_is_read_with_its_nulls() {
        let text = r#"{"traces":[{"traceId":"t","runId":"r","sessionId":"s","sessionKey":null,
            "timestamp":1707091200000,"provider":null,"isBaseline":true,"context":{},
            "arms":[{"armId":"tool:fs:Read","included":true,"referenced":true,"tokenCost":245}],
            "usage":{"input":1,"total":4600},"durationMs":null,"aborted":false,"error":null},7],
            "posteriors":[{"armId":"tool:fs:Read","alpha":142.0,"beta":12.0,"pulls":151,
            "lastUpdated":1707091200000},{"armId":"x"}]}"#;
        let found = parse(text).unwrap();
        let trace = found.traces.get(0).unwrap();
        assert_eq!((trace.session_key.as_ref(), trace.duration), (None, None));
        assert_eq!(trace.arms[0].mark, Mark::Used);
        assert_eq!(trace.usage.unwrap().total, Some(4600.0));
        assert_eq!((found.posteriors[0].imbalance(), found.posteriors.len()), (-1.0, 1));
        assert_eq!((found.metrics, found.diagnostics.len()), (None, 2));
        assert_eq!(found.index.len(), 1);
    }

    #[test]
    fn a_reading_tells_how_far_it_is_and_ends_when_nobody_waits() {
        let row = r#"{"traceId":"t","arms":[]}"#;
        let text = format!("{{\"traces\":[{}]}}", vec![row; 3 * STEP].join(","));
        let exported = Exported::parse(text.into_bytes(), Path::new("export")).unwrap();
        let (requests, mut told) = (Generations::default(), Vec::new());
        let request = requests.next();
        let all = Imported::of(exported.clone(), &request, &mut |now| told.push(now.read)).unwrap();
        assert_eq!((all.index.len(), told), (3 * STEP, [0, 256, 512].to_vec()));
        let stopped = Imported::of(exported, &request, &mut |_| requests.cancel_all());
        assert!(matches!(stopped, Err(Error::Store(crate::store::Error::Cancelled))));
    }

    #[test]
    fn the_later_form_has_metrics_and_iso_dates() {
        let text = r#"{"metrics":{"total_pulls":627,"total_reward":299.5,"arm_count":51},
            "posteriors":[{"armId":"a","alpha":2,"beta":1,"mean":0.6667,"pulls":0,
            "lastUpdated":"2026-02-13T16:26:40+00:00"}]}"#;
        let found = parse(text).unwrap();
        assert_eq!(found.metrics, Some(Metrics { pulls: 627.0, reward: 299.5, arms: 51.0 }));
        assert_eq!(found.posteriors[0].updated, Some(1_771_000_000_000));
    }

    #[test]
    fn both_tables_of_csv_are_read_record_by_record() {
        let text = format!(
            "{TRACES_HEADER}\nt1,r,s,1707091200000,\"a,b\nc\",\"q\"\"x\",,1,4600,0,0\nbroken,1\n\
             {POSTERIORS_HEADER}\n\"a,1\",142.0000,12.0000,0.9221,151,1707091200000\n\
             b,2.0000,1.0000,0.6667,0,2026-02-13T16:26:40+00:00\n"
        );
        let found = parse(&text).unwrap();
        let trace = found.traces.get(0).unwrap();
        assert_eq!(trace.provider.as_deref(), Some("a,b\nc"));
        assert_eq!(trace.model.as_deref(), Some("q\"x"));
        assert_eq!((trace.duration, trace.baseline), (None, true));
        assert_eq!(found.posteriors[0].arm, "a,1");
        assert_eq!(found.posteriors[1].updated, Some(1_771_000_000_000));
        assert_eq!(found.diagnostics[0].place.row, Some(RowPos::Line(4)));
    }

    #[test]
    fn weights_too_small_for_csv_keep_their_mean() {
        let rows = "tiny,0.0000,0.0000,0.9901,3,1\nnone,0.0000,0.0000,NaN,0,0\n";
        let found = parse(&format!("{POSTERIORS_HEADER}\n{rows}")).unwrap();
        let [tiny, none] = [0, 1].map(|at| found.posteriors[at].belief);
        assert!((tiny.mean() - 0.9901).abs() < 1e-12 && none.mean().is_nan());
        assert!(tiny.alpha < 5e-5 && tiny.beta < 5e-5, "they would print so: {tiny:?}");
    }

    #[test]
    fn other_files_are_refused() {
        for text in ["", "[1,{\"armId\":5}]", "7", "{\"sessions\":[]}", "a,b\n1,2\n"] {
            assert!(matches!(parse(text), Err(Error::Format { .. })), "{text:?}");
        }
    }

    #[test]
    fn a_list_alone_is_what_its_elements_are() {
        let posterior = r#"{"armId":"a","alpha":2,"beta":1,"pulls":0,"lastUpdated":5}"#;
        let trace = r#"{"traceId":"t","runId":"r","timestamp":5,"arms":[]}"#;
        let counts = |text: String| {
            let found = parse(&text).unwrap();
            (found.index.len(), found.posteriors.len(), found.diagnostics.len())
        };
        assert_eq!(counts(format!("[{posterior},{posterior}]")), (0, 2, 0));
        assert_eq!(counts(format!("[{trace}]")), (1, 0, 0));
        assert_eq!(counts(format!("[{trace},{posterior},7,{{}}]")), (1, 1, 2));
    }

    #[test]
    fn an_export_of_nothing_is_empty_and_says_so() {
        for text in ["{}", " { }\n", "[]", "\n", "\r\n"] {
            let found = parse(text).unwrap();
            assert_eq!((found.index.len(), found.posteriors.len()), (0, 0));
            assert_eq!(found.diagnostics[0].code, "learning-export-empty", "{text:?}");
        }
    }
}
