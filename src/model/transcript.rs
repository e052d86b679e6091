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

use std::path::PathBuf;

use super::diagnostic::{Diagnostic, Place, RowPos};
use super::entry::{Entry, EntryFlags, EntryKind, Link, Rules};
use super::head::{EntryHead, LinkHead, RowFault};
use super::ids::{EntryIx, IdIx, IdTable, RowSpan};
use super::nav::Branch;
use super::scan::Scan;
use super::skipped::{Fault, Skipped};
use super::tree::Tree;
use super::usage::Usage;

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

/// Collects rows into a [`Transcript`].
#[derive(Debug, Clone)]
pub struct TranscriptBuilder {
    origin: Origin,
    header: Option<Header>,
    tables: Tables,
    skipped: Skipped,
    diagnostics: Vec<Diagnostic>,
    untold: u64,
}

/// How many rejected rows get a diagnostic of their own; the rest are counted in one.
const REJECTED_SHOWN: u64 = 1_000;

impl TranscriptBuilder {
    /// Starts an empty index.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            header: None,
            tables: Tables::default(),
            skipped: Skipped::default(),
            diagnostics: Vec::new(),
            untold: 0,
        }
    }

    /// How many rows were accepted so far.
    pub fn len(&self) -> usize {
        self.tables.entries.len()
    }

    /// Tells whether no row was accepted yet.
    pub fn is_empty(&self) -> bool {
        self.tables.entries.is_empty()
    }

    /// Adds an accepted row.
    pub fn push(&mut self, head: &EntryHead<'_>, span: RowSpan, row: u64) {
        let tables = &mut self.tables;
        let at = EntryIx::from(tables.entries.len());
        let kind = head.kind();
        let id = usable(head.id.as_deref()).map(|id| tables.ids.intern(id));
        if let Some(usage) = head.usage {
            tables.usages.push((at, usage));
        }
        if head.model.is_some() || head.provider.is_some() {
            let provider = head.provider.as_deref().map(|name| tables.ids.intern(name));
            let model = head.model.as_deref().map(|name| tables.ids.intern(name));
            tables.models.push(ModelRow { entry: at, provider, model });
        }
        for call in &head.calls {
            let id = call.id.as_deref().map(|id| tables.ids.intern(id));
            let name = call.name.as_deref().map(|name| tables.ids.intern(name));
            let (block, exported) = (call.block, call.exported);
            tables.calls.push(CallBlock { entry: at, block, id, name, exported });
        }
        if let Some(result) = &head.result {
            let call_id = result.call_id.as_deref().map(|id| tables.ids.intern(id));
            let name = result.name.as_deref().map(|name| tables.ids.intern(name));
            tables.results.push(ResultRow { entry: at, call_id, name, exit: result.exit });
        }
        if let Some(leaf) = &head.leaf {
            let target = link(&mut tables.ids, &leaf.target);
            let append_parent = link(&mut tables.ids, &leaf.append_parent);
            tables.leaves.push(LeafControl { entry: at, target, append_parent });
        }
        if let Some(label) = &head.label {
            let target = label.target.as_deref().map(|id| tables.ids.intern(id));
            let label = label.label.as_deref().map(Box::from);
            tables.labels.push(LabelRow { entry: at, target, label });
        }
        if let Some(name) = head.session_name.as_deref() {
            tables.session_names.push((at, Box::from(name)));
        }
        let parent = link(&mut tables.ids, &head.parent);
        tables.entries.push(Entry {
            span,
            row: u32::try_from(row).unwrap_or(u32::MAX),
            id,
            parent,
            time: head.time.unwrap_or(Entry::NO_TIME),
            kind,
            role: head.role,
            flags: flags(head),
            stop: head.stop,
            calls: u16::try_from(head.calls.len()).unwrap_or(u16::MAX),
        });
        if kind == EntryKind::Header && self.header.is_none() {
            self.header = Some(header(at, head));
        }
    }

    /// Notes a row that is no record.
    pub fn reject(&mut self, row: u64, fault: RowFault) {
        let (fault, code, message) = match fault {
            RowFault::NotJson => (
                Fault::NotJson,
                "invalid-session-json",
                "Skipped a transcript row that is not valid JSON.",
            ),
            RowFault::NotEntry => (
                Fault::NotRecord,
                "invalid-session-row",
                "Skipped a transcript row that is not a session entry.",
            ),
        };
        self.count(row, fault);
        if self.skipped.total() <= REJECTED_SHOWN {
            self.diagnostics.push(Diagnostic::error(code, self.origin.place(row), message));
        } else {
            self.untold += 1;
        }
    }

    /// Notes a row that could not even be looked at, for a reason that the reader gives.
    pub fn skip(&mut self, row: u64, diagnostic: Diagnostic) {
        self.count(row, Fault::NotJson);
        self.diagnostics.push(diagnostic);
    }

    fn count(&mut self, row: u64, fault: Fault) {
        self.skipped.add(fault, self.tables.entries.len(), self.origin.lines.then_some(row));
    }

    /// Notes anything else that a reader met on its way.
    pub fn note(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Builds the index of what has been read so far, without ending the reading.
    pub fn snapshot(&self, progress: Progress) -> Transcript {
        self.clone().finish(progress)
    }

    /// Builds the index.
    pub fn finish(mut self, progress: Progress) -> Transcript {
        super::migrate::give_legacy_ids(&mut self.tables, self.header.as_ref());
        if self.untold > 0 {
            self.diagnostics.push(Diagnostic::error(
                "invalid-session-rows",
                Place::whole(&self.origin.path),
                format!("Skipped {} further rows that are not session entries.", self.untold),
            ));
        }
        let scan = Scan::run(&self.tables, self.origin.rules);
        let branch = Branch::of_scan(&self.tables, &scan);
        let tree = Tree::build(&self.tables, &scan);
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(branch.diagnostics(&self.tables, &self.origin));
        diagnostics.extend(tree.diagnostics(&self.tables, &self.origin));
        Transcript {
            origin: self.origin,
            header: self.header,
            tables: self.tables,
            branch,
            tree,
            skipped: self.skipped,
            diagnostics,
            progress,
        }
    }
}

