//! One entry of a session index, whichever store holds it, and the catalogue row that it gives.
//!
//! `sessions.json` and `session_nodes.entry_json` hold the same object. Members that no row shows
//! (skill snapshots, prompt reports; often megabytes) are skipped while reading, and a member of a
//! wrong type is as good as absent.

use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::js;
use crate::js::value::{Object, Value};
use crate::model::fact::{Absence, Fact};
use crate::model::key::{AgentId, KeyParts, SessionKey, SessionKind};
use crate::model::member::{Maybe, Member, Members, Source};
use crate::model::session::{Provenance, RunState, SessionRow, TitleFrom, TranscriptSource};

/// What `openclaw sessions --json` of 2026.9.6 prints of an entry, in its order, after `key` and
/// before the members that it computes.
const LISTED: &[&str] = &[
    "updatedAt",
    "sessionId",
    "sessionStartedAt",
    "lastInteractionAt",
    "visibility",
    "label",
    "displayName",
    "archivedAt",
    "pinnedAt",
    "abortedLastRun",
    "thinkingLevel",
    "fastMode",
    "verboseLevel",
    "traceLevel",
    "reasoningLevel",
    "elevatedLevel",
    "responseUsage",
    "groupActivation",
    "inputTokens",
    "outputTokens",
    "totalTokens",
    "totalTokensFresh",
    "totalTokensVersion",
    "model",
    "modelProvider",
    "providerOverride",
    "modelOverride",
    "contextTokens",
];

/// Further members that rows are made from.
const WANTED: &[&str] = &[
    "sessionFile",
    "activeSessionId",
    "chatType",
    "channel",
    "lastChannel",
    "origin",
    "deliveryContext",
    "status",
    "startedAt",
    "createdAt",
    "lastActivityAt",
    "cacheRead",
    "cacheWrite",
    "estimatedCostUsd",
    "tokenCounts",
    "spawnedBy",
    "parentSessionKey",
    "forkedFromParent",
    "usageFamilySessionIds",
];

/// The wanted members of an index entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IndexEntry {
    members: Object,
}

impl IndexEntry {
    /// Reads an entry from JSON text; `None` when the text is no JSON object.
    pub fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Maybe<Self>>(json).ok()?.0
    }

    /// The session id that the entry points at, trimmed; `activeSessionId` in the version-2 form.
    pub fn session_id(&self) -> Option<&str> {
        self.text("sessionId").or_else(|| self.text("activeSessionId"))
    }

    /// Path of the transcript as the entry spells it.
    pub fn session_file(&self) -> Option<&str> {
        self.text("sessionFile")
    }

    /// Last change, ms since the epoch, UTC.
    pub fn updated_at(&self) -> Option<i64> {
        self.time("updatedAt")
    }

    /// All session ids that the key has pointed at, as far as the entry remembers them.
    pub fn family(&self) -> impl Iterator<Item = &str> {
        let ids = self.members.get("usageFamilySessionIds").and_then(Value::as_array);
        ids.unwrap_or_default().iter().filter_map(Value::as_str)
    }

    /// A member that is text and not blank, trimmed.
    pub fn text(&self, name: &str) -> Option<&str> {
        text(self.members.get(name)?)
    }

    /// A member that is a finite number.
    pub fn number(&self, name: &str) -> Option<f64> {
        number(self.members.get(name)?)
    }

    /// A member that is `true`.
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.members.get(name), Some(Value::Bool(true)))
    }

    fn inner_text(&self, outer: &str, inner: &str) -> Option<&str> {
        text(self.members.get(outer)?.get(inner)?)
    }

    fn time(&self, name: &str) -> Option<i64> {
        self.number(name).map(|ms| ms as i64).filter(|ms| *ms > 0)
    }

    /// A count, also from the `tokenCounts` of the version-2 form.
    fn count(&self, name: &str) -> Option<u64> {
        let nested = || number(self.members.get("tokenCounts")?.get(name)?);
        self.number(name).or_else(nested).filter(|count| *count >= 0.0).map(|count| count as u64)
    }

    /// `totalTokens`, else the sum of its parts.
    fn tokens(&self) -> Option<u64> {
        self.count("totalTokens").or_else(|| {
            let parts = ["inputTokens", "outputTokens", "cacheRead", "cacheWrite"]
                .map(|name| self.count(name));
            parts.into_iter().flatten().reduce(u64::saturating_add)
        })
    }

    pub(super) fn title(&self) -> (Fact<String>, TitleFrom) {
        let named = |name: &str| self.text(name).map(str::to_owned);
        match (named("label"), named("displayName")) {
            (Some(label), _) => (Fact::Recorded(label), TitleFrom::Label),
            (None, Some(name)) => (Fact::Recorded(name), TitleFrom::DisplayName),
            (None, None) => (Fact::NotLoaded, TitleFrom::Key),
        }
    }

    fn state(&self) -> Option<RunState> {
        match self.text("status").and_then(RunState::from_status) {
            // An aborted run is also written as done; the flag is the stronger word.
            Some(RunState::Done) | None if self.is_set("abortedLastRun") => Some(RunState::Aborted),
            state => state,
        }
    }

    /// `chatType` is what the channel said; the key only follows from it.
    fn kind(&self, parts: &KeyParts<'_>) -> SessionKind {
        if !matches!(parts.kind, SessionKind::Direct | SessionKind::Unknown | SessionKind::Explicit)
        {
            return parts.kind;
        }
        match self.text("chatType").or_else(|| self.inner_text("origin", "chatType")) {
            Some("direct" | "dm") => SessionKind::Direct,
            Some("group") => SessionKind::Group,
            Some("channel" | "room") => SessionKind::Channel,
            _ => parts.kind,
        }
    }

    fn channel(&self, parts: &KeyParts<'_>) -> Option<String> {
        self.text("channel")
            .or_else(|| self.text("lastChannel"))
            .or_else(|| self.inner_text("origin", "provider"))
            .or_else(|| self.inner_text("deliveryContext", "channel"))
            .or(parts.channel)
            .map(str::to_owned)
    }

    fn listed(
        &self,
        agent: &AgentId,
        key: &SessionKey,
        kind: SessionKind,
    ) -> Vec<(&'static str, Value)> {
        let scalar =
            |value: &&Value| !matches!(value, Value::Array(_) | Value::Object(_) | Value::Null);
        let own = LISTED
            .iter()
            .filter_map(|name| Some((*name, self.members.get(name).filter(scalar)?.clone())));
        let mut listed = vec![("key", Value::from(key.as_str()))];
        listed.extend(own);
        listed.push(("agentId", Value::from(agent.as_str())));
        listed.push(("kind", Value::from(kind.word())));
        listed
    }
}

