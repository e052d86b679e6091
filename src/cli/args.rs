//! What can be typed, exactly as typed: no side effect, no decision.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgGroup, Args as ClapArgs, CommandFactory as _, Parser, Subcommand};

use super::Surroundings;
use super::learning::{LearningArgs, gateway};
use crate::ops::learning::Input;
use crate::ops::open::OpenRequest;
use crate::ops::plan::{Original, Redaction, literal_fault};

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

    #[command(flatten)]
    sharing: SharingArgs,

    /// Write a log of what clawscope does to this file (never what a session says).
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
}

/// How bundles that the explorer shares are redacted.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sharing from the explorer")]
struct SharingArgs {
    /// Mask everything that may be a secret or tells who somebody is.
    #[arg(long)]
    strict: bool,

    /// Number the masks, equal values alike.
    #[arg(long)]
    numbered: bool,

    /// A file of redaction rules; may be given several times.
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,

    /// A value to mask in every bundle; may be given several times.
    #[arg(long, value_name = "LITERAL", allow_hyphen_values = true, value_parser = parse_literal)]
    redact: Vec<String>,

    /// The home directory of the machine that wrote the sessions.
    #[arg(long, value_name = "DIR")]
    original_home: Option<String>,

    /// The state directory of the machine that wrote the sessions.
    #[arg(long, value_name = "DIR")]
    original_state_dir: Option<String>,

    /// The workspace on the machine that wrote the sessions.
    #[arg(long, value_name = "DIR")]
    original_workspace: Option<String>,
}

