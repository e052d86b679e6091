//! A secret that one rule recognised is masked wherever else it stands.
//!
//! A token may stand behind its name in one place and bare in another, where nothing gives it away.
//! So the values that were masked are looked for in everything that is about to be planned. They
//! are held in memory for that only. A short value counts where it is a word of its own, as
//! [`Spelled`] tells; the same places are masked and checked.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::js::pointer;
use crate::js::print;
use crate::js::text::JsString;
use crate::js::value::{Object, Value};
use crate::model::finding::{Finding, Layer};
use crate::redact::{Literal, Spelled};

use super::Error;
use super::redaction::Place;
use super::structure::is_structural;

/// Shorter values stand in ordinary text by chance.
const SHORTEST: usize = 8;

/// What is said when the library refuses to look for so many texts at once.
const TOO_MANY: &str =
    "the session holds more masked values than can be looked for elsewhere; no bundle is made";

/// The secrets of a bundle.
#[derive(Debug)]
pub(super) struct Secrets {
    /// The values as they stand in a decoded string, in all their forms.
    plain: Spelled,
    /// The same as JSON spells them.
    written: AhoCorasick,
    known: Vec<Known>,
}

/// What is told of a secret where it is masked.
#[derive(Debug)]
struct Known {
    rule: Arc<str>,
    group: u32,
    mask: String,
}

impl Secrets {
    /// Prepares to look for values; nothing when there are none.
    ///
    /// `mask_of` tells the number of a value and what is to stand in its place.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] when there are more values than can be looked for.
    pub(super) fn new(
        secrets: &[Literal],
        mask_of: &dyn Fn(&Literal) -> (u32, String),
    ) -> Result<Option<Self>, Error> {
        let secrets: Vec<&Literal> =
            secrets.iter().filter(|secret| secret.value.chars().count() >= SHORTEST).collect();
        if secrets.is_empty() {
            return Ok(None);
        }
        let too_large = || Error::TooLarge(TOO_MANY.to_owned());
        let values: Vec<&str> = secrets.iter().map(|secret| secret.value.as_str()).collect();
        let plain = Spelled::new(&values, 0).ok_or_else(too_large)?;
        let known = secrets.iter().map(|secret| {
            let (group, mask) = mask_of(secret);
            Known { rule: secret.rule.clone(), group, mask }
        });
        let written = plain.texts().iter().map(|form| {
            let mut text = String::new();
            // Printing to a string cannot fail.
            let _ = print::write_string(&mut text, &JsString::from(form.as_str()));
            text.trim_matches('"').to_owned()
        });
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest);
        let written = builder.build(written).map_err(|_| too_large())?;
        Ok(Some(Self { written, known: known.collect(), plain }))
    }

    /// Whether JSON text, as it is printed here, may hold one of the values; a number with the same
    /// digits counts.
    pub(super) fn may_stand_in(&self, text: &str) -> bool {
        self.written.is_match(text)
    }

    /// Whether a string or a name in a value holds one of the values.
    pub(super) fn stand_in(&self, value: &Value) -> bool {
        let in_text = |text: &JsString| self.hits(text.as_bytes()).next().is_some();
        let in_name = |name: &JsString| in_text(name) && !keeps(name);
        match value {
            Value::String(text) => in_text(text),
            Value::Array(items) => items.iter().any(|item| self.stand_in(item)),
            Value::Object(members) => {
                members.iter().any(|(name, member)| in_name(name) || self.stand_in(member))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// The places of the values in a text, with the secret of each.
    fn hits<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (Range<usize>, &'t Known)> {
        self.plain.hits(text).filter_map(|(range, secret)| Some((range, self.known.get(secret)?)))
    }

    /// Makes sure that none of the values is left.
    ///
    /// # Errors
    ///
    /// [`Error::Unsafe`].
    pub(super) fn check(&self, file: &'static str, value: &Value) -> Result<(), Error> {
        let what = "the file would show a masked value";
        if self.stand_in(value) { Err(Error::Unsafe { file, what }) } else { Ok(()) }
    }

    /// Masks the values in all strings and names of a value.
    pub(super) fn mask(&self, value: &mut Value, place: &Place, findings: &mut Vec<Finding>) {
        let from = findings.len();
        Walk { secrets: self, place, pointer: String::new(), findings }.value(value);
        for finding in findings.iter_mut().skip(from) {
            finding.entry_id = entry_of(value, &finding.pointer).or(finding.entry_id.take());
        }
    }
}

/// The entry that a place in a document belongs to: that of an event, or the one of the branch that
/// the pointer leads into.
fn entry_of(document: &Value, pointer: &str) -> Option<Arc<str>> {
    let id = document.get("entryId").or_else(|| {
        let at = pointer.strip_prefix("/entries/")?.split('/').next()?;
        document.pointer(&format!("/entries/{at}/id"))
    });
    id?.as_str().map(Arc::from)
}

struct Walk<'a> {
    secrets: &'a Secrets,
    place: &'a Place,
    pointer: String,
    findings: &'a mut Vec<Finding>,
}

impl Walk<'_> {
    fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(masked) = self.text(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    self.below(&at.to_string(), item);
                }
            }
            Value::Object(members) => self.object(members),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn below(&mut self, token: &str, value: &mut Value) {
        let length = self.pointer.len();
        pointer::push(&mut self.pointer, token);
        self.value(value);
        self.pointer.truncate(length);
    }

    fn object(&mut self, members: &mut Object) {
        let is_secret =
            |name: &JsString| self.secrets.hits(name.as_bytes()).next().is_some() && !keeps(name);
        let named = members.keys().any(is_secret);
        if named {
            let renamed = std::mem::take(members).into_iter().map(|(name, value)| {
                let masked = if keeps(&name) { None } else { self.text(&name) };
                (masked.unwrap_or(name), value)
            });
            *members = Object::with_different_names(renamed);
        }
        for (name, member) in members.iter_mut() {
            self.below(&name.to_str_lossy(), member);
        }
    }

    /// The text with every value masked, or nothing when it holds none.
    fn text(&mut self, text: &JsString) -> Option<JsString> {
        let bytes = text.as_bytes();
        let mut out: Vec<u8> = Vec::new();
        let mut done = 0;
        for (hit, known) in self.secrets.hits(bytes) {
            out.extend_from_slice(bytes.get(done..hit.start).unwrap_or_default());
            let shown = out.len()..out.len() + known.mask.len();
            out.extend_from_slice(known.mask.as_bytes());
            done = hit.end;
            self.findings.push(Finding {
                rule: known.rule.clone(),
                layer: Layer::Masking,
                file: self.place.file.clone(),
                pointer: self.pointer.as_str().into(),
                event_seq: self.place.event_seq,
                entry_id: self.place.entry_id.clone(),
                range: hit,
                shown,
                replacement: known.mask.clone(),
                group: known.group,
            });
        }
        if done == 0 {
            return None;
        }
        out.extend_from_slice(bytes.get(done..).unwrap_or_default());
        JsString::from_wtf8(out)
    }
}

