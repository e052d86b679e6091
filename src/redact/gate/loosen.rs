//! Rewrites shapes so that they match more: cheaper, over bytes, without looking around.
//!
//! Everything here only ever widens what a shape matches. Case is kept; [`folded`] removes it for
//! finding words.

use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Repetition};
use regex_syntax::utf8::Utf8Sequences;

/// Counted repeats that may take more than this many steps are left open.
const MOST_STEPS: u32 = 64;

/// A shape without assertions and groups, in which any character beyond ASCII stands for any other.
pub(super) fn loosened(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Class(class) => {
            if let Some(leads) = leads(class) {
                let rest = Hir::class(Class::Bytes(ClassBytes::new([range(0x80, 0xBF)])));
                return Hir::concat(vec![
                    Hir::class(Class::Bytes(leads)),
                    repeated(rest, 1, Some(3)),
                ]);
            }
            let (bytes, is_wide) = of_bytes(class);
            let one = Hir::class(Class::Bytes(bytes));
            if is_wide { repeated(one, 1, Some(4)) } else { one }
        }
        HirKind::Repetition(repetition) => {
            let (sub, longest) = match repetition.sub.kind() {
                HirKind::Class(class) => {
                    let (bytes, is_wide) = of_bytes(class);
                    (Hir::class(Class::Bytes(bytes)), if is_wide { 4 } else { 1 })
                }
                _ => (loosened(&repetition.sub), 1),
            };
            let max = repetition.max.filter(|max| max - repetition.min <= MOST_STEPS);
            repeated(sub, repetition.min, max.map(|max| max * longest))
        }
        HirKind::Capture(capture) => loosened(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(loosened).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(loosened).collect()),
    }
}

fn repeated(sub: Hir, min: u32, max: Option<u32>) -> Hir {
    Hir::repetition(Repetition { min, max, greedy: true, sub: Box::new(sub) })
}

/// The first bytes of the characters of a class without ASCII, which are few and rare.
fn leads(class: &Class) -> Option<ClassBytes> {
    let Class::Unicode(chars) = class else {
        return None;
    };
    let mut leads = ClassBytes::empty();
    for chars in chars.iter().filter(|chars| !chars.start().is_ascii()) {
        for sequence in Utf8Sequences::new(chars.start(), chars.end()) {
            let first = sequence.as_slice().first()?;
            leads.push(range(first.start, first.end));
        }
    }
    chars.iter().all(|chars| !chars.start().is_ascii()).then_some(leads)
}

fn range(start: u8, end: u8) -> ClassBytesRange {
    ClassBytesRange::new(start, end)
}

/// The bytes of the characters of a class, and whether some of them are not ASCII.
fn of_bytes(class: &Class) -> (ClassBytes, bool) {
    match class {
        Class::Bytes(bytes) => (bytes.clone(), false),
        Class::Unicode(chars) => {
            let mut bytes = ClassBytes::empty();
            let mut is_wide = false;
            for range in chars.iter() {
                if let (Ok(start), end) = (u8::try_from(range.start()), range.end())
                    && start.is_ascii()
                {
                    let end = u8::try_from(end).unwrap_or(0x7F).min(0x7F);
                    bytes.push(ClassBytesRange::new(start, end));
                }
                is_wide |= !range.end().is_ascii();
            }
            if is_wide {
                bytes.push(ClassBytesRange::new(0x80, 0xFF));
            }
            (bytes, is_wide)
        }
    }
}

/// What a match of a loosened shape must start with to be one: its end cut where it may be empty.
pub(super) fn trimmed(hir: Hir) -> Hir {
    if hir.properties().minimum_len() == Some(0) {
        return Hir::empty();
    }
    match hir.into_kind() {
        HirKind::Concat(mut parts) => {
            while let Some(last) = parts.pop() {
                let last = trimmed(last);
                if !matches!(last.kind(), HirKind::Empty) {
                    parts.push(last);
                    break;
                }
            }
            Hir::concat(parts)
        }
        HirKind::Repetition(repetition) => {
            repeated(*repetition.sub, repetition.min, Some(repetition.min))
        }
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(trimmed).collect()),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        // A loosened shape holds neither.
        HirKind::Empty | HirKind::Look(_) | HirKind::Capture(_) => Hir::empty(),
    }
}

/// A loosened shape with all ASCII letters in lower case.
pub(super) fn folded(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Literal(literal) => Hir::literal(literal.0.to_ascii_lowercase()),
        HirKind::Class(Class::Bytes(bytes)) => {
            let mut lower = bytes.clone();
            lower.difference(&ClassBytes::new([ClassBytesRange::new(b'A', b'Z')]));
            for range in bytes.iter() {
                let (start, end) = (range.start().max(b'A'), range.end().min(b'Z'));
                if start <= end {
                    let (start, end) = (start.to_ascii_lowercase(), end.to_ascii_lowercase());
                    lower.push(ClassBytesRange::new(start, end));
                }
            }
            Hir::class(Class::Bytes(lower))
        }
        HirKind::Repetition(repetition) => {
            repeated(folded(&repetition.sub), repetition.min, repetition.max)
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(folded).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(folded).collect()),
        _ => hir.clone(),
    }
}
