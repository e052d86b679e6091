//! Box drawing (U+2500 to U+257F) as shapes that meet exactly at the edges of their cells.
//!
//! Owns the weights of every character's arms and how arms meet in the middle of a cell.

use super::canvas::{Canvas, Rect, half};
use super::{CELL_H, CELL_W, Placed};

/// Weights of the arms of U+2500 to U+257F, in the order up, right, down, left: 0 none, 1 light,
/// 2 heavy, 3 double. `h` and `v` are dashes (direction, weight, number of dashes), `a` are arcs, `d`
/// diagonals.
const ARMS: &str = "\
0101 0202 1010 2020 h13 h23 v13 v23 h14 h24 v14 v24 0110 0210 0120 0220 \
0011 0012 0021 0022 1100 1200 2100 2200 1001 1002 2001 2002 1110 1210 2110 1120 \
2120 2210 1220 2220 1011 1012 2011 1021 2021 2012 1022 2022 0111 0112 0211 0212 \
0121 0122 0221 0222 1101 1102 1201 1202 2101 2102 2201 2202 1111 1112 1211 1212 \
2111 1121 2121 2112 2211 1122 1221 2212 1222 2122 2221 2222 h12 h22 v12 v22 \
0303 3030 0310 0130 0330 0013 0031 0033 1300 3100 3300 1003 3001 3003 1310 3130 \
3330 1013 3031 3033 0313 0131 0333 1303 3101 3303 1313 3131 3333 arc arc arc \
arc dia dia dia 0001 1000 0100 0010 0002 2000 0200 0020 0201 1020 0102 2010";

const NONE: u8 = b'0';
const LIGHT: u8 = b'1';
const HEAVY: u8 = b'2';
const DOUBLE: u8 = b'3';

/// Thickness of a light line in half pixels.
const THIN: u32 = 2;
/// The light line's left edge, so that it lies in the middle of a cell.
const MID_X: u32 = 8;
/// The light line's upper edge.
const MID_Y: u32 = 18;
/// Radius of a rounded corner.
const RADIUS: u32 = 8;

/// Draws the symbol when it is a box-drawing character; says whether it was one.
pub(super) fn draw(canvas: &mut Canvas, placed: &Placed<'_>, symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let (Some(c @ '\u{2500}'..='\u{257f}'), None) = (chars.next(), chars.next()) else {
        return false;
    };
    let Some(spec) = ARMS.split(' ').nth(c as usize - 0x2500) else {
        return false;
    };
    match *spec.as_bytes() {
        [up, right, down, left] => arms(canvas, placed, [up, right, down, left]),
        [direction @ (b'h' | b'v'), weight, count] => {
            dashes(canvas, placed, direction == b'h', weight, u32::from(count - b'0'));
        }
        _ => curves(canvas, placed, c),
    }
    true
}

/// Draws the arms of one character, each from its edge to where it meets the others.
fn arms(canvas: &mut Canvas, placed: &Placed<'_>, [up, right, down, left]: [u8; 4]) {
    // Across a horizontal arm "first" is up, across a vertical one it is left.
    for (weight, first, second, opposite, horizontal, forward) in [
        (right, up, down, left, true, true),
        (left, up, down, right, true, false),
        (down, left, right, up, false, true),
        (up, left, right, down, false, false),
    ] {
        let strands: &[(i32, u32)] = match weight {
            NONE => &[],
            HEAVY => &[(-1, 3)],
            DOUBLE => &[(-1, 1), (1, 1)],
            _ => &[(0, 1)],
        };
        for &(offset, thickness) in strands {
            let start = match weight {
                DOUBLE if offset < 0 => double_start(first, second, opposite),
                DOUBLE => double_start(second, first, opposite),
                _ => single_start(first, second, opposite),
            };
            let (mid, size) = if horizontal { (MID_X, CELL_W) } else { (MID_Y, CELL_H) };
            let along = if forward {
                let from = mid.saturating_add_signed(start * 2);
                (from, size - from)
            } else {
                (0, mid.saturating_add_signed(-start * 2) + THIN)
            };
            let middle = if horizontal { MID_Y } else { MID_X };
            let across = (middle.saturating_add_signed(offset * 2), thickness * THIN);
            bar(canvas, placed, horizontal, along, across);
        }
    }
}

