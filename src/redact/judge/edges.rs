//! Tells where a token starts: behind anything but a letter or a digit, and behind the escapes
//! whose last character happens to be one.
//!
//! Programs colour what they print, and strings are quoted again and again on their way into a log:
//! `ESC[32mghp_…`, `\nghp_…`, `%3Dghp_…`.

use super::Catch;
use super::looks::{entropy, has_digits, is_versioned_name, mixes_case};

/// Whether no letter or digit stands right before the value, escapes aside.
pub(in crate::redact) fn bounded(catch: &Catch<'_>) -> bool {
    let before = catch.before.as_bytes();
    match before.last() {
        Some(last) if last.is_ascii_alphanumeric() => ends_with_escape(before),
        _ => true,
    }
}

/// Whether a text ends with an escape of a string or a URL, or with a colour sequence.
fn ends_with_escape(before: &[u8]) -> bool {
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0']
        | [.., b'\\', b'0', b'3', b'3'] => true,
        [.., b'%', high, low] | [.., b'\\', b'x', high, low] => is_hex(&[*high, *low]),
        [.., b'\\', b'u', a, b, c, d] => is_hex(&[*a, *b, *c, *d]),
        [parameters @ .., b'm' | b'K'] => ends_with_parameters(parameters),
        _ => false,
    }
}

/// Whether a text ends with `[` and the numbers of a colour sequence.
fn ends_with_parameters(before: &[u8]) -> bool {
    let numbers = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'))
        .count();
    let lead = before.get(..before.len() - numbers).unwrap_or_default();
    match lead {
        [lead @ .., b'['] => numbers > 0 || lead.ends_with(b"\x1b"),
        _ => false,
    }
}

/// A word before a token is shorter than this, in bytes.
const LONGEST_WORD: usize = 24;

/// Whether a value that is glued to a word is a token all the same: its body looks drawn by lot,
/// and it is no part of a longer encoded text.
pub(in crate::redact) fn glued(catch: &Catch<'_>, value: &str) -> bool {
    let word = catch
        .before
        .bytes()
        .rev()
        .take(LONGEST_WORD)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte))
        .count();
    // Base64 has no such signs, so what looks like a prefix in the middle of it is none.
    let prefixed = value.bytes().take(12).any(|byte| matches!(byte, b'-' | b'_' | b'.'))
        || value.starts_with("AKIA")
        || value.starts_with("AIza");
    word < LONGEST_WORD
        && prefixed
        && value.len() >= 16
        && has_digits(value, 3)
        && (mixes_case(value) || !value.bytes().any(|byte| byte.is_ascii_lowercase()))
        && entropy(value) >= 3.2
        && !is_versioned_name(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(before: &str) -> Catch<'_> {
        Catch { name: "", join: "", scheme: "", value: "", after: "", lead: before, before }
    }

    #[test]
    fn escapes_and_colours_end_before_a_token() {
        for before in [
            "",
            " ",
            "x=",
            "\u{1b}[m",
            "\u{1b}[32m",
            "\u{1b}[01;31m\u{1b}[K",
            r"\u001b[32m",
            r"\x1b[0m",
            "[1;32m",
            r"a\n",
            r"\\n",
            r"\t",
            r"\u003d",
            r"\x3d",
            "a%3D",
            r"\033",
        ] {
            assert!(bounded(&after(before)), "{before:?}");
        }
        for before in ["x", "9", "u003d", "3D", "from", "[m", "x[1a", "m", "%3", r"\q"] {
            assert!(!bounded(&after(before)), "{before:?}");
        }
    }

    #[test]
    fn glued_tokens_are_drawn_by_lot() {
        let token = "ghp_Zq8Rt2Lm5Xw9Kp3Vb7Nc1Yd4Hf6Js0Gu2Ao5";
        assert!(glued(&after("FOO"), token));
        assert!(!glued(&after(&"Ab3+".repeat(9)), token), "a part of base64");
        assert!(!glued(&after("risk"), "sk-assessment-2026-v2-final"));
    }
}
