//! Tool calls paired with their results, across the transcript and the runtime events.
//!
//! ```text
//!  transcript   call block ──── result row          one ToolCall:
//!                   │ same id, same turn     ──▶    asked, answered,
//!  runtime      tool.call ───── tool.result         asked_event, answered_event
//! ```
//!
//! Ids are no keys: providers use `call_0` again in every turn, and a branch may answer a call of
//! its trunk once more. `pair` settles which result belongs to which call; this file answers
//! questions about the outcome.

mod lineage;
mod pair;
mod recorded;
mod told;

use rustc_hash::FxHashMap;

use super::ids::{CallIx, EntryIx, EventIx};
use super::runtime::RuntimeLog;
use super::transcript::Transcript;

/// All tool calls of a session, in the order in which they were made.
///
/// A call that several branches answered stands here once for each answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolCalls {
    /// The calls.
    pub calls: Vec<ToolCall>,
    /// Positions by message and block, by result row, and by runtime event; each sorted.
    by_block: Vec<((EntryIx, u32), CallIx)>,
    by_result: Vec<(EntryIx, CallIx)>,
    by_event: Vec<(EventIx, CallIx)>,
}

#[cfg(test)]
impl ToolCalls {
    /// A table without lookups, for tests of what only reads the calls.
    pub(in crate::model) fn of(calls: Vec<ToolCall>) -> Self {
        Self { calls, ..Self::default() }
    }
}

/// One tool call: what was asked, what came back, and where both are recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// Tool call id, empty when the record has none.
    pub id: Box<str>,
    /// Tool name, empty when the record has none.
    pub name: Box<str>,
    /// The assistant message and block that made the call.
    pub asked: Option<(EntryIx, u32)>,
    /// The runtime event that recorded the call.
    pub asked_event: Option<EventIx>,
    /// The transcript row with the result.
    pub answered: Option<EntryIx>,
    /// The runtime event with the result.
    pub answered_event: Option<EventIx>,
    /// When the call was made, ms since the epoch, UTC; runtime time wins over transcript time.
    pub started: Option<i64>,
    /// When the result was recorded, ms since the epoch, UTC; runtime time wins here, too.
    pub ended: Option<i64>,
    /// What came of it.
    pub status: CallStatus,
    /// The exit code of the command that the tool ran, as the result's details hold it; else as
    /// those of the runtime event do.
    pub exit: Option<i32>,
    /// Size of the result's row in bytes; 0 without a result.
    pub result_bytes: u32,
    /// The call stands on the active branch (or only in the runtime events).
    pub active: bool,
}

/// What came of a tool call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallStatus {
    /// A result without an error.
    Ok,
    /// A result with an error.
    Error,
    /// A result without an error, of a command that ended with a non-zero exit code.
    Exit,
    /// A runtime `tool.timeout`.
    TimedOut,
    /// No result is recorded.
    NoResult,
    /// A result whose call is not recorded.
    NoCall,
}

/// Totals of the calls of one tool.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolTotals {
    /// Tool name.
    pub name: Box<str>,
    /// The calls, in order.
    pub calls: Vec<CallIx>,
    /// Calls that failed, timed out or ended with a non-zero exit code.
    pub errors: u32,
    /// Calls without a result.
    pub unanswered: u32,
    /// Sum of the known durations, ms.
    pub total_ms: i64,
    /// Sum of the sizes of the results, bytes.
    pub result_bytes: u64,
    /// Longest known duration, ms.
    pub longest_ms: Option<i64>,
}

impl ToolCall {
    /// How long it took, ms; `None` without both ends.
    pub fn duration_ms(&self) -> Option<i64> {
        Some(self.ended?.saturating_sub(self.started?).max(0))
    }

    /// The exit code, when it says that the command failed.
    pub fn failed_exit(&self) -> Option<i32> {
        self.exit.filter(|code| *code != 0)
    }
}

impl CallStatus {
    /// Tells whether the call failed, timed out or ended with a non-zero exit code.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Error | Self::Exit | Self::TimedOut)
    }
}

impl ToolCalls {
    /// Pairs calls and results; a call that both sources record is one call.
    pub fn pair(transcript: Option<&Transcript>, log: Option<&RuntimeLog>) -> Self {
        Self::index(pair::calls(transcript, log))
    }

    fn index(calls: Vec<ToolCall>) -> Self {
        let mut indexed = Self::default();
        for (at, call) in calls.iter().enumerate() {
            let at = CallIx::from(at);
            indexed.by_block.extend(call.asked.map(|block| (block, at)));
            indexed.by_result.extend(call.answered.map(|entry| (entry, at)));
            let events = [call.asked_event, call.answered_event];
            indexed.by_event.extend(events.into_iter().flatten().map(|event| (event, at)));
        }
        indexed.by_block.sort_unstable();
        indexed.by_result.sort_unstable();
        indexed.by_event.sort_unstable();
        indexed.calls = calls;
        indexed
    }

