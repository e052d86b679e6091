//! One runtime event read from its JSON text, without building its data.
//!
//! The data of an event may be large (whole prompts, whole conversations), and the index needs a
//! few members of it. So the text is read once by serde, skipping what is not needed; a text that
//! JavaScript accepts and serde's typed reading does not (a repeated member, a lone surrogate, a
//! number beyond a double) takes the exact way through [`js::parse`](crate::js::parse).

use std::borrow::Cow;
use std::fmt;

use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::scalar::Scalar;
use super::{EventKind, EventOutcome};
use crate::js::value::Value;
use crate::js::{date, parse};

/// What the index keeps of one runtime event, borrowed from its text where that is possible.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventHead<'a> {
    /// `type`, when it is a string.
    pub type_name: Option<Cow<'a, str>>,
    /// `ts`, when it is a string.
    pub ts: Option<Cow<'a, str>>,
    /// `ts` in ms since the epoch, UTC; a time without a zone is taken for UTC.
    pub time: Option<i64>,
    /// `sourceSeq`, else `seq`; `None` when neither is a number.
    pub order: Option<f64>,
    /// `sessionId`, when it is a string.
    pub session_id: Option<Cow<'a, str>>,
    /// `runId`, when it is a string that is not empty.
    pub run: Option<Cow<'a, str>>,
    /// `data.toolCallId`.
    pub call_id: Option<Cow<'a, str>>,
    /// `data.name` of a tool event.
    pub tool: Option<Cow<'a, str>>,
    /// `provider`.
    pub provider: Option<Cow<'a, str>>,
    /// `modelId`.
    pub model: Option<Cow<'a, str>>,
    /// How the step or run ended, where the event says so.
    pub outcome: EventOutcome,
    /// Data was cut when it was captured.
    pub truncated: bool,
    /// The row is what OpenClaw accepts from a sidecar, whichever session it belongs to.
    pub conforms: bool,
}

impl EventHead<'_> {
    /// The type, when it is a known one.
    pub fn kind(&self) -> EventKind {
        self.type_name.as_deref().map_or(EventKind::Other, EventKind::from_type)
    }
}

/// Why a row is no runtime event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    /// The text is not JSON.
    #[error("not valid JSON")]
    NotJson,
    /// JSON, but not an event that OpenClaw accepts.
    #[error("not a runtime event of the known form")]
    NotEvent,
}

/// Reads the head of a runtime event.
///
/// Any JSON has a head; whether it is accepted depends on where it was found, see
/// [`Acceptance`](super::Acceptance).
///
/// # Errors
///
/// [`EventFault::NotJson`] when the text is not JSON.
pub fn parse_event(text: &[u8]) -> Result<EventHead<'_>, EventFault> {
    // Serde would also read an array as a struct, member by member.
    if text.trim_ascii_start().first() == Some(&b'{')
        && let Ok(row) = serde_json::from_slice::<Row<'_>>(text)
    {
        return Ok(row.head());
    }
    let value = parse::parse_lossy(text).map_err(|_| EventFault::NotJson)?;
    Ok(Row::from_value(&value).head())
}

/// The members of an event that the index looks at.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow)]
    trace_schema: Scalar<'a>,
    schema_version: Scalar<'a>,
    source: Scalar<'a>,
    r#type: Scalar<'a>,
    ts: Scalar<'a>,
    seq: Scalar<'a>,
    source_seq: Scalar<'a>,
    session_id: Scalar<'a>,
    run_id: Scalar<'a>,
    provider: Scalar<'a>,
    model_id: Scalar<'a>,
    data: Slot<'a>,
}

/// The `data` member.
#[derive(Debug, Default)]
enum Slot<'a> {
    #[default]
    Absent,
    Object(Box<Data<'a>>),
    Other,
}

/// The members of `data` that the index looks at.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow)]
    tool_call_id: Scalar<'a>,
    name: Scalar<'a>,
    success: Scalar<'a>,
    is_error: Scalar<'a>,
    status: Scalar<'a>,
    final_status: Scalar<'a>,
    aborted: Scalar<'a>,
    external_abort: Scalar<'a>,
    timed_out: Scalar<'a>,
    idle_timed_out: Scalar<'a>,
    timed_out_during_compaction: Scalar<'a>,
    timed_out_during_tool_execution: Scalar<'a>,
    timed_out_by_run_budget: Scalar<'a>,
    prompt_error: Scalar<'a>,
    terminal_error: Scalar<'a>,
    fallback_step_final_outcome: Scalar<'a>,
    truncated: Scalar<'a>,
    #[serde(rename = "_truncated")]
    members_truncated: Scalar<'a>,
}

