//! Listing sessions, in the shape that `openclaw sessions --json` prints.

use std::path::PathBuf;

use crate::js::value::{Object, Value};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::fact::Fact;
use crate::model::key::AgentId;
use crate::model::session::{Provenance, SessionRow};
use crate::store::cancel::Cancel;
use crate::store::catalogue::{Catalogue, SourceInfo};
use crate::store::location::ChosenBy;
use crate::store::{self, Store};

use super::Error;

/// Which sessions to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest {
    /// Whose sessions.
    pub agents: AgentChoice,
    /// Only sessions that changed within this many minutes.
    pub active_minutes: Option<u64>,
    /// At most this many; `None` lists all.
    pub limit: Option<usize>,
    /// Archived, unindexed, earlier and other sessions that no key points at, too.
    pub every_source: bool,
    /// Read every listed transcript for titles and counts that the index does not hold.
    pub counts: bool,
}

/// Whose sessions to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentChoice {
    /// The default agent's: `main`, or the only one that there is.
    Default,
    /// One agent's.
    One(AgentId),
    /// Everybody's.
    All,
}

/// A list of sessions, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// The sessions, cut to the limit.
    pub rows: Vec<SessionRow>,
    /// The indexes and databases that they come from.
    pub sources: Vec<SourceInfo>,
    /// What was skipped or odd while the sources were read.
    pub diagnostics: Vec<Diagnostic>,
    /// How many there are without the limit.
    pub total: usize,
    /// How many more every source together holds, beyond those that a key points at.
    pub elsewhere: usize,
    /// All agents were asked for.
    pub all_agents: bool,
    /// What was asked for.
    pub request: ListRequest,
    /// The instant that ages count from, ms since the epoch, UTC.
    pub now: i64,
}

/// Lists the sessions of a state.
///
/// # Errors
///
/// [`Error::UnknownAgent`] for an agent that neither the configuration nor any source knows, and a
/// store that was named and is not there.
pub fn list(store: &Store, request: ListRequest, now: i64) -> Result<Listing, Error> {
    let never = Cancel::never();
    let catalogue = store.catalogue(&never, &mut |_| {});
    if store.location.chosen_by == ChosenBy::StoreFlag && catalogue.sources.is_empty() {
        let path = PathBuf::from(store.location.store.as_deref().unwrap_or_default());
        let hint = "Give --store a sessions.json or an agent database that exists";
        return Err(store::Error::NotFound { path, hint }.into());
    }
    let agent = chosen_agent(store, &catalogue, &request.agents)?;
    let of_agent = |id: &AgentId| agent.as_ref().is_none_or(|agent| agent == id);
    let oldest = request.active_minutes.map(|minutes| {
        now.saturating_sub(i64::try_from(minutes).unwrap_or(i64::MAX).saturating_mul(60_000))
    });
    let recent = |row: &SessionRow| {
        oldest.is_none_or(|oldest| row.updated.value().is_some_and(|updated| *updated >= oldest))
    };
    let listed = |row: &SessionRow| {
        request.every_source || matches!(row.provenance, Provenance::Live | Provenance::File)
    };
    let (mut rows, mut diagnostics) = (catalogue.rows, catalogue.diagnostics);
    rows.retain(|row| of_agent(&row.agent) && recent(row));
    let before = rows.len();
    rows.retain(listed);
    let elsewhere = before - rows.len();
    let total = rows.len();
    rows.truncate(request.limit.unwrap_or(usize::MAX));
    for row in &mut rows {
        let read = if request.counts {
            store.deepen(row, &never).map(|depth| depth.apply(row))
        } else {
            titled(store, row)
        };
        // The row stays, with what the index says.
        if let Err(error) = read {
            diagnostics.push(unreadable(row, &error));
        }
    }
    let mut sources = catalogue.sources;
    sources.retain(|source| of_agent(&source.agent));
    let all_agents = agent.is_none();
    Ok(Listing { rows, sources, diagnostics, total, elsewhere, all_agents, request, now })
}

fn unreadable(row: &SessionRow, error: &store::Error) -> Diagnostic {
    let place = Place::whole(row.transcript.path());
    let message = format!("The transcript cannot be read, so nothing was counted: {error}.");
    Diagnostic::error("transcript-unreadable", place, message)
}

