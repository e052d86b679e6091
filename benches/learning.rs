//! The learning room on 200,000 traces and 500 arms, against its targets.
//!
//! `cargo bench --bench learning` prints one line for each step: what it took and what it may take.
//! The database (about 850 MB) is made once and kept below the target directory.

#![allow(clippy::print_stdout, reason = "the figures are this program's output")]

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use clawscope::learning::database::LearningDb;
use clawscope::learning::export::{Format, Options, export};
use clawscope::learning::rank::{Rules, add_best, add_use, rank};
use clawscope::learning::replay::{activation, convergence, replay};
use clawscope::learning::scan::scan;
use clawscope::learning::summary::summarise;
use clawscope::learning::views::{runs_of_arm, tokens_over_time};
use clawscope::store::scratch::Scratch;

#[path = "support/data.rs"]
mod data;
#[path = "support/setup.rs"]
mod setup;
#[path = "support/learning.rs"]
mod support;
#[path = "support/tab.rs"]
mod tab;

const DAY_MS: i64 = 86_400_000;

/// The name of the database in its folder.
const FILE: &str = "learning.db";

/// The size that the targets speak of: about 850 MB.
const LARGE: support::Size = support::Size { traces: 200_000, arms: 500, arms_per_trace: 24 };

fn main() -> anyhow::Result<()> {
    let make = |at: &Path| Ok(support::database(&at.join(FILE), LARGE)?);
    let path = data::keep("learning-200000", make)?.join(FILE);
    let scratch = Scratch::new();
    reading(&path, &scratch)?;
    exporting(&path, &scratch)?;
    if let Some(peak) = peak_memory() {
        println!("{:<42} {:>8} MB   (300 MB)", "peak memory so far", peak / 1024);
    }
    tab::run(&path, report)?;
    if let Some(peak) = peak_memory() {
        println!("{:<42} {:>8} MB   (300 MB)", "peak memory", peak / 1024);
    }
    Ok(())
}

fn reading(path: &Path, scratch: &Scratch) -> anyhow::Result<()> {
    let whole = Instant::now();
    let (db, mut rows, posteriors) =
        timed("first screen: arms and newest 100 traces", 100, || {
            let db = LearningDb::open(path, scratch)?;
            let (posteriors, _) = db.posteriors()?;
            let rows = rank(&posteriors, Rules::default());
            db.page(None, 100)?;
            db.counts()?;
            Ok((db, rows, posteriors))
        })?;
    let index = timed("index of all traces", 2_000, || Ok(scan(&db, scratch)?.index))?;
    timed("figures, costs, best arm", 500, || {
        add_use(&mut rows, &index, Rules::default());
        add_best(&mut rows);
        Ok(summarise(&index, posteriors.len() as u64))
    })?;
    let start = timed("start of the active phase, replay", 500, || {
        let start = activation(&index, &posteriors);
        let replayed = start.map(|start| replay(&index, start)).unwrap_or_default();
        let alpha: f64 = replayed.iter().map(|arm| arm.belief.alpha).sum();
        let stored: f64 = posteriors.iter().map(|posterior| posterior.belief.alpha).sum();
        anyhow::ensure!(alpha.total_cmp(&stored).is_eq(), "the replay differs");
        Ok(start)
    })?;
    timed("one arm: runs and history; charts", 300, || {
        if let Some(posterior) = posteriors.last() {
            runs_of_arm(&index, &posterior.arm);
            convergence(&index, posterior, start, 400);
        }
        Ok(tokens_over_time(&index, DAY_MS))
    })?;
    report("all of it", whole.elapsed(), 2_000);
    timed("a page of 100 from the middle", 20, || {
        let mut page = db.page(None, 1)?;
        for _ in 0..3 {
            page = db.page(page.next, 100)?;
        }
        Ok(page)
    })?;
    Ok(())
}

fn exporting(path: &Path, scratch: &Scratch) -> anyhow::Result<()> {
    let db = LearningDb::open(path, scratch)?;
    for (what, format, limit, target) in [
        ("newest 10,000 as JSON", Format::Json, Some(10_000), 500),
        ("newest 10,000 as CSV", Format::Csv, Some(10_000), 500),
        ("all 200,000 as JSON", Format::Json, None, 8_000),
        ("all 200,000 as CSV", Format::Csv, None, 8_000),
    ] {
        let options = Options { format, limit, ..Options::default() };
        timed(what, target, || {
            let mut out = io::BufWriter::with_capacity(1 << 20, io::sink());
            Ok(export(&db, &options, &mut out)?)
        })?;
    }
    Ok(())
}

fn timed<T>(
    what: &str,
    target_ms: u64,
    step: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let start = Instant::now();
    let result = step()?;
    report(what, start.elapsed(), target_ms);
    Ok(result)
}

fn report(what: &str, took: Duration, target_ms: u64) {
    println!("{what:<42} {:>8.1} ms   ({target_ms} ms)", took.as_secs_f64() * 1_000.0);
}

/// The most memory that the process ever held, in KiB; only where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
