//! Looking for secrets in transcripts, databases, old bundles and whole state directories.
//!
//! Nothing that was found is ever kept or told, only its place and its rule. Files and tables that
//! exist to hold credentials are not read; they are named as skipped, as is everything else that
//! was not looked at.

mod record;

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use crate::redact::{Options, Redactor};
use crate::store::texts::{Cell, Texts, is_database};

use super::Error;
use super::decode::{decode, is_utf16};
use super::names::{masked_path, masked_pointer};
use super::plan::Redaction;
use record::Place;

/// What a scan found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// The places, file by file.
    pub hits: Vec<Hit>,
    /// What was not looked at: path and reason.
    pub skipped: Vec<(PathBuf, String)>,
    /// What could not be read: path and reason.
    pub unreadable: Vec<(PathBuf, String)>,
    /// Files and databases that were looked at.
    pub looked_at: usize,
}

/// A place where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The file or database.
    pub path: PathBuf,
    /// The table, in a database.
    pub table: Option<String>,
    /// The session, in a table that tells it.
    pub session: Option<String>,
    /// In a file the line, from 1; in a table `seq`, or the row's position, from 1; in a packed
    /// transcript its line, from 1. A JSON document has none.
    pub row: Option<u64>,
    /// The JSON pointer of the string, in a table with its column first; empty in a plain text.
    pub pointer: String,
    /// The rule that knows it.
    pub rule: String,
}

/// The largest text or document that is read as a whole, in bytes.
const LARGEST: u64 = 256 << 20;
/// Bytes of a file that tell whether it is text.
const HEAD: usize = 8 << 10;
const BY_DESIGN: &str = "holds credentials by design";

/// Scans files and directories.
///
/// Of `redaction` the profile and the rules count; `patterns` are those of
/// `logging.redactPatterns`. Names of files and of members are masked where
/// they are secrets themselves.
///
/// # Errors
///
/// [`Error::Rules`] when the rules cannot be read: nothing would be found then.
pub fn scan(paths: &[PathBuf], redaction: &Redaction, patterns: &[String]) -> Result<Scan, Error> {
    let redactor = Redactor::new(&redaction.to_rules(patterns)?, Options::default());
    let mut scanner = Scanner { redactor, texts: Texts::new(), scan: Scan::default() };
    for path in paths {
        match path.symlink_metadata() {
            // A path that somebody names may be a link; links below it are not followed.
            Ok(_) if path.is_dir() && is_credentials(path) => scanner.skip(path, BY_DESIGN),
            Ok(_) if path.is_dir() => scanner.directory(path),
            Ok(_) => scanner.file(path),
            Err(error) => scanner.unreadable(path, &error),
        }
    }
    Ok(scanner.told())
}

struct Scanner {
    redactor: Redactor,
    texts: Texts,
    scan: Scan,
}

impl Scanner {
    /// What was found, with no secret in any name.
    fn told(self) -> Scan {
        let Self { redactor, mut scan, .. } = self;
        for hit in &mut scan.hits {
            hit.path = masked_path(&redactor, &hit.path);
            hit.pointer = masked_pointer(&redactor, &hit.pointer);
        }
        for (path, _) in scan.skipped.iter_mut().chain(&mut scan.unreadable) {
            *path = masked_path(&redactor, path);
        }
        scan
    }

