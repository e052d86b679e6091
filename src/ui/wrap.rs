//! Text that flows: styled pieces wrapped to a width, as lines that a pane can scroll through.
//!
//! A line is broken at blanks where it can be and between graphemes where it must be. The result is
//! sanitised and no line is wider than asked.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::model::text::{columns, visible, visible_line, visible_lines};

/// Behind these a word that is too long for a line is broken.
const SEPARATORS: [char; 4] = ['/', '-', ':', '_'];

/// Collects pieces of text into wrapped lines.
#[derive(Debug)]
pub struct Flow {
    width: usize,
    lines: Vec<Line<'static>>,
    open: Vec<Span<'static>>,
    used: usize,
    /// What every line of the paragraph begins with, and what its first line begins with.
    prefix: Vec<Span<'static>>,
    first: Option<Vec<Span<'static>>>,
}

impl Flow {
    /// Wraps to `width` columns.
    pub fn new(width: usize) -> Self {
        Self {
            width: width.max(1),
            lines: Vec::new(),
            open: Vec::new(),
            used: 0,
            prefix: Vec::new(),
            first: None,
        }
    }

    /// How many lines are complete.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Tells whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.open.is_empty()
    }

    /// Sets what all further lines begin with.
    pub fn set_prefix(&mut self, prefix: Vec<Span<'static>>) {
        self.prefix = prefix;
    }

    /// Sets what the next line begins with instead of the prefix.
    pub fn set_first(&mut self, first: Vec<Span<'static>>) {
        self.first = Some(first);
    }

    /// Adds running text; line ends in it are kept.
    pub fn text(&mut self, text: &str, style: Style) {
        for (at, line) in visible_lines(text).enumerate() {
            if at > 0 {
                self.end_line();
            }
            self.words(&line, style);
        }
    }

    /// Adds text that is no sentence: line ends are kept, lines are broken anywhere, blanks stay.
    pub fn verbatim(&mut self, text: &str, style: Style) {
        for line in visible_lines(text) {
            self.begin();
            self.characters(&line, style);
            self.end_line();
        }
    }

    /// Adds a part of a line that is broken anywhere; a line end in it is shown as a sign.
    pub fn part(&mut self, text: &str, style: Style) {
        self.begin();
        self.characters(&visible_line(text), style);
    }

    /// Ends the line, even an empty one.
    pub fn end_line(&mut self) {
        self.begin();
        self.lines.push(Line::from(std::mem::take(&mut self.open)));
        self.used = 0;
    }

    /// Ends the line if anything stands on it.
    pub fn end_paragraph(&mut self) {
        if !self.open.is_empty() {
            self.end_line();
        }
    }

    /// Leaves one blank line, unless there is one or nothing stands above.
    pub fn blank(&mut self) {
        self.end_paragraph();
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.end_line();
        }
    }

    /// Adds a line as it is; it must be no wider than the flow.
    pub fn push(&mut self, line: Line<'static>) {
        self.end_paragraph();
        self.lines.push(line);
    }

    /// The lines.
    pub fn finish(mut self) -> Vec<Line<'static>> {
        self.end_paragraph();
        while self.lines.last().is_some_and(|line| line.width() == 0) {
            self.lines.pop();
        }
        self.lines
    }

    fn begin(&mut self) {
        if self.open.is_empty() {
            self.open = self.first.take().unwrap_or_else(|| self.prefix.clone());
            self.used = self.open.iter().map(Span::width).sum();
        }
    }

    fn words(&mut self, line: &str, style: Style) {
        for word in line.split_inclusive(' ') {
            self.begin();
            let bare = word.trim_end_matches(' ');
            if self.indent() + columns(bare) <= self.width {
                self.word(bare, style);
            } else {
                // Paths and ids that fit on no line break behind their separators.
                bare.split_inclusive(SEPARATORS).for_each(|part| self.word(part, style));
            }
            let blanks = word.len() - bare.len();
            if blanks > 0 && self.used + blanks <= self.width {
                self.append(" ", 1, style);
            }
        }
    }

    fn word(&mut self, word: &str, style: Style) {
        self.begin();
        let (width, indent) = (columns(word), self.indent());
        if self.used + width > self.width && self.used > indent && indent + width <= self.width {
            self.end_line();
            self.begin();
        }
        if self.used + width > self.width {
            self.characters(word, style);
        } else {
            self.append(word, width, style);
        }
    }

    fn indent(&self) -> usize {
        self.prefix.iter().map(Span::width).sum()
    }

    fn characters(&mut self, text: &str, style: Style) {
        let mut part = String::new();
        let mut taken = 0;
        for grapheme in text.graphemes(true) {
            let width = columns(grapheme);
            if self.used + taken + width > self.width && self.used + taken > self.indent() {
                self.append(&std::mem::take(&mut part), std::mem::take(&mut taken), style);
                self.end_line();
                self.begin();
            }
            part.push_str(grapheme);
            taken += width;
        }
        self.append(&part, taken, style);
    }

    fn append(&mut self, text: &str, width: usize, style: Style) {
        if text.is_empty() {
            return;
        }
        self.used += width;
        match self.open.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push_str(text),
            _ => self.open.push(Span::styled(text.to_owned(), style)),
        }
    }
}

/// A span of text that is safe to show on one line.
pub fn span(text: &str, style: Style) -> Span<'static> {
    Span::styled(visible(text).into_owned(), style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(flow: Flow) -> Vec<String> {
        flow.finish().iter().map(ToString::to_string).collect()
    }

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        let mut flow = Flow::new(width);
        flow.text(text, Style::default());
        plain(flow)
    }

    #[test]
    fn lines_break_at_blanks_and_long_words_anywhere() {
        assert_eq!(wrapped("the quick brown fox", 10), ["the quick ", "brown fox"]);
        assert_eq!(wrapped("abcdefghijkl", 5), ["abcde", "fghij", "kl"]);
        assert_eq!(
            wrapped("agents/main/4dc-4957.jsonl", 12),
            ["agents/main/", "4dc-", "4957.jsonl"]
        );
        assert_eq!(wrapped("日本語の要約", 5), ["日本", "語の", "要約"]);
        assert_eq!(wrapped("one\n\ntwo\n", 10), ["one", "", "two"]);
    }

    #[test]
    fn paragraphs_hang_under_their_first_line() {
        let mut flow = Flow::new(8);
        flow.set_first(vec![Span::raw("• ")]);
        flow.set_prefix(vec![Span::raw("  ")]);
        flow.text("one two three", Style::default());
        assert_eq!(plain(flow), ["• one ", "  two ", "  three"]);
    }

    #[test]
    fn verbatim_text_keeps_its_blanks() {
        let mut flow = Flow::new(6);
        flow.verbatim("  a  b  c\nd", Style::default());
        assert_eq!(plain(flow), ["  a  b", "  c", "d"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_none_holds_a_control(text in "\\PC{0,60}[\\x00-\\x1f]?\\PC{0,9}", width in 2..30_usize) {
            for line in wrapped(&text, width) {
                let one = line.graphemes(true).count() == 1;
                prop_assert!(columns(&line) <= width || one, "{line:?}");
                prop_assert!(!line.chars().any(char::is_control));
            }
        }
    }
}
