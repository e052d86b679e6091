//! What a bug report needs: which requests there were, how long they took, how much they gave.
//!
//! Numbers and our own words only; never a path, a title or anything else that a session says.

use std::collections::BTreeMap;
use std::time::Instant;

use tracing::{debug, enabled, error, warn};

use crate::app::effect::Reply;
use crate::model::diagnostic::Diagnostic;

/// Does the work of a request, noting how long it took.
pub(super) fn timed<T>(request: &'static str, number: u64, work: impl FnOnce() -> T) -> T {
    debug!(request, number, "begins");
    let begun = Instant::now();
    let result = work();
    debug!(request, number, ms = begun.elapsed().as_millis(), "ends");
    result
}

/// Notes what a reply gives.
pub(super) fn answered(reply: &Reply) {
    match reply {
        Reply::Catalogue { request, catalogue, done: true } => {
            let (sessions, sources) = (catalogue.rows.len(), catalogue.sources.len());
            debug!(request = "catalogue", number = request, sessions, sources, "listed");
            diagnosed("catalogue", *request, catalogue.diagnostics.iter());
        }
        Reply::Index { request, index } if index.complete => {
            let (entries, events) = (index.entries(), index.events());
            debug!(request = "open", number = request, entries, events, "indexed");
            diagnosed("open", *request, index.diagnostics());
        }
        Reply::OpenFailed { request, .. } => warn!(request = "open", number = request, "failed"),
        Reply::Broken => error!("a worker has died"),
        _ => {}
    }
}

/// Notes how often each kind of diagnostic came up.
fn diagnosed<'a>(
    request: &'static str,
    number: u64,
    diagnostics: impl Iterator<Item = &'a Diagnostic>,
) {
    if !enabled!(tracing::Level::DEBUG) {
        return;
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        *counts.entry(diagnostic.code).or_default() += 1;
    }
    for (code, times) in counts {
        debug!(request, number, code, times, "diagnosed");
    }
}
