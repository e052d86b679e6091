//! The learning tab: what the learning layer believes of each prompt component, and why.
//!
//! ```text
//!  300 runs  20 arms  9.0M tokens  +28.8 % saved     cards, and the traps in them
//!  arm        mean  0 ├────●──┤ 1    pulls            ranked arms
//!  ─────────────────────────────────────────
//!  one arm: density │ history │ its runs; runs; map of arms by runs; charts
//! ```
//!
//! A plot never stands alone: a key puts its numbers in its place, and what a colour says a sign or
//! a word says, too.

mod arm;
mod arms;
mod cards;
mod charts;
pub(super) mod detail;
mod figures;
mod history;
mod map;
mod plot;
mod runs;
mod series;
mod session;
mod signs;
mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::strip::{Strip, centred, cut, plain};
use super::theme::Look;
use super::wrap::Flow;
use crate::app::state::learning::data::LearningData;
use crate::app::state::learning::lists::sort_word;
use crate::app::state::learning::{LearningPane, LearningView};
use crate::app::state::{Focus, State};
use crate::config::theme::Role;
use crate::model::text::columns;
use crate::model::{number, time};
use figures::{count, exact, label, said, share, short, took};
use signs::Signs;
use table::{Form, Table};

/// What all views are drawn from.
struct Scene<'a> {
    state: &'a State,
    look: &'a Look<'a>,
    pane: &'a LearningPane,
    data: &'a LearningData,
    /// The frame around the tab, for the scrollbar.
    whole: Rect,
    focused: bool,
}

/// The note and the hint in the frame of the tab, which is `width` columns wide.
pub(super) fn frame(state: &State, look: &Look<'_>, width: u16) -> (String, String) {
    let pane = &state.learning;
    let Some(data) = &pane.data else { return (String::new(), String::new()) };
    let (mut parts, hint) = note(pane, data, look);
    parts.extend(table(pane, width.saturating_sub(2)).and_then(|table| table.note()));
    parts.push(data.label.clone());
    parts.retain(|part| !part.is_empty());
    let join = |parts: &[String]| {
        let note = parts.join(&format!(" {} ", look.glyphs.dot));
        plain(&note, look.glyphs).into_owned()
    };
    // A note is cut where it is too long, and gives way to a hint: then its end is left out.
    let too_long = |note: &str| columns(note) + columns(&hint) + 7 > usize::from(width);
    while !hint.is_empty() && parts.len() > 1 && too_long(&join(&parts)) {
        parts.pop();
    }
    let note = join(&parts);
    let room = usize::from(width).saturating_sub(columns(&note) + 7);
    (note, cut(&hint, room.max(12), look.glyphs).into_owned())
}

/// What the frame says of the present view, the most important first, and of what narrows it.
fn note(pane: &LearningPane, data: &LearningData, look: &Look<'_>) -> (Vec<String>, String) {
    let place = |what: &str, at: usize, len: usize| {
        let at = number::grouped(at.min(len.saturating_sub(1)) as u64 + 1);
        vec![format!("{what} {at} of {}", number::grouped(len as u64))]
    };
    match (pane.view, &pane.arm, &data.runs) {
        (LearningView::Arms | LearningView::Map, ..) => {
            let arms = &pane.arms;
            let way = if arms.is_descending() { look.glyphs.down } else { look.glyphs.up };
            let order = format!("by {} {way}", sort_word(arms.sort));
            (vec![number::counted(arms.lines.len(), "arm"), order], arms.hint())
        }
        (LearningView::Runs, ..) => {
            (vec![number::counted(pane.runs.lines.len(), "run")], pane.runs.hint())
        }
        (LearningView::Arm, Some(arm), _) if pane.numbers && arm.points() > 0 => {
            (place("point", arm.points.selected, arm.points()), String::new())
        }
        (LearningView::Arm, Some(arm), _) => {
            (vec![number::counted(arm.lines.len(), "run")], arm.only.word().to_owned())
        }
        (LearningView::Charts, _, Some(runs)) if pane.numbers && runs.chart_rows() > 0 => {
            (place("row", pane.charts.selected, runs.chart_rows()), String::new())
        }
        (LearningView::Arm | LearningView::Charts, ..) => (Vec::new(), String::new()),
    }
}

/// The table of the present view, laid out in a pane of `width` columns, when numbers are shown.
fn table(pane: &LearningPane, width: u16) -> Option<Table> {
    pane.numbers.then(|| Table::new(form(pane.view), width, pane.shift))
}

/// What the numbers of a view look like.
fn form(view: LearningView) -> &'static Form {
    match view {
        LearningView::Arms => &arms::NUMBERS,
        LearningView::Arm => &history::NUMBERS,
        LearningView::Runs => &runs::NUMBERS,
        LearningView::Map => &map::NUMBERS,
        LearningView::Charts => &series::NUMBERS,
    }
}

