//! Looking for exact values in all the ways in which a text can spell them.
//!
//! A value that somebody typed is looked for by its letters. One that a rule hid somewhere is
//! *followed*: a short one of those counts only where it is a word of its own, for `12345678` as a
//! password says nothing about `912345678`. Long values, and short ones that mix upper case, lower
//! case and digits, stand in no other word by chance; wherever their letters stand, it is them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::js::print;
use crate::js::value::Value;

/// The shortest value, in bytes, of which encoded forms are looked for.
const ENCODED_FROM: usize = 6;

/// Shorter values, in bytes, may be a part of a longer word by chance; longer ones never are.
const UNMISTAKABLE: usize = 16;

/// How a form spells its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// As it is.
    Plain,
    /// With the escapes of JSON or of addresses.
    Escaped,
    /// As base64; whether the characters before and behind also hold bits of the value.
    Base64 { before: bool, behind: bool },
}

/// A form and the value that it spells.
#[derive(Debug, Clone)]
struct Form {
    value: usize,
    spelling: Spelling,
    /// Whether it counts only where it is a word of its own.
    is_guarded: bool,
}

/// Finds values in texts, however they are spelled.
#[derive(Debug, Clone)]
pub struct Spelled {
    finder: AhoCorasick,
    texts: Vec<String>,
    forms: Vec<Form>,
}

impl Spelled {
    /// Prepares to look for values; those from the place `followed` on are followed, those before it
    /// were typed. Nothing when there are more than can be looked for.
    pub fn new(values: &[&str], followed: usize) -> Option<Self> {
        let mut known: BTreeMap<String, Form> = BTreeMap::new();
        for (at, value) in values.iter().enumerate() {
            for (text, spelling) in spellings(value) {
                let is_guarded =
                    spelling == Spelling::Plain && at >= followed && may_be_a_part(value);
                known.entry(text).or_insert(Form { value: at, spelling, is_guarded });
            }
        }
        let (texts, forms): (Vec<_>, Vec<_>) = known.into_iter().unzip();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&texts);
        Some(Self { finder: finder.ok()?, texts, forms })
    }

    /// All forms of all values.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Whether the letters of any form stand in a text.
    pub(super) fn may_stand_in(&self, text: &str) -> bool {
        self.finder.is_match(text)
    }

    /// The places of the values in a text of UTF-8 or WTF-8, in order and apart from each other, each
    /// with the number of its value.
    pub fn hits<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (Range<usize>, usize)> + 't {
        let (mut from, mut done) = (0, 0);
        std::iter::from_fn(move || {
            loop {
                let hit = self.finder.find(aho_corasick::Input::new(text).range(from..))?;
                let form = self.forms.get(hit.pattern().as_usize())?;
                if form.is_guarded && is_part_of_a_word(text, &hit.range()) {
                    // Another value may start inside.
                    from = hit.start() + 1;
                    continue;
                }
                let place = with_shared(text, hit.range(), form.spelling);
                let place = place.start.max(done)..place.end;
                (from, done) = (place.end, place.end);
                return Some((place, form.value));
            }
        })
    }

    /// The value that a text spells from its first to its last character.
    pub(super) fn value_of(&self, text: &str) -> Option<usize> {
        self.hits(text.as_bytes())
            .next()
            .filter(|(hit, _)| *hit == (0..text.len()))
            .map(|hit| hit.1)
    }
}

/// Whether a value can be a part of a longer word by chance.
fn may_be_a_part(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    let is_mixed =
        has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    value.len() < UNMISTAKABLE && !is_mixed
}

/// Whether a word goes on in front of a place or behind it. What an escape, an option such as `-p`
/// or a colour ends with is no word.
fn is_part_of_a_word(text: &[u8], place: &Range<usize>) -> bool {
    let is_word =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let last = place.end.checked_sub(1);
    let goes_on = is_word(last) && is_word(Some(place.end));
    let begins_before = is_word(Some(place.start)) && is_word(place.start.checked_sub(1));
    goes_on || begins_before && !ends_a_sign(text.get(..place.start).unwrap_or_default())
}

/// Whether a text ends with an escape, an option or a colour.
fn ends_a_sign(before: &[u8]) -> bool {
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'b' | b'f' | b'n' | b'r' | b't'] => true,
        [.., b'%', a, b] if is_hex(&[*a, *b]) => true,
        [.., b'\\', b'x', a, b] if is_hex(&[*a, *b]) => true,
        [.., b'\\', b'u', a, b, c, d] if is_hex(&[*a, *b, *c, *d]) => true,
        [b'-', option] | [.., b' ' | b'\t' | b'\n' | b'"' | b'\'' | b'`', b'-', option] => {
            option.is_ascii_alphabetic()
        }
        [rest @ .., b'm'] => {
            let digit = |byte: &&u8| byte.is_ascii_digit() || **byte == b';';
            let digits = rest.iter().rev().take_while(digit).count();
            rest.len() > digits && rest.get(rest.len() - digits - 1) == Some(&b'[')
        }
        _ => false,
    }
}

