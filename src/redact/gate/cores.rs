//! Chooses what tells cheapest that a shape may match.
//!
//! A shape is a chain of parts. At each part that must be there a core can start: the rest of the
//! chain from that part on. The best one starts with the words that ordinary text holds least often.

use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};

use super::finder::LONGEST;
use super::loosen::{folded, loosened, trimmed};
use super::runs::Run;

/// The end of a shape, and the words with which it can start, in lower case.
#[derive(Debug, Clone)]
pub(super) struct Core {
    pub hir: Hir,
    pub words: Vec<Vec<u8>>,
}

/// What every match of a shape holds.
#[derive(Debug)]
pub(super) enum Sign {
    /// A match of at least one of these.
    Cores(Vec<Core>),
    /// Such a run.
    Run(Run),
    /// Nothing that would be cheap to find.
    Unknown,
}

/// A share of the bytes of a text from which on words are met too often.
const OFTEN: f64 = 0.07;

/// A share below which they are looked for even where a rare run would do.
const SELDOM: f64 = 0.006;

/// A core of a single sign must ask for more bytes than this, itself included, ...
const SHORTEST_CORE: usize = 2;

/// ... or else counts as so many times more frequent: it is met as often as the sign.
const SLIGHT: f64 = 8.0;

/// Classes of so many bytes are taken for words of several bytes, ...
const FEW: usize = 10;

/// ... and of so many for words of a single byte.
const MANY: usize = 200;

/// A run shorter than this is not rare enough to wait for, in bytes.
const SHORTEST_RUN: usize = 12;

/// The same for a run of bytes that together are met less often than [`SPARSE`].
const SHORTEST_SPARSE_RUN: usize = 9;

/// Bytes that make up a smaller share of a text form long runs only rarely.
const SPARSE: f64 = 0.3;

/// A run of this length is looked for rather than words as frequent as single characters.
const LONG_RUN: usize = 24;

/// What every match of a shape holds.
pub(super) fn sign(shape: &Hir) -> Sign {
    let shape = loosened(shape);
    let run = run(&shape);
    match cores(&shape) {
        Some((cost, cores))
            if cost < SELDOM || cost < OFTEN && !run.as_ref().is_some_and(is_rare) =>
        {
            // Only now: a core is the end of a chain, and inside a chain nothing may be cut off.
            let trim = |core: Core| Core { hir: trimmed(core.hir), ..core };
            Sign::Cores(cores.into_iter().map(trim).collect())
        }
        _ => run.map_or(Sign::Unknown, |(class, length)| Sign::Run(Run::new(&class, length))),
    }
}

/// Whether a run is looked for rather than words as frequent as single characters.
fn is_rare((class, length): &(ClassBytes, usize)) -> bool {
    *length >= LONG_RUN || is_sparse(class)
}

/// Whether the bytes of a class make up a small share of a text.
fn is_sparse(class: &ClassBytes) -> bool {
    let bytes = class.iter().flat_map(|range| range.start()..=range.end());
    bytes.map(|byte| share(byte.to_ascii_lowercase())).sum::<f64>() < SPARSE
}

/// The best cores of a loosened shape, and how often their words are met, as a share of all bytes.
fn cores(hir: &Hir) -> Option<(f64, Vec<Core>)> {
    let inner = match hir.kind() {
        HirKind::Concat(parts) => {
            let of_part = |at| of_part(parts, at);
            (0..parts.len()).filter_map(of_part).min_by(|left, right| left.0.total_cmp(&right.0))
        }
        HirKind::Alternation(parts) => joined(parts.iter().map(cores)),
        HirKind::Repetition(repetition) if repetition.min > 0 => cores(&repetition.sub),
        _ => None,
    };
    let whole = core(hir.clone());
    match (whole, inner) {
        (Some(whole), Some(inner)) => Some(if inner.0 < whole.0 { inner } else { whole }),
        (whole, inner) => whole.or(inner),
    }
}

/// The cores that start at or inside a part of a chain.
fn of_part(parts: &[Hir], at: usize) -> Option<(f64, Vec<Core>)> {
    let (part, rest) = parts.get(at..)?.split_first()?;
    let chain = |first: &Hir| {
        Hir::concat(std::iter::once(first.clone()).chain(rest.iter().cloned()).collect())
    };
    let from_here = core(chain(part));
    let (cost, inside) = match part.kind() {
        HirKind::Alternation(_) | HirKind::Concat(_) => cores(part)?,
        _ => return from_here,
    };
    if from_here.as_ref().is_some_and(|(known, _)| *known <= cost) {
        return from_here;
    }
    let longer = |core: Core| Core { hir: chain(&core.hir), words: core.words };
    Some((cost, inside.into_iter().map(longer).collect()))
}

