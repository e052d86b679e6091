//! `clawscope scan`: where secrets stand, never what they are.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::js::print;
use crate::js::value::{Object, Value};
use crate::model::number;
use crate::model::text::{visible_line, visible_name};
use crate::ops::open::OpenRequest;
use crate::ops::plan::Redaction;
use crate::ops::scan::{Hit, Scan, scan};

use super::Surroundings;
use super::args::ScanArgs;
use super::output::Output;
use super::redact::patterns;

/// Scans, prints, and returns the exit status: 0 nothing found, 3 found, 1 nothing found and
/// something that should have been looked at could not be read.
pub(super) fn run(
    output: &mut Output,
    (request, surroundings): (&OpenRequest, &Surroundings),
    args: &ScanArgs,
) -> anyhow::Result<u8> {
    let (strict, rules) = (args.strict, surroundings.rules_and(&args.rules)?);
    let patterns = patterns(request)?;
    let scan = scan(&args.paths, &Redaction { strict, rules, ..Redaction::default() }, &patterns)?;
    if args.json {
        output.line(&print::to_visible_pretty(&report(&scan)))?;
    } else {
        output.text(&listing(&scan))?;
    }
    for (path, why) in &scan.unreadable {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "{}: {}", shown(path), visible_line(why));
    }
    Ok(match (scan.hits.is_empty(), scan.unreadable.is_empty()) {
        (false, _) => 3,
        (true, false) => 1,
        (true, true) => 0,
    })
}

fn shown(path: &Path) -> String {
    visible_name(&path.display().to_string())
}

fn listing(scan: &Scan) -> String {
    let mut out = String::new();
    for hit in &scan.hits {
        let row = match (&hit.table, hit.row) {
            (Some(table), Some(row)) => format!(" {} row {row}", visible_line(table)),
            (_, Some(row)) => format!(":{row}"),
            (_, None) => String::new(),
        };
        let session = hit.session.as_deref().map(|id| format!(" session {id}")).unwrap_or_default();
        let place = visible_line(&hit.pointer);
        let _ = writeln!(
            out,
            "{}{row}{}  {}  {place}",
            shown(&hit.path),
            visible_line(&session),
            hit.rule
        );
    }
    for (path, why) in &scan.skipped {
        let _ = writeln!(out, "skipped {}: {why}", shown(path));
    }
    if scan.looked_at == 0 && scan.skipped.is_empty() && !scan.unreadable.is_empty() {
        // A count of nothing would read as good news.
        return out;
    }
    let places = number::counted(scan.hits.len(), "secret");
    let files = number::counted(scan.looked_at, "file");
    let _ = writeln!(out, "{places} in {files}, {} skipped", scan.skipped.len());
    out
}

fn report(scan: &Scan) -> Value {
    let mut out = Object::new();
    out.insert("findings", scan.hits.iter().map(hit).collect::<Value>());
    out.insert("skipped", scan.skipped.iter().map(named).collect::<Value>());
    out.insert("unreadable", scan.unreadable.iter().map(named).collect::<Value>());
    out.insert("lookedAt", scan.looked_at);
    out.into()
}

fn hit(hit: &Hit) -> Value {
    let mut out = Object::new();
    out.insert("path", hit.path.display().to_string());
    if let Some(table) = &hit.table {
        out.insert("table", table.as_str());
    }
    if let Some(session) = &hit.session {
        out.insert("sessionId", session.as_str());
    }
    if let Some(row) = hit.row {
        out.insert("row", row);
    }
    out.insert("pointer", hit.pointer.as_str());
    out.insert("rule", hit.rule.as_str());
    out.into()
}

fn named((path, why): &(PathBuf, String)) -> Value {
    let mut out = Object::new();
    out.insert("path", path.display().to_string());
    out.insert("reason", why.as_str());
    out.into()
}
