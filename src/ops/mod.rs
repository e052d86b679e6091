//! The verbs that both front ends call.
//!
//! A verb takes plain arguments and a [`Store`](crate::store::Store), and returns plain data; it
//! neither prints nor draws.

mod branch;
mod choose;
pub mod decode;
pub mod destination;
pub mod learning;
pub mod list;
pub mod markdown;
mod names;
pub mod open;
pub mod pick;
pub mod plan;
pub mod preview;
pub mod redact;
mod request;
pub mod rule_texts;
pub mod scan;
pub mod show;
mod source;
pub mod stamp;
mod states;
pub mod title;
pub mod workspaces;
pub mod write;

use crate::{export, store};

/// What can go wrong with a verb.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A source cannot be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A bundle cannot be planned or written.
    #[error(transparent)]
    Export(#[from] export::Error),
    /// A rule file does not hold rules.
    #[error(transparent)]
    Rules(#[from] crate::redact::RuleError),
    /// No session fits what was asked for.
    #[error(
        "Session not found: {wanted}. Run `clawscope sessions list --all` to see every session in {place}"
    )]
    SessionNotFound {
        /// What was asked for.
        wanted: String,
        /// Where it was looked for.
        place: String,
    },
    /// No session fits what was asked for, and a store that may hold it could not be read.
    #[error("Session not found: {wanted}. {why}")]
    StoreUnread {
        /// What was asked for.
        wanted: String,
        /// Which stores could not be read, and why.
        why: String,
    },
    /// Several sessions fit.
    #[error("{wanted} could mean {count} sessions: {candidates}. Name one of them in full")]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// How many fit.
        count: usize,
        /// The first few of them.
        candidates: String,
    },
    /// The transcript of a session is not there.
    #[error(
        "{path}: the session's transcript is missing. It may have been moved or not copied; put it back or open another copy of the state directory"
    )]
    TranscriptMissing {
        /// Where it should be.
        path: String,
    },
    /// No agent has this id.
    #[error("Unknown agent id \"{agent}\". Agents in {place}: {known}")]
    UnknownAgent {
        /// The id that was asked for.
        agent: String,
        /// Where it was looked for.
        place: String,
        /// The agents that are there.
        known: String,
    },
    /// No entry of the session has this id.
    #[error(
        "no entry has the id {entry}. Run `clawscope sessions show` without --branch to see the ids"
    )]
    EntryNotFound {
        /// The id that was asked for.
        entry: String,
    },
}
