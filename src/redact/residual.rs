//! Looks for what may still be a secret in a redacted text.
//!
//! These few shapes are independent of the rules: they are the last question before a bundle is
//! written, and what a preview lists as suspicious.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;

use super::mask;

/// Shapes that hardly anything but a secret has.
const SHAPES: [&str; 18] = [
    r"sk-[A-Za-z0-9_-]{8}[A-Za-z0-9_-]*",
    r"gh[pousr]_[A-Za-z0-9]{10,}",
    r"github_pat_[A-Za-z0-9_]{10,}",
    r"xox[baprs]-[A-Za-z0-9-]+",
    r"A[KS]IA[A-Z0-9]{16}",
    r"AIza[A-Za-z0-9_-]{20,}",
    r"ya29\.[A-Za-z0-9_-]{10,}",
    r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_.-]*",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    r"Bearer\s+[^\s<*\[]{8,}",
    r"glpat-[A-Za-z0-9_-]{8,}",
    r"npm_[A-Za-z0-9]{10,}",
    r"hf_[A-Za-z0-9]{10,}",
    r"sk_live_[A-Za-z0-9]{8,}",
    r"SG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    r"(?i-u:password|passwd|secret|api_?key|token)[\x22']?\s*[:=]\s*[\x22']?[^\s\x22'<*\[$(){},;]{8,}",
    r"://[^/\s:@]*:[^/\s@*<]{3,}@",
    r"[A-Za-z0-9/+]{40}",
];

/// The shapes, one automaton each, built with the first text: an automaton of all would go on to the
/// end of the text for every place where one shape has begun and never ends, although another one
/// has matched behind it.
static AUTOMATA: LazyLock<Vec<Regex>> =
    LazyLock::new(|| SHAPES.iter().filter_map(|shape| Regex::new(shape).ok()).collect());

/// The places that look like secrets, in order; masks are none. Of places that overlap the first
/// counts.
pub fn residual(text: &str) -> Vec<Range<usize>> {
    let hits = AUTOMATA.iter().flat_map(|shape| shape.find_iter(text));
    let mut hits: Vec<Range<usize>> = hits.map(|hit| hit.range()).collect();
    hits.sort_unstable_by_key(|hit| (hit.start, Reverse(hit.end)));
    let mut done = 0;
    hits.retain(|hit| {
        let is_next = done <= hit.start;
        if is_next {
            done = hit.end;
        }
        is_next
    });
    let mut masks = VecDeque::from(mask::placeholders(text));
    hits.retain(|hit| {
        while masks.front().is_some_and(|mask| mask.end <= hit.start) {
            masks.pop_front();
        }
        let mut near = masks.iter().take_while(|mask| mask.start < hit.end);
        !near.any(|mask| hit.start < mask.end) && !is_harmless(text, hit)
    });
    hits
}

/// Whether a place shows a mask, or a digest.
fn is_harmless(text: &str, hit: &Range<usize>) -> bool {
    let found = text.get(hit.clone()).unwrap_or_default();
    let after = text.get(hit.end..).unwrap_or_default();
    found.contains('…')
        || found.contains("***")
        || after.starts_with('…')
        || after.trim_start().starts_with("…redacted…")
        || is_digest(found)
}

/// Hexadecimal digests are 40 or more characters long and no secrets.
fn is_digest(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_no_residue_but_secrets_are() {
        let token = format!("ghp{}", "_a1B2c3D4e5F6g7H8");
        assert_eq!(residual(&format!("x {token}")), vec![2..22]);
        for clean in [
            "ghp_dk…PW3a",
            "password: ***",
            "Bearer <redacted>",
            "token=abcdef…wxyz",
            "0123456789abcdef0123456789abcdef01234567",
            "-----BEGIN PRIVATE KEY-----\n…redacted…",
        ] {
            assert!(residual(clean).is_empty(), "{clean}");
        }
    }

    #[test]
    fn every_shape_is_looked_for() {
        assert_eq!(AUTOMATA.len(), SHAPES.len());
    }

    #[test]
    fn of_places_that_overlap_the_first_counts() {
        let token = format!("ghp{}", "_a1B2c3D4e5F6g7H8");
        let text = format!("token: {token} or {token}");
        assert_eq!(residual(&text), vec![0..27, 31..51]);
    }

    #[test]
    fn many_hits_do_not_take_for_ever() {
        let token = format!("ghp{}", "_a1B2c3D4e5");
        for unit in [format!("eyJ0123456789-{token}-"), format!("<redacted> {token} ")] {
            assert_eq!(residual(&unit.repeat(100_000)).len(), 100_000, "{unit}");
        }
    }
}
