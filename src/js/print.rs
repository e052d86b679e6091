//! JSON as `JSON.stringify` prints it.
//!
//! Compact or with two spaces of indentation; only `"`, `\`, control characters below U+0020 and
//! lone surrogates are escaped, so the output is always valid UTF-8. The *visible* forms are for
//! terminals: they also escape what a terminal may act upon or what hides the order of a text. They
//! are JSON of the same value, only never what a bundle holds.

use std::fmt::{self, Write};

use super::number;
use super::scan::plain_prefix;
use super::text::{JsString, Piece};
use super::value::{Object, Value};

/// Prints a value on one line, without blanks.
pub fn to_compact(value: &Value) -> String {
    to_string(value, Layout::Compact, Escape::Needed)
}

/// Prints a value with two spaces of indentation; empty arrays and objects are `[]` and `{}`.
pub fn to_pretty(value: &Value) -> String {
    to_string(value, Layout::Pretty, Escape::Needed)
}

/// Prints like [`to_compact`] and escapes all that [`is_hidden`].
pub fn to_visible_compact(value: &Value) -> String {
    to_string(value, Layout::Compact, Escape::Hidden)
}

/// Prints like [`to_pretty`] and escapes all that [`is_hidden`].
pub fn to_visible_pretty(value: &Value) -> String {
    to_string(value, Layout::Pretty, Escape::Hidden)
}

/// Prints like [`to_compact`] into a writer.
///
/// # Errors
/// Those of the writer.
pub fn write_compact(out: &mut impl Write, value: &Value) -> fmt::Result {
    Printer { out, layout: Layout::Compact, escape: Escape::Needed }.value(value, 0)
}

/// Prints like [`to_pretty`] into a writer.
///
/// # Errors
/// Those of the writer.
pub fn write_pretty(out: &mut impl Write, value: &Value) -> fmt::Result {
    Printer { out, layout: Layout::Pretty, escape: Escape::Needed }.value(value, 0)
}

/// Prints like [`to_pretty`] into a writer, as a value that stands `depth` levels deep: the first
/// line is not indented, the others are by two more blanks a level.
///
/// # Errors
/// Those of the writer.
pub fn write_pretty_at(out: &mut impl Write, value: &Value, depth: usize) -> fmt::Result {
    Printer { out, layout: Layout::Pretty, escape: Escape::Needed }.value(value, depth)
}

/// Prints a string with its quotes into a writer.
///
/// # Errors
/// Those of the writer.
pub fn write_string(out: &mut impl Write, string: &JsString) -> fmt::Result {
    Printer { out, layout: Layout::Compact, escape: Escape::Needed }.string(string)
}

/// Whether a character must not reach a terminal as it is.
///
/// These are the control characters (C0, delete, C1) and the marks that change the direction of
/// text, with which a text can be shown in another order than it is stored.
pub const fn is_hidden(char: char) -> bool {
    char.is_ascii_control()
        || matches!(
            char,
            '\u{80}'..='\u{9F}'
                | '\u{61C}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}'
        )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Compact,
    Pretty,
}

#[derive(Clone, Copy)]
enum Escape {
    /// What JSON requires.
    Needed,
    /// Also what [`is_hidden`].
    Hidden,
}

fn to_string(value: &Value, layout: Layout, escape: Escape) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = Printer { out: &mut text, layout, escape }.value(value, 0);
    text
}

struct Printer<'a, W> {
    out: &'a mut W,
    layout: Layout,
    escape: Escape,
}

