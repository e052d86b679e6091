//! `clawscope redact`: any text, masked.

use std::io::{Read as _, Write as _};
use std::path::Path;

use crate::js::print;
use crate::js::value::{Object, Value};
use crate::model::finding::Finding;
use crate::model::number::counted;
use crate::model::text::visible_line;
use crate::ops::decode::Encoding;
use crate::ops::open::{OpenRequest, redact_patterns};
use crate::ops::plan::Redaction;
use crate::ops::redact::{Format, RedactRequest, redact};

use super::Surroundings;
use super::args::{InputFormat, RedactArgs};
use super::output::Output;

/// The most lines that are named one by one.
const NAMED: usize = 20;

/// Masks, prints, reports where that is asked for, and returns the exit status: 1 when some line is
/// not the JSON that was promised.
pub(super) fn run(
    output: &mut Output,
    (state, surroundings): (&OpenRequest, &Surroundings),
    args: &RedactArgs,
) -> anyhow::Result<u8> {
    let input = read(&args.file)?;
    let request = RedactRequest {
        format: match args.format {
            InputFormat::Auto => Format::Auto,
            InputFormat::Text => Format::Text,
            InputFormat::Json => Format::Json,
            InputFormat::Jsonl => Format::JsonLines,
        },
        strict: args.strict,
        home: surroundings.vars.get("HOME").cloned(),
        rules: surroundings.rules_and(&args.rules)?,
        patterns: patterns(state)?,
    };
    let done = redact(&input, &request)?;
    if done.encoding == Encoding::Utf16 {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "clawscope: the input is UTF-16; the output is UTF-8");
    }
    output.bytes(&done.bytes())?;
    complain_of_lines(&done.not_json);
    if args.report {
        let report = print::to_visible_pretty(&report(&done.findings));
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "{report}");
    }
    Ok(u8::from(!done.not_json.is_empty()))
}

/// Says which lines are not JSON.
fn complain_of_lines(lines: &[u64]) {
    let mut to = std::io::stderr().lock();
    // Nobody is left to tell when standard error is closed.
    for line in lines.iter().take(NAMED) {
        let _ =
            writeln!(to, "clawscope: line {line} is not valid JSON; it was masked as plain text");
    }
    if let Some(more) = lines.len().checked_sub(NAMED).filter(|more| *more > 0) {
        let _ = writeln!(to, "clawscope: so were {}", counted(more, "more line"));
    }
}

/// `logging.redactPatterns` of the chosen state; those that mask nothing are named on standard error.
pub(super) fn patterns(state: &OpenRequest) -> anyhow::Result<Vec<String>> {
    let patterns = redact_patterns(state)?;
    for told in Redaction::default().unusable_patterns(&patterns)? {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "clawscope: {}", visible_line(&told));
    }
    Ok(patterns)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut input = Vec::new();
    if file == Path::new("-") {
        let read = std::io::stdin().read_to_end(&mut input);
        read.map_err(|error| anyhow::anyhow!("standard input cannot be read: {error}"))?;
        return Ok(input);
    }
    std::fs::read(file)
        .map_err(|error| anyhow::anyhow!("{}: cannot be read: {error}", file.display()))
}

/// The findings as JSON: places and rules, never values or parts of them.
fn report(findings: &[Finding]) -> Value {
    let list = findings.iter().map(|finding| {
        let mut out = Object::new();
        out.insert("rule", &*finding.rule);
        out.insert("layer", finding.layer.name());
        if let Some(line) = finding.event_seq {
            out.insert("line", line);
        }
        out.insert("pointer", &*finding.pointer);
        out.insert("start", finding.range.start);
        out.insert("end", finding.range.end);
        out.insert("replacement", finding.replacement.as_str());
        out.insert("group", finding.group);
        Value::Object(out)
    });
    let mut out = Object::new();
    out.insert("count", findings.len());
    out.insert("findings", list.collect::<Value>());
    out.into()
}
