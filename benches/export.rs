//! The export of a session of 40 MiB with 100,000 runtime events, from a file store and from a
//! database.
//!
//! `cargo bench --bench export` runs the command itself, from start to exit, and prints for each
//! store the median time, the peak memory and the goals; then what the preview of the same session
//! takes and keeps. It fails when a goal of the export is missed. The stores (about 200 MB) are made
//! once under `target/bench-data` and used again.

#![allow(clippy::print_stdout, reason = "the numbers are the program's output")]

#[path = "support/data.rs"]
mod data;
#[path = "support/export.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clawscope::ops::open::{self, OpenRequest};
use clawscope::ops::plan::{PlanRequest, Redaction};
use clawscope::ops::preview;
use clawscope::store::cancel::Cancel;
use data::keep;

const RUNS: usize = 5;
const MOST_TIME: Duration = Duration::from_secs(3);
const MOST_BYTES: u64 = 400_000_000;

fn main() -> anyhow::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, state] = words.as_slice()
        && mode == "--preview"
    {
        return preview_of(Path::new(state)).map(|()| ExitCode::SUCCESS);
    }
    let stores = [
        ("file store", keep("export-files", support::file_store)?),
        ("database", keep("export-database", support::database_store)?),
    ];
    let mut fits = true;
    for (name, state) in &stores {
        fits &= exports(name, state)?;
    }
    for (name, state) in &stores {
        let child = Command::new(std::env::current_exe()?).arg("--preview").arg(state).output()?;
        anyhow::ensure!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        println!("{:<22} {}", format!("preview, {name}"), String::from_utf8(child.stdout)?.trim());
    }
    Ok(if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Exports a few times and prints a line; tells whether the goals are met.
fn exports(name: &str, state: &Path) -> anyhow::Result<bool> {
    let mut runs = (0..RUNS).map(|_| export(state)).collect::<anyhow::Result<Vec<_>>>()?;
    runs.sort_unstable();
    let time = |at: usize| runs.get(at).map_or(Duration::ZERO, |run| run.0);
    let (median, least, most) = (time(RUNS / 2), time(0), time(RUNS - 1));
    let peak = runs.iter().map(|run| run.1).max().unwrap_or_default();
    let fits = median < MOST_TIME && peak < MOST_BYTES;
    println!(
        "{:<22} {:>6.2} s median ({:.2} … {:.2}, n = {RUNS})  peak {} MB  goal < {} s, {} MB{}",
        format!("export, {name}"),
        median.as_secs_f64(),
        least.as_secs_f64(),
        most.as_secs_f64(),
        peak / 1_000_000,
        MOST_TIME.as_secs(),
        MOST_BYTES / 1_000_000,
        if fits { "" } else { "  MISSED" }
    );
    Ok(fits)
}

/// Runs one export; returns its time and its peak of resident memory in bytes.
fn export(state: &Path) -> anyhow::Result<(Duration, u64)> {
    let workspace = tempfile::tempdir()?;
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_clawscope"))
        .arg("--state-dir")
        .arg(state)
        .args(["sessions", "export-trajectory", "--session-key", support::KEY])
        .arg("--workspace")
        .arg(workspace.path())
        .stdout(Stdio::null())
        .spawn()?;
    let mut peak = 0;
    let status = loop {
        peak = peak.max(memory(&child.id().to_string(), "VmHWM:").unwrap_or(0));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    anyhow::ensure!(status.success(), "the export failed");
    Ok((began.elapsed(), peak))
}

/// Makes the preview of the session in this process and prints what it took and what it keeps.
fn preview_of(state: &Path) -> anyhow::Result<()> {
    let request = OpenRequest { state_dir: Some(state.to_owned()), ..OpenRequest::default() };
    let store = open::open(&request)?;
    let catalogue = store.catalogue(&Cancel::never(), &mut |_| ());
    let row = catalogue.rows.first().context("the store has no session")?.clone();
    let request = PlanRequest {
        row,
        session_key: support::KEY.to_owned(),
        branch: None,
        workspace: std::env::temp_dir(),
        redaction: Redaction::default(),
        now: 1_767_225_600_000,
    };
    let began = Instant::now();
    let kept = preview::preview(&store, &request, &Cancel::never(), &|_| {})?;
    let time = began.elapsed();
    let of_self = |what| memory("self", what).unwrap_or_default() / 1_000_000;
    let (steady, peak) = (of_self("VmRSS:"), of_self("VmHWM:"));
    println!(
        "{:>6.2} s, bundle {} MB, {} findings; memory: peak {peak} MB, kept {steady} MB",
        time.as_secs_f64(),
        kept.0.total_bytes() / 1_000_000,
        kept.0.findings.len()
    );
    Ok(())
}

/// A figure of a process in bytes, where the system tells it.
fn memory(process: &str, what: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
