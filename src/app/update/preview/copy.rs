//! Text that leaves the preview, and the entry that a place belongs to.
//!
//! What stood there before redaction is never copied: only the plan is asked.

use std::sync::Arc;

use super::super::{Effects, say};
use super::steps::pointer;
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::state::State;
use crate::app::state::preview::{Preview, View};
use crate::js::print::to_visible_pretty;
use crate::js::value::Value;
use crate::model::review::Contents as FileContents;
use crate::model::text::visible_lines;

/// The id of the transcript entry that the present place belongs to.
pub(super) fn entry_id(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref()?;
    if preview.view == View::Findings && !preview.inside {
        let at = preview.findings.selected()?;
        return planned.plan.findings.get(at)?.entry_id.as_deref().map(str::to_owned);
    }
    let (file, seq) = preview.contents.document;
    let body = match (seq, &preview.contents.tree) {
        (None, None) => {
            let Some(FileContents::Events(lines)) = planned.review.files.get(file) else {
                return None;
            };
            planned.body((file, Some(lines.get(preview.contents.list.selected)?.seq)))?
        }
        (_, tree) => Arc::clone(&tree.as_ref()?.body),
    };
    let of = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    of(&body.value, "entryId").or_else(|| {
        let pointer = pointer(preview)?;
        let at: usize = pointer.strip_prefix("/entries/")?.split('/').next()?.parse().ok()?;
        of(body.value.get("entries")?.as_array()?.get(at)?, "id")
    })
}

/// Copies the selected value as the bundle shows it, or the name of the place.
pub(super) fn copy(state: &mut State, action: Action, out: &mut Effects) {
    let text = state.preview.as_deref().and_then(|preview| match action {
        Action::Copy => value_text(preview),
        _ => place_text(preview),
    });
    match text.filter(|text| !text.is_empty()) {
        Some(text) => {
            let lines: Vec<_> = visible_lines(&text).collect();
            out.push(Effect::Copy(lines.join("\n")));
        }
        None => say(state, "nothing is selected that could be copied"),
    }
}

fn value_text(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref()?;
    let file = planned.file(preview.contents.document.0)?;
    if let Some(tree) = &preview.contents.tree {
        return tree.selected().and_then(|row| tree.value(row)).map(|value| match value {
            Value::String(text) => text.to_str_lossy().into_owned(),
            other => to_visible_pretty(other),
        });
    }
    let at = preview.contents.list.selected;
    let span = match planned.review.files.get(preview.contents.document.0)? {
        FileContents::Events(lines) => lines.get(at)?.span.clone(),
        FileContents::Lines(lines) => lines.get(at)?.clone(),
        FileContents::Json(_) => return None,
    };
    Some(String::from_utf8_lossy(file.bytes.get(span)?).into_owned())
}

fn place_text(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref()?;
    let file = planned.file(preview.contents.document.0)?;
    match (preview.inside, &preview.contents.tree) {
        (true, Some(tree)) => {
            let path = tree.selected().map(|row| tree.path(row))?;
            let seq = preview.contents.document.1.map(|seq| format!(" #{seq}")).unwrap_or_default();
            Some(format!("{}{seq} {path}", file.name))
        }
        // The form that `sha256sum --check` reads.
        _ => Some(format!("{}  {}", file.sha256, file.name)),
    }
}
