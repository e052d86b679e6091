//! One directory of transcripts, read once: every file with its role, size and time.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustc_hash::FxHashMap;

use super::names::{self, FileRole};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::store::confine::Roots;

/// A directory and those of its regular files that have to do with transcripts, by name.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// The directory.
    pub(super) path: PathBuf,
    /// The files, in the order of their names.
    pub(super) files: Vec<FileInfo>,
    by_name: FxHashMap<OsString, usize>,
}

/// A regular file.
#[derive(Debug)]
pub(super) struct FileInfo {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What its name says.
    pub(super) role: FileRole,
    /// Size in bytes.
    pub(super) bytes: u64,
    /// Last change, ms since the epoch, UTC.
    pub(super) modified: Option<i64>,
}

impl Folder {
    /// Reads a directory. One that does not exist is empty; one that cannot be read is, too, with a
    /// diagnostic. Whether it may be read at all is the caller's question; links in it count as what
    /// they lead to while that lies inside `roots`.
    pub(super) fn read(path: &Path, roots: &Roots, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut folder = Self { path: path.to_owned(), ..Self::default() };
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return folder,
            Err(error) => {
                let message = format!(
                    "The directory cannot be read: {error}. Its sessions are missing here."
                );
                diagnostics.push(Diagnostic::error(
                    "directory-unreadable",
                    Place::whole(path),
                    message,
                ));
                return folder;
            }
        };
        for entry in entries.flatten() {
            folder.add(&entry, roots, diagnostics);
        }
        folder.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let names = folder
            .files
            .iter()
            .enumerate()
            .filter_map(|(at, file)| Some((file.path.file_name()?.to_owned(), at)));
        folder.by_name = names.collect();
        folder
    }

    /// The file of a name.
    pub(super) fn file(&self, name: &str) -> Option<&FileInfo> {
        self.by_name.get(std::ffi::OsStr::new(name)).and_then(|at| self.files.get(*at))
    }

    fn add(&mut self, entry: &fs::DirEntry, roots: &Roots, diagnostics: &mut Vec<Diagnostic>) {
        let role = names::classify(&entry.file_name().to_string_lossy());
        if matches!(role, FileRole::Other | FileRole::Index) {
            return;
        }
        let path = entry.path();
        let Ok(mut meta) = entry.metadata() else {
            return;
        };
        if meta.is_symlink() {
            if !roots.admit(&path, diagnostics) {
                return;
            }
            let Ok(target) = path.metadata() else {
                return;
            };
            meta = target;
        }
        if meta.is_file() {
            self.files.push(FileInfo {
                path,
                role,
                bytes: meta.len(),
                modified: modified_ms(&meta),
            });
        }
    }
}

/// Last change of a file, ms since the epoch, UTC.
pub(super) fn modified_ms(meta: &fs::Metadata) -> Option<i64> {
    let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}
