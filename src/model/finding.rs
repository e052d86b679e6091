//! What a redaction hid, and where; never the hidden value itself.
//!
//! The redaction room fills in what it can see (rule, layer, place inside a document); whoever
//! knows the surroundings (the file of the bundle, the event, the entry) adds those.

use std::ops::Range;
use std::sync::Arc;

/// Which step of the redaction hid something.
///
/// The letters are those of the order in which OpenClaw's exporter runs its steps: paths, payload,
/// masking, keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// P: local paths, and the personal data that stands beside them.
    Paths,
    /// S: members that hold credentials or media, and the plainest shapes of credentials in text.
    Payload,
    /// M: secrets by field name and by the rules for text.
    Masking,
    /// K: names of members.
    Keys,
}

impl Layer {
    /// The name that reports and machine-readable output use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paths => "paths",
            Self::Payload => "payload",
            Self::Masking => "masking",
            Self::Keys => "keys",
        }
    }
}

/// One place that was masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule that hid it.
    pub rule: Arc<str>,
    /// The step of the redaction that hid it.
    pub layer: Layer,
    /// The file of the bundle, filled in by the export.
    pub file: Option<Arc<str>>,
    /// Where the string stands in its document, as a JSON pointer (RFC 6901) into the redacted
    /// document; empty for plain text.
    pub pointer: Arc<str>,
    /// The number of the bundle's event, filled in by the export.
    pub event_seq: Option<u64>,
    /// The transcript entry, filled in by the export.
    pub entry_id: Option<Arc<str>>,
    /// The bytes of the decoded string before the redaction that are no longer shown.
    pub range: Range<usize>,
    /// The bytes of the redacted string that stand there now: what a preview highlights.
    pub shown: Range<usize>,
    /// What stands there now.
    pub replacement: String,
    /// A number that equal hidden values of one redaction share, from 1 in order of appearance.
    pub group: u32,
}

impl Finding {
    /// Whether a secret was hidden, and not a place on a disk or a picture.
    pub fn is_secret(&self) -> bool {
        self.layer != Layer::Paths && !matches!(&*self.rule, "media-content" | "data-url")
    }
}
