//! The order in which OpenClaw sorts the `ts` of events.
//!
//! OpenClaw merges runtime and transcript events with JavaScript's `localeCompare`, which is not
//! the order of time nor of bytes: punctuation comes in an order of its own, and upper and lower
//! case differ only when nothing else does. For the usual fixed-width UTC form all three agree.
//!
//! This module owns the en-US order of ASCII, all that a time holds. Other characters follow the
//! letters by code point, without the accents and expansions of the full Unicode algorithm.

use std::cmp::Ordering;

/// Visible characters in their order, before digits and letters. White space comes before them.
const PUNCTUATION: &str = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// The rank of the digit zero, beyond all of [`PUNCTUATION`].
const DIGITS: u32 = 100;
/// The rank of the letter a.
const LETTERS: u32 = 200;
/// The rank of what is not ASCII, beyond all letters.
const OTHERS: u32 = 300;

/// Compares two texts as `localeCompare` does in en-US, for the characters that a time may hold.
///
/// Texts that differ only in characters without weight (control characters) are equal, as they are
/// there. The order is total: any set of texts has one sorted order up to such equal ones.
pub fn compare(left: &str, right: &str) -> Ordering {
    if left == right || is_utc(left) && is_utc(right) {
        return left.cmp(right);
    }
    let ranks = |text: &str| text.chars().filter_map(rank).collect::<Vec<_>>();
    // Letter case counts only when all ranks are equal; small letters come first.
    let cases = |text: &str| {
        let ranked = text.chars().filter(|char| rank(*char).is_some());
        ranked.map(|char| char.is_ascii_uppercase()).collect::<Vec<_>>()
    };
    ranks(left).cmp(&ranks(right)).then_with(|| cases(left).cmp(&cases(right)))
}

/// Whether a text is `YYYY-MM-DDTHH:MM:SS.mmmZ`; such texts sort by their bytes.
fn is_utc(text: &str) -> bool {
    const FORM: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
    text.len() == FORM.len()
        && text.bytes().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == *form,
        })
}

/// The place of a character among all, or nothing when it has no weight.
fn rank(char: char) -> Option<u32> {
    let code = u32::from(char);
    match char {
        '\t'..='\r' | ' ' => Some(code),
        '0'..='9' => Some(DIGITS + code - u32::from('0')),
        'a'..='z' | 'A'..='Z' => {
            Some(LETTERS + u32::from(char.to_ascii_lowercase()) - u32::from('a'))
        }
        _ if char.is_ascii_control() => None,
        _ if char.is_ascii() => PUNCTUATION.find(char).map(|place| place as u32 + 40),
        _ => Some(OTHERS + code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ascii_is_ordered_as_in_en_us() {
        let order = "\t\n\u{b}\u{c}\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789\
                     aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZαя中";
        let mut sorted: Vec<char> = order.chars().collect();
        sorted.sort_by(|left, right| right.cmp(left));
        sorted.sort_by(|left, right| compare(&left.to_string(), &right.to_string()));
        assert_eq!(sorted.into_iter().collect::<String>(), order);
    }

    #[test]
    fn times_of_other_forms_sort_oddly() {
        let order = [
            "2026-05-01 10:00:01Z",
            "2026-05-01T10:00:01.000Z",
            "2026-05-01T10:00:01.5Z",
            "2026-05-01T10:00:01+00:00",
            "2026-05-01T10:00:01Z",
            "2026-05-01T10:00:02.000Z",
        ];
        for (left, right) in order.iter().zip(order.iter().skip(1)) {
            assert_eq!(compare(left, right), Ordering::Less, "{left} {right}");
            assert_eq!(compare(right, left), Ordering::Greater, "{right} {left}");
        }
    }

    #[test]
    fn case_counts_only_at_the_end() {
        assert_eq!(compare("t10:00", "T10:00"), Ordering::Less);
        assert_eq!(compare("T10:00", "t10:01"), Ordering::Less);
        assert_eq!(compare("aB", "Ab"), Ordering::Less);
        assert_eq!(compare("AB", "a"), Ordering::Greater);
        assert_eq!(compare("a\u{0}", "a"), Ordering::Equal);
        assert_eq!(compare("", "a"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn the_order_is_total(texts in proptest::collection::vec(
            prop_oneof!["[aAbB \u{0}é:.]{0,4}", "2026-05-0[12]T10:00:0[0-2](\\.[05]00|)[Zz+]"], 3,
        )) {
            let [left, middle, right] = [&texts[0], &texts[1], &texts[2]];
            prop_assert_eq!(compare(left, left), Ordering::Equal);
            prop_assert_eq!(compare(left, right), compare(right, left).reverse());
            if compare(left, middle).is_le() && compare(middle, right).is_le() {
                prop_assert!(compare(left, right).is_le());
            }
        }

        #[test]
        fn the_short_way_gives_the_same_order(
            left in "202[56]-0[12]-01T00:00:0[0-9]\\.[0-9]00Z",
            right in "202[56]-0[12]-01T00:00:0[0-9]\\.[0-9]00Z",
        ) {
            prop_assert!(is_utc(&left));
            prop_assert_eq!(compare(&left, &right), left.cmp(&right));
            // A character without weight forces the long way.
            prop_assert_eq!(compare(&format!("{left}\u{0}"), &right), left.cmp(&right));
        }
    }
}
