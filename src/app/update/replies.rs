//! What workers answer. An answer to a request that nobody waits for any more is dropped.

use std::sync::Arc;

use super::sessions::Anchor;
use super::{Effects, detail, find, learning, preview, sessions, timeline, tools, transcript};
use crate::app::effect::{Effect, Reply};
use crate::app::state::State;
use crate::app::state::index::SessionIndex;
use crate::app::state::job::Status;
use crate::app::state::open::OpenSession;
use crate::app::state::sessions::{SessionLine, SessionRef};
use crate::model::session::SessionRow;
use crate::store::catalogue::{Catalogue, Depth};

pub(super) fn take(state: &mut State, reply: Reply, out: &mut Effects) {
    match reply {
        Reply::Catalogue { request, catalogue, done } => {
            if state.requests.catalogue.current() == request {
                take_catalogue(state, catalogue, done, out);
            }
        }
        Reply::Deepened { request, rows, left } => {
            if state.requests.catalogue.current() == request {
                deepened(state, rows, left, out);
            }
        }
        Reply::Index { request, index } => {
            if state.requests.open.current() == request {
                take_index(state, request, &index, out);
            }
        }
        Reply::OpenFailed { request, why } => {
            if state.requests.open.current() == request {
                state.jobs.opening = None;
                if let Some(coming) = state.coming.take() {
                    state.open = Some(coming);
                }
                if let Some(open) = &mut state.open {
                    open.failed = Some(why);
                }
            }
        }
        Reply::Bodies { request, bodies } => {
            if let Some(open) = &mut state.open
                && open.request.generation() == request
            {
                for (key, slot) in bodies {
                    open.bodies.put(key, slot);
                }
                detail::bodies_came(state);
            }
        }
        Reply::Found { request, hits, searched, done, failed } => {
            let is_it = |find: &crate::app::state::find::Find| find.request.generation() == request;
            if state.find.as_ref().is_some_and(is_it) {
                find::found(state, &hits, searched, done, failed);
            }
        }
        Reply::Learning { request, data, done } => {
            if state.requests.learning.current() == request {
                learning::take(state, &data, done, out);
            }
        }
        Reply::LearningProgress { request, progress } => {
            if state.requests.learning.current() == request {
                state.learning.progress = Some(progress);
            }
        }
        Reply::Arm { request, seen } => {
            if state.requests.arm.current() == request {
                learning::take_arm(state, seen);
            }
        }
        Reply::LearningFailed { request, why } => {
            if state.requests.learning.current() == request {
                learning::failed(state, why);
            }
        }
        Reply::Trace { request, row, trace } => {
            if state.requests.learning.current() == request {
                learning::take_trace(state, row, trace);
            }
        }
        Reply::Text { viewer, text } => match text {
            Ok(text) => {
                let text = super::copy::for_viewer(&text, state.detail.mode);
                out.push(Effect::OpenExternal { viewer, text });
            }
            Err(why) => state.status = Some(Status::error(why)),
        },
        Reply::Planned { request, result } => {
            if state.requests.plan.current() == request {
                preview::planned(state, result, out);
            }
        }
        Reply::Original { request, result } => {
            if state.requests.plan.current() == request {
                preview::original(state, result);
            }
        }
        Reply::Target { request, result } => {
            if state.requests.export.current() == request {
                preview::targeted(state, result);
            }
        }
        Reply::Exported { request, result } => preview::exported(state, request, result, out),
        Reply::FoundInBundle { request, hits } => {
            if state.requests.bundle_find.current() == request {
                preview::found(state, hits);
            }
        }
        Reply::Working { task, request, working } => {
            preview::working(state, task, request, working);
        }
        Reply::Notice(status) => state.status = Some(status),
        Reply::Broken => state.status = Some(Status::error("a worker has died")),
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
    if let Some(coming) = state.coming.take_if(|coming| coming.request.generation() == request) {
        let (before, height) = (state.open.take(), state.areas.main.height);
        state.open = Some(coming);
        if before.is_some() {
            state.requests.find.cancel_all();
            state.find = None;
        }
        if height > 0 {
            super::moves::main_height(state, usize::from(height));
        }
    }
    let progress = index.transcript.as_ref().map(|transcript| transcript.progress);
    state.jobs.opening = if index.complete { None } else { progress };
    let Some(open) = &mut state.open else { return };
    let selected = transcript::selected(open);
    (open.failed, open.stopped) = (None, None);
    open.index = Some(Arc::clone(index));
    transcript::rebuild(open, selected);
    timeline::rebuild(&mut open.timeline, index);
    tools::rebuild(&mut open.tools, index);
    open.runs.list.fit(index.runs.len());
    if index.complete {
        deepen_open(state, out);
    }
}
