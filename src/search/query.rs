//! What to look for: a literal text, with letter case where the person typed capitals.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use super::stream;
use crate::js::parse;
use crate::js::text::JsString;
use crate::js::value::Value;

/// A full-text query, compiled.
#[derive(Debug, Clone)]
pub struct Query {
    text: String,
    plain: Regex,
    escaped: Regex,
}

/// Members of a record whose strings name its kind instead of saying something, and image data.
const SILENT_MEMBERS: [&str; 7] =
    ["type", "role", "api", "data", "thinkingSignature", "textSignature", "thoughtSignature"];

impl Query {
    /// Compiles a query; `None` for an empty one.
    ///
    /// Letter case counts when the text has a capital letter.
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let exact = text.chars().any(char::is_uppercase);
        let compile = |needle: &str| {
            RegexBuilder::new(&regex::escape(needle)).case_insensitive(!exact).build().ok()
        };
        // As it stands in JSON text: serde_json quotes exactly what JSON.stringify does.
        let quoted = serde_json::to_string(text).ok()?;
        let inner = quoted.get(1..quoted.len().checked_sub(1)?)?;
        Some(Self { text: text.to_owned(), plain: compile(text)?, escaped: compile(inner)? })
    }

    /// The text that was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte ranges of all matches in `shown`, ascending and apart.
    pub fn ranges<'a>(&'a self, shown: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.plain.find_iter(shown.as_bytes()).map(|found| found.range())
    }

    /// Tells whether `shown` holds a match.
    pub fn is_in(&self, shown: &str) -> bool {
        self.plain.is_match(shown.as_bytes())
    }

    /// Tells whether a record of JSON may hold a match, names of members included: `false` is
    /// certain, `true` is to be looked at.
    pub fn may_be_in(&self, record: &[u8]) -> bool {
        memchr::memmem::find(record, b"\\u").is_some() || self.escaped.is_match(record)
    }

    /// Tells whether a record has a match in any of its texts.
    ///
    /// The raw text is looked at first; only a row that could match is parsed, so that member names
    /// and escapes do not count as text and escaped text is still found. Of a member that a record
    /// names twice either value counts.
    pub fn is_in_record(&self, record: &[u8]) -> bool {
        if !self.may_be_in(record) {
            return false;
        }
        // What serde cannot read (a lone surrogate, invalid UTF-8) takes the slower, exact way.
        stream::search(self, record).unwrap_or_else(|| {
            parse::parse_lossy(record).is_ok_and(|value| self.is_in_value(&value))
        })
    }

    fn is_in_value(&self, root: &Value) -> bool {
        let mut open = vec![root];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) if self.is_in(&text.to_str_lossy()) => return true,
                Value::Array(items) => open.extend(items),
                Value::Object(members) => open.extend(members.iter().filter_map(speaking)),
                _ => {}
            }
        }
        false
    }
}

/// Tells whether a string under this name does not count as text.
pub(super) fn is_silent(member: &str) -> bool {
    SILENT_MEMBERS.contains(&member)
}

/// The value of a member, unless it names a kind or holds image data.
fn speaking<'a>((name, value): (&'a JsString, &'a Value)) -> Option<&'a Value> {
    let silent = name.as_str().is_some_and(is_silent);
    (!silent || value.as_js_string().is_none()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query::new(text).unwrap()
    }

    #[test]
    fn names_of_members_and_kinds_are_not_text() {
        let row = br#"{"type":"message","message":{"role":"user","content":"hello"}}"#;
        assert!(query("HELLO").text().len() == 5 && !query("HELLO").is_in_record(row));
        assert!(query("hello").is_in_record(row));
        for silent in ["message", "role", "user", "content"] {
            assert!(!query(silent).is_in_record(row), "{silent}");
        }
    }

    #[test]
    fn escaped_text_is_found_as_it_reads() {
        let row = br#"{"text":"say \"hi\"\n\u5408\u8a08 caf\u00e9"}"#;
        for text in ["say \"hi\"", "合計", "CAFÉ".to_lowercase().as_str(), "\"\n合"] {
            assert!(query(text).is_in_record(row), "{text}");
        }
        assert!(!query("u5408").is_in_record(row));
    }

    #[test]
    fn rows_that_need_the_exact_way_are_searched_as_well() {
        let rows = [
            &br#"{"a":"\ud83d","text":"found here"}"#[..],
            b"{\"a\":\"\xff\",\"text\":\"found here\"}",
        ];
        for row in rows {
            assert!(query("found").is_in_record(row) && !query("text").is_in_record(row));
        }
        assert!(!query("found").is_in_record(br#"{"type":"found","data":"found"}"#));
        assert!(query("found").is_in_record(br#"{"data":{"note":"found"},"type":"x"}"#));
        assert!(query("found").is_in_record(br#"{"data":["found"],"n":[1,-2,0.5,null,true]}"#));
        assert!(!query("found").is_in_record(br#"{"text":"fou"#));
    }

    #[test]
    fn small_letters_find_capitals_but_not_the_other_way() {
        assert_eq!(query("ab").ranges("AB ab aB").count(), 3);
        assert_eq!(query("aB").ranges("AB ab aB").next(), Some(6..8));
        assert_eq!(query("aB").ranges("AB ab aB").count(), 1);
        assert!(Query::new("").is_none());
    }

    #[test]
    fn signs_of_regular_expressions_are_plain_text() {
        assert!(query("a.b(").is_in("xa.b("));
        assert!(!query("a.b").is_in("axb"));
    }
}
