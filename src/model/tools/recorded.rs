//! The calls that the runtime events record: a result answers the nearest earlier call with its id
//! in its own run that is still open.

use rustc_hash::FxHashMap;

use super::pair::LOOK_BACK;
use crate::model::ids::{EventIx, IdIx};
use crate::model::runtime::{EventKind, RuntimeEvent, RuntimeLog};

/// A call as the runtime events record it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Recorded {
    pub(super) id: Option<IdIx>,
    pub(super) run: Option<IdIx>,
    pub(super) asked: Option<EventIx>,
    pub(super) answered: Option<EventIx>,
    /// The answer is a time-out, which a late result may still replace.
    pub(super) timed_out: bool,
    pub(super) matched: bool,
    before: Option<usize>,
}

impl Recorded {
    /// The events of call and answer.
    pub(super) fn pair(&self) -> (Option<EventIx>, Option<EventIx>) {
        (self.asked, self.answered)
    }

    fn is_open_for(&self, event: &RuntimeEvent) -> bool {
        let same_run = self.run == event.run || self.run.is_none() || event.run.is_none();
        let open = self.answered.is_none() || self.timed_out && event.kind == EventKind::ToolResult;
        self.asked.is_some() && open && same_run
    }
}

/// The calls of the runtime events, in reading order, results without a call among them.
pub(super) fn in_log(log: &RuntimeLog) -> Vec<Recorded> {
    let mut records: Vec<Recorded> = Vec::new();
    let mut latest: FxHashMap<IdIx, usize> = FxHashMap::default();
    for (at, event) in log.iter() {
        let timed_out = event.kind == EventKind::ToolTimeout;
        let mut new = Recorded { id: event.call_id, run: event.run, ..Recorded::default() };
        match event.kind {
            EventKind::ToolCall => new.asked = Some(at),
            EventKind::ToolResult | EventKind::ToolTimeout => {
                let newest = event.call_id.and_then(|id| latest.get(&id).copied());
                let call = std::iter::successors(newest, |at| records.get(*at)?.before)
                    .take(LOOK_BACK)
                    .find(|at| records.get(*at).is_some_and(|call| call.is_open_for(event)));
                if let Some(call) = call.and_then(|call| records.get_mut(call)) {
                    call.answered = Some(at);
                    call.timed_out = timed_out;
                    continue;
                }
                (new.answered, new.timed_out) = (Some(at), timed_out);
            }
            _ => continue,
        }
        new.before = new.id.and_then(|id| latest.insert(id, records.len()));
        records.push(new);
    }
    records
}
