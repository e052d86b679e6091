//! Looking for secrets in transcripts, databases, old bundles and whole state directories.
//!
//! Nothing that was found is ever kept or told, only its place and its rule. Files that exist to
//! hold credentials are not opened; they are named as skipped.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use crate::js::parse;
use crate::model::finding::{Finding, Layer};
use crate::model::ids::RowSpan;
use crate::redact::{Options, Profile, Redactor, Rules};
use crate::store::Store;
use crate::store::body::BodyReader;
use crate::store::cancel::Cancel;
use crate::store::location::{Environment, Request, locate};

use super::open::OpenRequest;

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
    /// The session, in a database.
    pub session: Option<String>,
    /// The line or row, from 1; of a text or a JSON document none.
    pub row: Option<u64>,
    /// The JSON pointer of the string; empty in a plain text.
    pub pointer: String,
    /// The rule that knows it.
    pub rule: String,
}

/// The largest text or document that is read as a whole, in bytes.
const LARGEST: u64 = 256 << 20;
/// Bytes of a file that tell whether it is text.
const HEAD: usize = 8 << 10;

/// Scans files and directories; of the request only the surroundings count.
pub fn scan(paths: &[PathBuf], strict: bool, surroundings: &OpenRequest) -> Scan {
    let profile = if strict { Profile::Strict } else { Profile::Standard };
    let redactor = Redactor::new(&Rules::built_in(profile), Options::default());
    let environment = Environment {
        vars: surroundings.vars.clone(),
        current_dir: surroundings.current_dir.clone(),
    };
    let mut scanner = Scanner { redactor, environment, scan: Scan::default() };
    for path in paths {
        match path.symlink_metadata() {
            // A path that somebody names may be a link; links below it are not followed.
            Ok(_) if path.is_dir() => scanner.directory(path),
            Ok(_) => scanner.file(path),
            Err(error) => scanner.unreadable(path, &error),
        }
    }
    scanner.scan
}

struct Scanner {
    redactor: Redactor,
    environment: Environment,
    scan: Scan,
}

/// Where a value was read.
struct Place<'p> {
    path: &'p Path,
    session: Option<&'p str>,
    row: Option<u64>,
}

