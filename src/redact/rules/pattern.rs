//! What a rule looks for: a regular expression that is compiled when it first runs.
//!
//! There are hundreds of built-in rules, and few texts concern more than some of them. Compiling all
//! takes longer than redacting a short text, and keeping all compiled takes tens of megabytes.

use std::sync::OnceLock;

use regex::Regex;

/// The shape of a rule.
#[derive(Debug)]
pub(in crate::redact) struct Pattern {
    text: String,
    compiled: OnceLock<Compiled>,
    /// What is used when the text turns out to be no regular expression.
    everything: Regex,
}

/// A compiled shape.
#[derive(Debug)]
pub(in crate::redact) struct Compiled {
    pub regex: Regex,
    pub groups: Groups,
}

/// The numbers of the groups of a shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::redact) struct Groups {
    /// Those without a name, the last first: the first one that caught something is masked.
    pub values: Vec<usize>,
    pub name: Option<usize>,
    pub join: Option<usize>,
    pub scheme: Option<usize>,
}

impl Pattern {
    /// A shape that nobody has looked at yet.
    ///
    /// Should it not compile after all, it becomes `everything`: rather all is hidden than what the
    /// rule is for is shown.
    pub(super) fn unread(text: String, everything: &Regex) -> Self {
        Self { text, compiled: OnceLock::new(), everything: everything.clone() }
    }

    /// A shape that is known to compile and to match something.
    ///
    /// # Errors
    /// Why it is none, in a line.
    pub(super) fn checked(text: String) -> Result<Self, String> {
        let shape = Regex::new(&text).map_err(|error| one_line(&error.to_string()))?;
        // It would mask every place.
        if shape.is_match("") {
            return Err("the shape matches the empty text".to_owned());
        }
        let compiled = OnceLock::from(Compiled::from(shape.clone()));
        Ok(Self { text, compiled, everything: shape })
    }

    /// The regular expression as text.
    pub(in crate::redact) fn as_str(&self) -> &str {
        &self.text
    }

    /// The compiled shape; the first call compiles it.
    pub(in crate::redact) fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| {
            Regex::new(&self.text).unwrap_or_else(|_| self.everything.clone()).into()
        })
    }
}

impl From<Regex> for Compiled {
    fn from(regex: Regex) -> Self {
        Self { groups: Groups::of(&regex), regex }
    }
}

impl Groups {
    fn of(shape: &Regex) -> Self {
        let groups: Vec<Option<&str>> = shape.capture_names().collect();
        let named = |wanted: &str| groups.iter().position(|name| *name == Some(wanted));
        let is_value = |at: &usize| groups.get(*at).is_some_and(Option::is_none);
        Self {
            values: (1..groups.len()).rev().filter(is_value).collect(),
            name: named("name"),
            join: named("join"),
            scheme: named("scheme"),
        }
    }
}

/// The last line of the library's message, which says what is wrong; the rest is a drawing.
fn one_line(message: &str) -> String {
    let last = message.lines().rev().find(|line| !line.trim().is_empty());
    last.unwrap_or(message).trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_that_turns_out_to_be_none_catches_everything() {
        let everything = Regex::new("(?s).+").unwrap();
        for text in ["(", r"(?:\w{1000}){1000}"] {
            let pattern = Pattern::unread(text.to_owned(), &everything);
            let found = pattern.compiled().regex.find("two\nlines").unwrap();
            assert_eq!(found.as_str(), "two\nlines", "{text}");
        }
    }
}