/// Makes the catalogue row of an entry.
///
/// The row's facts are those of the entry alone; what only the transcript tells is not loaded yet,
/// or never recorded when the transcript is missing. `size` is in bytes.
pub fn row_from_entry(
    agent: &AgentId,
    key: &str,
    entry: &IndexEntry,
    transcript: TranscriptSource,
    size: Fact<u64>,
    provenance: Provenance,
) -> SessionRow {
    let key = SessionKey::new(key);
    let parts = key.parts();
    let kind = entry.kind(&parts);
    let (title, title_from) = entry.title();
    let parent = ["parentSessionKey", "spawnedBy"].into_iter().find_map(|name| entry.text(name));
    let model = entry.text("model").or_else(|| entry.inner_text("model", "model"));
    let created = ["sessionStartedAt", "createdAt", "startedAt"]
        .into_iter()
        .find_map(|name| entry.time(name));
    let mut row = SessionRow {
        agent: agent.clone(),
        session_id: entry.session_id().unwrap_or_default().to_owned(),
        title,
        title_from,
        kind,
        channel: Fact::from_option(entry.channel(&parts)),
        model: model.map_or(Fact::NotLoaded, |model| Fact::Recorded(model.to_owned())),
        updated: entry.updated_at().map_or(Fact::NotLoaded, Fact::Recorded),
        created: created.map_or(Fact::NotLoaded, Fact::Recorded),
        messages: Fact::NotLoaded,
        tool_calls: Fact::NotLoaded,
        errors: Fact::NotLoaded,
        tokens: entry.tokens().map_or(Fact::NotLoaded, Fact::Recorded),
        cost: entry.number("estimatedCostUsd").map_or(Fact::NotLoaded, Fact::Recorded),
        size,
        state: Fact::from_option(entry.state()),
        provenance,
        transcript,
        parent_key: parent.map(SessionKey::new),
        forked: entry.is_set("forkedFromParent"),
        listed: entry.listed(agent, &key, kind),
        key: None,
    };
    row.key = Some(key);
    if matches!(row.transcript, TranscriptSource::Missing { .. }) {
        never_loaded(&mut row);
    }
    row
}

/// Without a transcript nothing will fill the gaps: say so instead of "not loaded yet".
fn never_loaded(row: &mut SessionRow) {
    fn close<T>(fact: &mut Fact<T>) {
        if fact.is_not_loaded() {
            *fact = Fact::NeverRecorded(Absence::TranscriptMissing);
        }
    }
    close(&mut row.title);
    close(&mut row.model);
    close(&mut row.updated);
    close(&mut row.created);
    for count in
        [&mut row.messages, &mut row.tool_calls, &mut row.errors, &mut row.tokens, &mut row.size]
    {
        close(count);
    }
    close(&mut row.cost);
}

fn text(value: &Value) -> Option<&str> {
    let text = js::text::trim(value.as_str()?);
    (!text.is_empty()).then_some(text)
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.is_finite())
}

impl<'de> Members<'de> for IndexEntry {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        if !LISTED.contains(&name) && !WANTED.contains(&name) {
            return value.skip();
        }
        if let Exact(Some(value)) = value.read()? {
            self.members.insert(name, value);
        }
        Ok(())
    }
}

/// A value by JavaScript's rules, as far as they go.
struct Exact(Option<Value>);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // The text is taken first and parsed by our own parser: a label that was cut in the middle
        // of an emoji holds half a surrogate pair, which serde_json refuses in a string.
        let raw = Box::<RawValue>::deserialize(from)?;
        Ok(Self(js::parse::parse_str(raw.get()).ok()))
    }
}

impl Member<'_> for Exact {
    fn of_value(value: &Value) -> Self {
        Self(Some(value.clone()))
    }
}

#[cfg(test)]
mod tests;
