//! Outlines as pictures: two blanks a depth, `+` a folded branch, `/` the head of an unfolded one,
//! `?` an unanswered call, `(n)` rows folded in.

use proptest::prelude::*;

use super::super::{nav, sketch};
use super::*;
use crate::model::entry::Rules;
use crate::model::tools::{CallStatus, ToolCall};

fn picture(transcript: &Transcript, outline: &Outline) -> String {
    let line = |row: &OutlineRow| {
        let (before, after) = match row.kind {
            OutlineKind::Entry => ("", String::new()),
            OutlineKind::BranchHead => ("/", String::new()),
            OutlineKind::FoldedBranch => ("+", String::new()),
            OutlineKind::Unanswered(block) => ("?", block.to_string()),
            OutlineKind::Closed(rows) => ("", format!("({rows})")),
        };
        let indent = "  ".repeat(row.depth.into());
        format!("{indent}{before}{}{after}\n", sketch::id(transcript, row.entry))
    };
    outline.rows.iter().map(line).collect()
}

fn drawn(rows: &str, filter: OutlineFilter, opened: &[&str], closed: &[&str]) -> String {
    let transcript = sketch::transcript(Rules::Files, rows);
    let entries = |names: &[&str]| names.iter().map(|id| sketch::entry(&transcript, id)).collect();
    let folds = Folds { opened: entries(opened), closed: entries(closed) };
    let outline = Outline::build(&transcript, &open_calls(&transcript), filter, &folds);
    picture(&transcript, &outline)
}

/// Every call of the transcript that no result follows at once.
fn open_calls(transcript: &Transcript) -> ToolCalls {
    let tables = &transcript.tables;
    let is_open = |message: EntryIx| {
        let results = tables.results.iter().map(|result| result.entry);
        !results.clone().any(|result| transcript.tree.parent(result) == Some(message))
    };
    let calls = tables.calls.iter().filter(|call| is_open(call.entry));
    let calls = calls.map(|call| ToolCall {
        id: Box::default(),
        name: Box::default(),
        asked: Some((call.entry, call.block)),
        asked_event: None,
        answered: None,
        answered_event: None,
        started: None,
        ended: None,
        status: CallStatus::NoResult,
        exit: None,
        result_bytes: 0,
        active: true,
    });
    ToolCalls::of(calls.collect())
}

const FORKED: &str = "a b(a) c(b) d(b) e(b) f(e) g(e) h(g)";

#[test]
fn a_conversation_without_forks_is_not_indented() {
    let rows = "a b:assistant(a) L:leaf(b)>b c(b) s(c)~";
    assert_eq!(drawn("a b(a) c(b)", OutlineFilter::All, &[], &[]), "a\nb\nc\n");
    assert_eq!(drawn(rows, OutlineFilter::All, &[], &[]), "a\nb\nc\ns\n");
    assert_eq!(drawn("", OutlineFilter::All, &[], &[]), "");
}

#[test]
fn other_branches_are_one_line_each_before_the_main_line_goes_on() {
    assert_eq!(drawn(FORKED, OutlineFilter::All, &[], &[]), "a\nb\n  +c\n  +d\ne\n  +f\ng\nh\n");
}

#[test]
fn an_unfolded_branch_is_one_deeper() {
    let rows = "a b(a) x(b) y(x) z(x) c(b)";
    assert_eq!(drawn(rows, OutlineFilter::All, &[], &[]), "a\nb\n  +x\nc\n");
    assert_eq!(drawn(rows, OutlineFilter::All, &["x"], &[]), "a\nb\n  /x\n    +y\n  z\nc\n");
    assert_eq!(drawn(rows, OutlineFilter::All, &["x", "y"], &[]), "a\nb\n  /x\n    /y\n  z\nc\n");
}

#[test]
fn several_roots_are_branches_above_the_main_one() {
    assert_eq!(drawn("a b(a) c d(c)", OutlineFilter::All, &[], &[]), "  +a\nc\nd\n");
    assert_eq!(drawn("a b(a) c d(c)", OutlineFilter::All, &["a"], &[]), "  /a\n  b\nc\nd\n");
}

#[test]
fn filters_keep_the_structure_and_leave_empty_branches_out() {
    let rows = "a b:calls(a) r:toolResult(b) x:failed(r) y(r) z(y) l:label(z)>y";
    let drawn = |filter, opened| drawn(rows, filter, opened, &[]);
    assert_eq!(drawn(OutlineFilter::NoTools, &[]), "a\n  +x\ny\nz\nl\n");
    assert_eq!(drawn(OutlineFilter::UserOnly, &["x"]), "a\ny\nz\n");
    assert_eq!(drawn(OutlineFilter::Errors, &[]), "  +x\n");
    assert_eq!(drawn(OutlineFilter::Errors, &["x"]), "  /x\n");
}

