//! How fast text is redacted, by profile and by kind of text, in one thread.
//!
//! Prints the median of several runs of every kind and of a whole session as JSON values, and how much
//! memory the engine takes beside its input. Fails when, in the standard profile, a kind of ordinary
//! text is slower than a person would wait for, or the session or the memory is beyond its goal. Text
//! that is JSON is taken apart as well, strings of a few bytes are ids and times: they have no goal of
//! their own but that of the session.

#![expect(clippy::print_stdout, reason = "a bench tells its numbers")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clawscope::js::value::{Object, Value};
use clawscope::redact::{Homes, Options, Profile, Redactor, RuleError, Rules};
use random::Random;

#[path = "support/random.rs"]
mod random;

/// Bytes of each kind of text.
const BYTES: usize = 4 << 20;
/// Bytes of the whole session.
const SESSION: usize = 50 << 20;
const RUNS: usize = 5;

/// MB/s below which the standard profile is too slow on a kind of ordinary text.
const FLOOR: f64 = 150.0;
/// Seconds for the whole session, standard.
const MOST_SECONDS: f64 = 1.0;
/// Bytes of memory for every byte of a text.
const MOST_MEMORY: f64 = 2.0;

fn main() -> Result<ExitCode, RuleError> {
    let mut fits = true;
    let kinds = kinds();
    for profile in [Profile::Standard, Profile::Strict] {
        let began = Instant::now();
        let rules = Rules::built_in(profile)?;
        let compiled = began.elapsed();
        let began = Instant::now();
        let redactor = Redactor::new(&rules, options());
        println!("{profile:?}: rules {compiled:.0?}, redactor {:.0?}", began.elapsed());
        let (mut bytes, mut time) = (0, Duration::ZERO);
        for (name, is_text, texts) in &kinds {
            let size: usize = texts.iter().map(String::len).sum();
            let taken = median(|| texts.iter().map(|text| redactor.text(text).1.len()).sum());
            let speed_of_kind = speed(size, taken);
            let has_floor = *is_text && profile == Profile::Standard;
            let floor = if has_floor { format!(", at least {FLOOR:.0}") } else { String::new() };
            println!("  {name:<24} {speed_of_kind:>7.0} MB/s{floor}");
            fits &= !has_floor || speed_of_kind >= FLOOR;
            if !name.contains("secrets") {
                bytes += size;
                time += taken;
            }
        }
        println!("  {:<24} {:>7.0} MB/s", "all without secrets", speed(bytes, time));
        fits &= session(&redactor, profile) && memory(&redactor);
    }
    Ok(if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn options() -> Options {
    let homes = Homes {
        homes: vec!["/home/kim".into()],
        state_dirs: vec!["/home/kim/.openclaw".into()],
        workspaces: vec!["/home/kim/work/app".into()],
    };
    Options { homes, ..Options::default() }
}

fn speed(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

fn median(mut run: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            black_box(run());
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(RUNS / 2).copied().unwrap_or_default()
}

/// A whole session as JSON values.
fn session(redactor: &Redactor, profile: Profile) -> bool {
    let (mut entries, mut size, mut draw) = (Vec::new(), 0, Draw::new(7));
    while size < SESSION {
        let text = match draw.below(4) {
            0 => prose(&mut draw, 400),
            1 => code(&mut draw, 3000),
            2 => log(&mut draw, 2000),
            _ => json(&mut draw, 1500),
        };
        size += text.len() + 200;
        entries.push(entry(&mut draw, text));
    }
    let mut findings = Vec::new();
    let began = Instant::now();
    for entry in &mut entries {
        redactor.value(entry, &mut findings);
    }
    let seconds = began.elapsed().as_secs_f64();
    let count = findings.len();
    println!("  a session of {} MiB: {seconds:.2} s, {count} findings", SESSION >> 20);
    profile == Profile::Strict || seconds <= MOST_SECONDS
}

/// The peak of memory beside one large text, as a multiple of its size.
fn memory(redactor: &Redactor) -> bool {
    let mut draw = Draw::new(11);
    let mut text = String::new();
    while text.len() < SESSION {
        text.push_str(&prose(&mut draw, 4000));
        text.push_str(&code(&mut draw, 4000));
    }
    let Some(before) = peak(true) else {
        return true;
    };
    let result = redactor.text(&text);
    let Some(after) = peak(false) else {
        return true;
    };
    let times = (after.saturating_sub(before) << 10) as f64 / text.len() as f64;
    println!("  memory beside {} MiB: {times:.1} times, at most {MOST_MEMORY}", text.len() >> 20);
    black_box(result);
    times <= MOST_MEMORY
}

/// The peak of resident memory in KiB, counted from now on where that is asked for.
fn peak(reset: bool) -> Option<u64> {
    if reset {
        std::fs::write("/proc/self/clear_refs", "5").ok()?;
    }
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What the texts are drawn with.
struct Draw(Random);

impl Draw {
    fn new(seed: u64) -> Self {
        Self(Random(seed))
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0.below(limit as u64) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(self.below(list.len())).copied().unwrap_or_default()
    }
}

/// The kinds of text by name, with whether they are ordinary text.
fn kinds() -> Vec<(&'static str, bool, Vec<String>)> {
    let many = |make: fn(&mut Draw, usize) -> String, length: usize| {
        let (mut draw, mut texts, mut size) = (Draw::new(length as u64), Vec::new(), 0);
        while size < BYTES {
            let text = make(&mut draw, length);
            size += text.len();
            texts.push(text);
        }
        texts
    };
    vec![
        ("prose", true, many(prose, 1200)),
        ("source code", true, many(code, 6000)),
        ("logs", true, many(log, 4000)),
        ("JSON in strings", false, many(json, 3000)),
        ("short strings", false, many(short, 24)),
        ("one large text", true, many(code, BYTES)),
        ("prose with secrets", false, many(with_secrets, 3000)),
    ]
}

const WORDS: [&str; 64] = [
    "the",
    "a",
    "of",
    "to",
    "and",
    "in",
    "is",
    "that",
    "it",
    "for",
    "was",
    "on",
    "with",
    "as",
    "are",
    "this",
    "be",
    "from",
    "at",
    "we",
    "can",
    "file",
    "test",
    "error",
    "function",
    "session",
    "reads",
    "value",
    "returns",
    "message",
    "account",
    "because",
    "check",
    "which",
    "update",
    "change",
    "first",
    "request",
    "provider",
    "model",
    "tokens",
    "command",
    "directory",
    "however",
    "configuration",
    "implementation",
    "should",
    "now",
    "there",
    "access",
    "client",
    "already",
    "the key",
    "looks",
    "like",
    "one",
    "line",
    "number",
    "output",
    "private",
    "passes",
    "I",
    "will",
    "then",
];
const NAMES: [&str; 24] = [
    "session_id",
    "read_file",
    "Config",
    "self",
    "entry",
    "parent",
    "message",
    "tokenCount",
    "path",
    "is_empty",
    "workspaceDir",
    "result",
    "usize",
    "String",
    "options",
    "keyboard",
    "buffer",
    "index",
    "provider",
    "maxTokens",
    "toolCallId",
    "accessor",
    "signature",
    "node",
];
const FILES: [&str; 12] = [
    "src/main.rs",
    "src/store/session.rs",
    "tests/suite/export.rs",
    "README.md",
    "package.json",
    "/usr/lib/node_modules/typescript/lib/tsc.js",
    "/home/kim/work/app/src/lib.rs",
    "./target/debug",
    "docs/design.md",
    "/tmp/build-2231/out.log",
    "assets/rules.toml",
    "crates/core/src/parse.rs",
];

fn filled(draw: &mut Draw, length: usize, mut piece: impl FnMut(&mut Draw, &mut String)) -> String {
    let mut text = String::with_capacity(length + 200);
    while text.len() < length {
        piece(draw, &mut text);
    }
    text
}

fn prose(draw: &mut Draw, length: usize) -> String {
    filled(draw, length, |draw, text| {
        for _ in 0..8 + draw.below(10) {
            text.push_str(draw.of(&WORDS));
            text.push(' ');
        }
        text.push_str(match draw.below(5) {
            0 => "(see `README.md`). ",
            1 => "which failed with exit code 1:\n\n",
            2 => "- then: **done**.\n",
            _ => ". ",
        });
    })
}

fn code(draw: &mut Draw, length: usize) -> String {
    filled(draw, length, |draw, text| {
        let (one, two, three) = (draw.of(&NAMES), draw.of(&NAMES), draw.of(&NAMES));
        let number = draw.below(5000);
        // Writing to a string cannot fail.
        let _ = match draw.below(7) {
            0 => writeln!(text, "    let {one} = {two}.{three}({number})?;"),
            1 => writeln!(text, "    if ({one} === \"{two}\") {{ return {three}[{number}]; }}"),
            2 => writeln!(text, "pub fn {one}_{two}(&self, {three}: &str) -> Option<{one}> {{"),
            3 => writeln!(text, "import {{ {one}, {two} }} from \"../{three}/index.js\";"),
            4 => {
                writeln!(text, "    // {} {} {}", draw.of(&WORDS), draw.of(&WORDS), draw.of(&WORDS))
            }
            5 => writeln!(text, "        {one}::{two}(&{three}, {number}, 0x{number:04x}),"),
            _ => writeln!(text, "}}\n\n#[test]"),
        };
    })
}

fn log(draw: &mut Draw, length: usize) -> String {
    filled(draw, length, |draw, text| {
        let (file, number, word) = (draw.of(&FILES), draw.below(100_000), draw.of(&WORDS));
        let _ = match draw.below(5) {
            0 => writeln!(
                text,
                "2026-09-18T10:{:02}:11.{:03}Z INFO {word} {file}",
                number % 60,
                number % 1000
            ),
            1 => writeln!(text, "{file}:{}:{}: warning: unused {word}", number % 900, number % 80),
            2 => writeln!(text, "-rw-r--r-- 1 kim kim {number} Sep 18 10:11 {file}"),
            3 => writeln!(text, "   Compiling {word} v1.{}.{} ({file})", number % 40, number % 9),
            _ => writeln!(text, "test {word}::{} ... ok ({} ms)", draw.of(&NAMES), number % 700),
        };
    })
}

fn json(draw: &mut Draw, length: usize) -> String {
    let items = filled(draw, length, |draw, text| {
        let (name, file, number) = (draw.of(&NAMES), draw.of(&FILES), draw.below(100_000));
        let (one, two) = (draw.of(&WORDS), draw.of(&WORDS));
        let comma = if text.is_empty() { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{\"{name}\":\"{one} {two}\",\"path\":\"{file}\",\"size\":{number},\"lines\":[\"{one}\\n\",\"{two}\"],\"ok\":true}}"
        );
    });
    format!("{{\"items\":[{items}]}}")
}

fn short(draw: &mut Draw, _: usize) -> String {
    match draw.below(4) {
        0 => draw.of(&WORDS).to_owned(),
        1 => draw.of(&FILES).to_owned(),
        2 => format!("call_{:08x}{:08x}", draw.below(1 << 30), draw.below(1 << 30)),
        _ => format!("2026-09-18T10:11:{:02}.{:03}Z", draw.below(60), draw.below(1000)),
    }
}

/// Prose with a secret in every text, put together here so that no file holds one.
fn with_secrets(draw: &mut Draw, length: usize) -> String {
    let mut text = prose(draw, length / 2);
    let body: String =
        (0..36).map(|_| draw.of(&["a", "K", "7", "q", "Z", "2", "x", "9"])).collect();
    let _ = match draw.below(3) {
        0 => writeln!(text, "export GITHUB_TOKEN=ghp_{body}"),
        1 => write!(text, "curl -H 'Authorization: Bearer {body}' https://h.example/"),
        _ => write!(text, "{{\"apiKey\": \"{body}\"}}"),
    };
    text + &prose(draw, length / 2)
}

fn entry(draw: &mut Draw, text: String) -> Value {
    let block = Object::from_iter([("type", Value::from("text")), ("text", Value::from(text))]);
    let message = Object::from_iter([
        ("role", Value::from("toolResult")),
        ("toolCallId", Value::from(short(draw, 0))),
        ("content", Value::from(vec![Value::from(block)])),
    ]);
    Value::from(Object::from_iter([
        ("type", Value::from("message")),
        ("id", Value::from(short(draw, 0))),
        ("timestamp", Value::from(short(draw, 0))),
        ("message", Value::from(message)),
    ]))
}
