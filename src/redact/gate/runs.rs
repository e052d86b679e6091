//! Long runs of certain bytes, found without reading every byte.

use regex_syntax::hir::ClassBytes;

/// A run of at least so many bytes of a set.
#[derive(Debug, Clone)]
pub(super) struct Run {
    set: Box<[bool; 256]>,
    length: usize,
}

impl Run {
    pub(super) fn new(class: &ClassBytes, length: usize) -> Self {
        let mut set = Box::new([false; 256]);
        for range in class.iter() {
            for byte in range.start()..=range.end() {
                if let Some(is_in) = set.get_mut(usize::from(byte)) {
                    *is_in = true;
                }
            }
        }
        Self { set, length }
    }

    /// Its length in bytes.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    fn has(&self, byte: u8) -> bool {
        self.set.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// Whether there is such a run in a text.
    ///
    /// Every run covers a place whose number is a multiple of its length, so only these are looked
    /// at until one is in the set.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let mut at = self.length - 1;
        while let Some(byte) = text.get(at) {
            if !self.has(*byte) {
                at += self.length;
                continue;
            }
            let before = text.get(..at).unwrap_or_default();
            let start = at - before.iter().rev().take_while(|byte| self.has(**byte)).count();
            let behind = text.get(at..).unwrap_or_default();
            let missing = self.length - (at - start);
            let found = behind.iter().take(missing).take_while(|byte| self.has(**byte)).count();
            if found == missing {
                return true;
            }
            // The run ends here; the next one can end `length` bytes behind this end at the earliest.
            at += found + self.length;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::ClassBytesRange;

    use super::*;

    #[test]
    fn runs_are_found_wherever_they_start() {
        let run = Run::new(&ClassBytes::new([ClassBytesRange::new(b'a', b'f')]), 5);
        for lead in 0..12 {
            for (text, found) in [("abcde", true), ("abcdefab", true), ("abcd", false), ("", false)]
            {
                for joint in ["", " ", "abcd ", " abcd ab "] {
                    let text = format!("{}{joint}{text} ab", "x".repeat(lead));
                    assert_eq!(run.is_in(text.as_bytes()), found, "{text:?}");
                }
            }
        }
    }
}
