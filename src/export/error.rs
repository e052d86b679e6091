//! What can keep a bundle from being planned or written.

use std::io;
use std::path::PathBuf;

/// Why there is no bundle. Messages are those of OpenClaw where it has one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The output path is not one that a bundle may have.
    #[error("{0}")]
    Path(&'static str),
    /// A base directory is a link, a file, or lies elsewhere.
    #[error("{label} must be a real directory inside the workspace")]
    NotADirectory {
        /// Which one.
        label: &'static str,
    },
    /// The workspace does not exist.
    #[error("ENOENT: no such file or directory, realpath '{path}'", path = path.display())]
    NoWorkspace {
        /// Where it should be.
        path: PathBuf,
    },
    /// There is something at the target.
    #[error("EEXIST: file already exists, mkdir '{path}'", path = path.display())]
    Exists {
        /// The target.
        path: PathBuf,
    },
    /// The session is larger than a bundle may be.
    #[error("{0}")]
    TooLarge(String),
    /// A file does not hold what was planned.
    #[error(
        "{file} did not read back as it was written; the disk may be full or failing. Nothing was left behind"
    )]
    ReadBack {
        /// The file of the bundle.
        file: &'static str,
    },
    /// A file that is about to be planned would not parse, or would show a masked secret.
    #[error("{file}: {what}; no bundle is made. Please report this")]
    Unsafe {
        /// The file of the bundle.
        file: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file system of the workspace locks no files.
    #[error(
        "{path}: the file system of this directory cannot lock files ({source}), so it cannot be told whether a bundle is still being written; name a workspace on another disk",
        path = path.display()
    )]
    NoLocks {
        /// The directory that the bundle was to be made in.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// Adds the path to an error of the operating system.
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
