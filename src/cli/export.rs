//! `clawscope sessions export-trajectory`: the bundle, and what is said about it.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::js::print;
use crate::js::value::{Object, Value};
use crate::model::{number, text};
use crate::ops::open::OpenRequest;
use crate::ops::write::{ExportRequest, Exported, Refused, export};

use super::Surroundings;
use super::args::{ExportArgs, ListArgs};
use super::output::Output;

/// Exports, prints, and returns the exit status.
pub(super) fn run(
    output: &mut Output,
    request: &OpenRequest,
    outer: &ListArgs,
    args: ExportArgs,
    surroundings: &Surroundings,
) -> anyhow::Result<u8> {
    let json = args.json || outer.json;
    let result = if let Some(flag) = refused_flag(outer) {
        let message =
            format!("{flag} cannot be used with export-trajectory: it exports one session");
        Err(Refused { message, as_json: true })
    } else {
        let mut asked = export_request(outer, args, surroundings.now);
        asked.redaction.rules = surroundings.rules()?;
        export(request, asked)
    };
    match result {
        Ok(exported) => {
            match (json, exported.written) {
                (true, true) => output.line(&print::to_visible_pretty(&summary(&exported)))?,
                (true, false) => output.line(&print::to_visible_pretty(&report(&exported)))?,
                (false, true) => output.text(&summary_text(&exported))?,
                (false, false) => output.text(&report_text(&exported))?,
            }
            for notice in &exported.plan.notices {
                say(notice);
            }
            Ok(0)
        }
        Err(refused) => refuse(output, &refused, json),
    }
}

/// Tells why nothing is exported, and returns the exit status.
pub(super) fn refuse(output: &mut Output, refused: &Refused, json: bool) -> anyhow::Result<u8> {
    if json && refused.as_json {
        output.line(&print::to_visible_pretty(&envelope(&refused.message)))?;
    }
    refused.message.lines().for_each(say);
    Ok(1)
}

/// Writes a line to standard error.
fn say(message: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{}", text::visible_line(message));
}

/// A flag of `sessions` that makes no sense for one session.
fn refused_flag(outer: &ListArgs) -> Option<&'static str> {
    [
        ("--all-agents", outer.all_agents),
        ("--active", outer.active.is_some()),
        ("--limit", outer.limit.is_some()),
        ("--all", outer.all),
        ("--counts", outer.counts),
    ]
    .into_iter()
    .find_map(|(flag, given)| given.then_some(flag))
}

fn export_request(outer: &ListArgs, args: ExportArgs, now: i64) -> ExportRequest {
    ExportRequest {
        session_key: args.session_key,
        session_id: args.session_id,
        output: args.output,
        workspace: args.workspace,
        store: args.place.store.or_else(|| outer.store.clone()),
        agent: args.place.agent.or_else(|| outer.agent.clone()),
        encoded: args.request_json_base64,
        branch: args.place.branch,
        redaction: args.redaction.redaction(),
        rule_files: args.redaction.rules,
        dry_run: args.dry_run,
        now,
    }
}

fn envelope(message: &str) -> Value {
    let mut error = Object::new();
    error.insert("type", "cli_error");
    error.insert("message", message);
    let mut out = Object::new();
    out.insert("ok", false);
    out.insert("error", error);
    out.into()
}

/// The members of OpenClaw's summary, in its order.
fn summary(exported: &Exported) -> Value {
    let mut out = opening(exported);
    out.insert("files", exported.plan.listed());
    out.into()
}

fn opening(exported: &Exported) -> Object {
    let plan = &exported.plan;
    let mut out = Object::new();
    out.insert("outputDir", exported.output_dir.display().to_string());
    out.insert("displayPath", exported.display_path.as_str());
    out.insert("sessionId", plan.session_id.as_str());
    out.insert("eventCount", plan.counts.total());
    out.insert("runtimeEventCount", plan.counts.runtime);
    out.insert("transcriptEventCount", plan.counts.transcript);
    out
}

fn summary_text(exported: &Exported) -> String {
    let plan = &exported.plan;
    let line = |text: &str| text::visible_line(text).into_owned();
    format!(
        "✅ Trajectory exported!\n\n📦 Bundle: {}\n🧵 Session: {}\n📊 Events: {}\n🧪 Runtime events: {}\n📝 Transcript events: {}\n📁 Files: {}\n",
        text::visible_name(&exported.display_path),
        line(&plan.session_id),
        plan.counts.total(),
        plan.counts.runtime,
        plan.counts.transcript,
        plan.listed().join(", "),
    )
}

/// What `--dry-run` tells: the summary's members, then the plan.
fn report(exported: &Exported) -> Value {
    let plan = &exported.plan;
    let mut out = opening(exported);
    out.insert("dryRun", true);
    out.insert("generatedAt", plan.generated_at.as_str());
    let files = plan.files.iter().map(|file| {
        let mut out = Object::new();
        out.insert("path", file.name);
        out.insert("mediaType", file.media.name());
        out.insert("bytes", file.bytes.len());
        out.insert("sha256", file.sha256.as_str());
        out.insert("findings", plan.findings_of(file.name).count());
        Value::Object(out)
    });
    out.insert("files", files.collect::<Value>());
    out.insert("profile", plan.profile);
    out.insert("findings", plan.by_rule().into_iter().collect::<Object>());
    let cut = plan.omitted.cut.iter().map(|(cause, count)| (*cause, *count));
    out.insert("cut", cut.collect::<Object>());
    out.insert("unreadable", plan.omitted.unreadable);
    out.insert("entriesOnOtherBranches", plan.omitted.entries_elsewhere);
    let unknown = plan.omitted.unknown_types.iter();
    let unknown = unknown.map(|(name, count)| (name.as_str(), *count));
    out.insert("unknownTypes", unknown.collect::<Object>());
    out.insert("notices", plan.notices.clone());
    out.into()
}

fn report_text(exported: &Exported) -> String {
    let plan = &exported.plan;
    let mut out = String::new();
    let line = |text: &str| text::visible_line(text).into_owned();
    let _ = writeln!(out, "Nothing was written. The bundle would be:\n");
    let _ = writeln!(out, "Bundle: {}", text::visible_name(&exported.display_path));
    let _ = writeln!(out, "Session: {}", line(&plan.session_id));
    let (total, counts) = (plan.counts.total(), plan.counts);
    let _ = writeln!(
        out,
        "Events: {total} ({} runtime, {} transcript)\n",
        counts.runtime, counts.transcript
    );
    for file in &plan.files {
        let masked = plan.findings_of(file.name).count();
        let _ = writeln!(out, "{:>12} bytes  {masked:>6} masked  {}", file.bytes.len(), file.name);
    }
    let _ = writeln!(out, "{:>12} bytes in all\n", plan.total_bytes());
    let _ = writeln!(out, "Masked by rule, but for the manifest (profile {}):", plan.profile);
    for (rule, count) in plan.by_rule() {
        let _ = writeln!(out, "{count:>12}  {}", line(rule));
    }
    let omitted = &plan.omitted;
    let cut: u64 = omitted.cut.values().sum();
    for (count, noun, what) in [
        (omitted.unreadable, "row", "could not be read"),
        (omitted.entries_elsewhere, "entry", "on other branches"),
        (cut, "runtime event", "cut already when captured"),
    ] {
        if count > 0 {
            let _ = writeln!(out, "\nLeft out: {}, {what}.", number::counted(count as usize, noun));
        }
    }
    if let Some(unknown) = omitted.unknown() {
        let _ = writeln!(out, "\nLeft out: {}.", line(&unknown));
    }
    out
}
