//! The two sides of the preview: what the list selects, the contents show.

use std::sync::Arc;

use super::super::{Effects, detail, moves, say};
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::json::JsonTree;
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::list::Move;
use crate::app::state::preview::findings::FindingRow;
use crate::app::state::preview::{Document, Preview, View, body};
use crate::export::Original;
use crate::js::print::to_visible_pretty;
use crate::js::value::Value;
use crate::model::bundle::BundlePlan;
use crate::model::finding::Finding;
use crate::model::review::Contents as FileContents;
use crate::model::text::visible_lines;

/// Does an action of the lists and the contents.
pub(super) fn act(preview: &mut Preview, action: Action) {
    if preview.planned.is_none() {
        return;
    }
    if let Some(to) = moves::of(action) {
        return go(preview, to);
    }
    match action {
        Action::BundleFiles => show(preview, View::Files),
        Action::Findings => show(preview, View::Findings),
        Action::Uncovered => show(preview, View::Uncovered),
        Action::NextTab => show(preview, preview.view.beside(1)),
        Action::PreviousTab => show(preview, preview.view.beside(-1)),
        Action::FocusNext => preview.inside = !preview.inside,
        Action::DetailUp => preview.contents.value.go(Move::Up(1)),
        Action::DetailDown => preview.contents.value.go(Move::Down(1)),
        Action::NextMatch => next_masked(preview, 1),
        Action::PreviousMatch => next_masked(preview, -1),
        Action::GroupFindings => {
            preview.findings.by = preview.findings.by.next();
            rebuild_findings(preview);
            show(preview, View::Findings);
        }
        Action::Open if preview.inside => open_row(preview),
        Action::Open | Action::Unfold | Action::Fold | Action::ToggleFold => fold(preview, action),
        _ => {}
    }
}

fn rebuild_findings(preview: &mut Preview) {
    if let Some(planned) = &preview.planned {
        preview.findings.rebuild(&planned.plan, &planned.plan);
    }
}

fn show(preview: &mut Preview, view: View) {
    preview.view = view;
    preview.inside = false;
    follow(preview);
}

fn go(preview: &mut Preview, to: Move) {
    if preview.inside {
        let len = preview.contents_len();
        match &mut preview.contents.tree {
            Some(tree) => tree.list.go(to, len),
            None => preview.contents.list.go(to, len),
        }
        selected_value(preview);
        return;
    }
    let len = preview.len();
    preview.list().go(to, len);
    follow(preview);
}

/// The value at the right is another one now.
fn selected_value(preview: &mut Preview) {
    preview.contents.value.top = 0;
    preview.contents.seek = true;
    if let (Some(tree), Some(before)) = (&preview.contents.tree, &mut preview.contents.before)
        && let Some(row) = tree.selected()
    {
        // Names of members may be masked, their places among their siblings stay.
        before.reveal_way(&row.way);
        before.list.top = tree.list.top;
    }
}

fn fold(preview: &mut Preview, action: Action) {
    if preview.inside {
        let at_root = preview.contents.tree.as_ref().and_then(JsonTree::selected);
        let at_root = at_root.is_none_or(|row| row.depth() == 0 && !row.is_open());
        match &mut preview.contents.tree {
            Some(_) if action == Action::Fold && at_root => {
                if !leave_event(preview) {
                    preview.inside = false;
                }
            }
            Some(tree) => detail::fold(tree, action),
            None if action == Action::Fold => preview.inside = false,
            None => open_row(preview),
        }
        return selected_value(preview);
    }
    let on_group = preview.view == View::Findings
        && matches!(
            preview.findings.rows.get(preview.findings.list.selected),
            Some(FindingRow::Group { .. })
        );
    let open = match action {
        Action::Fold => Some(false),
        Action::Unfold => Some(true),
        _ => None,
    };
    match (&preview.planned, preview.view, action) {
        (Some(planned), View::Findings, _) if on_group || action == Action::Fold => {
            preview.findings.fold(&planned.plan, open);
            follow(preview);
        }
        (_, _, Action::Open | Action::Unfold) => preview.inside = true,
        _ => {}
    }
}

