//! One run as the learning layer recorded it.

/// What a run did with an arm.
///
/// A tool that selection left out is not in the trace at all ([`Mark::Absent`]); skills and files
/// that it left out stay in the prompt and are only labelled excluded, so they can be used all the
/// same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The trace does not name the arm.
    Absent,
    /// Labelled as left out, and not used.
    Excluded,
    /// Labelled as left out, and used: a contradiction worth seeing.
    ExcludedUsed,
    /// Included and not used.
    Unused,
    /// Included and used.
    Used,
}

impl Mark {
    /// All marks, in the order of a legend.
    pub const ALL: [Self; 5] =
        [Self::Used, Self::Unused, Self::Excluded, Self::ExcludedUsed, Self::Absent];

    /// The mark of an arm that a trace names.
    pub const fn of(included: bool, referenced: bool) -> Self {
        match (included, referenced) {
            (true, true) => Self::Used,
            (true, false) => Self::Unused,
            (false, true) => Self::ExcludedUsed,
            (false, false) => Self::Excluded,
        }
    }

    /// Whether the arm was part of the prompt by selection.
    pub const fn is_included(self) -> bool {
        matches!(self, Self::Used | Self::Unused)
    }

    /// Whether the run made use of the arm.
    pub const fn is_used(self) -> bool {
        matches!(self, Self::Used | Self::ExcludedUsed)
    }

    /// A word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Excluded => "excluded",
            Self::ExcludedUsed => "excluded, used",
            Self::Unused => "unused",
            Self::Used => "used",
        }
    }
}

/// An arm in a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmOutcome {
    /// The arm's name.
    pub arm: String,
    /// What the run did with it.
    pub mark: Mark,
    /// Estimated size in the prompt, in tokens; the estimate of selection was another one.
    pub cost: Option<f64>,
}

/// Tokens of a run, each only where it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TraceUsage {
    /// Prompt tokens.
    pub input: Option<f64>,
    /// Generated tokens.
    pub output: Option<f64>,
    /// Prompt tokens read from the cache.
    pub cache_read: Option<f64>,
    /// Prompt tokens written to the cache.
    pub cache_write: Option<f64>,
    /// The sum that the provider gave; never computed here.
    pub total: Option<f64>,
}

/// A whole trace, for showing one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    /// The place in its source: a rowid, or the position in a file or a gateway's answer.
    pub row: i64,
    /// The trace's own id.
    pub trace_id: String,
    /// The run.
    pub run_id: String,
    /// The session's transcript.
    pub session_id: String,
    /// The session's key.
    pub session_key: Option<String>,
    /// End of the run, UTC milliseconds since 1970; nothing when it is no date.
    pub time: Option<i64>,
    /// Provider of the model.
    pub provider: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The messaging channel.
    pub channel: Option<String>,
    /// The run did without selection. True for every run of the passive phase, too.
    pub baseline: bool,
    /// The arms in the order of the trace; one may stand there twice.
    pub arms: Vec<ArmOutcome>,
    /// Tokens, when recorded.
    pub usage: Option<TraceUsage>,
    /// How long the run took, in milliseconds.
    pub duration: Option<f64>,
    /// Length of the system prompt in UTF-16 units.
    pub prompt_chars: Option<f64>,
    /// The run was stopped.
    pub aborted: bool,
    /// Why it failed; an empty text counts as no failure.
    pub error: Option<String>,
}

impl Trace {
    /// Whether an active learning layer would have learnt from the run.
    pub fn is_counted(&self) -> bool {
        !self.aborted && self.error.as_ref().is_none_or(String::is_empty)
    }
}
