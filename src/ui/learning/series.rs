//! What runs took over time: as columns over an axis, or as a table with the compared groups.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::table::{Form, number};
use super::{Scene, exact, plot, short};
use crate::app::state::learning::charts::{ChartRow, Stretch};
use crate::app::state::learning::data::Runs;
use crate::config::theme::Role;
use crate::model::learning::view::Spread;
use crate::model::text::columns;
use crate::model::{number as figures, time};
use crate::ui::strip::{Strip, plain};
use crate::ui::{list, pane};

/// The widest column of the chart: wider ones tell nothing more.
const WIDEST: usize = 8;

/// The table of numbers; its rows are those of the charts.
pub(super) static NUMBERS: Form = Form {
    title: "runs of",
    name: (16, 22),
    columns: &[
        number("tokens", 12),
        number("±", 11),
        number("runs", 7),
        number("ms", 12),
        number("±", 11),
        number("runs", 7),
    ],
};

/// The width of a stretch of time in words.
pub(super) fn width_words(width: i64) -> String {
    match width / 3_600_000 {
        0 => time::duration(width),
        hours if hours % 168 == 0 => figures::counted((hours / 168) as usize, "week"),
        hours if hours % 24 == 0 => figures::counted((hours / 24) as usize, "day"),
        hours => figures::counted(hours as usize, "hour"),
    }
}

/// The same as it stands behind "each".
fn each_word(width: i64) -> String {
    let counted = width_words(width);
    counted.strip_prefix("1 ").map(str::to_owned).unwrap_or(counted)
}

/// Draws the columns of the series; the selected stretch is marked below.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, runs: &Runs) {
    let look = scene.look;
    let chosen = match scene.pane.selected_bar() {
        Some(ChartRow::Stretch(at)) => runs.series.get(at),
        _ => None,
    };
    heading(scene, &mut Strip::new(buf, look, area, 0), runs, chosen);
    let mean = |stretch: &Stretch| stretch.tokens.mean();
    let most = runs.series.iter().filter_map(mean).fold(0.0, f64::max);
    let (Some(first), Some(last), true) = (runs.series.first(), runs.series.last(), most > 0.0)
    else {
        let mut strip = Strip::new(buf, look, area, 1);
        strip.skip(2).text("no run has a date and a recorded total", look.style(Role::Faint));
        return;
    };
    let plot = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    };
    let room = plot::scale(buf, look, plot, (&short(most), "0"));
    let slots = Slots::new(first.start, last.start, runs.width, usize::from(room.width));
    let mut heights = vec![None; usize::from(room.width)];
    for stretch in &runs.series {
        let Some(height) = mean(stretch).map(|mean| mean / most) else { continue };
        let (from, drawn) = slots.place(stretch.start);
        for cell in heights.iter_mut().skip(from).take(drawn) {
            *cell = Some(cell.unwrap_or(0.0_f64).max(height));
        }
    }
    plot::columns(buf, look, room, &heights);
    let foot = Rect { y: area.bottom().saturating_sub(1).max(area.y), height: 1, ..room };
    let day = |stretch: &Stretch| time::day(stretch.start, &scene.state.zone);
    let marked = chosen.map(|chosen| {
        let (from, drawn) = slots.place(chosen.start);
        (from + drawn.saturating_sub(1) / 2, time_word(scene, chosen.start, runs.width))
    });
    axis(scene, buf, (foot, slots.all), [&day(first), &day(last)], marked);
}

fn heading(scene: &Scene<'_>, strip: &mut Strip<'_>, runs: &Runs, chosen: Option<&Stretch>) {
    let look = scene.look;
    let title = format!("tokens over time, mean of each {}", each_word(runs.width));
    if let Some(Stretch { tokens, .. }) = chosen
        && let Some(mean) = tokens.mean()
    {
        let runs = figures::counted(tokens.count as usize, "run");
        let said = format!("{} of {runs}", short(mean));
        strip.right_skip(1).right(&said, columns(&title) + 3, look.style(Role::Text));
    }
    strip.skip(1).text(&title, look.style(Role::Heading));
}

/// When a stretch begins: its day, or its hour where stretches are shorter.
fn time_word(scene: &Scene<'_>, start: i64, width: i64) -> String {
    let full = time::full(start, &scene.state.zone);
    let columns = if width % 86_400_000 == 0 { 10 } else { 16 };
    full.get(..columns).unwrap_or(&full).to_owned()
}

