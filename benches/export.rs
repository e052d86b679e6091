//! A whole export of a session of 40 MiB with 100,000 runtime events, by the command itself.
//!
//! Prints how long it takes and how much memory it needs at most, and fails when either is more than
//! a person should wait for or a small machine has.

#![expect(clippy::print_stdout, reason = "a bench tells its numbers")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const SESSION: &str = "11111111-2222-4333-8444-555555555555";
const TRANSCRIPT_BYTES: usize = 40 << 20;
const EVENTS: usize = 100_000;
const MOST_TIME: Duration = Duration::from_secs(3);
const MOST_KIB: u64 = 400 << 10;

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

fn main() -> io::Result<ExitCode> {
    let state = tempfile::tempdir()?;
    let workspace = tempfile::tempdir()?;
    generate(&state.path().join("agents/main/sessions"))?;
    let mut fits = true;
    for run in 1..=3 {
        let (time, kib) = export(state.path(), workspace.path(), run)?;
        println!("export {run}: {:.2} s, {} MiB", time.as_secs_f64(), kib >> 10);
        fits &= time <= MOST_TIME && kib <= MOST_KIB;
    }
    println!("limits: {} s, {} MiB", MOST_TIME.as_secs(), MOST_KIB >> 10);
    Ok(if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one export; returns its time and its peak of resident memory in KiB.
fn export(state: &Path, workspace: &Path, run: usize) -> io::Result<(Duration, u64)> {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_clawscope"))
        .arg("--state-dir")
        .arg(state)
        .args(["sessions", "export-trajectory", "--session-key", "agent:main:main"])
        .args(["--output", &format!("run-{run}")])
        .arg("--workspace")
        .arg(workspace)
        .stdout(Stdio::null())
        .spawn()?;
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_of(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let time = began.elapsed();
    if status.success() { Ok((time, peak)) } else { Err(io::Error::other("the export failed")) }
}

/// The peak so far, where the system tells it.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A file store with one session; every message speaks of a file, as messages do.
fn generate(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let transcript = dir.join(format!("{SESSION}.jsonl"));
    let index = format!(
        r#"{{"agent:main:main":{{"sessionId":"{SESSION}","updatedAt":1767225600000,"sessionFile":"{}"}}}}"#,
        transcript.display()
    );
    fs::write(dir.join("sessions.json"), index)?;
    messages(&mut BufWriter::new(File::create(transcript)?))?;
    events(&mut BufWriter::new(File::create(dir.join(format!("{SESSION}.trajectory.jsonl")))?))
}

fn messages(out: &mut BufWriter<File>) -> io::Result<()> {
    let header = format!(
        r#"{{"type":"session","version":3,"id":"{SESSION}","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/home/kim/work"}}"#
    );
    writeln!(out, "{header}")?;
    let (mut size, mut number, mut state) = (0, 0_usize, 1_u64);
    let mut parent = "null".to_owned();
    while size < TRANSCRIPT_BYTES {
        number += 1;
        let length = if number % 3 == 2 { 250 } else { 120 };
        let text = format!("{} /home/kim/work/f{number}", words(&mut state, length));
        let block = format!(r#"{{"type":"text","text":"{text}"}}"#);
        let message = match number % 3 {
            0 => format!(r#"{{"role":"user","content":[{block}]}}"#),
            1 => format!(
                r#"{{"role":"assistant","content":[{block},{{"type":"toolCall","id":"c{number}","name":"exec","arguments":{{"command":"{}"}}}}]}}"#,
                words(&mut state, 12)
            ),
            _ => format!(
                r#"{{"role":"toolResult","toolCallId":"c{}","content":[{block}]}}"#,
                number - 1
            ),
        };
        let line = format!(
            r#"{{"type":"message","id":"e{number:07x}","parentId":{parent},"timestamp":"{}","message":{message}}}"#,
            instant(number)
        );
        writeln!(out, "{line}")?;
        size += line.len() + 1;
        parent = format!("\"e{number:07x}\"");
    }
    out.flush()
}

fn events(out: &mut BufWriter<File>) -> io::Result<()> {
    for number in 1..=EVENTS {
        writeln!(
            out,
            r#"{{"traceSchema":"openclaw-trajectory","schemaVersion":1,"traceId":"{SESSION}","source":"runtime","type":"tool.call","ts":"{}","seq":{number},"sourceSeq":{number},"sessionId":"{SESSION}","sessionKey":"agent:main:main","runId":"r1","workspaceDir":"/home/kim/work","data":{{"name":"exec","args":{{"command":"ls -la","n":{number}}}}}}}"#,
            instant(number)
        )?;
    }
    out.flush()
}

fn instant(ms: usize) -> String {
    let (minute, second) = (ms / 60_000 % 60, ms / 1000 % 60);
    format!("2026-01-01T00:{minute:02}:{second:02}.{:03}Z", ms % 1000)
}

fn words(state: &mut u64, count: usize) -> String {
    let mut words: Vec<&str> = Vec::with_capacity(count);
    for _ in 0..count {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        words.extend(WORDS.get((*state >> 60) as usize));
    }
    words.join(" ")
}
