//! Compressed transcripts: zstd and gzip files and the blobs of archive rows, laid out as plain files.
//!
//! Owns the private plain copies, made once per state of their source while there is room for them
//! (see `copies`). Bounded: a frame that grows beyond what a transcript can be is refused.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;

use super::cancel::Cancel;
use super::database::Database;
use super::fingerprint::fingerprint;
use super::scratch::Scratch;
use super::{Error, confine::Roots};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::digest::{RunningDigest, sha256};

/// The largest plain text that is made of anything, in bytes.
const PLAIN_MAX: u64 = 4 << 30;

/// The most that a byte may grow to; real transcripts stay below 100.
const GROWTH_MAX: u64 = 1000;

/// What small sources may grow to, whatever the factor, in bytes.
const PLAIN_FREE: u64 = 64 << 20;

/// A plain copy.
#[derive(Debug)]
pub(super) struct Plain {
    /// The copy, open from its beginning; its name may be gone by the time that it is read.
    pub(super) file: File,
    /// What was odd about the source.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Decompresses a file: gzip if its name says so, else zstd.
pub(super) fn unpack_file(
    path: &Path,
    roots: &Roots,
    scratch: &Scratch,
    cancel: &Cancel,
) -> Result<Plain, Error> {
    let file = roots.open(path)?;
    let meta = file.metadata().map_err(Error::io(path))?;
    let name = name_of(&(path.as_os_str(), meta.len(), meta.modified().ok()));
    let source = Source { path, packed: meta.len(), scratch, cancel };
    let is_gzip = path.extension().is_some_and(|extension| extension == "gz");
    let plain = source.lay_out(&name, || -> io::Result<Box<dyn Read>> {
        Ok(if is_gzip {
            Box::new(MultiGzDecoder::new(file))
        } else {
            Box::new(zstd::stream::read::Decoder::new(file)?)
        })
    })?;
    Ok(Plain { file: plain, diagnostics: Vec::new() })
}

/// Lays the blob of an archived or cold transcript out as a plain file.
///
/// `generation` chooses the row of `session_transcript_archives`; without one the row of
/// `session_transcript_cold_archives` is read.
pub(super) fn unpack_row(
    database: &Database,
    session_id: &str,
    generation: Option<&str>,
    scratch: &Scratch,
    cancel: &Cancel,
) -> Result<Plain, Error> {
    // A cold row is always compressed; whoever wrote it plain is understood all the same.
    let sql = match generation {
        Some(_) => {
            "SELECT archive_blob, archive_sha256, encoding FROM session_transcript_archives \
             WHERE session_id = ?1 AND generation = ?2"
        }
        None => {
            "SELECT archive_blob, archive_sha256, 'zstd' FROM session_transcript_cold_archives \
             WHERE session_id = ?1 AND ?2 IS NULL"
        }
    };
    let mut statement = database.connection.prepare(sql).map_err(database.error())?;
    let found = statement
        .query_row((session_id, generation), |row| {
            let ValueRef::Blob(blob) = row.get_ref(0)? else {
                return Ok(None);
            };
            let hash: Option<String> = row.get(1)?;
            let encoding: String = row.get(2)?;
            Ok(Some(unpack_blob(database, blob, hash.as_deref(), &encoding, scratch, cancel)))
        })
        .optional()
        .map_err(database.error())?;
    found.flatten().unwrap_or_else(|| {
        Err(Error::Compressed {
            path: database.path.clone(),
            what: format!("the archived transcript of session {session_id} is not there any more"),
        })
    })
}

fn unpack_blob(
    database: &Database,
    blob: &[u8],
    hash: Option<&str>,
    encoding: &str,
    scratch: &Scratch,
    cancel: &Cancel,
) -> Result<Plain, Error> {
    let source = Source { path: &database.path, packed: blob.len() as u64, scratch, cancel };
    let digest = sha256(blob);
    let name = name_of(&(database.path.as_os_str(), &digest));
    let mut file = match encoding {
        "identity" => source.lay_out(&name, || Ok(blob))?,
        _ => source.lay_out(&name, || zstd::stream::read::Decoder::with_buffer(blob))?,
    };
    let mut diagnostics = Vec::new();
    if let Some(hash) = hash
        && !hash.eq_ignore_ascii_case(&digest)
        && !hash.eq_ignore_ascii_case(&hash_of(&mut file, &database.path)?)
    {
        diagnostics.push(Diagnostic::warning(
            "archive-digest",
            Place::whole(&database.path),
            "The archived transcript does not have the SHA-256 digest that was recorded with it.",
        ));
    }
    Ok(Plain { file, diagnostics })
}

/// Something that is being laid out.
struct Source<'a> {
    path: &'a Path,
    packed: u64,
    scratch: &'a Scratch,
    cancel: &'a Cancel,
}

