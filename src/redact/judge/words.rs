//! Tells words from letters drawn by lot.
//!
//! A word of a language repeats the pairs of letters that the language likes; letters drawn by lot
//! do not. The table below says which letters commonly follow each other in English prose and in the
//! names of source code, counted over documentation and libraries; German and the Romance languages
//! mostly keep to it as well. It is no dictionary: it says "could be a word".

/// The letters that commonly follow `a`, `b`, … `z`: the 400 most frequent pairs, which make up
/// 99 % of all pairs in the words that were counted, and those of the most frequent words.
const FOLLOWERS: [&str; 26] = [
    "abcdefgijklmnpqrstuvwxyz",
    "abcdeijlmoprstuy",
    "acdefhiklmoprstuy",
    "abcdefgijlmnorstuvwy",
    "abcdefghijklmnopqrstuvwxyz",
    "acdefgilmorstuy",
    "abeghilmnorstuvyz",
    "aeilmnorstuy",
    "abcdefgiklmnopqrstvxz",
    "aeosu",
    "adefgilnorstuw",
    "abcdefgiklmnoprstuvwy",
    "abcdeijlmnoprstuvy",
    "abcdefghijklmnoprstuvwy",
    "abcdefghijklmnoprstuvwxy",
    "acdefghiklmoprstuy",
    "u",
    "abcdefghiklmnoprstuvwy",
    "abcdefhiklmnopqrstuvwy",
    "abcdefghilmnoprstuvwy",
    "abcdefgilmnoprstxz",
    "aeio",
    "aehilnors",
    "acdefhioptxy",
    "abceilmnoprstvwy",
    "aeilouyz",
];

/// How strictly a value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Every part but one is a word, without a digit.
    Prose,
    /// Half of the letters are words; numbers and abbreviations stand between them.
    Code,
}

/// Whether a value reads as words: those of prose, or those that a name of source code is made of.
///
/// Of values drawn by lot from letters alone, `Prose` takes 3 % of those with 8 letters in both cases
/// for words and hardly any longer ones.
pub(super) fn reads_as_words(value: &str, reading: Reading) -> bool {
    let value = value.trim_end_matches(['.', '!', '?', ':', '|', '*', '…', ',', ';']);
    let is_joint = |char: char| matches!(char, '-' | '\'' | '’' | '_' | '/' | '.' | '?' | '$');
    if !value.chars().all(|char| char.is_alphanumeric() || is_joint(char)) {
        return false;
    }
    // `12-character`, `2-factor`: a measure.
    let counted = value.trim_start_matches(|char: char| char.is_ascii_digit());
    let value = if value.len() - counted.len() <= 3 {
        counted.strip_prefix('-').unwrap_or(value)
    } else {
        value
    };
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let parts = parts(value);
    let letters: usize = parts.iter().map(|part| part.chars().count()).sum();
    let slips = |part: &str| if reading == Reading::Code { part.len() / 6 } else { 0 };
    let words: Vec<_> = parts.iter().filter(|part| is_word(part, slips(part))).collect();
    let spoken: usize = words.iter().map(|word| word.chars().count()).sum();
    match reading {
        Reading::Prose => {
            digits == 0 && spoken * 10 >= letters * 6 && parts.len() - words.len() <= 1
        }
        Reading::Code => spoken * 10 >= (letters + digits) * 5 && (digits == 0 || words.len() >= 2),
    }
}

/// Whether letters in both cases, so many that chance would show words among them, show hardly any;
/// digits may stand between them.
pub(super) fn is_drawn_from_letters(value: &str) -> bool {
    let parts = parts(value);
    let letters: usize = parts.iter().map(|part| part.len()).sum();
    let spoken: usize = parts.iter().filter(|part| is_word(part, 0)).map(|part| part.len()).sum();
    letters >= 12
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && super::looks::mixes_case(value)
        && spoken * 10 < letters * 3
}

/// Whether half of the letters of a value are in words, of which long ones may have a pair of letters
/// that words seldom have. Of 16 letters drawn by lot, one value in 2,000 looks like it.
pub(super) fn looks_spoken(value: &str) -> bool {
    let parts = parts(value);
    let words = parts.iter().filter(|part| is_word(part, part.len() / 12));
    words.map(|word| word.len()).sum::<usize>() * 2 >= parts.iter().map(|part| part.len()).sum()
}

