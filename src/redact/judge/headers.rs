//! Judges what HTTP headers hold: credentials, cookies, what stands behind a scheme.
//!
//! Source code that builds a header and prose that speaks of one hold no credential.

use super::Catch;
use super::code::{is_code, is_identifier, same_name};
use super::looks::{has_digits, is_irregular, is_user_and_password, is_versioned_name, mixes_case};
use super::placeholders::is_placeholder;
use super::words::{Reading, looks_spoken, reads_as_words};

/// What an `Authorization` header holds.
pub(super) fn credential(catch: &Catch<'_>, value: &str) -> bool {
    // These three have rules of their own.
    if ["bearer", "basic", "bot"].iter().any(|scheme| catch.scheme.eq_ignore_ascii_case(scheme)) {
        return false;
    }
    let is_path = catch.before.ends_with("::") || catch.value.starts_with(':');
    !(is_path
        || same_name(value, "authorization")
        || is_code(value, catch)
        || is_variable(catch, value)
        || is_prose(catch, value))
}

/// `'Authorization': auth,`: an unquoted name of source code that says what it holds.
fn is_variable(catch: &Catch<'_>, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    catch.before.trim_end().ends_with([':', '='])
        && is_identifier(value)
        && !has_digits(value, 1)
        && ["auth", "token", "header", "cred", "bearer", "key"]
            .iter()
            .any(|word| lower.contains(word))
        && reads_as_words(value, Reading::Code)
}

/// `Authorization: Basic from URI`: a word behind a scheme, and more of them behind it.
fn is_prose(catch: &Catch<'_>, value: &str) -> bool {
    let goes_on = catch
        .after
        .strip_prefix(' ')
        .is_some_and(|next| next.starts_with(|first: char| first.is_ascii_alphabetic()));
    goes_on
        && catch.before.trim_end().ends_with(|last: char| last.is_ascii_alphabetic())
        && value.bytes().all(|byte| byte.is_ascii_lowercase())
        && (value.len() < 3 || reads_as_words(value, Reading::Prose))
}

/// What a cookie may say about itself; none of it is a secret.
const ATTRIBUTES: [&str; 9] = [
    "samesite",
    "path",
    "domain",
    "secure",
    "httponly",
    "max-age",
    "expires",
    "partitioned",
    "priority",
];

/// `name=value; …`, or a bare value; not `cookie: u32`, `cookie::Jar` and `cookie: SameSite=Lax`.
pub(super) fn cookie(catch: &Catch<'_>, value: &str) -> bool {
    let first = value.split([';', ' ', ',']).next().unwrap_or_default();
    let is_attribute = |part: &str| {
        let name = part.split('=').next().unwrap_or_default().trim();
        ATTRIBUTES.iter().any(|known| name.eq_ignore_ascii_case(known))
    };
    !first.contains("::")
        && !catch.value.starts_with(':')
        && (first.contains('=') || is_irregular(first) && !is_code(first, catch))
        && !value.trim_end_matches(';').split(';').all(is_attribute)
}

/// Whether so many small letters and nothing else make a value that one could take them for a token.
fn is_of_letters(value: &str) -> bool {
    value.len() >= 12 && value.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// What stands behind `Bearer` or `Basic`. Prose goes on with a word: `Basic understanding`.
pub(super) fn scheme(value: &str) -> bool {
    is_user_and_password(value)
        || value.len() >= 8
            && (is_irregular(value)
                || value.ends_with('=')
                || !reads_as_words(value, Reading::Prose))
            && (!is_versioned_name(value)
                || mixes_case(value) && !reads_as_words(value, Reading::Code)
                || is_of_letters(value) && !looks_spoken(value))
            && !is_placeholder(value)
}
