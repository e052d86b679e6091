//! The detail pane: what it is about, which bodies that needs, and how it is shown.

use std::sync::Arc;

use super::{Effects, focus, moves, say};
use crate::app::action::Action;
use crate::app::effect::{BodyRequest, Effect, Viewer as Program};
use crate::app::json::JsonTree;
use crate::app::state::bodies::{BodyCache, BodyKey};
use crate::app::state::detail::{DetailMode, DetailPane, Subject};
use crate::app::state::index::SessionIndex;
use crate::app::state::layer::{Layer, Viewer};
use crate::app::state::list::{Move, Scroll};
use crate::app::state::open::OpenSession;
use crate::app::state::panes::ToolLine;
use crate::app::state::{Focus, State, Tab};
use crate::model::ids::{EventIx, RunIx};
use crate::model::outline::OutlineKind;
use crate::model::runs::RunDetails;
use crate::model::timeline::TimelineEvent;

/// Larger records are read for the detail pane only, not for a line of a list.
const LIST_LIMIT: u32 = 1 << 20;

/// Points the detail pane at what is selected.
pub(super) fn follow_selection(state: &mut State) {
    let subject = match state.focus {
        Focus::Sessions => session_subject(state),
        // The detail keeps to what it was opened for.
        Focus::Detail => state.detail.subject.filter(|_| is_current(state)).or(main_subject(state)),
        Focus::Main => main_subject(state),
    };
    let session = state.open.as_ref().map_or(0, |open| open.request.generation());
    let index = state.open.as_ref().and_then(|open| open.index.as_deref());
    let records = match (subject, index) {
        (Some(subject), Some(index)) => records(subject, index),
        _ => Vec::new(),
    };
    let pane = &mut state.detail;
    if pane.subject != subject || pane.session != session {
        let mode = pane.mode;
        let scroll = Scroll { top: 0, ..pane.scroll };
        *pane = DetailPane { subject, session, mode, scroll, ..DetailPane::default() };
    }
    if pane.records != records {
        let shown = pane.record();
        pane.part = records.iter().position(|record| Some(*record) == shown).unwrap_or(0);
        pane.records = records;
        pane.run = None;
        if pane.record() != shown {
            pane.tree = None;
        }
    }
}

fn is_current(state: &State) -> bool {
    let session = state.open.as_ref().map_or(0, |open| open.request.generation());
    state.detail.session == session
}

fn session_subject(state: &State) -> Option<Subject> {
    let selected = state.sessions.list.selected;
    state.sessions.lines.get(selected)?;
    Some(state.sessions.selected_row().map_or(Subject::Agent(selected), Subject::Session))
}

fn main_subject(state: &State) -> Option<Subject> {
    if state.tab == Tab::Diagnostics {
        let at = state.diagnostics.list.selected;
        return state.all_diagnostics().nth(at).map(|_| Subject::Diagnostic(at));
    }
    if state.tab == Tab::Learning {
        let pane = &state.learning;
        let run = pane.selected_run().map(Subject::Trace);
        let bar = pane.selected_bar().map(Subject::Chart);
        return run.or(bar).or_else(|| pane.selected_arm().map(Subject::Arm));
    }
    let open = state.open.as_ref()?;
    let index = open.index.as_ref()?;
    match state.tab {
        Tab::Transcript => {
            let row = open.transcript.outline.rows.get(open.transcript.list.selected)?;
            Some(match row.kind {
                OutlineKind::FoldedBranch => Subject::Branch(row.entry),
                OutlineKind::Unanswered(block) => index
                    .calls
                    .asked_in(row.entry, u32::from(block))
                    .map_or(Subject::Entry(row.entry), Subject::Call),
                _ => Subject::Entry(row.entry),
            })
        }
        Tab::Timeline => {
            let at = open.timeline.position(open.timeline.list.selected);
            Some(match index.timeline.rows.get(at)?.event {
                TimelineEvent::Runtime(event) => Subject::Event(event),
                TimelineEvent::Entry(entry) => Subject::Entry(entry),
                TimelineEvent::Call { entry, block } => {
                    index.calls.asked_in(entry, block).map_or(Subject::Entry(entry), Subject::Call)
                }
            })
        }
        Tab::Tools => Some(match open.tools.lines.get(open.tools.list.selected)? {
            ToolLine::Group { total, .. } => Subject::Tool(*total),
            ToolLine::Call(call) => Subject::Call(*call),
        }),
        Tab::Runs | Tab::Diagnostics | Tab::Learning => {
            let at = open.runs.list.selected;
            index.runs.get(at).map(|_| Subject::Run(RunIx::from(at)))
        }
    }
}

