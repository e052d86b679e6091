//! Text measured in terminal columns, counted exactly as ratatui counts its cells.
//!
//! Tables of the command line and panes of the explorer cut and fill with the same functions, so
//! that a column stays straight with wide characters, emoji and combining marks.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How many columns a text takes; control characters take none.
pub fn columns(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    text.graphemes(true).map(cells).sum()
}

/// Cuts a text to at most `width` columns, between graphemes, with `…` in place of what is cut.
pub fn fit(text: &str, width: usize) -> Cow<'_, str> {
    // No grapheme has fewer bytes than columns.
    if text.len() <= width {
        return Cow::Borrowed(text);
    }
    let Some(room) = width.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    let (mut used, mut keep) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        let next = used + cells(grapheme);
        if next <= room {
            keep = at + grapheme.len();
        }
        if next > width {
            let mut cut = text.get(..keep).unwrap_or("").to_owned();
            cut.push('…');
            return Cow::Owned(cut);
        }
        used = next;
    }
    Cow::Borrowed(text)
}

/// Cuts or fills a text to exactly `width` columns, the text at the left.
pub fn pad(text: &str, width: usize) -> String {
    let mut out = fit(text, width).into_owned();
    out.extend(blanks(&out, width));
    out
}

/// Cuts or fills a text to exactly `width` columns, the text at the right.
pub fn pad_left(text: &str, width: usize) -> String {
    let text = fit(text, width);
    let mut out: String = blanks(&text, width).collect();
    out.push_str(&text);
    out
}

fn blanks(text: &str, width: usize) -> impl Iterator<Item = char> + use<> {
    std::iter::repeat_n(' ', width.saturating_sub(columns(text)))
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The cells of one grapheme, as ratatui counts them: half-width sound marks take one of their own,
/// and a grapheme with a control character is not drawn.
fn cells(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) {
        return 0;
    }
    let marks = grapheme.chars().filter(|char| matches!(char, '\u{ff9e}' | '\u{ff9f}')).count();
    grapheme.width() + marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_follow_the_terminal() {
        let table = [
            ("abc", 3),
            ("日本", 4),
            ("e\u{301}", 1),
            ("👩\u{200d}💻", 2),
            ("❤\u{fe0f}", 2),
            // Terminals differ; what counts is that the next cell begins where ratatui puts it.
            ("ｶﾞ", 3),
            ("a\nb", 2),
        ];
        for (text, width) in table {
            assert_eq!(columns(text), width, "{text:?}");
        }
    }

    #[test]
    fn a_cut_never_splits_a_grapheme() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("abcd", 4), "abcd");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("e\u{301}e\u{301}", 2), "e\u{301}e\u{301}");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(pad("日本語", 4), "日… ");
        assert_eq!(pad_left("7", 3), "  7");
    }

    proptest! {
        #[test]
        fn what_is_padded_has_the_width_asked_for(text in "\\PC{0,20}", width in 0_usize..24) {
            prop_assert!(columns(&fit(&text, width)) <= width);
            prop_assert_eq!(columns(&pad(&text, width)), width);
            prop_assert_eq!(columns(&pad_left(&text, width)), width);
        }
    }
}
