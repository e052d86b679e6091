//! The inner loops over JSON text: the one that reading and printing of strings share, and the one
//! that counts levels.
//!
//! Most bytes of a session file are the inside of long strings. Both the parser and the printer
//! want to copy such text in large pieces and stop only at the few bytes that JSON treats
//! specially, so eight bytes are looked at together.

const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);
const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
const BACKSLASHES: u64 = u64::from_le_bytes([b'\\'; 8]);

/// The number of bytes before the first `"`, `\` or byte below U+0020, or all of them.
///
/// None of these bytes occurs inside a multi-byte character, so cutting valid UTF-8 there gives
/// valid UTF-8.
pub(super) fn plain_prefix(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let marks = special_marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return index * 8 + (marks.trailing_zeros() / 8) as usize;
        }
    }
    let rest = tail.iter().position(|byte| is_special(*byte));
    words.len() * 8 + rest.unwrap_or(tail.len())
}

/// Tells whether arrays and objects of a JSON text are nested in more than so many levels.
pub(super) fn is_deeper(text: &[u8], levels: usize) -> bool {
    // Counting is many times faster than following strings, and nearly every text is done with it.
    let openings = text.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    openings > levels && is_nested_deeper(text, levels)
}

fn is_nested_deeper(text: &[u8], levels: usize) -> bool {
    let mut depth = 0_usize;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' if depth == levels => return true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    false
}

/// Moves behind the string whose opening quote was taken.
fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1F)
}

/// Sets the high bit of each byte that is special. A borrow may mark bytes *above* a special one
/// too, so only the lowest mark may be trusted, which is the one that is asked for.
const fn special_marks(word: u64) -> u64 {
    let controls = word.wrapping_sub(BLANKS) & !word;
    (controls | zero_marks(word ^ QUOTES) | zero_marks(word ^ BACKSLASHES)) & HIGHS
}

const fn zero_marks(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_is_judged_alike_in_a_word_and_in_the_tail() {
        for byte in 0..=u8::MAX {
            for place in 0..17 {
                let mut bytes = [b'a'; 17];
                bytes[place] = byte;
                let expected = if is_special(byte) { place } else { 17 };
                assert_eq!(plain_prefix(&bytes), expected, "byte {byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn levels_are_counted_and_brackets_in_strings_are_not() {
        for (text, depth) in [
            ("1", 0),
            ("[[],[]]", 2),
            (r#"{"a":[{"b":1}],"c":[]}"#, 3),
            (r#"["[[[\"[[[",{}]"#, 2),
            (r#"["\\",[["["]]]"#, 3),
        ] {
            assert!(!is_deeper(text.as_bytes(), depth), "{text}");
            assert!(depth == 0 || is_deeper(text.as_bytes(), depth - 1), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_looking_at_one_byte_at_a_time(bytes: Vec<u8>) {
            let expected = bytes.iter().take_while(|byte| !is_special(**byte)).count();
            prop_assert_eq!(plain_prefix(&bytes), expected);
        }
    }
}
