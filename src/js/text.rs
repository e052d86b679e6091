//! Strings as JavaScript has them: sequences of UTF-16 units that need not be Unicode text.
//!
//! A JSON file may hold half of a surrogate pair (`"\ud83d"`), for instance where a tool cut a text
//! in the middle of an emoji. Rust's `String` cannot hold that, so [`JsString`] keeps WTF-8: UTF-8
//! in which a lone surrogate is encoded like any other three-byte character. Almost every string
//! is plain text, and those cost nothing extra.
//!
//! This module owns the string type and ECMAScript's idea of white space and length; it does not
//! escape or print (see [`print`](super::print)).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// A JavaScript string, which may hold lone surrogates.
///
/// Strings are ordered by their UTF-16 units, as JavaScript's `<` and `Array.prototype.sort` do.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JsString(Repr);

/// Canonical: a string without lone surrogates is always `Text`, so that derived equality holds.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Text(String),
    /// WTF-8 with at least one lone surrogate and no surrogate pair written as two.
    Broken(Box<[u8]>),
}

/// A part of a [`JsString`]: what its printers walk over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text, never empty.
    Text(&'a str),
    /// One surrogate (U+D800 to U+DFFF) that is not part of a pair.
    Lone(u16),
}

impl JsString {
    /// Makes a string of WTF-8 bytes, or nothing when they are not well-formed WTF-8.
    ///
    /// A surrogate pair must be written as one four-byte character, never as two surrogates.
    pub fn from_wtf8(bytes: Vec<u8>) -> Option<Self> {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => return Some(Self::from(text)),
            Err(error) => error.into_bytes(),
        };
        let mut rest = bytes.as_slice();
        let mut after_lead = false;
        while !rest.is_empty() {
            let (before, lone, after) = split_at_lone(rest);
            std::str::from_utf8(before).ok()?;
            let unit = lone.unwrap_or_default();
            if after_lead && before.is_empty() && is_trail(unit) {
                return None;
            }
            after_lead = is_lead(unit);
            rest = after;
        }
        Some(Self(Repr::Broken(bytes.into_boxed_slice())))
    }

    /// Makes a string of UTF-16 units; every sequence of units is a string.
    pub fn from_utf16(units: impl IntoIterator<Item = u16>) -> Self {
        let mut builder = Builder::default();
        for unit in char::decode_utf16(units) {
            match unit {
                Ok(char) => builder.text.push(char),
                Err(lone) => builder.push_lone(lone.unpaired_surrogate()),
            }
        }
        builder.finish()
    }

    /// The string as text, or nothing when it holds a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Text(text) => Some(text),
            Repr::Broken(_) => None,
        }
    }

    /// The string as text, each lone surrogate replaced by U+FFFD, as Node writes it to a file.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Text(text) => Cow::Borrowed(text),
            Repr::Broken(_) => Cow::Owned(self.pieces().fold(String::new(), |mut out, piece| {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Lone(_) => out.push(char::REPLACEMENT_CHARACTER),
                }
                out
            })),
        }
    }

    /// The string as WTF-8 bytes, which are UTF-8 when there is no lone surrogate.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Text(text) => text.as_bytes(),
            Repr::Broken(bytes) => bytes,
        }
    }

    /// Whether the string has no units.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The length that JavaScript gives: the number of UTF-16 units.
    pub fn utf16_len(&self) -> usize {
        match &self.0 {
            Repr::Text(text) => utf16_len(text),
            Repr::Broken(_) => self.encode_utf16().count(),
        }
    }

    /// The UTF-16 units in order; lone surrogates are among them.
    pub fn encode_utf16(&self) -> impl Iterator<Item = u16> + '_ {
        self.pieces().flat_map(|piece| {
            let (text, lone) = match piece {
                Piece::Text(text) => (text, None),
                Piece::Lone(unit) => ("", Some(unit)),
            };
            text.encode_utf16().chain(lone)
        })
    }

    /// The string cut into plain texts and lone surrogates, in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let (mut text, mut broken) = match &self.0 {
            Repr::Text(text) => (Some(text.as_str()), [].as_slice()),
            Repr::Broken(bytes) => (None, bytes.as_ref()),
        };
        let mut pending = None;
        std::iter::from_fn(move || {
            if let Some(text) = text.take().filter(|text| !text.is_empty()) {
                return Some(Piece::Text(text));
            }
            if let Some(unit) = pending.take() {
                return Some(Piece::Lone(unit));
            }
            if broken.is_empty() {
                return None;
            }
            let (before, lone, after) = split_at_lone(broken);
            broken = after;
            match (std::str::from_utf8(before).unwrap_or_default(), lone) {
                ("", lone) => lone.map(Piece::Lone),
                (text, lone) => {
                    pending = lone;
                    Some(Piece::Text(text))
                }
            }
        })
    }
}

