//! Runs the rules over a text, one after the other.
//!
//! Every rule sees what the earlier ones left. Most rules cannot match most texts: the gate tells so
//! in a single pass, and only rules that it marks run. A tape remembers the marks of its present
//! text, so the gate is asked again only after something was replaced.

use std::ops::Range;
use std::sync::Arc;

use regex::Captures;

use super::blocks;
use super::gate::{Gate, Keywords, Marks};
use super::judge::{Catch, Look};
use super::literal::Literals;
use super::mask::{self, Masks};
use super::media;
use super::rules::{Mask, Rule};
use super::tape::{Change, Tape};

/// An ordered list of rules with its gate.
#[derive(Debug, Clone)]
pub(super) struct Pipeline {
    rules: Vec<(Arc<Rule>, Keywords)>,
    gate: Gate,
    /// Where a tape keeps the marks of this pipeline.
    slot: usize,
    /// What most texts are marked with: no rule; shared, as it is met for every short string.
    nothing: Arc<Marks>,
    masks: Masks,
}

impl Pipeline {
    /// Makes a pipeline. `more` are shapes that the gate knows under the places behind the rules;
    /// `slot` is where tapes keep its marks.
    pub(super) fn new<'a>(
        rules: impl IntoIterator<Item = &'a Arc<Rule>>,
        more: &[&str],
        slot: usize,
        masks: Masks,
    ) -> Self {
        let with_keywords =
            |rule: &Arc<Rule>| (rule.clone(), Keywords::new(&rule.keywords, rule.shape.as_str()));
        let rules: Vec<_> = rules.into_iter().map(with_keywords).collect();
        let shapes = rules.iter().map(|(rule, _)| rule.shape.as_str());
        let gate = Gate::new(shapes.chain(more.iter().copied()));
        Self { rules, gate, slot, nothing: Arc::default(), masks }
    }

    /// What may match the present text of a tape.
    fn marks_of(&self, tape: &mut Tape<'_>) -> Arc<Marks> {
        if let Some(marks) = tape.marks(self.slot) {
            return marks;
        }
        let marks = self.gate.marks(tape.text());
        let marks = if marks.any() { Arc::new(marks) } else { self.nothing.clone() };
        tape.remember(self.slot, marks.clone());
        marks
    }

    /// Runs the rules whose places in the list lie in a range.
    pub(super) fn run(
        &self,
        tape: &mut Tape<'_>,
        range: Range<usize>,
        wanted: impl Fn(&Rule) -> bool,
    ) {
        let mut from = range.start;
        while let Some(at) = self.marks_of(tape).first(from..range.end) {
            from = at + 1;
            if let Some((rule, keywords)) = self.rules.get(at)
                && wanted(rule)
                && keywords.are_in(tape.text())
            {
                apply(rule, tape, self.masks);
            }
        }
    }
}

/// Applies one rule to a text.
fn apply(rule: &Rule, tape: &mut Tape<'_>, masks: Masks) {
    let text = tape.text();
    let mut protected: Option<Vec<Range<usize>>> = None;
    let mut changes = Vec::new();
    for captures in rule.shape.captures_iter(text) {
        let Some(change) = change(rule, &captures, tape, masks) else {
            continue;
        };
        // A placeholder of an earlier redaction is never taken apart.
        let protected = protected.get_or_insert_with(|| mask::placeholders(text));
        let cuts =
            |place: &Range<usize>| place.start < change.range.end && change.range.start < place.end;
        let swallows = |place: &Range<usize>| {
            change.range.start <= place.start && place.end <= change.range.end
        };
        if !protected.iter().any(|place| cuts(place) && !swallows(place)) {
            changes.push(change);
        }
    }
    tape.apply(changes);
}