    fn directory(&mut self, dir: &Path) {
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(dir, &error),
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push(entry.path()),
                Err(error) => self.unreadable(dir, &error),
            }
        }
        paths.sort();
        for path in paths {
            let meta = match path.symlink_metadata() {
                Ok(meta) => meta,
                // It is gone since the directory was listed.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => {
                    self.unreadable(&path, &error);
                    continue;
                }
            };
            if meta.is_symlink() {
                self.skip(&path, "a symlink");
            } else if is_credentials(&path) {
                self.skip(&path, BY_DESIGN);
            } else if meta.is_dir() {
                self.directory(&path);
            } else {
                self.file(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        if is_credentials(path) {
            return self.skip(path, BY_DESIGN);
        }
        if !path.is_file() {
            return self.skip(path, "not a regular file");
        }
        if let Some(database) = database_of_log(path) {
            // What a log holds is read with its database.
            if !database.is_file() {
                self.skip(path, "the log of a database that is not there");
            }
            return;
        }
        let result = match is_database(path) {
            Err(error) => return self.unreadable(path, &error),
            Ok(true) => self.database(path),
            Ok(false) if has_extension(path, "sqlite") && !is_empty(path) => self.database(path),
            Ok(false) if ["zst", "gz"].iter().any(|packed| has_extension(path, packed)) => {
                self.texts.unpack(path).map_err(said(path)).and_then(|plain| self.text(plain, path))
            }
            Ok(false) => {
                let opened = File::open(path).map_err(|error| error.to_string());
                opened.and_then(|file| self.text(file, path))
            }
        };
        if let Err(error) = result {
            self.scan.unreadable.push((path.to_owned(), error));
        }
    }

    /// A text whose content is that of `plain`, and which a person knows as `path`.
    fn text(&mut self, mut plain: File, path: &Path) -> Result<(), String> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let head = head(&mut plain).map_err(|error| error.to_string())?;
        // The line ends of UTF-16 are no bytes.
        if !is_lines(name) || is_utf16(&head) {
            return self.document(plain, path).map_err(|error| error.to_string());
        }
        self.scan.looked_at += 1;
        let place = Place { path, cell: None, session: None, row: None };
        let (redactor, hits) = (&self.redactor, &mut self.scan.hits);
        let too_long = Texts::lines(plain, path, &mut |line, text| {
            record::look(redactor, text, Place { row: Some(line), ..place }, hits);
        });
        for line in too_long.map_err(said(path))? {
            self.skip(path, &format!("line {line} is too long to be held in memory"));
        }
        Ok(())
    }

    fn document(&mut self, mut file: File, path: &Path) -> std::io::Result<()> {
        if file.metadata()?.len() > LARGEST {
            self.skip(path, "larger than 256 MiB and no JSONL");
            return Ok(());
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if !is_utf16(&bytes) && bytes.iter().take(HEAD).any(|byte| *byte == 0) {
            self.skip(path, "binary");
            return Ok(());
        }
        self.scan.looked_at += 1;
        let place = Place { path, cell: None, session: None, row: None };
        let (text, _) = decode(&bytes);
        record::look(&self.redactor, text.as_bytes(), place, &mut self.scan.hits);
        Ok(())
    }

    /// Every text of every table but those of credentials.
    fn database(&mut self, path: &Path) -> Result<(), String> {
        let (redactor, hits) = (&self.redactor, &mut self.scan.hits);
        let visit = &mut |cell: Cell<'_>| {
            let place = Place {
                path,
                cell: Some((cell.table, cell.column)),
                session: cell.session,
                row: Some(cell.row),
            };
            record::look(redactor, cell.text, place, hits);
        };
        let left_out = self.texts.cells(path, visit).map_err(said(path))?;
        self.scan.looked_at += 1;
        for table in left_out.credentials {
            self.skip(path, &format!("its table {table} {BY_DESIGN}"));
        }
        if !left_out.binary.is_empty() {
            self.skip(path, &format!("binary values in {}", left_out.binary.join(", ")));
        }
        let failed = left_out.failed.into_iter().map(|why| (path.to_owned(), why));
        self.scan.unreadable.extend(failed);
        Ok(())
    }

    fn skip(&mut self, path: &Path, why: &str) {
        self.scan.skipped.push((path.to_owned(), why.to_owned()));
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        self.scan.unreadable.push((path.to_owned(), error.to_string()));
    }
}

/// The first bytes of a file that is then read from its beginning.
fn head(file: &mut File) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    (&mut *file).take(HEAD as u64).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head)
}

/// What an error says, without the path that it may begin with: a scan tells the path itself.
fn said(path: &Path) -> impl Fn(crate::store::Error) -> String {
    let lead = format!("{}: ", path.display());
    move |error| {
        let text = error.to_string();
        text.strip_prefix(&lead).unwrap_or(&text).to_owned()
    }
}