#[derive(Debug, ClapArgs)]
struct PlaceArgs {
    /// The state directory to read.
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "demo")]
    state_dir: Option<PathBuf>,

    /// The OpenClaw profile whose state to read (~/.openclaw-NAME).
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "demo")]
    profile: Option<String>,

    /// Open the embedded demo.
    #[arg(long, global = true)]
    demo: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List sessions, or show one.
    Sessions(Box<SessionsArgs>),
    /// Print every action of the explorer with its keys, as settings.toml takes them.
    Keys,
    /// What the learning layer of a fork of OpenClaw has recorded: explore it, export it, or sum it
    /// up.
    Learning(LearningArgs),
    /// Mask the secrets in any text, JSON or JSONL and print the rest as it was.
    ///
    /// Exit status: 0 when the input was masked, whether or not there was anything to mask (--report
    /// tells); 1 when it cannot be read, or is not the JSON that --format says.
    Redact(RedactArgs),
    /// List where secrets stand, without ever printing one: exit 0 none, 3 found, 1 error.
    ///
    /// Looks through transcripts, runtime events, databases of any kind, archives, compressed files,
    /// bundles and all other text below the paths. Files and tables that exist to hold credentials
    /// are not opened; they are named as skipped, as are links, binary files and values. Exit status:
    /// 0 nothing found; 3 something found, even where something else could not be read; 1 nothing
    /// found, but something could not be read.
    Scan(ScanArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct RedactArgs {
    /// The file to mask; - is standard input.
    #[arg(default_value = "-")]
    pub file: PathBuf,

    /// The form of the input.
    #[arg(long, value_enum, default_value_t = InputFormat::Auto)]
    pub format: InputFormat,

    /// Mask anything that may be a secret or tells who somebody is.
    #[arg(long)]
    pub strict: bool,

    /// Tell on standard error what was masked, as JSON, without the values.
    #[arg(long)]
    pub report: bool,
}

/// The value of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum InputFormat {
    /// Found out from the input.
    Auto,
    /// Plain text.
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    Jsonl,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ScanArgs {
    /// Transcripts, databases, bundles, or directories of them.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Also look for anything that may be a secret or tells who somebody is.
    #[arg(long)]
    pub strict: bool,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SessionsArgs {
    #[command(subcommand)]
    pub command: Option<SessionsCommand>,

    #[command(flatten)]
    pub list: ListArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum SessionsCommand {
    /// List sessions (the default).
    List(ListArgs),
    /// Print one branch of a session, root to leaf.
    Show(ShowArgs),
    /// Write the redacted support bundle of a session.
    ExportTrajectory(Box<ExportArgs>),
}

#[derive(Debug, Clone, Default, ClapArgs)]
pub(super) struct ListArgs {
    /// The agent whose sessions to list.
    #[arg(long, value_name = "ID", conflicts_with = "all_agents")]
    pub agent: Option<String>,

    /// List the sessions of all agents.
    #[arg(long)]
    pub all_agents: bool,

    /// A session store: sessions.json or an agent database; {agentId} and ~ are expanded.
    #[arg(long, value_name = "PATH")]
    pub store: Option<String>,

    /// Only sessions that changed within the last MINUTES minutes.
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub active: Option<u64>,

    /// At most N sessions, or "all".
    #[arg(long, value_name = "N|all", value_parser = parse_limit)]
    pub limit: Option<Limit>,

    /// Archived, unindexed, earlier and cold sessions, too.
    #[arg(long)]
    pub all: bool,

    /// Read every listed transcript for titles and counts that the index does not hold.
    #[arg(long)]
    pub counts: bool,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// The value of `--limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    All,
    Most(usize),
}

/// Refuses what is too short to be masked wherever it stands.
fn parse_literal(text: &str) -> Result<String, String> {
    literal_fault(text).map_or_else(|| Ok(text.to_owned()), Err)
}

pub(super) fn parse_limit(text: &str) -> Result<Limit, String> {
    if text.eq_ignore_ascii_case("all") {
        return Ok(Limit::All);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err("give a number from 1, or \"all\"".to_owned()),
        Ok(most) => Ok(Limit::Most(most)),
    }
}

#[derive(Debug, Clone, ClapArgs)]
#[command(group(ArgGroup::new("session").required(true).args(["file", "session_key", "session_id"])))]
pub(super) struct ShowArgs {
    /// A transcript file to show.
    pub file: Option<PathBuf>,

    /// The key of the session, in full or without its agent:ID: prefix.
    #[arg(long, value_name = "KEY")]
    pub session_key: Option<String>,

    /// The session id, or its first characters.
    #[arg(long, value_name = "ID")]
    pub session_id: Option<String>,

    /// The agent whose session it is.
    #[arg(long, value_name = "ID")]
    pub agent: Option<String>,

    /// A session store: sessions.json or an agent database; {agentId} and ~ are expanded.
    #[arg(long, value_name = "PATH")]
    pub store: Option<String>,

    /// The branch that ends at this entry, instead of the active one.
    #[arg(long, value_name = "ENTRY_ID")]
    pub branch: Option<String>,

    /// Print JSON.
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,

    /// Print Markdown (the default).
    #[arg(long)]
    pub markdown: bool,
}

/// Blank values are refused by the command itself, with OpenClaw's messages.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(super) struct ExportArgs {
    /// The key of the session.
    #[arg(long, value_name = "KEY")]
    pub session_key: Option<String>,

    /// The session id, or its first characters, instead of a key.
    #[arg(long, value_name = "ID", conflicts_with = "session_key")]
    pub session_id: Option<String>,

    /// The name of the bundle inside WORKSPACE/.openclaw/trajectory-exports.
    #[arg(long, value_name = "PATH")]
    pub output: Option<String>,

    /// The workspace that the bundle goes to; the current directory when not given.
    #[arg(long, value_name = "PATH")]
    pub workspace: Option<String>,

    /// A session store: sessions.json or an agent database; {agentId} and ~ are expanded.
    #[arg(long, value_name = "PATH")]
    pub store: Option<String>,

    /// The agent whose session it is.
    #[arg(long, value_name = "ID")]
    pub agent: Option<String>,

    /// A request as base64url of a JSON object; it overrides the flags.
    #[arg(long, value_name = "PAYLOAD", allow_hyphen_values = true)]
    pub request_json_base64: Option<String>,

    /// The branch that ends at this entry, instead of the active one.
    #[arg(long, value_name = "ENTRY_ID")]
    pub branch: Option<String>,

    /// Mask everything that may be a secret or tells who somebody is.
    #[arg(long)]
    pub strict: bool,

    /// Number the masks, equal values alike.
    #[arg(long)]
    pub numbered: bool,

    /// A file of redaction rules; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,

    /// A value to mask in this bundle; may be given several times.
    #[arg(long, value_name = "LITERAL", allow_hyphen_values = true, value_parser = parse_literal)]
    pub redact: Vec<String>,

    /// The home directory of the machine that wrote the session.
    #[arg(long, value_name = "DIR")]
    pub original_home: Option<String>,

    /// The state directory of the machine that wrote the session.
    #[arg(long, value_name = "DIR")]
    pub original_state_dir: Option<String>,

    /// The workspace on the machine that wrote the session.
    #[arg(long, value_name = "DIR")]
    pub original_workspace: Option<String>,

    /// Only tell what the bundle would hold.
    #[arg(long)]
    pub dry_run: bool,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,
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
        self.command.as_ref()?;
        let sharing = &self.sharing;
        [
            ("--strict", sharing.strict),
            ("--numbered", sharing.numbered),
            ("--rules", !sharing.rules.is_empty()),
            ("--redact", !sharing.redact.is_empty()),
            ("--original-home", sharing.original_home.is_some()),
            ("--original-state-dir", sharing.original_state_dir.is_some()),
            ("--original-workspace", sharing.original_workspace.is_some()),
        ]
        .into_iter()
        .find_map(|(flag, is_given)| is_given.then_some(flag))
    }

    /// Refuses what would silently be passed over.
    pub(super) fn checked(self) -> Result<Self, clap::Error> {
        let takes_gateway = matches!(self.command, None | Some(Command::Learning(_)));
        if self.gateway.is_some() && !takes_gateway {
            let why = "--gateway goes with the explorer and with learning";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, why));
        }
        Ok(self)
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
            redaction: Redaction {
                strict: self.sharing.strict,
                numbered: self.sharing.numbered,
                literals: self.sharing.redact,
                original: Original {
                    home: self.sharing.original_home,
                    state_dir: self.sharing.original_state_dir,
                    workspace: self.sharing.original_workspace,
                },
                ..Redaction::default()
            },
            rule_files: self.sharing.rules,
        }
    }
}

