//! JSON texts laid out as `JSON.stringify(value, null, 2)` would, without building values.
//!
//! The JSON columns of a trace were themselves written by JavaScript, so nearly all of them only
//! need new white space. What does need JavaScript's rules (escapes, odd numbers, equal or
//! integer-like member names, deep nesting) is left to the parser and printer of the `js` room.

use crate::js::number;
use crate::js::parse::{ParseError, parse_str};
use crate::js::print;

/// Objects with more members than this are left to the parser.
const MAX_MEMBERS: usize = 32;
/// Deeper texts are left to the parser, which has a bound of its own.
const MAX_DEPTH: usize = 64;

/// Appends a JSON text to `out`, its inner lines indented by `depth` steps of two spaces.
///
/// # Errors
///
/// The first place at which the text is not JSON; `out` is as it was.
pub(super) fn reindent(text: &str, depth: usize, out: &mut String) -> Result<(), ParseError> {
    let start = out.len();
    let mut copier = Copier { text, at: 0, out };
    if copier.value(depth, MAX_DEPTH).is_some() && copier.peek().is_none() {
        return Ok(());
    }
    out.truncate(start);
    let value = parse_str(text)?;
    let break_line = format!("\n{}", "  ".repeat(depth));
    // Strings hold no line feeds once they are escaped.
    out.push_str(&print::to_pretty(&value).replace('\n', &break_line));
    Ok(())
}

/// Copies a text value by value; every method gives nothing for what it does not handle.
struct Copier<'t, 'o> {
    text: &'t str,
    at: usize,
    out: &'o mut String,
}

impl<'t> Copier<'t, '_> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
        self.at += blanks.count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize, left: usize) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(depth, left.checked_sub(1)?),
            b'[' => self.array(depth, left.checked_sub(1)?),
            b'"' => {
                let string = self.string()?;
                self.quote(string);
                Some(())
            }
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize, left: usize) -> Option<()> {
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            self.out.push_str("{}");
            return Some(());
        }
        let mut names = [""; MAX_MEMBERS];
        let mut count = 0;
        self.out.push('{');
        loop {
            self.break_line(depth + 1);
            self.peek()?;
            let name = self.string()?;
            let indexed = name.bytes().all(|byte| byte.is_ascii_digit());
            if indexed || names.get(..count)?.contains(&name) {
                return None;
            }
            *names.get_mut(count)? = name;
            count += 1;
            self.quote(name);
            self.take(b':')?;
            self.out.push_str(": ");
            self.value(depth + 1, left)?;
            if self.ends(b'}', depth)? {
                return Some(());
            }
        }
    }

    fn array(&mut self, depth: usize, left: usize) -> Option<()> {
        self.at += 1;
        if self.peek()? == b']' {
            self.at += 1;
            self.out.push_str("[]");
            return Some(());
        }
        self.out.push('[');
        loop {
            self.break_line(depth + 1);
            self.value(depth + 1, left)?;
            if self.ends(b']', depth)? {
                return Some(());
            }
        }
    }

    /// Takes a comma (false) or the closing bracket (true).
    fn ends(&mut self, bracket: u8, depth: usize) -> Option<bool> {
        let byte = self.peek()?;
        self.at += 1;
        if byte == b',' {
            self.out.push(',');
            return Some(false);
        }
        if byte != bracket {
            return None;
        }
        self.break_line(depth);
        self.out.push(char::from(bracket));
        Some(true)
    }

    /// Takes a string without escapes and returns it without its quotes.
    fn string(&mut self) -> Option<&'t str> {
        self.take(b'"')?;
        let rest = self.text.as_bytes().get(self.at..)?;
        let len = memchr::memchr2(b'"', b'\\', rest)?;
        if rest.get(len) != Some(&b'"') || rest.get(..len)?.iter().any(|byte| *byte < b' ') {
            return None;
        }
        let string = self.text.get(self.at..self.at + len)?;
        self.at += len + 1;
        Some(string)
    }

    fn quote(&mut self, string: &str) {
        self.out.push('"');
        self.out.push_str(string);
        self.out.push('"');
    }

    fn literal(&mut self, word: &'static str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            self.out.push_str(word);
        })
    }

    fn number(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        let len = rest.bytes().take_while(|byte| b"+-.eE0123456789".contains(byte)).count();
        let digits = rest.get(..len)?;
        self.at += len;
        // Up to 15 digits a whole number prints as it stands.
        let plain = matches!(len, 1..=15) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain && (len == 1 || !digits.starts_with('0')) {
            self.out.push_str(digits);
        } else {
            self.out.push_str(&number::to_json(parse_str(digits).ok()?.as_f64()?));
        }
        Some(())
    }

    fn break_line(&mut self, depth: usize) {
        self.out.push('\n');
        for _ in 0..depth {
            self.out.push_str("  ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the parser and the printer alone give.
    fn slowly(text: &str, depth: usize) -> Option<String> {
        let value = parse_str(text).ok()?;
        Some(print::to_pretty(&value).replace('\n', &format!("\n{}", "  ".repeat(depth))))
    }

    fn check(text: &str, depth: usize) {
        let mut out = String::from("before ");
        let result = reindent(text, depth, &mut out);
        let expected = slowly(text, depth);
        assert_eq!(result.is_ok(), expected.is_some(), "{text}");
        assert_eq!(out, format!("before {}", expected.unwrap_or_default()), "{text}");
    }

    #[test]
    fn both_ways_agree() {
        for text in [
            "null",
            "[]",
            "{}",
            " [ ] ",
            "{ \"a\" : [ ] }",
            "[1,2,[3,{\"a\":{}}]]",
            "1e21",
            "-0",
            "007",
            "[142.0,1e-7,12345678901234567890,-5,0,00]",
            "{\"b\":1,\"2\":2,\"10\":3,\"a\":4}",
            "{\"a\":1,\"a\":2}",
            "\"\\ud800x\"",
            "\"tab\\there\"",
            "\"\u{1}\"",
            "[1,]",
            "{\"a\"}",
            "",
            "[1] 2",
            "nul",
            "truefalse",
            "{\"\":1}",
            "\"日本\"",
            "[\"a\",\"b\\\"\"]",
            "1.",
            "1e400",
            "--1",
            "{\"__proto__\":1}",
            "[\"unterminated",
        ] {
            check(text, 0);
            check(text, 3);
        }
        check(&format!("{}{}", "[".repeat(100), "]".repeat(100)), 1);
        let members: Vec<String> = (0..40).map(|n| format!("\"k{n}\":{n}")).collect();
        check(&format!("{{{}}}", members.join(",")), 2);
    }

    proptest! {
        #[test]
        fn both_ways_agree_on_anything(text in "[\\[\\]{}\",:0-9eE.+\\-tnul \\\\a]{0,24}") {
            check(&text, 2);
        }
    }
}
