//! What the model's kinds are called on the screen, with the sign and the role each is drawn in.
//!
//! Everything that a sign or a colour says is said in a word here, too.

use std::borrow::Cow;

use super::theme::Look;
use crate::config::theme::Role;
use crate::model::entry::{self, Entry, EntryKind, StopReason};
use crate::model::fact::{Fact, Trim};
use crate::model::number::grouped;
use crate::model::runtime::EventOutcome;
use crate::model::session::{Provenance, RunState};
use crate::model::timeline::Lane;
use crate::model::tools::{CallStatus, ToolCall};
use crate::model::tree::Outcome;

/// A sign, a word and how both are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// One column.
    pub sign: &'static str,
    /// A word or a few.
    pub word: &'static str,
    /// The look.
    pub role: Role,
}

fn said(sign: &'static str, word: &'static str, role: Role) -> Said {
    Said { sign, word, role }
}

/// A figure for a narrow column: the value, or a sign for what kind of nothing there is.
pub fn figure<T>(fact: &Fact<T>, look: &Look<'_>, show: impl FnOnce(&T) -> String) -> String {
    match fact {
        Fact::Recorded(value) => show(value),
        Fact::Trimmed(_) => "cut".to_owned(),
        Fact::NeverRecorded(_) => look.glyphs.none.to_owned(),
        Fact::NotLoaded => look.glyphs.ellipsis.to_owned(),
    }
}

/// The full sentence for a value that is not there; `None` when it is.
pub fn missing<T>(fact: &Fact<T>) -> Option<String> {
    match fact {
        Fact::Recorded(_) => None,
        Fact::Trimmed(trim) => Some(trimmed(trim)),
        Fact::NeverRecorded(absence) => Some(format!("not recorded: {}", absence.why())),
        Fact::NotLoaded => Some("not loaded yet".to_owned()),
    }
}

/// The full sentence for a value that was cut when it was captured.
pub fn trimmed(trim: &Trim) -> String {
    let size = match (trim.original, trim.limit) {
        (Some(original), Some(limit)) => {
            format!(": {} cut to {}", grouped(original), grouped(limit))
        }
        (Some(original), None) => format!(": {} before", grouped(original)),
        (None, Some(limit)) => format!(": the limit is {}", grouped(limit)),
        (None, None) => String::new(),
    };
    let reason = match &*trim.reason {
        "" => String::new(),
        reason => format!(" ({reason})"),
    };
    format!("trimmed at capture{size}{reason}")
}

/// How a session stands: by its last run, else by where it was found.
pub fn session_state(state: Option<RunState>, from: Provenance, look: &Look<'_>) -> Said {
    let glyphs = look.glyphs;
    match (state, from) {
        (Some(RunState::Running), _) => said(glyphs.half, "running", Role::Note),
        (Some(RunState::Failed), _) => said(glyphs.error, "failed", Role::Error),
        (Some(RunState::Killed), _) => said(glyphs.aborted, "killed", Role::Warning),
        (Some(RunState::TimedOut), _) => said(glyphs.aborted, "timed out", Role::Warning),
        (Some(RunState::Aborted), _) => said(glyphs.aborted, "aborted", Role::Warning),
        (_, Provenance::Live | Provenance::File) => match state {
            Some(RunState::Done) => said(glyphs.full, "done", Role::Ok),
            _ => said(glyphs.hollow, "", Role::Muted),
        },
        (_, from) => said(glyphs.diamond, from.word(), Role::Muted),
    }
}

/// What an entry is: who speaks, or what kind of row it is.
pub fn entry(entry: &Entry, look: &Look<'_>) -> Said {
    let glyphs = look.glyphs;
    match entry.kind {
        EntryKind::Header => said(glyphs.diamond, "header", Role::System),
        EntryKind::Message => message(entry, look),
        EntryKind::ThinkingLevelChange => said(glyphs.diamond, "thinking", Role::System),
        EntryKind::ModelChange => said(glyphs.diamond, "model", Role::System),
        EntryKind::Compaction => said(glyphs.diamond, "compaction", Role::Branch),
        EntryKind::Reset => said(glyphs.diamond, "reset", Role::Branch),
        EntryKind::BranchSummary => said(glyphs.diamond, "summary", Role::Branch),
        EntryKind::Custom => said(glyphs.dot, "custom", Role::System),
        EntryKind::CustomMessage => said(glyphs.hollow, "custom", Role::System),
        EntryKind::Label => said(glyphs.diamond, "label", Role::Branch),
        EntryKind::SessionInfo => said(glyphs.diamond, "name", Role::System),
        EntryKind::Leaf => said(glyphs.diamond, "leaf", Role::Branch),
        EntryKind::Unknown => said(glyphs.pending, "unknown", Role::Warning),
    }
}

