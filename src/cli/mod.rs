//! The command line: arguments in, text out. It prints and decides nothing.

mod args;
mod export;
mod learning;
mod list;
mod output;
mod redact;
mod scan;
mod show;
mod unknown;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser as _;

pub use args::Interface;
use args::{Args, Command, SessionsArgs, SessionsCommand};
use learning::LearningArgs;
use output::Output;

use crate::config::keymap::TEMPLATE;
use crate::config::{self, ConfigDir};
use crate::ops::learning::check;
use crate::ops::open::OpenRequest;
use crate::ops::plan::read_rules;
pub use output::complain_of;

/// The process's surroundings, read once by `main`.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Environment variables that are valid Unicode.
    pub vars: BTreeMap<String, String>,
    /// The current directory.
    pub current_dir: PathBuf,
    /// The present instant, ms since the epoch, UTC.
    pub now: i64,
}

impl Surroundings {
    /// The user's rules in the settings directory, each file as its text and its path.
    fn rules(&self) -> Result<Vec<(String, String)>, config::Error> {
        let named = self.vars.get("CLAWSCOPE_CONFIG_DIR");
        ConfigDir::of_user(named.map(String::as_str)).rule_files()
    }

    /// The same, and the rules of files that were named.
    fn rules_and(&self, files: &[PathBuf]) -> anyhow::Result<Vec<(String, String)>> {
        let mut rules = self.rules()?;
        rules.extend(read_rules(files).map_err(anyhow::Error::msg)?);
        Ok(rules)
    }
}

/// What the arguments ask for.
#[derive(Debug)]
pub enum Outcome {
    /// The command has printed what it had to; exit with this status.
    Done(u8),
    /// Open the explorer.
    Explore(Box<Interface>),
}

/// The exit status for arguments that cannot be meant.
const WRONG_USAGE: u8 = 2;

/// Reads the arguments and runs the command that they name.
///
/// Wrong usage is explained on standard error and gives exit status 2; a flag that the export does
/// not have is refused as OpenClaw refuses it.
///
/// # Errors
///
/// What the command met, to be printed with exit status 1.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    surroundings: &Surroundings,
) -> anyhow::Result<Outcome> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let args = match Args::try_parse_from(&arguments).and_then(Args::checked) {
        Ok(args) => args,
        Err(error) => {
            if let Some(unknown) = unknown::export_flag(arguments, &error) {
                let status = unknown.refuse(&mut Output::stdout(), surroundings)?;
                return Ok(Outcome::Done(status));
            }
            let status = u8::from(error.use_stderr()) * WRONG_USAGE;
            // A closed pipe is no reason to complain about `--help`.
            let _ = error.print();
            return Ok(Outcome::Done(status));
        }
    };
    if let Some(flag) = args.stray_sharing() {
        complain_of(&anyhow::anyhow!(
            "{flag} before a subcommand would speak of the explorer; give it behind the subcommand"
        ));
        return Ok(Outcome::Done(WRONG_USAGE));
    }
    execute(args, surroundings)
}

/// Runs the command.
fn execute(args: Args, surroundings: &Surroundings) -> anyhow::Result<Outcome> {
    let mut output = Output::stdout();
    let request = args.open_request(surroundings);
    let input = args.learning(&request);
    let mut status = 0;
    match args.command {
        None | Some(Command::Learning(LearningArgs { command: None, .. })) => {
            // What cannot be opened is said here rather than on a screen that shows nothing else.
            input.as_ref().map_or(Ok(()), check)?;
            return Ok(Outcome::Explore(Box::new(args.interface(request, input))));
        }
        Some(Command::Keys) => output.text(TEMPLATE)?,
        Some(Command::Redact(args)) => {
            status = redact::run(&mut output, (&request, surroundings), &args)?;
        }
        Some(Command::Scan(args)) => {
            status = scan::run(&mut output, (&request, surroundings), &args)?;
        }
        Some(Command::Sessions(args)) => {
            status = sessions(&mut output, request, *args, surroundings)?;
        }
        Some(Command::Learning(LearningArgs { command: Some(command), .. })) => {
            learning::run(&mut output, &request, (command, input.unwrap_or_default()))?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done(status))
}

/// Runs a command about sessions and returns the exit status.
fn sessions(
    output: &mut Output,
    request: OpenRequest,
    args: SessionsArgs,
    surroundings: &Surroundings,
) -> anyhow::Result<u8> {
    let request = args.open_request(request);
    match args.command {
        None => list::run(output, &request, &args.list, surroundings.now)?,
        Some(SessionsCommand::List(list)) => {
            list::run(output, &request, &args.list.or(list), surroundings.now)?;
        }
        Some(SessionsCommand::Show(show)) => show::run(output, request, &args.list, show)?,
        Some(SessionsCommand::ExportTrajectory(export)) => {
            return export::run(output, &request, &args.list, *export, surroundings);
        }
    }
    Ok(0)
}
