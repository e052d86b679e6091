//! What a person looks at before a bundle is written: the contents of its files as values and
//! lines, what the rules do not vouch for, and how much of each message is gone.
//!
//! Made from the planned bytes alone, so that what is reviewed is what is written.

mod suspects;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::body::{Block, blocks, preview_event};
use super::bundle::{BundlePlan, MediaType, PlannedFile};
use super::entry::EntryKind;
use crate::js::parse;
use crate::js::value::Value;

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

/// How much of an event is masked.
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

/// The rule that takes images out of texts.
const EMBEDDED: &str = "data-url";

/// Places of one kind that are listed; what is left out is less suspicious.
const MOST: usize = 500;

/// Reviews a plan.
///
/// `suspects` gives the places of a masked text that still look like secrets, and is asked about
/// every string once; `keep_going` is asked now and then, and a review that nobody wants is empty.
pub fn review(
    plan: &BundlePlan,
    suspects: &dyn Fn(&str) -> Vec<Range<usize>>,
    keep_going: &dyn Fn() -> bool,
) -> Review {
    let mut reviewer = Reviewer { suspects, found: HashMap::new(), order: Vec::new() };
    let mut review = Review::default();
    let hidden = hidden_by_event(plan);
    for (at, file) in plan.files.iter().enumerate() {
        if !keep_going() {
            return Review::default();
        }
        review.files.push(match file.media {
            MediaType::Json => reviewer.document(at, file),
            MediaType::JsonLines => {
                reviewer.events(at, file, &hidden, &mut review.shares, keep_going)
            }
            MediaType::Text => reviewer.text(at, file),
        });
    }
    reviewer.embedded(plan);
    review.uncovered = reviewer.finish(plan);
    review.shares.sort_by(|a, b| b.share().total_cmp(&a.share()).then(a.seq.cmp(&b.seq)));
    review.shares.truncate(MOST);
    review
}

/// By event: bytes that were hidden, and bytes that stand in their place.
fn hidden_by_event(plan: &BundlePlan) -> HashMap<u64, (u64, u64)> {
    let mut hidden: HashMap<u64, (u64, u64)> = HashMap::new();
    for finding in &plan.findings {
        if let Some(seq) = finding.event_seq {
            let (was, now) = hidden.entry(seq).or_default();
            *was += finding.range.len() as u64;
            *now += finding.shown.len() as u64;
        }
    }
    hidden
}

struct Reviewer<'a> {
    suspects: &'a dyn Fn(&str) -> Vec<Range<usize>>,
    /// Position in `order` of what was seen before.
    found: HashMap<(Doubt, String), usize>,
    order: Vec<Uncovered>,
}

/// A document of a file that is walked.
struct Place {
    file: usize,
    seq: Option<u64>,
}

