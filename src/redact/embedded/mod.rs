//! JSON inside a string: found, checked, and masked literal by literal so that it stays JSON.
//!
//! Tool results are full of it. The rules for text see only characters; here the names of members
//! and the decoded values are known, and what is replaced is written back as a literal.

mod spelling;

use std::borrow::Cow;
use std::ops::Range;

use super::names::{self, Kind};

/// How deep arrays and objects of a fragment may be nested.
const MAX_DEPTH: usize = 128;

/// For so many leaves there is room from the first one on.
const FIRST_LEAVES: usize = 32;

/// A value in a fragment that may be masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf<'t> {
    /// Where its literal stands in the text, quotes included.
    pub range: Range<usize>,
    /// The name of the nearest member around it.
    pub name: Cow<'t, str>,
    /// The decoded string, borrowed where it has no escapes, or nothing for a number.
    pub text: Option<Cow<'t, str>>,
}

/// A piece of a text that is JSON: an object or an array that holds at least one string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fragment<'t> {
    pub range: Range<usize>,
    pub leaves: Vec<Leaf<'t>>,
    /// The leaves of each array that holds nothing but two or more strings.
    pub lists: Vec<Range<usize>>,
}

/// The fragments of a text in order; they do not overlap.
///
/// The time that it takes grows with the text alone. Of an array or object that is cut off, as programs cut what they
/// print, the complete parts count; only the last string before the cut is looked into again, since
/// what seemed to open it may have closed another one.
pub(super) fn fragments(text: &str) -> Vec<Fragment<'_>> {
    let mut found = Vec::new();
    if memchr::memchr(b'"', text.as_bytes()).is_none() {
        return found;
    }
    let mut at = 0;
    while let Some(open) =
        text.get(at..).and_then(|rest| memchr::memchr2(b'{', b'[', rest.as_bytes()))
    {
        let start = at + open;
        if !opens(text.as_bytes(), start) {
            at = start + 1;
            continue;
        }
        let mut scanner = Scanner::new(text, start);
        if scanner.value(0).is_some() {
            at = scanner.at;
            if !scanner.leaves.is_empty() {
                let (leaves, lists) = (scanner.leaves, scanner.lists);
                found.push(Fragment { range: start..at, leaves, lists });
            }
            continue;
        }
        if !scanner.leaves.is_empty() {
            scanner = Scanner { parts: Some(Vec::new()), ..Scanner::new(text, start) };
            // It fails where it failed before.
            let _ = scanner.value(0);
        }
        at = scanner.again.unwrap_or(scanner.at);
        scanner.give_parts(&mut found);
    }
    found
}

/// Whether what stands behind a bracket can be JSON; source code is told from it at once.
fn opens(text: &[u8], at: usize) -> bool {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let first = text.get(at + 1..).and_then(|rest| rest.iter().find(|byte| !is_blank(byte)));
    match text.get(at) {
        Some(b'{') => first == Some(&b'"'),
        _ => first.is_some_and(|first| b"\"[{-tfn0123456789".contains(first)),
    }
}

/// A complete array or object that holds a leaf.
struct Part {
    range: Range<usize>,
    /// Its leaves by their number, and its lists.
    leaves: Range<usize>,
    lists: Range<usize>,
}

