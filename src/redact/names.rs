//! Names of members that hold credentials.
//!
//! OpenClaw has two lists: the payload layer drops members by the end of their name, the masking
//! layer masks values by the whole name. Both are here, with the names that they miss.

use super::judge::{self, looks};
use super::mask;

/// Ends of normalised names whose members hold credentials.
const ENDINGS: [&str; 12] = [
    "apikey",
    "cookie",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "secretaccesskey",
    "signingkey",
    "token",
];

/// Normalised names with such an end that hold something else.
const EXCEPTIONS: [&str; 6] =
    ["passwordfile", "tokenbudget", "tokencount", "tokenfield", "tokenlimit", "tokens"];

/// Names, written together and in lower case, whose values are masked whatever they are.
const SENSITIVE: [&str; 44] = [
    "apikey",
    "token",
    "secret",
    "password",
    "passwd",
    "credential",
    "authorization",
    "privatekey",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "clientsecret",
    "appsecret",
    "secretvalue",
    "rawsecret",
    "secretinput",
    "keymaterial",
    "cardnumber",
    "cardcvc",
    "cardcvv",
    "cvc",
    "cvv",
    "securitycode",
    "paymentcredential",
    "sharedpaymenttoken",
    "apitoken",
    "bearertoken",
    "awssecretaccesskey",
    "secretaccesskey",
    "cookie",
    "setcookie",
    "proxyauthorization",
    // Missing from OpenClaw's lists.
    "csrftoken",
    "xsrftoken",
    "sessiontoken",
    "webhooksecret",
    "signingsecret",
    "signingkey",
    "encryptionkey",
    "passphrase",
    "passcode",
    "credentials",
    "accountkey",
];

/// Names whose values are masked only when they look like secrets: OpenClaw masks them always and
/// loses key presses, sort orders and programs.
const WEAK: [&str; 9] =
    ["key", "jwt", "session", "signature", "pwd", "auth", "bearer", "cookies", "pass"];

/// Whether a member is one whose `id` opens what was shared with everybody who knows it.
pub(super) fn is_public_share(name: &str) -> bool {
    ["publicShare", "public_share", "public-share"]
        .iter()
        .any(|share| name.eq_ignore_ascii_case(share))
}

/// What the name of a member says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A credential that the payload layer removes as a whole.
    Credential,
    /// A value that the masking layer masks.
    Sensitive,
    /// A value that is masked when it looks like a secret.
    Weak,
    /// An account with Apple, whose app-specific passwords are masked.
    Account,
    /// Nothing.
    Plain,
}

/// Lower-cased, everything but letters and digits removed.
pub(super) fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect()
}

/// What a name says.
pub(super) fn kind(name: &str) -> Kind {
    let normal = normal(name);
    if holds_mask(name) {
        Kind::Plain
    } else if is_credential(&normal) {
        Kind::Credential
    } else if SENSITIVE.contains(&normal.as_str()) {
        Kind::Sensitive
    } else if WEAK.contains(&normal.as_str())
        || is_environment(name)
        || speaks_of_secrets(name)
        || is_password_abroad(name)
    {
        Kind::Weak
    } else if matches!(&*normal, "apple" | "icloud") {
        Kind::Account
    } else {
        Kind::Plain
    }
}

/// Whether the payload layer removes members of this normalised name.
pub(super) fn is_credential(normal: &str) -> bool {
    let exact = matches!(normal, "authorization" | "proxyauthorization");
    (exact || ENDINGS.iter().any(|end| normal.ends_with(end)))
        && !EXCEPTIONS.contains(&normal)
        && !is_special_token(normal)
}

/// `pad_token`, `eos_token`: what a tokenizer puts between texts.
fn is_special_token(normal: &str) -> bool {
    normal.strip_suffix("token").is_some_and(|kind| {
        ["bos", "eos", "pad", "unk", "sep", "cls", "mask", "eot"].contains(&kind)
    })
}

/// Words for a password in other languages, in small letters; those that names of source code are
/// made of are judged with the others.
const ABROAD: [&str; 34] = [
    "contraseña",
    "contrasen\u{303}a",
    "clave de acceso",
    "mot de passe",
    "palavra-passe",
    "parola d",
    "hasło",
    "haslo",
    "heslo",
    "lösenord",
    "losenord",
    "adgangskode",
    "passord",
    "salasana",
    "şifre",
    "parolă",
    "jelszó",
    "пароль",
    "парола",
    "ключевое слово",
    "κωδικός",
    "סיסמה",
    "סיסמא",
    "كلمة المرور",
    "كلمة السر",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "暗証番号",
    "비밀번호",
    "암호",
    "mật khẩu",
    "รหัสผ่าน",
];

/// Whether a name is the word for a password in another language.
pub(super) fn is_password_abroad(name: &str) -> bool {
    let lower = name.to_lowercase();
    ABROAD.iter().any(|word| lower.contains(word))
}

/// Whether a part of the name is masked already. What is left may end like the name of a credential
/// (`{"password":"***"}` as a name); the name that it was, did not.
fn holds_mask(name: &str) -> bool {
    [mask::STARS, "…", "<redacted", "[REDACTED:"].iter().any(|mask| name.contains(mask))
}

