//! The program: chooses between the command line and the explorer, and sets the exit status.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use jiff::tz::TimeZone;

use clawscope::app::state::layout::Size;
use clawscope::app::state::preview::asked::Sharing;
use clawscope::app::{App, Setup};
use clawscope::cli::{self, Interface, Outcome, Surroundings};
use clawscope::config::ConfigDir;
use clawscope::{ops, term};

/// The exit status for arguments that cannot be meant.
const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    match run() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            cli::complain_of(&error);
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<u8> {
    let surroundings = surroundings()?;
    match cli::run(std::env::args_os(), &surroundings)? {
        Outcome::Done(status) => Ok(status),
        Outcome::Explore(interface) => explore(&interface, &surroundings),
    }
}

fn surroundings() -> anyhow::Result<Surroundings> {
    let mut vars = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => {
                vars.insert(name, value);
            }
            // Taken for unset, it would silently make another directory the chosen one.
            (Ok(name), Err(_)) if is_read(&name) => {
                anyhow::bail!("{name}: the value is no valid UTF-8; change or unset the variable")
            }
            _ => {}
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let current_dir = std::env::current_dir().context("the current directory")?;
    Ok(Surroundings { vars, current_dir, now: i64::try_from(now).unwrap_or(i64::MAX) })
}

/// Tells whether a variable has a say in what clawscope reads.
fn is_read(name: &str) -> bool {
    let homes = ["HOME", "USERPROFILE"];
    name.starts_with("OPENCLAW_") || name.starts_with("CLAWSCOPE_") || homes.contains(&name)
}

fn explore(interface: &Interface, surroundings: &Surroundings) -> anyhow::Result<u8> {
    let store = ops::open::open_or_demo(&interface.request)?;
    if let Some(path) = &interface.log_file {
        let path = surroundings.current_dir.join(path);
        log_to(&path, ops::write::state_around(&store, &path))?;
    }
    let var = |name: &str| surroundings.vars.get(name).map(String::as_str);
    let config = ConfigDir::of_user(var("CLAWSCOPE_CONFIG_DIR"));
    let mut settings = config.settings()?;
    settings.ascii |= interface.ascii;
    settings.mouse &= !interface.no_mouse;
    // NO_COLOR speaks for this terminal; a theme that was named on the command line speaks louder.
    let no_color = var("NO_COLOR").is_some_and(|value| !value.is_empty()).then_some("mono");
    let named = interface.theme.as_deref().or(no_color).unwrap_or(&settings.theme);
    let theme = match config.theme(named) {
        // A theme that is not there is a wrong argument when it was one.
        Err(error) if interface.theme.is_some() => {
            cli::complain_of(&error.into());
            return Ok(WRONG_USAGE);
        }
        theme => theme?,
    };
    let mut app = App::new(Setup {
        now: store.now(surroundings.now),
        store: Arc::new(store),
        config,
        settings,
        theme,
        zone: TimeZone::system(),
        size: Size { width: 80, height: 24 },
        current_dir: surroundings.current_dir.clone(),
        sharing: Sharing {
            redaction: interface.redaction.clone(),
            rule_files: interface
                .rule_files
                .iter()
                .map(|file| surroundings.current_dir.join(file))
                .collect(),
        },
    });
    if let Some(input) = &interface.learning {
        app.open_on_learning(input.clone());
    }
    Ok(term::run(app)?.status())
}

/// Logs what the program does, never what a session says; never into the state that is read.
fn log_to(path: &Path, state_around: Option<PathBuf>) -> anyhow::Result<()> {
    if let Some(state) = state_around {
        anyhow::bail!(
            "{}: the log would lie in the state directory {}, where nothing is ever written",
            path.display(),
            state.display()
        );
    }
    let file = File::options()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("{}: cannot write the log", path.display()))?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("CLAWSCOPE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("clawscope=debug"));
    tracing_subscriber::fmt()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_env_filter(filter)
        .init();
    Ok(())
}
