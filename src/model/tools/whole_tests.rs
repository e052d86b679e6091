//! Pairing over a whole session: a transcript with two branches, and runtime events beside it.

use super::super::entry::Rules;
use super::super::head;
use super::super::ids::RowSpan;
use super::super::runtime::{Acceptance, RuntimeLogBuilder};
use super::super::transcript::{Origin, Progress, TranscriptBuilder};
use super::*;

/// Rows as `id parent message`, one second apart.
fn transcript(rows: &[(&str, &str, &str)]) -> Transcript {
    let origin = Origin { path: "t.jsonl".into(), rules: Rules::Files, lines: true };
    let mut builder = TranscriptBuilder::new(origin);
    let header = r#"{"type":"session","version":3,"id":"s"}"#;
    let rows = rows.iter().enumerate().map(|(at, (id, parent, message))| {
        let parent = if *parent == "-" { "null".into() } else { format!("\"{parent}\"") };
        format!(
            r#"{{"type":"message","id":"{id}","parentId":{parent},"timestamp":"2026-05-01T10:00:{at:02}.000Z","message":{message}}}"#
        )
    });
    for (row, text) in std::iter::once(header.to_owned()).chain(rows).enumerate() {
        let len = u32::try_from(text.len()).unwrap();
        let head = head::parse(text.as_bytes()).unwrap();
        builder.push(&head, RowSpan { offset: 0, len }, row as u64 + 1);
    }
    builder.finish(Progress::default())
}

const CALL: &str = r#"{"role":"assistant","content":[{"type":"text","text":"x"},{"type":"toolCall","id":"call_0","name":"read","arguments":{}}]}"#;
const RESULT: &str =
    r#"{"role":"toolResult","toolCallId":"call_0","toolName":"read","content":[],"isError":false}"#;

fn log(events: &[(&str, u32)]) -> RuntimeLog {
    let mut builder = RuntimeLogBuilder::new("r".into(), false, Acceptance::Database);
    for (name, ms) in events {
        let text = format!(
            r#"{{"type":"{name}","ts":"2026-05-01T10:00:0{}.{:03}Z","data":{{"toolCallId":"call_0","name":"read","success":false}}}}"#,
            ms / 1000,
            ms % 1000
        );
        builder.push(text.as_bytes(), RowSpan { offset: 0, len: 5 }, 0);
    }
    builder.finish(Progress::default())
}

#[test]
fn each_branch_has_its_own_answer_and_the_active_one_is_marked() {
    let transcript =
        transcript(&[("a", "-", CALL), ("b", "a", RESULT), ("c", "a", RESULT), ("d", "c", CALL)]);
    let calls = ToolCalls::pair(Some(&transcript), None);
    let told: Vec<_> = calls
        .calls
        .iter()
        .map(|call| (call.asked.map(|(at, _)| at.0), call.answered.map(|at| at.0), call.active))
        .collect();
    assert_eq!(
        told,
        [(Some(1), Some(2), false), (Some(1), Some(3), true), (Some(4), None, true)],
        "rows count from the header"
    );
    assert_eq!(calls.asked_by(EntryIx(1)), [CallIx(0), CallIx(1)]);
    assert_eq!(calls.asked_in(EntryIx(1), 1), Some(CallIx(1)));
    assert_eq!(calls.asked_in(EntryIx(1), 0), None);
    assert_eq!(calls.answered_by(EntryIx(2)), Some(CallIx(0)));
    assert_eq!(calls.answered_by(EntryIx(1)), None);
    assert_eq!(calls.calls[2].status, CallStatus::NoResult);
}

#[test]
fn a_call_that_both_sources_record_is_one_call_with_runtime_times() {
    let transcript =
        transcript(&[("a", "-", CALL), ("b", "a", RESULT), ("c", "b", CALL), ("d", "c", RESULT)]);
    let log = log(&[("tool.call", 2_100), ("tool.result", 2_900), ("tool.call", 9_000)]);
    let calls = ToolCalls::pair(Some(&transcript), Some(&log));
    let told: Vec<_> = calls
        .calls
        .iter()
        .map(|call| (call.status, call.duration_ms(), call.asked_event.map(|at| at.0)))
        .collect();
    assert_eq!(
        told,
        [(CallStatus::Error, Some(800), Some(0)), (CallStatus::Ok, Some(0), Some(2))],
        "as many calls on both sides belong together in order"
    );
    assert_eq!(calls.recorded_by(EventIx(1)), Some(CallIx(0)));

    let log = self::log(&[("tool.call", 2_100), ("tool.result", 2_900)]);
    let calls = ToolCalls::pair(Some(&transcript), Some(&log));
    let second = &calls.calls[1];
    assert_eq!(calls.calls.len(), 2);
    assert_eq!(calls.calls[0].duration_ms(), Some(1000), "the transcript's own times");
    assert_eq!((second.status, second.duration_ms()), (CallStatus::Error, Some(800)));
    assert!(second.result_bytes > 5, "the size is that of the transcript's row");
    assert_eq!(calls.recorded_by(EventIx(0)), Some(CallIx(1)));
}

#[test]
fn a_session_without_anything_has_no_calls() {
    assert_eq!(ToolCalls::pair(None, None), ToolCalls::default());
}
