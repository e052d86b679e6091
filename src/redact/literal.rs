//! Exact values that are to be hidden wherever they stand: those that somebody typed, and those that
//! a rule hid somewhere else.
//!
//! They are hidden after the rules. A value may be a part of a longer token, and without it no rule
//! would know the token any more: the rest of it would be shown. So that no rule takes a value apart
//! either, values are looked for in the text as it was before the rules.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::mask::{self, STARS};
use super::spelling::Spelled;
use super::tape::{Change, Tape};

/// The fewest characters of a value that somebody asks to hide: shorter ones stand in ordinary words,
/// and hiding them would garble everything.
pub(super) const SHORTEST: usize = 4;

/// A value to hide, and the rule that its findings name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    /// The value as it is.
    pub value: String,
    /// The id of the rule.
    pub rule: Arc<str>,
}

impl fmt::Debug for Literal {
    /// The value is a secret: only its length is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Literal {{ {} bytes, rule: {:?} }}", self.value.len(), self.rule)
    }
}

impl Literal {
    /// Why a value cannot be hidden wherever it stands, if that is so.
    pub fn fault(value: &str) -> Option<String> {
        (value.trim().chars().count() < SHORTEST).then(|| {
            format!("a value to mask needs at least {SHORTEST} characters: a shorter one stands in ordinary words")
        })
    }
}

/// All values, those that were typed before those that are followed.
#[derive(Debug, Clone, Default)]
pub(super) struct Literals {
    all: Vec<Literal>,
    /// How many were typed.
    typed: usize,
    spelled: Option<Spelled>,
}

impl Literals {
    pub(super) fn new(literals: Vec<Literal>, followed: Vec<Literal>) -> Self {
        let typed = literals.len();
        let all: Vec<Literal> = literals.into_iter().chain(followed).collect();
        let values: Vec<&str> = all.iter().map(|literal| literal.value.as_str()).collect();
        let wanted = values.iter().any(|value| !value.is_empty());
        let spelled = wanted.then(|| Spelled::new(&values, typed)).flatten();
        Self { all, typed, spelled }
    }

    /// Whether there are values that cannot be looked for.
    pub(super) fn is_faulty(&self) -> bool {
        self.spelled.is_none() && self.all.iter().any(|literal| !literal.value.is_empty())
    }

    /// The values that were typed.
    pub(super) fn typed(&self) -> &[Literal] {
        self.all.get(..self.typed).unwrap_or_default()
    }

    /// Whether any value may stand in a text; `false` is certain.
    pub(super) fn may_stand_in(&self, text: &str) -> bool {
        self.spelled.as_ref().is_some_and(|spelled| spelled.may_stand_in(text))
    }

    /// The numbers of the typed values that stand in a text.
    pub(super) fn typed_in(&self, text: &str) -> Vec<usize> {
        let Some(spelled) = self.spelled.as_ref().filter(|_| self.typed > 0) else {
            return Vec::new();
        };
        let numbers = spelled.hits(text.as_bytes()).map(|(_, number)| number);
        numbers.filter(|number| *number < self.typed).collect()
    }

    /// The value that a hidden text spells, or the text itself.
    pub(super) fn value_of<'t>(&'t self, hidden: &'t str) -> &'t str {
        let Some(spelled) = &self.spelled else { return hidden };
        let number = spelled.value_of(hidden).or_else(|| spelled.value_of(mask::core(hidden)));
        let literal = number.and_then(|number| self.all.get(number));
        literal.map_or(hidden, |literal| &literal.value)
    }

