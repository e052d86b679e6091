//! Full text over all rows of a transcript or runtime log, in row order and in batches.

use crate::model::ids::RowSpan;
use crate::store::Error;
use crate::store::body::BodyReader;
use crate::store::cancel::Cancel;

use super::query::Query;

/// How far a search has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Searched {
    /// Rows looked at.
    pub rows: usize,
    /// Rows in all.
    pub total: usize,
}

/// Rows between two reports; also how often cancelling is looked at.
const BATCH: usize = 2_048;

/// Looks through `rows` and reports the positions of those that match.
///
/// `report` gets the matches since the last report, ascending, and how far the search has got; it
/// is called at least once, and the last call has `rows == total` unless the search was cancelled.
///
/// # Errors
///
/// What [`BodyReader::each`] met; the matches reported so far stay true.
pub fn find(
    reader: &mut BodyReader,
    rows: &[RowSpan],
    query: &Query,
    cancel: &Cancel,
    report: &mut dyn FnMut(&[u32], Searched),
) -> Result<(), Error> {
    let total = rows.len();
    let mut found = Vec::new();
    for (number, batch) in rows.chunks(BATCH).enumerate() {
        if cancel.is_stale() {
            return Err(Error::Cancelled);
        }
        let first = number * BATCH;
        reader.each(batch, &mut |at, record| {
            if query.is_in_record(record) {
                found.push((first + at) as u32);
            }
        })?;
        report(&found, Searched { rows: first + batch.len(), total });
        found.clear();
    }
    if total == 0 {
        report(&[], Searched::default());
    }
    Ok(())
}
