//! From place to place: the masked ones of the whole bundle, and the matches of a search.

use std::ops::Range;
use std::sync::Arc;

use super::super::{Effects, say};
use super::place::{Target, of_finding, show};
use crate::app::effect::{BundleFindRequest, Effect};
use crate::app::json::JsonTree;
use crate::app::state::State;
use crate::app::state::preview::find::{BundleFind, Hit, Hits, Spot};
use crate::app::state::preview::{Eye, Preview, View};
use crate::model::review::Contents as FileContents;
use crate::search::query::Query;

/// Goes to the next masked place of the whole bundle, or the one before.
pub(super) fn masked(preview: &mut Preview, steps: isize) {
    let Some(planned) = &preview.planned else { return };
    let plan = &planned.plan;
    let len = plan.findings.len() as isize;
    if len == 0 {
        return;
    }
    let at = match (here(preview), steps > 0) {
        (Here::On(at), _) => at + steps,
        (Here::Behind(before), true) => before + 1,
        (Here::Behind(before), false) => before,
    };
    let at = at.rem_euclid(len) as usize;
    let target = plan.findings.get(at).and_then(|finding| of_finding(planned, finding));
    if let Some(target) = target {
        go_to(preview, target, Some(Eye::Finding(at)));
    }
}

fn go_to(preview: &mut Preview, target: Target, eye: Option<Eye>) {
    if preview.view == View::Files {
        let len = preview.len();
        preview.files.select(target.document.0, len);
    }
    preview.inside = true;
    show(preview, target, eye);
}

/// Where the present place stands among the findings of the plan.
enum Here {
    /// On one of them.
    On(isize),
    /// Between this one and the next; before the first it is -1.
    Behind(isize),
}

fn here(preview: &Preview) -> Here {
    let Some(planned) = &preview.planned else { return Here::Behind(-1) };
    if let Some(Eye::Finding(at)) = preview.contents.eye {
        return Here::On(at as isize);
    }
    let Hit { document, spot } = present(preview);
    let pointer = pointer(preview).unwrap_or_default();
    let mut found = planned.findings_at(document, &pointer);
    let found = match spot {
        // Those above the selected line of a text are behind.
        Spot::Byte(byte) => {
            let above = found.filter(|(_, finding)| finding.shown.end <= byte).last();
            above.map(|(at, _)| Here::Behind(at as isize))
        }
        _ => found.next().map(|(at, _)| Here::On(at as isize)),
    };
    let before = || planned.last_before(document).map_or(-1, |at| at as isize);
    found.unwrap_or_else(|| Here::Behind(before()))
}

/// The JSON pointer of the selected value.
pub(super) fn pointer(preview: &Preview) -> Option<String> {
    let tree = preview.contents.tree.as_ref()?;
    tree.selected().map(|row| tree.pointer(row))
}

/// Looks for a text in all files of the bundle; an empty one ends the search.
pub(in crate::app::update) fn find(state: &mut State, text: &str, out: &mut Effects) {
    let Some(preview) = &mut state.preview else { return };
    let Some(planned) = &preview.planned else { return };
    preview.find = Query::new(text).map(|query| BundleFind { query, hits: None, at: None });
    let Some(find) = &preview.find else { return state.requests.bundle_find.cancel_all() };
    out.push(Effect::FindInBundle(BundleFindRequest {
        request: state.requests.bundle_find.next(),
        query: find.query.clone(),
        plan: Arc::clone(&planned.plan),
        review: Arc::clone(&planned.review),
    }));
}

/// Looks again after the plan has changed.
pub(super) fn find_again(state: &mut State, out: &mut Effects) {
    let find = state.preview.as_ref().and_then(|preview| preview.find.as_ref());
    if let Some(text) = find.map(|find| find.query.text().to_owned()) {
        find_quietly(state, &text, out);
    }
}

fn find_quietly(state: &mut State, text: &str, out: &mut Effects) {
    let at = state.preview.as_ref().and_then(|preview| preview.find.as_ref()?.at);
    find(state, text, out);
    if let Some(find) = state.preview.as_mut().and_then(|preview| preview.find.as_mut()) {
        find.at = at;
    }
}

