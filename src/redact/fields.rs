//! Names of URL and form fields that carry credentials, however they are encoded.

use std::borrow::Cow;

/// Names in URLs and forms, lower-case and with `_` between words.
const FIELDS: [&str; 46] = [
    "token",
    "key",
    "api_key",
    "apikey",
    "secret",
    "access_token",
    "auth_token",
    "password",
    "pass",
    "passwd",
    "auth",
    "client_secret",
    "hook_token",
    "refresh_token",
    "signature",
    "id_token",
    "app_secret",
    "jwt",
    "session",
    "code",
    "credential",
    "private_key",
    "authorization",
    "x_amz_signature",
    "x_amz_security_token",
    "x_amz_credential",
    "sig",
    "x_api_key",
    "x_access_token",
    "x_auth_token",
    "card_number",
    "card_cvc",
    "card_cvv",
    "cvc",
    "cvv",
    "security_code",
    "payment_credential",
    "shared_payment_token",
    "awssecretaccesskey",
    "secretaccesskey",
    "aws_secret_access_key",
    // Missing from OpenClaw's list.
    "passphrase",
    "pwd",
    "accesstoken",
    "refreshtoken",
    "clientsecret",
];

/// How often a name is decoded before it counts as hiding something.
const ROUNDS: usize = 9;

/// Tells whether the name of a field is that of a credential; one that cannot be decoded is.
pub(super) fn is_sensitive(name: &str) -> bool {
    match normal(name) {
        None => true,
        Some(name) => FIELDS.contains(&&*name) || is_token(&name),
    }
}

/// `token`, `csrf_token`, `token_` and at least 16 hexadecimal digits.
fn is_token(name: &str) -> bool {
    let stem = match name.rsplit_once('_') {
        Some((stem, digits))
            if digits.len() >= 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            stem
        }
        _ => name,
    };
    stem == "token" || stem.ends_with("_token")
}

/// The name as servers read it, or nothing when its escapes are not valid.
pub(super) fn normal(name: &str) -> Option<String> {
    let mut name: Cow<'_, str> = Cow::Borrowed(name);
    for _ in 0..ROUNDS {
        let visible: String = name.chars().filter(|char| !is_unseen(*char)).collect();
        let decoded = decoded(&visible)?;
        if decoded == *name {
            return Some(decoded.to_lowercase().replace('-', "_"));
        }
        name = Cow::Owned(decoded);
    }
    (!name.contains('%')).then(|| name.to_lowercase().replace('-', "_"))
}

fn is_unseen(char: char) -> bool {
    let ignorable = matches!(char, '+' | '\u{AD}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E000}'..='\u{F8FF}' | '\u{180E}' | '\u{61C}' | '\u{FFF9}'..='\u{FFFB}');
    ignorable || char.is_control() || char.is_whitespace()
}

/// A text with its escapes read once, or nothing when they are not valid.
pub(super) fn decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        let digits = std::str::from_utf8(&digits)
            .ok()
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        out.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_decoded_before_they_are_compared() {
        for name in [
            "token",
            "TOKEN",
            "api-key",
            "to%6ben",
            "to%2520ken",
            "to+ken",
            "to\u{200B}ken",
            "csrf_token",
            "token_0123456789abcdef",
            "%zz",
            "%ff",
        ] {
            assert!(is_sensitive(name), "{name}");
        }
        for name in ["page", "csrftoken", "tokens", "max_tokens", "keyboard", "a%20b"] {
            assert!(!is_sensitive(name), "{name}");
        }
    }
}
