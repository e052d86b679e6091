//! Finds where one of many short words may start, in any case, without an automaton.
//!
//! The words are spread over lanes. A table tells for every two neighbouring bytes, lane by lane,
//! whether a word of the lane has them at its start, one byte further, or two:
//!
//! ```text
//!  text      … t o k e …
//!  pairs        to           in the lane of "token": a first pair
//!                 ok         in the same lane: a second pair
//!                   ke       in the same lane: a third pair      ─▶ a word may start at "t"
//! ```
//!
//! Nothing depends on the places before, so a processor looks at several at once. Bytes are known
//! by their classes: letters without case, all digits as one. What is found may therefore be no
//! word; a word is always found.

/// The longest word, in bytes; longer ones are found by their start.
pub(super) const LONGEST: usize = 4;

/// How many sets of words there are; three bits of each fit into an entry of the table.
const LANES: usize = 21;

/// The bits of one place in a word.
const LANE_BITS: u64 = (1 << LANES) - 1;

/// How many classes of bytes there are; a power of two, so that two of them make an index.
const CLASSES: usize = 64;

/// The class of what stands behind the end of a text.
const END: u8 = 60;

/// So many places are looked at before what was found is told.
const BLOCK: usize = 64;

/// Letters without case, then digits, signs and blanks; brackets and braces, which are in hardly any
/// word, share their classes, and so do control characters and the bytes of longer characters.
const fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a',
        b'A'..=b'Z' => byte - b'A',
        b'0'..=b'9' => 26,
        b' '..=b'/' => 27 + (byte - b' '),
        b':'..=b'@' => 43 + (byte - b':'),
        b'[' | b'{' => 50,
        b'\\' | b'|' => 51,
        b']' | b'}' => 52,
        b'^' | b'~' => 53,
        b'_' => 54,
        b'`' => 55,
        b'\t' => 56,
        b'\n' | b'\r' => 57,
        0x80.. => 58,
        _ => 59,
    }
}

/// A word as it is known: its first bytes, letters in lower case.
pub(super) fn without_case(word: &[u8]) -> Vec<u8> {
    word.iter().take(LONGEST).map(u8::to_ascii_lowercase).collect()
}

/// The words by their pairs of bytes.
#[derive(Debug, Clone)]
pub(super) struct Finder {
    /// The class of every byte.
    classes: Box<[u8; 256]>,
    /// The lanes of every pair, place by place.
    lanes: Box<[u64; CLASSES * CLASSES]>,
}

impl Finder {
    /// Makes the finder of words. `may_follow` tells which bytes are of interest behind a word of a
    /// single byte.
    pub(super) fn new<'w>(
        words: impl IntoIterator<Item = &'w [u8]>,
        may_follow: impl Fn(&[u8], u8) -> bool,
    ) -> Self {
        let mut lanes = Lanes::new();
        for word in words {
            let classes: Vec<u8> = word.iter().take(LONGEST).map(|byte| class(*byte)).collect();
            let pair = |at: usize| Some((*classes.get(at)?, *classes.get(at + 1)?));
            match classes.as_slice() {
                [] => {}
                [only] => {
                    let follows = (0..=u8::MAX).filter(|next| may_follow(word, *next));
                    for next in follows.map(class).chain([END]) {
                        lanes.add([Some((*only, next)), None, None]);
                    }
                }
                _ => lanes.add([pair(0), pair(1), pair(2)]),
            }
        }
        let classes = Box::new(std::array::from_fn(|byte| class(byte as u8)));
        Self { classes, lanes: lanes.of_pair }
    }

    /// Calls for every place where a word may start, in order.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize)) {
        for start in (0..text.len()).step_by(BLOCK) {
            let block = text.get(start..(start + BLOCK + LONGEST - 1).min(text.len()));
            let mut hits = self.hits(block.unwrap_or_default());
            // Which places are hit is found out first, without a branch for each of them.
            while hits != 0 {
                found(start + hits.trailing_zeros() as usize);
                hits &= hits - 1;
            }
        }
    }

    /// The places of a block where a word may start, the first in the lowest bit. The block goes on
    /// for the rest of the words that start in it, as far as the text does.
    fn hits(&self, block: &[u8]) -> u64 {
        let (mut index, mut first, mut second) = (0, 0, 0);
        // Whether a word starts two places before the pair that ends with a byte of a class.
        let mut starts = |class: u8| {
            index = (index * CLASSES + usize::from(class)) & (CLASSES * CLASSES - 1);
            let third = self.lanes.get(index).copied().unwrap_or_default();
            let lanes = first & second >> LANES & third >> (2 * LANES) & LANE_BITS;
            (first, second) = (second, third);
            u64::from(lanes != 0)
        };
        let class = |byte: &u8| self.classes.get(usize::from(*byte)).copied().unwrap_or_default();
        let (head, tail) = block.split_at(block.len().min(LONGEST - 1));
        for byte in head {
            starts(class(byte));
        }
        let mut hits = 0;
        for (at, byte) in tail.iter().enumerate() {
            hits |= starts(class(byte)) << at;
        }
        // Behind the end of the text stands what no word goes on with.
        for _ in head.len()..LONGEST - 1 {
            starts(END);
        }
        for at in tail.len()..block.len().min(BLOCK) {
            hits |= starts(END) << at;
        }
        hits
    }
}

