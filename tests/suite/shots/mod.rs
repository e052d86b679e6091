//! Pictures of the terminal: a ratatui buffer becomes an SVG that is compared with the committed one.
//!
//! ```text
//!  Buffer ──▶ palette (colours)  ┐
//!         ──▶ lines, blocks      ├──▶ canvas ──▶ SVG ──▶ compared with screenshots/NAME.svg
//!         ──▶ text (runs)        ┘                └────▶ PNG at twice the size (only when renewed)
//! ```
//!
//! Owns the geometry of a cell and the window frame. Everything that touches the edge of a cell is a
//! shape on a grid of half pixels, so that no viewer can open a seam between two cells; only letters
//! are left to a font. Must not know anything of clawscope: it sees buffers.

mod album;
mod blocks;
mod canvas;
mod lines;
mod palette;
mod png;
mod text;

#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::Modifier;

use canvas::{Canvas, Rect, half};
pub(crate) use palette::Ground;

/// Width of a cell in half pixels: the advance of the pictures' font at 15 pixels.
const CELL_W: u32 = 18;
/// Height of a cell in half pixels.
const CELL_H: u32 = 40;
/// Space between the window's edge and the cells, in half pixels.
const PAD: u32 = 16;
/// Height of the title bar in half pixels.
const BAR: u32 = 48;
/// Width of a title character in half pixels: the same font at 12 pixels.
const TITLE_W: u32 = 15;

/// How a picture is dressed: what stands in its title bar and which ground its colours are for.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// The text of the title bar; cut to the width of the window.
    pub(crate) title: String,
    /// Whether the terminal's own ground is dark or light.
    pub(crate) ground: Ground,
}

impl Look {
    /// A picture on a dark ground.
    pub(crate) fn dark(title: impl Into<String>) -> Self {
        Self { title: title.into(), ground: Ground::Dark }
    }

    /// A picture on a light ground.
    pub(crate) fn light(title: impl Into<String>) -> Self {
        Self { title: title.into(), ground: Ground::Light }
    }
}

/// Fails unless `screenshots/<name>.svg` shows the buffer as it is drawn now.
///
/// With `UPDATE_SCREENSHOTS=1` in the environment it writes the SVG and its PNG instead. A name is
/// made of lower-case letters, digits and hyphens.
#[track_caller]
pub(crate) fn check(name: &str, buffer: &Buffer, look: &Look) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    let renew = std::env::var("UPDATE_SCREENSHOTS").is_ok_and(|value| value == "1");
    let outcome = album::Album { directory, renew }.check(name, buffer, look);
    assert!(outcome.is_ok(), "{}", outcome.err().unwrap_or_default());
}

/// Draws a buffer as an SVG document. The same buffer and look always give the same bytes.
pub(crate) fn svg(buffer: &Buffer, look: &Look) -> String {
    let mut canvas = Canvas::new(look.ground.foreground());
    for row in 0..buffer.area.height {
        draw_row(&mut canvas, buffer, row, look.ground);
    }
    framed(&canvas.finish(), buffer, look)
}

/// One symbol at its place: what the drawing rooms below are given.
struct Placed<'a> {
    /// Left edge in half pixels.
    x: u32,
    /// Top edge in half pixels.
    y: u32,
    /// Width in cells, one or two.
    cells: u32,
    cell: &'a Cell,
    paint: palette::Paint,
}

impl Placed<'_> {
    fn area(&self) -> Rect {
        Rect { x: self.x, y: self.y, w: self.cells * CELL_W, h: CELL_H }
    }
}

/// Draws the cells of one row from left to right.
fn draw_row(canvas: &mut Canvas, buffer: &Buffer, row: u16, ground: Ground) {
    let mut writer = text::Writer::default();
    let mut column = 0;
    while column < buffer.area.width {
        let Some(cell) = buffer.cell((buffer.area.x + column, buffer.area.y + row)) else {
            break;
        };
        // The cells that a wide symbol covers hold nothing of their own; a symbol never reaches
        // beyond the right edge.
        let cells = cell.cell_width().clamp(1, buffer.area.width - column);
        let placed = Placed {
            x: u32::from(column) * CELL_W,
            y: u32::from(row) * CELL_H,
            cells: u32::from(cells),
            cell,
            paint: ground.paint(cell),
        };
        draw_cell(canvas, &mut writer, &placed);
        column += cells;
    }
    writer.flush(canvas);
}

/// Draws one cell: its ground, its symbol as a shape or as text, the lines under and through it.
fn draw_cell(canvas: &mut Canvas, writer: &mut text::Writer, placed: &Placed<'_>) {
    if let Some(ground) = placed.paint.bg {
        canvas.ground(ground, placed.area());
    }
    if placed.cell.modifier.contains(Modifier::HIDDEN) {
        writer.flush(canvas);
        return;
    }
    let symbol = placed.cell.symbol();
    if lines::draw(canvas, placed, symbol) || blocks::draw(canvas, placed, symbol) {
        writer.flush(canvas);
    } else {
        writer.put(canvas, placed, symbol);
    }
    let Rect { x, y, w, .. } = placed.area();
    if placed.cell.modifier.contains(Modifier::UNDERLINED) {
        canvas.rule(placed.paint.underline, Rect { x, y: y + 34, w, h: 2 });
    }
    if placed.cell.modifier.contains(Modifier::CROSSED_OUT) {
        canvas.rule(placed.paint.fg, Rect { x, y: y + 20, w, h: 2 });
    }
}

/// Puts the window around the drawn cells.
fn framed(body: &str, buffer: &Buffer, look: &Look) -> String {
    let width = u32::from(buffer.area.width) * CELL_W + 2 * PAD;
    let height = u32::from(buffer.area.height) * CELL_H + 2 * PAD + BAR;
    let chrome = look.ground.chrome();
    let title = text::escape(&look.title);
    let short = text::escape(&short_title(&look.title, width));
    let (w, h) = (half(width), half(height));
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">
<title>{title}</title>
<style>{style}</style>
<rect x="0.5" y="0.5" width="{inner_w}" height="{inner_h}" rx="7" fill="{bg}" stroke="{edge}"/>
<path d="M1 24V7.5A6.5 6.5 0 0 1 7.5 1H{bar_right}A6.5 6.5 0 0 1 {right} 7.5V24z" fill="{bar}"/>
<g fill="{dot}"><circle cx="15" cy="12.5" r="4"/><circle cx="29" cy="12.5" r="4"/><circle cx="43" cy="12.5" r="4"/></g>
<text class="t" x="{middle}" y="16.5" fill="{muted}">{short}</text>
<g transform="translate({pad} {top})">
{body}</g>
</svg>
"#,
        style = text::STYLE,
        inner_w = half(width - 2),
        inner_h = half(height - 2),
        bg = look.ground.background(),
        edge = chrome.edge,
        bar_right = half(width - 15),
        right = half(width - 2),
        bar = chrome.bar,
        dot = chrome.edge,
        middle = half(width / 2),
        muted = chrome.title,
        pad = half(PAD),
        top = half(PAD + BAR),
    );
    out
}

/// The title cut to what fits between the buttons and as much space on the right.
fn short_title(title: &str, width: u32) -> String {
    let room = (width.saturating_sub(4 * 52) / TITLE_W) as usize;
    if title.chars().count() <= room {
        return title.to_owned();
    }
    let mut short: String = title.chars().take(room.saturating_sub(1)).collect();
    short.push('…');
    short
}
