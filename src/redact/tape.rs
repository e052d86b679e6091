//! A text under redaction, with a record of what was replaced where.
//!
//! Every rule works on the text as the earlier rules left it, so a place may be replaced several
//! times. The tape keeps, for every replaced place, which bytes of the original it stands for: that
//! is what a finding reports, and how a rule tells a mask of this run from one that was there before.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::gate::Marks;
use crate::model::finding::Layer;

/// What a rule wants to put in the place of a range of the present text.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub range: Range<usize>,
    pub replacement: String,
    pub rule: Arc<str>,
}

/// A place that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where it stands in the present text.
    pub now: Range<usize>,
    /// What it stands for in the original.
    pub was: Range<usize>,
    /// The first rule that hid a secret in it; if none did, the rule that replaced it first.
    pub rule: Arc<str>,
    /// The layer of that rule.
    pub layer: Layer,
}

/// What was done on a tape.
#[derive(Debug)]
pub(super) struct Outcome {
    text: String,
    edits: Vec<Edit>,
    known: Known,
}

/// What is known about the present text, so that it is not found out again.
#[derive(Debug, Clone, Default)]
struct Known {
    /// What may match, if that was asked.
    marks: Option<Asked>,
    /// Whether the JSON in it was looked at and hides nothing.
    is_searched: bool,
    /// Whether the rules for text ran over it and changed nothing.
    is_settled: bool,
}

/// What may match a text, and where the text was changed since.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub marks: Arc<Marks>,
    /// The places that were replaced, as they stand now, in order.
    pub since: Vec<Range<usize>>,
}

impl Known {
    /// Notes changes at `places` (pairs of old and new ranges).
    fn replaced(&mut self, places: &[(Range<usize>, Range<usize>)]) {
        (self.is_searched, self.is_settled) = (false, false);
        if let Some(asked) = &mut self.marks {
            for range in &mut asked.since {
                *range = moved(range, places);
            }
            asked.since.extend(places.iter().map(|(_, now)| now.clone()));
            asked.since.sort_unstable_by_key(|range| range.start);
        }
    }
}

/// A text with its edits.
#[derive(Debug, Clone)]
pub(super) struct Tape<'t> {
    original: Cow<'t, str>,
    text: Option<String>,
    edits: Vec<Edit>,
    known: Known,
    /// The layer that edits belong to from now on.
    pub layer: Layer,
}

impl<'t> Tape<'t> {
    pub(super) fn new(original: impl Into<Cow<'t, str>>, layer: Layer) -> Self {
        Self {
            original: original.into(),
            text: None,
            edits: Vec::new(),
            known: Known::default(),
            layer,
        }
    }

