//! The words of which a rule wants one somewhere in the text, wherever its match stands.

use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::loosen::{folded, loosened};

/// The keywords of a rule, as far as its shape does not ask for one of them anyway.
#[derive(Debug, Clone, Default)]
pub(in crate::redact) struct Keywords(Option<AhoCorasick>);

impl Keywords {
    /// Makes the keywords of a shape; they are in lower case.
    pub(in crate::redact) fn new(words: &[String], shape: &str) -> Self {
        let implied = || {
            regex_syntax::parse(shape).is_ok_and(|hir| holds_any(&folded(&loosened(&hir)), words))
        };
        if words.is_empty() || implied() {
            return Self(None);
        }
        // Building fails only far above what a file of rules holds; then the rule runs more often.
        Self(AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok())
    }

    /// Whether a text that may match the shape holds a keyword.
    pub(in crate::redact) fn are_in(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|words| words.is_match(text))
    }
}

/// Whether every match of a folded shape certainly holds one of some words.
fn holds_any(hir: &Hir, words: &[String]) -> bool {
    let is_in = |text: &[u8]| {
        words.iter().any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
    };
    match hir.kind() {
        HirKind::Literal(literal) => is_in(&literal.0),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().all(|range| (range.start()..=range.end()).all(|byte| is_in(&[byte])))
        }
        HirKind::Repetition(repetition) => repetition.min > 0 && holds_any(&repetition.sub, words),
        HirKind::Concat(parts) => parts.iter().any(|part| holds_any(part, words)),
        HirKind::Alternation(parts) => parts.iter().all(|part| holds_any(part, words)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str], shape: &str) -> Keywords {
        Keywords::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), shape)
    }

    #[test]
    fn words_that_the_shape_asks_for_are_not_looked_for_again() {
        for (words, shape) in [
            (["sk-"].as_slice(), r"(?-u:\b)(sk-[a-z]{8,})"),
            (&[".", ":"], r"[0-9]+(?:\.[0-9]+|:[0-9a-f]+)"),
            (&["token", "pass"], "(?i-u:Token|passw(?:or)?d)=x"),
            (&[], "x"),
        ] {
            assert!(of(words, shape).0.is_none(), "{shape}");
        }
    }

    #[test]
    fn words_beside_the_match_are() {
        let words = of(&["apple", "password"], "[a-z]{4}-[a-z]{4}");
        assert!(words.are_in("my PassWord: abcd-efgh") && !words.are_in("abcd-efgh"));
        assert!(!of(&["x"], "x?y").are_in("y"));
    }
}
