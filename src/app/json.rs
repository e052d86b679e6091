//! A JSON value as a tree of lines that fold.
//!
//! The value stays as it is; a line is the way to it from the root. Lines are made anew when
//! something folds, never when a frame is drawn.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::js::print::{to_compact, to_visible_compact};
use crate::js::value::Value;
use crate::search::query::Query;

use super::state::bodies::Body;
use super::state::list::ListState;

/// The way from the root to a value: positions among the children, from 0.
pub type Way = Box<[u32]>;

/// A JSON value as lines.
#[derive(Debug, Clone)]
pub struct JsonTree {
    /// The record.
    pub body: Arc<Body>,
    /// The visible lines, the root's children first at depth 0.
    pub rows: Vec<JsonRow>,
    /// Selection and scroll position.
    pub list: ListState,
    /// The search in this tree.
    pub find: Option<TreeFind>,
    toggled: FxHashSet<Way>,
}

/// A line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonRow {
    /// The way to the value.
    pub way: Way,
    /// What stands there.
    pub kind: JsonKind,
}

/// What stands in a line of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// A string, number, boolean or null, or an empty array or object.
    Leaf,
    /// An array or object with so many children, which follow.
    Open(u32),
    /// An array or object with so many children, folded.
    Closed(u32),
}

/// A search in a tree, folded parts included.
#[derive(Debug, Clone)]
pub struct TreeFind {
    /// What is looked for, in names and values.
    pub query: Query,
    /// The ways to the matches, in the order of the tree.
    pub matches: Vec<Way>,
    /// Which match is selected.
    pub at: Option<usize>,
}

/// The name of a value in its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// The member of an object.
    Member(String),
    /// The position in an array, from 0.
    Position(u32),
}

/// Containers deeper than this, and larger ones, start folded.
const OPEN_DEPTH: usize = 4;
const OPEN_CHILDREN: usize = 200;

impl JsonTree {
    /// Lays out a record.
    pub fn new(body: Arc<Body>) -> Self {
        let mut tree = Self {
            body,
            rows: Vec::new(),
            list: ListState::default(),
            find: None,
            toggled: FxHashSet::default(),
        };
        tree.lay_out();
        tree
    }

    /// The value of a line.
    pub fn value(&self, row: &JsonRow) -> Option<&Value> {
        row.way.iter().try_fold(&*self.body.value, |value, at| child(value, *at))
    }

    /// The name of a line's value in its parent.
    pub fn name(&self, row: &JsonRow) -> Option<Name> {
        let (last, parents) = row.way.split_last()?;
        let parent = parents.iter().try_fold(&*self.body.value, |value, at| child(value, *at))?;
        name_in(parent, *last)
    }

    /// The selected line.
    pub fn selected(&self) -> Option<&JsonRow> {
        self.rows.get(self.list.selected)
    }

    /// The path of a line as people write it: `$.message.content[0].text`.
    pub fn path(&self, row: &JsonRow) -> String {
        let mut steps = vec!["$".to_owned()];
        let mut value = Some(&*self.body.value);
        for &at in &row.way {
            steps.push(match value.and_then(|value| name_in(value, at)) {
                Some(Name::Position(at)) => format!("[{at}]"),
                Some(Name::Member(name)) if is_plain(&name) => format!(".{name}"),
                Some(Name::Member(name)) => {
                    format!("[{}]", to_visible_compact(&Value::String(name.as_str().into())))
                }
                None => break,
            });
            value = value.and_then(|value| child(value, at));
        }
        steps.concat()
    }

    /// Folds the selected container, or goes to its parent.
    pub fn fold(&mut self) {
        let Some(row) = self.selected() else { return };
        if matches!(row.kind, JsonKind::Open(_)) {
            self.toggle();
        } else if let Some((_, parent)) = row.way.split_last()
            && let Some(at) = self.position(parent)
        {
            self.list.select(at, self.rows.len());
        }
    }

    /// Unfolds the selected container, or goes to its first child.
    pub fn unfold(&mut self) {
        match self.selected().map(|row| row.kind) {
            Some(JsonKind::Closed(_)) => self.toggle(),
            Some(JsonKind::Open(_)) => self.list.select(self.list.selected + 1, self.rows.len()),
            _ => {}
        }
    }

