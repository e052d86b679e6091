//! What is done to a value because of the name of its member.
//!
//! A name alone does not settle it: masks stay, references to a variable hold nothing, digests and
//! signatures are useless to anybody else, and behind a weak name only what looks like a secret is one.

use super::{Kind, is_password_abroad};
use crate::redact::judge::{self, looks};
use crate::redact::mask;

/// Whether a value is exactly a shell reference to its own upper-case name: `$NAME`, `${NAME:-}`.
fn is_reference_to(value: &str, name: &str) -> bool {
    let upper = name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let Some(reference) = value.strip_prefix('$').filter(|_| upper) else {
        return false;
    };
    let inner =
        reference.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(reference);
    let inner =
        [":-", ":=", ":?", ":+"].iter().find_map(|end| inner.strip_suffix(end)).unwrap_or(inner);
    inner == name
}

/// Members in which vendors of models sign what they send: opaque, and useless to anybody else.
const SIGNATURES: [&str; 3] = ["thinkingSignature", "textSignature", "thoughtSignature"];

/// Whether a member holds nothing but a digest or the signature of a thought, both as random as
/// secrets. A token of a known format is none: it has a prefix.
pub(in crate::redact) fn holds_opaque(kind: Kind, name: &str, value: &str) -> bool {
    let is_prefixed = || {
        let stem = value.trim_start_matches(|char: char| char.is_ascii_lowercase());
        (2..8).contains(&(value.len() - stem.len())) && stem.starts_with(['_', '-', '.'])
    };
    kind == Kind::Plain
        && !name.is_empty()
        && (looks::is_digest(value) && looks::names_digest(name)
            || SIGNATURES.contains(&name) && looks::is_signature(value))
        && !value.starts_with("eyJ")
        // A digest of any letters may begin like a prefix, where its name says which one it is.
        && (name.starts_with("sha") || !is_prefixed())
}

/// Whether a name is that of a password, of which short ones are common.
fn is_password(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["pass", "pwd", "pswd"].iter().any(|word| lower.contains(word)) || is_password_abroad(name)
}

/// Whether a value is masked as a whole because of the name of its member.
pub(in crate::redact) fn masks_value(kind: Kind, name: &str, value: &str) -> bool {
    let is_masked = match kind {
        Kind::Credential | Kind::Sensitive => !is_reference_to(value, name),
        Kind::Weak => {
            looks::is_secret_value(value)
                || name == "auth" && looks::is_user_and_password(value)
                || looks::is_strong(value) && is_password(name)
        }
        Kind::Account => value.split_whitespace().any(judge::is_app_password),
        Kind::Plain => false,
    };
    is_masked && !mask::is_blank_mask(value) && !mask::is_hint(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_references_to_the_own_name_hold_nothing() {
        for value in ["$API_KEY", "${API_KEY}", "${API_KEY:-}"] {
            assert!(is_reference_to(value, "API_KEY"), "{value}");
        }
        assert!(!is_reference_to("$OTHER", "API_KEY") && !is_reference_to("$key", "key"));
    }
}
