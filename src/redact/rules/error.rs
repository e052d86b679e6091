//! Why a file of rules was refused.

/// An entry of a file of rules that is not a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}{}: {cause}", rule.as_ref().map_or_else(String::new, |rule| format!(", rule {rule}")))]
pub struct RuleError {
    /// The file, with the line where it is known.
    pub place: String,
    /// The id of the rule, or its number from 1 where it has no id.
    pub rule: Option<String>,
    /// What is wrong, in one sentence.
    pub cause: String,
}

impl RuleError {
    pub(super) fn new(place: &str, rule: &str, cause: impl Into<String>) -> Self {
        Self { place: place.to_owned(), rule: Some(rule.to_owned()), cause: cause.into() }
    }

    pub(super) fn taken(place: &str, rule: &str) -> Self {
        Self::new(place, rule, "another rule has this id")
    }

    pub(super) fn syntax(place: &str, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count() + 1);
        let place = line.map_or_else(|| place.to_owned(), |line| format!("{place}:{line}"));
        Self { place, rule: None, cause: error.message().to_owned() }
    }
}
