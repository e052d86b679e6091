//! Fields of CSV as the cells from which the product would have printed them.
//!
//! A field becomes a number only where that number is printed as the field stands, so that nothing
//! is changed by reading and writing it.

use crate::js::number;
use crate::js::print;
use crate::js::value::Value;
use crate::learning::export::TRACES_HEADER;
use crate::learning::row::{PosteriorRow, TraceRow};
use crate::model::learning::cell::Cell;

/// Whether a record has the fields of a trace.
pub(super) fn is_trace(record: &[String]) -> bool {
    record.len() == TRACES_HEADER.split(',').count()
}

pub(super) fn trace_of(record: &[String], line: u64) -> Option<TraceRow> {
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
    Some(TraceRow {
        row: line as i64,
        trace_id: text(trace_id),
        run_id: text(run_id),
        session_id: text(session_id),
        timestamp: cell_of(time),
        provider: optional(provider),
        model: optional(model),
        channel: optional(channel),
        is_baseline: cell_of(baseline),
        context: Cell::Text("{}".into()),
        arms: Cell::Text("[]".into()),
        usage: usage_of(total),
        duration: Some(cell_of(took)).filter(|took| took.number() != Some(0.0)).unwrap_or_default(),
        aborted: cell_of(aborted),
        ..TraceRow::default()
    })
}

pub(super) fn posterior_of(record: &[String], line: u64) -> Option<PosteriorRow> {
    let [arm, alpha, beta, mean, pulls, updated] = record else { return None };
    let weight = |field: &String| field.parse().ok().map(Cell::Number);
    Some(PosteriorRow {
        row: line as i64,
        arm_id: Cell::Text(arm.clone().into()),
        alpha: weight(alpha)?,
        beta: weight(beta)?,
        pulls: cell_of(pulls),
        last_updated: cell_of(updated),
        printed: Some([alpha.clone(), beta.clone(), mean.clone()]),
    })
}

/// The usage of which only the total is known; none for 0, which also stands for a missing one.
fn usage_of(total: &str) -> Cell {
    let value = match as_printed(total) {
        Some(number) if number.to_bits() == 0 => return Cell::Null,
        Some(number) if number.is_finite() => number::to_json(number),
        _ => print::to_compact(&Value::String(total.to_owned().into())),
    };
    Cell::Text(format!("{{\"total\":{value}}}").into())
}

fn cell_of(field: &str) -> Cell {
    if field == "null" {
        return Cell::Null;
    }
    if let Ok(integer) = field.parse::<i64>()
        && integer.to_string() == field
    {
        return Cell::integer(integer);
    }
    as_printed(field).map_or_else(|| Cell::Text(field.to_owned().into()), Cell::Number)
}

/// The number that JavaScript prints exactly so.
fn as_printed(field: &str) -> Option<f64> {
    field.parse().ok().filter(|number| number::to_string(*number) == field)
}
