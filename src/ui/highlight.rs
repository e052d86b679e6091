//! Matches of a search, marked on what has been drawn.
//!
//! The rows of an area are read back from the buffer, so that one pass serves every pane and never
//! looks at more than what is visible.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Lays `style` over every match in `area`; `ranges` gives the byte ranges of a row's matches.
pub fn matches(
    buf: &mut Buffer,
    area: Rect,
    style: Style,
    ranges: impl Fn(&str) -> Vec<Range<usize>>,
) {
    let area = area.intersection(buf.area);
    let mut text = String::new();
    let mut columns = Vec::new();
    for y in area.y..area.bottom() {
        text.clear();
        columns.clear();
        for x in area.x..area.right() {
            let symbol = buf.cell((x, y)).map_or(" ", ratatui::buffer::Cell::symbol);
            columns.push((text.len(), x));
            text.push_str(symbol);
        }
        for range in ranges(&text) {
            let first = columns.partition_point(|(at, _)| *at < range.start);
            for (at, x) in columns.iter().skip(first) {
                if *at >= range.end {
                    break;
                }
                buf.set_style(Rect::new(*x, y, 1, 1), style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Modifier;

    #[test]
    fn only_the_cells_of_a_match_change() {
        let area = Rect::new(0, 0, 10, 1);
        let mut buf = Buffer::empty(area);
        buf.set_string(0, 0, "ab cd ab", Style::default());
        let find = |text: &str| text.match_indices("ab").map(|(at, m)| at..at + m.len()).collect();
        matches(&mut buf, area, Style::new().bold(), find);
        let bold: Vec<_> =
            (0..10_u16).filter(|x| buf[(*x, 0)].modifier.contains(Modifier::BOLD)).collect();
        assert_eq!(bold, [0, 1, 6, 7]);
    }
}
