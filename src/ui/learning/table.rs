//! A table of numbers: names that stay, and columns that scroll sideways where room is short.
//!
//! ```text
//! ←arm           2.5%    5%   50%   95% →
//! ▸Read         0.800 0.809 0.850 0.886
//! ```
//!
//! What lies outside the view is said by arrows in the captions and in words in the frame. A number
//! that is too wide does without its separators, or else stands there by its first digits.

use super::super::list;
use super::super::strip::{Strip, plain};
use super::super::theme::Look;
use crate::config::theme::Role;
use crate::model::text::columns as width_of;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    title: &'static str,
    /// Columns of the screen, with the blank before it.
    width: usize,
    is_number: bool,
}

/// A column of numbers, which stand at its right.
pub(super) const fn number(title: &'static str, width: usize) -> Column {
    Column { title, width, is_number: true }
}

/// A column of words, which stand at its left.
pub(super) const fn words(title: &'static str, width: usize) -> Column {
    Column { title, width, is_number: false }
}

/// What a table consists of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// The caption of the names.
    pub title: &'static str,
    /// The narrowest and the widest that the names may be.
    pub name: (usize, usize),
    /// The columns.
    pub columns: &'static [Column],
}

/// A table as it fits into a pane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    form: &'static Form,
    /// Columns of the screen that the names take.
    pub name: usize,
    first: usize,
    shown: usize,
}

impl Table {
    /// Lays a table out in `width` columns of the screen, with so many columns scrolled out.
    pub(super) fn new(form: &'static Form, width: u16, shift: usize) -> Self {
        let room = usize::from(width).saturating_sub(usize::from(list::GUTTER) + 1);
        let (least, most) = form.name;
        let first_ones = fitting(form.columns.iter(), room.saturating_sub(least));
        let taken: usize = form.columns.iter().take(first_ones).map(|column| column.width).sum();
        // The names take what the columns leave, the same however far these are scrolled.
        let name = room.saturating_sub(taken).clamp(least, most);
        let rest = room.saturating_sub(name);
        let at_end = fitting(form.columns.iter().rev(), rest);
        let first = shift.min(form.columns.len() - at_end);
        let shown = fitting(form.columns.iter().skip(first), rest);
        Self { form, name, first, shown }
    }

    /// The most columns that can be scrolled out: the others fit.
    pub(super) fn shift_limit(form: &'static Form, width: u16) -> usize {
        Self::new(form, width, usize::MAX).first
    }

    /// Which columns are shown, in words; nothing when all are.
    pub(super) fn note(&self) -> Option<String> {
        let all = self.form.columns.len();
        let (first, last) = (self.first + 1, self.first + self.shown);
        (self.shown < all).then(|| format!("columns {first}–{last} of {all}"))
    }

    /// Writes the captions.
    pub(super) fn captions(&self, strip: &mut Strip<'_>, look: &Look<'_>) {
        let (style, key) = (look.style(Role::Faint), look.style(Role::Key));
        let (back, on) = if look.glyphs.ascii { ("<", ">") } else { ("←", "→") };
        if self.first + self.shown < self.form.columns.len() {
            strip.right(on, 0, key);
        }
        strip.text(if self.first > 0 { back } else { " " }, key);
        strip.column(self.form.title, self.name, style);
        for column in self.visible() {
            put(strip, look, (column, &plain(column.title, look.glyphs)), Role::Faint);
        }
    }

    /// Writes the cells of a row behind its name, of which all are given.
    pub(super) fn cells(
        &self,
        strip: &mut Strip<'_>,
        look: &Look<'_>,
        texts: impl IntoIterator<Item = String>,
    ) {
        let last = self.form.columns.len() - 1;
        for (at, text) in texts.into_iter().enumerate().skip(self.first).take(self.shown) {
            let Some(column) = self.form.columns.get(at) else { break };
            // Words at the end of a row take what room is left.
            let rest = if at == last { strip.room().saturating_sub(1) } else { 0 };
            let width = if column.is_number { column.width } else { column.width.max(rest) };
            put(strip, look, (&Column { width, ..*column }, &text), Role::Text);
        }
    }

