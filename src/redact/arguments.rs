//! Lists of strings that say something together: the arguments of a command, a header beside its
//! value.
//!
//! `["mysql", "--password", "…"]` holds no string that is telling by itself. The strings are joined
//! by blanks, as a shell would print them, and what the rules hide inside one of them is hidden there.

use std::ops::Range;

use super::engine::Redactor;
use super::tape::{Change, Tape};
use crate::model::finding::Layer;

/// Longer lists are data, not arguments.
const MOST_STRINGS: usize = 64;
/// The longest joined text, in bytes.
const MOST_BYTES: usize = 8 << 10;

/// What is to be hidden in each string of a list, beside what it hides by itself.
pub(super) fn hidden(redactor: &Redactor, texts: &[&str]) -> Vec<(usize, Vec<Change>)> {
    let bytes: usize = texts.iter().map(|text| text.len() + 1).sum();
    if !(2..=MOST_STRINGS).contains(&texts.len()) || bytes > MOST_BYTES {
        return Vec::new();
    }
    let joined = texts.join(" ");
    let mut tape = Tape::new(joined, Layer::Masking);
    if !redactor.may_change(&mut tape) {
        return Vec::new();
    }
    redactor.masking(&mut tape);
    let (now, edits) = tape.finish();
    let mut found = Vec::new();
    for (number, (text, place)) in texts.iter().zip(places(texts)).enumerate() {
        let changes: Vec<Change> = edits
            .iter()
            .filter(|edit| place.start <= edit.was.start && edit.was.end <= place.end)
            .map(|edit| Change {
                range: edit.was.start - place.start..edit.was.end - place.start,
                replacement: now.get(edit.now.clone()).unwrap_or_default().to_owned(),
                rule: edit.rule.clone(),
            })
            .collect();
        if !changes.is_empty() && !hides_alone(redactor, text) {
            found.push((number, changes));
        }
    }
    found
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
