//! Bars for durations and gaps, and sparklines for totals.

use super::theme::Glyphs;

/// A bar of `share` (in 0..=1) of `width` columns; anything above nothing shows at least a sliver.
pub fn bar(share: f64, width: usize, glyphs: &Glyphs) -> String {
    if width == 0 || !share.is_finite() || share <= 0.0 {
        return String::new();
    }
    let halves = ((share.min(1.0) * width as f64 * 2.0).round() as usize).max(1);
    let [half, full] = glyphs.line;
    let mut bar = full.repeat(halves / 2);
    if halves % 2 == 1 {
        bar.push_str(half);
    }
    bar
}

/// The share that a duration takes of a bar on which `longest` is full, by logarithm: a tool of
/// 40 ms and one of 4 minutes are both seen.
pub fn share(ms: i64, longest: i64) -> f64 {
    if ms <= 0 || longest <= 0 {
        return 0.0;
    }
    let log = |ms: i64| (ms as f64 + 1.0).ln();
    (log(ms) / log(longest.max(ms))).clamp(0.0, 1.0)
}

/// A sparkline of the values, one column each, the greatest at full height; zero is blank.
pub fn spark(values: &[u64], glyphs: &Glyphs) -> String {
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let step = |value: u64| {
        let at = (u128::from(value) * 8).div_ceil(u128::from(most)) as usize;
        at.checked_sub(1).and_then(|at| glyphs.steps.get(at)).copied().unwrap_or(" ")
    };
    values.iter().map(|value| step(*value)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::theme::{ASCII, UNICODE};
    use super::*;

    #[test]
    fn bars_grow_by_halves() {
        for (share, text) in
            [(0.0, ""), (0.001, "╸"), (0.5, "━━"), (0.6, "━━╸"), (1.0, "━━━━"), (9.0, "━━━━")]
        {
            assert_eq!(bar(share, 4, &UNICODE), text);
        }
        assert_eq!(bar(0.5, 4, &ASCII), "==");
        assert_eq!(bar(f64::NAN, 4, &UNICODE), "");
    }

    #[test]
    fn short_times_are_still_seen_beside_long_ones() {
        let (short, long) = (share(40, 240_000), share(240_000, 240_000));
        assert!(short > 0.2 && short < 0.5 && (long - 1.0).abs() < 1e-9);
        assert!(share(-5, 100).abs() < f64::EPSILON);
    }

    #[test]
    fn sparks_show_zero_as_nothing() {
        assert_eq!(spark(&[0, 1, 4, 8], &UNICODE), " ▁▄█");
        assert_eq!(spark(&[], &UNICODE), "");
    }
}
