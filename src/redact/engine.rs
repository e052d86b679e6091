//! The redactor: one string through all layers, and the settings of a redaction.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::colour;
use super::encoded;
use super::ledger::SharedLedger;
use super::literal::{Literal, Literals};
use super::mask::{self, Masks};
use super::names::{self, Kind};
use super::nested;
use super::paths::{self, Homes, Prefix};
use super::rules::{Profile, Rules};
use super::tape::{self, Change, Edit, Tape};
use super::text::TextRules;
use crate::js::text::{JsString, Piece};
use crate::js::value::Value;
use crate::model::finding::{Finding, Layer};

/// The rule of values that are hidden because of the name of their member.
pub(super) const MEMBER: &str = "member-name";

/// Which generation's placement of members is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    /// File stores, written up to 2026.7.
    #[default]
    Files,
    /// Databases, written by 2026.9 and later.
    Database,
}

/// The settings of one redaction.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The directories of the machine that wrote the data.
    pub homes: Homes,
    /// Values that the user typed, to be hidden wherever their letters stand.
    pub literals: Vec<Literal>,
    /// Values that an earlier pass hid somewhere, to be hidden wherever else they stand.
    pub followed: Vec<Literal>,
    /// Whether masks are numbered, equal values alike: `[REDACTED:3 github-token]`.
    pub numbered: bool,
    /// Whose placement of members is followed.
    pub variant: Variant,
    /// Names of members that stay as they are, whatever is to be hidden.
    pub structure: &'static [&'static str],
    /// Members with the values that are the format's own words and stay, too.
    pub constants: &'static [(&'static str, &'static [&'static str])],
}

/// Masks values and texts by a set of rules.
///
/// Clones note what they hide in one ledger, and each has caches of its own: one for every thread.
/// Numbers of groups follow the order in which the threads happen to come.
#[derive(Debug, Clone)]
pub struct Redactor {
    pub(super) text: TextRules,
    homes: Option<AhoCorasick>,
    /// Whether there are more values or directories than can be looked for.
    is_faulty: bool,
    prefixes: Vec<Prefix>,
    workspaces: Vec<Prefix>,
    pub(super) masks: Masks,
    pub(super) variant: Variant,
    pub(super) structure: &'static [&'static str],
    constants: &'static [(&'static str, &'static [&'static str])],
    numbered: bool,
    pub(super) ledger: SharedLedger,
    /// What is known about names of members; documents repeat them all the time.
    names: RefCell<FxHashMap<Box<str>, Name>>,
}

/// What is known about the name of a member.
#[derive(Debug, Clone, Copy)]
struct Name {
    kind: Kind,
    /// Whether the layer for names has anything to do with it.
    may_match: bool,
}

/// So many names are remembered, so that documents with names drawn by lot do not fill the memory.
const MOST_NAMES: usize = 4096;

/// How often a text is sent through the layers until nothing changes any more, so that redacting
/// a redacted text changes nothing; two rounds are enough for all but contrived texts, such as many
/// tokens written together, of which a round finds the first.
const ROUNDS: usize = 64;

/// What is said when the library refuses to look for so many texts at once.
const TOO_MANY: &str =
    "there are more values or directories to mask than can be looked for; name fewer of them";

/// A string after redaction.
pub(super) struct Redacted {
    pub text: String,
    pub findings: Vec<Finding>,
}

impl Redactor {
    /// Makes a redactor; compiling the rules takes some milliseconds, so one is made per export.
    pub fn new(rules: &Rules, options: Options) -> Self {
        let masks = if rules.profile() == Profile::Strict { Masks::Blank } else { Masks::Hints };
        let prefixes = options.homes.prefixes();
        let workspaces = options.homes.workspace_prefixes();
        let places: Vec<&str> =
            prefixes.iter().chain(&workspaces).map(|prefix| prefix.path.as_str()).collect();
        let windows = prefixes.iter().chain(&workspaces).any(|prefix| prefix.ignore_case);
        let homes = (!places.is_empty())
            .then(|| AhoCorasick::builder().ascii_case_insensitive(windows).build(&places).ok())
            .flatten();
        let literals = Literals::new(options.literals, options.followed);
        Self {
            is_faulty: literals.is_faulty() || homes.is_none() && !places.is_empty(),
            text: TextRules::new(rules, literals, masks),
            homes,
            prefixes,
            workspaces,
            masks,
            variant: options.variant,
            structure: options.structure,
            constants: options.constants,
            numbered: options.numbered,
            ledger: SharedLedger::default(),
            names: RefCell::default(),
        }
    }

