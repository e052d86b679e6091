//! Judges fields of URLs and forms, and values of any assignment.

use super::code::{is_bracketed, is_identifier, is_member_access, is_path_like, is_reference};
use super::keyed;
use super::looks::{is_irregular, is_random, names_digest};
use crate::redact::{fields, names};

/// Names of URL fields that also stand for harmless things.
const WEAK_FIELDS: [&str; 5] = ["code", "session", "key", "signature", "sig"];

/// Judges a field of a URL or a form by its (normalised) name.
pub(super) fn url(name: &str, value: &str) -> bool {
    // The backslash before a quote is all that was caught.
    if value.is_empty() || is_bracketed(value) || is_reference(value) {
        return false;
    }
    let weak = WEAK_FIELDS.iter().any(|weak| name.eq_ignore_ascii_case(weak));
    let decoded = || fields::decoded(value);
    !weak
        || is_irregular(value)
            && value.len() >= 8
            && !decoded().is_some_and(|text| text.contains(char::is_whitespace))
}

/// Judges a field by its decoded name.
pub(super) fn field(name: &str, value: &str) -> bool {
    fields::normal(name).is_none_or(|name| url(&name, value))
}

/// The value of an assignment that the payload layer hides: by its name, or because it looks drawn
/// by lot. Paths, digests, ids and words stay, and so does what is made of them once its escapes
/// are read.
pub(super) fn long_value(name: &str, value: &str) -> bool {
    let harmless = ["api", "endpoint", "method", "model", "provider", "status", "type"];
    if harmless.contains(&name)
        || is_path_like(value)
        || is_member_access(value)
        || names_digest(name)
        || is_chain(value)
    {
        return false;
    }
    let is_secret = |value: &str| is_credential_word(name) && is_irregular(value);
    match fields::decoded(value).filter(|decoded| decoded != value) {
        None => is_secret(value) || is_random(value),
        Some(decoded) => {
            let parts = decoded.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
            let mut parts = parts.filter(|part| part.len() >= 8);
            let is_address = is_path_like(&decoded);
            parts.any(|part| !is_address && is_secret(part) || is_random(part))
        }
    }
}

/// `a.isReadable=a.isStream`: an assignment of an assignment.
fn is_chain(value: &str) -> bool {
    let mut parts = value.split('=').peekable();
    let is_place = |part: &str| part.contains('.') && part.split('.').all(is_identifier);
    parts.next().is_some_and(is_place)
        && parts.peek().is_some()
        && parts.all(|part| is_place(part) || is_identifier(part))
}

/// Whether a name speaks of a credential in any of its words.
fn is_credential_word(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // `idempotency_key`, `cache_key`: everybody may see them.
    if names::normal(&name).strip_suffix("key").is_some_and(keyed::is_open) {
        return false;
    }
    [
        "key",
        "token",
        "secret",
        "pass",
        "pwd",
        "auth",
        "credential",
        "cookie",
        "signature",
        "jwt",
        "bearer",
        "sid",
    ]
    .iter()
    .any(|word| name.contains(word))
}
