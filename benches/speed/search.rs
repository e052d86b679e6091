//! Full text over 500 MB: a word that is nowhere, one that is in every second row, one in between.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use clawscope::model::ids::RowSpan;
use clawscope::search::query::Query;
use clawscope::search::text;
use clawscope::store::Store;
use clawscope::store::cancel::Cancel;

use crate::data;
use crate::measure::Bench;
use crate::transcript;

/// Runs the measures of this file.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    if !bench.wants("search/500-mb") {
        return Ok(());
    }
    let file = data::half_gigabyte()?;
    let (store, source) = transcript::source(&file)?;
    let whole = transcript::complete(&file)?;
    let rows: Vec<RowSpan> = whole.tables.entries.iter().map(|entry| entry.span).collect();
    let mut reader = store.bodies(&source)?;
    let goal = Some(Duration::from_secs(1));
    for (name, word) in [
        ("absent-word", "zwieback"),
        ("absent-word-exact", "Zwieback"),
        ("member-name", "thinking"),
        ("frequent-word", "rounding"),
        ("frequent-cjk", "合計"),
    ] {
        let query = Query::new(word).context("an empty query")?;
        bench.time(&format!("search/500-mb/{name}"), goal, 3, || {
            let mut hits = 0;
            let mut count = |found: &[u32], _| hits += found.len();
            text::find(&mut reader, &rows, &query, &Cancel::never(), &mut count)?;
            Ok(hits)
        })?;
    }
    let query = Query::new("zwieback").context("an empty query")?;
    bench.sample("search/500-mb/first-report", Some(Duration::from_millis(50)), 9, || {
        first_report(&store, &source, &rows, &query)
    })
}

fn first_report(
    store: &Store,
    source: &clawscope::model::session::TranscriptSource,
    rows: &[RowSpan],
    query: &Query,
) -> anyhow::Result<Duration> {
    let requests = clawscope::store::cancel::Generations::default();
    let request = requests.next();
    let start = Instant::now();
    let mut first = None;
    let mut reader = store.bodies(source)?;
    let outcome = text::find(&mut reader, rows, query, &request, &mut |_, _| {
        first.get_or_insert_with(|| start.elapsed());
        requests.cancel_all();
    });
    anyhow::ensure!(outcome.is_err(), "there was nothing to call off");
    first.context("there was no report")
}
