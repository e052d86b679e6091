//! Texts that look like secrets although no rule masked them.
//!
//! Wider than any rule may be: what is found here is shown to a person, never masked by itself.

use std::ops::Range;

use crate::js::value::Value;

/// The shortest word that may be a secret by its characters alone.
const SHORTEST: usize = 16;
/// The shortest word that may be a secret because of the name before it.
const SHORTEST_NAMED: usize = 8;
/// Bits of entropy per character from which on a long word looks random; of a short one a bit less
/// is asked, as it has no room for more.
const RANDOM: f64 = 3.8;
const RANDOM_SHORT: f64 = 3.4;
/// How long a word must be to be a long one.
const LONG: usize = 20;
/// What weighs more than any entropy: the name before a word, a known shape, randomness. Words,
/// paths and repetitions weigh no more than their entropy.
const NAMED: u32 = 3_000;
const SHAPED: u32 = 2_000;
const LOOKS_RANDOM: u32 = 1_000;

/// The suspicious places of a string with their weights; `shaped` finds those of known shapes,
/// ascending and apart.
///
/// `name` is what the string is the value of: the member, or the flag before it in a list.
pub(super) fn find(
    text: &str,
    pointer: &str,
    name: &str,
    shaped: &dyn Fn(&str) -> Vec<Range<usize>>,
) -> Vec<(Range<usize>, u32)> {
    if names_id(pointer) || text.len() < SHORTEST_NAMED {
        return Vec::new();
    }
    let weight = |range: Range<usize>| {
        let word = text.get(range.clone())?;
        if is_run(word) {
            return None;
        }
        let is_inside = text.get(..range.start)?.ends_with(|char: char| char.is_alphanumeric());
        let low = is_path(word) || entropy(word) < 2.0;
        match is_wordy(word) {
            // Such as the end of "task-authorized".
            true if is_inside || is_path(word) => None,
            true => Some((range, bits(word))),
            false if low => Some((range, bits(word))),
            false => Some((range.clone(), SHAPED + bits(word))),
        }
    };
    let mut found: Vec<(Range<usize>, u32)> = shaped(text).into_iter().filter_map(weight).collect();
    // Both lists ascend, so that of all shapes only the next one can overlap.
    let known: Vec<Range<usize>> = found.iter().map(|(range, _)| range.clone()).collect();
    let mut known = known.into_iter().peekable();
    for range in words(text) {
        while known.next_if(|shape| shape.end <= range.start).is_some() {}
        let overlaps = known.peek().is_some_and(|shape| shape.start < range.end);
        let word = text.get(range.clone()).unwrap_or_default();
        if overlaps || !is_mixed(word) {
            continue;
        }
        let whole = range.len() == text.len();
        let before = if whole { name } else { label(text.get(..range.start).unwrap_or_default()) };
        if names_secret(before) {
            found.push((range, NAMED + bits(word)));
        } else if is_random(word) {
            found.push((range, LOOKS_RANDOM + bits(word)));
        }
    }
    found
}

/// Entropy as a weight.
fn bits(word: &str) -> u32 {
    (entropy(word) * 100.0) as u32
}

/// The name at the end of what stands before a value, as in `"DB_PASS": "`.
fn label(before: &str) -> &str {
    let name = before.trim_end_matches(['"', '\'', '\\', ' ', ':', '=']);
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    let has_sign = before.len() > name.len()
        && before.get(name.len()..).is_some_and(|sign| sign.contains([':', '=']));
    let start = name.rfind(|char| !is_part(char)).map_or(0, |at| at + 1);
    name.get(start..).filter(|_| has_sign).unwrap_or_default()
}

/// Whether a name says that its value is a secret: one of its words does.
fn names_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let exact = ["pat", "pwd", "pw", "pin", "auth", "key", "sid"];
    let part = ["pass", "secret", "token", "credential", "apikey", "api-key", "api_key"];
    let harmless = ["sessionkey", "session_key", "tokens", "max", "count", "public"];
    let mut words = lower.split(|char: char| !char.is_ascii_alphanumeric());
    (part.iter().any(|part| lower.contains(part)) || words.any(|word| exact.contains(&word)))
        && !harmless.iter().any(|word| lower.contains(word))
}

/// The name in a pair of name and value, such as a variable of an environment.
pub(super) fn paired(object: &Value) -> Option<&str> {
    ["name", "key", "header"].iter().find_map(|name| object.get(name)?.as_str())
}

/// Whether a text is one character again and again, such as what fills a field up.
fn is_run(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    chars.all(|char| Some(char) == first)
}

