//! Folding, searching and naming places in a tree.

use super::*;
use crate::search::query::Query;

fn tree(json: &str) -> JsonTree {
    let value = crate::js::parse::parse_str(json).unwrap();
    let len = json.len() as u64;
    let (value, raw, images) = (Arc::new(value), json.into(), Vec::new());
    JsonTree::new(Arc::new(Body { value, raw, len, images, cut: false }))
}

fn paths(tree: &JsonTree) -> Vec<String> {
    tree.rows.iter().map(|row| tree.path(row)).collect()
}

#[test]
fn a_tree_folds_and_unfolds_in_place() {
    let mut tree = tree(r#"{"a":{"b":[1,2]},"c d":null}"#);
    assert_eq!(paths(&tree), ["$.a", "$.a.b", "$.a.b[0]", "$.a.b[1]", r#"$["c d"]"#]);
    tree.list.select(3, 5);
    tree.fold();
    assert_eq!(tree.path(tree.selected().unwrap()), "$.a.b");
    tree.fold();
    assert_eq!(paths(&tree), ["$.a", "$.a.b", r#"$["c d"]"#]);
    assert_eq!(tree.selected().unwrap().kind, JsonKind::Closed(2));
    tree.unfold();
    tree.unfold();
    assert_eq!(tree.path(tree.selected().unwrap()), "$.a.b[0]");
    assert_eq!(tree.value(tree.selected().unwrap()), Some(&Value::Number(1.0)));
}

#[test]
fn a_search_looks_into_folded_parts_and_opens_them() {
    let mut tree = tree(r#"{"a":{"b":{"c":{"d":{"e":{"f":"needle"}}}}},"needle":1}"#);
    assert!(!paths(&tree).contains(&"$.a.b.c.d.e.f".to_owned()));
    tree.find(Query::new("needle").unwrap());
    assert_eq!(tree.path(tree.selected().unwrap()), "$.a.b.c.d.e.f");
    tree.next_match(1);
    assert_eq!(tree.path(tree.selected().unwrap()), "$.needle");
    tree.next_match(1);
    assert_eq!(tree.find.as_ref().unwrap().at, Some(0));
}

#[test]
fn folding_lays_out_what_laying_out_anew_does() {
    let mut tree = tree(r#"{"a":{"b":[1,{"c":[2]}],"d":{}},"e":[[3],{"f":{"g":4}}]}"#);
    for at in [4, 0, 1, 0, 1, 3, 5, 2, 7, 1, 0] {
        tree.list.select(at, tree.rows.len());
        tree.toggle();
        let folded = tree.rows.clone();
        tree.lay_out();
        assert_eq!(folded, tree.rows);
    }
}

#[test]
fn what_is_in_a_crowd_starts_folded() {
    let json = format!("{{\"entries\":[{}]}}", vec![r#"{"a":{"b":1}}"#; 300].join(","));
    let mut tree = tree(&json);
    assert_eq!(tree.rows.len(), 1);
    tree.reveal_pointer("/entries/250/a/b");
    assert_eq!(tree.path(tree.selected().unwrap()), "$.entries[250].a.b");
    assert_eq!(tree.rows.len(), 1 + 300 + 2, "only the entry that was gone to is unfolded");
    let folded = tree.rows.clone();
    tree.lay_out();
    assert_eq!(folded, tree.rows);
}

#[test]
fn pointers_lead_to_lines_and_back() {
    let mut tree = tree(r#"{"a/b":[{"~":{"x":{"y":{"z":1}}}}],"c":2}"#);
    tree.reveal_pointer("/a~1b/0/~0/x/y/z");
    assert_eq!(tree.pointer(tree.selected().unwrap()), "/a~1b/0/~0/x/y/z");
    tree.reveal_pointer("/c/none");
    assert_eq!(tree.pointer(tree.selected().unwrap()), "/c");
}

#[test]
fn a_plain_value_is_one_line() {
    let tree = tree("7");
    assert_eq!((tree.rows.len(), paths(&tree)[0].as_str()), (1, "$"));
}

#[test]
fn a_search_ends_when_it_has_enough_or_is_not_wanted() {
    let many = tree(&format!("[{}[\"needle\"]]", "\"needle\",".repeat(50_000)));
    let query = Query::new("needle").unwrap();
    let found = |most, times| {
        let asked = std::cell::Cell::new(0);
        let keep_going = || asked.replace(asked.get() + 1) < times;
        matches(&many.body.value, &query, most, &keep_going).len()
    };
    assert_eq!(found(usize::MAX, usize::MAX), 50_001);
    assert_eq!((found(0, usize::MAX), found(10, usize::MAX)), (0, 10));
    assert!((1..5_000).contains(&found(usize::MAX, 3)));
}
