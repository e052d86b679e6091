//! The generated stores, made when they are first asked for and kept between runs.

use std::fs;
use std::path::{Path, PathBuf};

use clawscope::ops::open::{self, OpenRequest};
use clawscope::store::Store;

use crate::generator::{self, Shape};
use crate::kept::keep;

/// A transcript of about 500 MB as people have them: 377,000 lines or so.
pub(crate) fn half_gigabyte() -> anyhow::Result<PathBuf> {
    transcript("talk-500-mb", 500_000_000, Shape::TALK)
}

/// A transcript of about 1 GB.
pub(crate) fn gigabyte() -> anyhow::Result<PathBuf> {
    transcript("talk-1-gb", 1_000_000_000, Shape::TALK)
}

/// A transcript of 1,000,000 short rows, nearly all on one line.
pub(crate) fn million() -> anyhow::Result<PathBuf> {
    transcript("rows-1-m", 460_000_000, Shape::SHORT)
}

/// A transcript of 1,000,000 short rows of which every third starts a branch.
pub(crate) fn million_forks() -> anyhow::Result<PathBuf> {
    transcript("forks-1-m", 460_000_000, Shape::FORKED)
}

/// A store of 5,000 sessions in files.
pub(crate) fn file_store() -> anyhow::Result<PathBuf> {
    keep("files-5000", |at| Ok(generator::file_store(at, 5_000, 2_400)?))
}

/// A store whose `sessions.json` alone has 100 MB: 5,000 sessions with long snapshots of skills.
pub(crate) fn bloated_store() -> anyhow::Result<PathBuf> {
    keep("files-bloated", |at| Ok(generator::file_store(at, 5_000, 19_500)?))
}

/// A store of 5,000 sessions in a database.
pub(crate) fn database_store() -> anyhow::Result<PathBuf> {
    keep("database-5000", |at| generator::database_store(at, 5_000, 9))
}

/// A database with one session of 100,000 rows.
pub(crate) fn long_rows() -> anyhow::Result<PathBuf> {
    keep("database-100-k-rows", |at| generator::database_store(at, 1, 100_000))
}

/// Opens a state directory or file, in surroundings without any variable.
pub(crate) fn open(path: &Path) -> anyhow::Result<Store> {
    let request = OpenRequest { path: Some(path.to_owned()), ..OpenRequest::default() };
    Ok(open::open(&request)?)
}

fn transcript(name: &str, bytes: u64, shape: Shape) -> anyhow::Result<PathBuf> {
    let dir = keep(name, |at| {
        fs::create_dir_all(at)?;
        Ok(generator::transcript(&at.join("talk.jsonl"), bytes, 1, shape)?)
    })?;
    Ok(dir.join("talk.jsonl"))
}
