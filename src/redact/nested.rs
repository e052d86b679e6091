//! The rules for text, run so that JSON inside a text stays JSON.
//!
//! First the rules run over the whole text, as OpenClaw runs them. When that leaves every fragment
//! of JSON well formed, the members of the fragments are looked at one by one for what the rules
//! could not see. When it does not, the fragments are masked literal by literal first and
//! the rules run over what stands between them.

use std::ops::Range;
use std::sync::Arc;

use super::embedded::{self, Fragment, Leaf};
use super::engine::{MEMBER, Redactor};
use super::mask::STARS;
use super::names::{self, Kind};
use super::tape::{Change, Tape};
use crate::js::print;
use crate::js::value::Value;
use crate::model::finding::Layer;

/// How deep strings of JSON inside strings of JSON are taken apart.
const MAX_NESTING: usize = 4;

pub(super) fn run(redactor: &Redactor, tape: &mut Tape, nesting: usize) {
    let fragments =
        if nesting < MAX_NESTING { embedded::fragments(tape.text()) } else { Vec::new() };
    if fragments.is_empty() {
        redactor.layers(tape);
        return;
    }
    let mut attempt = tape.clone();
    redactor.layers(&mut attempt);
    if still_well_formed(tape.text(), &attempt, &fragments) {
        *tape = attempt;
        literals(redactor, tape, nesting, Redactor::masking);
    } else {
        literals(redactor, tape, nesting, Redactor::layers);
        between(redactor, tape);
    }
}

/// Whether a text holds as many fragments as before, and is JSON as a whole if it was.
fn still_well_formed(before: &str, attempt: &Tape, fragments: &[Fragment]) -> bool {
    let after = attempt.text();
    if after == before {
        return true;
    }
    let now = embedded::fragments(after);
    let leaves = |fragments: &[Fragment]| {
        fragments.iter().map(|fragment| fragment.leaves.len()).collect::<Vec<_>>()
    };
    leaves(&now) == leaves(fragments)
}

/// Masks the literals of the fragments of a text.
fn literals(
    redactor: &Redactor,
    tape: &mut Tape,
    nesting: usize,
    layers: fn(&Redactor, &mut Tape),
) {
    tape.layer = Layer::Masking;
    let mut changes = Vec::new();
    for fragment in embedded::fragments(tape.text()) {
        for leaf in fragment.leaves {
            if let Some(change) = masked(redactor, tape, &leaf, nesting, layers) {
                changes.push(change);
            }
        }
    }
    tape.apply(changes);
}

fn masked(
    redactor: &Redactor,
    tape: &Tape,
    leaf: &Leaf,
    nesting: usize,
    layers: fn(&Redactor, &mut Tape),
) -> Option<Change> {
    let kind = names::kind(&leaf.name);
    let Some(text) = &leaf.text else {
        let number = tape.text().get(leaf.range.clone())?;
        let long = number.len() >= 4 && matches!(kind, Kind::Credential | Kind::Sensitive);
        return long.then(|| Change {
            range: leaf.range.clone(),
            replacement: format!("\"{STARS}\""),
            rule: Arc::from(MEMBER),
        });
    };
    let mut inner = Tape::new(text.clone(), Layer::Masking);
    if embedded::fragments(text).is_empty() {
        layers(redactor, &mut inner);
    } else {
        run(redactor, &mut inner, nesting + 1);
    }
    let rule = inner.edits().first().map(|edit| edit.rule.clone());
    let (now, rule) = match rule {
        Some(rule) => (inner.finish().0, rule),
        None if !text.is_empty()
            && names::masks_value(kind, &leaf.name, text)
            && !is_label(kind, text) =>
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

/// A description under the name of a credential, as schemas and help texts have.
fn is_label(kind: Kind, text: &str) -> bool {
    let prose =
        text.split_whitespace().count() > 2 && !text.bytes().any(|byte| byte.is_ascii_digit());
    let types = ["string", "number", "boolean", "object", "array", "integer", "null"];
    kind != Kind::Weak && (prose || types.contains(&text))
}

/// Runs the rules over what stands between the fragments.
fn between(redactor: &Redactor, tape: &mut Tape) {
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
