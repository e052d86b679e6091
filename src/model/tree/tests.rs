//! Forests as pictures, and the diagnostics that go with them.

use proptest::prelude::*;

use super::super::{nav, sketch};
use super::*;
use crate::model::entry::Rules;
use crate::model::transcript::Transcript;

/// The forest in brackets: `a[b[c d]]`.
fn picture(transcript: &Transcript) -> String {
    fn write(transcript: &Transcript, rows: &[EntryIx], out: &mut String) {
        for (at, row) in rows.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { " " });
            out.push_str(sketch::id(transcript, *row));
            let children = transcript.tree.children(*row);
            if !children.is_empty() {
                out.push('[');
                write(transcript, children, out);
                out.push(']');
            }
        }
    }
    let mut out = String::new();
    write(transcript, transcript.tree.roots(), &mut out);
    out
}

fn findings(transcript: &Transcript) -> String {
    let found = transcript.tree.diagnostics(&transcript.tables, &transcript.origin);
    let found = found.iter().map(|one| format!("{} {}", one.code, one.place.row.unwrap()));
    found.collect::<Vec<_>>().join(", ")
}

#[test]
fn rows_hang_where_the_scan_puts_them() {
    let table = [
        ("a b(a) c(b) d(b)", "a[b[c d]]", ""),
        ("", "", ""),
        // Side appends, leaf controls, resets and labels are no damage.
        ("a b(a) s(b)~ c(s)", "a[b[s c]]", ""),
        ("a b(a) L:leaf(b)>a c(L)", "a[b c]", ""),
        ("a b(a) L:leaf(b)>_ c:label", "a[b] c", ""),
        ("a w:strange(a) b(w)", "a[w b]", ""),
        ("a(?) b(?)", "a[b]", ""),
        ("a -(a) b(a)", "a[- b]", ""),
        ("a - b(a)", "a[b] -", ""),
        ("a w:strange(?)", "a w", ""),
        // Damage.
        ("a b(a) c(gone) d(c)", "a[b] c[d]", "orphan-entry line 4"),
        ("a(b) b(a)", "a[b]", "cyclic-entry line 2"),
        ("a(a) b(a)", "a[b]", "cyclic-entry line 2"),
        ("a b(a) a(b) c(a)", "a b[a[c]]", "cyclic-entry line 3, duplicate-entry-id line 4"),
        ("a b(a) b(a) c(b)", "a[b b[c]]", "duplicate-entry-id line 4"),
        ("a a:leaf(a)>a b(a)", "a[b]", "cyclic-entry line 2, duplicate-entry-id line 3"),
        ("x:strange(y) y:strange(x) a", "y[x] a", "cyclic-entry line 3"),
        ("a L:leaf(gone)>gone x:strange(L)", "a x", ""),
    ];
    for (rows, forest, damage) in table {
        let transcript = sketch::transcript(Rules::Files, rows);
        assert_eq!(picture(&transcript), forest, "{rows}");
        assert_eq!(findings(&transcript), damage, "{rows}");
    }
}

#[test]
fn a_database_adopts_orphans_and_says_so() {
    let transcript = sketch::transcript(Rules::Database, "a b(a) c(gone) d(c)");
    assert_eq!(picture(&transcript), "a[b[c[d]]]");
    assert_eq!(findings(&transcript), "orphan-entry line 4");
    let found = transcript.tree.diagnostics(&transcript.tables, &transcript.origin);
    assert!(found[0].message.contains("continues the leaf"), "{}", found[0].message);
}

#[test]
fn very_many_findings_are_counted_in_one() {
    let rows = "a(gone) ".repeat(2_500);
    let transcript = sketch::transcript(Rules::Files, &rows);
    let found = transcript.tree.diagnostics(&transcript.tables, &transcript.origin);
    assert_eq!(found.len(), 2 * (SHOWN + 1));
    assert!(found[SHOWN].message.ends_with("So it is with 1499 rows after it."));
}

