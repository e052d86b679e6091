//! Sessions that are long enough for several threads.

use std::cell::RefCell;

use super::*;
use crate::model::bundle::Planning;

/// Asks and answers; every hundredth names a key and every entry speaks of the home directory.
fn long(keys: &[String]) -> Source {
    let entry = |at: usize| {
        let key = &keys[at / 100 % keys.len()];
        let said = match at % 100 {
            7 => format!("export MY_API_KEY={key}"),
            60 => format!("then {key}x came"),
            _ => format!("step {at}"),
        };
        let parent = at.checked_sub(1).map_or("null".to_owned(), |above| format!("\"e{above}\""));
        parse_str(&format!(
            r#"{{"type":"message","id":"e{at}","parentId":{parent},"timestamp":{at},"message":{{"role":"user","content":"{said} /home/kim/f{at}"}}}}"#
        ))
        .unwrap()
    };
    source(Reading::Files, (0..1_500).map(entry).collect(), values(RUN))
}

fn keys() -> Vec<String> {
    ["mX9vLs4TzK8wB1nC", "pQ3rTy7UiO2aSd5F", "zN6bVc1XkJ8hGf4D"]
        .map(|key| format!("q7R2{key}"))
        .into()
}

fn settings(rules: &Rules, numbered: bool) -> Settings<'_> {
    let homes = Homes { homes: vec!["/home/kim".to_owned()], ..Homes::default() };
    Settings { rules, homes, literals: Vec::new(), numbered, zone: TimeZone::UTC }
}

#[test]
fn threads_do_not_show_in_the_plan() {
    let rules = Rules::built_in(Profile::Standard).unwrap();
    let plan = || plan(long(&keys()), &settings(&rules, false), NOW, &|_| true).unwrap();
    let first = plan();
    assert_eq!(first, plan());
    let branch = document(&first, "session-branch.json");
    let entries = branch.get("entries").and_then(Value::as_array).unwrap();
    for (at, entry) in entries.iter().enumerate() {
        assert_eq!(entry.get("id").and_then(Value::as_str), Some(&*format!("e{at}")));
    }
    // Groups count from one, each next where its value appears first.
    let mut highest = 0;
    for group in first.findings.iter().map(|finding| finding.group).filter(|group| *group > 0) {
        assert!(group <= highest + 1);
        highest = highest.max(group);
    }
}

#[test]
fn a_secret_is_followed_through_a_long_branch() {
    let keys = keys();
    for numbered in [false, true] {
        let rules = Rules::built_in(Profile::Standard).unwrap();
        let plan = plan(long(&keys), &settings(&rules, numbered), NOW, &|_| true).unwrap();
        assert!(keys.iter().all(|key| plan.files.iter().all(|file| !file.text().contains(key))));
        let branch = document(&plan, "session-branch.json");
        let mut followed = 0;
        for finding in plan.findings_of("session-branch.json") {
            let at: usize = finding.pointer.split('/').nth(2).unwrap().parse().unwrap();
            assert_eq!(finding.entry_id.as_deref(), Some(&*format!("e{at}")));
            let text = branch.pointer(&finding.pointer).and_then(Value::as_str).unwrap();
            assert_eq!(text.get(finding.shown.clone()), Some(&*finding.replacement));
            let is_mask =
                finding.replacement == "***" || finding.replacement.starts_with("[REDACTED:");
            followed += u32::from(at % 100 == 60 && is_mask);
        }
        assert_eq!(followed, 15);
        assert_eq!(numbered, plan.file("events.jsonl").unwrap().text().contains("[REDACTED:"));
    }
}

#[test]
fn progress_goes_from_nothing_to_all() {
    let rules = Rules::built_in(Profile::Standard).unwrap();
    let told = RefCell::new(Vec::new());
    let watch = |planning: Planning| {
        told.borrow_mut().push(planning);
        true
    };
    plan(long(&keys()), &settings(&rules, false), NOW, &watch).unwrap();
    let told = told.into_inner();
    let shares: Vec<u8> = told.iter().filter_map(|planning| planning.percent()).collect();
    assert!(shares.is_sorted() && shares.len() > 10, "{shares:?}");
    assert_eq!((shares.first(), shares.last()), (Some(&0), Some(&100)));
    assert_eq!(told.last(), Some(&Planning::Checking));
    // Whoever stops half-way gets no plan.
    let half = |planning: Planning| planning.percent().is_some_and(|share| share < 50);
    let stopped = plan(long(&keys()), &settings(&rules, false), NOW, &half);
    assert!(matches!(stopped, Err(Error::Cancelled)));
}
