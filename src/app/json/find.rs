//! Looking for a text in a tree, folded parts included.

use super::{JsonTree, Way, each_child};
use crate::js::print::to_compact;
use crate::js::value::Value;
use crate::search::query::Query;

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

impl JsonTree {
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
