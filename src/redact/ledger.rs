//! What one redaction hid: numbers for equal values, and the values themselves, kept in memory only
//! so that a secret found in one place can be hidden in all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::judge::looks;
use super::literal::Literal;
use super::mask;
use crate::model::digest::sha256;

/// Longer values, such as images, are known by their digest, in bytes.
const LONGEST: usize = 256;

/// What tells a hidden value from others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Value(Box<str>),
    Digest(String),
}

impl fmt::Debug for Key {
    /// The value is a secret: only its length is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "{} bytes", value.len()),
            Self::Digest(_) => f.write_str("a long value"),
        }
    }
}

impl Key {
    fn of(value: &str) -> Self {
        if value.len() > LONGEST {
            return Self::Digest(sha256(value.as_bytes()));
        }
        Self::Value(Box::from(value))
    }
}

/// Numbers and values of what was hidden.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    groups: BTreeMap<Key, u32>,
    secrets: BTreeSet<Literal>,
    /// Numbers of the manual literals that occurred.
    pub found: BTreeSet<usize>,
}

impl Ledger {
    /// Notes a hidden value and gives its number.
    pub(super) fn note(&mut self, value: &str, rule: &Arc<str>, follow: bool) -> u32 {
        let value = mask::core(value);
        if follow && looks::is_worth_following(value) {
            self.secrets.insert(Literal { value: value.to_owned(), rule: rule.clone() });
        }
        let next = self.groups.len() as u32 + 1;
        *self.groups.entry(Key::of(value)).or_insert(next)
    }

    /// The number of a value that was hidden; 0 for any other.
    pub(super) fn group(&self, value: &str) -> u32 {
        self.groups.get(&Key::of(mask::core(value))).copied().unwrap_or_default()
    }

    /// The values that look like secrets, each once, with the rule that hid it first by name.
    pub(super) fn secrets(&self) -> Vec<Literal> {
        let mut values: BTreeMap<&str, &Literal> = BTreeMap::new();
        for secret in &self.secrets {
            values.entry(&secret.value).or_insert(secret);
        }
        values.into_values().cloned().collect()
    }
}

/// A ledger that a redactor shares with its clones.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedLedger(Arc<Mutex<Ledger>>);

impl SharedLedger {
    /// Opens the ledger for one entry or one look; nobody may open it again meanwhile.
    pub(super) fn lock(&self) -> MutexGuard<'_, Ledger> {
        // Every entry is whole before anything can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_known_again_and_not_kept() {
        let mut ledger = Ledger::default();
        let rule = Arc::from("media-content");
        let images: Vec<String> = ["A", "B"].map(|letter| letter.repeat(100_000)).into();
        let numbers: Vec<u32> =
            images.iter().chain(&images).map(|image| ledger.note(image, &rule, false)).collect();
        assert_eq!(numbers, [1, 2, 1, 2]);
        assert_eq!((ledger.group(&images[1]), ledger.group("C")), (2, 0));
        assert!(format!("{ledger:?}").len() < 1000);
    }
}
