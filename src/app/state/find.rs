//! A search in the main pane: what was asked, and what has been found so far.

use rustc_hash::FxHashSet;

use crate::search::query::Query;
use crate::search::text::Searched;
use crate::store::cancel::Cancel;

use super::Tab;
use super::bodies::BodyKey;
use super::index::SessionIndex;

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
    /// The records that requests so far were about; a session that is being read has more later.
    pub asked: Records,
    /// How many of them earlier requests than the present one were about.
    pub before: usize,
    /// The session is not read to the end, so that there may be more to search.
    pub partial: bool,
    /// The search still goes on.
    pub running: bool,
    /// Why it ended early.
    pub failed: Option<String>,
}

/// How many records of each source there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Records {
    /// Rows of the transcript.
    pub entries: usize,
    /// Runtime events.
    pub events: usize,
}

impl Records {
    /// The records of an index that a tab shows: the transcript has no runtime events.
    pub fn of(index: &SessionIndex, tab: Tab) -> Self {
        let events = if tab == Tab::Transcript { 0 } else { index.events() };
        Self { entries: index.entries(), events }
    }
}

impl Find {
    /// A search that has not begun.
    pub fn new(tab: Tab, query: Query, request: Cancel) -> Self {
        Self {
            tab,
            query,
            request,
            hits: FxHashSet::default(),
            rows: Vec::new(),
            at: None,
            searched: Searched::default(),
            asked: Records::default(),
            before: 0,
            partial: false,
            running: false,
            failed: None,
        }
    }

    /// Tells whether a row, as the tab counts, has a match.
    pub fn is_hit(&self, row: u32) -> bool {
        self.rows.binary_search(&row).is_ok()
    }

    /// The state of the search in a few words: `3/17`, `no match so far`, `searching… 40%`.
    pub fn count(&self) -> String {
        let count = match (self.at, self.rows.len()) {
            (_, 0) if !self.running => "no match".to_owned(),
            (_, 0) => String::new(),
            (Some(at), len) => format!("{}/{len}", at + 1),
            (None, len) => format!("–/{len}"),
        };
        if !self.running {
            return if self.partial { format!("{count} so far") } else { count };
        }
        let percent = self.searched.rows * 100 / self.searched.total.max(1);
        let gap = if count.is_empty() { "" } else { " " };
        format!("{count}{gap}searching… {percent}%")
    }
}
