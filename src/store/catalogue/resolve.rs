//! Where the transcript of an index entry lies, without ever leaving the chosen state.
//!
//! OpenClaw 2026.7.1 follows an absolute `sessionFile` of the form `…/agents/<id>/sessions/<name>`
//! wherever it leads. In a copied state such a path names another machine, so the file of the same
//! name inside the chosen state comes first here, and nothing outside it is ever opened.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::entry::IndexEntry;
use super::folder::{Folder, modified_ms};
use super::names::{FileRole, Part, Stem};
use crate::model::fact::{Absence, Fact};
use crate::model::key::SessionKey;
use crate::model::session::TranscriptSource;
use crate::store::confine::Roots;

/// A transcript that was looked for.
#[derive(Debug, PartialEq)]
pub(super) struct Resolved {
    /// Where it lies, or where it would.
    pub(super) source: TranscriptSource,
    /// Its size in bytes.
    pub(super) size: Fact<u64>,
    /// Last change of the file, ms since the epoch, UTC.
    pub(super) modified: Option<i64>,
    /// The entry's own path leads elsewhere; the file of the same name was taken.
    pub(super) moved: bool,
}

/// Finds the transcript of an entry. `folder` is the directory that holds the index, `roots` what
/// was chosen.
pub(super) fn transcript(
    key: &SessionKey,
    entry: &IndexEntry,
    folder: &Folder,
    roots: &Roots,
) -> Resolved {
    let id = entry.session_id().unwrap_or_default();
    let default = format!("{id}.jsonl");
    let default = match folder.file(&default) {
        None => topic_file(key, id, folder).unwrap_or(default),
        Some(_) => default,
    };
    match entry.session_file().map_or(Spelling::Refused, spelling) {
        Spelling::Refused => below(folder, Path::new(&default), roots),
        Spelling::Relative(path) => below(folder, &path, roots),
        Spelling::Absolute { path, name } => {
            absolute(folder, roots, Path::new(path), name, &default)
        }
    }
}

/// The transcript of the topic that a key names, `<id>-topic-<URL-encoded topic>.jsonl`.
fn topic_file(key: &SessionKey, id: &str, folder: &Folder) -> Option<String> {
    let key = key.normal_form();
    let names_topic = |topic: &str| {
        let (_, rest) = key.rsplit_once(":topic:").or_else(|| key.rsplit_once(":thread:"))?;
        Some(rest == topic.to_lowercase())
    };
    let fits = |role: &FileRole| match role {
        FileRole::Transcript(Stem { session_id, part: Part::Topic(topic) }) => {
            session_id == id && names_topic(topic) == Some(true)
        }
        _ => false,
    };
    // Most keys name no topic; for those the directory is not searched.
    names_topic("")?;
    let file = folder.files.iter().find(|file| fits(&file.role))?;
    file.path.file_name()?.to_str().map(str::to_owned)
}

fn absolute(folder: &Folder, roots: &Roots, path: &Path, name: &str, default: &str) -> Resolved {
    if path.parent() == Some(folder.path.as_path()) {
        return below(folder, Path::new(name), roots);
    }
    if !climbs(path) && roots.hold(path) {
        let elsewhere = below(folder, path, roots);
        if !matches!(elsewhere.source, TranscriptSource::Missing { .. }) {
            return elsewhere;
        }
    }
    let only_default = folder.file(name).is_none() && folder.file(default).is_some();
    let name = if only_default { default } else { name };
    Resolved { moved: true, ..below(folder, Path::new(name), roots) }
}

/// The ways in which an entry can spell a path.
enum Spelling<'a> {
    /// A path below the directory of the index, mostly a bare name.
    Relative(PathBuf),
    /// A path from a root, of this or another machine, with its last part.
    Absolute { path: &'a str, name: &'a str },
    /// A path that climbs out of its directory.
    Refused,
}

fn spelling(text: &str) -> Spelling<'_> {
    let windows = is_windows_path(text);
    let separators: &[char] = if windows { &['/', '\\'] } else { &['/'] };
    let name = text.rsplit(separators).next().unwrap_or(text);
    // OpenClaw refuses every relative path that starts with two dots, even one that is a name.
    if text.starts_with("..") || name.is_empty() || name == "." || name == ".." {
        return Spelling::Refused;
    }
    if windows || text.starts_with('/') {
        return Spelling::Absolute { path: text, name };
    }
    let path = Path::new(text);
    if climbs(path) {
        return Spelling::Refused;
    }
    Spelling::Relative(path.components().filter(|part| *part != Component::CurDir).collect())
}

fn climbs(path: &Path) -> bool {
    path.components().any(|part| part == Component::ParentDir)
}

/// `C:\…`, `C:/…` or `\\server\…`.
fn is_windows_path(text: &str) -> bool {
    let mut chars = text.chars();
    let drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.next() == Some(':');
    (drive && chars.next().is_some_and(|c| c == '\\' || c == '/')) || text.starts_with("\\\\")
}

/// A file of the directory's listing, or one below it (or elsewhere in the state) that the listing
/// does not hold.
fn below(folder: &Folder, path: &Path, roots: &Roots) -> Resolved {
    if let Some(file) = path.to_str().and_then(|name| folder.file(name)) {
        return Resolved {
            source: TranscriptSource::File { path: file.path.clone(), zstd: file.role.is_zstd() },
            size: Fact::Recorded(file.bytes),
            modified: file.modified,
            moved: false,
        };
    }
    let path = folder.path.join(path);
    let meta = fs::metadata(&path).ok().filter(fs::Metadata::is_file);
    let meta = meta.filter(|_| roots.hold(&path));
    match meta {
        Some(meta) => Resolved {
            source: TranscriptSource::File { path, zstd: false },
            size: Fact::Recorded(meta.len()),
            modified: modified_ms(&meta),
            moved: false,
        },
        None => Resolved {
            source: TranscriptSource::Missing { path },
            size: Fact::NeverRecorded(Absence::TranscriptMissing),
            modified: None,
            moved: false,
        },
    }
}

#[cfg(test)]
mod tests;