#[test]
fn heads_siblings_and_main_children_follow_the_forks() {
    let transcript =
        sketch::transcript(Rules::Files, "a b(a) c(b) d(c) e(b) f(e) g(b) L:leaf(g)>d");
    let tree = &transcript.tree;
    let at = |name| sketch::entry(&transcript, name);
    let names = |rows: &[EntryIx]| {
        rows.iter().map(|row| sketch::id(&transcript, *row)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(tree.siblings(at("e"))), "c e g");
    assert_eq!(names(tree.siblings(at("a"))), "a");
    assert_eq!(names(tree.siblings(at("L"))), "");
    assert_eq!(tree.branch_head(at("d")), at("c"));
    assert_eq!(tree.branch_head(at("f")), at("e"));
    assert_eq!(tree.branch_head(at("b")), at("a"));
    assert_eq!(tree.main_child(at("b")), Some(at("c")));
    assert_eq!(tree.main_child(at("f")), None);
    assert_eq!(tree.branches(), 3);
    assert!(tree.is_active(at("d")) && !tree.is_active(at("e")));
    assert!(!tree.contains(EntryIx(0)) && !tree.contains(at("L")));
    let newest = sketch::transcript(Rules::Files, "a b(a) c(a) d(b) L:leaf(d)>_");
    assert_eq!(newest.tree.main_child(EntryIx(1)), Some(EntryIx(2)), "d is newer than c");
}

#[test]
fn totals_cover_a_row_and_all_below_it() {
    let transcript = sketch::transcript(Rules::Files, "a b:calls(a) c:failed(b) d:calls(b) e(d)");
    let totals = |name| transcript.tree.subtree(sketch::entry(&transcript, name));
    let last = sketch::entry(&transcript, "e");
    assert_eq!(totals("a"), Subtree { entries: 5, calls: 2, errors: 1, last });
    assert_eq!(totals("d"), Subtree { entries: 2, calls: 1, errors: 0, last });
    assert_eq!(totals("c").last, sketch::entry(&transcript, "c"));
}

#[test]
fn a_branch_is_judged_by_its_last_message() {
    let table = [
        ("a b:assistant(a)", Outcome::Answered),
        ("a b:assistant(a) c:label(b) d:custom(c)", Outcome::Answered),
        ("a b:assistant(a) c(b)", Outcome::Unanswered),
        ("a b:calls(a)", Outcome::Unfinished),
        ("a b:calls(a) c:toolResult(b)", Outcome::Unfinished),
        ("a b:failed(a)", Outcome::Failed),
        ("a:label b:custom(a)", Outcome::Open),
    ];
    for (rows, outcome) in table {
        let transcript = sketch::transcript(Rules::Files, rows);
        let root = transcript.tree.roots()[0];
        assert_eq!(transcript.tree.outcome(&transcript.tables, root), outcome, "{rows}");
    }
}

proptest! {
    #[test]
    fn every_row_is_reached_once_and_the_branch_is_a_way_down(rows in nav::tests::random_rows()) {
        for rules in [Rules::Files, Rules::Database] {
            let transcript = sketch::transcript(rules, &rows);
            let tree = &transcript.tree;
            let mut reached = Vec::new();
            let mut next = tree.roots().to_vec();
            while let Some(row) = next.pop() {
                reached.push(row);
                for child in tree.children(row) {
                    prop_assert_eq!(tree.parent(*child), Some(row));
                }
                next.extend_from_slice(tree.children(row));
            }
            reached.sort_unstable();
            let all: Vec<_> = (0..transcript.tables.entries.len())
                .map(EntryIx::from)
                .filter(|row| tree.contains(*row))
                .collect();
            prop_assert_eq!(&reached, &all);
            let roots: u32 = tree.roots().iter().map(|root| tree.subtree(*root).entries).sum();
            prop_assert_eq!(roots as usize, all.len());
            let leaves = all.iter().filter(|row| tree.children(**row).is_empty()).count();
            prop_assert_eq!(tree.branches(), leaves);
            if transcript.branch.leaf_set {
                let way: Vec<_> = transcript.branch.entries.iter().map(|step| step.entry).collect();
                for pair in way.windows(2) {
                    let mut above = tree.parent(pair[1]);
                    while above.is_some_and(|row| !transcript.branch.contains(row)) {
                        above = above.and_then(|row| tree.parent(row));
                    }
                    prop_assert_eq!(above, Some(pair[0]), "{}", rows);
                }
                prop_assert!(way.iter().all(|row| tree.is_active(*row)));
            }
        }
    }
}
