//! The detail pane: what it is about, and how it is shown.

use crate::app::json::JsonTree;
use crate::model::ids::{CallIx, EntryIx, EventIx, RunIx};
use crate::model::learning::index::TraceIx;
use crate::model::runs::RunDetails;

use super::bodies::BodyKey;
use super::learning::charts::ChartRow;
use super::list::Scroll;

/// The state of the detail pane.
#[derive(Debug, Clone, Default)]
pub struct DetailPane {
    /// What is shown.
    pub subject: Option<Subject>,
    /// The number of the open session's request that the subject belongs to.
    pub session: u64,
    /// The records that the subject is made of, in reading order.
    pub records: Vec<BodyKey>,
    /// Which of them the JSON tree and the raw text show.
    pub part: usize,
    /// How it is shown.
    pub mode: DetailMode,
    /// Scroll position of the formatted and the raw text.
    pub scroll: Scroll,
    /// What the runtime events say about the run, when the subject is one.
    pub run: Option<Box<RunDetails>>,
    /// The JSON tree of the shown record, once its body is here.
    pub tree: Option<JsonTree>,
}

impl DetailPane {
    /// The record that the JSON tree and the raw text show.
    pub fn record(&self) -> Option<BodyKey> {
        self.records.get(self.part).or(self.records.first()).copied()
    }
}

/// What the detail pane is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A session, by its position in the catalogue.
    Session(usize),
    /// All sessions of an agent, by the line that shows the agent.
    Agent(usize),
    /// A row of the transcript.
    Entry(EntryIx),
    /// A branch that is folded to one line, by its head.
    Branch(EntryIx),
    /// A runtime event.
    Event(EventIx),
    /// A tool call.
    Call(CallIx),
    /// A tool with its totals, by the position in the index's totals.
    Tool(usize),
    /// A run.
    Run(RunIx),
    /// A diagnostic, by its position among all of them.
    Diagnostic(usize),
    /// An arm of the learning layer, by its position in the learning data.
    Arm(usize),
    /// A run as the learning layer recorded it.
    Trace(TraceIx),
    /// A bar of the learning tab's charts.
    Chart(ChartRow),
}

/// How the detail is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DetailMode {
    /// Text with its structure, figures, arguments.
    #[default]
    Formatted,
    /// The record as a JSON tree that folds.
    Tree,
    /// The record's text as stored.
    Raw,
}

impl DetailMode {
    /// The mode as one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Formatted => "formatted",
            Self::Tree => "JSON",
            Self::Raw => "raw",
        }
    }

    /// The mode that the key sets next.
    pub fn next(self) -> Self {
        match self {
            Self::Formatted => Self::Tree,
            Self::Tree => Self::Raw,
            Self::Raw => Self::Formatted,
        }
    }
}
