//! Opening an arm: its density, its history and what every run did with it.

use crate::app::state::learning::{LearningPane, LearningView, MarkFilter, OpenArm};
use crate::app::state::list::ListState;
use crate::learning::beta;
use crate::learning::replay::convergence;
use crate::learning::views::runs_of_arm;

/// Columns of the density: more than any screen draws.
const BINS: usize = 240;
/// Points of the history.
const POINTS: usize = 240;

/// Opens an arm from a view.
///
/// All runs are looked through once: about 10 ms for 200,000 of them.
pub(super) fn open(pane: &mut LearningPane, at: usize, from: LearningView) {
    let Some(data) = pane.data.clone() else { return };
    let Some(arm) = data.arms.get(at) else { return };
    let before = pane.arm.take().filter(|before| before.arm == at);
    let (only, list) = match &before {
        Some(before) => (before.only, before.list),
        None => (
            MarkFilter::default(),
            ListState { height: pane.arms.list.height, ..ListState::default() },
        ),
    };
    let mut open = OpenArm {
        arm: at,
        from,
        runs: Vec::new(),
        lines: Vec::new(),
        list,
        only,
        density: beta::density(arm.row.belief, BINS),
        history: None,
    };
    if let Some(runs) = &data.runs {
        open.runs = runs_of_arm(&runs.index, &arm.row.arm);
        open.history = Some(convergence(&runs.index, &arm.posterior(), runs.activation, POINTS));
    }
    open.rebuild();
    pane.arm = Some(Box::new(open));
    pane.view = LearningView::Arm;
}
