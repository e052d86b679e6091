//! All commands with their keys, picked by a few letters.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::window;
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::layer::Palette;
use crate::app::update::pane_context;
use crate::config::theme::Role;
use crate::ui::chrome::input;
use crate::ui::pane::{self, Pane};
use crate::ui::strip::{Strip, centred};
use crate::ui::theme::Look;
use crate::ui::{area, list};

pub(super) fn draw(
    state: &State,
    look: &Look<'_>,
    buf: &mut Buffer,
    (screen, palette): (Rect, &Palette),
    areas: &mut Areas,
) {
    let whole = window(buf, look, screen, (72, 20));
    let mut frame = Pane::titled("Commands", true);
    frame.info = palette.items.len().to_string();
    "Enter does it, Esc closes".clone_into(&mut frame.note);
    let inner = frame.draw(buf, look, whole).inner;
    let mut strip = Strip::new(buf, look, inner, 0);
    strip.text(" : ", look.style(Role::Key));
    input(&mut strip, look, palette.input.text(), palette.input.cursor());
    let rows = Rect::new(inner.x, inner.y + 2, inner.width, inner.height.saturating_sub(2));
    areas.layer = area(rows);
    if palette.items.is_empty() {
        return centred(buf, look, rows, &[("No command fits these letters", Role::Muted)]);
    }
    let context = pane_context(state);
    list::draw(buf, look, rows, (&palette.list, palette.items.len(), true), |at, strip| {
        let Some(item) = palette.items.get(at) else { return };
        let key = state.keymap.key_for(context, item.action);
        let key = key.map(|key| key.to_string()).unwrap_or_default();
        strip.right_skip(1).right(&key, 20, look.style(Role::Key)).right_skip(2);
        strip.skip(1).marked(
            item.help,
            &item.matched,
            look.style(Role::Text),
            look.style(Role::Match),
        );
    });
    let framed = Rect { y: inner.y + 1, height: whole.height.saturating_sub(2), ..whole };
    let top = list::top(&palette.list, palette.items.len(), rows.height);
    pane::scrollbar(buf, look, framed, top, palette.items.len(), true);
}
