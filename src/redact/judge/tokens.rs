//! Tells tokens that vendors issue from names that start like them.
//!
//! Most tokens have digits or letters in both cases. A few formats may be drawn of small letters
//! alone; those are told from names by their words.

use super::code::{is_spelled, is_words};
use super::looks::{has_digits, is_irregular, mixes_case};
use super::words::{self, looks_spoken};
use super::{Catch, bounded, glued};

/// Whether what stands behind the prefix of a vendor is no name.
pub(super) fn vendor(catch: &Catch<'_>, value: &str) -> bool {
    if bounded(catch) && is_of_letters(value) {
        return true;
    }
    (bounded(catch) && is_irregular(value) || glued(catch, value))
        && !is_spelled(value)
        && !is_stack_of_words(value)
        // A digest of a list of packages, in which any mark of three letters stands somewhere.
        && !["sha256-", "sha384-", "sha512-"].iter().any(|digest| value.starts_with(digest))
}

/// `sk_CMS_RecipientEncryptedKey_num`: words in camel case, of which OpenSSL makes names of macros.
fn is_stack_of_words(value: &str) -> bool {
    value.starts_with("sk_")
        && value.matches('_').count() >= 2
        && words::spoken(value, 3) * 10 >= words::letters(value) * 6
        && !has_digits(value, 4)
}

/// Prefixes behind which letters alone may stand, and how many letters are no name in any case.
const OF_LETTERS: [(&str, usize); 16] = [
    ("ghp_", 36),
    ("gho_", 36),
    ("ghu_", 36),
    ("ghs_", 36),
    ("ghr_", 36),
    ("github_pat_", 60),
    ("glpat-", 60),
    ("xoxa-", 60),
    ("xoxb-", 60),
    ("xoxp-", 60),
    ("xoxr-", 60),
    ("xoxs-", 60),
    ("npm_", 36),
    ("hf_", 34),
    ("AKIA", 16),
    ("ASIA", 16),
];

/// Whether a token is a prefix and letters of one case that are no words.
fn is_of_letters(value: &str) -> bool {
    OF_LETTERS.iter().any(|(prefix, most)| {
        value.strip_prefix(prefix).is_some_and(|body| {
            !has_digits(body, 1) && (body.len() >= *most || !looks_spoken(body))
        })
    })
}

/// The same behind `sk-`, which is also the prefix of many style sheets.
pub(super) fn sk_token(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let mixed = mixes_case(value) && !is_words(value);
    (digits >= 1 || mixed) && (value.len() >= 16 || digits >= 3)
        || digits == 0 && value.len() >= 16 && !looks_spoken(value)
}

/// A number of Telegram and the key of its bot.
pub(super) fn telegram(value: &str) -> bool {
    let (bot, key) = value.split_once(':').unwrap_or_default();
    let kebab = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (6..=12).contains(&bot.len()) && key.len() >= 20 && !kebab
}

/// Words that groups of four letters are made of when they are a slug.
const SLUG_WORDS: [&str; 10] =
    ["case", "claw", "demo", "file", "main", "name", "open", "path", "slug", "test"];

/// Whether four groups of letters are an app-specific password, as Apple issues them, and no slug.
pub(in crate::redact) fn is_app_password(value: &str) -> bool {
    let is_group =
        |group: &str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_lowercase());
    value.split('-').count() == 4
        && value.split('-').all(|group| is_group(group) && !SLUG_WORDS.contains(&group))
}
