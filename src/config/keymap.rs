//! The key table as a file: every action with its keys, ready to copy into `settings.toml`.
//!
//! The table that the program obeys stands in the application; a test there keeps this file equal to
//! it.

/// `assets/keymap.toml`.
pub const TEMPLATE: &str = include_str!("../../assets/keymap.toml");
