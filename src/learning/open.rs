//! Opening a file of learning data by what it is, not by its name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use memchr::memmem;

use super::Error;
use super::database::LearningDb;
use super::exported::{Beginning, Exported, Form, text_of};
use super::qortex::Qortex;
use crate::store::scratch::Scratch;

/// What every SQLite database begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// A file of learning data.
#[derive(Debug)]
pub enum Opened {
    /// A `learning.db`.
    Database(LearningDb),
    /// A store of qortex.
    Qortex(Qortex),
    /// An export.
    Export(Exported),
}

/// Opens a `learning.db`, a store of qortex, or an export; what is no database is read once from its
/// beginning to its end, so it may be a pipe.
///
/// # Errors
///
/// When the file cannot be read, or is none of these.
pub fn open(path: &Path, scratch: &Scratch) -> Result<Opened, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.by_ref().take(MAGIC.len() as u64).read_to_end(&mut bytes).map_err(failed)?;
    if bytes == MAGIC {
        return open_database(path, scratch);
    }
    file.read_to_end(&mut bytes).map_err(failed)?;
    let text = text_of(bytes);
    match Form::of(&text, path) {
        Ok(form) => Ok(Opened::Export(Exported::new(text, form, path))),
        Err(error) => match Qortex::parse(&text, path) {
            Ok(store) if !store.partitions.is_empty() => Ok(Opened::Qortex(store)),
            _ => Err(error),
        },
    }
}

/// How much of a file is looked at to tell whether it can be learning data, in bytes.
const HEAD: u64 = 64 << 10;

/// The tables of a `learning.db` or a store of qortex.
const TABLES: [&str; 3] = ["run_traces", "arm_posteriors", "arm_states"];

/// Says what is wrong with a file, by its head where that tells enough: what is learning data as far
/// as it goes is not read on, and a database with a log beside it, of which a copy may be needed, is
/// not opened. What may be something else is looked at as [`open`] does.
///
/// # Errors
///
/// As [`open`].
pub fn sniff(path: &Path, scratch: &Scratch) -> Result<(), Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let mut head = Vec::new();
    File::open(path).map_err(failed)?.take(HEAD).read_to_end(&mut head).map_err(failed)?;
    if head.starts_with(MAGIC) {
        // The tables stand on the first page unless there are many.
        let is_known = TABLES.iter().any(|table| memmem::find(&head, table.as_bytes()).is_some());
        return if is_known && has_log(path) {
            Ok(())
        } else {
            open_database(path, scratch).map(drop)
        };
    }
    match Beginning::of(&text_of(head)) {
        Beginning::Export => Ok(()),
        Beginning::Unclear => open(path, scratch).map(drop),
        Beginning::Other => {
            let what = "is neither a database nor CSV nor JSON of an export".to_owned();
            Err(Error::Format { path: path.to_owned(), what })
        }
    }
}

/// Whether a database has a write-ahead log with something in it.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

fn open_database(path: &Path, scratch: &Scratch) -> Result<Opened, Error> {
    match LearningDb::open(path, scratch) {
        Ok(db) => Ok(Opened::Database(db)),
        Err(error @ Error::Format { .. }) => match Qortex::open(path, scratch) {
            Ok(store) => Ok(Opened::Qortex(store)),
            Err(_) => Err(error),
        },
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_file_is_what_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let database = |name: &str, sql: &str| {
            let path = dir.path().join(name);
            Connection::open(&path).unwrap().execute_batch(sql).unwrap();
            path
        };
        let word = |path: &Path| match open(path, &Scratch::new()) {
            Ok(Opened::Database(_)) => "database",
            Ok(Opened::Qortex(_)) => "qortex",
            Ok(Opened::Export(_)) => "export",
            Err(Error::Format { .. }) => "unknown",
            Err(_) => "error",
        };
        let qortex = "CREATE TABLE arm_states (context_hash, arm_id, alpha, beta, pulls,
            total_reward, last_updated)";
        let posteriors = "CREATE TABLE arm_posteriors (arm_id, alpha, beta, pulls, last_updated)";
        assert_eq!(word(&database("a.json", posteriors)), "database");
        assert_eq!(word(&database("b.db", qortex)), "qortex");
        assert_eq!(word(&database("c.db", "CREATE TABLE other (x)")), "unknown");
        assert_eq!(word(&file("d.db", "{\"posteriors\":[]}")), "export");
        assert_eq!(
            word(&file("e.json", "{\"default\":{\"a\":{\"alpha\":1,\"beta\":1}}}")),
            "qortex"
        );
        assert_eq!(word(&file("f.json", "{\"x\":1}")), "unknown");
        assert_eq!(word(&dir.path().join("missing")), "error");
    }
}
