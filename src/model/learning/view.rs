//! What a person looks at: ranked arms, an arm's runs, series, comparisons, as plain data.
//!
//! The learning room fills these; the screen and the command line only show them.

use super::arm::{ArmKind, ArmName};
use super::index::TraceIx;
use super::posterior::{Beta, Confidence, Interval};
use super::trace::Mark;

/// The figures over all traces of a source.
///
/// Two traps lie in them. Runs of the passive phase are recorded as baseline runs and cannot be told
/// from those of the active phase. And tokens, durations and savings speak only of runs whose usage
/// was recorded, so the two groups may hold fewer runs than there are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// All runs.
    pub traces: u64,
    /// Arms with a posterior.
    pub arms: u64,
    /// Sum of the recorded totals.
    pub tokens: f64,
    /// End of the oldest run, UTC milliseconds since 1970.
    pub first: Option<i64>,
    /// End of the newest run.
    pub last: Option<i64>,
    /// Runs recorded as baseline, passive ones included.
    pub baseline: Group,
    /// Runs with selection.
    pub selected: Group,
    /// Runs that used none of their arms, out of those that an active layer would count.
    pub unused_runs: u64,
    /// Runs that an active layer would count: neither stopped nor failed.
    pub counted_runs: u64,
}

impl Summary {
    /// How much less the average selected run takes than the average baseline run, in percent;
    /// nothing when one of the averages is missing or the baseline takes nothing.
    pub fn savings(&self) -> Option<f64> {
        let (baseline, selected) = (self.baseline.tokens.mean()?, self.selected.tokens.mean()?);
        (baseline > 0.0).then(|| (baseline - selected) / baseline * 100.0)
    }
}

/// One side of the comparison of baseline and selected runs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Group {
    /// All runs of the group.
    pub runs: u64,
    /// Those with recorded usage; the averages are over these.
    pub with_usage: u64,
    /// Total tokens of a run.
    pub tokens: Spread,
    /// Duration of a run in milliseconds.
    pub duration: Spread,
}

/// Mean and spread of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// How many values.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The sum of their squared distances from the mean.
    squares: f64,
}

impl Spread {
    /// Adds a value (Welford 1962: the running mean keeps the squares exact).
    pub fn add(&mut self, value: f64) {
        let before = self.mean().unwrap_or(value);
        self.count += 1;
        self.sum += value;
        let after = self.sum / self.count as f64;
        self.squares += (value - before) * (value - after);
    }

    /// A figure of which only the mean is known.
    pub fn of_mean(mean: f64, count: u64) -> Self {
        Self { count, sum: mean * count as f64, squares: f64::NAN }
    }

    /// The mean; nothing without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }

    /// The standard deviation of a sample; nothing for fewer than two values or when unknown.
    pub fn deviation(&self) -> Option<f64> {
        (self.count > 1 && !self.squares.is_nan())
            .then(|| (self.squares / (self.count - 1) as f64).max(0.0).sqrt())
    }
}

/// An arm in the ranked list.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmRow {
    /// The arm's name.
    pub arm: String,
    /// The stored belief, or the prior of an arm that only traces name.
    pub belief: Beta,
    /// What was believed before the first observation.
    pub prior: Beta,
    /// Whether a posterior is stored; without one the arm was only ever seen in passive runs.
    pub stored: bool,
    /// α / (α + β), not finite for odd parameters.
    pub mean: f64,
    /// The exact equal-tailed 95 % interval; nothing for an improper distribution.
    pub interval: Option<Interval>,
    /// The 50 % point.
    pub median: Option<f64>,
    /// The interval that the product shows.
    pub normal: Interval,
    /// Observed runs that included the arm.
    pub pulls: f64,
    /// Successes and failures without the prior.
    pub evidence: (f64, f64),
    /// α + β − prior − pulls, 0 where nothing interfered.
    pub imbalance: f64,
    /// By the number of pulls.
    pub confidence: Confidence,
    /// Selection puts it first.
    pub seed: bool,
    /// Fewer pulls than selection asks for.
    pub underexplored: bool,
    /// Last observation, UTC milliseconds since 1970.
    pub updated: Option<i64>,
    /// Probability of being the best of all; nothing before it was computed.
    pub best: Option<f64>,
    /// What the traces tell; nothing before they were read.
    pub traced: Option<ArmUse>,
}

impl ArmRow {
    /// The parts of the name; nothing for a malformed one.
    pub fn name(&self) -> Option<ArmName<'_>> {
        ArmName::parse(&self.arm)
    }

    /// What a person calls the arm; a malformed name as it stands.
    pub fn label(&self) -> &str {
        self.name().map_or(&self.arm, |name| name.label())
    }

    /// Tokens that an average run spends on the arm without using it: cost × (1 − mean).
    pub fn waste(&self) -> Option<f64> {
        let cost = self.traced?.mean_cost()?;
        self.mean.is_finite().then_some(cost * (1.0 - self.mean))
    }
}

/// How often the traces name an arm, and what it cost there.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ArmUse {
    /// Included and used.
    pub used: u64,
    /// Included and not used.
    pub unused: u64,
    /// Labelled as left out, used or not.
    pub excluded: u64,
    /// Labelled as left out and used all the same.
    pub contradictions: u64,
    /// A second mention in the same run.
    pub repeats: u64,
    /// Tokens that it took while it was included.
    pub carried: f64,
    /// Its size in the newest run that names it, in tokens.
    pub last_cost: f64,
}

