//! The tools tab: a table of calls, or of tools with their totals.
//!
//! ```text
//!    tool       arguments                 status      took              size
//!  ✓ read       src/main.py               ok          14ms ▏            1.2K
//!  ✗ exec       python3 main.py           error       0.4s ██▍           310B
//! ```

use crate::model::{number, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::transcript::arguments;
use super::{Canvas, Frame};
use crate::app::state::index::SessionIndex;
use crate::app::state::open::OpenSession;
use crate::app::state::panes::{ToolFilter, ToolLine, ToolSort};
use crate::config::theme::Role;
use crate::model::ids::CallIx;
use crate::model::tools::{ToolCall, ToolTotals};
use crate::ui::bar::{bar, share};
use crate::ui::strip::Strip;
use crate::ui::theme::Look;
use crate::ui::words;

const NAME: usize = 16;
const STATUS: usize = 9;
const TOOK: usize = 7;
const SIZE: usize = 5;
const CALLS: usize = 6;
const LONGEST: usize = 10;

pub(super) fn frame(canvas: &Canvas<'_>, open: &OpenSession, index: &SessionIndex) -> Frame {
    let pane = &open.tools;
    let mut note = number::counted(index.calls.calls.len(), "call");
    if pane.sort != ToolSort::Made {
        note = format!("{note} {} by {}", canvas.look.glyphs.dot, pane.sort.word());
    }
    let hint = match pane.filter {
        ToolFilter::All => String::new(),
        filter => format!("only {}", filter.word()),
    };
    Frame { note, hint }
}

pub(super) fn draw(
    canvas: &Canvas<'_>,
    (open, index): (&OpenSession, &SessionIndex),
    buf: &mut Buffer,
    inner: Rect,
) -> Rect {
    let pane = &open.tools;
    let len = pane.lines.len();
    if len == 0 {
        let (title, line) = match pane.filter {
            _ if open.stopped.is_some() => ("Reading was stopped", "R reads on."),
            _ if !index.complete => ("Reading", "Calls appear when the session is read."),
            ToolFilter::All => ("No tool calls", "The agent answered without using any tool."),
            ToolFilter::Failed => ("No failed calls", "Every tool that was called succeeded."),
            ToolFilter::Unpaired => ("No unpaired calls", "Every call has its result."),
        };
        canvas.empty(buf, inner, title, &[line]);
        return inner;
    }
    let rows = Canvas::below_captions(inner);
    let table = Table::new(canvas, open, index, rows.width);
    table.captions(&mut Strip::new(buf, canvas.look, inner, 0));
    canvas.rows(buf, rows, (&pane.list, len), |at, strip| match pane.lines.get(at) {
        Some(ToolLine::Group { total, open }) => {
            if let Some(total) = index.totals.get(*total) {
                table.group(strip, total, *open);
            }
        }
        Some(ToolLine::Call(call)) => table.call(strip, *call),
        None => {}
    });
    rows
}

struct Table<'a> {
    look: &'a Look<'a>,
    open: &'a OpenSession,
    index: &'a SessionIndex,
    /// The duration at which a bar is full, ms.
    longest: i64,
    /// Columns of the bars.
    bar: usize,
    /// Columns of the names.
    name: usize,
}

impl<'a> Table<'a> {
    fn new(
        canvas: &'a Canvas<'a>,
        open: &'a OpenSession,
        index: &'a SessionIndex,
        width: u16,
    ) -> Self {
        let longest = index.totals.iter().filter_map(|total| total.longest_ms).max();
        let bar = if width >= 84 { 10 } else { 0 };
        let name = if width >= 64 { NAME } else { 10 };
        Self { look: canvas.look, open, index, longest: longest.unwrap_or(0), bar, name }
    }

    fn captions(&self, strip: &mut Strip<'_>) {
        let style = self.look.style(Role::Faint);
        let grouped = self.open.tools.grouped;
        strip.right_column("size", SIZE, 30, style).right_skip(1);
        strip.right_skip(self.bar);
        strip.right_column("took", TOOK, 30, style).right_skip(1);
        let status = if grouped { "errors" } else { "status" };
        strip.right_column(status, STATUS, 30, style).right_skip(1);
        strip.skip(3).column("tool", self.name, style).skip(1);
        if grouped {
            strip.number("calls", CALLS, style).number("longest", LONGEST, style);
        } else {
            strip.text("arguments", style);
        }
    }

