//! The dialogue that writes a bundle.
//!
//! ```text
//!  ╭ Write the bundle ───────────────────────────────────╮
//!  │ name  █                                             │
//!  │ ✓ .openclaw/trajectory-exports/openclaw-trajectory… │
//!  │ workspace  /home/mira/work/lantern                  │
//!  │ 7 files, 123K, …                                    │
//!  ╰──────────────────────── Enter writes, Esc closes ───╯
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use super::{files::left_out, foot::fitted, working};
use crate::app::state::State;
use crate::app::state::preview::{Export, Planned, Preview, Stage};
use crate::config::theme::Role;
use crate::model::number;
use crate::ui::chrome::input;
use crate::ui::pane::Pane;
use crate::ui::strip::Strip;
use crate::ui::theme::Look;
use crate::ui::wrap::Flow;

/// Columns and rows that the dialogue would like to have.
pub const SIZE: (u16, u16) = (76, 18);

/// Draws the dialogue into its window.
pub fn draw(state: &State, look: &Look<'_>, buf: &mut Buffer, (whole, export): (Rect, &Export)) {
    let Some(preview) = state.preview.as_deref() else { return };
    let mut frame = Pane::titled("Write the bundle", true);
    let note = match export.stage {
        Stage::Naming | Stage::Failed(_) if export.folder.is_some() => {
            "Enter takes the folder, Esc closes"
        }
        Stage::Naming | Stage::Failed(_) if preview.workspaces.len() > 1 => {
            "Enter writes, Tab other workspace, Esc closes"
        }
        Stage::Naming | Stage::Failed(_) => "Enter writes, Esc closes",
        Stage::Writing { .. } => "Esc stops",
        Stage::Written(_) => "y copies the path, Esc closes",
    };
    note.clone_into(&mut frame.note);
    let inner = frame.draw(buf, look, whole).inner;
    let place = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let naming = matches!(export.stage, Stage::Naming | Stage::Failed(_));
    if naming {
        let mut strip = Strip::new(buf, look, place, 0);
        strip.text("name ", look.style(Role::Muted));
        input(&mut strip, look, export.name.text(), export.name.cursor());
        if export.name.text().is_empty() {
            strip.skip(1).text(
                "(empty: the usual name; a path: another workspace)",
                look.style(Role::Faint),
            );
        }
    }
    let taken = u16::from(naming);
    let text = Rect { y: place.y + taken, height: place.height.saturating_sub(taken), ..place };
    let mut flow = Flow::new(usize::from(text.width));
    said(&mut flow, look, (preview, export));
    let lines = flow.finish();
    fitted(look, buf, text, &lines);
}

fn said(flow: &mut Flow, look: &Look<'_>, (preview, export): (&Preview, &Export)) {
    let (text, muted) = (look.style(Role::Text), look.style(Role::Muted));
    match &export.stage {
        Stage::Naming => target(flow, look, preview, export),
        Stage::Failed(why) => flow.text(why, look.style(Role::Error)),
        Stage::Writing { working, stopping, .. } => {
            let what = if *stopping { "stopping" } else { "writing" };
            flow.text(&working::line(what, *working, look), text);
        }
        Stage::Written(path) => {
            flow.text("Written, read back and compared with the preview:", look.style(Role::Ok));
            flow.end_line();
            flow.verbatim(path, look.style(Role::Title));
            flow.text(
                "Only your user can read it. Look at it once more before you send it.",
                muted,
            );
        }
    }
    flow.blank();
    let Some(planned) = &preview.planned else { return };
    summary(flow, look, planned);
}

fn target(flow: &mut Flow, look: &Look<'_>, preview: &Preview, export: &Export) {
    let muted = look.style(Role::Muted);
    match &export.target {
        _ if preview.planning.is_some() => flow.text("the bundle is being planned", muted),
        None if preview.failed.is_some() => {
            flow.text(preview.failed.as_deref().unwrap_or_default(), look.style(Role::Error));
        }
        None => match &export.folder {
            Some(folder) => {
                flow.text("another workspace: ", muted);
                flow.text(&folder.display().to_string(), look.style(Role::Text));
            }
            None => flow.text("checking the name", muted),
        },
        Some(Ok(display)) => {
            flow.text(look.glyphs.ok, look.style(Role::Ok));
            flow.text(" ", muted);
            flow.text(display, look.style(Role::Text));
        }
        Some(Err(why)) => {
            flow.text(look.glyphs.error, look.style(Role::Error));
            flow.text(" ", muted);
            flow.text(why, look.style(Role::Error));
        }
    }
    flow.end_line();
    flow.text("in ", muted);
    flow.text(&preview.asked.workspace.display().to_string(), look.style(Role::Text));
    flow.end_line();
    if let Some(said) = &export.said {
        flow.text(said, look.style(Role::Warning));
        flow.end_line();
    }
    if let Some(path) = &preview.written {
        flow.text("This bundle is already written: ", look.style(Role::Warning));
        flow.verbatim(path, muted);
        flow.end_line();
    }
}

fn summary(flow: &mut Flow, look: &Look<'_>, planned: &Planned) {
    let plan = &planned.plan;
    let (text, muted) = (look.style(Role::Text), look.style(Role::Muted));
    // What goes on in the next line goes on below its beginning.
    flow.set_prefix(vec![Span::raw(" ".repeat(11))]);
    let mut fact = |name: &str, value: &str, style| {
        flow.set_first(vec![Span::styled(format!("{name:<10} "), muted)]);
        flow.text(value, style);
        flow.end_line();
    };
    let files = number::counted(plan.files.len(), "file");
    fact("writes", &format!("{files}, {} bytes", number::grouped(plan.total_bytes())), text);
    let names: Vec<&str> = plan.files.iter().map(|file| file.name).collect();
    fact("", &names.join(", "), muted);
    let masked = number::counted(plan.findings.len(), "masked place");
    fact("masks", &format!("{masked}, {} profile", plan.profile), text);
    let left_out = left_out(planned);
    let left_out = if left_out.is_empty() { "nothing".to_owned() } else { left_out.join(", ") };
    fact("leaves out", &left_out, text);
    let (events, most) = planned.events();
    let limits = format!("{} of at most {} events", number::grouped(events), number::grouped(most));
    fact("limits", &limits, muted);
}
