//! Branches that OpenClaw 2026.7.1 (files) and 2026.9.6 (databases) were seen to export.

use proptest::prelude::*;

use super::super::sketch;
use super::*;
use crate::model::transcript::Transcript;

/// `a b(a) | leaf | problem row`, with `*` for a parent as stored.
fn picture(transcript: &Transcript, branch: &Branch) -> String {
    let text = |id| transcript.tables.text(id);
    let mut picture: Vec<String> = branch
        .entries
        .iter()
        .map(|step| {
            let id = sketch::id(transcript, step.entry);
            match step.parent {
                BranchParent::AsStored => format!("{id}*"),
                BranchParent::Null => id.to_owned(),
                BranchParent::To(parent) => format!("{id}({})", text(parent)),
            }
        })
        .collect();
    picture.push(format!("| {}", branch.leaf.map_or("null", text)));
    for problem in &branch.problems {
        let (word, at) = match problem {
            BranchProblem::Cyclic(at) => ("cyclic", at),
            BranchProblem::Incomplete(at) => ("incomplete", at),
        };
        picture.push(format!("| {word} {}", transcript.tables.entries[at.index()].row));
    }
    picture.join(" ")
}

fn active(rules: Rules, rows: &str) -> String {
    let transcript = sketch::transcript(rules, rows);
    picture(&transcript, &transcript.branch)
}

#[test]
fn the_active_branch_is_that_of_openclaw() {
    // Rows; the branch of a file; the branch of a database where it differs.
    let table = [
        ("a b(a) c(b) d(a)", "a d(a) | d", ""),
        ("a b(zzz) c(b)", "b(zzz) c(b) | c | incomplete 3", "a b(a) c(b) | c"),
        ("a(b) b(a)", "a(b) b(a) | b | cyclic 3", ""),
        ("a b(a) a(b) c(a)", "b(a) a(b) c(a) | c | cyclic 4", ""),
        ("- b", "b | b", ""),
        ("a b(a) c(b) L:leaf(c)>b d(b)", "a b(a) d(b) | d", ""),
        ("a b(a) c(b) L:leaf(c)>a", "a | a", ""),
        ("a b(a) L:leaf(b)>_", "| null", ""),
        ("a b(a) s(b)~ c(s)", "a b(a) c(b) | c", ""),
        ("a w:strange(a) b(w)", "a b(a) | b", ""),
        ("a w:strange(a)", "a | a", ""),
        ("a b(a)@", "a b(a) | b", ""),
        ("a b(a) R:reset(b) c(b) d(R)", "a b(a) d(b) | d", "a b(a) R(b) d(R) | d"),
        ("", "| null", ""),
        ("a(?) b(?)", "a b(a) | b", ""),
        ("a b(a) b()", "a b(a) | b", ""),
        ("a b(a) b:strange(a)", "a b(a) | b", ""),
        ("a a:leaf(a)>a b(a)", "a(a) b(a) | b | cyclic 3", ""),
        ("a x(y) y:strange(a) z(x)", "a x(a) z(x) | z", ""),
        ("a b(a) c(gone) d(c)", "c(gone) d(c) | d | incomplete 4", "a b(a) c(b) d(c) | d"),
        ("a b(a) L:leaf(b)>unknown c(L) d(c)", "a b(a) c(b) d(c) | d", ""),
        ("a b(a) L:leaf(?)>a c(b)", "a b(a) c(b) | c", ""),
        ("a b(a) L:leaf(b)>a+b~ c(b)", "a c(a) | c", ""),
        ("a~ b(a)~", "a* b* | b", ""),
        ("a(a)", "a(a) | a | cyclic 2", ""),
        ("a w:strange(a) b(a) N:leaf(b)>w", "a | w", ""),
        (
            "a R:reset(a) b(R) N:leaf(b)>a c(N) d(a) e O:leaf(b)>unknown f(O)",
            "a b(a) f(b) | f",
            "a R(a) b(R) c(b) d(c) e(d) f(e) | f",
        ),
    ];
    for (rows, file, database) in table {
        assert_eq!(active(Rules::Files, rows), file, "file: {rows}");
        let database = if database.is_empty() { file } else { database };
        assert_eq!(active(Rules::Database, rows), database, "database: {rows}");
    }
}

#[test]
fn a_repeated_id_shows_the_last_entry_with_it() {
    let transcript = sketch::transcript(Rules::Files, "a b(a) b()");
    let shown: Vec<_> =
        transcript.branch.entries.iter().map(|step| step.entry.index() + 1).collect();
    assert_eq!(shown, [2, 4]);
    let transcript = sketch::transcript(Rules::Files, "a b(a) b:strange(a)");
    assert!(transcript.branch.contains(EntryIx(2)));
    assert!(!transcript.branch.contains(EntryIx(3)));
}

