//! The writing of a bundle: the name, checked while it is typed, then the reviewed bytes.

use std::path::PathBuf;

use super::super::{Effects, back};
use crate::app::action::Action;
use crate::app::effect::{Effect, TargetJob};
use crate::app::key::{Key, KeyCode};
use crate::app::state::State;
use crate::app::state::job::Status;
use crate::app::state::layer::Layer;
use crate::app::state::preview::{Export, Preview, Stage, Working};
use crate::model::text::visible_line;
use crate::ops::destination::{Named, is_folder};
use crate::ops::preview::Outcome;

/// Opens the dialogue.
pub(super) fn open(state: &mut State, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    if !preview.is_ready() {
        let why = if preview.planning.is_some() {
            "the bundle is still being planned"
        } else {
            "there is no plan to write"
        };
        state.status = Some(Status::warning(why));
        return;
    }
    // Whoever writes now has had the changed plan before the eyes.
    preview.news = None;
    state.layers.push(Layer::Export(Box::default()));
    check(state, out);
}

/// Types a key into the dialogue; it takes every key.
pub(in crate::app::update) fn typed(state: &mut State, key: Key, out: &mut Effects) -> bool {
    let Some(Layer::Export(export)) = state.layers.last_mut() else { return false };
    let closes = key.code == KeyCode::Esc || key == Key::ctrl('c') || key == Key::ctrl('g');
    match &export.stage {
        // What has been written by then stays; the answer tells.
        Stage::Writing { .. } if closes => {
            stop(export);
            state.requests.export.cancel_all();
        }
        Stage::Writing { .. } => {}
        Stage::Written(path) => match key.code {
            KeyCode::Char('y') => {
                let path = visible_line(path).into_owned();
                out.push(Effect::Copy(path));
            }
            KeyCode::Enter | KeyCode::Char('q') => back::back(state, out),
            _ if closes => back::back(state, out),
            _ => {}
        },
        Stage::Naming | Stage::Failed(_) => match key.code {
            _ if closes => back::back(state, out),
            KeyCode::Enter => write(state, out),
            KeyCode::Tab => other_workspace(state, out),
            _ => {
                if export.name.key(key) {
                    export.stage = Stage::Naming;
                    export.said = None;
                    check(state, out);
                }
            }
        },
    }
    true
}

/// Goes to the next workspace; the dialogue says so when there is none, as it lies on what else
/// would say it.
fn other_workspace(state: &mut State, out: &mut Effects) {
    let only = state.preview.as_ref().is_some_and(|preview| preview.workspaces.len() < 2);
    if let Some((export, _)) = dialogue(state).filter(|_| only) {
        let said = "No other workspace is known. Type the path of a folder to take that one.";
        export.said = Some(said.to_owned());
        return;
    }
    super::settings::act(state, Action::NextWorkspace, out);
}

/// Makes a folder that was typed the workspace; the bundle is planned for it.
fn take_workspace(state: &mut State, folder: PathBuf, out: &mut Effects) {
    let Some((export, preview)) = dialogue(state) else { return };
    export.name.clear();
    export.stage = Stage::Naming;
    if !preview.workspaces.contains(&folder) {
        preview.workspaces.push(folder.clone());
    }
    if preview.asked.workspace == folder {
        return check(state, out);
    }
    preview.asked.workspace = folder;
    super::plan_again(state, out);
    check(state, out);
}

/// Takes in pasted text.
pub(in crate::app::update) fn paste(state: &mut State, text: &str, out: &mut Effects) {
    if let Some(Layer::Export(export)) = state.layers.last_mut()
        && matches!(export.stage, Stage::Naming | Stage::Failed(_))
    {
        export.name.paste(text);
        export.stage = Stage::Naming;
        export.said = None;
        check(state, out);
    }
}

/// Asks whether the bundle may go where the dialogue says.
pub(super) fn check(state: &mut State, out: &mut Effects) {
    let request = state.requests.export.clone();
    let Some((export, preview)) = dialogue(state) else { return };
    export.folder = None;
    let Some(planned) = preview.planned.as_ref().filter(|_| preview.is_ready()) else {
        export.target = None;
        return;
    };
    if !matches!(export.stage, Stage::Naming | Stage::Failed(_)) {
        return;
    }
    // What was found out about the name before says nothing about this one.
    export.target = None;
    let (plan, name) = (planned.request.clone(), export.name.text().to_owned());
    let (request, rules) = (request.next(), preview.rule_sources());
    out.push(Effect::CheckTarget(TargetJob { request, plan, rules, name }));
}

/// The dialogue and the preview below it.
fn dialogue(state: &mut State) -> Option<(&mut Export, &mut Preview)> {
    let preview = state.preview.as_deref_mut()?;
    match state.layers.last_mut() {
        Some(Layer::Export(export)) => Some((export, preview)),
        _ => None,
    }
}

/// Takes in what a check found.
pub(in crate::app::update) fn targeted(state: &mut State, result: Result<Named, String>) {
    let Some((export, _)) = dialogue(state) else { return };
    (export.target, export.folder) = match result {
        Ok(Named::Bundle(target)) => (Some(Ok(target.display)), None),
        Ok(Named::Workspace(folder)) => (None, Some(folder)),
        Err(why) => (Some(Err(why)), None),
    };
}

fn write(state: &mut State, out: &mut Effects) {
    let request = state.requests.export.clone();
    let Some((export, preview)) = dialogue(state) else { return };
    if is_folder(export.name.text()) {
        if let Some(folder) = export.folder.take() {
            take_workspace(state, folder, out);
        }
        return;
    }
    // A name that is still being checked is checked again before anything is written.
    let allowed = preview.is_ready() && !matches!(export.target, Some(Err(_)));
    let Some(planned) = preview.planned.as_ref().filter(|_| allowed) else { return };
    let (request, rules) = (request.next(), preview.rule_sources());
    export.stage = Stage::Writing {
        request: request.generation(),
        working: Working::default(),
        stopping: false,
    };
    let (plan, name) = (planned.request.clone(), export.name.text().to_owned());
    let target = TargetJob { request, plan, rules, name };
    out.push(Effect::Export { target, reviewed: std::sync::Arc::clone(&planned.plan) });
}

fn stop(export: &mut Export) {
    if let Stage::Writing { stopping, .. } = &mut export.stage {
        *stopping = true;
    }
}

/// Takes in how the writing went.
pub(in crate::app::update) fn exported(
    state: &mut State,
    answered: u64,
    result: Result<Outcome, String>,
    out: &mut Effects,
) {
    let Some((export, preview)) = dialogue(state) else { return };
    let Stage::Writing { request, stopping, .. } = export.stage else { return };
    if request != answered {
        return;
    }
    match result {
        Ok(Outcome::Written(target)) => {
            let path = target.dir.display().to_string();
            preview.written = Some(path.clone());
            export.stage = Stage::Written(path);
        }
        Ok(Outcome::Changed) => {
            let news = "The session or a rule has changed since this plan was made, so nothing was written. Look at the new plan, then press x again.";
            preview.news = Some(news.to_owned());
            state.layers.pop();
            super::plan_again(state, out);
        }
        Err(_) if stopping => {
            export.stage = Stage::Failed("Stopped; nothing was written.".to_owned());
        }
        Err(why) => export.stage = Stage::Failed(why),
    }
}