    /// A tape that starts with the present text of this one and with nothing replaced.
    pub(super) fn again(&self, layer: Layer) -> Tape<'_> {
        // What this tape replaced is like any other text to the new one, so the rules run again.
        let known = Known { is_settled: false, ..self.known.clone() };
        Tape { known, ..Tape::new(self.text(), layer) }
    }

    /// What may match the present text, if that was asked before, and the places that were replaced
    /// since then.
    pub(super) const fn marks(&self) -> Option<&Asked> {
        self.known.marks.as_ref()
    }

    /// What may match the present text: what is told now and remembered from now on, or else what
    /// was remembered before.
    pub(super) fn remembered(&mut self, marks: Option<Arc<Marks>>) -> &Marks {
        if let Some(marks) = marks {
            self.known.marks = Some(Asked { marks, since: Vec::new() });
        }
        self.known.marks.as_ref().map_or(Marks::NONE, |asked| &asked.marks)
    }

    /// Whether the JSON in the present text was looked at and hides nothing.
    pub(super) const fn is_searched(&self) -> bool {
        self.known.is_searched
    }

    /// Remembers that the JSON in the present text was looked at and hides nothing.
    pub(super) const fn searched(&mut self) {
        self.known.is_searched = true;
    }

    /// Runs the rules for text, unless they ran over the present text and changed nothing.
    pub(super) fn settle(&mut self, run: impl FnOnce(&mut Self)) {
        if self.known.is_settled {
            return;
        }
        // Any change takes that back.
        self.known.is_settled = true;
        run(self);
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.original)
    }

    /// The text as it was.
    pub(super) fn original(&self) -> &str {
        &self.original
    }

    /// The replaced places in order.
    pub(super) fn edits(&self) -> &[Edit] {
        &self.edits
    }

    pub(super) fn is_changed(&self) -> bool {
        self.text.as_ref().is_some_and(|text| *text != self.original)
    }

    /// Takes the tape apart: the text as it is now and its edits.
    pub(super) fn finish(self) -> (String, Vec<Edit>) {
        (self.text.unwrap_or_else(|| self.original.into_owned()), self.edits)
    }

    /// What was done, to be repeated by [`follow`](Self::follow); nothing when the text is the same.
    pub(super) fn outcome(self) -> Option<Outcome> {
        let text = self.text.filter(|text| *text != self.original)?;
        Some(Outcome { text, edits: self.edits, known: self.known })
    }

    /// Whether a range of the present text holds nothing that was replaced.
    pub(super) fn is_original(&self, range: &Range<usize>) -> bool {
        self.overlapping(range).is_empty()
    }

    /// Where a range of the original stands now, with all of every edit that it touches, and whether
    /// one edit hides all of it as a secret.
    pub(super) fn now_of(&self, was: &Range<usize>) -> (Range<usize>, bool) {
        let from = self.edits.partition_point(|edit| edit.was.end <= was.start);
        let to = self.edits.partition_point(|edit| edit.was.start < was.end).max(from);
        let touching = self.edits.get(from..to).unwrap_or_default();
        let behind = |edit: Option<&Edit>, at: usize| {
            edit.map_or(at, |edit| edit.now.end + (at - edit.was.end))
        };
        let last = from.checked_sub(1).and_then(|last| self.edits.get(last));
        let start = match touching.first() {
            Some(first) if first.was.start <= was.start => first.now.start,
            _ => behind(last, was.start),
        };
        let end = match touching.last() {
            Some(last) if last.was.end >= was.end => last.now.end,
            touched => behind(touched.or(last), was.end),
        };
        let hides = |edit: &Edit| {
            edit.was.start <= was.start && was.end <= edit.was.end && hides_secrets(&edit.rule)
        };
        (start..end, touching.iter().any(hides))
    }

    fn overlapping(&self, range: &Range<usize>) -> &[Edit] {
        let from = self.edits.partition_point(|edit| edit.now.end <= range.start);
        let to = self.edits.partition_point(|edit| edit.now.start < range.end.max(range.start + 1));
        self.edits.get(from..to.max(from)).unwrap_or_default()
    }

    /// Where a position of the present text that lies in no edit stood in the original.
    fn origin(&self, position: usize) -> usize {
        let before = self.edits.partition_point(|edit| edit.now.end <= position);
        match before.checked_sub(1).and_then(|last| self.edits.get(last)) {
            Some(edit) => edit.was.end + (position - edit.now.end),
            None => position,
        }
    }

    /// Repeats what was done on another tape that started with this one's present text.
    pub(super) fn follow(&mut self, outcome: Outcome) {
        if self.text.is_none() {
            self.edits = outcome.edits;
        } else {
            let text = &outcome.text;
            let change = |edit: Edit| Change {
                replacement: text.get(edit.now).unwrap_or_default().to_owned(),
                range: edit.was,
                rule: edit.rule,
            };
            self.apply(outcome.edits.into_iter().map(change).collect());
        }
        self.text = Some(outcome.text);
        self.known = outcome.known;
    }

    /// Makes changes; they are sorted and do not overlap each other. One that changes nothing is
    /// left out.
    pub(super) fn apply(&mut self, mut changes: Vec<Change>) {
        let text = self.text();
        changes.retain(|change| text.get(change.range.clone()) != Some(&change.replacement));
        if changes.is_empty() {
            return;
        }
        let mut after = String::with_capacity(text.len());
        let mut places: Vec<(Range<usize>, Range<usize>)> = Vec::with_capacity(changes.len());
        let mut done = 0;
        for change in &changes {
            after.push_str(text.get(done..change.range.start).unwrap_or_default());
            let start = after.len();
            after.push_str(&change.replacement);
            places.push((change.range.clone(), start..after.len()));
            done = change.range.end;
        }
        after.push_str(text.get(done..).unwrap_or_default());
        self.edits = self.merged(changes, &places);
        self.text = Some(after);
        self.known.replaced(&places);
    }

    fn merged(&self, changes: Vec<Change>, places: &[(Range<usize>, Range<usize>)]) -> Vec<Edit> {
        let mut fresh: Vec<Edit> = Vec::with_capacity(changes.len() + self.edits.len());
        for edit in &self.edits {
            fresh.push(Edit { now: moved(&edit.now, places), ..edit.clone() });
        }
        for (change, (_, now)) in changes.into_iter().zip(places) {
            let touched = self.overlapping(&change.range);
            let inside =
                |at: usize| touched.iter().find(|edit| edit.now.start < at && at < edit.now.end);
            let start = inside(change.range.start)
                .map_or_else(|| self.origin(change.range.start), |edit| edit.was.start);
            let end = inside(change.range.end)
                .map_or_else(|| self.origin(change.range.end), |edit| edit.was.end);
            let was = start..end.max(start);
            fresh.push(Edit { now: now.clone(), was, rule: change.rule, layer: self.layer });
        }
        // Stable: of two edits at one place the older one comes first and keeps its rule.
        fresh.sort_by_key(|edit| edit.now.start);
        coalesce(fresh)
    }
}

