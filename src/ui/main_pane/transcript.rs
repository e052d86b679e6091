//! The transcript tab: the tree of entries like a commit graph.
//!
//! ```text
//!  ┃ ○ user       Look at the cart totals                       10:02:07
//!  ┃ ● assistant  I'll look at both files first      3.1k→210        +4s
//!  ┃ ├ ✓ read     src/main.py                            1.2K       14ms
//!  ┃ ○ user       And now?  ┬ 2 branches                       10:02:30
//!  │ ⊞ answer B   It was the other file  4 entries, 2 tools, ended in error
//! ```
//!
//! The heavy line marks the active path. Rows are indented at real forks only.

use crate::model::{number, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Canvas, Frame, brief, preview};
use crate::app::state::bodies::BodyKey;
use crate::app::state::index::SessionIndex;
use crate::app::state::open::OpenSession;
use crate::app::state::panes::filter_word;
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::body::{self, Block};
use crate::model::entry::{Entry, EntryFlags, Role as Speaker};
use crate::model::ids::{CallIx, EntryIx};
use crate::model::outline::{OutlineFilter, OutlineKind, OutlineRow};
use crate::model::tools::ToolCall;
use crate::model::transcript::Transcript;
use crate::ui::strip::{Strip, cut, plain};
use crate::ui::theme::Look;
use crate::ui::words;

/// Characters of a preview: no screen shows more.
const PREVIEW: usize = 240;
/// Columns of the word that says who speaks.
const WORD: usize = 11;
/// Levels of forks that are drawn as indentation.
const MAX_DEPTH: u16 = 8;

pub(super) fn frame(canvas: &Canvas<'_>, open: &OpenSession, index: &SessionIndex) -> Frame {
    let Some(transcript) = index.transcript.as_deref() else { return Frame::default() };
    let pane = &open.transcript;
    let mut note = String::new();
    let shown = pane.outline.rows.len();
    if shown > 0 {
        let at = pane.list.selected.min(shown - 1) + 1;
        note = format!("row {} of {}", number::grouped(at as u64), number::grouped(shown as u64));
    }
    if let Some(leaf) = transcript.branch.leaf {
        let id = transcript.tables.text(leaf);
        let short = cut(id, 9, canvas.look.glyphs);
        note = format!("{note} {} leaf {short}", canvas.look.glyphs.dot);
    }
    if !index.complete {
        let dot = canvas.look.glyphs.dot;
        note = match open.stopped {
            Some(percent) => format!("{note} {dot} stopped at {percent}%"),
            None => format!("{note} {dot} reading"),
        };
    }
    let hint = match pane.filter {
        OutlineFilter::All => String::new(),
        filter => format!("only {}", filter_word(filter)).replace("only no", "no"),
    };
    Frame { note, hint }
}

pub(super) fn draw(
    canvas: &Canvas<'_>,
    (open, index): (&OpenSession, &SessionIndex),
    buf: &mut Buffer,
    inner: Rect,
) -> Rect {
    let Some(transcript) = index.transcript.as_deref() else {
        let lines =
            ["The index names a transcript that cannot be read.", "The Diagnostics tab says why."];
        canvas.empty(buf, inner, "No transcript", &lines);
        return inner;
    };
    let pane = &open.transcript;
    let len = pane.outline.rows.len();
    if len == 0 {
        empty(canvas, open, index, buf, inner);
        return inner;
    }
    let rows = Rows { canvas, look: canvas.look, open, index, transcript };
    canvas.rows(buf, inner, (&pane.list, len), |at, strip| {
        if let Some(row) = pane.outline.rows.get(at) {
            let before = at.checked_sub(1).and_then(|at| pane.outline.rows.get(at));
            rows.draw(strip, *row, before.copied());
        }
    });
    inner
}

