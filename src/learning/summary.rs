//! The figures over all traces, and the two groups of runs side by side.

use crate::model::learning::index::{TraceEntry, TraceIndex, TraceIx};
use crate::model::learning::view::{Group, Summary};

/// Counts the traces of an index; `arms` is the number of stored posteriors.
pub fn summarise(index: &TraceIndex, arms: u64) -> Summary {
    let (baseline, selected) = compare(index, TraceIx(0));
    let mut summary =
        Summary { traces: index.len() as u64, arms, baseline, selected, ..Summary::default() };
    for (ix, entry) in index.iter() {
        summary.tokens += entry.tokens().unwrap_or(0.0);
        if let Some(date) = entry.date() {
            summary.first = Some(summary.first.map_or(date, |first| first.min(date)));
            summary.last = Some(summary.last.map_or(date, |last| last.max(date)));
        }
        if entry.is_counted() {
            summary.counted_runs += 1;
            let used = index.arms_of(ix).iter().any(|outcome| outcome.mark.is_used());
            summary.unused_runs += u64::from(!used);
        }
    }
    summary
}

/// Baseline and selected runs from one run on.
///
/// Runs of the passive phase count as baseline runs; a comparison from the start of the active phase
/// on ([`activation`](super::replay::activation)) leaves them out.
pub fn compare(index: &TraceIndex, from: TraceIx) -> (Group, Group) {
    let (mut baseline, mut selected) = (Group::default(), Group::default());
    for (_, entry) in index.iter().skip(from.index()) {
        add(if entry.baseline { &mut baseline } else { &mut selected }, entry);
    }
    (baseline, selected)
}

fn add(group: &mut Group, entry: &TraceEntry) {
    group.runs += 1;
    // As in the product, durations count only beside recorded usage.
    if !entry.has_usage {
        return;
    }
    group.with_usage += 1;
    if let Some(tokens) = entry.tokens() {
        group.tokens.add(tokens);
    }
    if let Some(duration) = entry.duration() {
        group.duration.add(duration);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::learning::index::TraceHead;
    use crate::model::learning::trace::Mark;

    #[test]
    fn averages_speak_only_of_runs_with_usage() {
        let mut index = TraceIndex::default();
        let runs = [
            // A passive run, then a baseline run of the active phase, then two with selection.
            (true, Some(900.0), Some(10.0), Mark::Unused),
            (true, Some(200.0), Some(30.0), Mark::Used),
            (false, None, Some(99.0), Mark::Used),
            (false, Some(100.0), None, Mark::Excluded),
        ];
        for (at, (baseline, tokens, duration, mark)) in runs.into_iter().enumerate() {
            let has_usage = tokens.is_some();
            let time = Some(at as i64);
            index.push(&TraceHead {
                time,
                tokens,
                duration,
                baseline,
                has_usage,
                ..TraceHead::default()
            });
            index.push_arm("tool:fs:Read", mark, 1.0);
        }
        index.finish();
        let summary = summarise(&index, 1);
        assert_eq!((summary.baseline.runs, summary.selected.runs), (2, 2));
        assert_eq!((summary.baseline.with_usage, summary.selected.with_usage), (2, 1));
        assert_eq!(summary.baseline.tokens.mean(), Some(550.0));
        assert_eq!(summary.selected.duration.mean(), None);
        assert_eq!((summary.first, summary.last), (Some(0), Some(3)));
        assert_eq!((summary.counted_runs, summary.unused_runs), (4, 2));
        let active = compare(&index, TraceIx(1)).0;
        assert_eq!((active.runs, active.tokens.mean()), (1, Some(200.0)));
    }
}