/// Whether a file or directory exists to hold credentials, by its name in OpenClaw's state.
fn is_credentials(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    matches!(name, "credentials" | "identity" | "auth.json" | "oauth.json")
        || (name.starts_with("auth-profiles") && name.contains(".json"))
        || name.starts_with("auth_profile")
}

/// The database that a log lies beside.
fn database_of_log(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let base = ["-wal", "-shm", "-journal"].iter().find_map(|end| name.strip_suffix(end))?;
    let is_one = [".sqlite", ".db"].iter().any(|end| base.ends_with(end));
    is_one.then(|| path.with_file_name(base))
}

fn is_empty(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.len() == 0)
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension == wanted)
}

/// Whether a file holds one record a line; archives carry their reason behind the name.
fn is_lines(name: &str) -> bool {
    name.split('.').skip(1).any(|part| part == "jsonl")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_directory_is_searched_and_credentials_are_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let token = format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4");
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            "sessions/a.jsonl",
            &format!("{{\"x\":1}}\n{{\"a\":[\"{token}\"]}}\nbroken {token}\n"),
        );
        write("bundle/metadata.json", &format!("{{\n \"t\": \"{token}\"\n}}"));
        write("agent/auth-profiles.json", &token);
        write("credentials/x.json", &token);
        write("clean.txt", "nothing");
        write("image.png", "\0\u{1}");
        let scan = scan(&[dir.path().to_owned()], &Redaction::default(), &[]).unwrap();
        let places: Vec<_> = scan.hits.iter().map(|hit| (hit.row, hit.pointer.as_str())).collect();
        assert_eq!(places, [(None, "/t"), (Some(2), "/a/0"), (Some(3), "")]);
        assert_eq!((scan.looked_at, scan.skipped.len(), scan.unreadable.len()), (3, 3, 0));
        assert!(!format!("{scan:?}").contains(&token));
        let named =
            super::scan(&[dir.path().join("credentials")], &Redaction::default(), &[]).unwrap();
        assert_eq!((named.hits.len(), named.looked_at, named.skipped.len()), (0, 0, 1));
    }

    #[test]
    fn utf16_is_read_and_secrets_in_names_are_not_told() {
        let dir = tempfile::tempdir().unwrap();
        let token = format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4");
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let row = format!("{{\"{token}\":{{\"a\":\"{token}\"}}}}\n");
        std::fs::write(dir.path().join("a.jsonl"), utf16(&format!("{{}}\n{row}"))).unwrap();
        std::fs::write(dir.path().join(format!("{token}.log")), utf16(&row)).unwrap();
        let scan = scan(&[dir.path().to_owned()], &Redaction::default(), &[]).unwrap();
        assert_eq!((scan.looked_at, scan.skipped.len()), (2, 0));
        assert!(scan.hits.iter().any(|hit| hit.row == Some(2) && hit.path.ends_with("a.jsonl")));
        assert!(!format!("{scan:?}").contains(&token), "{scan:?}");
    }

    #[test]
    fn files_of_gzip_are_unpacked() {
        let dir = tempfile::tempdir().unwrap();
        let token = format!("ghp{}", "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        write!(packed, "{{}}\n{{\"a\":\"{token}\"}}\n").unwrap();
        let packed = packed.finish().unwrap();
        std::fs::write(dir.path().join("a.jsonl.gz"), &packed).unwrap();
        std::fs::write(dir.path().join("cut.log.gz"), &packed[..packed.len() - 9]).unwrap();
        let scan = scan(&[dir.path().to_owned()], &Redaction::default(), &[]).unwrap();
        let rows: Vec<_> = scan.hits.iter().map(|hit| hit.row).collect();
        assert_eq!((rows, scan.unreadable.len(), scan.skipped.len()), (vec![Some(2)], 1, 0));
    }

    #[test]
    fn a_path_that_is_not_there_is_told() {
        let scan = scan(&[PathBuf::from("/nowhere/at/all")], &Redaction::default(), &[]).unwrap();
        assert_eq!(scan.unreadable.len(), 1);
    }
}
