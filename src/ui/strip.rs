//! One row of cells, written from both ends.
//!
//! ```text
//!  left ──▶ assistant  I'll look at both files fir…   3.1k→210   +4s ◀── right
//! ```
//!
//! Fields at the right edge are written first and take their room; what is written at the left gets
//! the rest and is cut with an ellipsis. Every text passes through the sanitiser here, so that
//! nothing from a session can reach a cell in any other way.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::theme::{Glyphs, Look};
use crate::config::theme::Role;
use crate::model::text::{columns, visible_line};

/// A row that is being written.
#[derive(Debug)]
pub struct Strip<'b> {
    buf: &'b mut Buffer,
    glyphs: &'static Glyphs,
    y: u16,
    start: u16,
    end: u16,
    left: u16,
    right: u16,
}

/// Bytes of a text that are looked at for each column that it may take: enough for any script with
/// combining marks, and a bound for a title of megabytes.
const BYTES_A_COLUMN: usize = 32;

impl<'b> Strip<'b> {
    /// The row of `area` that lies `row` below its top; empty when there is none.
    pub fn new(buf: &'b mut Buffer, look: &Look<'_>, area: Rect, row: u16) -> Self {
        let area = area.intersection(buf.area);
        let end = if row < area.height { area.right() } else { area.x };
        let (y, start) = (area.y.saturating_add(row), area.x);
        Self { buf, glyphs: look.glyphs, y, start, end, left: start, right: end }
    }

    /// The columns that are still free.
    pub fn room(&self) -> usize {
        usize::from(self.right.saturating_sub(self.left))
    }

    /// The column at which the next text at the left begins.
    pub fn cursor(&self) -> u16 {
        self.left
    }

    /// Writes at the left, cut to the free room.
    pub fn text(&mut self, text: &str, style: Style) -> &mut Self {
        self.put(text, self.room(), style);
        self
    }

    /// Leaves columns free.
    pub fn skip(&mut self, columns: usize) -> &mut Self {
        self.left = self.left.saturating_add(columns.min(self.room()) as u16);
        self
    }

    /// Writes at the left into a column of a fixed width.
    pub fn column(&mut self, text: &str, width: usize, style: Style) -> &mut Self {
        let end = self.left.saturating_add(width.min(self.room()) as u16);
        self.put(text, width, style);
        self.left = end;
        self
    }

    /// Writes at the left into a column of a fixed width, the text at the column's right.
    pub fn number(&mut self, text: &str, width: usize, style: Style) -> &mut Self {
        let width = width.min(self.room());
        let blank = width.saturating_sub(columns(&visible_line(text)));
        self.skip(blank);
        self.column(text, width - blank, style)
    }

    /// Writes at the right edge. A text that does not fit with `spare` columns to its left is left
    /// out as a whole: half a number would be a lie.
    pub fn right(&mut self, text: &str, spare: usize, style: Style) -> &mut Self {
        let text = visible_line(text);
        let width = columns(&text);
        if width + spare <= self.room() {
            self.right -= width as u16;
            self.buf.set_stringn(self.right, self.y, &text, width, style);
        }
        self
    }

    /// Leaves columns free at the right edge.
    pub fn right_skip(&mut self, columns: usize) -> &mut Self {
        self.right = self.right.saturating_sub(columns.min(self.room()) as u16);
        self
    }

    /// Writes into a column of a fixed width at the right edge, the text at the column's right;
    /// leaves the column out when fewer than `spare` columns would stay free.
    pub fn right_column(
        &mut self,
        text: &str,
        width: usize,
        spare: usize,
        style: Style,
    ) -> &mut Self {
        if width + spare > self.room() {
            return self;
        }
        let end = self.right;
        self.right -= width as u16;
        let text = cut(text, width, self.glyphs);
        let start = end.saturating_sub(columns(&text) as u16);
        self.buf.set_stringn(start, self.y, &text, width, style);
        self
    }

    /// Fills the free room with a sign.
    pub fn fill(&mut self, sign: &str, style: Style) -> &mut Self {
        for x in self.left..self.right {
            self.buf.set_stringn(x, self.y, sign, 1, style);
        }
        self.left = self.right;
        self
    }

    /// Lays a style over the whole row, written or not.
    pub fn paint(&mut self, style: Style) -> &mut Self {
        let row = Rect::new(self.start, self.y, self.end.saturating_sub(self.start), 1);
        self.buf.set_style(row, style);
        self
    }

    /// Lays a style over the row, but for cells that stand out by a ground of their own.
    pub fn paint_ground(&mut self, style: Style, ground: Style) -> &mut Self {
        let plain = [None, Some(Color::Reset), ground.bg];
        for x in self.start..self.end {
            if let Some(cell) = self.buf.cell_mut((x, self.y))
                && plain.contains(&Some(cell.bg))
            {
                cell.set_style(style);
            }
        }
        self
    }

