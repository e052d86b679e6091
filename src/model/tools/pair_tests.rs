//! Pairing on small transcripts and logs, and its properties on random ones.

use std::collections::HashSet;

use proptest::prelude::*;

use super::super::super::entry::{EntryKind, Link, Role, StopReason};
use super::super::super::ids::RowSpan;
use super::super::super::runtime::{Acceptance, RuntimeLogBuilder};
use super::super::super::transcript::{CallBlock, Progress, ResultRow};
use super::super::told::pair_rows;
use super::*;

/// One row of a test transcript: the row above it, and what it is.
#[derive(Debug, Clone, Copy)]
enum Row {
    Calls(Option<usize>, &'static [&'static str]),
    Result(Option<usize>, &'static str),
}

fn tables(rows: &[Row]) -> Tables {
    let mut tables = Tables::default();
    for (at, row) in rows.iter().enumerate() {
        let at = EntryIx::from(at);
        match row {
            Row::Calls(_, ids) => {
                for (block, id) in ids.iter().enumerate() {
                    let id = Some(tables.ids.intern(id));
                    let block = block as u32;
                    tables.calls.push(CallBlock {
                        entry: at,
                        block,
                        id,
                        name: None,
                        exported: true,
                    });
                }
            }
            Row::Result(_, id) => {
                let call_id = Some(tables.ids.intern(id));
                tables.results.push(ResultRow { entry: at, call_id, name: None, exit: None });
            }
        }
        tables.entries.push(entry(i64::from(at.0) * 1000));
    }
    tables
}

fn entry(time: i64) -> Entry {
    Entry {
        span: RowSpan { offset: 0, len: 10 },
        row: 0,
        id: None,
        parent: Link::Absent,
        time,
        kind: EntryKind::Message,
        role: Role::Assistant,
        flags: EntryFlags::default(),
        stop: StopReason::None,
        calls: 0,
    }
}

fn parent(rows: &[Row]) -> impl Fn(EntryIx) -> Option<EntryIx> + '_ {
    |entry| match rows.get(entry.index())? {
        Row::Calls(parent, _) | Row::Result(parent, _) => parent.map(EntryIx::from),
    }
}

/// Pairs as `(row of the call, row of the result)`.
fn pairs(rows: &[Row]) -> Vec<(Option<u32>, Option<u32>)> {
    pair_rows(&tables(rows), parent(rows))
        .iter()
        .map(|told| {
            (told.asked.map(|call| call.entry.0), told.answered.map(|answer| answer.entry.0))
        })
        .collect()
}

#[test]
fn parallel_calls_are_answered_in_any_order() {
    let rows =
        [Row::Calls(None, &["a", "b", "c"]), Row::Result(Some(0), "b"), Row::Result(Some(1), "a")];
    assert_eq!(pairs(&rows), [(Some(0), Some(2)), (Some(0), Some(1)), (Some(0), None)]);
}

#[test]
fn an_id_that_every_turn_uses_again_is_answered_in_its_turn() {
    let rows = [
        Row::Calls(None, &["call_0"]),
        Row::Result(Some(0), "call_0"),
        Row::Calls(Some(1), &["call_0"]),
        Row::Calls(Some(2), &["call_0"]),
        Row::Result(Some(3), "call_0"),
    ];
    assert_eq!(pairs(&rows), [(Some(0), Some(1)), (Some(2), None), (Some(3), Some(4))]);
}

#[test]
fn a_result_never_answers_a_call_of_another_branch() {
    let rows = [
        Row::Calls(None, &["x"]),
        Row::Calls(Some(0), &["call_0"]),
        Row::Calls(Some(0), &["call_0"]),
        Row::Result(Some(1), "call_0"),
        Row::Result(Some(2), "call_0"),
    ];
    assert_eq!(pairs(&rows)[1..], [(Some(1), Some(3)), (Some(2), Some(4))]);
}

#[test]
fn a_call_of_the_trunk_is_answered_once_on_each_branch() {
    let rows = [
        Row::Calls(None, &["a"]),
        Row::Result(Some(0), "a"),
        Row::Result(Some(0), "a"),
        Row::Result(Some(2), "a"),
    ];
    let told = pair_rows(&tables(&rows), parent(&rows));
    assert_eq!(
        pairs(&rows),
        [(Some(0), Some(1)), (Some(0), Some(2)), (None, Some(3))],
        "the second answer on one branch answers nothing"
    );
    assert!(told[0].one_of_many && told[1].one_of_many && told[1].again && !told[0].again);
}

#[test]
fn a_lone_result_before_its_call_is_still_its_result() {
    let rows = [Row::Result(None, "a"), Row::Calls(None, &["a"]), Row::Result(None, "b")];
    assert_eq!(pairs(&rows), [(Some(1), Some(0)), (None, Some(2))]);
}

