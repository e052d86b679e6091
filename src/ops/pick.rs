//! Finding the one session that a person means.

use rustc_hash::FxHashSet;

use crate::model::key::{AgentId, SessionKey};
use crate::model::session::{Provenance, SessionRow};
use crate::store::catalogue::Catalogue;
use crate::store::location::Location;

use super::Error;

/// How a person named a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// By key, in full or without its `agent:<id>:` prefix.
    Key(String),
    /// By session id, in full or by its first characters.
    Id(String),
}

impl Wanted {
    fn text(&self) -> &str {
        match self {
            Self::Key(text) | Self::Id(text) => text,
        }
    }
}

/// Finds the session that `wanted` names (the only one there is when nothing is named), within one
/// agent when `agent` is given; a key without an agent is the default agent's.
///
/// A key means its current session; among several sources that know the same key the live one
/// wins, then the one with the newest update.
///
/// # Errors
///
/// [`Error::SessionNotFound`], [`Error::StoreUnread`] or [`Error::Ambiguous`].
pub fn pick<'a>(
    catalogue: &'a Catalogue,
    wanted: Option<&Wanted>,
    agent: Option<&AgentId>,
    location: &Location,
) -> Result<&'a SessionRow, Error> {
    let rows = || catalogue.rows.iter().filter(|row| agent.is_none_or(|agent| row.agent == *agent));
    let mut fits: Vec<&SessionRow> = match wanted {
        Some(Wanted::Key(key)) => by_key(rows, key, agent.unwrap_or(&location.default_agent)),
        Some(Wanted::Id(id)) => by_id(rows, id.trim()),
        None => rows().collect(),
    };
    let name = || wanted.map_or("the session", Wanted::text).to_owned();
    fits.sort_by_key(|row| (rank(row.provenance), std::cmp::Reverse(row.updated.value().copied())));
    match fits.as_slice() {
        [] => {
            let place = location.state_dir.display().to_string();
            let named = match wanted {
                Some(Wanted::Key(key)) => SessionKey::new(key).parts().agent,
                _ => None,
            };
            Err(match unread(catalogue, agent.or(named.as_ref())) {
                Some(why) => Error::StoreUnread { wanted: name(), why },
                None => Error::SessionNotFound { wanted: name(), place },
            })
        }
        [only] => Ok(only),
        [first, second, ..]
            if matches!(wanted, Some(Wanted::Key(_)))
                || first.session_id == second.session_id
                    && fits.iter().all(|row| row.session_id == first.session_id) =>
        {
            Ok(first)
        }
        _ => {
            let ids = distinct_ids(&fits);
            let candidates = candidates(&ids);
            Err(Error::Ambiguous { wanted: name(), count: ids.len(), candidates })
        }
    }
}

/// Which stores of an agent (of all where none is given) could not be read and why, if there are
/// such: a session that is not found may be in one of them.
pub(super) fn unread(catalogue: &Catalogue, agent: Option<&AgentId>) -> Option<String> {
    let told = catalogue.unread(agent).into_iter().map(|note| {
        let path = note.place.path.display().to_string();
        if note.message.contains(&path) {
            return note.message.clone();
        }
        format!("{path}: {}", note.message)
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn rank(provenance: Provenance) -> u8 {
    match provenance {
        Provenance::Live => 0,
        Provenance::File | Provenance::Unindexed | Provenance::Cold => 1,
        _ => 2,
    }
}

fn by_key<'a, I>(rows: impl Fn() -> I, key: &str, agent: &AgentId) -> Vec<&'a SessionRow>
where
    I: Iterator<Item = &'a SessionRow>,
{
    let fitting = |key: &SessionKey| {
        let normal = key.normal_form();
        let fits = |row: &&SessionRow| {
            row.provenance != Provenance::Checkpoint
                && row.key.as_ref().is_some_and(|key| key.normal_form() == normal)
        };
        rows().filter(fits).collect::<Vec<_>>()
    };
    let exact = fitting(&SessionKey::new(key));
    if !exact.is_empty() || key.trim().to_ascii_lowercase().starts_with("agent:") {
        return exact;
    }
    fitting(&SessionKey::new(format!("agent:{agent}:{}", key.trim())))
}

fn by_id<'a, I>(rows: impl Fn() -> I, id: &str) -> Vec<&'a SessionRow>
where
    I: Iterator<Item = &'a SessionRow>,
{
    let exact: Vec<_> = rows().filter(|row| row.session_id == id).collect();
    if !exact.is_empty() || id.is_empty() {
        return exact;
    }
    rows().filter(|row| row.session_id.starts_with(id)).collect()
}

/// The ids of sessions, each once: several keys may name one session.
fn distinct_ids<'a>(rows: &[&'a SessionRow]) -> Vec<&'a str> {
    let mut seen = FxHashSet::default();
    rows.iter().map(|row| row.session_id.as_str()).filter(|id| seen.insert(*id)).collect()
}

fn candidates(ids: &[&str]) -> String {
    let more = if ids.len() > 5 { ", …" } else { "" };
    let first: Vec<&str> = ids.iter().take(5).copied().collect();
    format!("{}{more}", first.join(", "))
}
