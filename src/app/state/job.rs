//! What is going on behind, and the passing message at the bottom.

use crate::model::diagnostic::Severity;
use crate::model::transcript::Progress;

/// A passing message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What happened.
    pub text: String,
    /// How much it matters.
    pub severity: Severity,
}

impl Status {
    /// A message about something that went well.
    pub fn note(text: impl Into<String>) -> Self {
        Self { text: text.into(), severity: Severity::Note }
    }

    /// A message about something that does not work here.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { text: text.into(), severity: Severity::Warning }
    }

    /// A message about something that went wrong.
    pub fn error(text: impl Into<String>) -> Self {
        Self { text: text.into(), severity: Severity::Error }
    }
}

/// What workers are busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Jobs {
    /// The catalogue is being read.
    pub catalogue: bool,
    /// Sessions whose counts are still to come, of how many.
    pub deepening: Option<(usize, usize)>,
    /// A transcript is being read: how far.
    pub opening: Option<Progress>,
}

impl Jobs {
    /// Tells whether anything is going on that Esc could stop.
    pub fn cancellable(self) -> bool {
        self.catalogue || self.opening.is_some()
    }
}
