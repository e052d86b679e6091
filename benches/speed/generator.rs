//! Large stores of both generations, the same bytes on every machine.
//!
//! A generated transcript looks like real work: a user asks, the assistant thinks and calls a tool,
//! the tool answers (some lines a few hundred bytes, a few of 20 KB), the assistant concludes. Two
//! entries in a hundred fork from an earlier one; some text is CJK or needs escapes.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use rusqlite::{Connection, params};

use crate::random::Random;

/// The tools that are called in turn.
const TOOLS: [&str; 4] = ["read", "exec", "edit", "write"];

/// Words as they stand in JSON text.
const WORDS: [&str; 24] = [
    "cart",
    "total",
    "rounding",
    "price",
    "the",
    "a",
    "checks",
    "module",
    "tests",
    "returns",
    "cents",
    "合計",
    "カート",
    "first",
    "then",
    "\\\"quoted\\\"",
    "tab\\t",
    "naïve",
    "update",
    "value",
    "list",
    "works",
    "fails",
    "again",
];

/// What a transcript looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// How many of a thousand rows hang below an earlier row than the one before.
    forks: u64,
    /// Length of the texts, in per cent of those of ordinary talk.
    text: u64,
}

impl Shape {
    /// Ordinary talk, 1,300 bytes a row.
    pub(crate) const TALK: Self = Self { forks: 20, text: 100 };
    /// Short rows, 430 bytes each.
    pub(crate) const SHORT: Self = Self { forks: 20, text: 10 };
    /// Short rows with a branch at every third.
    pub(crate) const FORKED: Self = Self { forks: 333, text: 10 };
}

/// Writes a transcript of about `bytes` bytes that ends with a whole turn.
pub(crate) fn transcript(path: &Path, bytes: u64, seed: u64, shape: Shape) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut lines = Lines::new(seed, shape);
    let mut written = 0;
    while written < bytes || !lines.at_turn_start() {
        let line = lines.write_next();
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
    }
    out.flush()
}

/// The lines of a transcript, one after the other, each with its line end.
struct Lines {
    random: Random,
    shape: Shape,
    number: u64,
    parent: u64,
    time: i64,
    line: String,
}

impl Lines {
    fn new(seed: u64, shape: Shape) -> Self {
        Self {
            random: Random(seed),
            shape,
            number: 0,
            parent: 0,
            time: 1_790_000_000_000,
            line: String::new(),
        }
    }

    fn at_turn_start(&self) -> bool {
        self.number % 4 == 1
    }

    fn write_next(&mut self) -> &str {
        self.line.clear();
        let number = self.number;
        if number == 0 {
            self.line.push_str(
                "{\"type\":\"session\",\"version\":3,\"id\":\"5e551011-0000-4000-8000-000000000001\",\
                 \"timestamp\":\"2026-09-21T13:46:40.000Z\",\"cwd\":\"/home/sam/work/shop\"}\n",
            );
            self.number = 1;
            return &self.line;
        }
        self.time += 200 + self.random.below(4_000) as i64;
        if self.random.below(1_000) < self.shape.forks {
            self.parent = self.parent.saturating_sub(self.random.below(40) + 1);
        }
        let parent = match self.parent {
            0 => "null".to_owned(),
            parent => format!("\"{parent:08x}\""),
        };
        let stamp = iso(self.time);
        let _ = write!(
            self.line,
            "{{\"type\":\"message\",\"id\":\"{number:08x}\",\"parentId\":{parent},\
             \"timestamp\":\"{stamp}\",\"message\":{{"
        );
        self.body(number);
        self.line.push_str("}}\n");
        self.parent = number;
        self.number += 1;
        &self.line
    }