/// Whether a name is one of the bundle's own, which hides nothing.
fn keeps(name: &JsString) -> bool {
    name.as_str().is_some_and(is_structural)
}

/// Shifts the places of earlier findings in strings that were masked once more.
///
/// `earlier` are findings of the first redaction, `later` those of [`Secrets::mask`], whose ranges
/// count in the string as the first redaction left it.
pub(super) fn reconcile(earlier: &mut [Finding], later: &mut [Finding]) {
    let mut strings: HashMap<StringPlace, Reconciled> =
        later.iter().map(|added| (string_place(added), Reconciled::default())).collect();
    for (at, finding) in earlier.iter().enumerate() {
        if let Some(string) = strings.get_mut(&string_place(finding)) {
            string.earlier.push_back(at);
        }
    }
    for string in strings.values_mut() {
        let shown = |at: &usize| earlier.get(*at).map(|finding| finding.shown.start);
        string.earlier.make_contiguous().sort_by_key(shown);
    }
    // Hits of one string come in order.
    for added in later {
        let Some(string) = strings.get_mut(&string_place(added)) else { continue };
        let (start, end) = (added.range.start, added.range.end);
        string.pass(earlier, end);
        string.grown += added.replacement.len() as i64 - (end - start) as i64;
        added.range = shift(start, string.hidden)..shift(end, string.hidden);
    }
    for string in strings.values_mut() {
        string.pass(earlier, usize::MAX);
    }
}

/// How far the findings of a string are reconciled.
#[derive(Debug, Default)]
struct Reconciled {
    /// The places of its earlier findings that are still to come, in order.
    earlier: VecDeque<usize>,
    /// What the earlier findings so far made the string shorter by, in bytes.
    hidden: i64,
    /// What the later ones so far made it longer by, in bytes.
    grown: i64,
}

