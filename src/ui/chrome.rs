//! The first and the last line of the screen.
//!
//! ```text
//!  clawscope  ~/.openclaw · 7 agents · 214 sessions · 3 sources      demo data   2 notices   ? help
//!  …
//!  ↑↓ move  ←→ fold  [ ] sibling branch  e/E error  / find                           10:31 UTC
//! ```

use crate::model::{number, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::strip::{Strip, plain};
use super::theme::Look;
use super::wrap::Flow;
use crate::app::action::Action;
use crate::app::keymap::Bound;
use crate::app::state::State;
use crate::app::state::layer::{Layer, Prompt, PromptKind};
use crate::app::update::context;
use crate::config::theme::Role;
use crate::model::text::columns;

/// Rows that a message may take.
const MOST_STATUS: u16 = 5;
/// What the header says of the demo.
const DEMO: &str = " demo data ";

/// Draws the header line.
pub fn header(state: &State, look: &Look<'_>, buf: &mut Buffer, area: Rect) {
    let mut strip = Strip::new(buf, look, area, 0);
    let muted = look.style(Role::Muted);
    let demo = state.place.demo && !state.place.demo_fallback;
    // That the data are made up must be seen on any screen; it keeps its room before all figures.
    let kept = if demo { columns(DEMO) + 3 } else { 0 };
    strip.right_skip(1).right("help", 30 + kept, muted).right_skip(1);
    strip.right("?", 30 + kept, look.style(Role::Key)).right_skip(3);
    let notices = state.diagnostics_len();
    if notices > 0 {
        strip.right(&number::counted(notices, "notice"), 40 + kept, look.style(Role::Warning));
        strip.right_skip(3);
    }
    if demo {
        strip.right(DEMO, 11, look.style(Role::Banner)).right_skip(3);
    }
    if let Some(text) = busy(state) {
        strip.right(&text, 40, look.style(Role::Note)).right_skip(3);
    }
    strip.skip(1).text("clawscope", look.style(Role::Brand)).skip(2);
    let dot = format!(" {} ", look.glyphs.dot);
    let parts = [
        number::counted(state.catalogue.agents.len(), "agent"),
        number::counted(state.catalogue.rows.len(), "session"),
        number::counted(state.catalogue.sources.len(), "source"),
    ];
    strip.text(&state.place.label, look.style(Role::Title));
    for part in parts {
        if strip.room() > columns(&part) + columns(&dot) {
            strip.text(&dot, look.style(Role::Faint)).text(&part, muted);
        }
    }
}

/// What workers are busy with.
fn busy(state: &State) -> Option<String> {
    let jobs = state.jobs;
    if let Some(progress) = jobs.opening.filter(|progress| !progress.done) {
        if progress.total == 0 {
            return Some("reading, Esc stops".to_owned());
        }
        let share = number::percent(progress.read as f64 / progress.total as f64);
        return Some(format!("reading {share} of {}, Esc stops", number::bytes(progress.total)));
    }
    if jobs.catalogue {
        return Some("looking for sessions".to_owned());
    }
    if state.learning.loading {
        return Some(match state.learning.progress.filter(|progress| progress.total > 0) {
            Some(progress) => format!(
                "reading {} of {}, Esc stops",
                number::percent(progress.read as f64 / progress.total as f64),
                number::counted(progress.total as usize, "run")
            ),
            None => "reading learning data, Esc stops".to_owned(),
        });
    }
    let (left, all) = jobs.deepening?;
    Some(format!("counting {}/{all}", all.saturating_sub(left)))
}

/// Draws the line that says what the demo is, when nobody asked for it.
pub fn banner(state: &State, look: &Look<'_>, buf: &mut Buffer, area: Rect) {
    let mut strip = Strip::new(buf, look, area, 0);
    let style = look.style(Role::Banner);
    let text = if state.place.demo_fallback && state.learning.is_named() {
        "The learning data are those you named; the sessions are a made-up demo"
    } else if state.place.demo_fallback {
        "A made-up demo: no OpenClaw state was found. Open yours with clawscope PATH"
    } else {
        "This is the made-up state that --demo asks for"
    };
    strip.skip(1).text(text, style);
    strip.paint(style);
}

/// Draws the last line: a prompt, a message, or the keys that work here.
pub fn footer(state: &State, look: &Look<'_>, buf: &mut Buffer, area: Rect) {
    if let Some(Layer::Prompt(one)) =
        state.layers.iter().rev().find(|l| matches!(l, Layer::Prompt(_)))
    {
        return prompt(state, one, look, buf, area);
    }
    let mut strip = Strip::new(buf, look, area, 0);
    strip.skip(1).right_skip(1);
    let clock = time::clock_zone(state.now, &state.zone);
    strip.right(&clock, 20, look.style(Role::Faint)).right_skip(2);
    if let Some(find) = state.find.as_ref().filter(|find| find.tab == state.tab) {
        let count = find.count();
        let text = format!("/{} {}", find.query.text(), plain(&count, look.glyphs));
        strip.right(&text, 24, look.style(Role::Note)).right_skip(2);
    }
    if let Some(status) = &state.status {
        let (sign, _, role) = super::main_pane::severity(status.severity, look);
        if columns(&status.text) + 2 > strip.room() {
            return long_status(&format!("{sign} {}", status.text), look, buf, (area, role));
        }
        strip.text(sign, look.style(role)).skip(1);
        strip.text(&plain(&status.text, look.glyphs), look.style(role));
        return;
    }
    keys(state, look, &mut strip);
}

/// Draws a message that one line cannot hold, as far up as it takes.
fn long_status(text: &str, look: &Look<'_>, buf: &mut Buffer, (area, role): (Rect, Role)) {
    let mut flow = Flow::new(usize::from(area.width.saturating_sub(2)));
    flow.text(&plain(text, look.glyphs), look.style(role));
    let lines = flow.finish();
    let height = (lines.len() as u16).min(MOST_STATUS).min(area.bottom());
    let whole = Rect { y: area.bottom() - height, height, ..area };
    for (row, line) in (0..height).zip(&lines) {
        Strip::new(buf, look, whole, row).fill(" ", look.style(Role::Text));
        buf.set_line(whole.x + 1, whole.y + row, line, whole.width.saturating_sub(2));
    }
}

fn keys(state: &State, look: &Look<'_>, strip: &mut Strip<'_>) {
    let Some(context) = context(state) else { return };
    // Whoever is inside something must see the way out on any screen.
    let is_out = |bound: &&Bound| !context.is_pane() && bound.binding.action == Action::Back;
    let shown =
        || state.keymap.in_context(context).filter(|bound| !bound.binding.footer.is_empty());
    let wide = |bound: &Bound| columns(&shown_key(bound, look)) + columns(bound.binding.footer) + 1;
    let out = shown().find(is_out);
    let kept = out.map_or(0, |bound| wide(bound) + 2);
    let others = shown().filter(|bound| bound.binding.action != Action::Back || out.is_none());
    let mut left = strip.room();
    let fitting = others.take_while(|bound| {
        let fits = wide(bound) + kept <= left;
        left = left.saturating_sub(wide(bound) + 2);
        fits
    });
    for bound in fitting.chain(out) {
        strip.text(&shown_key(bound, look), look.style(Role::Key)).skip(1);
        strip.text(bound.binding.footer, look.style(Role::Muted)).skip(2);
    }
}

/// The first key of a binding, arrows as signs.
fn shown_key(bound: &Bound, look: &Look<'_>) -> String {
    let key = bound.keys.first().map(ToString::to_string).unwrap_or_default();
    let (pair, plain) = match &*key {
        "up" => ("↑↓", "up/down"),
        "left" => ("←→", "left/right"),
        "enter" => ("⏎", "enter"),
        "[" => ("[ ]", "[ ]"),
        _ => return key,
    };
    if look.glyphs.ascii { plain } else { pair }.to_owned()
}

fn prompt(state: &State, prompt: &Prompt, look: &Look<'_>, buf: &mut Buffer, area: Rect) {
    if let (Some(fault), Some(above)) = (&prompt.fault, area.y.checked_sub(1)) {
        let mut strip = Strip::new(buf, look, Rect { y: above, height: 1, ..area }, 0);
        let style = look.style(Role::Error);
        strip.text(" ", style).text(look.glyphs.error, style).text(" ", style);
        strip.text(fault, style).fill(" ", style);
    }
    let mut strip = Strip::new(buf, look, area, 0);
    strip.skip(1).right_skip(1);
    let (sign, hint) = match prompt.kind {
        PromptKind::Find => ("find in all rows", "Enter finds, Esc leaves"),
        PromptKind::FindInTree => ("find in the record", "Enter finds, Esc leaves"),
        PromptKind::Filter => ("filter sessions", "Enter keeps, Esc takes away"),
        PromptKind::FilterLearning => ("filter the list", "Enter keeps, Esc takes away"),
        PromptKind::Literal => ("mask in this bundle", "Enter masks, Esc leaves"),
        PromptKind::Shape => ("mask what this pattern finds", "Enter masks, Esc leaves"),
        PromptKind::FindInBundle => ("find in all files", "Enter finds, Esc leaves"),
    };
    strip.right(hint, 40, look.style(Role::Faint)).right_skip(2);
    if let Some(find) = state.find.as_ref().filter(|_| prompt.kind == PromptKind::Find) {
        strip.right(&plain(&find.count(), look.glyphs), 30, look.style(Role::Note)).right_skip(2);
    }
    strip.text(sign, look.style(Role::Muted)).skip(1).text("/", look.style(Role::Key));
    input(&mut strip, look, prompt.input.text(), prompt.input.cursor());
}

/// Draws a text that is being typed with its cursor, scrolled so that the cursor is seen.
pub fn input(strip: &mut Strip<'_>, look: &Look<'_>, text: &str, cursor: usize) {
    let at = text.char_indices().nth(cursor).map_or(text.len(), |(at, _)| at);
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let mut before = before;
    while columns(&crate::model::text::visible_line(before)) + 2 > strip.room()
        && !before.is_empty()
    {
        let mut chars = before.chars();
        chars.next();
        before = chars.as_str();
    }
    let mut chars = rest.chars();
    let under = chars.next().map_or_else(|| " ".to_owned(), String::from);
    strip.text(before, look.style(Role::Text));
    strip.text(&under, look.style(Role::Text).reversed());
    strip.text(chars.as_str(), look.style(Role::Text));
}
