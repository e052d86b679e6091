//! All traces of a source in a compact form, for counting and filtering.
//!
//! A trace takes about 64 bytes and each of its arms 12, so that 200,000 runs with 24 arms each fit
//! into 70 MB. Texts are interned; what is only shown (ids, errors) stays in the source.

use super::trace::{Mark, Trace};
use crate::model::ids::{IdIx, IdTable};

/// The position of a trace in a [`TraceIndex`], counted from 0, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceIx(pub u32);

impl TraceIx {
    /// The position as an index into a slice.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What counts of a trace.
#[derive(Debug, Clone, Copy)]
pub struct TraceEntry {
    /// The place in its source; see [`Trace::row`].
    pub row: i64,
    /// End of the run, UTC milliseconds since 1970; the smallest number when it is no date.
    pub time: i64,
    tokens: f64,
    duration: f64,
    /// The session's transcript.
    pub session_id: Option<IdIx>,
    /// The session's key.
    pub session_key: Option<IdIx>,
    /// Provider of the model.
    pub provider: Option<IdIx>,
    /// The model.
    pub model: Option<IdIx>,
    /// The messaging channel.
    pub channel: Option<IdIx>,
    /// Where the arms of the trace end in the list of all.
    end: u32,
    /// The run did without selection, or was passive.
    pub baseline: bool,
    /// The run was stopped.
    pub aborted: bool,
    /// The run failed.
    pub failed: bool,
    /// Usage was recorded, with or without a total.
    pub has_usage: bool,
}

impl TraceEntry {
    /// Total tokens, where recorded.
    pub fn tokens(&self) -> Option<f64> {
        (!self.tokens.is_nan()).then_some(self.tokens)
    }

    /// Duration in milliseconds, where recorded.
    pub fn duration(&self) -> Option<f64> {
        (!self.duration.is_nan()).then_some(self.duration)
    }

    /// The time, when there is one.
    pub fn date(&self) -> Option<i64> {
        (self.time != i64::MIN).then_some(self.time)
    }

    /// Whether an active learning layer would have learnt from the run.
    pub const fn is_counted(&self) -> bool {
        !self.aborted && !self.failed
    }
}

/// An arm in a trace.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// The arm's number in [`TraceIndex::arms`].
    pub arm: IdIx,
    /// Size in the prompt in tokens; 0 where not recorded.
    pub cost: f32,
    /// What the run did with it.
    pub mark: Mark,
}

/// The head of a trace on its way into an index.
#[derive(Debug, Clone, Copy, Default)]
pub struct TraceHead<'a> {
    /// See [`Trace::row`].
    pub row: i64,
    /// UTC milliseconds since 1970.
    pub time: Option<i64>,
    /// Total tokens.
    pub tokens: Option<f64>,
    /// Milliseconds.
    pub duration: Option<f64>,
    /// The session's transcript.
    pub session_id: &'a str,
    /// The session's key.
    pub session_key: Option<&'a str>,
    /// Provider of the model.
    pub provider: Option<&'a str>,
    /// The model.
    pub model: Option<&'a str>,
    /// The messaging channel.
    pub channel: Option<&'a str>,
    /// See [`TraceEntry::baseline`].
    pub baseline: bool,
    /// See [`TraceEntry::aborted`].
    pub aborted: bool,
    /// See [`TraceEntry::failed`].
    pub failed: bool,
    /// See [`TraceEntry::has_usage`].
    pub has_usage: bool,
}

/// All traces of a source, oldest first once [`TraceIndex::finish`] was called.
#[derive(Debug, Default)]
pub struct TraceIndex {
    entries: Vec<TraceEntry>,
    outcomes: Vec<Outcome>,
    /// Where the arms of an entry begin; parallel to `entries` after sorting.
    starts: Vec<u32>,
    /// Names of arms.
    pub arms: IdTable,
    /// Session ids and keys, providers, models, channels.
    pub names: IdTable,
}

impl TraceIndex {
    /// Adds a trace; arms follow with [`TraceIndex::push_arm`].
    pub fn push(&mut self, head: &TraceHead<'_>) {
        let start = self.outcomes.len() as u32;
        let mut name = |text: Option<&str>| text.map(|text| self.names.intern(text));
        self.entries.push(TraceEntry {
            row: head.row,
            time: head.time.unwrap_or(i64::MIN),
            tokens: head.tokens.unwrap_or(f64::NAN),
            duration: head.duration.unwrap_or(f64::NAN),
            session_id: name(Some(head.session_id)),
            session_key: name(head.session_key),
            provider: name(head.provider),
            model: name(head.model),
            channel: name(head.channel),
            end: start,
            baseline: head.baseline,
            aborted: head.aborted,
            failed: head.failed,
            has_usage: head.has_usage,
        });
        self.starts.push(start);
    }

    /// Adds an arm to the trace that was added last.
    pub fn push_arm(&mut self, arm: &str, mark: Mark, cost: f32) {
        let arm = self.arms.intern(arm);
        self.outcomes.push(Outcome { arm, cost, mark });
        if let Some(entry) = self.entries.last_mut() {
            entry.end = self.outcomes.len() as u32;
        }
    }

