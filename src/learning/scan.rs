//! Reading all traces of a database into an index.
//!
//! Rows are read in the order of the table, which is the order of the file, by two workers that
//! each take a range of rowids; most of the time goes into the JSON of the arms. Both look every
//! few hundred rows whether anybody still waits.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::types::ValueRef;
use serde::Deserialize;

use super::Error;
use super::database::LearningDb;
use super::rounded::Rounded;
use super::row::{cell, date_of, json, outcomes, stored_usage, usage_of};
use crate::model::diagnostic::Diagnostic;
use crate::model::learning::cell::Cell;
use crate::model::learning::index::{TraceHead, TraceIndex};
use crate::model::learning::trace::Mark;
use crate::store::cancel::Cancel;
use crate::store::scratch::Scratch;

/// Below this number of rows a second worker costs more than it saves.
const WORTH_SHARING: u64 = 5_000;

/// Rows between two looks at whether the scan is still wanted: about a millisecond.
const STEP: u64 = 256;

/// All traces of a source, and what could not be read of it.
#[derive(Debug, Default)]
pub struct Scan {
    /// The traces.
    pub index: TraceIndex,
    /// Rows that were left out.
    pub diagnostics: Vec<Diagnostic>,
    rounded: Rounded,
}

/// How far a reading has got, in traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Traces that have been read.
    pub read: u64,
    /// All of them; 0 while that is not known.
    pub total: u64,
}

/// Reads all traces of a database.
///
/// # Errors
///
/// As [`LearningDb::open`], and [`Error::Database`]; rows with columns that are no JSON are left
/// out with a diagnostic.
pub fn scan(db: &LearningDb, scratch: &Scratch) -> Result<Scan, Error> {
    scan_watched(db, scratch, &Cancel::never(), &mut |_| {})
}

/// Reads all traces of a database unless `cancel` goes stale; `tell` hears every few milliseconds
/// how far it has got.
///
/// # Errors
///
/// As [`scan`], and [`crate::store::Error::Cancelled`].
pub fn scan_watched(
    db: &LearningDb,
    scratch: &Scratch,
    cancel: &Cancel,
    tell: &mut dyn FnMut(Progress),
) -> Result<Scan, Error> {
    if !db.has_traces() {
        return Ok(Scan::default());
    }
    let (first, last, total) = bounds(db)?;
    let watch = Watch { cancel, total, read: AtomicU64::new(0) };
    let path: &Path = db.path();
    if total < WORTH_SHARING {
        return Ok(finish(scan_range(db, first..=last, &watch, tell)?, path));
    }
    let middle = first.midpoint(last);
    let (older, newer) = std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let own = LearningDb::open(path, scratch)?;
            scan_range(&own, middle + 1..=last, &watch, &mut |_| {})
        });
        (scan_range(db, first..=middle, &watch, tell), worker.join())
    });
    let mut scan = older?;
    // A worker that panicked has nothing to give; its rows are read again here.
    let newer = newer.unwrap_or_else(|_| scan_range(db, middle + 1..=last, &watch, tell))?;
    scan.index.append(&newer.index);
    scan.diagnostics.extend(newer.diagnostics);
    scan.rounded.add(newer.rounded);
    Ok(finish(scan, path))
}

/// What the workers of a scan share.
struct Watch<'a> {
    cancel: &'a Cancel,
    total: u64,
    read: AtomicU64,
}

impl Watch<'_> {
    /// Counts rows; fails when nobody waits for the rest.
    fn passed(&self, rows: u64, tell: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        if self.cancel.is_stale() {
            return Err(crate::store::Error::Cancelled.into());
        }
        let read = self.read.fetch_add(rows, Ordering::Relaxed) + rows;
        tell(Progress { read: read.min(self.total), total: self.total });
        Ok(())
    }
}

fn finish(mut scan: Scan, path: &Path) -> Scan {
    scan.index.finish();
    scan.diagnostics.extend(scan.rounded.in_table("run_traces", path));
    scan
}

/// Smallest and largest rowid, and the number of rows.
fn bounds(db: &LearningDb) -> Result<(i64, i64, u64), Error> {
    let end = |sql: &str| {
        let found = db.connection().query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
        found.map(Option::unwrap_or_default).map_err(db.refused())
    };
    let first = end("SELECT min(rowid) FROM run_traces")?;
    let last = end("SELECT max(rowid) FROM run_traces")?;
    Ok((first, last, db.counts()?.traces))
}

fn scan_range(
    db: &LearningDb,
    rows: RangeInclusive<i64>,
    watch: &Watch<'_>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Scan, Error> {
    let sql = "SELECT rowid, session_id, session_key, timestamp, provider, model, channel, \
               is_baseline, arms_json, usage_json, duration_ms, aborted, error <> '' \
               FROM run_traces WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid";
    let mut scan = Scan::default();
    let mut statement = db.connection().prepare(sql).map_err(db.refused())?;
    let mut found = statement.query([rows.start(), rows.end()]).map_err(db.refused())?;
    let mut seen: u64 = 0;
    while let Some(row) = found.next().map_err(db.refused())? {
        let number: i64 = row.get(0).map_err(db.refused())?;
        if let Some(fault) = add(&mut scan, number, row).map_err(db.refused())? {
            scan.diagnostics.push(db.skipped(number, fault));
        }
        seen += 1;
        if seen.is_multiple_of(STEP) {
            watch.passed(STEP, tell)?;
        }
    }
    Ok(scan)
}

