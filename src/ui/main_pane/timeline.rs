//! The timeline tab: runtime events and the active branch's events in one order.
//!
//! ```text
//!        time  in mo to  event              what                            took      gap
//!  ╭    +0ms  │ │ │  ●   session.started    user
//!  │   +14ms  ● │ │      prompt.submitted   Look at the cart totals
//!  │   +3.2s  │ │ ✗      tool.result        exec exit 3              error  0.4s ██   +2.1s
//!  ╰   +4.1s  │ │ │  ●   session.ended      ok
//! ```
//!
//! The bracket at the left holds the events of a run together.

use std::borrow::Cow;

use crate::model::{number, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Canvas, Frame, brief, preview};
use crate::app::state::bodies::BodyKey;
use crate::app::state::index::SessionIndex;
use crate::app::state::open::OpenSession;
use crate::app::state::panes::{LaneFilter, SourceFilter};
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::body;
use crate::model::entry::Role as Speaker;
use crate::model::ids::{EntryIx, EventIx};
use crate::model::runtime::{EventKind, EventOutcome};
use crate::model::text::columns;
use crate::model::timeline::{Lane, TimelineEvent, TimelineRow};
use crate::model::tools::CallStatus;
use crate::ui::bar::{bar, share};
use crate::ui::strip::Strip;
use crate::ui::theme::Look;
use crate::ui::words;

const PREVIEW: usize = 240;
const TOOK: usize = 7;
const BAR: usize = 8;
/// Gaps from this many ms on are said in numbers.
const GAP_FROM: i64 = 1_000;
const LANES: [Lane; 4] = [Lane::Input, Lane::Model, Lane::Tools, Lane::Session];

pub(super) fn frame(canvas: &Canvas<'_>, open: &OpenSession, index: &SessionIndex) -> Frame {
    let pane = &open.timeline;
    let rows = &index.timeline.rows;
    let len = pane.len(rows.len());
    let mut note = number::counted(len, "event");
    if len > 0 {
        let at = pane.list.selected.min(len - 1) + 1;
        note = format!("{} of {note}", number::grouped(at as u64));
    }
    let mut span = String::new();
    if len < rows.len() {
        note = format!("{note} shown");
    } else if let (Some(first), Some(last)) =
        (rows.iter().find_map(|row| row.time), rows.iter().rev().find_map(|row| row.time))
    {
        span = format!(" in {}", time::duration(last.saturating_sub(first)));
    }
    let mut hint = Vec::new();
    if pane.lane != LaneFilter::All {
        hint.push(format!("only {}", pane.lane.word()));
    }
    if pane.source != SourceFilter::Both {
        hint.push(format!("from {}", pane.source.word()));
    }
    let dot = canvas.look.glyphs.dot;
    let room = usize::from(canvas.area.width.saturating_sub(5));
    // The heads of the lanes are single letters: their names come before the length of it all.
    let whole = format!("lanes: input, model, tools, session {dot} {note}{span}");
    let named = format!("input model tools session {dot} {note}");
    let fitting = [whole, named].into_iter().find(|one| columns(one) <= room);
    let note = fitting.unwrap_or_else(|| format!("{note}{span}"));
    Frame { note, hint: hint.join(", ") }
}

pub(super) fn draw(
    canvas: &Canvas<'_>,
    (open, index): (&OpenSession, &SessionIndex),
    buf: &mut Buffer,
    inner: Rect,
) -> Rect {
    let pane = &open.timeline;
    let len = pane.len(index.timeline.rows.len());
    if len == 0 {
        empty(canvas, open, index, buf, inner);
        return inner;
    }
    let rows = Canvas::below_captions(inner);
    let table = Table::new(canvas, open, index, rows.width);
    table.captions(&mut Strip::new(buf, canvas.look, inner, 0));
    canvas.rows(buf, rows, (&pane.list, len), |line, strip| {
        table.row(strip, pane.position(line));
    });
    rows
}

fn empty(
    canvas: &Canvas<'_>,
    open: &OpenSession,
    index: &SessionIndex,
    buf: &mut Buffer,
    inner: Rect,
) {
    let pane = &open.timeline;
    let filtered = pane.lane != LaneFilter::All || pane.source != SourceFilter::Both;
    let (title, lines): (&str, &[&str]) = match () {
        () if open.stopped.is_some() => ("Reading was stopped", &["R reads on."]),
        () if !index.complete => {
            ("Merging the timeline", &["It appears when both sources are read to the end."])
        }
        () if pane.lane == LaneFilter::Trouble => ("No trouble", &["Nothing failed here."]),
        () if pane.source == SourceFilter::Runtime => (
            "No runtime events",
            &[
                "None were captured for this session:",
                "capture was off, or its harness writes none.",
            ],
        ),
        () if filtered => ("Nothing fits the filter", &["Esc shows all events again."]),
        () => ("No events", &["The session holds no entry and no runtime event."]),
    };
    canvas.empty(buf, inner, title, lines);
}

