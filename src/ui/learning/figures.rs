//! Figures of the learning tab as texts: of any size and oddity in a known width, and never a lie.

use crate::model::learning::view::ArmRow;
use crate::model::{number, time};
use crate::ui::theme::Look;

/// A probability with three decimals; a dash for what is no number.
pub(super) fn share(value: f64, look: &Look<'_>) -> String {
    if value.is_finite() { format!("{value:.3}") } else { look.glyphs.none.to_owned() }
}

/// A count that may be odd: whole without a fraction.
pub(super) fn count(value: f64, look: &Look<'_>) -> String {
    match value {
        _ if !value.is_finite() => look.glyphs.none.to_owned(),
        _ if value >= 100_000.0 => short(value),
        _ if value <= -100_000.0 => format!("{value:.0e}"),
        _ if value > 0.0 && value < 0.05 => format!("{value:.0e}"),
        _ if value < 0.0 || value.fract() != 0.0 => format!("{value:.1}"),
        _ => number::grouped(value as u64),
    }
}

/// What an arm is called; one without any name is not blank.
pub(super) fn label(row: &ArmRow) -> &str {
    said(if row.label().is_empty() { &row.arm } else { row.label() })
}

/// A recorded text; an empty one is told from none.
pub(super) fn said(text: &str) -> &str {
    if text.trim().is_empty() { "\"\"" } else { text }
}

/// A count in at most five columns; one that cannot be says so.
pub(super) fn short(value: f64) -> String {
    match value {
        _ if value < 0.0 => "<0".to_owned(),
        _ if value < 1e18 => number::count(value as u64),
        _ => format!("{value:.0e}"),
    }
}

/// A duration in at most seven columns.
pub(super) fn took(ms: f64) -> String {
    if ms < 0.0 { "<0".to_owned() } else { time::duration(ms as i64) }
}

/// A number as it is, its thousands set apart, with so many decimals and at least one for a
/// fraction; from 10^18 on its first digits.
pub(super) fn exact(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e18 || !value.is_finite() {
        return format!("{value:.2e}");
    }
    let decimals = if value.fract() == 0.0 { decimals } else { decimals.max(1) };
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) =
        text.split_at_checked(text.find('.').unwrap_or(text.len())).unwrap_or_default();
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{}{rest}", number::grouped(whole.parse().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_any_size_keep_to_their_columns_and_do_not_lie() {
        for (value, text) in
            [(-7.0, "<0"), (0.0, "0"), (28_177.0, "28k"), (1e17, "100P"), (1e300, "1e300")]
        {
            assert_eq!(short(value), text);
        }
        assert_eq!((took(-12.0).as_str(), took(11_421.0).as_str()), ("<0", "11s"));
        for (value, decimals, text) in [
            (28_177.0, 0, "28,177"),
            (28_177.0, 1, "28,177.0"),
            (-4_600.5, 0, "-4,600.5"),
            (9_007_199_254_740_992.0, 0, "9,007,199,254,740,992"),
            (1e21, 0, "1.00e21"),
        ] {
            assert_eq!(exact(value, decimals), text);
        }
        let theme = crate::config::theme::Theme::built_in("mono").unwrap();
        let look = Look::new(&theme, false);
        for (value, text) in [
            (1_234_567_890.5, "1.2G"),
            (-1e9, "-1e9"),
            (2.5, "2.5"),
            (1_184.0, "1,184"),
            (4e-9, "4e-9"),
        ] {
            assert_eq!(count(value, &look), text);
        }
        assert_eq!((said(" "), said("x")), ("\"\"", "x"));
    }
}
