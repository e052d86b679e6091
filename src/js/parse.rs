//! Strict JSON, read as `JSON.parse` reads it.
//!
//! No comments, no trailing commas, no `NaN`, no byte order mark, no unescaped control characters.
//! Unlike most Rust parsers it accepts escaped lone surrogates and numbers beyond the range of a
//! double (`1e400` is infinite), because JavaScript does and real files hold them.
//!
//! The parser is written by hand because ordered members, lone surrogates and JavaScript's numbers
//! would each need a detour through another library's value type. An error tells the place and the
//! kind of fault, never a piece of the document, which may hold secrets.

use super::scan::{is_deeper, plain_prefix};
use super::text::{Builder, JsString};
use super::value::{Object, Value};

/// How deep arrays and objects may be nested in each other.
///
/// JavaScript has no fixed bound. Every walk over a value recurses, so a hostile line of a million
/// brackets would otherwise end the program; this is far deeper than messages and tool arguments go,
/// and shallow enough for the stack of any thread.
pub const MAX_DEPTH: usize = 528;

/// How deep a row of a session may be nested: less than [`MAX_DEPTH`], because the documents that
/// are made of rows add a few levels and have to be read again.
pub const MAX_ROW_DEPTH: usize = 512;

/// Where and why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {offset}")]
pub struct ParseError {
    /// The number of bytes before the fault.
    pub offset: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a text that is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are not UTF-8.
    #[error("invalid UTF-8")]
    InvalidUtf8,
    /// The text ends where a value must start or go on, or is blank.
    #[error("unexpected end of JSON")]
    UnexpectedEnd,
    /// Something else stands where a value must start, or in the middle of `true`, `false`, `null`.
    #[error("expected a JSON value")]
    ExpectedValue,
    /// Another digit follows a leading zero.
    #[error("a number with a leading zero")]
    LeadingZero,
    /// No digit follows a minus sign.
    #[error("expected a digit after the minus sign")]
    NoDigitAfterMinus,
    /// No digit follows a decimal point.
    #[error("expected a digit after the decimal point")]
    NoDigitAfterPoint,
    /// An exponent has no digit.
    #[error("expected a digit in the exponent")]
    NoDigitInExponent,
    /// A string has no closing quote.
    #[error("unterminated string")]
    UnterminatedString,
    /// A string holds a control character that must be escaped.
    #[error("unescaped control character in a string")]
    ControlCharacter,
    /// A backslash is followed by something that is no escape.
    #[error("invalid escape in a string")]
    InvalidEscape,
    /// `\u` is not followed by four hexadecimal digits.
    #[error("invalid Unicode escape in a string")]
    InvalidUnicodeEscape,
    /// An object has something else where its first member's name or its end must stand.
    #[error("expected a member name or }}")]
    ExpectedNameOrEnd,
    /// An object has something else where the name of a further member must stand.
    #[error("expected a member name")]
    ExpectedName,
    /// The colon after a member name is missing.
    #[error("expected a colon")]
    ExpectedColon,
    /// Neither a comma nor the closing bracket follows an element of an array.
    #[error("expected a comma or ]")]
    ExpectedCommaOrBracket,
    /// Neither a comma nor the closing brace follows a member of an object.
    #[error("expected a comma or }}")]
    ExpectedCommaOrBrace,
    /// Something follows the value.
    #[error("unexpected text after the JSON value")]
    TrailingText,
    /// Arrays and objects are nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
}

/// Reads one JSON value that fills the whole input, white space around it allowed.
///
/// A member named `__proto__` is kept like any other; see [`Object::without_proto`].
///
/// # Errors
/// The first place at which the input is not UTF-8 or not JSON, or is nested too deep.
pub fn parse(input: &[u8]) -> Result<Value, ParseError> {
    match std::str::from_utf8(input) {
        Ok(text) => parse_str(text),
        Err(error) => Err(ParseError { offset: error.valid_up_to(), fault: Fault::InvalidUtf8 }),
    }
}

/// Reads JSON as Node does from a file: every invalid UTF-8 sequence first becomes U+FFFD.
///
/// # Errors
/// The first place at which the text is not JSON; the offset counts the bytes of the text after
/// the replacement.
pub fn parse_lossy(input: &[u8]) -> Result<Value, ParseError> {
    parse_str(&String::from_utf8_lossy(input))
}

/// Reads JSON from text; see [`parse`].
///
/// # Errors
/// The first place at which the text is not JSON, or is nested too deep.
pub fn parse_str(text: &str) -> Result<Value, ParseError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let value = parser.value()?;
    match parser.skip_blanks() {
        None => Ok(value),
        Some(_) => Err(parser.error(Fault::TrailingText)),
    }
}

