//! `clawscope redact`: any text, masked.

use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;

use crate::js::print;
use crate::js::value::{Object, Value};
use crate::model::finding::Finding;
use crate::model::text::visible_line;
use crate::ops::decode::Encoding;
use crate::ops::open::{OpenRequest, redact_patterns};
use crate::ops::plan::Redaction;
use crate::ops::redact::{Format, RedactRequest, redact};

use super::Surroundings;
use super::args::{InputFormat, RedactArgs};
use super::output::Output;

/// Masks, prints, and reports where that is asked for.
pub(super) fn run(
    output: &mut Output,
    (state, surroundings): (&OpenRequest, &Surroundings),
    args: &RedactArgs,
) -> anyhow::Result<()> {
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
    output.text(&done.text)?;
    if args.report {
        let report = print::to_visible_pretty(&report(&done.findings));
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "{report}");
    }
    Ok(())
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
        std::io::stdin().read_to_end(&mut input).context("standard input")?;
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
        out.insert("group", finding.group);
        Value::Object(out)
    });
    let mut out = Object::new();
    out.insert("count", findings.len());
    out.insert("findings", list.collect::<Value>());
    out.into()
}