    /// Why nothing that was masked may be shared, if that is so: what was to be hidden cannot be
    /// looked for.
    pub const fn fault(&self) -> Option<&'static str> {
        if self.is_faulty { Some(TOO_MANY) } else { None }
    }

    /// Masks a plain text, such as a log or a system prompt.
    pub fn text(&self, text: &str) -> (String, Vec<Finding>) {
        match self.string(text, "", true, "") {
            Some(redacted) => (redacted.text, redacted.findings),
            None => (text.to_owned(), Vec::new()),
        }
    }

    /// Masks a text as one that speaks of a local path, whether or not it does: what OpenClaw's
    /// support bundles do to every line.
    pub fn support_string(&self, text: &str) -> String {
        let mut tape = Tape::new(text, Layer::Paths);
        self.paths(&mut tape);
        tape.finish().0
    }

    /// Masks a text by the rules of the masking layer alone.
    pub fn masking_text(&self, text: &str) -> String {
        let mut tape = Tape::new(text, Layer::Masking);
        self.masking(&mut tape);
        tape.finish().0
    }

    /// Masks every string of a value and every name of a member in it.
    ///
    /// Findings are added in the order of the document.
    pub fn value(&self, value: &mut Value, findings: &mut Vec<Finding>) {
        super::walk::walk(self, value, findings);
    }

    /// The values hidden so far that look like secrets, to be hidden wherever else they stand.
    pub fn secrets(&self) -> Vec<Literal> {
        self.ledger.lock().secrets()
    }

    /// The number of a value that was hidden before, and what is to stand in its place elsewhere.
    pub fn mask_of(&self, secret: &Literal) -> (u32, String) {
        let group = self.ledger.lock().group(&secret.value);
        let mask =
            if self.numbered { numbered(group, &secret.rule) } else { mask::STARS.to_owned() };
        (group, mask)
    }

    /// The literals of the options that did not occur in anything that was redacted so far.
    pub fn unmatched_literals(&self) -> Vec<&Literal> {
        let ledger = self.ledger.lock();
        let typed = self.text.literals.typed().iter();
        typed
            .enumerate()
            .filter(|(number, _)| !ledger.found.contains(number))
            .map(|(_, literal)| literal)
            .collect()
    }

    /// Whether a member holds one of the words that the format itself consists of; only a literal
    /// that somebody typed could hide it.
    pub(super) fn is_constant(&self, name: &str, text: &JsString) -> bool {
        let is = |(member, words): &(&str, &[&str])| {
            *member == name && text.as_str().is_some_and(|text| words.contains(&text))
        };
        !self.text.literals.typed().is_empty() && self.constants.iter().any(is)
    }

    /// Redacts a string that may hold lone surrogates.
    pub(super) fn js_string(
        &self,
        string: &JsString,
        name: &str,
        named: bool,
        pointer: &str,
    ) -> Option<(JsString, Vec<Finding>)> {
        let done = self.string(&carried(string), name, named, pointer)?;
        Some((uncarried(done.text, string), done.findings))
    }

    /// Redacts a text that is the value of a member, or nothing when it stays as it is.
    ///
    /// `named` tells whether the name is that of data, not of a property in a schema.
    fn string(&self, text: &str, name: &str, named: bool, pointer: &str) -> Option<Redacted> {
        let kind = if named && !name.is_empty() { self.kind(name) } else { Kind::Plain };
        if names::holds_opaque(kind, name, text) {
            return None;
        }
        let mut tape = Tape::new(text, Layer::Paths);
        self.rounds(&mut tape, name, kind);
        // A number in the place of the ends of a value may let a rule see what stands around it.
        for _ in 0..ROUNDS {
            if !tape.is_changed() || !self.number(&mut tape) {
                break;
            }
            self.rounds(&mut tape, name, kind);
        }
        tape.is_changed().then(|| self.finish(tape, &Arc::from(pointer)))
    }

    /// Sends a text through all layers until nothing changes any more.
    fn rounds(&self, tape: &mut Tape<'_>, name: &str, kind: Kind) {
        for _ in 0..ROUNDS {
            let is_quiet = kind == Kind::Plain
                && !self.may_change(tape)
                && (tape.is_searched() || !nested::may_hide(self, tape.text(), 0));
            if is_quiet || !self.round(tape, name, kind) {
                break;
            }
        }
    }

    /// Sends a text through all layers as if it had just been read; says whether that changed it.
    fn round(&self, tape: &mut Tape<'_>, name: &str, kind: Kind) -> bool {
        let mut round = tape.again(Layer::Paths);
        nested::run(self, tape.text(), &mut round, 0);
        if !round.is_changed() {
            round.layer = Layer::Masking;
            self.by_name(&mut round, name, kind);
        }
        let outcome = round.outcome();
        outcome.map(|outcome| tape.follow(outcome)).is_some()
    }

    /// What the name of a member says about its value.
    pub(super) fn kind(&self, name: &str) -> Kind {
        self.known(name).kind
    }

    /// Whether the layer for names of members has anything to do with a name.
    pub(super) fn name_may_match(&self, name: &str) -> bool {
        self.known(name).may_match
    }

    fn known(&self, name: &str) -> Name {
        if let Some(known) = self.names.borrow().get(name) {
            return *known;
        }
        let known = Name {
            kind: names::kind(name),
            may_match: self.may_change(&mut Tape::new(name, Layer::Keys)),
        };
        let mut names = self.names.borrow_mut();
        if names.len() < MOST_NAMES {
            names.insert(Box::from(name), known);
        }
        known
    }

    /// Whether any layer may change the present text of a tape, JSON in it aside; `false` is certain.
    pub(super) fn may_change(&self, tape: &mut Tape<'_>) -> bool {
        self.holds_home(tape.text())
            || self.text.may_match(tape)
            || hides_letters(tape.text())
            || is_path(tape.text())
                && (self.text.may_match_in_path(tape) || paths::has_odd_steps(tape.text()))
    }

    fn speaks_of_paths(&self, text: &str) -> bool {
        is_path(text) || self.holds_home(text)
    }

    fn holds_home(&self, text: &str) -> bool {
        self.homes.as_ref().is_some_and(|homes| homes.is_match(text))
    }

    /// Layer P.
    pub(super) fn paths(&self, tape: &mut Tape<'_>) {
        paths::replace_workspaces(tape, &self.workspaces);
        if self.masks == Masks::Blank {
            // The strict rules hide the names of users, after which no directory is known again.
            paths::replace_prefixes(tape, &self.prefixes);
        }
        self.text.run_before(tape);
        self.text.run(tape);
        self.text.run_after(tape);
        paths::replace_prefixes(tape, &self.prefixes);
    }

    /// Layer M on a text, names aside.
    pub(super) fn masking(&self, tape: &mut Tape<'_>) {
        colour::through(tape, |plain| self.rules(plain));
        self.rules(tape);
        encoded::hide(self, tape);
    }

    /// The rules of layer M on a text as it is, and then the literals.
    pub(super) fn rules(&self, tape: &mut Tape<'_>) {
        self.text.run(tape);
        self.text.literals.apply(tape);
    }

    /// Layers P, S and M on a text, names aside.
    pub(super) fn layers(&self, tape: &mut Tape<'_>) {
        let keys = tape.layer == Layer::Keys;
        let enter =
            |tape: &mut Tape<'_>, layer| tape.layer = if keys { Layer::Keys } else { layer };
        if self.speaks_of_paths(tape.text()) {
            enter(tape, Layer::Paths);
            self.paths(tape);
        }
        if !keys {
            enter(tape, Layer::Payload);
            self.text.run_payload(tape);
        }
        enter(tape, Layer::Masking);
        self.masking(tape);
    }

    /// The redacted text of a tape with its findings.
    pub(super) fn finished(&self, tape: Tape<'_>, pointer: &Arc<str>) -> (String, Vec<Finding>) {
        let done = self.finish(tape, pointer);
        (done.text, done.findings)
    }

    /// Masks a whole value because of the name of its member.
    fn by_name(&self, tape: &mut Tape<'_>, name: &str, kind: Kind) {
        let value = tape.text();
        if !names::masks_value(kind, name, value) {
            return;
        }
        let change = Change {
            range: 0..value.len(),
            replacement: self.masks.token(value),
            rule: Arc::from(MEMBER),
        };
        tape.apply(vec![change]);
    }

    /// Notes what was hidden and numbers the masks when that is wanted.
    fn finish(&self, mut tape: Tape<'_>, pointer: &Arc<str>) -> Redacted {
        self.number(&mut tape);
        let edits = tape.edits().iter();
        let findings = edits.map(|edit| self.finding(edit, &tape, pointer)).collect();
        Redacted { text: tape.finish().0, findings }
    }

    /// Numbers the masks when that is wanted; says whether that changed the text.
    fn number(&self, tape: &mut Tape<'_>) -> bool {
        if !self.numbered {
            return false;
        }
        let change = |edit: &Edit| {
            let hidden = tape.original().get(edit.was.clone())?;
            let group = self.note(hidden, &edit.rule, is_followed(&edit.rule));
            // The quotes of a literal of JSON stay, or the text around would be JSON no more.
            let range = within_quotes(tape.text(), &edit.now);
            tape::hides_secrets(&edit.rule).then(|| Change {
                range,
                replacement: numbered(group, &edit.rule),
                rule: edit.rule.clone(),
            })
        };
        let changes = tape.edits().iter().filter_map(change).collect();
        let mut numbered = tape.clone();
        numbered.apply(changes);
        // One mask over the ends of two literals would join them; then none has a number.
        let is_new =
            numbered.text() != tape.text() && nested::keeps_literals(tape.text(), numbered.text());
        if is_new {
            *tape = numbered;
        }
        is_new
    }

    /// Notes a hidden value, with the typed literals in it, and gives its number: the same for all
    /// spellings of a literal.
    fn note(&self, hidden: &str, rule: &Arc<str>, follow: bool) -> u32 {
        let literals = &self.text.literals;
        let mut ledger = self.ledger.lock();
        ledger.found.extend(literals.typed_in(hidden));
        ledger.note(literals.value_of(hidden), rule, follow)
    }

    fn finding(&self, edit: &Edit, tape: &Tape<'_>, pointer: &Arc<str>) -> Finding {
        let hidden = tape.original().get(edit.was.clone()).unwrap_or_default();
        let group = self.note(hidden, &edit.rule, is_followed(&edit.rule));
        Finding {
            layer: edit.layer,
            file: None,
            pointer: pointer.clone(),
            event_seq: None,
            entry_id: None,
            replacement: tape.text().get(edit.now.clone()).unwrap_or_default().to_owned(),
            range: edit.was.clone(),
            shown: edit.now.clone(),
            rule: edit.rule.clone(),
            group,
        }
    }

    /// Makes the finding of a member whose value was replaced as a whole.
    pub(super) fn whole(
        &self,
        hidden: &str,
        replacement: &str,
        rule: &str,
        layer: Layer,
        pointer: &Arc<str>,
    ) -> Finding {
        let rule: Arc<str> = Arc::from(rule);
        let follow = layer != Layer::Payload || rule.as_ref() == MEMBER;
        let group = self.note(hidden, &rule, follow);
        Finding {
            rule,
            layer,
            file: None,
            pointer: pointer.clone(),
            event_seq: None,
            entry_id: None,
            range: 0..hidden.len(),
            shown: 0..replacement.len(),
            replacement: replacement.to_owned(),
            group,
        }
    }

    /// The mask of the payload layer for a whole value, numbered when that is wanted.
    pub(super) fn payload_mask(&self, hidden: &str) -> String {
        self.number_of(hidden).unwrap_or_else(|| mask::REDACTED.to_owned())
    }

    /// The mask of the masking layer for a whole value, numbered when that is wanted.
    pub(super) fn member_mask(&self, hidden: &str) -> String {
        self.number_of(hidden).unwrap_or_else(|| self.masks.token(hidden))
    }

    fn number_of(&self, hidden: &str) -> Option<String> {
        let note = || self.note(hidden, &Arc::from(MEMBER), true);
        self.numbered.then(|| numbered(note(), MEMBER))
    }
}

