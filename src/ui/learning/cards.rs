//! The figures over everything, and the traps that lie in them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Scene, share, short};
use crate::app::state::learning::data::Runs;
use crate::config::theme::Role;
use crate::model::learning::view::{Group, Summary};
use crate::model::text::columns;
use crate::model::{number, time};
use crate::ui::strip::{Strip, plain};
use crate::ui::wrap::Flow;

/// Columns between cards.
const GAP: usize = 3;
/// The label of the only card that holds a whole sentence.
const CONFIGURATION: &str = "configuration";
/// Below this share of used pulls something other than the arms may be wrong.
const POISONED: f64 = 0.05;

struct Card {
    value: String,
    label: &'static str,
    role: Role,
}

/// Draws cards and traps; returns the room below.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let bands = if inner.height >= 18 { 2 } else { 1 };
    let mut cards = cards(scene);
    let settings = scene.data.settings.as_ref().map(|settings| settings.join(", "));
    cards.extend(settings.map(|value| Card { value, label: CONFIGURATION, role: Role::Title }));
    let (below, left) = bands_of(scene, buf, inner, (cards, bands));
    // A whole sentence is not cut: where no card has room for it, it stands below them.
    let below = match left.into_iter().find(|card| card.label == CONFIGURATION) {
        Some(card) => {
            let text = format!("{CONFIGURATION}: {}", card.value);
            super::paragraph(scene, buf, below, &text)
        }
        None => below,
    };
    draw_traps(scene, buf, below, (inner.height / 6).min(5))
}

/// Draws the traps on at most `most` lines, and the end of a sentence that was begun; returns the
/// room below.
pub(super) fn draw_traps(scene: &Scene<'_>, buf: &mut Buffer, below: Rect, most: u16) -> Rect {
    let mut row = 0;
    for trap in traps(scene) {
        if row >= most {
            break;
        }
        let mut flow = Flow::new(usize::from(below.width.saturating_sub(2)).max(8));
        flow.set_prefix(vec![ratatui::text::Span::raw("  ")]);
        flow.set_first(Vec::new());
        let text = plain(&trap, scene.look.glyphs);
        flow.text("! ", scene.look.style(Role::Warning));
        flow.text(&text, scene.look.style(Role::Muted));
        for line in flow.finish() {
            if row < below.height {
                buf.set_line(below.x + 1, below.y + row, &line, below.width.saturating_sub(1));
                row += 1;
            }
        }
    }
    Rect { y: below.y + row, height: below.height - row, ..below }
}

/// Writes the cards in at most so many bands of two rows each; returns the room below and the cards
/// that found none.
fn bands_of(
    scene: &Scene<'_>,
    buf: &mut Buffer,
    inner: Rect,
    (cards, bands): (Vec<Card>, u16),
) -> (Rect, Vec<Card>) {
    let mut cards = cards.into_iter().peekable();
    let mut used = 0;
    for band in 0..bands {
        if cards.peek().is_none() {
            break;
        }
        let mut x = inner.x + 1;
        while let Some(card) = cards.peek() {
            let width = columns(&card.value).max(columns(card.label));
            let room = usize::from(inner.right().saturating_sub(x));
            // A figure that fits into no band is cut.
            let is_figure = card.label != CONFIGURATION;
            if width > room && !(x == inner.x + 1 && is_figure) {
                break;
            }
            let width = width.min(room);
            let place = Rect { x, y: inner.y + band * 2, width: width as u16, height: 2 };
            let value = plain(&card.value, scene.look.glyphs);
            Strip::new(buf, scene.look, place, 0).text(&value, scene.look.style(card.role));
            Strip::new(buf, scene.look, place, 1).text(card.label, scene.look.style(Role::Faint));
            x = x.saturating_add((width + GAP) as u16);
            used = (band + 1) * 2;
            cards.next();
        }
    }
    let used = used.min(inner.height);
    (Rect { y: inner.y + used, height: inner.height - used, ..inner }, cards.collect())
}

fn cards(scene: &Scene<'_>) -> Vec<Card> {
    let data = scene.data;
    let card = |value: String, label| Card { value, label, role: Role::Title };
    let what = if data.qortex { "observations" } else { "runs" };
    // What a source does not hold is not none of it.
    let holds_runs = data.qortex || data.runs.is_some() || data.traces > 0;
    let runs = if holds_runs { number::grouped(data.traces) } else { "none here".to_owned() };
    let mut cards = vec![card(runs, what), card(number::grouped(data.arms.len() as u64), "arms")];
    if let Some(runs) = &data.runs {
        figures(scene, runs, &mut cards);
    }
    cards
}

