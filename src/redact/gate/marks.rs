//! A set of rules, by their places in a list.

use std::ops::Range;

/// Which rules may match a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::redact) struct Marks(Vec<u64>);

impl Marks {
    /// No rule.
    pub(in crate::redact) const NONE: &'static Self = &Self(Vec::new());

    pub(super) fn insert(&mut self, rule: usize) {
        let block = rule / 64;
        if self.0.len() <= block {
            self.0.resize(block + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(block) {
            *bits |= 1 << (rule % 64);
        }
    }

    pub(super) fn extend(&mut self, others: &Self) {
        if self.0.len() < others.0.len() {
            self.0.resize(others.0.len(), 0);
        }
        self.0.iter_mut().zip(&others.0).for_each(|(bits, more)| *bits |= more);
    }

    /// Whether all rules of another set are in this one.
    pub(super) fn hold(&self, others: &Self) -> bool {
        let missing = |(wanted, bits): (&u64, &u64)| wanted & !bits;
        self.0.len() >= others.0.len()
            && others.0.iter().zip(&self.0).map(missing).fold(0, |all, more| all | more) == 0
    }

    /// Whether a rule is in the set.
    pub(in crate::redact) fn has(&self, rule: usize) -> bool {
        self.0.get(rule / 64).is_some_and(|bits| bits >> (rule % 64) & 1 == 1)
    }

    /// Whether any rule is in the set.
    pub(in crate::redact) fn any(&self) -> bool {
        self.0.iter().any(|bits| *bits != 0)
    }

    /// The first rule of the set in a range of places.
    pub(in crate::redact) fn first(&self, range: Range<usize>) -> Option<usize> {
        let mut block = range.start / 64;
        let mut bits = self.0.get(block)? & (!0 << (range.start % 64));
        while bits == 0 {
            block += 1;
            if block * 64 >= range.end {
                return None;
            }
            bits = *self.0.get(block)?;
        }
        Some(block * 64 + bits.trailing_zeros() as usize).filter(|rule| *rule < range.end)
    }
}

impl FromIterator<usize> for Marks {
    fn from_iter<I: IntoIterator<Item = usize>>(rules: I) -> Self {
        let mut marks = Self::default();
        rules.into_iter().for_each(|rule| marks.insert(rule));
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_in_their_order() {
        let marks: Marks = [3, 64, 200].into_iter().collect();
        assert!(marks.any() && marks.has(64) && !marks.has(65) && !marks.has(999));
        assert_eq!(marks.first(0..300), Some(3));
        assert_eq!(marks.first(4..300), Some(64));
        assert_eq!(marks.first(65..300), Some(200));
        assert_eq!(marks.first(65..200), None);
        assert_eq!(marks.first(201..300), None);
        assert!(!Marks::default().any());
    }

    #[test]
    fn sets_are_joined_and_compared() {
        let mut marks = Marks::default();
        let more: Marks = [1, 130].into_iter().collect();
        assert!(!marks.hold(&more) && more.hold(&marks));
        marks.extend(&more);
        assert!(marks.hold(&more));
    }
}
