//! The preview of a bundle: opening it, planning in the background, and what its keys do.

mod contents;
mod copy;
mod export;
mod mouse;
mod open;
mod place;
mod settings;
mod steps;

use std::sync::Arc;

use super::{Effects, say, transcript};
use crate::app::action::Action;
use crate::app::effect::{Effect, PlanJob, PlanReply, Task};
use crate::app::input::Input;
use crate::app::state::job::Status;
use crate::app::state::layer::{Layer, Prompt, PromptKind};
use crate::app::state::preview::asked::Added;
use crate::app::state::preview::before::Was;
use crate::app::state::preview::{Before, Preview, Stage, Working};
use crate::app::state::{State, Tab};
use crate::model::entry::Entry;
use crate::model::ids::EntryIx;
use crate::ops::stamp::Stamp;

pub(super) use contents::drawn;
pub(super) use export::{exported, paste, targeted, typed};
pub(super) use mouse::handle as mouse;
pub(super) use open::open;
pub(super) use settings::{add_literal, add_shape, fault};
pub(super) use steps::{find, found};

/// What is said of the plan that takes the place of one that was out of date.
const RENEWED: &str =
    "The session or a rule has changed since the last look. This is the new plan.";
/// What is said of a plan that is out of date, and stays.
const STOPPED: &str = "Planning was stopped: this is the old plan, from before the session or a \
    rule has changed. R plans again.";

/// Asks for a plan as the preview wants it; `cwd` is given with the first one. With `unless`
/// nothing is planned as long as the sources are as that says.
fn plan(state: &mut State, cwd: Option<String>, unless: Option<Stamp>, out: &mut Effects) {
    let request = state.requests.plan.next();
    let now = state.now;
    let current_dir = state.current_dir.clone();
    let Some(preview) = &mut state.preview else { return };
    preview.asked.now = now;
    preview.ask();
    preview.planning = Some(Working::default());
    preview.looks_again = unless.is_some();
    preview.failed = None;
    if preview.before.is_on() {
        hide_before(preview, out);
        preview.before = Before::Coming;
    }
    let first = preview.planned.is_none();
    out.push(Effect::Plan(PlanJob {
        request,
        plan: preview.asked.clone(),
        rules: preview.rule_sources(),
        offer: first.then_some((cwd, current_dir)),
        unless,
    }));
}

/// Asks for a plan in the place of one that is out of date or could not be made; a plan that is
/// still good stays.
fn look_again(state: &mut State, cwd: Option<String>, out: &mut Effects) {
    let Some(preview) = state.preview.as_ref().filter(|one| one.planning.is_none()) else { return };
    let good = preview.planned.is_some() && preview.failed.is_none();
    let unless = preview.stamp.clone().filter(|_| good);
    plan(state, cwd, unless, out);
}

/// Takes in that the plan that is shown is still good.
pub(super) fn unchanged(state: &mut State, out: &mut Effects) {
    if let Some(preview) = &mut state.preview {
        preview.planning = None;
    }
    load_before(state, out);
    export::check(state, out);
}

/// Asks for a new plan after a setting has changed, or a change was noticed.
pub(super) fn plan_again(state: &mut State, out: &mut Effects) {
    plan(state, None, None, out);
}

/// Takes in a plan; the view stays where it was.
pub(super) fn planned(
    state: &mut State,
    result: Result<Box<PlanReply>, String>,
    out: &mut Effects,
) {
    let Some(preview) = &mut state.preview else { return };
    preview.planning = None;
    match result {
        // What was typed and cannot be used is taken back, and the plan before stays good.
        Err(why) if is_typed(preview) => {
            take_back(preview);
            state.status = Some(Status::error(why));
        }
        Err(why) => preview.failed = Some(why),
        Ok(reply) => {
            let notice = reply.planned.plan.notices.first().cloned();
            if let Some(workspaces) = reply.workspaces {
                preview.workspaces = workspaces;
            }
            preview.asked.workspace.clone_from(&reply.planned.request.workspace);
            preview.accepted.clone_from(&preview.added);
            preview.title = reply.title;
            preview.written = None;
            preview.stamp = Some(reply.stamp);
            let planned = &reply.planned;
            let before = preview.planned.as_ref().map_or(&planned.plan, |before| &before.plan);
            preview.findings.rebuild(planned, before);
            let gone = preview.planned.replace(Arc::new(reply.planned));
            if preview.looks_again && gone.is_some() {
                preview.news = Some(RENEWED.to_owned());
            }
            out.extend(gone.map(|gone| Effect::LetGo(gone)));
            place::renew(preview);
            match notice {
                Some(notice) => say(state, notice),
                // What was said of the planning is over.
                None => state.status = None,
            }
            steps::find_again(state, out);
        }
    }
    load_before(state, out);
    export::check(state, out);
}

/// Whether the plan in the making differs from the one that is shown by a shape that was typed.
fn is_typed(preview: &Preview) -> bool {
    let is_new = preview.added.len() > preview.accepted.len();
    preview.planned.is_some() && is_new && matches!(preview.added.last(), Some(Added::Shape(_)))
}