    /// Folds or unfolds the selected container.
    pub fn toggle(&mut self) {
        let Some(row) = self.selected() else { return };
        if row.kind == JsonKind::Leaf {
            return;
        }
        let way = row.way.clone();
        self.turn(&way);
        self.list.fit(self.rows.len());
    }

    /// Opens or closes a container; only its own lines are laid out anew, as a tree may have
    /// hundreds of thousands.
    fn turn(&mut self, way: &[u32]) {
        if !self.toggled.remove(way) {
            self.toggled.insert(way.into());
        }
        let Some(at) = self.position(way) else { return };
        let body = Arc::clone(&self.body);
        let Some(value) = way.iter().try_fold(&*body.value, |value, at| child(value, *at)) else {
            return;
        };
        let len = len(value) as u32;
        let open = self.is_open(way, value);
        if let Some(row) = self.rows.get_mut(at) {
            row.kind = if open { JsonKind::Open(len) } else { JsonKind::Closed(len) };
        }
        let mut below = Vec::new();
        if open {
            self.lay_out_children(value, &mut way.to_vec(), &mut below);
        }
        let old = self.rows.iter().skip(at + 1).take_while(|row| row.way.starts_with(way)).count();
        self.rows.splice(at + 1..at + 1 + old, below);
    }

    /// The line of a value; lines are ordered by their ways.
    fn position(&self, way: &[u32]) -> Option<usize> {
        self.rows.binary_search_by(|row| (*row.way).cmp(way)).ok()
    }

    /// Starts a search and goes to its first match.
    pub fn find(&mut self, query: Query) {
        let mut matches = Vec::new();
        collect(&self.body.value, &query, &mut Vec::new(), &mut matches);
        self.find = Some(TreeFind { query, matches, at: None });
        self.next_match(1);
    }

    /// Goes so many matches on, round the ends, unfolding what hides the match.
    pub fn next_match(&mut self, steps: isize) {
        let Some(find) = &mut self.find else { return };
        let len = find.matches.len() as isize;
        if len == 0 {
            return;
        }
        let at = match find.at {
            Some(at) => (at as isize + steps).rem_euclid(len),
            None if steps > 0 => 0,
            None => len - 1,
        } as usize;
        find.at = Some(at);
        let Some(way) = find.matches.get(at).cloned() else { return };
        self.reveal(&way);
    }

    /// Takes another value of nearly the same shape; what is folded and selected stays.
    pub fn replace(&mut self, body: Arc<Body>) {
        self.body = body;
        self.find = None;
        self.lay_out();
    }

    /// The JSON pointer (RFC 6901) of a line.
    pub fn pointer(&self, row: &JsonRow) -> String {
        let mut pointer = String::new();
        let mut value = Some(&*self.body.value);
        for &at in &row.way {
            let Some(name) = value.and_then(|value| name_in(value, at)) else { break };
            pointer.push('/');
            match name {
                Name::Position(at) => pointer.push_str(&at.to_string()),
                Name::Member(name) => {
                    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                }
            }
            value = value.and_then(|value| child(value, at));
        }
        pointer
    }

    /// Selects the value that a JSON pointer leads to, unfolding what hides it; where the pointer
    /// leads nowhere, the last value on its way.
    pub fn reveal_pointer(&mut self, pointer: &str) {
        let mut way = Vec::new();
        let mut value = &*self.body.value;
        for token in pointer.split('/').skip(1) {
            let name = token.replace("~1", "/").replace("~0", "~");
            let at = match value {
                Value::Array(_) => name.parse().ok(),
                Value::Object(members) => {
                    members.keys().position(|key| key.to_str_lossy() == name).map(|at| at as u32)
                }
                _ => None,
            };
            let Some((at, below)) = at.and_then(|at| Some((at, child(value, at)?))) else { break };
            way.push(at);
            value = below;
        }
        self.reveal(&way);
    }

