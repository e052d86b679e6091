//! The remembered layout of the explorer.

use serde::{Deserialize, Serialize};

/// Sizes and choices that come back at the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Width of the sessions pane in percent of the screen; 0 hides it.
    pub sessions: u16,
    /// Width of the detail pane in percent of the screen; 0 hides it.
    pub detail: u16,
    /// Name of the sort order of the sessions.
    pub sort: String,
    /// The sort order is reversed.
    pub reverse: bool,
    /// Kinds of sessions that are hidden.
    pub hidden: Vec<String>,
    /// Times are shown relative to now or to the start of the session.
    pub relative_time: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            sessions: 26,
            detail: 29,
            sort: "updated".to_owned(),
            reverse: false,
            hidden: Vec::new(),
            relative_time: true,
        }
    }
}
