//! Secrets behind an encoding: base64 and percent signs.
//!
//! A run that decodes to text is judged by that text, and hidden as a whole: a mask inside would not
//! decode to anything sensible. Pictures and digests decode to no text and are passed over after a
//! few characters.

use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::engine::Redactor;
use super::tape::{Change, Tape};
use crate::model::finding::Layer;

/// The shortest run that can hold a name with its value or a token.
const SHORTEST: usize = 24;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The shortest line of base64 that is wrapped, in bytes; MIME has 76, PEM 64.
const SHORTEST_LINE: usize = 60;

/// Whether a run of a text decodes to text; `false` is certain.
pub(super) fn may_hide(text: &str) -> bool {
    runs(text)
        .any(|run| is_wrapped(text, &run) || decoded(text.get(run).unwrap_or_default()).is_some())
}

/// Hides the runs of a tape's text that hold secrets.
pub(super) fn hide(redactor: &Redactor, tape: &mut Tape<'_>) {
    let changes = changes(redactor, tape);
    tape.apply(changes);
}

fn changes(redactor: &Redactor, tape: &Tape<'_>) -> Vec<Change> {
    let text = tape.text();
    let mut changes = Vec::new();
    let mut runs = runs(text).peekable();
    while let Some(run) = runs.next() {
        let width = run.len();
        let mut lines = vec![run];
        while let Some(last) = lines.last().filter(|last| last.len() == width)
            && let Some(next) = next_line(text, last)
        {
            runs.next_if(|run| *run == next);
            lines.push(next);
        }
        // What stands behind the last line may be a word that has nothing to do with it.
        let blocks = [lines.as_slice(), lines.split_last().map_or(&[], |(_, lines)| lines)];
        let block = |lines: &&[_]| lines.len() > 1;
        let block = blocks.into_iter().filter(block).find_map(|of| change(redactor, tape, of));
        if block.is_some() {
            changes.extend(block);
        } else {
            let alone = |line| change(redactor, tape, std::slice::from_ref(line));
            changes.extend(lines.iter().filter_map(alone));
        }
    }
    changes
}

/// Hides the lines of an encoded text, all together, if it holds a secret.
fn change(redactor: &Redactor, tape: &Tape<'_>, lines: &[Range<usize>]) -> Option<Change> {
    let text = tape.text();
    let range = lines.first()?.start..lines.last()?.end;
    let encoded: String = lines.iter().filter_map(|line| text.get(line.clone())).collect();
    let decoded = decoded(&encoded).filter(|_| tape.is_original(&range))?;
    let mut inner = Tape::new(decoded, Layer::Masking);
    redactor.rules(&mut inner);
    let rule = inner.edits().first()?.rule.clone();
    Some(Change { range, replacement: redactor.masks.token(&encoded), rule })
}

/// Whether a run is a full line of base64 that may go on in the next line.
fn is_wrapped(text: &str, run: &Range<usize>) -> bool {
    run.len() >= SHORTEST_LINE
        && !text.get(run.clone()).unwrap_or_default().ends_with('=')
        && run.len().is_multiple_of(4)
        && text.get(run.end..).is_some_and(|rest| rest.starts_with(['\n', '\r']))
}

/// The next line of the base64 of which a run is a full line; lines may be indented or quoted.
fn next_line(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    if !is_wrapped(text, line) {
        return None;
    }
    let bytes = text.as_bytes();
    let rest = bytes.get(line.end..)?;
    let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"))?;
    let is_indent = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'>' | b'|');
    let start = text.len() - rest.len() + rest.iter().take_while(is_indent).count();
    let next = run_around(bytes, start, start, BASE64);
    (!next.is_empty() && next.len() <= line.len()).then_some(next)
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

const fn is_percent(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b'%'
}

/// The bit of [`ALPHABETS`] for the characters of base64.
const BASE64: u8 = 1;
/// The bit of [`ALPHABETS`] for percent signs and their digits.
const PERCENT: u8 = 2;

/// The alphabets that each byte belongs to, as bits; every text is asked for them.
static ALPHABETS: LazyLock<[u8; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let byte = byte as u8;
        (u8::from(is_base64(byte)) * BASE64) | (u8::from(is_percent(byte)) * PERCENT)
    })
});

