//! The history of posteriors, replayed from the traces.
//!
//! Only the last state of a posterior is stored. The rule of the releases with `learning.db` is simple:
//! each included arm of an active run that was neither stopped nor failed gets one pull, and 1 on α
//! when it was used, on β when it was not. Runs of the passive phase teach nothing and look like
//! baseline runs, so the start of the active phase has to be found: it is the latest run from which
//! on the counted pulls of every arm equal the stored ones.

use super::beta;
use crate::model::ids::IdIx;
use crate::model::learning::arm::prior;
use crate::model::learning::index::{TraceEntry, TraceIndex, TraceIx};
use crate::model::learning::posterior::{Beta, Posterior};
use crate::model::learning::view::{Convergence, ConvergencePoint, Origin};

/// The state of an arm after a replay.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The arm's name.
    pub arm: String,
    /// What is believed.
    pub belief: Beta,
    /// Counted runs that included it.
    pub pulls: u64,
}

/// Finds the run with which the active phase began, or nothing when no start explains all stored
/// posteriors. The position behind the last run when nothing was learnt yet.
pub fn activation(index: &TraceIndex, posteriors: &[Posterior]) -> Option<TraceIx> {
    let mut left = vec![0.0_f64; index.arms.len()];
    for posterior in posteriors {
        match index.arms.find(&posterior.arm).and_then(|arm| left.get_mut(arm.index())) {
            Some(pulls) => *pulls = posterior.pulls,
            None if posterior.pulls == 0.0 => {}
            None => return None,
        }
    }
    let mut open = left.iter().filter(|pulls| **pulls != 0.0).count();
    if open == 0 {
        return Some(TraceIx(index.len() as u32));
    }
    for (ix, entry) in index.iter().rev() {
        if !entry.is_counted() {
            continue;
        }
        for outcome in index.arms_of(ix).iter().filter(|outcome| outcome.mark.is_included()) {
            let pulls = left.get_mut(outcome.arm.index())?;
            *pulls -= 1.0;
            // One pull too many can never be taken back.
            if *pulls < 0.0 {
                return None;
            }
            open -= usize::from(*pulls == 0.0);
        }
        if open == 0 {
            return Some(ix);
        }
    }
    None
}

/// Replays all counted runs from one on, starting with the priors; arms in the order of the index,
/// only those that were pulled.
pub fn replay(index: &TraceIndex, from: TraceIx) -> Vec<Replayed> {
    let mut arms: Vec<Replayed> = index
        .arms
        .iter()
        .map(|(_, arm)| Replayed { arm: arm.to_owned(), belief: prior(arm), pulls: 0 })
        .collect();
    for (ix, entry) in index.iter().skip(from.index()) {
        if !entry.is_counted() {
            continue;
        }
        for outcome in index.arms_of(ix).iter().filter(|outcome| outcome.mark.is_included()) {
            if let Some(arm) = arms.get_mut(outcome.arm.index()) {
                arm.belief = arm.belief.observe(outcome.mark.is_used());
                arm.pulls += 1;
            }
        }
    }
    arms.retain(|arm| arm.pulls > 0);
    arms
}

/// The history of one arm's posterior, in at most about `points` points (at least two).
///
/// `start` is what [`activation`] found. Without one the history is reckoned back from the stored
/// posterior over its newest pulls.
pub fn convergence(
    index: &TraceIndex,
    posterior: &Posterior,
    start: Option<TraceIx>,
    points: usize,
) -> Convergence {
    let runs = match index.arms.find(&posterior.arm) {
        Some(arm) => learnt(index, arm, start, posterior.pulls),
        None => Vec::new(),
    };
    let (origin, first) = if let Some(start) = start {
        (Origin::Activation(start), prior(&posterior.arm))
    } else {
        let hits = runs.iter().filter(|(_, used)| *used).count() as f64;
        let missing = (posterior.pulls - runs.len() as f64).max(0.0) as u64;
        let alpha = posterior.belief.alpha - hits;
        let beta = posterior.belief.beta - (runs.len() as f64 - hits);
        (Origin::Stored { missing }, Beta { alpha, beta })
    };
    let step = runs.len().div_ceil(points.max(2) - 1).max(1);
    let mut history = vec![point(None, None, first)];
    let mut belief = first;
    for (at, (ix, used)) in runs.iter().enumerate() {
        belief = belief.observe(*used);
        if (at + 1) % step == 0 || at + 1 == runs.len() {
            history.push(point(Some(*ix), index.get(*ix).and_then(TraceEntry::date), belief));
        }
    }
    Convergence { origin, points: history }
}

fn point(trace: Option<TraceIx>, time: Option<i64>, belief: Beta) -> ConvergencePoint {
    ConvergencePoint { trace, time, belief, interval: beta::interval(belief, 0.95) }
}

