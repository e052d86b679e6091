//! The rules for text, run so that JSON inside a text stays JSON.
//!
//! First the rules run over the whole text, as OpenClaw runs them. When that leaves every fragment
//! of JSON well formed, the members of the fragments are looked at one by one for what the rules
//! could not see. When it does not, the fragments are masked literal by literal first and
//! the rules run over what stands between them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::arguments;
use super::carried;
use super::embedded::{self, Fragment, Leaf};
use super::engine::{self, MEMBER, Redactor};
use super::judge;
use super::mask::{self, STARS};
use super::names::{self, Kind};
use super::tape::{Change, Tape};
use crate::js::print;
use crate::js::value::Value;
use crate::model::finding::Layer;

/// How deep strings of JSON inside strings of JSON are taken apart.
const MAX_NESTING: usize = 4;

/// So many leaves or lists are asked about together: what may match none of them is told at once.
const GROUP: usize = 64;

/// What is done to the literals of a fragment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// The masking layer; the others have seen the text around.
    Masking,
    /// All layers.
    All,
}

/// Whether the fragments of a text may hide what the text as a whole does not show: something
/// behind the name of a member, or behind the escapes of a literal.
pub(super) fn may_hide(redactor: &Redactor, text: &str, nesting: usize) -> bool {
    if nesting >= MAX_NESTING {
        return false;
    }
    let hides = |leaf: &Leaf<'_>, is_quiet: bool| match &leaf.text {
        None => is_credential(redactor.kind(&leaf.name)),
        Some(text) => {
            names::masks_value(redactor.kind(&leaf.name), &leaf.name, text)
                || !is_quiet
                    && matches!(text, Cow::Owned(_))
                    && (redactor.may_change(&mut Tape::new(text.as_ref(), Layer::Masking))
                        || may_hide(redactor, text, nesting + 1))
        }
    };
    let any_hides = |leaves: &[Leaf<'_>]| {
        let is_quiet = are_quiet(redactor, leaves, true);
        leaves.iter().any(|leaf| hides(leaf, is_quiet))
    };
    embedded::fragments(text).iter().any(|fragment| {
        fragment.leaves.chunks(GROUP).any(any_hides) || !in_lists(redactor, fragment).is_empty()
    })
}

