//! Judges what a rule caught: a secret, or source code and prose that only look like one.
//!
//! OpenClaw masks whatever stands behind a name like `token`, so `token: string` loses its type and
//! `KEY: see below` a word. The tests here ask for what such catches have in common: type names,
//! calls, references, plain words, labels, placeholders. A value that mixes letters and digits, or
//! is long and irregular, is always a secret; behind the name of a password, everything is one that
//! nothing else explains.

mod code;
mod edges;
mod fields;
mod generated;
mod headers;
mod hosts;
mod keyed;
pub(super) mod looks;
mod password;
mod people;
mod phrases;
mod placeholders;
mod tokens;
mod variables;
mod words;

use super::mask;
use code::{
    is_bracketed, is_code, is_code_word, is_member_access, is_path_like, is_reference,
    is_short_identifier, is_spoken_path, is_typed, is_words, same_name,
};
pub(super) use edges::bounded;
use edges::glued;
use fields::{field, long_value, url};
use generated::{generated, passphrase};
use headers::{cookie, credential, scheme};
use keyed::{issued, keyed, prefixed};
use looks::{
    ends_with_digest, has_digits, is_irregular, is_random, is_strong, is_user_and_password,
    is_version, is_versioned_name, luhn, random,
};
use people::{email, handle};
use phrases::is_phrase;
pub(super) use phrases::is_phrase_of;
use placeholders::{is_format, is_placeholder};
pub(super) use tokens::is_app_password;
use tokens::{sk_token, telegram, vendor};

/// How the catch of a rule is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Look {
    /// Every catch is a secret.
    #[default]
    Any,
    /// `NAME=value`: source code is spared; with blanks or a colon, words are too.
    Environment,
    /// `name=value`: source code is spared.
    Assigned,
    /// `name: value`, `name = value`: source code, types and words are spared.
    Setting,
    /// `"name": "value"`: labels are spared.
    Quoted,
    /// `--name value`: words, placeholders and flags are spared.
    Flag,
    /// What the flag of a client that takes nothing but a password has behind it.
    PasswordFlag,
    /// What an `Authorization` header holds.
    Credential,
    /// `X-Api-Key: value`.
    Header,
    /// The same with `=`; the value ends before another `&name=`.
    HeaderEquals,
    /// A field of a URL or a form.
    Url,
    /// `user:password@`.
    UrlPassword,
    /// `user:pass/word@`: neither a port with a path nor a path of words.
    Slashed,
    /// A token that a vendor issues: prefix and an irregular body.
    Vendor,
    /// `sk-…`, whose prefix is also that of many style sheets.
    SkToken,
    /// A bot token of Telegram.
    Telegram,
    /// Long and irregular, whatever stands around it.
    Random,
    /// A number whose last digit is a check sum (Luhn).
    Luhn,
    /// A telephone number.
    Phone,
    /// An IPv4 or IPv6 address, but not a version.
    Address,
    /// The name of a machine of a private network.
    Host,
    /// The name of a machine in an address of any scheme.
    HostOfUrl,
    /// The name of a machine beside a word that says so.
    HostNamed,
    /// The name of a machine that nothing says to be one.
    HostBare,
    /// Twelve or more words of a wallet's recovery phrase.
    Phrase,
    /// A field of a URL or form whose name is decoded and compared.
    Field,
    /// A field of a URL whose value was masked before, or whose name is that of a credential.
    UrlName,
    /// What stands behind `Bearer` or `Basic`.
    Scheme,
    /// What a cookie header holds.
    Cookie,
    /// A long value of any assignment.
    LongValue,
    /// An embedded picture; it has its own mask.
    DataUrl,
    /// An event id of Matrix.
    Event,
    /// An e-mail address.
    Email,
    /// A handle.
    Handle,
    /// `anyName: "value"` where the name ends in that of a credential.
    QuotedValue,
    /// A quoted word behind the name of a password.
    QuotedWord,
    /// `anyName = value` of the same.
    Named,
    /// A value with signs that was drawn by lot.
    Generated,
    /// The same behind a name in another language, whose words nothing here knows.
    Abroad,
    /// Words with hyphens between them that nothing stands beside.
    Passphrase,
    /// Words with blanks between them behind the name of a password.
    PhraseLine,
    /// What stands behind an opening quote that nothing closes.
    Cut,
    /// A bare number of a credential.
    Number,
    /// A value that is a secret by its looks alone, beside a weak name.
    Strong,
    /// Anything with no letter or digit right before it.
    Bounded,
    /// An irregular value near a telling name.
    Keyed,
    /// A digest or UUID near the name of a vendor that issues such keys.
    Issued,
    /// An international bank account number with a right check sum.
    Iban,
    /// A long number.
    Id,
    /// `user:password` in base64.
    UserAndPassword,
    /// The name of a user in a path.
    User,
    /// Four groups of four letters beside a word for a password.
    AppPassword,
    /// The key of a product: groups of five capitals and digits.
    ProductKey,
    /// A value in the column of a table; the shape catches the line of names.
    Column,
    /// A digest behind a prefix.
    Prefixed,
}