/// Opens the event of the selected line, or folds in the tree.
fn open_row(preview: &mut Preview) {
    if let Some(tree) = &mut preview.contents.tree {
        detail::fold(tree, Action::Open);
        return selected_value(preview);
    }
    let file = preview.contents.document.0;
    let lines = preview.planned.as_ref().and_then(|planned| planned.review.files.get(file));
    if let Some(FileContents::Events(lines)) = lines
        && let Some(seq) = lines.get(preview.contents.list.selected).map(|line| line.seq)
    {
        open(preview, (file, Some(seq)));
    }
}

/// Goes from an event back to the list of events.
fn leave_event(preview: &mut Preview) -> bool {
    let (file, seq) = preview.contents.document;
    if seq.is_some() {
        open(preview, (file, None));
    }
    seq.is_some()
}

/// One step out before the preview is closed; tells whether there was one.
pub(super) fn step_back(preview: &mut Preview) -> bool {
    if !preview.inside {
        return false;
    }
    if preview.view != View::Files || !leave_event(preview) {
        preview.inside = false;
    }
    true
}

/// Shows what the selection of the list leads to.
fn follow(preview: &mut Preview) {
    let Some(planned) = &preview.planned else { return };
    let place = match preview.view {
        View::Files => Some(((preview.files.selected, None), None)),
        View::Findings => (preview.findings.selected(&planned.plan))
            .and_then(|at| planned.plan.findings.get(at))
            .and_then(|finding| place_of(&planned.plan, finding)),
        View::Uncovered => uncovered_place(preview),
    };
    if let Some((document, pointer)) = place {
        open(preview, document);
        reveal(preview, pointer);
    }
}

/// A document and, in it, a value or a line of text.
type Target = (Document, Option<Spot>);

enum Spot {
    Value(Arc<str>),
    Byte(usize),
}

fn place_of(plan: &BundlePlan, finding: &Finding) -> Option<Target> {
    let name = finding.file.as_deref()?;
    let file = plan.files.iter().position(|file| file.name == name)?;
    let spot = if finding.pointer.is_empty() {
        Spot::Byte(finding.shown.start)
    } else {
        Spot::Value(Arc::clone(&finding.pointer))
    };
    Some(((file, finding.event_seq), Some(spot)))
}

fn uncovered_place(preview: &Preview) -> Option<Target> {
    let planned = preview.planned.as_ref()?;
    let (at, review) = (preview.uncovered.selected, &planned.review);
    if let Some(one) = review.uncovered.get(at) {
        let spot = if one.pointer.is_empty() {
            Spot::Byte(one.range.start)
        } else {
            Spot::Value(Arc::clone(&one.pointer))
        };
        return Some(((one.file, one.seq), Some(spot)));
    }
    let share = review.shares.get(at - review.uncovered.len())?;
    let is_events = |file: &FileContents| matches!(file, FileContents::Events(_));
    let file = review.files.iter().position(is_events)?;
    Some(((file, Some(share.seq)), None))
}

/// Opens a document at the right; the one that is open stays as it is.
fn open(preview: &mut Preview, document: Document) {
    let Some(planned) = &preview.planned else { return };
    let contents = &mut preview.contents;
    let is_same = contents.document == document;
    let is_file = matches!(planned.review.files.get(document.0), Some(FileContents::Json(_)));
    if is_same && (contents.tree.is_some() || !(is_file || document.1.is_some())) {
        return;
    }
    let height = contents.tree.as_ref().map_or(contents.list.height, |tree| tree.list.height);
    // Coming out of an event, its line is the selected one.
    let from = (contents.document.0 == document.0).then_some(contents.document.1).flatten();
    contents.document = document;
    contents.tree = planned.body(document).map(JsonTree::new);
    if let Some(tree) = &mut contents.tree {
        tree.list.height = height;
    } else {
        contents.list.height = height;
        let len = preview_lines(planned.review.files.get(document.0));
        let at = from.and_then(|seq| line_of(planned.review.files.get(document.0), seq));
        contents.list.select(at.unwrap_or(0), len);
    }
    contents.value.top = 0;
    contents.seek = true;
    show_before(preview);
}

fn preview_lines(file: Option<&FileContents>) -> usize {
    match file {
        Some(FileContents::Events(lines)) => lines.len(),
        Some(FileContents::Lines(lines)) => lines.len(),
        Some(FileContents::Json(_)) | None => 0,
    }
}

