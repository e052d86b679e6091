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
        let matches = matches(&self.body.value, &query, usize::MAX, &|| true);
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
/// tree; no more than `most` of them, and those so far once `keep_going` says no.
pub fn matches(
    value: &Value,
    query: &Query,
    most: usize,
    keep_going: &dyn Fn() -> bool,
) -> Vec<Way> {
    let mut search =
        Search { query, most, keep_going, looked: 0, over: most == 0, found: Vec::new() };
    search.collect(value, &mut Vec::new());
    search.found
}

/// Values between two questions whether to go on.
const BETWEEN_ASKING: usize = 1_024;

/// A walk over a value.
struct Search<'a> {
    query: &'a Query,
    most: usize,
    keep_going: &'a dyn Fn() -> bool,
    looked: usize,
    over: bool,
    found: Vec<Way>,
}

impl Search<'_> {
    fn collect(&mut self, value: &Value, way: &mut Vec<u32>) {
        each_child(value, &mut |at, name, value| {
            self.looked += 1;
            if self.looked.is_multiple_of(BETWEEN_ASKING) {
                self.over |= !(self.keep_going)();
            }
            if self.over {
                return;
            }
            way.push(at);
            if self.is_match(name, value) {
                self.found.push(way.as_slice().into());
                self.over = self.found.len() >= self.most;
            }
            self.collect(value, way);
            way.pop();
        });
    }

    fn is_match(&self, name: Option<&str>, value: &Value) -> bool {
        let in_value = match value {
            Value::String(text) => self.query.is_in(&text.to_str_lossy()),
            Value::Number(_) | Value::Bool(_) => self.query.is_in(&to_compact(value)),
            _ => false,
        };
        in_value || name.is_some_and(|name| self.query.is_in(name))
    }
}
