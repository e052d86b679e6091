//! What stands as a value behind the name of a password or of another credential.
//!
//! Passwords are chosen by people and made by generators, so they have no look of their own. But who
//! writes `DB_PASS=…` or `Password: …` writes the password behind it. So every value of eight
//! characters there is one, unless something else explains it: an expression of source code, a
//! placeholder, a path, or words. Behind names such as `token` and `key`, which stand for many things
//! in source code, letters have to be drawn by lot.

use super::code::{
    is_expression, is_member_access, is_path_like, is_plausible_member, is_typed, same_name,
};
use super::looks::{has_digits, is_versioned_name, mixes_case};
use super::words::{self, Reading, reads_as_words};
use super::{Catch, keyed};
use crate::redact::mask::STARS;
use crate::redact::names;

/// The fewest characters of a password that nothing but its name gives away.
const SHORTEST: usize = 8;

/// Words that make any name around them that of a password.
const WORDS: [&str; 11] = [
    "passw",
    "passphrase",
    "pass phrase",
    "passcode",
    "pwd",
    "pswd",
    "kennwort",
    "wachtwoord",
    "contrasen",
    "senha",
    "motdepasse",
];

/// Whether a name is that of a password.
pub(super) fn is_named(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let word = lower.rsplit(|char: char| !char.is_ascii_alphabetic()).find(|word| !word.is_empty());
    let ends_with_pass =
        lower.trim_end_matches(|char: char| !char.is_ascii_alphabetic()).ends_with("pass")
            && !OTHER_PASSES.iter().any(|word| lower.ends_with(word));
    WORDS.iter().any(|word| lower.contains(word))
        || ends_with_pass
        || lower.contains("_pass_")
        || lower.ends_with("mdp")
        || word.is_some_and(|word| matches!(word, "pw" | "psw"))
        || is_secret(&lower)
        || names::is_password_abroad(name)
}

/// Ends of names in which something passes, or is passed on.
const OTHER_PASSES: [&str; 12] = [
    "bypass",
    "compass",
    "trespass",
    "to_pass",
    "first_pass",
    "second_pass",
    "render_pass",
    "single_pass",
    "one_pass",
    "two_pass",
    "multi_pass",
    "is_pass",
];

/// Whether a name is that of a secret, which may also be a thing that is called by a name: a secret
/// of Kubernetes, a secret of a vault.
fn is_secret(name: &str) -> bool {
    names::normal(name).ends_with("secret")
}

/// Whether a value behind the name of a credential is one, whatever it looks like.
pub(super) fn is_one(catch: &Catch<'_>, value: &str) -> bool {
    is_unexplained(catch, value)
        && if is_named(catch.name) { is_chosen(catch, value) } else { is_drawn(value) }
}

/// Whether no syntax explains a value.
fn is_unexplained(catch: &Catch<'_>, value: &str) -> bool {
    value.chars().count() >= SHORTEST
        && !value.contains(char::is_whitespace)
        && value.chars().any(char::is_alphabetic)
        && !catch.value.starts_with(':')
        && !catch.after.starts_with(['(', '['])
        && !is_typed(catch)
        && !is_expression(value, catch)
        && !is_path(value)
        && !is_more(value)
        && !is_placeholder(value)
        && !follows_colon(catch)
        && !(is_member_access(value) && is_plausible_member(value, reading(catch)))
}

/// Whether a value is a password: no words, unless they stand where nothing but a value can.
fn is_chosen(catch: &Catch<'_>, value: &str) -> bool {
    (is_assigned_value(catch) || !reads_as_words(value, reading(catch)))
        && !(is_secret(catch.name) && is_called(value))
}

