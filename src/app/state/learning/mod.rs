//! The learning tab: what was read of the learning layer, and how it is looked at.
//!
//! ```text
//!  LearningPane ─┬─ data ──── what a worker read: arms, runs, figures (shared, never changed)
//!                ├─ view ──── arms, one arm, runs, map, charts
//!                ├─ arms, runs, map ── lists with their filters
//!                ├─ charts ── the selected bar
//!                └─ arm ───── the history and the runs of the arm that is open
//! ```

pub mod charts;
pub mod data;
pub mod lists;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::list::ListState;
use crate::learning::scan::Progress;
use crate::model::learning::index::TraceIx;
use crate::model::learning::trace::{Mark, Trace};
use crate::model::learning::view::{ArmRun, Convergence, ConvergencePoint};
use crate::ops::learning::Input;
use charts::ChartRow;
use data::{LearningData, Runs};
use lists::{ArmList, RunList};

/// The state of the learning tab.
#[derive(Debug, Clone, Default)]
pub struct LearningPane {
    /// What was read; nothing before the first answer.
    pub data: Option<Arc<LearningData>>,
    /// What a person named on the command line.
    pub input: Input,
    /// Reading goes on.
    pub loading: bool,
    /// Sessions that were listed when it was asked for.
    pub known: usize,
    /// How far it has got, when it takes long enough to tell.
    pub progress: Option<Progress>,
    /// Somebody stopped it: the runs are missing though they are recorded.
    pub stopped: bool,
    /// Something has been asked for since the program or the last reload began.
    pub asked: bool,
    /// Why there is nothing to show, one paragraph an item.
    pub failed: Option<Vec<String>>,
    /// Which source and part of it is shown.
    pub choice: Choice,
    /// What is looked at.
    pub view: LearningView,
    /// Numbers take the place of bars and plots.
    pub numbers: bool,
    /// Columns of a table of numbers that are scrolled out at its left.
    pub shift: usize,
    /// The ranked arms.
    pub arms: ArmList,
    /// The runs.
    pub runs: RunList,
    /// The map of arms by runs: how many runs the cursor stands before the newest one.
    pub column: usize,
    /// Selection and scroll position in the rows of the charts.
    pub charts: ListState,
    /// The arm that is open.
    pub arm: Option<Box<OpenArm>>,
    /// Whole traces by their rows, as far as they were read.
    pub whole: FxHashMap<i64, TraceSlot>,
    /// The run to which the session that is being opened is to be scrolled.
    pub jump: Option<Jump>,
    /// The session to which a run led: from there Esc leads back to the run.
    pub left_for: Option<String>,
}

/// A run that was left for its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    /// The session.
    pub session_id: String,
    /// The run's name, where it is known.
    pub run_id: Option<String>,
    /// When it ended, ms since the epoch, UTC.
    pub ended: Option<i64>,
}

/// Which of several sources is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Choice {
    /// Position in the list of sources.
    pub source: usize,
    /// A store of qortex: 0 for all contexts together, else a context, counted from 1.
    pub part: usize,
}

/// What the learning tab shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LearningView {
    /// The figures and the ranked arms.
    #[default]
    Arms,
    /// One arm: density, history, runs.
    Arm,
    /// The runs.
    Runs,
    /// What recent runs did with each arm.
    Map,
    /// Baseline against selected runs, and tokens over time.
    Charts,
}

/// A whole trace on its way.
#[derive(Debug, Clone, PartialEq)]
pub enum TraceSlot {
    /// It has been asked for.
    Pending,
    /// Here it is.
    Ready(Arc<Trace>),
    /// It cannot be read, with the reason.
    Failed(String),
}

/// The arm that is open.
#[derive(Debug, Clone)]
pub struct OpenArm {
    /// Its position in [`LearningData::arms`].
    pub arm: usize,
    /// The view to go back to.
    pub from: LearningView,
    /// What the runs tell of it; nothing while they are looked through, and where there are none.
    pub seen: Option<Box<ArmRuns>>,
    /// The runs are being looked through.
    pub pending: bool,
    /// Positions in [`ArmRuns::runs`] that the filter leaves.
    pub lines: Vec<usize>,
    /// Selection and scroll position in the lines.
    pub list: ListState,
    /// Selection and scroll position in the points of the history, newest first.
    pub points: ListState,
    /// Which runs are shown.
    pub only: MarkFilter,
    /// Heights of the density at evenly spaced probabilities, the highest 1; empty for odd
    /// parameters.
    pub density: Vec<f64>,
}

/// What all runs together tell of an arm.
#[derive(Debug, Clone)]
pub struct ArmRuns {
    /// What every run did with it, newest first.
    pub runs: Vec<ArmRun>,
    /// How many runs have each mark, in the order of [`Mark::ALL`].
    pub counts: [usize; Mark::ALL.len()],
    /// How the posterior came about.
    pub history: Convergence,
}

