//! Rows of a source that were skipped: how many of each kind, and which came first.
//!
//! A source may be damaged from end to end. The counts are exact however long it is; of the rows
//! themselves only the first ones are remembered, as many as a bundle's manifest names.

/// Most rows of a kind that are remembered: as many as OpenClaw's warnings name.
pub const NAMED: usize = 20;

/// Why a row was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not JSON, not finished, too long, or cannot be read.
    NotJson,
    /// It is JSON, but no record of this kind of source.
    NotRecord,
}

/// The skipped rows of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    not_json: Tally,
    not_record: Tally,
    /// How many rows had been skipped when so many had been accepted; one for each gap between
    /// accepted rows, in order.
    gaps: Vec<(usize, u64)>,
}

/// Skipped rows of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub count: u64,
    /// The first of them, at most [`NAMED`], in order. Lines of a file by their number, rows of a
    /// database by their position in the session, both from 1.
    pub rows: Vec<u64>,
}

impl Skipped {
    /// Adds a row that comes after `accepted` accepted ones; `line` is its number in a file, and
    /// nothing in a database.
    pub fn add(&mut self, fault: Fault, accepted: usize, line: Option<u64>) {
        let row = line.unwrap_or(accepted as u64 + self.total() + 1);
        let tally = match fault {
            Fault::NotJson => &mut self.not_json,
            Fault::NotRecord => &mut self.not_record,
        };
        tally.count += 1;
        if tally.rows.len() < NAMED {
            tally.rows.push(row);
        }
        match self.gaps.last_mut() {
            Some((at, total)) if *at == accepted => *total += 1,
            last => {
                let before = last.map_or(0, |(_, total)| *total);
                self.gaps.push((accepted, before + 1));
            }
        }
    }

    /// How many rows were skipped.
    pub fn total(&self) -> u64 {
        self.gaps.last().map_or(0, |(_, total)| *total)
    }

    /// How many rows were skipped before an accepted one, which is named by its position among
    /// them, from 0.
    pub fn before(&self, accepted: usize) -> u64 {
        let gaps = self.gaps.partition_point(|(at, _)| *at <= accepted);
        let last = gaps.checked_sub(1).and_then(|gap| self.gaps.get(gap));
        last.map_or(0, |(_, total)| *total)
    }

    /// The kinds that occur, in the order of their first rows.
    pub fn kinds(&self) -> impl Iterator<Item = (Fault, &Tally)> {
        let mut kinds = [(Fault::NotJson, &self.not_json), (Fault::NotRecord, &self.not_record)];
        kinds.sort_by_key(|(_, tally)| tally.rows.first().copied());
        kinds.into_iter().filter(|(_, tally)| tally.count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact_and_the_first_rows_are_named() {
        let mut skipped = Skipped::default();
        skipped.add(Fault::NotRecord, 0, Some(2));
        for line in 3..2_503 {
            skipped.add(Fault::NotJson, 1, Some(line));
        }
        let kinds: Vec<_> = skipped.kinds().collect();
        assert_eq!(kinds[0], (Fault::NotRecord, &Tally { count: 1, rows: vec![2] }));
        let (fault, tally) = kinds[1];
        assert_eq!((fault, tally.count), (Fault::NotJson, 2_500));
        assert_eq!(tally.rows, (3..23).collect::<Vec<_>>());
        assert_eq!(skipped.total(), 2_501);
    }

    #[test]
    fn rows_of_a_database_are_counted_with_those_between_them() {
        let mut skipped = Skipped::default();
        for (fault, accepted) in [(Fault::NotJson, 1), (Fault::NotRecord, 1), (Fault::NotJson, 3)] {
            skipped.add(fault, accepted, None);
        }
        // good, bad, bad, good, good, bad, good
        let rows: Vec<_> = skipped.kinds().map(|(_, tally)| tally.rows.clone()).collect();
        assert_eq!(rows, [vec![2, 6], vec![3]]);
        let before: Vec<_> = (0..4).map(|entry| skipped.before(entry)).collect();
        assert_eq!(before, [0, 2, 2, 3]);
        assert_eq!(Skipped::default().before(5), 0);
    }
}
