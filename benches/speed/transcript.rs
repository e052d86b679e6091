//! Opening long transcripts: the first snapshot, the complete tree, peak memory.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clawscope::model::session::TranscriptSource;
use clawscope::model::transcript::Transcript;
use clawscope::store::Store;
use clawscope::store::cancel::Cancel;

use crate::data;
use crate::measure::Bench;

const PEAK: &str = "transcript/500-mb/peak-memory";

/// Runs the measures of this file.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let first_screen = Some(Duration::from_millis(50));
    if bench.wants("transcript/500-mb") {
        let file = data::half_gigabyte()?;
        bench.sample("transcript/500-mb/first-snapshot", first_screen, 9, || {
            first_snapshot(&file)
        })?;
        let goal = Some(Duration::from_millis(1_500));
        bench.time("transcript/500-mb/complete-tree", goal, 5, || complete(&file))?;
        bench.peak(PEAK, 150)?;
    }
    if bench.wants("transcript/1-gb") {
        let file = data::gigabyte()?;
        bench
            .sample("transcript/1-gb/first-snapshot", first_screen, 9, || first_snapshot(&file))?;
        bench.time("transcript/1-gb/complete-tree", None, 3, || complete(&file))?;
    }
    if bench.wants("transcript/database-100k") {
        let state = data::long_rows()?;
        bench.sample("transcript/database-100k/first-snapshot", first_screen, 9, || {
            first_snapshot(&state)
        })?;
        let goal = Some(Duration::from_millis(1_500));
        bench.time("transcript/database-100k/complete-tree", goal, 5, || complete(&state))?;
    }
    Ok(())
}

/// Does what a child is measured by; `false` for a name that is not from here.
pub(crate) fn peak(scenario: &str) -> anyhow::Result<bool> {
    if scenario != PEAK {
        return Ok(false);
    }
    let whole = complete(&data::half_gigabyte()?)?;
    anyhow::ensure!(whole.progress.done);
    Ok(true)
}

/// Opens a path as the program does, up to the source of its only session.
pub(crate) fn source(path: &Path) -> anyhow::Result<(Store, TranscriptSource)> {
    let store = data::open(path)?;
    let rows = store.catalogue(&Cancel::never(), &mut |_| ()).rows;
    let row = rows.into_iter().next().context("no session was found")?;
    Ok((store, row.transcript))
}

/// Opens a path and indexes its only session, with a reader of the snapshots that drops them.
pub(crate) fn complete(path: &Path) -> anyhow::Result<Transcript> {
    let (store, source) = source(path)?;
    Ok(store.transcript(&source, &Cancel::never(), &mut |snapshot| drop(snapshot))?)
}

/// From nothing to the first rows that can be drawn; the rest of the loading is called off.
fn first_snapshot(path: &Path) -> anyhow::Result<Duration> {
    let start = Instant::now();
    let (store, source) = source(path)?;
    let requests = clawscope::store::cancel::Generations::default();
    let request = requests.next();
    let mut first = None;
    let outcome = store.transcript(&source, &request, &mut |snapshot| {
        first.get_or_insert_with(|| (start.elapsed(), snapshot.tables.entries.len()));
        requests.cancel_all();
    });
    anyhow::ensure!(outcome.is_err(), "the transcript is too short to be called long");
    let (took, rows) = first.context("there was no snapshot")?;
    anyhow::ensure!(rows > 20, "the first snapshot fills no screen");
    Ok(took)
}
