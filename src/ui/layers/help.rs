//! All keys, grouped by where they work; made from the key table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::window;
use crate::app::keymap::Context;
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::list::Scroll;
use crate::app::update::pane_context;
use crate::config::theme::Role;
use crate::model::text::pad;
use crate::ui::area;
use crate::ui::detail::scrolled;
use crate::ui::pane::{self, Pane};
use crate::ui::theme::Look;
use crate::ui::wrap::Flow;

const ORDER: [Context; 17] = [
    Context::Panes,
    Context::Sessions,
    Context::Transcript,
    Context::Timeline,
    Context::Tools,
    Context::Runs,
    Context::Diagnostics,
    Context::Learning,
    Context::LearningArms,
    Context::LearningArm,
    Context::LearningRuns,
    Context::LearningCharts,
    Context::Detail,
    Context::Viewer,
    Context::Preview,
    Context::Palette,
    Context::Reader,
];
/// Columns of the keys.
const KEYS: usize = 16;

pub(super) fn draw(
    state: &State,
    look: &Look<'_>,
    buf: &mut Buffer,
    (screen, scroll): (Rect, &Scroll),
    areas: &mut Areas,
) {
    let whole = window(buf, look, screen, (76, screen.height.saturating_sub(4)));
    let mut frame = Pane::titled("Keys", true);
    "Esc closes".clone_into(&mut frame.note);
    let inner = frame.draw(buf, look, whole).inner;
    let lines = lines(state, look, usize::from(inner.width));
    scrolled(buf, inner, (&lines, scroll.top));
    pane::scrollbar(buf, look, whole, scroll.top, lines.len(), true);
    areas.layer = area(inner);
    areas.layer_lines = lines.len();
}

fn lines(state: &State, look: &Look<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    // What works in the pane below comes first.
    let here: Vec<Context> = pane_context(state).outwards().collect();
    // The preview covers all panes, so what works in them is of no use there.
    let covers = |place: &Context| matches!(place, Context::Palette | Context::Reader);
    let in_preview = here.contains(&Context::Preview);
    let others =
        ORDER.into_iter().filter(|place| !here.contains(place) && (!in_preview || covers(place)));
    for place in here.iter().copied().chain(others) {
        let bound = state.keymap.bindings().iter();
        let shown: Vec<_> = bound
            .filter(|bound| bound.binding.contexts.contains(&place) && !bound.keys.is_empty())
            .collect();
        if shown.is_empty() {
            continue;
        }
        lines.push(Line::styled(format!(" {}", place.title()), look.style(Role::Heading)));
        for bound in shown {
            let keys: Vec<String> = bound.keys.iter().map(ToString::to_string).collect();
            let keys = format!("   {}", pad(&keys.join(" "), KEYS));
            let mut flow = Flow::new(width);
            flow.set_prefix(vec![Span::raw(" ".repeat(KEYS + 3))]);
            flow.set_first(vec![Span::styled(keys, look.style(Role::Key))]);
            flow.text(bound.binding.help, look.style(Role::Text));
            lines.extend(flow.finish());
        }
        lines.push(Line::default());
    }
    lines
}
