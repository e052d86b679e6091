//! Text from a session, made safe to show and measured in terminal columns.
//!
//! Everything that a session holds may be hostile: it can carry escape sequences that rewrite the
//! screen, bidi overrides that reorder a command, and invisible characters that hide words. The
//! functions here make all of these visible before a text reaches a screen, a clipboard or a
//! title. What is shown how:
//!
//! | input | output |
//! |---|---|
//! | C0 controls and DEL | control pictures, `␀` … `␟`, `␡` |
//! | colour sequences (`ESC [ … m`) | nothing: they only colour |
//! | every other escape sequence | `␛` and the rest as plain text, such as `␛[2J` |
//! | C1 controls, bidi controls, invisible format characters | `<U+202E>` |
//! | joiners and variation selectors where they shape a character | as they are |
//! | joiners and variation selectors anywhere else | `<U+200D>` |
//!
//! This module replaces characters and counts columns; it never interprets the text.

mod width;

use std::borrow::Cow;
use std::fmt::Write as _;

pub use width::{columns, fit, pad, pad_left};

/// Columns between two tab stops.
const TAB: usize = 4;

/// Makes every control character, escape sequence, bidi control and invisible format character of
/// `text` visible, line ends and tabs included.
///
/// The result holds no control character and no bidi control, and a second pass changes nothing.
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut out = Visible::with_capacity(text.len());
    out.push_text(text);
    Cow::Owned(out.text)
}

/// Makes a text of any number of lines visible as one line.
///
/// A line end (`\n` or `\r\n`) becomes `⏎`; a tab becomes one to four blanks, up to the next
/// multiple of four columns.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut out = Visible::with_capacity(text.len());
    for (at, line) in lines(text).enumerate() {
        if at > 0 {
            out.text.push('⏎');
        }
        out.push_line(line);
    }
    Cow::Owned(out.text)
}

/// Makes a name, such as a path, visible as one line that tells all of its characters: a colour in it
/// is part of it, and `ESC` becomes `␛` there, too.
pub fn visible_name(name: &str) -> String {
    visible_line(&name.replace('\u{1b}', "␛")).into_owned()
}

/// Splits a text at its line ends (`\n` or `\r\n`) and makes every line visible; tabs become
/// blanks as in [`visible_line`].
///
/// A line end at the very end of the text does not begin another line; the empty text has one
/// empty line.
pub fn visible_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let body = if body.len() < text.len() { body.strip_suffix('\r').unwrap_or(body) } else { body };
    lines(body).map(|line| {
        if is_clean(line) {
            return Cow::Borrowed(line);
        }
        let mut out = Visible::with_capacity(line.len());
        out.push_line(line);
        Cow::Owned(out.text)
    })
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = text.split('\n').peekable();
    std::iter::from_fn(move || {
        let part = parts.next()?;
        // A carriage return belongs to the line end only where a line feed follows it.
        Some(if parts.peek().is_some() { part.strip_suffix('\r').unwrap_or(part) } else { part })
    })
}

/// What a character needs before it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Nothing.
    Plain,
    /// A control picture.
    Control,
    /// Its code point in words.
    Hidden,
    /// A zero width joiner or non-joiner: plain between two characters that it can join.
    Joiner,
    /// A variation selector: plain after a character that it can vary.
    Selector,
}

fn class(char: char) -> Class {
    match char {
        '\0'..='\x1f' | '\x7f' => Class::Control,
        '\u{200c}' | '\u{200d}' => Class::Joiner,
        '\u{180b}'..='\u{180d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            Class::Selector
        }
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => Class::Hidden,
        _ => Class::Plain,
    }
}

/// Tells without allocating whether a text can be shown as it is.
fn is_clean(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        || !text.is_ascii() && text.chars().all(|char| class(char) == Class::Plain)
}

/// The text made visible so far.
struct Visible {
    text: String,
}

impl Visible {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes + bytes / 8 + 8) }
    }

    /// Adds one line, its tabs as blanks; columns count from the beginning of this line.
    ///
    /// Behind a tab the line stands at a tab stop, so each part is measured alone; together with the
    /// last blank before it, for a mark at its beginning joins that.
    fn push_line(&mut self, line: &str) {
        let (mut from, mut before) = (self.text.len(), 0);
        for (at, part) in line.split('\t').enumerate() {
            if at > 0 {
                let used = before + self.text.get(from..).map_or(0, columns);
                self.text.extend(std::iter::repeat_n(' ', TAB - used % TAB));
                (from, before) = (self.text.len() - 1, TAB - 1);
            }
            self.push_text(part);
        }
    }

    fn push_text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(char) = rest.chars().next() {
            if let Some(after) = skip_colour(rest) {
                rest = after;
                continue;
            }
            rest = rest.get(char.len_utf8()..).unwrap_or("");
            self.push(char, rest.chars().next());
        }
    }

    fn push(&mut self, char: char, next: Option<char>) {
        let shown = match class(char) {
            Class::Plain => true,
            Class::Control => return self.text.push(picture(char)),
            Class::Hidden => false,
            Class::Joiner => {
                let next = next.is_some_and(|next| !next.is_ascii() && class(next) == Class::Plain);
                next && self.ends_joinable()
            }
            Class::Selector => self.ends_variable(),
        };
        if shown {
            self.text.push(char);
        } else {
            self.push_code_point(char);
        }
    }

    fn push_code_point(&mut self, char: char) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "<U+{:04X}>", u32::from(char));
    }

    /// The last character can be joined to the next one.
    fn ends_joinable(&self) -> bool {
        let last = self.text.chars().next_back();
        last.is_some_and(|last| !last.is_ascii() && class(last) != Class::Joiner)
    }

    /// The last character can be varied. A selector after a selector can only hide data.
    fn ends_variable(&self) -> bool {
        self.text.chars().next_back().is_some_and(|last| match last {
            // The bases of keycap emoji.
            '0'..='9' | '#' | '*' => true,
            _ => !last.is_ascii() && class(last) == Class::Plain,
        })
    }
}

