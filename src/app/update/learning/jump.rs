//! From a run to its session, and there to the entry with which the run ended.

use super::super::{Effects, say, sessions, show, transcript};
use crate::app::state::index::SessionIndex;
use crate::app::state::learning::{Jump, TraceSlot};
use crate::app::state::open::OpenSession;
use crate::app::state::{State, Tab};
use crate::model::ids::EntryIx;
use crate::model::learning::index::{TraceEntry, TraceIndex};
use crate::model::runs::Run;
use crate::model::session::SessionRow;

/// Opens the session of the selected run, when the catalogue has it.
pub(super) fn to_session(state: &mut State, out: &mut Effects) {
    let Some((mut jump, key)) = wanted(state) else { return say(state, "no run is selected") };
    let id = jump.session_id.clone();
    let rows = &state.catalogue.rows;
    let by_id = rows.iter().position(|row| row.session_id == id);
    let has_key =
        |row: &SessionRow| row.key.as_ref().is_some_and(|own| Some(own.as_str()) == key.as_deref());
    let Some(at) = by_id.or_else(|| rows.iter().position(has_key)) else {
        return say(state, format!("the session {id} is not in the catalogue"));
    };
    if let Some(row) = rows.get(at) {
        jump.session_id.clone_from(&row.session_id);
    }
    state.learning.left_for = Some(jump.session_id.clone());
    state.learning.jump = Some(jump);
    sessions::go_to(state, at, out);
    state.tab = Tab::Transcript;
    let said = if by_id.is_some() {
        "esc leads back to the run".to_owned()
    } else {
        let key = key.unwrap_or_default();
        format!("the run's session {id} is gone; this is what {key} is now")
    };
    say(state, said);
}

/// Goes back to the run that led to the open session; tells whether one did.
pub(in crate::app::update) fn back_to_run(state: &mut State, out: &mut Effects) -> bool {
    let led = state.learning.left_for.take().is_some();
    if led {
        show(state, Tab::Learning, out);
    }
    led
}

/// Forgets that a run led to a session, once the learning tab or another session is shown.
fn forget_run(state: &mut State) {
    let Some(led) = &state.learning.left_for else { return };
    let mut shown = state.open.iter().chain(&state.coming);
    if state.tab == Tab::Learning || shown.all(|open| open.row.session_id != *led) {
        state.learning.left_for = None;
    }
}

/// The selected run, and the key of its session.
fn wanted(state: &State) -> Option<(Jump, Option<String>)> {
    let index = &state.learning.data.as_ref()?.runs.as_ref()?.index;
    let entry = index.get(state.learning.selected_run()?)?;
    let run_id = match state.learning.whole.get(&entry.row) {
        Some(TraceSlot::Ready(trace)) => Some(trace.run_id.clone()),
        _ => None,
    };
    let (session_id, key) = session_of(index, entry);
    Some((Jump { session_id, run_id, ended: entry.date() }, key))
}

fn session_of(index: &TraceIndex, entry: &TraceEntry) -> (String, Option<String>) {
    let name = |name| index.names.get(name).to_owned();
    (entry.session_id.map(name).unwrap_or_default(), entry.session_key.map(name))
}

/// Once the session of a jump has been read, selects what the run ended with.
pub(super) fn settle(state: &mut State) {
    forget_run(state);
    let Some(jump) = &state.learning.jump else { return };
    let is_it = |open: &OpenSession| open.row.session_id == jump.session_id;
    if state.coming.as_ref().is_some_and(is_it) {
        return;
    }
    let Some(open) = state.open.as_mut().filter(|open| is_it(open)) else {
        // Somebody has gone elsewhere meanwhile.
        state.learning.jump = None;
        return;
    };
    let Some(index) = open.index.clone().filter(|index| index.complete) else { return };
    let Some(jump) = state.learning.jump.take() else { return };
    let is_run = |run: &Run| {
        let id = run.id.and_then(|id| Some(index.log.as_ref()?.text(id)));
        id.is_some() && id == jump.run_id.as_deref()
    };
    let at = index.runs.iter().position(is_run);
    if let Some(at) = at {
        open.runs.list.select(at, index.runs.len());
    }
    let run_ended = at.and_then(|at| index.runs.get(at)?.ended);
    match jump.ended.max(run_ended).and_then(|ended| last_before(&index, ended)) {
        Some(entry) => transcript::reveal(state, entry),
        None => say(state, "no entry here is as old as the run"),
    }
}

/// The entry that was the newest at a time; of equal ones that of the active branch.
fn last_before(index: &SessionIndex, time: i64) -> Option<EntryIx> {
    let transcript = index.transcript.as_ref()?;
    let entries = transcript.tables.entries.iter().enumerate();
    let dated = entries.filter_map(|(at, entry)| Some((entry.time()?, EntryIx(at as u32))));
    dated
        .filter(|(then, _)| *then <= time)
        .max_by_key(|(then, entry)| (*then, transcript.branch.contains(*entry)))
        .map(|(_, entry)| entry)
}