struct Table<'a> {
    canvas: &'a Canvas<'a>,
    look: &'a Look<'a>,
    open: &'a OpenSession,
    index: &'a SessionIndex,
    /// Time of the first event.
    start: Option<i64>,
    /// The longest step in view is a full bar, ms.
    longest: i64,
    wide: bool,
    /// Columns of the time.
    time: usize,
    /// Columns of the event's name.
    event: usize,
}

impl<'a> Table<'a> {
    fn new(
        canvas: &'a Canvas<'a>,
        open: &'a OpenSession,
        index: &'a SessionIndex,
        width: u16,
    ) -> Self {
        let rows = &index.timeline.rows;
        let pane = &open.timeline;
        let visible = pane.list.visible(pane.len(rows.len()));
        let shown = visible.filter_map(|line| rows.get(pane.position(line)));
        let longest = shown.filter_map(|row| row.duration.max(row.gap)).max().unwrap_or(0);
        let start = rows.iter().find_map(|row| row.time);
        let time = if canvas.state.look.relative_times { 8 } else { 12 };
        let event = if width >= 64 { 19 } else { 14 };
        Self {
            canvas,
            look: canvas.look,
            open,
            index,
            start,
            longest,
            wide: width >= 84,
            time,
            event,
        }
    }

    fn captions(&self, strip: &mut Strip<'_>) {
        let style = self.look.style(Role::Faint);
        self.right(strip, ("took", style), ("gap", style));
        strip.skip(2).number("time", self.time, style).skip(1);
        for lane in LANES {
            let (word, role) = words::lane(lane);
            strip.column(word.get(..1).unwrap_or(""), 2, self.look.style(role));
        }
        strip.skip(1).column("event", self.event, style).text("what", style);
    }

    /// The columns of duration and gap with room for their bars.
    fn right(
        &self,
        strip: &mut Strip<'_>,
        took: (&str, ratatui::style::Style),
        gap: (&str, ratatui::style::Style),
    ) {
        if self.wide {
            strip.right_column(gap.0, TOOK + 1, 50, gap.1).right_skip(1 + BAR);
        }
        strip.right_column(took.0, TOOK, 44, took.1).right_skip(1);
    }

    fn row(&self, strip: &mut Strip<'_>, at: usize) {
        let Some(row) = self.index.timeline.rows.get(at) else { return };
        let look = self.look;
        self.gap_and_duration(strip, row);
        self.bracket(strip, at, row);
        strip.number(&self.time(row), self.time, look.style(Role::Muted)).skip(1);
        let mut event = self.event(row);
        let failed_exit = self.failed_exit(row);
        if let Some(code) = failed_exit {
            event.end = Some((format!("exit {code}").into(), Role::Warning));
        }
        for lane in LANES {
            let (_, role) = words::lane(lane);
            if lane != row.lane {
                strip.column(look.glyphs.rail, 2, look.style(Role::Faint));
            } else if failed_exit.is_some() {
                strip.column("!", 2, look.style(Role::Warning));
            } else if row.trouble {
                strip.column(look.glyphs.error, 2, look.style(Role::Error));
            } else {
                strip.column(look.glyphs.full, 2, look.style(role));
            }
        }
        let (_, role) = words::lane(row.lane);
        let role = match failed_exit {
            Some(_) => Role::Warning,
            None if row.trouble => Role::Error,
            None => role,
        };
        strip.skip(1).column(self.short(&event.name), self.event - 1, look.style(role)).skip(1);
        if let Some((word, role)) = event.end {
            strip.right(&word, 6, look.style(role)).right_skip(1);
        }
        let (text, role) = event.text;
        strip.text(&text, look.style(role));
    }

    /// The exit code of a result whose tool did its work and whose command failed.
    fn failed_exit(&self, row: &TimelineRow) -> Option<i32> {
        let calls = &self.index.calls;
        let call = match row.event {
            _ if !row.trouble => None,
            TimelineEvent::Runtime(event) => calls.recorded_by(event),
            TimelineEvent::Entry(entry) => calls.answered_by(entry),
            TimelineEvent::Call { .. } => None,
        };
        let call = calls.call(call?)?;
        call.exit.filter(|_| call.status == CallStatus::Exit)
    }

