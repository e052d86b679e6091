//! What workers answer. An answer to a request that nobody waits for any more is dropped.

use std::sync::Arc;

use super::sessions::Anchor;
use super::{Effects, detail, find, learning, preview, sessions, timeline, tools, transcript};
use crate::app::effect::{Effect, Reply};
use crate::app::state::State;
use crate::app::state::bodies::{BodyKey, BodySlot};
use crate::app::state::index::SessionIndex;
use crate::app::state::job::Status;
use crate::app::state::open::OpenSession;
use crate::app::state::sessions::{SessionLine, SessionRef};
use crate::model::session::SessionRow;
use crate::store::catalogue::{Catalogue, Depth};

pub(super) fn take(state: &mut State, reply: Reply, out: &mut Effects) {
    if !is_awaited(state, &reply) {
        return;
    }
    match reply {
        Reply::Catalogue { catalogue, done, .. } => take_catalogue(state, catalogue, done, out),
        Reply::Deepened { rows, left, .. } => deepened(state, rows, left, out),
        Reply::Index { request, index } => take_index(state, request, &index, out),
        Reply::OpenFailed { why, .. } => open_failed(state, why),
        Reply::Titled { title, .. } => {
            if let Some(open) = &mut state.open {
                open.masked_title = Some(title);
            }
        }
        Reply::Bodies { bodies, .. } => take_bodies(state, bodies),
        Reply::Found { hits, searched, done, failed, .. } => {
            find::found(state, &hits, searched, (done, failed), out);
        }
        Reply::Learning { data, done, .. } => learning::take(state, &data, done, out),
        Reply::LearningProgress { progress, .. } => state.learning.progress = Some(progress),
        Reply::LearningFailed { why, .. } => learning::failed(state, why),
        Reply::Arm { seen, .. } => learning::take_arm(state, seen),
        Reply::Trace { row, trace, .. } => learning::take_trace(state, row, trace),
        Reply::Text { viewer, text: Ok(text) } => out.push(Effect::OpenExternal { viewer, text }),
        Reply::Text { text: Err(why), .. } => state.status = Some(Status::error(why)),
        Reply::Planned { result, .. } => preview::planned(state, result, out),
        Reply::Unchanged { .. } => preview::unchanged(state, out),
        Reply::Original { result, .. } => preview::original(state, result),
        Reply::Target { result, .. } => preview::targeted(state, result),
        Reply::Exported { request, result } => preview::exported(state, request, result, out),
        Reply::FoundInBundle { hits, .. } => preview::found(state, hits),
        Reply::Working { task, request, working } => {
            preview::working(state, task, request, working);
        }
        Reply::Notice(status) => state.status = Some(status),
        Reply::Broken => state.status = Some(Status::error("a worker has died")),
    }
}

/// Tells whether a reply answers the newest request of its kind; none has the number 0.
fn is_awaited(state: &State, reply: &Reply) -> bool {
    let requests = &state.requests;
    let (request, awaited) = match reply {
        Reply::Catalogue { request, .. } | Reply::Deepened { request, .. } => {
            (request, requests.catalogue.current())
        }
        Reply::Index { request, .. } | Reply::OpenFailed { request, .. } => {
            (request, requests.open.current())
        }
        Reply::Bodies { request, .. } | Reply::Titled { request, .. } => {
            (request, state.open.as_ref().map_or(0, |open| open.request.generation()))
        }
        Reply::Found { request, .. } => {
            (request, state.find.as_ref().map_or(0, |find| find.request.generation()))
        }
        Reply::Learning { request, .. }
        | Reply::LearningProgress { request, .. }
        | Reply::LearningFailed { request, .. }
        | Reply::Trace { request, .. } => (request, requests.learning.current()),
        Reply::Planned { request, .. }
        | Reply::Unchanged { request }
        | Reply::Original { request, .. } => (request, requests.plan.current()),
        Reply::Arm { request, .. } => (request, requests.arm.current()),
        Reply::FoundInBundle { request, .. } => (request, requests.bundle_find.current()),
        Reply::Target { request, .. } => (request, requests.export.current()),
        // What was written is told whatever was asked since; a task's progress knows its task.
        Reply::Exported { .. }
        | Reply::Working { .. }
        | Reply::Text { .. }
        | Reply::Notice(_)
        | Reply::Broken => return true,
    };
    *request == awaited
}

fn open_failed(state: &mut State, why: String) {
    state.jobs.opening = None;
    if let Some(coming) = state.coming.take() {
        state.open = Some(coming);
    }
    if let Some(open) = &mut state.open {
        open.failed = Some(why);
    }
}

fn take_bodies(state: &mut State, bodies: Vec<(BodyKey, BodySlot)>) {
    if let Some(open) = &mut state.open {
        for (key, slot) in bodies {
            open.bodies.put(key, slot);
        }
        detail::bodies_came(state);
    }
}

fn take_catalogue(state: &mut State, catalogue: Arc<Catalogue>, done: bool, out: &mut Effects) {
    let selected = state.sessions.selected_row();
    let kept = selected.and_then(|at| state.catalogue.rows.get(at)).map(SessionRef::of);
    state.catalogue = catalogue;
    sessions::rebuild_around(state, kept.map(Anchor::Name).as_ref());
    state.jobs.catalogue = !done;
    if !done {
        return;
    }
    if !state.greeted {
        state.greeted = true;
        let first = state.sessions.lines.iter().position(sessions::is_session);
        if let Some(first) = first.filter(|_| state.sessions.selected_row().is_none()) {
            state.sessions.list.select(first, state.sessions.lines.len());
        }
        sessions::preview(state, out);
    }
    sessions::look_elsewhere(state, out);
    deepen(state, out);
}