/// Reads one JSON value and notes its leaves.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// Where to go on when the value is not complete: in the last string, unless a part has closed
    /// behind it.
    again: Option<usize>,
    names: Vec<Cow<'t, str>>,
    leaves: Vec<Leaf<'t>>,
    lists: Vec<Range<usize>>,
    /// The complete parts that lie in no other one, when they are wanted: most values are complete,
    /// and few texts are read twice.
    parts: Option<Vec<Part>>,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, at: usize) -> Self {
        let (names, leaves, lists) = (Vec::new(), Vec::new(), Vec::new());
        Self { text, at, again: None, names, leaves, lists, parts: None }
    }

    /// Hands the complete parts over.
    fn give_parts(self, found: &mut Vec<Fragment<'t>>) {
        let (mut leaves, mut taken) = (self.leaves.into_iter(), 0);
        for part in self.parts.into_iter().flatten() {
            let from = part.leaves.start;
            let of_part = leaves.by_ref().skip(from - taken).take(part.leaves.len());
            let lists = self.lists.get(part.lists).unwrap_or_default().iter();
            found.push(Fragment {
                range: part.range,
                leaves: of_part.collect(),
                lists: lists.map(|list| list.start - from..list.end - from).collect(),
            });
            taken = part.leaves.end;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'{' => self.part(|scanner| scanner.object(depth)),
            b'[' => self.part(|scanner| scanner.array(depth)),
            b'"' => {
                let (range, text) = self.string()?;
                self.leaf(range, Some(text));
                Some(())
            }
            _ => self.scalar(),
        }
    }

    /// Reads an array or object and notes it in the place of its own parts.
    fn part(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let (start, leaves, lists) = (self.at, self.leaves.len(), self.lists.len());
        read(self)?;
        if let Some(parts) = &mut self.parts
            && self.leaves.len() > leaves
        {
            parts.truncate(parts.partition_point(|part| part.range.start < start));
            parts.push(Part {
                range: start..self.at,
                leaves: leaves..self.leaves.len(),
                lists: lists..self.lists.len(),
            });
            self.again = None;
        }
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        // The leaves that are the name and the value of a pair.
        let (mut names_of_pair, mut value_of_pair) = (Vec::new(), None);
        let mut is_cookie = false;
        self.items(b'}', |scanner| {
            let (_, name) = scanner.string()?;
            scanner.blanks();
            scanner.expect(b':')?;
            scanner.blanks();
            if scanner.peek() == Some(b'"') {
                let leaf = scanner.leaves.len();
                if names::names_pair(&name) {
                    names_of_pair.push(leaf);
                } else if names::holds_pair(&name) {
                    value_of_pair = Some(leaf);
                }
            }
            is_cookie |= names::marks_cookie(&name);
            scanner.names.push(name);
            scanner.value(depth + 1)?;
            scanner.names.pop();
            Some(())
        })?;
        let telling = |leaf: usize| {
            let name = self.leaves.get(leaf)?.text.clone()?;
            (names::kind(&name) != Kind::Plain).then_some(name)
        };
        let cookie = is_cookie.then_some(Cow::Borrowed("cookie"));
        if let Some(value) = value_of_pair
            && let Some(name) = names_of_pair.into_iter().find_map(telling).or(cookie)
            && let Some(value) = self.leaves.get_mut(value)
        {
            value.name = name;
        }
        Some(())
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        let first = self.leaves.len();
        let mut holds_strings = true;
        self.items(b']', |scanner| {
            holds_strings &= scanner.peek() == Some(b'"');
            scanner.value(depth + 1)
        })?;
        if holds_strings && self.leaves.len() >= first + 2 {
            self.lists.push(first..self.leaves.len());
        }
        if holds_strings
            && let Some([name, value]) = self.leaves.get_mut(first..)
            && let (Some(telling), Some(text)) = (&name.text, &value.text)
            && names::are_pair(telling, text)
        {
            value.name = telling.clone();
        }
        Some(())
    }

    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            self.blanks();
            item(self)?;
            self.blanks();
            match self.peek()? {
                b',' => self.at += 1,
                byte if byte == close => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn string(&mut self) -> Option<(Range<usize>, Cow<'t, str>)> {
        let start = self.at;
        self.expect(b'"')?;
        self.again = Some(self.at);
        let mut escaped = false;
        loop {
            self.at += spelling::plain_length(self.text.as_bytes().get(self.at..)?);
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                // A line break is where most texts that are not JSON end a string.
                _ => return None,
            }
            escaped = true;
        }
        self.at += 1;
        let literal = self.text.get(start..self.at)?;
        let inner = literal.get(1..literal.len() - 1)?;
        let text = if escaped {
            Cow::Owned(spelling::decoded(literal, inner)?)
        } else {
            Cow::Borrowed(inner)
        };
        Some((start..self.at, text))
    }

    /// A number, `true`, `false` or `null`.
    fn scalar(&mut self) -> Option<()> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
        {
            self.at += 1;
        }
        let literal = self.text.get(start..self.at)?;
        if spelling::is_number(literal) {
            self.leaf(start..self.at, None);
            return Some(());
        }
        matches!(literal, "true" | "false" | "null").then_some(())
    }

    fn leaf(&mut self, range: Range<usize>, text: Option<Cow<'t, str>>) {
        let name = self.names.last().cloned().unwrap_or_default();
        if self.leaves.is_empty() {
            // One step instead of the first few; a text with a single leaf is rare.
            self.leaves.reserve(FIRST_LEAVES);
        }
        self.leaves.push(Leaf { range, name, text });
    }
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "ASCII samples are cut at known places")]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        fragments(text).into_iter().map(|fragment| &text[fragment.range]).collect()
    }

    #[test]
    fn fragments_are_found_in_prose_and_lines() {
        assert_eq!(
            found(r#"log: {"a":{"b":[1,"x"]}} end ["y"]"#),
            [r#"{"a":{"b":[1,"x"]}}"#, r#"["y"]"#]
        );
        assert_eq!(found("{\"a\":\"1\"}\n{\"a\":\"2\"}"), ["{\"a\":\"1\"}", "{\"a\":\"2\"}"]);
        assert!(found(r"fn main() { let x = [1, 2]; }").is_empty());
        assert_eq!(found(r#"{ broken {"a": "b"}"#), [r#"{"a": "b"}"#]);
    }

    #[test]
    fn leaves_know_their_names_and_decoded_texts() {
        let text = r#"{"outer":{"token":["a\u0062c",5]}}"#;
        let leaves = fragments(text).remove(0).leaves;
        assert_eq!(leaves[0].name, "token");
        assert_eq!(leaves[0].text.as_deref(), Some("abc"));
        assert_eq!(&text[leaves[0].range.clone()], r#""a\u0062c""#);
        assert_eq!((leaves[1].text.clone(), &text[leaves[1].range.clone()]), (None, "5"));
    }

    #[test]
    fn many_brackets_do_not_take_for_ever() {
        for unit in ["[{", "[", "{\"a\":[", "[\"", "[\"[", "[\"\\\"", "[[],", "{\"a\n"] {
            let text = format!("\"{}", unit.repeat(200_000));
            assert!(fragments(&text).is_empty(), "{unit}");
        }
    }

    #[test]
    fn complete_parts_of_what_is_cut_off_are_found() {
        let part = r#"{"env":[{"name":"API_KEY","value":"qwertz uiopas"}],"l":["a","b"]}"#;
        for depth in [0, 1, 4, 40, 400] {
            let outer = r#"{"a":"#.repeat(depth);
            let text =
                format!("{outer}[ {}{{\"id\":50\n[truncated]", format!("{part},").repeat(500));
            let fragments = fragments(&text);
            assert_eq!(fragments.len(), 500, "{depth}");
            for fragment in fragments {
                assert_eq!(&text[fragment.range.clone()], part);
                let value = &fragment.leaves[1];
                assert_eq!(
                    (&*value.name, value.text.as_deref()),
                    ("API_KEY", Some("qwertz uiopas"))
                );
                assert_eq!(fragment.lists, vec![Range { start: 2, end: 4 }]);
                assert_eq!(&text[fragment.leaves[2].range.clone()], r#""a""#);
            }
        }
        assert_eq!(
            found(r#"["x" {"a":"b"} and ["it's [ {"c":"d"}"#),
            [r#"{"a":"b"}"#, r#"{"c":"d"}"#]
        );
        assert_eq!(found(r#"[1,["y"],"z {"e":[]}"#), [r#"["y"]"#]);
    }
}
