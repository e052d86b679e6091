//! Large learning databases in the schema of the product, the same bytes for the same size.
//!
//! Posteriors are those that replaying the rows gives, so that a reader can check itself.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use clawscope::model::learning::arm::SEEDS;
use rusqlite::{Connection, params};

use random::Random;

mod random;

const SCHEMA: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE run_traces (trace_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, session_id TEXT NOT NULL,
  session_key TEXT, timestamp INTEGER NOT NULL, provider TEXT, model TEXT, channel TEXT,
  is_baseline INTEGER NOT NULL DEFAULT 0, context_json TEXT NOT NULL, arms_json TEXT NOT NULL,
  usage_json TEXT, duration_ms INTEGER, system_prompt_chars INTEGER,
  aborted INTEGER NOT NULL DEFAULT 0, error TEXT);
CREATE INDEX idx_traces_session ON run_traces(session_key, timestamp);
CREATE INDEX idx_traces_timestamp ON run_traces(timestamp);
CREATE INDEX idx_traces_baseline ON run_traces(is_baseline);
CREATE TABLE arm_posteriors (arm_id TEXT PRIMARY KEY, alpha REAL NOT NULL DEFAULT 1.0,
  beta REAL NOT NULL DEFAULT 1.0, pulls INTEGER NOT NULL DEFAULT 0, last_updated INTEGER NOT NULL);
";

/// Arms that every run includes besides the seeds.
const CORE: [&str; 2] = ["tool:web:web_search", "tool:messaging:message"];

const MODELS: [(Option<&str>, Option<&str>); 5] = [
    (Some("anthropic"), Some("claude-sonnet-4")),
    (Some("openai"), Some("gpt-5.2")),
    (Some("ollama"), Some("llama3.1:8b")),
    (Some("azure, eastus"), Some("gpt \"turbo\"")),
    (None, None),
];

const CHANNELS: [Option<&str>; 4] = [Some("telegram"), Some("discord"), Some("webchat"), None];

/// How large a database is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) traces: u64,
    pub(crate) arms: usize,
    pub(crate) arms_per_trace: usize,
}

/// Writes a database that is not there yet, and closes it without a log beside it.
pub(crate) fn database(path: &Path, size: Size) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch(SCHEMA)?;
    let transaction = connection.transaction()?;
    Writer::new(size).write(&transaction)?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    connection.close().map_err(|(_, error)| error)
}

struct Arm {
    name: String,
    /// How often it is used when it is included, in thousandths.
    used: u64,
    cost: u64,
}

struct State {
    alpha: f64,
    beta: f64,
    pulls: u64,
    updated: i64,
    /// The number of the last write, which is the order of the rows.
    order: u64,
}

struct Writer {
    random: Random,
    size: Size,
    arms: Vec<Arm>,
    states: HashMap<usize, State>,
    writes: u64,
    time: i64,
}

/// What a run did with its arms, and their text.
struct Run {
    outcomes: Vec<(usize, bool, bool)>,
    json: String,
    cost: u64,
}

impl Writer {
    fn new(size: Size) -> Self {
        let mut random = Random(7);
        let arms = (0..size.arms).map(|at| arm(at, &mut random)).collect();
        Self { random, size, arms, states: HashMap::new(), writes: 0, time: 1_735_689_600_000 }
    }

    fn write(mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut insert = connection
            .prepare("INSERT INTO run_traces VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")?;
        for _ in 0..self.size.traces {
            self.time += 1_000 + self.random.below(299_000) as i64;
            let session = self.random.below(400);
            let key = (!session.is_multiple_of(9))
                .then(|| format!("agent:main:telegram:direct:{session}"));
            let (provider, model) = pick(&mut self.random, &MODELS);
            let channel = pick(&mut self.random, &CHANNELS);
            let baseline = self.random.below(10) == 0;
            let run = self.run(baseline);
            let aborted = self.random.below(50) == 0;
            let error = (self.random.below(100) == 0).then_some("429 rate limit exceeded");
            if !aborted && error.is_none() {
                self.learn(&run);
            }
            let chars = 8_000 + run.cost * 4;
            let (trace_id, run_id, usage) = (self.id(), self.id(), self.usage(chars));
            insert.execute(params![
                trace_id,
                run_id,
                format!("{session:032x}"),
                key,
                self.time,
                provider,
                model,
                channel,
                i64::from(baseline),
                context(key.as_deref(), channel, chars),
                run.json,
                usage,
                self.random.below(60_000) as i64,
                chars as i64,
                i64::from(aborted),
                error
            ])?;
        }
        self.write_posteriors(connection)
    }

