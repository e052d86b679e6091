//! Rows of `learning.db`, kept as they are stored, and what they mean.
//!
//! The export shows rows as JavaScript would, so cells keep their storage class until then. JSON
//! columns stay texts: most are only copied.

use crate::js::date;
use crate::js::parse::{ParseError, parse_str};
use crate::js::text::JsString;
use crate::js::value::Value;
use crate::model::learning::cell::Cell;
use crate::model::learning::posterior::{Beta, Posterior};
use crate::model::learning::trace::{ArmOutcome, Mark, Trace, TraceUsage};
use jiff::tz::TimeZone;
use rusqlite::types::ValueRef;

/// A row of `run_traces`.
#[derive(Debug, Clone, Default)]
pub(super) struct TraceRow {
    pub(super) row: i64,
    pub(super) trace_id: Cell,
    pub(super) run_id: Cell,
    pub(super) session_id: Cell,
    pub(super) session_key: Cell,
    pub(super) timestamp: Cell,
    pub(super) provider: Cell,
    pub(super) model: Cell,
    pub(super) channel: Cell,
    pub(super) is_baseline: Cell,
    pub(super) context: Cell,
    pub(super) arms: Cell,
    pub(super) usage: Cell,
    pub(super) duration: Cell,
    pub(super) prompt_chars: Cell,
    pub(super) aborted: Cell,
    pub(super) error: Cell,
}

/// The columns of [`TraceRow`] in its order, after the rowid.
pub(super) const TRACE_COLUMNS: &str = "rowid, trace_id, run_id, session_id, session_key, \
     timestamp, provider, model, channel, is_baseline, context_json, arms_json, usage_json, \
     duration_ms, system_prompt_chars, aborted, error";

impl TraceRow {
    /// Takes a row of [`TRACE_COLUMNS`].
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let cell = |at: usize| row.get_ref(at).map(cell);
        Ok(Self {
            row: row.get(0)?,
            trace_id: cell(1)?,
            run_id: cell(2)?,
            session_id: cell(3)?,
            session_key: cell(4)?,
            timestamp: cell(5)?,
            provider: cell(6)?,
            model: cell(7)?,
            channel: cell(8)?,
            is_baseline: cell(9)?,
            context: cell(10)?,
            arms: cell(11)?,
            usage: cell(12)?,
            duration: cell(13)?,
            prompt_chars: cell(14)?,
            aborted: cell(15)?,
            error: cell(16)?,
        })
    }

    /// What the row means.
    pub(super) fn trace(&self) -> Result<Trace, Fault> {
        // Only looked at for its faults: the export of such a row would end with an error.
        json(&self.context).map_err(Fault::in_column("context_json"))?;
        let arms = json(&self.arms).map_err(Fault::in_column("arms_json"))?;
        let usage = match stored_usage(&self.usage) {
            Some(text) => Some(json(text).map_err(Fault::in_column("usage_json"))?),
            None => None,
        };
        let text = |cell: &Cell| cell.shown().unwrap_or_default();
        Ok(Trace {
            row: self.row,
            trace_id: text(&self.trace_id),
            run_id: text(&self.run_id),
            session_id: text(&self.session_id),
            session_key: self.session_key.shown(),
            time: date_of(&self.timestamp),
            provider: self.provider.shown(),
            model: self.model.shown(),
            channel: self.channel.shown(),
            baseline: self.is_baseline.is_one(),
            arms: outcomes(&arms),
            usage: usage.as_ref().and_then(usage_of),
            duration: self.duration.number(),
            prompt_chars: self.prompt_chars.number(),
            aborted: self.aborted.is_one(),
            error: self.error.shown(),
        })
    }
}

/// Usage that the original reads: `NULL` and an empty text count as none.
pub(super) fn stored_usage(cell: &Cell) -> Option<&Cell> {
    match cell {
        Cell::Null => None,
        Cell::Text(text) if text.is_empty() => None,
        cell => Some(cell),
    }
}

/// A JSON column that is no JSON.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) column: &'static str,
    pub(super) error: ParseError,
}

impl Fault {
    pub(super) fn in_column(column: &'static str) -> impl FnOnce(ParseError) -> Self {
        move |error| Self { column, error }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is not JSON ({})", self.column, self.error)
    }
}

/// The value of a JSON column; `NULL` counts as `null`, as in JavaScript.
pub(super) fn json(cell: &Cell) -> Result<Value, ParseError> {
    match cell {
        Cell::Null => Ok(Value::Null),
        Cell::Number(number) => Ok(Value::Number(*number)),
        Cell::Wide(integer) => Ok(Value::Number(*integer as f64)),
        Cell::Text(text) => parse_str(&text.to_str_lossy()),
        // JavaScript would parse the list of its bytes, `0,255,65`, which is no JSON either.
        Cell::Blob(_) => parse_str(","),
    }
}

/// The arms of a trace, read as JavaScript would use them: anything truthy is true.
pub(super) fn outcomes(arms: &Value) -> Vec<ArmOutcome> {
    let arms = arms.as_array().unwrap_or_default().iter();
    arms.filter_map(|arm| {
        let arm = arm.as_object()?;
        let truth = |name| arm.get(name).is_some_and(truthy);
        Some(ArmOutcome {
            arm: arm.get("armId").and_then(shown)?,
            mark: Mark::of(truth("included"), truth("referenced")),
            cost: arm.get("tokenCost").and_then(Value::as_f64),
        })
    })
    .collect()
}

