//! Showing one session without a terminal: the branch, root to leaf, as it is stored.

use crate::js::value::{Object, Value};
use crate::model::diagnostic::{Diagnostic, RowPos};
use crate::model::key::{AgentId, SessionKey};
use crate::model::session::{SessionRow, TranscriptSource};
use crate::store::Store;
use crate::store::cancel::Cancel;

use super::Error;
use super::branch::{self, Records};
use super::pick::{Wanted, pick};

/// A session's branch with its records.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The session.
    pub row: SessionRow,
    /// The first header, as stored.
    pub header: Value,
    /// Id of the leaf.
    pub leaf: Option<String>,
    /// The records, root first, with `parentId` as in the branch.
    pub entries: Vec<Value>,
    /// How many runtime events the session has.
    pub runtime_events: usize,
    /// What was skipped or odd.
    pub diagnostics: Vec<Diagnostic>,
}

/// What to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShowRequest {
    /// The session; `None` means the only one that there is.
    pub wanted: Option<Wanted>,
    /// The agent whose session it is.
    pub agent: Option<AgentId>,
    /// The id of the entry at which the branch ends; `None` means the active branch.
    pub branch: Option<String>,
}

/// Finds a session and reads one of its branches.
///
/// # Errors
///
/// [`Error::SessionNotFound`], [`Error::Ambiguous`], [`Error::TranscriptMissing`],
/// [`Error::EntryNotFound`], or a source that cannot be read.
pub fn show(store: &Store, request: &ShowRequest) -> Result<Shown, Error> {
    let catalogue = store.catalogue(&Cancel::never(), &mut |_| {});
    let (wanted, agent) = (request.wanted.as_ref(), request.agent.as_ref());
    let row = pick(&catalogue, wanted, agent, &store.location)?;
    read(store, row, request.branch.as_deref())
}

fn read(store: &Store, row: &SessionRow, leaf: Option<&str>) -> Result<Shown, Error> {
    if let TranscriptSource::Missing { path } = &row.transcript {
        return Err(Error::TranscriptMissing { path: path.display().to_string() });
    }
    let never = Cancel::never();
    let transcript = store.transcript(&row.transcript, &never, &mut |_| {})?;
    let chosen = branch::chosen(&transcript, leaf)?;
    let mut bodies = store.bodies(&row.transcript)?;
    let mut diagnostics = transcript.diagnostics.clone();
    let Records { header, entries } = Records::read(&mut bodies, &transcript, &chosen)?;
    let runtime = store.find_runtime(row);
    let log = store.runtime(&runtime, &row.session_id, &never)?;
    diagnostics.extend(log.diagnostics);
    Ok(Shown {
        row: row.clone(),
        header,
        leaf: chosen.leaf.map(|leaf| transcript.tables.text(leaf).to_owned()),
        entries,
        runtime_events: log.events.len(),
        diagnostics,
    })
}

impl Shown {
    /// The session as one JSON object.
    pub fn to_json(&self) -> Value {
        let mut out = Object::new();
        out.insert("sessionId", self.row.session_id.as_str());
        out.insert("sessionKey", optional(self.row.key.as_ref().map(SessionKey::as_str)));
        out.insert("agentId", self.row.agent.as_str());
        out.insert("source", self.source());
        out.insert("header", self.header.clone());
        out.insert("leafId", optional(self.leaf.as_deref()));
        out.insert("entries", Value::Array(self.entries.clone()));
        out.insert("runtimeEvents", self.runtime_events as f64);
        let diagnostics = self.diagnostics.iter().map(diagnostic).collect();
        out.insert("diagnostics", Value::Array(diagnostics));
        Value::Object(out)
    }

    fn source(&self) -> Value {
        let mut out = Object::new();
        out.insert("kind", if self.row.transcript.is_database() { "database" } else { "file" });
        out.insert("path", self.row.transcript.path().display().to_string());
        out.insert("provenance", self.row.provenance.word());
        Value::Object(out)
    }
}

fn optional(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let mut out = Object::new();
    out.insert("severity", diagnostic.severity.word());
    out.insert("code", diagnostic.code);
    out.insert("path", diagnostic.place.path.display().to_string());
    match diagnostic.place.row {
        Some(RowPos::Line(line)) => drop(out.insert("line", line as f64)),
        Some(RowPos::Seq(seq)) => drop(out.insert("row", seq as f64)),
        None => {}
    }
    out.insert("message", diagnostic.message.as_str());
    Value::Object(out)
}
