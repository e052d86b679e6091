//! The redaction of a bundle: one redactor for all files, and findings with their full place.

use std::sync::Arc;

use crate::js::value::{Object, Value};
use crate::model::finding::Finding;
use crate::redact::Redactor;

use super::Error;
use super::follow::Secrets;

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
        self.place_from(from);
    }

    fn place_from(&mut self, from: usize) {
        for finding in self.findings.iter_mut().skip(from) {
            finding.file.clone_from(&self.place.file);
            finding.event_seq = self.place.event_seq;
            finding.entry_id.clone_from(&self.place.entry_id);
        }
    }

    /// Masks a value that stands in several places; pointers count from it.
    pub(super) fn apart(&self, value: &mut Value) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.redactor.value(value, &mut findings);
        findings
    }

    /// Whether members may bear these names: none of the names is masked.
    pub(super) fn spares(&self, names: impl Iterator<Item = &'static str>) -> bool {
        let plain = Value::from(names.map(|name| (name, Value::Null)).collect::<Object>());
        let mut redacted = plain.clone();
        self.apart(&mut redacted);
        redacted == plain
    }

    /// Adds findings that were made elsewhere, as of the present place.
    pub(super) fn adopt(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let from = self.findings.len();
        self.findings.extend(findings);
        self.place_from(from);
    }

    /// The masked values that look like secrets.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] when they are too many.
    pub(super) fn secrets(&self) -> Result<Option<Secrets>, Error> {
        let secrets = self.redactor.secrets();
        Secrets::new(&secrets, &|secret| self.redactor.mask_of(secret))
    }

    /// Adds findings that were made elsewhere, with their places.
    pub(super) fn take_over(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
    }

    pub(super) fn finish(self) -> Vec<Finding> {
        self.findings
    }
}
