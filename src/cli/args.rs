//! What can be typed, exactly as typed: no side effect, no decision.

mod redaction;
mod sessions;

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args as ClapArgs, CommandFactory as _, Parser, Subcommand};

use super::Surroundings;
use super::learning::{LearningArgs, gateway};
use crate::ops::learning::Input;
use crate::ops::open::OpenRequest;
use crate::ops::plan::Redaction;
use redaction::RedactionArgs;
pub(super) use redaction::{InputFormat, RedactArgs, ScanArgs};
pub(super) use sessions::{
    ExportArgs, Limit, ListArgs, SessionsArgs, SessionsCommand, ShowArgs, parse_limit,
};

/// A terminal explorer for OpenClaw sessions, trajectories and learning posteriors.
///
/// Without a subcommand the explorer opens on your state directory, or on an embedded demo when you
/// have none. clawscope only reads: nothing in a state directory is ever changed.
#[derive(Debug, Parser)]
#[command(name = "clawscope", version, args_conflicts_with_subcommands = false)]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// A state directory, an agent directory, one transcript (.jsonl), one agent database
    /// (.sqlite), or a copy of any of these.
    path: Option<PathBuf>,

    #[command(flatten)]
    place: PlaceArgs,

    /// Theme: dark, light, high-contrast, mono, or one of your own.
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,

    /// Draw with ASCII characters only.
    #[arg(long)]
    ascii: bool,

    /// A running gateway whose learning data the explorer shows; see `learning --help`.
    #[arg(long, value_name = "URL")]
    gateway: Option<String>,

    /// Leave the mouse to the terminal.
    #[arg(long)]
    no_mouse: bool,

    /// Write a log of what clawscope does to this file (never what a session says).
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Sharing from the explorer")]
    sharing: RedactionArgs,
}

/// The heading of the flags that every command takes: under their own they stand behind those of the
/// command, and not between them.
pub(super) const PLACE: &str = "Which state is read";

#[derive(Debug, ClapArgs)]
struct PlaceArgs {
    /// The state directory to read.
    #[arg(long, global = true, help_heading = PLACE, value_name = "DIR", conflicts_with = "demo")]
    state_dir: Option<PathBuf>,

    /// The OpenClaw profile whose state to read (~/.openclaw-NAME).
    #[arg(long, global = true, help_heading = PLACE, value_name = "NAME", conflicts_with = "demo")]
    profile: Option<String>,

    /// Read the embedded demo instead.
    #[arg(long, global = true, help_heading = PLACE)]
    demo: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List sessions, show one, or write the redacted bundle of one.
    Sessions(Box<SessionsArgs>),
    /// Print every action of the explorer with its keys, as settings.toml takes them.
    Keys,
    /// What the learning layer of a fork of OpenClaw has recorded: explore it, export it, or sum it
    /// up.
    Learning(LearningArgs),
    /// Mask the secrets in any text, JSON or JSONL and print the rest as it was.
    ///
    /// Masks by the built-in rules, those of the settings directory, and `logging.redactPatterns` of
    /// the state's configuration where there is one.
    ///
    /// Exit status: 0 when the input was masked, whether or not there was anything to mask (--report
    /// tells); 1 when it cannot be read, is no text, or is not the JSON that --format says. A line of
    /// JSONL that is no JSON is masked as plain text, and everything is printed all the same.
    Redact(RedactArgs),
    /// List where secrets stand, without ever printing one: exit 0 none, 3 found, 1 error.
    ///
    /// Looks by the rules of `redact` through transcripts, runtime events, databases of any kind,
    /// archives, files compressed by zstd or gzip, bundles and all other text below the paths. Files and tables that
    /// exist to hold credentials are not opened; they are named as skipped, as are links, binary
    /// files and values.
    ///
    /// Exit status: 0 nothing found; 3 something found, even where something else could not be read;
    /// 1 nothing found, but something could not be read.
    Scan(ScanArgs),
}

