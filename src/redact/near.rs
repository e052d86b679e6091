//! The surroundings of a place in a text, as far as anything may look at them.
//!
//! A text may be one line of a hundred megabytes with a candidate every few bytes. Whoever looked
//! at all that stands before each of them would take time with the square of its length.

/// How far is looked, in bytes: the longest command line that somebody still reads.
pub(super) const REACH: usize = 4096;

/// The end of a text.
pub(super) fn last(text: &str) -> &str {
    let from = text.len().saturating_sub(REACH);
    (from..=text.len()).find_map(|from| text.get(from..)).unwrap_or_default()
}

/// The beginning of a text.
pub(super) fn first(text: &str) -> &str {
    let to = text.len().min(REACH);
    (0..=to).rev().find_map(|to| text.get(..to)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stay_whole() {
        for text in ["", "short", "é"] {
            assert_eq!((first(text), last(text)), (text, text));
        }
        for text in ["é".repeat(REACH), format!("x{}", "é".repeat(REACH))] {
            let (first, last) = (first(&text), last(&text));
            assert!(text.starts_with(first) && text.ends_with(last));
            assert!((REACH - 1..=REACH).contains(&first.len()));
            assert!((REACH - 1..=REACH).contains(&last.len()));
        }
    }
}
