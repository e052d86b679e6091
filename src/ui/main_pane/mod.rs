//! The pane in the middle: the open session under its tabs.

mod diagnostics;
mod runs;
mod timeline;
mod tools;
mod transcript;

use crate::model::number;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::{self, Pane};
use super::strip::{Strip, bound, centred, cut};
use super::theme::Look;
use super::{area, highlight, learning, list};
use crate::app::state::area::Areas;
use crate::app::state::bodies::{BodyKey, BodySlot};
use crate::app::state::index::SessionIndex;
use crate::app::state::list::ListState;
use crate::app::state::open::OpenSession;
use crate::app::state::{Focus, State, Tab};
use crate::config::theme::Role;
use crate::js::value::Value;
use crate::model::body;
use crate::model::text::columns;

pub(super) use diagnostics::severity;

/// A pane that is being drawn: what all tabs need.
struct Canvas<'a> {
    state: &'a State,
    look: &'a Look<'a>,
    area: Rect,
    focused: bool,
}

/// What a tab says in its frame, and whether it has a list.
#[derive(Default)]
struct Frame {
    note: String,
    hint: String,
}

/// Draws the pane and notes where its tabs and rows lie.
pub fn draw(state: &State, look: &Look<'_>, buf: &mut Buffer, whole: Rect, areas: &mut Areas) {
    let focused = state.focus == Focus::Main;
    let canvas = Canvas { state, look, area: whole, focused };
    let said = canvas.frame();
    let titles = canvas.titles();
    let pane = Pane {
        titles: titles
            .iter()
            .zip(Tab::ALL)
            .map(|(title, tab)| (&**title, tab == state.tab))
            .collect(),
        info: canvas.session_name(),
        note: said.note,
        hint: said.hint,
        focused,
    };
    let framed = pane.draw(buf, look, whole);
    areas.tabs = Tab::ALL.into_iter().zip(framed.titles.iter().map(|place| area(*place))).collect();
    let rows = canvas.body(buf, framed.inner);
    areas.main = area(rows);
    if state.tab == Tab::Learning {
        areas.shift_limit = learning::shift_limit(state, framed.inner.width);
    }
    if let Some(find) = state.find.as_ref().filter(|find| find.tab == state.tab) {
        highlight::matches(buf, rows, look.style(Role::Match), |row| {
            find.query.ranges(row).collect()
        });
    }
}

impl<'a> Canvas<'a> {
    /// The titles of all tabs, as long as they can be side by side: first all get a short name, then
    /// the open one its own and the others theirs. No tab ever goes missing.
    fn titles(&self) -> Vec<String> {
        const ORDER: [Tab; 6] = [
            Tab::Runs,
            Tab::Tools,
            Tab::Timeline,
            Tab::Transcript,
            Tab::Learning,
            Tab::Diagnostics,
        ];
        let digit = |tab: Tab| tab.position() + 1;
        let mut titles: Vec<String> = Tab::ALL.iter().map(|tab| digit(*tab).to_string()).collect();
        let order = || std::iter::once(self.state.tab).chain(ORDER);
        let longer = order().map(|tab| (tab, short(tab)));
        for (tab, name) in longer.chain(order().map(|tab| (tab, tab.title()))) {
            let Some(place) = titles.get_mut(tab.position()) else { continue };
            let before = std::mem::replace(place, format!("{} {name}", digit(tab)));
            // Bars stand between them, and a blank before the first.
            let needed: usize = titles.iter().map(|title| columns(title) + 1).sum();
            if needed + 2 > usize::from(self.area.width)
                && let Some(place) = titles.get_mut(tab.position())
            {
                *place = before;
            }
        }
        titles
    }

    fn session_name(&self) -> String {
        let Some(open) = &self.state.open else { return String::new() };
        if self.area.width < 84 {
            return String::new();
        }
        cut(open.row.short_name(), 24, self.look.glyphs).into_owned()
    }

    fn frame(&self) -> Frame {
        if self.state.tab == Tab::Diagnostics {
            return diagnostics::frame(self);
        }
        if self.state.tab == Tab::Learning {
            let (note, hint) = learning::frame(self.state, self.look, self.area.width);
            return Frame { note, hint };
        }
        let Some((open, index)) = self.index() else { return Frame::default() };
        match self.state.tab {
            Tab::Transcript => transcript::frame(self, open, index),
            Tab::Timeline => timeline::frame(self, open, index),
            Tab::Tools => tools::frame(self, open, index),
            Tab::Runs => runs::frame(open, index),
            Tab::Diagnostics | Tab::Learning => Frame::default(),
        }
    }

    fn index(&self) -> Option<(&'a OpenSession, &'a SessionIndex)> {
        let open = self.state.open.as_ref()?;
        Some((open, open.index.as_deref()?))
    }

