//! Tells passphrases of several words from what prose says about passwords.
//!
//! Both are small letters and blanks. Prose has words that only join others, and words about
//! passwords; who draws words from a list gets neither.

use super::password;

/// Words that prose is made of, and those with which one speaks about passwords.
const OF_PROSE: &str = "the and for you are was has had have not but can may its our out who how why \
    all any new old set get use used uses using with without from into onto over under upon after \
    before then than that this these those they them their there here where when what which while \
    will would should could must might shall been being does did done also only just still very \
    more most less least same such some each every other another both either neither none nothing \
    one two three four five six seven eight nine ten your yours mine his her him she ours see ask \
    enter type paste choose pick change changed changes changing reset resets update updated \
    create created generate generated store stored stores save saved keep kept leave left empty \
    blank missing required optional invalid incorrect wrong correctly failed fails failure error \
    expired expires valid default string text value values field fields name names user users \
    username admin administrator login account accounts email password passwords passphrase \
    passphrases secret secrets token tokens key keys hash hashed hashing encrypted encryption \
    encoded plain cleartext plaintext hidden masked redacted minimum maximum length long short \
    characters character letters digits symbols numbers number words least between about please \
    below above following first second last next again already never always cannot during via per \
    bcrypt argon sha sent shown known unknown unset provided given configured prompt prompted \
    protected";

/// Whether a value is words that somebody drew or chose, so many at least.
pub(super) fn is_phrase(value: &str, fewest: usize) -> bool {
    let words: Vec<&str> = value.split(' ').collect();
    let is_word = |word: &&str| {
        (3..=10).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let is_of_prose = |word: &&str| OF_PROSE.split(' ').any(|of_prose| of_prose == *word);
    (fewest..=10).contains(&words.len())
        && words.iter().all(is_word)
        && !words.iter().any(is_of_prose)
}

/// Whether a quoted value behind the name of a password is such words.
pub(in crate::redact) fn is_phrase_of(name: &str, value: &str) -> bool {
    value.contains(' ') && password::is_named(name) && is_phrase(value, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_words_are_told_from_prose() {
        assert!(is_phrase("correct horse battery staple", 4));
        assert!(is_phrase_of("passphrase", "correct horse battery"));
        for prose in [
            "must be at least",
            "ask your administrator for it",
            "last changed yesterday evening",
            "Correct horse battery staple",
            "correct horse",
            "stored securely using bcrypt",
        ] {
            assert!(!is_phrase(prose, 3), "{prose}");
        }
        assert!(!is_phrase_of("title", "correct horse battery"));
    }
}