/// The tokens of a run; nothing for what is no object.
pub(super) fn usage_of(usage: &Value) -> Option<TraceUsage> {
    let usage = usage.as_object()?;
    let count = |name| usage.get(name).and_then(count);
    Some(TraceUsage {
        input: count("input"),
        output: count("output"),
        cache_read: count("cacheRead"),
        cache_write: count("cacheWrite"),
        total: count("total"),
    })
}

/// A count as SQLite's aggregates take it: a text counts with the number that it begins with.
fn count(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::String(text) => Some(leading_number(&text.to_str_lossy())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c)));
    let text = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    let prefixes = (1..=text.len()).rev().filter_map(|end| text.get(..end));
    prefixes.into_iter().find_map(|prefix| prefix.parse().ok()).unwrap_or(0.0)
}

fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => *number != 0.0 && !number.is_nan(),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// A text or number as a person reads it; nothing for the other values.
pub(super) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_str_lossy().into_owned()),
        Value::Number(number) => Some(crate::js::number::to_string(*number)),
        _ => None,
    }
}

/// A row of `arm_posteriors`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PosteriorRow {
    pub(super) row: i64,
    pub(super) arm_id: Cell,
    pub(super) alpha: Cell,
    pub(super) beta: Cell,
    pub(super) pulls: Cell,
    pub(super) last_updated: Cell,
    /// α, β and their mean as an export printed them; four decimals of small weights do not give
    /// the mean again.
    pub(super) printed: Option<[String; 3]>,
}

/// The columns of [`PosteriorRow`] in its order, after the rowid.
pub(super) const POSTERIOR_COLUMNS: &str = "rowid, arm_id, alpha, beta, pulls, last_updated";

impl PosteriorRow {
    /// Takes a row of [`POSTERIOR_COLUMNS`].
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let cell = |at: usize| row.get_ref(at).map(cell);
        Ok(Self {
            row: row.get(0)?,
            arm_id: cell(1)?,
            alpha: cell(2)?,
            beta: cell(3)?,
            pulls: cell(4)?,
            last_updated: cell(5)?,
            printed: None,
        })
    }

    /// What the row means, or nothing when its parameters are no numbers.
    pub(super) fn posterior(&self) -> Option<Posterior> {
        Some(Posterior {
            arm: self.arm_id.shown().unwrap_or_default(),
            belief: Beta { alpha: self.alpha.number()?, beta: self.beta.number()? },
            pulls: self.pulls.number().unwrap_or_default(),
            updated: date_of(&self.last_updated),
        })
    }
}

/// The date that a cell means: milliseconds since 1970, or a text as `Date.parse` reads it.
pub(super) fn date_of(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Text(text) => date::parse(&text.to_str_lossy(), &TimeZone::UTC),
        cell => date::from_number(cell.number()?),
    }
}

/// A cell by its storage class; invalid UTF-8 becomes U+FFFD, as in Node.
pub(super) fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(integer) => Cell::integer(integer),
        ValueRef::Real(number) => Cell::Number(number),
        ValueRef::Text(bytes) => {
            Cell::Text(JsString::from(String::from_utf8_lossy(bytes).into_owned()))
        }
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_count_as_in_sqlite() {
        for (json, total) in [
            ("{\"total\":4600}", Some(4600.0)),
            ("{\"total\":\"4600\"}", Some(4600.0)),
            ("{\"total\":\" 12.5 tokens\"}", Some(12.5)),
            ("{\"total\":\"1e2e\"}", Some(100.0)),
            ("{\"total\":\"none\"}", Some(0.0)),
            ("{\"total\":true}", Some(1.0)),
            ("{\"total\":null}", None),
            ("{}", None),
        ] {
            let usage = usage_of(&parse_str(json).unwrap()).unwrap();
            assert_eq!(usage.total, total, "{json}");
        }
        assert_eq!(usage_of(&Value::Null), None);
    }

    #[test]
    fn arms_are_read_as_javascript_would() {
        let json = r#"[{"armId":"a","included":1,"referenced":"yes","tokenCost":"12"},{"armId":"b"},
            {"included":true},7,{"armId":5,"included":true,"referenced":false,"tokenCost":2.5}]"#;
        let arms = outcomes(&parse_str(json).unwrap());
        let seen: Vec<_> = arms.iter().map(|arm| (arm.arm.as_str(), arm.mark, arm.cost)).collect();
        assert_eq!(
            seen,
            [("a", Mark::Used, None), ("b", Mark::Excluded, None), ("5", Mark::Unused, Some(2.5))]
        );
        assert!(outcomes(&Value::Null).is_empty());
    }

    #[test]
    fn a_column_that_is_no_json_names_itself() {
        let row = TraceRow { arms: Cell::Text("{oops".into()), ..TraceRow::default() };
        assert!(row.trace().unwrap_err().to_string().starts_with("arms_json is not JSON"));
        let row = TraceRow { usage: Cell::Text("".into()), ..TraceRow::default() };
        assert_eq!(row.trace().unwrap().usage, None);
    }
}