/// What a rule caught and what stands around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Catch<'a> {
    /// The name in front of the value, empty where the rule has none.
    pub name: &'a str,
    /// What joins name and value, where the rule says.
    pub join: &'a str,
    /// The scheme of an `Authorization` header, where the rule says.
    pub scheme: &'a str,
    /// What is to be masked.
    pub value: &'a str,
    /// The text behind the value.
    pub after: &'a str,
    /// The text before the whole match.
    pub lead: &'a str,
    /// The text before the value.
    pub before: &'a str,
}

impl Look {
    /// Tells whether a catch is to be masked.
    pub(super) fn accepts(self, catch: &Catch<'_>) -> bool {
        let value = mask::core(catch.value);
        match self {
            Self::Any | Self::DataUrl => true,
            Self::Environment if variables::is_weak(catch.name) => variables::is_key(value),
            _ if self.is_behind_a_name() && password::is_one(catch, value) => true,
            Self::Environment if catch.join.trim() == "=" && catch.join.len() == 1 => {
                assigned(catch, value)
            }
            Self::Environment | Self::Setting => setting(catch, value),
            Self::Assigned | Self::HeaderEquals => assigned(catch, value),
            Self::Quoted => quoted(catch, value),
            Self::Flag => flag(catch, value),
            Self::PasswordFlag => {
                let named = Catch { name: "password", ..*catch };
                !variables::is_option(value)
                    && (password::is_one(&named, value) || flag(catch, value))
            }
            Self::Credential => credential(catch, value),
            Self::Header => credential(catch, value) && !(is_words(value) && value.len() < 6),
            Self::Url => url(catch.name, value),
            Self::UrlPassword => {
                !is_reference(value)
                    && !is_bracketed(value)
                    && !is_escape(catch.value)
                    && !is_pattern(value)
            }
            Self::Slashed => slashed(value),
            Self::Vendor => vendor(catch, value),
            Self::SkToken => bounded(catch) && sk_token(value) || glued(catch, value),
            Self::Telegram => telegram(value),
            Self::Random => random(catch, value),
            Self::Luhn => luhn(value),
            Self::Phone => super::personal::is_phone(value, catch.before, catch.after),
            Self::Address => super::personal::is_address(value, catch.before, catch.after),
            Self::Host => hosts::private(catch, value),
            Self::HostOfUrl => hosts::of_url(value),
            Self::HostNamed => hosts::named(catch, value),
            Self::HostBare => hosts::bare(catch, value),
            Self::Phrase => super::personal::is_phrase(value),
            Self::Field => super::fields::is_sensitive(catch.name) && field(catch.name, value),
            Self::UrlName => {
                super::fields::is_sensitive(catch.name)
                    && (mask::is_blank_mask(value)
                        || mask::is_hint(value)
                        || field(catch.name, value))
            }
            Self::Scheme => scheme(value),
            Self::Cookie => cookie(catch, value),
            Self::LongValue => long_value(catch.name, value),
            Self::Event => has_digits(value, 1) || value.len() > 40,
            Self::Email => email(value),
            Self::Handle => handle(catch),
            Self::QuotedValue => quoted_value(catch, value),
            Self::QuotedWord => quoted(catch, value) && !same_name(value, catch.name),
            Self::Named => named(catch, value),
            Self::Generated => generated(catch, value),
            Self::Abroad => {
                is_no_foreign_word(value) && (password::is_one(catch, value) || named(catch, value))
            }
            Self::Passphrase => passphrase(value),
            Self::PhraseLine => is_phrase(value, 4),
            Self::Cut => cut(catch, value),
            Self::Number => !(value.len() == 4 && value.starts_with(['1', '2'])),
            Self::Strong => {
                is_strong(value)
                    || password::is_named(catch.name)
                        && password::is_one(catch, value)
                        && !password::is_beside_the_word(catch, value)
            }
            Self::Bounded => {
                bounded(catch)
                    && !catch.after.starts_with(|after: char| after.is_ascii_alphanumeric())
            }
            Self::Keyed => keyed(catch, value),
            Self::Issued => issued(catch, value),
            Self::Iban => super::personal::is_iban(value),
            Self::UserAndPassword => is_user_and_password(value),
            Self::Id => people::is_id(catch),
            Self::User => !["Shared", "Public", "user", "username", "runner"].contains(&value),
            Self::AppPassword => is_app_password(catch.value),
            Self::ProductKey => has_digits(value, 2) || words::spoken(value, 4) * 2 < value.len(),
            Self::Column => is_cell(value) && is_strong(value),
            Self::Prefixed => prefixed(catch, value),
        }
    }

