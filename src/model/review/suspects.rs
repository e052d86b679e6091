//! Texts that look like secrets although no rule masked them.
//!
//! Wider than any rule may be: what is found here is shown to a person, never masked by itself.

use std::ops::Range;

/// The shortest word that may be a secret by its characters alone.
const SHORTEST: usize = 20;
/// Bits of entropy per character from which on a word looks random.
const RANDOM: f64 = 3.8;
/// How much more a known shape weighs than mere randomness.
const SHAPED: u32 = 1_000;

/// The suspicious places of a string with their weights; `shaped` finds those of known shapes.
pub(super) fn find(
    text: &str,
    pointer: &str,
    shaped: &dyn Fn(&str) -> Vec<Range<usize>>,
) -> Vec<(Range<usize>, u32)> {
    if names_id(pointer) || text.len() < 8 {
        return Vec::new();
    }
    let weight = |range: Range<usize>| {
        let word = text.get(range.clone())?;
        let is_inside = text.get(..range.start)?.ends_with(|char: char| char.is_alphanumeric());
        match is_wordy(word) {
            // Such as the end of "task-authorized".
            true if is_inside || is_path(word) => None,
            true => Some((range, (entropy(word) * 100.0) as u32)),
            false => Some((range.clone(), SHAPED + range.len().min(999) as u32)),
        }
    };
    let mut found: Vec<(Range<usize>, u32)> = shaped(text).into_iter().filter_map(weight).collect();
    for range in words(text) {
        let overlaps =
            found.iter().any(|(known, _)| known.start < range.end && range.start < known.end);
        let word = text.get(range.clone()).unwrap_or_default();
        if !overlaps && is_random(word) {
            found.push((range, (entropy(word) * 100.0) as u32));
        }
    }
    found
}

/// Whether the last step of a pointer names ids and digests, which are random and no secrets.
fn names_id(pointer: &str) -> bool {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    lower == "id"
        || name.ends_with("Id")
        || name.ends_with("_id")
        || lower.ends_with("sha256")
        || lower.ends_with("digest")
        || lower.ends_with("hash")
        || lower.ends_with("signature")
}

/// Runs of characters that tokens are made of.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_part =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '_' | '=' | '-');
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    ends.filter_map(move |(at, char)| {
        if is_part(char) {
            start.get_or_insert(at);
            return None;
        }
        start.take().map(|from| from..at)
    })
    .filter(|range| range.len() >= SHORTEST)
}

/// Whether a text has hardly any capitals and digits, as words and the names of files have.
fn is_wordy(text: &str) -> bool {
    let rare = text.bytes().filter(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    rare.count() * 8 <= text.len()
}

/// Whether a text looks like the middle of a path: several names with slashes between them.
fn is_path(text: &str) -> bool {
    text.contains('/') && !text.contains(['+', '=', ':', ' '])
}

fn is_random(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.bytes().filter(test).count();
    let (digits, upper, lower) =
        (has(u8::is_ascii_digit), has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase));
    // Words joined by hyphens, UUIDs and timestamps have few of one kind.
    digits >= 2 && upper >= 2 && lower >= 2 && entropy(word) >= RANDOM
}

/// Shannon entropy in bits per byte.
fn entropy(word: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in word.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let len = word.len().max(1) as f64;
    let of = |count: u32| f64::from(count) / len;
    counts.iter().filter(|count| **count > 0).map(|count| -of(*count) * of(*count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspects(text: &str, pointer: &str) -> Vec<String> {
        let none = |_: &str| Vec::new();
        find(text, pointer, &none)
            .into_iter()
            .map(|(range, _)| text.get(range).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn random_words_are_suspicious_and_ordinary_ones_are_not() {
        let word = format!("q7RtZ2mLw9Kd{}", "4XvB8nPc");
        assert_eq!(suspects(&format!("use {word}, please"), "/text"), vec![word.clone()]);
        assert!(suspects(&word, "/toolCallId").is_empty());
        for plain in [
            "a-long-kebab-case-word-of-many-parts",
            "0123456789abcdef0123456789abcdef01234567",
            "123e4567-e89b-12d3-a456-426614174000",
            "2026-11-20T10:30:00.000Z",
            "SCREAMING_SNAKE_CASE_CONSTANT",
        ] {
            assert!(suspects(plain, "/text").is_empty(), "{plain}");
        }
    }

    #[test]
    fn shapes_that_are_paths_or_ends_of_words_are_left_out() {
        let all = |text: &str| std::iter::once(0..text.len()).collect();
        let path = "modules/opendoor/dist/extensions/anthrop";
        assert!(find(path, "", &all).is_empty());
        let end = |_: &str| std::iter::once(2..13).collect();
        assert!(find("task-approved", "", &end).is_empty());
        assert_eq!(find("k=sk-approved", "", &end).len(), 1, "doubtful, though it is a word");
        let key = format!("wJa1rXUtnFEMI/K7MDENG/{}", "bPxRfiCYzzKEYzzzz1");
        assert!(find(&key, "", &all)[0].1 > SHAPED);
    }

    #[test]
    fn known_shapes_weigh_more() {
        let shaped = |_: &str| std::iter::once(0..4).collect();
        let found = find("aB1D q7RtZ2mLw9Kd4XvB8nPc", "", &shaped);
        assert_eq!(found.len(), 2);
        assert!(found[0].1 > found[1].1);
    }
}
