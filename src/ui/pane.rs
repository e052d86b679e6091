//! The frame around a pane: title left, figures right, a note below, a thumb on the right edge.
//!
//! ```text
//!  ╭ Sessions ──────── 12/214 ╮
//!  │                          ┃
//!  ╰───────────── sort updated╯
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::strip::{Strip, cut};
use super::theme::Look;
use crate::config::theme::Role;
use crate::model::text::columns;

/// What stands in the frame.
#[derive(Debug, Clone, Default)]
pub struct Pane<'a> {
    /// Title at the top left; the parts are set apart by a bar, the marked one is the open tab.
    pub titles: Vec<(&'a str, bool)>,
    /// Figures at the top right.
    pub info: String,
    /// A note at the bottom right.
    pub note: String,
    /// A hint at the bottom left.
    pub hint: String,
    /// The pane has the keyboard.
    pub focused: bool,
}

/// Where things of a drawn frame lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Framed {
    /// The room inside.
    pub inner: Rect,
    /// The titles, in order; those that did not fit are missing.
    pub titles: Vec<Rect>,
}

impl<'a> Pane<'a> {
    /// A frame with one title.
    pub fn titled(title: &'a str, focused: bool) -> Self {
        Self { titles: vec![(title, true)], focused, ..Self::default() }
    }

    /// Draws the frame.
    pub fn draw(&self, buf: &mut Buffer, look: &Look<'_>, area: Rect) -> Framed {
        let area = area.intersection(buf.area);
        if area.width < 2 || area.height < 2 {
            return Framed::default();
        }
        let edge = self.edge(look);
        draw_edges(buf, look, area, edge);
        let titles = self.draw_top(buf, look, area);
        self.draw_bottom(buf, look, area);
        Framed { inner: inner(area), titles }
    }

    fn edge(&self, look: &Look<'_>) -> Style {
        look.style(if self.focused { Role::BorderFocus } else { Role::Border })
    }

    fn draw_top(&self, buf: &mut Buffer, look: &Look<'_>, area: Rect) -> Vec<Rect> {
        let row = Rect::new(area.x + 1, area.y, area.width - 2, 1);
        let needed: usize = self.titles.iter().map(|(title, _)| columns(title) + 3).sum();
        let mut strip = Strip::new(buf, look, row, 0);
        // Many titles stand closer where room is short.
        let close = self.titles.len() > 1 && needed > strip.room() + 1;
        if !self.info.is_empty() {
            let info = format!(" {} ", self.info);
            strip.right(&info, needed.min(strip.room() / 2), look.style(Role::Muted));
        }
        let mut places = Vec::with_capacity(self.titles.len());
        for (at, (title, current)) in self.titles.iter().enumerate() {
            if at > 0 {
                strip.text(look.glyphs.bar, self.edge(look));
            }
            let last = at + 1 == self.titles.len();
            let left = if close && at > 0 { "" } else { " " };
            let tight = strip.room() <= left.len() + columns(title);
            let right = if close && (!last || tight) { "" } else { " " };
            let from = strip.cursor();
            if strip.room() <= left.len() + right.len() {
                break;
            }
            let style = match (*current, self.focused) {
                (true, true) => look.style(Role::Brand),
                (true, false) => look.style(Role::Title),
                _ => look.style(Role::Muted),
            };
            let title = cut(title, strip.room() - left.len() - right.len(), look.glyphs);
            strip.text(left, style).text(&title, style).text(right, style);
            places.push(Rect::new(from, area.y, strip.cursor() - from, 1));
        }
        places
    }

    fn draw_bottom(&self, buf: &mut Buffer, look: &Look<'_>, area: Rect) {
        let row = Rect::new(area.x + 1, area.bottom() - 1, area.width - 2, 1);
        let mut strip = Strip::new(buf, look, row, 0);
        // What narrows the view matters more than where in it one is.
        if !self.hint.is_empty() && strip.room() > 6 {
            let hint = cut(&self.hint, strip.room() - 3, look.glyphs);
            strip.text(" ", Style::default()).text(&hint, look.style(Role::Warning));
            strip.text(" ", Style::default());
        }
        if !self.note.is_empty() && strip.room() > 4 {
            let note = cut(&self.note, strip.room() - 2, look.glyphs);
            if self.hint.is_empty() || *note == *self.note {
                strip.right(&format!(" {note} "), 0, look.style(Role::Muted));
            }
        }
    }
}

