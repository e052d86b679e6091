//! Times in the form of their source, for readers that are programs.
//!
//! The rows of the explorer hold dates in whole milliseconds. What the product gives is the stored
//! value: a text, a fraction of a millisecond or nothing that is a date. It is kept here beside the
//! rows; nothing here reads a source.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use crate::js::value::{Object, Value};
use crate::model::learning::cell::Cell;
use crate::model::learning::posterior::Posterior;

/// The times of a source that are more than a date in milliseconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stored {
    /// The first and the last time of a run; nothing where the source does not tell its own.
    range: Option<[Value; 2]>,
    /// The stamps of arms by name and date: an odd list may name an arm twice.
    stamps: FxHashMap<(String, Option<i64>), Value>,
}

impl Stored {
    /// Keeps the stamp of a posterior where its date does not say the same.
    pub(super) fn add(&mut self, posterior: &Posterior, stamp: Value) {
        if stamp != Value::from(posterior.updated) {
            self.stamps.insert((posterior.arm.clone(), posterior.updated), stamp);
        }
    }

    /// Keeps the time of a run where it is the first or the last of them, as SQLite orders: every text
    /// follows every number.
    pub(super) fn add_time(&mut self, time: &Value) {
        if !matches!(time, Value::Number(_) | Value::String(_)) {
            return;
        }
        let Some([first, last]) = &mut self.range else {
            self.range = Some([time.clone(), time.clone()]);
            return;
        };
        if order(time, first).is_lt() {
            first.clone_from(time);
        } else if order(time, last).is_gt() {
            last.clone_from(time);
        }
    }

    /// The same with the first and the last time of a run, where the source tells them.
    #[must_use]
    pub fn with_range(self, range: Option<[Value; 2]>) -> Self {
        Self { range, ..self }
    }

    /// The first and the last time of a run; nothing where only their dates are known.
    pub fn range(&self) -> Option<[Value; 2]> {
        self.range.clone()
    }

    /// When an arm with this date was last observed, as the source has it.
    pub fn stamp(&self, arm: &str, updated: Option<i64>) -> Value {
        let stamp = self.stamps.get(&(arm.to_owned(), updated));
        stamp.cloned().unwrap_or_else(|| Value::from(updated))
    }
}

fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.as_bytes().cmp(b.as_bytes()),
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        },
    }
}

/// A cell as the product prints it; an integer beyond 2^53 − 1, which it cannot read, rounded.
pub(super) fn value_of(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Number(number) => Value::from(*number),
        Cell::Wide(integer) => Value::from(*integer as f64),
        Cell::Text(text) => Value::from(text.clone()),
        Cell::Blob(bytes) => {
            let mut object = Object::new();
            for (at, byte) in bytes.iter().enumerate() {
                object.insert(at.to_string(), f64::from(*byte));
            }
            object.into()
        }
    }
}
