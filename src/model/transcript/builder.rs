//! Building the index of a transcript row by row.

use super::{
    CallBlock, Header, LabelRow, LeafControl, ModelRow, Origin, Progress, ResultRow, Tables,
    Transcript,
};
use crate::js::text;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::entry::{Entry, EntryFlags, EntryKind, Link};
use crate::model::head::{EntryHead, LinkHead, RowFault};
use crate::model::ids::{EntryIx, IdTable, RowSpan};
use crate::model::migrate;
use crate::model::nav::Branch;
use crate::model::scan::Scan;
use crate::model::skipped::{Fault, Skipped};
use crate::model::tree::Tree;

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
        let at = EntryIx::from(self.tables.entries.len());
        let kind = head.kind();
        let id = usable(head.id.as_deref()).map(|id| self.tables.ids.intern(id));
        self.note_message(at, head);
        self.note_control(at, head);
        let parent = link(&mut self.tables.ids, &head.parent);
        self.tables.entries.push(Entry {
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

    /// What a message or a model change adds to the side tables.
    fn note_message(&mut self, at: EntryIx, head: &EntryHead<'_>) {
        let tables = &mut self.tables;
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
    }

    /// What leaf controls, labels and session names add to the side tables.
    fn note_control(&mut self, at: EntryIx, head: &EntryHead<'_>) {
        let tables = &mut self.tables;
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
            RowFault::TooDeep => (
                Fault::NotJson,
                "invalid-session-json",
                "Skipped a transcript row that is nested too deeply to be read.",
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
        migrate::give_legacy_ids(&mut self.tables, self.header.as_ref());
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
    id.filter(|id| !text::trim(id).is_empty())
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
