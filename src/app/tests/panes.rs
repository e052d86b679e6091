//! The main pane's tabs: walking, folding, filtering, searching.

use std::sync::Arc;

use super::{Harness, copied};
use crate::app::action::Action;
use crate::app::effect::{Event, Reply};
use crate::app::key::{Mouse, MouseKind};
use crate::app::state::area::{Area, Areas};
use crate::app::state::detail::{DetailMode, Subject};
use crate::app::state::index::SessionIndex;
use crate::app::state::layout::Size;
use crate::app::state::panes::ToolLine;
use crate::app::state::{Focus, Tab};
use crate::model::ids::CallIx;
use crate::model::outline::OutlineFilter;
use crate::model::timeline::TimelineEvent;
use crate::model::tools::CallStatus;
use crate::model::transcript::Progress;

fn opened() -> Harness {
    let mut harness = Harness::new();
    harness.press("enter");
    assert_eq!(harness.state().focus, Focus::Main);
    harness
}

#[test]
fn the_walk_goes_over_branches() {
    let mut harness = opened();
    harness.press("L");
    assert_eq!(harness.entry(), "b2");
    harness.press("p");
    assert_eq!(harness.entry(), "u3");
    harness.press("[");
    assert_eq!(harness.entry(), "u2");
    assert!(matches!(harness.state().detail.subject, Some(Subject::Branch(_))));
    let folded = harness.state().open.as_ref().unwrap().transcript.outline.rows.len();
    harness.press("right");
    assert!(harness.state().open.as_ref().unwrap().transcript.outline.rows.len() > folded);
    harness.press("c");
    assert_eq!(harness.entry(), "b1");
    harness.press("b");
    assert_eq!(harness.entry(), "a2");
    harness.press("b");
    assert_eq!(harness.status(), "no fork above this entry");
}

#[test]
fn errors_are_found_forwards_and_backwards() {
    let mut harness = opened();
    harness.press("e");
    assert_eq!(harness.entry(), "r2");
    harness.press("e");
    assert_eq!((harness.entry().as_str(), harness.status()), ("r2", "no error below"));
    harness.press("end E");
    assert_eq!(harness.entry(), "r2");
}

/// One command that goes well and one that ends with code 1, neither an error of its tool.
const EXITS: &str = r#"{"type":"session","version":3,"id":"s1","timestamp":"2026-03-01T10:00:00.000Z","cwd":"/w"}
{"type":"message","id":"a1","parentId":null,"timestamp":"2026-03-01T10:00:02.000Z","message":{"role":"assistant","stopReason":"toolUse","content":[{"type":"toolCall","id":"c1","name":"exec","arguments":{"command":"true"}},{"type":"toolCall","id":"c2","name":"exec","arguments":{"command":"false"}}]}}
{"type":"message","id":"r1","parentId":"a1","timestamp":"2026-03-01T10:00:03.000Z","message":{"role":"toolResult","toolCallId":"c1","toolName":"exec","isError":false,"details":{"exitCode":0},"content":[]}}
{"type":"message","id":"r2","parentId":"r1","timestamp":"2026-03-01T10:00:09.000Z","message":{"role":"toolResult","toolCallId":"c2","toolName":"exec","isError":false,"details":{"exitCode":1},"content":[]}}
"#;

#[test]
fn a_failed_exit_is_found_in_every_tab() {
    let mut harness = Harness::on(&[("s1", EXITS)], super::INDEX);
    let effects = harness.app.start();
    harness.run(effects);
    harness.press("enter e");
    assert_eq!(harness.entry(), "r2");
    harness.press("f f f f");
    assert_eq!(harness.entry(), "r2", "the filter of errors keeps it");
    assert_eq!(harness.state().open.as_ref().unwrap().transcript.outline.rows.len(), 1);
    harness.press("2 e");
    let open = harness.state().open.as_ref().unwrap();
    let index = open.index.clone().unwrap();
    let row = index.timeline.rows[open.timeline.position(open.timeline.list.selected)];
    let calls = &index.calls;
    assert!(matches!(row.event, TimelineEvent::Entry(entry) if calls.answered_by(entry).is_some()));
    harness.press("3 e");
    let tools = &harness.state().open.as_ref().unwrap().tools;
    let ToolLine::Call(call) = tools.lines[tools.list.selected] else { panic!("no call") };
    let call = index.calls.call(call).unwrap();
    assert_eq!((call.status, call.failed_exit()), (CallStatus::Exit, Some(1)));
    assert_eq!(index.totals[0].errors, 1);
    harness.press("f");
    assert_eq!(harness.state().open.as_ref().unwrap().tools.lines, [ToolLine::Call(CallIx(1))]);
    let errors = harness.state().catalogue.rows.iter().find(|row| row.session_id == "s1");
    assert_eq!(errors.unwrap().errors.value(), Some(&0), "no error of the session");
}