/// The place with the characters that hold bits of its value and of what stands beside it, and with
/// the padding: without them, they would tell how the value ends.
fn with_shared(text: &[u8], place: Range<usize>, spelling: Spelling) -> Range<usize> {
    let Spelling::Base64 { before, behind } = spelling else { return place };
    let is_digit = |at: usize| {
        let byte = text.get(at);
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte))
    };
    let start = place.start.checked_sub(1).filter(|at| before && is_digit(*at));
    let mut end = place.end;
    if behind && is_digit(end) {
        end += 1;
        end += text.iter().skip(end).take(2).take_while(|byte| **byte == b'=').count();
    }
    start.unwrap_or(place.start)..end
}

/// A value as it is, as JSON, JSON inside JSON, URLs and web forms spell it, and as base64 does at
/// each of the three places where it can start inside a longer text.
fn spellings(value: &str) -> Vec<(String, Spelling)> {
    if value.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![value.to_owned()];
    let quoted = print::to_compact(&Value::from(value));
    let inside = quoted.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"'));
    let escaped = inside.unwrap_or(&quoted).to_owned();
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
    }
    let plain = |form: &str| if form == value { Spelling::Plain } else { Spelling::Escaped };
    let mut forms: Vec<_> = forms.into_iter().map(|form| (plain(&form), form)).collect();
    if value.len() >= ENCODED_FROM {
        forms.extend(base64_forms(value));
    }
    forms.into_iter().map(|(spelling, form)| (form, spelling)).collect()
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

fn base64_forms(value: &str) -> Vec<(Spelling, String)> {
    let mut forms = Vec::new();
    for shift in 0..3 {
        let mut bytes = vec![0; shift];
        bytes.extend_from_slice(value.as_bytes());
        let (whole, rest) = (bytes.len() * 8 / 6, bytes.len() * 8 % 6);
        let spelling = Spelling::Base64 { before: shift > 0, behind: rest > 0 };
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(&bytes);
            // The first and last characters also hold bits of what stands around the value.
            let first = [0, 2, 3].get(shift).copied().unwrap_or_default();
            let form = encoded.get(first..whole).unwrap_or_default();
            if form.len() >= ENCODED_FROM {
                forms.push((spelling, form.to_owned()));
            }
        }
    }
    forms
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "ASCII samples are cut at known places")]
mod tests {
    use super::*;

    fn hits<'t>(value: &str, followed: usize, text: &'t str) -> Vec<&'t str> {
        let spelled = Spelled::new(&[value], followed).unwrap();
        spelled.hits(text.as_bytes()).map(|(hit, _)| &text[hit]).collect()
    }

    #[test]
    fn a_followed_word_is_found_as_a_word_and_a_typed_one_everywhere() {
        for part in
            ["xhunter22", "hunter22x", "9hunter22 ", "(hunter222)", "m-phunter22", "mhunter22"]
        {
            assert!(hits("hunter22", 0, part).is_empty(), "{part}");
            assert_eq!(hits("hunter22", 1, part), ["hunter22"], "{part}");
        }
        for word in [
            "hunter22",
            "_hunter22_",
            "éhunter22é",
            r"a\nhunter22\n",
            r"a\u000ahunter22",
            "q%3Dhunter22%26",
            "mysql -phunter22",
            "-phunter22",
            "\u{1b}[1;31mhunter22\u{1b}[0m",
            "-hunter22/",
        ] {
            assert_eq!(hits("hunter22", 0, word), ["hunter22"], "{word}");
        }
        assert!(hits("2026-11-21", 0, "at 2026-11-21T10:00").is_empty());
        assert_eq!(hits("*hunter*", 0, "a*hunter*b"), ["*hunter*"], "its edges are no letters");
    }

    #[test]
    fn what_stands_in_no_word_by_chance_is_found_in_every_word() {
        assert_eq!(hits("Kd93jVbq", 0, "xKd93jVbqx"), ["Kd93jVbq"]);
        assert_eq!(hits("zq81mm77kd03xp55", 0, "9zq81mm77kd03xp559"), ["zq81mm77kd03xp55"]);
    }

    #[test]
    fn a_value_inside_a_part_of_another_word_is_found() {
        let spelled = Spelled::new(&["12345678", "5678-abcdef"], 0).unwrap();
        assert_eq!(spelled.hits(b"912345678-abcdef").collect::<Vec<_>>(), []);
        let spelled = Spelled::new(&["12345678", "5678-abcdef-abcdef"], 0).unwrap();
        assert_eq!(spelled.hits(b"912345678-abcdef-abcdef").collect::<Vec<_>>(), [(5..23, 1)]);
    }

    #[test]
    fn base64_is_found_to_its_last_character() {
        let value = "Blue \"Moose\"/7 é";
        let spelled = Spelled::new(&[value], 1).unwrap();
        for lead in ["", "a", "ab", "abc"] {
            let text = STANDARD.encode(format!("{lead}{value}"));
            let hits: Vec<_> = spelled.hits(text.as_bytes()).collect();
            // What is left holds no bit of the value.
            assert_eq!(hits, [(lead.len() * 8 / 6..text.len(), 0)], "{lead}");
        }
        let whole = STANDARD.encode(value);
        assert_eq!(spelled.value_of(&whole), Some(0));
        assert_eq!(spelled.value_of(&format!("{whole}.")), None);
    }
}