fn empty(
    canvas: &Canvas<'_>,
    open: &OpenSession,
    index: &SessionIndex,
    buf: &mut Buffer,
    inner: Rect,
) {
    let (title, lines): (&str, &[&str]) = match open.transcript.filter {
        _ if !index.complete => ("Reading the transcript", &["Entries appear as they are read."]),
        OutlineFilter::All => (
            "The transcript is empty",
            &["It holds no entry yet: the session was opened and nothing was said."],
        ),
        OutlineFilter::Errors => ("No errors", &["No tool, answer or command failed here."]),
        OutlineFilter::Labelled => ("No labels", &["No entry of this session carries a label."]),
        OutlineFilter::NoTools | OutlineFilter::UserOnly => {
            ("Nothing fits the filter", &["Esc shows all entries again."])
        }
    };
    canvas.empty(buf, inner, title, lines);
}

/// What every row is drawn from.
struct Rows<'a> {
    canvas: &'a Canvas<'a>,
    look: &'a Look<'a>,
    open: &'a OpenSession,
    index: &'a SessionIndex,
    transcript: &'a Transcript,
}

impl Rows<'_> {
    fn draw(&self, strip: &mut Strip<'_>, row: OutlineRow, before: Option<OutlineRow>) {
        let Some(entry) = self.transcript.tables.entry(row.entry) else { return };
        self.rails(strip, row);
        match row.kind {
            OutlineKind::FoldedBranch => self.folded_branch(strip, row.entry),
            OutlineKind::Unanswered(block) => self.unanswered(strip, row.entry, block),
            OutlineKind::Entry | OutlineKind::BranchHead | OutlineKind::Closed(_) => {
                let call = self.index.calls.answered_by(row.entry);
                match call.and_then(|call| self.index.calls.call(call)) {
                    Some(call) if entry.role == Speaker::ToolResult => {
                        self.answer(strip, row, call);
                    }
                    _ => self.entry(strip, row, entry, before),
                }
            }
        }
    }

    fn rails(&self, strip: &mut Strip<'_>, row: OutlineRow) {
        let glyphs = self.look.glyphs;
        let active =
            self.transcript.branch.contains(row.entry) && row.kind != OutlineKind::FoldedBranch;
        if active {
            strip.text(glyphs.active, self.look.style(Role::Branch));
        } else {
            strip.text(glyphs.rail, self.look.style(Role::Faint));
        }
        for _ in 0..row.depth.min(MAX_DEPTH) {
            strip.text(" ", self.look.style(Role::Faint));
            strip.text(glyphs.rail, self.look.style(Role::Faint));
        }
        if row.kind == OutlineKind::BranchHead {
            strip.text(glyphs.open, self.look.style(Role::Branch));
        } else {
            strip.skip(1);
        }
    }

    fn entry(
        &self,
        strip: &mut Strip<'_>,
        row: OutlineRow,
        entry: &Entry,
        before: Option<OutlineRow>,
    ) {
        let look = self.look;
        let said = words::entry(entry, look);
        self.time(strip, entry, before);
        self.usage(strip, row.entry);
        strip.text(said.sign, look.style(said.role)).skip(1);
        strip.column(said.word, WORD, look.style(said.role));
        let key = BodyKey::Entry(row.entry);
        let tags = self.tags(row, entry, strip.room() < 44);
        let spare: usize = tags.iter().map(|(text, _)| crate::model::text::columns(text) + 1).sum();
        for (text, role) in tags.iter().rev() {
            if spare + 12 <= strip.room() {
                strip.right(text, 8, look.style(*role)).right_skip(1);
            }
        }
        let (text, role) = preview(self.open, look, key, brief);
        let quiet = !self.transcript.branch.contains(row.entry) && role == Role::Text;
        // The words for a setting are ours, so they keep to the plain set.
        let own = entry.role == Speaker::None && look.glyphs.ascii;
        let text = if own { plain(&text, look.glyphs).into_owned() } else { text };
        let role = match entry.role {
            _ if quiet => Role::Muted,
            // A message that only calls tools is told by the rows below it.
            Speaker::Assistant if entry.calls > 0 && !entry.flags.has(EntryFlags::TEXT) => {
                Role::Muted
            }
            Speaker::None => Role::Muted,
            _ => role,
        };
        strip.text(&text, look.style(role));
    }

    /// What is worth knowing about an entry beside its text.
    fn tags(&self, row: OutlineRow, entry: &Entry, narrow: bool) -> Vec<(String, Role)> {
        let glyphs = self.look.glyphs;
        let mut tags = Vec::new();
        let stop = words::stop(entry.stop);
        if !stop.is_empty() {
            tags.push((stop.to_owned(), Role::Error));
        }
        if let Some(label) = self.label(entry) {
            tags.push((format!(" {} ", cut(label, 20, glyphs)), Role::Label));
        }
        if entry.flags.has(EntryFlags::SIDE) {
            tags.push(("side".to_owned(), Role::Muted));
        }
        if entry.flags.has(EntryFlags::IMAGE) {
            tags.push(("image".to_owned(), Role::Note));
        }
        if let OutlineKind::Closed(rows) = row.kind {
            let rows = number::counted(rows as usize, "row");
            tags.push((format!("{} {rows}", glyphs.closed), Role::Muted));
        }
        let forks = self.transcript.tree.children(row.entry).len();
        if forks > 1 {
            let word = if narrow { "" } else { " branches" };
            tags.push((format!("{} {forks}{word}", glyphs.fork), Role::Branch));
        }
        if self.transcript.branch.leaf.is_some() && self.transcript.branch.leaf == entry.id {
            tags.push(("leaf".to_owned(), Role::Branch));
        }
        tags
    }

    /// The newest label of an entry.
    fn label(&self, entry: &Entry) -> Option<&str> {
        let id = entry.id?;
        let labels = &self.transcript.tables.labels;
        let newest = labels.iter().rev().take(LABELS).find(|label| label.target == Some(id))?;
        newest.label.as_deref()
    }

    /// The answer of a tool, on one line with its call.
    fn answer(&self, strip: &mut Strip<'_>, row: OutlineRow, call: &ToolCall) {
        let look = self.look;
        let said = words::call(call.status, look);
        let key = BodyKey::Entry(row.entry);
        let took = call.duration_ms().map(time::duration).unwrap_or_default();
        strip.right_column(&took, TIME, 24, look.style(Role::Muted)).right_skip(1);
        let size = number::bytes(u64::from(call.result_bytes));
        strip.right_column(&size, USAGE, USAGE_FROM, look.style(Role::Muted)).right_skip(1);
        if said.role != Role::Ok {
            let end = words::call_end(call, look);
            strip.right(&end, 12, look.style(said.role)).right_skip(1);
        }
        strip.text(look.glyphs.tee, look.style(Role::Faint)).skip(1);
        strip.text(said.sign, look.style(said.role)).skip(1);
        strip.column(&call.name, WORD - 3, look.style(Role::Tool)).skip(1);
        let (text, role) = match arguments(self.open, call) {
            Some(text) => (text, Role::Text),
            None => preview(self.open, look, key, brief),
        };
        strip.text(&text, look.style(role));
    }

    fn unanswered(&self, strip: &mut Strip<'_>, entry: EntryIx, block: u16) {
        let look = self.look;
        let asked: Vec<CallIx> = self.index.calls.asked_by(entry);
        let calls = asked.iter().filter_map(|call| self.index.calls.call(*call));
        let call = calls
            .into_iter()
            .find(|call| call.asked.is_some_and(|(_, number)| number == u32::from(block)));
        strip.right("no result", 12, look.style(Role::Warning)).right_skip(1);
        strip.text(look.glyphs.tee, look.style(Role::Faint)).skip(1);
        strip.text(look.glyphs.pending, look.style(Role::Warning)).skip(1);
        if let Some(call) = call {
            strip.column(&call.name, WORD - 3, look.style(Role::Tool)).skip(1);
            let text = arguments(self.open, call).unwrap_or_default();
            strip.text(&text, look.style(Role::Text));
        }
    }

    fn folded_branch(&self, strip: &mut Strip<'_>, head: EntryIx) {
        let look = self.look;
        let subtree = self.transcript.tree.subtree(head);
        let (end, role) =
            words::branch_end(self.transcript.tree.outcome(&self.transcript.tables, head));
        strip.right_skip(1).right(end, 14, look.style(role));
        let entries = number::counted(subtree.entries as usize, "entry");
        if subtree.calls > 0 {
            let calls = number::counted(subtree.calls as usize, "tool");
            strip.right(&format!(" {entries}, {calls}, "), 24, look.style(Role::Muted));
        } else {
            strip.right(&format!(" {entries}, "), 24, look.style(Role::Muted));
        }
        strip.right_skip(1);
        strip.text(look.glyphs.folded, look.style(Role::Branch)).skip(1);
        strip.column("branch", WORD, look.style(Role::Branch));
        let key = BodyKey::Entry(head);
        let (text, _) = preview(self.open, look, key, brief);
        let head = self.transcript.tables.entry(head);
        // A record that is no message is told in our words.
        let ours = head.is_some_and(|head| head.role == Speaker::None);
        let text = if ours { plain(&text, look.glyphs) } else { text.into() };
        strip.text(&text, look.style(Role::Muted));
    }

    /// Users' messages anchor the clock; what follows is told by its distance.
    fn time(&self, strip: &mut Strip<'_>, entry: &Entry, before: Option<OutlineRow>) {
        let state = self.canvas.state;
        let Some(now) = entry.time() else {
            strip.right_column("", TIME, 24, self.look.style(Role::Muted)).right_skip(1);
            return;
        };
        let before = before.and_then(|row| self.transcript.tables.entry(row.entry)?.time());
        let text = match before {
            Some(before) if state.look.relative_times && entry.role != Speaker::User => {
                time::offset(now.saturating_sub(before))
            }
            _ => time::clock(now, &state.zone),
        };
        strip.right_column(&text, TIME, 24, self.look.style(Role::Muted)).right_skip(1);
    }

    fn usage(&self, strip: &mut Strip<'_>, entry: EntryIx) {
        let usage = self.transcript.tables.usage_of(entry).filter(|usage| !usage.is_zero());
        let text = usage.map_or_else(String::new, |usage| {
            let arrow = self.look.glyphs.arrow;
            format!("{}{arrow}{}", number::count(usage.prompt()), number::count(usage.output))
        });
        strip.right_column(&text, USAGE, USAGE_FROM, self.look.style(Role::Faint)).right_skip(1);
    }
}

/// Columns of the time.
const TIME: usize = 8;
/// Columns of the tokens, or of the size of a result.
const USAGE: usize = 10;
/// Columns that stay for everything else before the tokens are shown.
const USAGE_FROM: usize = 26;
/// How many of the newest labels are looked through for a row.
const LABELS: usize = 2_000;

/// The arguments of a call in brief, from the message that made it.
pub(super) fn arguments(open: &OpenSession, call: &ToolCall) -> Option<String> {
    let (entry, block) = call.asked?;
    let body = open.bodies.ready(BodyKey::Entry(entry))?;
    let blocks = body::blocks(&body.value);
    let found =
        blocks.get(block as usize).into_iter().chain(&blocks).find_map(|block| match block {
            Block::ToolCall { id, name, arguments: Some(arguments) }
                if id.as_deref().unwrap_or("") == &*call.id =>
            {
                Some((name.as_deref().unwrap_or("").to_owned(), *arguments))
            }
            _ => None,
        });
    let (name, arguments): (String, &Value) = found?;
    Some(body::brief_arguments(&name, arguments, PREVIEW))
}
