//! What a PATH argument is, judged by what it holds: a copy may have any name.
//!
//! Only names in a directory and the first bytes of a file are looked at.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Scope;
use crate::store::Error;
use crate::store::catalogue::names::{self, FileRole};

/// How much of a file is looked at.
const HEAD_BYTES: u64 = 64 << 10;

const WHAT_CAN_BE_OPENED: &str = "Give a state directory, an agent directory, a directory of \
    transcripts, one .jsonl transcript, or one agent database.";

/// What was found at a path.
pub(super) struct Found {
    /// The state directory, or what stands in for one.
    pub(super) state_dir: PathBuf,
    /// How much of it was meant.
    pub(super) scope: Scope,
}

/// Finds out what lies at an absolute path.
pub(super) fn inspect(path: &Path) -> Result<Found, Error> {
    let meta = match path.metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let hint = "Check the path; without one, the default state directory is opened.";
            return Err(Error::NotFound { path: path.to_owned(), hint });
        }
        Err(error) => return Err(Error::io(path)(error)),
    };
    if meta.is_dir() {
        directory(path)
    } else if meta.is_file() {
        file(path)
    } else {
        Err(not_a_store(path, "is neither a file nor a directory"))
    }
}

fn directory(path: &Path) -> Result<Found, Error> {
    // Reading it once tells "no permission" apart from "nothing in it".
    fs::read_dir(path).map_err(Error::io(path))?;
    let state = |dir: PathBuf| Found { state_dir: dir, scope: Scope::State };
    if is_state_dir(path) {
        return Ok(state(path.to_owned()));
    }
    if is_agent_dir(path) {
        return Ok(Found { state_dir: around_agent(path), scope: Scope::Agent(path.to_owned()) });
    }
    let database = path.join("openclaw-agent.sqlite");
    if database.is_file() {
        return Ok(in_agent_dir(path, Scope::Database(database)));
    }
    if path.join("manifest.json").is_file() && path.join("events.jsonl").is_file() {
        return Err(not_a_store(path, "is an exported bundle, which holds no session store"));
    }
    if holds_transcripts(path)? {
        return Ok(in_agent_dir(path, Scope::Sessions(path.to_owned())));
    }
    if path.file_name().is_some_and(|name| name == "agents") && holds_agents(path)? {
        let parent = path.parent().unwrap_or(path);
        return Ok(state(parent.to_owned()));
    }
    match [".openclaw", ".clawdbot"]
        .map(|name| path.join(name))
        .into_iter()
        .find(|dir| is_state_dir(dir))
    {
        Some(dir) => Ok(state(dir)),
        None => Err(not_a_store(path, "holds no sessions")),
    }
}

fn is_state_dir(path: &Path) -> bool {
    path.join("agents").is_dir()
        || path.join("openclaw.json").is_file()
        || path.join("clawdbot.json").is_file()
        || path.join("state/openclaw.sqlite").is_file()
}

fn is_agent_dir(path: &Path) -> bool {
    path.join("sessions").is_dir() || path.join("agent/openclaw-agent.sqlite").is_file()
}

fn holds_agents(path: &Path) -> Result<bool, Error> {
    let entries = fs::read_dir(path).map_err(Error::io(path))?;
    Ok(entries.flatten().any(|entry| is_agent_dir(&entry.path())))
}

fn holds_transcripts(path: &Path) -> Result<bool, Error> {
    let entries = fs::read_dir(path).map_err(Error::io(path))?;
    Ok(entries.flatten().any(|entry| {
        let name = entry.file_name();
        let role = names::classify(&name.to_string_lossy());
        role == FileRole::Index || role.is_transcript()
    }))
}

/// The state directory around `<state>/agents/<id>`; the agent directory itself for a loose copy.
fn around_agent(agent_dir: &Path) -> PathBuf {
    let agents =
        agent_dir.parent().filter(|dir| dir.file_name().is_some_and(|name| name == "agents"));
    agents.and_then(Path::parent).unwrap_or(agent_dir).to_owned()
}

/// Something in `sessions/` or `agent/` of an agent directory; the directory itself for a loose copy.
fn in_agent_dir(dir: &Path, scope: Scope) -> Found {
    let part = dir.file_name().is_some_and(|name| name == "sessions" || name == "agent");
    let state_dir = match dir.parent() {
        Some(agent_dir) if part => around_agent(agent_dir),
        _ => dir.to_owned(),
    };
    Found { state_dir, scope }
}

fn file(path: &Path) -> Result<Found, Error> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if is_credential_file(&name) {
        return Err(not_a_store(path, "holds credentials, which are never opened"));
    }
    let dir = path.parent().unwrap_or(path);
    let transcript = |path: &Path| Ok(in_agent_dir(dir, Scope::Transcript(path.to_owned())));
    let role = names::classify(&name);
    match &role {
        FileRole::Index => return Ok(in_agent_dir(dir, Scope::Sessions(dir.to_owned()))),
        FileRole::Sidecar { stem } | FileRole::Pointer { stem } => {
            let beside = dir.join(format!("{stem}.jsonl"));
            if beside.is_file() {
                return transcript(&beside);
            }
            return Err(not_a_store(
                path,
                "holds runtime events, and their transcript is not beside it",
            ));
        }
        _ => {}
    }
    match Content::of(&head(path)?) {
        Content::Database => Ok(in_agent_dir(dir, Scope::Database(path.to_owned()))),
        Content::Zstd | Content::Transcript => transcript(path),
        Content::RuntimeEvents => {
            Err(not_a_store(path, "holds runtime events; open the transcript that they belong to"))
        }
        // A damaged or empty transcript is still worth opening: its diagnostics say what is wrong.
        Content::Other if role.is_transcript() => transcript(path),
        Content::Other if has_extension(path, &["sqlite", "db"]) => {
            Err(not_a_store(path, "is not an SQLite database"))
        }
        Content::Other => Err(not_a_store(path, "is neither a transcript nor an agent database")),
    }
}

/// Files that hold keys and tokens, by the names that OpenClaw gives them.
fn is_credential_file(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth-profiles", "auth-state", "auth.json", "oauth", "credentials"]
        .iter()
        .any(|part| name.starts_with(part))
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|own| extensions.iter().any(|one| own.eq_ignore_ascii_case(one)))
}

fn head(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut bytes))
        .map_err(Error::io(path))?;
    Ok(bytes)
}

/// What the first bytes of a file show.
enum Content {
    Database,
    Zstd,
    Transcript,
    RuntimeEvents,
    Other,
}

impl Content {
    fn of(head: &[u8]) -> Self {
        if head.starts_with(b"SQLite format 3\0") {
            return Self::Database;
        }
        if head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            return Self::Zstd;
        }
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        let cut = head.len() as u64 + 3 >= HEAD_BYTES;
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
        match crate::js::parse::parse_lossy(line) {
            Ok(row) if row.get("traceSchema").is_some() => Self::RuntimeEvents,
            Ok(row) if row.get("type").is_some() => Self::Transcript,
            // A first row longer than what was read cannot be parsed; its start has to do.
            Err(_) if cut && line.len() == head.len() && line.starts_with(b"{\"type\"") => {
                Self::Transcript
            }
            _ => Self::Other,
        }
    }
}

fn not_a_store(path: &Path, what: &str) -> Error {
    Error::NotAStore { path: path.to_owned(), what: what.to_owned(), hint: WHAT_CAN_BE_OPENED }
}
