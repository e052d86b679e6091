//! Masking any text, JSON or JSONL: what goes in comes out in the same form, safe to share.

use std::path::Path;

use crate::js::parse;
use crate::js::splice::splice;
use crate::js::text::JsString;
use crate::js::value::{Object, Value};
use crate::model::finding::Finding;
use crate::redact::{Homes, Options, Redactor, paths};

use super::decode::{Encoding, decode};
use super::names::masked_parts;
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
}

/// Why a text was not masked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// The text is not what it was said to be.
    #[error("the input is not valid JSON: {0}. Mask it as it is with --format text")]
    NotJson(parse::ParseError),
    /// The rules cannot be read.
    #[error("{0}")]
    Rules(String),
}

/// Masks a text, and leaves everything else in it as it is.
///
/// Values that one place gave away are masked everywhere. A line of JSONL that is not JSON is
/// masked as plain text. UTF-16 is decoded.
///
/// # Errors
///
/// [`RedactError::NotJson`] when the text was said to be one JSON value and is not;
/// [`RedactError::Rules`] when there are no rules to mask by, or the user's are faulty.
pub fn redact(input: &[u8], request: &RedactRequest) -> Result<Redacted, RedactError> {
    let (text, encoding) = decode(input);
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
        finding.pointer = masked_parts(&redactor, &finding.pointer).into();
    }
    if encoding == Encoding::Utf8 && input.starts_with(MARK.as_bytes()) {
        redacted.text.insert_str(0, MARK);
    }
    Ok(Redacted { encoding, ..redacted })
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
        Redacted { text, findings, format, encoding: Encoding::default() }
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
            let pointer = format!("/{}", name.to_str_lossy().replace('~', "~0").replace('/', "~1"));
            let is_its = |finding: &Finding| {
                let rest = finding.pointer.strip_prefix(&pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            findings.extend(found.into_iter().filter(is_its));
            let members = siblings.as_object();
            members.and_then(|members| members.values().nth(place).cloned()).unwrap_or_default()
        };
        splice(self.text, &self.value, &value, shadowed)
    }
}

/// More members than the objects have in which one member tells what another one is.
const MOST_SIBLINGS: usize = 64;

/// A shadowed member in its object, with those siblings that may tell what it is.
fn beside_siblings(object: &Object, name: &JsString, value: &Value) -> Object {
    let tells = |(sibling, value): &(&JsString, &Value)| {
        *sibling != name && !matches!(value, Value::Array(_) | Value::Object(_))
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
        assert_eq!(masked("[1, 2]\n", Format::Auto).text, "[1, 2]\n");
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
    fn a_followed_value_does_not_take_a_token_apart() {
        let tail = format!("Kd93jVbq7{}", "TzLm2XwPs8RyHc4");
        let hook = format!("https://hooks.slack.com/services/T0AB12CD34/B0hunter22/{tail}");
        let number =
            format!("https://discord.com/api/webhooks/123456789012345678/{tail}{tail}{tail}");
        for (text, format) in [
            (format!(r#"{{"password":"hunter22","t":"{hook}"}}"#), Format::Json),
            (format!(r#"{{"password":12345678,"t":"{number}"}}"#), Format::Json),
            (format!("password: 12345678\n{number}\n"), Format::Text),
            (
                r#"{"password":"hunter22","t":"sk-hunter22AbCdEf1234567890xyz"}"#.into(),
                Format::Json,
            ),
        ] {
            for strict in [false, true] {
                let request = RedactRequest { format, strict, ..RedactRequest::default() };
                let done = redact(text.as_bytes(), &request).unwrap().text;
                for part in [&tail, "AbCdEf1234567890xyz", "hunter22", "12345678\""] {
                    assert!(!done.contains(part), "{done}");
                }
            }
        }
    }

    #[test]
    fn a_followed_value_is_not_cut_out_of_other_words() {
        for (text, wanted) in [
            (r#"{"token":"12345678","t":"id 12345678 and 912345678"}"#, "id *** and 912345678"),
            (r#"{"token":"2026-11-21","t":"at 2026-11-21T10:00"}"#, "at 2026-11-21T10:00"),
        ] {
            let done = masked(text, Format::Json).text;
            assert!(done.ends_with(&format!("\"{wanted}\"}}")), "{done}");
        }
    }

    #[test]
    fn what_is_not_masked_keeps_its_spelling() {
        let token = token();
        let text = |token: &str| {
            format!(
                "{{ \"b\":12345678901234567890,\r\n \"7\": 1E400, \"1\" :-0, \"k\":\"{token}\", \"k\": [1.50] }}"
            )
        };
        let done = masked(&text(&token), Format::Json);
        let mask = &done.findings[0].replacement;
        assert_eq!(done.text, text(mask), "and a shadowed member is masked");
        let lines = format!("{}\n{}\n", "{\"id\": 1234567890123456789}", "{\"a\":\"\\u0041\"}");
        assert_eq!(masked(&lines, Format::JsonLines).text, lines);
    }

    #[test]
    fn a_shadowed_member_is_masked_for_what_stands_beside_it() {
        let text = |value: &str, name: &str| {
            format!(r#"{{"1":0,"name":"API_KEY","{name}":"{value}","big":[1],"{name}":"x"}}"#)
        };
        let done = masked(&text("qwertzuiopas", "value"), Format::Json);
        assert!(!done.text.contains("qwertzuiopas"), "{}", done.text);
        assert_eq!(done.findings.len(), 2, "{:?}", done.findings);
        let done = masked(&text("qwertzuiopas", "other"), Format::Json);
        assert_eq!(done.text, text("qwertzuiopas", "other"));
    }

    #[test]
    fn a_byte_order_mark_stays() {
        let token = token();
        for text in [format!("{{\"a\":\"{token}\"}}\n"), format!("use {token}")] {
            let plain = masked(&text, Format::Auto).text;
            assert_eq!(
                masked(&format!("{MARK}{text}"), Format::Auto).text,
                format!("{MARK}{plain}")
            );
        }
        for rest in ["plain\r\n", "{\"a\": 1}\n", "{\"a\":1}\n{\"b\":2}\n", ""] {
            let text = format!("{MARK}{rest}");
            assert_eq!(masked(&text, Format::Auto).text, text);
        }
    }

    #[test]
    fn the_users_rules_and_other_encodings_are_heeded() {
        let rule = "[[rule]]\nid = \"bird\"\nshape = \"Bluebird\"\n".to_owned();
        let rules = vec![(rule, "mine.toml".to_owned())];
        let request = RedactRequest { rules, ..RedactRequest::default() };
        let units: Vec<u8> = "the Bluebird\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let done = redact(&units, &request).unwrap();
        assert_eq!((done.encoding, &*done.text), (Encoding::Utf16, "the ***\r\n"));
        let rules = vec![("[[rule]]".to_owned(), "mine.toml".to_owned())];
        let faulty = RedactRequest { rules, ..RedactRequest::default() };
        assert!(redact(b"x", &faulty).unwrap_err().to_string().contains("mine.toml"));
    }

    #[test]
    fn the_names_of_members_are_masked_in_pointers() {
        let token = token();
        let text = format!("{{\"{token}\":{{\"a\":\"{token}\"}}}}");
        let done = masked(&text, Format::Json);
        assert!(!done.findings.is_empty() && !format!("{:?}", done.findings).contains(&token));
    }

    #[test]
    fn broken_json_is_refused_where_json_was_promised() {
        let request = RedactRequest { format: Format::Json, ..RedactRequest::default() };
        assert!(redact(b"{\"a\": ", &request).unwrap_err().to_string().contains("--format text"));
    }
}