impl ArmUse {
    /// Average size while included, in tokens; nothing when it never was.
    pub fn mean_cost(&self) -> Option<f64> {
        let included = self.used + self.unused;
        (included > 0).then(|| self.carried / included as f64)
    }

    /// Tokens carried for each use; nothing without a use.
    pub fn cost_of_use(&self) -> Option<f64> {
        (self.used > 0).then(|| self.carried / self.used as f64)
    }
}

/// What a ranked list is sorted by. All but the name start with the greatest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortKey {
    /// Posterior mean, the product's own order.
    #[default]
    Mean,
    /// Lower end of the exact interval.
    Lower,
    /// Width of the exact interval.
    Width,
    /// Number of pulls.
    Pulls,
    /// Last observation.
    Updated,
    /// Average cost in tokens.
    Cost,
    /// Tokens wasted on an average run.
    Waste,
    /// Probability of being the best.
    Best,
    /// Name.
    Name,
}

impl SortKey {
    /// Sorts rows; equal ones keep their order, and those without a value come last.
    pub fn sort(self, rows: &mut [ArmRow]) {
        if self == Self::Name {
            return rows.sort_by(|a, b| a.arm.cmp(&b.arm));
        }
        let key = |row: &ArmRow| self.value(row).filter(|value| !value.is_nan());
        rows.sort_by(|a, b| match (key(a), key(b)) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }

    fn value(self, row: &ArmRow) -> Option<f64> {
        match self {
            Self::Mean => Some(row.mean),
            Self::Lower => row.interval.map(|interval| interval.lower),
            Self::Width => row.interval.map(Interval::width),
            Self::Pulls => Some(row.pulls),
            Self::Updated => row.updated.map(|time| time as f64),
            Self::Cost => row.traced.and_then(|traced| traced.mean_cost()),
            Self::Waste => row.waste(),
            Self::Best => row.best,
            Self::Name => None,
        }
    }
}

/// Which arms are shown; a part that is not set lets all pass.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArmFilter {
    /// Only this kind.
    pub kind: Option<ArmKind>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this confidence.
    pub confidence: Option<Confidence>,
    /// Only names that contain this text, whatever the case.
    pub text: String,
    /// Only seeds.
    pub seeds: bool,
    /// Only arms with too few pulls.
    pub underexplored: bool,
}

impl ArmFilter {
    /// Whether an arm passes.
    pub fn accepts(&self, row: &ArmRow) -> bool {
        let name = row.name();
        self.kind.is_none_or(|kind| name.is_some_and(|name| name.kind == kind))
            && self
                .category
                .as_deref()
                .is_none_or(|wanted| name.is_some_and(|name| name.category == wanted))
            && self.confidence.is_none_or(|confidence| row.confidence == confidence)
            && (self.text.is_empty() || row.arm.to_lowercase().contains(&self.text.to_lowercase()))
            && (!self.seeds || row.seed)
            && (!self.underexplored || row.underexplored)
    }
}

/// What one run did with an arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmRun {
    /// The run.
    pub trace: TraceIx,
    /// What it did.
    pub mark: Mark,
    /// The arm's size in the prompt in tokens; 0 when absent.
    pub cost: f32,
    /// The trace names the arm more than once.
    pub repeated: bool,
}

/// A value over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Where the stretch begins, UTC milliseconds since 1970.
    pub start: i64,
    /// The values in it.
    pub values: Spread,
}

/// A posterior after a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConvergencePoint {
    /// The run; nothing for the state before the first.
    pub trace: Option<TraceIx>,
    /// Its time, UTC milliseconds since 1970.
    pub time: Option<i64>,
    /// What was believed after it.
    pub belief: Beta,
    /// The exact 95 % interval.
    pub interval: Option<Interval>,
}

/// Where the history of a posterior begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// With the prior, at the run with which the active phase began; replaying ends exactly at the
    /// stored posteriors of all arms.
    Activation(TraceIx),
    /// Reckoned back from the stored posterior, because no start fits all arms: the phase changed
    /// more than once, or the traces are not all there. `missing` pulls lie before the first point.
    Stored {
        /// Pulls that no trace accounts for.
        missing: u64,
    },
}

/// The history of a posterior, oldest point first.
#[derive(Debug, Clone, PartialEq)]
pub struct Convergence {
    /// Where it begins.
    pub origin: Origin,
    /// The points; thinned out evenly when there are more than were asked for.
    pub points: Vec<ConvergencePoint>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_has_the_deviation_of_a_sample() {
        let mut spread = Spread::default();
        assert_eq!((spread.mean(), spread.deviation()), (None, None));
        for value in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            spread.add(value);
        }
        assert_eq!(spread.mean(), Some(5.0));
        let deviation = spread.deviation().unwrap();
        assert!((deviation - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn savings_need_both_groups() {
        let group = |tokens: &[f64]| {
            let mut group = Group::default();
            for tokens in tokens {
                group.tokens.add(*tokens);
            }
            group
        };
        let savings = |baseline: &[f64], selected: &[f64]| {
            let (baseline, selected) = (group(baseline), group(selected));
            Summary { baseline, selected, ..Summary::default() }.savings()
        };
        assert_eq!(savings(&[100.0], &[80.0, 70.0]), Some(25.0));
        assert_eq!(savings(&[100.0], &[150.0]), Some(-50.0));
        assert_eq!(savings(&[], &[80.0]), None);
        assert_eq!(savings(&[0.0], &[80.0]), None);
    }
}
