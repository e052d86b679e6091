//! Which private copies stay for a second use, and which make room.
//!
//! Counting unpacks every compressed session once, and a database that changes is copied with every
//! change; neither may fill the disk that temporary files lie on. Owns the list of what is there and
//! removes from it; must not make copies. A file that is removed while somebody reads it stays
//! readable until it is closed.

use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

/// The most that plain copies take together, in bytes; the newest stays even when it is larger.
const PLAIN_MAX: u64 = 512 << 20;

/// The copies of one scratch directory.
#[derive(Debug)]
pub(super) struct Copies {
    /// Plain transcripts with their sizes, the one that was used last at the end.
    plain: Vec<(PathBuf, u64)>,
    /// The newest copy of each database.
    databases: FxHashMap<PathBuf, PathBuf>,
    room: u64,
}

impl Default for Copies {
    fn default() -> Self {
        Self { plain: Vec::new(), databases: FxHashMap::default(), room: PLAIN_MAX }
    }
}

impl Copies {
    /// Notes that a plain copy of `bytes` bytes is used now; those used longest ago make room.
    pub(super) fn use_plain(&mut self, copy: &Path, bytes: u64) {
        self.plain.retain(|(other, _)| other != copy);
        self.plain.push((copy.to_owned(), bytes));
        let mut taken: u64 = self.plain.iter().map(|(_, bytes)| bytes).sum();
        while taken > self.room && self.plain.len() > 1 {
            let (oldest, bytes) = self.plain.remove(0);
            taken -= bytes;
            remove(&oldest);
        }
    }

    /// Notes the newest copy of a database; the one before it goes, with its companions.
    pub(super) fn use_database(&mut self, database: &Path, copy: &Path) {
        let earlier = self.databases.insert(database.to_owned(), copy.to_owned());
        let Some(earlier) = earlier.filter(|earlier| earlier != copy) else {
            return;
        };
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = earlier.clone().into_os_string();
            name.push(suffix);
            remove(Path::new(&name));
        }
    }
}

fn remove(path: &Path) {
    // What cannot be removed now goes with the scratch directory.
    let _gone = fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn plain_copies_used_longest_ago_make_room() {
        let dir = tempfile::tempdir().unwrap();
        let mut copies = Copies { room: 10, ..Copies::default() };
        let mut used = |name: &str, bytes| {
            let path = dir.path().join(name);
            fs::write(&path, "").unwrap();
            copies.use_plain(&path, bytes);
            names(dir.path())
        };
        assert_eq!(used("a", 4), ["a"]);
        assert_eq!(used("b", 4), ["a", "b"]);
        assert_eq!(used("a", 4), ["a", "b"]);
        assert_eq!(used("c", 4), ["a", "c"]);
        assert_eq!(used("large", 40), ["large"]);
    }

    #[test]
    fn a_database_has_one_copy() {
        let dir = tempfile::tempdir().unwrap();
        let mut copies = Copies::default();
        for name in ["1", "1-wal", "2", "2-wal", "other"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let mut used = |of: &str, name: &str| {
            copies.use_database(Path::new(of), &dir.path().join(name));
            names(dir.path()).len()
        };
        assert_eq!(used("/a", "1"), 5);
        assert_eq!(used("/b", "other"), 5);
        assert_eq!(used("/a", "1"), 5);
        assert_eq!(used("/a", "2"), 3);
        assert_eq!(names(dir.path()), ["2", "2-wal", "other"]);
    }
}
