//! The preview of a bundle: opening it, planning in the background, and what its keys do.

mod contents;
mod export;
mod mouse;

use std::sync::Arc;

use super::{Effects, say, transcript};
use crate::app::action::Action;
use crate::app::effect::{Effect, PlanJob, PlanReply};
use crate::app::input::Input;
use crate::app::lines;
use crate::app::state::layer::{Layer, Prompt, PromptKind};
use crate::app::state::list::ListState;
use crate::app::state::preview::findings::FindingsPane;
use crate::app::state::preview::{Before, Contents, Planned, Preview, View};
use crate::app::state::{Focus, State, Tab};
use crate::export::Original;
use crate::model::ids::EntryIx;
use crate::model::review::Doubt;
use crate::model::session::SessionRow;
use crate::ops::plan::{PlanRequest, Redaction};

pub(super) use contents::drawn;
pub(super) use export::{exported, paste, targeted, typed};
pub(super) use mouse::handle as mouse;

/// Opens the preview of the selected session, or of the selected branch.
pub(super) fn open(state: &mut State, out: &mut Effects) {
    let Some(row) = wanted(state) else {
        return say(state, "select a session to preview its bundle");
    };
    let branch = branch(state, &row);
    let is_same = |preview: &Preview| {
        preview.asked.row.transcript == row.transcript && preview.asked.branch == branch
    };
    state.layers.push(Layer::Preview);
    if state.preview.as_deref().is_some_and(is_same) {
        return;
    }
    let cwd = cwd(state, &row);
    let key = row.key.as_ref().map_or(row.session_id.as_str(), |key| key.as_str().trim());
    let asked = PlanRequest {
        session_key: key.to_owned(),
        branch,
        workspace: state.current_dir.clone(),
        redaction: Redaction::default(),
        now: state.now,
        row: (*row).clone(),
    };
    state.preview = Some(Box::new(Preview {
        title: lines::title(&row).to_owned(),
        workspaces: vec![asked.workspace.clone()],
        asked,
        planning: false,
        failed: None,
        news: None,
        planned: None,
        view: View::Files,
        inside: false,
        files: ListState::default(),
        findings: FindingsPane::default(),
        uncovered: ListState::default(),
        contents: Contents::default(),
        before: Before::Hidden,
    }));
    plan(state, cwd, out);
}

/// The session that is meant: the selected one, or the open one.
fn wanted(state: &State) -> Option<Arc<SessionRow>> {
    let selected = || state.catalogue.rows.get(state.sessions.selected_row()?);
    match state.focus {
        Focus::Sessions => selected().map(|row| Arc::new(row.clone())),
        Focus::Main | Focus::Detail => state.open.as_ref().map(|open| Arc::clone(&open.row)),
    }
}

/// The id of the leaf of the branch that is meant; `None` for the active one.
fn branch(state: &State, row: &SessionRow) -> Option<String> {
    let in_transcript = state.focus != Focus::Sessions && state.tab == Tab::Transcript;
    let open = state
        .open
        .as_ref()
        .filter(|open| in_transcript && open.row.transcript == row.transcript)?;
    let transcript = open.index.as_ref()?.transcript.as_ref()?;
    let mut leaf = transcript::selected(open)?;
    if transcript.tree.is_active(leaf) {
        return None;
    }
    while let Some(child) = transcript.tree.main_child(leaf) {
        leaf = child;
    }
    let id = transcript.tables.entry(leaf)?.id?;
    Some(transcript.tables.text(id).to_owned())
}

/// The workspace that the session names, as far as it is read.
fn cwd(state: &State, row: &SessionRow) -> Option<String> {
    let open = state.open.as_ref().filter(|open| open.row.transcript == row.transcript)?;
    open.index.as_ref()?.transcript.as_ref()?.header.as_ref()?.cwd.clone()
}

