//! The figures over all traces.

use crate::model::learning::index::TraceIndex;
use crate::model::learning::view::{Group, Summary};

/// Counts the traces of an index; `arms` is the number of stored posteriors.
pub fn summarise(index: &TraceIndex, arms: u64) -> Summary {
    let mut summary = Summary { traces: index.len() as u64, arms, ..Summary::default() };
    for (ix, entry) in index.iter() {
        summary.tokens += entry.tokens().unwrap_or(0.0);
        if let Some(date) = entry.date() {
            summary.first = Some(summary.first.map_or(date, |first| first.min(date)));
            summary.last = Some(summary.last.map_or(date, |last| last.max(date)));
        }
        let group = if entry.baseline { &mut summary.baseline } else { &mut summary.selected };
        add(group, entry);
        if entry.is_counted() {
            summary.counted_runs += 1;
            let used = index.arms_of(ix).iter().any(|outcome| outcome.mark.is_used());
            summary.unused_runs += u64::from(!used);
        }
    }
    summary
}

fn add(group: &mut Group, entry: &crate::model::learning::index::TraceEntry) {
    group.runs += 1;
    // As in the product, durations count only beside recorded usage.
    if entry.has_usage {
        group.with_usage += 1;
        entry.tokens().into_iter().for_each(|tokens| group.tokens.add(tokens));
        entry.duration().into_iter().for_each(|duration| group.duration.add(duration));
    }
}
