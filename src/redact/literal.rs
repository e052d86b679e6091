//! Exact values that are to be hidden wherever they stand, in the forms in which they can stand.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::mask::STARS;
use super::tape::{Change, Tape};
use crate::js::print;
use crate::js::value::Value;

/// The fewest characters of a value that somebody asks to hide: shorter ones stand in ordinary words,
/// and hiding them would garble everything.
pub(super) const SHORTEST: usize = 4;

/// The shortest text of which encoded forms are looked for.
const ENCODED_FROM: usize = 6;

/// A value to hide, and the rule that its findings name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    /// The value as it is.
    pub value: String,
    /// The id of the rule.
    pub rule: Arc<str>,
}

impl fmt::Debug for Literal {
    /// The value is a secret: only its length is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Literal {{ {} bytes, rule: {:?} }}", self.value.len(), self.rule)
    }
}

impl Literal {
    /// Why a value cannot be hidden wherever it stands, if that is so.
    pub fn fault(value: &str) -> Option<String> {
        (value.trim().chars().count() < SHORTEST).then(|| {
            format!("a value to mask needs at least {SHORTEST} characters: a shorter one stands in ordinary words")
        })
    }

    /// The value as it is, as JSON, JSON inside JSON, URLs and web forms spell it, and as base64 does
    /// at each of the three places where it can start inside a longer text; each form once.
    pub fn forms(&self) -> Vec<String> {
        forms_of(&self.value)
    }
}

/// All forms of all literals.
#[derive(Debug, Clone, Default)]
pub(super) struct Literals {
    finder: Option<AhoCorasick>,
    /// Whether there are forms that cannot be looked for.
    pub is_faulty: bool,
    /// The literal of each form.
    of_form: Vec<usize>,
    rules: Vec<Arc<str>>,
}

impl Literals {
    pub(super) fn new(literals: &[Literal]) -> Self {
        let mut forms: BTreeMap<String, usize> = BTreeMap::new();
        for (number, literal) in literals.iter().enumerate() {
            for form in literal.forms() {
                forms.entry(form).or_insert(number);
            }
        }
        let (texts, of_form): (Vec<_>, Vec<_>) = forms.into_iter().unzip();
        // Building fails only beyond the size limits of the library, far above what anybody types.
        let finder = (!texts.is_empty())
            .then(|| {
                AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&texts).ok()
            })
            .flatten();
        Self {
            is_faulty: finder.is_none() && !texts.is_empty(),
            finder,
            of_form,
            rules: literals.iter().map(|literal| literal.rule.clone()).collect(),
        }
    }

    /// Whether any literal stands in a text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.finder.as_ref().is_some_and(|finder| finder.is_match(text))
    }

    /// Hides the literals in a text and tells which were found.
    ///
    /// Their masks show nothing: what somebody asks to hide by its letters is hidden by its letters.
    pub(super) fn apply(&self, tape: &mut Tape<'_>) -> Vec<usize> {
        let Some(finder) = &self.finder else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut changes = Vec::new();
        for hit in finder.find_iter(tape.text()) {
            let number = self.of_form.get(hit.pattern().as_usize()).copied().unwrap_or_default();
            found.push(number);
            let rule = self.rules.get(number).cloned().unwrap_or_else(|| Arc::from("literal"));
            changes.push(Change { range: hit.range(), replacement: STARS.to_owned(), rule });
        }
        tape.apply(changes);
        found
    }
}

fn forms_of(value: &str) -> Vec<String> {
    if value.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![value.to_owned()];
    let quoted = print::to_compact(&Value::from(value));
    let escaped = quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned();
    for spelled in [escaped.replace('/', "\\/"), escaped] {
        forms.extend([false, true].map(|upper| ascii(&spelled, upper)));
        forms.push(spelled);
    }
    // JSON inside JSON.
    let again: Vec<String> =
        forms.iter().skip(1).map(|form| form.replace('\\', r"\\").replace('"', "\\\"")).collect();
    forms.extend(again);
    if value.len() >= ENCODED_FROM {
        let urls = [false, true].map(|lower| url_encoded(value, lower));
        // Forms of web pages write a blank as a plus sign.
        forms.extend(urls.iter().map(|url| url.replace("%20", "+")));
        forms.extend(urls);
        forms.extend(base64_forms(value));
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Text of JSON with an escape for every character that is not ASCII.
fn ascii(text: &str, upper: bool) -> String {
    text.chars().fold(String::new(), |mut out, char| {
        if char.is_ascii() {
            out.push(char);
            return out;
        }
        for unit in char.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = if upper { write!(out, "\\u{unit:04X}") } else { write!(out, "\\u{unit:04x}") };
        }
        out
    })
}

fn url_encoded(value: &str, lower: bool) -> String {
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else if lower {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02x}");
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn base64_forms(value: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for shift in 0..3 {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(value.as_bytes());
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(&bytes);
            // The first and last characters also hold bits of what stands around the value.
            let first = [0, 2, 3].get(shift).copied().unwrap_or_default();
            let whole = bytes.len() * 8 / 6;
            let form = encoded.get(first..whole).unwrap_or_default();
            if form.len() >= ENCODED_FROM {
                forms.push(form.to_owned());
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Layer;

    #[test]
    fn no_value_is_printed() {
        let literal = Literal { value: "hunter2-xyz".into(), rule: "literal".into() };
        assert_eq!(format!("{literal:?}"), r#"Literal { 11 bytes, rule: "literal" }"#);
    }

    #[test]
    fn a_literal_is_found_in_all_its_forms() {
        let value = "pa\"ss/wörd 1";
        let literals =
            Literals::new(&[Literal { value: value.into(), rule: Arc::from("literal") }]);
        let encoded = |text: &str| STANDARD.encode(text);
        for carrier in [
            value.to_owned(),
            print::to_compact(&Value::from(value)),
            "q=pa%22ss%2Fw%C3%B6rd%201&x".to_owned(),
            "q=pa%22ss%2fw%c3%b6rd+1&x".to_owned(),
            r#""pa\"ss/w\u00f6rd 1""#.to_owned(),
            r#""pa\"ss\/w\u00F6rd 1""#.to_owned(),
            r#""{\"p\":\"pa\\\"ss/w\\u00f6rd 1\"}""#.to_owned(),
            r#""{\"p\":\"pa\\\"ss/wörd 1\"}""#.to_owned(),
            encoded(&format!("user:{value}")),
            encoded(&format!("u:{value}!")),
            encoded(&format!("us:{value}")),
        ] {
            let mut tape = Tape::new(carrier.clone(), Layer::Masking);
            assert_eq!(literals.apply(&mut tape), [0], "{carrier}");
            assert!(tape.text().contains(STARS), "{carrier}");
        }
        let mut tape = Tape::new("password", Layer::Masking);
        assert!(literals.apply(&mut tape).is_empty());
    }
}