fn figures(scene: &Scene<'_>, runs: &Runs, cards: &mut Vec<Card>) {
    let Summary { tokens, first, last, baseline, selected, .. } = runs.summary;
    let card = |value: String, label| Card { value, label, role: Role::Title };
    cards.push(card(short(tokens), "tokens"));
    cards.push(saving(runs.summary.savings(), "against baseline"));
    if let Some((baseline, selected)) = runs.active_phase() {
        let active = Summary { baseline, selected, ..Summary::default() };
        cards.push(saving(active.savings(), "in the active phase"));
    }
    if let Some((first, last)) = first.zip(last) {
        let day = |time| time::day(time, &scene.state.zone);
        cards.push(card(format!("{} – {}", day(first), day(last)), "dates"));
    }
    for (group, label) in [(baseline, "baseline runs"), (selected, "selected runs")] {
        cards.push(card(group_words(group), label));
    }
    if let Some(accuracy) = accuracy(scene) {
        cards.push(card(number::percent(accuracy), "of pulls were used"));
    }
}

fn group_words(group: Group) -> String {
    let runs = number::grouped(group.runs);
    match group.tokens.mean() {
        Some(mean) => format!("{runs} of {} each", short(mean)),
        None => runs,
    }
}

/// A saving with its sign and, so that colour is not alone, its direction in a word.
fn saving(percent: Option<f64>, label: &'static str) -> Card {
    let (value, role) = match percent {
        Some(percent) if percent > 0.0 => (format!("+{percent:.1}% saved"), Role::Ok),
        Some(percent) => (format!("{percent:.1}% (more)"), Role::Warning),
        None => ("not known".to_owned(), Role::Muted),
    };
    Card { value, label, role }
}

/// The share of pulls that were used, over all arms.
fn accuracy(scene: &Scene<'_>) -> Option<f64> {
    let arms = scene.data.arms.iter().map(|arm| &arm.row);
    let (used, pulls) = arms
        .filter(|row| row.belief.is_proper() && row.pulls > 0.0)
        .fold((0.0, 0.0), |(used, pulls), row| (used + row.evidence.0, pulls + row.pulls));
    (pulls > 0.0).then(|| (used / pulls).clamp(0.0, 1.0))
}

/// What there is to say of the passive runs.
fn passive_runs(runs: &Runs) -> Option<String> {
    let baseline = runs.summary.baseline.runs;
    match runs.passive() {
        Some(0) => None,
        Some(passive) => Some(format!(
            "passive runs count as baseline: {} of the {} baseline runs.",
            number::grouped(passive as u64),
            number::grouped(baseline)
        )),
        None if !runs.has_posteriors => {
            Some("the source holds no posteriors: which runs were passive is not known.".to_owned())
        }
        None if baseline > 0 => Some(
            "passive runs count as baseline, and the stored posteriors do not tell where the \
             active phase began."
                .to_owned(),
        ),
        None => None,
    }
}

/// What the figures do not say by themselves.
pub(super) fn traps(scene: &Scene<'_>) -> Vec<String> {
    let mut traps = Vec::new();
    if scene.data.qortex {
        traps.push(
            "qortex keeps a belief for each context; the product itself shows only the one without \
             a context."
                .to_owned(),
        );
    }
    let Some(runs) = &scene.data.runs else {
        if scene.pane.loading {
            traps.push("the runs are still being read".to_owned());
        }
        return traps;
    };
    let summary = &runs.summary;
    let with_usage = summary.baseline.with_usage + summary.selected.with_usage;
    traps.extend(passive_runs(runs));
    if runs.armless && !runs.index.is_empty() {
        traps.push("the runs of the source name no arms, as in CSV.".to_owned());
    }
    if with_usage < summary.traces {
        traps.push(format!(
            "averages and savings only over the {} of {} runs with recorded usage.",
            number::grouped(with_usage),
            number::grouped(summary.traces)
        ));
    }
    if let Some(accuracy) = accuracy(scene).filter(|accuracy| *accuracy < POISONED) {
        traps.push(format!(
            "only {} of all pulls were used: runs without any tool may have counted against every \
             arm.",
            share(accuracy, scene.look)
        ));
    }
    traps
}