/// Where a light or heavy arm begins, in line widths from the middle towards its own edge.
fn single_start(first: u8, second: u8, opposite: u8) -> i32 {
    match (first, second) {
        _ if opposite != NONE => 0,
        (DOUBLE, DOUBLE) => 1,
        (DOUBLE | HEAVY, _) | (_, DOUBLE | HEAVY) => -1,
        _ => 0,
    }
}

/// Where a strand of a double arm begins: `near` is the arm on the strand's own side.
fn double_start(near: u8, far: u8, opposite: u8) -> i32 {
    match (near, far) {
        (DOUBLE, _) => 1,
        (NONE, DOUBLE) if opposite == NONE => -1,
        _ => 0,
    }
}

/// Fills a bar given by its start and length along and across its direction.
fn bar(
    canvas: &mut Canvas,
    placed: &Placed<'_>,
    horizontal: bool,
    along: (u32, u32),
    across: (u32, u32),
) {
    let ((x, w), (y, h)) = if horizontal { (along, across) } else { (across, along) };
    canvas.shape(placed.paint.fg, Rect { x: placed.x + x, y: placed.y + y, w, h });
}

/// Draws a line of two, three or four dashes with a gap after each.
fn dashes(canvas: &mut Canvas, placed: &Placed<'_>, horizontal: bool, weight: u8, count: u32) {
    let (size, middle) = if horizontal { (CELL_W, MID_Y) } else { (CELL_H, MID_X) };
    let across = if weight == LIGHT { (middle, THIN) } else { (middle - THIN, 3 * THIN) };
    for dash in 0..count {
        let (from, to) = (dash * size / count, (dash + 1) * size / count);
        let gap = ((to - from) / 3).max(1);
        bar(canvas, placed, horizontal, (from, to - from - gap), across);
    }
}

/// Draws rounded corners and diagonals as strokes; corners end where straight lines begin.
fn curves(canvas: &mut Canvas, placed: &Placed<'_>, c: char) {
    let (left, top) = (placed.x, placed.y);
    let (right, bottom) = (left + CELL_W, top + CELL_H);
    let (cx, cy) = (left + MID_X + THIN / 2, top + MID_Y + THIN / 2);
    if ('\u{2571}'..='\u{2573}').contains(&c) {
        let (left, right, top, bottom) = (half(left), half(right), half(top), half(bottom));
        if c != '╲' {
            canvas.stroke(placed.paint.fg, format_args!("M{left} {bottom}L{right} {top}"));
        }
        if c != '╱' {
            canvas.stroke(placed.paint.fg, format_args!("M{left} {top}L{right} {bottom}"));
        }
        return;
    }
    let (edge_y, turn_y) =
        if matches!(c, '╭' | '╮') { (bottom, cy + RADIUS) } else { (top, cy - RADIUS) };
    let (turn_x, edge_x) =
        if matches!(c, '╭' | '╰') { (cx + RADIUS, right) } else { (cx - RADIUS, left) };
    let clockwise = u8::from(matches!(c, '╭' | '╯'));
    let (x, y, r) = (half(cx), half(cy), half(RADIUS));
    let (edge_y, turn_y, turn_x, edge_x) = (half(edge_y), half(turn_y), half(turn_x), half(edge_x));
    canvas.stroke(
        placed.paint.fg,
        format_args!("M{x} {edge_y}V{turn_y}A{r} {r} 0 0 {clockwise} {turn_x} {y}H{edge_x}"),
    );
}
