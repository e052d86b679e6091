//! The rules for text, as data.
//!
//! A rule is an entry of a TOML file: what it looks for (a regular expression whose last non-empty
//! group is the part that gets masked), which words must occur for it to be worth trying, and how
//! its catch is judged. OpenClaw's own shapes, the ones that it lacks and the ones of the strict
//! profile are built in; users add theirs in the same form.

mod error;
mod file;
mod pattern;
mod shape;

use std::sync::{Arc, LazyLock};

pub use error::RuleError;

use pattern::Pattern;

use super::judge::Look;
use crate::model::digest::RunningDigest;

/// How much is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// What OpenClaw 2026.9.6 masks, its misses closed and its false alarms narrowed.
    #[default]
    Standard,
    /// Also anything that may be a secret or tells who somebody is; masks show nothing.
    Strict,
}

/// How bad it is when the value of a rule gets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Tells something about a person or a machine.
    Low,
    /// May open something.
    Medium,
    /// Opens something.
    #[default]
    High,
}

impl Severity {
    /// The word for it, as rule files write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a rule puts in the place of its catch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mask {
    /// A mask of the value; quotes around it go, punctuation behind it stays.
    Value,
    /// A mask of everything that was caught.
    Whole,
    /// This text.
    Literal(String),
}

/// One rule for text.
#[derive(Debug)]
pub struct Rule {
    /// The name by which findings, counts and placeholders call it.
    pub id: Arc<str>,
    /// A few words for a list.
    pub title: String,
    /// What it catches and why.
    pub description: String,
    /// How bad it is when its value gets out.
    pub severity: Severity,
    /// Who described the shape: a release of OpenClaw, a vendor, a user's file.
    pub source: String,
    /// The least profile that it belongs to.
    pub profile: Profile,
    pub(super) shape: Pattern,
    pub(super) mask: Mask,
    pub(super) look: Look,
    /// Lower-case texts of which at least one must occur; none means always.
    pub(super) keywords: Vec<String>,
    /// Whether it also runs first in strings that speak of a local path.
    pub(super) is_short: bool,
    /// Whether it leaves alone what another rule has masked. OpenClaw's rules mask masks, which
    /// turns hints into stars; rules that OpenClaw does not have must not do that to its hints.
    pub(super) is_polite: bool,
}

/// The rules of one redaction, in the order in which they run.
#[derive(Debug, Clone)]
pub struct Rules {
    profile: Profile,
    text: Vec<Arc<Rule>>,
    /// The rules of users run first, as OpenClaw runs its `redactPatterns`.
    users: usize,
    payload: Vec<Arc<Rule>>,
    support: Vec<Arc<Rule>>,
}

/// The built-in files for text in the order in which their rules run, and whether they are among
/// the few that run first in strings that speak of a local path.
const TEXT: [(&str, bool, &str); 15] = [
    ("fields.toml", true, include_str!("../../../assets/rules/fields.toml")),
    ("passwords.toml", false, include_str!("../../../assets/rules/passwords.toml")),
    ("assignments.toml", false, include_str!("../../../assets/rules/assignments.toml")),
    ("vendors.toml", true, include_str!("../../../assets/rules/vendors.toml")),
    ("gaps.toml", false, include_str!("../../../assets/rules/gaps.toml")),
    ("edges.toml", false, include_str!("../../../assets/rules/edges.toml")),
    ("strict-clouds.toml", false, include_str!("../../../assets/rules/strict-clouds.toml")),
    ("strict-code.toml", false, include_str!("../../../assets/rules/strict-code.toml")),
    ("strict-models.toml", false, include_str!("../../../assets/rules/strict-models.toml")),
    ("strict-business.toml", false, include_str!("../../../assets/rules/strict-business.toml")),
    ("strict-messaging.toml", false, include_str!("../../../assets/rules/strict-messaging.toml")),
    ("strict-services.toml", false, include_str!("../../../assets/rules/strict-services.toml")),
    ("strict-generic.toml", false, include_str!("../../../assets/rules/strict-generic.toml")),
    ("strict-personal.toml", false, include_str!("../../../assets/rules/strict-personal.toml")),
    ("strict-hosts.toml", false, include_str!("../../../assets/rules/strict-hosts.toml")),
];

/// The built-in files of the other layers.
const PAYLOAD: &str = include_str!("../../../assets/rules/payload.toml");
const SUPPORT: &str = include_str!("../../../assets/rules/support.toml");

/// The domains whose machines everybody knows, one a line.
pub(super) const PUBLIC_HOSTS: &str = include_str!("../../../assets/rules/public-hosts.txt");

/// Which rules are built in, for bundles to record: the version of clawscope, whose code judges what
/// a rule caught, and the first 8 digits of a SHA-256 over all built-in rule files, as in
/// `0.1.0+3f2a9c1b`. Users' rules are no part of it.
pub fn rules_version() -> &'static str {
    static VERSION: LazyLock<String> =
        LazyLock::new(|| version_of(files().chain([("public-hosts.txt", PUBLIC_HOSTS)])));
    &VERSION
}

