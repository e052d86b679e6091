//! The states of the main pane's tabs.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::model::ids::{CallIx, EntryIx};
use crate::model::outline::{Folds, Outline, OutlineFilter};
use crate::model::timeline::{Lane, TimelineEvent, TimelineRow};
use crate::model::tools::CallStatus;

use super::list::ListState;

/// The transcript tab: the rows of [`TranscriptPane::outline`].
#[derive(Debug, Clone, Default)]
pub struct TranscriptPane {
    /// The visible rows, under filter and folds.
    pub outline: Arc<Outline>,
    /// Selection and scroll position in the outline.
    pub list: ListState,
    /// Which entries are shown.
    pub filter: OutlineFilter,
    /// What is folded.
    pub folds: Folds,
    /// The entry that was selected before filters hid it; it comes back with them gone.
    pub anchor: Option<EntryIx>,
}

/// The words for a filter of the transcript.
pub fn filter_word(filter: OutlineFilter) -> &'static str {
    match filter {
        OutlineFilter::All => "all",
        OutlineFilter::NoTools => "no tools",
        OutlineFilter::UserOnly => "user only",
        OutlineFilter::Labelled => "labelled",
        OutlineFilter::Errors => "errors",
    }
}

/// The timeline tab.
#[derive(Debug, Clone, Default)]
pub struct TimelinePane {
    /// Positions in the timeline's rows that the filters leave, ascending; `None` for all rows.
    pub kept: Option<Vec<u32>>,
    /// Selection and scroll position in the kept rows.
    pub list: ListState,
    /// Which source is shown.
    pub source: SourceFilter,
    /// Which lane is shown.
    pub lane: LaneFilter,
    /// The timeline position that was selected before filters hid it.
    pub anchor: usize,
}

impl TimelinePane {
    /// How many rows are shown of a timeline of `all` rows.
    pub fn len(&self, all: usize) -> usize {
        self.kept.as_ref().map_or(all, Vec::len)
    }

    /// The timeline position that is shown in line `line`.
    pub fn position(&self, line: usize) -> usize {
        match &self.kept {
            Some(kept) => kept.get(line).map_or(usize::MAX, |at| *at as usize),
            None => line,
        }
    }

    /// The line that shows a timeline position, or the nearest one before it.
    pub fn line_of(&self, position: usize) -> usize {
        match &self.kept {
            Some(kept) => kept.partition_point(|at| *at as usize <= position).saturating_sub(1),
            None => position,
        }
    }
}

/// Sources of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SourceFilter {
    /// Both.
    #[default]
    Both,
    /// Runtime events.
    Runtime,
    /// The transcript.
    Transcript,
}

impl SourceFilter {
    /// The source in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Both => "both sources",
            Self::Runtime => "runtime",
            Self::Transcript => "transcript",
        }
    }

    /// The source that the key shows next.
    pub fn next(self) -> Self {
        match self {
            Self::Both => Self::Runtime,
            Self::Runtime => Self::Transcript,
            Self::Transcript => Self::Both,
        }
    }

    /// Tells whether a row is shown.
    pub fn keeps(self, row: &TimelineRow) -> bool {
        match self {
            Self::Both => true,
            Self::Runtime => matches!(row.event, TimelineEvent::Runtime(_)),
            Self::Transcript => !matches!(row.event, TimelineEvent::Runtime(_)),
        }
    }
}

/// What the timeline shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LaneFilter {
    /// Everything.
    #[default]
    All,
    /// One lane.
    Only(Lane),
    /// Errors, aborts and time-outs.
    Trouble,
}

impl LaneFilter {
    /// The filter in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all events",
            Self::Only(Lane::Input) => "input",
            Self::Only(Lane::Model) => "model",
            Self::Only(Lane::Tools) => "tools",
            Self::Only(Lane::Session) => "runs",
            Self::Trouble => "trouble",
        }
    }

    /// The filter that the key sets next.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Only(Lane::Input),
            Self::Only(Lane::Input) => Self::Only(Lane::Model),
            Self::Only(Lane::Model) => Self::Only(Lane::Tools),
            Self::Only(Lane::Tools) => Self::Only(Lane::Session),
            Self::Only(Lane::Session) => Self::Trouble,
            Self::Trouble => Self::All,
        }
    }

    /// Tells whether a row is shown.
    pub fn keeps(self, row: &TimelineRow) -> bool {
        match self {
            Self::All => true,
            Self::Only(lane) => row.lane == lane,
            Self::Trouble => row.trouble,
        }
    }
}

/// The tools tab.
#[derive(Debug, Clone, Default)]
pub struct ToolsPane {
    /// The lines, top to bottom.
    pub lines: Vec<ToolLine>,
    /// Selection and scroll position.
    pub list: ListState,
    /// Calls are grouped by tool.
    pub grouped: bool,
    /// Tools whose calls are shown while grouped.
    pub opened: FxHashSet<Box<str>>,
    /// The order of the calls.
    pub sort: ToolSort,
    /// Which calls are shown.
    pub filter: ToolFilter,
}

/// A line of the tools tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolLine {
    /// A tool with its totals.
    Group {
        /// Position in the index's totals.
        total: usize,
        /// Its calls follow.
        open: bool,
    },
    /// A call.
    Call(CallIx),
}

/// Orders of the tool calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ToolSort {
    /// As they were made.
    #[default]
    Made,
    /// By name.
    Name,
    /// Longest first.
    Duration,
    /// Largest result first.
    Size,
    /// Worst first.
    Status,
}

impl ToolSort {
    /// The order as one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Made => "order",
            Self::Name => "name",
            Self::Duration => "duration",
            Self::Size => "size",
            Self::Status => "status",
        }
    }

    /// The order that the key sets next.
    pub fn next(self) -> Self {
        match self {
            Self::Made => Self::Name,
            Self::Name => Self::Duration,
            Self::Duration => Self::Size,
            Self::Size => Self::Status,
            Self::Status => Self::Made,
        }
    }
}

/// Which tool calls are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ToolFilter {
    /// All.
    #[default]
    All,
    /// Failed, timed out or ended with a non-zero exit code.
    Failed,
    /// Calls without a result and results without a call.
    Unpaired,
}

impl ToolFilter {
    /// The filter in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Failed => "failed",
            Self::Unpaired => "unpaired",
        }
    }

    /// The filter that the key sets next.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Failed,
            Self::Failed => Self::Unpaired,
            Self::Unpaired => Self::All,
        }
    }

    /// Tells whether a call with this status is shown.
    pub fn keeps(self, status: CallStatus) -> bool {
        match self {
            Self::All => true,
            Self::Failed => status.is_failure(),
            Self::Unpaired => matches!(status, CallStatus::NoResult | CallStatus::NoCall),
        }
    }
}

/// The runs tab: one line for each run of the index.
#[derive(Debug, Clone, Default)]
pub struct RunsPane {
    /// Selection and scroll position.
    pub list: ListState,
}

/// The diagnostics tab: one line for each of [`State::all_diagnostics`](super::State::all_diagnostics).
#[derive(Debug, Clone, Default)]
pub struct DiagnosticsPane {
    /// Selection and scroll position.
    pub list: ListState,
}
