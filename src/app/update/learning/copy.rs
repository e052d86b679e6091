//! What the learning tab hands to the clipboard.

use crate::app::state::detail::Subject;
use crate::app::state::learning::TraceSlot;
use crate::app::state::learning::charts::ChartRow;
use crate::app::state::learning::data::Runs;
use crate::app::state::{State, Tab};
use crate::model::learning::view::Spread;
use crate::model::time;

/// The full name of what the learning tab has selected, for the clipboard.
pub(in crate::app::update) fn name(state: &State) -> Option<String> {
    let data = state.learning.data.as_ref().filter(|_| state.tab == Tab::Learning)?;
    match state.detail.subject? {
        Subject::Arm(at) => Some(data.arms.get(at)?.row.arm.clone()),
        Subject::Trace(ix) => {
            let row = data.runs.as_ref()?.index.get(ix)?.row;
            match state.learning.whole.get(&row)? {
                TraceSlot::Ready(trace) => Some(trace.run_id.clone()),
                TraceSlot::Pending | TraceSlot::Failed(_) => None,
            }
        }
        _ => None,
    }
}

/// What the learning tab has selected, in one line of figures for the clipboard.
pub(in crate::app::update) fn content(state: &State) -> Option<String> {
    let data = state.learning.data.as_ref().filter(|_| state.tab == Tab::Learning)?;
    let at = match state.detail.subject? {
        Subject::Arm(at) => at,
        Subject::Chart(bar) => return bar_figures(data.runs.as_ref()?, bar, state),
        _ => return name(state),
    };
    let row = &data.arms.get(at)?.row;
    let interval = row.interval.map_or_else(String::new, |interval| {
        format!(", 95 % {:.4} to {:.4}", interval.lower, interval.upper)
    });
    let (alpha, beta) = (row.belief.alpha, row.belief.beta);
    Some(format!(
        "{}: Beta({alpha}, {beta}), mean {:.4}{interval}, {} pulls",
        row.arm, row.mean, row.pulls
    ))
}

/// A bar of the charts in one line of figures.
fn bar_figures(runs: &Runs, bar: ChartRow, state: &State) -> Option<String> {
    let (name, tokens, took) = match bar {
        ChartRow::Group(key) => {
            let group = runs.group(key)?;
            let phase = if key.active { "runs of the active phase" } else { "of all runs" };
            (format!("{} {phase}", key.word()), group.tokens, group.duration)
        }
        ChartRow::Stretch(at) => {
            let stretch = runs.series.get(at)?;
            let start = time::full(stretch.start, &state.zone);
            (format!("runs from {start} on"), stretch.tokens, stretch.duration)
        }
    };
    let mean = |spread: Spread, unit| match spread.mean() {
        Some(mean) => format!("{mean:.1} {unit} on average of {}", spread.count),
        None => format!("no {unit} recorded"),
    };
    Some(format!("{name}: {}, {}", mean(tokens, "tokens"), mean(took, "ms")))
}
