//! An export as it stands in a file: its text, and where in it the rows are.
//!
//! ```text
//!  {"traces": […], "posteriors": […]}    releases with learning.db
//!  {"metrics": {…}, "posteriors": […]}   releases with qortex
//!  [{"armId": …}, …], [{"traceId": …}, …]  a list alone, as the gateway and `jq .posteriors` give it
//!  {} or an empty line                   an export that was asked for neither part
//!  traceId,runId,… and armId,alpha,…     both tables of CSV, in one stream
//! ```
//!
//! The text is read once and looked through once; rows of JSON are parsed one by one when they are
//! wanted, so that a large export takes little more memory than its own size.

use std::ops::Range;
use std::path::{Path, PathBuf};

use memchr::memmem;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Error;
use super::export::{POSTERIORS_HEADER, TRACES_HEADER};
use crate::js::parse::parse_str;
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place};

/// Where a piece of JSON stands in the text, in bytes.
pub(super) type Span = Range<usize>;

/// The text of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    path: PathBuf,
    text: String,
    form: Form,
}

/// An export by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// CSV, known by its first header.
    Tables,
    /// JSON with at least one of the members of an export.
    Lists(Lists),
    /// An export without traces and posteriors.
    Nothing,
}

/// Where the rows of a JSON export stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lists {
    /// The traces; nothing where the export has no such member.
    pub(super) traces: Option<Vec<Span>>,
    /// The posteriors, likewise.
    pub(super) posteriors: Option<Vec<Span>>,
    /// The figures of qortex.
    pub(super) metrics: Option<Span>,
    /// The positions of the elements of a list alone that are neither.
    strays: Vec<usize>,
}

impl Exported {
    /// Takes the bytes of an export; `path` is only named.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] when they are no export.
    pub fn parse(bytes: Vec<u8>, path: &Path) -> Result<Self, Error> {
        let text = text_of(bytes);
        let form = Form::of(&text, path)?;
        Ok(Self { path: path.to_owned(), text, form })
    }

    /// Takes a text whose form is known already.
    pub(super) fn new(text: String, form: Form, path: &Path) -> Self {
        Self { path: path.to_owned(), text, form }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text of a row.
    pub(super) fn row(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// A row as a value; nothing where it is nested deeper than any row of an export.
    pub(super) fn value(&self, span: &Span) -> Option<Value> {
        parse_str(self.row(span)).ok()
    }

    /// The trace at a place in its list.
    pub(super) fn trace(&self, at: usize) -> Option<Value> {
        let Form::Lists(lists) = &self.form else { return None };
        self.value(lists.traces.as_ref()?.get(at)?)
    }

    /// Whether the traces are in the form of the product's documentation; see [`is_documented`].
    pub(super) fn is_documented(&self) -> bool {
        let Form::Lists(Lists { traces: Some(traces), .. }) = &self.form else { return false };
        // What the product writes hardly ever holds a `null`: then no trace need be parsed for this.
        let has_null = |span: &&Span| memmem::find(self.row(span).as_bytes(), b"null").is_some();
        let mut nulls = traces.iter().filter(has_null);
        nulls.any(|span| self.value(span).as_ref().is_some_and(is_documented))
    }

    /// What is odd about the text as a whole.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        match &self.form {
            Form::Tables => Vec::new(),
            Form::Lists(Lists { strays, .. }) => {
                let stray = |at: &usize| no_row(&self.path, *at, "trace and no posterior");
                strays.iter().map(stray).collect()
            }
            Form::Nothing => vec![Diagnostic::note(
                "learning-export-empty",
                Place::whole(&self.path),
                "The file holds neither traces nor posteriors, as an export that was asked for \
                 neither.",
            )],
        }
    }
}

/// Text as Node reads it from a file: every invalid UTF-8 sequence becomes U+FFFD. Without a byte
/// order mark.
pub(super) fn text_of(bytes: Vec<u8>) -> String {
    let mut text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    text
}

