//! Lists of strings that say something together: the arguments of a command, a header beside its
//! value, the lines of a private key.
//!
//! `["mysql", "--password", "…"]` holds no string that is telling by itself. The strings are joined
//! by blanks, as a shell would print them, and what the rules hide inside one of them is hidden there.
//! Lines of a file, of which there may be many, are joined as lines and searched for private keys
//! alone.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::blocks;
use super::engine::{self, Redactor};
use super::mask::STARS;
use super::tape::{Change, Edit, Tape};
use crate::model::finding::Layer;

/// Longer lists are data, not arguments.
pub(super) const MOST_STRINGS: usize = 64;
/// The longest joined text, in bytes.
const MOST_BYTES: usize = 8 << 10;

/// What the header of a private key begins with.
static DASHES: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-----"));

/// What is to be hidden in each string of a list, beside what it hides by itself.
pub(super) fn hidden(redactor: &Redactor, texts: &[&str]) -> Vec<(usize, Vec<Change>)> {
    if texts.len() < 2 {
        return Vec::new();
    }
    let keys = keys(redactor, texts);
    let is_part_of_key = |at: usize| keys.iter().any(|(number, _)| *number == at);
    let is_quiet = |at: usize| texts.get(at).is_some_and(|text| !hides_alone(redactor, text));
    let mut found = arguments(redactor, texts);
    found.retain(|(at, _)| !is_part_of_key(*at) && is_quiet(*at));
    found.extend(keys);
    found.sort_by_key(|(at, _)| *at);
    found
}

/// Whether none of many lists hides anything that [`hidden`] would tell; only `true` is certain.
pub(super) fn are_quiet<'t, L>(redactor: &Redactor, lists: impl Iterator<Item = L>) -> bool
where
    L: Iterator<Item = &'t str>,
{
    let mut joined = String::new();
    for list in lists {
        let start = joined.len();
        for text in list {
            joined.push_str(text);
            joined.push(' ');
        }
        if joined.get(start..).is_some_and(engine::hides_letters) {
            return false;
        }
        joined.push('\n');
    }
    DASHES.find(joined.as_bytes()).is_none()
        && !redactor.text.may_match(&mut Tape::new(joined, Layer::Masking))
}

/// The private keys in the lines of a list.
fn keys(redactor: &Redactor, lines: &[&str]) -> Vec<(usize, Vec<Change>)> {
    if !lines.iter().any(|line| DASHES.find(line.as_bytes()).is_some()) {
        return Vec::new();
    }
    let mut tape = Tape::new(lines.join("\n"), Layer::Masking);
    blocks::private_keys(&mut tape, redactor.masks);
    shared_out(tape, lines, |_, _| true)
}

fn arguments(redactor: &Redactor, texts: &[&str]) -> Vec<(usize, Vec<Change>)> {
    let bytes: usize = texts.iter().map(|text| text.len() + 1).sum();
    if texts.len() > MOST_STRINGS || bytes > MOST_BYTES {
        return Vec::new();
    }
    let mut tape = Tape::new(texts.join(" "), Layer::Masking);
    if !redactor.may_change(&mut tape) {
        return Vec::new();
    }
    redactor.masking(&mut tape);
    // What goes on behind the end of a string, such as a cookie, only seems to: the blank is ours.
    shared_out(tape, texts, is_inside)
}

/// The wanted edits of a tape by the strings that they touch. What covers several strings hides its part of
/// each; the line breaks at their ends stay.
fn shared_out(
    tape: Tape<'_>,
    texts: &[&str],
    is_wanted: fn(&Edit, &Range<usize>) -> bool,
) -> Vec<(usize, Vec<Change>)> {
    let (now, edits) = tape.finish();
    let mut found = Vec::new();
    let mut first = 0;
    for (number, (text, place)) in texts.iter().zip(places(texts)).enumerate() {
        let behind = |edit: &Edit| edit.was.end <= place.start;
        first +=
            edits.get(first..).unwrap_or_default().iter().take_while(|edit| behind(edit)).count();
        let touching = edits.get(first..).unwrap_or_default().iter();
        let touching = touching.take_while(|edit| edit.was.start < place.end);
        let changes: Vec<Change> = touching
            .filter(|edit| is_wanted(edit, &place))
            .filter_map(|edit| change(edit, &now, text, &place))
            .collect();
        if !changes.is_empty() {
            found.push((number, changes));
        }
    }
    found
}

fn is_inside(edit: &Edit, place: &Range<usize>) -> bool {
    place.start <= edit.was.start && edit.was.end <= place.end
}

/// What an edit does to a string that stands at a place of the joined text.
fn change(edit: &Edit, now: &str, text: &str, place: &Range<usize>) -> Option<Change> {
    let (end, mask) = if is_inside(edit, place) {
        (edit.was.end, now.get(edit.now.clone())?)
    } else {
        (edit.was.end.min(place.start + text.trim_end().len()), STARS)
    };
    let start = edit.was.start.max(place.start);
    (start < end).then(|| Change {
        range: start - place.start..end - place.start,
        replacement: mask.to_owned(),
        rule: edit.rule.clone(),
    })
}

/// Where each text stands in the joined one.
fn places(texts: &[&str]) -> Vec<Range<usize>> {
    let mut end = 0;
    let place = |text: &&str| {
        let start = end;
        end = start + text.len() + 1;
        start..end - 1
    };
    texts.iter().map(place).collect()
}

fn hides_alone(redactor: &Redactor, text: &str) -> bool {
    let mut alone = Tape::new(text, Layer::Paths);
    redactor.layers(&mut alone);
    alone.is_changed()
}