    /// Whether a name and a join stand before the value that say that it is a credential if nothing
    /// else explains it.
    const fn is_behind_a_name(self) -> bool {
        matches!(
            self,
            Self::Environment
                | Self::Assigned
                | Self::Setting
                | Self::Flag
                | Self::Named
                | Self::QuotedValue
                | Self::HeaderEquals
        )
    }
}

fn assigned(catch: &Catch<'_>, value: &str) -> bool {
    value.len() > 1 && !is_code(value, catch) && !variables::is_setting(catch.name, value)
}

fn setting(catch: &Catch<'_>, value: &str) -> bool {
    // A second colon makes a path of it: `use token::Brace`.
    if catch.value.starts_with(':')
        || is_typed(catch)
        || is_code(value, catch)
        || password::is_thing(catch.name, value)
    {
        return false;
    }
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return value.len() >= 6 || (is_password_name(catch.name) && value.len() >= 4);
    }
    !is_words(value) && !is_short_identifier(value)
}

fn quoted(catch: &Catch<'_>, value: &str) -> bool {
    if is_bracketed(value)
        || is_reference(value)
        || is_code_word(value)
        || is_format(value)
        || is_placeholder(value)
    {
        return false;
    }
    if variables::is_weak(catch.name) {
        return variables::is_key(value);
    }
    // `mode === "token" ? "password" : "token"`
    if catch.lead.trim_end().ends_with('?') && is_words(value) {
        return false;
    }
    if is_password_name(catch.name) {
        return true;
    }
    if is_member_access(value) || value.contains("${") {
        return false;
    }
    let label = value.contains(char::is_whitespace) && !mask::has_digit_beside_masks(catch.value);
    !(label || value.len() < 6 && is_words(value))
}

fn flag(catch: &Catch<'_>, value: &str) -> bool {
    let next = catch.after.trim_start();
    let conjunction = ["or", "and"].iter().any(|word| value.eq_ignore_ascii_case(word));
    let is_flag = value.starts_with('-') || conjunction && next.starts_with("--");
    let is_word = is_words(value) && value.len() < 12;
    !(is_flag || is_word || is_code(value, catch))
}