/// Wants what the plan that is shown was made with.
fn take_back(preview: &mut Preview) {
    if let Some(planned) = &preview.planned {
        preview.asked = planned.request.clone();
        preview.added.clone_from(&preview.accepted);
    }
}

/// Notes how far a plan, or the writing of one, is.
pub(super) fn working(state: &mut State, task: Task, request: u64, working: Working) {
    match task {
        Task::Plan => {
            let is_it = state.requests.plan.current() == request;
            let preview = state.preview.as_mut().filter(|_| is_it);
            if let Some(planning) = preview.and_then(|preview| preview.planning.as_mut()) {
                *planning = working;
            }
        }
        Task::Write => {
            if let Some(Layer::Export(export)) = state.layers.last_mut()
                && let Stage::Writing { request: own, working: shown, .. } = &mut export.stage
                && *own == request
            {
                *shown = working;
            }
        }
    }
}

/// Asks for what stood there before, where that is wanted.
fn load_before(state: &mut State, out: &mut Effects) {
    let Some(preview) = state.preview.as_ref().filter(|preview| preview.planning.is_none()) else {
        return;
    };
    let wanted = matches!(preview.before, Before::Coming);
    if let Some(planned) = preview.planned.as_ref().filter(|_| wanted) {
        let (request, plan) = (state.requests.plan.next(), planned.request.clone());
        let rules = preview.rule_sources();
        out.push(Effect::LoadOriginal(PlanJob { request, plan, rules, offer: None, unless: None }));
    }
}

/// Takes in what stood there before redaction.
pub(super) fn original(state: &mut State, result: Result<Vec<(&'static str, Was)>, String>) {
    let Some(preview) = &mut state.preview else { return };
    // Hidden again meanwhile: then it is let go at once.
    if preview.before.is_on() {
        preview.before = result.map_or_else(Before::Failed, |was| Before::Shown(Arc::new(was)));
        place::show_before(preview);
    }
}

/// Lets go of what was there before redaction when the preview is closed.
pub(super) fn closed(state: &mut State, out: &mut Effects) {
    if let Some(preview) = &mut state.preview {
        hide_before(preview, out);
        if preview.planning.is_some() && preview.planned.is_none() {
            state.requests.plan.cancel_all();
            state.preview = None;
        }
    }
}

/// One step out inside the preview; tells whether there was one.
pub(super) fn step_back(state: &mut State) -> bool {
    if let Some(preview) =
        state.preview.as_mut().filter(|one| one.planning.is_some() && one.planned.is_some())
    {
        state.requests.plan.cancel_all();
        preview.planning = None;
        take_back(preview);
        if preview.news.is_some() {
            preview.news = Some(STOPPED.to_owned());
        }
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
        | Action::AddShape
        | Action::DropLiteral
        | Action::NextWorkspace => settings::act(state, action, out),
        Action::Reload => {
            say(state, "planning anew");
            plan_again(state, out);
        }
        Action::ToggleBefore => toggle_before(state, out),
        Action::Export => export::open(state, out),
        Action::ShowEntry => show_entry(state, out),
        Action::Copy | Action::CopyName => copy::copy(state, action, out),
        Action::Find => {
            let prompt = Prompt::new(PromptKind::FindInBundle, Input::default());
            state.layers.push(Layer::Prompt(prompt));
        }
        Action::NextMatch | Action::PreviousMatch
            if steps::matched(state, if action == Action::NextMatch { 1 } else { -1 }) => {}
        _ => {
            state.status = None;
            if let Some(preview) = &mut state.preview {
                contents::act(preview, action);
            }
        }
    }
    true
}

/// Lets go of what stood there before redaction.
fn hide_before(preview: &mut Preview, out: &mut Effects) {
    preview.contents.before = None;
    if let Before::Shown(was) = std::mem::take(&mut preview.before) {
        out.push(Effect::LetGo(was));
    }
}

fn toggle_before(state: &mut State, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    if preview.before.is_on() {
        hide_before(preview, out);
    } else if preview.planned.is_some() {
        preview.before = Before::Coming;
        load_before(state, out);
    }
}

/// Leaves the preview for the transcript entry of the present place.
fn show_entry(state: &mut State, out: &mut Effects) {
    let Some(preview) = &state.preview else { return };
    let Some(id) = copy::entry_id(preview) else {
        return say(state, "this place belongs to no entry of the transcript");
    };
    let shown =
        state.open.as_ref().filter(|open| open.row.transcript == preview.asked.row.transcript);
    let transcript = shown.and_then(|open| open.index.as_ref()?.transcript.clone());
    let found = transcript.and_then(|transcript| {
        let tables = &transcript.tables;
        let is_it = |entry: &Entry| entry.id.is_some_and(|own| tables.text(own) == id);
        tables.entries.iter().position(is_it).map(EntryIx::from)
    });
    match found {
        Some(entry) => {
            state.layers.clear();
            closed(state, out);
            if let Some(preview) = &mut state.preview {
                preview.away = true;
            }
            super::show(state, Tab::Transcript, out);
            transcript::reveal(state, entry);
        }
        None => say(state, "the session of this preview is not open in the main pane"),
    }
}
