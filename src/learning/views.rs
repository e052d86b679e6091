//! Lists and charts over the traces: an arm's runs, filtered runs, time series.

use crate::model::learning::index::{TraceEntry, TraceIndex, TraceIx};
use crate::model::learning::trace::Mark;
use crate::model::learning::view::{ArmRun, Bucket, Spread};

/// What every run did with an arm, newest first. Runs that do not name it are part of the list: a
/// tool that selection left out shows in no other way.
pub fn runs_of_arm(index: &TraceIndex, arm: &str) -> Vec<ArmRun> {
    let number = index.arms.find(arm);
    index
        .iter()
        .rev()
        .map(|(trace, _)| {
            let own = index.arms_of(trace).iter().filter(|outcome| Some(outcome.arm) == number);
            let mut run = ArmRun { trace, mark: Mark::Absent, cost: 0.0, repeated: false };
            for (nth, outcome) in own.enumerate() {
                run.mark = run.mark.max(outcome.mark);
                run.cost = outcome.cost;
                run.repeated = nth > 0;
            }
            run
        })
        .collect()
}

/// Which runs are shown; a part that is not set lets all pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TraceFilter {
    /// Baseline runs, or those with selection.
    pub baseline: Option<bool>,
    /// Stopped runs, or the others.
    pub aborted: Option<bool>,
    /// Failed runs, or the others.
    pub failed: Option<bool>,
    /// Only this provider.
    pub provider: Option<String>,
    /// Only this model.
    pub model: Option<String>,
    /// Only this channel.
    pub channel: Option<String>,
    /// Only this session, by id or key.
    pub session: Option<String>,
}

/// The runs that pass a filter, newest first.
pub fn filter(index: &TraceIndex, filter: &TraceFilter) -> Vec<TraceIx> {
    // Texts are compared once: equal ones have equal numbers.
    let find = |text: &Option<String>| text.as_ref().map(|text| index.names.find(text));
    let (provider, model) = (find(&filter.provider), find(&filter.model));
    let (channel, session) = (find(&filter.channel), find(&filter.session));
    let passes = |entry: &TraceEntry| {
        filter.baseline.is_none_or(|wanted| entry.baseline == wanted)
            && filter.aborted.is_none_or(|wanted| entry.aborted == wanted)
            && filter.failed.is_none_or(|wanted| entry.failed == wanted)
            && provider.is_none_or(|wanted| wanted.is_some() && entry.provider == wanted)
            && model.is_none_or(|wanted| wanted.is_some() && entry.model == wanted)
            && channel.is_none_or(|wanted| wanted.is_some() && entry.channel == wanted)
            && session.is_none_or(|wanted| {
                wanted.is_some() && (entry.session_id == wanted || entry.session_key == wanted)
            })
    };
    index.iter().rev().filter(|(_, entry)| passes(entry)).map(|(ix, _)| ix).collect()
}

/// Tokens of the runs over time, in stretches of `width` milliseconds (at least 1), oldest first;
/// only stretches with a value. Runs without a date or a recorded total have no place.
pub fn tokens_over_time(index: &TraceIndex, width: i64) -> Vec<Bucket> {
    series(index, width, TraceEntry::tokens)
}

/// Durations of the runs over time in milliseconds; see [`tokens_over_time`].
pub fn durations_over_time(index: &TraceIndex, width: i64) -> Vec<Bucket> {
    series(index, width, TraceEntry::duration)
}

fn series(
    index: &TraceIndex,
    width: i64,
    value: impl Fn(&TraceEntry) -> Option<f64>,
) -> Vec<Bucket> {
    let width = width.max(1);
    let mut buckets: Vec<Bucket> = Vec::new();
    for (_, entry) in index.iter() {
        let (Some(date), Some(value)) = (entry.date(), value(entry)) else { continue };
        let start = date - date.rem_euclid(width);
        // Runs come in order of time.
        match buckets.last_mut() {
            Some(last) if last.start == start => last.values.add(value),
            _ => {
                let mut values = Spread::default();
                values.add(value);
                buckets.push(Bucket { start, values });
            }
        }
    }
    buckets
}

