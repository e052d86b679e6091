//! The detail pane: the selected thing in full.
//!
//! Formatted text, the record as a JSON tree, or its raw text. A text is laid out anew for every
//! frame, so it is bounded: what lies beyond the bound is said, and the viewer and the pager show
//! it.

mod entry;
mod event;
mod run;
mod session;
mod tool;

use crate::model::number;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::pane::{self, Pane};
use super::sheet::Sheet;
use super::strip::centred;
use super::theme::Look;
use super::{area, highlight, json_tree};
use crate::app::state::area::Areas;
use crate::app::state::bodies::{Body, BodyKey, BodySlot};
use crate::app::state::detail::{DetailMode, Subject};
use crate::app::state::index::SessionIndex;
use crate::app::state::open::OpenSession;
use crate::app::state::sessions::SessionLine;
use crate::app::state::{Focus, State, Tab};
use crate::config::theme::Role;
use crate::model::diagnostic::Diagnostic;

/// Draws the pane and notes where its text lies and how long it is.
pub fn draw(state: &State, look: &Look<'_>, buf: &mut Buffer, whole: Rect, areas: &mut Areas) {
    let focused = state.focus == Focus::Detail;
    let mut frame = Pane::titled("Detail", focused);
    let mode = state.detail.mode;
    let parts = state.detail.records.len();
    if mode != DetailMode::Formatted {
        mode.word().clone_into(&mut frame.info);
        if parts > 1 {
            frame.info =
                format!("{} {}/{parts}", mode.word(), state.detail.part.min(parts - 1) + 1);
        }
    }
    if let Some(body) = shown_body(state) {
        frame.note = number::bytes(body.len);
    }
    let inner = frame.draw(buf, look, whole).inner;
    areas.detail = area(inner);
    let Some(subject) = state.detail.subject else {
        let [title, text] = match state.tab {
            Tab::Learning => super::learning::detail::nothing(state),
            _ => ["Nothing is selected", "Move to a row to see it here."],
        };
        return centred(buf, look, inner, &[(title, Role::Title), (text, Role::Muted)]);
    };
    let tree = state.detail.tree.as_ref().filter(|_| mode == DetailMode::Tree);
    if let Some(tree) = tree {
        let rows = json_tree::draw(buf, look, inner, (tree, focused));
        areas.detail = area(rows);
        let top = super::list::top(&tree.list, tree.rows.len(), rows.height);
        return pane::scrollbar(buf, look, whole, top, tree.rows.len(), focused);
    }
    // One column of air on each side keeps prose readable beside the border.
    let text = Rect::new(inner.x + 1, inner.y, inner.width.saturating_sub(2), inner.height);
    let lines = match mode {
        DetailMode::Formatted => formatted(state, look, subject, text.width),
        DetailMode::Tree | DetailMode::Raw => raw(state, look, text.width),
    };
    areas.detail_lines = lines.len();
    scrolled(buf, text, (&lines, state.detail.scroll.top));
    if let Some(find) = state.find.as_ref().filter(|find| find.tab == state.tab) {
        let style = look.style(Role::Match);
        highlight::matches(buf, text, style, |row| find.query.ranges(row).collect());
    }
    let top = state.detail.scroll.top.min(lines.len().saturating_sub(usize::from(text.height)));
    pane::scrollbar(buf, look, whole, top, lines.len(), focused);
}

