//! Reads rules from TOML.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde::Deserialize;

use super::error::RuleError;
use super::pattern::Pattern;
use super::shape::Shapes;
use super::{Mask, Profile, Rule, Severity};
use crate::redact::judge::Look;
use crate::redact::literal::SHORTEST;
use crate::redact::mask::STARS;

/// What takes the place of a number, so that JSON stays JSON.
const QUOTED_STARS: &str = "\"***\"";

/// A file of rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Lists of names that shapes refer to as `{NAME}`: see [`Shapes`].
    #[serde(default)]
    lists: BTreeMap<String, Vec<String>>,
    /// Pieces of shapes that shapes refer to in the same way.
    #[serde(default)]
    pieces: BTreeMap<String, String>,
    #[serde(default)]
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    shape: String,
    /// `value` (the default), `whole`, or a text in angle or square brackets.
    mask: Option<String>,
    #[serde(default)]
    look: Look,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    severity: Severity,
    #[serde(default)]
    source: String,
    #[serde(default)]
    profile: Profile,
}

/// Reads a file of rules; each shape is compiled.
///
/// # Errors
/// The first entry that is not a rule, with its place.
pub(super) fn read(text: &str, place: &str) -> Result<Vec<Rule>, RuleError> {
    read_with(text, place, Pattern::checked)
}

/// Reads a built-in file, whose shapes are known to compile: each is compiled when it first runs.
///
/// # Errors
/// The first entry that is not a rule, with its place.
pub(super) fn read_built_in(text: &str, place: &str) -> Result<Vec<Rule>, RuleError> {
    let everything =
        Regex::new("(?s).+").map_err(|error| RuleError::new(place, "any", error.to_string()))?;
    read_with(text, place, |shape| Ok(Pattern::unread(shape, &everything)))
}

fn read_with(
    text: &str,
    place: &str,
    pattern: impl Fn(String) -> Result<Pattern, String>,
) -> Result<Vec<Rule>, RuleError> {
    let file: File =
        toml::from_str(text).map_err(|error| RuleError::syntax(place, text, &error))?;
    let shapes = Shapes::new(&file.lists, &file.pieces);
    let mut rules: Vec<Rule> = Vec::with_capacity(file.rule.len());
    for (number, entry) in file.rule.into_iter().enumerate() {
        let shape = shapes.expand(&entry.shape);
        let rule = compile(entry, || pattern(shape), place, number + 1)?;
        if rules.iter().any(|known| known.id == rule.id) {
            return Err(RuleError::taken(place, &rule.id));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn compile(
    entry: Entry,
    shape: impl FnOnce() -> Result<Pattern, String>,
    place: &str,
    number: usize,
) -> Result<Rule, RuleError> {
    let id = entry.id.trim();
    let refuse = |cause: String| RuleError::new(place, id, cause);
    if id.is_empty()
        || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    {
        let cause = "the id must be of letters, digits, `-`, `_` and `.`";
        return Err(RuleError::new(place, &format!("number {number}"), cause));
    }
    let shape = shape().map_err(refuse)?;
    let mask = match entry.mask.as_deref() {
        None | Some("value") => Mask::Value,
        Some("whole") => Mask::Whole,
        Some(text) if is_mask(text) => Mask::Literal(text.to_owned()),
        Some(_) => {
            let cause = "`mask` must be `value`, `whole`, `***` (perhaps in quotes) or a text in `<…>` or `[…]`";
            return Err(RuleError::new(place, id, cause));
        }
    };
    Ok(Rule {
        title: if entry.title.is_empty() { id.to_owned() } else { entry.title },
        id: Arc::from(id),
        description: entry.description,
        severity: entry.severity,
        source: if entry.source.is_empty() { place.to_owned() } else { entry.source },
        profile: entry.profile,
        shape,
        mask,
        look: entry.look,
        keywords: entry.keywords.iter().map(|word| word.to_ascii_lowercase()).collect(),
        is_short: false,
        is_polite: false,
    })
}

/// Whether a text is known again as a mask when it is redacted once more.
fn is_mask(text: &str) -> bool {
    matches!(text, STARS | QUOTED_STARS)
        || text.starts_with('<') && text.ends_with('>')
        || text.starts_with('[') && text.ends_with(']')
}

/// Tells whether nothing that a shape matches has as many characters as a value to hide must have.
pub(super) fn is_short(shape: &str) -> bool {
    let longest =
        regex_syntax::parse(shape).ok().and_then(|shape| shape.properties().maximum_len());
    longest.is_some_and(|bytes| bytes < SHORTEST)
}

/// Makes a rule of a pattern of `logging.redactPatterns`.
pub(super) fn from_pattern(pattern: &str, number: usize) -> Result<Rule, RuleError> {
    let id = format!("openclaw-pattern-{}", number + 1);
    let place = "logging.redactPatterns";
    let (source, flags) = pattern
        .strip_prefix('/')
        .and_then(|rest| rest.rsplit_once('/'))
        .filter(|(_, flags)| flags.bytes().all(|flag| b"dgimsuvy".contains(&flag)))
        // OpenClaw gives a bare pattern the flags `gi`.
        .unwrap_or((pattern, "gi"));
    let known: String = flags.chars().filter(|flag| "ims".contains(*flag)).collect();
    let shape = if known.is_empty() { source.to_owned() } else { format!("(?{known}){source}") };
    let shape = Pattern::checked(shape).map_err(|cause| RuleError::new(place, &id, cause))?;
    Ok(Rule {
        title: "logging.redactPatterns".to_owned(),
        id: Arc::from(id),
        description: "A pattern of the OpenClaw configuration.".to_owned(),
        severity: Severity::High,
        source: place.to_owned(),
        profile: Profile::Standard,
        shape,
        mask: Mask::Value,
        look: Look::Any,
        keywords: Vec::new(),
        is_short: false,
        is_polite: false,
    })
}
