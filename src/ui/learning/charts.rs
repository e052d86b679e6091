//! Baseline against selected runs, and tokens over time, as bars that can be selected.
//!
//! ```text
//!  all runs
//! ▸tokens baseline   ━━━━━━━━━━━━━      39k ±987  84 runs
//!  tokens over time, mean of each day   28,831 of 11 runs
//!  40k ██ ██ ██
//!      ██ ██ ██ ██ ██
//!      2026-10-30  ↑ 2026-11-02  2026-11-20
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Scene, cards, series, short, took};
use crate::app::state::learning::charts::{ChartRow, GroupKey};
use crate::app::state::learning::data::Runs;
use crate::config::theme::Role;
use crate::model::learning::view::Spread;
use crate::model::number;
use crate::model::text::columns;
use crate::ui::bar::bar;
use crate::ui::strip::{Strip, plain};

/// Columns of the words before a bar.
const WORDS: usize = 18;

/// Draws the charts; returns where the rows of their numbers lie, when those are shown.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let Some(runs) = scene.data.runs.as_ref().filter(|runs| !runs.index.is_empty()) else {
        return scene.no_runs(buf, inner);
    };
    let most = (inner.height / 6).max(2);
    if scene.pane.numbers {
        let below = cards::draw_traps(scene, buf, inner, most);
        return series::numbers(scene, buf, below, runs);
    }
    let phases = [("all runs", false), ("active phase only", true)].map(|(title, active)| {
        runs.phase(active).map(|_| (title, bars(scene, runs, active))).unwrap_or_default()
    });
    let bars = phases.iter().flat_map(|(_, bars)| bars);
    let figures = bars.map(|bar| columns(&bar.figures)).max().unwrap_or(0);
    let mut row = 0;
    for (title, bars) in phases.iter().filter(|(_, bars)| !bars.is_empty()) {
        let heading = scene.look.style(Role::Heading);
        Strip::new(buf, scene.look, inner, row).skip(1).text(title, heading);
        for (bar, row) in bars.iter().zip(row + 1..) {
            bar.draw(scene, &mut Strip::new(buf, scene.look, inner, row), figures);
        }
        row += bars.len() as u16 + 1;
    }
    let row = row.min(inner.height);
    let rest = Rect { y: inner.y + row, height: inner.height - row, ..inner };
    let rest = cards::draw_traps(scene, buf, rest, most);
    series::draw(scene, buf, rest, runs);
    Rect { height: 0, ..inner }
}

/// The mean of a group of runs.
struct Bar {
    key: GroupKey,
    /// The first bar of its group.
    first: bool,
    label: String,
    /// In 0..=1: full at the greater of the two means.
    share: f64,
    figures: String,
}

/// Four bars: tokens and duration of both groups of a phase.
fn bars(scene: &Scene<'_>, runs: &Runs, active: bool) -> Vec<Bar> {
    let keys = [true, false].map(|baseline| GroupKey { active, baseline });
    let groups = keys.map(|key| runs.group(key).unwrap_or_default());
    let mut bars = Vec::new();
    for what in ["tokens", "duration"] {
        let of = |group: usize| {
            let group = groups.get(group).copied().unwrap_or_default();
            if what == "tokens" { group.tokens } else { group.duration }
        };
        let most = of(0).mean().unwrap_or(0.0).max(of(1).mean().unwrap_or(0.0)).max(1.0);
        for (at, key) in keys.into_iter().enumerate() {
            let figures = words(of(at), if what == "tokens" { short } else { took });
            bars.push(Bar {
                key,
                first: what == "tokens",
                label: format!("{what} {}", key.word()),
                share: of(at).mean().unwrap_or(0.0) / most,
                figures: plain(&figures, scene.look.glyphs).into_owned(),
            });
        }
    }
    bars
}

/// Mean, spread and number of values.
fn words(spread: Spread, text: fn(f64) -> String) -> String {
    let runs = number::counted(spread.count as usize, "run");
    match (spread.mean(), spread.deviation()) {
        (Some(mean), Some(spread)) => format!("{} ±{}  {runs}", text(mean), text(spread)),
        (Some(mean), None) => format!("{}  {runs}", text(mean)),
        (None, _) => format!("not recorded  {runs}"),
    }
}

impl Bar {
    fn draw(&self, scene: &Scene<'_>, strip: &mut Strip<'_>, figures: usize) {
        let look = scene.look;
        let selected = scene.pane.selected_bar() == Some(ChartRow::Group(self.key));
        // Both bars of a group are selected together; the mark stands at its first.
        let marker = if selected && self.first { look.glyphs.marker } else { " " };
        strip.text(marker, scene.cursor());
        strip.right_skip(1).right_column(&self.figures, figures, 8, look.style(Role::Text));
        let role = if selected { Role::Title } else { Role::Muted };
        strip.column(&self.label, WORDS, look.style(role)).skip(1);
        let filled = bar(self.share, strip.room().saturating_sub(1), look.glyphs);
        let role = if self.key.baseline { Role::Note } else { Role::Bar };
        strip.text(&filled, look.style(role));
    }
}
