//! The ranked arms: interval bars on one axis, or their numbers.
//!
//! ```text
//!    arm            mean  0        .5        1   pulls confid.
//!  ▸ read           0.874 ┆            ├──●─┤      214 high
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Scene, cards, count, plot, share};
use crate::app::state::learning::data::{Arm, SPARK};
use crate::config::theme::Role;
use crate::model::learning::view::ArmRow;
use crate::model::number;
use crate::model::text::columns;
use crate::ui::strip::{Strip, centred};
use crate::ui::{list, pane};

const MEAN: usize = 6;
const PULLS: usize = 7;
const WORD: usize = 8;
const BEST: usize = 6;
const COST: usize = 6;
const AGE: usize = 6;
/// Columns of a number in the table of numbers.
const NUMBER: usize = 8;
/// Names as wide as this have room for the kind and for a badge in words.
const ROOMY: usize = 18;
/// The narrowest axis on which anything can be seen.
const AXIS: usize = 16;
/// The widest one.
const WIDEST: usize = 48;

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
    let mut head = Strip::new(buf, scene.look, below, 0);
    if scene.pane.numbers {
        number_captions(scene, &mut head, &plan);
    } else {
        captions(scene, &mut head, &plan);
    }
    list::draw(buf, scene.look, rows, (&arms.list, len, scene.focused), |at, strip| {
        let arm = arms.lines.get(at).and_then(|at| scene.data.arms.get(*at));
        if let Some(arm) = arm {
            if scene.pane.numbers {
                numbers(scene, strip, &plan, arm);
            } else {
                row(scene, strip, &plan, arm);
            }
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
    word: bool,
    best: bool,
    cost: bool,
    age: bool,
    spark: bool,
}

impl Plan {
    fn new(width: usize) -> Self {
        let name = (width / 4).clamp(12, 28);
        let mut room = width.saturating_sub(name + 1 + MEAN + 1 + AXIS + PULLS);
        let mut take = |columns: usize| {
            let fits = room >= columns;
            if fits {
                room -= columns;
            }
            fits
        };
        let word = take(WORD);
        let (best, cost, age) = (take(BEST), take(COST), take(AGE));
        let spark = take(SPARK + 1);
        Self { name, axis: (AXIS + room).min(WIDEST), word, best, cost, age, spark }
    }
}

fn captions(scene: &Scene<'_>, strip: &mut Strip<'_>, plan: &Plan) {
    let style = scene.look.style(Role::Faint);
    strip.skip(1).column("arm", plan.name, style).skip(1);
    strip.column("mean", MEAN, style);
    let half = format!("{:<width$}.5", "0", width = plan.axis / 2);
    strip.column(&format!("{half:<width$}1", width = plan.axis - 1), plan.axis, style).skip(1);
    if plan.spark {
        strip.column("density", SPARK + 1, style);
    }
    strip.number("pulls", PULLS - 1, style).skip(1);
    if plan.word {
        strip.column("trust", WORD, style);
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
    name(scene, strip, plan, one);
    strip.column(&share(one.mean, look), MEAN, look.style(Role::Text));
    if one.interval.is_some() {
        plot::cells(strip, look, &plot::interval(arm, plan.axis, scene.signs()));
    } else {
        strip.column("odd parameters", plan.axis, look.style(Role::Warning));
    }
    strip.skip(1);
    let muted = look.style(Role::Muted);
    if plan.spark {
        strip.column(&plot::spark(&arm.density, look), SPARK + 1, look.style(Role::Bar));
    }
    strip.number(&count(one.pulls, look), PULLS - 1, look.style(Role::Text));
    // The pulls do not add up, or are too few where no word says so; the detail says more.
    let mark = match one {
        _ if uneven(one) => "!",
        _ if one.underexplored && !plan.word => "?",
        _ => "",
    };
    strip.column(mark, 1, look.style(Role::Warning));
    if plan.word {
        let (word, role) = word(one);
        strip.column(word, WORD, look.style(role));
    }
    let none = look.glyphs.none;
    if plan.best {
        let best = one.best.map_or_else(|| none.to_owned(), number::percent);
        strip.number(&best, BEST - 1, muted).skip(1);
    }
    if plan.cost {
        let cost = one.traced.and_then(|traced| traced.mean_cost());
        let cost = cost.map_or_else(|| none.to_owned(), |cost| number::count(cost as u64));
        strip.number(&cost, COST - 1, muted).skip(1);
    }
    if plan.age {
        let age = one.updated.map(|then| crate::model::time::age(then, scene.state.now));
        strip.number(&age.unwrap_or_else(|| none.to_owned()), AGE - 1, muted).skip(1);
    }
}

fn name(scene: &Scene<'_>, strip: &mut Strip<'_>, plan: &Plan, row: &ArmRow) {
    let look = scene.look;
    let from = strip.cursor();
    let kind = row.name().map_or("odd", |name| name.kind.word());
    let label = if row.label().is_empty() { &row.arm } else { row.label() };
    // A name that the word would cut gets a sign instead.
    let tail = match row.seed {
        true if plan.name < ROOMY => scene.signs().seed,
        true => " seed",
        false => "",
    };
    let mut width = plan.name.saturating_sub(columns(tail));
    // A narrow screen has room for the name alone; the detail has the kind.
    if plan.name >= ROOMY {
        strip.column(kind, 5, look.style(Role::Faint)).skip(1);
        width = width.saturating_sub(6);
    }
    strip.column(label, width.min(columns(label)), look.style(Role::Tool));
    strip.text(tail, look.style(Role::Label));
    let written = usize::from(strip.cursor().saturating_sub(from));
    strip.skip((plan.name + 1).saturating_sub(written));
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

const NUMBERS: [&str; 11] =
    ["alpha", "beta", "2.5%", "5%", "50%", "95%", "97.5%", "mean", "pulls", "best", "cost"];

fn number_captions(scene: &Scene<'_>, strip: &mut Strip<'_>, plan: &Plan) {
    let style = scene.look.style(Role::Faint);
    strip.skip(1).column("arm", plan.name, style).skip(1);
    for title in NUMBERS {
        if strip.room() >= NUMBER {
            strip.number(title, NUMBER, style);
        }
    }
}

fn numbers(scene: &Scene<'_>, strip: &mut Strip<'_>, plan: &Plan, arm: &Arm) {
    let look = scene.look;
    let row = &arm.row;
    name(scene, strip, plan, row);
    let none = || look.glyphs.none.to_owned();
    let maybe = |value: Option<f64>| value.map_or_else(none, |value| share(value, look));
    let cost = row.traced.and_then(|traced| traced.mean_cost());
    let texts = [
        count(row.belief.alpha, look),
        count(row.belief.beta, look),
        maybe(row.interval.map(|interval| interval.lower)),
        maybe(arm.marks.map(|marks| marks.0)),
        maybe(row.median),
        maybe(arm.marks.map(|marks| marks.1)),
        maybe(row.interval.map(|interval| interval.upper)),
        share(row.mean, look),
        count(row.pulls, look),
        maybe(row.best),
        cost.map_or_else(none, |cost| count(cost.round(), look)),
    ];
    for text in texts {
        if strip.room() >= NUMBER {
            strip.number(&text, NUMBER, look.style(Role::Text));
        }
    }
}