impl SessionsArgs {
    pub(super) fn open_request(&self, request: OpenRequest) -> OpenRequest {
        let of_command = match &self.command {
            Some(SessionsCommand::List(list)) => list.store.clone(),
            Some(SessionsCommand::Show(show)) => show.store.clone(),
            // The export looks at the state with and without its store.
            Some(SessionsCommand::ExportTrajectory(_)) => return request,
            None => None,
        };
        OpenRequest { store: of_command.or_else(|| self.list.store.clone()), ..request }
    }
}

impl ListArgs {
    /// The flags of `sessions list` over those that stand before `list`.
    pub(super) fn or(&self, inner: Self) -> Self {
        Self {
            agent: inner.agent.or_else(|| self.agent.clone()),
            all_agents: inner.all_agents || self.all_agents,
            store: inner.store.or_else(|| self.store.clone()),
            active: inner.active.or(self.active),
            limit: inner.limit.or(self.limit),
            all: inner.all || self.all,
            counts: inner.counts || self.counts,
            json: inner.json || self.json,
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

    #[test]
    fn limits_are_numbers_from_one_or_all() {
        assert_eq!(parse_limit("all"), Ok(Limit::All));
        assert_eq!(parse_limit("7"), Ok(Limit::Most(7)));
        for wrong in ["0", "-1", "many", ""] {
            assert!(parse_limit(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn showing_needs_exactly_one_session() {
        let parse = |line: &[&str]| Args::try_parse_from(line.iter().copied());
        assert!(parse(&["clawscope", "sessions", "show"]).is_err());
        assert!(parse(&["clawscope", "sessions", "show", "a.jsonl"]).is_ok());
        assert!(
            parse(&["clawscope", "sessions", "show", "a.jsonl", "--session-key", "k"]).is_err()
        );
        assert!(
            parse(&["clawscope", "sessions", "show", "--session-id", "i", "--session-key", "k"])
                .is_err()
        );
    }
}
