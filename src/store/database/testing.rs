//! Agent databases and state directories built in code, for the tests of this room.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::model::key::AgentId;
use crate::store::Store;
use crate::store::location::{ChosenBy, Location};
use crate::store::scratch::Scratch;

/// The tables of an agent database.
pub(crate) const SCHEMA: &str = include_str!("../../../tests/fixtures/agent-schema.sql");

/// A state directory with one agent, `main`.
pub(crate) struct State {
    pub(crate) dir: TempDir,
}

impl State {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for part in ["agent", "sessions/cold", "session-sqlite-import-archive"] {
            fs::create_dir_all(dir.path().join("agents/main").join(part)).unwrap();
        }
        Self { dir }
    }

    pub(crate) fn agent(&self, path: &str) -> PathBuf {
        self.dir.path().join("agents/main").join(path)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.agent("agent/openclaw-agent.sqlite")
    }

    /// Writes a file below the agent's directory.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.agent(path);
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn store(&self) -> Store {
        store(self.dir.path())
    }
}

/// A store over any state directory.
pub(crate) fn store(state_dir: &Path) -> Store {
    let state_dir = state_dir.to_owned();
    let location = Location { state_dir, demo: false, ..Location::demo(ChosenBy::Path) };
    Store { location, scratch: Arc::new(Scratch::default()) }
}

pub(crate) fn main_agent() -> AgentId {
    AgentId::normalise("main")
}

/// A connection that writes, as OpenClaw would.
pub(crate) struct Writer(pub(crate) Connection);

impl Writer {
    /// Makes a database in WAL mode.
    pub(crate) fn new(path: &Path) -> Self {
        let writer = Self(Connection::open(path).unwrap());
        writer.run("PRAGMA journal_mode = WAL");
        writer.run(SCHEMA);
        writer
    }

    pub(crate) fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    /// A key with its current session, entry and window.
    pub(crate) fn session(&self, key: &str, id: &str) {
        let entry = format!("{{\"sessionId\":\"{id}\",\"updatedAt\":2000,\"model\":\"m-1\"}}");
        self.node(key, id, &entry);
        self.window(id, key, None);
    }

    pub(crate) fn node(&self, key: &str, id: &str, entry: &str) {
        let sql = "INSERT INTO session_nodes
            (session_key, current_session_id, entry_json, updated_at, created_at, status)
            VALUES (?1, ?2, ?3, 2000, 1000, 'done')";
        self.0.execute(sql, (key, id, entry)).unwrap();
    }

    pub(crate) fn window(&self, id: &str, key: &str, previous: Option<&str>) {
        let sql = "INSERT INTO session_windows (session_id, session_key, previous_session_id,
            reason, created_at, updated_at, model) VALUES (?1, ?2, ?3, 'reset', 1000, 1500, 'm-1')";
        self.0.execute(sql, (id, key, previous)).unwrap();
    }

    pub(crate) fn event(&self, id: &str, seq: i64, json: &str) {
        let sql = "INSERT INTO transcript_events (session_id, seq, event_json, created_at,
            event_utf8_bytes) VALUES (?1, ?2, ?3, 1000, length(?3))";
        self.0.execute(sql, (id, seq, json)).unwrap();
    }

    pub(crate) fn packed_event(&self, id: &str, seq: i64, packed: &[u8], bytes: i64) {
        let sql = "INSERT INTO transcript_events (session_id, seq, event_zstd, created_at,
            event_utf8_bytes) VALUES (?1, ?2, ?3, 1000, ?4)";
        self.0.execute(sql, (id, seq, packed, bytes)).unwrap();
    }

    pub(crate) fn runtime_event(&self, id: &str, seq: i64, json: &str) {
        let sql = "INSERT INTO trajectory_runtime_events (session_id, seq, event_json, created_at)
            VALUES (?1, ?2, ?3, 1000)";
        self.0.execute(sql, (id, seq, json)).unwrap();
    }

    /// A transcript of a header and `messages` messages in a row.
    pub(crate) fn transcript(&self, id: &str, messages: u32) {
        for (seq, row) in lines(id, messages).iter().enumerate() {
            self.event(id, i64::try_from(seq).unwrap(), row);
        }
    }
}

/// The rows of a transcript: a header and `messages` messages in a row.
pub(crate) fn lines(id: &str, messages: u32) -> Vec<String> {
    let mut rows = vec![format!(r#"{{"type":"session","version":3,"id":"{id}","cwd":"/w"}}"#)];
    for n in 0..messages {
        let parent = if n == 0 { "null".to_owned() } else { format!("\"e{}\"", n - 1) };
        rows.push(format!(
            r#"{{"type":"message","id":"e{n}","parentId":{parent},"message":{{"role":"user","content":"text {n}"}}}}"#
        ));
    }
    rows
}

/// Everything below a directory that an observer could see: path, size, time and contents.
pub(crate) fn trace(dir: &Path) -> Vec<(PathBuf, u64, SystemTime, String)> {
    let mut seen = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            if meta.is_dir() {
                dirs.push(path.clone());
            }
            let digest = match fs::read(&path) {
                Ok(bytes) if meta.is_file() => format!("{:?}", Sha256::digest(bytes)),
                _ => String::new(),
            };
            seen.push((path, meta.len(), meta.modified().unwrap(), digest));
        }
    }
    seen.sort();
    seen
}

/// Copies a database with those of its companions that are named, as they are right now.
pub(crate) fn copy_with(from: &Path, to: &Path, companions: &[&str]) {
    for suffix in [""].iter().chain(companions) {
        let name = |path: &Path| format!("{}{suffix}", path.display());
        fs::copy(name(from), name(to)).unwrap();
    }
}
