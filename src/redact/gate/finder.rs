//! Finds where one of many short words may start, in any case, without an automaton.
//!
//! At every place the next bytes are looked up in two sets of bits, one for words of up to two bytes
//! and one for the first three bytes of longer ones. Nothing depends on the places before, so a
//! processor looks at several at once; only where a bit is set the words themselves are asked for.

/// The longest word, in bytes; longer ones are found by their start.
pub(super) const LONGEST: usize = 4;

/// Bytes as the finder knows them, four at once: letters without case. A few signs are taken for
/// others by that, such as an opening bracket for an opening brace.
const fn folded(bytes: u32) -> u32 {
    bytes | (bytes & 0x4040_4040) >> 1
}

/// The same for one byte.
const fn fold(byte: u8) -> u8 {
    byte | (byte & 0x40) >> 1
}

/// The bytes that are the same to the finder as a byte of a word.
pub(super) fn spellings(byte: u8) -> impl Iterator<Item = u8> {
    (0..=u8::MAX).filter(move |other| fold(*other) == fold(byte))
}

/// So many places are looked at before the words themselves are.
const BLOCK: usize = 64;

/// A word as the finder knows it: words that become the same are one word to it.
///
/// Some signs become others like letters do, so that both brackets and braces are the same.
pub(super) fn without_case(word: &[u8]) -> Vec<u8> {
    word.iter().take(LONGEST).map(|byte| fold(*byte)).collect()
}

/// The words by their first bytes.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    /// Words of one and two bytes, by two bytes.
    short: Bits,
    /// Words of three and four bytes, by three bytes.
    long: Bits,
    words: Table,
}

impl Finder {
    /// Makes the finder of words [`without_case`], each once; they are known by their places in the
    /// list. `may_follow` tells which bytes are of interest behind a word of a single byte.
    pub(super) fn new<'w>(
        words: impl IntoIterator<Item = &'w [u8]>,
        may_follow: impl Fn(usize, u8) -> bool,
    ) -> Self {
        let (mut short, mut long, mut entries) = (Bits::new(), Bits::new(), Vec::new());
        for (number, word) in words.into_iter().enumerate() {
            let key = key(word);
            match word.len() {
                0 => continue,
                1 => {
                    let follows = |next: &u32| may_follow(number, *next as u8);
                    let next = (0..=u32::from(u8::MAX)).filter(follows);
                    next.for_each(|next| short.set(folded(key | next << 8)));
                }
                2 => short.set(key),
                _ => long.set(mixed(key & 0xFF_FFFF)),
            }
            entries.push(Word { key, length: word.len().min(LONGEST), number });
        }
        Self { short, long, words: Table::new(entries) }
    }

    /// Calls for every word at every place, in the order of the places.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let whole = text.len().saturating_sub(LONGEST - 1);
        for start in (0..whole).step_by(BLOCK) {
            let block = text.get(start..(start + BLOCK).min(whole) + LONGEST - 1);
            let block = block.unwrap_or_default();
            let mut hits = self.hits(block);
            // Which places are hit is found out first, without a branch for each of them.
            while hits != 0 {
                let at = hits.trailing_zeros() as usize;
                let key = key(block.get(at..).unwrap_or_default());
                self.look(key, LONGEST, |word| found(start + at, word));
                hits &= hits - 1;
            }
        }
        // At the end there is no room for the longest words.
        for at in whole..text.len() {
            let rest = text.get(at..).unwrap_or_default();
            self.look(key(rest), rest.len(), |word| found(at, word));
        }
    }

    /// The places of a block where a word may start, the first in the lowest bit.
    fn hits(&self, block: &[u8]) -> u64 {
        let keys = block.windows(LONGEST).filter_map(|bytes| bytes.try_into().ok());
        keys.enumerate().fold(0, |hits, (at, bytes)| {
            let key = folded(u32::from_le_bytes(bytes));
            let hit = self.short.bit(key & 0xFFFF) | self.long.bit(mixed(key & 0xFF_FFFF));
            hits | hit << at
        })
    }

    /// Calls for every word that starts with the first bytes of a place, of which there are so many.
    #[inline]
    fn look(&self, key: u32, room: usize, mut found: impl FnMut(usize)) {
        let short = self.short.bit(key & 0xFFFF) == 1;
        let long = self.long.bit(mixed(key & 0xFF_FFFF)) == 1;
        let lengths = if short { 1 } else { 3 }..=if long { room } else { room.min(2) };
        lengths.filter_map(|length| self.words.number(key, length)).for_each(&mut found);
    }
}