impl Form {
    /// Tells the forms apart; `path` is only named.
    pub(super) fn of(text: &str, path: &Path) -> Result<Self, Error> {
        let format = |what: String| Error::Format { path: path.to_owned(), what };
        if [TRACES_HEADER, POSTERIORS_HEADER].iter().any(|header| text.starts_with(header)) {
            return Ok(Self::Tables);
        }
        if text.is_empty() {
            return Err(format("is empty; even an export without any rows has a line".into()));
        }
        if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
            return Ok(Self::Nothing);
        }
        let no_json = |error| format(format!("is neither CSV nor JSON of an export: {error}"));
        let lists = match text.trim_ascii_start().as_bytes().first() {
            Some(b'[') => {
                let list: Vec<&RawValue> = serde_json::from_str(text).map_err(no_json)?;
                if list.is_empty() {
                    return Ok(Self::Nothing);
                }
                Lists::sorted(text, &list)
            }
            Some(b'{') => {
                let members: Members<'_> = serde_json::from_str(text).map_err(no_json)?;
                if !members.any {
                    return Ok(Self::Nothing);
                }
                Lists::of_members(text, &members)
            }
            _ => serde_json::from_str(text).map(|IgnoredAny| Lists::default()).map_err(no_json)?,
        };
        match lists {
            Lists { traces: None, posteriors: None, metrics: None, strays } => {
                Err(format(if strays.is_empty() {
                    "has none of the members traces, posteriors, metrics".into()
                } else {
                    "is a list of neither traces nor posteriors".into()
                }))
            }
            lists => Ok(Self::Lists(lists)),
        }
    }
}

/// What the head of a text that goes on tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// It begins as an export does: with a header, or with the members that the product writes first.
    Export,
    /// It may be an export with other members before its own, or a store of qortex: one object or
    /// list that has not come to its end.
    Unclear,
    /// It is none of these.
    Other,
}

impl Beginning {
    /// Looks at the head of a text.
    pub(super) fn of(head: &str) -> Self {
        if [TRACES_HEADER, POSTERIORS_HEADER].iter().any(|header| head.starts_with(header)) {
            return Self::Export;
        }
        let text = head.trim_ascii_start();
        let members: &[&str] = match text.as_bytes().first() {
            Some(b'{') => &["traces", "posteriors", "metrics"],
            Some(b'[') => &["traceId", "runId", "armId"],
            Some(_) => return Self::Other,
            None => return Self::Unclear,
        };
        let broken = serde_json::from_str::<IgnoredAny>(head).is_err_and(|error| !error.is_eof());
        match first_name(text) {
            _ if broken => Self::Other,
            Some(name) if members.contains(&name) => Self::Export,
            _ => Self::Unclear,
        }
    }
}

/// The first name in an object, or in the first object of a list, as it is written.
fn first_name(text: &str) -> Option<&str> {
    let object = text.strip_prefix('[').unwrap_or(text).trim_ascii_start().strip_prefix('{')?;
    let (name, _) = object.trim_ascii_start().strip_prefix('"')?.split_once('"')?;
    Some(name)
}

impl Lists {
    fn of_members(text: &str, members: &Members<'_>) -> Self {
        let spans = |list: &RawValue| elements(list).iter().map(|row| span(text, row)).collect();
        Self {
            traces: members.traces.map(spans),
            posteriors: members.posteriors.map(spans),
            metrics: members.metrics.map(|metrics| span(text, metrics)),
            strays: Vec::new(),
        }
    }

    /// A list that stands alone is sorted by what its elements are.
    fn sorted(text: &str, list: &[&RawValue]) -> Self {
        let mut lists = Self::default();
        for (at, element) in list.iter().enumerate() {
            let value = parse_str(element.get()).unwrap_or_default();
            let has = |name| value.get(name).is_some();
            let place = if has("armId") && (has("alpha") || has("beta")) {
                &mut lists.posteriors
            } else if has("traceId") || (has("runId") && has("arms")) {
                &mut lists.traces
            } else {
                lists.strays.push(at);
                continue;
            };
            place.get_or_insert_default().push(span(text, element));
        }
        lists
    }
}

