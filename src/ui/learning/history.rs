//! How the posterior of an arm came about: as a plot of its mean and interval, or as a table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::arm::NO_DISTRIBUTION;
use super::table::{Form, number};
use super::{Scene, count, plot, share};
use crate::app::state::learning::OpenArm;
use crate::config::theme::Role;
use crate::model::learning::view::{Convergence, ConvergencePoint, Origin};
use crate::model::text::columns;
use crate::model::{number as figures, time};
use crate::ui::strip::{Strip, plain};
use crate::ui::{list, pane};

/// The table of numbers, the newest point first.
pub(super) static NUMBERS: Form = Form {
    title: "after the run",
    name: (19, 19),
    columns: &[
        number("mean", 6),
        number("2.5%", 6),
        number("97.5%", 6),
        number("alpha", 7),
        number("beta", 7),
    ],
};

/// What stands over a plot.
const TITLE: &str = "history ";

/// Why there is no history, or where it begins and whether it ends at the stored posterior.
pub(super) fn origin(scene: &Scene<'_>, open: &OpenArm) -> String {
    let Some(history) = open.seen.as_ref().map(|seen| &seen.history) else {
        let why = if open.pending { "looking through the runs" } else { "no runs to replay" };
        return why.to_owned();
    };
    let runs = scene.data.runs.as_ref();
    if runs.is_some_and(|runs| !runs.has_posteriors) {
        return "the source holds no posteriors; this is the prior".to_owned();
    }
    match history.origin {
        Origin::Activation(start) if runs.is_some_and(|runs| start.index() >= runs.index.len()) => {
            "nothing was learnt yet; this is the prior".to_owned()
        }
        Origin::Activation(start) => {
            let began = runs.and_then(|runs| runs.index.get(start)?.date());
            let began = began.map(|began| time::day(began, &scene.state.zone));
            format!("replay matches; active since {}", began.unwrap_or_else(|| "?".to_owned()))
        }
        Origin::Stored { missing: 0 } => {
            "reckoned back from the stored posterior; no start fits all arms".to_owned()
        }
        Origin::Stored { missing } => format!(
            "reckoned back; {} are in no trace here",
            figures::counted(missing as usize, "pull")
        ),
    }
}

/// Whether the title of a plot of so many columns has room for the origin.
pub(super) fn has_room(origin: &str, width: u16) -> bool {
    columns(TITLE) + columns(origin) <= usize::from(width)
}

/// Draws the plot.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, open: &OpenArm, said: &str) {
    let look = scene.look;
    let mut title = Strip::new(buf, look, area, 0);
    title.text(TITLE, look.style(Role::Heading));
    if has_room(said, area.width) {
        title.text(&plain(said, look.glyphs), look.style(Role::Muted));
    }
    let Some(Convergence { points, .. }) = open.seen.as_ref().map(|seen| &seen.history) else {
        return;
    };
    if points.iter().all(|point| point.interval.is_none()) {
        let mut strip = Strip::new(buf, look, area, 1);
        strip.text(NO_DISTRIBUTION, look.style(Role::Warning));
        return;
    }
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let room = plot::scale(buf, look, body, ("1", "0"));
    plot::history(buf, look, room, points, scene.signs());
    let day = |time: Option<i64>| time.map(|time| time::day(time, &scene.state.zone));
    let mut times = points.iter().filter_map(|point| point.time);
    let (first, last) = (day(times.next()), day(times.next_back()));
    let feet = Rect { x: room.x, width: room.width, ..area };
    let mut foot = Strip::new(buf, look, feet, area.height.saturating_sub(1));
    foot.right(&last.unwrap_or_default(), 11, look.style(Role::Faint));
    foot.text(&first.unwrap_or_default(), look.style(Role::Faint));
}

/// Draws the table; returns where its rows lie.
pub(super) fn numbers(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, open: &OpenArm) -> Rect {
    let look = scene.look;
    let below = super::paragraph(scene, buf, area, &origin(scene, open));
    let Some(table) = super::table(scene.pane, area.width) else { return below };
    table.captions(&mut Strip::new(buf, look, below, 0), look);
    let rows = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
    let len = open.points();
    list::draw(buf, look, rows, (&open.points, len, scene.focused), |at, strip| {
        let Some(point) = open.point(at) else { return };
        strip.column(&name(scene, point), table.name, look.style(Role::Muted));
        let interval = |bound: fn(&ConvergencePoint) -> Option<f64>| {
            bound(point).map_or_else(|| look.glyphs.none.to_owned(), |end| share(end, look))
        };
        let cells = [
            share(point.belief.mean(), look),
            interval(|point| point.interval.map(|interval| interval.lower)),
            interval(|point| point.interval.map(|interval| interval.upper)),
            count(point.belief.alpha, look),
            count(point.belief.beta, look),
        ];
        table.cells(strip, look, cells);
    });
    let top = list::top(&open.points, len, rows.height);
    pane::scrollbar(buf, look, scene.whole, top, len, scene.focused);
    rows
}

/// The time of a run; the first point has none.
fn name(scene: &Scene<'_>, point: &ConvergencePoint) -> String {
    match (point.trace, point.time) {
        (None, _) => "(before)".to_owned(),
        (Some(_), Some(time)) => time::full(time, &scene.state.zone),
        (Some(_), None) => scene.look.glyphs.none.to_owned(),
    }
}
