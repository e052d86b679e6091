//! The JSON form: one object, indented by two, keys in the product's order.

use super::{Form, Table};
use crate::js::number;
use crate::js::print;
use crate::learning::reindent::reindent;
use crate::learning::row::{Fault, PosteriorRow, TraceRow, stored_usage};
use crate::model::learning::cell::Cell;

/// The depth of the members of a row.
const DEPTH: usize = 3;

/// The form, and where in the object it is.
pub(super) struct Json {
    documented: bool,
    /// How many lists have been begun.
    lists: usize,
    /// The current list has an element.
    open: bool,
}

impl Json {
    /// The form of the product's documentation, or that of the product itself.
    pub(super) fn new(documented: bool) -> Self {
        Self { documented, lists: 0, open: false }
    }

    fn members<'a>(&self, text: &'a mut String) -> Members<'a> {
        text.push_str(if self.open { ",\n    {" } else { "\n    {" });
        Members { start: text.len(), out: text, documented: self.documented }
    }

    fn close(&mut self, text: &mut String) {
        self.open = true;
        text.push_str("\n    }");
    }
}

impl Form for Json {
    fn begin(&mut self, table: Table, text: &mut String) {
        text.push_str(if self.lists == 0 { "{" } else { "," });
        self.lists += 1;
        self.open = false;
        text.push_str(match table {
            Table::Traces => "\n  \"traces\": [",
            Table::Posteriors => "\n  \"posteriors\": [",
        });
    }

    fn trace(&mut self, row: &TraceRow, text: &mut String) -> Result<(), Fault> {
        trace(row, &mut self.members(text))?;
        self.close(text);
        Ok(())
    }

    fn posterior(&mut self, row: &PosteriorRow, text: &mut String) -> Result<(), &'static str> {
        posterior(row, &mut self.members(text));
        self.close(text);
        Ok(())
    }

    fn end(&mut self, text: &mut String) {
        text.push_str(if self.open { "\n  ]" } else { "]" });
    }

    fn finish(&mut self, text: &mut String) {
        text.push_str(if self.lists == 0 { "{}\n" } else { "\n}\n" });
    }
}

fn trace(row: &TraceRow, members: &mut Members<'_>) -> Result<(), Fault> {
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

fn posterior(row: &PosteriorRow, members: &mut Members<'_>) {
    members.cell("armId", &row.arm_id);
    members.weight("alpha", &row.alpha);
    members.weight("beta", &row.beta);
    members.cell("pulls", &row.pulls);
    members.cell("lastUpdated", &row.last_updated);
}

/// The members of a row, appended one after the other.
struct Members<'a> {
    out: &'a mut String,
    /// Where the first of them begins.
    start: usize,
    documented: bool,
}

impl Members<'_> {
    fn name(&mut self, name: &str) {
        if self.out.len() > self.start {
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
