//! `settings.toml`: what a person chose once for all.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The settings; every one has a default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Name of the theme.
    pub theme: String,
    /// Draw with ASCII characters only.
    pub ascii: bool,
    /// Take the mouse.
    pub mouse: bool,
    /// Other keys for actions: action name → key, for example `next-error = "ctrl-n"`.
    pub keys: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: "dark".to_owned(), ascii: false, mouse: true, keys: BTreeMap::new() }
    }
}