/// The room inside a frame.
pub fn inner(area: Rect) -> Rect {
    Rect::new(
        area.x.saturating_add(1),
        area.y.saturating_add(1),
        area.width.saturating_sub(2),
        area.height.saturating_sub(2),
    )
}

fn draw_edges(buf: &mut Buffer, look: &Look<'_>, area: Rect, style: Style) {
    let set = &look.glyphs.border;
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x..=right {
        put(buf, x, area.y, set.horizontal_top, style);
        put(buf, x, bottom, set.horizontal_bottom, style);
    }
    for y in area.y..=bottom {
        put(buf, area.x, y, set.vertical_left, style);
        put(buf, right, y, set.vertical_right, style);
    }
    put(buf, area.x, area.y, set.top_left, style);
    put(buf, right, area.y, set.top_right, style);
    put(buf, area.x, bottom, set.bottom_left, style);
    put(buf, right, bottom, set.bottom_right, style);
}

fn put(buf: &mut Buffer, x: u16, y: u16, sign: &str, style: Style) {
    buf.set_stringn(x, y, sign, 1, style);
}

/// Draws the thumb on the right edge of a framed area: which part of `len` rows is in view.
pub fn scrollbar(
    buf: &mut Buffer,
    look: &Look<'_>,
    area: Rect,
    top: usize,
    len: usize,
    focused: bool,
) {
    let inner = inner(area);
    let seen = usize::from(inner.height);
    let Some(hidden) = len.checked_sub(seen).filter(|hidden| *hidden > 0 && seen > 0) else {
        return;
    };
    // In u128: rows times rows of a screen must not overflow, whatever a list's length.
    let scale = |rows: usize| (rows as u128 * seen as u128 / len.max(1) as u128) as usize;
    let size = scale(seen).clamp(1, seen);
    let travel = seen - size;
    let at = (top.min(hidden) as u128 * travel as u128).div_ceil(hidden as u128) as usize;
    let style = look.style(if focused { Role::BorderFocus } else { Role::Muted });
    for row in at..(at + size).min(seen) {
        put(buf, area.right().saturating_sub(1), inner.y + row as u16, look.glyphs.thumb, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;

    fn rows(buf: &Buffer) -> Vec<String> {
        let width = usize::from(buf.area.width);
        let cells = buf.content.chunks(width);
        cells.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect()).collect()
    }

    fn draw(width: u16, pane: &Pane<'_>) -> (Vec<String>, Framed) {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let area = Rect::new(0, 0, width, 4);
        let mut buf = Buffer::empty(area);
        let framed = pane.draw(&mut buf, &look, area);
        scrollbar(&mut buf, &look, area, 99, 100, false);
        (rows(&buf), framed)
    }

    #[test]
    fn a_frame_holds_titles_figures_and_a_thumb() {
        let mut pane = Pane { titles: vec![("1 A", true), ("2 B", false)], ..Pane::default() };
        pane.info = "12/214".to_owned();
        pane.note = "by age".to_owned();
        let (rows, framed) = draw(26, &pane);
        assert_eq!(rows[0], "╭ 1 A │ 2 B ───── 12/214 ╮");
        assert_eq!(rows[2], "│                        ┃");
        assert_eq!(rows[3], "╰──────────────── by age ╯");
        assert_eq!(framed.inner, Rect::new(1, 1, 24, 2));
        assert_eq!(framed.titles, [Rect::new(1, 0, 5, 1), Rect::new(7, 0, 5, 1)]);
    }

    #[test]
    fn a_narrow_frame_says_that_it_cut() {
        let pane = Pane { info: "12/214".to_owned(), ..Pane::titled("Sessions", false) };
        let (rows, _) = draw(9, &pane);
        assert_eq!(rows[0], "╭ Sess… ╮");
    }
}
