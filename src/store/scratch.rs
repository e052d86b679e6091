//! Private temporary copies: 0700, removed at exit and, after a crash, at the next start.
//!
//! A directory belongs to a live process as long as the lock file in it is locked. The lock ends
//! with the process however that ends, so what a crash left can be told apart and swept away.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::Error;

const PREFIX: &str = "clawscope-";
const LOCK: &str = "owner.lock";
/// A directory without a lock file is either just being made or was left in that moment.
const YOUNG: Duration = Duration::from_secs(3600);

/// A private temporary directory that comes into being with its first use.
#[derive(Debug, Default)]
pub struct Scratch {
    held: OnceLock<Held>,
    count: AtomicU32,
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

    /// Removes what processes that are gone have left in the system's temporary directory.
    pub fn sweep() {
        sweep(&std::env::temp_dir());
    }
}

impl Held {
    fn create(parent: &Path) -> Result<Self, Error> {
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let dir = builder.tempdir_in(parent).map_err(Error::io(parent))?;
        let path = dir.path().join(LOCK);
        let lock = private_file(&path)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(Error::io(&path))?;
        Ok(Self { _lock: lock, dir })
    }
}

fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_abandoned(&entry.path())
        {
            // Another user's directory refuses; it is not ours to remove.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_abandoned(dir: &Path) -> bool {
    let path = dir.join(LOCK);
    let age = |meta: fs::Metadata| meta.modified().ok().and_then(|time| time.elapsed().ok());
    match path.symlink_metadata() {
        Ok(meta) if meta.is_file() => OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .is_ok_and(|file| file.try_lock().is_ok()),
        Ok(_) => false,
        Err(_) => dir.symlink_metadata().ok().and_then(age).is_some_and(|age| age > YOUNG),
    }
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
        let dead = parent.path().join("clawscope-1-dead");
        let fresh = parent.path().join("clawscope-2-fresh");
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
}
