//! The runs tab: one line for each run of the agent.

use crate::model::{number, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Canvas, Frame, preview};
use crate::app::state::bodies::BodyKey;
use crate::app::state::index::SessionIndex;
use crate::app::state::open::OpenSession;
use crate::config::theme::Role;
use crate::model::body;
use crate::model::runs::Run;
use crate::model::runtime::RuntimeLog;
use crate::ui::strip::Strip;
use crate::ui::words;

const PREVIEW: usize = 240;
const STARTED: usize = 9;
const OUTCOME: usize = 11;
const MODEL: usize = 20;

pub(super) fn frame(open: &OpenSession, index: &SessionIndex) -> Frame {
    let all = index.runs.len();
    let at = open.runs.list.selected.min(all.saturating_sub(1)) + 1;
    let note = if all == 0 { String::new() } else { format!("run {at} of {all}") };
    Frame { note, hint: String::new() }
}

pub(super) fn draw(
    canvas: &Canvas<'_>,
    (open, index): (&OpenSession, &SessionIndex),
    buf: &mut Buffer,
    inner: Rect,
) -> Rect {
    let len = index.runs.len();
    let Some(log) = index.log.as_deref().filter(|_| len > 0) else {
        if index.complete {
            let lines = [
                "No runtime events were captured for this session:",
                "capture was off, or its harness writes none.",
                "Prompts and tools that were sent are not recorded then;",
                "the transcript shows what was said.",
            ];
            canvas.empty(buf, inner, "No runs", &lines);
        } else {
            canvas.empty(buf, inner, "Reading", &["Runs appear when the runtime events are read."]);
        }
        return inner;
    };
    let rows = Canvas::below_captions(inner);
    let table = Table { canvas, open, log };
    table.captions(&mut Strip::new(buf, canvas.look, inner, 0));
    canvas.rows(buf, rows, (&open.runs.list, len), |at, strip| {
        if let Some(run) = index.runs.get(at) {
            table.row(strip, at, run);
        }
    });
    rows
}

struct Table<'a> {
    canvas: &'a Canvas<'a>,
    open: &'a OpenSession,
    log: &'a RuntimeLog,
}

impl Table<'_> {
    fn captions(&self, strip: &mut Strip<'_>) {
        let style = self.canvas.look.style(Role::Faint);
        strip.right_column("took", 7, 40, style).right_skip(1);
        strip.right_column("tools", 5, 44, style).right_skip(1);
        strip.right_column("model", MODEL, 50, style).right_skip(1);
        strip.skip(1).number("#", 3, style).skip(1);
        strip.number("started", STARTED, style).skip(3);
        strip.column("outcome", OUTCOME, style).text("prompt", style);
    }

    fn row(&self, strip: &mut Strip<'_>, at: usize, run: &Run) {
        let look = self.canvas.look;
        let muted = look.style(Role::Muted);
        let took =
            run.started.zip(run.ended).map(|(from, to)| time::duration(to.saturating_sub(from)));
        strip.right_column(&took.unwrap_or_default(), 7, 40, muted).right_skip(1);
        let calls = if run.calls == 0 { String::new() } else { run.calls.to_string() };
        strip.right_column(&calls, 5, 44, muted).right_skip(1);
        let event = run.completed.or(run.metadata).or(run.session_started);
        let model = event.and_then(|event| self.log.event(event)?.model);
        let model = model.map(|model| self.log.text(model)).unwrap_or_default();
        strip.right_column(model, MODEL, 50, muted).right_skip(1);
        strip.number(&number::grouped(at as u64 + 1), 3, muted).skip(1);
        let started = run.started.map(|time| time::clock(time, &self.canvas.state.zone));
        strip.number(&started.unwrap_or_default(), STARTED, muted).skip(1);
        let said = words::outcome(run.outcome, look);
        strip.text(said.sign, look.style(said.role)).skip(1);
        strip.column(said.word, OUTCOME, look.style(said.role));
        if !run.fallbacks.is_empty() {
            let text = number::counted(run.fallbacks.len(), "fallback");
            strip.right(&text, 20, look.style(Role::Warning)).right_skip(1);
        }
        match run.prompt {
            Some(event) => {
                let key = BodyKey::Event(event);
                let (text, role) =
                    preview(self.open, look, key, |value| body::preview_event(value, PREVIEW));
                strip.text(&text, look.style(role));
            }
            None => {
                strip.text("prompt not recorded", look.style(Role::Faint));
            }
        }
    }
}
