//! Nesting of sessions: under their parents, under their keys, never in circles.

use super::*;
use crate::model::fact::Fact;
use crate::model::key::{SessionKey, SessionKind};
use crate::model::session::{TitleFrom, TranscriptSource};

fn row(id: &str, key: Option<&str>, parent: Option<&str>, provenance: Provenance) -> SessionRow {
    let missing = TranscriptSource::Missing { path: id.into() };
    SessionRow {
        key: key.map(SessionKey::new),
        title: Fact::Recorded(id.to_owned()),
        title_from: TitleFrom::Label,
        kind: SessionKind::Direct,
        parent_key: parent.map(SessionKey::new),
        ..SessionRow::bare(&AgentId::normalise("main"), id, missing, provenance)
    }
}

fn picture(rows: Vec<SessionRow>, pane: &SessionsPane) -> Vec<String> {
    let catalogue = Catalogue { rows, ..Catalogue::default() };
    let line = |line: &SessionLine| match line {
        SessionLine::Agent { agent, sessions, .. } => format!("{agent} {sessions}"),
        SessionLine::Session { row, depth, children, .. } => {
            let indent = " ".repeat(usize::from(*depth) + 1);
            format!("{indent}{} {children}", catalogue.rows[*row].session_id)
        }
    };
    build(&catalogue, pane).0.iter().map(line).collect()
}

fn family() -> Vec<SessionRow> {
    vec![
        row("child", Some("agent:main:subagent:1"), Some("agent:main:main"), Provenance::Live),
        row(
            "grandchild",
            Some("agent:main:subagent:2"),
            Some("agent:main:subagent:1"),
            Provenance::Live,
        ),
        row("live", Some("agent:main:main"), None, Provenance::Live),
        row("earlier", Some("agent:main:main"), None, Provenance::Earlier),
        row("live", None, None, Provenance::Checkpoint),
    ]
}

#[test]
fn sessions_stand_under_their_parents_and_keys() {
    let lines = picture(family(), &SessionsPane::default());
    assert_eq!(
        lines,
        ["main 5", " live 4", "  child 1", "   grandchild 0", "  earlier 0", "  live 0"]
    );
}

#[test]
fn a_hidden_parent_hands_its_children_up() {
    let mut rows = family();
    rows[0].kind = SessionKind::Subagent;
    let mut pane = SessionsPane { hide_archived: true, ..SessionsPane::default() };
    pane.hidden.insert(SessionKind::Subagent);
    assert_eq!(picture(rows, &pane), ["main 2", " live 1", "  grandchild 0"]);
}

#[test]
fn parents_in_a_circle_lose_nobody() {
    let rows = vec![
        row("a", Some("agent:main:a"), Some("agent:main:b"), Provenance::Live),
        row("b", Some("agent:main:b"), Some("agent:main:a"), Provenance::Live),
        row("c", Some("agent:main:c"), Some("agent:main:a"), Provenance::Live),
    ];
    assert_eq!(picture(rows, &SessionsPane::default()), ["main 3", " a 1", "  c 0", " b 0"]);
}

#[test]
fn what_does_not_tell_comes_last_either_way() {
    let mut rows = family();
    rows.truncate(3);
    for row in &mut rows {
        row.parent_key = None;
    }
    rows[1].cost = Fact::Recorded(0.5);
    rows[2].cost = Fact::Recorded(0.1);
    let sorted = |reverse| {
        let pane = SessionsPane { sort: SessionSort::Cost, reverse, ..SessionsPane::default() };
        picture(rows.clone(), &pane).into_iter().skip(1).collect::<Vec<_>>().concat()
    };
    assert_eq!(sorted(false), " grandchild 0 live 0 child 0");
    assert_eq!(sorted(true), " live 0 grandchild 0 child 0");
}

#[test]
fn a_chain_as_long_as_the_list_is_laid_out_at_once() {
    let key = |number: usize| format!("agent:main:subagent:{number}");
    let rows: Vec<SessionRow> = (0..60_000_usize)
        .map(|number| {
            let parent = number.checked_sub(1).map(key);
            row(&format!("s{number}"), Some(&key(number)), parent.as_deref(), Provenance::Live)
        })
        .collect();
    let catalogue = Catalogue { rows, ..Catalogue::default() };
    let (lines, shown) = build(&catalogue, &SessionsPane::default());
    assert_eq!((lines.len(), shown), (60_001, 60_000));
    let middle = SessionLine::Session {
        row: 30_000,
        depth: 8,
        children: 29_999,
        folded: false,
        matched: Vec::new(),
    };
    assert_eq!(lines[30_001], middle);
}

#[test]
fn folding_hides_what_is_nested_at_any_depth_and_nothing_else() {
    let rows = family();
    let mut pane = SessionsPane::default();
    pane.folds.insert(FoldKey::Session(SessionRef::of(&rows[0])));
    assert_eq!(
        picture(rows.clone(), &pane),
        ["main 5", " live 4", "  child 1", "  earlier 0", "  live 0"]
    );
    pane.folds.insert(FoldKey::Session(SessionRef::of(&rows[2])));
    assert_eq!(picture(rows, &pane), ["main 5", " live 4"]);
}

#[test]
fn figures_of_an_agent_stop_at_the_largest_number() {
    let mut rows = family();
    for row in &mut rows {
        (row.tokens, row.errors) = (Fact::Recorded(u64::MAX), Fact::Recorded(u64::MAX));
    }
    rows[0].tokens = Fact::NotLoaded;
    let pane = SessionsPane { hide_archived: true, ..SessionsPane::default() };
    let (lines, _) = build(&Catalogue { rows, ..Catalogue::default() }, &pane);
    let SessionLine::Agent { sessions, totals, .. } = &lines[0] else { panic!("{lines:?}") };
    assert_eq!((*sessions, totals.sessions, totals.uncounted), (3, 5, 1));
    assert_eq!((totals.tokens, totals.errors), (u64::MAX, u64::MAX));
}
