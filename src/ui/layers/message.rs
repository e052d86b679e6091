//! Something that must be read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{page, window};
use crate::app::state::area::Areas;
use crate::app::state::layer::Message;
use crate::config::theme::Role;
use crate::ui::theme::Look;
use crate::ui::wrap::Flow;

pub(super) fn draw(
    message: &Message,
    look: &Look<'_>,
    buf: &mut Buffer,
    screen: Rect,
    areas: &mut Areas,
) {
    let width = 68.min(screen.width.saturating_sub(2));
    let mut flow = Flow::new(usize::from(width.saturating_sub(4)));
    for paragraph in &message.text {
        flow.blank();
        flow.text(paragraph, look.style(Role::Text));
    }
    let lines = flow.finish();
    let height = (lines.len() as u16).saturating_add(4);
    let whole = window(buf, look, screen, (width, height));
    let (sign, word, _) = crate::ui::main_pane::severity(message.severity, look);
    let title = format!("{sign} {word}: {}", message.title);
    page(look, buf, (whole, &title), (&lines, 0), areas);
}
