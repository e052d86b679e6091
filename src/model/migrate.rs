//! The in-memory migration of transcripts before version 3, as OpenClaw does it when it reads one.
//!
//! Version 1 had no ids: every row hangs below the one before it. Version 2 called custom messages
//! `hookMessage`. The index and whole values are migrated by the same rules: [`give_legacy_ids`]
//! for the index, [`migrate`] for rows that are printed or exported.

use super::entry::{EntryFlags, EntryKind, Link};
use super::head::number_of;
use super::transcript::{Header, Tables};
use crate::js::text::JsString;
use crate::js::value::{Object, Value};

/// Gives every row of a version-1 transcript an id and the row before it as its parent.
///
/// A missing version is 1, also where there is no header at all; a version that is no number
/// migrates nothing. The stored parents are lost even in rows that have ids, as in OpenClaw.
pub fn give_legacy_ids(tables: &mut Tables, header: Option<&Header>) {
    let version = header.map_or(1.0, |header| header.version);
    if !is_before(version, 2.0) {
        return;
    }
    let (mut above, mut given) = (Link::Null, 0_u32);
    for entry in &mut tables.entries {
        if entry.kind == EntryKind::Header {
            continue;
        }
        let named = entry.id.is_some() || entry.flags.has(EntryFlags::BLANK_ID);
        if !named {
            entry.id = Some(tables.ids.intern(&format!("legacy-{given}")));
            entry.flags = entry.flags.with(EntryFlags::LEGACY_ID, true);
            given += 1;
        }
        entry.parent = above;
        above = entry.id.map_or(Link::Unusable, Link::To);
    }
}

/// Migrates the accepted rows of a whole transcript to version 3, in place.
///
/// New members go to the end of a row in the order `id`, `parentId`, `firstKeptEntryId`; existing
/// ones keep their place. Rows must stand in file order and be complete, since a compaction of
/// version 1 names the row it keeps by its position.
pub fn migrate(rows: &mut [Value]) {
    let version = rows.iter().find(|row| is_header(row)).map_or(1.0, version_of);
    if is_before(version, 2.0) {
        link_rows(rows);
    }
    if is_before(version, 3.0) {
        rename_hook_messages(rows);
    }
}

/// JavaScript's `version < bound`: false when the version is no number.
fn is_before(version: f64, bound: f64) -> bool {
    version < bound
}

fn is_header(row: &Value) -> bool {
    row.get("type").and_then(Value::as_str) == Some("session")
}

/// The version of a header as JavaScript compares it.
fn version_of(header: &Value) -> f64 {
    match header.get("version") {
        None | Some(Value::Null) => 1.0,
        Some(Value::Number(version)) => *version,
        Some(Value::Bool(version)) => f64::from(u8::from(*version)),
        Some(Value::String(version)) => number_of(&version.to_str_lossy()),
        Some(Value::Array(_) | Value::Object(_)) => f64::NAN,
    }
}

/// Version 1 to 2: ids and parents in file order, kept rows by id instead of by position.
fn link_rows(rows: &mut [Value]) {
    let headers: Vec<bool> = rows.iter().map(is_header).collect();
    let (mut above, mut given) = (Value::Null, 0_u32);
    for at in 0..rows.len() {
        let is_header = headers.get(at).copied().unwrap_or(false);
        let kept = rows.get(at).and_then(kept_position).map(|kept| {
            let position = position(kept).filter(|kept| headers.get(*kept) == Some(&false));
            // The row itself gets its id below, before OpenClaw looks the kept row up.
            match position {
                Some(position) if position == at => Kept::Itself,
                Some(position) => Kept::Row(rows.get(position).and_then(id_of).cloned()),
                None => Kept::Nothing,
            }
        });
        let Some(row) = rows.get_mut(at).and_then(Value::as_object_mut) else {
            continue;
        };
        if is_header {
            row.insert("version", 2.0);
            continue;
        }
        if !matches!(row.get("id"), Some(Value::String(_))) {
            row.insert("id", format!("legacy-{given}"));
            given += 1;
        }
        row.insert("parentId", above);
        above = row.get("id").cloned().unwrap_or_default();
        if let Some(kept) = kept {
            name_kept_row(row, kept);
        }
    }
}

/// What the position in a compaction of version 1 leads to.
enum Kept {
    /// A row, with the id it has by then.
    Row(Option<JsString>),
    /// The compaction.
    Itself,
    /// No row, or a header.
    Nothing,
}

fn name_kept_row(row: &mut Object, kept: Kept) {
    row.remove("firstKeptEntryIndex");
    let id = match kept {
        Kept::Nothing => return,
        Kept::Itself => row.get("id").and_then(Value::as_js_string).cloned(),
        Kept::Row(id) => id,
    };
    match id {
        Some(id) => row.insert("firstKeptEntryId", id),
        None => row.remove("firstKeptEntryId"),
    };
}

/// The `firstKeptEntryIndex` of a compaction, if it is a number.
fn kept_position(row: &Value) -> Option<f64> {
    let is_compaction = row.get("type").and_then(Value::as_str) == Some("compaction");
    row.get("firstKeptEntryIndex").filter(|_| is_compaction)?.as_f64()
}