    fn write_posteriors(self, connection: &Connection) -> rusqlite::Result<()> {
        let mut insert = connection.prepare("INSERT INTO arm_posteriors VALUES (?,?,?,?,?)")?;
        let mut states: Vec<_> = self.states.into_iter().collect();
        states.sort_by_key(|(_, state)| state.order);
        for (at, state) in states {
            let name = self.arms.get(at).map(|arm| arm.name.as_str());
            insert.execute(params![
                name,
                state.alpha,
                state.beta,
                state.pulls as i64,
                state.updated
            ])?;
        }
        Ok(())
    }

    fn run(&mut self, baseline: bool) -> Run {
        let core = core().count().min(self.arms.len());
        let mut chosen: Vec<usize> = (0..core).collect();
        while chosen.len() < self.size.arms_per_trace.min(self.arms.len()) {
            let at = core + self.random.below((self.arms.len() - core) as u64) as usize;
            if !chosen.contains(&at) {
                chosen.push(at);
            }
        }
        let mut run = Run { outcomes: Vec::new(), json: String::from("["), cost: 0 };
        for at in chosen {
            let included = baseline || at < core || self.random.below(4) > 0;
            let draw = self.random.below(1_000);
            let Some(arm) = self.arms.get(at) else { continue };
            let used = included && draw < arm.used;
            let comma = if run.outcomes.is_empty() { "" } else { "," };
            // Writing to a `String` cannot fail.
            let _ = write!(
                run.json,
                "{comma}{{\"armId\":\"{}\",\"included\":{included},\"referenced\":{used},\"tokenCost\":{}}}",
                arm.name, arm.cost
            );
            run.cost += if included { arm.cost } else { 0 };
            run.outcomes.push((at, included, used));
        }
        run.json.push(']');
        run
    }

    fn learn(&mut self, run: &Run) {
        for (at, _, used) in run.outcomes.iter().filter(|(_, included, _)| *included) {
            let file = self.arms.get(*at).is_some_and(|arm| arm.name.starts_with("file:"));
            let alpha = if file { 1.0 } else { 3.0 };
            let state = self.states.entry(*at).or_insert(State {
                alpha,
                beta: 1.0,
                pulls: 0,
                updated: 0,
                order: 0,
            });
            let side = if *used { &mut state.alpha } else { &mut state.beta };
            *side += 1.0;
            state.pulls += 1;
            state.updated = self.time + 3;
            self.writes += 1;
            state.order = self.writes;
        }
    }

    fn usage(&mut self, chars: u64) -> Option<String> {
        if self.random.below(33) == 0 {
            return None;
        }
        let input = chars / 4 + self.random.below(4_000);
        let (output, cached) = (self.random.below(2_500), self.random.below(3_000));
        let total = input + output + cached;
        Some(format!(
            "{{\"input\":{input},\"output\":{output},\"cacheRead\":{cached},\"total\":{total}}}"
        ))
    }

    fn id(&mut self) -> String {
        let (high, low) = (self.random.draw(), self.random.draw());
        let (a, b, c) = (high >> 32, high >> 16 & 0xFFFF, high & 0xFFF);
        format!("{a:08x}-{b:04x}-4{c:03x}-a{:03x}-{:012x}", low >> 52, low & 0xFFFF_FFFF_FFFF)
    }
}

/// The arms that every run includes.
fn core() -> impl Iterator<Item = &'static str> {
    SEEDS.into_iter().chain(CORE)
}

fn pick<T: Copy + Default>(random: &mut Random, choices: &[T]) -> T {
    let at = random.below(choices.len() as u64) as usize;
    choices.get(at).copied().unwrap_or_default()
}

fn arm(at: usize, random: &mut Random) -> Arm {
    let name = match (core().nth(at), at % 5) {
        (Some(core), _) => core.to_owned(),
        (None, 0) => format!("tool:other:plugin_{at}"),
        (None, 1) => format!("skill:skill-{at}:main"),
        (None, 2) => format!("file:workspace:docs/part {at}.md"),
        (None, 3) => format!("memory:project:fact-{at}"),
        (None, _) => format!("section:system:block-{at}"),
    };
    let used = match at {
        at if at < core().count() => 950 - 80 * at as u64,
        at if at % 5 == 4 => 1_000,
        _ => random.below(30) * random.below(30),
    };
    Arm { name, used, cost: 20 + random.below(1_180) }
}

fn context(key: Option<&str>, channel: Option<&str>, chars: u64) -> String {
    let mut json = String::from("{");
    for (name, value) in [("sessionKey", key), ("channel", channel)] {
        if let Some(value) = value {
            let _ = write!(json, "\"{name}\":\"{value}\",");
        }
    }
    let _ = write!(json, "\"promptLength\":{chars}}}");
    json
}
