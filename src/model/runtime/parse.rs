//! One runtime event read from its JSON text, without building its data.
//!
//! The data of an event may be large (whole prompts, whole conversations), and the index needs a
//! few members of it. So the text is read once by serde, skipping what is not needed; a text that
//! JavaScript accepts and serde's typed reading does not (a repeated member, a lone surrogate, a
//! number beyond a double) takes the exact way through [`js::parse`](crate::js::parse).

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::{EventKind, EventOutcome};
use crate::js::{date, parse};
use crate::model::details::Details;
use crate::model::member::{Maybe, Member as _, Members, Scalar, Source};

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
    /// The exit code of the command that a tool ran, as a tool result holds it.
    pub exit: Option<i32>,
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
    /// JSON that is nested deeper than [`parse::MAX_ROW_DEPTH`].
    #[error("nested too deep")]
    TooDeep,
}

/// Reads the head of a runtime event.
///
/// Any JSON has a head; whether it is accepted depends on where it was found, see
/// [`Acceptance`](super::Acceptance).
///
/// # Errors
///
/// [`EventFault::NotJson`] when the text is not JSON; [`EventFault::TooDeep`] when it is nested deeper
/// than [`parse::MAX_ROW_DEPTH`].
pub fn parse_event(text: &[u8]) -> Result<EventHead<'_>, EventFault> {
    let row: Maybe<Row<'_>> = match serde_json::from_slice(text) {
        Ok(row) => row,
        Err(_) => Maybe::of_value(&parse::parse_lossy(text).map_err(fault)?),
    };
    if parse::is_too_deep(text) {
        return Err(EventFault::TooDeep);
    }
    Ok(row.0.unwrap_or_default().head())
}

fn fault(error: parse::ParseError) -> EventFault {
    match error.fault {
        parse::Fault::TooDeep => EventFault::TooDeep,
        _ => EventFault::NotJson,
    }
}

/// The members of an event that the index looks at.
#[derive(Debug, Default)]
struct Row<'a> {
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
    /// Absent, or an object, or anything else.
    data: Option<Maybe<Data<'a>>>,
}

/// The members of `data` that the index looks at.
#[derive(Debug, Default)]
struct Data<'a> {
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
    members_truncated: Scalar<'a>,
    /// The answer of a tool.
    result: Maybe<Answer<'a>>,
}

/// The members of `data.result` that the index looks at.
#[derive(Debug, Default)]
struct Answer<'a> {
    exit_code: Scalar<'a>,
    details: Maybe<Details<'a>>,
}

impl<'de> Members<'de> for Answer<'de> {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        match name {
            "details" => self.details = value.read()?,
            "exitCode" => self.exit_code = value.read()?,
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Answer<'_> {
    /// The exit code of the command that a tool ran.
    fn exit(&self) -> Option<i32> {
        let details = self.details.0.as_ref();
        details.and_then(Details::exit).or_else(|| self.exit_code.number().map(|code| code as i32))
    }
}

impl<'de> Members<'de> for Row<'de> {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        let member = match name {
            "data" => return value.read().map(|data| self.data = Some(data)),
            "traceSchema" => &mut self.trace_schema,
            "schemaVersion" => &mut self.schema_version,
            "source" => &mut self.source,
            "type" => &mut self.r#type,
            "ts" => &mut self.ts,
            "seq" => &mut self.seq,
            "sourceSeq" => &mut self.source_seq,
            "sessionId" => &mut self.session_id,
            "runId" => &mut self.run_id,
            "provider" => &mut self.provider,
            "modelId" => &mut self.model_id,
            _ => return value.skip(),
        };
        *member = value.read()?;
        Ok(())
    }
}

impl<'a> Row<'a> {
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
            && finite(&self.seq).is_some()
            && matches!(self.session_id, Scalar::Text(_))
            && !matches!(self.data, Some(Maybe(None)));
        let order = finite(&self.source_seq).or_else(|| finite(&self.seq));
        let type_name = self.r#type.text();
        let kind = type_name.as_deref().map_or(EventKind::Other, EventKind::from_type);
        let data = self.data.and_then(|data| data.0).unwrap_or_default();
        EventHead {
            time,
            order,
            session_id: self.session_id.text(),
            run: self.run_id.text().filter(|id| !id.is_empty()),
            provider: self.provider.text(),
            model: self.model_id.text(),
            outcome: data.outcome(kind),
            exit: data.result.0.as_ref().and_then(Answer::exit),
            truncated: data.truncated.is_true() || data.members_truncated.says_something(),
            call_id: data.tool_call_id.text(),
            tool: data.name.text().filter(|_| kind.is_tool()),
            ts: self.ts.text(),
            type_name,
            conforms,
        }
    }
}

impl<'de> Members<'de> for Data<'de> {
    fn member<S: Source<'de>>(&mut self, name: &str, value: S) -> Result<(), S::Error> {
        let member = match name {
            "result" => return value.read().map(|result| self.result = result),
            "toolCallId" => &mut self.tool_call_id,
            "name" => &mut self.name,
            "success" => &mut self.success,
            "isError" => &mut self.is_error,
            "status" => &mut self.status,
            "finalStatus" => &mut self.final_status,
            "aborted" => &mut self.aborted,
            "externalAbort" => &mut self.external_abort,
            "timedOut" => &mut self.timed_out,
            "idleTimedOut" => &mut self.idle_timed_out,
            "timedOutDuringCompaction" => &mut self.timed_out_during_compaction,
            "timedOutDuringToolExecution" => &mut self.timed_out_during_tool_execution,
            "timedOutByRunBudget" => &mut self.timed_out_by_run_budget,
            "promptError" => &mut self.prompt_error,
            "terminalError" => &mut self.terminal_error,
            "fallbackStepFinalOutcome" => &mut self.fallback_step_final_outcome,
            "truncated" => &mut self.truncated,
            "_truncated" => &mut self.members_truncated,
            _ => return value.skip(),
        };
        *member = value.read()?;
        Ok(())
    }
}

impl Data<'_> {
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

fn finite(member: &Scalar<'_>) -> Option<f64> {
    member.number().filter(|number| number.is_finite())
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
