//! Fuzzy picking: which of many short texts a person means by a few letters.

use fuzzy_matcher::FuzzyMatcher as _;
use fuzzy_matcher::skim::SkimMatcherV2;

/// A text that fits a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// Position of the text in the list that was given.
    pub index: usize,
    /// How well it fits; greater is better, comparable within one ranking only.
    pub score: i64,
    /// The characters that matched, as ascending positions in `char`s.
    pub positions: Vec<usize>,
    /// Some part of the pattern is scattered: it neither stands together nor is made of the
    /// beginnings of words.
    pub loose: bool,
}

/// Ranks the texts that fit `pattern`, best first; texts that fit equally well keep their order.
///
/// The pattern is split at blanks, and a text must fit every part. Letter case counts only where
/// the pattern has capitals. An empty pattern fits everything equally.
pub fn rank<'a>(pattern: &str, texts: impl IntoIterator<Item = &'a str>) -> Vec<Ranked> {
    let matcher = SkimMatcherV2::default().smart_case();
    let parts: Vec<&str> = pattern.split_whitespace().collect();
    let mut ranked: Vec<Ranked> = texts
        .into_iter()
        .enumerate()
        .filter_map(|(index, text)| fit(&matcher, &parts, index, text))
        .collect();
    ranked.sort_by_key(|one| std::cmp::Reverse(one.score));
    ranked
}

/// Drops the loose fits when there are others: letters found here and there in a long text are no
/// reason to show it beside one that holds them together.
pub fn decent(mut ranked: Vec<Ranked>) -> Vec<Ranked> {
    if ranked.iter().any(|one| !one.loose) {
        ranked.retain(|one| !one.loose);
    }
    ranked
}

fn fit(matcher: &SkimMatcherV2, parts: &[&str], index: usize, text: &str) -> Option<Ranked> {
    let mut all = Ranked { index, score: 0, positions: Vec::new(), loose: false };
    for part in parts {
        let (score, positions) = matcher.fuzzy_indices(text, part)?;
        all.score += score;
        all.loose |= is_loose(text, &positions);
        all.positions.extend(positions);
    }
    all.positions.sort_unstable();
    all.positions.dedup();
    Some(all)
}

/// Tells whether letters at ascending `positions` form several runs of which one begins inside a
/// word.
fn is_loose(text: &str, positions: &[usize]) -> bool {
    let is_start = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| text.chars().nth(before));
        before.is_none_or(|before| !before.is_alphanumeric())
    };
    let together = positions.is_sorted_by(|a, b| a + 1 == *b);
    let follows = |at: usize| at.checked_sub(1).is_some_and(|at| positions.contains(&at));
    !together && positions.iter().any(|at| !follows(*at) && !is_start(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(pattern: &str, texts: &[&str]) -> Vec<usize> {
        rank(pattern, texts.iter().copied()).into_iter().map(|one| one.index).collect()
    }

    #[test]
    fn the_better_fit_comes_first() {
        assert_eq!(picked("cart", &["calm earth", "unrelated", "fix the cart"]), [2, 0]);
    }

    #[test]
    fn scattered_letters_do_not_stand_beside_a_word() {
        let texts = ["the lantern shop", "plan for the next", "a lantern", "late and often"];
        let kept: Vec<_> = decent(rank("lant", texts)).iter().map(|one| one.index).collect();
        assert_eq!(kept, [0, 2]);
        assert_eq!(decent(rank("", texts)).len(), 4, "nothing asked, nothing dropped");
    }

    #[test]
    fn every_part_must_fit_in_any_order() {
        assert_eq!(picked("fix main", &["main: fix the cart", "fix it", "main"]), [0]);
    }

    #[test]
    fn capitals_ask_for_capitals() {
        assert_eq!(picked("Cart", &["cart", "Cart"]), [1]);
        assert_eq!(picked("cart", &["cart", "Cart"]).len(), 2);
    }

    #[test]
    fn nothing_asked_means_everything_in_order() {
        assert_eq!(picked("  ", &["b", "a"]), [0, 1]);
    }

    #[test]
    fn positions_count_characters() {
        assert_eq!(rank("計", ["合計"])[0].positions, [1]);
    }
}