impl<W: Write> Printer<'_, W> {
    fn value(&mut self, value: &Value, depth: usize) -> fmt::Result {
        match value {
            Value::Null => self.out.write_str("null"),
            Value::Bool(true) => self.out.write_str("true"),
            Value::Bool(false) => self.out.write_str("false"),
            Value::Number(number) => self.out.write_str(&number::to_json(*number)),
            Value::String(string) => self.string(string),
            Value::Array(elements) => self.array(elements, depth),
            Value::Object(object) => self.object(object, depth),
        }
    }

    fn array(&mut self, elements: &[Value], depth: usize) -> fmt::Result {
        self.out.write_char('[')?;
        for (index, element) in elements.iter().enumerate() {
            self.separate(index, depth + 1)?;
            self.value(element, depth + 1)?;
        }
        self.close(']', elements.is_empty(), depth)
    }

    fn object(&mut self, object: &Object, depth: usize) -> fmt::Result {
        self.out.write_char('{')?;
        for (index, (name, value)) in object.iter().enumerate() {
            self.separate(index, depth + 1)?;
            self.string(name)?;
            self.out.write_str(if self.layout == Layout::Pretty { ": " } else { ":" })?;
            self.value(value, depth + 1)?;
        }
        self.close('}', object.is_empty(), depth)
    }

    fn separate(&mut self, index: usize, depth: usize) -> fmt::Result {
        if index > 0 {
            self.out.write_char(',')?;
        }
        self.new_line(depth)
    }

    fn close(&mut self, bracket: char, empty: bool, depth: usize) -> fmt::Result {
        if !empty {
            self.new_line(depth)?;
        }
        self.out.write_char(bracket)
    }

    fn new_line(&mut self, depth: usize) -> fmt::Result {
        if self.layout == Layout::Compact {
            return Ok(());
        }
        self.out.write_char('\n')?;
        (0..depth).try_for_each(|_| self.out.write_str("  "))
    }

    fn string(&mut self, string: &JsString) -> fmt::Result {
        self.out.write_char('"')?;
        for piece in string.pieces() {
            match piece {
                Piece::Text(text) => self.text(text)?,
                Piece::Lone(unit) => write!(self.out, "\\u{unit:04x}")?,
            }
        }
        self.out.write_char('"')
    }

    fn text(&mut self, mut text: &str) -> fmt::Result {
        while let Some((plain, special)) = text.split_at_checked(plain_prefix(text.as_bytes())) {
            self.plain(plain)?;
            let mut rest = special.chars();
            match rest.next() {
                None => break,
                Some('"') => self.out.write_str("\\\"")?,
                Some('\\') => self.out.write_str("\\\\")?,
                Some('\u{8}') => self.out.write_str("\\b")?,
                Some('\t') => self.out.write_str("\\t")?,
                Some('\n') => self.out.write_str("\\n")?,
                Some('\u{C}') => self.out.write_str("\\f")?,
                Some('\r') => self.out.write_str("\\r")?,
                Some(control) => write!(self.out, "\\u{:04x}", u32::from(control))?,
            }
            text = rest.as_str();
        }
        Ok(())
    }

    /// Prints text in which JSON needs no escapes.
    fn plain(&mut self, text: &str) -> fmt::Result {
        match self.escape {
            Escape::Needed => self.out.write_str(text),
            // Every hidden character lies in the basic plane: one escape is enough.
            Escape::Hidden => text.split_inclusive(is_hidden).try_for_each(|part| {
                let mut chars = part.chars();
                match chars.next_back().filter(|last| is_hidden(*last)) {
                    None => self.out.write_str(part),
                    Some(hidden) => {
                        write!(self.out, "{}\\u{:04x}", chars.as_str(), u32::from(hidden))
                    }
                }
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        Value::from(Object::from_iter([
            ("empty", Value::from(vec![Value::Array(vec![]), Value::from(Object::new())])),
            ("n", Value::from(-0.0)),
            ("o", Value::from(Object::from_iter([("k\n", Value::Null), ("2", true.into())]))),
        ]))
    }

    #[test]
    fn layouts_are_those_of_stringify() {
        assert_eq!(to_compact(&sample()), r#"{"empty":[[],{}],"n":0,"o":{"2":true,"k\n":null}}"#);
        let pretty = "{\n  \"empty\": [\n    [],\n    {}\n  ],\n  \"n\": 0,\n  \"o\": {\n    \"2\": true,\n    \"k\\n\": null\n  }\n}";
        assert_eq!(to_pretty(&sample()), pretty);
        let (mut compact, mut written) = (String::new(), String::new());
        write_compact(&mut compact, &sample()).unwrap();
        write_pretty(&mut written, &sample()).unwrap();
        assert_eq!((compact, written.as_str()), (to_compact(&sample()), pretty));
    }

    #[test]
    fn only_what_json_requires_is_escaped() {
        let text = "\"\\/\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}\u{85}\u{2028}é😀";
        let printed = to_compact(&Value::from(text));
        let expected =
            concat!(r#""\"\\/\u0000\b\t\n\u000b\f\r\u001f"#, "\u{7f}\u{85}\u{2028}é😀\"",);
        assert_eq!(printed, expected);
    }

    #[test]
    fn lone_surrogates_are_escaped_in_lower_case() {
        let string = JsString::from_utf16([0x61, 0xD83D, 0xDE00, 0xDEAD, 0xD83D]);
        assert_eq!(to_compact(&Value::from(string.clone())), r#""a😀\udead\ud83d""#);
        let mut out = String::new();
        write_string(&mut out, &string).unwrap();
        assert_eq!(out, r#""a😀\udead\ud83d""#);
    }

    #[test]
    fn visible_forms_escape_what_a_terminal_acts_upon() {
        let text = "\u{1b}[2J a\u{7f}b\u{9b}\u{202e}é\u{2066}x\u{2069}\u{200f}\u{61c}😀";
        let object = Object::from_iter([(text, Value::from(text))]);
        let quoted = r#""\u001b[2J a\u007fb\u009b\u202eé\u2066x\u2069\u200f\u061c😀""#;
        assert_eq!(
            to_visible_compact(&Value::from(object.clone())),
            format!("{{{quoted}:{quoted}}}")
        );
        let pretty = to_visible_pretty(&Value::from(object.clone()));
        assert_eq!(pretty, format!("{{\n  {quoted}: {quoted}\n}}"));
        assert!(pretty.chars().all(|char| char == '\n' || !is_hidden(char)));
        assert_eq!(super::super::parse::parse_str(&pretty), Ok(Value::from(object)));
    }
}
