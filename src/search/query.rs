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

/// Members with opaque text wherever they stand.
const SIGNATURES: [&str; 3] = ["thinkingSignature", "textSignature", "thoughtSignature"];

/// Which part of a record a value is. Here OpenClaw itself says what a member means; the arguments
/// of a tool and what it answers may have any member, and all of their strings are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The record: a row of a transcript or a runtime event.
    Record,
    /// The data of a runtime event.
    Data,
    /// A message.
    Message,
    /// A block of a message's content, or the source of an image in one.
    Block,
    /// Anything else.
    Other,
}

impl Part {
    /// Which part the value of a member is; an array hands its part on to what is in it.
    pub(super) fn of_member(self, member: &str) -> Self {
        match (self, member) {
            (Self::Record, "message") | (Self::Data, "messages" | "messagesSnapshot") => {
                Self::Message
            }
            (Self::Record, "data") => Self::Data,
            (Self::Record | Self::Message | Self::Block, "content")
            | (Self::Block, "source" | "image") => Self::Block,
            _ => Self::Other,
        }
    }

    /// Tells whether a string under this name names a kind or holds image data instead of saying
    /// something.
    pub(super) fn is_silent(self, member: &str) -> bool {
        let by_place = match self {
            Self::Record | Self::Message => matches!(member, "type" | "role" | "api"),
            Self::Block => matches!(member, "type" | "data"),
            Self::Data | Self::Other => false,
        };
        by_place || SIGNATURES.contains(&member)
    }
}

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
        let has = |escape: &[u8]| memchr::memmem::find(record, escape).is_some();
        // JSON may write any character as `\u` and a number, and a slash with a backslash before it.
        has(b"\\u") || (self.text.contains('/') && has(b"\\/")) || self.escaped.is_match(record)
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
        let mut open = vec![(Part::Record, root)];
        while let Some((part, value)) = open.pop() {
            match value {
                Value::String(text) if self.is_in(&text.to_str_lossy()) => return true,
                Value::Array(items) => open.extend(items.iter().map(|item| (part, item))),
                Value::Object(members) => {
                    open.extend(members.iter().filter_map(|member| speaking(part, member)));
                }
                _ => {}
            }
        }
        false
    }
}

/// The value of a member and which part it is, unless it is a string that does not count.
fn speaking<'a>(part: Part, (name, value): (&JsString, &'a Value)) -> Option<(Part, &'a Value)> {
    let name = name.as_str().unwrap_or_default();
    let silent = part.is_silent(name) && value.as_js_string().is_some();
    (!silent).then(|| (part.of_member(name), value))
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
        let row = br#"{"text":"see src\/main.rs"}"#;
        assert!(query("src/main").is_in_record(row) && !query("src\\/main").is_in_record(row));
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
        assert!(!query("found").is_in_record(br#"{"type":"found","a":"\ud83d"}"#));
        assert!(query("found").is_in_record(br#"{"data":{"note":"found"},"type":"x"}"#));
        assert!(query("found").is_in_record(br#"{"data":["found"],"n":[1,-2,0.5,null,true]}"#));
        assert!(!query("found").is_in_record(br#"{"text":"fou"#));
    }

    #[test]
    fn what_is_silent_in_a_message_speaks_elsewhere() {
        let call = br#"{"type":"message","message":{"role":"assistant","content":[{"type":"toolCall","name":"pay","arguments":{"api":"stripe","data":"4 items","role":"buyer","type":"order"}}]}}"#;
        for text in ["stripe", "4 items", "buyer", "order"] {
            assert!(query(text).is_in_record(call), "{text}");
        }
        assert!(!query("toolCall").is_in_record(call));
        let custom = br#"{"type":"custom","data":"a note of an extension"}"#;
        assert!(query("note").is_in_record(custom));
        for image in [
            &br#"{"message":{"content":[{"data":"QUJD","type":"image"}]}}"#[..],
            br#"{"message":{"content":[{"type":"image","source":{"type":"base64","data":"QUJD"}}]}}"#,
            br#"{"type":"x","data":{"messages":[{"role":"user","content":[{"type":"image","data":"QUJD"}]}]}}"#,
            br#"{"data":{"arguments":{"thinkingSignature":"QUJD"}}}"#,
        ] {
            assert!(!query("QUJD").is_in_record(image));
        }
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