/// Whether a word has letters and digits and is no repetition: less is no secret worth a look.
fn is_mixed(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.bytes().any(|byte| test(&byte));
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && entropy(word) >= 2.5
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
    // An equals sign stands between a name and its value more often than it fills up base64.
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '_' | '-');
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    ends.filter_map(move |(at, char)| {
        if is_part(char) {
            start.get_or_insert(at);
            return None;
        }
        start.take().map(|from| from..at)
    })
    .filter(|range| range.len() >= SHORTEST_NAMED)
}

/// Whether a text has hardly any capitals and digits, as words and the names of files have.
fn is_wordy(text: &str) -> bool {
    let rare = text.bytes().filter(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    rare.count() * 8 <= text.len()
}

/// Whether a text looks like the middle of a path: names with slashes between them, most of them
/// words.
fn is_path(text: &str) -> bool {
    let wordy: usize =
        text.split('/').filter(|step| is_wordy(step)).map(|step| step.len() + 1).sum();
    text.contains('/') && !text.contains(['+', '=', ':', ' ']) && wordy * 2 > text.len()
}

fn is_random(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.bytes().filter(test).count();
    let (digits, upper, lower) =
        (has(u8::is_ascii_digit), has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase));
    // Words joined by hyphens, UUIDs and timestamps have few of one kind.
    let least = if word.len() < LONG { RANDOM_SHORT } else { RANDOM };
    let long = word.len() >= SHORTEST;
    long && digits >= 2 && upper >= 2 && lower >= 2 && entropy(word) >= least
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
        find(text, pointer, "", &none)
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
        assert!(find(path, "", "", &all).is_empty());
        let end = |_: &str| std::iter::once(2..13).collect();
        assert!(find("task-approved", "", "", &end).is_empty());
        assert_eq!(find("k=sk-approved", "", "", &end).len(), 1, "doubtful, though it is a word");
        assert!(find(&"x".repeat(40), "", "", &all).is_empty(), "fills a field up");
        let key = format!("wJa1rXUtnFEMI/K7MDENG/{}", "bPxRfiCYzzKEYzzzz1");
        assert!(find(&key, "", "", &all)[0].1 > SHAPED);
    }

    #[test]
    fn named_values_come_first_and_repetitions_and_paths_last() {
        let all = |text: &str| std::iter::once(0..text.len()).collect::<Vec<_>>();
        let none = |_: &str| Vec::new();
        let weight = |found: Vec<(Range<usize>, u32)>| found.first().map_or(0, |one| one.1);
        let word = format!("{}BoGsDbjqM", "caz2Y");
        let named = weight(find(&word, "/env/GITLAB_PAT", "GITLAB_PAT", &none));
        let in_text = weight(find(&format!("{{\"DB_PASS\":\"{word}\"}}"), "", "", &none));
        assert!(weight(find(&format!("DB_PASS={word}"), "", "", &none)) > NAMED);
        let shape = weight(find(&format!("ghp_{word}Q7z"), "", "", &all));
        let random = weight(find("q7RtZ2mLw9Kd4XvB", "", "", &none));
        let path = weight(find("modules/opendoor/dist/EXT1/Anthropic-B8/lib", "", "", &all));
        assert!(named > shape && in_text > shape, "{named} {in_text} {shape}");
        assert!(shape > random && random > path && random > 0, "{shape} {random} {path}");
        assert_eq!(weight(find(&"Y9".repeat(40), "", "", &all)), 100);
        assert!(find(&word, "/sessionKey", "sessionKey", &none).is_empty());
        assert!(find("authorised personnel", "/auth", "auth", &none).is_empty());
    }

    #[test]
    fn words_beside_and_between_known_shapes_are_told_apart() {
        let word = "q7RtZ2mLw9Kd4XvB8nPc";
        let text = [word; 5].join(" ");
        // The second word whole, the fourth in two parts.
        let shaped = |_: &str| vec![21..41, 63..70, 75..83];
        let found = find(&text, "", "", &shaped);
        let random: Vec<usize> =
            (found.iter().filter(|one| one.1 < SHAPED && one.1 >= LOOKS_RANDOM))
                .map(|one| one.0.start)
                .collect();
        assert_eq!(random, [0, 42, 84]);
    }

    #[test]
    fn known_shapes_weigh_more() {
        let shaped = |_: &str| std::iter::once(0..4).collect();
        let found = find("aB1D q7RtZ2mLw9Kd4XvB8nPc", "", "", &shaped);
        assert_eq!(found.len(), 2);
        assert!(found[0].1 > found[1].1);
    }
}
