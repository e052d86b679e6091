//! Tells source code and prose from values.
//!
//! A type name, a call, a reference, a placeholder or a plain word behind the name of a credential is
//! no credential.

use super::Catch;
use super::looks::{entropy, has_digits, mixes_case};
use super::placeholders::{is_format, is_placeholder};
use super::words::{self, Reading, is_drawn_from_letters, reads_as_words};

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
    is_expression(value, catch) || is_member_access(value)
}

/// The same without the access to a member, which a value with a dot in it may look like.
pub(super) fn is_expression(value: &str, catch: &Catch<'_>) -> bool {
    value.is_empty()
        || is_code_word(value)
        || is_bracketed(value)
        || is_reference(value)
        || value.contains("::")
        || value.starts_with(['&', '*', '|', '=', '.', '>'])
        || matches!(value, "{" | "[" | "(")
        || same_name(value, catch.name)
        || is_call(value)
        || is_index(value)
        || is_directive(value)
        || is_macro(value)
        || is_list(value)
        || is_generic(value, catch.after)
        || is_number(value)
        || value.trim_end_matches('.') == "VALUE"
        || is_flag_of_script(value)
        || is_suffix_of(value, catch.name)
        || is_operand(value, catch.after)
        || is_opening(value)
        || is_tag(value)
        || is_machine(value)
        || is_placeholder(value)
        || is_format(value)
        || catch.value.starts_with('[') && catch.value.ends_with(';')
}

/// Whether a value is a type, a literal or a keyword, perhaps with the end of a list of parameters.
pub(super) fn is_code_word(value: &str) -> bool {
    let word = value.trim_end_matches([')', ':', ',', ';']);
    CODE_WORDS.contains(&word) || is_integer_type(word.trim_start_matches('_'))
}

/// `u32`, `__u64`, `uint8_t`
fn is_integer_type(word: &str) -> bool {
    let word = word.strip_suffix("_t").unwrap_or(word);
    ["uint", "int", "u", "i", "s"].iter().any(|kind| {
        word.strip_prefix(kind).is_some_and(|bits| ["8", "16", "32", "64", "128"].contains(&bits))
    })
}

/// `!0`, `!1`: true and false in a script that was made small.
fn is_flag_of_script(value: &str) -> bool {
    ["!0", "!1"].iter().any(|flag| {
        value
            .strip_prefix(flag)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([',', '}', ';', ')']))
    })
}

/// `private_key=key`: a parameter gets the variable that is called as it is, in short.
fn is_suffix_of(value: &str, name: &str) -> bool {
    let value = value.trim_end_matches([')', ':', ',', ';']);
    value.len() >= 3
        && name.strip_suffix(value).is_some_and(|before| before.ends_with(['_', '-', '.']))
}

/// `password or None`, `token || ""`: a variable that says what it holds, and an operator.
fn is_operand(value: &str, after: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    is_identifier(value)
        && [" or ", " and ", " if ", " || ", " && ", " ?? ", " is "]
            .iter()
            .any(|sign| after.starts_with(sign))
        && ["pass", "pwd", "token", "secret", "key"].iter().any(|word| lower.contains(word))
        && reads_as_words(value, Reading::Code)
}

/// `!vault`, `!Ref`: a tag of YAML says where the value comes from.
fn is_tag(value: &str) -> bool {
    ["!vault", "!Ref", "!Sub", "!GetAtt", "!ImportValue", "!reference", "!secret", "!env"]
        .contains(&value)
}

/// `passwd:amd64`: a package, and for which machines it was built.
fn is_machine(value: &str) -> bool {
    ["amd64", "arm64", "armhf", "armel", "i386", "i686", "x86_64", "aarch64", "ppc64el", "s390x"]
        .contains(&value)
}

/// `qr{`, `format!(`: what a bracket opens stands behind it.
fn is_opening(value: &str) -> bool {
    value.strip_suffix(['{', '(']).is_some_and(|word| is_identifier(word.trim_end_matches('!')))
}

/// `%s`, `%02x`, `\n%s`: what a format puts a value into.
fn is_directive(value: &str) -> bool {
    let value = value.trim_start_matches(r"\n").trim_start_matches(r"\t");
    value.strip_prefix('%').is_some_and(|rest| {
        (1..=3).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// `[listener.fileno(), x]`, of which the rule caught the start.
fn is_list(value: &str) -> bool {
    value.strip_prefix('[').is_some_and(|first| is_call(first) || is_member_access(first))
}

/// `vec![0u8`, `Token![fn]`: a macro with the start of its arguments.
fn is_macro(value: &str) -> bool {
    value.split_once("![").is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    })
}

/// `22579u16`, `0x1F`, `1*tchar`, `98.5%`: a number of source code, of a grammar or of a report.
fn is_number(value: &str) -> bool {
    let value = value.trim_end_matches([';', ',']);
    if let Some(share) = value.strip_suffix('%') {
        return share.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    }
    let end = value.find(|char: char| !char.is_ascii_digit()).unwrap_or_default();
    let (digits, rest) = value.split_at_checked(end).unwrap_or_default();
    !digits.is_empty()
        && (CODE_WORDS.contains(&rest)
            || rest.starts_with('*')
            || digits == "0" && rest.starts_with('x') && value.len() <= 10)
}

/// `pub const KEY: Type = …`: what was caught is a type.
pub(in crate::redact) fn is_typed(catch: &Catch<'_>) -> bool {
    catch.join.contains(':') && catch.after.starts_with(" = ")
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
    if value.starts_with("{{") {
        return true;
    }
    let shell = value.strip_prefix('$').is_some_and(|rest| {
        let name = rest.trim_start_matches('{').trim_end_matches(['}', ')', ',', ';']);
        rest.starts_with(['{', '('])
            || !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
                && !has_digits(name, 4)
    });
    let windows =
        value.strip_prefix('%').is_some_and(|rest| rest.ends_with('%') || rest.starts_with('('));
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
        !callee.is_empty()
            && callee.split('.').all(|part| is_identifier(part.trim_end_matches('?')))
    })
}

