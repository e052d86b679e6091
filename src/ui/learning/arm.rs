//! One arm: the density of its posterior, how it came about, and what every run did with it.
//!
//! ```text
//!  tool:fs:read   mean 0.874   95 % 0.827–0.914
//!  density            │ history: mean and 95 % interval over its pulls
//!  used   2026-11-20 10:22   182 tokens   claude-sonnet-4-5   agent:main:main
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Scene, caption, count, history, paragraph, plot, share, short};
use crate::app::state::learning::OpenArm;
use crate::app::state::learning::data::{Arm, Runs};
use crate::config::theme::Role;
use crate::model::learning::trace::Mark;
use crate::model::learning::view::ArmRun;
use crate::model::number;
use crate::model::text::columns;
use crate::ui::strip::Strip;
use crate::ui::{list, pane};

/// The most rows that plots take.
const PLOTS: u16 = 12;

/// From where to where an axis of probabilities goes.
const AXIS: &str = "from 0 to 1";

/// What stands where odd parameters leave nothing to draw.
pub(super) const NO_DISTRIBUTION: &str = "no distribution";

/// Draws the arm; returns where the rows of its runs lie, or those of its history in numbers.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let open = scene.pane.arm.as_deref();
    let Some((open, arm)) = open.and_then(|open| Some((open, scene.data.arms.get(open.arm)?)))
    else {
        return Rect { height: 0, ..inner };
    };
    heading(scene, &mut Strip::new(buf, scene.look, inner, 0), arm);
    let below = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    if scene.pane.numbers {
        return history::numbers(scene, buf, below, open);
    }
    let height = (inner.height / 2).saturating_sub(1).clamp(3, PLOTS).min(inner.height);
    let plots = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), height, ..below };
    let left = Rect { width: plots.width * 2 / 5, ..plots };
    density(scene, buf, left, (open, arm));
    let x = left.right() + 2;
    let right = Rect { x, width: plots.right().saturating_sub(x), ..plots };
    let origin = history::origin(scene, open);
    history::draw(scene, buf, right, open, &origin);
    let mut rest =
        Rect { y: below.y + height, height: below.height.saturating_sub(height), ..below };
    if !history::has_room(&origin, right.width) {
        rest = paragraph(scene, buf, rest, &origin);
    }
    runs(scene, buf, rest, open)
}

fn heading(scene: &Scene<'_>, strip: &mut Strip<'_>, arm: &Arm) {
    let look = scene.look;
    let row = &arm.row;
    let mean = format!("mean {}", share(row.mean, look));
    let interval = row.interval.map(|interval| {
        format!("  95% {} to {}", share(interval.lower, look), share(interval.upper, look))
    });
    let interval = interval.unwrap_or_default();
    let pulls = format!("  {} pulls", count(row.pulls, look));
    // A narrow screen has room for the name and the mean; the plot below tells the rest.
    let forms = [format!("{mean}{interval}{pulls}"), format!("{mean}{interval}")];
    let room = strip.room();
    let fits = |form: &String| columns(&row.arm) + columns(form) + 4 <= room;
    let figures = forms.into_iter().find(fits).unwrap_or(mean);
    strip.right_skip(1).right(&figures, 12, look.style(Role::Text)).right_skip(2);
    strip.skip(1).text(&row.arm, look.style(Role::Tool));
}

fn density(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, (open, arm): (&OpenArm, &Arm)) {
    let look = scene.look;
    let belief = arm.row.belief;
    let title = format!("Beta({}, {})", count(belief.alpha, look), count(belief.beta, look));
    let mut head = Strip::new(buf, look, area, 0);
    // The ends of the axis below, where there is room for them.
    head.right(AXIS, columns(&title) + 2, look.style(Role::Faint));
    head.text(&title, look.style(Role::Heading));
    if arm.row.interval.is_none() {
        let mut strip = Strip::new(buf, look, area, 1);
        strip.text(NO_DISTRIBUTION, look.style(Role::Warning));
        return;
    }
    let plot = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let width = usize::from(plot.width);
    let heights: Vec<_> = plot::spread(&open.density, width).map(|height| Some(*height)).collect();
    plot::columns(buf, look, plot, &heights);
    let mut axis = Strip::new(buf, look, area, area.height.saturating_sub(1));
    plot::cells(&mut axis, look, &plot::interval(arm, width, scene.signs()));
}

fn runs(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, open: &OpenArm) -> Rect {
    let Some(runs) = &scene.data.runs else { return scene.no_runs(buf, area) };
    if runs.armless {
        return scene.no_arms(buf, area);
    }
    let Some(seen) = &open.seen else {
        caption(scene.look, buf, area, 0, "looking through the runs");
        return Rect { height: 0, ..area };
    };
    let counts: Vec<String> = (Mark::ALL.iter().zip(seen.counts))
        .filter(|(_, runs)| *runs > 0)
        .map(|(mark, runs)| format!("{} {}", number::grouped(runs as u64), mark.word()))
        .collect();
    let rows = paragraph(scene, buf, area, &counts.join(" · "));
    let len = open.lines.len();
    list::draw(buf, scene.look, rows, (&open.list, len, scene.focused), |at, strip| {
        if let Some(run) = open.run(at) {
            row(scene, runs, strip, run);
        }
    });
    let top = list::top(&open.list, len, rows.height);
    pane::scrollbar(buf, scene.look, scene.whole, top, len, scene.focused);
    rows
}

fn row(scene: &Scene<'_>, runs: &Runs, strip: &mut Strip<'_>, run: &ArmRun) {
    let look = scene.look;
    let Some(entry) = runs.index.get(run.trace) else { return };
    let (sign, role) = scene.signs().mark(run.mark);
    strip.right_skip(1);
    strip.text(sign, look.style(role)).skip(1).column(run.mark.word(), 14, look.style(role));
    let width = if scene.state.look.relative_times { 4 } else { 16 };
    strip.number(&scene.time(entry.date()), width, look.style(Role::Muted)).skip(1);
    let cost = if run.mark == Mark::Absent {
        look.glyphs.none.to_owned()
    } else {
        short(f64::from(run.cost))
    };
    strip.number(&cost, 5, look.style(Role::Muted)).skip(1);
    let learnt = match runs.passive() {
        _ if entry.aborted => "aborted",
        _ if entry.failed => "failed",
        Some(start) if run.trace.index() < start => "passive",
        _ if entry.baseline => "baseline",
        _ => "",
    };
    strip.column(learnt, 9, look.style(Role::Warning));
    if run.repeated {
        strip.text("named twice ", look.style(Role::Warning));
    }
    let session = entry.session_key.or(entry.session_id);
    let session = session.map(|name| runs.index.names.get(name)).unwrap_or_default();
    strip.text(session, look.style(Role::Text));
}