/// The elements of a list; none of what is no list.
fn elements(list: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(list.get()).unwrap_or_default()
}

/// Where a part of a text stands in it.
fn span(text: &str, part: &RawValue) -> Span {
    let start = part.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + part.get().len()
}

/// The members of an export; as in JavaScript the last of equal ones counts.
#[derive(Default)]
struct Members<'t> {
    /// There is a member at all.
    any: bool,
    traces: Option<&'t RawValue>,
    posteriors: Option<&'t RawValue>,
    metrics: Option<&'t RawValue>,
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Members::default();
                while let Some(Name(name)) = map.next_key()? {
                    members.any = true;
                    let place = match name.as_slice() {
                        b"traces" => &mut members.traces,
                        b"posteriors" => &mut members.posteriors,
                        b"metrics" => &mut members.metrics,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    *place = Some(map.next_value()?);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// The name of a member, taken as bytes: it may hold lone surrogates.
struct Name(Vec<u8>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Name;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a name")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Name, E> {
                Ok(Name(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// Members that the product leaves out where the column is `NULL`, and that are never `null` else.
const TEXTS: [&str; 5] = ["sessionKey", "provider", "model", "channel", "error"];

/// Whether a trace is in the form of the product's documentation, which writes `null` for what is
/// missing; from the product itself a `null` means something that was stored.
pub(super) fn is_documented(trace: &Value) -> bool {
    TEXTS.iter().any(|name| trace.get(name) == Some(&Value::Null))
}

/// The diagnostic for an element of a list that was left out.
pub(super) fn no_row(path: &Path, at: usize, what: &str) -> Diagnostic {
    let message = format!("Element {at} of the list is no {what} and was left out.");
    Diagnostic::error("learning-row-skipped", Place::whole(path), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(text: &str) -> (String, Lists) {
        let exported = Exported::parse(text.as_bytes().to_vec(), Path::new("export")).unwrap();
        let Form::Lists(lists) = exported.form else { panic!("{text}") };
        (exported.text, lists)
    }

    #[test]
    fn rows_are_where_they_stand() {
        let (text, found) =
            lists("\u{feff}{ \"\\ud800\": 1, \"traces\": 7, \"traces\": [ {\"a\":\"]\"} , 7 ] }");
        let rows = |spans: Option<Vec<Span>>| {
            let rows = spans.unwrap().into_iter().map(|span| text.get(span).unwrap().to_owned());
            rows.collect::<Vec<_>>()
        };
        assert_eq!(rows(found.traces), ["{\"a\":\"]\"}", "7"]);
        assert_eq!((found.posteriors, found.metrics), (None, None));
        let (_, found) = lists("{\"posteriors\": null, \"metrics\": {}}");
        assert_eq!((found.posteriors, found.traces), (Some(vec![]), None));
        assert!(found.metrics.is_some());
    }

    #[test]
    fn a_row_may_be_deeper_than_any_and_no_more_than_that_row_is_lost() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let text = format!("{{\"traces\":[{{\"a\":{deep}}},{{\"traceId\":\"t\"}}]}}");
        let exported = Exported::parse(text.into_bytes(), Path::new("export")).unwrap();
        let Form::Lists(Lists { traces: Some(rows), .. }) = exported.form() else { panic!() };
        let values: Vec<_> = rows.iter().map(|row| exported.value(row).is_some()).collect();
        assert_eq!(values, [false, true]);
    }

    #[test]
    fn what_is_no_json_tells_the_place_and_nothing_of_what_stands_there() {
        for (text, place) in [("{\"traces\":[secret]}", "column 12"), ("[1,2", "column 4")] {
            let error = Exported::parse(text.into(), Path::new("export")).unwrap_err().to_string();
            assert!(error.contains(place) && !error.contains("secret"), "{error}");
        }
    }
}
