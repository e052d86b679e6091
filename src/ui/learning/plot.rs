//! Plots in cells: the interval bar, columns over an axis, and the history of a posterior.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::signs::Signs;
use crate::app::state::learning::data::Arm;
use crate::config::theme::Role;
use crate::model::learning::view::ConvergencePoint;
use crate::ui::strip::Strip;
use crate::ui::theme::Look;

/// The cell of a probability on an axis of `width` cells.
fn cell(p: f64, width: usize) -> usize {
    ((p.clamp(0.0, 1.0) * width as f64) as usize).min(width.saturating_sub(1))
}

/// The exact interval of an arm on the axis 0..1: a line from end to end, marks at 5, 50 and 95 %,
/// and the mean of the prior. An arm that rests on its prior alone has a dotted line.
pub(super) fn interval(arm: &Arm, width: usize, signs: &Signs) -> Vec<(&'static str, Role)> {
    let mut cells = vec![(" ", Role::Faint); width];
    let mut put = |p: f64, sign: &'static str, role: Role| {
        if let Some(place) = cells.get_mut(cell(p, width)) {
            *place = (sign, role);
        }
    };
    let row = &arm.row;
    let Some(interval) = row.interval else { return cells };
    let (line, role) =
        if arm.is_prior() { (signs.guess, Role::Faint) } else { (signs.span, Role::Bar) };
    for at in cell(interval.lower, width)..=cell(interval.upper, width) {
        put((at as f64 + 0.5) / width as f64, line, role);
    }
    if let Some((low, high)) = arm.marks {
        put(low, signs.low, role);
        put(high, signs.high, role);
    }
    put(row.prior.mean(), signs.prior, Role::Note);
    if let Some(median) = row.median.filter(|_| !arm.is_prior()) {
        let same = cell(median, width) == cell(row.prior.mean(), width);
        put(median, if same { signs.both } else { signs.median }, Role::Title);
    }
    cells
}

