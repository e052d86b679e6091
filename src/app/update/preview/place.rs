//! What the list selects, the contents show: opening documents and finding places in them.

use std::sync::Arc;

use crate::app::json::JsonTree;
use crate::app::state::preview::find::{Hit, Spot};
use crate::app::state::preview::{Document, Eye, Planned, Preview, View};
use crate::model::finding::Finding;
use crate::model::review::Contents as FileContents;

/// The longest event that is read while the selection moves over the list, in bytes.
const READ_ALONG: usize = 256 << 10;

/// The value at the right is another one now.
pub(super) fn selected_value(preview: &mut Preview) {
    preview.contents.value.top = 0;
    preview.contents.seek = true;
    preview.contents.event = selected_event(preview);
}

/// The event of the selected line of a list of events.
fn selected_event(preview: &Preview) -> Option<Arc<crate::app::state::bodies::Body>> {
    let contents = &preview.contents;
    let planned = preview.planned.as_ref().filter(|_| contents.tree.is_none())?;
    let FileContents::Events(lines) = planned.review.files.get(contents.document.0)? else {
        return None;
    };
    let line = lines.get(contents.list.selected).filter(|line| line.span.len() <= READ_ALONG)?;
    planned.body((contents.document.0, Some(line.seq)))
}

/// Goes from an event back to the list of events.
pub(super) fn leave_event(preview: &mut Preview) -> bool {
    let (file, seq) = preview.contents.document;
    if seq.is_some() {
        open(preview, (file, None));
    }
    seq.is_some()
}

/// Shows what the selection of the list leads to.
pub(super) fn follow(preview: &mut Preview) {
    let Some(planned) = &preview.planned else { return };
    let found = match preview.view {
        View::Files => Some((Target::of((preview.files.selected, None)), None)),
        View::Findings => preview.findings.selected().and_then(|at| {
            Some((of_finding(planned, planned.plan.findings.get(at)?)?, Some(Eye::Finding(at))))
        }),
        View::Uncovered => uncovered(preview, planned),
    };
    if let Some((target, eye)) = found {
        show(preview, target, eye);
    }
}

/// A document and, in it, a value or a line of text.
pub(super) struct Target {
    pub document: Document,
    pub spot: Option<Spot>,
}

impl Target {
    fn of(document: Document) -> Self {
        Self { document, spot: None }
    }
}

impl From<Hit> for Target {
    fn from(hit: Hit) -> Self {
        Self { document: hit.document, spot: Some(hit.spot) }
    }
}

/// Opens a place and marks it.
pub(super) fn show(preview: &mut Preview, target: Target, eye: Option<Eye>) {
    open(preview, target.document);
    preview.contents.eye = eye;
    reveal(preview, target.spot);
}

/// Where a finding stands.
pub(super) fn of_finding(planned: &Planned, finding: &Finding) -> Option<Target> {
    let spot = spot(&finding.pointer, finding.shown.start);
    Some(Target { document: planned.document(finding)?, spot: Some(spot) })
}

fn spot(pointer: &Arc<str>, byte: usize) -> Spot {
    if pointer.is_empty() { Spot::Byte(byte) } else { Spot::Pointer(Arc::clone(pointer)) }
}

fn uncovered(preview: &Preview, planned: &Planned) -> Option<(Target, Option<Eye>)> {
    let (at, review) = (preview.uncovered.selected, &planned.review);
    if let Some(one) = review.uncovered.get(at) {
        let spot = Some(spot(&one.pointer, one.range.start));
        let eye = (!one.range.is_empty()).then(|| Eye::Bytes(one.range.clone()));
        return Some((Target { document: (one.file, one.seq), spot }, eye));
    }
    let share = review.shares.get(at - review.uncovered.len())?;
    let is_events = |file: &FileContents| matches!(file, FileContents::Events(_));
    let document = (review.files.iter().position(is_events)?, Some(share.seq));
    // What is masked in the message itself tells more than the paths around it.
    let mut found = planned.findings_in(document);
    let chief = found.clone().find(|(_, finding)| finding.pointer.starts_with("/data/"));
    match chief.or_else(|| found.next()) {
        Some((at, finding)) => Some((of_finding(planned, finding)?, Some(Eye::Finding(at)))),
        None => Some((Target::of(document), None)),
    }
}

/// Opens a document at the right; the one that is open stays as it is.
pub(super) fn open(preview: &mut Preview, document: Document) {
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
    contents.eye = None;
    contents.tree = planned.body(document).map(JsonTree::new);
    if let Some(tree) = &mut contents.tree {
        tree.list.height = height;
    } else {
        contents.list.height = height;
        let len = lines(planned.review.files.get(document.0));
        let at = from.and_then(|seq| line_of(planned.review.files.get(document.0), seq));
        contents.list.select(at.unwrap_or(0), len);
    }
    show_before(preview);
}

fn lines(file: Option<&FileContents>) -> usize {
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
        (Some(Spot::Pointer(pointer)), Some(tree)) => tree.reveal_pointer(&pointer),
        (Some(Spot::Way(way)), Some(tree)) => tree.reveal_way(&way),
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
    // Findings have other numbers now.
    let in_list = preview.view == View::Findings && !preview.inside;
    preview.contents.eye = preview.findings.selected().filter(|_| in_list).map(Eye::Finding);
    match (&mut preview.contents.tree, planned.body(document)) {
        (Some(tree), Some(body)) => tree.replace(body),
        (None, None) => {
            let len = preview.contents_len();
            preview.contents.list.fit(len);
        }
        _ => {
            preview.contents.tree = None;
            preview.inside = false;
            return follow(preview);
        }
    }
    let top = preview.contents.value.top;
    selected_value(preview);
    (preview.contents.value.top, preview.contents.seek) = (top, false);
}

/// Looks up the same document as it was before redaction, where it is shown.
pub(super) fn show_before(preview: &mut Preview) {
    let (file, seq) = preview.contents.document;
    let planned = preview.planned.as_ref().filter(|_| preview.contents.tree.is_some());
    let name = planned.and_then(|planned| planned.file(file)).map(|file| file.name);
    let value = name.and_then(|name| preview.before.value(name, seq));
    preview.contents.before = value.cloned();
    selected_value(preview);
}