/// How to open the explorer.
#[derive(Debug, Clone, Default)]
pub struct Interface {
    /// What to open.
    pub request: OpenRequest,
    /// `--theme`.
    pub theme: Option<String>,
    /// `--ascii`.
    pub ascii: bool,
    /// `--no-mouse`.
    pub no_mouse: bool,
    /// `--log-file`.
    pub log_file: Option<PathBuf>,
    /// How bundles are redacted, rule files left out.
    pub redaction: Redaction,
    /// `--rules`.
    pub rule_files: Vec<PathBuf>,
    /// The learning data to open on: `learning` or `--gateway`.
    pub learning: Option<Input>,
}

impl Args {
    pub(super) fn open_request(&self, surroundings: &Surroundings) -> OpenRequest {
        OpenRequest {
            path: self.path.clone(),
            state_dir: self.place.state_dir.clone(),
            profile: self.place.profile.clone(),
            store: None,
            demo: self.place.demo,
            vars: surroundings.vars.clone(),
            current_dir: surroundings.current_dir.clone(),
        }
    }

    /// A flag about sharing from the explorer beside a subcommand, which would not heed it.
    pub(super) fn stray_sharing(&self) -> Option<&'static str> {
        self.command.as_ref().and_then(|_| self.sharing.given())
    }

    /// Refuses what would silently be passed over.
    pub(super) fn checked(self) -> Result<Self, clap::Error> {
        let takes_gateway = matches!(self.command, None | Some(Command::Learning(_)));
        if self.gateway.is_some() && !takes_gateway {
            let why = "--gateway goes with the explorer and with learning";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, why));
        }
        let unheeded = match &self.command {
            Some(Command::Learning(args)) => args.unheeded(self.gateway.is_some()),
            _ => None,
        };
        match unheeded {
            Some(why) => Err(Self::command().error(ErrorKind::ArgumentConflict, why)),
            None => Ok(self),
        }
    }

    /// The learning data that are asked for; nothing when nobody speaks of learning.
    pub(super) fn learning(&self, request: &OpenRequest) -> Option<Input> {
        let named = match &self.command {
            Some(Command::Learning(args)) => Some(args.input(request)),
            _ => None,
        };
        let gateway = self.gateway.as_ref().map(|url| gateway(url, request));
        // What stands nearer to the command speaks louder.
        match (named, gateway) {
            (Some(Input::State), Some(gateway)) => Some(gateway),
            (named, gateway) => named.or(gateway),
        }
    }

    pub(super) fn interface(self, request: OpenRequest, learning: Option<Input>) -> Interface {
        Interface {
            learning,
            request,
            theme: self.theme,
            ascii: self.ascii,
            no_mouse: self.no_mouse,
            log_file: self.log_file,
            redaction: self.sharing.redaction(),
            rule_files: self.sharing.rules,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn sharing_flags_beside_a_subcommand_are_noticed() {
        let args = |line: &str| Args::try_parse_from(line.split(' ')).unwrap();
        let stray = args("clawscope --strict sessions list").stray_sharing();
        assert_eq!(stray, Some("--strict"));
        let own = args("clawscope sessions export-trajectory --strict --rules x");
        assert_eq!(own.stray_sharing(), None);
        assert_eq!(args("clawscope --rules a --rules b --demo").stray_sharing(), None);
    }

    #[test]
    fn flags_may_stand_before_or_after_the_subcommand() {
        for line in [
            vec!["clawscope", "sessions", "--json", "list", "--agent", "ops"],
            vec!["clawscope", "sessions", "list", "--agent", "ops", "--json"],
            vec!["clawscope", "sessions", "--agent", "ops", "--json"],
        ] {
            let args = Args::try_parse_from(line).unwrap();
            let Some(Command::Sessions(sessions)) = args.command else { panic!("no subcommand") };
            let list = match sessions.command {
                Some(SessionsCommand::List(inner)) => sessions.list.or(inner),
                _ => sessions.list,
            };
            assert_eq!((list.agent.as_deref(), list.json), (Some("ops"), true));
        }
    }
}
