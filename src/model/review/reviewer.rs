//! The walk over the planned files that finds what the rules do not vouch for.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::{Contents, Doubt, EventLine, MOST, Share, Uncovered, suspects};
use crate::js::parse;
use crate::js::pointer;
use crate::js::print::to_visible_compact;
use crate::js::text::JsString;
use crate::js::value::Value;
use crate::model::body::{Block, blocks, preview_event};
use crate::model::bundle::{BundlePlan, MANIFEST, PlannedFile};
use crate::model::entry::EntryKind;

/// Values between two questions whether to go on.
const BETWEEN_ASKING: usize = 256;

/// The rule that takes images out of texts.
const EMBEDDED: &str = "data-url";

/// Looks through the files of a plan.
pub(super) struct Reviewer<'a> {
    suspects: &'a dyn Fn(&str) -> Vec<Range<usize>>,
    keep_going: &'a dyn Fn() -> bool,
    /// Values that were looked at.
    looked: usize,
    /// Nobody wants the review any more.
    stopped: bool,
    /// Names of members that are not suspicious.
    names: HashSet<String>,
    /// Position in `order` of what was seen before.
    found: HashMap<(Doubt, String), usize>,
    order: Vec<Uncovered>,
}

/// A document of a file that is walked.
struct Place {
    file: usize,
    seq: Option<u64>,
}

impl<'a> Reviewer<'a> {
    /// A walk that has seen nothing yet; both arguments as in [`review`](super::review).
    pub(super) fn new(
        suspects: &'a dyn Fn(&str) -> Vec<Range<usize>>,
        keep_going: &'a dyn Fn() -> bool,
    ) -> Self {
        Self {
            suspects,
            keep_going,
            looked: 0,
            stopped: false,
            names: HashSet::new(),
            found: HashMap::new(),
            order: Vec::new(),
        }
    }

    /// Tells whether nobody wants the review any more; what was found is of no use then.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Notes that one more value is looked at, and asks now and then whether to go on.
    fn goes_on(&mut self) -> bool {
        self.looked += 1;
        if self.looked.is_multiple_of(BETWEEN_ASKING) {
            self.stopped |= !(self.keep_going)();
        }
        !self.stopped
    }

