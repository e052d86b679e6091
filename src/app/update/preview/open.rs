//! Opening the preview: of which session, which branch, and whether it is there already.

use std::sync::Arc;

use super::super::{Effects, say, transcript};
use super::{look_again, plan};
use crate::app::effect::Effect;
use crate::app::lines;
use crate::app::state::layer::Layer;
use crate::app::state::list::ListState;
use crate::app::state::preview::findings::FindingsPane;
use crate::app::state::preview::{Before, Contents, Preview, View};
use crate::app::state::{Focus, State, Tab};
use crate::model::session::SessionRow;
use crate::ops::plan::PlanRequest;
use crate::ops::title;

/// Opens the preview of the selected session, or of the selected branch.
pub(in crate::app::update) fn open(state: &mut State, out: &mut Effects) {
    let Some(row) = wanted(state) else {
        return say(state, "select a session to preview its bundle");
    };
    let branch = branch(state, &row);
    let is_same = |preview: &Preview| {
        preview.asked.row.transcript == row.transcript && preview.asked.branch == branch
    };
    // Left for an entry of its session, the preview is come back to, whatever branch that is on.
    let is_left =
        |preview: &Preview| preview.away && preview.asked.row.transcript == row.transcript;
    let is_kept = state.preview.as_deref().is_some_and(|one| is_same(one) || is_left(one));
    state.layers.push(Layer::Preview);
    let cwd = cwd(state, &row);
    if let Some(preview) = state.preview.as_mut().filter(|_| is_kept) {
        preview.away = false;
        return look_again(state, cwd, out);
    }
    let gone = state.preview.take().and_then(|preview| preview.planned);
    out.extend(gone.map(|gone| Effect::LetGo(gone)));
    state.preview = Some(Box::new(fresh(state, &row, branch)));
    plan(state, cwd, None, out);
}

fn fresh(state: &State, row: &SessionRow, branch: Option<String>) -> Preview {
    let key = row.key.as_ref().map_or(row.session_id.as_str(), |key| key.as_str().trim());
    let asked = PlanRequest {
        session_key: key.to_owned(),
        branch,
        workspace: state.current_dir.clone(),
        redaction: state.sharing.redaction.clone(),
        now: state.now,
        row: row.clone(),
    };
    Preview {
        title: title::masked(lines::title(row)),
        workspaces: vec![asked.workspace.clone()],
        asked,
        given: state.sharing.clone(),
        added: Vec::new(),
        accepted: Vec::new(),
        planning: None,
        looks_again: false,
        stamp: None,
        failed: None,
        news: None,
        written: None,
        planned: None,
        view: View::Files,
        inside: false,
        files: ListState::default(),
        findings: FindingsPane::default(),
        uncovered: ListState::default(),
        contents: Contents::default(),
        before: Before::Hidden,
        find: None,
        away: false,
    }
}

/// The session that is meant: the selected one, or the open one.
fn wanted(state: &State) -> Option<Arc<SessionRow>> {
    let selected = || state.catalogue.rows.get(state.sessions.selected_row()?);
    match state.focus {
        Focus::Sessions => selected().map(|row| Arc::new(row.clone())),
        Focus::Main | Focus::Detail => {
            let open = state.open.as_ref()?;
            // The catalogue may know more of the session by now than when it was opened.
            let newest = state.catalogue.rows.iter().find(|row| open.name.names(row));
            Some(newest.map_or_else(|| Arc::clone(&open.row), |row| Arc::new(row.clone())))
        }
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