impl Reviewer<'_> {
    fn document(&mut self, file: usize, planned: &PlannedFile) -> Contents {
        let value = parse::parse(&planned.bytes).unwrap_or_default();
        let place = Place { file, seq: None };
        // The manifest repeats digests and ids, and nothing that somebody said.
        if planned.name != super::bundle::MANIFEST {
            self.walk(&place, &value, &mut String::new(), "");
        }
        for (at, entry) in
            value.get("entries").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            self.types(&place, entry, &format!("/entries/{at}"));
        }
        Contents::Json(Arc::new(value))
    }

    fn events(
        &mut self,
        file: usize,
        planned: &PlannedFile,
        hidden: &HashMap<u64, (u64, u64)>,
        shares: &mut Vec<Share>,
        keep_going: &dyn Fn() -> bool,
    ) -> Contents {
        let mut lines = Vec::new();
        for (at, span) in spans(&planned.bytes).into_iter().enumerate() {
            if at % 256 == 255 && !keep_going() {
                break;
            }
            let bytes = planned.bytes.get(span.clone()).unwrap_or_default();
            if bytes.is_empty() {
                continue;
            }
            let value = parse::parse(bytes).unwrap_or_default();
            let seq =
                value.get("seq").and_then(Value::as_f64).map_or(at as u64 + 1, |seq| seq as u64);
            let type_name = value.get("type").and_then(Value::as_str).unwrap_or("event").to_owned();
            let shown = self.walk(&Place { file, seq: Some(seq) }, &value, &mut String::new(), "");
            if let Some((was, now)) = hidden.get(&seq) {
                let total = (shown + was).saturating_sub(*now);
                shares.push(Share { seq, type_name: type_name.clone(), hidden: *was, total });
            }
            lines.push(EventLine { span, seq, type_name, summary: preview_event(&value, 200) });
        }
        Contents::Events(lines)
    }

    fn text(&mut self, file: usize, planned: &PlannedFile) -> Contents {
        self.string(&Place { file, seq: None }, planned.text(), "", "");
        Contents::Lines(spans(&planned.bytes))
    }

    /// Looks at every string of a value; returns their bytes together.
    ///
    /// `name` is what the value belongs to: its member, or the flag before it in a list.
    fn walk(&mut self, place: &Place, value: &Value, pointer: &mut String, name: &str) -> u64 {
        if let Some(medium) = medium(value) {
            self.note(Doubt::Binary, place, pointer, 0..0, &medium, 0);
        }
        let length = pointer.len();
        if let Value::String(text) = value {
            let text = text.to_str_lossy();
            self.string(place, &text, pointer, name);
            return text.len() as u64;
        }
        let mut below = |reviewer: &mut Self, token: &str, value: &Value, name: &str| {
            pointer.push('/');
            pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
            let bytes = reviewer.walk(place, value, pointer, name);
            pointer.truncate(length);
            bytes
        };
        match value {
            Value::Array(items) => {
                let flags = std::iter::once("").chain(items.iter().map(flag));
                let items = items.iter().zip(flags).enumerate();
                items.map(|(at, (item, flag))| below(self, &at.to_string(), item, flag)).sum()
            }
            Value::Object(members) => {
                let paired = suspects::paired(value);
                let of_member = |(name, member): (&_, &_)| {
                    let name = crate::js::text::JsString::to_str_lossy(name);
                    let said = if name == "value" { paired.unwrap_or(&name) } else { &name };
                    below(self, &name, member, said)
                };
                members.iter().map(of_member).sum()
            }
            _ => 0,
        }
    }

    fn string(&mut self, place: &Place, text: &str, pointer: &str, name: &str) {
        for (range, weight) in suspects::find(text, pointer, name, self.suspects) {
            if let Some(suspect) = text.get(range.clone()) {
                self.note(Doubt::Suspicious, place, pointer, range, suspect, weight);
            }
        }
    }

    /// Notes types of entries and contents that are not known.
    fn types(&mut self, place: &Place, entry: &Value, pointer: &str) {
        let type_name = entry.get("type").and_then(Value::as_str).unwrap_or_default();
        if EntryKind::from_type(type_name) == EntryKind::Unknown {
            let text = format!("entry of type {type_name:?}");
            return self.note(Doubt::UnknownType, place, pointer, 0..0, &text, 0);
        }
        // State of plugins is data of any shape, by design.
        if EntryKind::from_type(type_name) != EntryKind::Message {
            return;
        }
        for block in blocks(entry) {
            if let Block::Raw { type_name, .. } = block {
                let text = format!("content of type {type_name:?}");
                self.note(Doubt::UnknownType, place, pointer, 0..0, &text, 0);
            }
        }
    }

    fn note(
        &mut self,
        kind: Doubt,
        place: &Place,
        pointer: &str,
        range: Range<usize>,
        text: &str,
        weight: u32,
    ) {
        if let Some(at) = self.found.get(&(kind, text.to_owned())) {
            if let Some(known) = self.order.get_mut(*at) {
                known.times += 1;
            }
            return;
        }
        self.found.insert((kind, text.to_owned()), self.order.len());
        self.order.push(Uncovered {
            kind,
            file: place.file,
            seq: place.seq,
            pointer: pointer.into(),
            range,
            text: text.to_owned(),
            times: 1,
            weight,
        });
    }

    /// Notes the images that stood inside texts: what they showed is looked at by no rule.
    fn embedded(&mut self, plan: &BundlePlan) {
        for finding in plan.findings.iter().filter(|finding| &*finding.rule == EMBEDDED) {
            let name = finding.file.as_deref();
            let Some(file) = plan.files.iter().position(|file| Some(file.name) == name) else {
                continue;
            };
            let place = Place { file, seq: finding.event_seq };
            let said = finding.replacement.trim_start_matches("<redacted ").trim_end_matches('>');
            let (pointer, shown) = (&finding.pointer, finding.shown.clone());
            self.note(Doubt::Binary, &place, pointer, shown, said, 0);
        }
    }

    fn finish(mut self, plan: &BundlePlan) -> Vec<Uncovered> {
        // What one rule masked somewhere is masked everywhere; its mask is no suspect.
        let masks: std::collections::HashSet<&str> =
            plan.findings.iter().map(|finding| finding.replacement.as_str()).collect();
        self.order.retain(|one| one.kind != Doubt::Suspicious || !masks.contains(&*one.text));
        self.order.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.weight.cmp(&a.weight)));
        let mut kept = [0_usize; 3];
        self.order.retain(|one| {
            let count = kept.get_mut(one.kind as usize);
            count.is_some_and(|count| std::mem::replace(count, *count + 1) < MOST)
        });
        self.order
    }
}