    /// Draws what lies inside the frame; returns where its rows lie.
    fn body(&self, buf: &mut Buffer, inner: Rect) -> Rect {
        if self.state.tab == Tab::Diagnostics {
            return diagnostics::draw(self, buf, inner);
        }
        if self.state.tab == Tab::Learning {
            return learning::draw(self.state, self.look, buf, (self.area, inner));
        }
        let Some(open) = self.state.open.as_ref().or(self.state.coming.as_ref()) else {
            self.nothing_open(buf, inner);
            return inner;
        };
        if let Some(why) = &open.failed {
            self.failed(buf, inner, why);
            return inner;
        }
        let Some(index) = open.index.as_deref() else {
            self.loading(buf, inner);
            return inner;
        };
        match self.state.tab {
            Tab::Transcript => transcript::draw(self, (open, index), buf, inner),
            Tab::Timeline => timeline::draw(self, (open, index), buf, inner),
            Tab::Tools => tools::draw(self, (open, index), buf, inner),
            Tab::Runs => runs::draw(self, (open, index), buf, inner),
            Tab::Diagnostics | Tab::Learning => inner,
        }
    }

    /// The rows below a line of captions.
    fn below_captions(inner: Rect) -> Rect {
        Rect::new(inner.x, inner.y + 1, inner.width, inner.height.saturating_sub(1))
    }

    /// Draws the rows of a list and, beside them, the thumb that tells where in it they are.
    fn rows(
        &self,
        buf: &mut Buffer,
        rows: Rect,
        (list, len): (&ListState, usize),
        row: impl FnMut(usize, &mut Strip<'_>),
    ) {
        list::draw(buf, self.look, rows, (list, len, self.focused), row);
        let top = list::top(list, len, rows.height);
        // A frame around the rows alone: captions above them do not scroll.
        let beside = Rect {
            y: rows.y.saturating_sub(1),
            height: rows.height.saturating_add(2),
            ..self.area
        };
        pane::scrollbar(buf, self.look, beside, top, len, self.focused);
    }

    fn nothing_open(&self, buf: &mut Buffer, inner: Rect) {
        let lines: &[(&str, Role)] = if self.state.jobs.catalogue {
            &[
                ("Reading sessions", Role::Title),
                ("They appear on the left as they are found.", Role::Muted),
            ]
        } else if self.state.catalogue.rows.is_empty() {
            &[
                ("No session to show", Role::Title),
                ("", Role::Text),
                ("No session was found in the state that was chosen.", Role::Muted),
                ("Name another one: clawscope PATH, or try clawscope --demo.", Role::Muted),
            ]
        } else {
            &[
                ("No session is open", Role::Title),
                ("", Role::Text),
                ("Select one on the left and press Enter.", Role::Muted),
            ]
        };
        centred(buf, self.look, inner, lines);
    }

    fn failed(&self, buf: &mut Buffer, inner: Rect, why: &str) {
        let mut flow = super::wrap::Flow::new(usize::from(inner.width.saturating_sub(4)).max(8));
        flow.text(why, self.look.style(Role::Text));
        centred(buf, self.look, inner, &[("This session cannot be shown", Role::Error)]);
        let top = inner.y + inner.height.saturating_sub(1) / 3 + 2;
        for (row, line) in flow.finish().iter().enumerate() {
            let y = top.saturating_add(row as u16);
            if y < inner.bottom() {
                buf.set_line(inner.x + 2, y, line, inner.width.saturating_sub(4));
            }
        }
    }

    fn loading(&self, buf: &mut Buffer, inner: Rect) {
        let progress = self.state.jobs.opening.unwrap_or_default();
        let how_far = if progress.total > 0 {
            format!("{} of {}", number::bytes(progress.read), number::bytes(progress.total))
        } else {
            String::new()
        };
        centred(
            buf,
            self.look,
            inner,
            &[
                ("Reading the session", Role::Title),
                (&how_far, Role::Muted),
                ("Esc stops", Role::Muted),
            ],
        );
    }

    /// Says in the middle why a list is empty.
    fn empty(&self, buf: &mut Buffer, inner: Rect, title: &str, lines: &[&str]) {
        let mut all = vec![(title, Role::Title), ("", Role::Text)];
        all.extend(lines.iter().map(|line| (*line, Role::Muted)));
        centred(buf, self.look, inner, &all);
    }
}

/// What a tab is called where room is short.
fn short(tab: Tab) -> &'static str {
    match tab {
        Tab::Transcript => "Text",
        Tab::Timeline => "Time",
        Tab::Tools => "Tool",
        Tab::Runs => "Run",
        Tab::Diagnostics => "Diag",
        Tab::Learning => "Learn",
    }
}

/// Characters of a preview: no screen shows more.
const PREVIEW: usize = 240;

/// A transcript record in one line; of a result that begins with a lone bracket all lines as one.
fn brief(record: &Value) -> String {
    let line = body::preview(record, PREVIEW);
    if line.len() > 2 {
        return line;
    }
    let Some(text) = body::result_text(record) else { return line };
    let head = text.get(..bound(&text, 4 * PREVIEW)).unwrap_or("");
    head.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A record's text as a function of its body says it, or why there is none.
fn preview(
    open: &OpenSession,
    look: &Look<'_>,
    key: BodyKey,
    show: impl FnOnce(&Value) -> String,
) -> (String, Role) {
    match open.bodies.get(key) {
        Some(BodySlot::Ready(body)) if body.cut => {
            (format!("too large to show here ({})", number::bytes(body.len)), Role::Warning)
        }
        Some(BodySlot::Ready(body)) => (show(&body.value), Role::Text),
        Some(BodySlot::Failed(why)) => (format!("cannot be read: {why}"), Role::Error),
        Some(BodySlot::Pending) | None => (look.glyphs.ellipsis.to_owned(), Role::Faint),
    }
}
