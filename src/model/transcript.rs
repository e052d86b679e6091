//! A transcript as an index: one small record a row, the ids, and what the tree and branch need.
//!
//! The index is built on a worker by a [`TranscriptBuilder`] and handed over as an immutable
//! [`Transcript`]. While a large file loads, snapshots are taken at sizes that grow geometrically,
//! so that all copying together stays below the size of the finished index.
//!
//! ```text
//!  rows ──▶ head::parse ──▶ TranscriptBuilder ──▶ Transcript { entries, ids, calls, … }
//!                                                    ├─▶ Branch  (nav: the active path)
//!                                                    └─▶ Tree    (all paths)
//! ```

mod builder;

use std::path::PathBuf;

use super::diagnostic::{Diagnostic, Place, RowPos};
use super::entry::{Entry, Link, Rules};
use super::ids::{EntryIx, IdIx, IdTable};
use super::nav::Branch;
use super::skipped::Skipped;
use super::tree::Tree;
use super::usage::Usage;
pub use builder::TranscriptBuilder;

/// Where the rows of a transcript come from, as far as the model cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file or database, for diagnostics.
    pub path: PathBuf,
    /// Which release's reading applies.
    pub rules: Rules,
    /// Rows are numbered lines of a file (`true`) or rows by `seq` (`false`).
    pub lines: bool,
}

impl Origin {
    /// The place of a row.
    pub fn place(&self, row: u64) -> Place {
        let row = if self.lines { RowPos::Line(row) } else { RowPos::Seq(row) };
        Place::at(&self.path, row)
    }
}

/// The members of a transcript's header.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The header's row.
    pub entry: EntryIx,
    /// `id`: normally the session id.
    pub session_id: Option<String>,
    /// `version`; 1 when it is absent.
    pub version: f64,
    /// `cwd`: the workspace on the machine that wrote the session.
    pub cwd: Option<String>,
    /// The session or file that this one was forked from.
    pub parent_session: Option<String>,
}

/// A leaf control, beside the row that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeafControl {
    /// The control's row.
    pub entry: EntryIx,
    /// The new leaf.
    pub target: Link,
    /// Where the next row goes ([`Link::Absent`]: at the target).
    pub append_parent: Link,
}

/// A tool call block, beside the row that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallBlock {
    /// The assistant message.
    pub entry: EntryIx,
    /// Position in the content array, from 0.
    pub block: u32,
    /// Tool call id.
    pub id: Option<IdIx>,
    /// Tool name.
    pub name: Option<IdIx>,
    /// OpenClaw's exporter takes the block for a call, too.
    pub exported: bool,
}

/// A tool result, beside the row that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultRow {
    /// The tool result message.
    pub entry: EntryIx,
    /// The call that it answers.
    pub call_id: Option<IdIx>,
    /// Tool name.
    pub name: Option<IdIx>,
    /// The exit code that its details hold.
    pub exit: Option<i32>,
}

/// A label, beside the row that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRow {
    /// The label's own row.
    pub entry: EntryIx,
    /// The entry that it names.
    pub target: Option<IdIx>,
    /// The name; `None` takes an earlier one away.
    pub label: Option<Box<str>>,
}

/// The model of an assistant message or a model change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelRow {
    /// The row.
    pub entry: EntryIx,
    /// Provider name.
    pub provider: Option<IdIx>,
    /// Model name.
    pub model: Option<IdIx>,
}

/// The side tables of the index; every one is in row order.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// Every string that names something: entry ids, call ids, tool and model names.
    pub ids: IdTable,
    /// All accepted rows.
    pub entries: Vec<Entry>,
    /// Tokens and cost of assistant messages.
    pub usages: Vec<(EntryIx, Usage)>,
    /// Models of assistant messages and model changes.
    pub models: Vec<ModelRow>,
    /// Tool call blocks.
    pub calls: Vec<CallBlock>,
    /// Tool results.
    pub results: Vec<ResultRow>,
    /// Leaf controls with usable members.
    pub leaves: Vec<LeafControl>,
    /// Labels.
    pub labels: Vec<LabelRow>,
    /// Names from `session_info` rows.
    pub session_names: Vec<(EntryIx, Box<str>)>,
}

impl Tables {
    /// The row at `entry`.
    pub fn entry(&self, entry: EntryIx) -> Option<&Entry> {
        self.entries.get(entry.index())
    }

    /// The call blocks of one assistant message, in block order.
    pub fn calls_of(&self, entry: EntryIx) -> &[CallBlock] {
        let from = self.calls.partition_point(|call| call.entry < entry);
        let to = self.calls.partition_point(|call| call.entry <= entry);
        self.calls.get(from..to).unwrap_or(&[])
    }

    /// Tokens and cost of one message.
    pub fn usage_of(&self, entry: EntryIx) -> Option<&Usage> {
        let at = self.usages.binary_search_by_key(&entry, |(entry, _)| *entry).ok()?;
        self.usages.get(at).map(|(_, usage)| usage)
    }

    /// The model of one message or model change.
    pub fn model_of(&self, entry: EntryIx) -> Option<&ModelRow> {
        let at = self.models.binary_search_by_key(&entry, |row| row.entry).ok()?;
        self.models.get(at)
    }

    /// The text of an id, a name or a model.
    pub fn text(&self, id: IdIx) -> &str {
        self.ids.get(id)
    }
}

/// A transcript, indexed: immutable, cheap to share, without bodies.
#[derive(Debug, Clone)]
pub struct Transcript {
    /// Where the rows come from.
    pub origin: Origin,
    /// The first header, if any.
    pub header: Option<Header>,
    /// Rows and side tables.
    pub tables: Tables,
    /// The active branch.
    pub branch: Branch,
    /// All branches.
    pub tree: Tree,
    /// The rows that were skipped, by number; only the first ones have a diagnostic of their own.
    pub skipped: Skipped,
    /// What was skipped or odd, in row order, then the tree's and the branch's findings.
    pub diagnostics: Vec<Diagnostic>,
    /// How far reading got.
    pub progress: Progress,
}

/// How much of a source has been read, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes read so far.
    pub read: u64,
    /// Bytes in all, as far as known.
    pub total: u64,
    /// Nothing is left to read.
    pub done: bool,
}
