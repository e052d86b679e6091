//! Reviews of small plans.

use super::*;
use crate::model::bundle::{EventCounts, Omitted, PlannedFile};
use crate::model::finding::{Finding, Layer};

fn plan(files: Vec<PlannedFile>, findings: Vec<Finding>) -> BundlePlan {
    BundlePlan {
        generated_at: String::new(),
        session_id: String::new(),
        session_key: String::new(),
        counts: EventCounts::default(),
        files,
        findings,
        profile: "standard",
        omitted: Omitted::default(),
        notices: Vec::new(),
    }
}

#[test]
fn events_become_lines_with_their_shares() {
    let text = "{\"type\":\"a.b\",\"seq\":1,\"dir\":\"$DIR\",\"data\":{\"x\":\"ab***\"}}\n{\"type\":\"c\",\"seq\":2}\n";
    let file = PlannedFile::new("events.jsonl", MediaType::JsonLines, text.to_owned());
    let finding = Finding {
        rule: "r".into(),
        layer: Layer::Masking,
        file: Some("events.jsonl".into()),
        pointer: "/data/x".into(),
        event_seq: Some(1),
        entry_id: None,
        range: 2..22,
        shown: 2..5,
        replacement: "***".to_owned(),
        group: 1,
    };
    let around = Finding { pointer: "/dir".into(), range: 0..90, ..finding.clone() };
    let review = review(&plan(vec![file], vec![around, finding]), &|_| Vec::new(), &|| true);
    let [Contents::Events(lines)] = review.files.as_slice() else { panic!() };
    assert_eq!((lines.len(), lines[1].seq, lines[1].span.clone()), (2, 2, 57..77));
    let share = &review.shares[0];
    // "ab" stays, twenty bytes are gone; what stands around them does not count.
    assert_eq!((share.seq, share.hidden, share.total), (1, 20, 22));
}

#[test]
fn the_same_suspect_is_listed_once_and_the_worst_first() {
    let text = r#"{"a":"one zxyzzyqw","b":["zxyzzyqw"],"c":{"sha256":"00112233445566","bytes":3,"mimeType":"image/png"},
        "entries":[{"type":"novel","id":"x"}]}"#;
    let file = PlannedFile::new("a.json", MediaType::Json, text.to_owned());
    let find = |text: &str| text.find("zxyzzyqw").map(|at| at..at + 8).into_iter().collect();
    let review = review(&plan(vec![file], Vec::new()), &find, &|| true);
    let kinds: Vec<_> = review.uncovered.iter().map(|one| (one.kind, one.times)).collect();
    assert_eq!(kinds, [(Doubt::Suspicious, 2), (Doubt::UnknownType, 1), (Doubt::Binary, 1)]);
    assert_eq!(&*review.uncovered[0].pointer, "/a");
    assert_eq!(review.uncovered[2].text, "image/png, 3 bytes, sha256 00112233445566");
}

#[test]
fn the_list_of_artifacts_is_no_second_part_and_types_are_quoted_as_json() {
    let text = r#"{"content":[{"type":"image","sha256":"00112233445566","bytes":3,"mimeType":"image/png"}],
        "toolArtifacts":[{"kind":"tool-media","mimeType":"image/png","bytes":3,"sha256":"00112233445566"}],
        "entries":[{"type":"a\u001bb","id":"x"}]}"#;
    let file = PlannedFile::new("artifacts.json", MediaType::Json, text.to_owned());
    let review = review(&plan(vec![file], Vec::new()), &|_| Vec::new(), &|| true);
    let [unknown, image] = review.uncovered.as_slice() else { panic!("{:?}", review.uncovered) };
    assert_eq!((image.kind, image.times), (Doubt::Binary, 1));
    assert_eq!(unknown.text, r#"entry of type "a\u001bb""#);
}

#[test]
fn a_review_that_nobody_wants_ends_within_a_file() {
    let text = format!("[{}\"x\"]", "\"one more text\",".repeat(5_000));
    let file = PlannedFile::new("a.json", MediaType::Json, text);
    let (asked, looked) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let count = |_: &str| {
        looked.set(looked.get() + 1);
        Vec::new()
    };
    let keep_going = || {
        asked.set(asked.get() + 1);
        asked.get() < 3
    };
    let review = review(&plan(vec![file], Vec::new()), &count, &keep_going);
    assert!(review.files.is_empty() && looked.get() < 1_000, "{}", looked.get());
}

#[test]
fn the_names_of_members_are_looked_at() {
    let name = format!("q7RtZ2mLw9Kd{}", "4XvB8nPc");
    let text = format!(r#"{{"a":{{"{name}":1}},"b":[{{"{name}":2}}],"c":{{"plainName":3}}}}"#);
    let file = PlannedFile::new("a.json", MediaType::Json, text);
    let review = review(&plan(vec![file], Vec::new()), &|_| Vec::new(), &|| true);
    let [one] = review.uncovered.as_slice() else { panic!("{:?}", review.uncovered) };
    assert_eq!((one.kind, &one.text, one.times), (Doubt::Suspicious, &name, 2));
    assert_eq!((&*one.pointer, one.range.clone()), (format!("/a/{name}").as_str(), 0..0));
}

#[test]
fn an_unknown_content_is_told_at_its_own_place() {
    let text = r#"{"entries":[{"type":"message","id":"x","message":{"role":"user","content":[
        {"type":"text","text":"a"},{"type":"hologram","depth":3}]}}]}"#;
    let file = PlannedFile::new("session-branch.json", MediaType::Json, text.to_owned());
    let review = review(&plan(vec![file], Vec::new()), &|_| Vec::new(), &|| true);
    let [one] = review.uncovered.as_slice() else { panic!("{:?}", review.uncovered) };
    assert_eq!((one.kind, &*one.pointer), (Doubt::UnknownType, "/entries/0/message/content/1"));
}