/// Cuts WTF-8 at its first surrogate: the bytes before it, the surrogate, the bytes after it.
fn split_at_lone(bytes: &[u8]) -> (&[u8], Option<u16>, &[u8]) {
    // 0xED starts U+D000 to U+DFFF; from 0xA0 on its second byte makes it a surrogate.
    let found =
        bytes.windows(3).position(|window| matches!(window, [0xED, 0xA0..=0xBF, 0x80..=0xBF]));
    let cut = found.and_then(|place| bytes.split_at_checked(place));
    match cut {
        Some((before, [_, second, third, after @ ..])) => {
            let unit = 0xD000 | (u16::from(*second & 0x3F) << 6) | u16::from(*third & 0x3F);
            (before, Some(unit), after)
        }
        _ => (bytes, None, &[]),
    }
}

const fn is_lead(unit: u16) -> bool {
    matches!(unit, 0xD800..=0xDBFF)
}

const fn is_trail(unit: u16) -> bool {
    matches!(unit, 0xDC00..=0xDFFF)
}

/// Puts a string together of text and lone surrogates, without checking the text again.
#[derive(Default)]
pub(super) struct Builder {
    /// What was added up to the last lone surrogate.
    broken: Vec<u8>,
    /// What comes after it; the user appends here.
    pub(super) text: String,
}

impl Builder {
    /// Appends a surrogate; the caller has made sure that it completes no pair.
    pub(super) fn push_lone(&mut self, unit: u16) {
        self.flush();
        let [second, third] = [unit >> 6, unit].map(|bits| 0x80 | (bits & 0x3F) as u8);
        self.broken.extend_from_slice(&[0xED, second, third]);
    }

    fn flush(&mut self) {
        self.broken.extend_from_slice(self.text.as_bytes());
        self.text.clear();
    }

    pub(super) fn finish(mut self) -> JsString {
        if self.broken.is_empty() {
            self.text.shrink_to_fit();
            return JsString::from(self.text);
        }
        self.flush();
        JsString(Repr::Broken(self.broken.into_boxed_slice()))
    }
}

impl Default for JsString {
    fn default() -> Self {
        Self(Repr::Text(String::new()))
    }
}

impl From<String> for JsString {
    fn from(text: String) -> Self {
        Self(Repr::Text(text))
    }
}