/// The control picture of a C0 control or DEL.
fn picture(control: char) -> char {
    match control {
        '\x7f' => '␡',
        _ => char::from_u32(0x2400 + u32::from(control)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// What follows the colour sequence (`ESC [` digits, `;`, `:` and `m`) that `text` begins with.
fn skip_colour(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\x1b[")?;
    parameters
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == ';' || c == ':')
        .strip_prefix('m')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn harmless_text_is_not_copied() {
        for text in ["", "plain", "日本語 العربية עברית", "e\u{301}", "🇨🇭", "a\u{fffd}"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(_)), "{text:?}");
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn a_name_tells_its_colours() {
        assert_eq!(visible_name("a\u{1b}[31mb\n.jsonl"), "a␛[31mb⏎.jsonl");
    }

    #[test]
    fn controls_and_sequences_are_shown_and_colours_dropped() {
        let table = [
            ("a\0b\x7f", "a␀b␡"),
            ("a\nb\tc\r", "a␊b␉c␍"),
            ("\x1b[1;31mred\x1b[0m \x1b[38:5:9mx", "red x"),
            ("\x1b[2J\x1b[H", "␛[2J␛[H"),
            ("\x1b]0;title\x07", "␛]0;title␇"),
            ("\x1bP+q\x1b\\", "␛P+q␛\\"),
            ("\x1b\x1b[m[31m", "␛[31m"),
            ("\x1b[31", "␛[31"),
            ("\u{9b}31m\u{85}", "<U+009B>31m<U+0085>"),
        ];
        for (text, shown) in table {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn bidi_and_invisible_characters_are_named() {
        let table = [
            ("rm \u{202e}x\u{2066}y\u{61c}", "rm <U+202E>x<U+2066>y<U+061C>"),
            ("a\u{200b}b\u{ad}c\u{feff}", "a<U+200B>b<U+00AD>c<U+FEFF>"),
            ("a\u{2028}b\u{2029}", "a<U+2028>b<U+2029>"),
            ("x\u{e0041}\u{e007f}", "x<U+E0041><U+E007F>"),
        ];
        for (text, shown) in table {
            assert_eq!(visible(text), shown, "{text:?}");
        }
    }

    #[test]
    fn joiners_and_selectors_stay_where_they_shape_a_character() {
        for text in ["👩\u{200d}💻", "❤\u{fe0f}\u{200d}🔥", "1\u{fe0f}\u{20e3}", "می\u{200c}خواهم"]
        {
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible("a\u{200d}b"), "a<U+200D>b");
        assert_eq!(visible("😀\u{fe01}\u{fe02}"), "😀\u{fe01}<U+FE02>");
        assert_eq!(visible("x\u{e0101}"), "x<U+E0101>");
    }

    #[test]
    fn lines_are_joined_or_split_and_tabs_reach_the_next_stop() {
        assert_eq!(visible_line("a\tb\r\nlong\tc\rd"), "a   b⏎long    c␍d");
        assert_eq!(visible_line("日\tx"), "日  x");
        assert_eq!(visible_line("\t\u{301}\tabcd\t日\té\t|"), "    \u{301}    abcd    日  é   |");
        let lines: Vec<_> = visible_lines("one\r\n\ttwo\n\nlast\n").collect();
        assert_eq!(lines, ["one", "    two", "", "last"]);
        assert_eq!(visible_lines("").count(), 1);
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_and_a_second_pass_changes_nothing(
            text in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f]|\x1b\\[[0-9;]*[mJ]|[\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{fe00}-\u{fe0f}👩💻]){0,40}"
        ) {
            for shown in [visible(&text), visible_line(&text)] {
                prop_assert!(shown.chars().all(|c| !matches!(class(c), Class::Control | Class::Hidden)));
                prop_assert!(!shown.chars().any(char::is_control));
                prop_assert_eq!(visible(&shown), shown.as_ref());
                prop_assert_eq!(visible_line(&shown), shown.as_ref());
            }
        }
    }
}
