//! Baseline against selected runs, and tokens over time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Scene, cards, plot};
use crate::app::state::learning::data::Runs;
use crate::config::theme::Role;
use crate::model::learning::view::{Bucket, Group, Spread};
use crate::model::text::columns;
use crate::model::{number, time};
use crate::ui::bar::bar;
use crate::ui::strip::Strip;

/// Columns of the words before a bar.
const WORDS: usize = 18;
/// Columns of the figures behind it.
const FIGURES: usize = 22;

/// Draws the charts; there is no list.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let Some(runs) = &scene.data.runs else { return scene.no_runs(buf, inner) };
    let mut row = 0;
    let all = (runs.summary.baseline, runs.summary.selected);
    compare(scene, buf, inner, (&mut row, "all runs", all));
    if let Some(active) = runs.active.filter(|_| runs.passive() > Some(0)) {
        compare(scene, buf, inner, (&mut row, "active phase only", active));
    }
    row = row.min(inner.height);
    let rest = Rect { y: inner.y + row, height: inner.height - row, ..inner };
    let rest = cards::draw_traps(scene, buf, rest, (inner.height / 6).max(2));
    if scene.pane.numbers {
        table(scene, buf, rest, runs);
    } else {
        over_time(scene, buf, rest, runs);
    }
    Rect { height: 0, ..inner }
}

/// How a value is written.
type Words = fn(f64) -> String;
/// The next free row, a heading, and the groups of baseline and selected runs.
type Comparison<'a> = (&'a mut u16, &'a str, (Group, Group));

/// Four bars: tokens and duration of both groups. A bar is full at the greater of the two means.
fn compare(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, (row, title, groups): Comparison<'_>) {
    let look = scene.look;
    let (baseline, selected) = groups;
    Strip::new(buf, look, area, *row).skip(1).text(title, look.style(Role::Heading));
    *row += 1;
    let tokens = |value: f64| number::count(value.max(0.0) as u64);
    let took = |value: f64| time::duration(value as i64);
    let show: [(&str, [Spread; 2], Words); 2] = [
        ("tokens", [baseline.tokens, selected.tokens], tokens),
        ("duration", [baseline.duration, selected.duration], took),
    ];
    for (what, spreads, text) in show {
        let means = spreads.map(|spread| spread.mean().unwrap_or(0.0));
        let most = means.into_iter().fold(0.0, f64::max);
        for (spread, group) in spreads.iter().zip(["baseline", "selected"]) {
            let mut strip = Strip::new(buf, look, area, *row);
            *row += 1;
            let figures = match (spread.mean(), spread.deviation()) {
                (Some(mean), Some(spread)) => format!("{} ±{}", text(mean), text(spread)),
                (Some(mean), None) => text(mean),
                (None, _) => "not recorded".to_owned(),
            };
            let figures = if look.glyphs.ascii { figures.replace('±', "+-") } else { figures };
            let runs = number::counted(spread.count as usize, "run");
            strip.right_skip(1);
            strip.right_column(&format!("{figures}  {runs}"), FIGURES, 8, look.style(Role::Text));
            strip.skip(2).column(&format!("{what} {group}"), WORDS, look.style(Role::Muted));
            let width = strip.room().saturating_sub(1);
            let filled = bar(spread.mean().unwrap_or(0.0) / most.max(1.0), width, look.glyphs);
            let role = if group == "baseline" { Role::Note } else { Role::Bar };
            strip.text(&filled, look.style(role));
        }
    }
}

/// A stretch of time in words.
fn width_word(width: i64) -> String {
    match width / 3_600_000 {
        0 => time::duration(width),
        hours if hours % 168 == 0 => number::counted((hours / 168) as usize, "week"),
        hours if hours % 24 == 0 => number::counted((hours / 24) as usize, "day"),
        hours => number::counted(hours as usize, "hour"),
    }
}

fn title(runs: &Runs) -> String {
    let width = width_word(runs.width);
    let width = width.strip_prefix("1 ").unwrap_or(&width);
    format!("tokens of a run over time, mean of each {width}")
}

fn over_time(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, runs: &Runs) {
    let look = scene.look;
    Strip::new(buf, look, area, 0).skip(1).text(&title(runs), look.style(Role::Heading));
    let (Some(first), Some(last)) = (runs.tokens.first(), runs.tokens.last()) else {
        let mut strip = Strip::new(buf, look, area, 1);
        strip.skip(2).text("no run has a recorded total", look.style(Role::Faint));
        return;
    };
    let most = runs.tokens.iter().filter_map(|bucket| bucket.values.mean()).fold(0.0, f64::max);
    let plot = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    };
    let top = number::count(most.max(0.0) as u64);
    let room = plot::scale(buf, look, plot, (&top, "0"));
    let slots = ((last.start - first.start) / runs.width.max(1) + 1).max(1) as usize;
    let each = (usize::from(room.width) / slots).max(1);
    let mut heights = vec![None; slots * each];
    for Bucket { start, values } in &runs.tokens {
        let slot = ((start - first.start) / runs.width.max(1)) as usize;
        // A gap between wide columns keeps them apart.
        let drawn = if each > 2 { each - 1 } else { each };
        for cell in heights.iter_mut().skip(slot * each).take(drawn) {
            *cell = values.mean().map(|mean| mean / most.max(1.0));
        }
    }
    plot::columns(buf, look, room, &heights);
    let day = |time| time::day(time, &scene.state.zone);
    let ends = Rect { width: room.width.min((slots * each) as u16), ..room };
    let foot = Rect { y: area.y, height: area.height, ..ends };
    let mut foot = Strip::new(buf, look, foot, area.height.saturating_sub(1));
    foot.right(&day(last.start), 12, look.style(Role::Faint));
    foot.text(&day(first.start), look.style(Role::Faint));
}

/// The series as numbers, the newest first, as many columns beside each other as fit.
fn table(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, runs: &Runs) {
    let look = scene.look;
    let heading = format!("{} (mean, runs, mean duration)", title(runs));
    Strip::new(buf, look, area, 0).skip(1).text(&heading, look.style(Role::Heading));
    let took = |start: i64| {
        let bucket = runs.durations.iter().find(|bucket| bucket.start == start);
        bucket.and_then(|bucket| bucket.values.mean()).map(|ms| time::duration(ms as i64))
    };
    let lines: Vec<String> = (runs.tokens.iter().rev())
        .map(|bucket| {
            let full = time::full(bucket.start, &scene.state.zone);
            let tokens = bucket.values.mean().unwrap_or(0.0).max(0.0);
            format!(
                "{} {:>8} {:>4} {:>7}",
                full.get(..16).unwrap_or(&full),
                number::grouped(tokens as u64),
                bucket.values.count,
                took(bucket.start).unwrap_or_default()
            )
        })
        .collect();
    let wide = lines.iter().map(|line| columns(line)).max().unwrap_or(0) + 3;
    let rows = usize::from(area.height.saturating_sub(1)).max(1);
    let beside = (usize::from(area.width) / wide).max(1);
    for (at, line) in lines.iter().enumerate().take(rows * beside) {
        let x = area.x + 1 + ((at / rows) * wide) as u16;
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        let mut strip = Strip::new(buf, look, place, (at % rows) as u16 + 1);
        strip.text(line, look.style(Role::Text));
    }
}
