//! One row of a transcript: what can be known about it without keeping its body.

use super::ids::{IdIx, RowSpan};

/// What is kept of every row of a transcript, in 48 bytes.
///
/// The body stays in its source and is read through [`Entry::span`] when it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where the row's JSON text lies.
    pub span: RowSpan,
    /// Physical line from 1, or `seq` from 0, as the source counts.
    pub row: u32,
    /// The row's id, when it has a usable one.
    pub id: Option<IdIx>,
    /// The row's own `parentId`.
    pub parent: Link,
    /// `timestamp` in ms since the epoch, UTC; [`Entry::NO_TIME`] when absent or unreadable.
    pub time: i64,
    /// Record type.
    pub kind: EntryKind,
    /// Role of the message; [`Role::None`] for other records.
    pub role: Role,
    /// Switches.
    pub flags: EntryFlags,
    /// How an assistant message ended.
    pub stop: StopReason,
    /// How many tool call blocks the row has (saturating).
    pub calls: u16,
}

impl Entry {
    /// The value of [`Entry::time`] where there is none.
    pub const NO_TIME: i64 = i64::MIN;

    /// The time in ms since the epoch, UTC.
    pub fn time(&self) -> Option<i64> {
        (self.time != Self::NO_TIME).then_some(self.time)
    }

    /// Tells whether the row itself says that something went wrong: an error, or an answer that
    /// failed or was aborted. This is what the errors of a session count.
    pub fn is_error(&self) -> bool {
        self.flags.has(EntryFlags::ERROR) || self.stop.is_failure()
    }

    /// Tells whether something did not go as intended: an error, or a command that ended with a
    /// non-zero exit code although its tool did its work.
    pub fn is_trouble(&self) -> bool {
        self.is_error() || self.flags.has(EntryFlags::FAILED_EXIT)
    }
}

/// A reference from one row to another by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Link {
    /// The member is not there.
    #[default]
    Absent,
    /// The member is `null`: a root, or "before the first entry".
    Null,
    /// The id of another row, which may or may not exist.
    To(IdIx),
    /// The member is blank or not a string.
    Unusable,
}

/// The record types of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// `session`: the header, normally the first row.
    Header,
    /// `message`.
    Message,
    /// `thinking_level_change`.
    ThinkingLevelChange,
    /// `model_change`.
    ModelChange,
    /// `compaction`.
    Compaction,
    /// `reset`: written into databases by a gateway reset that keeps the session id.
    Reset,
    /// `branch_summary`.
    BranchSummary,
    /// `custom`: state of a plugin, never sent to the model.
    Custom,
    /// `custom_message`: text of a plugin, sent to the model.
    CustomMessage,
    /// `label`: names another entry.
    Label,
    /// `session_info`: names the session.
    SessionInfo,
    /// `leaf`: moves the leaf; a control, not an entry.
    Leaf,
    /// Any other type; kept and shown raw.
    Unknown,
}

impl EntryKind {
    /// Reads the `type` member of a record.
    pub fn from_type(name: &str) -> Self {
        match name {
            "session" => Self::Header,
            "message" => Self::Message,
            "thinking_level_change" => Self::ThinkingLevelChange,
            "model_change" => Self::ModelChange,
            "compaction" => Self::Compaction,
            "reset" => Self::Reset,
            "branch_summary" => Self::BranchSummary,
            "custom" => Self::Custom,
            "custom_message" => Self::CustomMessage,
            "label" => Self::Label,
            "session_info" => Self::SessionInfo,
            "leaf" => Self::Leaf,
            _ => Self::Unknown,
        }
    }

    /// Tells whether rows of this type are entries of the branch under `rules`.
    pub fn is_canonical(self, rules: Rules) -> bool {
        match self {
            Self::Header | Self::Leaf | Self::Unknown => false,
            Self::Reset => rules == Rules::Database,
            _ => true,
        }
    }
}

