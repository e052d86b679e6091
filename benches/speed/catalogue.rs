//! Listing the sessions of large stores from index data alone.

use std::path::Path;
use std::time::Duration;

use clawscope::store::cancel::Cancel;
use clawscope::store::catalogue::Catalogue;

use crate::data;
use crate::measure::Bench;

const PEAK: &str = "catalogue/index-of-100-mb/peak-memory";

/// Runs the measures of this file.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let goal = Some(Duration::from_millis(300));
    if bench.wants("catalogue/files-5000") {
        let state = data::file_store()?;
        bench.time("catalogue/files-5000", goal, 9, || catalogue(&state))?;
    }
    if bench.wants("catalogue/database-5000") {
        let state = data::database_store()?;
        bench.time("catalogue/database-5000", goal, 9, || catalogue(&state))?;
    }
    if bench.wants("catalogue/index-of-100-mb") {
        let state = data::bloated_store()?;
        bench.time("catalogue/index-of-100-mb", None, 5, || catalogue(&state))?;
        bench.peak(PEAK, 100)?;
    }
    Ok(())
}

/// Does what a child is measured by; `false` for a name that is not from here.
pub(crate) fn peak(scenario: &str) -> anyhow::Result<bool> {
    if scenario != PEAK {
        return Ok(false);
    }
    catalogue(&data::bloated_store()?)?;
    Ok(true)
}

fn catalogue(state: &Path) -> anyhow::Result<Catalogue> {
    let found = data::open(state)?.catalogue(&Cancel::never(), &mut |_| ());
    anyhow::ensure!(found.rows.len() == 5_000, "found {} sessions", found.rows.len());
    Ok(found)
}