/// What an item of a list says about the next one: short names and flags do.
fn flag(item: &Value) -> &str {
    item.as_str().filter(|text| text.len() < 40 && !text.contains(' ')).unwrap_or_default()
}

/// What stands in the place of an image or another binary part, in words.
fn medium(value: &Value) -> Option<String> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let digest = text("sha256")?;
    let omitted = value.get("omitted").is_some() || value.get("bytes").is_some();
    omitted.then(|| {
        let mime = text("mimeType").or_else(|| text("mediaType")).or_else(|| text("type"));
        let bytes = value.get("bytes").and_then(Value::as_f64).unwrap_or_default();
        let head = digest.get(..8).unwrap_or(digest);
        format!("{}, {} bytes, sha256 {head}", mime.unwrap_or("data"), bytes)
    })
}

/// The bytes of every line, line ends left out.
fn spans(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut spans = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        let bare = end - usize::from(line.last() == Some(&b'\n'));
        spans.push(start..bare);
        start = end;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bundle::{EventCounts, Omitted};
    use crate::model::finding::{Finding, Layer};

    fn plan(files: Vec<PlannedFile>, findings: Vec<Finding>) -> BundlePlan {
        BundlePlan {
            generated_at: String::new(),
            session_id: String::new(),
            session_key: String::new(),
            counts: EventCounts::default(),
            files,
            findings,
            profile: "standard",
            omitted: Omitted::default(),
            notices: Vec::new(),
        }
    }

    #[test]
    fn events_become_lines_with_their_shares() {
        let text = "{\"type\":\"a.b\",\"seq\":1,\"x\":\"ab***\"}\n{\"type\":\"c\",\"seq\":2}\n";
        let file = PlannedFile::new("events.jsonl", MediaType::JsonLines, text.to_owned());
        let finding = Finding {
            rule: "r".into(),
            layer: Layer::Masking,
            file: Some("events.jsonl".into()),
            pointer: "/x".into(),
            event_seq: Some(1),
            entry_id: None,
            range: 2..22,
            shown: 2..5,
            replacement: "***".to_owned(),
            group: 1,
        };
        let review = review(&plan(vec![file], vec![finding]), &|_| Vec::new(), &|| true);
        let [Contents::Events(lines)] = review.files.as_slice() else { panic!() };
        assert_eq!((lines.len(), lines[1].seq, lines[1].span.clone()), (2, 2, 35..55));
        let share = &review.shares[0];
        // "a.b" and "ab" stay, twenty bytes are gone.
        assert_eq!((share.seq, share.hidden, share.total), (1, 20, 25));
    }

    #[test]
    fn the_same_suspect_is_listed_once_and_the_worst_first() {
        let text = r#"{"a":"one zzzzzzzz","b":["zzzzzzzz"],"c":{"sha256":"00112233445566","bytes":3,"mimeType":"image/png"},
            "entries":[{"type":"novel","id":"x"}]}"#;
        let file = PlannedFile::new("a.json", MediaType::Json, text.to_owned());
        let find = |text: &str| text.find("zzzzzzzz").map(|at| at..at + 8).into_iter().collect();
        let review = review(&plan(vec![file], Vec::new()), &find, &|| true);
        let kinds: Vec<_> = review.uncovered.iter().map(|one| (one.kind, one.times)).collect();
        assert_eq!(kinds, [(Doubt::Suspicious, 2), (Doubt::UnknownType, 1), (Doubt::Binary, 1)]);
        assert_eq!(&*review.uncovered[0].pointer, "/a");
        assert!(review.uncovered[2].text.contains("image/png"), "{:?}", review.uncovered[2]);
    }
}