    /// Selects the value at the end of a way, unfolding what hides it.
    pub fn reveal_way(&mut self, way: &[u32]) {
        self.reveal(way);
    }

    fn reveal(&mut self, way: &[u32]) {
        for depth in 1..way.len() {
            let Some(parent) = way.get(..depth) else { continue };
            let value = parent.iter().try_fold(&*self.body.value, |value, at| child(value, *at));
            if value.is_some_and(|value| !self.is_open(parent, value)) {
                self.turn(parent);
            }
        }
        if let Some(at) = self.position(way) {
            self.list.select(at, self.rows.len());
        }
    }

    fn is_open(&self, way: &[u32], value: &Value) -> bool {
        let by_default = way.len() <= OPEN_DEPTH && len(value) <= OPEN_CHILDREN;
        by_default != self.toggled.contains(way)
    }

    fn lay_out(&mut self) {
        let mut rows = Vec::new();
        let body = Arc::clone(&self.body);
        if len(&body.value) == 0 {
            rows.push(JsonRow { way: Way::default(), kind: JsonKind::Leaf });
        } else {
            self.lay_out_children(&body.value, &mut Vec::new(), &mut rows);
        }
        self.rows = rows;
        self.list.fit(self.rows.len());
    }

    fn lay_out_children(&self, value: &Value, way: &mut Vec<u32>, rows: &mut Vec<JsonRow>) {
        each_child(value, &mut |at, _, value| {
            way.push(at);
            let children = len(value);
            let open = children > 0 && self.is_open(way, value);
            let kind = match (children, open) {
                (0, _) => JsonKind::Leaf,
                (_, true) => JsonKind::Open(children as u32),
                (_, false) => JsonKind::Closed(children as u32),
            };
            rows.push(JsonRow { way: way.as_slice().into(), kind });
            if open {
                self.lay_out_children(value, way, rows);
            }
            way.pop();
        });
    }
}

impl JsonRow {
    /// Tells whether the children of the value follow.
    pub fn is_open(&self) -> bool {
        matches!(self.kind, JsonKind::Open(_))
    }

    /// Indentation: how many containers lie around the value, the root not counted.
    pub fn depth(&self) -> usize {
        self.way.len().saturating_sub(1)
    }
}

fn len(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

fn child(value: &Value, at: u32) -> Option<&Value> {
    match value {
        Value::Array(items) => items.get(at as usize),
        Value::Object(members) => members.iter().nth(at as usize).map(|(_, value)| value),
        _ => None,
    }
}

fn name_in(parent: &Value, at: u32) -> Option<Name> {
    match parent {
        Value::Array(_) => Some(Name::Position(at)),
        Value::Object(members) => {
            let (name, _) = members.iter().nth(at as usize)?;
            Some(Name::Member(name.to_str_lossy().into_owned()))
        }
        _ => None,
    }
}

fn each_child(value: &Value, visit: &mut dyn FnMut(u32, Option<&str>, &Value)) {
    match value {
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                visit(at as u32, None, value);
            }
        }
        Value::Object(members) => {
            for (at, (name, value)) in members.iter().enumerate() {
                visit(at as u32, Some(&name.to_str_lossy()), value);
            }
        }
        _ => {}
    }
}

/// The ways to the values that match a query by themselves or by their names, in the order of the
/// tree; no more than `most` of them.
pub fn matches(value: &Value, query: &Query, most: usize) -> Vec<Way> {
    let mut matches = Vec::new();
    collect(value, query, &mut Vec::new(), &mut matches);
    matches.truncate(most);
    matches
}

fn collect(value: &Value, query: &Query, way: &mut Vec<u32>, matches: &mut Vec<Way>) {
    each_child(value, &mut |at, name, value| {
        way.push(at);
        let in_value = match value {
            Value::String(text) => query.is_in(&text.to_str_lossy()),
            Value::Number(_) | Value::Bool(_) => query.is_in(&to_compact(value)),
            _ => false,
        };
        if in_value || name.is_some_and(|name| query.is_in(name)) {
            matches.push(way.as_slice().into());
        }
        collect(value, query, way, matches);
        way.pop();
    });
}

fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
