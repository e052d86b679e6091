//! Which run goes on at a time, when it is only one.

use super::super::ids::RunIx;
use super::super::runs::Run;

/// The beginnings and ends of all runs, each with the sum of the run numbers up to there.
///
/// When one run more has begun than ended, the difference of the two sums is its number. So one
/// binary search in each list answers a question, however much the runs overlap.
pub(super) struct Cover {
    starts: Vec<(i64, u64)>,
    ends: Vec<(i64, u64)>,
}

impl Cover {
    pub(super) fn of(runs: &[Run]) -> Self {
        let spans = || {
            let spans = runs.iter().enumerate();
            spans.filter_map(|(at, run)| Some((at as u64, run.started?, run.ended?)))
        };
        Self {
            starts: summed(spans().map(|(at, start, _)| (start, at)).collect()),
            ends: summed(spans().map(|(at, _, end)| (end, at)).collect()),
        }
    }

    /// The run that goes on at `time` (both its ends included), if it is exactly one.
    pub(super) fn only_run_at(&self, time: i64) -> Option<RunIx> {
        let begun = self.starts.partition_point(|(start, _)| *start <= time);
        let ended = self.ends.partition_point(|(end, _)| *end < time);
        let sum = |list: &[(i64, u64)], count: usize| {
            count.checked_sub(1).and_then(|last| list.get(last)).map_or(0, |(_, sum)| *sum)
        };
        if begun.checked_sub(ended)? != 1 {
            return None;
        }
        let run = sum(&self.starts, begun).checked_sub(sum(&self.ends, ended))?;
        Some(RunIx(u32::try_from(run).ok()?))
    }
}

fn summed(mut list: Vec<(i64, u64)>) -> Vec<(i64, u64)> {
    list.sort_unstable();
    let mut sum = 0;
    for (_, run) in &mut list {
        sum += *run;
        *run = sum;
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_answer_is_that_of_looking_at_every_run(
            spans in proptest::collection::vec((0_i64..30, 0_i64..10), 0..8), time in -1_i64..42
        ) {
            let span = |(start, length)| Run {
                started: Some(start),
                ended: Some(start + length),
                ..Run::default()
            };
            let runs: Vec<_> = spans.into_iter().map(span).collect();
            let on: Vec<_> = (0..runs.len())
                .filter(|at| runs[*at].started <= Some(time) && Some(time) <= runs[*at].ended)
                .collect();
            let expected = (on.len() == 1).then(|| RunIx::from(on[0]));
            prop_assert_eq!(Cover::of(&runs).only_run_at(time), expected);
        }
    }
}
