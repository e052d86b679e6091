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
mod map;
mod plot;
mod runs;
mod signs;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::strip::{Strip, centred, plain};
use super::theme::Look;
use crate::app::state::learning::data::LearningData;
use crate::app::state::learning::lists::sort_word;
use crate::app::state::learning::{LearningPane, LearningView};
use crate::app::state::{Focus, State};
use crate::config::theme::Role;
use crate::model::learning::view::SortKey;
use crate::model::{number, time};
use signs::Signs;

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

/// The note and the hint in the frame of the tab.
pub(super) fn frame(state: &State, look: &Look<'_>) -> (String, String) {
    let pane = &state.learning;
    let Some(data) = &pane.data else { return (String::new(), String::new()) };
    let dot = look.glyphs.dot;
    let (count, hint) = match pane.view {
        LearningView::Arms | LearningView::Map => {
            let mut order = String::new();
            if pane.arms.sort != SortKey::Mean || pane.arms.reverse {
                order = format!(" {dot} by {}", sort_word(pane.arms.sort));
            }
            (format!("{}{order}", number::counted(pane.arms.lines.len(), "arm")), pane.arms.hint())
        }
        LearningView::Runs => (number::counted(pane.runs.lines.len(), "run"), pane.runs.hint()),
        LearningView::Arm => {
            let arm = pane.arm.as_ref();
            let shown = arm.map_or(0, |arm| arm.lines.len());
            let only = arm.map(|arm| arm.only.word()).unwrap_or_default();
            (number::counted(shown, "run"), only.to_owned())
        }
        LearningView::Charts => (String::new(), String::new()),
    };
    let parts = [count, plain(&data.label, look.glyphs).into_owned()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (parts.join(&format!(" {dot} ")), hint)
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
        ("The database is there and holds neither traces nor posteriors.", Role::Muted),
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
        } else {
            [
                ("No runs are recorded here", Role::Title),
                ("qortex keeps posteriors only; a learning.db keeps the runs, too.", Role::Muted),
            ]
        };
        centred(buf, self.look, inner, &lines);
        Rect { height: 0, ..inner }
    }
}

/// A probability with three decimals; a dash for what is no number.
fn share(value: f64, look: &Look<'_>) -> String {
    if value.is_finite() { format!("{value:.3}") } else { look.glyphs.none.to_owned() }
}

/// A count that may be odd: whole without a fraction.
fn count(value: f64, look: &Look<'_>) -> String {
    match value {
        _ if !value.is_finite() => look.glyphs.none.to_owned(),
        _ if value < 0.0 || value.fract() != 0.0 => format!("{value:.1}"),
        _ if value < 100_000.0 => number::grouped(value as u64),
        _ => number::count(value as u64),
    }
}

/// A faint line of words above a list or plot.
fn caption(look: &Look<'_>, buf: &mut Buffer, area: Rect, row: u16, text: &str) {
    let mut strip = Strip::new(buf, look, area, row);
    strip.skip(1).text(&plain(text, look.glyphs), look.style(Role::Faint));
}
