//! What a person looks at before a bundle is written: the contents of its files as values and
//! lines, what the rules do not vouch for, and how much of each message is gone.
//!
//! Made from the planned bytes alone, so that what is reviewed is what is written.

mod reviewer;
mod suspects;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::bundle::{BundlePlan, MediaType};
use super::finding::Finding;
use crate::js::value::Value;
use reviewer::Reviewer;

/// The review of a planned bundle.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// What the files hold, in the order of the plan.
    pub files: Vec<Contents>,
    /// What the rules do not vouch for: suspicious texts first, the most suspicious leading.
    pub uncovered: Vec<Uncovered>,
    /// Events of which something is masked, the greatest share first.
    pub shares: Vec<Share>,
}

impl Review {
    /// How many different texts look like secrets and are not masked.
    pub fn suspects(&self) -> usize {
        self.uncovered.iter().filter(|one| one.kind == Doubt::Suspicious).count()
    }
}

/// What a planned file holds.
#[derive(Debug, Clone)]
pub enum Contents {
    /// One value.
    Json(Arc<Value>),
    /// One event a line.
    Events(Vec<EventLine>),
    /// Lines of text: their bytes in the file, line ends left out.
    Lines(Vec<Range<usize>>),
}

/// A line of `events.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLine {
    /// The bytes of the line in the file, its end left out.
    pub span: Range<usize>,
    /// The event's number.
    pub seq: u64,
    /// The event's type.
    pub type_name: String,
    /// A few words of it, safe to show.
    pub summary: String,
}

/// A place that the rules do not vouch for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// Why.
    pub kind: Doubt,
    /// Position of the file in the plan.
    pub file: usize,
    /// The event's number, in `events.jsonl`.
    pub seq: Option<u64>,
    /// The JSON pointer of the value in its document; empty in a plain text.
    pub pointer: Arc<str>,
    /// The bytes in the string.
    pub range: Range<usize>,
    /// The text in question, or a few words about it.
    pub text: String,
    /// How often the same stands in the bundle.
    pub times: usize,
    /// How suspicious it is; comparable within one kind.
    pub weight: u32,
    /// The strict profile masks this text, as far as somebody has found out.
    pub strict_masks: bool,
}

/// Why a place is not vouched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// It looks like a secret and no rule masked it.
    Suspicious,
    /// A type of entry or content that is not known, so that only general rules looked at it.
    UnknownType,
    /// An image or other binary part: what it shows is looked at by no rule.
    Binary,
}

impl Doubt {
    /// The doubt in a few words, for a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Suspicious => "Looks like a secret, not masked",
            Self::UnknownType => "Unknown types",
            Self::Binary => "Images and other binary parts",
        }
    }
}

/// How much of what an event says, of its `data`, is masked. What stands around that is the same in
/// every event and tells nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The event's number.
    pub seq: u64,
    /// The event's type.
    pub type_name: String,
    /// Bytes of text that are hidden.
    pub hidden: u64,
    /// Bytes of text before.
    pub total: u64,
}

impl Share {
    /// The hidden share, in 0..=1.
    pub fn share(&self) -> f64 {
        self.hidden as f64 / self.total.max(1) as f64
    }
}

/// Places of one kind that are listed; what is left out is less suspicious.
const MOST: usize = 500;

/// Reviews a plan.
///
/// `suspects` gives the places of a masked text that still look like secrets, ascending and apart,
/// and is asked about every string once; `keep_going` is asked now and then, and a review that
/// nobody wants is empty.
pub fn review(
    plan: &BundlePlan,
    suspects: &dyn Fn(&str) -> Vec<Range<usize>>,
    keep_going: &dyn Fn() -> bool,
) -> Review {
    let mut reviewer = Reviewer::new(suspects, keep_going);
    let mut review = Review::default();
    let hidden = hidden_by_event(plan);
    for (at, file) in plan.files.iter().enumerate() {
        if !keep_going() {
            return Review::default();
        }
        review.files.push(match file.media {
            MediaType::Json => reviewer.document(at, file),
            MediaType::JsonLines => reviewer.events(at, file, &hidden, &mut review.shares),
            MediaType::Text => reviewer.text(at, file),
        });
        if reviewer.is_stopped() {
            return Review::default();
        }
    }
    reviewer.embedded(plan);
    review.uncovered = reviewer.finish(plan);
    review.shares.sort_by(|a, b| b.share().total_cmp(&a.share()).then(a.seq.cmp(&b.seq)));
    review.shares.truncate(MOST);
    review
}

/// By event: bytes that were hidden in its `data`, and bytes that stand in their place.
fn hidden_by_event(plan: &BundlePlan) -> HashMap<u64, (u64, u64)> {
    let mut hidden: HashMap<u64, (u64, u64)> = HashMap::new();
    let is_said = |finding: &&Finding| finding.pointer.starts_with("/data");
    for finding in plan.findings.iter().filter(is_said) {
        if let Some(seq) = finding.event_seq {
            let (was, now) = hidden.entry(seq).or_default();
            *was += finding.range.len() as u64;
            *now += finding.shown.len() as u64;
        }
    }
    hidden
}

#[cfg(test)]
mod tests;