/// The position that an index means, if it can be one.
fn position(index: f64) -> Option<usize> {
    let possible = (0.0..f64::from(u32::MAX)).contains(&index) && index.fract() == 0.0;
    possible.then_some(index as usize)
}

fn id_of(row: &Value) -> Option<&JsString> {
    row.get("id").and_then(Value::as_js_string)
}

/// Version 2 to 3: `hookMessage` became `custom`.
fn rename_hook_messages(rows: &mut [Value]) {
    for row in rows {
        let header = is_header(row);
        let message = row.get("type").and_then(Value::as_str) == Some("message");
        let Some(row) = row.as_object_mut() else {
            continue;
        };
        if header {
            row.insert("version", 3.0);
        }
        if message
            && let Some(Value::Object(message)) = row.get_mut("message")
            && message.get("role").and_then(Value::as_str) == Some("hookMessage")
        {
            message.insert("role", "custom");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::js::{parse, print};
    use crate::model::entry::Rules;
    use crate::model::sketch;

    fn migrated(rows: &[&str]) -> Vec<String> {
        let read = |row: &&str| parse::parse_str(row).unwrap();
        let mut rows: Vec<Value> = rows.iter().map(read).collect();
        migrate(&mut rows);
        rows.iter().map(print::to_compact).collect()
    }

    #[test]
    fn version_1_gets_ids_and_parents_at_the_end_of_a_row() {
        let rows = [
            r#"{"type":"session","id":"s"}"#,
            r#"{"type":"message","message":{"role":"user"}}"#,
            r#"{"parentId":"old","type":"message","id":"b","message":{"role":"hookMessage"}}"#,
            r#"{"type":"custom","id":5}"#,
        ];
        assert_eq!(
            migrated(&rows),
            [
                r#"{"type":"session","id":"s","version":3}"#,
                r#"{"type":"message","message":{"role":"user"},"id":"legacy-0","parentId":null}"#,
                r#"{"parentId":"legacy-0","type":"message","id":"b","message":{"role":"custom"}}"#,
                r#"{"type":"custom","id":"legacy-1","parentId":"b"}"#,
            ]
        );
    }

    #[test]
    fn a_kept_position_becomes_the_id_that_its_row_has_by_then() {
        let kept = |index: &str| {
            let compaction = format!(
                r#"{{"type":"compaction","firstKeptEntryIndex":{index},"firstKeptEntryId":"old"}}"#
            );
            let (header, row) = (r#"{"type":"session"}"#, r#"{"type":"custom"}"#);
            migrated(&[header, row, &compaction, row, r#"{"type":"custom","id":"own"}"#])[2].clone()
        };
        let ids = r#""id":"legacy-1","parentId":"legacy-0"}"#;
        let with =
            |kept: &str| format!(r#"{{"type":"compaction","firstKeptEntryId":"{kept}",{ids}"#);
        assert_eq!(kept("1"), with("legacy-0"));
        assert_eq!(kept("2"), with("legacy-1"));
        assert_eq!(kept("4"), with("own"));
        assert_eq!(kept("3"), format!(r#"{{"type":"compaction",{ids}"#), "no id yet");
        for nothing in ["0", "-1", "1.5", "99"] {
            assert_eq!(kept(nothing), with("old"), "{nothing}");
        }
    }

    #[test]
    fn the_version_is_compared_as_javascript_does() {
        let outcome = |version: &str| {
            let header = format!(r#"{{"type":"session","version":{version}}}"#);
            let rows = migrated(&[&header, r#"{"type":"custom"}"#]);
            (rows[0].contains("\"version\":3}"), rows[1].contains("legacy-0"))
        };
        assert_eq!(outcome("null"), (true, true));
        assert_eq!(outcome("1"), (true, true));
        assert_eq!(outcome("\"2\""), (true, false));
        assert_eq!(outcome("\"x\""), (false, false));
        assert_eq!(outcome("4"), (false, false));
    }

    #[test]
    fn the_index_is_migrated_by_the_same_rules() {
        let rows = [
            r#"{"type":"custom","id":"a","parentId":"z"}"#,
            r#"{"type":"custom","id":" "}"#,
            r#"{"type":"custom"}"#,
            r#"{"type":"custom","id":"d","parentId":null}"#,
        ];
        let transcript = sketch::of_lines(Rules::Files, rows.map(str::to_owned));
        let tables = &transcript.tables;
        let id = |name: &str| tables.ids.find(name).unwrap();
        let parents: Vec<_> = tables.entries.iter().map(|entry| entry.parent).collect();
        let expected = [Link::Null, Link::To(id("a")), Link::Unusable, Link::To(id("legacy-0"))];
        assert_eq!(parents, expected);
        assert!(tables.entries[2].flags.has(EntryFlags::LEGACY_ID));
        assert!(!tables.entries[3].flags.has(EntryFlags::LEGACY_ID));
    }
}