fn change(rule: &Rule, captures: &Captures<'_>, tape: &Tape<'_>, masks: Masks) -> Option<Change> {
    let text = tape.text();
    let whole = captures.get(0)?;
    let groups = &rule.groups;
    let caught = groups
        .values
        .iter()
        .filter_map(|at| captures.get(*at))
        .find(|group| !group.is_empty())
        .unwrap_or(whole);
    let named =
        |at: Option<usize>| at.and_then(|at| captures.get(at)).map_or("", |group| group.as_str());
    let catch = Catch {
        name: named(groups.name),
        join: named(groups.join),
        scheme: named(groups.scheme),
        value: caught.as_str(),
        after: text.get(caught.end()..)?,
        lead: text.get(..whole.start())?,
        before: text.get(..caught.start())?,
    };
    // A picture that was taken out, by this run or by an earlier one, is no part of a value.
    let masked = rule.is_polite
        && (!tape.is_original(&caught.range()) || mask::holds_description(caught.as_str()));
    if masked || is_finished(&catch, tape, &caught.range()) || !rule.look.accepts(&catch) {
        return None;
    }
    let replacement = match rule.look {
        Look::DataUrl => media::data_url(caught.as_str()),
        _ => replacement(rule, caught.as_str(), masks)?,
    };
    Some(Change { range: caught.range(), replacement, rule: rule.id.clone() })
}

/// Whether what was caught is a mask that must stay: any that shows nothing, and one with a hint
/// that was there before this run.
fn is_finished(catch: &Catch<'_>, tape: &Tape<'_>, range: &Range<usize>) -> bool {
    let value = catch.value;
    let core = mask::core(value);
    mask::is_blank_mask(value)
        || mask::is_blank_mask(core)
        || value.starts_with("-----BEGIN")
        || value.contains("…redacted…")
        || (mask::is_hint(core) || mask::is_hint(value)) && tape.is_original(range)
}

fn replacement(rule: &Rule, value: &str, masks: Masks) -> Option<String> {
    match &rule.mask {
        Mask::Value => masks.value(value),
        Mask::Whole => {
            // An opening quote whose partner lies outside stays where it is.
            let (quote, rest) = match value.chars().next() {
                Some(quote @ ('"' | '\'' | '`')) => {
                    (Some(quote), value.get(1..).unwrap_or_default())
                }
                _ => (None, value),
            };
            let masked = masks.token(rest);
            Some(quote.map_or_else(|| masked.clone(), |quote| format!("{quote}{masked}")))
        }
        Mask::Literal(text) => Some(text.clone()),
    }
}

/// What is not a rule of a file, as the gate knows it: private keys, and 40 characters in a row
/// that may be a secret key of AWS.
const MORE: [&str; 2] =
    [r"(?i-u:-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)", r"[A-Za-z0-9/+=]{40}"];

/// All that is done to a text in the payload and in the masking layer.
#[derive(Debug, Clone)]
pub(super) struct TextRules {
    /// The rules of the masking layer and then those of the payload layer.
    pipeline: Pipeline,
    /// How many of them are of the masking layer.
    masking: usize,
    pub literals: Literals,
    masks: Masks,
}

impl TextRules {
    /// Makes the two layers of their rules.
    pub(super) fn new(
        masking: &[Arc<Rule>],
        payload: &[Arc<Rule>],
        literals: Literals,
        masks: Masks,
    ) -> Self {
        let pipeline = Pipeline::new(masking.iter().chain(payload), &MORE, 0, masks);
        Self { pipeline, masking: masking.len(), literals, masks }
    }

    /// Whether anything may match the present text of a tape; `false` is certain.
    pub(super) fn may_match(&self, tape: &mut Tape<'_>) -> bool {
        self.pipeline.marks_of(tape).any() || self.literals.is_match(tape.text())
    }

    /// Runs the payload layer.
    pub(super) fn run_payload(&self, tape: &mut Tape<'_>) {
        self.pipeline.run(tape, self.masking..self.pipeline.rules.len(), |_| true);
    }

    /// Runs the masking layer.
    pub(super) fn run(&self, tape: &mut Tape<'_>) {
        self.run_wanted(tape, |_| true);
    }

    /// Runs fields of URLs and forms, headers, and the formats of vendors: what comes first in a
    /// string that speaks of a local path.
    pub(super) fn run_short(&self, tape: &mut Tape<'_>) {
        self.run_wanted(tape, |rule| rule.is_short);
    }

    /// Runs private keys before, bare AWS keys after the rules.
    fn run_wanted(&self, tape: &mut Tape<'_>, wanted: impl Fn(&Rule) -> bool) {
        let [private_keys, aws_secrets] = [0, 1].map(|more| self.pipeline.rules.len() + more);
        if self.pipeline.marks_of(tape).has(private_keys) {
            blocks::private_keys(tape, self.masks);
        }
        self.pipeline.run(tape, 0..self.masking, wanted);
        if self.pipeline.marks_of(tape).has(aws_secrets) {
            blocks::aws_secrets(tape, self.masks);
        }
    }
}