/// The records that a subject is made of, in reading order.
fn records(subject: Subject, index: &SessionIndex) -> Vec<BodyKey> {
    match subject {
        Subject::Session(_)
        | Subject::Agent(_)
        | Subject::Tool(_)
        | Subject::Diagnostic(_)
        | Subject::Arm(_)
        | Subject::Trace(_)
        | Subject::Chart(_) => Vec::new(),
        Subject::Entry(entry) | Subject::Branch(entry) => vec![BodyKey::Entry(entry)],
        Subject::Event(event) => vec![BodyKey::Event(event)],
        Subject::Call(call) => index.records_of(call),
        Subject::Run(run) => {
            let needs = index.runs.get(run.index()).map(RunDetails::needs).unwrap_or_default();
            needs.into_iter().map(BodyKey::Event).collect()
        }
    }
}

/// Asks for the bodies that the detail pane and the rows on the screen or near it need.
pub(super) fn want_bodies(state: &mut State, out: &mut Effects) {
    let tab = state.tab;
    let Some(open) = &mut state.open else { return };
    let Some(index) = open.index.clone() else { return };
    let mut keys = state.detail.records.clone();
    let viewer = state.layers.iter().filter_map(|layer| match layer {
        Layer::Viewer(viewer) => Some(viewer.record),
        _ => None,
    });
    keys.extend(viewer);
    let large = |key: &BodyKey| index.span(*key).is_none_or(|span| span.len > LIST_LIMIT);
    keys.extend(nearby(open, &index, tab).into_iter().filter(|key| !large(key)));
    let missing = open.bodies.want(&keys);
    let records: Vec<_> =
        missing.into_iter().filter_map(|key| Some((key, index.span(key)?))).collect();
    if !records.is_empty() {
        out.push(Effect::LoadBodies(request(open, &index, records)));
    }
}

fn request(
    open: &OpenSession,
    index: &SessionIndex,
    records: Vec<(BodyKey, crate::model::ids::RowSpan)>,
) -> BodyRequest {
    BodyRequest {
        request: open.request.clone(),
        transcript: open.row.transcript.clone(),
        runtime: index.runtime.clone(),
        records,
    }
}

/// The records of the rows on the screen, then of those within a page of it.
fn nearby(open: &OpenSession, index: &SessionIndex, tab: Tab) -> Vec<BodyKey> {
    let (list, len) = match tab {
        Tab::Transcript => (&open.transcript.list, open.transcript.outline.rows.len()),
        Tab::Timeline => (&open.timeline.list, open.timeline.len(index.timeline.rows.len())),
        Tab::Tools => (&open.tools.list, open.tools.lines.len()),
        Tab::Runs => (&open.runs.list, index.runs.len()),
        Tab::Diagnostics | Tab::Learning => return Vec::new(),
    };
    let (visible, near) = (list.visible(len), list.nearby(len));
    let lines = visible.clone().chain(near.start..visible.start).chain(visible.end..near.end);
    lines.flat_map(|line| of_line(open, index, tab, line)).collect()
}

fn of_line(open: &OpenSession, index: &SessionIndex, tab: Tab, line: usize) -> Vec<BodyKey> {
    let one = |key: BodyKey| vec![key];
    match tab {
        Tab::Transcript => {
            let row = open.transcript.outline.rows.get(line);
            row.map(|row| one(BodyKey::Entry(row.entry)))
        }
        Tab::Timeline => {
            let row = index.timeline.rows.get(open.timeline.position(line));
            row.map(|row| match row.event {
                TimelineEvent::Runtime(event) => one(BodyKey::Event(event)),
                TimelineEvent::Entry(entry) | TimelineEvent::Call { entry, .. } => {
                    one(BodyKey::Entry(entry))
                }
            })
        }
        Tab::Tools => match open.tools.lines.get(line) {
            Some(ToolLine::Call(call)) => Some(index.records_of(*call)),
            _ => None,
        },
        Tab::Runs => index.runs.get(line).map(|run| {
            let shown: [Option<EventIx>; 2] = [run.prompt, run.session_started];
            shown.into_iter().flatten().map(BodyKey::Event).collect()
        }),
        Tab::Diagnostics | Tab::Learning => None,
    }
    .unwrap_or_default()
}

/// New bodies are here: what was made from those before must be made anew.
pub(super) fn bodies_came(state: &mut State) {
    state.detail.run = None;
}

