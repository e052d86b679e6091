//! A JSON value as a tree of lines that fold.
//!
//! The value stays as it is; a line is the way to it from the root. Lines are made anew when
//! something folds, never when a frame is drawn.

mod find;
mod place;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::js::value::Value;
pub use find::{TreeFind, matches};
pub use place::Name;

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

/// Containers deeper than this start folded.
const OPEN_DEPTH: usize = 4;
/// Larger containers start folded, and so do all that are in them: who unfolds a list of twenty
/// thousand entries wants to see entries, and to see them at once.
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

    /// The selected line.
    pub fn selected(&self) -> Option<&JsonRow> {
        self.rows.get(self.list.selected)
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
        let Some((siblings, value)) = at_end(&body.value, way) else { return };
        let len = len(value) as u32;
        let open = self.is_open(way, value, siblings);
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

    /// Takes another value of nearly the same shape; what is folded and selected stays.
    pub fn replace(&mut self, body: Arc<Body>) {
        self.body = body;
        self.find = None;
        self.lay_out();
    }

    /// Selects the value at the end of a way, unfolding what hides it.
    pub fn reveal_way(&mut self, way: &[u32]) {
        self.reveal(way);
    }

    fn reveal(&mut self, way: &[u32]) {
        for depth in 1..way.len() {
            let Some(parent) = way.get(..depth) else { continue };
            let found = at_end(&self.body.value, parent);
            if found.is_some_and(|(siblings, value)| !self.is_open(parent, value, siblings)) {
                self.turn(parent);
            }
        }
        if let Some(at) = self.position(way) {
            self.list.select(at, self.rows.len());
        }
    }

    /// Tells whether a value is unfolded that is one of so many children.
    fn is_open(&self, way: &[u32], value: &Value, siblings: usize) -> bool {
        let by_default = way.len() <= OPEN_DEPTH && len(value).max(siblings) <= OPEN_CHILDREN;
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
        let siblings = len(value);
        each_child(value, &mut |at, _, value| {
            way.push(at);
            let children = len(value);
            let open = children > 0 && self.is_open(way, value, siblings);
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

/// The value at the end of a way, and how many children the one around it has.
fn at_end<'v>(root: &'v Value, way: &[u32]) -> Option<(usize, &'v Value)> {
    way.iter().try_fold((1, root), |(_, value), at| Some((len(value), child(value, *at)?)))
}

fn child(value: &Value, at: u32) -> Option<&Value> {
    match value {
        Value::Array(items) => items.get(at as usize),
        Value::Object(members) => members.iter().nth(at as usize).map(|(_, value)| value),
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

#[cfg(test)]
mod tests;
