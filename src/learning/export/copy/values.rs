//! JSON values as the cells from which the product would have written them.

use crate::js::number::to_fixed;
use crate::js::print;
use crate::js::value::{Object, Value};
use crate::learning::row::{PosteriorRow, TraceRow};
use crate::model::learning::cell::Cell;

pub(super) fn trace_of(value: &Value, row: i64, documented: bool) -> TraceRow {
    let cell = |name| cell_of(value.get(name));
    let stored_null = |name: &str| !documented && value.get(name) == Some(&Value::Null);
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
        // JSON has no infinity: the product writes `null` for it.
        duration: if stored_null("durationMs") {
            Cell::Number(f64::INFINITY)
        } else {
            cell("durationMs")
        },
        prompt_chars: cell("systemPromptChars"),
        aborted: cell("aborted"),
        error: cell("error"),
    }
}

pub(super) fn posterior_of(value: &Value, row: i64) -> PosteriorRow {
    let weight = |name| match value.get(name) {
        Some(Value::Null) => Cell::Number(f64::INFINITY),
        found => cell_of(found),
    };
    let (alpha, beta) = (weight("alpha"), weight("beta"));
    // Later releases give the mean, too, rounded by themselves.
    let mean = value.get("mean").and_then(Value::as_f64);
    let printed = match (alpha.number(), beta.number(), mean) {
        (Some(alpha), Some(beta), Some(mean)) => {
            Some([alpha, beta, mean].map(|weight| to_fixed(weight, 4)))
        }
        _ => None,
    };
    PosteriorRow {
        row,
        arm_id: cell_of(value.get("armId")),
        alpha,
        beta,
        pulls: cell_of(value.get("pulls")),
        last_updated: cell_of(value.get("lastUpdated")),
        printed,
    }
}

fn cell_of(value: Option<&Value>) -> Cell {
    match value {
        None | Some(Value::Null) => Cell::Null,
        Some(Value::Bool(truth)) => Cell::Number(f64::from(u8::from(*truth))),
        Some(Value::Number(number)) => Cell::Number(*number),
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(other) => match other.as_object().and_then(bytes_of) {
            Some(bytes) => Cell::Blob(bytes),
            None => Cell::Text(print::to_compact(other).into()),
        },
    }
}

/// The bytes of a blob, which JavaScript writes as an object of position and value.
fn bytes_of(object: &Object) -> Option<Vec<u8>> {
    let byte = |(at, (name, value)): (usize, (&crate::js::text::JsString, &Value))| {
        let number = value.as_f64().filter(|_| name.to_str_lossy() == at.to_string())?;
        let byte = number as u8;
        (f64::from(byte).to_bits() == number.to_bits()).then_some(byte)
    };
    object.iter().enumerate().map(byte).collect()
}

/// The JSON column from which the product would have written a value.
fn json_of(value: Option<&Value>, absent: &str) -> Cell {
    Cell::Text(value.map_or_else(|| absent.to_owned(), print::to_compact).into())
}