impl Source<'_> {
    /// Writes the plain text to the scratch file `name`, unless that was done before, and opens it.
    fn lay_out<R: Read>(
        &self,
        name: &str,
        open: impl FnOnce() -> io::Result<R>,
    ) -> Result<File, Error> {
        let target = self.scratch.dir()?.join(name);
        if let Some(plain) = self.kept(&target)? {
            return Ok(plain);
        }
        let (part, mut plain) = self.scratch.file(name)?;
        let written = open()
            .map_err(|error| self.broken(&error))
            .and_then(|mut text| self.copy(&mut text, &mut plain));
        if let Err(error) = written {
            let _gone = fs::remove_file(part);
            return Err(error);
        }
        fs::rename(&part, &target).map_err(Error::io(&part))?;
        // Only other copies make room for the newest.
        let gone = || Error::io(&target)(io::ErrorKind::NotFound.into());
        self.kept(&target)?.ok_or_else(gone)
    }

    /// Opens a copy that was made before and still is there.
    fn kept(&self, copy: &Path) -> Result<Option<File>, Error> {
        let mut copies = self.scratch.copies();
        let file = match File::open(copy) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(copy)(error)),
        };
        copies.use_plain(copy, file.metadata().map_err(Error::io(copy))?.len());
        Ok(Some(file))
    }

    fn copy(&self, text: &mut impl Read, plain: &mut impl Write) -> Result<(), Error> {
        let limit = self.packed.saturating_mul(GROWTH_MAX).clamp(PLAIN_FREE, PLAIN_MAX);
        let mut chunk = vec![0; 1 << 20];
        let mut written = 0_u64;
        loop {
            if self.cancel.is_stale() {
                return Err(Error::Cancelled);
            }
            let read = text.read(&mut chunk).map_err(|error| self.broken(&error))?;
            written += read as u64;
            if written > limit {
                let what = format!("would become larger than {limit} bytes when decompressed");
                return Err(Error::Compressed { path: self.path.to_owned(), what });
            }
            let fresh = chunk.get(..read).unwrap_or_default();
            plain.write_all(fresh).map_err(Error::io(std::env::temp_dir()))?;
            if read == 0 {
                return Ok(());
            }
        }
    }

    fn broken(&self, error: &io::Error) -> Error {
        let what = format!("does not decompress: {error}");
        Error::Compressed { path: self.path.to_owned(), what }
    }
}

fn name_of(state: &impl std::hash::Hash) -> String {
    format!("plain-{}.jsonl", fingerprint(state))
}

/// The digest of a plain copy, which is then at its beginning again; `path` is its source.
fn hash_of(file: &mut File, path: &Path) -> Result<String, Error> {
    let mut hash = RunningDigest::default();
    let mut chunk = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut chunk).map_err(Error::io(path))?;
        if read == 0 {
            file.rewind().map_err(Error::io(path))?;
            return Ok(hash.finish());
        }
        hash.update(chunk.get(..read).unwrap_or_default());
    }
}