/// Gives a row without a title the one that its first rows tell; the rest of a transcript is only
/// read when counts are asked for.
fn titled(store: &Store, row: &mut SessionRow) -> Result<(), store::Error> {
    if row.title.is_not_loaded()
        && let Some((title, from)) = store.title(row)?
    {
        row.title = Fact::Recorded(title);
        row.title_from = from;
    }
    Ok(())
}

fn chosen_agent(
    store: &Store,
    catalogue: &Catalogue,
    choice: &AgentChoice,
) -> Result<Option<AgentId>, Error> {
    let known = |id: &AgentId| {
        catalogue.agents.contains(id) || catalogue.rows.iter().any(|row| row.agent == *id)
    };
    match choice {
        AgentChoice::All => Ok(None),
        AgentChoice::One(id) if known(id) => Ok(Some(id.clone())),
        AgentChoice::One(id) => Err(Error::UnknownAgent {
            agent: id.to_string(),
            place: store.location.state_dir.display().to_string(),
            known: catalogue.agents.iter().map(AgentId::as_str).collect::<Vec<_>>().join(", "),
        }),
        AgentChoice::Default => {
            let agent = &store.location.default_agent;
            let has_rows = catalogue.rows.iter().any(|row| row.agent == *agent);
            Ok(has_rows.then(|| agent.clone()))
        }
    }
}

impl Listing {
    /// The listing as OpenClaw prints it, with `title`, the counts that are known, `provenance` and
    /// `transcript` added to every session.
    pub fn to_json(&self) -> Value {
        let mut out = Object::new();
        let path = match (self.all_agents, self.sources.as_slice()) {
            (false, [first, ..]) => Value::from(first.path.display().to_string()),
            _ => Value::Null,
        };
        out.insert("path", path);
        if self.all_agents {
            let stores = self.sources.iter().map(|source| {
                let mut store = Object::new();
                store.insert("agentId", source.agent.as_str());
                store.insert("path", source.path.display().to_string());
                Value::Object(store)
            });
            out.insert("stores", Value::Array(stores.collect()));
            out.insert("allAgents", true);
        }
        out.insert("count", self.rows.len() as f64);
        out.insert("totalCount", self.total as f64);
        out.insert(
            "limitApplied",
            self.request.limit.map_or(Value::Null, |limit| (limit as f64).into()),
        );
        out.insert("hasMore", self.total > self.rows.len());
        let minutes = self.request.active_minutes;
        out.insert("activeMinutes", minutes.map_or(Value::Null, |minutes| (minutes as f64).into()));
        let sessions = self.rows.iter().map(|row| self.session(row)).collect();
        out.insert("sessions", Value::Array(sessions));
        Value::Object(out)
    }

    fn session(&self, row: &SessionRow) -> Value {
        let mut out = Object::new();
        out.insert("key", row.key.as_ref().map_or(Value::Null, |key| key.as_str().into()));
        out.insert("updatedAt", number(&row.updated, |ms| *ms as f64));
        let age = row.updated.value().map(|updated| self.now.saturating_sub(*updated).max(0));
        out.insert("ageMs", age.map_or(Value::Null, |age| (age as f64).into()));
        out.insert("sessionId", row.session_id.as_str());
        for (name, value) in &row.listed {
            if !out.contains_key(name) {
                out.insert(*name, value.clone());
            }
        }
        out.insert("agentId", row.agent.as_str());
        out.insert("kind", row.kind.word());
        if let Some(title) = row.title.value() {
            out.insert("title", title.as_str());
        }
        let counts = [
            ("messages", &row.messages),
            ("toolCalls", &row.tool_calls),
            ("errors", &row.errors),
            ("sizeBytes", &row.size),
        ];
        for (name, fact) in counts {
            if let Some(count) = fact.value() {
                out.insert(name, *count as f64);
            }
        }
        out.insert("provenance", row.provenance.word());
        out.insert("transcript", row.transcript.path().display().to_string());
        Value::Object(out)
    }
}

fn number<T>(fact: &Fact<T>, with: impl FnOnce(&T) -> f64) -> Value {
    fact.value().map_or(Value::Null, |value| with(value).into())
}
