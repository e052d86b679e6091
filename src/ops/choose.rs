//! Which session an export means, by the rules and in the words of OpenClaw's own command.
//!
//! The two generations differ: 2026.7.1 looks a key up in one agent's `sessions.json` and says
//! little; 2026.9.6 checks every flag first, takes short keys, and tells what to do.

use std::rc::Rc;

use crate::js::text::trim;
use crate::model::key::{AgentId, SessionKey};
use crate::model::session::SessionRow;
use crate::store::Store;
use crate::store::cancel::Cancel;
use crate::store::catalogue::{Catalogue, SourceKind};

use super::open::{OpenRequest, open};
use super::pick::{Wanted, pick, unread};

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

/// A state that was opened, with all its sessions.
#[derive(Debug)]
pub(super) struct Listed {
    pub store: Store,
    catalogue: Catalogue,
}

/// The states that one command looks at, by their `--store`; each is opened and listed once.
#[derive(Debug)]
pub(super) struct States<'a> {
    request: &'a OpenRequest,
    seen: Vec<(Option<String>, Opened)>,
}

/// A state, or why it cannot be opened.
type Opened = Result<Rc<Listed>, String>;

impl<'a> States<'a> {
    /// Nothing has been looked at yet.
    pub(super) fn new(request: &'a OpenRequest) -> Self {
        Self { request, seen: Vec::new() }
    }

    /// The state with a store; a blank one counts as none.
    fn at(&mut self, store: Option<&str>) -> Opened {
        let store = store.filter(|store| !trim(store).is_empty());
        if let Some((_, seen)) = self.seen.iter().find(|(other, _)| other.as_deref() == store) {
            return seen.clone();
        }
        let store = store.map(str::to_owned);
        let opened = open(&OpenRequest { store: store.clone(), ..self.request.clone() });
        let listed = opened.map_err(|error| error.to_string()).map(|store| {
            let catalogue = store.catalogue(&Cancel::never(), &mut |_| {});
            Rc::new(Listed { store, catalogue })
        });
        self.seen.push((store, listed.clone()));
        listed
    }
}

/// The session that was meant.
#[derive(Debug)]
pub(super) struct Chosen {
    /// The state that holds it.
    pub state: Rc<Listed>,
    pub row: SessionRow,
    /// The key as it was typed, trimmed; the session's own where an id was typed.
    pub session_key: String,
}

/// Finds out which generation a state belongs to: by the store that is named, if there is anything,
/// else by the state directory.
pub(super) fn generation(states: &mut States<'_>, store: Option<&str>) -> Generation {
    let mut of = |store: Option<&str>| Generation::of(&states.at(store).ok()?.catalogue);
    of(store).or_else(|| of(None)).unwrap_or(Generation::Database)
}

/// Finds the session.
///
/// # Errors
///
/// OpenClaw's message.
pub(super) fn choose(
    states: &mut States<'_>,
    generation: Generation,
    named: &Named<'_>,
) -> Result<Chosen, String> {
    let key = named.key.map(trim).filter(|key| !key.is_empty());
    if let (None, Some(id)) = (key, named.id) {
        return by_id(states, id, named);
    }
    let key = key.ok_or_else(|| match generation {
        Generation::Files => "--session-key is required".to_owned(),
        Generation::Database => {
            "--session-key is required. Run openclaw sessions to choose a session.".to_owned()
        }
    })?;
    match generation {
        Generation::Files => in_files(states, key, named),
        Generation::Database => in_database(states, key, named),
    }
}

/// What is said of a session whose transcript is gone.
pub(super) fn transcript_missing(key: &str) -> String {
    format!("Session file not found for {key}. Run openclaw doctor to inspect session storage.")
}

fn by_id(states: &mut States<'_>, id: &str, named: &Named<'_>) -> Result<Chosen, String> {
    let state = states.at(named.store)?;
    let agent = named.agent.map(AgentId::normalise);
    let wanted = Wanted::Id(id.to_owned());
    let row = pick(&state.catalogue, Some(&wanted), agent.as_ref(), &state.store.location)
        .map_err(|error| error.to_string())?
        .clone();
    let session_key = row.key.as_ref().map_or(row.session_id.as_str(), SessionKey::as_str);
    Ok(Chosen { session_key: session_key.to_owned(), state, row })
}

/// What is said of a session that is not there: OpenClaw's words, and its advice unless the session
/// may be in a store that could not be read.
fn not_found(key: &str, advice: &str, state: &Listed, agent: Option<&AgentId>) -> String {
    match unread(&state.catalogue, agent) {
        Some(why) => format!("Session not found: {key}. {why}"),
        None => format!("Session not found: {key}{advice}"),
    }
}

