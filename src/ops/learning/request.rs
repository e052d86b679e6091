//! What a person asks of the learning data on the command line, in plain words, and the answers as
//! text.

use std::io::Write;

use jiff::tz::TimeZone;

use super::{Error, Input, export, status};
use crate::js::print;
use crate::learning::export::{DEFAULT_LIMIT, Format, Options, Schema};
use crate::learning::status::Look;
use crate::model::diagnostic::Diagnostic;
use crate::store::Store;

/// The forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// JSON as `openclaw learning export` writes it.
    #[default]
    Json,
    /// JSON as the documentation of that command describes it.
    DocumentedJson,
    /// CSV as `openclaw learning export` writes it.
    Csv,
    /// CSV whose texts no reader takes for line ends or formulas.
    SafeCsv,
}

/// An export that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRequest {
    /// What is exported.
    pub input: Input,
    /// The form.
    pub form: Form,
    /// Whether traces are part of it.
    pub traces: bool,
    /// Whether posteriors are part of it.
    pub posteriors: bool,
    /// How many of the newest traces.
    pub limit: Newest,
    /// What the arms of a store of qortex learnt in all contexts taken together.
    pub all_contexts: bool,
}

/// How many of the newest traces are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Newest {
    /// As many as the original exports: 10,000.
    #[default]
    AsOriginal,
    /// At most so many.
    Most(u64),
    /// All of them.
    All,
}

impl ExportRequest {
    fn options(&self) -> Options {
        Options {
            format: match self.form {
                Form::Json | Form::DocumentedJson => Format::Json,
                Form::Csv | Form::SafeCsv => Format::Csv,
            },
            traces: self.traces,
            posteriors: self.posteriors,
            limit: match self.limit {
                Newest::AsOriginal => Some(DEFAULT_LIMIT),
                Newest::Most(most) => Some(most),
                Newest::All => None,
            },
            schema: match self.form {
                Form::DocumentedJson => Schema::Documented,
                _ => Schema::Product,
            },
            safe_csv: self.form == Form::SafeCsv,
            all_contexts: self.all_contexts,
        }
    }
}

/// Writes what was asked for, and returns what was odd.
///
/// # Errors
///
/// As [`export()`].
pub fn write_export(
    store: &Store,
    request: &ExportRequest,
    out: &mut dyn Write,
) -> Result<Vec<Diagnostic>, Error> {
    export(store, &request.input, &request.options(), out)
}

/// A status that is asked for.
#[derive(Debug, Clone)]
pub struct StatusRequest {
    /// What is read.
    pub input: Input,
    /// Print JSON.
    pub json: bool,
    /// Add the exact 95 % intervals.
    pub exact: bool,
    /// What the arms of a store of qortex learnt in all contexts taken together.
    pub all_contexts: bool,
    /// The zone of the dates.
    pub zone: TimeZone,
}

/// The status as text with a line end, and what was odd.
///
/// # Errors
///
/// As [`status`].
pub fn print_status(
    store: &Store,
    request: &StatusRequest,
) -> Result<(String, Vec<Diagnostic>), Error> {
    let (status, diagnostics) = status(store, &request.input, request.all_contexts)?;
    let text = if request.json {
        format!("{}\n", print::to_visible_pretty(&status.json(request.exact)))
    } else {
        status.text(&Look { zone: request.zone.clone(), exact: request.exact })
    };
    Ok((text, diagnostics))
}
