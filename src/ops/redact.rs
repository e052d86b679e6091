//! Masking any text, JSON or JSONL: what goes in comes out in the same form, safe to share.

use std::path::Path;

use crate::js::value::Value;
use crate::js::{parse, print};
use crate::model::finding::Finding;
use crate::redact::{Homes, Options, Profile, Redactor, RuleError, Rules, paths};

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

/// How to mask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedactRequest {
    /// The form of the text.
    pub format: Format,
    /// The strict profile.
    pub strict: bool,
    /// The home directory of this machine's user.
    pub home: Option<String>,
}

/// A masked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The text.
    pub text: String,
    /// What was masked; of JSONL, [`Finding::event_seq`] is the line, from 1.
    pub findings: Vec<Finding>,
    /// The form that the text had.
    pub format: Format,
}

/// Why a text was not masked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// The text is not what it was said to be.
    #[error("the input is not valid JSON: {0}. Mask it as it is with --format text")]
    NotJson(parse::ParseError),
    /// The built-in rules cannot be read.
    #[error(transparent)]
    Rules(#[from] RuleError),
}

/// Masks a text.
///
/// Values that one place gave away are masked everywhere. A line of JSONL that is not JSON is
/// masked as plain text.
///
/// # Errors
///
/// [`RedactError::NotJson`] when the text was said to be one JSON value and is not;
/// [`RedactError::Rules`] when there are no rules to mask by.
pub fn redact(input: &[u8], request: &RedactRequest) -> Result<Redacted, RedactError> {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let text = String::from_utf8_lossy(input);
    let parsed = Parsed::read(&text, request.format)?;
    let profile = if request.strict { Profile::Strict } else { Profile::Standard };
    let rules = Rules::built_in(profile)?;
    let mut options = Options { homes: homes(&parsed, request), ..Options::default() };
    let first = Redactor::new(&rules, options.clone());
    let redacted = parsed.masked(&first);
    options.literals = first.secrets();
    if options.literals.is_empty() {
        return Ok(redacted);
    }
    Ok(parsed.masked(&Redactor::new(&rules, options)))
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
    Json { value: Value, pretty: bool },
    Lines(Vec<Line<'t>>),
}

/// A line with its end.
struct Line<'t> {
    content: Result<Value, &'t str>,
    end: &'t str,
}

impl<'t> Parsed<'t> {
    fn read(text: &'t str, format: Format) -> Result<Self, RedactError> {
        let json =
            || parse::parse_str(text).map(|value| Self::Json { pretty: is_pretty(text), value });
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
            Line { content: parse::parse_str(bare).map_err(|_| bare), end }
        };
        Self::Lines(text.split_inclusive('\n').map(line).collect())
    }

    fn values(&self) -> impl Iterator<Item = &Value> {
        let (one, lines) = match self {
            Self::Text(value) | Self::Json { value, .. } => (Some(value), None),
            Self::Lines(lines) => (None, Some(lines)),
        };
        let lines = lines.into_iter().flatten();
        one.into_iter().chain(lines.filter_map(|line| line.content.as_ref().ok()))
    }

    fn masked(&self, redactor: &Redactor) -> Redacted {
        let mut findings = Vec::new();
        let (text, format) = match self {
            Self::Text(value) => {
                let (text, found) = redactor.text(value.as_str().unwrap_or_default());
                findings = found;
                (text, Format::Text)
            }
            Self::Json { value, pretty } => {
                let mut value = value.clone();
                redactor.value(&mut value, &mut findings);
                let print = if *pretty { print::to_pretty } else { print::to_compact };
                (format!("{}\n", print(&value)), Format::Json)
            }
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
        Redacted { text, findings, format }
    }
}

impl Line<'_> {
    fn masked(&self, redactor: &Redactor, findings: &mut Vec<Finding>) -> String {
        match &self.content {
            Ok(value) => {
                let mut value = value.clone();
                redactor.value(&mut value, findings);
                print::to_compact(&value)
            }
            Err(text) => {
                let (text, found) = redactor.text(text);
                findings.extend(found);
                text
            }
        }
    }
}

/// Whether the text is laid out over several lines.
fn is_pretty(text: &str) -> bool {
    text.trim().contains('\n')
}

/// Whether the first line that is not blank is an object or array of JSON.
fn begins_with_json(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.starts_with(['{', '[']) && parse::parse_str(first).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> String {
        format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4")
    }

    fn masked(text: &str, format: Format) -> Redacted {
        redact(text.as_bytes(), &RedactRequest { format, ..RedactRequest::default() }).unwrap()
    }

    #[test]
    fn every_form_comes_out_as_it_went_in() {
        let token = token();
        for (text, format) in [
            (format!("use {token} now\nand again {token}\n"), Format::Text),
            (format!("{{\n  \"a\": \"{token}\"\n}}\n"), Format::Json),
            (format!("{{\"a\":\"{token}\"}}\nnot {token} json\n[1]"), Format::JsonLines),
        ] {
            let done = masked(&text, Format::Auto);
            assert_eq!(done.format, format);
            assert!(!done.text.contains(&token) && !done.findings.is_empty(), "{}", done.text);
            assert_eq!(done.text.lines().count(), text.lines().count());
            assert_eq!(masked(&done.text, Format::Auto).text, done.text, "twice is once");
        }
        assert_eq!(masked("[1, 2]\n", Format::Auto).text, "[1,2]\n");
        assert_eq!(masked("nothing here\n", Format::Auto).text, "nothing here\n");
    }

    #[test]
    fn a_value_that_one_place_gives_away_is_masked_everywhere() {
        let value = format!("plain{}", "Value77x");
        let done =
            masked(&format!("{{\"password\":\"{value}\"}}\n{{\"x\":\"{value}\"}}\n"), Format::Auto);
        assert!(!done.text.contains(&value), "{}", done.text);
        assert!(done.findings.iter().any(|finding| finding.event_seq == Some(2)));
    }

    #[test]
    fn broken_json_is_refused_where_json_was_promised() {
        let request = RedactRequest { format: Format::Json, ..RedactRequest::default() };
        assert!(redact(b"{\"a\": ", &request).unwrap_err().to_string().contains("--format text"));
    }
}
