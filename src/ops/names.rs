//! Secrets in names: paths and pointers that are told, where a part of them may be one.

use std::path::{Path, PathBuf};

use crate::redact::Redactor;

/// A path or a pointer whose parts are masked, one by one, where they are secrets.
pub(super) fn masked_parts(redactor: &Redactor, text: &str) -> String {
    let parts = text.split('/').map(|part| redactor.masking_text(part));
    parts.collect::<Vec<_>>().join("/")
}

/// The same of a path; one that is not masked stays as it is, whatever its encoding.
pub(super) fn masked_path(redactor: &Redactor, path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    let masked = masked_parts(redactor, &text);
    if masked == text { path.to_owned() } else { PathBuf::from(masked) }
}