/// `some_key`, `SOME-KEY`: words with a separator and KEY at the end. The other ends of such names
/// are credentials.
fn is_environment(name: &str) -> bool {
    let mut words = name.rsplit(['_', '-']);
    let key = words.next().is_some_and(|last| last.eq_ignore_ascii_case("key"));
    let mut rest = words.peekable();
    key && rest.peek().is_some()
        && rest
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Words that make any name that of a secret.
const TELLING: [&str; 14] = [
    "pass",
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "passphrases",
    "pwd",
    "pswd",
    "secret",
    "secrets",
    "pat",
    "apikey",
    "apikeys",
    "credentials",
];

/// Words before `key` or `keys` that do.
const BEFORE_KEY: [&str; 10] = [
    "api",
    "access",
    "secret",
    "private",
    "auth",
    "license",
    "encryption",
    "signing",
    "master",
    "account",
];

/// `DB_PASS`, `smtpPassword2`, `secretKeys`, `token_value`: a name with a telling word anywhere.
fn speaks_of_secrets(name: &str) -> bool {
    let words = words(name);
    let is = |at: usize, among: &[&str]| words.get(at).is_some_and(|word| among.contains(&&**word));
    (0..words.len()).any(|at| {
        is(at, &TELLING)
            || is(at, &BEFORE_KEY) && is(at + 1, &["key", "keys"])
            || is(at, &["token"]) && is(at + 1, &["value", "secret", "raw"])
    })
}

/// The words of a name in lower case, whether separators or capitals part them; digits are dropped.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for char in name.chars() {
        if !char.is_ascii_alphabetic() || was_lower && char.is_ascii_uppercase() {
            words.push(String::new());
        }
        was_lower = char.is_ascii_lowercase();
        if let Some(word) = words.last_mut().filter(|_| char.is_ascii_alphabetic()) {
            word.push(char.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Members that name what the member `value` beside them holds.
const NAMES_OF_PAIRS: [&str; 6] = ["name", "key", "header", "variable", "field", "env"];

/// Whether a member names what `value` beside it holds: `{"name": "API_KEY", "value": …}`.
pub(super) fn names_pair(name: &str) -> bool {
    NAMES_OF_PAIRS.iter().any(|pair| name.eq_ignore_ascii_case(pair))
}

/// Whether a member holds what the member beside it names.
pub(super) fn holds_pair(name: &str) -> bool {
    ["value", "val"].iter().any(|value| name.eq_ignore_ascii_case(value))
}

/// Whether a member is one that stands beside the name and the value of a cookie alone.
pub(super) fn marks_cookie(name: &str) -> bool {
    ["httpOnly", "sameSite"].iter().any(|mark| name.eq_ignore_ascii_case(mark))
}

/// Whether a list of two strings is a name with its value, as maps are written by some programs.
pub(super) fn are_pair(name: &str, value: &str) -> bool {
    kind(name) != Kind::Plain && masks_value(Kind::Weak, name, value)
}

/// Whether a value is exactly a shell reference to its own upper-case name: `$NAME`, `${NAME:-}`.
pub(super) fn is_reference_to(value: &str, name: &str) -> bool {
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
pub(super) fn holds_opaque(kind: Kind, name: &str, value: &str) -> bool {
    let is_prefixed = || {
        let stem = value.trim_start_matches(|char: char| char.is_ascii_lowercase());
        (2..8).contains(&(value.len() - stem.len())) && stem.starts_with(['_', '-', '.'])
    };
    (looks::is_digest(value) && looks::names_digest(name)
        || SIGNATURES.contains(&name) && looks::is_signature(value))
        && kind == Kind::Plain
        && !value.starts_with("eyJ")
        && !is_prefixed()
}

/// Whether a name is that of a password, of which short ones are common.
fn is_password(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["pass", "pwd", "pswd"].iter().any(|word| lower.contains(word)) || is_password_abroad(name)
}

/// Whether a value is masked as a whole because of the name of its member.
pub(super) fn masks_value(kind: Kind, name: &str, value: &str) -> bool {
    let finished = mask::is_blank_mask(value) || mask::is_hint(value);
    !finished
        && match kind {
            Kind::Credential | Kind::Sensitive => !is_reference_to(value, name),
            Kind::Weak => {
                looks::is_secret_value(value)
                    || name == "auth" && looks::is_user_and_password(value)
                    || is_password(name) && looks::is_strong(value)
            }
            Kind::Account => value.split_whitespace().any(judge::is_app_password),
            Kind::Plain => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_by_what_they_hold() {
        for name in [
            "password",
            "csrfToken",
            "x-api-key",
            "DB_PASSWORD",
            "client_secret",
            "Cookie",
            "webhookSecret",
            "Authorization",
        ] {
            assert_eq!(kind(name), Kind::Credential, "{name}");
        }
        for name in ["passcode", "credentials", "cvc", "keyMaterial"] {
            assert_eq!(kind(name), Kind::Sensitive, "{name}");
        }
        for name in [
            "key",
            "session",
            "signature",
            "sort_key",
            "primary-key",
            "pwd",
            "DB_PASS",
            "dbPass2",
            "GITLAB_PAT",
            "apiKeys",
            "secretKeys",
            "accessKey",
            "token_value",
            "privateKeyPem",
            "SECRET_THING",
            "passwords",
        ] {
            assert_eq!(kind(name), Kind::Weak, "{name}");
        }
        for name in [
            "maxTokens",
            "tokens",
            "input_tokens",
            "sessionKey",
            "keyId",
            "publicKey",
            "tokenCount",
            "monkey",
            "keyboard",
            "code",
            "{\"password\":\"***\"}",
            "abcdef…wxyz token",
            "compass",
            "bypass",
            "path",
            "pattern",
            "tokenizer",
        ] {
            assert_eq!(kind(name), Kind::Plain, "{name}");
        }
    }

    #[test]
    fn shell_references_to_the_own_name_hold_nothing() {
        for value in ["$API_KEY", "${API_KEY}", "${API_KEY:-}"] {
            assert!(is_reference_to(value, "API_KEY"), "{value}");
        }
        assert!(!is_reference_to("$OTHER", "API_KEY") && !is_reference_to("$key", "key"));
    }
}
