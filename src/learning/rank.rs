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

/// From this many rows on V8 sorts by merging; below it, by inserting row after row.
const MERGED: usize = 64;

/// Ranks arms by their posterior mean, greatest first; equal means keep the order of the store.
///
/// A mean that is no number compares as equal to any other, so the product's order then depends on
/// how its engine sorts. Up to 63 rows that order is given here, too; in longer lists such arms
/// come last.
pub fn rank(posteriors: &[Posterior], rules: Rules) -> Vec<ArmRow> {
    let mut rows: Vec<ArmRow> =
        posteriors.iter().map(|posterior| row(posterior, rules, true)).collect();
    if rows.len() < MERGED && rows.iter().any(|row| row.mean.is_nan()) {
        return inserted(rows);
    }
    SortKey::Mean.sort(&mut rows);
    rows
}

/// Sorts as V8's `Array.prototype.sort` does below [`MERGED`] rows: the rows in order at the start,
/// turned around when they fall strictly, then each further row by binary search.
fn inserted(rows: Vec<ArmRow>) -> Vec<ArmRow> {
    let before = |a: &ArmRow, b: &ArmRow| a.mean > b.mean;
    let mut steps = rows.iter().zip(rows.iter().skip(1)).map(|(a, b)| before(b, a));
    let falls = steps.next().unwrap_or_default();
    let run = 2 + steps.take_while(|step| *step == falls).count();
    let mut rest = rows.into_iter();
    let mut sorted: Vec<ArmRow> = rest.by_ref().take(run).collect();
    if falls {
        sorted.reverse();
    }
    for row in rest {
        let (mut left, mut right) = (0, sorted.len());
        while left < right {
            let middle = left.midpoint(right);
            if sorted.get(middle).is_some_and(|other| before(&row, other)) {
                right = middle;
            } else {
                left = middle + 1;
            }
        }
        sorted.insert(left, row);
    }
    sorted
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

    #[test]
    fn means_that_are_no_numbers_lie_where_the_products_engine_puts_them() {
        const N: f64 = f64::NAN;
        // Known answers of Node 24: `means.map(…).sort((a, b) => b.mean - a.mean)`, by index.
        let known: [(&[f64], &[usize]); 6] = [
            (&[0.5, N, 0.75, 0.25], &[0, 1, 2, 3]),
            (&[N, 0.25, 0.5, 0.75], &[0, 3, 2, 1]),
            (&[0.75, 0.5, N, 0.25, 1.0], &[0, 1, 2, 4, 3]),
            (&[0.25, 0.5, 0.75, N, 1.0, 0.125, N, 0.875], &[4, 7, 2, 1, 0, 3, 5, 6]),
            (&[N, N, 0.5], &[0, 1, 2]),
            (&[0.125, 0.25, N, 0.5], &[3, 1, 0, 2]),
        ];
        for (means, order) in known {
            let posteriors: Vec<Posterior> = means
                .iter()
                .enumerate()
                .map(|(at, mean)| posterior(&at.to_string(), *mean, 1.0 - mean, 0.0))
                .collect();
            let rows = rank(&posteriors, Rules::default());
            let found: Vec<usize> = rows.iter().map(|row| row.arm.parse().unwrap()).collect();
            assert_eq!(found, order, "{means:?}");
        }
        let mut many: Vec<Posterior> =
            (0..70).map(|at| posterior("x", f64::from(at) / 100.0, 1.0, 0.0)).collect();
        many.insert(3, posterior("odd", N, 1.0, 0.0));
        assert_eq!(rank(&many, Rules::default()).last().unwrap().arm, "odd");
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