/// Where a range stands after the changes at `places` (pairs of old and new ranges).
fn moved(range: &Range<usize>, places: &[(Range<usize>, Range<usize>)]) -> Range<usize> {
    let shifted = |position: usize, inside: fn(&Range<usize>) -> usize, is_end: bool| {
        let before = places
            .partition_point(|(old, _)| old.end <= position && (is_end || old.start < position));
        if let Some((old, new)) = places.get(before)
            && old.start < position
            && position < old.end
        {
            return inside(new);
        }
        match before.checked_sub(1).and_then(|last| places.get(last)) {
            Some((old, new)) => new.end + (position - old.end),
            None => position,
        }
    };
    let start = shifted(range.start, |new| new.start, false);
    let end = shifted(range.end, |new| new.end, true);
    start..end.max(start)
}

/// Whether a rule hides secrets, and not places or pictures.
pub(super) fn hides_secrets(rule: &str) -> bool {
    !(rule.starts_with("path-") || rule == "data-url")
}

/// Joins edits that overlap; a place that holds a secret has the rule that hid the secret.
fn coalesce(sorted: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::with_capacity(sorted.len());
    for edit in sorted {
        match joined.last_mut() {
            Some(last)
                if edit.now.start < last.now.end
                    || edit.now == last.now
                    || edit.was.start < last.was.end =>
            {
                last.now = last.now.start.min(edit.now.start)..last.now.end.max(edit.now.end);
                last.was = last.was.start.min(edit.was.start)..last.was.end.max(edit.was.end);
                if !hides_secrets(&last.rule) && hides_secrets(&edit.rule) {
                    (last.rule, last.layer) = (edit.rule, edit.layer);
                }
            }
            _ => joined.push(edit),
        }
    }
    joined
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "ASCII samples are cut at known places")]
mod tests {
    use super::*;

    fn change(range: Range<usize>, replacement: &str) -> Change {
        Change { range, replacement: replacement.into(), rule: Arc::from("r") }
    }

    fn places<'a>(tape: &'a Tape<'_>) -> Vec<(&'a str, &'a str)> {
        let of = |edit: &Edit| (&tape.text()[edit.now.clone()], &tape.original()[edit.was.clone()]);
        tape.edits().iter().map(of).collect()
    }

    #[test]
    fn edits_remember_what_they_stand_for() {
        let mut tape = Tape::new("one two three four", Layer::Masking);
        tape.apply(vec![change(4..7, "*"), change(14..18, "long mask")]);
        assert_eq!(tape.text(), "one * three long mask");
        assert_eq!(places(&tape), [("*", "two"), ("long mask", "four")]);
        tape.apply(vec![change(6..11, "3")]);
        assert_eq!(tape.text(), "one * 3 long mask");
        assert_eq!(places(&tape), [("*", "two"), ("3", "three"), ("long mask", "four")]);
    }

    #[test]
    fn a_mask_that_is_masked_again_is_one_edit() {
        let mut tape = Tape::new("token=abcdefghijkl,", Layer::Masking);
        tape.apply(vec![change(6..18, "abc…jkl")]);
        tape.apply(vec![change(6..16, "***")]);
        assert_eq!(tape.text(), "token=***");
        assert_eq!(places(&tape), [("***", "abcdefghijkl,")]);
        assert!(!tape.is_original(&(6..9)));
        assert!(tape.is_original(&(0..6)));
    }

    #[test]
    fn a_change_inside_a_mask_belongs_to_it() {
        let mut tape = Tape::new("x secret y", Layer::Masking);
        tape.apply(vec![change(2..8, "abcdef")]);
        tape.apply(vec![change(3..4, "--"), change(5..6, "")]);
        assert_eq!(tape.text(), "x a--cef y");
        assert_eq!(tape.edits().len(), 1);
        assert_eq!(&tape.original()[tape.edits()[0].was.clone()], "secret");
    }

    #[test]
    fn a_range_of_the_original_is_found_again() {
        let mut tape = Tape::new("one two three four", Layer::Masking);
        tape.apply(vec![change(4..7, "*"), change(14..18, "long mask")]);
        let now = |was: Range<usize>| {
            let (now, hidden) = tape.now_of(&was);
            (&tape.text()[now], hidden)
        };
        assert_eq!(now(0..3), ("one", false));
        assert_eq!(now(8..13), ("three", false));
        assert_eq!(now(4..7), ("*", true));
        assert_eq!(now(5..6), ("*", true));
        assert_eq!(now(2..6), ("e *", false));
        assert_eq!(now(6..10), ("* th", false));
        assert_eq!(now(1..18), ("ne * three long mask", false));
        assert_eq!(now(15..17), ("long mask", true));
    }

    #[test]
    fn what_changes_nothing_is_no_edit() {
        let mut tape = Tape::new("same", Layer::Paths);
        tape.apply(vec![change(0..4, "same")]);
        assert!(tape.edits().is_empty() && !tape.is_changed());
    }
}
