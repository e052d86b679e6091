//! Runs: the runtime events of one turn of the agent, by run id.

mod details;

use rustc_hash::FxHashMap;

use super::ids::{EventIx, IdIx};
use super::runtime::{EventKind, EventOutcome, RuntimeEvent, RuntimeLog};

pub use details::{FallbackStep, Listed, RunDetails};

/// One run, as its runtime events tell it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    /// `runId`; `None` for events without one.
    pub id: Option<IdIx>,
    /// Earliest event's time, ms since the epoch, UTC.
    pub started: Option<i64>,
    /// Latest event's time, ms since the epoch, UTC.
    pub ended: Option<i64>,
    /// All events of the run, in reading order.
    pub events: Vec<EventIx>,
    /// `session.started`: trigger, channel.
    pub session_started: Option<EventIx>,
    /// `trace.metadata`: harness, model, config, skills.
    pub metadata: Option<EventIx>,
    /// `context.compiled`: system prompt, tools.
    pub context: Option<EventIx>,
    /// `prompt.submitted` or `prompt.skipped`.
    pub prompt: Option<EventIx>,
    /// `model.completed`: usage, prompt cache, answers.
    pub completed: Option<EventIx>,
    /// `trace.artifacts`: final status.
    pub artifacts: Option<EventIx>,
    /// `session.ended`: status.
    pub session_ended: Option<EventIx>,
    /// `model.fallback_step` events.
    pub fallbacks: Vec<EventIx>,
    /// How the run ended: by `session.ended`, else `trace.artifacts`, else `model.completed`;
    /// [`EventOutcome::Silent`] for a run that goes on or broke off.
    pub outcome: EventOutcome,
    /// Tool calls recorded at run time.
    pub calls: u32,
}

/// Groups the events of a log into runs, in time order of their first events.
///
/// An event without a run id belongs to the run that is open where it stands; outside any run it
/// opens an unnamed one, as `session.started` without a run id always does. Where a step occurs
/// more than once in a run (one of several attempts), the last one counts.
pub fn group(log: &RuntimeLog) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut named: FxHashMap<IdIx, usize> = FxHashMap::default();
    let mut open: Option<usize> = None;
    for (at, event) in log.iter() {
        let known = match event.run {
            Some(id) => named.get(&id).copied(),
            None => open.filter(|_| event.kind != EventKind::SessionStarted),
        };
        let position = known.unwrap_or_else(|| {
            runs.push(Run { id: event.run, ..Run::default() });
            runs.len() - 1
        });
        if let Some(id) = event.run {
            named.insert(id, position);
        }
        open = (event.kind != EventKind::SessionEnded).then_some(position);
        if let Some(run) = runs.get_mut(position) {
            run.add(at, event);
        }
    }
    for run in &mut runs {
        run.outcome = run.final_outcome(log);
    }
    // Runs without any time stay behind the run that was read before them.
    let mut last = i64::MIN;
    let mut keyed: Vec<_> = runs
        .into_iter()
        .map(|run| {
            last = run.started.unwrap_or(last);
            (last, run)
        })
        .collect();
    keyed.sort_by_key(|(started, _)| *started);
    keyed.into_iter().map(|(_, run)| run).collect()
}

impl Run {
    fn add(&mut self, at: EventIx, event: &RuntimeEvent) {
        self.events.push(at);
        if let Some(time) = event.time {
            self.started = Some(self.started.map_or(time, |started| started.min(time)));
            self.ended = Some(self.ended.map_or(time, |ended| ended.max(time)));
        }
        let step = match event.kind {
            EventKind::SessionStarted => &mut self.session_started,
            EventKind::TraceMetadata => &mut self.metadata,
            EventKind::ContextCompiled => &mut self.context,
            EventKind::PromptSubmitted | EventKind::PromptSkipped => &mut self.prompt,
            EventKind::ModelCompleted => &mut self.completed,
            EventKind::TraceArtifacts => &mut self.artifacts,
            EventKind::SessionEnded => &mut self.session_ended,
            EventKind::FallbackStep => return self.fallbacks.push(at),
            EventKind::ToolCall => {
                self.calls += 1;
                return;
            }
            _ => return,
        };
        *step = Some(at);
    }

    fn final_outcome(&self, log: &RuntimeLog) -> EventOutcome {
        [self.session_ended, self.artifacts, self.completed]
            .into_iter()
            .filter_map(|event| Some(log.event(event?)?.outcome))
            .find(|outcome| *outcome != EventOutcome::Silent)
            .unwrap_or_default()
    }