impl Scanner {
    fn directory(&mut self, dir: &Path) {
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(dir, &error),
        };
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            let Ok(meta) = path.symlink_metadata() else { continue };
            if meta.is_symlink() {
                self.skip(&path, "a symlink");
            } else if is_credentials(&path) {
                self.skip(&path, "holds credentials by design");
            } else if meta.is_dir() {
                self.directory(&path);
            } else if meta.is_file() {
                self.file(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        if is_credentials(path) {
            return self.skip(path, "holds credentials by design");
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let result = match name {
            _ if name.ends_with("-wal") || name.ends_with("-shm") => Ok(()),
            _ if is_database(path) => return self.database(path),
            _ if has_extension(path, "zst") => {
                self.skip(path, "compressed");
                Ok(())
            }
            _ if is_lines(name) => self.lines(path),
            _ => self.document(path),
        };
        if let Err(error) = result {
            self.unreadable(path, &error);
        }
    }

    fn lines(&mut self, path: &Path) -> std::io::Result<()> {
        let mut reader = BufReader::new(File::open(path)?);
        self.scan.looked_at += 1;
        let mut line = Vec::new();
        let mut row = 0;
        while reader.read_until(b'\n', &mut line)? > 0 {
            row += 1;
            self.record(&line, &Place { path, session: None, row: Some(row) });
            line.clear();
        }
        Ok(())
    }

    fn document(&mut self, path: &Path) -> std::io::Result<()> {
        let mut file = File::open(path)?;
        if file.metadata()?.len() > LARGEST {
            self.skip(path, "larger than 256 MiB and no JSONL");
            return Ok(());
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if bytes.iter().take(HEAD).any(|byte| *byte == 0) {
            self.skip(path, "binary");
            return Ok(());
        }
        self.scan.looked_at += 1;
        self.record(&bytes, &Place { path, session: None, row: None });
        Ok(())
    }

    /// Every transcript and every runtime event of a database.
    fn database(&mut self, path: &Path) {
        self.skip(path, "its tables auth_profile_* hold credentials by design");
        if let Err(error) = self.sessions(path) {
            self.scan.unreadable.push((path.to_owned(), error));
        }
    }

    fn sessions(&mut self, path: &Path) -> Result<(), String> {
        let said = |error: crate::store::Error| error.to_string();
        let request = Request { path: Some(path.to_owned()), ..Request::default() };
        let store =
            Store::open(locate(&request, &self.environment).map_err(said)?).map_err(said)?;
        let never = Cancel::never();
        self.scan.looked_at += 1;
        for row in store.catalogue(&never, &mut |_| {}).rows {
            if !row.transcript.is_database() {
                continue;
            }
            let place = Place { path, session: Some(&row.session_id), row: None };
            let transcript =
                store.transcript(&row.transcript, &never, &mut |_| {}).map_err(said)?;
            let spans: Vec<_> = transcript.tables.entries.iter().map(|entry| entry.span).collect();
            self.rows(store.bodies(&row.transcript).map_err(said)?, &spans, &place)?;
            let source = store.find_runtime(&row);
            let log = store.runtime(&source, &row.session_id, &never).map_err(said)?;
            let spans: Vec<_> = log.events.iter().map(|event| event.span).collect();
            if let Some(reader) = store.runtime_bodies(&source).map_err(said)? {
                self.rows(reader, &spans, &place)?;
            }
        }
        Ok(())
    }

    fn rows(
        &mut self,
        mut reader: BodyReader,
        spans: &[RowSpan],
        place: &Place<'_>,
    ) -> Result<(), String> {
        let read = reader.each(spans, &mut |at, bytes| {
            self.record(bytes, &Place { row: Some(at as u64 + 1), ..*place });
        });
        read.map_err(|error| error.to_string())
    }

    /// Looks at one record, as JSON where it is JSON.
    fn record(&mut self, bytes: &[u8], place: &Place<'_>) {
        let mut findings = Vec::new();
        match parse::parse_lossy(bytes) {
            Ok(mut value) => self.redactor.value(&mut value, &mut findings),
            Err(_) => findings = self.redactor.text(&String::from_utf8_lossy(bytes)).1,
        }
        let hit = |finding: Finding| Hit {
            path: place.path.to_owned(),
            session: place.session.map(str::to_owned),
            row: place.row,
            pointer: finding.pointer.to_string(),
            rule: finding.rule.to_string(),
        };
        self.scan.hits.extend(findings.into_iter().filter(is_secret).map(hit));
    }

    fn skip(&mut self, path: &Path, why: &str) {
        self.scan.skipped.push((path.to_owned(), why.to_owned()));
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        self.scan.unreadable.push((path.to_owned(), error.to_string()));
    }
}

/// Whether a finding is about a secret, not about a place on a disk or a picture.
fn is_secret(finding: &Finding) -> bool {
    finding.layer != Layer::Paths && !matches!(&*finding.rule, "media-content" | "data-url")
}

/// Whether a file or directory exists to hold credentials, by its name in OpenClaw's state.
fn is_credentials(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    matches!(name, "credentials" | "identity" | "auth.json" | "oauth.json")
        || (name.starts_with("auth-profiles") && name.contains(".json"))
        || name.starts_with("auth_profile")
}

fn is_database(path: &Path) -> bool {
    has_extension(path, "sqlite")
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
        let scan = scan(&[dir.path().to_owned()], false, &OpenRequest::default());
        let places: Vec<_> = scan.hits.iter().map(|hit| (hit.row, hit.pointer.as_str())).collect();
        assert_eq!(places, [(None, "/t"), (Some(2), "/a/0"), (Some(3), "")]);
        assert_eq!((scan.looked_at, scan.skipped.len(), scan.unreadable.len()), (3, 3, 0));
        assert!(!format!("{scan:?}").contains(&token));
    }

    #[test]
    fn a_path_that_is_not_there_is_told() {
        let scan = scan(&[PathBuf::from("/nowhere/at/all")], false, &OpenRequest::default());
        assert_eq!(scan.unreadable.len(), 1);
    }
}