impl<'a> Row<'a> {
    fn from_value(row: &Value) -> Row<'static> {
        let member = |name| Scalar::from_member(Some(row), name);
        Row {
            trace_schema: member("traceSchema"),
            schema_version: member("schemaVersion"),
            source: member("source"),
            r#type: member("type"),
            ts: member("ts"),
            seq: member("seq"),
            source_seq: member("sourceSeq"),
            session_id: member("sessionId"),
            run_id: member("runId"),
            provider: member("provider"),
            model_id: member("modelId"),
            data: match row.get("data") {
                None => Slot::Absent,
                Some(data @ Value::Object(_)) => Slot::Object(Box::new(Data::from_value(data))),
                Some(_) => Slot::Other,
            },
        }
    }

    fn head(self) -> EventHead<'a> {
        let time = match &self.ts {
            Scalar::Text(ts) => date::parse(ts, &TimeZone::UTC),
            _ => None,
        };
        let conforms = self.trace_schema.is("openclaw-trajectory")
            && self.schema_version == Scalar::Number(1.0)
            && self.source.is("runtime")
            && matches!(self.r#type, Scalar::Text(_))
            && time.is_some()
            && self.seq.number().is_some()
            && matches!(self.session_id, Scalar::Text(_))
            && !matches!(self.data, Slot::Other);
        let order = self.source_seq.number().or_else(|| self.seq.number());
        let type_name = self.r#type.text();
        let kind = type_name.as_deref().map_or(EventKind::Other, EventKind::from_type);
        let data = match self.data {
            Slot::Object(data) => *data,
            Slot::Absent | Slot::Other => Data::default(),
        };
        EventHead {
            time,
            order,
            session_id: self.session_id.text(),
            run: self.run_id.text().filter(|id| !id.is_empty()),
            provider: self.provider.text(),
            model: self.model_id.text(),
            outcome: data.outcome(kind),
            truncated: data.truncated.is_true() || data.members_truncated.says_something(),
            call_id: data.tool_call_id.text(),
            tool: data.name.text().filter(|_| kind.is_tool()),
            ts: self.ts.text(),
            type_name,
            conforms,
        }
    }
}

impl Data<'_> {
    fn from_value(data: &Value) -> Data<'static> {
        let member = |name| Scalar::from_member(Some(data), name);
        Data {
            tool_call_id: member("toolCallId"),
            name: member("name"),
            success: member("success"),
            is_error: member("isError"),
            status: member("status"),
            final_status: member("finalStatus"),
            aborted: member("aborted"),
            external_abort: member("externalAbort"),
            timed_out: member("timedOut"),
            idle_timed_out: member("idleTimedOut"),
            timed_out_during_compaction: member("timedOutDuringCompaction"),
            timed_out_during_tool_execution: member("timedOutDuringToolExecution"),
            timed_out_by_run_budget: member("timedOutByRunBudget"),
            prompt_error: member("promptError"),
            terminal_error: member("terminalError"),
            fallback_step_final_outcome: member("fallbackStepFinalOutcome"),
            truncated: member("truncated"),
            members_truncated: member("_truncated"),
        }
    }

    fn outcome(&self, kind: EventKind) -> EventOutcome {
        match kind {
            EventKind::SessionStarted
            | EventKind::TraceMetadata
            | EventKind::ContextCompiled
            | EventKind::PromptSubmitted
            | EventKind::PromptSkipped
            | EventKind::ToolCall
            | EventKind::TraceTruncated => EventOutcome::Silent,
            EventKind::ToolTimeout => EventOutcome::TimedOut,
            EventKind::ToolResult => self.tool_outcome(),
            EventKind::FallbackStep => match &self.fallback_step_final_outcome {
                outcome if outcome.is("succeeded") => EventOutcome::Ok,
                Scalar::Absent | Scalar::Null => EventOutcome::Silent,
                // The next model is tried because this one failed.
                _ => EventOutcome::Error,
            },
            _ => self.run_outcome(),
        }
    }

    fn tool_outcome(&self) -> EventOutcome {
        let failed = self.success == Scalar::Bool(false)
            || self.is_error.is_true()
            || self.status.is("error");
        if self.timed_out.is_true() {
            EventOutcome::TimedOut
        } else if failed {
            EventOutcome::Error
        } else if self.success.is_true() || self.is_error == Scalar::Bool(false) {
            EventOutcome::Ok
        } else {
            EventOutcome::Silent
        }
    }

    /// A time-out also sets the abort flags, and an abort may leave an error behind; the first
    /// cause wins.
    fn run_outcome(&self) -> EventOutcome {
        let timed_out = [
            &self.timed_out,
            &self.idle_timed_out,
            &self.timed_out_during_compaction,
            &self.timed_out_during_tool_execution,
            &self.timed_out_by_run_budget,
        ];
        let status = |name| self.status.is(name) || self.final_status.is(name);
        if timed_out.iter().any(|flag| flag.is_true()) {
            EventOutcome::TimedOut
        } else if self.aborted.is_true() || self.external_abort.is_true() || status("interrupted") {
            EventOutcome::Aborted
        } else if self.prompt_error.says_something()
            || self.terminal_error.says_something()
            || status("error")
        {
            EventOutcome::Error
        } else if status("success") || self.aborted == Scalar::Bool(false) {
            EventOutcome::Ok
        } else {
            EventOutcome::Silent
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Slot<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SlotVisitor)
    }
}

struct SlotVisitor;

impl<'de> Visitor<'de> for SlotVisitor {
    type Value = Slot<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Slot::Other)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Slot::Other)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Slot::Other)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Slot::Other)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Slot::Other)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Slot::Other)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Slot::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        let data = Data::deserialize(serde::de::value::MapAccessDeserializer::new(members))?;
        Ok(Slot::Object(Box::new(data)))
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