/// Tells whether a row, which must be JSON, is nested deeper than [`MAX_ROW_DEPTH`].
pub fn is_too_deep(row: &[u8]) -> bool {
    is_deeper(row, MAX_ROW_DEPTH)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn error(&self, fault: Fault) -> ParseError {
        ParseError { offset: self.at, fault }
    }

    /// The error for a byte that does not fit, or for the end of the text.
    fn unexpected(&self, fault: Fault) -> ParseError {
        self.error(if self.peek().is_some() { fault } else { Fault::UnexpectedEnd })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Moves to the next byte that is not JSON white space, and returns it without taking it.
    fn skip_blanks(&mut self) -> Option<u8> {
        while let Some(byte) = self.peek() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn value(&mut self) -> Result<Value, ParseError> {
        match self.skip_blanks() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'n') => self.word(b"null", Value::Null),
            _ => Err(self.unexpected(Fault::ExpectedValue)),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, ParseError> {
        let same = self.rest().iter().zip(word).take_while(|(byte, of_word)| byte == of_word);
        let len = same.count();
        self.at += len;
        if len == word.len() { Ok(value) } else { Err(self.unexpected(Fault::ExpectedValue)) }
    }

    /// Reads an array or an object after taking its opening bracket.
    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value, ParseError>,
    ) -> Result<Value, ParseError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(Fault::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Result<Value, ParseError> {
        let mut elements = Vec::new();
        if self.skip_blanks() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(elements));
        }
        loop {
            elements.push(self.value()?);
            if self.ends(b']', Fault::ExpectedCommaOrBracket)? {
                return Ok(Value::Array(elements));
            }
        }
    }

    fn object(&mut self) -> Result<Value, ParseError> {
        let mut object = Object::new();
        if self.skip_blanks() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(object));
        }
        let mut missing = Fault::ExpectedNameOrEnd;
        loop {
            if self.skip_blanks() != Some(b'"') {
                return Err(self.error(missing));
            }
            missing = Fault::ExpectedName;
            let name = self.string()?;
            if self.skip_blanks() != Some(b':') {
                return Err(self.error(Fault::ExpectedColon));
            }
            self.at += 1;
            let value = self.value()?;
            object.insert(name, value);
            if self.ends(b'}', Fault::ExpectedCommaOrBrace)? {
                return Ok(Value::Object(object));
            }
        }
    }

    /// Takes the comma or the closing bracket after an element; true when it was the bracket.
    fn ends(&mut self, close: u8, neither: Fault) -> Result<bool, ParseError> {
        let end = match self.skip_blanks() {
            Some(b',') => false,
            Some(byte) if byte == close => true,
            _ => return Err(self.error(neither)),
        };
        self.at += 1;
        Ok(end)
    }

    fn number(&mut self) -> Result<Value, ParseError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        // No other digit may follow a leading zero.
        if self.peek() == Some(b'0') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.error(Fault::LeadingZero));
            }
        } else {
            self.digits(Fault::NoDigitAfterMinus)?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits(Fault::NoDigitAfterPoint)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits(Fault::NoDigitInExponent)?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        // Rust rounds to the nearest double, and to infinity beyond the last, as JavaScript does.
        text.parse().map(Value::Number).map_err(|_| self.error(Fault::ExpectedValue))
    }

    /// Takes one or more digits.
    fn digits(&mut self, none: Fault) -> Result<(), ParseError> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.error(none));
        }
        self.at += count;
        Ok(())
    }

    /// Reads a string whose opening quote stands at the current place.
    fn string(&mut self) -> Result<JsString, ParseError> {
        self.at += 1;
        let plain = self.plain()?;
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(JsString::from(plain));
        }
        let mut builder = Builder::default();
        builder.text.push_str(plain);
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape(&mut builder)?,
                Some(_) => return Err(self.error(Fault::ControlCharacter)),
                None => return Err(self.error(Fault::UnterminatedString)),
            }
            builder.text.push_str(self.plain()?);
        }
        self.at += 1;
        Ok(builder.finish())
    }

    /// Takes the text up to the next quote, backslash or control character.
    fn plain(&mut self) -> Result<&'a str, ParseError> {
        let end = self.at + plain_prefix(self.rest());
        let plain = self.text.get(self.at..end);
        self.at = end;
        plain.ok_or_else(|| self.error(Fault::InvalidUtf8))
    }

    fn escape(&mut self, builder: &mut Builder) -> Result<(), ParseError> {
        self.at += 1;
        let char = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape(builder);
            }
            _ => return Err(self.unexpected(Fault::InvalidEscape)),
        };
        self.at += 1;
        builder.text.push(char);
        Ok(())
    }

    /// Reads the four digits of a `\u` escape, and a second escape when both make a surrogate pair.
    fn unicode_escape(&mut self, builder: &mut Builder) -> Result<(), ParseError> {
        let unit = self.unit()?;
        let trail = match self.rest() {
            [b'\\', b'u', digits @ ..] if matches!(unit, 0xD800..=0xDBFF) => hex_unit(digits),
            _ => None,
        };
        let pair = char::decode_utf16([unit].into_iter().chain(trail)).next();
        match pair {
            Some(Ok(char)) => {
                // A lead and its trail were read together.
                self.at += if char.len_utf16() == 2 { 6 } else { 0 };
                builder.text.push(char);
            }
            _ => builder.push_lone(unit),
        }
        Ok(())
    }

    fn unit(&mut self) -> Result<u16, ParseError> {
        let Some(unit) = hex_unit(self.rest()) else {
            let good = self.rest().iter().take(4).take_while(|byte| byte.is_ascii_hexdigit());
            self.at += good.count();
            return Err(self.error(Fault::InvalidUnicodeEscape));
        };
        self.at += 4;
        Ok(unit)
    }
}

/// The number that the first four bytes write in hexadecimal.
fn hex_unit(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk::<4>()?.iter().try_fold(0, |unit, digit| {
        char::from(*digit).to_digit(16).map(|digit| unit << 4 | digit as u16)
    })
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
