//! Opening a file of learning data by what it is, not by its name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Error;
use super::database::LearningDb;
use super::import::Imported;
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
    Export(Imported),
}

/// Opens a `learning.db`, a store of qortex, or an export.
///
/// # Errors
///
/// When the file cannot be read, or is none of these.
pub fn open(path: &Path, scratch: &Scratch) -> Result<Opened, Error> {
    if is_database(path)? {
        return match LearningDb::open(path, scratch) {
            Ok(db) => Ok(Opened::Database(db)),
            Err(error @ Error::Format { .. }) => match Qortex::open(path, scratch) {
                Ok(store) => Ok(Opened::Qortex(store)),
                Err(_) => Err(error),
            },
            Err(error) => Err(error),
        };
    }
    match Imported::open(path) {
        Ok(imported) => Ok(Opened::Export(imported)),
        Err(error @ Error::Format { .. }) => match Qortex::open(path, scratch) {
            Ok(store) if !store.partitions.is_empty() => Ok(Opened::Qortex(store)),
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

fn is_database(path: &Path) -> Result<bool, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let mut head = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MAGIC.len() as u64).read_to_end(&mut head).map_err(failed)?;
    Ok(head == MAGIC)
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
