//! The runs as the learning layer recorded them; of one session with its arms above.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::table::{Form, Table, number, words};
use super::{Scene, exact, said, session, short, took};
use crate::app::state::learning::data::Runs;
use crate::config::theme::Role;
use crate::model::learning::index::{TraceEntry, TraceIx};
use crate::model::time;
use crate::ui::strip::{Strip, centred};
use crate::ui::words::Said;
use crate::ui::{list, pane};

const GROUP: usize = 9;
const COUNT: usize = 6;
const TOOK: usize = 8;
const ARMS: usize = 7;
/// The table of exact figures.
pub(super) static NUMBERS: Form = Form {
    title: "ended",
    name: (19, 19),
    columns: &[
        words("kind", 9),
        number("tokens", 9),
        number("ms", 9),
        number("used", 5),
        number("incl.", 6),
        words("model", 18),
        words("channel", 9),
        words("provider", 11),
        words("session", 16),
    ],
};

/// Draws the runs; returns where the rows lie.
pub(super) fn draw(scene: &Scene<'_>, buf: &mut Buffer, inner: Rect) -> Rect {
    let Some(runs) = &scene.data.runs else { return scene.no_runs(buf, inner) };
    let below = session::draw(scene, buf, inner);
    let list = &scene.pane.runs;
    let len = list.lines.len();
    let rows = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
    if len == 0 {
        let lines = match (&list.like, runs.index.is_empty()) {
            (_, true) => [
                ("No runs are recorded here", Role::Title),
                ("The export or database holds posteriors only.", Role::Muted),
            ],
            (Some(_), _) => [
                ("No run is like that", Role::Title),
                ("The learning layer recorded none of it; Esc shows all runs.", Role::Muted),
            ],
            (None, _) => {
                [("No run is left by the filter", Role::Title), ("Esc takes it away.", Role::Muted)]
            }
        };
        centred(buf, scene.look, rows, &lines);
        return rows;
    }
    let table = super::table(scene.pane, rows.width);
    let mut head = Strip::new(buf, scene.look, below, 0);
    match &table {
        Some(table) => table.captions(&mut head, scene.look),
        None => captions(scene, &mut head),
    }
    list::draw(buf, scene.look, rows, (&list.list, len, scene.focused), |at, strip| {
        let Some(one) = list.lines.get(at).and_then(|ix| Some((*ix, runs.index.get(*ix)?))) else {
            return;
        };
        match &table {
            Some(table) => numbers(scene, runs, strip, (table, one)),
            None => row(scene, runs, strip, one),
        }
    });
    let top = list::top(&list.list, len, rows.height);
    pane::scrollbar(buf, scene.look, scene.whole, top, len, scene.focused);
    rows
}

fn when_width(scene: &Scene<'_>) -> usize {
    if scene.state.look.relative_times { 4 } else { 16 }
}

fn captions(scene: &Scene<'_>, strip: &mut Strip<'_>) {
    let style = scene.look.style(Role::Faint);
    strip.right_skip(1).skip(1).number("when", when_width(scene), style).skip(1);
    strip.skip(2).column("kind", GROUP, style);
    strip.number("tokens", COUNT, style).number("took", TOOK, style);
    strip.number("arms", ARMS, style).skip(1);
    if strip.room() > 44 {
        strip.column("model", 18, style).skip(1);
    }
    if strip.room() > 40 {
        strip.column("channel", 9, style).skip(1);
    }
    strip.text("session", style);
}

/// A run with its number.
type One<'a> = (TraceIx, &'a TraceEntry);

/// What kind of run it is.
fn kind(scene: &Scene<'_>, runs: &Runs, (ix, entry): One<'_>) -> Said {
    let glyphs = scene.look.glyphs;
    let passive = runs.passive().is_some_and(|start| ix.index() < start);
    let (sign, word, role) = match entry {
        _ if entry.failed => (glyphs.error, "failed", Role::Error),
        _ if entry.aborted => (glyphs.aborted, "aborted", Role::Warning),
        _ if passive => (glyphs.hollow, "passive", Role::Muted),
        _ if entry.baseline => (glyphs.half, "baseline", Role::Note),
        _ => (glyphs.full, "selected", Role::Ok),
    };
    Said { sign, word, role }
}

/// How many arms a run used, and how many it included; nothing where no run names any.
fn arms(runs: &Runs, ix: TraceIx) -> Option<(usize, usize)> {
    let arms = runs.index.arms_of(ix);
    let used = arms.iter().filter(|arm| arm.mark.is_used()).count();
    let included = arms.iter().filter(|arm| arm.mark.is_included()).count();
    (!runs.armless).then_some((used, included))
}

/// The exact figures of a run.
fn numbers(scene: &Scene<'_>, runs: &Runs, strip: &mut Strip<'_>, (table, one): (&Table, One<'_>)) {
    let look = scene.look;
    let (ix, entry) = one;
    let none = || look.glyphs.none.to_owned();
    let ended = entry.date().map_or_else(none, |ended| time::full(ended, &scene.state.zone));
    strip.column(&ended, table.name, look.style(Role::Muted));
    let figure = |value: Option<f64>| value.map_or_else(none, |value| exact(value, 0));
    let name = |id: Option<_>| id.map_or_else(none, |id| said(runs.index.names.get(id)).to_owned());
    let of_arms = arms(runs, ix);
    let counted = |count: Option<usize>| count.map_or_else(none, |count| count.to_string());
    let cells = [
        kind(scene, runs, one).word.to_owned(),
        figure(entry.tokens()),
        figure(entry.duration()),
        counted(of_arms.map(|arms| arms.0)),
        counted(of_arms.map(|arms| arms.1)),
        name(entry.model),
        name(entry.channel),
        name(entry.provider),
        name(entry.session_key.or(entry.session_id)),
    ];
    table.cells(strip, look, cells);
}

fn row(scene: &Scene<'_>, runs: &Runs, strip: &mut Strip<'_>, one: One<'_>) {
    let look = scene.look;
    let (ix, entry) = one;
    let muted = look.style(Role::Muted);
    let name = |id: Option<_>| id.map_or(look.glyphs.none, |id| said(runs.index.names.get(id)));
    strip.right_skip(1);
    strip.number(&scene.time(entry.date()), when_width(scene), muted).skip(1);
    let Said { sign, word, role } = kind(scene, runs, one);
    strip.text(sign, look.style(role)).skip(1).column(word, GROUP, look.style(role));
    let none = || look.glyphs.none.to_owned();
    let tokens = entry.tokens().map_or_else(none, short);
    let took = entry.duration().map_or_else(none, took);
    strip.number(&tokens, COUNT, look.style(Role::Text)).number(&took, TOOK, muted);
    let of_arms = arms(runs, ix).map(|(used, included)| format!("{used}/{included}"));
    strip.number(&of_arms.unwrap_or_else(none), ARMS, muted).skip(1);
    if strip.room() > 44 {
        strip.column(name(entry.model), 18, muted).skip(1);
    }
    if strip.room() > 40 {
        strip.column(name(entry.channel), 9, muted).skip(1);
    }
    strip.text(name(entry.session_key.or(entry.session_id)), look.style(Role::Text));
}
