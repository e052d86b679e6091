//! The signs of the learning tab's bars, plots and maps, each with one of ASCII beside it.

use crate::config::theme::Role;
use crate::model::learning::trace::Mark;
use crate::ui::theme::Look;

/// A set of signs, one column wide each.
#[derive(Debug)]
pub(super) struct Signs {
    /// Inside an interval that rests on runs.
    pub span: &'static str,
    /// Inside an interval that is the prior alone.
    pub guess: &'static str,
    /// Where 5 % lie below.
    pub low: &'static str,
    /// Where 95 % lie below.
    pub high: &'static str,
    /// The middle: 50 %.
    pub median: &'static str,
    /// The mean of the prior.
    pub prior: &'static str,
    /// The middle and the mean of the prior in one column.
    pub both: &'static str,
    /// A mean in a history.
    pub point: &'static str,
    /// The interval in a history.
    pub band: &'static str,
    /// Selection puts the arm first.
    pub seed: &'static str,
    used: &'static str,
    unused: &'static str,
    excluded: &'static str,
    contradiction: &'static str,
    absent: &'static str,
}

static UNICODE: Signs = Signs {
    span: "─",
    guess: "┄",
    low: "├",
    high: "┤",
    median: "●",
    prior: "◇",
    both: "◈",
    point: "●",
    band: "░",
    seed: "★",
    used: "█",
    unused: "░",
    excluded: "×",
    contradiction: "!",
    absent: "·",
};

static ASCII: Signs = Signs {
    span: "-",
    guess: ".",
    low: "[",
    high: "]",
    median: "o",
    prior: "^",
    both: "@",
    point: "o",
    band: ":",
    seed: "*",
    used: "#",
    unused: "-",
    excluded: "x",
    contradiction: "!",
    absent: ".",
};

impl Signs {
    /// The set that goes with a look.
    pub(super) fn of(look: &Look<'_>) -> &'static Self {
        if look.glyphs.ascii { &ASCII } else { &UNICODE }
    }

    /// The sign and the look of what a run did with an arm.
    pub(super) fn mark(&self, mark: Mark) -> (&'static str, Role) {
        match mark {
            Mark::Used => (self.used, Role::Ok),
            Mark::Unused => (self.unused, Role::Muted),
            Mark::Excluded => (self.excluded, Role::Warning),
            Mark::ExcludedUsed => (self.contradiction, Role::Error),
            Mark::Absent => (self.absent, Role::Faint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_has_one_column_and_marks_differ() {
        for signs in [&UNICODE, &ASCII] {
            let mut marks = Mark::ALL.map(|mark| signs.mark(mark).0).to_vec();
            let all = [signs.span, signs.guess, signs.low, signs.high, signs.median, signs.prior];
            for sign in
                all.iter().chain(&marks).chain(&[signs.both, signs.point, signs.band, signs.seed])
            {
                assert_eq!(crate::model::text::columns(sign), 1, "{sign}");
            }
            marks.sort_unstable();
            marks.dedup();
            assert_eq!(marks.len(), Mark::ALL.len(), "a mark is known by its sign alone");
        }
        assert!(format!("{ASCII:?}").is_ascii());
    }
}
