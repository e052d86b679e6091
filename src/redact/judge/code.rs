//! Tells source code and prose from values.
//!
//! A type name, a call, a reference, a placeholder or a plain word behind the name of a credential is
//! no credential.

use super::Catch;
use super::looks::has_digits;

/// Types, literals and keywords of the languages that tool results are full of.
const CODE_WORDS: [&str; 44] = [
    "string",
    "str",
    "String",
    "&str",
    "int",
    "integer",
    "number",
    "float",
    "double",
    "bool",
    "boolean",
    "any",
    "object",
    "bytes",
    "char",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "f32",
    "f64",
    "null",
    "undefined",
    "none",
    "None",
    "nil",
    "true",
    "false",
    "True",
    "False",
    "self",
    "this",
    "void",
    "never",
    "unknown",
    "required",
    "optional",
    "Optional",
    "NULL",
];

/// Tells whether a value is an expression of source code, a placeholder or its own name.
pub(in crate::redact) fn is_code(value: &str, catch: &Catch<'_>) -> bool {
    value.is_empty()
        || CODE_WORDS.contains(&value)
        || is_bracketed(value)
        || is_reference(value)
        || value.contains("::")
        || value.starts_with(['&', '*', '|', '=', '.'])
        || same_name(value, catch.name)
        || is_call(value)
        || is_member_access(value)
        || is_index(value)
        || is_generic(value, catch.after)
}

/// `<token>`, `{{token}}`, `[token]`: a placeholder. A finished mask is none.
pub(in crate::redact) fn is_bracketed(value: &str) -> bool {
    let inner = |open: char, close: char| {
        let inner = value
            .strip_prefix(open)?
            .trim_end_matches(['.', ',', ';', ')'])
            .trim_end_matches(close);
        Some(!inner.is_empty() && inner.len() < 40 && !has_digits(inner, 4))
    };
    inner('<', '>').or_else(|| inner('{', '}')).or_else(|| inner('(', ')')).unwrap_or(false)
}

/// `$NAME`, `${NAME}`, `$(command)`, `%NAME%`, `env.NAME`, `process.env.NAME`.
pub(in crate::redact) fn is_reference(value: &str) -> bool {
    let shell = value.strip_prefix('$').is_some_and(|rest| {
        let name = rest.trim_start_matches('{').trim_end_matches(['}', ')', ',', ';']);
        rest.starts_with(['{', '('])
            || !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
                && !has_digits(name, 4)
    });
    let windows = value.strip_prefix('%').is_some_and(|rest| rest.ends_with('%'));
    shell
        || windows
        || ["process.env", "os.environ", "env.", "secrets.", "import.meta", "Deno.env"]
            .iter()
            .any(|start| value.starts_with(start))
}

/// Whether a value is the name that it is assigned to, as in `token = token;`.
pub(in crate::redact) fn same_name(value: &str, name: &str) -> bool {
    let plain = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|char| char.to_ascii_lowercase())
            .collect::<String>()
    };
    !name.is_empty() && plain(value) == plain(name)
}

pub(in crate::redact) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `next()`, `resolve(x)`, `new Token(…`
pub(in crate::redact) fn is_call(value: &str) -> bool {
    value.split_once('(').is_some_and(|(callee, _)| {
        let callee = callee.trim_end_matches('!');
        !callee.is_empty() && callee.split('.').all(is_identifier)
    })
}

/// `this.token`, `config.auth.token`; not `abc1.def2`, which may be a secret of two parts.
pub(in crate::redact) fn is_member_access(value: &str) -> bool {
    value.contains('.')
        && value.len() < 60
        && value.trim_end_matches(['?', '!']).split('.').all(|part| {
            is_identifier(part.trim_end_matches(['?', '!']))
                && !has_digits(part, 2)
                && part.len() <= 24
        })
}

/// `args[0]`, `os.environ['X']` up to its quote.
pub(in crate::redact) fn is_index(value: &str) -> bool {
    value.split_once('[').is_some_and(|(list, _)| {
        !list.is_empty() && list.split('.').all(is_identifier) && !has_digits(list, 1)
    })
}

/// `Option<String>` of which the rule caught what stands before the bracket.
pub(in crate::redact) fn is_generic(value: &str, after: &str) -> bool {
    let name = value.split('<').next().unwrap_or_default();
    is_identifier(name)
        && name.len() <= 24
        && !has_digits(name, 3)
        && (after.starts_with('<') || value.contains('<'))
}

/// Letters only, with the hyphens, dots and apostrophes that prose has.
pub(in crate::redact) fn is_words(value: &str) -> bool {
    let value = value.trim_end_matches(['.', '!', '?', ':', '|', '*', '…']);
    let longest = value.split(['-', '_', '/', '.']).map(str::len).max().unwrap_or_default();
    longest < 20
        && value
            .chars()
            .all(|char| char.is_alphabetic() || matches!(char, '-' | '\'' | '’' | '_' | '/' | '.'))
        && value.split(['-', '_', '/', '.']).all(is_cased_like_a_word)
}

/// `word`, `Word`, `WORD`, `camelCase`; not `aBcDeF`.
pub(in crate::redact) fn is_cased_like_a_word(word: &str) -> bool {
    let turns = word
        .chars()
        .zip(word.chars().skip(1))
        .filter(|(left, right)| left.is_lowercase() && right.is_uppercase())
        .count();
    turns <= 2 + word.len() / 8
}

/// `u32x4`, `token1`, `key_2`: a name with a number, too short to be a secret.
pub(in crate::redact) fn is_short_identifier(value: &str) -> bool {
    let stem = value.trim_end_matches(|char: char| char.is_ascii_digit());
    is_identifier(value)
        && value.len() < 12
        && value.len() - stem.len() <= 1
        && !has_digits(stem, 1)
}

/// Paths, addresses and keys of sessions: parts joined by slashes or colons.
pub(in crate::redact) fn is_path_like(value: &str) -> bool {
    value.starts_with(['/', '~', '.', '$'])
        || value.contains("://")
        || value.matches([':', '/']).count() >= 2
}
