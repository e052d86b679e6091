//! Secrets in names: paths and pointers that are told, where a part of them may be one.

use std::path::{Path, PathBuf};

use crate::js::pointer;
use crate::redact::Redactor;

/// A JSON pointer whose tokens are masked, one by one, where they are secrets.
pub(super) fn masked_pointer(redactor: &Redactor, pointer: &str) -> String {
    let mut masked = String::new();
    for token in pointer::tokens(pointer) {
        pointer::push(&mut masked, &redactor.masking_text(&token));
    }
    masked
}

/// A path whose parts are masked, one by one, where they are secrets; one without any stays as it
/// is, whatever its encoding.
pub(super) fn masked_path(redactor: &Redactor, path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    let parts = text.split('/').map(|part| redactor.masking_text(part));
    let masked = parts.collect::<Vec<_>>().join("/");
    if masked == text { path.to_owned() } else { PathBuf::from(masked) }
}
