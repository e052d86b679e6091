//! Texts with marked places: pieces in two styles, shown in full or from the first mark on.

use std::ops::Range;

use ratatui::style::Style;

use crate::js::print::to_visible_compact;
use crate::js::value::Value;
use crate::ui::strip::{Strip, bound};
use crate::ui::wrap::Flow;

/// Bytes of a text that are laid out.
const MOST: usize = 32 << 10;
/// Bytes of a text that are drawn on one line.
const ON_A_LINE: usize = 2 << 10;
/// Bytes before the first mark that stay in view when the beginning is left out.
const LEAD: usize = 12;

/// A text with places that stand out; the places ascend and lie inside the text.
pub(super) struct Marked<'t> {
    text: &'t str,
    marks: Vec<Range<usize>>,
}

impl<'t> Marked<'t> {
    /// Takes a text and its marks in any order; marks that lie outside are left out.
    pub(super) fn new(text: &'t str, marks: impl IntoIterator<Item = Range<usize>>) -> Self {
        let mut marks: Vec<_> = marks
            .into_iter()
            .filter(|mark| mark.start < mark.end && text.get(mark.clone()).is_some())
            .collect();
        marks.sort_by_key(|mark| (mark.start, mark.end));
        let mut end = 0;
        marks.retain(|mark| {
            let apart = mark.start >= end;
            end = end.max(mark.end);
            apart
        });
        Self { text, marks }
    }

    /// The pieces of a part of the text, and whether each is marked.
    fn pieces(&self, part: Range<usize>) -> Vec<(&'t str, bool)> {
        let mut pieces = Vec::new();
        let mut at = part.start;
        let mut push = |range: Range<usize>, marked| {
            if let Some(piece) = self.text.get(range).filter(|piece| !piece.is_empty()) {
                pieces.push((piece, marked));
            }
        };
        for mark in &self.marks {
            let (start, end) = (mark.start.clamp(at, part.end), mark.end.clamp(at, part.end));
            push(at..start, false);
            push(start..end, true);
            at = end;
        }
        push(at..part.end, false);
        pieces
    }

    /// Writes the text as a JSON string on one line; of a long one the part around the first mark.
    pub(super) fn on_line(&self, strip: &mut Strip<'_>, style: Style, mark: Style, more: &str) {
        let from = self.start(strip.room());
        let to = bound(self.text, from + ON_A_LINE);
        strip.text("\"", style);
        if from > 0 {
            strip.text(more, style);
        }
        for (piece, marked) in self.pieces(from..to) {
            let quoted = to_visible_compact(&Value::String(piece.into()));
            let bare = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("");
            strip.text(bare, if marked { mark } else { style });
        }
        strip.text("\"", style);
    }

    /// Writes a line of a plain text; of a long one the part around the first mark.
    pub(super) fn plain_line(&self, strip: &mut Strip<'_>, style: Style, mark: Style, more: &str) {
        let from = self.start(strip.room());
        if from > 0 {
            strip.text(more, style);
        }
        for (piece, marked) in self.pieces(from..bound(self.text, from + ON_A_LINE)) {
            strip.text(piece, if marked { mark } else { style });
        }
    }

    /// Where the text begins on a line of so many columns, so that the first mark is seen.
    fn start(&self, room: usize) -> usize {
        let first = self.marks.first().map_or(0, |mark| mark.start);
        let late = first > room / 2 && self.text.len() > room;
        if late { bound(self.text, first.saturating_sub(LEAD)) } else { 0 }
    }

    /// Adds the text to a flow; returns the line of the first mark.
    pub(super) fn in_flow(&self, flow: &mut Flow, style: Style, mark: Style) -> usize {
        let first = self.marks.first().map_or(0, |mark| mark.start);
        let from = if first < MOST / 2 { 0 } else { bound(self.text, first - MOST / 2) };
        let to = bound(self.text, from + MOST);
        let mut line = None;
        for (piece, marked) in self.pieces(from..to) {
            flow.text(piece, if marked { mark } else { style });
            if marked {
                line.get_or_insert(flow.len());
            }
        }
        line.unwrap_or(0)
    }

    /// Whether only a part of the text is laid out.
    pub(super) fn is_cut(&self) -> bool {
        self.text.len() > MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cut_a_text_into_pieces() {
        let marked = Marked::new("ab***cd***", [7..10, 2..5, 3..4, 9..90]);
        let pieces = marked.pieces(0..10);
        assert_eq!(pieces, [("ab", false), ("***", true), ("cd", false), ("***", true)]);
        assert_eq!(marked.pieces(3..7), [("**", true), ("cd", false)]);
    }

    #[test]
    fn the_line_of_the_first_mark_is_told() {
        let mut flow = Flow::new(10);
        let text = "one two three four\n*** five";
        let line = Marked::new(text, std::iter::once(19..22)).in_flow(
            &mut flow,
            Style::new(),
            Style::new(),
        );
        let lines: Vec<String> = flow.finish().iter().map(ToString::to_string).collect();
        assert!(lines[line].starts_with("***"), "{lines:?} {line}");
    }
}
