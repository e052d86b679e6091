//! A bundle before it is written: its files in memory, what was masked in them and what was left
//! out.
//!
//! The preview shows a plan, the key press and the command write one; there is no other way to a
//! bundle. A plan never holds what was masked.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use super::digest::sha256;
use super::finding::Finding;
use super::number::counted;

/// A bundle, complete and not yet written.
#[derive(Debug, Clone, PartialEq)]
pub struct BundlePlan {
    /// The instant of the plan, ISO, UTC: `generatedAt` of every file that has it.
    pub generated_at: String,
    /// The session id.
    pub session_id: String,
    /// The session key as it was typed.
    pub session_key: String,
    /// How many events there are.
    pub counts: EventCounts,
    /// The files in the order of writing, `manifest.json` first.
    pub files: Vec<PlannedFile>,
    /// Everything that was masked, by file in the order of [`files`](Self::files); the manifest's
    /// own come last and are not counted in its `redactions`.
    pub findings: Vec<Finding>,
    /// The name of the redaction profile.
    pub profile: &'static str,
    /// What is not in the bundle.
    pub omitted: Omitted,
    /// What a person ought to know before writing: sentences, in no order.
    pub notices: Vec<String>,
}

/// How far a bundle has come, step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planning {
    /// The session is being read.
    Reading,
    /// Its values are being masked.
    Masking {
        /// Steps that are done.
        done: u64,
        /// All steps, at least one.
        total: u64,
    },
    /// Its files are being checked.
    Checking,
    /// What was masked and what was not is being gone through for the preview.
    Reviewing,
    /// The files are being written.
    Writing,
}

impl Planning {
    /// The share of what is being done that is done, in whole per cent, where it is known.
    pub fn percent(self) -> Option<u8> {
        match self {
            Self::Masking { done, total } => Some((done.min(total) * 100 / total.max(1)) as u8),
            Self::Reading | Self::Checking | Self::Reviewing | Self::Writing => None,
        }
    }
}

/// How many events a bundle has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventCounts {
    /// Runtime events.
    pub runtime: u64,
    /// Events made from the transcript.
    pub transcript: u64,
}

impl EventCounts {
    /// All events.
    pub fn total(self) -> u64 {
        self.runtime + self.transcript
    }
}

/// What a session has and its bundle does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Omitted {
    /// Values that were cut before they came to us, by cause.
    pub cut: BTreeMap<&'static str, u64>,
    /// Rows that could not be read.
    pub unreadable: u64,
    /// Entries that stand on other branches.
    pub entries_elsewhere: u64,
    /// Rows of unknown types, which no bundle holds, by the name of the type, masked.
    pub unknown_types: BTreeMap<String, u64>,
}

impl Omitted {
    /// The rows of unknown types in words: `2 rows of unknown types: checkpoint, frobnicate`; nothing
    /// when there are none. Names are as the session has them: a terminal must not see them raw.
    pub fn unknown(&self) -> Option<String> {
        let rows = counted(self.unknown_types.values().sum::<u64>() as usize, "row");
        let names: Vec<&str> = self.unknown_types.keys().map(String::as_str).collect();
        let types = if let [_] = names.as_slice() { "an unknown type" } else { "unknown types" };
        (!names.is_empty()).then(|| format!("{rows} of {types}: {}", names.join(", ")))
    }
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// The name inside the bundle directory.
    pub name: &'static str,
    /// What the file holds.
    pub media: MediaType,
    /// The bytes that are shown and written.
    pub bytes: Vec<u8>,
    /// The digest of the bytes: SHA-256, lower-case hex.
    pub sha256: String,
}

/// What a file of a bundle holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// One JSON value.
    Json,
    /// One JSON value a line.
    JsonLines,
    /// Plain text.
    Text,
}

impl MediaType {
    /// The name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::JsonLines => "application/x-ndjson",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

impl PlannedFile {
    /// Takes the text of a file and computes its digest.
    pub fn new(name: &'static str, media: MediaType, text: String) -> Self {
        let sha256 = sha256(text.as_bytes());
        Self { name, media, bytes: text.into_bytes(), sha256 }
    }

    /// Tells whether bytes are what the name of the file promises.
    pub fn parses(&self, bytes: &[u8]) -> bool {
        let is_json = |text: &[u8]| serde_json::from_slice::<IgnoredAny>(text).is_ok();
        match self.media {
            MediaType::Json => is_json(bytes),
            MediaType::JsonLines => {
                bytes.split(|byte| *byte == b'\n').all(|line| line.is_empty() || is_json(line))
            }
            MediaType::Text => std::str::from_utf8(bytes).is_ok(),
        }
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }
}

/// The name of the file that describes the others.
pub const MANIFEST: &str = "manifest.json";

/// Files that a bundle has only where there is something to put into them; listed last.
pub const SUPPLEMENTAL: [&str; 3] = ["metadata.json", "artifacts.json", "prompts.json"];

impl BundlePlan {
    /// A file by its name.
    pub fn file(&self, name: &str) -> Option<&PlannedFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The names of the files in the order in which OpenClaw lists them: the manifest, the others
    /// as written, the supplemental ones.
    pub fn listed(&self) -> Vec<&'static str> {
        let names = || self.files.iter().map(|file| file.name);
        let rank = |name: &str| match name {
            MANIFEST => 0,
            name if SUPPLEMENTAL.contains(&name) => 2,
            _ => 1,
        };
        (0..3).flat_map(|wanted| names().filter(move |name| rank(name) == wanted)).collect()
    }

    /// The bytes of all files together.
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes.len() as u64).sum()
    }

    /// The findings of one file.
    pub fn findings_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(move |finding| finding.file.as_deref() == Some(name))
    }

    /// How many places each rule masked, the manifest left out; by rule id.
    pub fn by_rule(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            if finding.file.as_deref() != Some(MANIFEST) {
                *counts.entry(&*finding.rule).or_insert(0) += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &'static str) -> PlannedFile {
        PlannedFile::new(name, MediaType::Json, "{}\n".to_owned())
    }

    #[test]
    fn supplemental_files_are_listed_last() {
        let names =
            ["manifest.json", "metadata.json", "prompts.json", "events.jsonl", "tools.json"];
        let plan = BundlePlan {
            generated_at: String::new(),
            session_id: String::new(),
            session_key: String::new(),
            counts: EventCounts::default(),
            files: names.map(file).to_vec(),
            findings: Vec::new(),
            profile: "standard",
            omitted: Omitted::default(),
            notices: Vec::new(),
        };
        let listed =
            ["manifest.json", "events.jsonl", "tools.json", "metadata.json", "prompts.json"];
        assert_eq!(plan.listed(), listed);
        assert_eq!(plan.total_bytes(), 15);
    }

    #[test]
    fn files_know_what_they_ought_to_hold() {
        let lines = PlannedFile::new("events.jsonl", MediaType::JsonLines, "\n".to_owned());
        assert!(lines.parses(b"{}\n[1]\n") && !lines.parses(b"{}\n{\n"));
        assert!(file("a.json").parses(b"{\"a\": 1}\n") && !file("a.json").parses(b"{\"a\": 1\n"));
        assert_eq!(
            sha256(b"<redacted>"),
            "3a2d1afa44d101200100d332f52384e523e7e881b7db0008da228cd94cebdfe1"
        );
    }
}
