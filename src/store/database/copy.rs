//! Copies of databases that cannot be opened where they are.
//!
//! A database and its log only mean something together: the copy is taken again when either
//! changed meanwhile. Owns names and freshness of the copies; they live in the scratch directory
//! and are removed with it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::store::Error;
use crate::store::fingerprint::fingerprint;
use crate::store::scratch::Scratch;

/// How often a copy is begun anew because a writer was at work.
const ATTEMPTS: usize = 4;

/// Size and time of a database and of the log beside it: equal stamps, equal contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Stamp([Option<(u64, Option<SystemTime>)>; 3]);

impl Stamp {
    /// Looks at the database, its `-wal` and its `-journal`.
    pub(super) fn of(database: &Path) -> Self {
        let files = [database.to_owned(), beside(database, "-wal"), beside(database, "-journal")];
        Self(files.map(|file| {
            let meta = fs::metadata(file).ok()?;
            Some((meta.len(), meta.modified().ok()))
        }))
    }
}

/// The path of a companion of a database: `-wal`, `-shm` or `-journal`.
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(database.as_os_str());
    name.push(suffix);
    PathBuf::from(name)
}

/// Copies a database with its log, or finds the copy that was made of the same state before.
pub(super) fn copy(database: &Path, scratch: &Scratch) -> Result<PathBuf, Error> {
    for _ in 0..ATTEMPTS {
        let stamp = Stamp::of(database);
        let name = format!("db-{}.sqlite", fingerprint(&(database.as_os_str(), stamp)));
        let target = scratch.dir()?.join(&name);
        if target.exists() {
            return Ok(target);
        }
        let mut parts = Vec::new();
        // The database comes last: once it has its name the copy is complete.
        for suffix in ["-wal", "-journal", ""] {
            let from = beside(database, suffix);
            if fs::metadata(&from).is_ok_and(|meta| meta.is_file() && meta.len() > 0) {
                parts.push((copy_file(&from, scratch, &name)?, beside(&target, suffix)));
            }
        }
        let current = Stamp::of(database) == stamp;
        for (part, name) in parts {
            if current {
                fs::rename(&part, name).map_err(Error::io(&part))?;
            } else {
                let _gone = fs::remove_file(part);
            }
        }
        if current {
            return Ok(target);
        }
    }
    let busy = io::Error::new(
        io::ErrorKind::ResourceBusy,
        "the database kept changing while it was copied; close OpenClaw or try again",
    );
    Err(Error::io(database)(busy))
}

fn copy_file(from: &Path, scratch: &Scratch, name: &str) -> Result<PathBuf, Error> {
    let mut source = File::open(from).map_err(Error::io(from))?;
    let (path, mut target) = scratch.file(name)?;
    io::copy(&mut source, &mut target).map_err(Error::io(&path))?;
    Ok(path)
}