impl Reconciled {
    /// Passes the earlier findings that are shown before a byte of the string as the first redaction
    /// left it.
    fn pass(&mut self, earlier: &mut [Finding], end: usize) {
        while let Some(finding) = self.earlier.front().and_then(|at| earlier.get_mut(*at))
            && finding.shown.start < end
        {
            self.hidden += finding.range.len() as i64 - finding.shown.len() as i64;
            finding.shown =
                shift(finding.shown.start, self.grown)..shift(finding.shown.end, self.grown);
            self.earlier.pop_front();
        }
    }
}

fn shift(at: usize, by: i64) -> usize {
    usize::try_from(at as i64 + by).unwrap_or(0)
}

/// A string of the bundle: its file, event and pointer.
type StringPlace = (Option<Arc<str>>, Option<u64>, Arc<str>);

fn string_place(finding: &Finding) -> StringPlace {
    (finding.file.clone(), finding.event_seq, finding.pointer.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::parse::parse_str;

    fn secrets(values: &[&str]) -> Secrets {
        let literal = |value: &&str| Literal { value: (*value).to_owned(), rule: "x".into() };
        let literals: Vec<_> = values.iter().map(literal).collect();
        Secrets::new(&literals, &|_| (7, "***".to_owned())).unwrap().unwrap()
    }

    #[test]
    fn values_are_masked_in_strings_and_names() {
        let secrets = secrets(&["pa\"ss-word-1", "12345678"]);
        let mut value = parse_str(
            r#"{"a":["x pa\"ss-word-1 y 12345678"],"12345678-x":1,"***-x":2,"n":12345678}"#,
        )
        .unwrap();
        assert!(secrets.may_stand_in(&print::to_compact(&value)) && secrets.stand_in(&value));
        let mut findings = Vec::new();
        secrets.mask(&mut value, &Place::default(), &mut findings);
        let masked = r#"{"a":["x *** y ***"],"***-x":1,"***-x#2":2,"n":12345678}"#;
        assert_eq!(print::to_compact(&value), masked);
        assert!(!secrets.stand_in(&value));
        assert_eq!(findings.len(), 3);
        assert!(findings.iter().all(|finding| finding.group == 7));
        let in_text: Vec<_> = findings.iter().filter(|f| &*f.pointer == "/a/0").collect();
        assert_eq!((in_text[1].range.clone(), in_text[1].shown.clone()), (17..25, 8..11));
    }

    #[test]
    fn values_are_found_as_json_urls_and_base64_spell_them() {
        let secrets = secrets(&["pass/word+1\"x"]);
        for text in [
            r#"{"p":"pass/word+1\"x"}"#,
            "?q=pass%2Fword%2B1%22x&r=1",
            "?q=pass%2fword%2b1%22x&r=1",
            // base64 of "a:pass/word+1\"x", and of the same with "!" behind it
            "Basic YTpwYXNzL3dvcmQrMSJ4",
            "Basic YTpwYXNzL3dvcmQrMSJ4IQ==",
        ] {
            let mut value = Value::from(text);
            secrets.mask(&mut value, &Place::default(), &mut Vec::new());
            assert!(value.as_str().unwrap().contains("***"), "{text}");
            assert!(secrets.check("x", &value).is_ok());
        }
    }

    #[test]
    fn a_short_value_is_not_cut_out_of_a_longer_word() {
        let long = "zq81mm77kd03xp55r";
        let secrets = secrets(&["ab12cd34", long]);
        let masked = |text: &str| {
            let mut value = Value::from(text);
            secrets.mask(&mut value, &Place::default(), &mut Vec::new());
            assert!(secrets.check("x", &value).is_ok(), "{text}");
            value.as_str().unwrap().to_owned()
        };
        assert_eq!(masked("x ab12cd345 ab12cd34ef"), "x ab12cd345 ab12cd34ef");
        assert_eq!(masked("-pab12cd34 ab12cd34, (ab12cd34)"), "-p*** ***, (***)");
        assert_eq!(masked("9ab12cd34 cab12cd34"), "9ab12cd34 cab12cd34");
        assert_eq!(masked(&format!("{long}9")), "***9");
    }

    #[test]
    fn short_values_are_not_followed() {
        let literal = Literal { value: "hunter2".to_owned(), rule: "x".into() };
        assert!(Secrets::new(&[literal], &|_| (1, "***".to_owned())).unwrap().is_none());
    }
}
