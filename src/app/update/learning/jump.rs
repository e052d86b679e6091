//! From a run to its session.

use super::super::{Effects, say, sessions};
use crate::app::state::{State, Tab};
use crate::model::learning::index::{TraceEntry, TraceIndex};
use crate::model::session::SessionRow;

/// Opens the session of the selected run, when the catalogue has it.
pub(super) fn to_session(state: &mut State, out: &mut Effects) {
    let Some((id, key)) = wanted(state) else { return say(state, "no run is selected") };
    let rows = &state.catalogue.rows;
    let by_id = rows.iter().position(|row| row.session_id == id);
    let has_key =
        |row: &SessionRow| row.key.as_ref().is_some_and(|own| Some(own.as_str()) == key.as_deref());
    let Some(at) = by_id.or_else(|| rows.iter().position(has_key)) else {
        return say(state, format!("the session {id} is not in the catalogue"));
    };
    sessions::go_to(state, at, out);
    state.tab = Tab::Transcript;
    if by_id.is_none() {
        let key = key.unwrap_or_default();
        say(state, format!("the run's session {id} is gone; this is what {key} is now"));
    }
}

/// The session id and key of the selected run.
fn wanted(state: &State) -> Option<(String, Option<String>)> {
    let index = &state.learning.data.as_ref()?.runs.as_ref()?.index;
    let entry = index.get(state.learning.selected_run()?)?;
    Some(session_of(index, entry))
}

fn session_of(index: &TraceIndex, entry: &TraceEntry) -> (String, Option<String>) {
    let name = |name| index.names.get(name).to_owned();
    (entry.session_id.map(name).unwrap_or_default(), entry.session_key.map(name))
}
