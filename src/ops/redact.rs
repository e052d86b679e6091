//! Masking any text, JSON or JSONL: what goes in comes out in the same form, safe to share.

use std::ops::Range;
use std::path::Path;

use crate::js::parse;
use crate::js::pointer;
use crate::js::splice::splice;
use crate::js::text::JsString;
use crate::js::value::{Object, Value};
use crate::model::finding::Finding;
use crate::redact::{Homes, Options, Redactor, paths};

use super::decode::{Encoding, decode, encode, not_text};
use super::names::masked_pointer;
use super::plan::Redaction;

/// The form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Found out from the text.
    #[default]
    Auto,
    /// Plain text.
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    JsonLines,
}

/// The byte order mark: no part of a text, and kept where it stands before one of UTF-8.
const MARK: &str = "\u{FEFF}";

/// How to mask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedactRequest {
    /// The form of the text.
    pub format: Format,
    /// The strict profile.
    pub strict: bool,
    /// The home directory of this machine's user.
    pub home: Option<String>,
    /// The user's rules: their text, and the place that error messages name.
    pub rules: Vec<(String, String)>,
    /// `logging.redactPatterns` of an OpenClaw configuration.
    pub patterns: Vec<String>,
}

/// A masked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text, with the byte order mark of UTF-8 where the input had it; those of UTF-16 go with
    /// the encoding.
    pub text: String,
    /// What was masked, counted from after such a mark; of JSONL, [`Finding::event_seq`] is the line, from 1.
    pub findings: Vec<Finding>,
    /// The form that the text had.
    pub format: Format,
    /// The encoding that the text had.
    pub encoding: Encoding,
    /// The lines of what was said to be JSONL that are not JSON, from 1; they were masked as text.
    pub not_json: Vec<u64>,
}

impl Redacted {
    /// What is to be printed: the text, with the bytes of the input that are no UTF-8.
    pub fn bytes(&self) -> Vec<u8> {
        encode(&self.text, self.encoding)
    }

    /// Makes the places in a plain text those of the bytes that came in and go out.
    fn count_bytes(&mut self, before: &str) {
        let encoding = self.encoding;
        let moved = |text: &str, range: &Range<usize>| {
            let at = |place| encode(text.get(..place).unwrap_or_default(), encoding).len();
            at(range.start)..at(range.end)
        };
        for finding in &mut self.findings {
            finding.range = moved(before, &finding.range);
            finding.shown = moved(&self.text, &finding.shown);
        }
    }
}

/// Why a text was not masked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// The text is not what it was said to be.
    #[error("the input is not valid JSON: {0}. Mask it as it is with --format text")]
    NotJson(parse::ParseError),
    /// The input is no text.
    #[error("the input is {0}, in which no secret could be seen; only text can be masked")]
    NotText(&'static str),
    /// The rules cannot be read.
    #[error("{0}")]
    Rules(String),
}

/// Masks a text, and leaves everything else in it as it is.
///
/// Values that one place gave away are masked everywhere. A line of JSONL that is not JSON is
/// masked as plain text. UTF-16 is decoded; bytes that are no UTF-8 stay where they are.
///
/// # Errors
///
/// [`RedactError::NotText`] for binary input; [`RedactError::NotJson`] when the text was said to be one JSON value and is not;
/// [`RedactError::Rules`] when there are no rules to mask by, or the user's are faulty.
pub fn redact(input: &[u8], request: &RedactRequest) -> Result<Redacted, RedactError> {
    let (text, encoding) = decode(input);
    if let Some(what) = not_text(input).filter(|_| encoding != Encoding::Utf16) {
        return Err(RedactError::NotText(what));
    }
    let parsed = Parsed::read(&text, request.format)?;
    let asked =
        Redaction { strict: request.strict, rules: request.rules.clone(), ..Redaction::default() };
    let rules =
        asked.to_rules(&request.patterns).map_err(|error| RedactError::Rules(error.to_string()))?;
    let mut options = Options { homes: homes(&parsed, request), ..Options::default() };
    let mut redactor = Redactor::new(&rules, options.clone());
    let mut redacted = parsed.masked(&redactor);
    options.followed = redactor.secrets();
    if !options.followed.is_empty() {
        redactor = Redactor::new(&rules, options);
        redacted = parsed.masked(&redactor);
    }
    if let Some(fault) = redactor.fault() {
        return Err(RedactError::Rules(fault.to_owned()));
    }
    for finding in &mut redacted.findings {
        finding.pointer = masked_pointer(&redactor, &finding.pointer).into();
    }
    redacted.encoding = encoding;
    if encoding == Encoding::Bytes && redacted.format == Format::Text {
        redacted.count_bytes(&text);
    }
    if encoding != Encoding::Utf16 && input.starts_with(MARK.as_bytes()) {
        redacted.text.insert_str(0, MARK);
    }
    if request.format == Format::JsonLines {
        redacted.not_json = parsed.not_json();
    }
    Ok(redacted)
}

/// This machine's directories and those that the data speaks of.
fn homes(parsed: &Parsed<'_>, request: &RedactRequest) -> Homes {
    let ours = Homes {
        homes: request.home.iter().cloned().collect(),
        state_dirs: (request.home.iter())
            .map(|home| Path::new(home).join(".openclaw").display().to_string())
            .collect(),
        workspaces: Vec::new(),
    };
    ours.with(&paths::discover(parsed.values()))
}

/// A text by its form.
enum Parsed<'t> {
    Text(Value),
    Json(Json<'t>),
    Lines(Vec<Line<'t>>),
}

/// A JSON value and the text that it was read from.
struct Json<'t> {
    value: Value,
    text: &'t str,
}

