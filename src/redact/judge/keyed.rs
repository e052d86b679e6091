//! Judges values beside telling names, for the strict profile.
//!
//! A digest or a UUID is no secret by its looks; it is one when the name in front of it says so.

use super::Catch;
use super::code::{is_code, is_name_with_numbers, is_path_like, is_typed, is_words};
use super::looks::{entropy, has_digits, is_irregular, is_known_id, is_uuid, is_versioned_name};
use crate::redact::{fields, names};

/// What a name of a secret holds, written together and in lower case.
const TELLING: [&str; 12] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "apitoken",
    "accesskey",
    "authkey",
    "privatekey",
    "credential",
    "accesstoken",
    "authtoken",
];

/// How a name of a secret ends.
const TELLING_ENDS: [&str; 7] = ["token", "pwd", "auth", "login", "crumb", "psk", "jwt"];

/// Words before `key` that make it a name of a secret.
const KEY_WORDS: [&str; 22] = [
    "api",
    "access",
    "secret",
    "auth",
    "private",
    "license",
    "app",
    "account",
    "service",
    "master",
    "admin",
    "write",
    "read",
    "encryption",
    "signing",
    "integration",
    "subscription",
    "server",
    "rest",
    "ingest",
    "record",
    "client",
];

/// Words before `key` that make it the name of something that everybody may see.
const OPEN_KEY_WORDS: [&str; 25] = [
    "session",
    "cache",
    "idempotency",
    "primary",
    "foreign",
    "sort",
    "public",
    "partition",
    "group",
    "object",
    "row",
    "item",
    "query",
    "dedupe",
    "lookup",
    "hash",
    "routing",
    "composite",
    "unique",
    "shard",
    "index",
    "dict",
    "mon",
    "storage",
    "site",
];

/// Ends of names that say something about a secret without being one.
const ABOUT: [&str; 26] = [
    "tokens",
    "keys",
    "count",
    "length",
    "index",
    "version",
    "name",
    "path",
    "file",
    "type",
    "url",
    "callid",
    "sessionid",
    "sessionkey",
    "hash",
    "digest",
    "checksum",
    "etag",
    "integrity",
    "fingerprint",
    "thinkingsignature",
    "textsignature",
    "thoughtsignature",
    "expiry",
    "limit",
    "budget",
];

/// Words beside the name of a vendor that make a digest or UUID an identifier.
const OF_IDENTIFIERS: [&str; 18] = [
    "commit", "release", "version", "sha", "rev", "hash", "digest", "image", "build", "trace",
    "span", "event", "project", "issue", "session", "request", "message", "action",
];

/// An irregular value behind a telling name. Identifiers count only behind the plainest names.
pub(super) fn keyed(catch: &Catch<'_>, value: &str) -> bool {
    let name = names::normal(catch.name);
    if fields::decoded(value).is_some_and(|text| text.contains(char::is_whitespace)) {
        return false;
    }
    if ABOUT.iter().any(|end| name.ends_with(end))
        || is_public(&name)
        || is_code(value, catch)
        || is_path_like(value)
    {
        return false;
    }
    let hex =
        value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if hex || is_known_id(value) {
        return tells(&name, catch.lead) && (!name.ends_with("id") || is_half_of_a_pair(&name));
    }
    if is_versioned_name(value) || is_name_with_numbers(value) || is_typed(catch) || is_words(value)
    {
        return false;
    }
    is_irregular(value)
        && has_digits(value, 1)
        && (tells(&name, catch.lead)
            || value.bytes().any(|byte| byte.is_ascii_alphabetic())
                && value.len() >= 12
                && entropy(value) >= 3.0
                && has_digits(value, 2))
}

/// The public half of a pair of credentials: useless alone, but it says whose the other half is.
fn is_half_of_a_pair(name: &str) -> bool {
    ["clientid", "keyid", "appid"].iter().any(|end| name.ends_with(end))
}

/// Whether a name, with what stands before it, is that of a secret.
fn tells(name: &str, lead: &str) -> bool {
    is_half_of_a_pair(name)
        || TELLING.iter().any(|word| name.contains(word))
        || TELLING_ENDS.iter().any(|end| name.ends_with(end))
        || name.strip_suffix("key").is_some_and(|stem| is_secret_key(stem, lead))
}

/// Whether a key is a secret, by the word before it: in the same name or in the text.
fn is_secret_key(stem: &str, lead: &str) -> bool {
    if stem.is_empty() {
        let word =
            lead.trim_end_matches([' ', '-', '_']).rsplit(|char: char| !char.is_ascii_alphabetic());
        let word = word.take(1).map(str::to_ascii_lowercase).next().unwrap_or_default();
        return KEY_WORDS.contains(&word.as_str());
    }
    !is_open(stem)
}

/// Whether a word before `key` makes it the name of a secret.
pub(super) fn is_word_of_key(stem: &str) -> bool {
    KEY_WORDS.iter().any(|word| stem.ends_with(word))
}

/// Ends of names, written together, of what everybody may see although it is drawn by lot: ids of
/// requests, public keys.
const PUBLIC: [&str; 9] = [
    "publickey",
    "pubkey",
    "requestid",
    "xamzcfid",
    "xamzid2",
    "cfray",
    "traceid",
    "traceparent",
    "spanid",
];

/// Whether a name says that everybody may see what it holds.
pub(super) fn is_public(name: &str) -> bool {
    let name = names::normal(name);
    PUBLIC.iter().any(|end| name.ends_with(end))
}

/// Whether a word before `key` makes it the name of something that everybody may see.
pub(super) fn is_open(stem: &str) -> bool {
    OPEN_KEY_WORDS.iter().any(|word| stem.ends_with(word))
}

/// A digest or UUID beside the name of a vendor whose keys look like that.
pub(super) fn issued(catch: &Catch<'_>) -> bool {
    let name = catch.name.to_ascii_lowercase();
    let goes_on = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    (is_uuid(catch.value) || has_digits(catch.value, 4))
        && !OF_IDENTIFIERS.iter().any(|word| name.contains(word))
        && (!name.ends_with("id") || name.ends_with("appid"))
        && !catch.after.starts_with(goes_on)
}