#[test]
fn labelled_entries_are_those_whose_last_label_has_a_name() {
    let label = |id: &str, target: &str, name: &str| {
        format!(r#"{{"type":"label","id":"{id}","parentId":null,"targetId":"{target}"{name}}}"#)
    };
    let lines = [
        sketch::row("a"),
        sketch::row("b(a)"),
        label("k", "a", r#","label":"one""#),
        label("l", "b", r#","label":"two""#),
        label("m", "b", ""),
    ];
    let header = r#"{"type":"session","version":3}"#.to_owned();
    let transcript = sketch::of_lines(Rules::Files, std::iter::once(header).chain(lines));
    let calls = ToolCalls::default();
    let outline = Outline::build(&transcript, &calls, OutlineFilter::Labelled, &Folds::default());
    assert_eq!(picture(&transcript, &outline), "  +a\n");
}

#[test]
fn a_call_without_a_result_has_a_row_of_its_own() {
    let rows = "a b:calls(a) c(b) d:calls(c) r:toolResult(d)";
    assert_eq!(drawn(rows, OutlineFilter::All, &[], &[]), "a\nb\n?b0\nc\nd\nr\n");
    assert_eq!(drawn(rows, OutlineFilter::NoTools, &[], &[]), "a\nc\n");
    assert_eq!(drawn(rows, OutlineFilter::All, &[], &["b"]), "a\nb(1)\nc\nd\nr\n");
}

#[test]
fn a_closed_message_folds_its_results_up_to_the_next_turn_or_fork() {
    let rows = "a b:calls(a) r:toolResult(b) s:toolResult(r) c:custom(s) d:assistant(c)";
    assert_eq!(drawn(rows, OutlineFilter::All, &[], &["b"]), "a\nb(3)\nd\n");
    assert_eq!(drawn(rows, OutlineFilter::NoTools, &[], &["b"]), "a\nc\nd\n");
    assert_eq!(drawn(rows, OutlineFilter::All, &[], &["d"]), "a\nb\nr\ns\nc\nd\n");
    let forked = "a b:calls(a) r:toolResult(b) s:toolResult(r) x(s) d:assistant(s)";
    assert_eq!(drawn(forked, OutlineFilter::All, &[], &["b"]), "a\nb(1)\ns\n  +x\nd\n");
    let at_fork = "a b:calls(a) x(b) r:toolResult(b) d:assistant(r)";
    assert_eq!(drawn(at_fork, OutlineFilter::All, &[], &["b"]), "a\nb(1)\n  +x\nd\n");
}

#[test]
fn a_row_that_is_not_shown_is_found_at_its_nearest_visible_ancestor() {
    let rows = "a b:calls(a) r:toolResult(b) c:assistant(r) x(c) y(x) d(c)";
    let transcript = sketch::transcript(Rules::Files, rows);
    let at = |name: &str| sketch::entry(&transcript, name);
    let row = |filter, closed: &[&str], name| {
        let closed = closed.iter().map(|name| at(name)).collect();
        let folds = Folds { closed, ..Folds::default() };
        let outline = Outline::build(&transcript, &ToolCalls::default(), filter, &folds);
        let row = outline.row_of(&transcript, at(name))?;
        Some(sketch::id(&transcript, outline.rows[row].entry))
    };
    assert_eq!(row(OutlineFilter::All, &[], "d"), Some("d"));
    assert_eq!(row(OutlineFilter::All, &[], "y"), Some("x"), "folded into the branch");
    assert_eq!(row(OutlineFilter::All, &["b"], "r"), Some("b"), "folded into the message");
    assert_eq!(row(OutlineFilter::UserOnly, &[], "c"), Some("a"));
    assert_eq!(row(OutlineFilter::Errors, &[], "a"), None);
}

proptest! {
    #[test]
    fn every_entry_stands_in_an_outline_at_most_once(rows in nav::tests::random_rows(), picks in any::<u64>()) {
        let transcript = sketch::transcript(Rules::Database, &rows);
        let all = || (0..transcript.tables.entries.len()).map(EntryIx::from);
        let opened = all().filter(|row| picks >> (row.0 % 32) & 1 == 1).collect();
        let closed = all().filter(|row| picks >> (32 + row.0 % 32) & 1 == 1).collect();
        let opened = Folds { opened, closed };
        let unfolded = Folds { opened: all().collect(), ..Folds::default() };
        for filter in [OutlineFilter::All, OutlineFilter::NoTools, OutlineFilter::Errors] {
            let outline = Outline::build(&transcript, &open_calls(&transcript), filter, &opened);
            let rows = outline.rows.iter().enumerate();
            let entries = rows.filter(|(_, row)| !matches!(row.kind, OutlineKind::Unanswered(_)));
            let mut shown = vec![false; transcript.tables.entries.len()];
            for (at, row) in entries {
                prop_assert!(!std::mem::replace(&mut shown[row.entry.index()], true));
                prop_assert_eq!(outline.row_of(&transcript, row.entry), Some(at));
            }
        }
        let everything =
            Outline::build(&transcript, &ToolCalls::default(), OutlineFilter::All, &unfolded);
        let linked = all().filter(|row| transcript.tree.contains(*row)).count();
        prop_assert_eq!(everything.rows.len(), linked);
    }
}