fn line_of(file: Option<&FileContents>, seq: u64) -> Option<usize> {
    let Some(FileContents::Events(lines)) = file else { return None };
    lines.iter().position(|line| line.seq == seq)
}

fn reveal(preview: &mut Preview, spot: Option<Spot>) {
    let file =
        preview.planned.as_ref().and_then(|p| p.review.files.get(preview.contents.document.0));
    match (spot, &mut preview.contents.tree) {
        (Some(Spot::Value(pointer)), Some(tree)) => tree.reveal_pointer(&pointer),
        (Some(Spot::Byte(byte)), None) => {
            if let Some(FileContents::Lines(lines)) = file {
                let at = lines.partition_point(|line| line.end < byte);
                preview.contents.list.select(at, lines.len());
            }
        }
        _ => {}
    }
    selected_value(preview);
}

/// Shows the same place of a new plan.
pub(super) fn renew(preview: &mut Preview) {
    let len = preview.len();
    preview.list().fit(len);
    let Some(planned) = &preview.planned else { return };
    let document = preview.contents.document;
    match (&mut preview.contents.tree, planned.body(document)) {
        (Some(tree), Some(body)) => tree.replace(body),
        (None, None) => {
            let len = preview.contents_len();
            preview.contents.list.fit(len);
        }
        _ => {
            preview.contents.tree = None;
            preview.inside = false;
            follow(preview);
        }
    }
}

/// Lays out the same document as it was before redaction, where it is shown.
pub(super) fn show_before(preview: &mut Preview) {
    let (file, seq) = preview.contents.document;
    let name =
        preview.planned.as_ref().and_then(|planned| planned.file(file)).map(|file| file.name);
    let original = name.and_then(|name| preview.before.document(name, seq));
    let value = match (original, seq) {
        (Some(Original::Json(value)), None) => Some(value),
        (Some(Original::Events(events)), Some(seq)) => {
            usize::try_from(seq).ok().and_then(|seq| events.get(seq.checked_sub(1)?))
        }
        _ => None,
    };
    let value = value.filter(|_| preview.contents.tree.is_some());
    preview.contents.before = value.map(|value| JsonTree::new(body(value.clone(), 0)));
    selected_value(preview);
}

/// Goes to the next masked place of the whole bundle, or the one before.
fn next_masked(preview: &mut Preview, steps: isize) {
    let Some(planned) = &preview.planned else { return };
    let plan = &planned.plan;
    let len = plan.findings.len() as isize;
    if len == 0 {
        return;
    }
    let now = here(preview).unwrap_or(if steps > 0 { len - 1 } else { 0 });
    let at = (now + steps).rem_euclid(len) as usize;
    let Some((document, spot)) = plan.findings.get(at).and_then(|f| place_of(plan, f)) else {
        return;
    };
    if preview.view == View::Files {
        let len = plan.files.len();
        preview.files.select(document.0, len);
    }
    preview.inside = true;
    open(preview, document);
    reveal(preview, spot);
    preview.contents.masked = Some(at);
}

/// The finding that was gone to last, or the last one at or before the present place.
fn here(preview: &Preview) -> Option<isize> {
    let planned = preview.planned.as_ref()?;
    let pointer = pointer(preview);
    let is_here = |finding: &Finding| {
        planned.document(finding) == Some(preview.contents.document)
            && pointer.as_deref().is_none_or(|pointer| *finding.pointer == *pointer)
    };
    let known = preview.contents.masked;
    let known = known.filter(|at| planned.plan.findings.get(*at).is_some_and(is_here));
    let found = known.or_else(|| planned.plan.findings.iter().position(is_here));
    let before = |finding: &Finding| {
        planned.document(finding).is_some_and(|document| document < preview.contents.document)
    };
    let nearest = || planned.plan.findings.iter().rposition(before);
    found.or_else(nearest).map(|at| at as isize)
}

/// The JSON pointer of the selected value.
fn pointer(preview: &Preview) -> Option<String> {
    let tree = preview.contents.tree.as_ref()?;
    tree.selected().map(|row| tree.pointer(row))
}