impl From<&str> for JsString {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl PartialEq<str> for JsString {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for JsString {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl Ord for JsString {
    fn cmp(&self, other: &Self) -> Ordering {
        let (ours, theirs) = (self.as_bytes(), other.as_bytes());
        match ours.iter().zip(theirs).find(|(ours, theirs)| ours != theirs) {
            None => ours.len().cmp(&theirs.len()),
            // Below the surrogates the order of bytes, code points and units is the same.
            Some((ours, theirs)) if *ours < 0xED && *theirs < 0xED => ours.cmp(theirs),
            Some(_) => self.encode_utf16().cmp(other.encode_utf16()),
        }
    }
}

impl PartialOrd for JsString {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for JsString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"")?;
        for piece in self.pieces() {
            match piece {
                Piece::Text(text) => write!(formatter, "{}", text.escape_debug())?,
                Piece::Lone(unit) => write!(formatter, "\\u{{{unit:x}}}")?,
            }
        }
        formatter.write_str("\"")
    }
}

/// The length of a text in UTF-16 units, which is what JavaScript calls its length.
pub fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// Whether ECMAScript counts a character as white space or a line terminator (`\s`, `trim`).
///
/// Unlike Rust's `char::is_whitespace` this includes the byte order mark and excludes U+0085.
pub const fn is_white_space(char: char) -> bool {
    matches!(
        char,
        '\t'..='\r'
            | ' '
            | '\u{A0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200A}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202F}'
            | '\u{205F}'
            | '\u{3000}'
            | '\u{FEFF}'
    )
}

/// Removes ECMAScript white space from both ends, as JavaScript's `trim` does.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_white_space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(units: &[u16]) -> JsString {
        JsString::from_utf16(units.iter().copied())
    }

    #[test]
    fn plain_text_stays_text() {
        let string = JsString::from("héllo 😀");
        assert_eq!(string.as_str(), Some("héllo 😀"));
        assert_eq!(string.utf16_len(), 8);
        assert_eq!(string, "héllo 😀");
        assert!(JsString::from("").is_empty());
        assert_eq!(JsString::from("").pieces().count(), 0);
    }

    #[test]
    fn lone_surrogates_are_kept_and_replaced_only_when_shown() {
        let string = units(&[0x61, 0xD83D, 0x62, 0xDE00, 0xDE00]);
        assert_eq!(string.as_str(), None);
        assert_eq!(string.to_str_lossy(), "a\u{FFFD}b\u{FFFD}\u{FFFD}");
        assert_eq!(string.as_bytes(), b"a\xED\xA0\xBDb\xED\xB8\x80\xED\xB8\x80");
        assert_eq!(string.utf16_len(), 5);
        assert_eq!(format!("{string:?}"), r#""a\u{d83d}b\u{de00}\u{de00}""#);
        let pieces: Vec<_> = string.pieces().take(3).collect();
        assert_eq!(pieces, [Piece::Text("a"), Piece::Lone(0xD83D), Piece::Text("b")]);
    }

    #[test]
    fn only_well_formed_wtf8_is_taken() {
        let lone = b"\xED\xA0\xBD".to_vec();
        assert_eq!(JsString::from_wtf8(lone), Some(units(&[0xD83D])));
        let reversed = b"\xED\xB8\x80\xED\xA0\xBD".to_vec();
        assert_eq!(JsString::from_wtf8(reversed), Some(units(&[0xDE00, 0xD83D])));
        for bad in [&b"\xFF"[..], b"\xED\xA0", b"\xED\xA0\xBD\xED\xB8\x80", b"\xED\xA0\xBDa\xC3"] {
            assert_eq!(JsString::from_wtf8(bad.to_vec()), None, "{bad:x?}");
        }
    }

    #[test]
    fn order_is_that_of_utf16_units() {
        // U+FF5E sorts after an emoji in JavaScript although its code point is smaller.
        let emoji = JsString::from("😀");
        let tilde = JsString::from("\u{FF5E}");
        assert!(emoji < tilde);
        assert!(units(&[0xD83D]) < emoji);
        assert!(units(&[0xDE00]) > emoji);
        let words = ["", "Z", "a", "ab", "é", "中"].map(JsString::from);
        assert!(words.is_sorted());
    }

    #[test]
    fn white_space_is_that_of_ecmascript() {
        assert_eq!(trim("\u{FEFF}\u{A0}\u{3000}\r\n x\u{2028}"), "x");
        assert_eq!(trim("\u{85}x\u{1C}"), "\u{85}x\u{1C}");
        assert_eq!(trim("\u{180E}\u{200B}"), "\u{180E}\u{200B}");
        assert_eq!(utf16_len("a😀é"), 4);
    }

    proptest! {
        #[test]
        fn units_survive(units in proptest::collection::vec(
            prop_oneof![0xD7F0_u16..0xE010, any::<u16>()], 0..20,
        )) {
            let string = JsString::from_utf16(units.clone());
            prop_assert_eq!(string.encode_utf16().collect::<Vec<_>>(), units.clone());
            prop_assert_eq!(string.utf16_len(), units.len());
            prop_assert_eq!(JsString::from_wtf8(string.as_bytes().to_vec()), Some(string));
        }

        #[test]
        fn order_agrees_with_units(
            left in proptest::collection::vec(prop_oneof![0xD7FE_u16..0xE002, 0x61_u16..0x63], 0..5),
            right in proptest::collection::vec(prop_oneof![0xD7FE_u16..0xE002, 0x61_u16..0x63], 0..5),
        ) {
            let order = units(&left).cmp(&units(&right));
            prop_assert_eq!(order, left.cmp(&right));
        }
    }
}