/// The built-in files by their names.
fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let text = TEXT.iter().map(|(name, _, rules)| (*name, *rules));
    text.chain([("payload.toml", PAYLOAD), ("support.toml", SUPPORT)])
}

fn version_of<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut digest = RunningDigest::default();
    for piece in files.flat_map(|(name, rules)| [name, rules]) {
        digest.update(piece.as_bytes());
        // No file holds a zero byte: a line cannot move into the next file unseen.
        digest.update(&[0]);
    }
    format!("{}+{:.8}", env!("CARGO_PKG_VERSION"), digest.finish())
}

/// The ids under which what stands in no file of rules is told, but for those of paths.
const OTHERS: [&str; 7] = [
    "private-key",
    "aws-secret-key",
    "media-content",
    "retired-media",
    "provider-replay",
    "member-name",
    "literal",
];

/// Whether an id means something else than a rule of a file: what is found under `path-home` or
/// `data-url` is no secret.
fn is_reserved(id: &str) -> bool {
    id.starts_with("path-") || OTHERS.contains(&id)
}

impl Rules {
    /// The built-in rules of a profile.
    ///
    /// # Errors
    /// The first built-in entry that is not a rule: going on without it would show what it hides.
    pub fn built_in(profile: Profile) -> Result<Self, RuleError> {
        /// They are read once, and what is compiled of them is shared by all redactions.
        static ALL: LazyLock<Result<Rules, RuleError>> = LazyLock::new(Rules::read);
        let mut rules = ALL.clone()?;
        rules.profile = profile;
        rules.text.retain(|rule| rule.profile <= profile);
        Ok(rules)
    }

    /// Reads the built-in rules of all profiles.
    fn read() -> Result<Self, RuleError> {
        let mut text = Vec::new();
        for (name, is_short, rules) in TEXT {
            let is_polite = !matches!(name, "fields.toml" | "assignments.toml" | "vendors.toml");
            let of_file = file::read_built_in(rules, name)?.into_iter();
            text.extend(of_file.map(|rule| Arc::new(Rule { is_short, is_polite, ..rule })));
        }
        let layer = |name, rules| -> Result<Vec<Arc<Rule>>, RuleError> {
            Ok(file::read_built_in(rules, name)?.into_iter().map(Arc::new).collect())
        };
        Ok(Self {
            profile: Profile::Strict,
            text,
            users: 0,
            payload: layer("payload.toml", PAYLOAD)?,
            support: layer("support.toml", SUPPORT)?,
        })
    }

    /// These rules and, before them, those of a user's file that belong to the profile.
    ///
    /// `place` names the file in error messages.
    ///
    /// # Errors
    /// The first entry that is not a rule, with its place.
    pub fn with_user(mut self, text: &str, place: &str) -> Result<Self, RuleError> {
        let added: Vec<_> = file::read(text, place)?.into_iter().map(Arc::new).collect();
        for rule in &added {
            if self.get(&rule.id).is_some() || is_reserved(&rule.id) {
                return Err(RuleError::taken(place, &rule.id));
            }
            if file::is_short(rule.shape.as_str()) {
                let cause = "the shape matches only texts of fewer than 4 characters, which stand in ordinary words";
                return Err(RuleError::new(place, &rule.id, cause));
            }
        }
        self.insert_users(added.into_iter().filter(|rule| rule.profile <= self.profile).collect());
        Ok(self)
    }

    /// These rules and the patterns of `logging.redactPatterns` of an OpenClaw configuration, each
    /// a JavaScript regular expression, bare or as `/shape/flags`.
    ///
    /// A pattern that Rust's regular expressions cannot express is left out and named in the list.
    pub fn with_patterns(mut self, patterns: &[String]) -> (Self, Vec<RuleError>) {
        let mut refused = Vec::new();
        let mut added = Vec::new();
        for (number, pattern) in patterns.iter().enumerate() {
            match file::from_pattern(pattern, number) {
                Ok(rule) => added.push(Arc::new(rule)),
                Err(error) => refused.push(error),
            }
        }
        self.insert_users(added);
        (self, refused)
    }

    fn insert_users(&mut self, added: Vec<Arc<Rule>>) {
        let at = self.users;
        self.users += added.len();
        self.text.splice(at..at, added);
    }

    /// The profile that the rules were chosen for.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// All rules: those for text in the order in which they run, then those of the other layers.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.text.iter().chain(&self.payload).chain(&self.support)
    }

    /// The rule of an id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.iter().find(|rule| &*rule.id == id).map(AsRef::as_ref)
    }

    pub(super) fn text(&self) -> &[Arc<Rule>] {
        &self.text
    }

    pub(super) fn payload(&self) -> &[Arc<Rule>] {
        &self.payload
    }

    pub(super) fn support(&self) -> &[Arc<Rule>] {
        &self.support
    }
}

#[cfg(test)]
mod tests;
