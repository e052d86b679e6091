//! The sessions pane: which lines it has, and what its keys do.

use std::sync::Arc;

use super::{Effects, focus, layers, say};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::lines;
use crate::app::state::open::OpenSession;
use crate::app::state::sessions::{FoldKey, SessionLine, SessionRef};
use crate::app::state::{Focus, State};
use crate::model::key::SessionKind;
use crate::model::session::SessionRow;
use crate::model::transcript::Progress;

/// Reads the state anew.
pub(super) fn reload(state: &mut State, out: &mut Effects) {
    let request = state.requests.catalogue.next();
    state.jobs.catalogue = true;
    state.jobs.deepening = None;
    out.push(Effect::LoadCatalogue(request));
}

pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) {
    match action {
        Action::Open => open(state, out),
        Action::Fold => fold(state, out),
        Action::Unfold => set_fold(state, false),
        Action::ToggleFold => {
            let folded = selected_fold(state).is_some_and(|(_, folded)| folded);
            set_fold(state, !folded);
        }
        Action::NextSort => {
            state.sessions.sort = state.sessions.sort.next();
            rebuild(state);
            say(state, format!("sorted by {}", state.sessions.sort.word()));
        }
        Action::ReverseSort => {
            state.sessions.reverse = !state.sessions.reverse;
            rebuild(state);
        }
        Action::FilterSessions => layers::open(state, action),
        Action::ToggleCron => toggle_kind(state, SessionKind::Cron),
        Action::ToggleSubagents => toggle_kind(state, SessionKind::Subagent),
        Action::ToggleHeartbeats => toggle_kind(state, SessionKind::Heartbeat),
        Action::ToggleArchived => {
            state.sessions.hide_archived = !state.sessions.hide_archived;
            rebuild(state);
            let how = if state.sessions.hide_archived { "hidden" } else { "shown" };
            say(state, format!("archived sessions are {how}"));
        }
        _ => {}
    }
}

fn toggle_kind(state: &mut State, kind: SessionKind) {
    let hide = !state.sessions.hidden.remove(&kind);
    if hide {
        state.sessions.hidden.insert(kind);
    }
    rebuild(state);
    say(state, format!("{} sessions are {}", kind.word(), if hide { "hidden" } else { "shown" }));
}

/// Enter: opens the session and goes there, or folds and unfolds an agent.
fn open(state: &mut State, out: &mut Effects) {
    if state.sessions.selected_row().is_none() {
        let folded = selected_fold(state).is_some_and(|(_, folded)| folded);
        set_fold(state, !folded);
        return;
    }
    preview(state, out);
    // Whoever presses Enter waits for this session; the one before must not stand in for it.
    let open = state.open.as_ref();
    let is_other = |coming: &mut OpenSession| open.is_none_or(|open| open.name != coming.name);
    if let Some(coming) = state.coming.take_if(is_other) {
        state.open = Some(coming);
        state.find = None;
    }
    focus(state, Focus::Main);
}

/// Asks for the selected session, unless it is open or on its way.
pub(super) fn preview(state: &mut State, out: &mut Effects) {
    let Some(row) = state.sessions.selected_row().and_then(|at| state.catalogue.rows.get(at))
    else {
        return;
    };
    let is_it = |open: &OpenSession| open.name.names(row) && open.failed.is_none();
    if state.coming.as_ref().is_some_and(is_it) {
        return;
    }
    if state.open.as_ref().is_some_and(is_it) {
        // Back where it was before another request set out: that one is not wanted any more.
        if state.coming.take().is_some() {
            resume(state, out);
        }
        return;
    }
    let row = Arc::new(row.clone());
    ask(state, row, out);
}

/// Selects and opens a session by its position in the catalogue, taking away the filter and the
/// folds that hide it.
pub(super) fn go_to(state: &mut State, row: usize, out: &mut Effects) {
    let is_it =
        |line: &SessionLine| matches!(line, SessionLine::Session { row: at, .. } if *at == row);
    if !state.sessions.lines.iter().any(is_it) {
        let pane = &mut state.sessions;
        pane.filter.clear();
        pane.folds.clear();
        pane.hidden.clear();
        pane.hide_archived = false;
        rebuild(state);
    }
    if let Some(line) = state.sessions.lines.iter().position(is_it) {
        state.sessions.list.select(line, state.sessions.lines.len());
        open(state, out);
    }
}

/// Reads the open session again, or the one that is about to take its place: somebody may be
/// writing to it, its reading may have been stopped, and what failed may go well now.
pub(super) fn read_again(state: &mut State, out: &mut Effects) {
    let wanted = state.coming.as_ref().or(state.open.as_ref());
    if let Some(row) = wanted.map(|open| Arc::clone(&open.row)) {
        ask(state, row, out);
    }
}

