//! A record on the whole screen, as a JSON tree or as its raw text.

use crate::model::number;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::clear;
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::bodies::BodySlot;
use crate::app::state::layer::Viewer;
use crate::config::theme::Role;
use crate::ui::detail::scrolled;
use crate::ui::pane::{self, Pane};
use crate::ui::sheet::Sheet;
use crate::ui::theme::Look;
use crate::ui::{area, json_tree, list};

pub(super) fn draw(
    state: &State,
    look: &Look<'_>,
    buf: &mut Buffer,
    (screen, viewer): (Rect, &Viewer),
    areas: &mut Areas,
) {
    let whole = Rect { height: screen.height.saturating_sub(1), ..screen };
    clear(buf, look, whole);
    let slot = state.open.as_ref().and_then(|open| open.bodies.get(viewer.record));
    let mut frame = Pane::titled(&viewer.title, true);
    if viewer.raw { "raw" } else { "JSON" }.clone_into(&mut frame.info);
    if let Some(BodySlot::Ready(body)) = slot {
        frame.note = number::bytes(body.len);
    }
    if let Some(find) = viewer.tree.as_ref().and_then(|tree| tree.find.as_ref()) {
        let at = find.at.map_or(0, |at| at + 1);
        frame.hint = format!("/{} {at}/{}", find.query.text(), find.matches.len());
    }
    let inner = frame.draw(buf, look, whole).inner;
    if let Some(tree) = viewer.tree.as_ref().filter(|_| !viewer.raw) {
        let rows = json_tree::draw(buf, look, inner, (tree, true));
        let top = list::top(&tree.list, tree.rows.len(), rows.height);
        pane::scrollbar(buf, look, whole, top, tree.rows.len(), true);
        areas.layer = area(rows);
        return;
    }
    let mut sheet = Sheet::new(look, inner.width);
    match slot {
        Some(BodySlot::Ready(body)) => {
            sheet.verbatim(&body.raw, Role::Text);
            if (body.raw.len() as u64) < body.len {
                let note = format!(
                    "(the record has {}; the pager shows all of it)",
                    number::bytes(body.len)
                );
                sheet.note(&note, Role::Warning);
            }
        }
        Some(BodySlot::Failed(why)) => sheet.note(&format!("cannot be read: {why}"), Role::Error),
        Some(BodySlot::Pending) | None => sheet.note("not loaded yet", Role::Muted),
    }
    let lines = sheet.finish();
    scrolled(buf, inner, (&lines, viewer.scroll.top));
    pane::scrollbar(buf, look, whole, viewer.scroll.top, lines.len(), true);
    areas.layer = area(inner);
    areas.layer_lines = lines.len();
}