/// The runs of a text that may be encoded: of the characters of base64, or of percent signs with
/// their digits.
///
/// A run covers one of any places that lie the shortest length apart, so only these are looked at
/// until one may belong to a run.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = SHORTEST - 1;
    let mut done = 0;
    std::iter::from_fn(move || {
        while let Some(&byte) = bytes.get(at) {
            let near = bytes.get((at - 2).max(done)..at + 1).unwrap_or_default();
            // The digits behind a percent sign are characters of base64, too.
            let percent = (is_of(byte, PERCENT) && near.contains(&b'%'))
                .then(|| run_around(bytes, done, at, PERCENT))
                .filter(|run| run.len() >= SHORTEST);
            let base64 = || is_of(byte, BASE64).then(|| run_around(bytes, done, at, BASE64));
            let Some(run) = percent.or_else(base64) else {
                at += SHORTEST;
                continue;
            };
            done = run.end;
            at = done + SHORTEST - 1;
            if run.len() >= SHORTEST {
                return Some(run);
            }
        }
        None
    })
}

fn is_of(byte: u8, alphabet: u8) -> bool {
    ALPHABETS.get(usize::from(byte)).is_some_and(|bits| bits & alphabet != 0)
}

/// The run of an alphabet around a place, from `done` on, with its padding.
fn run_around(bytes: &[u8], done: usize, at: usize, alphabet: u8) -> Range<usize> {
    let belongs = |byte: &&u8| is_of(**byte, alphabet);
    let before = bytes.get(done..at).unwrap_or_default();
    let start = at - before.iter().rev().take_while(belongs).count();
    let behind = bytes.get(at..).unwrap_or_default();
    let end = at + behind.iter().take_while(belongs).count();
    let padding = bytes.get(end..).unwrap_or_default();
    start..end + padding.iter().take(2).take_while(|byte| **byte == b'=').count()
}

/// The text that a run stands for, or nothing when it stands for something else.
fn decoded(run: &str) -> Option<String> {
    if let Some(percent) = run.find('%') {
        // `%3A%2F%2F` joins words in URLs; only what is encoded throughout hides its letters.
        let run = run.get(percent..)?;
        let bytes: Option<Vec<u8>> = run
            .split('%')
            .skip(1)
            .map(|digits| u8::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 2))
            .collect();
        return String::from_utf8(bytes?).ok();
    }
    let engine = if run.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let head = engine.decode(run.get(..SHORTEST)?).ok()?;
    // The last characters may be the first bytes of one that is cut in half.
    if !head.iter().all(|byte| is_of_text(*byte)) {
        return None;
    }
    let body = run.trim_end_matches('=');
    // One character beyond whole bytes belongs to what follows.
    let whole = body.len() - usize::from(body.len() % 4 == 1);
    let text = String::from_utf8(engine.decode(body.get(..whole)?).ok()?).ok()?;
    text.bytes().all(is_of_text).then_some(text)
}

/// Whether a byte stands in text: printable, a blank, a line break, or a part of a longer character.
const fn is_of_text(byte: u8) -> bool {
    byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x80..)
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "ASCII samples are cut at known places")]
mod tests {
    use super::*;

    #[test]
    fn runs_that_decode_to_text_are_found() {
        let encoded = STANDARD.encode("DB_PASSWORD=hunter2hunter2");
        for lead in 0..30 {
            let text = format!("{} {encoded} and more", "x".repeat(lead % 20));
            let run = runs(&text).find(|run| text[run.clone()] == encoded).unwrap();
            assert_eq!(decoded(&text[run]).as_deref(), Some("DB_PASSWORD=hunter2hunter2"));
        }
        assert_eq!(decoded("%78%6F%78%62%2D%31%32%33%34").as_deref(), Some("xoxb-1234"));
    }

    #[test]
    fn names_digests_and_pictures_are_no_text() {
        for text in [
            "getJudgesV1ObservabilityJudgesForTheWholeOrganisation",
            "3a2d1afa44d101200100d332f52384e523e7e881b7db0008da228cd94cebdfe1",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
            "https://example.test/a%20b%3Fc%3Dd/averyveryverylongsegmentofapath",
        ] {
            assert!(!may_hide(text), "{text}");
        }
    }
}
