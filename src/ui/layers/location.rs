//! Which state is read, and why that one.

use crate::model::number;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{page, window};
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::list::Scroll;
use crate::config::theme::Role;
use crate::ui::sheet::Sheet;
use crate::ui::theme::Look;

pub(super) fn draw(
    state: &State,
    look: &Look<'_>,
    buf: &mut Buffer,
    (screen, scroll): (Rect, &Scroll),
    areas: &mut Areas,
) {
    let width = 84.min(screen.width.saturating_sub(2));
    let lines = sheet(state, look, width.saturating_sub(4)).finish();
    let height = (lines.len() as u16).saturating_add(4).min(screen.height.saturating_sub(4));
    let whole = window(buf, look, screen, (width, height));
    page(look, buf, (whole, "Which state is read"), (&lines, scroll.top), areas);
}

fn sheet<'l>(state: &State, look: &'l Look<'l>, width: u16) -> Sheet<'l> {
    let place = &state.place;
    let mut sheet = Sheet::new(look, width);
    sheet.field("state", &place.label, Role::Title);
    sheet.field("chosen by", place.chosen_by, Role::Text);
    sheet.field("config", place.config.as_deref().unwrap_or("none was found"), Role::Text);
    sheet.field("store", place.store.as_deref().unwrap_or(""), Role::Text);
    sheet.field("trajectory", place.trajectory_dir.as_deref().unwrap_or(""), Role::Text);
    sheet.field("agents", &number::grouped(state.catalogue.agents.len() as u64), Role::Text);
    sheet.field("sessions", &number::grouped(state.catalogue.rows.len() as u64), Role::Text);
    sheet.heading("sources", "with the sessions that each gave");
    for source in &state.catalogue.sources {
        let what = format!("{}  {}", source.agent, place.shown(&source.path));
        sheet.field(&number::grouped(source.sessions as u64), &what, Role::Text);
    }
    if state.catalogue.sources.is_empty() {
        sheet.note("none: this state holds no index, database or transcript", Role::Faint);
    }
    sheet
}