/// The first bytes of a text as a number, without case.
fn key(text: &[u8]) -> u32 {
    let bytes = text.iter().take(LONGEST).rev();
    bytes.fold(0, |key, byte| key << 8 | u32::from(fold(*byte)))
}

/// A word: its bytes, how many they are, and its place in the list.
#[derive(Debug, Clone, Copy)]
struct Word {
    key: u32,
    length: usize,
    number: usize,
}

/// The words, those with one hash beside each other.
#[derive(Debug, Clone)]
struct Table {
    words: Vec<Word>,
    /// Where the words of each hash start, and the end.
    starts: Vec<u32>,
}

impl Table {
    /// How many hashes there are.
    const SIZE: usize = 1 << 12;

    fn new(mut words: Vec<Word>) -> Self {
        let hash = |word: &Word| Self::hash(word.key, word.length);
        words.sort_by_key(hash);
        let start = |number| words.partition_point(|word| hash(word) < number) as u32;
        let starts = (0..=Self::SIZE).map(start).collect();
        Self { words, starts }
    }

    fn hash(key: u32, length: usize) -> usize {
        (mixed(key) as usize ^ length << 7) & (Self::SIZE - 1)
    }

    /// The word of a length with which some bytes start.
    fn number(&self, key: u32, length: usize) -> Option<usize> {
        let key = key & (u32::MAX >> (32 - 8 * length));
        let hash = Self::hash(key, length);
        let (from, to) = (*self.starts.get(hash)?, *self.starts.get(hash + 1)?);
        let words = self.words.get(from as usize..to as usize)?;
        words.iter().find(|word| word.key == key && word.length == length).map(|word| word.number)
    }
}

/// Spreads keys over the numbers of bits.
#[inline]
const fn mixed(key: u32) -> u32 {
    key.wrapping_mul(0x9E37_79B1) >> 16
}

/// A set of numbers of 16 bits.
#[derive(Debug, Clone)]
struct Bits(Box<[u64; 1 << 10]>);

impl Bits {
    fn new() -> Self {
        Self(Box::new([0; 1 << 10]))
    }

    fn set(&mut self, number: u32) {
        if let Some(bits) = self.0.get_mut(number as usize >> 6 & 0x3FF) {
            *bits |= 1 << (number & 63);
        }
    }

    fn bit(&self, number: u32) -> u64 {
        self.0.get(number as usize >> 6 & 0x3FF).map_or(0, |bits| bits >> (number & 63) & 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_wherever_it_stands() {
        let words: Vec<Vec<u8>> = (0..300_u32)
            .map(|number| format!("{number:x}-w").into_bytes())
            .chain(["-", "_", "é", "ab"].map(|word| word.as_bytes().to_vec()))
            .collect();
        let finder = Finder::new(words.iter().map(Vec::as_slice), |_, _| true);
        for (number, word) in words.iter().enumerate() {
            for (before, after) in [("", ""), ("zz", ""), ("", "zz"), ("zzzzz", "zzzzz")] {
                let word = String::from_utf8_lossy(word).to_ascii_uppercase();
                let text = format!("{before}{word}{after}");
                let mut places = Vec::new();
                finder.find(text.as_bytes(), |at, word| places.push((at, word)));
                assert!(places.contains(&(before.len(), number)), "{text}: {places:?}");
                assert!(places.is_sorted_by_key(|(at, _)| *at), "{text}: {places:?}");
            }
        }
        let mut places = Vec::new();
        finder.find(b"nothing of that kind", |at, _| places.push(at));
        assert!(places.is_empty(), "{places:?}");
    }
}
