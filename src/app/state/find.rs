//! A search in the main pane: what was asked, and what has been found so far.

use rustc_hash::FxHashSet;

use crate::search::query::Query;
use crate::search::text::Searched;
use crate::store::cancel::Cancel;

use super::Tab;
use super::bodies::BodyKey;

/// A search over all rows of a tab, drawn or not.
#[derive(Debug, Clone)]
pub struct Find {
    /// The tab that is searched.
    pub tab: Tab,
    /// What is looked for.
    pub query: Query,
    /// The request that the answers belong to.
    pub request: Cancel,
    /// Records with a match, as found so far.
    pub hits: FxHashSet<BodyKey>,
    /// The matching rows, ascending: entries, positions of the timeline, calls, runs or diagnostics
    /// by their number, as the tab counts.
    pub rows: Vec<u32>,
    /// Which of [`Find::rows`] is selected.
    pub at: Option<usize>,
    /// How far the search has got.
    pub searched: Searched,
    /// The search still goes on.
    pub running: bool,
    /// Why it ended early.
    pub failed: Option<String>,
}

impl Find {
    /// Tells whether a row, as the tab counts, has a match.
    pub fn is_hit(&self, row: u32) -> bool {
        self.rows.binary_search(&row).is_ok()
    }

    /// The state of the search in a few words: `3/17`, `no match`, `searching… 40%`.
    pub fn count(&self) -> String {
        let count = match (self.at, self.rows.len()) {
            (_, 0) if !self.running => "no match".to_owned(),
            (_, 0) => String::new(),
            (Some(at), len) => format!("{}/{len}", at + 1),
            (None, len) => format!("–/{len}"),
        };
        if !self.running {
            return count;
        }
        let percent = self.searched.rows * 100 / self.searched.total.max(1);
        let gap = if count.is_empty() { "" } else { " " };
        format!("{count}{gap}searching… {percent}%")
    }
}