/// Writes cells with their looks.
pub(super) fn cells(strip: &mut Strip<'_>, look: &Look<'_>, cells: &[(&'static str, Role)]) {
    for (sign, role) in cells {
        strip.text(sign, look.style(*role));
    }
}

/// Heights (0..=1) as one text of steps in `width` columns; of several in a column the greatest.
pub(super) fn spark(heights: &[f64], width: usize, look: &Look<'_>) -> String {
    let step = |height: f64| {
        let at = (height.clamp(0.0, 1.0) * 8.0).ceil() as usize;
        at.checked_sub(1).and_then(|at| look.glyphs.steps.get(at)).copied().unwrap_or(" ")
    };
    let together = heights.len().div_ceil(width.max(1)).max(1);
    let columns = heights.chunks(together);
    columns.map(|column| step(column.iter().copied().fold(0.0, f64::max))).collect()
}

/// Draws columns of heights 0..=1 from the bottom of `area` upwards; nothing for a gap.
pub(super) fn columns(buf: &mut Buffer, look: &Look<'_>, area: Rect, heights: &[Option<f64>]) {
    let rows = area.height;
    let steps = look.glyphs.steps;
    for (x, height) in (area.x..area.right()).zip(heights) {
        let Some(height) = height else { continue };
        let eighths = (height.clamp(0.0, 1.0) * f64::from(rows) * 8.0).ceil() as u16;
        for row in 0..rows {
            let filled = eighths.saturating_sub(row * 8).min(8);
            let Some(sign) = usize::from(filled).checked_sub(1).and_then(|at| steps.get(at)) else {
                break;
            };
            buf.set_stringn(x, area.bottom() - 1 - row, sign, 1, look.style(Role::Bar));
        }
    }
}

/// Takes `width` evenly spaced values of a longer list; repeats values of a shorter one.
pub(super) fn spread<T>(values: &[T], width: usize) -> impl Iterator<Item = &T> {
    let len = values.len();
    (0..width).filter_map(move |x| values.get(x * len / width.max(1)))
}

/// Draws a history: for each column the interval as a band and the mean as a point.
pub(super) fn history(
    buf: &mut Buffer,
    look: &Look<'_>,
    area: Rect,
    points: &[ConvergencePoint],
    signs: &Signs,
) {
    let rows = usize::from(area.height);
    let y = |p: f64| area.bottom() - 1 - cell(p, rows) as u16;
    let points = spread(points, usize::from(area.width));
    for (x, ConvergencePoint { belief, interval, .. }) in (area.x..area.right()).zip(points) {
        if let Some(interval) = interval {
            for row in y(interval.upper)..=y(interval.lower) {
                buf.set_stringn(x, row, signs.band, 1, look.style(Role::Faint));
            }
        }
        if (0.0..=1.0).contains(&belief.mean()) {
            buf.set_stringn(x, y(belief.mean()), signs.point, 1, look.style(Role::Title));
        }
    }
}

/// The labels of a vertical axis of `area`: `top` beside the first row, `bottom` beside the last.
/// Returns the room to their right.
pub(super) fn scale(
    buf: &mut Buffer,
    look: &Look<'_>,
    area: Rect,
    (top, bottom): (&str, &str),
) -> Rect {
    let width = top.len().max(bottom.len()) as u16;
    let labels = Rect { width: width.min(area.width), ..area };
    for (row, label) in [(0, top), (area.height.saturating_sub(1), bottom)] {
        Strip::new(buf, look, labels, row).number(label, width.into(), look.style(Role::Faint));
    }
    let taken = (width + 1).min(area.width);
    Rect { x: area.x + taken, width: area.width - taken, ..area }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::learning::arm::prior;
    use crate::model::learning::posterior::{Beta, Confidence, Interval};
    use crate::model::learning::view::ArmRow;

    /// An arm with the points of its distribution at 2.5, 5, 50, 95 and 97.5 %.
    fn arm(belief: Beta, [lower, low, median, high, upper]: [f64; 5]) -> Arm {
        let name = "file:workspace:a".to_owned();
        let (prior, pulls) = (prior(&name), belief.alpha + belief.beta - 2.0);
        let row = ArmRow {
            prior,
            belief,
            stored: true,
            mean: belief.mean(),
            interval: belief.is_proper().then_some(Interval { lower, upper }),
            median: Some(median),
            normal: belief.normal_interval(),
            pulls,
            evidence: (belief.alpha - 1.0, belief.beta - 1.0),
            imbalance: 0.0,
            confidence: Confidence::of(pulls),
            seed: false,
            underexplored: false,
            updated: None,
            best: None,
            traced: None,
            arm: name,
        };
        Arm { row, marks: Some((low, high)), density: Vec::new() }
    }

    fn drawn(arm: &Arm) -> String {
        let theme = crate::config::theme::Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, true);
        interval(arm, 20, Signs::of(&look)).iter().map(|(sign, _)| *sign).collect()
    }

    #[test]
    fn the_prior_alone_is_dotted_and_evidence_is_a_line_with_marks() {
        let none = arm(Beta::UNIFORM, [0.025, 0.05, 0.5, 0.95, 0.975]);
        assert_eq!(drawn(&none), ".[........^........]");
        let some = arm(Beta { alpha: 10.0, beta: 10.0 }, [0.289, 0.32, 0.49, 0.68, 0.711]);
        assert_eq!(drawn(&some), "     -[--o^--]-     ");
        let odd = arm(Beta { alpha: f64::NAN, beta: 1.0 }, [0.0; 5]);
        assert_eq!(drawn(&odd), " ".repeat(20));
    }

    #[test]
    fn lists_are_stretched_and_thinned_to_the_width() {
        let picked = |width| spread(&[1, 2, 3, 4], width).copied().collect::<Vec<_>>();
        assert_eq!(picked(2), [1, 3]);
        assert_eq!(picked(8), [1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(spread::<i32>(&[], 3).count(), 0);
    }
}
