//! The merged timeline against the events of bundles that OpenClaw 2026.7.1 wrote.

use std::path::Path;

use super::super::entry::Rules;
use super::super::head;
use super::super::ids::RowSpan;
use super::super::runs;
use super::super::runtime::{Acceptance, RuntimeLogBuilder};
use super::super::tools::CallStatus;
use super::super::transcript::{Origin, Progress, TranscriptBuilder};
use super::*;
use crate::golden::golden;
use crate::js::parse::parse;
use crate::js::value::Value;

fn rows(text: &str) -> impl Iterator<Item = (&str, RowSpan, u64)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).map(|(row, line)| {
        let span = RowSpan { offset: 0, len: u32::try_from(line.len()).unwrap() };
        (line, span, row)
    })
}

fn transcript(text: &str) -> Transcript {
    let origin = Origin { path: "t.jsonl".into(), rules: Rules::Files, lines: true };
    let mut builder = TranscriptBuilder::new(origin);
    for (line, span, row) in rows(text) {
        match head::parse(line.as_bytes()) {
            Ok(head) => builder.push(&head, span, row),
            Err(fault) => builder.reject(row, fault),
        }
    }
    builder.finish(Progress::default())
}

fn log(text: &str, session_id: &str) -> RuntimeLog {
    let acceptance = Acceptance::Sidecar { session_id: session_id.to_owned() };
    let mut builder = RuntimeLogBuilder::new("t.trajectory.jsonl".into(), true, acceptance);
    for (line, span, row) in rows(text) {
        builder.push(line.as_bytes(), span, row);
    }
    builder.finish(Progress::default())
}

/// The transcript and the sidecar of the only session of a case.
fn session(case: &Path) -> (String, String, String) {
    let mut folders = vec![case.join("home")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().path()) {
            let name = item.file_name().unwrap().to_str().unwrap().to_owned();
            if let Some(id) = name.strip_suffix(".trajectory.jsonl") {
                let beside = item.with_file_name(format!("{id}.jsonl"));
                let read = |path: &Path| std::fs::read_to_string(path).unwrap();
                return (id.to_owned(), read(&beside), read(&item));
            }
            if item.is_dir() {
                folders.push(item);
            }
        }
    }
    panic!("no sidecar in {}", case.display());
}

/// What an event of a bundle is, in the words of [`ours`].
fn expected(line: &str) -> String {
    let event = parse(line.as_bytes()).unwrap();
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let number = |pointer: &str| event.pointer(pointer).and_then(Value::as_f64);
    match (text("/source").unwrap(), number("/data/blockIndex")) {
        ("transcript", None) => format!("entry {}", text("/entryId").unwrap()),
        ("transcript", Some(block)) => format!("call {} {block}", text("/entryId").unwrap()),
        _ => format!("{} {}", text("/type").unwrap(), number("/sourceSeq").unwrap()),
    }
}

fn ours(row: &TimelineRow, transcript: &Transcript, log: &RuntimeLog) -> String {
    let id = |entry| {
        let entry = transcript.tables.entry(entry).unwrap();
        transcript.tables.text(entry.id.unwrap())
    };
    match row.event {
        TimelineEvent::Entry(entry) => format!("entry {}", id(entry)),
        TimelineEvent::Call { entry, block } => format!("call {} {block}", id(entry)),
        TimelineEvent::Runtime(at) => {
            let event = log.event(at).unwrap();
            format!("{} {}", log.text(event.type_name.unwrap()), event.order)
        }
    }
}

#[test]
fn the_order_is_that_of_a_bundle() {
    let Some(golden) = golden("") else { return };
    for case in ["old-coding", "old-branch", "old-compact"] {
        let (id, told, recorded) = session(&golden.join(case));
        let (transcript, log) = (transcript(&told), log(&recorded, &id));
        assert!(log.diagnostics.is_empty() && log.foreign == 0, "{case}: {:?}", log.diagnostics);
        let calls = ToolCalls::pair(Some(&transcript), Some(&log));
        let runs = runs::group(&log);
        let timeline = Timeline::merge(Some(&transcript), Some(&log), &calls, &runs);
        let bundle = golden.join(case).join("expected-2026.7.1/events.jsonl");
        let bundle = std::fs::read_to_string(bundle).unwrap();
        let expected: Vec<_> = bundle.lines().map(expected).collect();
        let merged: Vec<_> = timeline.rows.iter().map(|row| ours(row, &transcript, &log)).collect();
        assert_eq!(merged, expected, "{case}");
        let has_ended =
            |run: &runs::Run| run.session_ended.or(run.artifacts).or(run.completed).is_some();
        assert!(runs.iter().all(has_ended), "{case}");
        // In one case the model called a tool that does not exist, and only the answer was kept.
        let lost = |status| calls.calls.iter().filter(move |call| call.status == status).count();
        let orphans = usize::from(case == "old-coding");
        assert_eq!((lost(CallStatus::NoCall), lost(CallStatus::NoResult)), (orphans, 0), "{case}");
    }
}