/// Adds a row to the index; gives a reason when it has to be left out.
fn add(
    scan: &mut Scan,
    number: i64,
    row: &rusqlite::Row<'_>,
) -> rusqlite::Result<Option<&'static str>> {
    let Some(arms) = Arms::read(row.get_ref(8)?) else { return Ok(Some("arms_json is not JSON")) };
    let Some((has_usage, tokens)) = total(row.get_ref(9)?) else {
        return Ok(Some("usage_json is not JSON"));
    };
    let text = |at| row.get_ref(at).map(shown);
    let (session_id, session_key) = (text(1)?, text(2)?);
    let (provider, model, channel) = (text(4)?, text(5)?, text(6)?);
    let (time, duration) = (cell(row.get_ref(3)?), cell(row.get_ref(10)?));
    scan.rounded.look_at(&[&time, &duration]);
    scan.index.push(&TraceHead {
        row: number,
        time: match row.get_ref(3)? {
            ValueRef::Integer(time) => Some(time),
            _ => date_of(&time),
        },
        tokens,
        duration: duration.number(),
        session_id: session_id.as_deref().unwrap_or_default(),
        session_key: session_key.as_deref(),
        provider: provider.as_deref(),
        model: model.as_deref(),
        channel: channel.as_deref(),
        baseline: row.get_ref(7)? == ValueRef::Integer(1),
        aborted: row.get_ref(11)? == ValueRef::Integer(1),
        failed: row.get_ref(12)? == ValueRef::Integer(1),
        has_usage,
    });
    arms.each(|arm, mark, cost| scan.index.push_arm(arm, mark, cost));
    Ok(None)
}

fn shown(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes)),
        other => cell(other).shown().map(Cow::Owned),
    }
}

/// The arms of a trace, by the fast way or by JavaScript's rules.
enum Arms<'a> {
    Plain(Vec<PlainArm<'a>>),
    Odd(Vec<crate::model::learning::trace::ArmOutcome>),
}

/// An arm as the product writes it; anything else takes the slow way.
#[derive(Deserialize)]
struct PlainArm<'a> {
    #[serde(rename = "armId", borrow)]
    arm: Cow<'a, str>,
    included: bool,
    referenced: bool,
    #[serde(rename = "tokenCost")]
    cost: f32,
}

impl<'a> Arms<'a> {
    fn read(value: ValueRef<'a>) -> Option<Self> {
        if let ValueRef::Text(bytes) = value
            && let Ok(arms) = serde_json::from_slice(bytes)
        {
            return Some(Self::Plain(arms));
        }
        json(&cell(value)).ok().map(|arms| Self::Odd(outcomes(&arms)))
    }

    fn each(&self, mut each: impl FnMut(&str, Mark, f32)) {
        match self {
            Self::Plain(arms) => {
                for arm in arms {
                    each(&arm.arm, Mark::of(arm.included, arm.referenced), arm.cost);
                }
            }
            Self::Odd(arms) => {
                for arm in arms {
                    each(&arm.arm, arm.mark, arm.cost.unwrap_or(0.0) as f32);
                }
            }
        }
    }
}

/// The only member of the usage that is counted.
#[derive(Deserialize)]
struct PlainUsage {
    total: Option<f64>,
}

/// Whether usage is recorded, and its total; nothing for what is no JSON.
///
/// As in the product's figures any text counts as recorded, `null` included.
fn total(value: ValueRef<'_>) -> Option<(bool, Option<f64>)> {
    if let ValueRef::Text(bytes) = value
        && let Ok(PlainUsage { total }) = serde_json::from_slice(bytes)
    {
        return Some((true, total));
    }
    let cell: Cell = cell(value);
    let Some(usage) = stored_usage(&cell) else { return Some((!cell.is_null(), None)) };
    let usage = json(usage).ok()?;
    Some((true, usage_of(&usage).and_then(|usage| usage.total)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::testing;
    use crate::store::cancel::Generations;

    /// A database of `rows` traces, large enough to be shared between two workers or not.
    fn database(dir: &Path, rows: u64) -> LearningDb {
        let path = dir.join(format!("{rows}.db"));
        let writer = testing::writer(&path);
        writer.execute_batch("BEGIN").unwrap();
        for row in 0..rows {
            testing::add_run(&writer, &format!("t{row}"), row as i64, "[]");
        }
        writer.execute_batch("COMMIT").unwrap();
        LearningDb::open(&path, &Scratch::new()).unwrap()
    }

    #[test]
    fn a_scan_tells_how_far_it_is_and_ends_when_nobody_waits() {
        let dir = tempfile::tempdir().unwrap();
        for rows in [1_000, 2 * WORTH_SHARING] {
            let db = database(dir.path(), rows);
            let (requests, mut told) = (Generations::default(), Vec::new());
            let request = requests.next();
            let all =
                scan_watched(&db, &Scratch::new(), &request, &mut |now| told.push(now)).unwrap();
            assert_eq!(all.index.len() as u64, rows);
            assert!(told.iter().all(|now| now.total == rows && (1..=rows).contains(&now.read)));
            assert!(told.is_sorted_by_key(|now| now.read) && !told.is_empty());
            let mut steps = 0;
            let stopped = scan_watched(&db, &Scratch::new(), &request, &mut |_| {
                steps += 1;
                requests.cancel_all();
            });
            assert!(
                matches!(stopped, Err(Error::Store(crate::store::Error::Cancelled))),
                "{stopped:?}"
            );
            assert_eq!(steps, 1);
        }
    }
}
