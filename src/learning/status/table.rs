//! The tables of arms: framed, each column as wide as its widest cell.

use super::{Look, date, put};
use crate::js::number::{to_fixed, to_string};
use crate::model::learning::view::ArmRow;
use crate::model::text::visible_line;

/// A column of a table: its header, its least width, and whether it is set flush right.
type Column = (&'static str, usize, bool);

/// Appends a table of arms, framed as the product frames it.
pub(super) fn table<'a>(out: &mut String, arms: impl Iterator<Item = &'a ArmRow>, look: &Look) {
    let mut columns: Vec<Column> =
        vec![("Arm", 0, false), ("Mean", 6, true), ("Pulls", 5, true), ("Last Updated", 10, true)];
    if look.exact {
        columns.insert(2, ("95 % interval", 0, true));
    }
    let rows: Vec<Vec<String>> = arms
        .map(|arm| {
            let updated = arm.updated.map_or_else(|| "–".to_owned(), |at| date(at, &look.zone));
            let name = visible_line(&arm.arm).into_owned();
            let mut row = vec![name, to_fixed(arm.mean, 3), to_string(arm.pulls), updated];
            if look.exact {
                row.insert(2, interval(arm));
            }
            row
        })
        .collect();
    let width = |at: usize, column: &Column| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([column.0.chars().count(), column.1]).max().unwrap_or_default()
    };
    let widths: Vec<usize> =
        columns.iter().enumerate().map(|(at, column)| width(at, column)).collect();
    rule(out, &widths, ['┌', '┬', '┐']);
    line(out, &columns, &widths, columns.iter().map(|column| column.0));
    rule(out, &widths, ['├', '┼', '┤']);
    for row in &rows {
        line(out, &columns, &widths, row.iter().map(String::as_str));
    }
    rule(out, &widths, ['└', '┴', '┘']);
}

fn interval(arm: &ArmRow) -> String {
    arm.interval.map_or_else(
        || "–".to_owned(),
        |interval| format!("{} – {}", to_fixed(interval.lower, 3), to_fixed(interval.upper, 3)),
    )
}

fn rule(out: &mut String, widths: &[usize], [left, middle, right]: [char; 3]) {
    for (at, width) in widths.iter().enumerate() {
        out.push(if at == 0 { left } else { middle });
        out.extend(std::iter::repeat_n('─', width + 2));
    }
    out.push(right);
    out.push('\n');
}

fn line<'a>(
    out: &mut String,
    columns: &[Column],
    widths: &[usize],
    cells: impl Iterator<Item = &'a str>,
) {
    for ((cell, width), (_, _, right)) in cells.zip(widths).zip(columns) {
        // The original counts code points, not columns of the terminal.
        if *right {
            put(out, format_args!("│ {cell:>width$} "));
        } else {
            put(out, format_args!("│ {cell:<width$} "));
        }
    }
    out.push_str("│\n");
}