/// Makes what is shown from bodies, once: the JSON trees and the facts of a run.
pub(super) fn build_views(state: &mut State) {
    let Some(open) = &state.open else { return };
    let (pane, bodies) = (&mut state.detail, &open.bodies);
    if pane.mode == DetailMode::Tree && pane.tree.is_none() {
        pane.tree = pane.record().and_then(|record| tree(bodies, record, pane.scroll.height));
    }
    if let (Some(Subject::Run(run)), None, Some(index)) = (pane.subject, &pane.run, &open.index) {
        pane.run = index.runs.get(run.index()).map(|run| {
            let ready = pane.records.iter().filter_map(|key| match key {
                BodyKey::Event(event) => Some((*event, (*bodies.ready(*key)?.value).clone())),
                BodyKey::Entry(_) => None,
            });
            Box::new(RunDetails::read(run, &ready.collect::<Vec<_>>()))
        });
    }
    for layer in &mut state.layers {
        if let Layer::Viewer(viewer) = layer
            && viewer.tree.is_none()
        {
            viewer.tree = tree(bodies, viewer.record, viewer.scroll.height);
        }
    }
}

fn tree(bodies: &BodyCache, record: BodyKey, height: usize) -> Option<JsonTree> {
    let body = bodies.ready(record).filter(|body| !body.cut)?;
    let mut tree = JsonTree::new(Arc::clone(body));
    tree.list.height = height.max(1);
    Some(tree)
}

pub(super) fn act(state: &mut State, action: Action, out: &mut Effects) {
    match action {
        Action::NextView => next_view(state),
        Action::NextPart => {
            let pane = &mut state.detail;
            if pane.records.len() > 1 {
                pane.part = (pane.part + 1) % pane.records.len();
                (pane.tree, pane.scroll.top) = (None, 0);
                if pane.mode == DetailMode::Formatted {
                    pane.mode = DetailMode::Tree;
                }
            } else {
                say(state, "there is only one record");
            }
        }
        Action::View => match state.detail.record() {
            Some(record) => view(state, record),
            None => say(state, "nothing is selected that has a record"),
        },
        Action::Pager => external(state, Program::Pager, out),
        Action::Editor => external(state, Program::Editor, out),
        Action::Fold | Action::Unfold | Action::ToggleFold | Action::Open => {
            if state.detail.mode == DetailMode::Tree
                && let Some(tree) = &mut state.detail.tree
            {
                fold(tree, action);
            } else if action == Action::Fold {
                focus(state, Focus::Main);
            }
        }
        _ => {}
    }
}

/// Folds in a JSON tree.
pub(super) fn fold(tree: &mut JsonTree, action: Action) {
    match action {
        Action::Fold => tree.fold(),
        Action::Unfold => tree.unfold(),
        _ => tree.toggle(),
    }
}

fn next_view(state: &mut State) {
    if let Some(Layer::Viewer(viewer)) = state.layers.last_mut() {
        viewer.raw = !viewer.raw;
        viewer.scroll.top = 0;
        return;
    }
    state.detail.mode = state.detail.mode.next();
    state.detail.scroll.top = 0;
}

fn view(state: &mut State, record: BodyKey) {
    let row = state.open.as_ref().and_then(|open| {
        let index = open.index.as_ref()?;
        let (row, lines) = match record {
            BodyKey::Entry(entry) => {
                let transcript = index.transcript.as_ref()?;
                (transcript.tables.entry(entry)?.row, transcript.origin.lines)
            }
            BodyKey::Event(event) => {
                let log = index.log.as_ref()?;
                (log.event(event)?.row, log.lines)
            }
        };
        Some(format!("{} {row}", if lines { "line" } else { "row" }))
    });
    let what = if matches!(record, BodyKey::Entry(_)) { "transcript" } else { "runtime event" };
    state.layers.push(Layer::Viewer(Box::new(Viewer {
        title: format!("{what}, {}", row.unwrap_or_default()),
        record,
        raw: false,
        tree: None,
        scroll: Scroll { height: usize::from(state.size.height), ..Scroll::default() },
    })));
}

fn external(state: &mut State, viewer: Program, out: &mut Effects) {
    let record = match state.layers.last() {
        Some(Layer::Viewer(viewer)) => Some(viewer.record),
        _ => state.detail.record(),
    };
    let body = record.and_then(|record| {
        let open = state.open.as_ref()?;
        let index = open.index.as_ref()?;
        Some(request(open, index, vec![(record, index.span(record)?)]))
    });
    match body {
        Some(body) => {
            let mode = state.detail.mode;
            out.push(Effect::ReadText { body, viewer, mode });
        }
        None => say(state, "nothing is selected that has a record"),
    }
}

/// Scrolls the detail pane while another pane has the keyboard.
pub(super) fn scroll(state: &mut State, action: Action) {
    let to = if action == Action::DetailUp { Move::Up(3) } else { Move::Down(3) };
    moves::go_in_detail(state, to);
}
