//! The ranked arms: interval bars on one axis, or their numbers.
//!
//! ```text
//!    arm            mean  0        .5        1   pulls confid.
//!  ▸ read           0.874 ┆            ├──●─┤      214 high
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::table::{Form, Table, number as figures, words};
use super::{Scene, cards, count, label, plot, share, short};
use crate::app::state::learning::data::{Arm, SPARK};
use crate::config::theme::Role;
use crate::model::learning::view::ArmRow;
use crate::model::text::{columns, visible_line};
use crate::model::{number, time};
use crate::ui::strip::{Strip, centred};
use crate::ui::{list, pane};

const MEAN: usize = 6;
const PULLS: usize = 7;
const WORD: usize = 9;
/// Room for the shortest word instead.
const SHORT_WORD: usize = 6;
const BEST: usize = 6;
const COST: usize = 6;
const AGE: usize = 6;
/// The narrowest density in which a peak can be told from a plain.
const SMALL_SPARK: usize = SPARK / 2;
/// Names as wide as this have room for the kind and for a badge in words.
const ROOMY: usize = 18;
/// The narrowest axis on which anything can be seen.
const AXIS: usize = 12;
/// The widest one.
const WIDEST: usize = 48;

/// The word for trust where there is hardly any room.
fn short_word(word: &'static str) -> &'static str {
    match word {
        "medium" => "med",
        "explore" => "few",
        "no row" => "none",
        other => other,
    }
}

/// The table of numbers: what is most asked for first.
pub(super) static NUMBERS: Form = Form {
    title: "arm",
    name: (12, 28),
    columns: &[
        figures("mean", 6),
        figures("2.5%", 6),
        figures("5%", 6),
        figures("50%", 6),
        figures("95%", 6),
        figures("97.5%", 6),
        figures("alpha", 8),
        figures("beta", 8),
        figures("pulls", 7),
        figures("best", 6),
        figures("cost", 7),
        words("type", 8),
        words("confidence", 16),
        words("last updated", 20),
    ],
};

/// Draws figures and arms; returns where the rows lie.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let below = cards::draw(scene, buf, inner);
    let rows = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
    let arms = &scene.pane.arms;
    let len = arms.lines.len();
    if len == 0 {
        let lines =
            [("No arm is left by the filter", Role::Title), ("Esc takes it away.", Role::Muted)];
        centred(buf, scene.look, rows, &lines);
        return rows;
    }
    let plan = Plan::new(usize::from(rows.width.saturating_sub(list::GUTTER)));
    let table = super::table(scene.pane, rows.width);
    let mut head = Strip::new(buf, scene.look, below, 0);
    match &table {
        Some(table) => table.captions(&mut head, scene.look),
        None => captions(scene, &mut head, &plan),
    }
    list::draw(buf, scene.look, rows, (&arms.list, len, scene.focused), |at, strip| {
        let arm = arms.lines.get(at).and_then(|at| scene.data.arms.get(*at));
        match (arm, &table) {
            (Some(arm), Some(table)) => numbers(scene, strip, table, arm),
            (Some(arm), None) => row(scene, strip, &plan, arm),
            (None, _) => {}
        }
    });
    let top = list::top(&arms.list, len, rows.height);
    pane::scrollbar(buf, scene.look, scene.whole, top, len, scene.focused);
    rows
}

/// Which columns there is room for.
struct Plan {
    name: usize,
    axis: usize,
    /// Columns of the word for how far an arm can be trusted; none where there is no room.
    word: usize,
    best: bool,
    cost: bool,
    age: bool,
    /// Columns of the density; none where there is no room at all.
    spark: usize,
}

impl Plan {
    fn new(width: usize) -> Self {
        let name = if width < 64 { 12 } else { (width / 4).min(28) };
        let mut room = width.saturating_sub(name + 1 + MEAN + 1 + AXIS + PULLS);
        let mut take = |columns: usize| {
            let fits = room >= columns;
            if fits {
                room -= columns;
            }
            fits
        };
        let small = take(SMALL_SPARK + 1);
        let word = match take(SHORT_WORD) {
            true if take(WORD - SHORT_WORD) => WORD,
            true => SHORT_WORD,
            false => 0,
        };
        let (best, cost, age) = (take(BEST), take(COST), take(AGE));
        let spark = match small {
            true if take(SPARK - SMALL_SPARK) => SPARK,
            true => SMALL_SPARK,
            false => 0,
        };
        Self { name, axis: (AXIS + room).min(WIDEST), word, best, cost, age, spark }
    }
}

fn captions(scene: &Scene<'_>, strip: &mut Strip<'_>, plan: &Plan) {
    let style = scene.look.style(Role::Faint);
    strip.skip(1).column("arm", plan.name, style).skip(1);
    strip.column("mean", MEAN, style);
    let half = format!("{:<width$}.5", "0", width = plan.axis / 2);
    strip.column(&format!("{half:<width$}1", width = plan.axis - 1), plan.axis, style).skip(1);
    if plan.spark > 0 {
        strip.column("density", plan.spark + 1, style);
    }
    strip.number("pulls", PULLS - 1, style).skip(1);
    if plan.word > 0 {
        strip.skip(1).column("trust", plan.word - 1, style);
    }
    for (shown, text, width) in
        [(plan.best, "best", BEST), (plan.cost, "cost", COST), (plan.age, "seen", AGE)]
    {
        if shown {
            strip.number(text, width - 1, style).skip(1);
        }
    }
}

