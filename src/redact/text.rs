//! Runs the rules over a text, one after the other.
//!
//! Every rule sees what the earlier ones left. Most rules cannot match most texts: the gate tells so
//! in a single pass, and only rules that it marks run. A tape remembers the marks of its present
//! text, so the gate is asked again only after something was replaced.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use regex::Captures;

use super::blocks;
use super::columns;
use super::gate::{Gate, Keywords, Marks};
use super::judge::{Catch, Look};
use super::literal::Literals;
use super::mask::{self, Masks};
use super::media;
use super::near;
use super::rules::{Mask, Rule, Rules};
use super::tape::{Change, Tape};

/// What is not a rule of a file, as the gate knows it: private keys, and 40 characters in a row
/// that may be a secret key of AWS.
const MORE: [&str; 2] =
    [r"(?i-u:-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)", r"[A-Za-z0-9/+=]{40}"];

/// All that is done to a text in the three layers, with its gate.
#[derive(Debug, Clone)]
pub(super) struct TextRules {
    /// The rules for strings with a local path, then those of the masking and of the payload layer;
    /// the gate knows the shapes of [`MORE`] under the places behind them.
    rules: Vec<(Arc<Rule>, Keywords)>,
    gate: Gate,
    /// How many rules there are for strings with a local path, ...
    support: usize,
    /// ... and how many of those run before the rules for text.
    support_before: usize,
    /// Where the rules of the payload layer start.
    payload: usize,
    /// What most texts are marked with: no rule; shared, as it is met for every short string.
    nothing: Arc<Marks>,
    pub literals: Literals,
    masks: Masks,
}

impl TextRules {
    /// Prepares the rules and what else is looked for.
    pub(super) fn new(rules: &Rules, literals: Literals, masks: Masks) -> Self {
        let with_keywords =
            |rule: &Arc<Rule>| (rule.clone(), Keywords::new(&rule.keywords, rule.shape.as_str()));
        let (support, masking, payload) = (rules.support(), rules.text(), rules.payload());
        let rules: Vec<_> =
            support.iter().chain(masking).chain(payload).map(with_keywords).collect();
        let shapes = rules.iter().map(|(rule, _)| rule.shape.as_str());
        let first_after = |rule: &Arc<Rule>| &*rule.id == "support-url-login";
        Self {
            gate: Gate::new(shapes.chain(MORE)),
            rules,
            support: support.len(),
            support_before: support.iter().position(first_after).unwrap_or_default(),
            payload: support.len() + masking.len(),
            nothing: Arc::default(),
            literals,
            masks,
        }
    }

    /// Whether anything but the rules for strings with a local path may match the present text of a
    /// tape; `false` is certain.
    pub(super) fn may_match(&self, tape: &mut Tape<'_>) -> bool {
        self.marks_of(tape).first(self.support..usize::MAX).is_some()
            || self.literals.may_stand_in(tape.text())
    }

    /// Whether any rule for strings with a local path may match the present text of a tape; `false`
    /// is certain.
    pub(super) fn may_match_in_path(&self, tape: &mut Tape<'_>) -> bool {
        self.marks_of(tape).first(0..self.support).is_some()
    }

    /// Runs what comes first in a string that speaks of a local path: fields of URLs and forms,
    /// headers, and the formats of vendors, behind the first rules for such strings.
    pub(super) fn run_before(&self, tape: &mut Tape<'_>) {
        self.run_rules(tape, 0..self.support_before, |_| true);
        self.run_wanted(tape, |rule| rule.is_short);
    }

    /// Runs the other rules for strings that speak of a local path.
    pub(super) fn run_after(&self, tape: &mut Tape<'_>) {
        self.run_rules(tape, self.support_before..self.support, |_| true);
    }

    /// Runs the payload layer.
    pub(super) fn run_payload(&self, tape: &mut Tape<'_>) {
        self.run_rules(tape, self.payload..self.rules.len(), |_| true);
    }

    /// Runs the masking layer.
    pub(super) fn run(&self, tape: &mut Tape<'_>) {
        tape.settle(|tape| self.run_wanted(tape, |_| true));
    }

    /// Runs private keys before, bare AWS keys after the rules.
    fn run_wanted(&self, tape: &mut Tape<'_>, wanted: impl Fn(&Rule) -> bool) {
        let [private_keys, aws_secrets] = [0, 1].map(|more| self.rules.len() + more);
        if self.marks_of(tape).has(private_keys) {
            blocks::private_keys(tape, self.masks);
        }
        self.run_rules(tape, self.support..self.payload, wanted);
        if self.marks_of(tape).has(aws_secrets) {
            blocks::aws_secrets(tape, self.masks);
        }
    }