/// Asks for a plan as the preview wants it; `cwd` is given with the first one.
fn plan(state: &mut State, cwd: Option<String>, out: &mut Effects) {
    let request = state.requests.plan.next();
    let now = state.now;
    let current_dir = state.current_dir.clone();
    let Some(preview) = &mut state.preview else { return };
    preview.asked.now = now;
    preview.planning = true;
    preview.failed = None;
    if preview.before.is_on() {
        preview.before = Before::Coming;
    }
    preview.contents.before = None;
    let first = preview.planned.is_none();
    out.push(Effect::Plan(PlanJob {
        request,
        plan: preview.asked.clone(),
        offer: first.then_some((cwd, current_dir)),
    }));
}

/// Asks for a new plan after a setting has changed, or a change was noticed.
pub(super) fn plan_again(state: &mut State, out: &mut Effects) {
    plan(state, None, out);
}

/// Takes in a plan; the view stays where it was.
pub(super) fn planned(
    state: &mut State,
    result: Result<Box<PlanReply>, String>,
    out: &mut Effects,
) {
    let Some(preview) = &mut state.preview else { return };
    preview.planning = false;
    match result {
        Err(why) => preview.failed = Some(why),
        Ok(reply) => {
            let notice = reply.plan.notices.first().cloned();
            if let Some(workspaces) = reply.workspaces {
                preview.workspaces = workspaces;
            }
            preview.asked.workspace.clone_from(&reply.request.workspace);
            let before = preview.planned.as_ref().map_or(&reply.plan, |planned| &planned.plan);
            preview.findings.rebuild(&reply.plan, before);
            preview.planned = Some(Planned::new(reply.plan, reply.review, reply.request));
            contents::renew(preview);
            if let Some(notice) = notice {
                say(state, notice);
            }
        }
    }
    load_before(state, out);
    export::check(state, out);
}

/// Asks for what stood there before, where that is wanted.
fn load_before(state: &mut State, out: &mut Effects) {
    let Some(preview) = state.preview.as_ref().filter(|preview| !preview.planning) else { return };
    let wanted = matches!(preview.before, Before::Coming);
    if let Some(planned) = preview.planned.as_ref().filter(|_| wanted) {
        let (request, plan) = (state.requests.plan.next(), planned.request.clone());
        out.push(Effect::LoadOriginal(PlanJob { request, plan, offer: None }));
    }
}

/// Takes in what stood there before redaction.
pub(super) fn original(state: &mut State, result: Result<Vec<(&'static str, Original)>, String>) {
    let Some(preview) = &mut state.preview else { return };
    // Hidden again meanwhile: then it is let go at once.
    if preview.before.is_on() {
        preview.before = result.map_or_else(Before::Failed, Before::Shown);
        contents::show_before(preview);
    }
}

/// Lets go of what was there before redaction when the preview is closed.
pub(super) fn closed(state: &mut State) {
    if let Some(preview) = &mut state.preview {
        preview.before = Before::Hidden;
        preview.contents.before = None;
        if preview.planning && preview.planned.is_none() {
            state.requests.plan.cancel_all();
            state.preview = None;
        }
    }
}

/// One step out inside the preview; tells whether there was one.
pub(super) fn step_back(state: &mut State) -> bool {
    if let Some(preview) =
        state.preview.as_mut().filter(|preview| preview.planning && preview.planned.is_some())
    {
        state.requests.plan.cancel_all();
        preview.planning = false;
        let before = preview.planned.as_ref().map(|planned| planned.request.clone());
        preview.asked = before.unwrap_or_else(|| preview.asked.clone());
        say(state, "planning was cancelled; the plan before is shown");
        return true;
    }
    state.preview.as_deref_mut().is_some_and(contents::step_back)
}

/// Does an action in the preview; tells whether it is one of the preview's.
pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) -> bool {
    if !matches!(state.top_layer(), Some(Layer::Preview)) {
        return false;
    }
    match action {
        Action::Quit | Action::Suspend | Action::Back | Action::Help | Action::Palette => {
            return false;
        }
        Action::ToggleStrict
        | Action::ToggleNumbered
        | Action::AddLiteral
        | Action::DropLiteral
        | Action::NextWorkspace => settings(state, action, out),
        Action::ToggleBefore => toggle_before(state, out),
        Action::Export => export::open(state, out),
        Action::ShowEntry => show_entry(state, out),
        Action::Copy | Action::CopyName => contents::copy(state, action, out),
        _ => {
            state.status = None;
            if let Some(preview) = &mut state.preview {
                contents::act(preview, action);
            }
        }
    }
    true
}

