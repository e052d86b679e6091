//! The forms of a mask: how a hidden value is shown, and how a finished mask is known again.
//!
//! OpenClaw shows the first six and last four UTF-16 units of a value of at least 18, and `***` for
//! a shorter one. Its rules run one after the other, so a later rule may mask a mask; what must
//! never happen is that a mask of an *earlier run* is masked again, or redacting twice would differ
//! from redacting once.

use std::ops::Range;

use crate::js::text::utf16_len;

/// The mask that shows nothing.
pub(super) const STARS: &str = "***";

/// The mask of the payload layer.
pub(super) const REDACTED: &str = "<redacted>";

/// How much of a value its mask may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Masks {
    /// First six and last four characters of values of at least 18, as OpenClaw does.
    #[default]
    Hints,
    /// Nothing at all.
    Blank,
}

/// The shortest value, in UTF-16 units, of which a part may be shown.
const HINTED_FROM: usize = 18;

impl Masks {
    /// The mask of a value.
    pub(super) fn token(self, value: &str) -> String {
        if self == Self::Blank || utf16_len(value) < HINTED_FROM {
            return STARS.to_owned();
        }
        format!("{}…{}", head(value, 6), tail(value, 4))
    }

    /// The mask of a value as a rule captured it: quotes go, punctuation behind it stays.
    ///
    /// Nothing when the value is masked already.
    pub(super) fn value(self, captured: &str) -> Option<String> {
        let (value, rest) = split(captured);
        (value != STARS).then(|| format!("{}{rest}", self.token(value)))
    }
}

/// The first `units` UTF-16 units; a pair that does not fit is dropped.
fn head(text: &str, units: usize) -> &str {
    let mut left = units;
    let end = text.char_indices().find_map(|(at, char)| {
        let over = char.len_utf16() > left;
        left = left.saturating_sub(char.len_utf16());
        over.then_some(at)
    });
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The last `units` UTF-16 units; a pair that does not fit is dropped.
fn tail(text: &str, units: usize) -> &str {
    let mut left = units;
    let start = text.char_indices().rev().find_map(|(at, char)| {
        let over = char.len_utf16() > left;
        left = left.saturating_sub(char.len_utf16());
        over.then_some(at + char.len_utf8())
    });
    start.and_then(|start| text.get(start..)).unwrap_or(text)
}

const fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`')
}

const fn is_delimiter(char: char) -> bool {
    is_quote(char) || matches!(char, ',' | ';' | ')' | '}' | ']')
}

/// Splits a captured value into what is masked and the punctuation that stays behind it.
///
/// A closed pair of quotes around the value disappears, and so does a quote that only opens.
fn split(captured: &str) -> (&str, &str) {
    if let Some(quote) = captured.chars().next().filter(|first| is_quote(*first)) {
        let inner = captured.get(1..).unwrap_or_default();
        if let Some((value, rest)) = inner.rsplit_once(quote)
            && rest.chars().all(is_delimiter)
        {
            return (value, rest);
        }
        return without_delimiters(inner);
    }
    without_delimiters(captured)
}

fn without_delimiters(text: &str) -> (&str, &str) {
    let value = text.trim_end_matches(is_delimiter);
    if value.is_empty() { (text, "") } else { text.split_at(value.len()) }
}

/// The part of a captured value that is the value itself, without quotes and punctuation.
pub(super) fn core(captured: &str) -> &str {
    split(captured).0.trim_end_matches('\\')
}

/// Tells whether a text is a mask that says nothing but that something was hidden: one that no
/// rule may touch, whoever wrote it.
pub(super) fn is_blank_mask(text: &str) -> bool {
    text == STARS || is_placeholder(text)
}

/// What stands in a placeholder is shorter, in bytes.
const LONGEST: usize = 160;

/// `<redacted>`, `<redacted-jwt>`, `[REDACTED]`, `[REDACTED:3 github-token]`.
fn is_placeholder(text: &str) -> bool {
    let inside = |open: &str, close: char| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        Some(!inner.contains([close, '"', '\n']) && inner.len() < LONGEST)
    };
    inside("<redacted", '>').or_else(|| inside("[REDACTED", ']')).unwrap_or(false)
}

/// Tells whether a text has the shape of a mask that shows the ends of a value.
pub(super) fn is_hint(text: &str) -> bool {
    text.split_once('…').is_some_and(|(first, last)| {
        let short = |part: &str, units| {
            // Half of a pair may have been dropped.
            (units - 1..=units).contains(&utf16_len(part)) && !part.contains('…')
        };
        short(first, 6) && short(last, 4)
    })
}

/// Whether a text holds the description of a medium, which stands in its place.
pub(super) fn holds_description(text: &str) -> bool {
    placeholders(text).into_iter().any(|place| {
        text.get(place).is_some_and(|placeholder| placeholder.starts_with("<redacted "))
    })
}

/// Whether a text has a digit; the number of a mask says nothing of what stands around it.
pub(super) fn has_digit_beside_masks(text: &str) -> bool {
    let mut from = 0;
    let mut between = placeholders(text).into_iter().map(|mask| {
        let between = from..mask.start;
        from = mask.end;
        text.get(between)
    });
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    between.any(|text| text.is_some_and(has_digit)) || text.get(from..).is_some_and(has_digit)
}

/// The places of placeholders that no rule may take apart, in order.
pub(super) fn placeholders(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (open, close) in [("<redacted", b'>'), ("[REDACTED", b']')] {
        for (start, _) in text.match_indices(open) {
            let mut rest = text.bytes().skip(start).take(open.len() + LONGEST + 1);
            let end = rest.position(|byte| byte == close).map(|end| start + end + 1);
            if let Some(end) = end.filter(|end| text.get(start..*end).is_some_and(is_placeholder)) {
                found.push(start..end);
            }
        }
    }
    found.sort_unstable_by_key(|place| place.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_keep_their_ends() {
        assert_eq!(Masks::Hints.token("abcdefghijklmnopq"), "***");
        assert_eq!(Masks::Hints.token("abcdefghijklmnopqr"), "abcdef…opqr");
        assert_eq!(Masks::Blank.token("abcdefghijklmnopqr"), "***");
        assert_eq!(Masks::Hints.token(""), "***");
        assert_eq!(Masks::Hints.token("abcde😀ghijklmnop😀xyz"), "abcde…xyz");
    }

    #[test]
    fn quotes_go_and_punctuation_stays() {
        let mask = |captured| Masks::Hints.value(captured);
        assert_eq!(mask("\"abc\""), Some("***".into()));
        assert_eq!(mask("'abc'),"), Some("***),".into()));
        assert_eq!(mask("'abc"), Some("***".into()));
        assert_eq!(mask("abc,"), Some("***,".into()));
        assert_eq!(mask(",;"), Some("***".into()));
        assert_eq!(mask("***"), None);
        assert_eq!(mask("\"***\""), None);
    }

    #[test]
    fn masks_are_known_again() {
        for mask in
            ["***", "<redacted>", "<redacted-jwt>", "[REDACTED]", "[REDACTED:3 github-token]"]
        {
            assert!(is_blank_mask(mask), "{mask}");
        }
        assert!(!is_blank_mask("<redacted> and more>"));
        assert!(is_hint("abcdef…wxyz"));
        assert!(!is_hint("abcdef…wxyzz"));
        assert_eq!(placeholders("a <redacted-id> [REDACTED:1 x] <red>"), vec![2..15, 16..30]);
        assert_eq!(placeholders("[REDACTED] <redacted>"), vec![0..10, 11..21]);
        assert!(placeholders(&"<redacted".repeat(300_000)).is_empty());
    }
}
