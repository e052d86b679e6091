//! Names of members that hold credentials.
//!
//! OpenClaw has two lists: the payload layer drops members by the end of their name, the masking
//! layer masks values by the whole name. Both are here, with the names that they miss.

mod pairs;
mod values;

pub(super) use pairs::{are_pair, holds_pair, marks_cookie, names_pair};
pub(super) use values::{holds_opaque, masks_value};

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
const SENSITIVE: [&str; 46] = [
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
    "backupcodes",
    "recoverycodes",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_are_told_by_their_ends() {
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
    }

    #[test]
    fn weak_names_speak_of_secrets_anywhere() {
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
    }

    #[test]
    fn plain_names_only_look_like_others() {
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
}