/// Asks for the open session where the catalogue has it now, if it could not be read where it was
/// said to be: its transcript may have come or moved since.
pub(super) fn look_elsewhere(state: &mut State, out: &mut Effects) {
    let Some(open) = state.open.as_ref().filter(|open| open.failed.is_some()) else { return };
    let was = &open.row;
    let moved = |row: &&SessionRow| {
        (&row.agent, &row.key, &row.session_id) == (&was.agent, &was.key, &was.session_id)
            && row.transcript != was.transcript
    };
    let rows = &state.catalogue.rows;
    let stays = rows.iter().any(|row| open.name.names(row));
    if let Some(row) = rows.iter().find(moved).filter(|_| !stays) {
        ask(state, Arc::new(row.clone()), out);
    }
}

fn resume(state: &mut State, out: &mut Effects) {
    let Some(open) = &mut state.open else { return };
    if open.stopped.is_some() || open.index.as_ref().is_some_and(|index| index.complete) {
        state.requests.open.cancel_all();
        state.jobs.opening = None;
        return;
    }
    let row = Arc::clone(&open.row);
    ask(state, row, out);
}

fn ask(state: &mut State, row: Arc<SessionRow>, out: &mut Effects) {
    let request = state.requests.open.next();
    state.coming = Some(OpenSession::new(Arc::clone(&row), request.clone()));
    state.jobs.opening = Some(Progress::default());
    out.push(Effect::Open { row, request });
}

/// Steps out: folds what is open, else goes to the line above that holds it.
fn fold(state: &mut State, out: &mut Effects) {
    if matches!(selected_fold(state), Some((_, false))) {
        return set_fold(state, true);
    }
    let pane = &mut state.sessions;
    let depth_of = |line: &SessionLine| match line {
        SessionLine::Agent { .. } => 0,
        SessionLine::Session { depth, .. } => usize::from(*depth) + 1,
    };
    let Some(own) = pane.lines.get(pane.list.selected).map(depth_of) else { return };
    let above = pane.lines.iter().take(pane.list.selected);
    if let Some(parent) = above.clone().rposition(|line| depth_of(line) < own) {
        pane.list.select(parent, pane.lines.len());
        preview(state, out);
    }
}

/// The fold key of the selected line and whether it is folded; `None` for lines without children.
fn selected_fold(state: &State) -> Option<(FoldKey, bool)> {
    match state.sessions.lines.get(state.sessions.list.selected)? {
        SessionLine::Agent { agent, folded, .. } => Some((FoldKey::Agent(agent.clone()), *folded)),
        SessionLine::Session { row, children, folded, .. } if *children > 0 => {
            let row = state.catalogue.rows.get(*row)?;
            Some((FoldKey::Session(SessionRef::of(row)), *folded))
        }
        SessionLine::Session { .. } => None,
    }
}

fn set_fold(state: &mut State, fold: bool) {
    let Some((key, _)) = selected_fold(state) else { return };
    if fold {
        state.sessions.folds.insert(key);
    } else {
        state.sessions.folds.remove(&key);
    }
    rebuild(state);
}

/// Narrows the sessions.
pub(super) fn set_filter(state: &mut State, filter: &str) {
    if state.sessions.filter == filter {
        return;
    }
    filter.clone_into(&mut state.sessions.filter);
    rebuild(state);
    // While letters are typed the best fit is what is meant.
    if !filter.is_empty() {
        let first = state.sessions.lines.iter().position(is_session).unwrap_or(0);
        state.sessions.list.select(first, state.sessions.lines.len());
    }
}

/// Makes the lines anew, keeping the selection on its session.
pub(super) fn rebuild(state: &mut State) {
    let kept = state.sessions.selected_row();
    rebuild_around(state, kept.map(Anchor::Row).as_ref());
}

/// What the selection holds on to while the lines are made anew.
pub(super) enum Anchor {
    /// A position in the catalogue.
    Row(usize),
    /// A session, wherever it is now.
    Name(SessionRef),
}

pub(super) fn rebuild_around(state: &mut State, kept: Option<&Anchor>) {
    let agent = match state.sessions.lines.get(state.sessions.list.selected) {
        Some(SessionLine::Agent { agent, .. }) => Some(agent.clone()),
        _ => None,
    };
    let (lines, shown) = lines::build(&state.catalogue, &state.sessions);
    let holds = |line: &SessionLine| match line {
        SessionLine::Session { row, .. } => match kept {
            Some(Anchor::Row(kept)) => row == kept,
            Some(Anchor::Name(name)) => {
                state.catalogue.rows.get(*row).is_some_and(|row| name.names(row))
            }
            None => false,
        },
        SessionLine::Agent { agent: of, .. } => agent.as_ref() == Some(of),
    };
    let found = lines.iter().position(holds);
    let pane = &mut state.sessions;
    (pane.lines, pane.shown) = (lines, shown);
    let at = found.unwrap_or(pane.list.selected);
    pane.list.select(at, pane.lines.len());
}

pub(super) fn is_session(line: &SessionLine) -> bool {
    matches!(line, SessionLine::Session { .. })
}
