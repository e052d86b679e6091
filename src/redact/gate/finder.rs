//! Finds where one of many short words may start, in any case, without an automaton.
//!
//! At every place the next bytes are looked up in three sets of bits, one for words of up to two, of
//! three and of four bytes. Nothing depends on the places before, so a processor looks at several at
//! once; only where a bit is set the words themselves are asked for.

use rustc_hash::FxHashMap;

/// The longest word, in bytes; longer ones are found by their start.
pub(super) const LONGEST: usize = 4;

/// The bit that tells upper from lower case; without it some signs count as others too.
const CASE: u32 = 0x2020_2020;

/// The words by their first bytes.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    /// Words of one and two bytes, by two bytes.
    short: Bits,
    three: Bits,
    four: Bits,
    numbers: FxHashMap<(usize, u32), usize>,
}

impl Finder {
    /// Makes the finder of words, which are known by their places in the list.
    pub(super) fn new<'w>(words: impl IntoIterator<Item = &'w [u8]>) -> Self {
        let mut finder = Self {
            short: Bits::new(),
            three: Bits::new(),
            four: Bits::new(),
            numbers: FxHashMap::default(),
        };
        for (number, word) in words.into_iter().enumerate() {
            let key = key(word);
            finder.numbers.insert((word.len().min(LONGEST), key), number);
            match word.len() {
                0 => {}
                1 => (0..=u32::from(u8::MAX)).for_each(|next| finder.short.set(key | next << 8)),
                2 => finder.short.set(key),
                3 => finder.three.set(mixed(key)),
                _ => finder.four.set(mixed(key)),
            }
        }
        finder
    }

    /// Calls for every word at every place, in the order of the places.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let whole = text.windows(LONGEST).filter_map(|bytes| bytes.try_into().ok());
        for (at, bytes) in whole.enumerate() {
            let key = u32::from_le_bytes(bytes) | CASE;
            let short = self.short.has(key & 0xFFFF);
            let three = self.three.has(mixed(key & 0xFF_FFFF));
            let four = self.four.has(mixed(key));
            if short | three | four {
                for (length, may_be) in [(1, short), (2, short), (3, three), (LONGEST, four)] {
                    if let Some(word) = may_be.then(|| self.word(key, length)).flatten() {
                        found(at, word);
                    }
                }
            }
        }
        // At the end there is no room for the longest words.
        for at in text.len().saturating_sub(LONGEST - 1)..text.len() {
            let rest = text.get(at..).unwrap_or_default();
            (1..=rest.len())
                .filter_map(|length| self.word(key(rest), length))
                .for_each(|word| found(at, word));
        }
    }

    /// The word of a length with which some bytes start.
    fn word(&self, key: u32, length: usize) -> Option<usize> {
        let start = key & (u32::MAX >> (32 - 8 * length));
        self.numbers.get(&(length, start)).copied()
    }
}

/// The first bytes of a text as a number, without case.
fn key(text: &[u8]) -> u32 {
    let bytes = text.iter().take(LONGEST).rev();
    bytes.fold(0, |key, byte| key << 8 | u32::from(*byte) | (CASE & 0xFF))
}

/// Spreads keys over the numbers of bits.
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

    fn has(&self, number: u32) -> bool {
        self.0.get(number as usize >> 6 & 0x3FF).is_some_and(|bits| bits >> (number & 63) & 1 == 1)
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
        let finder = Finder::new(words.iter().map(Vec::as_slice));
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
