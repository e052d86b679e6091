//! The text of bytes whose encoding nobody has told: UTF-8, or the UTF-16 of Windows' pipes.
//!
//! Text of another encoding, such as Latin-1, is taken for UTF-8 with bytes that are none: each of
//! them becomes one private character, which the rules see as a sign and which becomes the byte again.

use std::borrow::Cow;

/// Bytes that are looked at where no byte order mark tells the encoding.
const SAMPLE: usize = 8 << 10;

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 but for some bytes, for which private characters stand.
    Bytes,
    /// UTF-16 in either byte order; lone surrogates count as U+FFFD.
    Utf16,
}

/// Decodes bytes; a byte order mark is no part of the text.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let (units, read): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xEF, 0xBB, 0xBF, text @ ..] => return mostly_utf8(text),
        [0xFF, 0xFE, units @ ..] => (units, u16::from_le_bytes),
        [0xFE, 0xFF, units @ ..] => (units, u16::from_be_bytes),
        units => match evident_zeros(units) {
            Some(Zeros::Second) => (units, u16::from_le_bytes),
            Some(Zeros::First) => (units, u16::from_be_bytes),
            None => return mostly_utf8(bytes),
        },
    };
    let (pairs, _) = units.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
    (Cow::Owned(String::from_utf16_lossy(&units)), Encoding::Utf16)
}

/// The private character that stands for the byte 0; the last plane of Unicode, which no text uses,
/// behind the characters that stand for lone surrogates.
const STAND_IN: u32 = 0x10_F800;

/// The byte that a character stands for.
fn byte_of(char: char) -> Option<u8> {
    u8::try_from(u32::from(char).checked_sub(STAND_IN)?).ok()
}

fn mostly_utf8(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Encoding::Utf8);
    }
    let mut text = String::with_capacity(bytes.len());
    let stand_ins = |bytes: &[u8], text: &mut String| {
        text.extend(bytes.iter().filter_map(|byte| char::from_u32(STAND_IN + u32::from(*byte))));
    };
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            // A private character of the input must not become a byte.
            match byte_of(char) {
                Some(_) => stand_ins(char.encode_utf8(&mut [0; 4]).as_bytes(), &mut text),
                None => text.push(char),
            }
        }
        stand_ins(chunk.invalid(), &mut text);
    }
    (Cow::Owned(text), Encoding::Bytes)
}

/// The bytes of a text that was decoded, in UTF-8 but for those that had private characters.
pub(super) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    if encoding != Encoding::Bytes {
        return text.as_bytes().to_vec();
    }
    text.chars().fold(Vec::with_capacity(text.len()), |mut bytes, char| {
        match byte_of(char) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        bytes
    })
}

/// What formats begin with that hold text in a way in which nobody can see it.
const SIGNATURES: [(&[u8], &str); 5] = [
    (b"\x1F\x8B", "compressed by gzip"),
    (b"\x28\xB5\x2F\xFD", "compressed by zstd"),
    (b"PK\x03\x04", "a zip archive"),
    (b"SQLite format 3\0", "a database"),
    (b"\x89PNG", "a picture"),
];

/// What bytes are that are no text in any encoding; some zeros in a text do not make it binary.
pub(super) fn not_text(bytes: &[u8]) -> Option<&'static str> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let zeros = memchr::memchr_iter(0, sample).count();
    let known = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    known.map(|(_, what)| *what).or((zeros >= 8 && zeros * 10 > sample.len()).then_some("binary"))
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
        for (bytes, text) in
            [(&b"\xEF\xBB\xBFplain"[..], "plain"), (b"", ""), (b"a\0b\0", "a\0b\0")]
        {
            assert_eq!(decode(bytes), (text.into(), Encoding::Utf8));
        }
    }

    #[test]
    fn other_bytes_come_back_as_they_were() {
        let private = "\u{10F8FC}".as_bytes();
        for bytes in [
            b"\0\x01\x02\0\xFF\0\0\x03".as_slice(),
            b"Gr\xFC\xDFe \xC3",
            &[private, b"\xFF"].concat(),
        ] {
            let (text, encoding) = decode(bytes);
            assert_eq!(encoding, Encoding::Bytes);
            assert_eq!(encode(&text, encoding), bytes);
        }
    }
}
