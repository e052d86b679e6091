//! The JSON form: one object, indented by two, keys in the product's order.

use std::io::Write;

use super::{Notes, Options, Rows, Schema};
use crate::js::number;
use crate::js::print;
use crate::learning::Error;
use crate::learning::reindent::reindent;
use crate::learning::row::{Fault, PosteriorRow, TraceRow, stored_usage};
use crate::model::learning::cell::Cell;

/// The depth of the members of a row.
const DEPTH: usize = 3;

pub(super) fn write(
    rows: &dyn Rows,
    options: &Options,
    out: &mut dyn Write,
    notes: &mut Notes<'_>,
) -> Result<(), Error> {
    let mut text = String::new();
    let mut list = List { out, arrays: 0, open: false };
    let documented = options.schema == Schema::Documented;
    if options.traces {
        list.begin("traces")?;
        rows.each_trace(options.limit, &mut |row| {
            text.clear();
            match trace(&row, documented, &mut text) {
                Ok(()) => {
                    notes.look_for_wide(row.row, &row.numbers());
                    list.push(&text)
                }
                Err(fault) => {
                    notes.skipped(row.row, &fault);
                    Ok(())
                }
            }
        })?;
        list.end()?;
    }
    if options.posteriors {
        list.begin("posteriors")?;
        rows.each_posterior(&mut |row| {
            text.clear();
            posterior(&row, documented, &mut text);
            notes.look_for_wide(row.row, &row.numbers());
            list.push(&text)
        })?;
        list.end()?;
    }
    list.finish()
}

/// The arrays of the object, written element by element.
struct List<'a> {
    out: &'a mut dyn Write,
    /// How many arrays have been begun.
    arrays: usize,
    /// An element has been written to the current array.
    open: bool,
}

impl List<'_> {
    fn put(&mut self, text: &str) -> Result<(), Error> {
        self.out.write_all(text.as_bytes()).map_err(Error::Output)
    }

    fn begin(&mut self, name: &str) -> Result<(), Error> {
        self.put(if self.arrays == 0 { "{" } else { "," })?;
        self.arrays += 1;
        self.open = false;
        self.put(&format!("\n  \"{name}\": ["))
    }

    fn push(&mut self, element: &str) -> Result<(), Error> {
        self.put(if self.open { ",\n    {" } else { "\n    {" })?;
        self.open = true;
        self.put(element)?;
        self.put("\n    }")
    }

    fn end(&mut self) -> Result<(), Error> {
        self.put(if self.open { "\n  ]" } else { "]" })
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.put(if self.arrays == 0 { "{}\n" } else { "\n}\n" })
    }
}

fn trace(row: &TraceRow, documented: bool, out: &mut String) -> Result<(), Fault> {
    let mut members = Members { out, documented };
    members.cell("traceId", &row.trace_id);
    members.cell("runId", &row.run_id);
    members.cell("sessionId", &row.session_id);
    members.optional("sessionKey", &row.session_key);
    members.cell("timestamp", &row.timestamp);
    members.optional("provider", &row.provider);
    members.optional("model", &row.model);
    members.optional("channel", &row.channel);
    members.truth("isBaseline", row.is_baseline.is_one());
    members.json("context", "context_json", &row.context)?;
    members.json("arms", "arms_json", &row.arms)?;
    match stored_usage(&row.usage) {
        Some(usage) => members.json("usage", "usage_json", usage)?,
        None => members.optional("usage", &Cell::Null),
    }
    members.optional("durationMs", &row.duration);
    members.cell("systemPromptChars", &row.prompt_chars);
    members.truth("aborted", row.aborted.is_one());
    members.optional("error", &row.error);
    Ok(())
}

fn posterior(row: &PosteriorRow, documented: bool, out: &mut String) {
    let mut members = Members { out, documented };
    members.cell("armId", &row.arm_id);
    members.weight("alpha", &row.alpha);
    members.weight("beta", &row.beta);
    members.cell("pulls", &row.pulls);
    members.cell("lastUpdated", &row.last_updated);
}

/// The members of a row, appended one after the other.
struct Members<'a> {
    out: &'a mut String,
    documented: bool,
}

impl Members<'_> {
    fn name(&mut self, name: &str) {
        if !self.out.is_empty() {
            self.out.push(',');
        }
        self.out.push_str("\n      \"");
        self.out.push_str(name);
        self.out.push_str("\": ");
    }

    fn cell(&mut self, name: &str, cell: &Cell) {
        self.name(name);
        match cell {
            Cell::Null => self.out.push_str("null"),
            Cell::Number(value) => self.out.push_str(&number::to_json(*value)),
            Cell::Wide(integer) => self.out.push_str(&integer.to_string()),
            Cell::Text(text) => {
                // Writing to a `String` cannot fail.
                let _ = print::write_string(self.out, text);
            }
            Cell::Blob(bytes) => self.bytes(bytes),
        }
    }

    /// A typed array is an object of position and value.
    fn bytes(&mut self, bytes: &[u8]) {
        let members: Vec<String> =
            bytes.iter().enumerate().map(|(at, byte)| format!("\"{at}\":{byte}")).collect();
        // What is made of numbers alone is JSON.
        let _ = reindent(&format!("{{{}}}", members.join(",")), DEPTH, self.out);
    }

    /// A member that the product leaves out when the column is `NULL`.
    fn optional(&mut self, name: &str, cell: &Cell) {
        if self.documented || !cell.is_null() {
            self.cell(name, cell);
        }
    }

    fn truth(&mut self, name: &str, truth: bool) {
        self.name(name);
        self.out.push_str(if truth { "true" } else { "false" });
    }

    fn json(&mut self, name: &str, column: &'static str, cell: &Cell) -> Result<(), Fault> {
        self.name(name);
        match cell {
            Cell::Text(text) => reindent(&text.to_str_lossy(), DEPTH, self.out),
            Cell::Null => reindent("null", DEPTH, self.out),
            // A list of bytes, as JavaScript would try to read it, is no JSON.
            cell => reindent(&cell.shown().unwrap_or_default(), DEPTH, self.out),
        }
        .map_err(Fault::in_column(column))
    }

    /// α or β, which the documentation shows with a decimal point.
    fn weight(&mut self, name: &str, cell: &Cell) {
        self.cell(name, cell);
        let whole =
            matches!(cell, Cell::Number(value) if value.fract() == 0.0 && value.abs() < 1e21);
        if self.documented && whole {
            self.out.push_str(".0");
        }
    }
}
