//! The text of bytes whose encoding nobody has told: UTF-8, or the UTF-16 of Windows' pipes.

use std::borrow::Cow;

/// Bytes that are looked at where no byte order mark tells the encoding.
const SAMPLE: usize = 8 << 10;

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8; faulty sequences count as U+FFFD.
    #[default]
    Utf8,
    /// UTF-16 in either byte order; lone surrogates count as U+FFFD.
    Utf16,
}

/// Decodes bytes; a byte order mark is no part of the text.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let plain = |bytes| (String::from_utf8_lossy(bytes), Encoding::Utf8);
    let (units, read): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xEF, 0xBB, 0xBF, text @ ..] => return plain(text),
        [0xFF, 0xFE, units @ ..] => (units, u16::from_le_bytes),
        [0xFE, 0xFF, units @ ..] => (units, u16::from_be_bytes),
        units => match evident_zeros(units) {
            Some(Zeros::Second) => (units, u16::from_le_bytes),
            Some(Zeros::First) => (units, u16::from_be_bytes),
            None => return plain(bytes),
        },
    };
    let (pairs, _) = units.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
    (Cow::Owned(String::from_utf16_lossy(&units)), Encoding::Utf16)
}

/// Tells whether bytes are UTF-16.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) || evident_zeros(bytes).is_some()
}

/// Which byte of every pair is zero.
enum Zeros {
    First,
    Second,
}

/// Finds UTF-16 by its zeros: most characters of most texts are Latin, and no other text has zeros.
fn evident_zeros(bytes: &[u8]) -> Option<Zeros> {
    let (pairs, _) = bytes.get(..SAMPLE).unwrap_or(bytes).as_chunks::<2>();
    let count = |is: fn(&[u8; 2]) -> bool| pairs.iter().filter(|pair| is(pair)).count();
    let first = count(|pair| pair[0] == 0 && pair[1] != 0);
    let second = count(|pair| pair[1] == 0 && pair[0] != 0);
    let most = |zeros: usize| pairs.len() >= 4 && zeros * 4 >= pairs.len() * 3;
    match (first, second) {
        (first, 0) if most(first) => Some(Zeros::First),
        (0, second) if most(second) => Some(Zeros::Second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_known_by_its_mark_or_its_zeros() {
        let text = "key=välue 1";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: [u8; 2], units: &[u8]| [&mark, units].concat();
        for bytes in
            [marked([0xFF, 0xFE], &little), marked([0xFE, 0xFF], &big), little.clone(), big]
        {
            assert!(is_utf16(&bytes));
            assert_eq!(decode(&bytes), (text.into(), Encoding::Utf16));
        }
        let torn = [&little[..], &[0x41]].concat();
        assert_eq!(decode(&torn).0, text, "half a character is none");
    }

    #[test]
    fn other_bytes_are_utf8() {
        for (bytes, text) in [
            (&b"\xEF\xBB\xBFplain"[..], "plain"),
            (b"", ""),
            (b"a\0b\0", "a\0b\0"),
            (b"\0\x01\x02\0\xFF\0\0\x03", "\0\u{1}\u{2}\0\u{FFFD}\0\0\u{3}"),
        ] {
            assert_eq!(decode(bytes), (text.into(), Encoding::Utf8));
        }
    }
}