    /// How long one attempt took, ms: from its `session.started` to the last event before the next.
    ///
    /// A run that falls back to another model starts anew under the same run id.
    pub fn attempt_ms(&self, log: &RuntimeLog, started: EventIx) -> Option<i64> {
        let from = self.events.partition_point(|event| *event < started);
        let mut attempt = self.events.get(from..)?.iter().filter_map(|at| log.event(*at));
        let start = attempt.next()?.time?;
        let last = attempt
            .take_while(|event| event.kind != EventKind::SessionStarted)
            .filter_map(|event| event.time)
            .max();
        Some(last.unwrap_or(start).saturating_sub(start).max(0))
    }

    /// How long it took from the first to the last event, ms.
    pub fn duration_ms(&self) -> Option<i64> {
        Some(self.ended?.saturating_sub(self.started?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::RowSpan;
    use super::super::runtime::{Acceptance, RuntimeLogBuilder};
    use super::super::transcript::Progress;
    use super::*;

    /// `second type run data`, one event a line; `-` for no run.
    fn log(lines: &str) -> RuntimeLog {
        let mut builder = RuntimeLogBuilder::new("r".into(), false, Acceptance::Database);
        for (row, line) in lines.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate()
        {
            let mut parts = line.splitn(4, ' ');
            let (second, name, run) =
                (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            let run = if run == "-" { "null".into() } else { format!("\"{run}\"") };
            let data = parts.next().unwrap_or("{}");
            let text = format!(
                r#"{{"type":"{name}","ts":"2026-05-01T10:00:{second}.000Z","runId":{run},"data":{data}}}"#
            );
            builder.push(text.as_bytes(), RowSpan { offset: 0, len: 0 }, row as u64);
        }
        builder.finish(Progress::default())
    }

    fn shape(runs: &[Run]) -> Vec<Vec<u32>> {
        runs.iter().map(|run| run.events.iter().map(|event| event.0).collect()).collect()
    }

    #[test]
    fn interleaved_runs_are_told_apart_by_id() {
        let log = log(r#"
            02 session.started b
            01 session.started a
            03 tool.call b
            04 session.ended a {"status":"success"}
            05 model.completed b {"aborted":false,"timedOut":true}
        "#);
        let runs = group(&log);
        assert_eq!(shape(&runs), [vec![1, 3], vec![0, 2, 4]]);
        assert_eq!(runs[0].outcome, EventOutcome::Ok);
        assert_eq!((runs[1].outcome, runs[1].calls), (EventOutcome::TimedOut, 1));
        assert_eq!(runs[1].duration_ms(), Some(3000));
    }

    #[test]
    fn every_attempt_of_a_run_has_a_duration_of_its_own() {
        let log = log(r#"
            01 session.started a
            03 model.completed a {"promptError":"429"}
            04 session.started a
            09 session.ended a {"status":"success"}
            11 session.started b
        "#);
        let runs = group(&log);
        let took = |run: usize, at| runs[run].attempt_ms(&log, EventIx(at));
        assert_eq!((took(0, 0), took(0, 2), took(1, 4)), (Some(2000), Some(5000), Some(0)));
        assert_eq!(runs[0].duration_ms(), Some(8000));
    }

    #[test]
    fn events_without_a_run_id_join_the_open_run() {
        let log = log(r#"
            01 session.started a
            02 model.fallback_step -
            03 session.ended a {"status":"cleanup"}
            04 custom.note -
            05 session.started -
            06 tool.call -
        "#);
        let runs = group(&log);
        assert_eq!(shape(&runs), [vec![0, 1, 2], vec![3], vec![4, 5]]);
        assert_eq!(runs[0].fallbacks, [EventIx(1)]);
        assert_eq!(runs[0].outcome, EventOutcome::Silent);
        let last = &runs[2];
        assert_eq!((last.completed, last.artifacts, last.session_ended), (None, None, None));
    }

    #[test]
    fn the_end_of_the_session_counts_before_the_artifacts() {
        let log = log(r#"
            01 model.completed a {"aborted":false}
            02 trace.artifacts a {"finalStatus":"error"}
            03 session.ended a {"status":"cleanup"}
        "#);
        assert_eq!(group(&log)[0].outcome, EventOutcome::Error);
    }
}
