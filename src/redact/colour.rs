//! Looks through colour sequences.
//!
//! A terminal's output is coloured in the middle of words: `ESC[01;31mghp_ESC[0mZq8…` is a token that
//! no rule would see. Here the text is read without its sequences, and what the rules hide there is
//! hidden in the text as it is, sequences inside included.

use std::sync::LazyLock;

use regex::Regex;

use super::tape::{Change, Tape};

/// A control sequence of ECMA-48 as it is, or as JSON, Python and the shell spell its escape.
static SEQUENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:\x1B|\\+(?:u001[Bb]|x1[Bb]|033|e))\[[0-9;:?]{0,24}[A-Za-z]").ok()
});

/// A text without its sequences.
struct Plain {
    text: String,
    /// Where each kept piece starts in the plain text and in the text as it is.
    pieces: Vec<(usize, usize)>,
}

impl Plain {
    fn of(text: &str) -> Option<Self> {
        let pattern = SEQUENCE.as_ref()?;
        let mut plain = Self { text: String::new(), pieces: Vec::new() };
        let mut kept = 0;
        for sequence in pattern.find_iter(text) {
            plain.keep(text, kept..sequence.start());
            kept = sequence.end();
        }
        if kept == 0 {
            return None;
        }
        plain.keep(text, kept..text.len());
        Some(plain)
    }

    fn keep(&mut self, text: &str, range: std::ops::Range<usize>) {
        if let Some(piece) = text.get(range.clone()).filter(|piece| !piece.is_empty()) {
            self.pieces.push((self.text.len(), range.start));
            self.text.push_str(piece);
        }
    }

    /// Where the byte at a place of the plain text stands in the text as it is.
    fn place(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|(plain, _)| *plain <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(at, |(plain, real)| real + (at - plain))
    }
}

/// Whether a text has colour sequences.
pub(super) fn is_in(text: &str) -> bool {
    may_have(text) && SEQUENCE.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Whether anything in a text looks like the start of a sequence; most texts are settled by this.
fn may_have(text: &str) -> bool {
    memchr::memchr2_iter(0x1B, b'\\', text.as_bytes()).any(|at| {
        let bytes = text.as_bytes();
        match bytes.get(at) {
            Some(0x1B) => true,
            _ => matches!(bytes.get(at + 1), Some(b'u' | b'x' | b'0' | b'e')),
        }
    })
}

/// Runs something over a text without its sequences and does the same to the text itself.
pub(super) fn through(tape: &mut Tape<'_>, run: impl FnOnce(&mut Tape<'_>)) {
    if !may_have(tape.text()) {
        return;
    }
    let Some(plain) = Plain::of(tape.text()) else {
        return;
    };
    let mut inner = Tape::new(plain.text.as_str(), tape.layer);
    run(&mut inner);
    let (now, edits) = inner.finish();
    let changes = edits
        .into_iter()
        .filter(|edit| !edit.was.is_empty())
        .map(|edit| Change {
            range: plain.place(edit.was.start)..plain.place(edit.was.end - 1) + 1,
            replacement: now.get(edit.now).unwrap_or_default().to_owned(),
            rule: edit.rule,
        })
        .collect();
    tape.apply(changes);
}
