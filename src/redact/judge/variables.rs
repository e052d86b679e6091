//! Judges settings by their names: those that end in `KEY` by accident, paths, small numbers, and
//! options of a command that stand where a password may.

use super::code::is_spoken_path;
use super::looks::{is_random, is_secret_value, is_strong};
use super::words::is_drawn_from_letters;
use super::{keyed, password};

/// Whether the name of a variable ends in `KEY` without saying that it is a secret: `MONKEY`,
/// `SORT_KEY`, `NEXT_PUBLIC_SITE_KEY`, or `KEY` alone.
pub(super) fn is_weak(name: &str) -> bool {
    name.strip_suffix("KEY").is_some_and(|stem| {
        let lower = stem.to_ascii_lowercase();
        match lower.strip_suffix('_') {
            Some(word) => keyed::is_open(&word.replace('_', "")),
            None => !keyed::is_word_of_key(&lower),
        }
    })
}

/// Whether the value of a variable of a weak name is a secret by its looks.
pub(super) fn is_key(value: &str) -> bool {
    is_strong(value) || is_random(value) || is_secret_value(value) || is_drawn_from_letters(value)
}

/// Whether the value of a variable is a path of words, or a number too small for a token, behind a
/// name that is not that of a password.
pub(super) fn is_setting(name: &str, value: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let of = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
    let is_small = value.len() < 4 && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_file = ["/", "~/", "./", "../"].iter().any(|start| value.starts_with(start))
        && is_spoken_path(value);
    of(&["secret", "token", "key"]) && (is_small || is_file && !password::is_named(name))
}

/// `/user:bob`, `/persistent:no`: an option of a command of Windows.
pub(super) fn is_option(value: &str) -> bool {
    let option = value.strip_prefix('/').unwrap_or_default().to_ascii_lowercase();
    let name = option.split(':').next().unwrap_or_default();
    ["user", "u", "persistent", "savecred", "delete", "add", "yes", "no", "home", "smartcard"]
        .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_end_in_key_by_accident_are_weak() {
        for name in
            ["MONKEY", "HOTKEY", "KEY", "SORT_KEY", "NEXT_PUBLIC_SITE_KEY", "SSH_PUBLIC_KEY"]
        {
            assert!(is_weak(name), "{name}");
        }
        for name in ["API_KEY", "APIKEY", "MY_SECRETKEY", "ENCRYPTION_KEY", "SOME_KEY", "TOKEN"] {
            assert!(!is_weak(name), "{name}");
        }
    }
}
