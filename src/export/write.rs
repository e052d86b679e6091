//! Writing a planned bundle: whole or not at all.
//!
//! ```text
//!  .clawscope-unfinished-x/  ◀─ every file, private ─▶ read back, compared ─▶ renamed
//!  .clawscope-unfinished-x.lock   held meanwhile: others know that somebody is at work
//! ```
//!
//! A failure leaves nothing behind; what a crash or a kill leaves is removed by the next write.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::target::Target;
use super::{Error, pieces};
use crate::model::bundle::{BundlePlan, PlannedFile};
use crate::model::digest::RunningDigest;

/// What the names of unfinished directories start with.
const UNFINISHED: &str = ".clawscope-unfinished-";

/// Writes a plan to its target.
///
/// # Errors
///
/// [`Error::Exists`] when the target has come into being meanwhile, [`Error::ReadBack`] when a file
/// does not hold what was planned, [`Error::Path`] when a symlink has taken the place of a directory,
/// [`Error::Io`] otherwise. Nothing of the bundle is left behind; the directories in which exports
/// stand stay once they are made.
pub fn write(plan: &BundlePlan, target: &Target) -> Result<(), Error> {
    write_through(plan, target, &write_new)
}

/// How one file gets onto the disk; files are written at the same time.
type Writer<'a> = &'a (dyn Fn(&Path, &[u8]) -> io::Result<()> + Sync);

fn write_through(plan: &BundlePlan, target: &Target, writer: Writer<'_>) -> Result<(), Error> {
    target.create_bases()?;
    let base = target.base();
    remove_unfinished(&base);
    let staging = Staging::new(&base)?;
    let written = pieces::apart(&plan.files, |file| {
        let path = staging.dir.join(file.name);
        writer(&path, &file.bytes).map_err(Error::io(&path))?;
        verify(&path, file)
    });
    written.into_iter().collect::<Result<(), Error>>()?;
    sync(&staging.dir).map_err(Error::io(&staging.dir))?;
    staging.publish(target, sync)
}

/// Makes one directory that only its owner may enter.
pub(super) fn private_dir(dir: &Path) -> io::Result<()> {
    private_builder().create(dir)
}

fn private_builder() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a file back. What has the digest of the plan parses, because the plan's bytes do.
fn verify(path: &Path, file: &PlannedFile) -> Result<(), Error> {
    let mut written = fs::File::open(path).map_err(Error::io(path))?;
    let mut digest = RunningDigest::default();
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = written.read(&mut piece).map_err(Error::io(path))?;
        if length == 0 {
            break;
        }
        digest.update(piece.get(..length).unwrap_or_default());
    }
    if digest.finish() == file.sha256 { Ok(()) } else { Err(Error::ReadBack { file: file.name }) }
}

