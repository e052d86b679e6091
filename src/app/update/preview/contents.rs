//! The keys of the lists and the contents: moving, folding, stepping in and out.

use super::place::{follow, leave_event, open, selected_value};
use super::{super::detail, super::moves, steps};
use crate::app::action::Action;
use crate::app::json::JsonTree;
use crate::app::state::State;
use crate::app::state::area::Areas;
use crate::app::state::list::Move;
use crate::app::state::preview::findings::FindingRow;
use crate::app::state::preview::{Preview, View};
use crate::model::review::Contents as FileContents;

/// Does an action of the lists and the contents.
pub(super) fn act(preview: &mut Preview, action: Action) {
    match action {
        // The list that is wanted may be said before there is a plan.
        Action::BundleFiles => return show(preview, View::Files),
        Action::Findings => return show(preview, View::Findings),
        Action::Uncovered => return show(preview, View::Uncovered),
        Action::NextTab => return show(preview, preview.view.beside(1)),
        Action::PreviousTab => return show(preview, preview.view.beside(-1)),
        _ if preview.planned.is_none() => return,
        _ => {}
    }
    if let Some(to) = moves::of(action) {
        return go(preview, to);
    }
    match action {
        Action::FocusNext | Action::FocusPrevious => preview.inside = !preview.inside,
        Action::DetailUp => preview.contents.value.go(Move::Up(1)),
        Action::DetailDown => preview.contents.value.go(Move::Down(1)),
        Action::NextMatch => steps::masked(preview, 1),
        Action::PreviousMatch => steps::masked(preview, -1),
        Action::NextView => {
            preview.contents.reading = preview.contents.reading.next();
            selected_value(preview);
        }
        Action::Zoom => {
            preview.contents.whole = !preview.contents.whole;
            preview.inside = true;
            preview.contents.seek = true;
        }
        Action::GroupFindings => {
            preview.findings.by = preview.findings.by.next();
            if let Some(planned) = &preview.planned {
                preview.findings.rebuild(planned, &planned.plan);
            }
            show(preview, View::Findings);
        }
        Action::Open if preview.inside => open_row(preview),
        Action::Open | Action::Unfold | Action::Fold | Action::ToggleFold => fold(preview, action),
        _ => {}
    }
}

/// Shows another list.
pub(super) fn show(preview: &mut Preview, view: View) {
    preview.view = view;
    preview.inside = false;
    preview.contents.whole = false;
    follow(preview);
}

fn go(preview: &mut Preview, to: Move) {
    let pages = !matches!(to, Move::Up(_) | Move::Down(_));
    if preview.contents.whole && pages {
        return preview.contents.value.go(to);
    }
    if preview.inside {
        let len = preview.contents_len();
        match &mut preview.contents.tree {
            Some(tree) => tree.list.go(to, len),
            None => preview.contents.list.go(to, len),
        }
        preview.contents.eye = None;
        return selected_value(preview);
    }
    let len = preview.len();
    preview.list().go(to, len);
    follow(preview);
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
        preview.contents.eye = None;
        return selected_value(preview);
    }
    let row = preview.findings.rows.get(preview.findings.list.selected);
    let on_group = matches!(row, Some(FindingRow::Group(_)));
    let open = match action {
        Action::Fold => Some(false),
        Action::Unfold => Some(true),
        _ => None,
    };
    match (preview.view, action) {
        (View::Findings, _) if on_group || action == Action::Fold => {
            preview.findings.fold(open);
            follow(preview);
        }
        (_, Action::Open | Action::Unfold) => preview.inside = true,
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

/// One step out before the preview is closed; tells whether there was one.
pub(super) fn step_back(preview: &mut Preview) -> bool {
    if preview.find.take().is_some() {
        return true;
    }
    if std::mem::take(&mut preview.contents.whole) {
        return true;
    }
    if !preview.inside {
        return false;
    }
    if preview.view != View::Files || !leave_event(preview) {
        preview.inside = false;
    }
    true
}

/// Tells the lists how many rows the last frame drew.
pub(in crate::app::update) fn drawn(state: &mut State, areas: &Areas) {
    let Some(preview) = &mut state.preview else { return };
    let (listed, shown_rows) = (areas.preview.list.height, areas.preview.contents.height);
    if listed == 0 && shown_rows == 0 && areas.preview.value.height == 0 {
        return;
    }
    let len = preview.len();
    if listed > 0 {
        for one in [&mut preview.files, &mut preview.findings.list, &mut preview.uncovered] {
            one.height = usize::from(listed);
        }
        preview.list().fit(len);
    }
    if shown_rows > 0 {
        let len = preview.contents_len();
        let shown = match &mut preview.contents.tree {
            Some(tree) => &mut tree.list,
            None => &mut preview.contents.list,
        };
        shown.height = usize::from(shown_rows);
        shown.fit(len);
    }
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
        preview.contents.eye = None;
        selected_value(preview);
    } else {
        let len = preview.len();
        let list = preview.list();
        list.select(list.top + line, len);
        follow(preview);
    }
}
