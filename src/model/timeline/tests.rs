//! The merged timeline of small sessions.

use super::super::entry::{EntryFlags, Link, Rules, StopReason};
use super::super::ids::RowSpan;
use super::super::nav::{Branch, BranchEntry, BranchParent};
use super::super::runs;
use super::super::runtime::{Acceptance, RuntimeLogBuilder};
use super::super::transcript::{CallBlock, Origin, Progress, Tables};
use super::super::tree::Tree;
use super::*;
use crate::js::date::to_iso;

const SPAN: RowSpan = RowSpan { offset: 0, len: 0 };

/// A transcript of messages: role and time in ms; an assistant message makes one call.
fn transcript(rows: &[(Role, i64)]) -> Transcript {
    let mut tables = Tables::default();
    let mut branch = Branch::default();
    for (at, (role, time)) in rows.iter().enumerate() {
        let at = EntryIx::from(at);
        let calls = u16::from(*role == Role::Assistant);
        if calls > 0 {
            let id = Some(tables.ids.intern("c"));
            tables.calls.push(CallBlock { entry: at, block: 1, id, name: id, exported: true });
        }
        tables.entries.push(Entry {
            span: SPAN,
            row: 0,
            id: None,
            parent: Link::Absent,
            time: *time,
            kind: EntryKind::Message,
            role: *role,
            flags: EntryFlags::default(),
            stop: StopReason::None,
            calls,
        });
        branch.entries.push(BranchEntry { entry: at, parent: BranchParent::AsStored });
    }
    Transcript {
        origin: Origin { path: "t".into(), rules: Rules::Files, lines: true },
        header: None,
        tables,
        branch,
        tree: Tree::default(),
        skipped: crate::model::skipped::Skipped::default(),
        diagnostics: Vec::new(),
        progress: Progress::default(),
    }
}

/// Events of run `r`: type, `ts`, `seq`.
fn log(events: &[(&str, &str, u32)]) -> RuntimeLog {
    let mut builder = RuntimeLogBuilder::new("r".into(), false, Acceptance::Database);
    for (name, ts, seq) in events {
        let text = format!(
            r#"{{"type":"{name}","ts":"{ts}","seq":{seq},"runId":"r","data":{{"toolCallId":"c","promptError":"x"}}}}"#
        );
        builder.push(text.as_bytes(), SPAN, 0);
    }
    builder.finish(Progress::default())
}

fn merge(transcript: Option<&Transcript>, log: Option<&RuntimeLog>) -> Timeline {
    let calls = ToolCalls::pair(None, log);
    let runs = log.map(runs::group).unwrap_or_default();
    Timeline::merge(transcript, log, &calls, &runs)
}

fn shape(timeline: &Timeline) -> String {
    let name = |row: &TimelineRow| match row.event {
        TimelineEvent::Runtime(at) => format!("r{}", at.0),
        TimelineEvent::Entry(at) => format!("t{}", at.0),
        TimelineEvent::Call { entry, block } => format!("c{}.{block}", entry.0),
    };
    timeline.rows.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn runtime_stands_before_transcript_at_the_same_time() {
    let transcript =
        transcript(&[(Role::User, 1000), (Role::Assistant, 2000), (Role::ToolResult, 2000)]);
    let log = log(&[
        ("session.started", &to_iso(1000).unwrap(), 2),
        ("prompt.submitted", &to_iso(1000).unwrap(), 1),
        ("session.ended", &to_iso(2000).unwrap(), 3),
    ]);
    let timeline = merge(Some(&transcript), Some(&log));
    assert_eq!(shape(&timeline), "r1 r0 t0 r2 t1 c1.1 t2");
    let gaps: Vec<_> = timeline.rows.iter().map(|row| row.gap).collect();
    assert_eq!(gaps[..4], [None, Some(0), Some(0), Some(1000)]);
    assert_eq!(timeline.longest_gap(), Some(3));
    assert!(timeline.rows.iter().all(|row| row.run == Some(RunIx(0))));
    let opens: Vec<_> = timeline.rows.iter().map(|row| row.opens_run).collect();
    assert_eq!(opens.iter().filter(|opens| **opens).count(), 1);
    assert!(opens[0], "the first event of the run opens it");
    assert_eq!(timeline.rows[1].duration, Some(1000), "the run to its end");
    let lanes: Vec<_> = timeline.rows.iter().skip(3).map(|row| row.lane).collect();
    assert_eq!(lanes, [Lane::Session, Lane::Model, Lane::Tools, Lane::Tools]);
}

#[test]
fn a_time_in_another_form_sorts_as_text() {
    let log = log(&[
        ("a", "1970-01-01T00:00:02Z", 1),
        ("b", "1970-01-01T00:00:01.5Z", 2),
        ("c", "1970-01-01T00:00:01+00:00", 3),
        ("d", "1970-01-01T00:00:01.000Z", 4),
        ("e", "1970-01-01T00:00:01Z", 5),
    ]);
    assert_eq!(shape(&merge(None, Some(&log))), "r3 r1 r2 r4 r0");
    let transcript = transcript(&[(Role::User, 1000), (Role::User, 1999)]);
    let shape = shape(&merge(Some(&transcript), Some(&log)));
    assert_eq!(shape, "r3 t0 r1 t1 r2 r4 r0");
}

#[test]
fn a_rolled_over_date_keeps_the_place_of_its_text() {
    let log = log(&[("a", "2026-02-30T00:00:00.000Z", 1), ("b", "2026-03-01T00:00:00.000Z", 2)]);
    let timeline = merge(None, Some(&log));
    assert_eq!(shape(&timeline), "r0 r1");
    assert_eq!(timeline.rows[1].gap, Some(0), "a step back in time is no gap");
}

#[test]
fn an_entry_without_a_time_stands_in_1970() {
    let transcript = transcript(&[(Role::User, 5000), (Role::User, Entry::NO_TIME)]);
    let timeline = merge(Some(&transcript), None);
    assert_eq!(shape(&timeline), "t1 t0");
    assert_eq!((timeline.rows[0].time, timeline.rows[1].gap), (None, None));
}

#[test]
fn a_timeout_is_trouble_and_ends_its_call() {
    let log = log(&[
        ("session.ended", &to_iso(1000).unwrap(), 1),
        ("tool.call", &to_iso(2000).unwrap(), 2),
        ("tool.timeout", &to_iso(3000).unwrap(), 3),
    ]);
    let timeline = merge(None, Some(&log));
    let trouble: Vec<bool> = timeline.rows.iter().map(|row| row.trouble).collect();
    assert_eq!(trouble, [true, false, true]);
    assert_eq!(timeline.rows[1].duration, Some(1000), "a call to its result");
    assert_eq!(Timeline::default().longest_gap(), None);
}