    fn call(&self, strip: &mut Strip<'_>, ix: CallIx) {
        let Some(call) = self.index.calls.call(ix) else { return };
        let look = self.look;
        let said = words::call(call.status, look);
        let size = match call.result_bytes {
            0 => look.glyphs.none.to_owned(),
            bytes => number::bytes(u64::from(bytes)),
        };
        strip.right_column(&size, SIZE, 30, look.style(Role::Muted)).right_skip(1);
        self.took(strip, call.duration_ms());
        let end = words::call_end(call, look);
        if strip.room() >= STATUS + 30 {
            strip.right_column(&end, STATUS, 0, look.style(said.role)).right_skip(1);
        } else if said.role != Role::Ok {
            strip.right(&end, 12, look.style(said.role)).right_skip(1);
        }
        if self.open.tools.grouped {
            strip.skip(2);
        }
        strip.text(said.sign, look.style(said.role)).skip(1);
        let name = if call.name.is_empty() { "(unnamed)" } else { &call.name };
        strip.column(name, self.name, look.style(Role::Tool)).skip(1);
        self.arguments(strip, call);
    }

    fn arguments(&self, strip: &mut Strip<'_>, call: &ToolCall) {
        if !call.active {
            strip.right("other branch", 16, self.look.style(Role::Faint)).right_skip(1);
        }
        match arguments(self.open, call) {
            Some(text) => strip.text(&text, self.look.style(Role::Text)),
            None => strip.text(&call.id, self.look.style(Role::Faint)),
        };
    }

    fn group(&self, strip: &mut Strip<'_>, total: &ToolTotals, open: bool) {
        let look = self.look;
        let size = number::bytes(total.result_bytes);
        strip.right_column(&size, SIZE, 30, look.style(Role::Muted)).right_skip(1);
        self.took(strip, total.longest_ms.map(|_| total.total_ms));
        let calls = total.calls.len();
        let errors = match total.errors {
            0 => "0".to_owned(),
            errors => {
                let share = number::percent(f64::from(errors) / calls.max(1) as f64);
                format!("{errors}{} {share}", look.glyphs.error)
            }
        };
        let role = if total.errors == 0 { Role::Muted } else { Role::Error };
        if strip.room() >= STATUS + 30 {
            strip.right_column(&errors, STATUS, 0, look.style(role)).right_skip(1);
        } else {
            strip.right_column(&errors, STATUS, 12, look.style(role)).right_skip(1);
        }
        let fold = if open { look.glyphs.open } else { look.glyphs.closed };
        strip.text(fold, look.style(Role::Muted)).skip(1);
        let name = if total.name.is_empty() { "(unnamed)" } else { &total.name };
        strip.column(name, self.name, look.style(Role::Tool)).skip(1);
        strip.number(&number::grouped(calls as u64), CALLS, look.style(Role::Text));
        let longest = total.longest_ms.map(time::duration);
        let longest = longest.as_deref().unwrap_or(look.glyphs.none);
        strip.number(longest, LONGEST, look.style(Role::Muted));
        if total.unanswered > 0 {
            let text = format!("   {} without result", total.unanswered);
            strip.text(&text, look.style(Role::Warning));
        }
    }

    /// The duration with its bar.
    fn took(&self, strip: &mut Strip<'_>, ms: Option<i64>) {
        let look = self.look;
        if self.bar > 0 {
            let filled = bar(share(ms.unwrap_or(0), self.longest), self.bar - 2, look.glyphs);
            let width = crate::model::text::columns(&filled);
            strip.right_skip(self.bar.saturating_sub(1 + width));
            strip.right(&filled, 0, look.style(Role::Bar)).right_skip(1);
        }
        let text = ms.map_or_else(|| look.glyphs.none.to_owned(), time::duration);
        strip.right_column(&text, TOOK, 30, look.style(Role::Muted)).right_skip(1);
    }
}
