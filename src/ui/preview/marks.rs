//! Texts with marked places: pieces in three styles, shown in full or from the place on that
//! matters most.

use ratatui::style::Style;

use super::places::{Place, Tones};
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
    marks: Vec<Place>,
}

impl<'t> Marked<'t> {
    /// Takes a text and its marks in any order; marks that lie outside are left out, and of those
    /// that overlap the first one stays.
    pub(super) fn new(text: &'t str, marks: impl IntoIterator<Item = Place>) -> Self {
        let is_inside = |mark: &Place| {
            mark.range.start < mark.range.end && text.get(mark.range.clone()).is_some()
        };
        let mut sorted: Vec<Place> = marks.into_iter().filter(is_inside).collect();
        sorted.sort_by_key(|mark| (mark.range.start, mark.range.end));
        let mut marks: Vec<Place> = Vec::with_capacity(sorted.len());
        for mark in sorted {
            match marks.last_mut().filter(|last| mark.range.start < last.range.end) {
                Some(last) => last.is_eye |= mark.is_eye,
                None => marks.push(mark),
            }
        }
        Self { text, marks }
    }

    /// The pieces of a part of the text, each with its mark.
    pub(super) fn pieces(&self, from: usize, to: usize) -> Vec<(&'t str, Option<&Place>)> {
        let mut pieces = Vec::new();
        let mut at = from;
        let mut push = |start: usize, end: usize, mark| {
            if let Some(piece) = self.text.get(start..end).filter(|piece| !piece.is_empty()) {
                pieces.push((piece, mark));
            }
        };
        for mark in &self.marks {
            let (start, end) = (mark.range.start.clamp(at, to), mark.range.end.clamp(at, to));
            push(at, start, None);
            push(start, end, Some(mark));
            at = end;
        }
        push(at, to, None);
        pieces
    }

    /// Writes the text as a JSON string on one line; of a long one the part around the place that
    /// matters most.
    pub(super) fn on_line(&self, strip: &mut Strip<'_>, tones: Tones, more: &str) {
        let from = self.start(strip.room());
        strip.text("\"", tones.plain);
        if from > 0 {
            strip.text(more, tones.plain);
        }
        let mut pieces =
            self.pieces(from, bound(self.text, from + ON_A_LINE)).into_iter().peekable();
        while let Some((piece, mark)) = pieces.next() {
            let quoted = to_visible_compact(&Value::String(piece.into()));
            let closed = quoted.get(1..).unwrap_or("");
            if mark.is_none() && pieces.peek().is_none() {
                // Together with its quote, so that a text is seen to be cut where that has no room.
                strip.text(closed, tones.plain);
                return;
            }
            strip.text(closed.strip_suffix('"').unwrap_or(closed), style(mark, tones));
        }
        strip.text("\"", tones.plain);
    }

    /// Writes a line of a plain text; of a long one the part around the place that matters most.
    pub(super) fn plain_line(&self, strip: &mut Strip<'_>, tones: Tones, more: &str) {
        let from = self.start(strip.room());
        if from > 0 {
            strip.text(more, tones.plain);
        }
        for (piece, mark) in self.pieces(from, bound(self.text, from + ON_A_LINE)) {
            strip.text(piece, style(mark, tones));
        }
    }

    /// The place that was gone to, else the first one.
    fn chief(&self) -> usize {
        let eye = self.marks.iter().find(|mark| mark.is_eye);
        eye.or(self.marks.first()).map_or(0, |mark| mark.range.start)
    }

    /// Where the text begins on a line of so many columns, so that the chief mark is seen.
    fn start(&self, room: usize) -> usize {
        let chief = self.chief();
        let late = chief > room / 2 && self.text.len() > room;
        if late { bound(self.text, chief.saturating_sub(LEAD)) } else { 0 }
    }

    /// Adds the text to a flow; returns the line of the chief mark.
    pub(super) fn in_flow(&self, flow: &mut Flow, tones: Tones) -> usize {
        let chief = self.chief();
        let from = if chief < MOST / 2 { 0 } else { bound(self.text, chief - MOST / 2) };
        let (mut first, mut eye) = (None, None);
        let mut pieces = self.pieces(from, bound(self.text, from + MOST)).into_iter().peekable();
        while let Some((piece, mark)) = pieces.next() {
            flow.text(piece, style(mark, tones));
            // A flow takes the line end of a text for its end, and another piece may follow.
            if piece.ends_with('\n') && pieces.peek().is_some() {
                flow.end_line();
            }
            if let Some(mark) = mark {
                first.get_or_insert(flow.len());
                if mark.is_eye {
                    eye.get_or_insert(flow.len());
                }
            }
        }
        eye.or(first).unwrap_or(0)
    }

    /// Whether only a part of the text is laid out.
    pub(super) fn is_cut(&self) -> bool {
        self.text.len() > MOST
    }
}

fn style(mark: Option<&Place>, tones: Tones) -> Style {
    match mark {
        Some(mark) if mark.is_eye => tones.eye,
        Some(_) => tones.mark,
        None => tones.plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TONES: Tones = Tones { plain: Style::new(), mark: Style::new(), eye: Style::new() };

    #[test]
    fn marks_cut_a_text_into_pieces() {
        let marks = [7..10, 2..5, 3..4, 9..90].map(Place::plain);
        let marked = Marked::new("ab***cd***", marks);
        let pieces = |from, to| {
            let pieces = marked.pieces(from, to).into_iter();
            pieces.map(|(piece, mark)| (piece, mark.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(pieces(0, 10), [("ab", false), ("***", true), ("cd", false), ("***", true)]);
        assert_eq!(pieces(3, 7), [("**", true), ("cd", false)]);
    }

    #[test]
    fn line_ends_beside_marks_stay() {
        let mut flow = Flow::new(40);
        Marked::new("a: ***\n***\n\nb", [3..6, 7..11].map(Place::plain)).in_flow(&mut flow, TONES);
        let lines: Vec<String> = flow.finish().iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["a: ***", "***", "", "b"]);
    }

    #[test]
    fn the_line_of_the_mark_that_was_gone_to_is_told() {
        let text = "one *** three four\n*** five";
        let line = |marks: [Place; 2]| {
            let mut flow = Flow::new(10);
            let line = Marked::new(text, marks).in_flow(&mut flow, TONES);
            flow.finish()[line].to_string().trim_end().to_owned()
        };
        let second = Place { range: 19..22, is_eye: true };
        assert_eq!(line([Place::plain(4..7), second]), "*** five");
        assert_eq!(line([Place::plain(4..7), Place::plain(19..22)]), "one ***");
    }
}
