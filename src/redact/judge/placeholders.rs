//! Tells what stands in the place of a value from a value: `your-api-key`, `sk-...`, `%s:%s`.

/// Words with which a placeholder begins.
const FIRST: [&str; 8] = ["your", "insert", "replace", "enter", "paste", "put", "add", "my"];

/// Whether words say what is to be put in their place, or signs that something is.
pub(in crate::redact) fn is_placeholder(value: &str) -> bool {
    is_ellipsis(value) || is_crossed_out(value) || says_what(value)
}

/// `your_api_key_here`, `YOUR-TOKEN`, `my-secret-key`, `token_goes_here`: letters alone, in two or
/// more words, that name a thing.
fn says_what(value: &str) -> bool {
    const THINGS: [&str; 12] = [
        "key",
        "token",
        "secret",
        "password",
        "passwd",
        "pass",
        "credential",
        "credentials",
        "here",
        "value",
        "auth",
        "apikey",
    ];
    let lower = value.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(['-', '_', '.']).collect();
    let (first, last) = (parts.first().copied(), parts.last().copied());
    parts.len() >= 2
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()))
        && last.is_some_and(|last| THINGS.contains(&last))
        && (last == Some("here") || first.is_some_and(|first| FIRST.contains(&first)))
}

/// `sk-...`, `...`, `ghp_…`: a prefix of which nothing is shown.
fn is_ellipsis(value: &str) -> bool {
    let stem = value.strip_suffix("...").or_else(|| value.strip_suffix('…'));
    stem.is_some_and(|stem| {
        stem.len() <= 12
            && (stem.is_empty() || stem.ends_with(['-', '_']))
            && stem.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
    })
}

/// `xxxx`, `XXXX-XXXX`, `sk-xxxxxxxx`
fn is_crossed_out(value: &str) -> bool {
    let body = value
        .rsplit_once(['-', '_'])
        .map_or(value, |(prefix, body)| if prefix.len() <= 8 { body } else { value });
    let is_cross = |byte: u8| byte == b'x' || byte == b'X';
    body.len() >= 3 && body.bytes().all(is_cross)
}

/// `%s`, `%s:%d`: a format without a letter of its own.
pub(in crate::redact) fn is_format(value: &str) -> bool {
    let mut pieces = value.split('%');
    let has_none = |text: &str| !text.chars().any(char::is_alphanumeric);
    let is_directive = |piece: &str| {
        let piece = piece.trim_start_matches(|char: char| {
            char.is_ascii_digit() || matches!(char, '-' | '.' | '+' | '#')
        });
        piece.strip_prefix(|kind: char| "sdrifxXqvoucpbegG@".contains(kind)).is_some_and(has_none)
    };
    pieces.next().is_some_and(has_none) && value.contains('%') && pieces.all(is_directive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for value in [
            "your_api_key_here",
            "YOUR_TOKEN",
            "your-api-key",
            "token-goes-here",
            "sk-...",
            "...",
            "ghp_…",
            "xxxx",
            "sk-xxxxxxxx",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["yourmother42", "abcdef…wxyz", "correct-tiger-staple", "hunter", "Zq7xxx"] {
            assert!(!is_placeholder(value), "{value}");
        }
        for value in ["%s", "%s:%s", "%02x", "%-10s / %d"] {
            assert!(is_format(value), "{value}");
        }
        for value in ["", "a%s", "50%", "%sx9", "kR7%sQ"] {
            assert!(!is_format(value), "{value}");
        }
    }
}
