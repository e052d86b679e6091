//! What is derived from a transcript of 1,000,000 rows: pairs, timeline, outline.

use std::time::Duration;

use clawscope::model::ids::EntryIx;
use clawscope::model::outline::{Folds, Outline, OutlineFilter};
use clawscope::model::timeline::Timeline;
use clawscope::model::tools::ToolCalls;
use clawscope::model::transcript::Transcript;

use crate::data;
use crate::measure::Bench;
use crate::transcript::complete;

/// Runs the measures of this file.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    if bench.wants("model/1-m-rows") {
        derive(bench, "model/1-m-rows", &complete(&data::million()?)?)?;
    }
    if bench.wants("model/1-m-forked") {
        derive(bench, "model/1-m-forked", &complete(&data::million_forks()?)?)?;
    }
    Ok(())
}

fn derive(bench: &Bench, name: &str, transcript: &Transcript) -> anyhow::Result<()> {
    let rows = transcript.tables.entries.len();
    anyhow::ensure!(rows >= 1_000_000, "only {rows} rows");
    let pair = || Ok(ToolCalls::pair(Some(transcript), None));
    bench.time(&format!("{name}/pair-calls"), Some(Duration::from_secs(1)), 5, pair)?;
    let calls = pair()?;
    let merge = || Ok(Timeline::merge(Some(transcript), None, &calls, &[]));
    bench.time(&format!("{name}/timeline"), Some(Duration::from_secs(1)), 5, merge)?;
    let goal = Some(Duration::from_millis(100));
    let mut folds = Folds::default();
    let outline = |filter, folds: &Folds| Ok(Outline::build(transcript, &calls, filter, folds));
    bench.time(&format!("{name}/outline"), goal, 9, || outline(OutlineFilter::All, &folds))?;
    bench.time(&format!("{name}/outline-errors"), goal, 9, || {
        outline(OutlineFilter::Errors, &folds)
    })?;
    folds.opened.extend((0..rows).map(EntryIx::from));
    bench.time(&format!("{name}/outline-unfolded"), None, 9, || outline(OutlineFilter::All, &folds))
}
