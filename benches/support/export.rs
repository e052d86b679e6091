//! A session of 40 MiB with 100,000 runtime events, the same in a file store and in a database.
//!
//! Every message speaks of a file, as messages do, so that every one has something to mask.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use rusqlite::{Connection, params};

use random::Random;

mod random;

const SESSION: &str = "11111111-2222-4333-8444-555555555555";

/// The key of the session.
pub(crate) const KEY: &str = "agent:main:main";

const TRANSCRIPT_BYTES: usize = 40 << 20;
const EVENTS: usize = 100_000;
const UPDATED: i64 = 1_767_225_600_000;

const WORDS: [&str; 16] = [
    "alpha",
    "beta",
    "the",
    "quick",
    "fox",
    "error",
    "in",
    "file",
    "src/main.rs",
    "line",
    "result",
    "request",
    "returned",
    "status",
    "value",
    "next",
];

/// Makes a state directory of the generation that keeps sessions in files.
pub(crate) fn file_store(state: &Path) -> anyhow::Result<()> {
    let dir = state.join("agents/main/sessions");
    fs::create_dir_all(&dir)?;
    fs::write(dir.join("sessions.json"), format!(r#"{{"{KEY}":{}}}"#, entry()))?;
    let lines =
        |name: String| Ok::<_, anyhow::Error>(BufWriter::new(File::create(dir.join(name))?));
    let mut transcript = lines(format!("{SESSION}.jsonl"))?;
    messages(|line| Ok(writeln!(transcript, "{line}")?))?;
    transcript.flush()?;
    let mut runtime = lines(format!("{SESSION}.trajectory.jsonl"))?;
    events(|line| Ok(writeln!(runtime, "{line}")?))?;
    Ok(runtime.flush()?)
}

/// Makes a state directory of the generation that keeps sessions in a database.
pub(crate) fn database_store(state: &Path) -> anyhow::Result<()> {
    let dir = state.join("agents/main/agent");
    fs::create_dir_all(&dir)?;
    let mut db = Connection::open(dir.join("openclaw-agent.sqlite"))?;
    db.execute_batch(include_str!("../speed/schema.sql"))?;
    let tx = db.transaction()?;
    tx.execute(
        "INSERT INTO session_nodes (session_key, current_session_id, entry_json, entry_valid, updated_at)
         VALUES (?1, ?2, ?3, 1, ?4)",
        params![KEY, SESSION, entry(), UPDATED],
    )?;
    tx.execute(
        "INSERT INTO session_windows (session_id, session_key, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?3)",
        params![SESSION, KEY, UPDATED],
    )?;
    let mut seq = -1_i64;
    messages(|line| {
        seq += 1;
        let sql = "INSERT INTO transcript_events (session_id, seq, event_json, created_at)
                   VALUES (?1, ?2, ?3, ?4)";
        tx.prepare_cached(sql)?.execute(params![SESSION, seq, line, UPDATED])?;
        Ok(())
    })?;
    let mut seq = 0_i64;
    events(|line| {
        seq += 1;
        let sql = "INSERT INTO trajectory_runtime_events (session_id, seq, run_id, event_json, created_at)
                   VALUES (?1, ?2, 'r1', ?3, ?4)";
        tx.prepare_cached(sql)?.execute(params![SESSION, seq, line, UPDATED])?;
        Ok(())
    })?;
    tx.commit()?;
    Ok(db.pragma_update(None, "user_version", 23)?)
}

/// The session's entry in the index; a relative path would have to be found first.
fn entry() -> String {
    format!(r#"{{"sessionId":"{SESSION}","updatedAt":{UPDATED}}}"#)
}

fn messages(mut take: impl FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut line = format!(
        r#"{{"type":"session","version":3,"id":"{SESSION}","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/home/kim/work"}}"#
    );
    take(&line)?;
    let (mut size, mut number, mut random) = (0, 0_usize, Random(1));
    let mut parent = "null".to_owned();
    while size < TRANSCRIPT_BYTES {
        number += 1;
        line = format!(
            r#"{{"type":"message","id":"e{number:07x}","parentId":{parent},"timestamp":"{}","message":{}}}"#,
            instant(number),
            message(number, &mut random)
        );
        take(&line)?;
        size += line.len() + 1;
        parent = format!("\"e{number:07x}\"");
    }
    Ok(())
}

fn message(number: usize, random: &mut Random) -> String {
    let length = if number % 3 == 2 { 250 } else { 120 };
    let text = format!("{} /home/kim/work/f{number}", words(random, length));
    let block = format!(r#"{{"type":"text","text":"{text}"}}"#);
    match number % 3 {
        0 => format!(r#"{{"role":"user","content":[{block}]}}"#),
        1 => format!(
            r#"{{"role":"assistant","content":[{block},{{"type":"toolCall","id":"c{number}","name":"exec","arguments":{{"command":"{}"}}}}]}}"#,
            words(random, 12)
        ),
        _ => {
            format!(r#"{{"role":"toolResult","toolCallId":"c{}","content":[{block}]}}"#, number - 1)
        }
    }
}

fn events(mut take: impl FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for number in 1..=EVENTS {
        take(&format!(
            r#"{{"traceSchema":"openclaw-trajectory","schemaVersion":1,"traceId":"{SESSION}","source":"runtime","type":"tool.call","ts":"{}","seq":{number},"sourceSeq":{number},"sessionId":"{SESSION}","sessionKey":"{KEY}","runId":"r1","workspaceDir":"/home/kim/work","data":{{"name":"exec","args":{{"command":"ls -la","n":{number}}}}}}}"#,
            instant(number)
        ))?;
    }
    Ok(())
}

fn instant(ms: usize) -> String {
    let (minute, second) = (ms / 60_000 % 60, ms / 1000 % 60);
    format!("2026-01-01T00:{minute:02}:{second:02}.{:03}Z", ms % 1000)
}

fn words(random: &mut Random, count: usize) -> String {
    let mut word = || WORDS.get(random.below(WORDS.len() as u64) as usize).copied();
    let words: Vec<&str> = (0..count).filter_map(|_| word()).collect();
    words.join(" ")
}