    /// Adds a whole trace.
    pub fn push_trace(&mut self, trace: &Trace) {
        self.push(&TraceHead {
            row: trace.row,
            time: trace.time,
            tokens: trace.usage.and_then(|usage| usage.total),
            duration: trace.duration,
            session_id: &trace.session_id,
            session_key: trace.session_key.as_deref(),
            provider: trace.provider.as_deref(),
            model: trace.model.as_deref(),
            channel: trace.channel.as_deref(),
            baseline: trace.baseline,
            aborted: trace.aborted,
            failed: trace.error.as_ref().is_some_and(|error| !error.is_empty()),
            has_usage: trace.usage.is_some(),
        });
        for arm in &trace.arms {
            self.push_arm(&arm.arm, arm.mark, arm.cost.unwrap_or(0.0) as f32);
        }
    }

    /// Adds all traces of another index behind the own ones.
    pub fn append(&mut self, other: &Self) {
        let arms: Vec<IdIx> = other.arms.iter().map(|(_, text)| self.arms.intern(text)).collect();
        let names: Vec<IdIx> =
            other.names.iter().map(|(_, text)| self.names.intern(text)).collect();
        let base = self.outcomes.len() as u32;
        self.outcomes.reserve_exact(other.outcomes.len());
        self.outcomes.extend(other.outcomes.iter().filter_map(|outcome| {
            Some(Outcome { arm: *arms.get(outcome.arm.index())?, ..*outcome })
        }));
        self.starts.extend(other.starts.iter().map(|start| start + base));
        let name = |id: Option<IdIx>| names.get(id?.index()).copied();
        self.entries.extend(other.entries.iter().map(|entry| TraceEntry {
            session_id: name(entry.session_id),
            session_key: name(entry.session_key),
            provider: name(entry.provider),
            model: name(entry.model),
            channel: name(entry.channel),
            end: entry.end + base,
            ..*entry
        }));
    }

    /// Puts the traces in order: by time, then by the order in which they were written.
    pub fn finish(&mut self) {
        self.outcomes.shrink_to_fit();
        if self.entries.is_sorted_by_key(|entry| (entry.time, entry.row)) {
            return;
        }
        let mut both: Vec<(TraceEntry, u32)> =
            self.entries.drain(..).zip(self.starts.drain(..)).collect();
        both.sort_by_key(|(entry, _)| (entry.time, entry.row));
        (self.entries, self.starts) = both.into_iter().unzip();
    }

    /// How many traces there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no traces.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A trace.
    pub fn get(&self, ix: TraceIx) -> Option<&TraceEntry> {
        self.entries.get(ix.index())
    }

    /// The arms of a trace in its order.
    pub fn arms_of(&self, ix: TraceIx) -> &[Outcome] {
        let span = self.entries.get(ix.index()).zip(self.starts.get(ix.index()));
        span.and_then(|(entry, start)| self.outcomes.get(*start as usize..entry.end as usize))
            .unwrap_or_default()
    }

    /// All traces, oldest first; reversible.
    pub fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (TraceIx, &TraceEntry)> + ExactSizeIterator + '_ {
        self.entries.iter().enumerate().map(|(at, entry)| (TraceIx(at as u32), entry))
    }

    /// What a trace did with an arm; with an arm that stands there twice, the strongest mark.
    pub fn mark(&self, ix: TraceIx, arm: IdIx) -> Mark {
        let marks = self.arms_of(ix).iter().filter(|outcome| outcome.arm == arm);
        marks.map(|outcome| outcome.mark).max().unwrap_or(Mark::Absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row, time and arms of a trace.
    type Run<'a> = (i64, i64, &'a [(&'a str, Mark)]);

    fn index(rows: &[Run<'_>]) -> TraceIndex {
        let mut index = TraceIndex::default();
        for (row, time, arms) in rows {
            index.push(&TraceHead { row: *row, time: Some(*time), ..TraceHead::default() });
            for (arm, mark) in *arms {
                index.push_arm(arm, *mark, 1.0);
            }
        }
        index
    }

    fn rows(index: &TraceIndex) -> Vec<(i64, Vec<(String, Mark)>)> {
        let arms = |ix| {
            let arms = index.arms_of(ix).iter();
            arms.map(|arm| (index.arms.get(arm.arm).to_owned(), arm.mark)).collect()
        };
        index.iter().map(|(ix, entry)| (entry.row, arms(ix))).collect()
    }

    #[test]
    fn traces_stand_in_order_of_time_and_keep_their_arms() {
        let mut all = index(&[(1, 30, &[("a", Mark::Used)]), (2, 10, &[])]);
        all.append(&index(&[(3, 10, &[("b", Mark::Unused), ("a", Mark::Excluded)])]));
        all.finish();
        let own = |arm: &str| arm.to_owned();
        assert_eq!(
            rows(&all),
            [
                (2, vec![]),
                (3, vec![(own("b"), Mark::Unused), (own("a"), Mark::Excluded)]),
                (1, vec![(own("a"), Mark::Used)]),
            ]
        );
        let a = all.arms.find("a").unwrap();
        assert_eq!(
            [0, 1, 2].map(|ix| all.mark(TraceIx(ix), a)),
            [Mark::Absent, Mark::Excluded, Mark::Used]
        );
    }
}
