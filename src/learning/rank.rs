//! The ranked list of arms: posteriors first, then what the traces add.
//!
//! The three steps can be shown one after the other: [`rank`] needs posteriors alone, [`add_use`]
//! the index of all traces, [`add_best`] some milliseconds of arithmetic.

use super::beta;
use crate::model::learning::arm::{LATER_SEEDS, SEEDS, prior};
use crate::model::learning::index::TraceIndex;
use crate::model::learning::posterior::{Beta, Confidence, Posterior};
use crate::model::learning::view::{ArmRow, ArmUse, SortKey};

/// What selection goes by; the product's defaults unless the configuration tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Arms with fewer pulls are tried first.
    pub min_pulls: f64,
    /// The priors and seeds of the releases that keep posteriors in qortex: Beta(1, 1), two more
    /// seeds.
    pub qortex: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { min_pulls: 5.0, qortex: false }
    }
}

/// Ranks arms by their posterior mean, greatest first; equal means keep the order of the store.
pub fn rank(posteriors: &[Posterior], rules: Rules) -> Vec<ArmRow> {
    let mut rows: Vec<ArmRow> =
        posteriors.iter().map(|posterior| row(posterior, rules, true)).collect();
    SortKey::Mean.sort(&mut rows);
    rows
}

fn row(posterior: &Posterior, rules: Rules, stored: bool) -> ArmRow {
    let belief = posterior.belief;
    let prior = if rules.qortex { Beta::UNIFORM } else { prior(&posterior.arm) };
    let seed = |seeds: &[&str]| seeds.contains(&posterior.arm.as_str());
    ArmRow {
        arm: posterior.arm.clone(),
        belief,
        prior,
        stored,
        mean: belief.mean(),
        interval: beta::interval(belief, 0.95),
        median: beta::quantile(belief, 0.5),
        normal: belief.normal_interval(),
        pulls: posterior.pulls,
        evidence: (belief.alpha - prior.alpha, belief.beta - prior.beta),
        imbalance: belief.alpha + belief.beta - prior.alpha - prior.beta - posterior.pulls,
        confidence: Confidence::of(posterior.pulls),
        seed: seed(&SEEDS) || (rules.qortex && seed(&LATER_SEEDS)),
        underexplored: posterior.pulls < rules.min_pulls,
        updated: posterior.updated,
        best: None,
        traced: None,
    }
}

/// Computes the probability of being the best for all arms together.
pub fn add_best(rows: &mut [ArmRow]) {
    let beliefs: Vec<Beta> = rows.iter().map(|row| row.belief).collect();
    for (row, best) in rows.iter_mut().zip(beta::best(&beliefs)) {
        row.best = row.belief.is_proper().then_some(best);
    }
}

/// Adds what the traces tell of each arm, and at the end the arms that have no posterior.
pub fn add_use(rows: &mut Vec<ArmRow>, index: &TraceIndex, rules: Rules) {
    let counts = count(index);
    let mut known = vec![false; counts.len()];
    for row in rows.iter_mut() {
        let arm = index.arms.find(&row.arm);
        row.traced = Some(arm.and_then(|arm| counts.get(arm.index())).copied().unwrap_or_default());
        if let Some(known) = arm.and_then(|arm| known.get_mut(arm.index())) {
            *known = true;
        }
    }
    for (((_, arm), counted), _) in
        index.arms.iter().zip(counts).zip(known).filter(|(_, known)| !known)
    {
        let belief = if rules.qortex { Beta::UNIFORM } else { prior(arm) };
        let posterior = Posterior { arm: arm.to_owned(), belief, pulls: 0.0, updated: None };
        rows.push(ArmRow { traced: Some(counted), ..row(&posterior, rules, false) });
    }
}

/// How often each arm of an index is named, in the order of their numbers.
pub fn count(index: &TraceIndex) -> Vec<ArmUse> {
    let mut counts = vec![ArmUse::default(); index.arms.len()];
    let mut last_run = vec![usize::MAX; index.arms.len()];
    for (ix, _) in index.iter() {
        for outcome in index.arms_of(ix) {
            let at = outcome.arm.index();
            let (Some(counted), Some(last)) = (counts.get_mut(at), last_run.get_mut(at)) else {
                continue;
            };
            counted.repeats += u64::from(*last == ix.index());
            *last = ix.index();
            counted.last_cost = f64::from(outcome.cost);
            match (outcome.mark.is_included(), outcome.mark.is_used()) {
                (true, used) => {
                    counted.carried += f64::from(outcome.cost);
                    counted.used += u64::from(used);
                    counted.unused += u64::from(!used);
                }
                (false, used) => {
                    counted.excluded += 1;
                    counted.contradictions += u64::from(used);
                }
            }
        }
    }
    counts
}
