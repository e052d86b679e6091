//! An entry of the transcript, or a branch that is folded to one line.

use super::Detail;
use crate::app::state::bodies::BodyKey;
use crate::config::theme::Role;
use crate::model::entry::{Entry, EntryFlags, Link, Role as Speaker};
use crate::model::ids::EntryIx;
use crate::model::transcript::Transcript;
use crate::model::usage::Usage;
use crate::model::{number, time};
use crate::ui::sheet::Sheet;
use crate::ui::{content, words};

impl Detail<'_> {
    pub(super) fn entry(&self, sheet: &mut Sheet<'_>, ix: EntryIx) {
        let Some(transcript) = self.index.transcript.as_deref() else { return };
        let Some(entry) = transcript.tables.entry(ix) else { return };
        let call = self.index.calls.answered_by(ix);
        if let Some(call) = call.filter(|_| entry.role == Speaker::ToolResult) {
            self.call_and_result(sheet, call);
            return self.entry_place(sheet, transcript, ix, entry);
        }
        self.entry_head(sheet, transcript, ix, entry);
        if let Some(found) = self.body(sheet, BodyKey::Entry(ix)) {
            content::record(sheet, &found.value, &found.images);
        }
        self.entry_place(sheet, transcript, ix, entry);
    }

    fn entry_head(
        &self,
        sheet: &mut Sheet<'_>,
        transcript: &Transcript,
        ix: EntryIx,
        entry: &Entry,
    ) {
        let tables = &transcript.tables;
        let when = entry.time().map(|time| time::clock(time, &self.state.zone)).unwrap_or_default();
        sheet.title(words::entry(entry, sheet.look), &when);
        let model = tables.model_of(ix);
        let mut parts = Vec::new();
        if let Some(model) = model.and_then(|row| row.model) {
            parts.push(tables.text(model).to_owned());
        }
        let stop = words::stop_reason(entry.stop);
        if !stop.is_empty() {
            parts.push(format!("stop: {stop}"));
        }
        if !parts.is_empty() {
            let role = if entry.stop.is_failure() { Role::Error } else { Role::Muted };
            let text = parts.join(&format!(" {} ", sheet.look.glyphs.dot));
            sheet.note(&text, role);
        }
        if let Some(usage) = tables.usage_of(ix) {
            sheet.note(&usage_line(usage), Role::Muted);
        }
        sheet.blank();
    }

    /// Where the entry stands: ids, parents, place in its source.
    fn entry_place(
        &self,
        sheet: &mut Sheet<'_>,
        transcript: &Transcript,
        ix: EntryIx,
        entry: &Entry,
    ) {
        let tables = &transcript.tables;
        sheet.heading("record", "");
        let id = entry.id.map_or("none", |id| tables.text(id));
        sheet.field("id", id, Role::Text);
        let parent = match entry.parent {
            Link::Absent => "not named".to_owned(),
            Link::Null => "none: a root".to_owned(),
            Link::To(id) => tables.text(id).to_owned(),
            Link::Unusable => "unusable".to_owned(),
        };
        sheet.field("parent", &parent, Role::Text);
        let children = transcript.tree.children(ix).len();
        if children > 1 {
            sheet.field("children", &format!("{children}: a fork"), Role::Branch);
        }
        let active = if transcript.branch.contains(ix) {
            "on the active path"
        } else {
            "beside the active path"
        };
        sheet.field("branch", active, Role::Text);
        for (flag, text) in [
            (EntryFlags::SIDE, "appended beside the active path"),
            (EntryFlags::MIRROR, "mirrored from a delivery"),
            (EntryFlags::LEGACY_ID, "its id was given by the migration of version 1"),
            (EntryFlags::UNTIMED, "has no usable timestamp"),
        ] {
            if entry.flags.has(flag) {
                sheet.field("note", text, Role::Text);
            }
        }
        if let Some(when) = entry.time() {
            sheet.field("time", &time::full(when, &self.state.zone), Role::Text);
        }
        let place = transcript.origin.place(u64::from(entry.row));
        if let Some(row) = place.row {
            sheet.field("source", &format!("{row} of {}", file_name(&place.path)), Role::Text);
        }
        sheet.field("size", &number::bytes(u64::from(entry.span.len)), Role::Text);
    }

    pub(super) fn branch(&self, sheet: &mut Sheet<'_>, head: EntryIx) {
        let Some(transcript) = self.index.transcript.as_deref() else { return };
        let (tables, tree) = (&transcript.tables, &transcript.tree);
        let subtree = tree.subtree(head);
        let (end, role) = words::branch_end(tree.outcome(tables, head));
        sheet.heading("branch beside the active path", "");
        sheet.field("ended", end, role);
        sheet.field("entries", &number::grouped(u64::from(subtree.entries)), Role::Text);
        sheet.field("tool calls", &number::grouped(u64::from(subtree.calls)), Role::Text);
        let errors = if subtree.errors > 0 { Role::Error } else { Role::Text };
        sheet.field("failures", &number::grouped(u64::from(subtree.errors)), errors);
        let last = tables.entry(subtree.last);
        if let Some(id) = last.and_then(|last| last.id) {
            sheet.field("last entry", tables.text(id), Role::Text);
        }
        if let Some(when) = last.and_then(Entry::time) {
            sheet.field("last change", &time::full(when, &self.state.zone), Role::Text);
        }
        sheet.heading("first entry", "");
        self.entry(sheet, head);
    }
}

/// Tokens and cost in one line.
pub(super) fn usage_line(usage: &Usage) -> String {
    let mut parts = vec![
        format!("in {}", number::grouped(usage.input)),
        format!("out {}", number::grouped(usage.output)),
    ];
    if usage.cache_read > 0 {
        parts.push(format!("cache {}", number::grouped(usage.cache_read)));
    }
    if usage.cache_write > 0 {
        parts.push(format!("cache write {}", number::grouped(usage.cache_write)));
    }
    if let Some(share) = usage.cache_hit().filter(|share| *share > 0.0) {
        parts.push(format!("({} cached)", number::percent(share)));
    }
    if let Some(cost) = usage.cost {
        parts.push(number::dollars(cost));
    }
    parts.join("  ")
}

pub(super) fn file_name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
