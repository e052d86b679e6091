//! Exports as input: the JSON and CSV that `learning export` of either generation writes, and the
//! form that the product's documentation describes.

use std::path::Path;

use jiff::tz::TimeZone;

use super::Error;
use super::export::{POSTERIORS_HEADER, TRACES_HEADER};
use super::form::{Form, no_row};
use super::records::Records;
use super::row::{outcomes, shown, usage_of};
use super::stored::Stored;
use crate::js::date;
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place, RowPos};
use crate::model::learning::index::TraceIndex;
use crate::model::learning::posterior::{Beta, Posterior};
use crate::model::learning::trace::{Trace, TraceUsage};

/// What an export or a gateway told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Imported {
    /// The posteriors in their order there.
    pub posteriors: Vec<Posterior>,
    /// The traces, newest first.
    pub traces: Vec<Trace>,
    /// The figures of qortex; their presence tells the later generation.
    pub metrics: Option<Metrics>,
    /// Stamps of posteriors in the form in which they stand there.
    pub stored: Stored,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
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

impl Imported {
    /// Reads an export; CSV is known by its header.
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
        let (value, diagnostics) = match Form::of(bytes, path)? {
            Form::Tables(text) => return Ok(tables(&text, path)),
            Form::Object { value, diagnostics } => (value, diagnostics),
            Form::Nothing(note) => {
                return Ok(Self { diagnostics: vec![note], ..Self::default() });
            }
        };
        let metrics = value.get("metrics").map(metrics);
        let mut imported = Self { metrics, diagnostics, ..Self::default() };
        imported.add_posteriors(value.get("posteriors"), path);
        imported.add_traces(value.get("traces"), path);
        Ok(imported)
    }

    /// All traces in the form for counting.
    pub fn index(&self) -> TraceIndex {
        let mut index = TraceIndex::default();
        self.traces.iter().rev().for_each(|trace| index.push_trace(trace));
        index.finish();
        index
    }

    pub(super) fn add_posteriors(&mut self, list: Option<&Value>, path: &Path) {
        for (at, value) in list.and_then(Value::as_array).unwrap_or_default().iter().enumerate() {
            match posterior(value) {
                Some(posterior) => {
                    let stamp = value.get("lastUpdated").cloned().unwrap_or_default();
                    self.stored.add(&posterior, stamp);
                    self.posteriors.push(posterior);
                }
                None => self.diagnostics.push(no_row(path, at, "posterior")),
            }
        }
    }

    pub(super) fn add_traces(&mut self, list: Option<&Value>, path: &Path) {
        for (at, value) in list.and_then(Value::as_array).unwrap_or_default().iter().enumerate() {
            self.add_trace(at, value, path);
        }
    }

    /// Adds the trace at a position of a list, newest first.
    pub(super) fn add_trace(&mut self, at: usize, value: &Value, path: &Path) {
        // Of equal times the earlier in the list was written later.
        let row = -(self.traces.len() as i64);
        match trace(value, row) {
            Some(trace) => self.traces.push(trace),
            None => self.diagnostics.push(no_row(path, at, "trace")),
        }
    }
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
pub(super) fn time(value: &Value) -> Option<i64> {
    date::entry_epoch_ms(value, &TimeZone::UTC)
}

/// Reads both tables of CSV. Missing totals and durations are written as 0 there, so 0 is taken for
/// missing.
fn tables(text: &str, path: &Path) -> Imported {
    let mut imported = Imported::default();
    let mut in_traces = true;
    for (line, record) in Records::new(text) {
        let joined = record.join(",");
        if joined == TRACES_HEADER || joined == POSTERIORS_HEADER {
            in_traces = joined == TRACES_HEADER;
            continue;
        }
        let read = if in_traces {
            let row = -(imported.traces.len() as i64);
            trace_record(&record, row).map(|trace| imported.traces.push(trace))
        } else {
            posterior_record(&record).map(|(posterior, stamp)| {
                imported.stored.add(&posterior, stamp);
                imported.posteriors.push(posterior);
            })
        };
        if read.is_none() {
            let place = Place::at(path, RowPos::Line(line));
            let message = format!("A record of {} fields was left out.", record.len());
            imported.diagnostics.push(Diagnostic::error("learning-row-skipped", place, message));
        }
    }
    imported
}

