//! What can be typed about redaction: flags of bundles, `redact`, `scan`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::ops::plan::{Original, Redaction, literal_fault};

/// How bundles are redacted, from the explorer and by the command alike.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(in crate::cli) struct RedactionArgs {
    /// Mask everything that may be a secret or tells who somebody is.
    #[arg(long)]
    strict: bool,

    /// Number the masks, equal values alike.
    #[arg(long)]
    numbered: bool,

    /// A file of redaction rules; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,

    /// A value to mask wherever it stands; may be given several times.
    #[arg(long, value_name = "LITERAL", allow_hyphen_values = true, value_parser = parse_literal)]
    redact: Vec<String>,

    /// The home directory of the machine that wrote the sessions.
    #[arg(long, value_name = "DIR")]
    original_home: Option<String>,

    /// The state directory of the machine that wrote the sessions.
    #[arg(long, value_name = "DIR")]
    original_state_dir: Option<String>,

    /// The workspace on the machine that wrote the sessions.
    #[arg(long, value_name = "DIR")]
    original_workspace: Option<String>,
}

impl RedactionArgs {
    /// What was asked for; rule files are read elsewhere.
    pub(in crate::cli) fn redaction(&self) -> Redaction {
        Redaction {
            strict: self.strict,
            numbered: self.numbered,
            literals: self.redact.clone(),
            original: Original {
                home: self.original_home.clone(),
                state_dir: self.original_state_dir.clone(),
                workspace: self.original_workspace.clone(),
            },
            ..Redaction::default()
        }
    }

    /// The first flag that was given.
    pub(in crate::cli) fn given(&self) -> Option<&'static str> {
        [
            ("--strict", self.strict),
            ("--numbered", self.numbered),
            ("--rules", !self.rules.is_empty()),
            ("--redact", !self.redact.is_empty()),
            ("--original-home", self.original_home.is_some()),
            ("--original-state-dir", self.original_state_dir.is_some()),
            ("--original-workspace", self.original_workspace.is_some()),
        ]
        .into_iter()
        .find_map(|(flag, is_given)| is_given.then_some(flag))
    }
}

/// Refuses what is too short to be masked wherever it stands.
fn parse_literal(text: &str) -> Result<String, String> {
    literal_fault(text).map_or_else(|| Ok(text.to_owned()), Err)
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RedactArgs {
    /// The file to mask; - is standard input.
    #[arg(default_value = "-")]
    pub file: PathBuf,

    /// The form of the input.
    #[arg(long, value_enum, default_value_t = InputFormat::Auto)]
    pub format: InputFormat,

    /// Mask anything that may be a secret or tells who somebody is.
    #[arg(long)]
    pub strict: bool,

    /// A file of redaction rules; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,

    /// Tell on standard error what was masked, as JSON, without the values.
    #[arg(long)]
    pub report: bool,
}

/// The value of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum InputFormat {
    /// Found out from the input.
    Auto,
    /// Plain text.
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    Jsonl,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ScanArgs {
    /// Transcripts, databases, bundles, or directories of them.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Also look for anything that may be a secret or tells who somebody is.
    #[arg(long)]
    pub strict: bool,

    /// A file of rules for what else to look for; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