    /// The call at a position.
    pub fn call(&self, call: CallIx) -> Option<&ToolCall> {
        self.calls.get(call.index())
    }

    /// The call that a result row answers, if any.
    pub fn answered_by(&self, result: EntryIx) -> Option<CallIx> {
        lookup(&self.by_result, result)
    }

    /// The calls that an assistant message made, in block order.
    ///
    /// A block that several branches answered gives as many calls, side by side.
    pub fn asked_by(&self, message: EntryIx) -> Vec<CallIx> {
        self.between((message, 0), (message, u32::MAX)).collect()
    }

    /// The call of one block of an assistant message; with several answers the one on the active
    /// branch, else the first.
    pub fn asked_in(&self, message: EntryIx, block: u32) -> Option<CallIx> {
        let same = || self.between((message, block), (message, block));
        let is_active = |call: &CallIx| self.call(*call).is_some_and(|call| call.active);
        same().find(is_active).or_else(|| same().next())
    }

    /// The call that a runtime event records or answers.
    pub fn recorded_by(&self, event: EventIx) -> Option<CallIx> {
        lookup(&self.by_event, event)
    }

    fn between(
        &self,
        from: (EntryIx, u32),
        to: (EntryIx, u32),
    ) -> impl Iterator<Item = CallIx> + '_ {
        let start = self.by_block.partition_point(|(block, _)| *block < from);
        let end = self.by_block.partition_point(|(block, _)| *block <= to);
        self.by_block.get(start..end).unwrap_or(&[]).iter().map(|(_, call)| *call)
    }

    /// Totals by tool, most calls first, then by name.
    pub fn totals(&self) -> Vec<ToolTotals> {
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        let mut totals: Vec<ToolTotals> = Vec::new();
        for (at, call) in self.calls.iter().enumerate() {
            let place = *places.entry(&call.name).or_insert_with(|| {
                totals.push(ToolTotals::new(&call.name));
                totals.len() - 1
            });
            if let Some(tool) = totals.get_mut(place) {
                tool.add(at.into(), call);
            }
        }
        totals.sort_by(|a, b| b.calls.len().cmp(&a.calls.len()).then_with(|| a.name.cmp(&b.name)));
        totals
    }
}

impl ToolTotals {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            calls: Vec::new(),
            errors: 0,
            unanswered: 0,
            total_ms: 0,
            result_bytes: 0,
            longest_ms: None,
        }
    }

    fn add(&mut self, at: CallIx, call: &ToolCall) {
        self.calls.push(at);
        self.errors += u32::from(call.status.is_failure());
        self.unanswered += u32::from(call.status == CallStatus::NoResult);
        let duration = call.duration_ms();
        self.total_ms = self.total_ms.saturating_add(duration.unwrap_or(0));
        self.result_bytes += u64::from(call.result_bytes);
        self.longest_ms = self.longest_ms.max(duration);
    }
}

fn lookup<K: Ord + Copy>(sorted: &[(K, CallIx)], key: K) -> Option<CallIx> {
    let at = sorted.partition_point(|(own, _)| *own < key);
    sorted.get(at).filter(|(own, _)| *own == key).map(|(_, call)| *call)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, status: CallStatus, times: (Option<i64>, Option<i64>)) -> ToolCall {
        ToolCall {
            id: "".into(),
            name: name.into(),
            asked: None,
            asked_event: None,
            answered: None,
            answered_event: None,
            started: times.0,
            ended: times.1,
            status,
            exit: None,
            result_bytes: 0,
            active: true,
        }
    }

    #[test]
    fn totals_count_by_tool_most_calls_first() {
        let calls = ToolCalls::index(vec![
            call("read", CallStatus::Ok, (Some(10), Some(30))),
            call("exec", CallStatus::NoResult, (Some(10), None)),
            call("read", CallStatus::Error, (Some(10), Some(15))),
            call("read", CallStatus::TimedOut, (None, None)),
            call("exec", CallStatus::Exit, (None, None)),
        ]);
        let totals = calls.totals();
        let names: Vec<_> = totals.iter().map(|tool| (&*tool.name, tool.calls.len())).collect();
        assert_eq!(names, [("read", 3), ("exec", 2)]);
        let read = &totals[0];
        assert_eq!((read.errors, read.total_ms, read.longest_ms), (2, 25, Some(20)));
        let exec = &totals[1];
        assert_eq!((exec.errors, exec.unanswered, exec.longest_ms), (1, 1, None));
    }

    #[test]
    fn a_clock_that_went_back_gives_no_negative_duration() {
        assert_eq!(call("x", CallStatus::Ok, (Some(9), Some(3))).duration_ms(), Some(0));
    }
}

#[cfg(test)]
mod whole_tests;
