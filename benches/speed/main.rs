//! How fast the explorer is, end to end, on stores of the size that people complain about.
//!
//! `cargo bench` runs everything; `cargo bench --bench speed -- NAME…` runs the measures whose names
//! hold one of the words. Each prints one line: median, extremes, number of runs, and the goal
//! beside it. The data is generated once under `target/bench-data` (about 2 GB) and used again.
//!
//! Peak memory is that of a child process that does one thing: the program starts itself with
//! `--peak NAME`.

#![allow(clippy::print_stdout, reason = "the numbers are the program's output")]

mod catalogue;
mod data;
mod frames;
mod generator;
#[path = "../support/data.rs"]
mod kept;
mod measure;
mod model;
#[path = "../support/random.rs"]
mod random;
mod search;
#[path = "../support/setup.rs"]
mod setup;
mod transcript;

use measure::Bench;

fn main() -> anyhow::Result<()> {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = words.iter().position(|word| word == "--peak") {
        let scenario = words.get(at + 1).map_or("", String::as_str);
        let done = transcript::peak(scenario)? || catalogue::peak(scenario)?;
        anyhow::ensure!(done, "no such scenario: {scenario}");
        println!("{}", measure::own_peak()?);
        return Ok(());
    }
    // Cargo adds `--bench`.
    words.retain(|word| !word.starts_with("--"));
    let bench = Bench::new(words);
    transcript::run(&bench)?;
    catalogue::run(&bench)?;
    model::run(&bench)?;
    search::run(&bench)?;
    frames::run(&bench)
}