/// Whether the masking layer changes none of some leaves by itself; only `true` is certain. Where
/// the text around them is calm, so are those that are written as they are.
fn are_quiet(redactor: &Redactor, leaves: &[Leaf<'_>], is_calm: bool) -> bool {
    let texts = leaves.iter().filter_map(|leaf| leaf.text.as_ref());
    let mut together = String::new();
    for text in texts.filter(|text| !is_calm || matches!(text, Cow::Owned(_))) {
        if engine::hides_letters(text) || !embedded::fragments(text).is_empty() {
            return false;
        }
        together.push_str(text);
        together.push('\n');
    }
    // What nothing matches in all of them together, nothing matches in one.
    together.is_empty() || !redactor.text.may_match(&mut Tape::new(together, Layer::Masking))
}

/// What the lists of a fragment hide, by the number of the leaf.
fn in_lists(redactor: &Redactor, fragment: &Fragment<'_>) -> Vec<(usize, Vec<Change>)> {
    let texts = |list: &Range<usize>| {
        let leaves = fragment.leaves.get(list.clone()).unwrap_or_default();
        leaves.iter().filter_map(|leaf| leaf.text.as_deref())
    };
    let mut found = Vec::new();
    for lists in fragment.lists.chunks(GROUP) {
        // Longer ones are searched for keys alone, which takes no time.
        let is_short = |list: &&Range<usize>| list.len() <= arguments::MOST_STRINGS;
        let are_quiet = arguments::are_quiet(redactor, lists.iter().filter(is_short).map(texts));
        for list in lists.iter().filter(|list| !(are_quiet && is_short(list))) {
            let texts: Vec<&str> = texts(list).collect();
            let hidden = arguments::hidden(redactor, &texts).into_iter();
            found.extend(hidden.map(|(number, changes)| (list.start + number, changes)));
        }
    }
    found
}

/// The change that hides parts of the decoded text of a leaf.
fn in_leaf(leaf: &Leaf<'_>, changes: Vec<Change>) -> Option<Change> {
    let rule = changes.first()?.rule.clone();
    let mut inner = Tape::new(leaf.text.as_deref()?, Layer::Masking);
    inner.apply(changes);
    let replacement = print::to_compact(&Value::from(inner.finish().0));
    Some(Change { range: leaf.range.clone(), replacement, rule })
}

/// Redacts a text on a tape that was just made of it.
pub(super) fn run(redactor: &Redactor, text: &str, tape: &mut Tape<'_>, nesting: usize) {
    let fragments = if nesting < MAX_NESTING { embedded::fragments(text) } else { Vec::new() };
    if fragments.is_empty() {
        tape.searched();
        redactor.layers(tape);
        return;
    }
    let mut attempt = tape.clone();
    redactor.layers(&mut attempt);
    if attempt.text() == text {
        *tape = attempt;
        if !tape.is_searched() {
            literals(redactor, tape, &fragments, nesting, Pass::Masking);
        }
        return;
    }
    let after = attempt.text().to_owned();
    if carried::fit(&fragments, attempt.edits(), &after) {
        let now = carried::carried(fragments, attempt.edits(), &after);
        *tape = attempt;
        literals(redactor, tape, &now, nesting, Pass::Masking);
        return;
    }
    let now = embedded::fragments(&after);
    if outline(&after, &now) == outline(text, &fragments) {
        *tape = attempt;
        literals(redactor, tape, &now, nesting, Pass::Masking);
    } else {
        literals(redactor, tape, &fragments, nesting, Pass::All);
        between(redactor, tape);
    }
}

/// How many leaves the fragments of a text have, and whether anything stands before each and behind
/// the last: as long as that stays, the text is JSON where it was.
fn outline(text: &str, fragments: &[Fragment<'_>]) -> Vec<(usize, bool)> {
    let mut at = 0;
    let mut outline = Vec::with_capacity(fragments.len() + 1);
    for fragment in fragments {
        let before = text.get(at..fragment.range.start).unwrap_or_default();
        outline.push((fragment.leaves.len(), before.trim().is_empty()));
        at = fragment.range.end;
    }
    outline.push((0, text.get(at..).unwrap_or_default().trim().is_empty()));
    outline
}

/// Whether the JSON in a text has as many literals, fragment by fragment, as it had before.
pub(super) fn keeps_literals(before: &str, after: &str) -> bool {
    outline(before, &embedded::fragments(before)) == outline(after, &embedded::fragments(after))
}

/// Masks the literals of the fragments of a text.
fn literals(
    redactor: &Redactor,
    tape: &mut Tape<'_>,
    fragments: &[Fragment<'_>],
    nesting: usize,
    pass: Pass,
) {
    tape.layer = Layer::Masking;
    // What nothing matches as a whole, nothing matches in a part that is written as it is.
    let is_calm = !redactor.text.may_match(tape);
    let mut changes = Vec::new();
    for fragment in fragments {
        let mut in_lists = in_lists(redactor, fragment).into_iter().peekable();
        let mut number = 0;
        for leaves in fragment.leaves.chunks(GROUP) {
            let are_quiet = pass == Pass::Masking && are_quiet(redactor, leaves, is_calm);
            for leaf in leaves {
                let calm = are_quiet || is_calm && matches!(leaf.text, Some(Cow::Borrowed(_)));
                let hidden = in_lists.next_if(|(leaf, _)| *leaf == number);
                let change = masked(redactor, tape, leaf, nesting, pass, calm)
                    .or_else(|| in_leaf(leaf, hidden?.1));
                changes.extend(change);
                number += 1;
            }
        }
    }
    if changes.is_empty() && pass == Pass::Masking {
        tape.searched();
    }
    tape.apply(changes);
}

fn masked(
    redactor: &Redactor,
    tape: &Tape<'_>,
    leaf: &Leaf<'_>,
    nesting: usize,
    pass: Pass,
    calm: bool,
) -> Option<Change> {
    let kind = redactor.kind(&leaf.name);
    if leaf.text.as_deref().is_some_and(|text| names::holds_opaque(kind, &leaf.name, text)) {
        return None;
    }
    let Some(text) = &leaf.text else {
        let number = tape.text().get(leaf.range.clone())?;
        return (number.len() >= 4 && is_credential(kind)).then(|| Change {
            range: leaf.range.clone(),
            replacement: format!("\"{STARS}\""),
            rule: Arc::from(MEMBER),
        });
    };
    let hidden =
        if calm && pass == Pass::Masking { None } else { inside(redactor, text, nesting, pass) };
    let (now, rule) = match hidden {
        Some(found) => found,
        None if !text.is_empty()
            && names::masks_value(kind, &leaf.name, text)
            && !is_label(kind, &leaf.name, text) =>
        {
            (redactor.masks.token(text), Arc::from(MEMBER))
        }
        None => return None,
    };
    Some(Change {
        range: leaf.range.clone(),
        replacement: print::to_compact(&Value::from(now)),
        rule,
    })
}

/// The decoded text of a literal after its redaction, with the first rule that changed it.
fn inside(
    redactor: &Redactor,
    text: &str,
    nesting: usize,
    pass: Pass,
) -> Option<(String, Arc<str>)> {
    let is_flat = embedded::fragments(text).is_empty();
    let mut inner = Tape::new(text, Layer::Masking);
    if is_flat && !redactor.may_change(&mut inner) {
        return None;
    }
    match (is_flat, pass) {
        (false, _) => run(redactor, text, &mut inner, nesting + 1),
        (true, Pass::Masking) => redactor.masking(&mut inner),
        (true, Pass::All) => redactor.layers(&mut inner),
    }
    let rule = inner.edits().first().map(|edit| edit.rule.clone())?;
    Some((inner.finish().0, rule))
}

const fn is_credential(kind: Kind) -> bool {
    matches!(kind, Kind::Credential | Kind::Sensitive)
}

/// A description under the name of a credential, as schemas and help texts have.
fn is_label(kind: Kind, name: &str, text: &str) -> bool {
    let prose = text.split_whitespace().count() > 2
        && !mask::has_digit_beside_masks(text)
        && !judge::is_phrase_of(name, text);
    let types = ["string", "number", "boolean", "object", "array", "integer", "null"];
    kind != Kind::Weak && (prose || types.contains(&text))
}

/// Runs the rules over what stands between the fragments.
fn between(redactor: &Redactor, tape: &mut Tape<'_>) {
    let text = tape.text();
    let mut at = 0;
    let mut gaps: Vec<Range<usize>> = Vec::new();
    for fragment in embedded::fragments(text) {
        gaps.push(at..fragment.range.start);
        at = fragment.range.end;
    }
    gaps.push(at..text.len());
    let mut changes = Vec::new();
    for gap in gaps {
        let mut piece = Tape::new(text.get(gap.clone()).unwrap_or_default(), Layer::Masking);
        redactor.layers(&mut piece);
        let (now, edits) = piece.finish();
        changes.extend(edits.into_iter().map(|edit| Change {
            range: gap.start + edit.was.start..gap.start + edit.was.end,
            replacement: now.get(edit.now).unwrap_or_default().to_owned(),
            rule: edit.rule,
        }));
    }
    tape.apply(changes);
}
