//! Opening an arm: its density at once, its history and runs when a worker has looked through all.

use std::sync::Arc;

use crate::app::effect::{ArmRequest, Effect};
use crate::app::state::State;
use crate::app::state::learning::{ArmRuns, LearningView, MarkFilter, OpenArm};
use crate::app::state::list::ListState;
use crate::app::update::Effects;
use crate::learning::beta;

/// Columns of the density: more than any screen draws.
const BINS: usize = 240;

/// Opens an arm from a view and asks for its runs.
pub(super) fn open(state: &mut State, at: usize, from: LearningView, out: &mut Effects) {
    let request = state.requests.arm.next();
    let pane = &mut state.learning;
    let Some(data) = pane.data.clone() else { return };
    let Some(arm) = data.arms.get(at) else { return };
    let before = pane.arm.take().filter(|before| before.arm == at);
    let fresh = ListState { height: pane.arms.list.height, ..ListState::default() };
    let (only, list, points) = match &before {
        Some(before) => (before.only, before.list, before.points),
        None => (MarkFilter::default(), fresh, fresh),
    };
    pane.arm = Some(Box::new(OpenArm {
        arm: at,
        from,
        seen: None,
        pending: data.runs.is_some(),
        lines: Vec::new(),
        list,
        points,
        only,
        density: beta::density(arm.row.belief, BINS),
    }));
    (pane.view, pane.shift) = (LearningView::Arm, 0);
    if data.runs.is_some() {
        out.push(Effect::LoadArm(ArmRequest { request, data: Arc::clone(&data), arm: at }));
    }
}

/// Takes in what the runs tell of the open arm.
pub(in crate::app::update) fn take(state: &mut State, seen: Box<ArmRuns>) {
    if let Some(open) = &mut state.learning.arm {
        open.pending = false;
        open.seen = Some(seen);
        open.rebuild();
    }
}
