//! What a file in a directory of transcripts is, judged by its name alone.
//!
//! OpenClaw keeps transcripts, their sidecars, copies, archives, locks and backups side by side.
//! The names are those of the file store (up to 2026.7.1) and of the archives that the database
//! releases (2026.8.1 and later) still write.

/// What a file name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileRole {
    /// `sessions.json`.
    Index,
    /// A transcript under its current name.
    Transcript(Stem),
    /// A transcript that was archived, `<transcript>.jsonl.<reason>.<stamp>`.
    Archive {
        /// The transcript that it was.
        stem: Stem,
        /// Why it was archived.
        reason: ArchiveReason,
        /// When, ms since the epoch, UTC.
        at: Option<i64>,
        /// The generation, 32 hexadecimal digits, where a database release archived it.
        generation: Option<String>,
        /// The text is compressed.
        zstd: bool,
    },
    /// A cold transcript, `<sha256>.jsonl.zst`.
    Cold {
        /// The digest that names it.
        digest: String,
    },
    /// A transcript in the import archive of a migration.
    Imported {
        /// The session id.
        session_id: String,
        /// When it was taken over, ms since the epoch, UTC.
        at: Option<i64>,
    },
    /// A transcript that a migration left under `.migrated`.
    Migrated(Stem),
    /// A copy that a repair made before it changed the transcript, or a corrupt original.
    Repair(Stem),
    /// Runtime events, `<stem>.trajectory.jsonl`.
    Sidecar {
        /// The stem of the transcript's name.
        stem: String,
    },
    /// A pointer to runtime events, `<stem>.trajectory-path.json`.
    Pointer {
        /// The stem of the transcript's name.
        stem: String,
    },
    /// A write lock.
    Lock,
    /// A file that is being written.
    Temporary,
    /// An earlier `sessions.json`.
    IndexBackup,
    /// Nothing that has to do with sessions.
    Other,
}

/// The name of a transcript without `.jsonl`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stem {
    /// The session id.
    pub session_id: String,
    /// What part or copy of the session it holds.
    pub part: Part,
}

/// What part or copy of a session a transcript holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The session itself.
    Whole,
    /// One topic of a group, `-topic-<URL-encoded id>`; the id is decoded here.
    Topic(String),
    /// The copy before a compaction, `.checkpoint.<uuid>`.
    Checkpoint(String),
}

/// Why a transcript was archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArchiveReason {
    /// The session was deleted.
    Deleted,
    /// The session was reset.
    Reset,
    /// A backup.
    Backup,
}

impl FileRole {
    /// Tells whether the file holds rows of a transcript.
    pub fn is_transcript(&self) -> bool {
        matches!(
            self,
            Self::Transcript(_)
                | Self::Archive { .. }
                | Self::Cold { .. }
                | Self::Imported { .. }
                | Self::Migrated(_)
                | Self::Repair(_)
        )
    }

    /// Tells whether the text of the file is compressed.
    pub fn is_zstd(&self) -> bool {
        matches!(self, Self::Archive { zstd: true, .. } | Self::Cold { .. })
    }
}

/// Tells what a file is by its name.
pub fn classify(name: &str) -> FileRole {
    if name == "sessions.json" {
        return FileRole::Index;
    }
    // Session ids start with a letter or digit; dot files are left by file systems and editors.
    if name.starts_with('.') {
        return FileRole::Other;
    }
    of_index(name)
        .or_else(|| of_import(name))
        .or_else(|| of_archive(name))
        .or_else(|| of_copy(name))
        .or_else(|| of_suffix(name))
        .unwrap_or(FileRole::Other)
}

/// The files around `sessions.json`.
fn of_index(name: &str) -> Option<FileRole> {
    let rest = name.strip_prefix("sessions.json.")?;
    Some(match rest {
        "lock" => FileRole::Lock,
        _ if has_suffix(rest, "tmp") => FileRole::Temporary,
        _ => FileRole::IndexBackup,
    })
}

/// `<key>.<session id>.jsonl.imported-<ms>`, the key with `_` for characters that names cannot hold.
fn of_import(name: &str) -> Option<FileRole> {
    let (file, stamp) = name.rsplit_once(".imported-")?;
    let at = stamp.parse().ok();
    if file.ends_with("sessions.json") {
        return Some(FileRole::IndexBackup);
    }
    if let Some(stem) = file.strip_suffix(".trajectory.jsonl") {
        return Some(FileRole::Sidecar { stem: imported_id(stem) });
    }
    if let Some(stem) = file.strip_suffix(".trajectory-path.json") {
        return Some(FileRole::Pointer { stem: imported_id(stem) });
    }
    let stem = file.strip_suffix(".jsonl")?;
    Some(FileRole::Imported { session_id: imported_id(stem), at })
}

/// Both the key and the id may hold dots; an id is nearly always a UUID, which holds none.
fn imported_id(stem: &str) -> String {
    let last = stem.rsplit_once('.').map(|(_, id)| id).filter(|id| is_uuid(id));
    let rest = || stem.split_once('.').map(|(_, id)| id);
    last.or_else(rest).unwrap_or(stem).to_owned()
}