/// Whether the letters of a value are drawn by lot: in both cases, or very many in one.
///
/// Between slashes, where base64 and paths look alike, the words of a path are whole ones.
fn is_drawn(value: &str) -> bool {
    let length = value.len();
    let is_slashed = value.contains('/') && !is_path_like(value) && !has_digits(value, 1);
    let reading = if is_slashed { Reading::Prose } else { Reading::Code };
    let is_part = |char: char| char.is_ascii_alphanumeric() || "-_.+/=~".contains(char);
    // Dates and versions have parts that are numbers.
    let is_numbered = || {
        let mut parts = value.split(['-', '_', '.']);
        parts.any(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    length >= 10
        && mixes_case(value)
        && value.chars().all(is_part)
        && !is_numbered()
        && !reads_as_words(value, reading)
        || length >= 20
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !reads_as_words(value, Reading::Prose)
        || length >= 12
            && value.bytes().all(|byte| byte.is_ascii_lowercase())
            && !reads_as_words(value, Reading::Code)
}

/// Whether the name is a step of a path of colons: `arn:aws:secretsmanager:…:secret:db`.
pub(super) fn follows_colon(catch: &Catch<'_>) -> bool {
    catch
        .before
        .strip_suffix(':')
        .and_then(|before| before.strip_suffix(catch.name))
        .is_some_and(|before| before.ends_with(':'))
}

/// Whether the line of a file of variables: `DB_PASS=` and, without a blank, its value, which no
/// prose and no code goes on behind.
fn is_assigned_value(catch: &Catch<'_>) -> bool {
    catch.join == "=" && reading(catch) == Reading::Prose
}

/// Whether nothing but a blank joins a name and a value that holds only small letters: what prose
/// says behind the word, as in `password pbkdf2`.
pub(super) fn is_beside_the_word(catch: &Catch<'_>, value: &str) -> bool {
    let before = catch.before.trim_end_matches([' ', '\t', '"', '\'', '`']);
    let is_plain = value
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    before.ends_with(catch.name) && (is_plain && !has_digits(value, 3))
}

/// A line of source code goes on with one of these behind a value, or ends with it.
fn reading(catch: &Catch<'_>) -> Reading {
    const ENDS: [char; 7] = [';', ',', ')', '(', ']', '}', '.'];
    let goes_on = catch.after.trim_start_matches([' ', '\t', '"', '\'', '`']).starts_with(ENDS);
    if goes_on || catch.value.ends_with(ENDS) { Reading::Code } else { Reading::Prose }
}

/// `/run/secrets/db`, `~/x`, `op://vault/item`, `C:/x`.
pub(super) fn is_path(value: &str) -> bool {
    ["/", "~/", "./", "../"].iter().any(|start| value.starts_with(start))
        || value.contains("://")
        || matches!(value.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// What holds a mask already, and another assignment: `password is password=…`. Base64 ends with its
/// equals signs.
fn is_more(value: &str) -> bool {
    value.contains('…') || value.contains(STARS) || value.trim_end_matches('=').contains('=')
}

/// `[Password]`, of which the bracket behind it may be missing.
fn is_placeholder(value: &str) -> bool {
    value
        .strip_prefix('[')
        .is_some_and(|inner| reads_as_words(inner.trim_end_matches(']'), Reading::Code))
}

/// Whether a secret or a key is called by the name of a thing: `secret: k8s-tls-wildcard`,
/// `STORAGE_KEY = "todo-app-v1"`.
pub(super) fn is_thing(name: &str, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.:".contains(&byte);
    let is_open_key = || {
        let normal = names::normal(name);
        normal.strip_suffix("key").is_some_and(keyed::is_open)
    };
    (name == "secret" || name.ends_with(".secret") || is_open_key())
        && value.contains(['-', '_', '.', ':'])
        && value.bytes().all(is_part)
        && digits <= 2
        && words::spoken(value, 3) * 2 >= words::letters(value)
}

/// A name of several words, as secrets in a vault have: `tls-cert-2026`.
fn is_called(value: &str) -> bool {
    is_versioned_name(value) && !mixes_case(value) && value.contains(['-', '_', '.', '/'])
        || same_name(value, "secret")
}
