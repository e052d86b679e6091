//! How JSON spells strings and numbers, read without building a value.

use crate::js::parse;
use crate::js::value::Value;

/// How many bytes at the start of a text stand in a literal as they are: neither a quote, nor a
/// backslash, nor a control character. Eight are looked at together.
pub(super) fn plain_length(text: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    // The highest bit of every byte below a limit; borrows may set those of bytes behind one.
    let below =
        |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & (ONES << 7);
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let (words, rest) = text.as_chunks();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = below(word, b' ') | is(word, b'"') | is(word, b'\\');
        if ends != 0 {
            return number * 8 + ends.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| **byte >= b' ' && !b"\"\\".contains(byte);
    text.len() - rest.len() + rest.iter().take_while(is_plain).count()
}

/// The text of a literal with escapes, of which `inner` stands between the quotes.
pub(super) fn decoded(literal: &str, inner: &str) -> Option<String> {
    short_escapes(inner).or_else(|| match parse::parse_str(literal).ok()? {
        Value::String(string) => Some(string.to_str_lossy().into_owned()),
        _ => None,
    })
}

/// The text that short escapes such as `\n` stand for; nothing when there are other escapes.
fn short_escapes(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((before, behind)) = rest.split_once('\\') {
        text.push_str(before);
        text.push(match behind.as_bytes().first()? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            sign @ (b'"' | b'\\' | b'/') => char::from(*sign),
            _ => return None,
        });
        rest = behind.get(1..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// Whether a text is a number as JSON writes it.
pub(super) fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let Some(mut rest) = after_digits(unsigned) else {
        return false;
    };
    if unsigned.starts_with(b"0") && unsigned.len() - rest.len() > 1 {
        return false;
    }
    if let Some((b'.', fraction)) = rest.split_first() {
        match after_digits(fraction) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    if let Some((b'e' | b'E', power)) = rest.split_first() {
        let digits = match power.split_first() {
            Some((b'+' | b'-', digits)) => digits,
            _ => power,
        };
        return after_digits(digits).is_some_and(<[u8]>::is_empty);
    }
    rest.is_empty()
}

/// What follows the digits at the start of a text, or nothing when there are none.
fn after_digits(text: &[u8]) -> Option<&[u8]> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.get(digits..).filter(|_| digits > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_end_at_quotes_backslashes_and_control_characters() {
        for plain in ["", "a", "abcdefg", "é😀 {}[]~!#\u{7f}\u{80}", "seventeen letters"] {
            for end in ["\"", "\\", "\n", "\0", "\u{1f}"] {
                for behind in ["", "\"", "\0 and more", "\\\n\u{1}\"\""] {
                    let text = format!("{plain}{end}{behind}");
                    assert_eq!(plain_length(text.as_bytes()), plain.len(), "{text:?}");
                }
            }
            assert_eq!(plain_length(plain.as_bytes()), plain.len(), "{plain:?}");
        }
    }

    #[test]
    fn escapes_are_those_of_json() {
        let read = |inner: &str| decoded(&format!("\"{inner}\""), inner);
        assert_eq!(read(r#"a\n\t\r\b\f\"\\\/z"#).as_deref(), Some("a\n\t\r\u{8}\u{c}\"\\/z"));
        assert_eq!(read(r"\n\u00e9 \ud83d\ude00").as_deref(), Some("\né 😀"));
        for wrong in [r"\x", r"\u12", r"\é", r"\n\"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_those_of_json() {
        for text in ["0", "-0", "12", "1.5", "-10.25e-3", "1E9", "2e+1", "123456789012345678901"] {
            assert!(is_number(text) && parse::parse_str(text).is_ok(), "{text}");
        }
        for text in ["", "-", "01", "1.", ".5", "1e", "1e+", "0x1", "1a", "+1", "1.5.2", "true"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
