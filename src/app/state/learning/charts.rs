//! The charts as rows: the groups that are compared, then the stretches of time, newest first.

use std::collections::BTreeMap;

use super::data::Runs;
use crate::model::learning::view::{Bucket, Group, Spread};

/// A row of the charts, which can be selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChartRow {
    /// Runs that are compared with others.
    Group(GroupKey),
    /// A stretch of time, by its position in [`Runs::series`].
    Stretch(usize),
}

/// Which of the compared groups of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupKey {
    /// Of the active phase alone.
    pub active: bool,
    /// Baseline runs, or else selected ones.
    pub baseline: bool,
}

impl GroupKey {
    /// The groups in the order in which they are shown.
    const ALL: [Self; 4] = [
        Self { active: false, baseline: true },
        Self { active: false, baseline: false },
        Self { active: true, baseline: true },
        Self { active: true, baseline: false },
    ];

    /// Baseline or selected, in a word.
    pub fn word(self) -> &'static str {
        if self.baseline { "baseline" } else { "selected" }
    }
}

/// What the runs of a stretch of time took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Where it begins, UTC milliseconds since 1970.
    pub start: i64,
    /// Tokens of a run, over the runs with a recorded total.
    pub tokens: Spread,
    /// Milliseconds of a run, over the runs with a recorded duration.
    pub duration: Spread,
}

/// Joins two series into one with a stretch wherever one of them has a value, oldest first.
pub(super) fn join(tokens: &[Bucket], durations: &[Bucket]) -> Vec<Stretch> {
    let mut joined: BTreeMap<i64, Stretch> = BTreeMap::new();
    let none = Spread::default();
    for Bucket { start, values } in tokens {
        let stretch = Stretch { start: *start, tokens: *values, duration: none };
        joined.insert(*start, stretch);
    }
    for Bucket { start, values } in durations {
        let stretch = Stretch { start: *start, tokens: none, duration: none };
        joined.entry(*start).or_insert(stretch).duration = *values;
    }
    joined.into_values().collect()
}

impl Runs {
    /// Baseline and selected runs of all runs or of the active phase, where that can be told.
    pub fn phase(&self, active: bool) -> Option<(Group, Group)> {
        if active {
            return self.active_phase();
        }
        Some((self.summary.baseline, self.summary.selected))
    }

    /// One of the compared groups; nothing for the active phase where that cannot be told.
    pub fn group(&self, key: GroupKey) -> Option<Group> {
        let (baseline, selected) = self.phase(key.active)?;
        Some(if key.baseline { baseline } else { selected })
    }

    /// How many groups are compared.
    pub fn groups(&self) -> usize {
        GroupKey::ALL.iter().filter(|key| self.group(**key).is_some()).count()
    }

    /// How many rows the charts have; none without runs.
    pub fn chart_rows(&self) -> usize {
        if self.index.is_empty() { 0 } else { self.groups() + self.series.len() }
    }

    /// The row of the charts at a position from the top.
    pub fn chart_row(&self, at: usize) -> Option<ChartRow> {
        if self.index.is_empty() {
            return None;
        }
        let Some(older) = at.checked_sub(self.groups()) else {
            return GroupKey::ALL.get(at).copied().map(ChartRow::Group);
        };
        let stretch = self.series.len().checked_sub(older + 1)?;
        Some(ChartRow::Stretch(stretch))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::learning::index::{TraceHead, TraceIndex};

    #[test]
    fn the_groups_come_first_and_then_the_newest_stretch() {
        let mut index = TraceIndex::default();
        let head = TraceHead { has_usage: true, baseline: true, ..TraceHead::default() };
        index.push(&TraceHead { row: 1, time: Some(0), tokens: Some(7.0), ..head });
        index.push(&TraceHead { row: 2, time: Some(9_000_000), duration: Some(5.0), ..head });
        index.finish();
        let runs = Runs::new(Arc::new(index), Some(&[]));
        assert_eq!(runs.chart_rows(), 4, "two groups, two hours");
        let shown: Vec<_> = (0..5).map(|at| runs.chart_row(at)).collect();
        let group = |baseline| Some(ChartRow::Group(GroupKey { active: false, baseline }));
        let hour = |at| Some(ChartRow::Stretch(at));
        assert_eq!(shown, [group(true), group(false), hour(1), hour(0), None]);
        let means = runs.series.iter().map(|one| (one.tokens.mean(), one.duration.mean()));
        assert_eq!(means.collect::<Vec<_>>(), [(Some(7.0), None), (None, Some(5.0))]);
        let empty = Runs::new(Arc::new(TraceIndex::default()), None);
        assert_eq!((empty.chart_rows(), empty.chart_row(0)), (0, None));
    }
}
