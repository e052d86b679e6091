//! Private temporary copies: 0700, removed at exit and, after a crash, at the next start.
//!
//! A directory belongs to a live process as long as the lock file in it is locked. The lock ends
//! with the process however that ends, so what a crash left can be told apart and swept away.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use super::Error;
use super::copies::Copies;

const PREFIX: &str = "clawscope-";
const LOCK: &str = "owner.lock";
/// Letters and digits at the end of a directory's name.
const RANDOM: usize = 6;
/// An empty directory without a lock file is either just being made or was left in that moment.
const YOUNG: Duration = Duration::from_secs(3600);

/// A private temporary directory that comes into being with its first use.
#[derive(Debug, Default)]
pub struct Scratch {
    held: OnceLock<Held>,
    count: AtomicU32,
    copies: Mutex<Copies>,
}

/// The directory and the lock that says that it is in use; the lock is let go first.
#[derive(Debug)]
struct Held {
    _lock: File,
    dir: TempDir,
}

impl Scratch {
    /// A scratch directory that is not there yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The directory, made on first use.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the system's temporary directory cannot be written.
    pub fn dir(&self) -> Result<&Path, Error> {
        if self.held.get().is_none() {
            let held = Held::create(&std::env::temp_dir())?;
            // Of two threads that come first, one keeps its directory and the other's is removed.
            let _ = self.held.set(held);
        }
        match self.held.get() {
            Some(held) => Ok(held.dir.path()),
            None => {
                Err(Error::io(std::env::temp_dir())(std::io::Error::other("no private directory")))
            }
        }
    }

    /// Makes a new private file of this name in a directory of its own, so that companions such as
    /// `<name>-wal` can be laid beside it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the file cannot be made.
    pub fn file(&self, name: &str) -> Result<(PathBuf, File), Error> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let folder = self.dir()?.join(number.to_string());
        private_directory(&folder).map_err(Error::io(&folder))?;
        let name = Path::new(name).file_name().unwrap_or("copy".as_ref());
        let path = folder.join(name);
        let file = private_file(&path).map_err(Error::io(&path))?;
        Ok((path, file))
    }

    /// What is kept in the directory. As long as the guard lives no copy is removed to make room.
    pub(super) fn copies(&self) -> MutexGuard<'_, Copies> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes what processes that are gone have left in the system's temporary directory.
    pub fn sweep() {
        sweep(&std::env::temp_dir());
    }
}

impl Held {
    fn create(parent: &Path) -> Result<Self, Error> {
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).rand_bytes(RANDOM);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        loop {
            let dir = builder.tempdir_in(parent).map_err(Error::io(parent))?;
            let path = dir.path().join(LOCK);
            let lock = private_file(&path)
                .and_then(|file| file.lock().map(|()| file))
                .map_err(Error::io(&path))?;
            // Another process may have swept the directory before its file was locked.
            if path.exists() {
                return Ok(Self { _lock: lock, dir });
            }
        }
    }
}

/// Removes the directories of processes that are gone, and nothing else: the name, the owner and
/// the lock file must all be those that [`Held::create`] gives.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    let ours = entries.flatten().filter(|entry| {
        is_name_of_ours(&entry.file_name().to_string_lossy())
            && entry.metadata().is_ok_and(|meta| meta.is_dir() && is_own(&meta, parent))
    });
    for dir in ours.map(|entry| entry.path()) {
        let lock = dir.join(LOCK);
        match lock.symlink_metadata() {
            Ok(meta) if meta.is_file() => remove_abandoned(&dir, &lock),
            // A crash before the lock was made leaves an empty directory; another one stays.
            Err(error) if error.kind() == ErrorKind::NotFound && is_old(&dir) => {
                let _kept = fs::remove_dir(&dir);
            }
            _ => {}
        }
    }
}

/// `clawscope-<process>-<six letters and digits>`.
fn is_name_of_ours(name: &str) -> bool {
    let parts = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(process, random)| {
        !process.is_empty()
            && process.bytes().all(|byte| byte.is_ascii_digit())
            && random.len() == RANDOM
            && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Tells whether we own what the metadata describes; a new file in `parent` shows who we are.
#[cfg(unix)]
fn is_own(meta: &fs::Metadata, parent: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let mine = tempfile::tempfile_in(parent).and_then(|file| file.metadata());
    mine.is_ok_and(|mine| mine.uid() == meta.uid())
}

/// The temporary directory belongs to one user.
#[cfg(not(unix))]
fn is_own(_meta: &fs::Metadata, _parent: &Path) -> bool {
    true
}

/// Removes a directory whose lock nobody holds; holds it meanwhile, so that a process which has
/// just made the directory waits and then sees that it is gone.
fn remove_abandoned(dir: &Path, lock: &Path) {
    let Ok(file) = OpenOptions::new().read(true).write(true).open(lock) else {
        return;
    };
    if file.try_lock().is_ok() {
        let _rest = fs::remove_dir_all(dir);
    }
}

fn is_old(dir: &Path) -> bool {
    let made = dir.symlink_metadata().and_then(|meta| meta.modified());
    made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > YOUNG))
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn private_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_comes_with_its_first_use_and_goes_with_its_owner() {
        let scratch = Scratch::new();
        assert!(scratch.held.get().is_none());
        let dir = scratch.dir().unwrap().to_owned();
        assert_eq!(scratch.dir().unwrap(), dir);
        let (first, _) = scratch.file("a.sqlite").unwrap();
        let (second, _) = scratch.file("../a.sqlite").unwrap();
        assert!(first != second && first.starts_with(&dir) && second.starts_with(&dir));
        assert_eq!(second.file_name().unwrap(), "a.sqlite");
        drop(scratch);
        assert!(!dir.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_look_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let scratch = Scratch::new();
        let (path, _) = scratch.file("copy").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(scratch.dir().unwrap()), 0o700);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn only_what_a_dead_process_left_is_swept() {
        let parent = tempfile::tempdir().unwrap();
        let living = Held::create(parent.path()).unwrap();
        let dead = parent.path().join("clawscope-1-dEad01");
        let fresh = parent.path().join("clawscope-2-fresh0");
        let foreign = parent.path().join("something-else");
        for dir in [&dead, &fresh, &foreign] {
            fs::create_dir(dir).unwrap();
        }
        fs::write(dead.join(LOCK), "").unwrap();
        fs::write(dead.join("copy"), "x").unwrap();
        sweep(parent.path());
        assert!(!dead.exists());
        assert!(living.dir.path().exists() && fresh.exists() && foreign.exists());
    }

    #[cfg(unix)]
    #[test]
    fn directories_of_somebody_else_survive_whatever_they_are_called() {
        let parent = tempfile::tempdir().unwrap();
        let old = std::time::SystemTime::now() - 2 * YOUNG;
        let make = |name: &str, file: Option<&str>| {
            let dir = parent.path().join(name);
            fs::create_dir(&dir).unwrap();
            if let Some(file) = file {
                fs::write(dir.join(file), "mine").unwrap();
            }
            File::open(&dir).unwrap().set_modified(old).unwrap();
            dir
        };
        let kept = [
            make("clawscope-backup", Some("file")),
            make("clawscope-src", Some(LOCK)),
            make("clawscope-12-abc-de", None),
            make("clawscope-12-abcdef", Some("file")),
            make("clawscope--abcdef", None),
        ];
        let left = make("clawscope-12-uvwxyz", None);
        sweep(parent.path());
        for dir in kept {
            assert!(dir.exists(), "{}", dir.display());
        }
        assert!(!left.exists(), "the trace of a crash between making and locking");
    }
}