#[test]
fn what_was_read_stays_when_reading_is_stopped() {
    let mut harness = opened();
    let index = harness.state().open.as_ref().unwrap().index.clone().unwrap();
    let part = index.transcript.as_deref().unwrap().clone();
    let part = Arc::new(SessionIndex::partial(part, index.runtime.clone()));
    let state = &mut harness.app.state;
    let request = state.requests.open.next().generation();
    harness.app.handle(Event::Reply(Reply::Index { request, index: part }));
    let progress = Progress { read: 1, total: 4, ..Progress::default() };
    harness.app.state.jobs.opening = Some(progress);
    harness.press("esc");
    assert_eq!(harness.status(), "reading was stopped at 25%: R reads on");
    let open = harness.state().open.as_ref().unwrap();
    assert_eq!((open.stopped, open.failed.as_deref()), (Some(25), None));
    assert!(!open.transcript.outline.rows.is_empty());
    harness.press("R");
    let open = harness.state().open.as_ref().unwrap();
    assert_eq!(open.stopped, None);
    assert!(open.index.as_ref().unwrap().complete);
}

#[test]
fn a_filter_keeps_the_selection_on_the_nearest_ancestor() {
    let mut harness = opened();
    harness.go_to("r2");
    harness.press("f f");
    assert_eq!(harness.state().open.as_ref().unwrap().transcript.filter, OutlineFilter::UserOnly);
    assert_eq!(harness.entry(), "u1");
    harness.press("f");
    assert!(harness.state().open.as_ref().unwrap().transcript.outline.rows.is_empty());
    harness.press("f f");
    assert_eq!(harness.state().open.as_ref().unwrap().transcript.filter, OutlineFilter::All);
    assert_eq!(harness.entry(), "r2", "it was never left");
}

#[test]
fn tool_results_fold_into_their_call() {
    let mut harness = opened();
    harness.go_to("a1");
    let all = harness.state().open.as_ref().unwrap().transcript.outline.rows.len();
    harness.press("space");
    assert_eq!(harness.state().open.as_ref().unwrap().transcript.outline.rows.len(), all - 2);
    harness.press("space");
    assert_eq!(harness.state().open.as_ref().unwrap().transcript.outline.rows.len(), all);
    assert_eq!(harness.entry(), "a1");
}

#[test]
fn a_search_counts_all_rows_and_opens_what_hides_a_match() {
    let mut harness = opened();
    harness.press("/");
    harness.write("needle");
    harness.press("enter");
    let find = harness.state().find.as_ref().unwrap();
    assert_eq!((find.count().as_str(), find.running), ("1/2", false));
    assert_eq!(harness.entry(), "a2");
    harness.press("n");
    assert_eq!(harness.entry(), "b1", "its branch was folded");
    assert_eq!(harness.state().find.as_ref().unwrap().count(), "2/2");
    harness.press("n");
    assert_eq!((harness.entry().as_str(), harness.status()), ("a2", "went on at the top"));
    harness.press("2");
    assert_eq!(harness.state().find.as_ref().unwrap().tab, Tab::Timeline);
    assert_eq!(harness.state().find.as_ref().unwrap().count(), "1/1", "only the active branch");
    harness.press("esc");
    assert!(harness.state().find.is_none());
    harness.press("n");
    assert!(harness.status().starts_with("nothing is searched"));
}

#[test]
fn the_detail_shows_the_next_match_while_it_has_the_keyboard() {
    let mut harness = opened();
    harness.press("/");
    harness.write("needle");
    harness.press("enter tab");
    let first = harness.state().detail.subject;
    harness.press("n");
    assert_eq!(harness.state().focus, Focus::Detail);
    assert_eq!(harness.entry(), "b1");
    assert_ne!(harness.state().detail.subject, first);
}

#[test]
fn a_search_covers_the_rows_that_are_read_after_it_began() {
    let head: String = super::FORKED.split_inclusive('\n').take(6).collect();
    let mut part = Harness::on(&[("s1", &head)], super::INDEX);
    let effects = part.app.start();
    part.run(effects);
    let part = part.state().open.as_ref().unwrap().index.clone().unwrap();
    let transcript = part.transcript.as_deref().unwrap().clone();
    let part = Arc::new(SessionIndex::partial(transcript, part.runtime.clone()));
    let mut harness = opened();
    let whole = harness.state().open.as_ref().unwrap().index.clone().unwrap();
    let request = harness.app.state.requests.open.next().generation();
    harness.app.handle(Event::Reply(Reply::Index { request, index: part }));
    harness.press("/");
    harness.write("needle");
    harness.press("enter");
    assert_eq!(harness.state().find.as_ref().unwrap().count(), "1/1 so far");
    let effects = harness.app.handle(Event::Reply(Reply::Index { request, index: whole }));
    harness.run(effects);
    assert_eq!(harness.state().find.as_ref().unwrap().count(), "1/2");
    assert_eq!(harness.entry(), "a2", "the selection stays");
}

#[test]
fn a_search_without_a_match_says_so() {
    let mut harness = opened();
    harness.press("/");
    harness.write("haystack");
    harness.press("enter n");
    assert_eq!(harness.status(), "haystack: no match");
}

