//! The CSV form: the two tables in one stream, joined by a single line feed.
//!
//! Only ids, provider, model and channel are ever quoted, and only for a comma, a double quote or a
//! line feed; a field may hold line feeds. The safe form goes further.

use std::io::Write;

use super::{Notes, Options, Rows};
use crate::js::number;
use crate::js::parse::parse_str;
use crate::js::print;
use crate::js::value::Value;
use crate::learning::Error;
use crate::learning::row::{Fault, PosteriorRow, TraceRow, json, stored_usage};
use crate::model::learning::cell::Cell;

/// The header of the first table.
pub(in crate::learning) const TRACES_HEADER: &str = "traceId,runId,sessionId,timestamp,provider,\
     model,channel,isBaseline,totalTokens,durationMs,aborted";
/// The header of the second table.
pub(in crate::learning) const POSTERIORS_HEADER: &str = "armId,alpha,beta,mean,pulls,lastUpdated";

pub(super) fn write(
    rows: &dyn Rows,
    options: &Options,
    out: &mut dyn Write,
    notes: &mut Notes<'_>,
) -> Result<(), Error> {
    let mut line = String::new();
    let mut put = |line: &str| writeln!(out, "{line}").map_err(Error::Output);
    if options.traces {
        put(TRACES_HEADER)?;
        rows.each_trace(options.limit, &mut |row| {
            line.clear();
            match trace(&row, options.safe_csv, &mut line) {
                Ok(()) => {
                    notes.look_for_wide(row.row, &row.numbers());
                    put(&line)
                }
                Err(fault) => {
                    notes.skipped(row.row, &fault);
                    Ok(())
                }
            }
        })?;
    }
    if options.posteriors {
        put(POSTERIORS_HEADER)?;
        rows.each_posterior(&mut |row| {
            line.clear();
            if posterior(&row, options.safe_csv, &mut line) {
                notes.look_for_wide(row.row, &row.numbers());
                return put(&line);
            }
            notes.add(rows.skipped(row.row, "alpha or beta is no number"));
            Ok(())
        })?;
    }
    if !options.traces && !options.posteriors {
        put("")?;
    }
    Ok(())
}

fn trace(row: &TraceRow, safe: bool, out: &mut String) -> Result<(), Fault> {
    // The original reads every JSON column of a row, also those that it does not write.
    for (column, cell) in [("context_json", &row.context), ("arms_json", &row.arms)] {
        valid(cell).map_err(Fault::in_column(column))?;
    }
    let usage = stored_usage(&row.usage).map_or(Ok(Value::Null), json);
    let usage = usage.map_err(Fault::in_column("usage_json"))?;
    let mut fields = Fields { out, safe, first: true };
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

/// Appends a row, or nothing (false) when a parameter is no number.
fn posterior(row: &PosteriorRow, safe: bool, out: &mut String) -> bool {
    let (Some(alpha), Some(beta)) = (row.alpha.number(), row.beta.number()) else { return false };
    let mut fields = Fields { out, safe, first: true };
    fields.text(&row.arm_id);
    for weight in [alpha, beta, alpha / (alpha + beta)] {
        fields.put(&number::to_fixed(weight, 4));
    }
    fields.plain(&row.pulls);
    fields.plain(&row.last_updated);
    true
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
            Value::Bool(truth) => self.put(if *truth { "true" } else { "false" }),
            Value::Number(value) => self.put(&number::to_string(*value)),
            Value::String(text) => self.plain(&Cell::Text(text.clone())),
            // JavaScript would write `[object Object]`; nothing does that in practice.
            other => self.put(&quoted(&print::to_compact(other), self.safe)),
        }
    }
}

/// Quotes a text where its characters ask for it.
fn quoted(text: &str, safe: bool) -> String {
    let formula = safe && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let marks: &[char] = if safe { &[',', '"', '\n', '\r'] } else { &[',', '"', '\n'] };
    if formula {
        return format!("\"'{}\"", text.replace('"', "\"\""));
    }
    if text.contains(marks) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
