//! Finds the values under the name of a column in a table of lines.
//!
//! ```text
//!  id;name;password;role        the line of names: what a rule's shape matches
//!  1;bob;s3cretValue1;admin     a row: its third cell is a value
//!  ---+----+---------+-----     a ruler is passed over
//!                               an empty line, or one with fewer cells, ends the table
//! ```
//!
//! Knows nothing of what a value looks like; that is judged by the rule.

use std::ops::Range;

/// What parts the cells of a row.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// What may stand around a value in its cell.
const AROUND: [char; 5] = [' ', '"', '*', '`', '\t'];

/// The places of the values in the rows behind `names`, the place of a line of names in `text`, that
/// stand in the column whose name starts at `column`.
pub(super) fn values(
    text: &str,
    names: Range<usize>,
    column: usize,
) -> impl Iterator<Item = Range<usize>> {
    let columns = text.get(names.clone()).and_then(Columns::of);
    let before = text.get(names.start..column).unwrap_or_default();
    let mut at = names.end;
    let lines = text.get(names.end..).unwrap_or_default().split_inclusive('\n');
    let cells = lines.map_while(move |line| {
        let start = at;
        at += line.len();
        let cell = columns.as_ref()?.cell(line, before)?;
        Some(start + cell.start..start + cell.end)
    });
    cells.filter(|cell| !cell.is_empty())
}

/// What a line of names says about the rows behind it.
struct Columns {
    separator: char,
    separators: usize,
}

impl Columns {
    /// Reads a line of two names or more.
    fn of(names: &str) -> Option<Self> {
        let separator = names.chars().find(|char| SEPARATORS.contains(char))?;
        let columns = names.split(separator).filter(|name| !name.trim().is_empty());
        let separators = names.matches(separator).count();
        (columns.count() >= 2).then_some(Self { separator, separators })
    }

    /// The place of the value in the cell of a row below what stands before the name of its column,
    /// empty for that of a ruler; nothing when the line is no row.
    fn cell(&self, line: &str, before: &str) -> Option<Range<usize>> {
        let line = line.trim_end_matches(['\r', '\n']);
        if !line.is_empty() && line.chars().all(|char| "-+|:= ".contains(char)) {
            return Some(0..0);
        }
        let place = before.matches(self.separator).count();
        let cells = || line.split(self.separator);
        (cells().count() > self.separators).then_some(())?;
        let start: usize = cells().take(place).map(|cell| cell.len() + 1).sum();
        let cell = cells().nth(place)?;
        let inner = cell.trim_start_matches(AROUND);
        let start = start + cell.len() - inner.len();
        Some(start..start + inner.trim_end_matches(AROUND).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, column: &str) -> Vec<String> {
        let names = 0..text.find('\n').unwrap() + 1;
        let found = values(text, names, text.find(column).unwrap());
        found.map(|place| text.get(place).unwrap().to_owned()).collect()
    }

    #[test]
    fn values_stand_in_the_column_of_their_name() {
        assert_eq!(of("id;pass;x\n1;abc;y\n2;def;z\n\n3;ghi;z\n", "pass"), ["abc", "def"]);
        assert_eq!(of("user,pass\r\nbob,\"abc\"\r\neve,def", "pass"), ["abc", "def"]);
        assert_eq!(of("| a | pass |\n|---|:--:|\n| b | `c` |\n| | d |\nend", "pass"), ["c", "d"]);
        assert_eq!(of(" a | pass \n---+-----\n b | c\n(1 row)\n", "pass"), ["c"]);
        assert_eq!(of("pass\tuser\nabc\tbob\n\teve\ndef\tkim\n", "pass"), ["abc", "def"]);
    }

    #[test]
    fn a_list_of_arguments_is_no_table() {
        assert_eq!(of("    pass,\n    abc,\n", "pass"), [""; 0]);
        assert_eq!(of("pass\nabc\n", "pass"), [""; 0]);
        assert_eq!(of("user, pass\nabc\ndef, ghi\n", "pass"), [""; 0]);
    }
}
