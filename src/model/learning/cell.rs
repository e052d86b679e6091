//! A database cell by its storage class.
//!
//! SQLite keeps what it is given where the column's type cannot hold it: a duration may be a
//! fraction, a timestamp a text, a model name a blob. Exports show each as JavaScript sees it.

use crate::js::text::JsString;

/// The largest integer that JavaScript holds exactly: 2^53 − 1.
const MAX_SAFE: i64 = 9_007_199_254_740_991;

/// The value of a column in one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// `NULL`, or a column that is not there.
    #[default]
    Null,
    /// A number that JavaScript holds exactly.
    Number(f64),
    /// An integer beyond ±(2^53 − 1), on which the original export ends with an error.
    Wide(i64),
    /// A text.
    Text(JsString),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// The cell of an integer.
    pub const fn integer(value: i64) -> Self {
        if value < -MAX_SAFE || value > MAX_SAFE {
            Self::Wide(value)
        } else {
            Self::Number(value as f64)
        }
    }

    /// Whether nothing is there.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this is the number 1, which is how the original reader knows `true`.
    pub fn is_one(&self) -> bool {
        *self == Self::Number(1.0)
    }

    /// The number, rounded where it is too wide; nothing for the other classes.
    pub const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Wide(integer) => Some(*integer as f64),
            _ => None,
        }
    }

    /// What a person reads: nothing for `NULL`, the bytes' number for a blob.
    pub fn shown(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Number(number) => Some(crate::js::number::to_string(*number)),
            Self::Wide(integer) => Some(integer.to_string()),
            Self::Text(text) => Some(text.to_str_lossy().into_owned()),
            Self::Blob(bytes) => Some(format!("<{} bytes>", bytes.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_beyond_doubles_are_told_apart() {
        assert_eq!(Cell::integer(MAX_SAFE), Cell::Number(9_007_199_254_740_991.0));
        assert_eq!(Cell::integer(MAX_SAFE + 2), Cell::Wide(9_007_199_254_740_993));
        assert_eq!(Cell::integer(-MAX_SAFE - 1), Cell::Wide(-9_007_199_254_740_992));
        assert_eq!(Cell::Wide(i64::MAX).shown().unwrap(), "9223372036854775807");
    }
}