/// Asks for what the index data does not tell: the listed sessions first, in their order.
fn deepen(state: &mut State, out: &mut Effects) {
    let listed = state.sessions.lines.iter().filter_map(|line| match line {
        SessionLine::Session { row, .. } => Some(*row),
        SessionLine::Agent { .. } => None,
    });
    let mut seen = vec![false; state.catalogue.rows.len()];
    let mut rows = Vec::new();
    for at in listed.chain(0..state.catalogue.rows.len()) {
        let Some(row) = state.catalogue.rows.get(at) else { continue };
        let first = seen.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true));
        // Whoever opens a session reads its transcript to the end already; a large one must not be
        // read twice at a time.
        let is_it = |open: &OpenSession| open.name.names(row);
        let opening = state.jobs.opening.is_some()
            && (state.coming.as_ref().is_some_and(is_it) || state.open.as_ref().is_some_and(is_it));
        if first && is_shallow(row) && !opening {
            rows.push((at, Arc::new(row.clone())));
        }
    }
    if rows.is_empty() {
        return;
    }
    state.jobs.deepening = Some((rows.len(), rows.len()));
    let request = state.requests.catalogue.next();
    out.push(Effect::Deepen { rows, request });
}

/// Asks for the counts of the open session, which [`deepen`] passes over while it is being read.
fn deepen_open(state: &mut State, out: &mut Effects) {
    let jobs = state.jobs;
    let Some(open) = state.open.as_ref().filter(|open| open.stopped.is_none()) else { return };
    if jobs.catalogue || jobs.deepening.is_some() || jobs.opening.is_some() {
        return;
    }
    let rows = &state.catalogue.rows;
    let Some(at) = rows.iter().position(|row| open.name.names(row)) else { return };
    let Some(row) = rows.get(at).filter(|row| is_shallow(row)) else { return };
    let rows = vec![(at, Arc::new(row.clone()))];
    state.jobs.deepening = Some((1, 1));
    let request = state.requests.catalogue.next();
    out.push(Effect::Deepen { rows, request });
}

fn is_shallow(row: &SessionRow) -> bool {
    row.messages.is_not_loaded()
        || row.tool_calls.is_not_loaded()
        || row.errors.is_not_loaded()
        || row.tokens.is_not_loaded()
        || row.cost.is_not_loaded()
        || row.title.is_not_loaded()
}

fn deepened(
    state: &mut State,
    rows: Vec<(usize, Result<Depth, String>)>,
    left: usize,
    out: &mut Effects,
) {
    let all = state.jobs.deepening.map_or(left, |(_, all)| all);
    state.jobs.deepening = (left > 0).then_some((left, all));
    let kept = state.sessions.selected_row();
    let catalogue = Arc::make_mut(&mut state.catalogue);
    for (at, depth) in rows {
        let Some(row) = catalogue.rows.get_mut(at) else { continue };
        // A transcript that cannot be read has been looked at all the same; opening it says why.
        depth.unwrap_or_else(|_| Depth::missing()).apply(row);
    }
    sessions::rebuild_around(state, kept.map(Anchor::Row).as_ref());
    if left == 0 {
        deepen_open(state, out);
    }
}

fn take_index(state: &mut State, request: u64, index: &Arc<SessionIndex>, out: &mut Effects) {
    let progress = index.transcript.as_ref().map(|transcript| transcript.progress);
    state.jobs.opening = if index.complete { None } else { progress };
    if is_behind(state, index) {
        return;
    }
    if let Some(coming) = state.coming.take_if(|coming| coming.request.generation() == request) {
        arrive(state, coming, index, out);
    }
    let Some(open) = &mut state.open else { return };
    let selected = transcript::selected(open);
    (open.failed, open.stopped) = (None, None);
    open.index = Some(Arc::clone(index));
    transcript::rebuild(open, selected);
    timeline::rebuild(&mut open.timeline, index);
    tools::rebuild(&mut open.tools, index);
    open.runs.list.fit(index.runs.len());
    find::go_on(state, out);
    if index.complete {
        deepen_open(state, out);
    }
}

/// A session that is read anew stays as it is until as much of it has been read again.
fn is_behind(state: &State, index: &SessionIndex) -> bool {
    let (Some(open), Some(coming)) = (&state.open, &state.coming) else { return false };
    let holds_less = |shown: &Arc<SessionIndex>| {
        !index.complete && (shown.complete || index.entries() < shown.entries())
    };
    open.name == coming.name && open.index.as_ref().is_some_and(holds_less)
}

/// Puts a session that was asked for in the place of the one before. The same one, read anew, is
/// shown as it was.
fn arrive(state: &mut State, coming: OpenSession, index: &SessionIndex, out: &mut Effects) {
    let before = state.open.replace(coming);
    let is_first = before.is_none();
    let again = before.as_ref().zip(state.open.as_ref());
    let is_same = again.is_some_and(|(before, open)| before.name == open.name);
    let title = before.as_ref().and_then(|before| before.masked_title.clone());
    let grown = before
        .filter(|before| is_same && before.index.as_ref().is_some_and(|old| index.continues(old)));
    if let (Some(open), true) = (&mut state.open, is_same) {
        open.masked_title = title;
    }
    if let (Some(before), Some(open)) = (grown, &mut state.open) {
        state.detail.session = open.request.generation();
        open.show_as(before);
    } else if is_same {
        find::again(state, out);
    } else if !is_first {
        state.requests.find.cancel_all();
        state.find = None;
    }
    let height = state.areas.main.height;
    if height > 0 {
        super::moves::main_height(state, usize::from(height));
    }
}
