//! The sessions pane: previewing, filtering, hiding, and failures to open.

use super::{Harness, copied, store};
use crate::app::action::Action;
use crate::app::effect::{Effect, Event, Reply};
use crate::app::lines;
use crate::app::state::sessions::SessionLine;
use crate::app::state::{Focus, State};
use crate::app::worker::work;
use crate::model::outline::Folds;

fn titles(state: &State) -> Vec<&str> {
    let rows = state.sessions.lines.iter().filter_map(|line| match line {
        SessionLine::Session { row, .. } => Some(lines::title(&state.catalogue.rows[*row])),
        SessionLine::Agent { .. } => None,
    });
    rows.collect()
}

#[test]
fn the_newest_session_is_shown_at_once_and_the_keyboard_stays() {
    let harness = Harness::new();
    let state = harness.state();
    assert_eq!(titles(state), ["Totals", "Daily report", "Gone"]);
    assert_eq!(state.focus, Focus::Sessions);
    assert_eq!(state.open.as_ref().unwrap().row.session_id, "s1");
    assert!(state.open.as_ref().unwrap().index.as_ref().unwrap().complete);
    assert_eq!(
        (state.jobs.catalogue, state.jobs.deepening, state.jobs.opening),
        (false, None, None)
    );
    assert_eq!(state.catalogue.rows[0].errors.value(), Some(&1), "counted behind");
}

#[test]
fn moving_previews_and_a_late_answer_is_dropped() {
    let mut harness = Harness::new();
    let first = harness.state().open.as_ref().unwrap().index.clone().unwrap();
    let request = harness.state().open.as_ref().unwrap().request.generation();
    harness.press("down");
    assert_eq!(harness.state().open.as_ref().unwrap().row.session_id, "s2");
    harness.app.handle(Event::Reply(Reply::Index { request, index: first }));
    assert_eq!(harness.state().open.as_ref().unwrap().row.session_id, "s2");
    let index = harness.state().open.as_ref().unwrap().index.clone().unwrap();
    assert_eq!(index.transcript.as_ref().unwrap().tables.entries.len(), 2);
}

#[test]
fn a_preview_leaves_the_old_session_until_the_new_one_is_here() {
    let mut harness = Harness::new();
    let effects = harness.app.apply(Action::Down);
    assert_eq!(harness.state().open.as_ref().unwrap().row.session_id, "s1");
    assert!(harness.state().coming.is_some());
    harness.run(effects);
    assert_eq!(harness.state().open.as_ref().unwrap().row.session_id, "s2");
    assert!(harness.state().coming.is_none());
}

#[test]
fn the_window_has_the_name_that_a_worker_masked() {
    let mut harness = Harness::new();
    let title = harness.state().window_title();
    assert!(title.starts_with("Totals · "), "{title}");
    let effects = harness.app.apply(Action::Down);
    let opened = effects.into_iter().find_map(|effect| match effect {
        Effect::Open { row, request } => Some((row, request)),
        _ => None,
    });
    let (row, request) = opened.unwrap();
    let mut replies = Vec::new();
    work::open(&store(harness.dir.path()), &row, &request, &mut |reply| replies.push(reply));
    for reply in replies {
        let told = matches!(reply, Reply::Titled { .. });
        harness.app.handle(Event::Reply(reply));
        let state = harness.state();
        let is_named = state.window_title().starts_with("Daily report · ");
        assert_eq!((is_named, state.open.as_ref().unwrap().row.session_id == "s2"), (told, true));
    }
    assert!(harness.state().window_title().starts_with("Daily report · "));
}

#[test]
fn a_session_without_a_transcript_says_so() {
    let mut harness = Harness::new();
    harness.press("down down enter");
    let open = harness.state().open.as_ref().unwrap();
    assert_eq!(open.row.session_id, "s3");
    assert!(open.failed.as_ref().unwrap().contains("not there"), "{:?}", open.failed);
    assert!(open.index.is_none());
    harness.press("up down e / esc 2 3 4 5 v y");
}

#[test]
fn letters_narrow_the_sessions_and_esc_brings_them_back() {
    let mut harness = Harness::new();
    harness.press("/");
    harness.write("daily");
    assert_eq!(titles(harness.state()), ["Daily report"]);
    assert_eq!(harness.state().sessions.selected_row(), Some(1));
    harness.press("enter");
    assert_eq!(titles(harness.state()), ["Daily report"]);
    harness.press("esc");
    assert_eq!(titles(harness.state()).len(), 3);
    assert_eq!(harness.state().sessions.selected_row(), Some(1), "the selection stays");
}

