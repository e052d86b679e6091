//! What is known about a value that a source may or may not have kept.
//!
//! "Missing" and "empty" are different facts, and so are "cut when it was captured" and "not read
//! yet". Every figure that the program shows about a session is a [`Fact`], so that a pane can say
//! which of the four it is instead of printing a blank or a zero.

/// A value, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// The source holds the value.
    Recorded(T),
    /// The source held more than this once; it was cut when it was captured.
    Trimmed(Trim),
    /// The source has no place for the value, or whoever wrote it left it out.
    NeverRecorded(Absence),
    /// The value needs a file that has not been read yet.
    #[default]
    NotLoaded,
}

impl<T> Fact<T> {
    /// Wraps a value that the source may have left out without giving a reason.
    pub fn from_option(value: Option<T>) -> Self {
        value.map_or(Self::NeverRecorded(Absence::NotInSource), Self::Recorded)
    }

    /// Returns the value when it is recorded.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Recorded(value) => Some(value),
            _ => None,
        }
    }

    /// Tells whether a later, deeper read could still supply the value.
    pub fn is_not_loaded(&self) -> bool {
        matches!(self, Self::NotLoaded)
    }

    /// Turns the value into another one, keeping the reason when there is none.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Recorded(value) => Fact::Recorded(with(value)),
            Self::Trimmed(trim) => Fact::Trimmed(trim),
            Self::NeverRecorded(absence) => Fact::NeverRecorded(absence),
            Self::NotLoaded => Fact::NotLoaded,
        }
    }
}

/// How much was cut at capture, as the marker that stands in the value's place says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trim {
    /// The marker's `reason`, for example `trajectory-field-size-limit`.
    pub reason: String,
    /// The size before the cut, in the unit of the marker (characters, items, keys or bytes).
    pub original: Option<u64>,
    /// The limit that was exceeded, in the same unit.
    pub limit: Option<u64>,
}

/// Why a value was never recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Absence {
    /// The record could hold it and does not.
    NotInSource,
    /// The session has no runtime events at all: capture was off, or the harness never writes them.
    NoRuntimeEvents,
    /// The run stopped before the event that would carry it.
    RunEndedEarly,
    /// The transcript that the index names does not exist.
    TranscriptMissing,
    /// This release of OpenClaw does not record it.
    NotInThisGeneration,
}

impl Absence {
    /// Says the cause in words, as the second half of "not recorded: …".
    pub fn why(self) -> &'static str {
        match self {
            Self::NotInSource => "the record does not hold it",
            Self::NoRuntimeEvents => {
                "no runtime events were captured (capture off, or a harness that writes none)"
            }
            Self::RunEndedEarly => "the run ended before the event that carries it",
            Self::TranscriptMissing => "the transcript file is missing",
            Self::NotInThisGeneration => "this release of OpenClaw does not record it",
        }
    }
}
