//! Looks for what may still be a secret in a redacted text.
//!
//! These few shapes are independent of the rules: they are the last question before a bundle is
//! written, and what a preview lists as suspicious.

use std::ops::Range;

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

/// The shapes as one automaton.
#[derive(Debug, Clone)]
pub(super) struct Residual(Option<Regex>);

impl Residual {
    pub(super) fn new() -> Self {
        Self(Regex::new_many(&SHAPES).ok())
    }

    /// The places that look like secrets; masks are none.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let Some(shapes) = &self.0 else {
            return Vec::new();
        };
        let masks = mask::placeholders(text);
        let hits = shapes.find_iter(text).map(|hit| hit.range());
        hits.filter(|range| {
            let found = text.get(range.clone()).unwrap_or_default();
            let after = text.get(range.end..).unwrap_or_default();
            let masked = found.contains(['…'])
                || found.contains("***")
                || after.starts_with('…')
                || after.trim_start().starts_with("…redacted…");
            let placeholder =
                masks.iter().any(|mask| mask.start < range.end && range.start < mask.end);
            !(masked || placeholder || is_digest(found))
        })
        .collect()
    }
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
        let residual = Residual::new();
        let token = format!("ghp{}", "_a1B2c3D4e5F6g7H8");
        assert_eq!(residual.find(&format!("x {token}")), vec![2..22]);
        for clean in [
            "ghp_dk…PW3a",
            "password: ***",
            "Bearer <redacted>",
            "token=abcdef…wxyz",
            "0123456789abcdef0123456789abcdef01234567",
            "-----BEGIN PRIVATE KEY-----\n…redacted…",
        ] {
            assert!(residual.find(clean).is_empty(), "{clean}");
        }
    }
}
