//! The records of CSV as what they mean.

use jiff::tz::TimeZone;

use crate::js::date;
use crate::js::value::Value;
use crate::model::learning::posterior::{Beta, Posterior};
use crate::model::learning::trace::{Trace, TraceUsage};

/// A trace, and its time as it stands there. Missing totals and durations are written as 0, so 0 is
/// taken for missing.
pub(super) fn trace_of(record: &[String], row: i64) -> Option<(Trace, Value)> {
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
    let trace = Trace {
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
    };
    Some((trace, stamp_of(timestamp)))
}

/// A posterior, and its stamp as it stands there.
pub(super) fn posterior_of(record: &[String]) -> Option<(Posterior, Value)> {
    let [arm, alpha, beta, mean, pulls, updated] = record else { return None };
    let printed = Beta { alpha: alpha.parse().ok()?, beta: beta.parse().ok()? };
    let posterior = Posterior {
        arm: arm.clone(),
        belief: mean.parse().map_or(printed, |mean| with_mean(printed, mean)),
        pulls: pulls.parse().unwrap_or_default(),
        updated: time_field(updated),
    };
    Some((posterior, stamp_of(updated)))
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

/// A time as it stands there.
fn stamp_of(field: &str) -> Value {
    field.parse::<f64>().map_or_else(|_| Value::from(field), Value::from)
}

fn time_field(field: &str) -> Option<i64> {
    match field.parse() {
        Ok(number) => date::from_number(number),
        Err(_) => date::parse(field, &TimeZone::UTC),
    }
}
