//! Which files may be opened: regular ones, inside the tree that was chosen.
//!
//! A copied state directory names paths of the machine that wrote it, and a hostile one may hold
//! links that lead anywhere. Owns the answer to "may this path be read"; must not read contents.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::Error;
use super::location::{Location, Scope};

/// The directories and files that a person chose, as they stand and with links resolved.
#[derive(Debug, Clone, Default)]
pub(super) struct Roots(Vec<PathBuf>);

impl Roots {
    /// Everything that the location names: the state directory, the path argument, the store and
    /// the directory of runtime files.
    pub(super) fn of(location: &Location) -> Self {
        let mut named = vec![location.state_dir.clone()];
        match &location.scope {
            Scope::State => {}
            Scope::Agent(path)
            | Scope::Transcript(path)
            | Scope::Database(path)
            | Scope::Sessions(path) => named.push(path.clone()),
        }
        named.extend(location.store.as_deref().and_then(|store| store_root(location, store)));
        named.extend(location.trajectory_dir.clone());
        named.retain(|path| !path.as_os_str().is_empty());
        Self(named.iter().filter_map(|path| fs::canonicalize(path).ok()).collect())
    }

    /// One path that a person named, or that lies below one.
    pub(super) fn of_path(path: &Path) -> Self {
        Self(fs::canonicalize(path).into_iter().collect())
    }

    /// Tells whether a path, with its links resolved, lies inside.
    pub(super) fn hold(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else {
            return false;
        };
        self.0.iter().any(|root| real.starts_with(root))
    }

    /// Opens a regular file inside for reading.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::NotAStore`] for whatever is no regular file or leads outside,
    /// and [`Error::Io`].
    pub(super) fn open(&self, path: &Path) -> Result<File, Error> {
        self.check(path)?;
        File::open(path).map_err(Error::io(path))
    }

    /// Makes sure that a path may be opened; see [`Roots::open`] for the errors.
    pub(super) fn check(&self, path: &Path) -> Result<(), Error> {
        let meta = match fs::metadata(path) {
            Ok(meta) => meta,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let hint = "It may have been moved, archived or deleted since the list was made";
                return Err(Error::NotFound { path: path.to_owned(), hint });
            }
            Err(error) => return Err(Error::io(path)(error)),
        };
        // Opening a pipe would wait for its other end for ever.
        if !meta.is_file() {
            return Err(refused(path, "not a regular file", "Only regular files are read"));
        }
        if !self.hold(path) {
            let hint = "Name the file itself to read it";
            return Err(refused(path, "a link that leads outside the chosen state", hint));
        }
        Ok(())
    }
}

/// The fixed part of a store setting; `{agentId}` and what follows varies.
fn store_root(location: &Location, store: &str) -> Option<PathBuf> {
    let fixed = store.split('{').next()?;
    let fixed = match (fixed.strip_prefix('~'), &location.home) {
        (Some(rest), Some(home)) => home.join(rest.trim_start_matches(['/', '\\'])),
        _ => PathBuf::from(fixed),
    };
    if store.contains('{') && store.split('{').next().is_some_and(|part| part.ends_with('/')) {
        return Some(fixed);
    }
    fixed.parent().map(Path::to_owned)
}

fn refused(path: &Path, what: &str, hint: &'static str) -> Error {
    Error::NotAStore { path: path.to_owned(), what: what.to_owned(), hint }
}

/// Tells whether there is a regular file that is no symbolic link.
pub(super) fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
}