/// The cores of all branches, of which each match holds one.
fn joined(mut parts: impl Iterator<Item = Option<(f64, Vec<Core>)>>) -> Option<(f64, Vec<Core>)> {
    parts.try_fold((0.0, Vec::new()), |(sum, mut all), part| {
        let (cost, cores) = part?;
        all.extend(cores);
        Some((sum + cost, all))
    })
}

/// A core of a whole chain, unless there are no words that it must start with.
fn core(hir: Hir) -> Option<(f64, Vec<Core>)> {
    let folded = folded(&hir);
    let words = words(&folded, FEW, LONGEST).or_else(|| words(&folded, MANY, 1))?;
    let often: f64 =
        words.iter().map(|word| word.iter().copied().map(share).product::<f64>()).sum();
    let is_slight = words.iter().any(|word| word.len() == 1)
        && hir.properties().minimum_len().is_none_or(|length| length <= SHORTEST_CORE);
    let cost = if is_slight { often * SLIGHT } else { often };
    Some((cost, vec![Core { hir, words }]))
}

/// The words with one of which every match of a folded shape starts; nothing when there are too many.
fn words(folded: &Hir, class: usize, length: usize) -> Option<Vec<Vec<u8>>> {
    let mut extractor = Extractor::new();
    extractor.limit_class(class).limit_repeat(3).limit_literal_len(length).limit_total(1500);
    let prefixes = extractor.extract(folded);
    let literals = prefixes.literals()?.iter();
    let mut words: Vec<Vec<u8>> = literals.map(|word| word.as_bytes().to_vec()).collect();
    words.sort_unstable();
    words.dedup_by(|longer, shorter| longer.starts_with(shorter));
    words.first().is_some_and(|word| !word.is_empty()).then_some(words)
}

/// Roughly how often a byte stands in the text of a session, as a share of all bytes; letters in
/// both cases together.
fn share(byte: u8) -> f64 {
    match byte {
        b' ' => 0.14,
        b'a' | b'e' | b'i' | b'n' | b'o' | b'r' | b's' | b't' => 0.06,
        b'b' | b'c' | b'd' | b'f' | b'g' | b'h' | b'l' | b'm' | b'p' | b'u' | b'w' | b'y' => 0.025,
        b'0'..=b'9' | b'"' | b'\n' => 0.02,
        b'.' | b',' | b'-' | b'_' | b'/' | b':' => 0.012,
        b'=' | b'(' | b')' | b'k' | b'v' | b'x' => 0.008,
        b'\t' => 0.005,
        ..b' ' | 0x80.. => 0.0002,
        _ => 0.004,
    }
}

/// The longest run that every match of a loosened shape holds: its bytes and its length.
fn run(hir: &Hir) -> Option<(ClassBytes, usize)> {
    let parts = match hir.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(hir),
    };
    let mut best: Option<(ClassBytes, usize)> = None;
    let mut present: Option<(ClassBytes, usize)> = None;
    for part in parts {
        present = match (of_one_class(part), present) {
            (Some((class, length)), Some((mut union, so_far))) => {
                union.union(&class);
                Some((union, so_far + length))
            }
            (found, _) => found,
        };
        if let Some((class, length)) = &present
            && best.as_ref().is_none_or(|(_, longest)| longest < length)
        {
            best = Some((class.clone(), *length));
        }
    }
    best.filter(|(class, length)| {
        *length >= SHORTEST_RUN || *length >= SHORTEST_SPARSE_RUN && is_sparse(class)
    })
}

/// The class of a part that is one class, repeated or not, and its least length.
fn of_one_class(hir: &Hir) -> Option<(ClassBytes, usize)> {
    match hir.kind() {
        HirKind::Class(Class::Bytes(class)) => Some((class.clone(), 1)),
        HirKind::Repetition(repetition) => {
            let (class, length) = of_one_class(&repetition.sub)?;
            Some((class, length * repetition.min as usize))
        }
        _ => None,
    }
}