/// How many letters of a value are in words of at least so many letters.
pub(super) fn spoken(value: &str, shortest: usize) -> usize {
    let lengths = parts(value).into_iter().filter(|part| is_word(part, 0));
    lengths.map(|part| part.chars().count()).filter(|length| *length >= shortest).sum()
}

/// How many letters a value has.
pub(super) fn letters(value: &str) -> usize {
    value.chars().filter(|char| char.is_alphabetic()).count()
}

/// The parts of a value: runs of letters, cut where a capital begins a new word.
pub(super) fn parts(value: &str) -> Vec<&str> {
    let runs = value.split(|char: char| !char.is_alphabetic()).filter(|run| !run.is_empty());
    runs.flat_map(humps).collect()
}

/// `newDBPassword` as `new`, `DB`, `Password`.
fn humps(run: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = run.char_indices().collect();
    let starts_word = |window: &&[(usize, char)]| match window {
        [(_, left), (_, right), ..] if left.is_lowercase() && right.is_uppercase() => true,
        [(_, left), (_, right), (_, next)] => {
            left.is_uppercase() && right.is_uppercase() && next.is_lowercase()
        }
        _ => false,
    };
    // The last pair has no letter behind it.
    let windows = chars.windows(3).chain(chars.windows(2).skip(chars.len().saturating_sub(2)));
    let starts =
        windows.filter(starts_word).filter_map(|window| window.get(1)).map(|(start, _)| *start);
    let mut humps = Vec::new();
    let mut from = 0;
    for start in starts.chain([run.len()]) {
        humps.extend(run.get(from..start));
        from = start;
    }
    humps
}

/// Consonants that no word but a rare compound has in a row.
const MOST_CONSONANTS: usize = 5;

/// Whether a part could be a word: three letters or more, a vowel, and no more than so many pairs
/// that words do not have.
fn is_word(part: &str, slips: usize) -> bool {
    let lower = part.to_lowercase();
    let is_vowel = |char: char| "aeiouy".contains(char) || !char.is_ascii();
    let vowel = lower.contains(is_vowel)
        && lower.split(is_vowel).all(|run| run.len() <= MOST_CONSONANTS + slips);
    let strange = |pair: &(char, char)| !follows(pair.0, pair.1);
    part.chars().count() >= 3
        && vowel
        && lower.chars().zip(lower.chars().skip(1)).filter(strange).count() <= slips
}

/// Whether a letter commonly follows another; nothing is known of letters beyond ASCII.
fn follows(left: char, right: char) -> bool {
    let row =
        u32::from(left).checked_sub(u32::from('a')).and_then(|row| FOLLOWERS.get(row as usize));
    row.is_none_or(|row| !right.is_ascii() || row.contains(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(
            parts("newDBPassword_of-user2Name"),
            ["new", "DB", "Password", "of", "user", "Name"]
        );
        assert_eq!(parts("KMMzhDhw"), ["KM", "Mzh", "Dhw"]);
        assert_eq!(parts("aB.Ü"), ["a", "B", "Ü"]);
        assert_eq!(parts("x"), ["x"]);
    }

    #[test]
    fn words_are_told_from_drawn_letters() {
        for prose in [
            "patience",
            "Restraint.",
            "strengthen",
            "read-only",
            "Geheimnis",
            "12-character",
            "überall",
        ] {
            assert!(reads_as_words(prose, Reading::Prose), "{prose}");
        }
        for code in
            ["hashedPassword", "user_input2", "oauth2Token", "DEFAULT_DB_PASSWORD", "getUserById"]
        {
            assert!(reads_as_words(code, Reading::Code), "{code}");
        }
        for drawn in [
            "KMMzhDhw",
            "bqKDiz.nxyakPR",
            "hmmhwbuqn",
            "ZLoz-TMgt-GcVr",
            "KXQJWVBT",
            "sunshine1",
            "czvpx!kBws",
        ] {
            assert!(!reads_as_words(drawn, Reading::Prose), "{drawn}");
        }
        for drawn in ["KMMzhDhw", "bqKDiz.nxyakPR", "W7deNZ.hEbzGv8", "sunshine1"] {
            assert!(!reads_as_words(drawn, Reading::Code), "{drawn}");
        }
        assert!(
            is_drawn_from_letters("QrYxVYSJkdWq") && !is_drawn_from_letters("AbstractProxyBean")
        );
    }
}