/// `second type call-id data`, one event a line.
fn log(lines: &str) -> RuntimeLog {
    let mut builder = RuntimeLogBuilder::new("r".into(), false, Acceptance::Database);
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let parts: Vec<_> = line.split(' ').collect();
        let (second, name, id) = (parts[0], parts[1], parts[2]);
        let success = parts.get(3).copied().unwrap_or("true");
        let text = format!(
            r#"{{"type":"{name}","ts":"1970-01-01T00:00:{second}Z","runId":"r","data":{{"toolCallId":"{id}","name":"n","success":{success}}}}}"#
        );
        builder.push(text.as_bytes(), RowSpan { offset: 0, len: 7 }, 0);
    }
    builder.finish(Progress::default())
}

#[test]
fn runtime_calls_have_times_outcomes_and_time_outs() {
    let log = log("
        01.000 tool.call a
        01.500 tool.result a false
        02.000 tool.call b
        03.000 tool.timeout b
        04.000 tool.call c
        05.000 tool.result d
    ");
    let calls = calls(None, Some(&log));
    let told: Vec<_> =
        calls.iter().map(|call| (&*call.id, call.status, call.duration_ms())).collect();
    assert_eq!(
        told,
        [
            ("a", CallStatus::Error, Some(500)),
            ("b", CallStatus::TimedOut, Some(1000)),
            ("c", CallStatus::NoResult, None),
            ("d", CallStatus::NoCall, None),
        ]
    );
    assert!(calls.iter().all(|call| call.active && &*call.name == "n"));
}

#[test]
fn calls_of_both_sources_are_matched_where_their_times_agree() {
    let times = |list: &[i64]| list.iter().copied().map(Some).collect::<Vec<_>>();
    let told = times(&[10, 20, 30, 40]);
    let same = partners(&told, &times(&[1, 2, 3, 4]));
    assert_eq!(same, [(0, 0), (1, 1), (2, 2), (3, 3)], "equal numbers need no times");
    assert_eq!(partners(&told, &times(&[31, 41])), [(2, 0), (3, 1)], "the first were dropped");
    assert_eq!(partners(&told, &times(&[11, 21])), [(0, 0), (1, 1)], "the last lag behind");
    assert_eq!(partners(&told, &times(&[11, 41])), [(0, 0), (3, 1)], "capture was off between");
    assert_eq!(partners(&times(&[41]), &told), [(0, 3)]);
    assert_eq!(partners(&told, &[None, None]), [(2, 0), (3, 1)], "without times the ends agree");
}

proptest! {
    #[test]
    fn every_result_is_used_exactly_once(
        rows in proptest::collection::vec((any::<bool>(), 0_usize..30, 0_usize..3), 0..30)
    ) {
        static IDS: [&str; 3] = ["a", "b", "c"];
        let row = |(at, (call, parent, id)): (usize, (bool, usize, usize))| {
            let parent = (parent < at).then_some(parent);
            let id: &'static [&'static str] = &IDS[id..=id];
            if call { Row::Calls(parent, id) } else { Row::Result(parent, id[0]) }
        };
        let rows: Vec<_> = rows.into_iter().enumerate().map(row).collect();
        let told = pair_rows(&tables(&rows), parent(&rows));
        let results: Vec<_> = told.iter().filter_map(|told| told.answered).collect();
        let distinct: HashSet<_> = results.iter().map(|result| result.entry).collect();
        prop_assert_eq!(distinct.len(), results.len());
        let all = rows.iter().filter(|row| matches!(row, Row::Result(..))).count();
        prop_assert_eq!(results.len(), all);
        let calls: HashSet<_> = told.iter().filter_map(|told| told.asked).map(|call| call.entry).collect();
        prop_assert_eq!(calls.len(), rows.len() - all);
        for told in &told {
            if let (Some(call), Some(answer)) = (told.asked, told.answered) {
                prop_assert_eq!(call.id, answer.call_id);
            }
        }
    }
}

#[test]
fn an_exit_code_that_only_an_event_holds_is_that_of_the_call() {
    let text = r#"{"type":"tool.result","ts":"2026-05-01T10:00:02.000Z","data":{"toolCallId":"a","success":true,"result":{"details":{"exitCode":3}}}}"#;
    let mut builder = RuntimeLogBuilder::new("x".into(), false, Acceptance::Database);
    let asked = r#"{"type":"tool.call","ts":"2026-05-01T10:00:01.000Z","data":{"toolCallId":"a"}}"#;
    for (at, text) in [asked, text].iter().enumerate() {
        builder.push(text.as_bytes(), RowSpan { offset: 0, len: 0 }, at as u64);
    }
    let log = builder.finish(Progress::default());
    let calls = calls(None, Some(&log));
    assert_eq!((calls[0].status, calls[0].exit), (CallStatus::Exit, Some(3)));
}
