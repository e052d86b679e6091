//! What recent runs did with each arm: arms downwards, runs to the right, the newest last.
//!
//! Absent and excluded are different signs: a tool that selection left out is not in the trace at
//! all, a skill or file that it left out is labelled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::table::{Form, Table, number as figures};
use super::{Scene, label};
use crate::app::state::learning::data::{Arm, Runs};
use crate::config::theme::Role;
use crate::model::learning::index::TraceIx;
use crate::model::learning::trace::Mark;
use crate::model::learning::view::ArmUse;
use crate::model::number;
use crate::model::text::columns;
use crate::ui::strip::{Strip, plain};
use crate::ui::{list, pane};

const NAME: usize = 18;

/// How many runs have each mark.
pub(super) static NUMBERS: Form = Form {
    title: "arm",
    name: (14, 28),
    columns: &[
        figures("used", 6),
        figures("unused", 7),
        figures("excl.", 6),
        figures("odd", 5),
        figures("absent", 8),
    ],
};

/// Draws the map; returns where the rows lie.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let Some(runs) = scene.data.runs.as_ref().filter(|runs| !runs.index.is_empty()) else {
        return scene.no_runs(buf, inner);
    };
    if runs.armless {
        return scene.no_arms(buf, inner);
    }
    let look = scene.look;
    legend(scene, &mut Strip::new(buf, look, inner, 0));
    let rows = Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner };
    let width = usize::from(inner.width).saturating_sub(NAME + 2);
    let columns = Columns::new(runs.index.len(), scene.pane.column, width);
    let table = super::table(scene.pane, inner.width);
    match &table {
        Some(table) => table.captions(&mut Strip::new(buf, look, inner, 1), look),
        None => cursor_line(scene, buf, inner, runs, &columns),
    }
    let arms = &scene.pane.arms;
    let len = arms.lines.len();
    list::draw(buf, look, rows, (&arms.list, len, scene.focused), |at, strip| {
        let Some(arm) = arms.lines.get(at).and_then(|at| scene.data.arms.get(*at)) else { return };
        let label = label(&arm.row);
        let style = look.style(Role::Tool);
        if let Some(table) = &table {
            strip.column(label, table.name, style);
            numbers(scene, strip, runs, (arm, table));
        } else {
            strip.column(label, NAME - 1, style).skip(1);
            cells(scene, strip, runs, (arm, &columns));
        }
    });
    let top = list::top(&arms.list, len, rows.height);
    pane::scrollbar(buf, look, scene.whole, top, len, scene.focused);
    rows
}

/// Which runs are in view.
struct Columns {
    first: usize,
    end: usize,
    cursor: usize,
}

impl Columns {
    /// The newest runs; older ones when the cursor, so many runs before the newest, is among them.
    fn new(runs: usize, back: usize, width: usize) -> Self {
        let width = width.max(1);
        let cursor = runs.saturating_sub(1).saturating_sub(back);
        let end = (cursor + width).min(runs);
        let end = if runs - cursor <= width {
            runs
        } else {
            end.saturating_sub(width / 2).max(cursor + 1)
        };
        Self { first: end.saturating_sub(width), end, cursor }
    }

    fn runs(&self) -> impl Iterator<Item = TraceIx> + use<> {
        (self.first..self.end).map(|at| TraceIx(at as u32))
    }
}

fn legend(scene: &Scene<'_>, strip: &mut Strip<'_>) {
    strip.skip(1);
    let words = Mark::ALL.map(|mark| match mark {
        Mark::ExcludedUsed => "excl.+used",
        mark => mark.word(),
    });
    // All five signs are explained, on a narrow screen with less room between them.
    let gap = if strip.room() >= words.iter().map(|word| columns(word) + 4).sum() { 2 } else { 1 };
    let short = words.iter().map(|word| columns(word) + 3).sum::<usize>() > strip.room();
    for (mark, word) in Mark::ALL.into_iter().zip(words) {
        let (sign, role) = scene.signs().mark(mark);
        let word = match mark {
            Mark::Excluded if short => "excl.",
            Mark::ExcludedUsed if short => "excl.,used",
            _ => word,
        };
        strip.text(sign, scene.look.style(role)).skip(usize::from(!short));
        strip.text(word, scene.look.style(Role::Faint)).skip(gap);
    }
}

/// The run under the cursor, and where the cursor stands.
fn cursor_line(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect, runs: &Runs, columns: &Columns) {
    let ix = TraceIx(columns.cursor as u32);
    let Some(entry) = runs.index.get(ix) else { return };
    let session = entry.session_key.or(entry.session_id);
    let session = session.map(|name| runs.index.names.get(name)).unwrap_or_default();
    let text = format!(
        "run {} of {} · {} · {session}",
        number::grouped(columns.cursor as u64 + 1),
        number::grouped(runs.index.len() as u64),
        scene.time(entry.date())
    );
    let look = scene.look;
    let x = inner.x + (1 + NAME + columns.cursor.saturating_sub(columns.first)) as u16;
    let line = Rect { y: inner.y + 1, height: 1, ..inner };
    let mark = Rect { x, width: 1, ..line };
    Strip::new(buf, look, mark, 0).text(look.glyphs.down, scene.cursor());
    // The words stand on the side of the mark that has more room.
    let left = Rect { x: line.x + 1, width: x.saturating_sub(line.x + 2), ..line };
    let right = Rect { x: x + 2, width: line.right().saturating_sub(x + 3), ..line };
    let place = if left.width >= right.width { left } else { right };
    let text = plain(&text, look.glyphs);
    Strip::new(buf, look, place, 0).text(&text, look.style(Role::Faint));
}

fn cells(scene: &Scene<'_>, strip: &mut Strip<'_>, runs: &Runs, (arm, columns): (&Arm, &Columns)) {
    let number = runs.index.arms.find(&arm.row.arm);
    for ix in columns.runs() {
        let mark = number.map_or(Mark::Absent, |arm| runs.index.mark(ix, arm));
        let (sign, role) = scene.signs().mark(mark);
        let style = scene.look.style(role);
        let here = ix.index() == columns.cursor;
        let style = if here { style.patch(scene.look.style(Role::Match)) } else { style };
        strip.text(sign, style);
    }
}

/// How many of all runs did what with the arm.
fn numbers(scene: &Scene<'_>, strip: &mut Strip<'_>, runs: &Runs, (arm, table): (&Arm, &Table)) {
    let Some(traced) = arm.row.traced else { return };
    let ArmUse { used, unused, excluded, contradictions, .. } = traced;
    let named = used + unused + excluded;
    let absent = (runs.index.len() as u64).saturating_sub(named.saturating_sub(traced.repeats));
    let counts = [used, unused, excluded.saturating_sub(contradictions), contradictions, absent];
    table.cells(strip, scene.look, counts.map(number::grouped));
}
