//! The embedded demo: a small state directory of both generations, laid out in a private place.
//!
//! Files are written as they are embedded; the databases are built from SQL, so that the sources
//! stay readable. The world of the demo has a clock of its own, [`NOW_MS`].

mod files;

use std::fs::{self, File, FileTimes};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use sha2::{Digest, Sha256};

use super::Error;

/// The instant at which the demo is looked at, 2026-11-20T10:30:00Z, in ms since the epoch.
pub const NOW_MS: i64 = 1_795_170_600_000;

/// Lays the demo's state directory out in an empty directory.
///
/// # Errors
///
/// [`Error::Io`] or [`Error::Database`] when the directory cannot be written.
pub(super) fn lay_out(state_dir: &Path) -> Result<(), Error> {
    for (path, content) in files::FILES {
        let path = state_dir.join(path);
        write(&path, content).map_err(Error::io(&path))?;
    }
    for (name, sql) in files::DATABASES {
        let agent = name.strip_suffix(".sql").unwrap_or(name);
        let path = state_dir.join("agents").join(agent).join("agent/openclaw-agent.sqlite");
        build_database(&path, &[files::AGENT_SCHEMA, &String::from_utf8_lossy(sql)])?;
    }
    for (name, sql) in files::LEARNING {
        let agent = name.strip_suffix(".sql").unwrap_or(name);
        let path = state_dir.join("agents").join(agent).join("agent/learning/learning.db");
        build_database(&path, &[&String::from_utf8_lossy(sql)])?;
    }
    Ok(())
}

/// Writes a file and gives it the time of its last record, as if it had been written then.
fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::create_new(path)?;
    file.write_all(content)?;
    let ms = last_time(&String::from_utf8_lossy(content)).unwrap_or(NOW_MS);
    let modified = UNIX_EPOCH + Duration::from_millis(ms.unsigned_abs());
    file.set_times(FileTimes::new().set_modified(modified))
}

/// The time of the last record of a JSONL text, ms since the epoch.
fn last_time(text: &str) -> Option<i64> {
    let after = |name: &str| {
        let at = text.rfind(name)?.checked_add(name.len())?;
        let (time, _) = text.get(at..)?.split_once('"')?;
        Some(time.parse::<jiff::Timestamp>().ok()?.as_millisecond())
    };
    after("\"timestamp\":\"").max(after("\"ts\":\""))
}

fn build_database(path: &Path, parts: &[&str]) -> Result<(), Error> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::io(parent))?;
    }
    let build = || {
        let database = Connection::open(path)?;
        register_functions(&database)?;
        // Nothing is lost if the machine stops here: the copy is made anew at every start.
        database.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN;")?;
        parts.iter().try_for_each(|sql| database.execute_batch(sql))?;
        database.execute_batch("COMMIT;")?;
        database.close().map_err(|(_, error)| error)
    };
    build().map_err(Error::database(path))
}

/// What the SQL of the demo calls: text cannot hold compressed rows, and digests follow from them.
fn register_functions(database: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    database.create_scalar_function("zstd_compress", 1, flags, |call| {
        let text: String = call.get(0)?;
        zstd::bulk::compress(text.as_bytes(), 0)
            .map_err(|error| rusqlite::Error::UserFunctionError(Box::new(error)))
    })?;
    database.create_scalar_function("dice", 3, flags, |call| {
        Ok(dice(call.get(0)?, call.get(1)?, call.get(2)?))
    })?;
    database.create_scalar_function("sha256_hex", 1, flags, |call| {
        let blob: Vec<u8> = call.get(0)?;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(&blob) {
            hex.extend(
                [byte >> 4, byte & 15]
                    .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')),
            );
        }
        Ok(hex)
    })
}

/// A number in 0..1000 that looks drawn by chance and is the same everywhere: the arguments mixed
/// by multiplying and shifting (the finisher of splitmix64).
fn dice(run: i64, arm: i64, salt: i64) -> i64 {
    let seed = (run.cast_unsigned() << 32) ^ (arm.cast_unsigned() << 16) ^ salt.cast_unsigned();
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % 1000).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(directory: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                listed(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn every_file_of_the_demo_is_embedded() {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
        for (part, embedded) in
            [("state", files::FILES), ("db", files::DATABASES), ("learning", files::LEARNING)]
        {
            let mut found = Vec::new();
            listed(&assets.join(part), &assets.join(part), &mut found);
            found.sort();
            let mut names: Vec<_> = embedded.iter().map(|(name, _)| (*name).to_owned()).collect();
            names.sort();
            assert_eq!(
                names, found,
                "src/store/demo/files.rs lists the files of assets/demo/{part}"
            );
        }
    }

    #[test]
    fn the_demo_is_laid_out_with_times_and_databases() {
        let state = tempfile::tempdir().unwrap();
        lay_out(state.path()).unwrap();
        let database = state.path().join("agents/ops/agent/openclaw-agent.sqlite");
        let names: Vec<_> = fs::read_dir(database.parent().unwrap())
            .unwrap()
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        assert_eq!(names, ["openclaw-agent.sqlite"]);
        let read = Connection::open(&database).unwrap();
        let one = |sql: &str| read.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(one("PRAGMA user_version"), 23);
        assert!(one("SELECT count(*) FROM transcript_events WHERE event_zstd IS NOT NULL") > 0);
        assert_eq!(
            one(
                "SELECT count(*) FROM session_transcript_cold_archives WHERE length(archive_sha256) = 64"
            ),
            1
        );
        let transcript =
            state.path().join("agents/main/sessions/666e86ff-d345-432e-a4ec-f327b0e8551d.jsonl");
        let modified = transcript.metadata().unwrap().modified().unwrap();
        assert!(modified < UNIX_EPOCH + Duration::from_millis(NOW_MS as u64));
    }

    #[test]
    fn the_learning_database_holds_300_runs_and_21_arms() {
        let state = tempfile::tempdir().unwrap();
        lay_out(state.path()).unwrap();
        let read =
            Connection::open(state.path().join("agents/main/agent/learning/learning.db")).unwrap();
        let one = |sql: &str| read.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(one("SELECT count(*) FROM run_traces"), 300);
        assert_eq!(one("SELECT count(*) FROM arm_posteriors"), 21);
        assert_eq!(
            one("SELECT count(*) FROM run_traces AS a JOIN run_traces AS b
                 ON b.rowid = a.rowid + 1 WHERE b.timestamp <= a.timestamp"),
            0,
            "the rows stand in order of time"
        );
        assert!(one("SELECT max(timestamp) FROM run_traces") < NOW_MS);
    }

    #[test]
    fn the_last_time_is_that_of_the_last_record() {
        let text = "{\"timestamp\":\"2026-11-01T00:00:00.000Z\"}\n{\"timestamp\":\"2026-11-02T00:00:00.000Z\"}\n";
        assert_eq!(last_time(text), Some(1_793_577_600_000));
        assert_eq!(last_time("{}"), None);
    }
}
