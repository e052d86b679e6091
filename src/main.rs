//! The program: chooses between the command line and the explorer, and sets the exit status.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clawscope::cli::{self, Outcome, Surroundings};

fn main() -> ExitCode {
    match run() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            // Nobody is left to tell when standard error is closed, too.
            let _ = writeln!(std::io::stderr(), "clawscope: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<u8> {
    match cli::run(std::env::args_os(), &surroundings()?)? {
        Outcome::Done(status) => Ok(status),
        Outcome::Explore(_) => anyhow::bail!("the explorer is being built"),
    }
}

fn surroundings() -> anyhow::Result<Surroundings> {
    let vars = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Ok(Surroundings {
        vars,
        current_dir: std::env::current_dir()?,
        now: i64::try_from(now).unwrap_or(i64::MAX),
    })
}
