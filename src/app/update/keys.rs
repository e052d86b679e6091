//! Keys: which context they fall into, and what they type.

use super::{Effects, act, layers};
use crate::app::key::Key;
use crate::app::keymap::Context;
use crate::app::state::layer::Layer;
use crate::app::state::learning::LearningView;
use crate::app::state::{Focus, State, Tab};

/// The context in which the next key is read; `None` while a line is typed.
pub fn context(state: &State) -> Option<Context> {
    match state.top_layer() {
        Some(Layer::Prompt(_) | Layer::Export(_)) => None,
        Some(Layer::Palette(_)) => Some(Context::Palette),
        Some(Layer::Viewer(_)) => Some(Context::Viewer),
        Some(Layer::Preview) => Some(Context::Preview),
        Some(Layer::Help(_) | Layer::Message(_) | Layer::Location(_)) => Some(Context::Reader),
        None => Some(pane_context(state)),
    }
}

/// The context of the pane with the keyboard, whatever lies on top of it; the preview of a bundle
/// counts as a pane.
pub fn pane_context(state: &State) -> Context {
    if state.layers.iter().any(|layer| matches!(layer, Layer::Preview)) {
        return Context::Preview;
    }
    match (state.focus, state.tab) {
        (Focus::Sessions, _) => Context::Sessions,
        (Focus::Detail, _) => Context::Detail,
        (Focus::Main, Tab::Transcript) => Context::Transcript,
        (Focus::Main, Tab::Timeline) => Context::Timeline,
        (Focus::Main, Tab::Tools) => Context::Tools,
        (Focus::Main, Tab::Runs) => Context::Runs,
        (Focus::Main, Tab::Diagnostics) => Context::Diagnostics,
        (Focus::Main, Tab::Learning) => match state.learning.view {
            LearningView::Arms | LearningView::Map => Context::LearningArms,
            LearningView::Arm => Context::LearningArm,
            LearningView::Runs => Context::LearningRuns,
            LearningView::Charts => Context::LearningCharts,
        },
    }
}

pub(super) fn press(state: &mut State, key: Key, out: &mut Effects) {
    if layers::typed(state, key, out) {
        return;
    }
    let Some(context) = context(state) else { return };
    if let Some(action) = state.keymap.action(context, key) {
        act(state, action, out);
    }
}
