//! Whole numbers that a double cannot tell from their neighbours.
//!
//! Figures are doubles here, as in JavaScript: beyond 2^53 − 1 their last digits may differ from
//! those that stand in the source. Somebody who compares figures has to know.

use std::path::Path;

use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::cell::Cell;

/// The largest whole number below which all are told apart.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;
/// No integer of SQLite is as large.
const BEYOND_INTEGERS: f64 = 9.3e18;

/// Counts the rows that hold such a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rounded(usize);

impl Rounded {
    /// Looks at the whole numbers of a row.
    pub(super) fn look(&mut self, numbers: impl IntoIterator<Item = f64>) {
        let beyond = |number: f64| number.abs() > MAX_SAFE && number.abs() < BEYOND_INTEGERS;
        self.0 += usize::from(numbers.into_iter().any(beyond));
    }

    /// Looks at the cells of a row.
    pub(super) fn look_at(&mut self, cells: &[&Cell]) {
        self.0 += usize::from(cells.iter().any(|cell| matches!(cell, Cell::Wide(_))));
    }

    /// Counts the rows of another, too.
    pub(super) fn add(&mut self, other: Self) {
        self.0 += other.0;
    }

    /// Says so of JSON; nothing when no row was like that.
    pub(super) fn in_json(self, path: &Path) -> Option<Diagnostic> {
        self.note(
            path,
            "Numbers in JSON are read as doubles, so the last digits of these may differ.",
        )
    }

    /// Says so of a table of a database; nothing when no row was like that.
    pub(super) fn in_table(self, table: &str, path: &Path) -> Option<Diagnostic> {
        let what = format!(
            "The product itself ends with an error on these rows of {table}; their last digits may \
             differ here, and an export writes them in full."
        );
        self.note(path, &what)
    }

    fn note(self, path: &Path, what: &str) -> Option<Diagnostic> {
        let message = format!("Rows with an integer beyond 2^53 − 1: {}. {what}", self.0);
        let place = Place::whole(path);
        (self.0 > 0).then(|| Diagnostic::warning("learning-wide-integer", place, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_once_and_only_for_what_a_double_rounds() {
        let mut rounded = Rounded::default();
        for row in [[1.0, MAX_SAFE], [1e21, f64::INFINITY], [f64::NAN, 0.5]] {
            rounded.look(row);
        }
        assert_eq!(rounded.in_json(Path::new("x")), None);
        rounded.look([MAX_SAFE + 1.0, -1e18]);
        let message = rounded.in_json(Path::new("x")).unwrap().message;
        assert!(message.contains("2^53 − 1: 1."), "{message}");
    }
}
