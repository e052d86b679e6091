//! Names and values that stand beside each other: `{"name": "API_KEY", "value": …}`, or a list of two.
//!
//! Here is only told what belongs together; what a name says stands in the room above.

use super::{Kind, kind, masks_value};

/// Members that name what the member `value` beside them holds.
const NAMES_OF_PAIRS: [&str; 6] = ["name", "key", "header", "variable", "field", "env"];

/// Whether a member names what `value` beside it holds: `{"name": "API_KEY", "value": …}`.
pub(in crate::redact) fn names_pair(name: &str) -> bool {
    NAMES_OF_PAIRS.iter().any(|pair| name.eq_ignore_ascii_case(pair))
}

/// Whether a member holds what the member beside it names.
pub(in crate::redact) fn holds_pair(name: &str) -> bool {
    ["value", "val"].iter().any(|value| name.eq_ignore_ascii_case(value))
}

/// Whether a member is one that stands beside the name and the value of a cookie alone.
pub(in crate::redact) fn marks_cookie(name: &str) -> bool {
    ["httpOnly", "sameSite"].iter().any(|mark| name.eq_ignore_ascii_case(mark))
}

/// Whether a list of two strings is a name with its value, as maps are written by some programs.
pub(in crate::redact) fn are_pair(name: &str, value: &str) -> bool {
    // Most lists of two strings are told by the second at once.
    masks_value(Kind::Weak, name, value) && kind(name) != Kind::Plain
}