/// A line with its end.
struct Line<'t> {
    content: Result<Json<'t>, &'t str>,
    end: &'t str,
}

impl<'t> Parsed<'t> {
    fn read(text: &'t str, format: Format) -> Result<Self, RedactError> {
        let json = || Json::read(text).map(Self::Json);
        match format {
            Format::Text => Ok(Self::Text(text.into())),
            Format::Json => json().map_err(RedactError::NotJson),
            Format::JsonLines => Ok(Self::lines(text)),
            Format::Auto => Ok(match json() {
                Ok(parsed) => parsed,
                Err(_) if begins_with_json(text) => Self::lines(text),
                Err(_) => Self::Text(text.into()),
            }),
        }
    }

    fn lines(text: &'t str) -> Self {
        let line = |line: &'t str| {
            let bare = line.trim_end_matches(['\n', '\r']);
            let end = line.get(bare.len()..).unwrap_or_default();
            Line { content: Json::read(bare).map_err(|_| bare), end }
        };
        Self::Lines(text.split_inclusive('\n').map(line).collect())
    }

    fn values(&self) -> impl Iterator<Item = &Value> {
        let (one, lines) = match self {
            Self::Text(value) | Self::Json(Json { value, .. }) => (Some(value), None),
            Self::Lines(lines) => (None, Some(lines)),
        };
        let lines = lines.into_iter().flatten();
        one.into_iter().chain(lines.filter_map(|line| Some(&line.content.as_ref().ok()?.value)))
    }

    /// The numbers of the lines that are not JSON, from 1.
    fn not_json(&self) -> Vec<u64> {
        let lines = if let Self::Lines(lines) = self { lines.as_slice() } else { &[] };
        let is_other =
            |line: &Line<'_>| line.content.as_ref().is_err_and(|text| !text.trim().is_empty());
        (1..).zip(lines).filter(|(_, line)| is_other(line)).map(|(number, _)| number).collect()
    }

    fn masked(&self, redactor: &Redactor) -> Redacted {
        let mut findings = Vec::new();
        let (text, format) = match self {
            Self::Text(value) => {
                let (text, found) = redactor.text(value.as_str().unwrap_or_default());
                findings = found;
                (text, Format::Text)
            }
            Self::Json(json) => (json.masked(redactor, &mut findings), Format::Json),
            Self::Lines(lines) => {
                let mut out = String::new();
                for (at, line) in lines.iter().enumerate() {
                    let from = findings.len();
                    out.push_str(&line.masked(redactor, &mut findings));
                    out.push_str(line.end);
                    for finding in findings.iter_mut().skip(from) {
                        finding.event_seq = Some(at as u64 + 1);
                    }
                }
                (out, Format::JsonLines)
            }
        };
        let (encoding, not_json) = (Encoding::default(), Vec::new());
        Redacted { text, findings, format, encoding, not_json }
    }
}

impl<'t> Json<'t> {
    fn read(text: &'t str) -> Result<Self, parse::ParseError> {
        Ok(Self { value: parse::parse_str(text)?, text })
    }

    /// The text with nothing changed but what is masked.
    fn masked(&self, redactor: &Redactor, findings: &mut Vec<Finding>) -> String {
        let mut value = self.value.clone();
        redactor.value(&mut value, findings);
        // The value does not hold these members, but whoever reads the text sees them.
        let shadowed = &mut |object: &Object, name: &JsString, value: &Value| {
            let siblings = beside_siblings(object, name, value);
            let place = siblings.keys().position(|sibling| sibling == name).unwrap_or_default();
            let mut siblings = Value::from(siblings);
            let mut found = Vec::new();
            redactor.value(&mut siblings, &mut found);
            let Some((name, value)) = siblings.as_object().and_then(|all| all.iter().nth(place))
            else {
                return Value::default();
            };
            let mut pointer = String::new();
            pointer::push(&mut pointer, &name.to_str_lossy());
            let is_its = |finding: &Finding| {
                let rest = finding.pointer.strip_prefix(&pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            findings.extend(found.into_iter().filter(is_its));
            value.clone()
        };
        splice(self.text, &self.value, &value, shadowed)
    }
}

/// More members than the objects have in which one member tells what another one is.
const MOST_SIBLINGS: usize = 64;

/// Longer texts tell nothing of the members beside them, in bytes.
const LONGEST_SIBLING: usize = 256;

/// A shadowed member in its object, with those siblings that may tell what it is.
fn beside_siblings(object: &Object, name: &JsString, value: &Value) -> Object {
    let tells = |(sibling, value): &(&JsString, &Value)| {
        *sibling != name
            && match value {
                Value::Array(_) | Value::Object(_) => false,
                Value::String(text) => text.as_bytes().len() <= LONGEST_SIBLING,
                _ => true,
            }
    };
    let siblings = object.iter().filter(tells).take(MOST_SIBLINGS);
    let siblings = siblings.map(|(name, value)| (name.clone(), value.clone()));
    siblings.chain([(name.clone(), value.clone())]).collect()
}

impl Line<'_> {
    fn masked(&self, redactor: &Redactor, findings: &mut Vec<Finding>) -> String {
        match &self.content {
            Ok(json) => json.masked(redactor, findings),
            Err(text) => {
                let (text, found) = redactor.text(text);
                findings.extend(found);
                text
            }
        }
    }
}

/// Whether the first line that is not blank is an object or array of JSON.
fn begins_with_json(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.starts_with(['{', '[']) && parse::parse_str(first).is_ok()
}

#[cfg(test)]
mod tests;
