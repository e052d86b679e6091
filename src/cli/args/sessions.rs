//! What can be typed about sessions: listing, showing, sharing.

use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs, Subcommand};

use super::redaction::RedactionArgs;
use crate::ops::open::OpenRequest;

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct SessionsArgs {
    #[command(subcommand)]
    pub command: Option<SessionsCommand>,

    #[command(flatten)]
    pub list: ListArgs,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SessionsCommand {
    /// List sessions (the default).
    List(ListArgs),
    /// Print one branch of a session, root to leaf.
    Show(ShowArgs),
    /// Write the redacted support bundle of a session.
    ExportTrajectory(Box<ExportArgs>),
}

#[derive(Debug, Clone, Default, ClapArgs)]
pub(in crate::cli) struct ListArgs {
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
pub(in crate::cli) enum Limit {
    All,
    Most(usize),
}

pub(in crate::cli) fn parse_limit(text: &str) -> Result<Limit, String> {
    if text.eq_ignore_ascii_case("all") {
        return Ok(Limit::All);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err("give a number from 1, or \"all\"".to_owned()),
        Ok(most) => Ok(Limit::Most(most)),
    }
}

/// Where a session is looked for, and which of its branches is meant.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(in crate::cli) struct WhereArgs {
    /// The agent whose session it is.
    #[arg(long, value_name = "ID")]
    pub agent: Option<String>,

    /// A session store: sessions.json or an agent database; {agentId} and ~ are expanded.
    #[arg(long, value_name = "PATH")]
    pub store: Option<String>,

    /// The branch that ends at this entry, instead of the active one.
    #[arg(long, value_name = "ENTRY_ID")]
    pub branch: Option<String>,
}

#[derive(Debug, Clone, ClapArgs)]
#[command(group(ArgGroup::new("session").required(true).args(["file", "session_key", "session_id"])))]
pub(in crate::cli) struct ShowArgs {
    /// A transcript file to show.
    pub file: Option<PathBuf>,

    /// The key of the session, in full or without its agent:ID: prefix.
    #[arg(long, value_name = "KEY")]
    pub session_key: Option<String>,

    /// The session id, or its first characters.
    #[arg(long, value_name = "ID")]
    pub session_id: Option<String>,

    #[command(flatten)]
    pub place: WhereArgs,

    /// Print JSON.
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,

    /// Print Markdown (the default).
    #[arg(long)]
    pub markdown: bool,
}

/// Blank values are refused by the command itself, with OpenClaw's messages.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(in crate::cli) struct ExportArgs {
    /// The key of the session, in full (agent:ID:…).
    #[arg(long, value_name = "KEY")]
    pub session_key: Option<String>,

    /// The session id, or its first characters, instead of a key.
    #[arg(long, value_name = "ID", conflicts_with = "session_key")]
    pub session_id: Option<String>,

    /// The name of the bundle inside WORKSPACE/.openclaw/trajectory-exports.
    #[arg(long, value_name = "PATH")]
    pub output: Option<String>,

    /// The workspace that the bundle goes to, outside the state directory; the current directory
    /// when not given.
    #[arg(long, value_name = "PATH")]
    pub workspace: Option<String>,

    #[command(flatten)]
    pub place: WhereArgs,

    /// A request as base64url of a JSON object; it overrides the flags.
    #[arg(long, value_name = "PAYLOAD", allow_hyphen_values = true)]
    pub request_json_base64: Option<String>,

    #[command(flatten)]
    pub redaction: RedactionArgs,

    /// Only tell what the bundle would hold.
    #[arg(long)]
    pub dry_run: bool,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

impl SessionsArgs {
    pub(in crate::cli) fn open_request(&self, request: OpenRequest) -> OpenRequest {
        let of_command = match &self.command {
            Some(SessionsCommand::List(list)) => list.store.clone(),
            Some(SessionsCommand::Show(show)) => show.place.store.clone(),
            // The export looks at the state with and without its store.
            Some(SessionsCommand::ExportTrajectory(_)) => return request,
            None => None,
        };
        OpenRequest { store: of_command.or_else(|| self.list.store.clone()), ..request }
    }
}

impl ListArgs {
    /// The flags of `sessions list` over those that stand before `list`.
    pub(in crate::cli) fn or(&self, inner: Self) -> Self {
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
    use clap::Parser as _;

    use super::super::Args;
    use super::*;

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
