//! What is selected as text for the clipboard, always sanitised.

use super::{Effects, learning, say};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::json::JsonTree;
use crate::app::readable::{readable, safe};
use crate::app::state::detail::Subject;
use crate::app::state::layer::Layer;
use crate::app::state::{Focus, State};
use crate::app::{json::Name, lines};
use crate::js::print::to_visible_pretty;
use crate::js::value::Value;
use crate::model::ids::IdIx;
use crate::model::transcript::Transcript;

pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) {
    let text = if action == Action::Copy { content(state) } else { name(state) };
    match text.filter(|text| !text.is_empty()) {
        Some(text) => out.push(Effect::Copy(safe(&text))),
        None => say(state, "nothing is selected that could be copied"),
    }
}

/// The tree that has the keyboard, if one has.
fn active_tree(state: &State) -> Option<&JsonTree> {
    match state.layers.last() {
        Some(Layer::Viewer(viewer)) => viewer.tree.as_ref().filter(|_| !viewer.raw),
        _ if super::find::in_tree(state) => state.detail.tree.as_ref(),
        _ => None,
    }
}

fn content(state: &State) -> Option<String> {
    if let Some(tree) = active_tree(state) {
        return tree.selected().and_then(|row| tree.value(row)).map(|value| match value {
            Value::String(text) => text.to_str_lossy().into_owned(),
            other => to_visible_pretty(other),
        });
    }
    if state.focus == Focus::Sessions {
        let row = state.catalogue.rows.get(state.sessions.selected_row()?)?;
        return Some(lines::title(row).to_owned());
    }
    if let Some(Subject::Diagnostic(at)) = state.detail.subject {
        let one = state.all_diagnostics().nth(at)?;
        let row = one.place.row.map(|row| format!(", {row}")).unwrap_or_default();
        return Some(format!("{}{row}: {} ({})", one.place.path.display(), one.message, one.code));
    }
    if let Some(text) = learning::content(state) {
        return Some(text);
    }
    let open = state.open.as_ref()?;
    let body = open.bodies.ready(state.detail.record()?)?;
    Some(if body.cut { body.raw.to_string() } else { readable(&body.value) })
}

fn name(state: &State) -> Option<String> {
    if let Some(tree) = active_tree(state) {
        let row = tree.selected()?;
        return Some(match tree.name(row) {
            Some(Name::Member(_) | Name::Position(_)) => tree.path(row),
            None => "$".to_owned(),
        });
    }
    if state.focus == Focus::Sessions {
        let row = state.catalogue.rows.get(state.sessions.selected_row()?)?;
        return Some(
            row.key.as_ref().map_or(row.session_id.as_str(), |key| key.as_str()).to_owned(),
        );
    }
    if let Some(name) = learning::name(state) {
        return Some(name);
    }
    let index = state.open.as_ref()?.index.as_ref()?;
    match state.detail.subject? {
        Subject::Session(at) => Some(state.catalogue.rows.get(at)?.session_id.clone()),
        Subject::Entry(entry) | Subject::Branch(entry) => {
            let transcript = index.transcript.as_ref()?;
            let entry = transcript.tables.entry(entry)?;
            entry.id.map(|id| id_text(transcript, id))
        }
        Subject::Call(call) => Some(index.calls.call(call)?.id.to_string()),
        Subject::Tool(total) => Some(index.totals.get(total)?.name.to_string()),
        Subject::Run(run) => {
            let log = index.log.as_ref()?;
            Some(log.text(index.runs.get(run.index())?.id?).to_owned())
        }
        Subject::Event(event) => {
            let log = index.log.as_ref()?;
            Some(log.text(log.event(event)?.type_name?).to_owned())
        }
        Subject::Agent(_)
        | Subject::Diagnostic(_)
        | Subject::Arm(_)
        | Subject::Trace(_)
        | Subject::Chart(_) => None,
    }
}

fn id_text(transcript: &Transcript, id: IdIx) -> String {
    transcript.tables.text(id).to_owned()
}