/// Draws the lines of a text from `top` on, never beyond its end.
pub fn scrolled(buf: &mut Buffer, area: Rect, (lines, top): (&[Line<'_>], usize)) {
    let top = top.min(lines.len().saturating_sub(usize::from(area.height)));
    for (row, line) in lines.iter().skip(top).take(usize::from(area.height)).enumerate() {
        buf.set_line(area.x, area.y + row as u16, line, area.width);
    }
}

fn shown_body(state: &State) -> Option<&Body> {
    let key = state.detail.record()?;
    state.open.as_ref()?.bodies.ready(key).map(|body| &**body)
}

/// What a part of the detail is written from.
struct Detail<'a> {
    state: &'a State,
    open: &'a OpenSession,
    index: &'a SessionIndex,
}

fn formatted(state: &State, look: &Look<'_>, subject: Subject, width: u16) -> Vec<Line<'static>> {
    let mut sheet = Sheet::new(look, width);
    match subject {
        Subject::Session(row) => {
            if let Some(row) = state.catalogue.rows.get(row) {
                session::session(&mut sheet, state, row);
            }
        }
        Subject::Agent(line) => {
            if let Some(SessionLine::Agent { agent, totals, .. }) = state.sessions.lines.get(line) {
                session::agent(&mut sheet, state, agent, totals);
            }
        }
        Subject::Diagnostic(at) => {
            if let Some(diagnostic) = state.all_diagnostics().nth(at) {
                self::diagnostic(&mut sheet, state, diagnostic);
            }
        }
        Subject::Arm(at) => super::learning::detail::arm(&mut sheet, state, at),
        Subject::Trace(ix) => super::learning::detail::trace(&mut sheet, state, ix),
        Subject::Chart(bar) => super::learning::detail::bar(&mut sheet, state, bar),
        in_session => {
            let open = state.open.as_ref();
            if let Some((open, index)) = open.and_then(|open| Some((open, open.index.as_deref()?)))
            {
                let detail = Detail { state, open, index };
                match in_session {
                    Subject::Entry(entry) => detail.entry(&mut sheet, entry),
                    Subject::Branch(head) => detail.branch(&mut sheet, head),
                    Subject::Event(event) => detail.event(&mut sheet, event),
                    Subject::Call(call) => detail.call(&mut sheet, call),
                    Subject::Tool(total) => detail.tool(&mut sheet, total),
                    Subject::Run(run) => detail.run(&mut sheet, run),
                    _ => {}
                }
            }
        }
    }
    sheet.finish()
}

fn raw(state: &State, look: &Look<'_>, width: u16) -> Vec<Line<'static>> {
    let mut sheet = Sheet::new(look, width);
    let slot = state.detail.record().and_then(|key| state.open.as_ref()?.bodies.get(key));
    match slot {
        Some(BodySlot::Ready(body)) => {
            sheet.verbatim(&body.raw, Role::Text);
            if (body.raw.len() as u64) < body.len {
                let note = format!("(the record has {})", number::bytes(body.len));
                sheet.note(&note, Role::Warning);
            }
        }
        Some(BodySlot::Failed(why)) => sheet.note(&format!("cannot be read: {why}"), Role::Error),
        Some(BodySlot::Pending) => sheet.note("not loaded yet", Role::Muted),
        None => sheet.note("This has no record of its own: see it as text.", Role::Muted),
    }
    sheet.finish()
}

impl Detail<'_> {
    /// A record's body, after saying why when it is not here.
    fn body(&self, sheet: &mut Sheet<'_>, key: BodyKey) -> Option<&Body> {
        match self.open.bodies.get(key) {
            Some(BodySlot::Ready(body)) if body.cut => {
                sheet.blank();
                let note = format!(
                    "This record has {}: too large to take apart here. The raw view shows its beginning, the pager and the editor all of it.",
                    number::bytes(body.len)
                );
                sheet.note(&note, Role::Warning);
                None
            }
            Some(BodySlot::Ready(body)) => Some(body),
            Some(BodySlot::Failed(why)) => {
                sheet.blank();
                sheet.note(&format!("cannot be read: {why}"), Role::Error);
                None
            }
            Some(BodySlot::Pending) | None => {
                sheet.blank();
                sheet.note("not loaded yet", Role::Muted);
                None
            }
        }
    }
}

fn diagnostic(sheet: &mut Sheet<'_>, state: &State, diagnostic: &Diagnostic) {
    let (sign, word, role) = super::main_pane::severity(diagnostic.severity, sheet.look);
    sheet.title(super::words::Said { sign, word, role }, diagnostic.code);
    sheet.blank();
    sheet.prose(&diagnostic.message, Role::Text);
    sheet.blank();
    sheet.field("file", &state.place.shown(&diagnostic.place.path), Role::Text);
    if let Some(row) = diagnostic.place.row {
        sheet.field("place", &row.to_string(), Role::Text);
    }
}