    /// Writes a text at the left whose characters at `marked` (ascending positions in `char`s of
    /// the text) stand out.
    pub fn marked(&mut self, text: &str, marked: &[usize], style: Style, mark: Style) -> &mut Self {
        if marked.is_empty() || visible_line(text) != text {
            return self.text(text, style);
        }
        let from = self.left;
        self.text(text, style);
        for &at in marked {
            let Some((byte, char)) = text.char_indices().nth(at) else { break };
            let before = columns(text.get(..byte).unwrap_or("")) as u16;
            let x = from.saturating_add(before);
            if x < self.left {
                let wide = columns(char.encode_utf8(&mut [0; 4])) as u16;
                let width = wide.min(self.left - x);
                self.buf.set_style(Rect::new(x, self.y, width, 1), mark);
            }
        }
        self
    }

    fn put(&mut self, text: &str, width: usize, style: Style) {
        let width = width.min(self.room());
        if width == 0 || text.is_empty() {
            return;
        }
        let text = cut(text, width, self.glyphs);
        let (x, _) = self.buf.set_stringn(self.left, self.y, &text, width, style);
        self.left = x;
    }
}

/// Makes a text safe and cuts it to `width` columns, with the set's ellipsis for what is left out.
pub fn cut<'t>(text: &'t str, width: usize, glyphs: &Glyphs) -> Cow<'t, str> {
    let bound = bound(text, width.saturating_add(2).saturating_mul(BYTES_A_COLUMN));
    let mut shown = visible_line(text.get(..bound).unwrap_or(text));
    if glyphs.ascii && shown.contains('⏎') {
        shown = Cow::Owned(shown.replace('⏎', "\\n"));
    }
    if bound == text.len() && columns(&shown) <= width {
        return shown;
    }
    let fitted = crate::model::text::fit(&shown, width);
    let kept = fitted.strip_suffix('…').unwrap_or(&fitted);
    if width == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{kept}{}", glyphs.ellipsis))
}

/// Our own words in the signs of the set: session texts keep their characters, our words do not.
pub fn plain<'t>(words: &'t str, glyphs: &Glyphs) -> Cow<'t, str> {
    if !glyphs.ascii || words.is_ascii() {
        return Cow::Borrowed(words);
    }
    let plain = |char| match char {
        '…' => "...".to_owned(),
        '–' | '·' | '—' => "-".to_owned(),
        '→' => ">".to_owned(),
        '±' => "+-".to_owned(),
        other => other.to_string(),
    };
    Cow::Owned(words.chars().map(plain).collect())
}

/// The largest position in `text` that is no greater than `at` and splits no character.
pub fn bound(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Writes paragraphs in the upper middle of an area, each line in the middle of its row.
pub fn centred(buf: &mut Buffer, look: &Look<'_>, area: Rect, paragraphs: &[(&str, Role)]) {
    let width = usize::from(area.width.saturating_sub(2)).min(64);
    let mut lines = Vec::new();
    for (text, role) in paragraphs {
        let mut flow = super::wrap::Flow::new(width);
        flow.text(text, look.style(*role));
        flow.end_line();
        let wrapped = flow.finish();
        lines.extend(wrapped.iter().map(|line| (line.to_string(), *role)));
        if wrapped.is_empty() {
            lines.push((String::new(), *role));
        }
    }
    let top = area.height.saturating_sub(lines.len() as u16) / 3;
    for (row, (line, role)) in lines.iter().enumerate() {
        let line = line.trim_end();
        let mut strip = Strip::new(buf, look, area, top.saturating_add(row as u16));
        let blank = strip.room().saturating_sub(columns(line)) / 2;
        strip.skip(blank).text(line, look.style(*role));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;

    fn drawn(width: u16, ascii: bool, write: impl FnOnce(&mut Strip<'_>)) -> String {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, ascii);
        let area = Rect::new(0, 0, width, 1);
        let mut buf = Buffer::empty(area);
        write(&mut Strip::new(&mut buf, &look, area, 0));
        buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn the_right_edge_takes_its_room_first() {
        let style = Style::default();
        let row = drawn(16, false, |strip| {
            strip.right("+4s", 1, style).right_skip(1).text("a long sentence", style);
        });
        assert_eq!(row, "a long sent… +4s");
        let row = drawn(5, false, |strip| {
            strip.right("+1234", 2, style).text("ab", style);
        });
        assert_eq!(row, "ab   ");
    }

    #[test]
    fn columns_stay_straight_with_wide_characters() {
        let style = Style::default();
        let row = drawn(12, false, |strip| {
            strip.column("日本語", 5, style).text("|", style).number("42", 4, style);
        });
        // A wide character owns two cells; the second one is blank.
        assert_eq!(row, "日 本 …|  42  ");
    }

    #[test]
    fn plain_sets_cut_with_a_plain_sign_and_nothing_hostile_gets_through() {
        let style = Style::default();
        let row = drawn(8, true, |strip| {
            strip.text("abcdefghij", style);
        });
        assert_eq!(row, "abcdefg~");
        let row = drawn(12, false, |strip| {
            strip.text("a\u{1b}[2Jb\u{202e}", style);
        });
        assert_eq!(row, "a␛[2Jb<U+20…");
    }

    #[test]
    fn a_row_outside_the_area_takes_nothing() {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 1));
        Strip::new(&mut buf, &look, Rect::new(0, 0, 4, 1), 1).text("x", Style::default());
        Strip::new(&mut buf, &look, Rect::new(9, 9, 4, 1), 0).text("x", Style::default());
        assert_eq!(buf, Buffer::empty(Rect::new(0, 0, 4, 1)));
    }
}