    fn body(&mut self, number: u64) {
        let time = self.time;
        match number % 4 {
            1 => {
                self.line.push_str("\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"");
                self.words(60);
                let _ = write!(self.line, "\"}}],\"timestamp\":{time}");
            }
            2 => {
                self.line.push_str(
                    "\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"",
                );
                self.words(110);
                let _ = write!(
                    self.line,
                    "\"}},{{\"type\":\"toolCall\",\"id\":\"call_{number}\",\"name\":\"{}\",\
                     \"arguments\":{{\"path\":\"src/module_{}.py\"}}}}],",
                    TOOLS.get((number / 4 % 4) as usize).unwrap_or(&"read"),
                    number % 97
                );
                self.tail("toolUse");
            }
            3 => {
                let failed = self.random.below(25) == 0;
                let _ = write!(
                    self.line,
                    "\"role\":\"toolResult\",\"toolCallId\":\"call_{}\",\"toolName\":\"read\",\
                     \"content\":[{{\"type\":\"text\",\"text\":\"",
                    number - 1
                );
                let long = self.random.below(25) == 0;
                self.words(if long { 3_200 } else { 210 });
                let _ = write!(self.line, "\"}}],\"isError\":{failed},\"timestamp\":{time}");
            }
            _ => {
                self.line
                    .push_str("\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"");
                self.words(120);
                self.line.push_str("\"}],");
                self.tail("stop");
            }
        }
    }

    fn tail(&mut self, stop: &str) {
        let (input, output) = (900 + self.random.below(9_000), 40 + self.random.below(700));
        let _ = write!(
            self.line,
            "\"api\":\"openai-completions\",\"provider\":\"mocko\",\"model\":\"mock-large\",\
             \"usage\":{{\"input\":{input},\"output\":{output},\"cacheRead\":512,\"cacheWrite\":0,\
             \"totalTokens\":{},\"cost\":{{\"input\":0.001,\"output\":0.002,\"cacheRead\":0,\
             \"cacheWrite\":0,\"total\":0.003}}}},\"stopReason\":\"{stop}\",\"timestamp\":{}",
            input + output + 512,
            self.time
        );
    }

    fn words(&mut self, count: u64) {
        let count = (count * self.shape.text).div_ceil(100);
        let count = count / 2 + 1 + self.random.below(count);
        for at in 0..count {
            if at > 0 {
                self.line.push(if at % 17 == 0 { '.' } else { ' ' });
            }
            let word = WORDS.get(self.random.below(WORDS.len() as u64) as usize);
            self.line.push_str(word.copied().unwrap_or_default());
        }
    }
}

fn iso(ms: i64) -> String {
    let stamp = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("{stamp:.3}")
}

/// A file store with `sessions` sessions of one agent, each with a small transcript and an index
/// entry of about `entry_bytes` bytes.
pub(crate) fn file_store(root: &Path, sessions: u64, entry_bytes: usize) -> io::Result<()> {
    let dir = root.join("agents/main/sessions");
    fs::create_dir_all(&dir)?;
    let mut index = BufWriter::new(File::create(dir.join("sessions.json"))?);
    index.write_all(b"{")?;
    for number in 0..sessions {
        let id = session_id(number);
        transcript(&dir.join(format!("{id}.jsonl")), 4_000, number, Shape::TALK)?;
        let comma = if number == 0 { "" } else { "," };
        write!(
            index,
            "{comma}\"agent:main:telegram:direct:{number}\":{}",
            entry(&id, number, entry_bytes)
        )?;
    }
    index.write_all(b"}")?;
    index.flush()
}

/// A database store with `sessions` sessions of one agent, of `rows` rows each.
pub(crate) fn database_store(root: &Path, sessions: u64, rows: i64) -> anyhow::Result<()> {
    let dir = root.join("agents/main/agent");
    fs::create_dir_all(&dir)?;
    let mut db = Connection::open(dir.join("openclaw-agent.sqlite"))?;
    db.execute_batch(include_str!("schema.sql"))?;
    let tx = db.transaction()?;
    for number in 0..sessions {
        let (id, key) = (session_id(number), format!("agent:main:telegram:direct:{number}"));
        let updated = 1_790_000_000_000_i64 + number as i64 * 60_000;
        tx.prepare_cached(
            "INSERT INTO session_nodes (session_key, current_session_id, entry_json, entry_valid, updated_at)
             VALUES (?1, ?2, ?3, 1, ?4)",
        )?
        .execute(params![key, id, entry(&id, number, 2_400), updated])?;
        tx.prepare_cached(
            "INSERT INTO session_windows (session_id, session_key, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?3)",
        )?
        .execute(params![id, key, updated])?;
        let mut lines = Lines::new(number, Shape::TALK);
        for seq in 0..rows {
            tx.prepare_cached(
                "INSERT INTO transcript_events (session_id, seq, event_json, created_at)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![id, seq, lines.write_next().trim_end(), updated])?;
        }
    }
    tx.commit()?;
    db.pragma_update(None, "user_version", 23)?;
    Ok(())
}

fn session_id(number: u64) -> String {
    format!("{number:08x}-0000-4000-8000-{number:012x}")
}

/// An index entry with the bulk that real ones carry: a skills snapshot of some kilobytes.
fn entry(id: &str, number: u64, bytes: usize) -> String {
    let updated = 1_790_000_000_000_i64 + number as i64 * 60_000;
    let skill = "A skill that helps with one thing and says so at some length. ";
    let bulk = skill.repeat(bytes.div_ceil(skill.len()));
    format!(
        "{{\"sessionId\":\"{id}\",\"updatedAt\":{updated},\"sessionStartedAt\":{updated},\
         \"label\":\"Session {number}\",\"chatType\":\"direct\",\"channel\":\"telegram\",\
         \"model\":\"mock-large\",\"modelProvider\":\"mocko\",\"inputTokens\":1200,\
         \"outputTokens\":300,\"totalTokens\":1500,\"estimatedCostUsd\":0.01,\
         \"status\":\"done\",\"skillsSnapshot\":{{\"prompt\":\"{bulk}\",\"skills\":[]}}}}"
    )
}
