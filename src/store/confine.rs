//! Which files may be opened: regular ones, inside the tree that was chosen.
//!
//! A copied state directory names paths of the machine that wrote it, and a hostile one may hold
//! links that lead anywhere, at any part of a path. Every directory, database and file of a state
//! passes here before it is looked into, so that what is listed can be opened and the other way
//! round. Owns the answer to "may this path be read"; must not judge contents.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Error;
use super::location::{ChosenBy, Location, Scope};
use crate::model::diagnostic::{Diagnostic, Place};

/// The directories and files that a person chose, with links resolved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roots(Vec<PathBuf>);

impl Roots {
    /// Everything that the location names: the state directory, the path argument, the store, the
    /// configuration and the directory of runtime files.
    pub(crate) fn of(location: &Location) -> Self {
        let mut named = vec![location.state_dir.clone()];
        match &location.scope {
            Scope::State => {}
            Scope::Agent(path)
            | Scope::Transcript(path)
            | Scope::Database(path)
            | Scope::Sessions(path) => named.push(path.clone()),
        }
        if let Some(store) = &location.store {
            // A path below the state directory names nothing that lies outside, except for a person.
            let typed = location.chosen_by == ChosenBy::StoreFlag;
            let roots = store_roots(location, store).into_iter();
            named.extend(roots.filter(|path| typed || !path.starts_with(&location.state_dir)));
        }
        named.extend(location.config.clone());
        named.extend(location.trajectory_dir.clone());
        named.retain(|path| !path.as_os_str().is_empty());
        Self(named.iter().filter_map(|path| fs::canonicalize(path).ok()).collect())
    }

    /// One path that a person named, or that lies below one.
    pub(super) fn of_path(path: &Path) -> Self {
        Self(fs::canonicalize(path).into_iter().collect())
    }

    /// Tells whether a path, with its links resolved, lies inside.
    pub(crate) fn hold(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|real| self.hold_real(&real))
    }

    fn hold_real(&self, real: &Path) -> bool {
        self.0.iter().any(|root| real.starts_with(root))
    }

    /// Tells whether a path may be looked into: it leads inside, or there is nothing to follow.
    /// Otherwise a diagnostic says where it leads and how it is read all the same.
    pub(crate) fn admit(&self, path: &Path, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let message = match fs::canonicalize(path) {
            Ok(real) if self.hold_real(&real) => return true,
            Ok(real) => format!(
                "The link leads to {}, outside the chosen directory, and is not followed; \
                 name it on the command line to read it.",
                real.display()
            ),
            Err(_) if path.is_symlink() => "The link leads nowhere.".to_owned(),
            // Whoever opens it will say what is wrong with it.
            Err(_) => return true,
        };
        diagnostics.push(Diagnostic::note("link-outside", Place::whole(path), message));
        false
    }

    /// Opens a regular file inside for reading.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::NotAStore`] for whatever is no regular file or leads outside,
    /// and [`Error::Io`].
    pub(crate) fn open(&self, path: &Path) -> Result<File, Error> {
        self.check(path)?;
        File::open(path).map_err(Error::io(path))
    }

    /// Reads a small regular file inside, of at most `most` bytes.
    ///
    /// # Errors
    ///
    /// As [`Roots::open`], and [`Error::NotAStore`] for a larger file.
    pub(crate) fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let file = self.open(path)?;
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(Error::io(path))?;
        if bytes.len() as u64 > most {
            let what = format!("larger than {most} bytes");
            return Err(Error::NotAStore { path: path.to_owned(), what, hint: TOO_LARGE });
        }
        Ok(bytes)
    }

    /// Makes sure that a path may be opened; see [`Roots::open`] for the errors.
    pub(crate) fn check(&self, path: &Path) -> Result<(), Error> {
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

/// What is said of a file that only a machine can have made so large.
const TOO_LARGE: &str = "Files of this name are small where OpenClaw writes them";

/// A store that a setting names, itself and the directory that it lies in; of one with `{agentId}`
/// the fixed part.
fn store_roots(location: &Location, store: &str) -> Vec<PathBuf> {
    let (fixed, varies) = match store.split_once('{') {
        Some((fixed, _)) => (fixed, true),
        None => (store, false),
    };
    let path = match (fixed.strip_prefix('~'), &location.home) {
        (Some(rest), Some(home)) => home.join(rest.trim_start_matches(['/', '\\'])),
        _ => PathBuf::from(fixed),
    };
    if varies && fixed.ends_with('/') {
        return vec![path];
    }
    let dir = path.parent().map(Path::to_owned);
    dir.into_iter().chain((!varies).then_some(path)).collect()
}

fn refused(path: &Path, what: &str, hint: &'static str) -> Error {
    Error::NotAStore { path: path.to_owned(), what: what.to_owned(), hint }
}

/// Tells whether there is a regular file that is no symbolic link.
pub(super) fn is_plain_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file())
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
