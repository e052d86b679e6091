//! What was read of a source of learning data. Built on a worker, shared, never changed.

use std::path::PathBuf;
use std::sync::Arc;

use super::charts::{self, Stretch};
use crate::learning::beta;
use crate::learning::import::Traces;
use crate::learning::rank::{self, Rules};
use crate::learning::replay::activation;
use crate::learning::summary::{compare, summarise};
use crate::learning::views::{durations_over_time, tokens_over_time};
use crate::model::diagnostic::Diagnostic;
use crate::model::learning::index::{TraceIndex, TraceIx};
use crate::model::learning::posterior::Posterior;
use crate::model::learning::view::{ArmRow, Group, Summary};

/// Columns of the density in a row of the list.
pub const SPARK: usize = 12;
/// At most so many points in a series over time, so that each has a column of its own.
const BUCKETS: i64 = 40;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Stretches of time that a person can name.
const WIDTHS: [i64; 9] =
    [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY];

/// A source of learning data, as far as it has been read.
#[derive(Debug, Clone, Default)]
pub struct LearningData {
    /// What is shown, in words.
    pub label: String,
    /// All sources that can be shown, in words.
    pub sources: Vec<String>,
    /// How many parts the source has that can be shown alone.
    pub parts: usize,
    /// The first figure counts observations of qortex, and no runs are recorded.
    pub qortex: bool,
    /// What the configuration says, a few words each; nothing when it does not speak of learning.
    pub settings: Option<Vec<String>>,
    /// Traces that are stored.
    pub traces: u64,
    /// The arms, by mean, greatest first.
    pub arms: Vec<Arm>,
    /// What the runs tell; nothing before they were read.
    pub runs: Option<Runs>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
    /// The database from which whole traces are read one by one.
    pub database: Option<PathBuf>,
    /// Whole traces, where they are kept in memory.
    pub whole: Option<Arc<Traces>>,
}

/// An arm with all that a row and the detail show of it.
#[derive(Debug, Clone)]
pub struct Arm {
    /// Its figures.
    pub row: ArmRow,
    /// The values below which 5 % and 95 % of the probability lie.
    pub marks: Option<(f64, f64)>,
    /// Heights of the density at [`SPARK`] evenly spaced probabilities, the highest 1.
    pub density: Vec<f64>,
}

impl Arm {
    fn new(row: ArmRow) -> Self {
        let quantile = |p| beta::quantile(row.belief, p);
        Self {
            marks: quantile(0.05).zip(quantile(0.95)),
            density: beta::density(row.belief, SPARK),
            row,
        }
    }

    /// The posterior as it is stored.
    pub fn posterior(&self) -> Posterior {
        Posterior {
            arm: self.row.arm.clone(),
            belief: self.row.belief,
            pulls: self.row.pulls,
            updated: self.row.updated,
        }
    }

    /// Nothing was learnt of it: what is shown is the prior alone.
    pub fn is_prior(&self) -> bool {
        self.row.belief == self.row.prior && self.row.pulls == 0.0
    }
}

/// What the runs tell.
#[derive(Debug, Clone)]
pub struct Runs {
    /// The runs.
    pub index: Arc<TraceIndex>,
    /// The figures.
    pub summary: Summary,
    /// The source holds posteriors, or is the place where there are none yet.
    pub has_posteriors: bool,
    /// No run names an arm: CSV leaves them out.
    pub armless: bool,
    /// The first run of the active phase, when the stored posteriors tell it.
    pub activation: Option<TraceIx>,
    /// Runs of the passive phase, where its end is known.
    passive: Option<usize>,
    /// Baseline and selected runs of the active phase alone.
    pub active: Option<(Group, Group)>,
    /// The width of a stretch in the series, ms.
    pub width: i64,
    /// What the runs took over time, oldest first.
    pub series: Vec<Stretch>,
}

impl Runs {
    /// Counts an index. A source without posteriors gives none, not an empty list: that one would
    /// tell that nothing was learnt, and so that all runs are passive.
    pub fn new(index: Arc<TraceIndex>, posteriors: Option<&[Posterior]>) -> Self {
        let summary = summarise(&index, posteriors.map_or(0, <[_]>::len) as u64);
        let activation = posteriors.and_then(|posteriors| activation(&index, posteriors));
        let width = width(&summary);
        let armless = index.iter().all(|(ix, _)| index.arms_of(ix).is_empty());
        // The passive phase selects nothing: a selected run before its end, as after a reset of the
        // posteriors, shows that what lies before is more than that phase.
        let is_passive = |start: &usize| index.iter().take(*start).all(|(_, run)| run.baseline);
        Self {
            has_posteriors: posteriors.is_some(),
            armless,
            passive: activation.map(TraceIx::index).filter(is_passive),
            activation,
            active: activation
                .filter(|start| start.index() < index.len())
                .map(|start| compare(&index, start)),
            series: charts::join(
                &tokens_over_time(&index, width),
                &durations_over_time(&index, width),
            ),
            width,
            summary,
            index,
        }
    }

    /// Baseline and selected runs of the active phase, where passive runs are known to be among all.
    pub fn active_phase(&self) -> Option<(Group, Group)> {
        self.active.filter(|_| self.passive() > Some(0))
    }

    /// Runs of the passive phase, where its end is known.
    pub fn passive(&self) -> Option<usize> {
        self.passive
    }
}

/// The narrowest stretch that needs no more than [`BUCKETS`] of them; beyond those with names so
/// many whole days.
fn width(summary: &Summary) -> i64 {
    let range =
        summary.last.zip(summary.first).map_or(0, |(last, first)| last.saturating_sub(first));
    let fits = |width: &i64| range / *width < BUCKETS;
    let days = range / BUCKETS / DAY + 1;
    WIDTHS.into_iter().find(fits).unwrap_or(days * DAY)
}

/// Ranks arms by their posteriors alone, while the runs are still to come.
pub fn arms_at_once(posteriors: &[Posterior], rules: Rules) -> Vec<Arm> {
    rank::rank(posteriors, rules).into_iter().map(Arm::new).collect()
}

/// Ranks arms with all that is known: what the runs tell where there are any, and how likely each is
/// the best.
pub fn arms(posteriors: &[Posterior], runs: Option<&Runs>, rules: Rules) -> Vec<Arm> {
    let mut rows = rank::rank(posteriors, rules);
    if let Some(runs) = runs {
        rank::add_use(&mut rows, &runs.index, rules);
    }
    rank::add_best(&mut rows);
    rows.into_iter().map(Arm::new).collect()
}
