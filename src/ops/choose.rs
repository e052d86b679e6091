//! Which session an export means, by the rules and in the words of OpenClaw's own command.
//!
//! The two generations differ: 2026.7.1 looks a key up in one agent's `sessions.json` and says
//! little; 2026.9.6 checks every flag first, takes short keys, and tells what to do.

use crate::js::text::trim;
use crate::model::key::{AgentId, SessionKey};
use crate::model::session::SessionRow;
use crate::store::Store;
use crate::store::cancel::Cancel;
use crate::store::catalogue::{Catalogue, SourceKind};

use super::open::{OpenRequest, open};
use super::pick::{Wanted, pick};

/// Whose command is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// File stores: 2026.7.1.
    Files,
    /// Databases: 2026.9.6.
    Database,
}

impl Generation {
    /// Whether errors are also printed as JSON.
    pub(super) fn says_json(self) -> bool {
        self == Self::Database
    }

    fn of(catalogue: &Catalogue) -> Option<Self> {
        let has = |kind| catalogue.sources.iter().any(|source| source.kind == kind);
        match (has(SourceKind::Database), has(SourceKind::Index) || has(SourceKind::Files)) {
            (true, _) => Some(Self::Database),
            (false, true) => Some(Self::Files),
            (false, false) => None,
        }
    }
}

/// How a session was named.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub key: Option<&'a str>,
    pub id: Option<&'a str>,
    pub agent: Option<&'a str>,
    pub store: Option<&'a str>,
}

/// The session that was meant.
#[derive(Debug)]
pub(super) struct Chosen {
    pub store: Store,
    pub row: SessionRow,
    /// The key as it was typed, trimmed; the session's own where an id was typed.
    pub session_key: String,
}

/// Finds out which generation a state belongs to: by the store that is named, if there is anything,
/// else by the state directory.
pub(super) fn generation(request: &OpenRequest, store: Option<&str>) -> Generation {
    let named = store.filter(|store| !trim(store).is_empty());
    let of = |store: Option<&str>| {
        let request = OpenRequest { store: store.map(str::to_owned), ..request.clone() };
        Generation::of(&list(&open(&request).ok()?))
    };
    named.and_then(|store| of(Some(store))).or_else(|| of(None)).unwrap_or(Generation::Database)
}

fn list(store: &Store) -> Catalogue {
    store.catalogue(&Cancel::never(), &mut |_| {})
}

/// Finds the session.
///
/// # Errors
///
/// OpenClaw's message.
pub(super) fn choose(
    request: &OpenRequest,
    generation: Generation,
    named: &Named<'_>,
) -> Result<Chosen, String> {
    let key = named.key.map(trim).filter(|key| !key.is_empty());
    if let (None, Some(id)) = (key, named.id) {
        return by_id(request, id, named);
    }
    let key = key.ok_or_else(|| match generation {
        Generation::Files => "--session-key is required".to_owned(),
        Generation::Database => {
            "--session-key is required. Run openclaw sessions to choose a session.".to_owned()
        }
    })?;
    match generation {
        Generation::Files => in_files(request, key, named),
        Generation::Database => in_database(request, key, named),
    }
}

/// What is said of a session whose transcript is gone.
pub(super) fn transcript_missing(key: &str) -> String {
    format!("Session file not found for {key}. Run openclaw doctor to inspect session storage.")
}

fn open_at(request: &OpenRequest, store: Option<&str>) -> Result<Store, String> {
    let store = store.filter(|store| !trim(store).is_empty()).map(str::to_owned);
    open(&OpenRequest { store, ..request.clone() }).map_err(|error| error.to_string())
}

fn by_id(request: &OpenRequest, id: &str, named: &Named<'_>) -> Result<Chosen, String> {
    let store = open_at(request, named.store)?;
    let catalogue = list(&store);
    let agent = named.agent.map(AgentId::normalise);
    let wanted = Wanted::Id(id.to_owned());
    let row = pick(&catalogue, Some(&wanted), agent.as_ref(), &store.location.state_dir)
        .map_err(|error| error.to_string())?
        .clone();
    let session_key = row.key.as_ref().map_or(row.session_id.as_str(), SessionKey::as_str);
    Ok(Chosen { session_key: session_key.to_owned(), store, row })
}

