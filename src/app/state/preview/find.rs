//! A search over all files of the bundle, as they would be written.

use std::sync::Arc;

use super::Document;
use crate::app::json::Way;
use crate::search::query::Query;

/// A search over all files of the bundle.
#[derive(Debug, Clone)]
pub struct BundleFind {
    /// What is looked for.
    pub query: Query,
    /// The matches in the order of the files; `None` while they are looked for.
    pub hits: Option<Hits>,
    /// Which of them was gone to.
    pub at: Option<usize>,
}

/// The matches of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Them, in the order of the files.
    pub places: Arc<[Hit]>,
    /// There are more.
    pub cut: bool,
}

/// A place with a match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The document.
    pub document: Document,
    /// The place in it.
    pub spot: Spot,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// A value, by its pointer.
    Pointer(Arc<str>),
    /// A value, by the way to it.
    Way(Way),
    /// A byte of a text.
    Byte(usize),
}

impl BundleFind {
    /// The state of the search in a few words: `3/17`, `no match`, `searching…`.
    pub fn count(&self) -> String {
        let Some(hits) = &self.hits else { return "searching…".to_owned() };
        let more = if hits.cut { "+" } else { "" };
        match (self.at, hits.places.len()) {
            (_, 0) => "no match".to_owned(),
            (Some(at), len) => format!("{}/{len}{more}", at + 1),
            (None, len) => format!("–/{len}{more}"),
        }
    }
}
