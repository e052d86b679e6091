//! Tells passwords with signs in them from expressions of source code.
//!
//! A generator draws `#`, `&` and brackets like any other sign. Source code joins words with them.

use super::Catch;
use super::code::{is_bracketed, is_identifier, is_path_like, is_reference, is_typed};
use super::{password, words};

/// The lengths of passwords, in bytes; what is longer is code without blanks.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=64;

/// Pairs of signs that code has, and pieces of addresses and of texts in markup.
const OF_CODE: [&str; 20] = [
    "::", "->", "=>", "://", "${", "$(", "#{", "{{", "}}", "&&", "||", "()", "[]", "&amp", "&quot",
    "&lt", "&gt", "&#", "==", "%3",
];

/// Signs that join the words of source code.
const JOINTS: [char; 10] = ['(', ')', '{', '}', '[', ']', ',', ';', '<', '>'];

/// Whether a value is a password that was drawn by lot.
pub(super) fn generated(catch: &Catch<'_>, value: &str) -> bool {
    LENGTHS.contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_graphic())
        && kinds(value) >= 2
        && !OF_CODE.iter().any(|sign| value.contains(sign))
        && !(is_bracketed(value) || is_reference(value) || is_typed(catch) || is_path_like(value))
        && !is_colour(value)
        && !(value.contains('=') && value.contains('&'))
        && (words::spoken(value, 4) * 2 < words::letters(value) || is_of_file(catch, value))
        && (!value.contains(JOINTS) || is_beyond_code(catch, value))
}

/// `DB_PASS=Mailer#2026`: the line of a file of variables, where words are values too.
fn is_of_file(catch: &Catch<'_>, value: &str) -> bool {
    catch.join == "="
        && password::is_named(catch.name)
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && !value.contains(JOINTS)
        && !value.contains('&')
}

/// How many of small letters, capitals and digits a value has.
fn kinds(value: &str) -> usize {
    [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit]
        .iter()
        .filter(|kind| value.bytes().any(|byte| kind(&byte)))
        .count()
}

/// Whether signs that join words in source code join none in a value, which ends its line.
fn is_beyond_code(catch: &Catch<'_>, value: &str) -> bool {
    let is_end =
        catch.after.is_empty() || catch.after.starts_with(['\n', '\r', '<', '"', '\'', '`']);
    let is_operand =
        |part: &str| is_identifier(part) || part.bytes().all(|byte| byte.is_ascii_digit());
    is_end
        && value == catch.value
        && kinds(value) == 3
        && !value.contains([':', '=', '.'])
        && words::spoken(value, 3) == 0
        && !value.split(JOINTS).all(is_operand)
}

/// `#1A2B3C4D`
fn is_colour(value: &str) -> bool {
    value.strip_prefix('#').is_some_and(|digits| {
        digits.len() <= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Words that make a line with hyphens say something about a password.
const ABOUT: [&str; 16] = [
    "pass", "pwd", "secret", "token", "key", "your", "this", "here", "example", "must", "not",
    "same", "change", "required", "optional", "only",
];

/// Whether words with hyphens between them are a phrase that somebody chose, not what a line of
/// prose or the settings of a program say.
pub(super) fn passphrase(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    words::letters(value) >= 14 && !ABOUT.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_generated(value: &str) -> bool {
        let catch = Catch {
            name: "password",
            join: "",
            scheme: "",
            value,
            after: "",
            lead: "",
            before: "",
        };
        generated(&catch, value)
    }

    #[test]
    fn drawn_signs_are_told_from_operators() {
        for value in ["kR7#mQ2v!x", "htCuoW#giTuV$", "wpFOB!1edm#Z9A", "x9(Qm#2Lz", "Tr0ub4dor&3"] {
            assert!(is_generated(value), "{value}");
        }
        for value in [
            "hash(Password1)",
            "Token#valueOf1",
            "t1.P2,e3",
            "#A1B2C3D4",
            "a=B1c2&d=E3",
            "user&&User1",
            "[Password1]",
            "Xy1&amp;Zw2",
            "f1(A2,b3)",
            "{Abc1,Def2}",
        ] {
            assert!(!is_generated(value), "{value}");
        }
    }

    #[test]
    fn phrases_are_told_from_remarks() {
        assert!(passphrase("correct-tiger-staple"));
        for value in
            ["one-time-use", "change-this-later", "your-password-here", "same-as-above-one"]
        {
            assert!(!passphrase(value), "{value}");
        }
    }
}
