//! Block elements (U+2580 to U+259F) and braille (U+2800 to U+28FF) as rectangles of their cells.
//!
//! Owns which part of a cell each of them fills. Shades are flat colours: a pattern would flicker when
//! the picture is scaled.

use super::canvas::{Canvas, Rect};
use super::{CELL_H, CELL_W, Placed};

/// Which quarters U+2596 to U+259F fill: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
const QUARTERS: [u8; 10] = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14];

/// The bit of each braille dot, row by row: the block numbers its dots down the columns, and put its
/// last row behind the older six.
const DOTS: [(u32, u32, u32); 8] = [
    (0, 0, 0x01),
    (1, 0, 0x08),
    (0, 1, 0x02),
    (1, 1, 0x10),
    (0, 2, 0x04),
    (1, 2, 0x20),
    (0, 3, 0x40),
    (1, 3, 0x80),
];

/// Draws the symbol when it is a block or a braille pattern; says whether it was one.
pub(super) fn draw(canvas: &mut Canvas, placed: &Placed<'_>, symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        return false;
    };
    match c {
        '\u{2580}'..='\u{259f}' => block(canvas, placed, c),
        '\u{2800}'..='\u{28ff}' => braille(canvas, placed, c as u32 - 0x2800),
        _ => return false,
    }
    true
}

fn block(canvas: &mut Canvas, placed: &Placed<'_>, symbol: char) {
    let code = symbol as u32;
    let (mut fg, behind) = (placed.paint.fg, placed.paint.behind);
    let (x, y, w, h) = match symbol {
        '▀' => (0, 0, CELL_W, CELL_H / 2),
        '▁'..='█' => {
            let h = CELL_H * (code - 0x2580) / 8;
            (0, CELL_H - h, CELL_W, h)
        }
        '▉'..='▏' => (0, 0, eighths_of_width(0x2590 - code), CELL_H),
        '▐' => (CELL_W / 2, 0, CELL_W / 2, CELL_H),
        '░'..='▓' => {
            fg = behind.towards(fg, 25 * (code - 0x2590) as u16);
            (0, 0, CELL_W, CELL_H)
        }
        '▔' => (0, 0, CELL_W, CELL_H / 8),
        '▕' => (CELL_W - eighths_of_width(1), 0, eighths_of_width(1), CELL_H),
        _ => return quarters(canvas, placed, code - 0x2596),
    };
    canvas.shape(fg, Rect { x: placed.x + x, y: placed.y + y, w, h });
}

/// Eighths of a cell's width, rounded to half pixels.
const fn eighths_of_width(eighths: u32) -> u32 {
    (CELL_W * eighths + 4) / 8
}

fn quarters(canvas: &mut Canvas, placed: &Placed<'_>, index: u32) {
    let filled = QUARTERS.get(index as usize).copied().unwrap_or_default();
    let (w, h) = (CELL_W / 2, CELL_H / 2);
    for (bit, x, y) in [(1, 0, 0), (2, w, 0), (4, 0, h), (8, w, h)] {
        if filled & bit != 0 {
            canvas.shape(placed.paint.fg, Rect { x: placed.x + x, y: placed.y + y, w, h });
        }
    }
}

fn braille(canvas: &mut Canvas, placed: &Placed<'_>, pattern: u32) {
    for (column, row, bit) in DOTS {
        if pattern & bit != 0 {
            let (x, y) = (placed.x + 3 + column * 8, placed.y + 3 + row * 10);
            canvas.shape(placed.paint.fg, Rect { x, y, w: 4, h: 4 });
        }
    }
}
