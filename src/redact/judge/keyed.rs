//! Judges values beside telling names, for the strict profile.
//!
//! A digest or a UUID is no secret by its looks; it is one when the name in front of it says so.

use super::code::{is_code, is_name_with_numbers, is_path_like, is_typed, is_words};
use super::looks::{
    ends_with_digest, entropy, has_digits, is_irregular, is_known_id, is_uuid, is_versioned_name,
    mixes_case, names_digest, turns,
};
use super::words::{self, Reading, is_drawn_from_letters, reads_as_words};
use super::{Catch, bounded};
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

/// Ends of names whose random values everybody may see: public keys, and what servers number their
/// answers with.
const OPEN_NAMES: [&str; 11] = [
    "publickey",
    "pubkey",
    "cfray",
    "amzcfid",
    "amzid2",
    "amzrequestid",
    "amzntraceid",
    "requestid",
    "traceparent",
    "traceid",
    "spanid",
];

/// Words behind the name of a vendor that make a digest or UUID an identifier.
const OF_IDENTIFIERS: [&str; 30] = [
    "commit",
    "release",
    "version",
    "sha",
    "rev",
    "revision",
    "ref",
    "hash",
    "digest",
    "image",
    "build",
    "trace",
    "span",
    "event",
    "project",
    "issue",
    "session",
    "request",
    "message",
    "action",
    "checksum",
    "fingerprint",
    "etag",
    "integrity",
    "run",
    "job",
    "workflow",
    "node",
    "url",
    "path",
];

/// Words that say of what stands behind the name of a vendor that it is a credential.
const TOLD: [&str; 10] = [
    "key",
    "token",
    "secret",
    "pass",
    "password",
    "auth",
    "credential",
    "credentials",
    "sid",
    "login",
];

/// What is written together with the name of a vendor without a word for a credential.
const CONTINUED: [&str; 6] = ["client", "api", "app", "io", "dev", "access"];

/// An irregular value behind a telling name. Identifiers count only behind the plainest names.
pub(super) fn keyed(catch: &Catch<'_>, value: &str) -> bool {
    let name = names::normal(catch.name);
    if fields::decoded(value).is_some_and(|text| text.contains(char::is_whitespace)) {
        return false;
    }
    if ABOUT.iter().any(|end| name.ends_with(end)) || is_code(value, catch) || is_path_like(value) {
        return false;
    }
    // `sha256=…` of a list of packages, `latest@sha256:…` of an image.
    let is_named_digest =
        || value.rsplit_once(['=', ':']).is_some_and(|(name, _)| names_digest(name));
    if is_public(catch.name) || is_named_digest() {
        return false;
    }
    let hex =
        value.len() >= 16 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if hex || is_known_id(value) || ends_with_digest(value) {
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
                && (has_digits(value, 2)
                    || mixes_case(value) && !reads_as_words(value, Reading::Code)))
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

/// Whether everybody may see what a name holds.
pub(super) fn is_public(name: &str) -> bool {
    let name = names::normal(name);
    OPEN_NAMES.iter().any(|end| name.ends_with(end))
}

/// Whether a word before `key` makes it the name of something that everybody may see.
pub(super) fn is_open(stem: &str) -> bool {
    OPEN_KEY_WORDS.iter().any(|word| stem.ends_with(word))
}

/// A digest, a UUID or a drawn value behind the name of a vendor that issues such keys: `value` of
/// the catch, where its `name` is what stands between the two, and its `join` what joins them.
pub(super) fn issued(catch: &Catch<'_>, value: &str) -> bool {
    let goes_on = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    let hex = value.len() >= 20 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_key = hex && has_digits(value, 4)
        // The second half of two UUIDs, or a digest, may follow.
        || value.get(..36).is_some_and(is_uuid)
        || is_drawn(value);
    is_key && !catch.after.starts_with(goes_on) && is_given(catch, value)
}

/// Whether what stands between the name of a vendor and a value makes the value a credential: a word
/// for one, or an assignment that says nothing else.
fn is_given(catch: &Catch<'_>, value: &str) -> bool {
    let words = words_of(catch.name);
    let holds = |known: &str| words.iter().any(|word| word == known);
    if holds("id") && !(holds("app") || holds("client")) {
        return false;
    }
    // In prose a blank stands behind the comma, and in a table behind the bar.
    if catch.join.ends_with([',', '|']) && catch.before.ends_with(' ') {
        return false;
    }
    if words.iter().any(|word| TOLD.iter().any(|end| word.ends_with(end))) {
        return true;
    }
    // `linearAlgebra`, `adobes`: another word that starts with the name.
    let is_longer = catch.name.starts_with(|char: char| char.is_ascii_alphabetic())
        && !words.first().is_some_and(|word| CONTINUED.iter().any(|start| word.starts_with(start)));
    let is_prefix = catch.name == "_" && value.len() >= 24;
    !is_longer
        && !OF_IDENTIFIERS.iter().any(|word| holds(word))
        && (!catch.join.is_empty() || is_prefix)
}

/// The words of a name in lower case: `.apiKey` as `api` and `key`.
fn words_of(name: &str) -> Vec<String> {
    let parts = words::parts(name);
    parts.iter().map(|part| part.to_ascii_lowercase()).collect()
}

/// Letters and digits that no word explains.
fn is_drawn(value: &str) -> bool {
    value.len() >= 14
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (has_digits(value, 1) && turns(value) >= 2 || is_drawn_from_letters(value))
        && value.bytes().filter(u8::is_ascii_alphabetic).count() >= 2
        && entropy(value) >= 3.0
        && words::spoken(value, 3) * 2 < words::letters(value)
        && !is_versioned_name(value)
        && !is_known_id(value)
}

/// A digest behind a prefix that does not say that it is one: `rootly_…`, not `sha256_…`.
pub(super) fn prefixed(catch: &Catch<'_>, value: &str) -> bool {
    bounded(catch) && !is_known_id(value) && has_digits(value, 4)
}
