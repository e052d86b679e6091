//! The contents at the right of the preview: a document, the place in it, how it is read.

use std::ops::Range;
use std::sync::Arc;

use super::Document;
use crate::app::json::JsonTree;
use crate::app::state::bodies::Body;
use crate::app::state::list::{ListState, Scroll};
use crate::js::value::Value;

/// What the preview shows at the right.
#[derive(Debug, Default)]
pub struct Contents {
    /// The document.
    pub document: Document,
    /// The value of the document, unless it is a list of events or of lines.
    pub tree: Option<JsonTree>,
    /// The same as it was before redaction.
    pub before: Option<Arc<Value>>,
    /// The list of events, or of lines.
    pub list: ListState,
    /// The event of the selected line of that list, unless it is too large to be read on the way.
    pub event: Option<Arc<Body>>,
    /// The selected value in full.
    pub value: Scroll,
    /// What was gone to last.
    pub eye: Option<Eye>,
    /// The value is scrolled to what was gone to, or else to its first masked place, with the next
    /// frame.
    pub seek: bool,
    /// How the selected value is read.
    pub reading: Reading,
    /// The selected value has all the room.
    pub whole: bool,
}

/// The place that was gone to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eye {
    /// A finding, by its position in the plan.
    Finding(usize),
    /// Bytes of the string of the selected value, or of the file where that is a text.
    Bytes(Range<usize>),
}

/// How the selected value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// As the explorer shows it.
    #[default]
    Formatted,
    /// As the file holds it.
    Raw,
}

impl Reading {
    /// The other way.
    pub fn next(self) -> Self {
        match self {
            Self::Formatted => Self::Raw,
            Self::Raw => Self::Formatted,
        }
    }
}
