//! Runs the rules over a text, one after the other.
//!
//! Every rule sees what the earlier ones left. Most texts hold nothing: one combined regular
//! expression, the gate, tells so in a single pass. A text that passes the gate is searched for the
//! rules' keywords, and only rules with a keyword in it run.

use std::sync::Arc;

use aho_corasick::AhoCorasick;
use regex::Captures;
use regex_automata::meta;

use super::blocks;
use super::judge::{Catch, Look};
use super::literal::Literals;
use super::mask::{self, Masks};
use super::media;
use super::rules::{Mask, Rule};
use super::tape::{Change, Tape};

/// Triggers of what is not a rule of a file: private keys, 40 characters in a row, JSON escapes of
/// letters (which hide what the rules look for).
const MORE_TRIGGERS: [&str; 3] = ["-----BEGIN", "[A-Za-z0-9/+=]{40}", r"\\u00[2-7][0-9a-fA-F]"];

/// An ordered list of rules with its gate.
#[derive(Debug, Clone)]
pub(super) struct Pipeline {
    rules: Vec<Arc<Rule>>,
    gate: Option<meta::Regex>,
    keywords: Option<AhoCorasick>,
    /// The rules that each keyword wakes.
    wakes: Vec<Vec<usize>>,
    /// The rules that have no keyword.
    always: Vec<usize>,
    masks: Masks,
}

impl Pipeline {
    pub(super) fn new<'a>(rules: impl IntoIterator<Item = &'a Arc<Rule>>, masks: Masks) -> Self {
        let rules: Vec<_> = rules.into_iter().cloned().collect();
        let mut words: Vec<&str> =
            rules.iter().flat_map(|rule| &rule.keywords).map(String::as_str).collect();
        words.sort_unstable();
        words.dedup();
        let wakes = words.iter().map(|word| waking(&rules, word)).collect();
        let always = (0..rules.len())
            .filter(|at| rules.get(*at).is_some_and(|rule| rule.keywords.is_empty()))
            .collect();
        let keywords = AhoCorasick::builder().ascii_case_insensitive(true).build(&words).ok();
        let gate = gate(rules.iter().map(|rule| rule.trigger.as_str()).chain(MORE_TRIGGERS));
        Self { rules, gate, keywords, wakes, always, masks }
    }

    /// Tells whether any rule may match; `false` is certain.
    pub(super) fn may_match(&self, text: &str) -> bool {
        self.gate.as_ref().is_none_or(|gate| gate.is_match(text))
    }

    /// Runs the rules whose places in the list lie in a range.
    pub(super) fn run(&self, tape: &mut Tape, wanted: impl Fn(&Rule) -> bool) {
        let awake = self.awake(tape.text());
        for (rule, awake) in self.rules.iter().zip(awake) {
            if awake && wanted(rule) {
                apply(rule, tape, self.masks);
            }
        }
    }

    fn awake(&self, text: &str) -> Vec<bool> {
        let mut awake = vec![false; self.rules.len()];
        let mut wake = |rules: &[usize]| {
            for at in rules {
                if let Some(rule) = awake.get_mut(*at) {
                    *rule = true;
                }
            }
        };
        wake(&self.always);
        let Some(keywords) = &self.keywords else {
            return vec![true; self.rules.len()];
        };
        let mut seen = vec![false; self.wakes.len()];
        for hit in keywords.find_overlapping_iter(text) {
            let word = hit.pattern().as_usize();
            if let Some(seen) = seen.get_mut(word).filter(|seen| !**seen) {
                *seen = true;
                wake(self.wakes.get(word).map(Vec::as_slice).unwrap_or_default());
            }
        }
        awake
    }
}

fn waking(rules: &[Arc<Rule>], word: &str) -> Vec<usize> {
    let wakes = |rule: &Arc<Rule>| rule.keywords.iter().any(|keyword| keyword == word);
    rules.iter().enumerate().filter(|(_, rule)| wakes(rule)).map(|(at, _)| at).collect()
}

/// The gate: one automaton for all triggers. Without it (it would be too large) every text is
/// looked at by every rule, which is slow but hides as much.
fn gate<'a>(triggers: impl Iterator<Item = &'a str>) -> Option<meta::Regex> {
    let mut triggers: Vec<&str> = triggers.collect();
    triggers.sort_unstable();
    triggers.dedup();
    let config = meta::Config::new().hybrid_cache_capacity(16 << 20).nfa_size_limit(Some(64 << 20));
    meta::Builder::new().configure(config).build_many(&triggers).ok()
}

/// Applies one rule to a text.
fn apply(rule: &Rule, tape: &mut Tape, masks: Masks) {
    let text = tape.text();
    let mut protected: Option<Vec<std::ops::Range<usize>>> = None;
    let mut changes = Vec::new();
    for captures in rule.shape.captures_iter(text) {
        let Some(change) = change(rule, &captures, tape, masks) else {
            continue;
        };
        // A placeholder of an earlier redaction is never taken apart.
        let protected = protected.get_or_insert_with(|| mask::placeholders(text));
        let cuts = |place: &std::ops::Range<usize>| {
            place.start < change.range.end && change.range.start < place.end
        };
        let swallows = |place: &std::ops::Range<usize>| {
            change.range.start <= place.start && place.end <= change.range.end
        };
        if !protected.iter().any(|place| cuts(place) && !swallows(place)) {
            changes.push(change);
        }
    }
    tape.apply(changes);
}

fn change(rule: &Rule, captures: &Captures<'_>, tape: &Tape, masks: Masks) -> Option<Change> {
    let text = tape.text();
    let whole = captures.get(0)?;
    let is_named = |at: usize| rule.shape.capture_names().nth(at).flatten().is_some();
    let caught = (1..captures.len())
        .rev()
        .filter(|at| !is_named(*at))
        .filter_map(|at| captures.get(at))
        .find(|group| !group.is_empty())
        .unwrap_or(whole);
    let named = |name| captures.name(name).map_or("", |group| group.as_str());
    let catch = Catch {
        name: named("name"),
        join: named("join"),
        scheme: named("scheme"),
        value: caught.as_str(),
        after: text.get(caught.end()..)?,
        lead: text.get(..whole.start())?,
        before: text.get(..caught.start())?,
    };
    let masked = rule.is_polite && !tape.is_original(&caught.range());
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
fn is_finished(catch: &Catch<'_>, tape: &Tape, range: &std::ops::Range<usize>) -> bool {
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

/// Runs what is not a rule of a file: private keys before, bare AWS keys after the rules.
pub(super) fn private_keys(tape: &mut Tape, masks: Masks) {
    blocks::private_keys(tape, masks);
}

/// All that is done to a text in the masking layer.
#[derive(Debug, Clone)]
pub(super) struct TextRules {
    pub pipeline: Pipeline,
    pub literals: Literals,
    pub masks: Masks,
}

impl TextRules {
    /// Runs everything.
    pub(super) fn run(&self, tape: &mut Tape) {
        if !self.pipeline.may_match(tape.text()) {
            return;
        }
        private_keys(tape, self.masks);
        self.pipeline.run(tape, |_| true);
        blocks::aws_secrets(tape, self.masks);
    }

    /// Runs fields of URLs and forms, headers, and the formats of vendors: what comes first in a
    /// string that speaks of a local path.
    pub(super) fn run_short(&self, tape: &mut Tape) {
        if !self.pipeline.may_match(tape.text()) {
            return;
        }
        private_keys(tape, self.masks);
        self.pipeline.run(tape, |rule| rule.is_short);
        blocks::aws_secrets(tape, self.masks);
    }
}
