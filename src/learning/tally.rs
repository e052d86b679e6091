//! The figures of `learning status`, counted as the product counts them.
//!
//! The product asks SQLite for them, so a run counts whatever its other columns hold: one whose arms
//! are no JSON is left out of an export and of the explorer's lists, but not of these figures. The
//! ends of the range are SQLite's minimum and maximum, in whose order every text follows every
//! number.

use rusqlite::types::ValueRef;

use super::Error;
use super::database::LearningDb;
use super::row::{cell, date_of};
use super::stored::value_of;
use crate::js::value::Value;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::cell::Cell;
use crate::model::learning::view::Summary;

/// One pass over the runs: whether it is a baseline run, whether usage is recorded, whether that is
/// JSON for SQLite, the total and the duration as SQLite's sums take them.
const RUNS: &str = "SELECT is_baseline IS 1, usage_json IS NOT NULL, \
     json_error_position(usage_json) > 0, \
     CASE json_error_position(usage_json) WHEN 0 \
     THEN json_extract(usage_json, '$.total') + 0.0 END, duration_ms + 0.0 FROM run_traces";

/// The figures of a database.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// The figures; what only the explorer shows (runs that used nothing) is not counted.
    pub summary: Summary,
    /// The first and the last time as they are stored; nothing without a table of traces.
    pub range: Option<[Value; 2]>,
    /// What the product would have stumbled over.
    pub diagnostics: Vec<Diagnostic>,
}

/// Counts all traces of a database; `arms` is the number of stored posteriors.
///
/// # Errors
///
/// [`Error::Database`].
pub fn tally(db: &LearningDb, arms: u64) -> Result<Tally, Error> {
    let mut tally = Tally { summary: Summary { arms, ..Summary::default() }, ..Tally::default() };
    if !db.has_traces() {
        return Ok(tally);
    }
    let summary = &mut tally.summary;
    let ends = ends(db)?;
    [summary.first, summary.last] = ends.each_ref().map(date_of);
    tally.range = Some(ends.each_ref().map(value_of));
    let mut malformed: u64 = 0;
    let mut statement = db.connection().prepare(RUNS).map_err(db.refused())?;
    let mut rows = statement.query([]).map_err(db.refused())?;
    while let Some(row) = rows.next().map_err(db.refused())? {
        let run = Run::read(row).map_err(db.refused())?;
        malformed += u64::from(run.malformed);
        run.add_to(summary);
    }
    if malformed > 0 {
        let message = format!(
            "Rows with a usage_json that is no JSON: {malformed}. They count as runs without a total, \
             where the original status ends with an error."
        );
        let place = Place::whole(db.path());
        tally.diagnostics.push(Diagnostic::warning("learning-usage-odd", place, message));
    }
    Ok(tally)
}

/// The first and the last time in SQLite's order.
fn ends(db: &LearningDb) -> Result<[Cell; 2], Error> {
    // Two queries, because only a minimum or maximum that stands alone is taken from the index.
    let end = |sql: &str| {
        let found = db.connection().query_row(sql, [], |row| row.get_ref(0).map(cell));
        found.map_err(db.refused())
    };
    let first = end("SELECT min(timestamp) FROM run_traces")?;
    Ok([first, end("SELECT max(timestamp) FROM run_traces")?])
}

/// What counts of a run.
struct Run {
    baseline: bool,
    has_usage: bool,
    malformed: bool,
    total: Option<f64>,
    duration: Option<f64>,
}

impl Run {
    /// Takes a row of [`RUNS`].
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let truth = |at: usize| row.get_ref(at).map(|value| value == ValueRef::Integer(1));
        Ok(Self {
            baseline: truth(0)?,
            has_usage: truth(1)?,
            malformed: truth(2)?,
            total: row.get(3)?,
            duration: row.get(4)?,
        })
    }

    fn add_to(&self, summary: &mut Summary) {
        summary.traces += 1;
        summary.tokens += self.total.unwrap_or_default();
        let group = if self.baseline { &mut summary.baseline } else { &mut summary.selected };
        group.runs += 1;
        // As in the product, durations count only beside recorded usage.
        if self.has_usage {
            group.with_usage += 1;
            self.total.into_iter().for_each(|total| group.tokens.add(total));
            self.duration.into_iter().for_each(|duration| group.duration.add(duration));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::testing::{add_run, writer};
    use crate::store::scratch::Scratch;

    #[test]
    fn odd_rows_count_as_in_sqlite() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("learning.db");
        let connection = writer(&path);
        for (id, time) in [("a", 0), ("b", 1_770_000_000_000), ("c", 5), ("d", 6), ("e", 7)] {
            add_run(&connection, id, time, if id == "b" { "{no json" } else { "[]" });
        }
        let set = |id: &str, what: &str| {
            let sql = format!("UPDATE run_traces SET {what} WHERE trace_id = '{id}'");
            assert_eq!(connection.execute(&sql, []).unwrap(), 1);
        };
        set("a", "timestamp = '2026-01-01T00:00:00Z', usage_json = '{\"total\":\"12.5 tokens\"}'");
        set("b", "usage_json = '{\"total\":100}', duration_ms = 30, is_baseline = 1");
        set("c", "usage_json = '', is_baseline = 2");
        set("d", "usage_json = 'null', duration_ms = 7");
        drop(connection);
        let db = LearningDb::open(&path, &Scratch::new()).unwrap();
        let Tally { summary, diagnostics, range } = tally(&db, 3).unwrap();
        assert_eq!((summary.traces, summary.arms, summary.tokens), (5, 3, 112.5));
        assert_eq!((summary.first, summary.last), (Some(5), Some(1_767_225_600_000)));
        let stored = [Value::from(5), Value::from("2026-01-01T00:00:00Z")];
        assert_eq!(range, Some(stored));
        assert_eq!((summary.baseline.runs, summary.baseline.with_usage), (1, 1));
        assert_eq!((summary.selected.runs, summary.selected.with_usage), (4, 3));
        assert_eq!(summary.baseline.duration.mean(), Some(30.0));
        assert_eq!(summary.selected.tokens.mean(), Some(12.5));
        assert_eq!(diagnostics.len(), 1);
        assert!(diagnostics[0].message.contains("no JSON: 1."), "{diagnostics:?}");
    }
}