/// Which release's reading of a transcript applies.
///
/// File stores are read as OpenClaw 2026.7.1 reads them, databases as 2026.9.6 does; they differ
/// in resets and in what happens to an entry whose parent is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rules {
    /// `sessions.json` and `.jsonl` files.
    Files,
    /// The per-agent SQLite database.
    Database,
}

/// The role of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Role {
    /// Not a message.
    #[default]
    None,
    /// A person, or whoever writes to the agent.
    User,
    /// The model.
    Assistant,
    /// What a tool answered.
    ToolResult,
    /// `custom` (`hookMessage` before version 3).
    Custom,
    /// A command that a person ran beside the agent.
    BashExecution,
    /// `branchSummary`, rare on disk.
    BranchSummary,
    /// `compactionSummary`, rare on disk.
    CompactionSummary,
    /// Any other role.
    Other,
}

impl Role {
    /// Reads the `role` member of a message.
    pub fn from_name(name: &str) -> Self {
        match name {
            "user" => Self::User,
            "assistant" => Self::Assistant,
            "toolResult" | "tool" | "tool_result" => Self::ToolResult,
            "custom" | "hookMessage" => Self::Custom,
            "bashExecution" => Self::BashExecution,
            "branchSummary" => Self::BranchSummary,
            "compactionSummary" => Self::CompactionSummary,
            _ => Self::Other,
        }
    }
}

/// How an assistant message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum StopReason {
    /// Not an assistant message, or not said.
    #[default]
    None,
    /// `stop`, `end_turn`: the answer is complete.
    Stop,
    /// `length`, `max_tokens`: cut at the token limit.
    Length,
    /// `toolUse`, `tool_use`: the model waits for tools.
    ToolUse,
    /// `error`.
    Error,
    /// `aborted`.
    Aborted,
    /// Any other reason.
    Other,
}

impl StopReason {
    /// Reads the `stopReason` member of an assistant message, in either naming style.
    pub fn from_name(name: &str) -> Self {
        match name {
            "stop" | "end_turn" => Self::Stop,
            "length" | "max_tokens" => Self::Length,
            "toolUse" | "tool_use" | "tool_calls" => Self::ToolUse,
            "error" => Self::Error,
            "aborted" => Self::Aborted,
            _ => Self::Other,
        }
    }

    /// Tells whether the run did not end as the model wished.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Error | Self::Aborted)
    }
}

/// Switches of an entry, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct EntryFlags(u16);

impl EntryFlags {
    /// A tool result with `isError`, an assistant message with an error, a failed command.
    pub const ERROR: Self = Self(1);
    /// `appendMode: "side"`: appended beside the active path.
    pub const SIDE: Self = Self(1 << 1);
    /// The message has an image block.
    pub const IMAGE: Self = Self(1 << 2);
    /// The message has a thinking block.
    pub const THINKING: Self = Self(1 << 3);
    /// Mirrored from a delivery: provider `openclaw` or model `delivery-mirror`.
    pub const MIRROR: Self = Self(1 << 4);
    /// The row has no usable `timestamp`.
    pub const UNTIMED: Self = Self(1 << 5);
    /// The id was given by the migration of a version-1 transcript.
    pub const LEGACY_ID: Self = Self(1 << 6);
    /// The row has text of its own (a message with a non-empty text block or string content).
    pub const TEXT: Self = Self(1 << 7);
    /// The row's `id` is a blank string: no id to point at, yet one to OpenClaw's migration.
    pub const BLANK_ID: Self = Self(1 << 8);
    /// A tool result whose details hold a non-zero exit code.
    pub const FAILED_EXIT: Self = Self(1 << 9);

    /// Tells whether all switches of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets the switches of `other` when `on` holds.
    #[must_use]
    pub fn with(self, other: Self, on: bool) -> Self {
        if on { Self(self.0 | other.0) } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_stays_small() {
        assert!(size_of::<Entry>() <= 48, "{}", size_of::<Entry>());
    }
}