/// 2026.7.1: one agent's index, no short keys; whatever is wrong, the session is not found.
fn in_files(states: &mut States<'_>, key: &str, named: &Named<'_>) -> Result<Chosen, String> {
    if named.store.is_some_and(|store| trim(store).is_empty()) {
        return Err(format!("Session not found: {key}"));
    }
    let state = states.at(named.store)?;
    let of_key = || key.strip_prefix("agent:").and_then(|rest| rest.split(':').next());
    let default = || state.store.location.default_agent.clone();
    let agent = named.agent.or_else(of_key).map_or_else(default, AgentId::normalise);
    let normal = SessionKey::new(key).normal_form();
    let is_there = state.catalogue.rows.iter().any(|row| {
        row.agent == agent && row.key.as_ref().is_some_and(|own| own.normal_form() == normal)
    });
    let found = is_there.then(|| find(&state, key, Some(&agent))).flatten();
    found.ok_or_else(|| not_found(key, "", &state, Some(&agent)))
}

/// 2026.9.6: every flag is checked before the session is looked for.
fn in_database(states: &mut States<'_>, key: &str, named: &Named<'_>) -> Result<Chosen, String> {
    for (flag, value) in [("--agent", named.agent), ("--store", named.store)] {
        if value.is_some_and(|value| trim(value).is_empty()) {
            return Err(format!("{flag} must not be blank"));
        }
    }
    let agent = named.agent.map(AgentId::normalise);
    if let (Some(agent), Some(typed)) = (&agent, named.agent) {
        // A store that is named needs no state beside it, and then nothing tells which agents are.
        let state = states.at(None).map(Some).or_else(|why| named.store.map(|_| None).ok_or(why));
        let is_known = state?.is_none_or(|state| state.catalogue.agents.contains(agent));
        if agent.as_str() != AgentId::DEFAULT && !is_known {
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
    let state = states.at(named.store)?;
    if named.store.is_some() {
        check_store(&state, agent.clone().or_else(|| parts.parts().agent))?;
    }
    find(&state, key, agent.as_ref()).ok_or_else(|| {
        let advice = ". Run openclaw sessions to see available sessions.";
        not_found(key, advice, &state, agent.or(parts.parts().agent).as_ref())
    })
}

/// A store that is named must be there.
fn check_store(state: &Listed, agent: Option<AgentId>) -> Result<(), String> {
    let agent = agent.unwrap_or_else(|| state.store.location.default_agent.clone());
    let Some(path) = state.store.location.store_of(&agent) else { return Ok(()) };
    let place = path.display();
    let hint = "Pass a selector whose resolved SQLite target exists.";
    let sources = &state.catalogue.sources;
    let databases = || sources.iter().filter(|source| source.kind == SourceKind::Database);
    if !path.exists() && databases().next().is_none() {
        return Err(format!("Session store target does not exist: {place}. {hint}"));
    }
    let is_database = path.extension().is_some_and(|extension| extension == "sqlite");
    let mut targets = databases().map(|source| &source.path).chain(is_database.then_some(&path));
    if let Some(target) = targets.find(|target| !target.is_file()) {
        let place = target.display();
        return Err(format!("Session store target is not a regular file: {place}. {hint}"));
    }
    if is_database && state.store.is_foreign_database(&path) {
        return Err(format!(
            "Session store target is not a session store: {place}. the SQLite file has application tables but no OpenClaw schema metadata. {hint}"
        ));
    }
    Ok(())
}

fn find(state: &Rc<Listed>, key: &str, agent: Option<&AgentId>) -> Option<Chosen> {
    let wanted = Wanted::Key(key.to_owned());
    let row = pick(&state.catalogue, Some(&wanted), agent, &state.store.location).ok()?.clone();
    Some(Chosen { state: Rc::clone(state), row, session_key: key.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_opened_and_listed_once() {
        let dir = tempfile::tempdir().unwrap();
        let sessions = dir.path().join("agents/main/sessions");
        std::fs::create_dir_all(&sessions).unwrap();
        let index = sessions.join("sessions.json");
        std::fs::write(&index, r#"{"agent:main:x":{"sessionId":"s1"}}"#).unwrap();
        std::fs::write(sessions.join("s1.jsonl"), "{}").unwrap();
        let state_dir = Some(dir.path().to_owned());
        let request = OpenRequest { state_dir, ..OpenRequest::default() };
        let mut states = States::new(&request);
        assert_eq!(generation(&mut states, Some(" ")), Generation::Files);
        // What would be listed anew would be empty.
        std::fs::remove_dir_all(&sessions).unwrap();
        let named = Named { key: Some("agent:main:x"), id: None, agent: None, store: None };
        let chosen = choose(&mut states, Generation::Files, &named).unwrap();
        assert_eq!(chosen.row.session_id, "s1");
        assert_eq!(states.seen.len(), 1);
        assert!(states.at(index.to_str()).unwrap().catalogue.rows.is_empty());
        assert_eq!(states.seen.len(), 2);
    }
}
