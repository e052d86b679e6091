//! What Node says of a text that is not JSON, word for word.
//!
//! OpenClaw 2026.7.1 passes the message of `JSON.parse` on to people, so a tool that answers alike
//! must know it. The words are those of V8 since Node 22. They quote the text: they are for messages
//! about what somebody has just typed, never about a session.

use super::parse::{Fault, ParseError};

/// Characters on each side of a wrong one that are quoted.
const CONTEXT: usize = 10;

/// Texts that V8 takes for a value which somebody forgot to print as JSON.
const FORGOTTEN: [&str; 4] = ["undefined", "NaN", "Infinity", "[object Object]"];

/// The message of `JSON.parse(text)`, where `error` is why the text is not JSON.
///
/// The two faults that V8 cannot meet, [`Fault::InvalidUtf8`] and [`Fault::TooDeep`], are told in
/// our own words.
pub fn complaint(text: &str, error: ParseError) -> String {
    let (before, rest) = text.split_at_checked(error.offset).unwrap_or((text, ""));
    let what = match error.fault {
        Fault::UnexpectedEnd => return "Unexpected end of JSON input".to_owned(),
        // Only in the middle of a word: elsewhere both are values.
        Fault::ExpectedValue if rest.starts_with('"') => "Unexpected string in",
        Fault::ExpectedValue
            if rest.starts_with(|char: char| char == '-' || char.is_ascii_digit()) =>
        {
            "Unexpected number in"
        }
        Fault::ExpectedValue => return unexpected_token(text, before),
        Fault::InvalidUtf8 | Fault::TooDeep => return error.to_string(),
        Fault::LeadingZero => "Unexpected number in",
        Fault::NoDigitAfterMinus => "No number after minus sign in",
        Fault::NoDigitAfterPoint => "Unterminated fractional number in",
        Fault::NoDigitInExponent => "Exponent part is missing a number in",
        Fault::UnterminatedString => "Unterminated string in",
        Fault::ControlCharacter => "Bad control character in string literal in",
        Fault::InvalidEscape => "Bad escaped character in",
        Fault::InvalidUnicodeEscape => "Bad Unicode escape in",
        Fault::ExpectedNameOrEnd => "Expected property name or '}' in",
        Fault::ExpectedName => "Expected double-quoted property name in",
        Fault::ExpectedColon => "Expected ':' after property name in",
        Fault::ExpectedCommaOrBracket => "Expected ',' or ']' after array element in",
        Fault::ExpectedCommaOrBrace => "Expected ',' or '}' after property value in",
        Fault::TrailingText => "Unexpected non-whitespace character after",
    };
    let (line, column) = line_and_column(before);
    let position = before.encode_utf16().count();
    format!("{what} JSON at position {position} (line {line} column {column})")
}

/// Line and column of the place behind a text, both from 1; columns are UTF-16 units.
fn line_and_column(before: &str) -> (usize, usize) {
    let lines = before.replace("\r\n", "\n").replace('\r', "\n");
    let last = lines.rsplit('\n').next().unwrap_or_default();
    (lines.split('\n').count(), last.encode_utf16().count() + 1)
}

fn unexpected_token(text: &str, before: &str) -> String {
    if FORGOTTEN.contains(&text) {
        return format!("\"{text}\" is not valid JSON");
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = before.encode_utf16().count();
    let cut =
        |from: usize, to: usize| String::from_utf16_lossy(units.get(from..to).unwrap_or_default());
    let wrong = cut(at, at + 1);
    let quoted = if units.len() <= 2 * CONTEXT {
        format!("\"{text}\"")
    } else if at < CONTEXT {
        format!("\"{}\"...", cut(0, at + CONTEXT))
    } else if at < units.len() - CONTEXT {
        format!("...\"{}\"...", cut(at - CONTEXT, at + CONTEXT))
    } else {
        format!("...\"{}\"", cut(at - CONTEXT, units.len()))
    };
    format!("Unexpected token '{wrong}', {quoted} is not valid JSON")
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse_str;
    use super::*;

    fn said(text: &str) -> String {
        complaint(text, parse_str(text).expect_err(text))
    }

    /// Said by Node 24 of each text.
    #[test]
    fn faults_are_told_with_their_place() {
        for (text, what) in [
            ("{oops", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
            ("{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
            ("{\"a\"", "Expected ':' after property name in JSON at position 4 (line 1 column 5)"),
            (
                "{\"a\":1 x",
                "Expected ',' or '}' after property value in JSON at position 7 (line 1 column 8)",
            ),
            (
                "{\"a\":1,}",
                "Expected double-quoted property name in JSON at position 7 (line 1 column 8)",
            ),
            (
                "[1,\r\n\n2 3]",
                "Expected ',' or ']' after array element in JSON at position 8 (line 3 column 3)",
            ),
            ("\"😀", "Unterminated string in JSON at position 3 (line 1 column 4)"),
            (
                "[\"\n\"]",
                "Bad control character in string literal in JSON at position 2 (line 1 column 3)",
            ),
            ("\"\\x\"", "Bad escaped character in JSON at position 2 (line 1 column 3)"),
            ("\"\\u12", "Bad Unicode escape in JSON at position 5 (line 1 column 6)"),
            ("-", "No number after minus sign in JSON at position 1 (line 1 column 2)"),
            ("1.x", "Unterminated fractional number in JSON at position 2 (line 1 column 3)"),
            ("1e+", "Exponent part is missing a number in JSON at position 3 (line 1 column 4)"),
            ("nul\"", "Unexpected string in JSON at position 3 (line 1 column 4)"),
            ("[tr5", "Unexpected number in JSON at position 3 (line 1 column 4)"),
            ("[01]", "Unexpected number in JSON at position 2 (line 1 column 3)"),
            (
                "{} x",
                "Unexpected non-whitespace character after JSON at position 3 (line 1 column 4)",
            ),
        ] {
            assert_eq!(said(text), what, "{text:?}");
        }
    }

    #[test]
    fn a_wrong_character_is_quoted_with_what_stands_around_it() {
        for (text, what) in [
            ("", "Unexpected end of JSON input"),
            ("[tru", "Unexpected end of JSON input"),
            ("hello", "Unexpected token 'h', \"hello\" is not valid JSON"),
            ("trux", "Unexpected token 'x', \"trux\" is not valid JSON"),
            ("undefined", "\"undefined\" is not valid JSON"),
            ("x12345678901234567890", "Unexpected token 'x', \"x123456789\"... is not valid JSON"),
            (
                "[1,2,3,4,5,6,7,8,9,10,x,11,12,13,14]",
                "Unexpected token 'x', ...\",7,8,9,10,x,11,12,13\"... is not valid JSON",
            ),
            (
                "[1,2,3,4,5,6,7,8,9,10,11,x]",
                "Unexpected token 'x', ...\"8,9,10,11,x]\" is not valid JSON",
            ),
        ] {
            assert_eq!(said(text), what, "{text:?}");
        }
    }

    #[test]
    fn what_v8_cannot_meet_is_told_in_our_words() {
        assert_eq!(said(&"[".repeat(600)), "nested deeper than 528 levels at byte 528");
    }
}