    /// What may match the present text of a tape. After a replacement only its surroundings are
    /// looked at again; what matched before still counts, so it may be told too much.
    fn marks_of<'a>(&self, tape: &'a mut Tape<'_>) -> &'a Marks {
        let known = match tape.marks() {
            Some(asked) if asked.since.is_empty() => None,
            Some(asked) => {
                let marks = self.gate.more_marks(&asked.marks, tape.text(), &asked.since);
                Some(if *asked.marks == marks { asked.marks.clone() } else { Arc::new(marks) })
            }
            None => {
                let marks = self.gate.marks(tape.text());
                Some(if marks.any() { Arc::new(marks) } else { self.nothing.clone() })
            }
        };
        tape.remembered(known)
    }

    /// Runs the rules whose places in the list lie in a range.
    fn run_rules(&self, tape: &mut Tape<'_>, range: Range<usize>, wanted: impl Fn(&Rule) -> bool) {
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
    let mut protected: Option<VecDeque<Range<usize>>> = None;
    let mut changes = Vec::new();
    for captures in rule.shape.compiled().regex.captures_iter(text) {
        if rule.look == Look::Column {
            changes.extend(column(rule, &captures, tape, masks));
            continue;
        }
        let Some(change) = change(rule, &captures, tape, masks) else {
            continue;
        };
        // A placeholder of an earlier redaction is never taken apart.
        let protected = protected.get_or_insert_with(|| mask::placeholders(text).into());
        // Changes come in order, and so do the placeholders.
        while protected.front().is_some_and(|place| place.end <= change.range.start) {
            protected.pop_front();
        }
        let mut near = protected.iter().take_while(|place| place.start < change.range.end);
        let cuts =
            |place: &Range<usize>| place.start < change.range.end && change.range.start < place.end;
        let swallows = |place: &Range<usize>| {
            change.range.start <= place.start && place.end <= change.range.end
        };
        if !near.any(|place| cuts(place) && !swallows(place)) {
            changes.push(change);
        }
    }
    tape.apply(changes);
}

fn change(rule: &Rule, captures: &Captures<'_>, tape: &Tape<'_>, masks: Masks) -> Option<Change> {
    let text = tape.text();
    let whole = captures.get(0)?;
    let groups = &rule.shape.compiled().groups;
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
        after: near::first(text.get(caught.end()..)?),
        lead: near::last(text.get(..whole.start())?),
        before: near::last(text.get(..caught.start())?),
    };
    hidden(rule, &catch, caught.range(), tape, masks)
}

/// The changes in the rows of a table, of which a rule caught the line of names.
fn column(rule: &Rule, captures: &Captures<'_>, tape: &Tape<'_>, masks: Masks) -> Vec<Change> {
    let text = tape.text();
    let (Some(names), Some(name)) = (captures.get(0), captures.name("name")) else {
        return Vec::new();
    };
    let start = names.start() + names.as_str().len()
        - names.as_str().trim_start_matches(['\r', '\n']).len();
    let hide = |place: Range<usize>| {
        let catch = Catch {
            name: "",
            join: "",
            scheme: "",
            value: text.get(place.clone())?,
            after: near::first(text.get(place.end..)?),
            lead: near::last(text.get(..start)?),
            before: near::last(text.get(..place.start)?),
        };
        hidden(rule, &catch, place, tape, masks)
    };
    columns::values(text, start..names.end(), name.start()).filter_map(hide).collect()
}

/// The change that hides what a rule caught, if that is to be hidden.
fn hidden(
    rule: &Rule,
    catch: &Catch<'_>,
    range: Range<usize>,
    tape: &Tape<'_>,
    masks: Masks,
) -> Option<Change> {
    let value = catch.value;
    // A picture that was taken out, by this run or by an earlier one, is no part of a value.
    let masked = rule.is_polite && (!tape.is_original(&range) || mask::holds_description(value));
    if masked || is_finished(catch, tape, &range) || !rule.look.accepts(catch) {
        return None;
    }
    let replacement = match rule.look {
        Look::DataUrl => media::data_url(value),
        _ => replacement(rule, value, masks)?,
    };
    Some(Change { range, replacement, rule: rule.id.clone() })
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