/// The id of the transcript entry that the present place belongs to.
pub(super) fn entry_id(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref()?;
    if preview.view == View::Findings && !preview.inside {
        let at = preview.findings.selected(&planned.plan)?;
        return planned.plan.findings.get(at)?.entry_id.as_deref().map(str::to_owned);
    }
    let (file, seq) = preview.contents.document;
    let body = match (seq, &preview.contents.tree) {
        (None, None) => {
            let Some(FileContents::Events(lines)) = planned.review.files.get(file) else {
                return None;
            };
            planned.body((file, Some(lines.get(preview.contents.list.selected)?.seq)))?
        }
        (_, tree) => Arc::clone(&tree.as_ref()?.body),
    };
    let of = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    of(&body.value, "entryId").or_else(|| {
        let pointer = pointer(preview)?;
        let at: usize = pointer.strip_prefix("/entries/")?.split('/').next()?.parse().ok()?;
        of(body.value.get("entries")?.as_array()?.get(at)?, "id")
    })
}

/// Copies the selected value as the bundle shows it, or the name of the place.
pub(super) fn copy(state: &mut State, action: Action, out: &mut Effects) {
    let text = state.preview.as_deref().and_then(|preview| match action {
        Action::Copy => value_text(preview),
        _ => place_text(preview),
    });
    match text.filter(|text| !text.is_empty()) {
        Some(text) => {
            let lines: Vec<_> = visible_lines(&text).collect();
            out.push(Effect::Copy(lines.join("\n")));
        }
        None => say(state, "nothing is selected that could be copied"),
    }
}

fn value_text(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref()?;
    let file = planned.file(preview.contents.document.0)?;
    if let Some(tree) = &preview.contents.tree {
        return tree.selected().and_then(|row| tree.value(row)).map(|value| match value {
            Value::String(text) => text.to_str_lossy().into_owned(),
            other => to_visible_pretty(other),
        });
    }
    let at = preview.contents.list.selected;
    let span = match planned.review.files.get(preview.contents.document.0)? {
        FileContents::Events(lines) => lines.get(at)?.span.clone(),
        FileContents::Lines(lines) => lines.get(at)?.clone(),
        FileContents::Json(_) => return None,
    };
    Some(String::from_utf8_lossy(file.bytes.get(span)?).into_owned())
}

fn place_text(preview: &Preview) -> Option<String> {
    let planned = preview.planned.as_ref()?;
    let file = planned.file(preview.contents.document.0)?;
    match (preview.inside, &preview.contents.tree) {
        (true, Some(tree)) => {
            let path = tree.selected().map(|row| tree.path(row))?;
            let seq = preview.contents.document.1.map(|seq| format!(" #{seq}")).unwrap_or_default();
            Some(format!("{}{seq} {path}", file.name))
        }
        // The form that `sha256sum --check` reads.
        _ => Some(format!("{}  {}", file.sha256, file.name)),
    }
}

/// Tells the lists how many rows the last frame drew.
pub(in crate::app::update) fn drawn(state: &mut State, areas: &Areas) {
    let Some(preview) = &mut state.preview else { return };
    let (listed, shown_rows) = (areas.preview.list.height, areas.preview.contents.height);
    if listed == 0 {
        return;
    }
    let len = preview.len();
    for one in [&mut preview.files, &mut preview.findings.list, &mut preview.uncovered] {
        one.height = usize::from(listed);
    }
    preview.list().fit(len);
    let len = preview.contents_len();
    let shown = match &mut preview.contents.tree {
        Some(tree) => &mut tree.list,
        None => &mut preview.contents.list,
    };
    shown.height = usize::from(shown_rows).max(1);
    shown.fit(len);
    let value = &mut preview.contents.value;
    value.drawn(usize::from(areas.preview.value.height), areas.preview.value_lines);
    if std::mem::take(&mut preview.contents.seek) {
        // The masked place stands in the second line where there is one above it.
        let lowest = value.total.saturating_sub(value.height);
        value.top = areas.preview.value_mark.saturating_sub(1).min(lowest);
    }
}

/// Selects the row that is drawn so many lines below the top.
pub(super) fn select(preview: &mut Preview, line: usize) {
    if preview.inside {
        let len = preview.contents_len();
        let list = match &mut preview.contents.tree {
            Some(tree) => &mut tree.list,
            None => &mut preview.contents.list,
        };
        list.select(list.top + line, len);
        selected_value(preview);
    } else {
        let len = preview.len();
        let list = preview.list();
        list.select(list.top + line, len);
        follow(preview);
    }
}