fn usable(id: Option<&str>) -> Option<&str> {
    id.filter(|id| !crate::js::text::trim(id).is_empty())
}

fn link(ids: &mut IdTable, head: &LinkHead<'_>) -> Link {
    match head {
        LinkHead::Absent => Link::Absent,
        LinkHead::Null => Link::Null,
        LinkHead::To(id) => Link::To(ids.intern(id)),
        LinkHead::Unusable => Link::Unusable,
    }
}

fn flags(head: &EntryHead<'_>) -> EntryFlags {
    let mirror = head.provider.as_deref() == Some("openclaw")
        || head.model.as_deref() == Some("delivery-mirror");
    let exit = head.result.as_ref().and_then(|result| result.exit);
    EntryFlags::default()
        .with(EntryFlags::ERROR, head.error)
        .with(EntryFlags::FAILED_EXIT, exit.is_some_and(|code| code != 0))
        .with(EntryFlags::SIDE, head.side)
        .with(EntryFlags::IMAGE, head.image)
        .with(EntryFlags::THINKING, head.thinking)
        .with(EntryFlags::MIRROR, mirror)
        .with(EntryFlags::UNTIMED, head.time.is_none())
        .with(EntryFlags::TEXT, head.text)
        .with(EntryFlags::BLANK_ID, head.id.is_some() && usable(head.id.as_deref()).is_none())
}

fn header(entry: EntryIx, head: &EntryHead<'_>) -> Header {
    let members = head.header.clone().unwrap_or_default();
    Header {
        entry,
        session_id: head.id.as_deref().map(str::to_owned),
        version: members.version.unwrap_or(1.0),
        cwd: members.cwd.map(String::from),
        parent_session: members.parent_session.map(String::from),
    }
}