fn is_path(text: &str) -> bool {
    text.as_bytes().first() == Some(&b'/')
}

/// Whether a text may hide its letters behind colours or an encoding; `false` is certain.
pub(super) fn hides_letters(text: &str) -> bool {
    colour::is_in(text) || encoded::may_hide(text)
}

/// Whether what a rule hides is hidden wherever else it stands. Ids and handles are hidden only
/// beside a local path, and their digits and words stand in many harmless places.
fn is_followed(rule: &str) -> bool {
    tape::hides_secrets(rule)
        && !["support-id", "support-handle", "support-url-user", "handle"].contains(&rule)
}

/// The mask of a value with its number.
fn numbered(group: u32, rule: &str) -> String {
    format!("[REDACTED:{group} {rule}]")
}

/// The part of a range between the quotes at its ends; all of it when there are none.
fn within_quotes(text: &str, range: &Range<usize>) -> Range<usize> {
    let shown = text.get(range.clone()).unwrap_or_default();
    let is_literal = shown.len() >= 2 && shown.starts_with('"') && shown.ends_with('"');
    if is_literal { range.start + 1..range.end - 1 } else { range.clone() }
}

/// Where private characters stand for lone surrogates while a string goes through the rules; the
/// last plane of Unicode, which no text uses.
const CARRIER: u32 = 0x10_F000;

/// A string as text; each lone surrogate becomes one private character.
pub(super) fn carried(string: &JsString) -> Cow<'_, str> {
    if let Some(text) = string.as_str() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(string.pieces().fold(String::new(), |mut text, piece| {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Lone(unit) => text.extend(char::from_u32(CARRIER + u32::from(unit) - 0xD800)),
        }
        text
    }))
}

/// The string that a text stands for which was made of what [`carried`] made of another one.
pub(super) fn uncarried(text: String, of: &JsString) -> JsString {
    if of.as_str().is_some() {
        return JsString::from(text);
    }
    let mut pair = [0; 2];
    let units = text.chars().flat_map(|char| {
        let lone = u32::from(char).checked_sub(CARRIER).filter(|offset| *offset < 0x800);
        match lone {
            Some(offset) => vec![0xD800 + offset as u16],
            None => char.encode_utf16(&mut pair).to_vec(),
        }
    });
    JsString::from_utf16(units)
}