/// The classes of two neighbouring bytes.
type Pair = (u8, u8);

/// The place of two classes in the table.
#[inline]
const fn index((one, two): Pair) -> usize {
    (one as usize * CLASSES + two as usize) & (CLASSES * CLASSES - 1)
}

/// The words while they are spread over the lanes.
struct Lanes {
    /// The lanes of every pair, place by place.
    of_pair: Box<[u64; CLASSES * CLASSES]>,
    /// The lanes that take any pair at a place.
    of_any: [u64; 3],
    /// How many pairs each lane takes at each place.
    sizes: [[u64; 3]; LANES],
}

impl Lanes {
    #[expect(
        clippy::large_stack_arrays,
        reason = "a length in the type spares a check for every byte of a text"
    )]
    fn new() -> Self {
        let of_pair = Box::new([0; CLASSES * CLASSES]);
        Self { of_pair, of_any: [0; 3], sizes: [[0; 3]; LANES] }
    }

    /// Adds a word by its pairs to the lane where it makes for the fewest other words; where it has
    /// no pair any more, every pair will do.
    fn add(&mut self, pairs: [Option<Pair>; 3]) {
        let mut known = self.of_any;
        for (place, (lanes, pair)) in known.iter_mut().zip(&pairs).enumerate() {
            if let Some(entry) = pair.and_then(|pair| self.of_pair.get(index(pair))) {
                *lanes |= entry >> (place * LANES) & LANE_BITS;
            }
        }
        if known.iter().fold(LANE_BITS, |all, lanes| all & lanes) != 0 {
            return;
        }
        let sizes = |lane: usize, sizes: &[u64; 3]| {
            std::array::from_fn::<u64, 3, _>(|place| {
                let size = sizes.get(place).copied().unwrap_or_default();
                match (
                    known.get(place).is_some_and(|lanes| lanes >> lane & 1 == 1),
                    pairs.get(place),
                ) {
                    (true, _) => size,
                    (false, Some(Some(_))) => size + 1,
                    (false, _) => (CLASSES * CLASSES) as u64,
                }
            })
        };
        let words = |sizes: &[u64; 3]| sizes.iter().product::<u64>();
        let more = |(lane, now): &(usize, &[u64; 3])| words(&sizes(*lane, now)) - words(now);
        let Some((lane, now)) = self.sizes.iter().enumerate().min_by_key(more) else {
            return;
        };
        let grown = sizes(lane, now);
        if let Some(sizes) = self.sizes.get_mut(lane) {
            *sizes = grown;
        }
        for (place, (any, pair)) in self.of_any.iter_mut().zip(pairs).enumerate() {
            let bit = 1 << (place * LANES + lane);
            if let Some(pair) = pair {
                if let Some(entry) = self.of_pair.get_mut(index(pair)) {
                    *entry |= bit;
                }
            } else if *any >> lane & 1 == 0 {
                *any |= 1 << lane;
                self.of_pair.iter_mut().for_each(|entry| *entry |= bit);
            }
        }
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
        for word in &words {
            for (before, after) in [("", ""), ("zz", ""), ("", "zz"), ("zzzzz", "zzzzz")] {
                for lead in [0, 59, 60, 61, 62, 63, 64, 65] {
                    let word = String::from_utf8_lossy(word).to_ascii_uppercase();
                    let text = format!("{}{before}{word}{after}", "z".repeat(lead));
                    let mut places = Vec::new();
                    finder.find(text.as_bytes(), |at| places.push(at));
                    assert!(places.contains(&(lead + before.len())), "{text}: {places:?}");
                    assert!(places.is_sorted(), "{text}: {places:?}");
                }
            }
        }
        let mut places = Vec::new();
        finder.find(b"nothing of that kind", |at| places.push(at));
        assert!(places.is_empty(), "{places:?}");
    }
}