/// Where the stretches of a series lie on an axis.
struct Slots {
    first: i64,
    stretch: i64,
    count: usize,
    /// Columns that all of them take together.
    all: usize,
}

impl Slots {
    fn new(first: i64, last: i64, stretch: i64, room: usize) -> Self {
        let stretch = stretch.max(1);
        let count = usize::try_from(last.saturating_sub(first) / stretch + 1).unwrap_or(1).max(1);
        let each = (room / count).clamp(1, WIDEST);
        Self { first, stretch, count, all: (count * each).min(room) }
    }

    /// The first column of a stretch, and how many are drawn: a gap keeps wide ones apart.
    fn place(&self, start: i64) -> (usize, usize) {
        let slot = usize::try_from(start.saturating_sub(self.first) / self.stretch).unwrap_or(0);
        let edge = |slot: usize| slot * self.all / self.count;
        let width = edge(slot + 1).saturating_sub(edge(slot)).max(1);
        (edge(slot), if width > 2 { width - 1 } else { width })
    }
}

/// The dates below the axis: those at its ends as far as the marked one leaves room for them.
fn axis(
    scene: &Scene<'_>,
    buf: &mut Buffer,
    (area, all): (Rect, usize),
    [first, last]: [&str; 2],
    marked: Option<(usize, String)>,
) {
    let look = scene.look;
    let width = usize::from(area.width);
    let mut taken = width..width;
    let mut put = |from: usize, text: &str, style| {
        let x = area.x.saturating_add(from as u16);
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        Strip::new(buf, look, place, 0).text(text, style);
    };
    if let Some((at, label)) = marked {
        let len = columns(&label);
        let right = at + 2 + len <= width;
        let from = if right { at + 2 } else { at.saturating_sub(len + 1) };
        put(at, look.glyphs.up, scene.cursor());
        put(from, &label, look.style(Role::Text));
        taken = from.min(at)..(from + len).max(at + 1);
    }
    let faint = look.style(Role::Faint);
    let ends = all.saturating_sub(columns(last));
    let alone = ends < columns(first) + 2;
    if columns(first) < taken.start || taken.is_empty() {
        put(0, first, faint);
    }
    if !alone && (taken.is_empty() || ends > taken.end) {
        put(ends, last, faint);
    }
}

/// Draws the groups and stretches as rows of numbers; returns where the rows lie.
pub(super) fn numbers(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, runs: &Runs) -> Rect {
    let look = scene.look;
    let caption = format!("means of all runs and of each {}", each_word(runs.width));
    super::caption(look, buf, area, 0, &caption);
    let Some(table) = super::table(scene.pane, area.width) else { return area };
    table.captions(&mut Strip::new(buf, look, area, 1), look);
    let rows = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let (charts, len) = (&scene.pane.charts, runs.chart_rows());
    list::draw(buf, look, rows, (charts, len, scene.focused), |at, strip| {
        let Some((name, [tokens, took])) = row(scene, runs, at) else { return };
        strip.column(&name, table.name, look.style(Role::Muted));
        table.cells(strip, look, cells(scene, tokens).into_iter().chain(cells(scene, took)));
    });
    let top = list::top(charts, len, rows.height);
    pane::scrollbar(buf, look, scene.whole, top, len, scene.focused);
    rows
}

/// A row by its position: its name, its tokens and its duration.
fn row(scene: &Scene<'_>, runs: &Runs, at: usize) -> Option<(String, [Spread; 2])> {
    Some(match runs.chart_row(at)? {
        ChartRow::Group(key) => {
            let group = runs.group(key)?;
            let phase = if key.active { "active" } else { "all" };
            (format!("{phase} {}", key.word()), [group.tokens, group.duration])
        }
        ChartRow::Stretch(at) => {
            let stretch = runs.series.get(at)?;
            let full = time::full(stretch.start, &scene.state.zone);
            let name = full.get(..16).unwrap_or(&full).to_owned();
            (name, [stretch.tokens, stretch.duration])
        }
    })
}

fn cells(scene: &Scene<'_>, spread: Spread) -> [String; 3] {
    let none = || plain(scene.look.glyphs.none, scene.look.glyphs).into_owned();
    let figure = |value: Option<f64>| value.map_or_else(none, |value| exact(value, 1));
    [figure(spread.mean()), figure(spread.deviation()), figures::grouped(spread.count)]
}
