//! What a person wants of the next plan beyond its session: given at the start, or added since.

use std::path::PathBuf;

use crate::ops::plan::Redaction;

/// What was asked for when the program was started; it holds for every bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sharing {
    /// How to redact, rule files left out.
    pub redaction: Redaction,
    /// Files of rules, besides those of the settings directory.
    pub rule_files: Vec<PathBuf>,
}

/// Something that was added to be masked in one bundle only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// A value, wherever it stands.
    Literal(String),
    /// Whatever a regular expression catches.
    Shape(String),
}

/// Where the rules of a plan come from besides the built-in ones. They are read anew for every
/// plan, so that a change of a file is noticed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleSources {
    /// Files, besides those of the settings directory.
    pub files: Vec<PathBuf>,
    /// Regular expressions for this bundle only.
    pub shapes: Vec<String>,
}