fn quoted_value(catch: &Catch<'_>, value: &str) -> bool {
    if is_phrase_of(catch.name, value) {
        return true;
    }
    if is_bracketed(value)
        || is_reference(value)
        || is_format(value)
        || is_placeholder(value)
        || is_code_word(value)
        || is_plural(catch.name)
        || is_version(value)
        || (is_member_access(value) || is_pattern(value)) && !is_password_name(catch.name)
        || password::is_thing(catch.name, value)
        || value.starts_with('#') && value.len() <= 9 && !is_password_name(catch.name)
        || same_name(value, catch.name)
        || password::is_path(value) && is_spoken_path(value)
    {
        return false;
    }
    let prose = value.split_whitespace().count() > 1 && !mask::has_digit_beside_masks(catch.value);
    let words = is_words(value) && value.len() < 20;
    !(value.len() < 6
        || prose
        || words
            && !(is_password_name(catch.name) && value.len() >= 8 && !catch.name.contains(' ')))
}

/// What stands behind an opening quote up to the end of the line: all of it is the value, unless
/// words go on behind the first one.
fn cut(catch: &Catch<'_>, value: &str) -> bool {
    let first = value.split_whitespace().next().unwrap_or_default();
    if first.len() == value.len() {
        return password::is_one(catch, value) || is_strong(value) || quoted_value(catch, value);
    }
    is_phrase_of(catch.name, value)
        || is_strong(first)
        || is_password_name(catch.name) && first.len() >= 8 && has_digits(first, 1)
}

fn named(catch: &Catch<'_>, value: &str) -> bool {
    if is_plural(catch.name)
        || catch.after.starts_with(['(', '['])
        || catch.value.starts_with(':')
        || password::follows_colon(catch)
        || is_code(value, catch)
        || is_prose(catch, value)
    {
        return false;
    }
    let digits_only = value.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte));
    if digits_only {
        return is_password_name(catch.name) && value.len() >= 6;
    }
    value.len() >= 6
        && !is_words(value)
        && !is_path_like(value)
        && !is_version(value)
        && (is_irregular(value) || is_password_name(catch.name))
        && !is_short_identifier(value)
        && (!is_versioned_name(value) || ends_with_digest(value))
}

/// Words with blanks between them, in quotes: a label, unless it may be a passphrase.
fn is_prose(catch: &Catch<'_>, value: &str) -> bool {
    let name = catch.name.to_ascii_lowercase();
    value.contains(char::is_whitespace)
        && !has_digits(value, 1)
        && !["pass", "pwd"].iter().any(|word| name.contains(word))
}

/// `max_tokens`, `passwordFields`: counts and lists.
fn is_plural(name: &str) -> bool {
    name.ends_with("okens") || name.ends_with("asswords")
}

/// A cell of a table with nothing but one word in it.
fn is_cell(value: &str) -> bool {
    !value.contains(|char: char| char.is_whitespace() || matches!(char, '"' | '`' | '(' | ')'))
}

/// A port stands before the first slash of an address without a password.
fn slashed(value: &str) -> bool {
    let first = value.split('/').next().unwrap_or_default();
    !(first.len() <= 5 && first.bytes().all(|byte| byte.is_ascii_digit()))
        && (is_random(value) || is_strong(value))
}

/// The line breaks and tabs of a string of JSON, which end what stands before them.
fn is_escape(value: &str) -> bool {
    value.starts_with('\\') && value.split('\\').all(|end| matches!(end, "" | "n" | "r" | "t"))
}

/// Whether a value has more than the letters of one word in some language.
fn is_no_foreign_word(value: &str) -> bool {
    value
        .chars()
        .skip(1)
        .any(|char| !(char.is_lowercase() || matches!(char, '-' | '.' | '!' | '?')))
}

/// `[^:]+):(?P<pass>[^@]+)`: a pattern that finds passwords.
fn is_pattern(value: &str) -> bool {
    ["(?", "[^", "]+", "]*", r"\w", r"\S", r"\d"].iter().any(|sign| value.contains(sign))
}

/// Whether the name is one of a password, for which any quoted text can be the value.
fn is_password_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "pwd", "secret"].iter().any(|word| name.contains(word))
}
