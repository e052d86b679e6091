//! Numbers that must not be mixed up, and the table that turns id strings into numbers.

use std::hash::BuildHasher;
use std::num::NonZeroU32;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// The position of an entry in its [`Transcript`](super::transcript::Transcript), counted from 0
/// in file order (row order in a database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryIx(pub u32);

/// The position of a runtime event in its [`RuntimeLog`](super::runtime::RuntimeLog), counted from
/// 0 in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventIx(pub u32);

/// The position of a tool call in a [`ToolCalls`](super::tools::ToolCalls) table, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallIx(pub u32);

/// The position of a run in a list of [`Run`](super::runs::Run)s, counted from 0 in time order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunIx(pub u32);

/// The number of a string in an [`IdTable`]; equal strings have equal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdIx(NonZeroU32);

impl IdIx {
    /// Position in the table, from 0; for columns that hold one value per id.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

macro_rules! position {
    ($($name:ident),*) => {$(
        impl $name {
            /// The position as an index into a slice.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }
    )*};
}
position!(EntryIx, EventIx, CallIx, RunIx);

/// Where the bytes of one row lie in its source.
///
/// In a file `offset` is the byte offset of the line; in a database it is the `seq` of the row.
/// `len` is the length in bytes of the JSON text in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowSpan {
    /// Byte offset in a file, `seq` in a database.
    pub offset: u64,
    /// Length of the JSON text in bytes, without the line end.
    pub len: u32,
}

/// Every distinct id of a transcript, stored once.
///
/// Entries, parents, leaf targets and tool calls name each other by strings; all algorithms work
/// on the numbers that this table hands out. The strings live in one arena, and the hash table
/// holds numbers only, so that an id costs its bytes plus about 16.
#[derive(Debug, Clone, Default)]
pub struct IdTable {
    arena: String,
    ends: Vec<u32>,
    numbers: HashTable<u32>,
}

impl IdTable {
    /// Returns the number of `id`, giving it a new one if it has not been seen.
    pub fn intern(&mut self, id: &str) -> IdIx {
        let hash = FxBuildHasher.hash_one(id);
        if let Some(&at) = self.numbers.find(hash, |&at| self.text(at) == id) {
            return Self::number(at);
        }
        let at = self.ends.len() as u32;
        self.arena.push_str(id);
        self.ends.push(self.arena.len() as u32);
        let (arena, ends) = (&self.arena, &self.ends);
        self.numbers.insert_unique(hash, at, |&at| FxBuildHasher.hash_one(slice(arena, ends, at)));
        Self::number(at)
    }

    /// Returns the number of `id` if it has been seen.
    pub fn find(&self, id: &str) -> Option<IdIx> {
        let hash = FxBuildHasher.hash_one(id);
        self.numbers.find(hash, |&at| self.text(at) == id).map(|&at| Self::number(at))
    }

    /// Returns the string of a number that this table gave out.
    pub fn get(&self, id: IdIx) -> &str {
        self.text(id.index() as u32)
    }

    /// All ids with their numbers, in the order in which they were first seen.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (IdIx, &str)> {
        (0..self.ends.len()).map(|at| (Self::number(at as u32), self.text(at as u32)))
    }

    /// How many distinct ids there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether no id has been seen.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn text(&self, at: u32) -> &str {
        slice(&self.arena, &self.ends, at)
    }

    fn number(at: u32) -> IdIx {
        IdIx(NonZeroU32::MIN.saturating_add(at))
    }
}

fn slice<'a>(arena: &'a str, ends: &[u32], at: u32) -> &'a str {
    let start = match at.checked_sub(1) {
        Some(before) => ends.get(before as usize).copied().unwrap_or(0),
        None => 0,
    };
    let end = ends.get(at as usize).copied().unwrap_or(start);
    arena.get(start as usize..end as usize).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_share_a_number_and_keep_their_text() {
        let mut ids = IdTable::default();
        let numbers: Vec<_> = (0..1000).map(|n| ids.intern(&format!("{:08x}", n % 400))).collect();
        assert_eq!(ids.len(), 400);
        assert_eq!(numbers[3], numbers[403]);
        assert_eq!(ids.get(numbers[399]), "0000018f");
        assert_eq!(ids.find("00000000"), Some(numbers[0]));
        assert_eq!(ids.find("missing"), None);
        assert_eq!(ids.iter().nth(3), Some((numbers[3], "00000003")));
    }

    #[test]
    fn the_empty_string_is_an_id_like_any_other() {
        let mut ids = IdTable::default();
        let empty = ids.intern("");
        let other = ids.intern("x");
        assert_ne!(empty, other);
        assert_eq!(ids.get(empty), "");
        assert_eq!(ids.get(other), "x");
    }
}