/// `this.token`, `config.auth.token`; not `abc1.def2`, which may be a secret of two parts.
pub(in crate::redact) fn is_member_access(value: &str) -> bool {
    let value = value.trim_end_matches([')', ':', ',', ';']);
    value.contains('.')
        && value.len() < 60
        && value.trim_end_matches(['?', '!']).split('.').all(|part| {
            is_identifier(part.trim_end_matches(['?', '!']))
                && !has_digits(part, 2)
                && part.len() <= 24
        })
        && is_plausible_member(value, Reading::Code)
}

/// What members of source code are usually called behind: `req.pwdHsh`.
const HEADS: [&str; 24] = [
    "self", "this", "config", "cfg", "conf", "settings", "opts", "options", "args", "params",
    "req", "request", "res", "ctx", "user", "usr", "env", "process", "props", "state", "var",
    "local", "event", "body",
];

/// Whether a member access has a head or a part that speaks of what it is, or is made of words.
pub(super) fn is_plausible_member(value: &str, reading: Reading) -> bool {
    let lower = value.to_ascii_lowercase();
    let head = lower.split(['.', '?', '!']).next().unwrap_or_default();
    HEADS.contains(&head)
        || ["passw", "pwd", "secret", "token", "cred"].iter().any(|word| lower.contains(word))
        || reads_as_words(value, reading)
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
        // `</td>`, `<br>`: markup ends the value.
        && (after.starts_with('<') && !["</", "<br"].iter().any(|tag| after.starts_with(tag))
            || value.contains('<'))
}

/// Letters only, with the hyphens, dots and apostrophes that prose has.
pub(in crate::redact) fn is_words(value: &str) -> bool {
    let value = value.trim_end_matches(['.', '!', '?', ':', '|', '*', '…']);
    let longest = value.split(['-', '_', '/', '.']).map(str::len).max().unwrap_or_default();
    longest < 20
        && !is_drawn_from_letters(value)
        && value
            .chars()
            .all(|char| char.is_alphabetic() || matches!(char, '-' | '\'' | '’' | '_' | '/' | '.'))
        && value.split(['-', '_', '/', '.']).all(is_cased_like_a_word)
}

/// Whether most of a value is words between hyphens, whatever prefix stands before them; a word may
/// have a digit behind it and be in capitals.
pub(in crate::redact) fn is_spelled(value: &str) -> bool {
    let is_word = |part: &&str| {
        let stem = part.trim_end_matches(|char: char| char.is_ascii_digit());
        (2..=12).contains(&part.len())
            && part.len() - stem.len() <= 1
            && (stem.bytes().all(|byte| byte.is_ascii_lowercase())
                || stem.bytes().all(|byte| byte.is_ascii_uppercase()))
    };
    let words: Vec<&str> = value.split(['-', '_', '.']).filter(is_word).collect();
    let letters: usize = words.iter().map(|word| word.len() + 1).sum();
    words.len() >= 2 && letters * 10 >= value.len() * 6
}

/// `ID3D11ShaderReflection`, `object.x509Certificate`: a name of source code with numbers in it, made
/// of words that can be spoken.
pub(in crate::redact) fn is_name_with_numbers(value: &str) -> bool {
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.');
    let runs = |of: fn(&char) -> bool| value.split(move |char: char| !of(&char));
    let is_spoken = |run: &&str| {
        run.len() >= 3 && run.contains(['a', 'e', 'i', 'o', 'u', 'y', 'A', 'E', 'I', 'O', 'U'])
    };
    // The capital before a run of small letters belongs to the word.
    let small = runs(char::is_ascii_lowercase).filter(is_spoken).map(|run| run.len() + 1);
    let large = runs(char::is_ascii_uppercase).filter(is_spoken).map(str::len);
    let spoken = small.chain(large.filter(|_| value.contains('_'))).sum::<usize>();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let numbers: Vec<&str> =
        runs(char::is_ascii_digit).filter(|run| !run.is_empty()).take(5).collect();
    let most = if value.contains('_') { 4 } else { 3 };
    value.chars().all(is_part)
        && (value.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'_')
            || value.len() >= 16 && numbers.len() <= 1)
        && spoken * 20 >= letters * 13
        && numbers.iter().all(|run| run.len() <= 4)
        && numbers.len() <= most
}

/// Whether every part of a path is made of words, with a number or two.
pub(super) fn is_spoken_path(value: &str) -> bool {
    let parts = value.split(['/', '\\', ':']).filter(|part| !part.is_empty());
    let is_spoken = |part: &str| {
        !has_digits(part, 3) && (part.len() <= 4 || words::spoken(part, 3) * 2 >= part.len())
    };
    parts.clone().count() >= 2 && parts.into_iter().all(is_spoken)
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

/// Paths, addresses and keys of sessions: parts joined by slashes or colons. Base64 has slashes too.
pub(in crate::redact) fn is_path_like(value: &str) -> bool {
    value.starts_with(['/', '~', '.', '$'])
        || value.contains("://")
        || value.matches([':', '/']).count() >= 2 && !value.split([':', '/']).any(is_drawn)
}

/// A part of a path that no name looks like.
fn is_drawn(part: &str) -> bool {
    part.len() >= 16 && has_digits(part, 2) && mixes_case(part) && entropy(part) >= 3.5
}