#[test]
fn hidden_kinds_and_folded_agents_leave_the_list() {
    let mut harness = Harness::new();
    harness.press("C");
    assert_eq!(titles(harness.state()), ["Totals", "Gone"]);
    harness.press("C home left");
    assert_eq!(harness.state().sessions.lines.len(), 1);
    harness.press("right");
    assert_eq!(harness.state().sessions.lines.len(), 4);
}

#[test]
fn an_empty_state_is_no_trouble() {
    let mut harness = Harness::on(&[], "{}");
    let effects = harness.app.start();
    harness.run(effects);
    assert!(harness.state().catalogue.rows.is_empty() && harness.state().open.is_none());
    for keys in [
        "down up enter",
        "tab 1 down e / x enter n",
        "2 e 3 a 4 e 5 enter v V P y Y",
        "esc esc esc",
    ] {
        harness.press(keys);
    }
    assert!(harness.state().open.is_none());
}

#[test]
fn the_key_of_a_session_is_copied() {
    let mut harness = Harness::new();
    assert_eq!(copied(&harness.press("Y")), ["agent:main:main"]);
    assert_eq!(copied(&harness.press("y")), ["Totals"]);
}

#[test]
fn reading_anew_keeps_the_selection() {
    let mut harness = Harness::new();
    harness.press("down R");
    assert_eq!(harness.state().sessions.selected_row(), Some(1));
    assert_eq!(titles(harness.state()).len(), 3);
}

/// An answer below the leaf of the session that is open first.
const GROWTH: &str = r#"{"type":"message","id":"b3","parentId":"b2","timestamp":"2026-03-01T10:03:01.000Z","message":{"role":"assistant","stopReason":"stop","content":[{"type":"text","text":"A needle that came later"}]}}
"#;

#[test]
fn reading_anew_shows_what_was_written_since_and_keeps_the_place() {
    let mut harness = Harness::new();
    harness.press("enter");
    harness.go_to("a1");
    harness.press("space");
    let before = harness.state().open.as_ref().unwrap().transcript.clone();
    harness.append("s1", GROWTH);
    harness.press("R");
    let open = harness.state().open.as_ref().unwrap();
    assert_eq!(open.transcript.outline.rows.len(), before.outline.rows.len() + 1);
    assert_eq!(open.transcript.folds, before.folds);
    assert_eq!(harness.entry(), "a1");
    assert!(harness.state().coming.is_none() && harness.state().jobs.opening.is_none());
    harness.press("end");
    assert_eq!(harness.entry(), "b3");
}

#[test]
fn a_search_goes_on_in_what_was_written_since() {
    let mut harness = Harness::new();
    harness.press("enter /");
    harness.write("needle");
    harness.press("enter");
    assert_eq!(harness.state().find.as_ref().unwrap().count(), "1/2");
    harness.append("s1", GROWTH);
    harness.press("R");
    assert_eq!(harness.state().find.as_ref().unwrap().count(), "1/3");
    assert_eq!(harness.entry(), "a2");
}

#[test]
fn a_rewritten_session_is_shown_from_its_beginning() {
    let mut harness = Harness::new();
    harness.press("enter");
    harness.go_to("a1");
    harness.press("space");
    let path = harness.dir.path().join("agents/main/sessions/s1.jsonl");
    std::fs::write(path, super::SHORT).unwrap();
    harness.press("R");
    let open = harness.state().open.as_ref().unwrap();
    assert_eq!(open.transcript.folds, Folds::default());
    assert_eq!(open.index.as_ref().unwrap().transcript.as_ref().unwrap().tables.entries.len(), 2);
}

#[test]
fn a_session_that_could_not_be_read_is_tried_again() {
    let mut harness = Harness::new();
    harness.press("down down enter");
    assert!(harness.state().open.as_ref().unwrap().failed.is_some());
    let path = harness.dir.path().join("agents/main/sessions/s3.jsonl");
    std::fs::write(path, super::SHORT).unwrap();
    harness.press("R");
    let open = harness.state().open.as_ref().unwrap();
    assert_eq!((open.row.session_id.as_str(), open.failed.as_deref()), ("s3", None));
}

#[test]
fn pasting_into_the_filter_shows_the_session_that_it_leaves() {
    let mut harness = Harness::new();
    harness.press("/");
    let effects = harness.app.handle(Event::Paste("daily".to_owned()));
    harness.run(effects);
    assert_eq!(titles(harness.state()), ["Daily report"]);
    assert_eq!(harness.state().open.as_ref().unwrap().row.session_id, "s2");
}
