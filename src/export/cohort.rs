//! Which runtime events describe the session's last run, and what `artifacts.json` takes of them.

use crate::js::value::Value;
use crate::model::entry::Rules;

/// The last `trace.artifacts`, `model.completed` and `session.ended` that count.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Finals<'a> {
    pub artifacts: Option<&'a Value>,
    pub completed: Option<&'a Value>,
    pub ended: Option<&'a Value>,
}

impl<'a> Finals<'a> {
    /// File stores take the last event of each type, whichever run it belongs to; databases take
    /// them from the last run only.
    pub(super) fn of(runtime: &'a [Value], rules: Rules) -> Self {
        let events: Vec<&Value> = match rules {
            Rules::Files => runtime.iter().collect(),
            Rules::Database => last_run(runtime),
        };
        let last = |kind: &str| data_of_last(events.iter().copied(), kind);
        Self {
            artifacts: last("trace.artifacts"),
            completed: last("model.completed"),
            ended: last("session.ended"),
        }
    }

    /// The members of `artifacts.json` that the events give, in order.
    pub(super) fn members(&self, rules: Rules) -> impl Iterator<Item = (&'static str, &'a Value)> {
        let database = rules == Rules::Database;
        let rows = ARTIFACTS.iter().filter(move |row| database || !row.database_only);
        rows.filter_map(|row| {
            let parts = row.from.iter().map(|part| part.of(self, row.member));
            Some((row.member, choose(parts)?))
        })
    }

    /// Tells whether there is anything to make `artifacts.json` of.
    pub(super) fn any(&self) -> bool {
        self.artifacts.is_some() || self.completed.is_some() || self.ended.is_some()
    }
}

/// `data` of the last event of a type; an event without `data` counts as none, and no earlier one
/// takes its place.
pub(super) fn data_of_last<'a, I>(events: I, kind: &str) -> Option<&'a Value>
where
    I: IntoIterator<Item = &'a Value, IntoIter: DoubleEndedIterator>,
{
    events.into_iter().rfind(|event| type_of(event) == Some(kind))?.get("data")
}

fn type_of(event: &Value) -> Option<&str> {
    event.get("type").and_then(Value::as_str)
}

fn run_of(event: &Value) -> Option<&Value> {
    event.get("runId").filter(|run| !run.is_null())
}

fn last_run(runtime: &[Value]) -> Vec<&Value> {
    let started = runtime.iter().rposition(|event| type_of(event) == Some("session.started"));
    let fallback = || runtime.last().and_then(run_of);
    let (from, to, run) = match started {
        Some(at) => (at, runtime.len(), runtime.get(at).and_then(run_of).or_else(fallback)),
        None => match chosen_end(runtime) {
            Some(end) => {
                let run = runtime.get(end).and_then(run_of).or_else(fallback);
                (after_previous_end(runtime, end, run), end + 1, run)
            }
            None => (0, runtime.len(), fallback()),
        },
    };
    let window = runtime.get(from..to).unwrap_or_default().iter();
    window.filter(|event| run.is_none_or(|run| event.get("runId") == Some(run))).collect()
}

/// The `session.ended` with the greatest finite `data.startedAt` (the later of equals), else the
/// last one.
fn chosen_end(runtime: &[Value]) -> Option<usize> {
    let ends = || runtime.iter().enumerate().filter(|(_, e)| type_of(e) == Some("session.ended"));
    let started_at = |event: &Value| {
        event.pointer("/data/startedAt").and_then(Value::as_f64).filter(|at| at.is_finite())
    };
    ends()
        .filter_map(|(at, event)| Some((at, started_at(event)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(at, _)| at)
        .or_else(|| runtime.iter().rposition(|event| type_of(event) == Some("session.ended")))
}

fn after_previous_end(runtime: &[Value], end: usize, run: Option<&Value>) -> usize {
    let before = runtime.get(..end).unwrap_or_default();
    let previous = before.iter().rposition(|event| {
        type_of(event) == Some("session.ended") && (run.is_none() || run_of(event) == run)
    });
    previous.map_or(0, |at| at + 1)
}

/// One of the three final events.
#[derive(Debug, Clone, Copy)]
enum Origin {
    Artifacts,
    Completed,
    Ended,
    /// `status` of the end, which other events call `finalStatus`.
    EndedStatus,
}

impl Origin {
    fn of<'a>(self, finals: &Finals<'a>, member: &str) -> Option<&'a Value> {
        match self {
            Self::Artifacts => finals.artifacts?.get(member),
            Self::Completed => finals.completed?.get(member),
            Self::Ended => finals.ended?.get(member),
            Self::EndedStatus => finals.ended?.get("status"),
        }
    }
}

/// The first value that is not null; when none is, what the last part holds.
fn choose<'a>(parts: impl Iterator<Item = Option<&'a Value>>) -> Option<&'a Value> {
    let mut last = None;
    for part in parts {
        last = part;
        if part.is_some_and(|value| !value.is_null()) {
            return part;
        }
    }
    last
}

struct ArtifactRow {
    member: &'static str,
    from: &'static [Origin],
    database_only: bool,
}

const fn row(member: &'static str, from: &'static [Origin]) -> ArtifactRow {
    ArtifactRow { member, from, database_only: false }
}

const fn newer(member: &'static str, from: &'static [Origin]) -> ArtifactRow {
    ArtifactRow { member, from, database_only: true }
}

use Origin::{Artifacts as A, Completed as C, Ended as E, EndedStatus};

/// Members of `artifacts.json` in order, each with the events that may hold it, in order of choice.
const ARTIFACTS: &[ArtifactRow] = &[
    row("finalStatus", &[A, EndedStatus]),
    row("aborted", &[A, E]),
    row("externalAbort", &[A, E]),
    row("timedOut", &[A, E]),
    row("idleTimedOut", &[A, E]),
    row("timedOutDuringCompaction", &[A, E]),
    row("timedOutDuringToolExecution", &[A, E]),
    row("timedOutByRunBudget", &[A, E]),
    row("promptError", &[A, E, C]),
    row("promptErrorSource", &[A, C]),
    row("terminalError", &[A, E, C]),
    row("usage", &[A, C]),
    row("promptCache", &[A, C]),
    row("compactionCount", &[A, C]),
    row("assistantTexts", &[A, C]),
    newer("stopReason", &[A, C, E]),
    row("finalPromptText", &[A, C]),
    newer("finalPromptTextOriginalLength", &[A, C]),
    row("itemLifecycle", &[A]),
    row("toolMetas", &[A]),
    row("didSendViaMessagingTool", &[A]),
    row("successfulCronAdds", &[A]),
    row("messagingToolSentTexts", &[A]),
    row("messagingToolSentMediaUrls", &[A]),
    row("messagingToolSentTargets", &[A]),
    row("lastToolError", &[A]),
];