fn message(entry: &Entry, look: &Look<'_>) -> Said {
    let glyphs = look.glyphs;
    let failed = entry.is_error();
    match entry.role {
        entry::Role::User => said(glyphs.hollow, "user", Role::User),
        entry::Role::Assistant if entry.stop == StopReason::Aborted => {
            said(glyphs.aborted, "assistant", Role::Warning)
        }
        entry::Role::Assistant if failed => said(glyphs.error, "assistant", Role::Error),
        entry::Role::Assistant => said(glyphs.full, "assistant", Role::Assistant),
        entry::Role::ToolResult if failed => said(glyphs.error, "result", Role::Error),
        entry::Role::ToolResult => said(glyphs.ok, "result", Role::Tool),
        entry::Role::BashExecution if failed => said(glyphs.error, "shell", Role::Error),
        entry::Role::BashExecution => said(glyphs.ok, "shell", Role::Tool),
        entry::Role::BranchSummary => said(glyphs.diamond, "summary", Role::Branch),
        entry::Role::CompactionSummary => said(glyphs.diamond, "compaction", Role::Branch),
        entry::Role::Custom => said(glyphs.hollow, "custom", Role::System),
        entry::Role::None | entry::Role::Other => said(glyphs.hollow, "message", Role::System),
    }
}

/// How an answer ended; empty where it ended as it should.
pub fn stop(stop: StopReason) -> &'static str {
    match stop {
        StopReason::None | StopReason::Stop | StopReason::ToolUse => "",
        StopReason::Length => "cut at the token limit",
        StopReason::Error => "error",
        StopReason::Aborted => "aborted",
        StopReason::Other => "stopped",
    }
}

/// The stop reason as one word, whatever it is.
pub fn stop_reason(stop: StopReason) -> &'static str {
    match stop {
        StopReason::None => "",
        StopReason::Stop => "stop",
        StopReason::Length => "length",
        StopReason::ToolUse => "tool use",
        StopReason::Error => "error",
        StopReason::Aborted => "aborted",
        StopReason::Other => "other",
    }
}

/// How a branch ended.
pub fn branch_end(outcome: Outcome) -> (&'static str, Role) {
    match outcome {
        Outcome::Answered => ("answered", Role::Muted),
        Outcome::Cut => ("cut at the token limit", Role::Warning),
        Outcome::Failed => ("ended in error", Role::Error),
        Outcome::Aborted => ("aborted", Role::Warning),
        Outcome::Unfinished => ("unfinished", Role::Warning),
        Outcome::Unanswered => ("not answered", Role::Muted),
        Outcome::Open => ("open", Role::Muted),
    }
}

/// What came of a tool call.
pub fn call(status: CallStatus, look: &Look<'_>) -> Said {
    let glyphs = look.glyphs;
    match status {
        CallStatus::Ok => said(glyphs.ok, "ok", Role::Ok),
        CallStatus::Error => said(glyphs.error, "error", Role::Error),
        CallStatus::Exit => said("!", "failed exit", Role::Warning),
        CallStatus::TimedOut => said(glyphs.aborted, "timed out", Role::Error),
        CallStatus::NoResult => said(glyphs.pending, "no result", Role::Warning),
        CallStatus::NoCall => said(glyphs.pending, "no call", Role::Warning),
    }
}

/// The outcome of a call in a word, with the exit code where one says that a command failed.
pub fn call_end(call: &ToolCall, look: &Look<'_>) -> Cow<'static, str> {
    match call.failed_exit() {
        Some(code) => Cow::Owned(format!("exit {code}")),
        None => Cow::Borrowed(self::call(call.status, look).word),
    }
}

/// How a run or a step of it ended.
pub fn outcome(outcome: EventOutcome, look: &Look<'_>) -> Said {
    let glyphs = look.glyphs;
    match outcome {
        EventOutcome::Silent => said(glyphs.pending, "unfinished", Role::Muted),
        EventOutcome::Ok => said(glyphs.ok, "ok", Role::Ok),
        EventOutcome::Error => said(glyphs.error, "error", Role::Error),
        EventOutcome::Aborted => said(glyphs.aborted, "aborted", Role::Warning),
        EventOutcome::TimedOut => said(glyphs.aborted, "timed out", Role::Error),
    }
}

/// A lane of the timeline.
pub fn lane(lane: Lane) -> (&'static str, Role) {
    match lane {
        Lane::Input => ("input", Role::LaneInput),
        Lane::Model => ("model", Role::LaneModel),
        Lane::Tools => ("tools", Role::LaneTools),
        Lane::Session => ("session", Role::LaneSession),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Theme;
    use crate::model::fact::Absence;

    #[test]
    fn the_four_states_read_differently() {
        let theme = Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        let facts = [
            Fact::Recorded(7_u64),
            Fact::Trimmed(Trim { reason: "field".into(), original: Some(9_000), limit: Some(100) }),
            Fact::NeverRecorded(Absence::NoRuntimeEvents),
            Fact::NotLoaded,
        ];
        let short: Vec<_> =
            facts.iter().map(|fact| figure(fact, &look, ToString::to_string)).collect();
        assert_eq!(short, ["7", "cut", "–", "…"]);
        let long: Vec<_> = facts.iter().map(missing).collect();
        assert_eq!(long[0], None);
        assert_eq!(long[1].as_deref(), Some("trimmed at capture: 9,000 cut to 100 (field)"));
        assert!(long[2].as_ref().is_some_and(|text| text.starts_with("not recorded: no runtime")));
        assert_eq!(long[3].as_deref(), Some("not loaded yet"));
    }
}
