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
    /// Seeds of those releases begin with a success that nobody observed, as they do without a
    /// context; in the partition of a context they begin like all others.
    pub boosted: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { min_pulls: 5.0, qortex: false, boosted: true }
    }
}

impl Rules {
    /// What the posterior of an arm was before the first observation.
    pub fn prior(self, arm: &str) -> Beta {
        match self {
            Self { qortex: false, .. } => prior(arm),
            Self { boosted: true, .. } if self.is_seed(arm) => Beta { alpha: 2.0, beta: 1.0 },
            _ => Beta::UNIFORM,
        }
    }

    fn is_seed(self, arm: &str) -> bool {
        SEEDS.contains(&arm) || (self.qortex && LATER_SEEDS.contains(&arm))
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
    let prior = rules.prior(&posterior.arm);
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
        seed: rules.is_seed(&posterior.arm),
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
        let belief = rules.prior(arm);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::learning::arm::ArmKind;
    use crate::model::learning::index::TraceHead;
    use crate::model::learning::trace::Mark;
    use crate::model::learning::view::ArmFilter;

    fn posterior(arm: &str, alpha: f64, beta: f64, pulls: f64) -> Posterior {
        Posterior { arm: arm.to_owned(), belief: Beta { alpha, beta }, pulls, updated: Some(9) }
    }

    fn rows() -> Vec<ArmRow> {
        let stored = [
            posterior("file:workspace:notes.md", 2.0, 8.0, 8.0),
            posterior("tool:fs:Read", 30.0, 4.0, 30.0),
            posterior("skill:coding:main", 4.0, 1.0, 1.0),
            posterior("odd", f64::NAN, 1.0, 0.0),
        ];
        rank(&stored, Rules::default())
    }

    fn index() -> TraceIndex {
        let mut index = TraceIndex::default();
        for (row, marks) in [[Mark::Used, Mark::Excluded], [Mark::Unused, Mark::ExcludedUsed]]
            .into_iter()
            .enumerate()
        {
            index.push(&TraceHead { row: row as i64, ..TraceHead::default() });
            index.push_arm("tool:fs:Read", marks[0], 100.0 * (row + 1) as f32);
            index.push_arm("skill:coding:main", marks[1], 50.0);
            index.push_arm("memory:project:a", Mark::Used, 5.0);
            index.push_arm("memory:project:a", Mark::Used, 5.0);
        }
        index.finish();
        index
    }

    fn names(rows: &[ArmRow]) -> Vec<&str> {
        rows.iter().map(ArmRow::label).collect()
    }

    #[test]
    fn arms_are_ranked_with_all_that_is_known_of_them() {
        let mut rows = rows();
        assert_eq!(names(&rows), ["Read", "coding", "notes.md", "odd"]);
        let read = &rows[0];
        assert!(read.seed && !read.underexplored && read.confidence == Confidence::High);
        assert_eq!((read.evidence, read.imbalance), ((27.0, 3.0), 0.0));
        assert!(rows[1].underexplored && !rows[1].seed);
        assert_eq!(rows[2].prior, Beta::UNIFORM);
        assert_eq!((rows[3].interval, rows[3].median), (None, None));
        add_best(&mut rows);
        let sum: f64 = rows.iter().filter_map(|row| row.best).sum();
        assert!((sum - 1.0).abs() < 1e-12 && rows[3].best.is_none());
        assert!(rows[0].best > rows[2].best);
    }

    #[test]
    fn traces_add_costs_and_arms_without_a_posterior() {
        let mut rows = rows();
        add_use(&mut rows, &index(), Rules::default());
        assert_eq!(names(&rows), ["Read", "coding", "notes.md", "odd", "a"]);
        let read = rows[0].traced.unwrap();
        assert_eq!((read.used, read.unused, read.last_cost), (1, 1, 200.0));
        assert_eq!((read.mean_cost(), read.cost_of_use()), (Some(150.0), Some(300.0)));
        assert!((rows[0].waste().unwrap() - 150.0 * 4.0 / 34.0).abs() < 1e-9);
        let coding = rows[1].traced.unwrap();
        assert_eq!((coding.excluded, coding.contradictions, coding.mean_cost()), (2, 1, None));
        assert_eq!(rows[2].traced, Some(ArmUse::default()));
        assert_eq!((rows[4].stored, rows[4].traced.unwrap().repeats), (false, 2));
    }

    #[test]
    fn lists_are_sorted_and_filtered() {
        let mut rows = rows();
        add_use(&mut rows, &index(), Rules::default());
        for (key, first) in [
            (SortKey::Pulls, "Read"),
            (SortKey::Lower, "Read"),
            (SortKey::Width, "a"),
            (SortKey::Cost, "Read"),
            (SortKey::Waste, "Read"),
            (SortKey::Name, "notes.md"),
            (SortKey::Mean, "Read"),
        ] {
            key.sort(&mut rows);
            assert_eq!(rows[0].label(), first, "{key:?}");
        }
        assert_eq!(rows.last().unwrap().label(), "odd");
        let all = ArmFilter::default;
        for (filter, expected) in [
            (all(), 5),
            (ArmFilter { kind: Some(ArmKind::Tool), ..all() }, 1),
            (ArmFilter { category: Some("project".into()), ..all() }, 1),
            (ArmFilter { confidence: Some(Confidence::Medium), ..all() }, 1),
            (ArmFilter { text: "NOTES".into(), ..all() }, 1),
            (ArmFilter { seeds: true, ..all() }, 1),
            (ArmFilter { underexplored: true, ..all() }, 3),
        ] {
            let found = rows.iter().filter(|row| filter.accepts(row)).count();
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    #[test]
    fn later_releases_have_more_seeds_which_begin_with_a_success() {
        let rules = Rules { qortex: true, ..Rules::default() };
        let stored = [
            posterior("tool:web:WebFetch", 2.0, 1.0, 0.0),
            posterior("tool:fs:Grep", 5.0, 2.0, 4.0),
            posterior("skill:coding:main", 1.0, 1.0, 0.0),
        ];
        for row in rank(&stored, rules) {
            let begins = if row.seed { 2.0 } else { 1.0 };
            assert_eq!((row.prior, row.imbalance), (Beta { alpha: begins, beta: 1.0 }, 0.0));
        }
        let in_context = Rules { boosted: false, ..rules };
        assert_eq!(rank(&stored, in_context)[0].prior, Beta::UNIFORM);
    }
}