/// The counted runs that included an arm, oldest first: those from `start` on, or the newest `pulls`.
fn learnt(
    index: &TraceIndex,
    arm: IdIx,
    start: Option<TraceIx>,
    pulls: f64,
) -> Vec<(TraceIx, bool)> {
    let first = start.unwrap_or(TraceIx(0));
    let newest = index.iter().rev().take_while(|(ix, _)| *ix >= first);
    let runs = newest.filter(|(_, entry)| entry.is_counted()).flat_map(|(ix, _)| {
        let outcomes = index.arms_of(ix).iter().rev();
        let own = outcomes.filter(move |outcome| outcome.arm == arm && outcome.mark.is_included());
        own.map(move |outcome| (ix, outcome.mark.is_used()))
    });
    let limit = if start.is_some() { usize::MAX } else { pulls.max(0.0) as usize };
    let mut runs: Vec<_> = runs.take(limit).collect();
    runs.reverse();
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::learning::index::TraceHead;
    use crate::model::learning::trace::Mark;

    /// Two passive runs, then active ones; one of them aborted.
    fn index() -> TraceIndex {
        let mut index = TraceIndex::default();
        let runs = [
            (true, false, [Mark::Used, Mark::Unused]),
            (true, false, [Mark::Unused, Mark::Unused]),
            (false, false, [Mark::Used, Mark::Excluded]),
            (false, true, [Mark::Used, Mark::Used]),
            (true, false, [Mark::Unused, Mark::Used]),
        ];
        for (at, (baseline, aborted, marks)) in runs.into_iter().enumerate() {
            let time = Some(1_000 * at as i64);
            index.push(&TraceHead {
                row: at as i64,
                time,
                baseline,
                aborted,
                ..TraceHead::default()
            });
            for (arm, mark) in ["tool:fs:Read", "file:workspace:a"].into_iter().zip(marks) {
                index.push_arm(arm, mark, 10.0);
            }
        }
        index.finish();
        index
    }

    fn stored(arm: &str, alpha: f64, beta: f64, pulls: f64) -> Posterior {
        Posterior { arm: arm.to_owned(), belief: Beta { alpha, beta }, pulls, updated: None }
    }

    #[test]
    fn the_active_phase_is_found_and_replayed_exactly() {
        let read = stored("tool:fs:Read", 4.0, 2.0, 2.0);
        let file = stored("file:workspace:a", 2.0, 1.0, 1.0);
        let index = index();
        let start = activation(&index, &[read.clone(), file.clone()]);
        assert_eq!(start, Some(TraceIx(2)));
        let replayed = replay(&index, TraceIx(2));
        assert_eq!(
            replayed.iter().map(|arm| arm.belief).collect::<Vec<_>>(),
            [read.belief, file.belief]
        );
        let history = convergence(&index, &read, start, 100);
        let means: Vec<f64> = history.points.iter().map(|point| point.belief.alpha).collect();
        assert_eq!((history.origin, means), (Origin::Activation(TraceIx(2)), vec![3.0, 4.0, 4.0]));
        assert_eq!(history.points[1].time, Some(2_000));
    }

    #[test]
    fn without_a_start_the_history_is_reckoned_back() {
        let read = stored("tool:fs:Read", 9.0, 3.0, 7.0);
        let index = index();
        assert_eq!(activation(&index, std::slice::from_ref(&read)), None);
        let history = convergence(&index, &read, None, 100);
        assert_eq!(history.origin, Origin::Stored { missing: 3 });
        assert_eq!(history.points.len(), 5);
        assert_eq!(history.points[0].belief, Beta { alpha: 7.0, beta: 1.0 });
        assert_eq!(history.points[4].belief, read.belief);
    }

    #[test]
    fn nothing_learnt_is_no_trouble() {
        assert_eq!(activation(&index(), &[]), Some(TraceIx(5)));
        let unknown = stored("tool:x:y", 3.0, 1.0, 0.0);
        assert_eq!(convergence(&index(), &unknown, None, 2).points.len(), 1);
        assert_eq!(activation(&index(), &[Posterior { pulls: 1.0, ..unknown }]), None);
    }

    #[test]
    fn long_histories_are_thinned_to_the_last_point() {
        let mut index = TraceIndex::default();
        for row in 0..1_000 {
            index.push(&TraceHead { row, time: Some(row), ..TraceHead::default() });
            index.push_arm("tool:fs:Read", Mark::Used, 1.0);
        }
        let read = stored("tool:fs:Read", 1_003.0, 1.0, 1_000.0);
        let history = convergence(&index, &read, Some(TraceIx(0)), 50);
        assert!(history.points.len() <= 51);
        assert_eq!(history.points.last().unwrap().belief, read.belief);
    }
}