    /// Hides the values that stood in the original text of a tape. What a rule hid goes with the value
    /// where the two overlap.
    ///
    /// Their masks show nothing: what somebody asks to hide by its letters is hidden by its letters.
    /// A followed value that a rule hid here, too, keeps the mask of the rule.
    pub(super) fn apply(&self, tape: &mut Tape<'_>) {
        let Some(spelled) = &self.spelled else { return };
        let mut places: Vec<(Range<usize>, usize)> = Vec::new();
        for (was, number) in spelled.hits(tape.original().as_bytes()) {
            let (now, hidden) = tape.now_of(&was);
            let shows = tape.text().get(now.clone()).is_some_and(|mask| mask.contains('…'));
            if hidden && !(shows && number < self.typed) {
                continue;
            }
            match places.last_mut() {
                Some((last, _)) if now.start < last.end => last.end = last.end.max(now.end),
                _ => places.push((now, number)),
            }
        }
        let change = |(range, number): (Range<usize>, usize)| {
            let rule = self.all.get(number)?.rule.clone();
            Some(Change { range, replacement: STARS.to_owned(), rule })
        };
        tape.apply(places.into_iter().filter_map(change).collect());
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::js::print;
    use crate::js::value::Value;
    use crate::model::finding::Layer;

    fn literals(typed: &[&str], followed: &[&str]) -> Literals {
        let literal = |value: &&str| Literal { value: (*value).into(), rule: "literal".into() };
        let [typed, followed] =
            [typed, followed].map(|values| values.iter().map(literal).collect::<Vec<_>>());
        Literals::new(typed, followed)
    }

    #[test]
    fn no_value_is_printed() {
        let literal = Literal { value: "hunter2-xyz".into(), rule: "literal".into() };
        assert_eq!(format!("{literal:?}"), r#"Literal { 11 bytes, rule: "literal" }"#);
    }

    #[test]
    fn a_literal_is_found_in_all_its_forms() {
        let value = "pa\"ss/wörd 1";
        let literals = literals(&[value], &[]);
        let encoded = |text: &str| STANDARD.encode(text);
        for carrier in [
            value.to_owned(),
            print::to_compact(&Value::from(value)),
            "q=pa%22ss%2Fw%C3%B6rd%201&x".to_owned(),
            "q=pa%22ss%2fw%c3%b6rd+1&x".to_owned(),
            r#""pa\"ss/w\u00f6rd 1""#.to_owned(),
            r#""pa\"ss\/w\u00F6rd 1""#.to_owned(),
            r#""{\"p\":\"pa\\\"ss/w\\u00f6rd 1\"}""#.to_owned(),
            r#""{\"p\":\"pa\\\"ss/wörd 1\"}""#.to_owned(),
            encoded(&format!("user:{value}")),
            encoded(&format!("u:{value}!")),
            encoded(&format!("us:{value}")),
        ] {
            let mut tape = Tape::new(carrier.clone(), Layer::Masking);
            literals.apply(&mut tape);
            assert_eq!(literals.typed_in(&carrier), [0], "{carrier}");
            assert!(tape.text().contains(STARS), "{carrier}");
            let was = tape.edits().first().and_then(|edit| carrier.get(edit.was.clone()));
            assert_eq!(was.map(|was| literals.value_of(was)), Some(value), "{carrier}");
        }
        let mut tape = Tape::new("password", Layer::Masking);
        literals.apply(&mut tape);
        assert!(!tape.is_changed());
    }

    #[test]
    fn what_a_rule_hid_goes_with_the_value() {
        let after = |literals: &Literals, range: Range<usize>, mask: &str| {
            let mut tape = Tape::new("x hunter22-tail y", Layer::Masking);
            let rule = Arc::from("r");
            tape.apply(vec![Change { range, replacement: mask.to_owned(), rule }]);
            literals.apply(&mut tape);
            tape.finish().0
        };
        let (typed, followed) = (literals(&["hunter22"], &[]), literals(&[], &["hunter22"]));
        for literals in [&typed, &followed] {
            assert_eq!(after(literals, 5..15, "***"), "x *** y");
            assert_eq!(after(literals, 0..4, "***"), "***-tail y");
            assert_eq!(after(literals, 11..15, "…"), "x ***-… y");
            assert_eq!(after(literals, 2..15, "***"), "x *** y");
        }
        let hint = "hunter…tail";
        assert_eq!(after(&followed, 2..15, hint), format!("x {hint} y"), "as the profile shows it");
        assert_eq!(after(&typed, 2..15, hint), "x *** y", "its letters are hidden");
    }
}
