//! One text of a scan: what stands in it, told by place and rule.

use std::path::Path;

use crate::js::parse;
use crate::js::value::{Object, Value};
use crate::model::finding::Finding;
use crate::redact::Redactor;

use super::Hit;

/// Where a text was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    pub path: &'p Path,
    /// The table and the column of a database.
    pub cell: Option<(&'p str, &'p str)>,
    pub session: Option<&'p str>,
    pub row: Option<u64>,
}

/// Looks at a text: as JSON where it is JSON, as one JSON value a line where it is that.
pub(super) fn look(redactor: &Redactor, bytes: &[u8], place: Place<'_>, hits: &mut Vec<Hit>) {
    if let Ok(value) = parse::parse_lossy(bytes) {
        return json(redactor, value, place, hits);
    }
    let text = String::from_utf8_lossy(bytes);
    match rows(&text) {
        Some(rows) => rows.for_each(|(row, line)| {
            let place = Place { row: Some(row), ..place };
            look(redactor, line.as_bytes(), place, hits);
        }),
        None => plain(redactor, &text, place, hits),
    }
}

/// The lines of a text that is a list of JSON values, with their numbers.
fn rows(text: &str) -> Option<impl Iterator<Item = (u64, &str)>> {
    let (first, _) = text.split_once('\n')?;
    parse::parse_str(first).ok()?;
    Some((1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()))
}

fn json(redactor: &Redactor, value: Value, place: Place<'_>, hits: &mut Vec<Hit>) {
    // The column is the name of what it holds, as in an object.
    let mut value = match place.cell {
        Some((_, column)) => Value::from(Object::from_iter([(column, value)])),
        None => value,
    };
    let mut findings = Vec::new();
    redactor.value(&mut value, &mut findings);
    let told = findings.iter().filter(|finding| finding.is_secret() && !is_count(finding, place));
    hits.extend(told.map(|finding| hit(finding, place)));
}

/// A text that is no JSON; without a row of its own, the line in it is told.
fn plain(redactor: &Redactor, text: &str, place: Place<'_>, hits: &mut Vec<Hit>) {
    if place.cell.is_some() {
        return json(redactor, Value::from(text), place, hits);
    }
    let (_, findings) = redactor.text(text);
    let (mut at, mut line) = (0, 1);
    // Findings come in order, but for those of a part that was read as JSON.
    let mut line = move |finding: &Finding| {
        if finding.range.start < at {
            (at, line) = (0, 1);
        }
        let between = text.as_bytes().get(at..finding.range.start).unwrap_or_default();
        (at, line) =
            (finding.range.start, line + memchr::memchr_iter(b'\n', between).count() as u64);
        line
    };
    hits.extend(findings.iter().filter(|finding| finding.is_secret()).map(|finding| {
        let row = Some(place.row.unwrap_or_else(|| line(finding)));
        hit(finding, Place { row, ..place })
    }));
}

fn hit(finding: &Finding, place: Place<'_>) -> Hit {
    Hit {
        path: place.path.to_owned(),
        table: place.cell.map(|(table, _)| table.to_owned()),
        session: place.session.map(str::to_owned),
        row: place.row,
        pointer: finding.pointer.to_string(),
        rule: finding.rule.to_string(),
    }
}

/// Whether a finding is about a number in a bundle's manifest: how often a rule masked something
/// stands under the rule's name, and `payload-cookie` is no cookie.
fn is_count(finding: &Finding, place: Place<'_>) -> bool {
    place.path.ends_with("manifest.json") && finding.pointer.starts_with("/redactions/byRule/")
}