fn trace_record(record: &[String], row: i64) -> Option<Trace> {
    let [
        trace_id,
        run_id,
        session_id,
        timestamp,
        provider,
        model,
        channel,
        baseline,
        total,
        duration,
        aborted,
    ] = record
    else {
        return None;
    };
    let text = |field: &String| (!field.is_empty()).then(|| field.clone());
    let number = |field: &String| field.parse::<f64>().ok().filter(|value| *value != 0.0);
    Some(Trace {
        row,
        trace_id: trace_id.clone(),
        run_id: run_id.clone(),
        session_id: session_id.clone(),
        time: time_field(timestamp),
        provider: text(provider),
        model: text(model),
        channel: text(channel),
        baseline: baseline == "1",
        usage: number(total)
            .map(|total| TraceUsage { total: Some(total), ..TraceUsage::default() }),
        duration: number(duration),
        aborted: aborted == "1",
        ..Trace::default()
    })
}

/// A posterior, and its stamp as it stands there.
fn posterior_record(record: &[String]) -> Option<(Posterior, Value)> {
    let [arm, alpha, beta, mean, pulls, updated] = record else { return None };
    let printed = Beta { alpha: alpha.parse().ok()?, beta: beta.parse().ok()? };
    let posterior = Posterior {
        arm: arm.clone(),
        belief: mean.parse().map_or(printed, |mean| with_mean(printed, mean)),
        pulls: pulls.parse().unwrap_or_default(),
        updated: time_field(updated),
    };
    let stamp = updated.parse::<f64>().map_or_else(|_| Value::from(updated.as_str()), Value::from);
    Some((posterior, stamp))
}

/// Where both weights were too small for four decimals: of those that print so, the ones with the
/// mean that stands beside them.
fn with_mean(printed: Beta, mean: f64) -> Beta {
    const LEAST: f64 = 0.000_05;
    let gone = printed.alpha.abs() + printed.beta.abs() < LEAST;
    if !gone || !(0.0..=1.0).contains(&mean) {
        return printed;
    }
    Beta { alpha: mean * LEAST, beta: (1.0 - mean) * LEAST }
}

fn time_field(field: &str) -> Option<i64> {
    match field.parse() {
        Ok(number) => date::from_number(number),
        Err(_) => date::parse(field, &TimeZone::UTC),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::learning::trace::Mark;

    fn parse(text: &str) -> Result<Imported, Error> {
        Imported::parse(text.as_bytes(), Path::new("export"))
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
        let trace = &found.traces[0];
        assert_eq!((trace.session_key.as_ref(), trace.duration), (None, None));
        assert_eq!(trace.arms[0].mark, Mark::Used);
        assert_eq!(trace.usage.unwrap().total, Some(4600.0));
        assert_eq!((found.posteriors[0].imbalance(), found.posteriors.len()), (-1.0, 1));
        assert_eq!((found.metrics, found.diagnostics.len()), (None, 2));
        assert_eq!(found.index().len(), 1);
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
        assert_eq!(found.traces[0].provider.as_deref(), Some("a,b\nc"));
        assert_eq!(found.traces[0].model.as_deref(), Some("q\"x"));
        assert_eq!((found.traces[0].duration, found.traces[0].baseline), (None, true));
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
            (found.traces.len(), found.posteriors.len(), found.diagnostics.len())
        };
        assert_eq!(counts(format!("[{posterior},{posterior}]")), (0, 2, 0));
        assert_eq!(counts(format!("[{trace}]")), (1, 0, 0));
        assert_eq!(counts(format!("[{trace},{posterior},7,{{}}]")), (1, 1, 2));
    }

    #[test]
    fn an_export_of_nothing_is_empty_and_says_so() {
        for text in ["{}", " { }\n", "[]", "\n", "\r\n"] {
            let found = parse(text).unwrap();
            assert_eq!((found.traces.len(), found.posteriors.len()), (0, 0));
            assert_eq!(found.diagnostics[0].code, "learning-export-empty", "{text:?}");
        }
    }
}
