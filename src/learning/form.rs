//! What kind of export a file is, told from its bytes alone.
//!
//! ```text
//!  {"traces": […], "posteriors": […]}    releases with learning.db
//!  {"metrics": {…}, "posteriors": […]}   releases with qortex
//!  [{"armId": …}, …], [{"traceId": …}, …]  a list alone, as the gateway and `jq .posteriors` give it
//!  {} or an empty line                   an export that was asked for neither part
//!  traceId,runId,… and armId,alpha,…     both tables of CSV, in one stream
//! ```

use std::borrow::Cow;
use std::path::Path;

use super::Error;
use super::export::{POSTERIORS_HEADER, TRACES_HEADER};
use crate::js::parse::parse_lossy;
use crate::js::value::{Object, Value};
use crate::model::diagnostic::{Diagnostic, Place};

/// The members of which at least one makes an object an export.
const MEMBERS: [&str; 3] = ["traces", "posteriors", "metrics"];

/// An export by its form.
pub(super) enum Form<'b> {
    /// CSV, known by its first header.
    Tables(Cow<'b, str>),
    /// JSON with at least one of the members of an export.
    Object {
        value: Value,
        /// Elements of a list alone that are neither.
        diagnostics: Vec<Diagnostic>,
    },
    /// An export without traces and posteriors, and a word about it.
    Nothing(Diagnostic),
}

impl<'b> Form<'b> {
    /// Tells the forms apart; `path` is only named.
    pub(super) fn of(bytes: &'b [u8], path: &Path) -> Result<Self, Error> {
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let format = |what: String| Error::Format { path: path.to_owned(), what };
        let has_header = |header: &&str| text.starts_with(header.as_bytes());
        if [TRACES_HEADER, POSTERIORS_HEADER].iter().any(has_header) {
            return Ok(Self::Tables(String::from_utf8_lossy(text)));
        }
        if text.is_empty() {
            return Err(format("is empty; even an export without any rows has a line".into()));
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::Nothing(nothing(path)));
        }
        let value = parse_lossy(text)
            .map_err(|error| format(format!("is neither CSV nor JSON of an export: {error}")))?;
        match value {
            Value::Array(list) => Self::of_list(list, path),
            Value::Object(object) if object.iter().next().is_none() => {
                Ok(Self::Nothing(nothing(path)))
            }
            value if MEMBERS.iter().any(|name| value.get(name).is_some()) => {
                Ok(Self::Object { value, diagnostics: Vec::new() })
            }
            _ => Err(format("has none of the members traces, posteriors, metrics".into())),
        }
    }

    /// A list that stands alone is sorted by what its elements are.
    fn of_list(list: Vec<Value>, path: &Path) -> Result<Self, Error> {
        if list.is_empty() {
            return Ok(Self::Nothing(nothing(path)));
        }
        let (mut traces, mut posteriors) = (Vec::new(), Vec::new());
        let mut diagnostics = Vec::new();
        for (at, element) in list.into_iter().enumerate() {
            let has = |name| element.get(name).is_some();
            if has("armId") && (has("alpha") || has("beta")) {
                posteriors.push(element);
            } else if has("traceId") || (has("runId") && has("arms")) {
                traces.push(element);
            } else {
                diagnostics.push(no_row(path, at, "trace and no posterior"));
            }
        }
        if traces.is_empty() && posteriors.is_empty() {
            let what = "is a list of neither traces nor posteriors".to_owned();
            return Err(Error::Format { path: path.to_owned(), what });
        }
        let mut object = Object::new();
        for (name, rows) in [("traces", traces), ("posteriors", posteriors)] {
            if !rows.is_empty() {
                object.insert(name, Value::Array(rows));
            }
        }
        Ok(Self::Object { value: object.into(), diagnostics })
    }
}

/// The diagnostic for an element of a list that was left out.
pub(super) fn no_row(path: &Path, at: usize, what: &str) -> Diagnostic {
    let message = format!("Element {at} of the list is no {what} and was left out.");
    Diagnostic::error("learning-row-skipped", Place::whole(path), message)
}

fn nothing(path: &Path) -> Diagnostic {
    Diagnostic::note(
        "learning-export-empty",
        Place::whole(path),
        "The file holds neither traces nor posteriors, as an export that was asked for neither.",
    )
}