    /// The name of an event, without the part before its dot where that does not fit.
    fn short<'n>(&self, name: &'n str) -> &'n str {
        match name.split_once('.') {
            Some((_, rest)) if columns(name) > self.event - 1 => rest,
            _ => name,
        }
    }

    fn time(&self, row: &TimelineRow) -> String {
        let state = self.canvas.state;
        match (row.time, self.start) {
            (Some(now), Some(start)) if state.look.relative_times => {
                time::offset(now.saturating_sub(start))
            }
            (Some(now), _) => time::clock_ms(now, &state.zone),
            (None, _) => self.look.glyphs.none.to_owned(),
        }
    }

    fn gap_and_duration(&self, strip: &mut Strip<'_>, row: &TimelineRow) {
        let look = self.look;
        if self.wide {
            let gap = row.gap.filter(|gap| *gap >= GAP_FROM);
            let text = gap.map(time::offset).unwrap_or_default();
            strip.right_column(&text, TOOK + 1, 50, look.style(Role::Muted)).right_skip(1);
            let filled = bar(share(row.duration.unwrap_or(0), self.longest), BAR - 1, look.glyphs);
            // One column stays free between the number and its bar.
            let width = columns(&filled);
            strip.right_skip(BAR - 1 - width.min(BAR - 1));
            strip.right(&filled, 0, look.style(Role::Bar)).right_skip(1);
        }
        let took = row.duration.map(time::duration).unwrap_or_default();
        strip.right_column(&took, TOOK, 44, look.style(Role::Text)).right_skip(1);
    }

    /// The bracket that holds the events of a run together.
    fn bracket(&self, strip: &mut Strip<'_>, at: usize, row: &TimelineRow) {
        let set = &self.look.glyphs.border;
        let rows = &self.index.timeline.rows;
        let same = |other: Option<&TimelineRow>| other.is_some_and(|other| other.run == row.run);
        let before = at.checked_sub(1).and_then(|at| rows.get(at));
        let after = rows.get(at.saturating_add(1));
        let sign = match row.run {
            None => " ",
            Some(_) if row.opens_run || !same(before) => set.top_left,
            Some(_) if !same(after) => set.bottom_left,
            Some(_) => set.vertical_left,
        };
        strip.text(sign, self.look.style(Role::LaneSession));
    }

    fn event(&self, row: &TimelineRow) -> Shown {
        match row.event {
            TimelineEvent::Runtime(event) => self.runtime(event, row),
            TimelineEvent::Entry(entry) => self.entry(entry),
            TimelineEvent::Call { entry, block } => self.call(entry, block),
        }
    }

    fn runtime(&self, ix: EventIx, row: &TimelineRow) -> Shown {
        let look = self.look;
        let Some((log, event)) =
            self.index.log.as_ref().and_then(|log| Some((log, log.event(ix)?)))
        else {
            return Shown::default();
        };
        let name = event.type_name.map_or("(no type)", |name| log.text(name)).to_owned();
        let key = BodyKey::Event(ix);
        let tool = event.tool.map(|tool| log.text(tool)).unwrap_or_default();
        let says = |value: &Value| {
            let text = match event.kind {
                EventKind::FallbackStep => fallback(value, look),
                _ => body::preview_event(value, PREVIEW),
            };
            if tool.is_empty() || text.starts_with(tool) { text } else { format!("{tool} {text}") }
        };
        let text = preview(self.open, look, key, says);
        let ends = row.trouble || matches!(event.kind, EventKind::SessionEnded);
        let end = (ends && event.outcome != EventOutcome::Silent).then(|| {
            let said = words::outcome(event.outcome, look);
            (said.word.into(), said.role)
        });
        Shown { name, text, end }
    }

    fn entry(&self, ix: EntryIx) -> Shown {
        let look = self.look;
        let entry = self.index.transcript.as_ref().and_then(|one| one.tables.entry(ix));
        let Some(entry) = entry else { return Shown::default() };
        let said = words::entry(entry, look);
        let text = preview(self.open, look, BodyKey::Entry(ix), brief);
        let stop = words::stop(entry.stop);
        let end = match entry.role {
            _ if !stop.is_empty() => Some((stop.into(), Role::Error)),
            Speaker::ToolResult | Speaker::BashExecution if said.role == Role::Error => {
                Some(("error".into(), Role::Error))
            }
            _ => None,
        };
        Shown { name: said.word.to_owned(), text, end }
    }

    fn call(&self, entry: EntryIx, block: u32) -> Shown {
        let calls = &self.index.calls;
        let Some(call) = calls.asked_in(entry, block).and_then(|call| calls.call(call)) else {
            return Shown { name: "call".to_owned(), ..Shown::default() };
        };
        let arguments = super::transcript::arguments(self.open, call).unwrap_or_default();
        let text = (format!("{} {arguments}", call.name), Role::Text);
        Shown { name: "call".to_owned(), text, end: None }
    }
}

/// What a row says.
struct Shown {
    name: String,
    text: (String, Role),
    /// How the step ended, where that is worth a word.
    end: Option<(Cow<'static, str>, Role)>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { name: String::new(), text: (String::new(), Role::Text), end: None }
    }
}

/// A step from a model that failed to the next, in one line.
fn fallback(event: &Value, look: &Look<'_>) -> String {
    let data = event.get("data").unwrap_or(event);
    let text = |name: &str| data.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    let position = data.get("fallbackStepChainPosition").and_then(Value::as_f64);
    let position = position.map(|at| format!(" step {at},")).unwrap_or_default();
    let outcome = data.get("fallbackStepFinalOutcome").and_then(Value::as_str).unwrap_or("");
    format!(
        "{} {} {}:{position} {} {outcome}",
        text("fallbackStepFromModel"),
        look.glyphs.arrow,
        text("fallbackStepToModel"),
        text("fallbackStepFromFailureReason"),
    )
}