/// The arms and marks of all runs of a session together, by number of mentions: for each arm how
/// many of the session's runs used it and how many included it.
pub fn arms_of_session(index: &TraceIndex, session: &str) -> Vec<SessionArm> {
    let wanted = TraceFilter { session: Some(session.to_owned()), ..TraceFilter::default() };
    let mut arms: Vec<SessionArm> = Vec::new();
    let mut places = vec![usize::MAX; index.arms.len()];
    for ix in filter(index, &wanted) {
        for outcome in index.arms_of(ix) {
            let Some(place) = places.get_mut(outcome.arm.index()) else { continue };
            if *place == usize::MAX {
                *place = arms.len();
                let arm = index.arms.get(outcome.arm).to_owned();
                arms.push(SessionArm { arm, used: 0, included: 0, named: 0 });
            }
            if let Some(arm) = arms.get_mut(*place) {
                arm.named += 1;
                arm.included += u64::from(outcome.mark.is_included());
                arm.used += u64::from(outcome.mark.is_used());
            }
        }
    }
    arms.sort_by_key(|arm| std::cmp::Reverse((arm.used, arm.included)));
    arms
}

/// An arm in the runs of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionArm {
    /// The arm's name.
    pub arm: String,
    /// Mentions as used.
    pub used: u64,
    /// Mentions as included.
    pub included: u64,
    /// All mentions.
    pub named: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::learning::index::TraceHead;

    fn index() -> TraceIndex {
        let mut index = TraceIndex::default();
        let head = TraceHead {
            session_id: "s1",
            session_key: Some("agent:main:main"),
            ..TraceHead::default()
        };
        index.push(&TraceHead {
            row: 1,
            time: Some(10),
            tokens: Some(100.0),
            baseline: true,
            has_usage: true,
            provider: Some("p"),
            ..head
        });
        index.push_arm("a", Mark::Used, 5.0);
        index.push_arm("b", Mark::Excluded, 7.0);
        index.push(&TraceHead {
            row: 2,
            time: Some(25),
            aborted: true,
            session_id: "s2",
            ..TraceHead::default()
        });
        index.push_arm("b", Mark::ExcludedUsed, 7.0);
        index.push(&TraceHead {
            row: 3,
            time: Some(29),
            tokens: Some(300.0),
            failed: true,
            provider: Some("q"),
            ..head
        });
        index.push_arm("a", Mark::Unused, 6.0);
        index.push_arm("a", Mark::Used, 6.5);
        index.finish();
        index
    }

    #[test]
    fn an_arms_runs_tell_absent_from_excluded() {
        let marks = |arm| runs_of_arm(&index(), arm).iter().map(|run| run.mark).collect::<Vec<_>>();
        assert_eq!(marks("a"), [Mark::Used, Mark::Absent, Mark::Used]);
        assert_eq!(marks("b"), [Mark::Absent, Mark::ExcludedUsed, Mark::Excluded]);
        assert_eq!(marks("c"), [Mark::Absent; 3]);
        let repeated: Vec<_> = runs_of_arm(&index(), "a").iter().map(|run| run.repeated).collect();
        assert_eq!(repeated, [true, false, false]);
    }

    #[test]
    fn every_part_of_a_filter_counts() {
        let rows = |wanted: TraceFilter| {
            let index = index();
            let found = filter(&index, &wanted);
            found.iter().map(|ix| index.get(*ix).unwrap().row).collect::<Vec<_>>()
        };
        let all = TraceFilter::default;
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(rows(all()), [3, 2, 1]);
        assert_eq!(rows(TraceFilter { baseline: Some(true), ..all() }), [1]);
        assert_eq!(rows(TraceFilter { aborted: Some(false), ..all() }), [3, 1]);
        assert_eq!(rows(TraceFilter { failed: Some(true), ..all() }), [3]);
        assert_eq!(rows(TraceFilter { provider: text("p"), ..all() }), [1]);
        assert_eq!(rows(TraceFilter { model: text("nobody"), ..all() }), [] as [i64; 0]);
        assert_eq!(rows(TraceFilter { session: text("agent:main:main"), ..all() }), [3, 1]);
        assert_eq!(rows(TraceFilter { session: text("s2"), ..all() }), [2]);
    }

    #[test]
    fn charts_hold_what_is_recorded() {
        let series = tokens_over_time(&index(), 20);
        let points: Vec<_> =
            series.iter().map(|bucket| (bucket.start, bucket.values.mean())).collect();
        assert_eq!(points, [(0, Some(100.0)), (20, Some(300.0))]);
        let arms = arms_of_session(&index(), "s1");
        assert_eq!(arms[0], SessionArm { arm: "a".into(), used: 2, included: 3, named: 3 });
        assert_eq!(arms[1], SessionArm { arm: "b".into(), used: 0, included: 0, named: 1 });
    }
}
