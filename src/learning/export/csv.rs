//! The CSV form: the two tables in one stream, joined by a single line feed.
//!
//! Only ids, provider, model and channel are ever quoted, and only for a comma, a double quote or a
//! line feed; a field may hold line feeds. The safe form goes further.

use super::{Form, Table};
use crate::js::number;
use crate::js::parse::parse_str;
use crate::js::value::Value;
use crate::learning::row::{Fault, PosteriorRow, TraceRow, json, stored_usage};
use crate::model::learning::cell::Cell;

/// The header of the first table.
pub(in crate::learning) const TRACES_HEADER: &str = "traceId,runId,sessionId,timestamp,provider,\
     model,channel,isBaseline,totalTokens,durationMs,aborted";
/// The header of the second table.
pub(in crate::learning) const POSTERIORS_HEADER: &str = "armId,alpha,beta,mean,pulls,lastUpdated";

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The form, and whether a table has been begun.
pub(super) struct Csv {
    safe: bool,
    any: bool,
}

impl Csv {
    /// The form that keeps texts from being read as formulas, or the product's own.
    pub(super) fn new(safe: bool) -> Self {
        Self { safe, any: false }
    }
}

impl Form for Csv {
    fn begin(&mut self, table: Table, text: &mut String) {
        self.any = true;
        text.push_str(match table {
            Table::Traces => TRACES_HEADER,
            Table::Posteriors => POSTERIORS_HEADER,
        });
        text.push('\n');
    }

    fn trace(&mut self, row: &TraceRow, text: &mut String) -> Result<(), Fault> {
        trace(row, &mut Fields { out: text, safe: self.safe, first: true })?;
        text.push('\n');
        Ok(())
    }

    fn posterior(&mut self, row: &PosteriorRow, text: &mut String) -> Result<(), &'static str> {
        let weights = weights(row).ok_or("alpha or beta is no number")?;
        let mut fields = Fields { out: text, safe: self.safe, first: true };
        fields.text(&row.arm_id);
        for weight in &weights {
            fields.put(weight);
        }
        fields.plain(&row.pulls);
        fields.plain(&row.last_updated);
        text.push('\n');
        Ok(())
    }

    fn end(&mut self, _: &mut String) {}

    fn finish(&mut self, text: &mut String) {
        if !self.any {
            text.push('\n');
        }
    }
}

fn trace(row: &TraceRow, fields: &mut Fields<'_>) -> Result<(), Fault> {
    // The original reads every JSON column of a row, also those that it does not write.
    for (column, cell) in [("context_json", &row.context), ("arms_json", &row.arms)] {
        valid(cell).map_err(Fault::in_column(column))?;
    }
    let usage = stored_usage(&row.usage).map_or(Ok(Value::Null), json);
    let usage = usage.map_err(Fault::in_column("usage_json"))?;
    fields.text(&row.trace_id);
    fields.text(&row.run_id);
    fields.text(&row.session_id);
    fields.plain(&row.timestamp);
    fields.text(&row.provider);
    fields.text(&row.model);
    fields.text(&row.channel);
    fields.put(if row.is_baseline.is_one() { "1" } else { "0" });
    fields.total(usage.get("total").unwrap_or(&Value::Null));
    match &row.duration {
        Cell::Null => fields.put("0"),
        duration => fields.plain(duration),
    }
    fields.put(if row.aborted.is_one() { "1" } else { "0" });
    Ok(())
}

/// Whether a JSON column can be read, decided as fast as that can be.
fn valid(cell: &Cell) -> Result<(), crate::js::parse::ParseError> {
    let Cell::Text(text) = cell else { return json(cell).map(|_| ()) };
    let text = text.to_str_lossy();
    let fast = serde_json::from_str::<serde::de::IgnoredAny>(&text);
    fast.map(|_| ()).or_else(|_| parse_str(&text).map(|_| ()))
}

/// α, β and their mean with four decimals, as another export printed them or as they are stored.
fn weights(row: &PosteriorRow) -> Option<[String; 3]> {
    if let Some(printed) = &row.printed {
        return Some(printed.clone());
    }
    let (alpha, beta) = (row.alpha.number()?, row.beta.number()?);
    Some([alpha, beta, alpha / (alpha + beta)].map(|weight| number::to_fixed(weight, 4)))
}

/// The fields of a record, appended one after the other.
struct Fields<'a> {
    out: &'a mut String,
    safe: bool,
    first: bool,
}

impl Fields<'_> {
    fn put(&mut self, field: &str) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        self.out.push_str(field);
    }

    /// A field that the product quotes where it must; `NULL` is empty.
    fn text(&mut self, cell: &Cell) {
        let text = match cell {
            Cell::Null => return self.put(""),
            Cell::Text(text) => text.to_str_lossy(),
            cell => return self.plain(cell),
        };
        self.put(&quoted(&text, self.safe));
    }

    /// A field that the product never quotes.
    fn plain(&mut self, cell: &Cell) {
        let text = match cell {
            Cell::Null => "null".to_owned(),
            Cell::Number(value) => number::to_string(*value),
            Cell::Wide(integer) => integer.to_string(),
            Cell::Text(text) => text.to_str_lossy().into_owned(),
            Cell::Blob(bytes) => bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(","),
        };
        let is_text = matches!(cell, Cell::Text(_) | Cell::Blob(_));
        self.put(if self.safe && is_text { quoted(&text, true) } else { text }.as_str());
    }

    /// `usage.total`, 0 where it is missing; a text is copied as it stands.
    fn total(&mut self, total: &Value) {
        match total {
            Value::Null => self.put("0"),
            Value::Number(value) => self.put(&number::to_string(*value)),
            other => self.plain(&Cell::Text(spelled(other).into())),
        }
    }
}

/// A value as JavaScript's `String(value)` spells it.
fn spelled(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(value) => number::to_string(*value),
        Value::String(text) => text.to_str_lossy().into_owned(),
        Value::Array(list) => {
            let element =
                |one: &Value| if *one == Value::Null { String::new() } else { spelled(one) };
            list.iter().map(element).collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => "[object Object]".to_owned(),
    }
}

/// Quotes a text where its characters ask for it. The safe form puts an apostrophe before what a
/// spreadsheet would calculate, unless one stands there already.
fn quoted(text: &str, safe: bool) -> String {
    let formula = safe && text.starts_with(FORMULA);
    let guarded = safe && text.strip_prefix('\'').is_some_and(|rest| rest.starts_with(FORMULA));
    let marks: &[char] = if safe { &[',', '"', '\n', '\r'] } else { &[',', '"', '\n'] };
    if formula || guarded || text.contains(marks) {
        let guard = if formula { "'" } else { "" };
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