#[test]
fn the_timeline_filters_and_finds_trouble() {
    let mut harness = opened();
    harness.press("2 e");
    let lines = |harness: &Harness| {
        let open = harness.state().open.as_ref().unwrap();
        open.timeline.len(open.index.as_ref().unwrap().timeline.rows.len())
    };
    let all = lines(&harness);
    let open = harness.state().open.as_ref().unwrap();
    let at = open.timeline.position(open.timeline.list.selected);
    assert!(open.index.as_ref().unwrap().timeline.rows[at].trouble);
    harness.press("o");
    assert_eq!(lines(&harness), 0, "no runtime events were recorded");
    harness.press("o");
    assert_eq!(lines(&harness), all);
    harness.press("o f");
    assert!(lines(&harness) < all);
    harness.press("x");
    let open = harness.state().open.as_ref().unwrap();
    let at = open.timeline.position(open.timeline.list.selected);
    assert_eq!(Some(at), open.index.as_ref().unwrap().timeline.longest_gap());
}

#[test]
fn tools_group_sort_and_filter() {
    let mut harness = opened();
    harness.press("3");
    let lines = |harness: &Harness| harness.state().open.as_ref().unwrap().tools.lines.clone();
    assert_eq!(lines(&harness).len(), 2);
    harness.press("a");
    assert!(lines(&harness).iter().all(|line| matches!(line, ToolLine::Group { open: false, .. })));
    harness.press("right");
    assert_eq!(lines(&harness).len(), 3);
    harness.press("a s s");
    let open = harness.state().open.as_ref().unwrap();
    let durations: Vec<_> = (open.tools.lines.iter())
        .filter_map(|line| match line {
            ToolLine::Call(call) => open.index.as_ref()?.calls.call(*call)?.duration_ms(),
            ToolLine::Group { .. } => None,
        })
        .collect();
    assert!(durations.windows(2).all(|pair| pair[0] >= pair[1]), "{durations:?}");
    harness.press("f");
    assert_eq!(lines(&harness).len(), 1);
    harness.press("m");
    assert_eq!(harness.state().detail.part, 1);
    assert!(harness.state().detail.tree.is_some(), "the result's record as a tree");
}

#[test]
fn bodies_of_the_screen_are_read_and_the_detail_follows() {
    let mut harness = opened();
    harness.go_to("u1");
    let open = harness.state().open.as_ref().unwrap();
    assert!(open.transcript.outline.rows.iter().all(|row| {
        open.bodies.ready(crate::app::state::bodies::BodyKey::Entry(row.entry)).is_some()
    }));
    assert_eq!(copied(&harness.press("y")), ["Look at the totals"]);
    assert_eq!(copied(&harness.press("Y")), ["u1"]);
    harness.press("v tab");
    assert_eq!(
        (harness.state().focus, harness.state().detail.mode),
        (Focus::Detail, DetailMode::Tree)
    );
    harness.press("/");
    harness.write("totals");
    harness.press("enter");
    assert_eq!(copied(&harness.press("Y")), ["$.message.content"]);
}

#[test]
fn diagnostics_are_listed_and_searched() {
    let mut harness = Harness::new();
    harness.press("down 5");
    let count = harness.state().all_diagnostics().count();
    assert!(count >= 1);
    assert_eq!(harness.state().diagnostics_len(), count);
    harness.press("/");
    harness.write("not valid JSON");
    harness.press("enter");
    assert_eq!(harness.state().find.as_ref().unwrap().rows.len(), 1);
    assert!(matches!(harness.state().detail.subject, Some(Subject::Diagnostic(_))));
}

#[test]
fn a_smaller_screen_keeps_the_selection_in_view() {
    let mut harness = opened();
    harness.press("end");
    harness.app.handle(Event::Resize(Size { width: 80, height: 8 }));
    let areas = Areas { main: Area { x: 0, y: 2, width: 50, height: 4 }, ..Areas::default() };
    let effects = harness.app.drawn(areas);
    harness.run(effects);
    let open = harness.state().open.as_ref().unwrap();
    let len = open.transcript.outline.rows.len();
    assert!(open.transcript.list.visible(len).contains(&open.transcript.list.selected));
    assert_eq!(open.transcript.list.visible(len).len(), 4);
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    let mut harness = opened();
    harness.press("home");
    let main = Area { x: 30, y: 2, width: 60, height: 20 };
    let split = Area { x: 29, y: 1, width: 1, height: 30 };
    let areas =
        Areas { main, panes: vec![(Focus::Main, main)], left_split: split, ..Areas::default() };
    harness.app.drawn(areas);
    let mouse = |x, y, kind| Event::Mouse(Mouse { x, y, kind });
    harness.app.handle(mouse(40, 4, MouseKind::Press(1)));
    assert_eq!(harness.state().open.as_ref().unwrap().transcript.list.selected, 2);
    harness.app.handle(mouse(40, 4, MouseKind::Press(2)));
    assert_eq!(harness.state().focus, Focus::Detail);
    harness.app.handle(mouse(29, 10, MouseKind::Press(1)));
    harness.app.handle(mouse(47, 10, MouseKind::Drag));
    harness.app.handle(mouse(47, 10, MouseKind::Release));
    assert_eq!(harness.state().splits.sessions, 40);
    harness.act(Action::Zoom);
    assert!(harness.state().splits.zoom);
}
