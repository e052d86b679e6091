//! Which entry stands above which, answered in constant time.
//!
//! Entries get numbers in the order of a walk through the tree, so that everything below an entry
//! is one range of numbers. Parents stand before their children in a transcript, so two passes
//! without a stack are enough; a parent that stands behind its child counts as none.

use super::super::ids::EntryIx;

/// The ranges of all entries.
pub(super) struct Lineage {
    /// First number of the range of an entry, and the first number behind it.
    ranges: Vec<(u32, u32)>,
}

impl Lineage {
    /// Numbers `entries` entries by their parents.
    pub(super) fn new(entries: usize, parent: impl Fn(EntryIx) -> Option<EntryIx>) -> Self {
        let parent =
            |at: usize| Some(parent(EntryIx::from(at))?.index()).filter(|above| *above < at);
        let mut sizes = vec![1_u32; entries];
        for at in (0..entries).rev() {
            let size = sizes.get(at).copied().unwrap_or(0);
            if let Some(above) = parent(at).and_then(|above| sizes.get_mut(above)) {
                *above += size;
            }
        }
        // `free` is the first number that is not given out yet, of every range and of all together.
        let mut free = vec![0_u32; entries];
        let mut next_root = 0;
        let mut ranges = Vec::with_capacity(entries);
        for (at, size) in sizes.into_iter().enumerate() {
            let place = match parent(at) {
                Some(above) => free.get_mut(above).unwrap_or(&mut next_root),
                None => &mut next_root,
            };
            let start = *place;
            *place += size;
            if let Some(own) = free.get_mut(at) {
                *own = start + 1;
            }
            ranges.push((start, start + size));
        }
        Self { ranges }
    }

    /// Tells whether `above` is `below` or one of its ancestors.
    pub(super) fn is_above(&self, above: EntryIx, below: EntryIx) -> bool {
        let range = |entry: EntryIx| self.ranges.get(entry.index());
        match (range(above), range(below)) {
            (Some((start, end)), Some((at, _))) => start <= at && at < end,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_ranges_agree_with_a_walk_to_the_root(
            parents in proptest::collection::vec(proptest::option::of(0_usize..40), 1..40)
        ) {
            let usable = |at: usize| parents[at].filter(|above| *above < at);
            let lineage = Lineage::new(parents.len(), |at| parents[at.index()].map(EntryIx::from));
            for below in 0..parents.len() {
                let path: Vec<_> = std::iter::successors(Some(below), |at| usable(*at)).collect();
                for above in 0..parents.len() {
                    let found = lineage.is_above(above.into(), below.into());
                    prop_assert_eq!(found, path.contains(&above));
                }
            }
        }
    }
}