    fn visible(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.form.columns.iter().skip(self.first).take(self.shown)
    }
}

/// How many of the columns fit one after the other; at least one is shown, if only in part.
fn fitting<'c>(columns: impl Iterator<Item = &'c Column>, room: usize) -> usize {
    let mut left = room;
    let fits = |column: &&Column| {
        let fits = column.width <= left;
        left = left.saturating_sub(column.width);
        fits
    };
    columns.take_while(fits).count().max(1)
}

fn put(strip: &mut Strip<'_>, look: &Look<'_>, (column, text): (&Column, &str), role: Role) {
    let (width, style) = (column.width - 1, look.style(role));
    strip.skip(1);
    if !column.is_number {
        strip.column(text, width, style);
    } else if width_of(text) <= width {
        strip.number(text, width, style);
    } else {
        strip.number(&narrow(text, width), width, style);
    }
}

/// A number that is too wide, without its separators or as a power of ten, with as many digits as
/// there is room for.
fn narrow(text: &str, width: usize) -> String {
    let plain = text.replace(',', "");
    match plain.parse::<f64>() {
        Ok(value) if plain.len() > width => {
            let least = format!("{value:.0e}").len();
            // The point takes a column, too.
            let digits = width.saturating_sub(least + 1);
            format!("{value:.digits$e}")
        }
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;
    use crate::config::theme::Theme;

    static FORM: Form = Form {
        title: "name",
        name: (6, 10),
        columns: &[number("one", 6), number("two", 6), words("three", 8)],
    };

    fn drawn(width: u16, shift: usize) -> (String, String, Option<String>) {
        drawn_with(width, shift, ["1,234", "12,345", "words"])
    }

    fn drawn_with(width: u16, shift: usize, texts: [&str; 3]) -> (String, String, Option<String>) {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let area = Rect::new(0, 0, width, 2);
        let mut buf = Buffer::empty(area);
        let table = Table::new(&FORM, width, shift);
        table.captions(&mut Strip::new(&mut buf, &look, area, 0), &look);
        let mut strip = Strip::new(&mut buf, &look, area, 1);
        strip.skip(1).column("abc", table.name, look.style(Role::Text));
        table.cells(&mut strip, &look, texts.map(str::to_owned));
        let cells: Vec<&str> = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        let row = |at: usize| cells[at * usize::from(width)..][..usize::from(width)].concat();
        (row(0), row(1), table.note())
    }

    #[test]
    fn all_columns_are_shown_where_they_fit() {
        let (captions, row, note) = drawn(30, 0);
        assert_eq!(captions, " name       one   two three   ");
        assert_eq!(row, " abc      1,234 12345 words   ");
        assert_eq!((note, Table::shift_limit(&FORM, 30)), (None, 0));
        let (_, row, _) = drawn_with(34, 0, ["123,456", "–", "words to the end"]);
        assert_eq!(row, " abc        1.2e5     – words to… ");
    }

    #[test]
    fn names_take_the_room_that_the_columns_leave() {
        let (captions, row, _) = drawn(23, 0);
        assert_eq!(captions, " name        one   two→");
        assert_eq!(row, " abc       1,234 12345 ");
        let (captions, _, note) = drawn(23, 9);
        assert_eq!(captions, "←name      three       ", "{note:?}");
    }

    #[test]
    fn what_does_not_fit_is_scrolled_to_and_said() {
        let (captions, row, note) = drawn(20, 0);
        assert_eq!(captions, " name     one   two→");
        assert_eq!(row, " abc    1,234 12345 ");
        assert_eq!(note.as_deref(), Some("columns 1–2 of 3"));
        let (captions, row, note) = drawn(20, 9);
        assert_eq!(captions, "←name   three       ");
        assert_eq!(row, " abc    words       ");
        assert_eq!((note.as_deref(), Table::shift_limit(&FORM, 20)), (Some("columns 3–3 of 3"), 2));
        // However little room there is, one column is shown.
        assert_eq!(drawn(9, 0).2.as_deref(), Some("columns 1–1 of 3"));
    }
}
