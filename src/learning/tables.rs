//! CSV of an export line by line: both tables stand in one stream, each below its own header.

use std::path::Path;

use super::export::{POSTERIORS_HEADER, TRACES_HEADER};
use super::records::Records;
use crate::model::diagnostic::{Diagnostic, Place};

/// A record of an export, with the line on which it begins, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The header of the traces, or else of the posteriors.
    Header { traces: bool },
    /// A record of the first table.
    Trace(u64, Vec<String>),
    /// A record of the second table.
    Posterior(u64, Vec<String>),
}

/// The records of a text.
pub(super) struct Lines<'t> {
    records: Records<'t>,
    in_traces: bool,
}

impl<'t> Lines<'t> {
    /// Takes a text that begins with a header.
    pub(super) fn new(text: &'t str) -> Self {
        Self { records: Records::new(text), in_traces: true }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let (line, record) = self.records.next()?;
        let is = |header: &str| record.iter().map(String::as_str).eq(header.split(','));
        if is(TRACES_HEADER) || is(POSTERIORS_HEADER) {
            self.in_traces = is(TRACES_HEADER);
            return Some(Line::Header { traces: self.in_traces });
        }
        Some(if self.in_traces { Line::Trace(line, record) } else { Line::Posterior(line, record) })
    }
}

/// What nobody should look for who reads the traces of a table.
pub(super) fn lossy(path: &Path) -> Diagnostic {
    Diagnostic::note(
        "learning-csv-lossy",
        Place::whole(path),
        "CSV holds no arms, contexts or session keys, and 0 for a missing total or duration: they \
         are missing here, too.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_what_follows() {
        let text = format!("{TRACES_HEADER}\na,b\n{POSTERIORS_HEADER}\nc\n");
        let record = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect();
        let expected = [
            Line::Header { traces: true },
            Line::Trace(2, record(&["a", "b"])),
            Line::Header { traces: false },
            Line::Posterior(4, record(&["c"])),
        ];
        assert!(Lines::new(&text).eq(expected));
    }
}