/// `<stem>.jsonl.<reason>.<stamp>[.<generation>][.zst]`.
fn of_archive(name: &str) -> Option<FileRole> {
    let (stem, rest) = name.split_once(".jsonl.")?;
    let (rest, zstd) = match rest.strip_suffix(".zst") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (reason, stamp) = rest.split_once('.')?;
    let reason = match reason {
        "deleted" => ArchiveReason::Deleted,
        "reset" => ArchiveReason::Reset,
        "bak" => ArchiveReason::Backup,
        _ => return None,
    };
    let (stamp, generation) = match stamp.rsplit_once('.') {
        Some((stamp, hash)) if hash.len() == 32 && is_hex(hash) => (stamp, Some(hash.to_owned())),
        _ => (stamp, None),
    };
    let at = stamp_ms(stamp);
    // Sidecars are archived beside their transcripts, under the same scheme.
    if let Some(stem) = stem.strip_suffix(".trajectory") {
        return Some(FileRole::Sidecar { stem: stem.to_owned() });
    }
    at.is_some().then(|| FileRole::Archive { stem: Stem::of(stem), reason, at, generation, zstd })
}

/// Copies that migrations and repairs leave.
fn of_copy(name: &str) -> Option<FileRole> {
    if let Some((file, number)) = name.rsplit_once(".migrated")
        && (number.is_empty() || number.strip_prefix('.').is_some_and(is_digits))
    {
        return Some(match classify(file) {
            FileRole::Transcript(stem) => FileRole::Migrated(stem),
            FileRole::Index => FileRole::IndexBackup,
            FileRole::Sidecar { stem } => FileRole::Sidecar { stem },
            _ => FileRole::Other,
        });
    }
    if let Some((stem, rest)) = name.split_once(".jsonl.")
        && has_suffix(rest, "bak")
        && ["pre-doctor-branch-repair-", "openai-codex-repair-", "pre-doctor-openai-codex-repair-"]
            .iter()
            .any(|start| rest.starts_with(start))
    {
        return Some(FileRole::Repair(Stem::of(stem)));
    }
    let (file, stamp) = name.strip_suffix(".jsonl")?.split_once(".corrupt-")?;
    let (_, hash) = stamp.rsplit_once('-')?;
    let stem = file.strip_suffix(".jsonl").unwrap_or(file);
    (hash.len() == 8 && is_hex(hash)).then(|| FileRole::Repair(Stem::of(stem)))
}

fn of_suffix(name: &str) -> Option<FileRole> {
    let owned = |stem: &str| stem.to_owned();
    if has_suffix(name, "lock") {
        return Some(FileRole::Lock);
    }
    if has_suffix(name, "tmp") {
        return Some(FileRole::Temporary);
    }
    if let Some(stem) = name.strip_suffix(".trajectory-path.json") {
        return Some(FileRole::Pointer { stem: owned(stem) });
    }
    if let Some(stem) = name.strip_suffix(".trajectory.jsonl") {
        return Some(FileRole::Sidecar { stem: owned(stem) });
    }
    if let Some(digest) = name.strip_suffix(".jsonl.zst") {
        return (digest.len() == 64 && is_hex(digest))
            .then(|| FileRole::Cold { digest: owned(digest) });
    }
    let stem = name.strip_suffix(".jsonl").filter(|stem| !stem.is_empty())?;
    Some(FileRole::Transcript(Stem::of(stem)))
}

impl Stem {
    /// Takes a transcript's name without `.jsonl` apart.
    pub fn of(stem: &str) -> Self {
        if let Some((id, checkpoint)) = stem.split_once(".checkpoint.")
            && is_uuid(checkpoint)
        {
            return Self {
                session_id: id.to_owned(),
                part: Part::Checkpoint(checkpoint.to_owned()),
            };
        }
        if let Some((id, topic)) = stem.split_once("-topic-")
            && !id.is_empty()
        {
            return Self { session_id: id.to_owned(), part: Part::Topic(url_decoded(topic)) };
        }
        Self { session_id: stem.to_owned(), part: Part::Whole }
    }
}

/// Tells whether a session id of an index is one that OpenClaw accepts: a letter or digit, then at
/// most 127 letters, digits, `.`, `_`, `-`; the database releases take all letters of Unicode. It
/// must not look like the name of a checkpoint.
pub fn is_session_id(id: &str) -> bool {
    id.len() <= 249
        && id.starts_with(char::is_alphanumeric)
        && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
        && !matches!(Stem::of(id).part, Part::Checkpoint(_))
}

/// Reads `YYYY-MM-DDTHH-MM-SS[.mmm]Z`, the ISO form with its colons made fit for file names.
fn stamp_ms(stamp: &str) -> Option<i64> {
    let (date, time) = stamp.split_once('T')?;
    let mut parts = time.splitn(3, '-');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let time: jiff::Timestamp = format!("{date}T{hour}:{minute}:{second}").parse().ok()?;
    Some(time.as_millisecond())
}

fn has_suffix(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| last == extension) || name == extension
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_uuid(text: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(shape)
}

/// Undoes `encodeURIComponent`; what is no valid escape stays as it stands.
fn url_decoded(text: &str) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = (hex(bytes.get(at + 1)), hex(bytes.get(at + 2)));
        if let (b'%', (Some(high), Some(low))) = (byte, digits) {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests;