#[test]
fn rejected_rows_are_reported_and_change_nothing() {
    for rules in [Rules::Files, Rules::Database] {
        let header = r#"{"type":"session","version":3,"id":"s"}"#;
        let (a, b) = (sketch::row("a"), sketch::row("b(a)"));
        let no_message = r#"{"type":"message","id":"m","parentId":"a"}"#;
        let rows = [header, &a, "{oops", "5", "null", no_message, &b];
        let transcript = sketch::of_lines(rules, rows.map(str::to_owned));
        assert_eq!(picture(&transcript, &transcript.branch), "a b(a) | b");
        let reports: Vec<_> = transcript
            .diagnostics
            .iter()
            .map(|report| format!("{} {}", report.code, report.place.row.unwrap()))
            .collect();
        assert_eq!(
            reports,
            [
                "invalid-session-json line 3",
                "invalid-session-row line 4",
                "invalid-session-row line 5",
                "invalid-session-row line 6"
            ]
        );
    }
}

#[test]
fn a_transcript_of_version_1_gets_ids() {
    let header = r#"{"type":"session","id":"s"}"#;
    let user = r#"{"type":"message","message":{"role":"user","content":"x"}}"#;
    let hook = r#"{"type":"message","message":{"role":"hookMessage","content":"x"}}"#;
    for rules in [Rules::Files, Rules::Database] {
        let transcript = sketch::of_lines(rules, [header, user, hook].map(str::to_owned));
        let found = picture(&transcript, &transcript.branch);
        assert_eq!(found, "legacy-0 legacy-1(legacy-0) | legacy-1");
        assert_eq!(transcript.tables.entries[2].role, crate::model::entry::Role::Custom);
    }
}

#[test]
fn an_empty_file_has_no_branch() {
    let transcript = sketch::of_lines(Rules::Files, []);
    assert_eq!(picture(&transcript, &transcript.branch), "| null");
    assert!(transcript.header.is_none() && transcript.diagnostics.is_empty());
}

#[test]
fn any_entry_can_end_a_branch() {
    let transcript = sketch::transcript(Rules::Files, "a b(a) c(b) d(a) s(b)~ x() w:strange(c)");
    let ending_at = |leaf: &str| {
        let leaf = transcript.tables.ids.find(leaf).unwrap();
        picture(&transcript, &Branch::ending_at(&transcript.tables, Rules::Files, leaf))
    };
    assert_eq!(ending_at("c"), "a b(a) c(b) | c");
    assert_eq!(ending_at("s"), "a b(a) s(b) | s");
    assert_eq!(ending_at("x"), "x* | x");
    assert_eq!(ending_at("w"), "a b(a) c(b) | w");
}

#[test]
fn a_branch_of_a_million_rows_is_found_without_recursion() {
    let rows = (0..1_000_000).map(|at| match at {
        0 => r#"{"type":"label","id":"0","parentId":null}"#.to_owned(),
        _ => format!(r#"{{"type":"label","id":"{at}","parentId":"{}"}}"#, at - 1),
    });
    let header = r#"{"type":"session","version":3}"#.to_owned();
    let transcript = sketch::of_lines(Rules::Database, std::iter::once(header).chain(rows));
    assert_eq!(transcript.branch.entries.len(), 1_000_000);
    assert_eq!(transcript.tree.branches(), 1);
    assert!(transcript.diagnostics.is_empty());
}

/// Random rows over few ids, so that cycles, repeated ids and odd targets are common.
pub(in crate::model) fn random_rows() -> impl Strategy<Value = String> {
    let id = || prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "g"]);
    let kind = prop::sample::select(vec![
        "",
        "",
        "",
        ":assistant",
        ":calls",
        ":toolResult",
        ":failed",
        ":strange",
        ":reset",
        ":label",
        ":leaf",
    ]);
    let parent = prop_oneof![
        6 => id().prop_map(|id| format!("({id})")),
        2 => Just(String::new()),
        1 => Just("(?)".to_owned()),
        1 => Just("()".to_owned()),
    ];
    let target = prop_oneof![
        3 => id().prop_map(|id| format!(">{id}")),
        1 => Just(">_".to_owned()),
        1 => (id(), id()).prop_map(|(a, b)| format!(">{a}+{b}")),
    ];
    let name = prop_oneof![9 => id(), 1 => Just("-")];
    let side = prop::sample::select(vec!["", "", "", "", "~"]);
    let row = (name, kind, parent, target, side)
        .prop_map(|(id, kind, parent, target, side)| format!("{id}{kind}{parent}{target}{side}"));
    prop::collection::vec(row, 0..24).prop_map(|rows| rows.join(" "))
}

proptest! {
    #[test]
    fn whatever_the_rows_a_branch_names_every_entry_once(rows in random_rows()) {
        for rules in [Rules::Files, Rules::Database] {
            let transcript = sketch::transcript(rules, &rows);
            let branch = &transcript.branch;
            let mut entries: Vec<_> = branch.entries.iter().map(|step| step.entry).collect();
            prop_assert!(entries.iter().all(|entry| branch.contains(*entry)));
            entries.sort_unstable();
            entries.dedup();
            prop_assert_eq!(entries.len(), branch.entries.len());
            if branch.leaf_set {
                let mut ids: Vec<_> =
                    entries.iter().map(|at| transcript.tables.entries[at.index()].id).collect();
                ids.sort_unstable();
                ids.dedup();
                prop_assert_eq!(ids.len(), entries.len());
            }
        }
    }
}
