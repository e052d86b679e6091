//! The redaction of a bundle: one redactor for all files, and findings with their full place.

use std::sync::Arc;

use crate::js::value::Value;
use crate::model::finding::{Finding, Layer};
use crate::redact::{Literal, Redactor};

/// Where in a bundle a value stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The file.
    pub file: Option<Arc<str>>,
    /// The number of the event.
    pub event_seq: Option<u64>,
    /// The entry that the event was made from.
    pub entry_id: Option<Arc<str>>,
}

/// A redaction under way.
#[derive(Debug)]
pub(super) struct Redaction<'a> {
    redactor: &'a Redactor,
    findings: Vec<Finding>,
    place: Place,
}

impl<'a> Redaction<'a> {
    pub(super) fn new(redactor: &'a Redactor) -> Self {
        Self { redactor, findings: Vec::new(), place: Place::default() }
    }

    /// Says where the values that come next stand.
    pub(super) fn stand_at(&mut self, place: Place) {
        self.place = place;
    }

    /// Masks a value: a whole document, an event, or a text.
    pub(super) fn value(&mut self, value: &mut Value) {
        let from = self.findings.len();
        self.redactor.value(value, &mut self.findings);
        for finding in self.findings.iter_mut().skip(from) {
            finding.file.clone_from(&self.place.file);
            finding.event_seq = self.place.event_seq;
            finding.entry_id.clone_from(&self.place.entry_id);
        }
    }

    /// Notes that a whole member was masked, whose text was `length` bytes long.
    pub(super) fn note(&mut self, rule: &str, pointer: &str, length: usize, replacement: &str) {
        self.findings.push(Finding {
            rule: rule.into(),
            layer: Layer::Payload,
            file: self.place.file.clone(),
            pointer: pointer.into(),
            event_seq: self.place.event_seq,
            entry_id: self.place.entry_id.clone(),
            range: 0..length,
            shown: 0..replacement.len(),
            replacement: replacement.to_owned(),
            group: 0,
        });
    }

    /// Gives every finding under `/entries/<n>` the id of the entry at `n`.
    pub(super) fn name_entries(&mut self, from: usize, ids: &[Option<Arc<str>>]) {
        for finding in self.findings.iter_mut().skip(from) {
            let rest = finding.pointer.strip_prefix("/entries/");
            let at = rest.and_then(|rest| rest.split('/').next()?.parse::<usize>().ok());
            if let Some(id) = at.and_then(|at| ids.get(at)) {
                finding.entry_id.clone_from(id);
            }
        }
    }

    /// How many findings there are so far.
    pub(super) fn count(&self) -> usize {
        self.findings.len()
    }

    /// The masked values that look like secrets.
    pub(super) fn secrets(&self) -> Vec<Literal> {
        self.redactor.secrets()
    }

    pub(super) fn finish(self) -> Vec<Finding> {
        self.findings
    }
}
