//! Where in a bundle something is masked, so that no frame and no key looks at all findings.
//!
//! Made once for a plan, on a worker. Findings are told by their positions in the plan.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::Document;

/// The findings of a plan by document and pointer.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// In the order of the plan's findings: the documents ascend, but those of `last` come last.
    documents: Vec<(Document, InDocument)>,
    /// The file whose findings come last: the manifest, which is the first file.
    last: Option<usize>,
}

/// The findings of a document.
#[derive(Debug)]
struct InDocument {
    /// The pointers in their order.
    pointers: Vec<Arc<str>>,
    /// Where the findings of each pointer begin in `found`, and at last the end.
    starts: Vec<usize>,
    /// The findings in the order of their pointers.
    found: Vec<usize>,
    /// The last one in the order of the plan, of this document and of all before it.
    last: usize,
}

impl Places {
    /// Sorts findings, which come in the order of the plan; those of the file `last` come last there.
    pub(super) fn new(
        findings: impl Iterator<Item = (usize, Document, Arc<str>)>,
        last: Option<usize>,
    ) -> Self {
        let mut sorted: BTreeMap<(bool, Document), BTreeMap<Arc<str>, Vec<usize>>> =
            BTreeMap::new();
        for (at, document, pointer) in findings {
            sorted.entry(rank(last, document)).or_default().entry(pointer).or_default().push(at);
        }
        let mut before = 0;
        let documents = sorted.into_iter().map(|((_, document), by_pointer)| {
            let found = InDocument::new(by_pointer, before);
            before = found.last;
            (document, found)
        });
        Self { documents: documents.collect(), last }
    }

    fn document(&self, document: Document) -> Option<&InDocument> {
        let rank = |document| rank(self.last, document);
        let at = self.documents.binary_search_by_key(&rank(document), |(known, _)| rank(*known));
        let at = at.ok()?;
        self.documents.get(at).map(|(_, found)| found)
    }

    /// The findings of a document, in the order of their pointers.
    pub(super) fn inside(&self, document: Document) -> &[usize] {
        self.document(document).map_or(&[], |found| &found.found)
    }

    /// The findings of the value at a pointer, in the order of the plan.
    pub(super) fn at(&self, document: Document, pointer: &str) -> &[usize] {
        self.document(document).map_or(&[], |found| found.at(pointer))
    }

    /// The findings of what is in the value at a pointer, its own left out.
    pub(super) fn below(&self, document: Document, pointer: &str) -> &[usize] {
        self.document(document).map_or(&[], |found| found.below(pointer))
    }

    /// The last finding of all documents before this one, in the order of the plan.
    pub(super) fn last_before(&self, document: Document) -> Option<usize> {
        let rank = |document| rank(self.last, document);
        let after = self.documents.partition_point(|(known, _)| rank(*known) < rank(document));
        self.documents.get(after.checked_sub(1)?).map(|(_, found)| found.last)
    }
}

/// Where a document stands among the others.
fn rank(last: Option<usize>, document: Document) -> (bool, Document) {
    (Some(document.0) == last, document)
}

impl InDocument {
    fn new(by_pointer: BTreeMap<Arc<str>, Vec<usize>>, last_before: usize) -> Self {
        let (mut pointers, mut starts, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for (pointer, at) in by_pointer {
            pointers.push(pointer);
            starts.push(found.len());
            found.extend(at);
        }
        starts.push(found.len());
        let last = found.iter().copied().max().unwrap_or_default().max(last_before);
        Self { pointers, starts, found, last }
    }

    fn at(&self, pointer: &str) -> &[usize] {
        let at = self.pointers.binary_search_by(|known| (**known).cmp(pointer));
        at.map_or(&[], |at| self.of(at..at + 1))
    }

    fn below(&self, pointer: &str) -> &[usize] {
        let before = |end: &str| self.pointers.partition_point(|known| **known < *end);
        // '0' is the character after '/', so this is everything that begins with "<pointer>/".
        self.of(before(&format!("{pointer}/"))..before(&format!("{pointer}0")))
    }

    /// The findings of some pointers.
    fn of(&self, pointers: Range<usize>) -> &[usize] {
        let start = |at: usize| self.starts.get(at).copied().unwrap_or(self.found.len());
        self.found.get(start(pointers.start)..start(pointers.end)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUND: [(Document, &str); 8] = [
        ((0, None), "/b"),
        ((0, None), "/a/x"),
        ((2, Some(7)), ""),
        ((2, Some(5)), "/a/0"),
        ((2, Some(5)), "/a"),
        ((2, Some(5)), "/a/0"),
        ((2, Some(5)), "/a/0/k"),
        ((2, Some(5)), "/a-b"),
    ];

    #[test]
    fn all_questions_are_answered_as_a_look_at_all_findings_would() {
        let found = FOUND.iter().enumerate();
        let places = Places::new(
            found.map(|(at, (document, pointer))| (at, *document, Arc::from(*pointer))),
            None,
        );
        let all = |is: &dyn Fn(Document, &str) -> bool| -> Vec<usize> {
            let found = FOUND.iter().enumerate();
            found
                .filter(|(_, (document, pointer))| is(*document, pointer))
                .map(|one| one.0)
                .collect()
        };
        for document in [(0, None), (1, None), (2, None), (2, Some(5)), (2, Some(7)), (3, None)] {
            let mut inside = places.inside(document).to_vec();
            inside.sort_unstable();
            assert_eq!(inside, all(&|one, _| one == document));
            let before = all(&|one, _| one < document);
            assert_eq!(places.last_before(document), before.last().copied(), "{document:?}");
            for pointer in ["", "/a", "/a/0", "/a/0/k", "/a-b", "/b", "/none"] {
                let at = all(&|one, known| one == document && known == pointer);
                assert_eq!(places.at(document, pointer), at);
                let mut below = places.below(document, pointer).to_vec();
                below.sort_unstable();
                let inner = format!("{pointer}/");
                assert_eq!(below, all(&|one, known| one == document && known.starts_with(&inner)));
            }
        }
    }

    #[test]
    fn the_manifest_stands_behind_all_others() {
        let found =
            [((1, None), "/a"), ((2, Some(8)), "/b"), ((2, Some(9)), "/c"), ((0, None), "/d")];
        let found = found.into_iter().enumerate();
        let places =
            Places::new(found.map(|(at, (document, at_in))| (at, document, at_in.into())), Some(0));
        assert_eq!(places.last_before((2, Some(8))), Some(0));
        assert_eq!(places.last_before((1, None)), None);
        assert_eq!(places.last_before((0, None)), Some(2));
        assert_eq!(places.inside((0, None)), [3]);
    }
}