/// Takes in the matches of a search and goes to the first one from the present place on, unless
/// one was gone to before.
pub(in crate::app::update) fn found(state: &mut State, hits: Hits) {
    let Some(preview) = state.preview.as_deref_mut() else { return };
    let from = present(preview);
    let Some(find) = &mut preview.find else { return };
    let len = hits.places.len();
    let first = hits.places.partition_point(|hit| *hit < from);
    let (text, known) = (find.query.text().to_owned(), find.at);
    find.hits = Some(hits);
    match known {
        _ if len == 0 => {
            find.at = None;
            say(state, format!("{text}: no match in the bundle"));
        }
        Some(at) => find.at = Some(at.min(len - 1)),
        None => {
            find.at = Some(if first == len { 0 } else { first });
            show_hit(preview);
        }
    }
}

/// Goes so many matches on, round the ends; tells whether something is searched.
pub(super) fn matched(state: &mut State, steps: isize) -> bool {
    let Some(preview) = state.preview.as_deref_mut() else { return false };
    let (from, line) = (present(preview), present_line(preview));
    let Some(find) = &mut preview.find else { return false };
    let Some(hits) = &find.hits else { return true };
    let len = hits.places.len() as isize;
    if len == 0 {
        let text = format!("{}: no match in the bundle", find.query.text());
        say(state, text);
        return true;
    }
    // From where the selection is now, which may have moved since the last match.
    let is_here = |hit: &Hit| match hit.spot {
        // Of the matches in one line of a text the one that was gone to last is meant.
        Spot::Byte(byte) => hit.document == from.document && line.contains(&byte),
        _ => *hit == from,
    };
    let known = find.at.filter(|at| hits.places.get(*at).is_some_and(is_here));
    let before = known.unwrap_or_else(|| hits.places.partition_point(|hit| *hit < from)) as isize;
    let on_match = hits.places.get(before as usize).is_some_and(is_here);
    let at = match (steps > 0, on_match) {
        (true, true) => before + 1,
        (true, false) => before,
        (false, _) => before - 1,
    };
    find.at = Some(at.rem_euclid(len) as usize);
    let wrapped = !(0..len).contains(&at);
    show_hit(preview);
    if wrapped {
        say(state, if steps > 0 { "went on at the top" } else { "went on at the bottom" });
    }
    true
}

fn show_hit(preview: &mut Preview) {
    let find = preview.find.as_ref();
    let hit = find.and_then(|find| find.hits.as_ref()?.places.get(find.at?).cloned());
    if let Some(hit) = hit {
        go_to(preview, hit.into(), None);
    }
}

/// The bytes of the selected line of a text.
fn present_line(preview: &Preview) -> Range<usize> {
    let lines = preview.planned.as_ref().and_then(|planned| {
        match planned.review.files.get(preview.contents.document.0)? {
            FileContents::Lines(lines) => lines.get(preview.contents.list.selected).cloned(),
            _ => None,
        }
    });
    lines.map_or(0..0, |line| line.start..line.end + 1)
}

/// The present place as the matches count.
fn present(preview: &Preview) -> Hit {
    let contents = &preview.contents;
    let way = contents.tree.as_ref().and_then(JsonTree::selected).map(|row| row.way.clone());
    let (file, mut seq) = contents.document;
    let mut byte = 0;
    if let Some(planned) = preview.planned.as_ref().filter(|_| way.is_none()) {
        let at = contents.list.selected;
        match planned.review.files.get(file) {
            Some(FileContents::Events(lines)) => {
                seq = lines.get(at).map(|line| line.seq);
            }
            Some(FileContents::Lines(lines)) => {
                byte = lines.get(at).map_or(0, |line| line.start);
            }
            _ => {}
        }
    }
    let is_text = way.is_none() && seq.is_none();
    let spot = if is_text { Spot::Byte(byte) } else { Spot::Way(way.unwrap_or_default()) };
    Hit { document: (file, seq), spot }
}