impl ArmRuns {
    /// Counts the marks of the runs.
    pub fn new(runs: Vec<ArmRun>, history: Convergence) -> Self {
        let mut counts = [0; Mark::ALL.len()];
        for run in &runs {
            let at = Mark::ALL.iter().position(|mark| *mark == run.mark);
            if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        Self { runs, counts, history }
    }
}

impl OpenArm {
    /// Takes in only the runs that the filter leaves.
    pub fn rebuild(&mut self) {
        let runs = self.seen.iter().flat_map(|seen| &seen.runs);
        let kept = runs.enumerate().filter(|(_, run)| self.only.keeps(run.mark));
        self.lines = kept.map(|(at, _)| at).collect();
        self.list.fit(self.lines.len());
    }

    /// How many points the history has.
    pub fn points(&self) -> usize {
        self.seen.as_ref().map_or(0, |seen| seen.history.points.len())
    }

    /// A point of the history, counted from the newest one.
    pub fn point(&self, at: usize) -> Option<&ConvergencePoint> {
        self.seen.as_ref()?.history.points.iter().rev().nth(at)
    }

    /// The run in a line.
    pub fn run(&self, line: usize) -> Option<&ArmRun> {
        self.seen.as_ref()?.runs.get(*self.lines.get(line)?)
    }
}

/// Which runs of an arm are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MarkFilter {
    /// All.
    #[default]
    All,
    /// Those that name the arm.
    Named,
    /// Only those with one mark.
    Only(Mark),
}

impl MarkFilter {
    /// The filter in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all runs",
            Self::Named => "named in the trace",
            Self::Only(mark) => mark.word(),
        }
    }

    /// The filter that the key sets next.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Named,
            Self::Named => Self::Only(Mark::Used),
            Self::Only(Mark::Used) => Self::Only(Mark::Unused),
            Self::Only(Mark::Unused) => Self::Only(Mark::Excluded),
            Self::Only(Mark::Excluded) => Self::Only(Mark::ExcludedUsed),
            Self::Only(Mark::ExcludedUsed) => Self::Only(Mark::Absent),
            Self::Only(Mark::Absent) => Self::All,
        }
    }

    fn keeps(self, mark: Mark) -> bool {
        match self {
            Self::All => true,
            Self::Named => mark != Mark::Absent,
            Self::Only(wanted) => mark == wanted,
        }
    }
}

impl LearningPane {
    /// Somebody named a source of learning data of their own.
    pub fn is_named(&self) -> bool {
        self.input != Input::State
    }

    /// The list that the keys move in, and its length; nothing where there is none.
    pub fn list(&mut self) -> Option<(&mut ListState, usize)> {
        self.data.as_ref()?;
        Some(match self.view {
            LearningView::Arms | LearningView::Map => {
                let len = self.arms.lines.len();
                (&mut self.arms.list, len)
            }
            LearningView::Runs => {
                let len = self.runs.lines.len();
                (&mut self.runs.list, len)
            }
            LearningView::Arm => {
                let arm = self.arm.as_mut()?;
                let (lines, points) = (arm.lines.len(), arm.points());
                if self.numbers { (&mut arm.points, points) } else { (&mut arm.list, lines) }
            }
            LearningView::Charts => {
                let len = self.data.as_ref()?.runs.as_ref().map_or(0, Runs::chart_rows);
                (&mut self.charts, len)
            }
        })
    }

    /// The selected arm: its position in [`LearningData::arms`].
    pub fn selected_arm(&self) -> Option<usize> {
        match self.view {
            LearningView::Arms | LearningView::Map => {
                self.arms.lines.get(self.arms.list.selected).copied()
            }
            LearningView::Arm => self.arm.as_ref().map(|arm| arm.arm),
            LearningView::Runs | LearningView::Charts => None,
        }
    }

    /// The selected run.
    pub fn selected_run(&self) -> Option<TraceIx> {
        match self.view {
            LearningView::Runs => self.runs.lines.get(self.runs.list.selected).copied(),
            LearningView::Arm => {
                let arm = self.arm.as_ref()?;
                if self.numbers {
                    return arm.point(arm.points.selected)?.trace;
                }
                arm.run(arm.list.selected).map(|run| run.trace)
            }
            LearningView::Arms | LearningView::Map | LearningView::Charts => None,
        }
    }

    /// The selected bar of the charts.
    pub fn selected_bar(&self) -> Option<ChartRow> {
        let shown = self.view == LearningView::Charts;
        let runs = self.data.as_ref().filter(|_| shown)?.runs.as_ref()?;
        runs.chart_row(self.charts.selected)
    }
}
