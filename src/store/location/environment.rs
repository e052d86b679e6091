//! The process environment, read once, and the paths that it spells.
//!
//! Tests make an [`Environment`] of their own; nothing below this file asks the process.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The process environment, as its owner read it once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// Environment variables that are set and valid Unicode.
    pub vars: BTreeMap<String, String>,
    /// The current directory.
    pub current_dir: PathBuf,
}

impl Environment {
    /// A variable, trimmed; a blank one is as good as unset.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.vars.get(name)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A variable that holds a path, made absolute.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(|text| self.absolute(text))
    }

    /// The home directory that OpenClaw's paths start from: `OPENCLAW_HOME`, else the user's.
    pub(super) fn home(&self) -> Option<PathBuf> {
        let user = || self.text("HOME").or_else(|| self.text("USERPROFILE")).map(PathBuf::from);
        match self.text("OPENCLAW_HOME") {
            Some(home) => Some(self.resolve(&expand(home, user().as_deref()))),
            None => user(),
        }
    }

    /// Spells a path out: a leading `~` becomes the home directory, and a relative path starts at
    /// the current directory.
    pub(super) fn absolute(&self, text: &str) -> PathBuf {
        self.resolve(&expand(text.trim(), self.home().as_deref()))
    }

    /// Makes a path absolute and takes `.` and `..` out of it, as `path.resolve` of Node does.
    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        let mut out = PathBuf::new();
        for part in self.current_dir.join(path).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    out.pop();
                }
                part => out.push(part),
            }
        }
        out
    }
}

fn expand(text: &str, home: Option<&Path>) -> PathBuf {
    let Some(home) = home else {
        return PathBuf::from(text);
    };
    match text.strip_prefix('~') {
        Some("") => home.to_path_buf(),
        Some(rest) => match rest.strip_prefix(['/', '\\']) {
            Some(rest) => home.join(rest),
            None => PathBuf::from(text),
        },
        None => PathBuf::from(text),
    }
}