#[cfg(unix)]
fn sync(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A directory under construction; dropped unfinished, it is removed.
struct Staging {
    dir: PathBuf,
    lock_path: PathBuf,
    lock: fs::File,
}

impl Staging {
    /// Takes a lock and makes the directory that it stands for, in this order: whoever finds the
    /// directory finds it locked.
    fn new(base: &Path) -> Result<Self, Error> {
        loop {
            let named = tempfile::Builder::new()
                .prefix(UNFINISHED)
                .suffix(".lock")
                .tempfile_in(base)
                .map_err(Error::io(base))?;
            let (lock, lock_path) = named.keep().map_err(|error| Error::io(base)(error.error))?;
            let staging = Self { dir: lock_path.with_extension(""), lock_path, lock };
            let no_locks = |source| Error::NoLocks { path: base.to_owned(), source };
            staging.lock.lock().map_err(no_locks)?;
            // Somebody who was cleaning up may have taken the lock file away before it was locked.
            if staging.lock_path.exists() {
                private_dir(&staging.dir).map_err(Error::io(&staging.dir))?;
                return Ok(staging);
            }
        }
    }

    fn publish(
        self,
        target: &Target,
        sync: impl FnOnce(&Path) -> io::Result<()>,
    ) -> Result<(), Error> {
        let parent = target.dir.parent().unwrap_or(&target.dir);
        private_builder().recursive(true).create(parent).map_err(Error::io(parent))?;
        target.recheck()?;
        fs::rename(&self.dir, &target.dir).map_err(Error::io(&target.dir))?;
        // Now the bundle is there and whole, so nothing may say otherwise. A folder that cannot be
        // synced, as on some network disks, only means that a crash of the machine could undo this.
        if let Err(error) = sync(parent) {
            tracing::warn!(error = %error.kind(), "the folder of the bundle was not synced");
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After publishing there is no such directory any more.
        let _ = fs::remove_dir_all(&self.dir);
        let _ = fs::remove_file(&self.lock_path);
        let _ = self.lock.unlock();
    }
}

/// Removes what crashed writes left; a directory whose lock is held belongs to a living one.
fn remove_unfinished(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(stem) = name.to_str().filter(|name| name.starts_with(UNFINISHED)) else {
            continue;
        };
        let Some(stem) = stem.strip_suffix(".lock") else { continue };
        let Ok(lock) = fs::File::open(entry.path()) else { continue };
        if lock.try_lock().is_ok() {
            let _ = fs::remove_dir_all(base.join(stem));
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::export::target;
    use crate::model::bundle::{EventCounts, MediaType, Omitted};

    fn plan() -> BundlePlan {
        let file = |name, text: &str| PlannedFile::new(name, MediaType::Json, text.to_owned());
        BundlePlan {
            generated_at: "2026-05-01T10:00:00.000Z".to_owned(),
            session_id: "s".to_owned(),
            session_key: "k".to_owned(),
            counts: EventCounts::default(),
            files: vec![file("manifest.json", "{}\n"), file("tools.json", "[]\n")],
            findings: Vec::new(),
            profile: "standard",
            omitted: Omitted::default(),
            notices: Vec::new(),
        }
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_bundle_is_written_whole_and_private() {
        let workspace = tempfile::tempdir().unwrap();
        let target = target::resolve(workspace.path(), Some("a/b"), "x").unwrap();
        write(&plan(), &target).unwrap();
        assert_eq!(names(&target.dir), ["manifest.json", "tools.json"]);
        assert_eq!(names(&target.base()), ["a"]);
        assert_eq!(fs::read(target.dir.join("tools.json")).unwrap(), b"[]\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&target.dir), 0o700);
            assert_eq!(mode(&target.base()), 0o700);
            assert_eq!(mode(&target.dir.join("tools.json")), 0o600);
        }
        assert!(matches!(write(&plan(), &target), Err(Error::Exists { .. })));
        assert_eq!(names(&target.base()), ["a"]);
    }

    #[test]
    fn a_write_that_fails_leaves_nothing() {
        let workspace = tempfile::tempdir().unwrap();
        let target = target::resolve(workspace.path(), None, "x").unwrap();
        for fails_at in 0..2 {
            let count = AtomicUsize::new(0);
            let full = |path: &Path, bytes: &[u8]| {
                if count.fetch_add(1, Ordering::Relaxed) >= fails_at {
                    Err(io::ErrorKind::StorageFull.into())
                } else {
                    write_new(path, bytes)
                }
            };
            let error = write_through(&plan(), &target, &full).unwrap_err();
            assert!(matches!(error, Error::Io { .. }), "{error}");
            assert_eq!(names(&target.base()), Vec::<String>::new());
        }
        let short = |path: &Path, bytes: &[u8]| write_new(path, &bytes[1..]);
        let error = write_through(&plan(), &target, &short).unwrap_err();
        assert!(matches!(error, Error::ReadBack { file: "manifest.json" }), "{error}");
        assert_eq!(names(&target.base()), Vec::<String>::new());
    }

    #[test]
    fn a_bundle_that_has_its_name_is_a_success_even_if_the_folder_cannot_be_synced() {
        let workspace = tempfile::tempdir().unwrap();
        let target = target::resolve(workspace.path(), None, "x").unwrap();
        target.create_bases().unwrap();
        let staging = Staging::new(&target.base()).unwrap();
        let unsupported = |_: &Path| Err(io::ErrorKind::Unsupported.into());
        staging.publish(&target, unsupported).unwrap();
        assert!(target.dir.is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_appears_while_files_are_written_is_not_followed() {
        let workspace = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let target = target::resolve(workspace.path(), Some("a/b"), "x").unwrap();
        let link = target.base().join("a");
        let racing = |path: &Path, bytes: &[u8]| {
            // The second file finds the link there already.
            let _ = std::os::unix::fs::symlink(outside.path(), &link);
            write_new(path, bytes)
        };
        let error = write_through(&plan(), &target, &racing).unwrap_err();
        assert!(matches!(error, Error::Path(_)), "{error}");
        assert_eq!(names(outside.path()), Vec::<String>::new());
        assert_eq!(names(&target.base()), ["a"]);
    }

    #[test]
    fn what_a_crash_left_is_removed_and_what_is_alive_stays() {
        let workspace = tempfile::tempdir().unwrap();
        let target = target::resolve(workspace.path(), None, "x").unwrap();
        target.create_bases().unwrap();
        let base = target.base();
        let left = base.join(format!("{UNFINISHED}dead"));
        fs::create_dir(&left).unwrap();
        fs::write(left.join("events.jsonl"), "half").unwrap();
        fs::write(left.with_extension("lock"), "").unwrap();
        let alive = Staging::new(&base).unwrap();
        write(&plan(), &target).unwrap();
        assert!(!left.exists() && alive.dir.is_dir() && target.dir.is_dir());
        drop(alive);
        assert_eq!(names(&base), ["x"]);
    }
}