/// 2026.7.1: one agent's index, no short keys; whatever is wrong, the session is not found.
fn in_files(request: &OpenRequest, key: &str, named: &Named<'_>) -> Result<Chosen, String> {
    let not_found = || format!("Session not found: {key}");
    if named.store.is_some_and(|store| trim(store).is_empty()) {
        return Err(not_found());
    }
    let store = open_at(request, named.store)?;
    let of_key = || key.strip_prefix("agent:").and_then(|rest| rest.split(':').next());
    let agent = AgentId::normalise(named.agent.or_else(of_key).unwrap_or(AgentId::DEFAULT));
    let normal = SessionKey::new(key).normal_form();
    let catalogue = list(&store);
    let is_there = catalogue.rows.iter().any(|row| {
        row.agent == agent && row.key.as_ref().is_some_and(|own| own.normal_form() == normal)
    });
    if !is_there {
        return Err(not_found());
    }
    find(store, &catalogue, key, Some(&agent)).ok_or_else(not_found)
}

/// 2026.9.6: every flag is checked before the session is looked for.
fn in_database(request: &OpenRequest, key: &str, named: &Named<'_>) -> Result<Chosen, String> {
    for (flag, value) in [("--agent", named.agent), ("--store", named.store)] {
        if value.is_some_and(|value| trim(value).is_empty()) {
            return Err(format!("{flag} must not be blank"));
        }
    }
    let agent = named.agent.map(AgentId::normalise);
    if let (Some(agent), Some(typed)) = (&agent, named.agent) {
        let known = list(&open_at(request, None)?).agents;
        if agent.as_str() != AgentId::DEFAULT && !known.contains(agent) {
            return Err(format!(
                "Unknown agent id \"{typed}\". Run openclaw agents list to see configured agents."
            ));
        }
    }
    let parts = SessionKey::new(key);
    if parts.parts().agent.is_none() {
        let scoped = key.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("agent:"));
        if scoped {
            return Err(
                "Malformed agent session key; refusing default-agent resolution.".to_owned()
            );
        }
        if agent.is_none() {
            return Err("Session key does not contain an agent id; resolve it with the configured default agent.".to_owned());
        }
    }
    let store = open_at(request, named.store)?;
    let catalogue = list(&store);
    if named.store.is_some() {
        let agent = agent.clone().or_else(|| parts.parts().agent);
        check_store(&store, &catalogue, agent)?;
    }
    let not_found =
        || format!("Session not found: {key}. Run openclaw sessions to see available sessions.");
    find(store, &catalogue, key, agent.as_ref()).ok_or_else(not_found)
}

/// A store that is named must be there.
fn check_store(store: &Store, catalogue: &Catalogue, agent: Option<AgentId>) -> Result<(), String> {
    let agent = agent.unwrap_or_else(|| AgentId::normalise(AgentId::DEFAULT));
    let Some(path) = store.location.store_of(&agent) else { return Ok(()) };
    let place = path.display();
    let hint = "Pass a selector whose resolved SQLite target exists.";
    let has_database = catalogue.sources.iter().any(|source| source.kind == SourceKind::Database);
    if !path.exists() && !has_database {
        return Err(format!("Session store target does not exist: {place}. {hint}"));
    }
    let is_database = path.extension().is_some_and(|extension| extension == "sqlite");
    if is_database && !path.is_file() {
        return Err(format!("Session store target is not a regular file: {place}. {hint}"));
    }
    if is_database && store.is_foreign_database(&path) {
        return Err(format!(
            "Session store target is not a session store: {place}. the SQLite file has application tables but no OpenClaw schema metadata. {hint}"
        ));
    }
    Ok(())
}

fn find(store: Store, catalogue: &Catalogue, key: &str, agent: Option<&AgentId>) -> Option<Chosen> {
    let wanted = Wanted::Key(key.to_owned());
    let row = pick(catalogue, Some(&wanted), agent, &store.location.state_dir).ok()?.clone();
    Some(Chosen { store, row, session_key: key.to_owned() })
}