fn settings(state: &mut State, action: Action, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    let suspect = suspect(preview);
    let redaction = &mut preview.asked.redaction;
    let said = match action {
        Action::ToggleStrict => {
            redaction.strict = !redaction.strict;
            format!(
                "planning with the {} profile",
                if redaction.strict { "strict" } else { "standard" }
            )
        }
        Action::ToggleNumbered => {
            redaction.numbered = !redaction.numbered;
            let with = if redaction.numbered { "with" } else { "without" };
            format!("planning {with} numbered masks")
        }
        Action::DropLiteral => match redaction.literals.pop() {
            Some(_) => "the value added last is masked by rules only again".to_owned(),
            None => return say(state, "no value was added; + adds one"),
        },
        Action::NextWorkspace => {
            let (all, now) = (&preview.workspaces, &preview.asked.workspace);
            let at = all.iter().position(|one| one == now).map_or(0, |at| at + 1);
            match all.get(at % all.len().max(1)) {
                Some(next) if next != now => {
                    preview.asked.workspace.clone_from(next);
                    format!("planning for {}", preview.asked.workspace.display())
                }
                _ => return say(state, "there is no other workspace to choose"),
            }
        }
        _ => {
            if let Some(suspect) = suspect {
                return add_literal(state, &suspect, out);
            }
            let prompt = Prompt { kind: PromptKind::Literal, input: Input::default() };
            return state.layers.push(Layer::Prompt(prompt));
        }
    };
    say(state, said);
    plan_again(state, out);
}

/// The suspicious text of the selected row.
fn suspect(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref().filter(|_| preview.view == View::Uncovered)?;
    let one = planned.review.uncovered.get(preview.uncovered.selected)?;
    (one.kind == Doubt::Suspicious).then(|| one.text.clone())
}

/// Masks one more value in this bundle.
pub(super) fn add_literal(state: &mut State, value: &str, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    let literals = &mut preview.asked.redaction.literals;
    if value.trim().is_empty() || literals.iter().any(|literal| literal == value) {
        return say(state, "this value is masked already");
    }
    literals.push(value.to_owned());
    say(state, "planning with one more value to mask");
    plan_again(state, out);
}

fn toggle_before(state: &mut State, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    if preview.before.is_on() {
        preview.before = Before::Hidden;
        preview.contents.before = None;
    } else if preview.planned.is_some() {
        preview.before = Before::Coming;
        load_before(state, out);
    }
}

/// Leaves the preview for the transcript entry of the present place.
fn show_entry(state: &mut State, out: &mut Effects) {
    let Some(preview) = &state.preview else { return };
    let Some(id) = contents::entry_id(preview) else {
        return say(state, "this place belongs to no entry of the transcript");
    };
    let shown =
        state.open.as_ref().filter(|open| open.row.transcript == preview.asked.row.transcript);
    let transcript = shown.and_then(|open| open.index.as_ref()?.transcript.clone());
    let found = transcript.and_then(|transcript| {
        let tables = &transcript.tables;
        let is_it =
            |entry: &crate::model::entry::Entry| entry.id.is_some_and(|own| tables.text(own) == id);
        tables.entries.iter().position(is_it).map(EntryIx::from)
    });
    match found {
        Some(entry) => {
            state.layers.clear();
            closed(state);
            super::show(state, Tab::Transcript, out);
            transcript::reveal(state, entry);
        }
        None => say(state, "the session of this preview is not open in the main pane"),
    }
}
