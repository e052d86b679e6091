//! Those who redact a bundle, each on a thread of its own.

use crate::redact::Redactor;

use super::messages;
use super::pieces;
use super::redaction::Redaction;
use super::repeated::Repeated;

/// One of the crew, with caches of its own.
#[derive(Debug)]
pub(super) struct Worker {
    pub redactor: Redactor,
    pub repeated: Repeated,
    /// Whether a message is redacted once for all places in which it stands.
    pub shares_messages: bool,
}

/// A crew for so many items.
///
/// Where masks are numbered there is one worker only: numbers count in order of appearance.
pub(super) fn crew(redactor: &Redactor, items: usize, numbered: bool) -> Vec<Worker> {
    let shared = messages::are_shared(&Redaction::new(redactor));
    let size = if numbered { 1 } else { pieces::threads_for(items) };
    let worker = || Worker {
        redactor: redactor.clone(),
        repeated: Repeated::new(shared),
        shares_messages: shared,
    };
    std::iter::repeat_with(worker).take(size).collect()
}
