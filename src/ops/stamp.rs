//! What a plan was made of, told by the sizes and times of its sources, so that a plan that is out
//! of date is noticed without making it again.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::model::session::SessionRow;
use crate::store::Store;
use crate::store::runtime::RuntimeSource;

use super::plan::Redaction;

/// The state of a plan's sources; an equal one means that nothing has changed that can be seen from
/// outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The user's rules.
    rules: Vec<(String, String)>,
    /// Files with their sizes in bytes and times; those that are not there, too.
    files: Vec<(PathBuf, Option<Look>)>,
}

/// The size of a file in bytes, and when it was written last where that is known.
type Look = (u64, Option<SystemTime>);

impl Stamp {
    /// Looks at the sources of a session and takes the rules as they were read.
    ///
    /// To be taken before the plan: what changes in between is noticed once more, not missed.
    pub fn take(store: &Store, row: &SessionRow, redaction: &Redaction) -> Self {
        let mut paths = vec![row.transcript.path().clone()];
        match store.find_runtime(row) {
            RuntimeSource::File { path, .. } => paths.push(path),
            RuntimeSource::Rows { database, .. } => paths.push(database),
            RuntimeSource::Both { sidecar, database, .. } => paths.extend([sidecar, database]),
            RuntimeSource::None { looked_at } => paths.extend(looked_at),
        }
        let logs: Vec<PathBuf> = paths.iter().map(|path| write_ahead_log(path)).collect();
        let files = paths.into_iter().chain(logs).map(|path| {
            let meta = path.metadata().ok().map(|meta| (meta.len(), meta.modified().ok()));
            (path, meta)
        });
        Self { rules: redaction.rules.clone(), files: files.collect() }
    }
}

/// Where SQLite writes first; for a file that is no database, a path at which nothing lies.
fn write_ahead_log(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push("-wal");
    PathBuf::from(name)
}