/// How many columns of the table that is shown, or lines of a session's arms, can be scrolled out.
pub(super) fn shift_limit(state: &State, width: u16) -> Option<usize> {
    let pane = &state.learning;
    if pane.numbers {
        return Some(Table::shift_limit(form(pane.view), width));
    }
    (pane.view == LearningView::Runs)
        .then(|| session::shift_limit(&pane.runs.session_words(), width))
}

/// Draws the tab inside its frame; returns where the rows of its list lie.
pub(super) fn draw(
    state: &State,
    look: &Look<'_>,
    buf: &mut Buffer,
    (whole, inner): (Rect, Rect),
) -> Rect {
    let pane = &state.learning;
    let nothing = Rect { height: 0, ..inner };
    if let Some(why) = &pane.failed {
        let mut lines = vec![("No learning data to show", Role::Title), ("", Role::Text)];
        for paragraph in why {
            lines.push((paragraph, Role::Muted));
        }
        centred(buf, look, inner, &lines);
        return nothing;
    }
    let Some(data) = pane.data.as_deref() else {
        let lines = [("Reading the learning data", Role::Title)];
        centred(buf, look, inner, &lines);
        return nothing;
    };
    if data.arms.is_empty() && data.traces == 0 && !pane.loading {
        empty(look, buf, inner, data);
        return nothing;
    }
    let focused = state.focus == Focus::Main;
    let scene = Scene { state, look, pane, data, whole, focused };
    match pane.view {
        LearningView::Arms => arms::draw(&scene, buf, inner),
        LearningView::Arm => arm::draw(&scene, buf, inner),
        LearningView::Runs => runs::draw(&scene, buf, inner),
        LearningView::Map => map::draw(&scene, buf, inner),
        LearningView::Charts => charts::draw(&scene, buf, inner),
    }
}

fn empty(look: &Look<'_>, buf: &mut Buffer, inner: Rect, data: &LearningData) {
    let lines = [
        ("Nothing was learnt yet", Role::Title),
        ("", Role::Text),
        ("The source can be read and holds neither traces nor posteriors.", Role::Muted),
        (
            "A run adds a trace when learning.enabled is true; posteriors follow in the active phase.",
            Role::Muted,
        ),
        ("o shows the next source, R reads anew.", Role::Muted),
        (&data.label, Role::Faint),
    ];
    centred(buf, look, inner, &lines);
}

impl Scene<'_> {
    fn signs(&self) -> &'static Signs {
        Signs::of(self.look)
    }

    /// The look of the sign that marks what is selected.
    fn cursor(&self) -> Style {
        self.look.style(if self.focused { Role::Brand } else { Role::Muted })
    }

    /// A time as the settings want it, in at most 16 columns.
    fn time(&self, time: Option<i64>) -> String {
        match time {
            None => self.look.glyphs.none.to_owned(),
            Some(then) if self.state.look.relative_times => time::age(then, self.state.now),
            Some(then) => {
                let full = time::full(then, &self.state.zone);
                full.get(..16).unwrap_or(&full).to_owned()
            }
        }
    }

    /// Says that something is missing because the runs are still being read, or were never kept.
    fn no_runs(&self, buf: &mut Buffer, inner: Rect) -> Rect {
        let lines = if self.pane.loading {
            [("Reading the runs", Role::Title), ("The arms are there already.", Role::Muted)]
        } else if self.pane.stopped {
            [("Reading the runs was stopped", Role::Title), ("R reads them anew.", Role::Muted)]
        } else if self.data.qortex {
            [
                (NO_RUNS, Role::Title),
                ("qortex keeps posteriors only; a learning.db keeps the runs, too.", Role::Muted),
            ]
        } else {
            [(NO_RUNS, Role::Title), ("The source holds posteriors only.", Role::Muted)]
        };
        centred(buf, self.look, inner, &lines);
        Rect { height: 0, ..inner }
    }

    /// Says that what runs did with an arm is not known.
    fn no_arms(&self, buf: &mut Buffer, inner: Rect) -> Rect {
        let lines = [
            ("The runs of this source name no arms", Role::Title),
            ("CSV holds no arms; an export as JSON or a learning.db has them.", Role::Muted),
        ];
        centred(buf, self.look, inner, &lines);
        Rect { height: 0, ..inner }
    }
}

const NO_RUNS: &str = "No runs are recorded here";

/// Faint words over as many lines as they need above a list; returns the room below.
fn paragraph(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, text: &str) -> Rect {
    let width = area.width.saturating_sub(2);
    let mut flow = Flow::new(usize::from(width).max(8));
    flow.text(&plain(text, scene.look.glyphs), scene.look.style(Role::Faint));
    let lines = flow.finish();
    for (line, row) in lines.iter().zip(0..area.height) {
        buf.set_line(area.x + 1, area.y + row, line, width);
    }
    let taken = (lines.len() as u16).min(area.height);
    Rect { y: area.y + taken, height: area.height - taken, ..area }
}

/// A faint line of words above a list or plot.
fn caption(look: &Look<'_>, buf: &mut Buffer, area: Rect, row: u16, text: &str) {
    let mut strip = Strip::new(buf, look, area, row);
    strip.skip(1).text(&plain(text, look.glyphs), look.style(Role::Faint));
}
