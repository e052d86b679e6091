//! Which runtime events describe the session's last run, and what `artifacts.json` takes of them.

use crate::js::value::Value;
use crate::model::entry::Rules;

use super::runtime::RuntimeEvents;

/// The last `trace.artifacts`, `model.completed` and `session.ended` that count.
#[derive(Debug, Clone, Default)]
pub(super) struct Finals {
    pub artifacts: Option<Value>,
    pub completed: Option<Value>,
    pub ended: Option<Value>,
}

impl Finals {
    /// File stores take the last event of each type, whichever run it belongs to; databases take
    /// them from the last run only.
    pub(super) fn of(runtime: &RuntimeEvents, rules: Rules) -> Self {
        let events: Vec<usize> = match rules {
            Rules::Files => (0..runtime.len()).collect(),
            Rules::Database => last_run(runtime),
        };
        let last = |kind: &str| runtime.data_of_last(events.iter().copied(), kind);
        Self {
            artifacts: last("trace.artifacts"),
            completed: last("model.completed"),
            ended: last("session.ended"),
        }
    }

    /// The members of `artifacts.json` that the events give, in order.
    pub(super) fn members(&self, rules: Rules) -> impl Iterator<Item = (&'static str, &Value)> {
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

fn run_of(runtime: &RuntimeEvents, at: usize) -> Option<&Value> {
    runtime.heads().get(at)?.run.as_deref()
}

/// The positions of the events of the last run.
fn last_run(runtime: &RuntimeEvents) -> Vec<usize> {
    let heads = runtime.heads();
    let started = heads.iter().rposition(|head| &*head.kind == "session.started");
    let fallback = || run_of(runtime, heads.len().checked_sub(1)?);
    let (from, to, run) = match started {
        Some(at) => (at, heads.len(), run_of(runtime, at).or_else(fallback)),
        None => match chosen_end(runtime) {
            Some(end) => {
                let run = run_of(runtime, end).or_else(fallback);
                (after_previous_end(runtime, end, run), end + 1, run)
            }
            None => (0, heads.len(), fallback()),
        },
    };
    (from..to).filter(|at| run.is_none_or(|run| run_of(runtime, *at) == Some(run))).collect()
}

/// The positions of the events that end a run.
fn ends(runtime: &RuntimeEvents) -> impl DoubleEndedIterator<Item = usize> {
    let heads = runtime.heads().iter().enumerate();
    heads.filter(|(_, head)| &*head.kind == "session.ended").map(|(at, _)| at)
}

/// The `session.ended` with the greatest finite `data.startedAt` (the later of equals), else the
/// last one.
fn chosen_end(runtime: &RuntimeEvents) -> Option<usize> {
    let started_at = |at: usize| {
        let event = runtime.event(at)?;
        event.pointer("/data/startedAt").and_then(Value::as_f64).filter(|at| at.is_finite())
    };
    ends(runtime)
        .filter_map(|at| Some((at, started_at(at)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(at, _)| at)
        .or_else(|| ends(runtime).next_back())
}

fn after_previous_end(runtime: &RuntimeEvents, end: usize, run: Option<&Value>) -> usize {
    let before = ends(runtime).take_while(|at| *at < end);
    let is_same = |at: &usize| run.is_none() || run_of(runtime, *at) == run;
    before.filter(is_same).last().map_or(0, |at| at + 1)
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
    fn of<'a>(self, finals: &'a Finals, member: &str) -> Option<&'a Value> {
        match self {
            Self::Artifacts => finals.artifacts.as_ref()?.get(member),
            Self::Completed => finals.completed.as_ref()?.get(member),
            Self::Ended => finals.ended.as_ref()?.get(member),
            Self::EndedStatus => finals.ended.as_ref()?.get("status"),
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
