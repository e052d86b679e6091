//! Whole numbers that a double cannot tell from their neighbours.
//!
//! JSON numbers are read as doubles, as in JavaScript: beyond 2^53 − 1 the last digits may differ
//! from those that stand there. Somebody who compares figures has to know.

use std::path::Path;

use crate::model::diagnostic::{Diagnostic, Place};

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

    /// Says so; nothing when no row was like that.
    pub(super) fn note(self, path: &Path) -> Option<Diagnostic> {
        let message = format!(
            "Rows with an integer beyond 2^53 − 1: {}. Numbers in JSON are read as doubles, so the \
             last digits of these may differ.",
            self.0
        );
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
        assert_eq!(rounded.note(Path::new("x")), None);
        rounded.look([MAX_SAFE + 1.0, -1e18]);
        let message = rounded.note(Path::new("x")).unwrap().message;
        assert!(message.contains("2^53 − 1: 1."), "{message}");
    }
}
