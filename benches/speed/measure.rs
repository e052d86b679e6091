//! Running a thing a few times and saying how long it took, and how much memory a child needed.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Which measures are wanted, by words in their names; no word means all.
pub(crate) struct Bench {
    words: Vec<String>,
}

impl Bench {
    pub(crate) fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// Tells whether any of the measures that begin with `name` may be wanted, so that the data for
    /// the others need not be made.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let fits = |word: &String| name.contains(word.as_str()) || word.starts_with(name);
        self.words.is_empty() || self.words.iter().any(fits)
    }

    /// Times `run` as a whole, `runs` times.
    pub(crate) fn time<T>(
        &self,
        name: &str,
        goal: Option<Duration>,
        runs: usize,
        mut run: impl FnMut() -> anyhow::Result<T>,
    ) -> anyhow::Result<()> {
        let timed = || {
            let start = Instant::now();
            let result = run()?;
            let took = start.elapsed();
            drop(black_box(result));
            Ok(took)
        };
        self.sample(name, goal, runs, timed)
    }

    /// Reports what `run` measured itself, `runs` times.
    pub(crate) fn sample(
        &self,
        name: &str,
        goal: Option<Duration>,
        runs: usize,
        mut run: impl FnMut() -> anyhow::Result<Duration>,
    ) -> anyhow::Result<()> {
        if !self.wants(name) {
            return Ok(());
        }
        let samples = (0..runs).map(|_| run()).collect::<anyhow::Result<Vec<_>>>()?;
        report(name, samples, goal);
        Ok(())
    }

    /// Reports the most memory that a child process held while it ran the scenario `name`.
    pub(crate) fn peak(&self, name: &str, goal_mib: u64) -> anyhow::Result<()> {
        if !self.wants(name) {
            return Ok(());
        }
        let child = Command::new(std::env::current_exe()?).args(["--peak", name]).output()?;
        anyhow::ensure!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        let kib: u64 = String::from_utf8_lossy(&child.stdout).trim().parse()?;
        let mib = kib as f64 / 1024.0;
        println!(
            "{name:<46} {mib:>9.1} MiB  {:>37} {}",
            "goal <",
            verdict(mib, goal_mib as f64, "MiB")
        );
        Ok(())
    }
}

/// Prints one line for many samples: median or percentile, extremes and goal.
pub(crate) fn report(name: &str, mut samples: Vec<Duration>, goal: Option<Duration>) {
    samples.sort_unstable();
    println!("{}", line(name, "median", percentile(&samples, 50), &samples, goal));
}

/// Prints a line for the 99th of a hundred samples.
pub(crate) fn report_p99(name: &str, mut samples: Vec<Duration>, goal: Option<Duration>) {
    samples.sort_unstable();
    println!("{}", line(name, "p99   ", percentile(&samples, 99), &samples, goal));
}

/// The value that so many of a hundred sorted samples do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

fn line(
    name: &str,
    what: &str,
    value: Duration,
    sorted: &[Duration],
    goal: Option<Duration>,
) -> String {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let ends = sorted.first().zip(sorted.last());
    let (least, most) = ends.map_or((0.0, 0.0), |(least, most)| (ms(*least), ms(*most)));
    let goal = goal
        .map_or_else(String::new, |goal| format!("goal < {}", verdict(ms(value), ms(goal), "ms")));
    let (value, runs) = (ms(value), sorted.len());
    format!("{name:<46} {value:>9.3} ms {what} ({least:.3} … {most:.3}, n = {runs})  {goal}")
}

fn verdict(value: f64, goal: f64, unit: &str) -> String {
    let missed = if value < goal { "" } else { "  MISSED" };
    format!("{goal} {unit}{missed}")
}

/// The most memory that this process has held, in KiB.
pub(crate) fn own_peak() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.context("the system does not tell the peak memory")?.parse().map_err(Into::into)
}