fn row(scene: &Scene<'_>, strip: &mut Strip<'_>, plan: &Plan, arm: &Arm) {
    let look = scene.look;
    let one = &arm.row;
    // A narrow screen has room for the name alone; the numbers and the detail have the type.
    name(scene, strip, plan.name, (one, plan.name >= ROOMY));
    strip.skip(1).column(&share(one.mean, look), MEAN, look.style(Role::Text));
    if one.interval.is_some() {
        plot::cells(strip, look, &plot::interval(arm, plan.axis, scene.signs()));
    } else {
        let said = if plan.axis < 15 { "odd" } else { "odd parameters" };
        strip.column(said, plan.axis, look.style(Role::Warning));
    }
    strip.skip(1);
    let muted = look.style(Role::Muted);
    if plan.spark > 0 {
        let density = plot::spark(&arm.density, plan.spark, look);
        strip.column(&density, plan.spark + 1, look.style(Role::Bar));
    }
    strip.number(&count(one.pulls, look), PULLS - 1, look.style(Role::Text));
    // The pulls do not add up, or are too few where no word says so; the detail says more.
    let mark = match one {
        _ if uneven(one) => "!",
        _ if one.underexplored && plan.word == 0 => "?",
        _ => "",
    };
    strip.column(mark, 1, look.style(Role::Warning));
    if plan.word > 0 {
        let (word, role) = word(one);
        let word = if plan.word < WORD { short_word(word) } else { word };
        strip.skip(1).column(word, plan.word - 1, look.style(role));
    }
    let none = look.glyphs.none;
    if plan.best {
        let best = one.best.map_or_else(|| none.to_owned(), number::percent);
        strip.number(&best, BEST - 1, muted).skip(1);
    }
    if plan.cost {
        let cost = one.traced.and_then(|traced| traced.mean_cost());
        let cost = cost.map_or_else(|| none.to_owned(), short);
        strip.number(&cost, COST - 1, muted).skip(1);
    }
    if plan.age {
        let age = one.updated.map(|then| time::age(then, scene.state.now));
        strip.number(&age.unwrap_or_else(|| none.to_owned()), AGE - 1, muted).skip(1);
    }
}

/// The type of an arm in a word.
fn kind(row: &ArmRow) -> &'static str {
    row.name().map_or("odd", |name| name.kind.word())
}

/// Writes the name of an arm in exactly `room` columns, with its type where that is wanted.
fn name(scene: &Scene<'_>, strip: &mut Strip<'_>, room: usize, (row, typed): (&ArmRow, bool)) {
    let look = scene.look;
    let from = strip.cursor();
    let label = label(row);
    // A name that the word would cut gets a sign instead.
    let tail = match row.seed {
        true if room < ROOMY => scene.signs().seed,
        true => " seed",
        false => "",
    };
    let mut width = room.saturating_sub(columns(tail));
    if typed {
        strip.column(kind(row), 5, look.style(Role::Faint)).skip(1);
        width = width.saturating_sub(6);
    }
    let wide = columns(&visible_line(label));
    strip.column(label, width.min(wide), look.style(Role::Tool));
    strip.text(tail, look.style(Role::Label));
    let written = usize::from(strip.cursor().saturating_sub(from));
    strip.skip(room.saturating_sub(written));
}

/// Whether the stored parameters and the pulls tell different stories.
pub(super) fn uneven(row: &ArmRow) -> bool {
    row.stored && row.imbalance.is_finite() && row.imbalance.abs() > 1e-6
}

/// How far an arm can be trusted, in a word.
pub(super) fn word(row: &ArmRow) -> (&'static str, Role) {
    match row.confidence.word() {
        _ if !row.stored => ("no row", Role::Faint),
        _ if row.underexplored => ("explore", Role::Warning),
        "high" => ("high", Role::Ok),
        other => (other, Role::Muted),
    }
}

/// The confidence in a word, and whether selection still explores the arm.
fn confidence(row: &ArmRow) -> String {
    match row.confidence.word() {
        _ if !row.stored => word(row).0.to_owned(),
        own if row.underexplored => format!("{own}, explore"),
        own => own.to_owned(),
    }
}

fn numbers(scene: &Scene<'_>, strip: &mut Strip<'_>, table: &Table, arm: &Arm) {
    let look = scene.look;
    let row = &arm.row;
    name(scene, strip, table.name, (row, false));
    let none = || look.glyphs.none.to_owned();
    let maybe = |value: Option<f64>| value.map_or_else(none, |value| share(value, look));
    let cost = row.traced.and_then(|traced| traced.mean_cost());
    let cells = [
        share(row.mean, look),
        maybe(row.interval.map(|interval| interval.lower)),
        maybe(arm.marks.map(|marks| marks.0)),
        maybe(row.median),
        maybe(arm.marks.map(|marks| marks.1)),
        maybe(row.interval.map(|interval| interval.upper)),
        count(row.belief.alpha, look),
        count(row.belief.beta, look),
        count(row.pulls, look),
        maybe(row.best),
        cost.map_or_else(none, |cost| count(cost.round(), look)),
        kind(row).to_owned(),
        confidence(row),
        row.updated.map_or_else(none, |then| time::full(then, &scene.state.zone)),
    ];
    table.cells(strip, look, cells);
}