    /// Looks through a file that is one value.
    pub(super) fn document(&mut self, file: usize, planned: &PlannedFile) -> Contents {
        let value = parse::parse(&planned.bytes).unwrap_or_default();
        let place = Place { file, seq: None };
        // The manifest repeats digests and ids, and nothing that somebody said.
        if planned.name != MANIFEST {
            self.walk(&place, &value, &mut String::new(), "");
        }
        for (at, entry) in
            value.get("entries").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            self.types(&place, entry, &format!("/entries/{at}"));
        }
        Contents::Json(Arc::new(value))
    }

    /// Looks through a file of events; of those that are hidden in part it notes the share.
    pub(super) fn events(
        &mut self,
        file: usize,
        planned: &PlannedFile,
        hidden: &HashMap<u64, (u64, u64)>,
        shares: &mut Vec<Share>,
    ) -> Contents {
        let mut lines = Vec::new();
        for (at, span) in spans(&planned.bytes).into_iter().enumerate() {
            if self.stopped {
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
            self.walk(&Place { file, seq: Some(seq) }, &value, &mut String::new(), "");
            if let Some((was, now)) = hidden.get(&seq) {
                let shown = value.get("data").map_or(0, text_bytes);
                let total = (shown + was).saturating_sub(*now);
                shares.push(Share { seq, type_name: type_name.clone(), hidden: *was, total });
            }
            lines.push(EventLine { span, seq, type_name, summary: preview_event(&value, 200) });
        }
        Contents::Events(lines)
    }

    /// Looks through a plain text.
    pub(super) fn text(&mut self, file: usize, planned: &PlannedFile) -> Contents {
        self.string(&Place { file, seq: None }, planned.text(), "", "");
        Contents::Lines(spans(&planned.bytes))
    }

    /// Looks at every string of a value.
    ///
    /// `name` is what the value belongs to: its member, or the flag before it in a list.
    fn walk(&mut self, place: &Place, value: &Value, pointer: &mut String, name: &str) {
        if !self.goes_on() {
            return;
        }
        if let Some(medium) = medium(value) {
            self.note(Doubt::Binary, place, pointer, 0..0, &medium, 0);
        }
        let length = pointer.len();
        if let Value::String(text) = value {
            return self.string(place, &text.to_str_lossy(), pointer, name);
        }
        let is_object = value.as_object().is_some();
        let mut below = |reviewer: &mut Self, token: &str, value: &Value, name: &str| {
            pointer::push(pointer, token);
            if is_object {
                reviewer.name(place, token, pointer);
            }
            reviewer.walk(place, value, pointer, name);
            pointer.truncate(length);
        };
        match value {
            Value::Array(items) => {
                let flags = std::iter::once("").chain(items.iter().map(flag));
                let items = items.iter().zip(flags).enumerate();
                items.for_each(|(at, (item, flag))| below(self, &at.to_string(), item, flag));
            }
            Value::Object(members) => {
                let paired = suspects::paired(value);
                let of_member = |(name, member): (&JsString, &Value)| {
                    let name = name.to_str_lossy();
                    let said = if name == "value" { paired.unwrap_or(&name) } else { &name };
                    below(self, &name, member, said);
                };
                members.iter().for_each(of_member);
            }
            _ => {}
        }
    }

    fn string(&mut self, place: &Place, text: &str, pointer: &str, name: &str) {
        for (range, weight) in suspects::find(text, pointer, name, self.suspects) {
            if let Some(suspect) = text.get(range.clone()) {
                self.note(Doubt::Suspicious, place, pointer, range, suspect, weight);
            }
        }
    }

    /// Looks at the name of a member; `pointer` is the member's. Nearly all names come again and
    /// again, so those that are not suspicious are remembered.
    fn name(&mut self, place: &Place, name: &str, pointer: &str) {
        if self.names.contains(name) {
            return;
        }
        let found = suspects::find(name, "", "", self.suspects);
        if found.is_empty() {
            self.names.insert(name.to_owned());
        }
        for (range, weight) in found {
            if let Some(suspect) = name.get(range) {
                // No bytes of the member's value are meant.
                self.note(Doubt::Suspicious, place, pointer, 0..0, suspect, weight);
            }
        }
    }

    /// Notes types of entries and contents that are not known.
    fn types(&mut self, place: &Place, entry: &Value, pointer: &str) {
        let type_name = entry.get("type").and_then(Value::as_str).unwrap_or_default();
        if EntryKind::from_type(type_name) == EntryKind::Unknown {
            let text = format!("entry of type {}", quoted(type_name));
            return self.note(Doubt::UnknownType, place, pointer, 0..0, &text, 0);
        }
        // State of plugins is data of any shape, by design.
        if EntryKind::from_type(type_name) != EntryKind::Message {
            return;
        }
        let content = entry.pointer("/message/content").and_then(Value::as_array);
        let content = content.unwrap_or_default();
        for block in blocks(entry) {
            if let Block::Raw { type_name, value } = block {
                let at = content.iter().position(|item| std::ptr::eq(item, value));
                let below = at.map(|at| format!("/message/content/{at}")).unwrap_or_default();
                let text = format!("content of type {}", quoted(&type_name));
                let pointer = format!("{pointer}{below}");
                self.note(Doubt::UnknownType, place, &pointer, 0..0, &text, 0);
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
            strict_masks: false,
        });
    }

    /// Notes the images that stood inside texts: what they showed is looked at by no rule.
    pub(super) fn embedded(&mut self, plan: &BundlePlan) {
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

    /// What was found, the most suspicious first.
    pub(super) fn finish(mut self, plan: &BundlePlan) -> Vec<Uncovered> {
        // What one rule masked somewhere is masked everywhere; its mask is no suspect.
        let masks: HashSet<&str> =
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

/// The bytes of all strings of a value together.
fn text_bytes(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.to_str_lossy().len() as u64,
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(members) => members.values().map(text_bytes).sum(),
        _ => 0,
    }
}

/// What an item of a list says about the next one: short names and flags do.
fn flag(item: &Value) -> &str {
    item.as_str().filter(|text| text.len() < 40 && !text.contains(' ')).unwrap_or_default()
}

/// A name in quotes as JSON has it, control characters escaped.
fn quoted(name: &str) -> String {
    to_visible_compact(&Value::String(name.into()))
}

/// What stands in the place of an image or another binary part, in words. What the list of
/// artifacts tells of a part is no part.
fn medium(value: &Value) -> Option<String> {
    if value.get("kind").and_then(Value::as_str) == Some("tool-media") {
        return None;
    }
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let digest = text("sha256")?;
    let omitted = value.get("omitted").is_some() || value.get("bytes").is_some();
    omitted.then(|| {
        let mime = text("mimeType").or_else(|| text("mediaType")).or_else(|| text("type"));
        let bytes = value.get("bytes").and_then(Value::as_f64).unwrap_or_default();
        format!("{}, {} bytes, sha256 {digest}", mime.unwrap_or("data"), bytes)
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
