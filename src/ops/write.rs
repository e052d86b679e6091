//! Exporting a session as `openclaw sessions export-trajectory` does: the same checks in the same
//! order, the same messages, the same place.

use std::path::{Component, Path, PathBuf};

use crate::export::target::{self, Target};
use crate::export::write;
use crate::js::date;
use crate::js::text::trim;
use crate::model::bundle::BundlePlan;
use crate::store::Store;
use crate::store::cancel::Cancel;

use super::choose::{self, Generation, Named, States};
use super::open::OpenRequest;
use super::plan::{PlanRequest, Redaction, plan, read_rules};
use super::{Error, request, states};

/// What was asked for, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportRequest {
    /// `--session-key`.
    pub session_key: Option<String>,
    /// `--session-id`.
    pub session_id: Option<String>,
    /// `--output`.
    pub output: Option<String>,
    /// `--workspace`.
    pub workspace: Option<String>,
    /// `--store`.
    pub store: Option<String>,
    /// `--agent`.
    pub agent: Option<String>,
    /// `--request-json-base64`; its members override the flags.
    pub encoded: Option<String>,
    /// `--branch`.
    pub branch: Option<String>,
    /// `--rules`: files of rules.
    pub rule_files: Vec<PathBuf>,
    /// How to redact, rule files left out.
    pub redaction: Redaction,
    /// Plan only.
    pub dry_run: bool,
    /// The present instant, ms since the epoch, UTC.
    pub now: i64,
}

/// A bundle that was written, or only planned.
#[derive(Debug, Clone)]
pub struct Exported {
    /// The bundle's directory, absolute.
    pub output_dir: PathBuf,
    /// The directory relative to the workspace.
    pub display_path: String,
    /// What is in it.
    pub plan: BundlePlan,
    /// Whether it was written.
    pub written: bool,
}

/// Why nothing was exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// What to tell: one line, of a flag two.
    pub message: String,
    /// With `--json` the message is also printed as JSON: database releases do so, earlier ones
    /// say it on standard error only.
    pub as_json: bool,
}

/// Finds the session, plans its bundle and writes it.
///
/// # Errors
///
/// OpenClaw's message of the generation that the state belongs to.
pub fn export(open: &OpenRequest, asked: ExportRequest) -> Result<Exported, Refused> {
    let mut states = States::new(open);
    let generation = choose::generation(&mut states, asked.store.as_deref());
    let refused = |message: String| Refused { message, as_json: generation.says_json() };
    let asked = asked.decoded(generation).map_err(refused)?;
    let named = Named {
        key: asked.session_key.as_deref(),
        id: asked.session_id.as_deref(),
        agent: asked.agent.as_deref(),
        store: asked.store.as_deref(),
    };
    let chosen = choose::choose(&mut states, generation, &named).map_err(refused)?;
    let typed = asked.workspace.as_deref().filter(|workspace| !trim(workspace).is_empty());
    let workspace = resolve(&open.current_dir, typed.unwrap_or("."));
    let failed = |error: Error| refused(message(&error, &chosen.session_key));
    let mut redaction = asked.redaction;
    redaction.rules.extend(read_rules(&asked.rule_files).map_err(refused)?);
    let now = chosen.state.store.now(asked.now);
    let name = target::default_name(&chosen.row.session_id, &date::to_iso(now).unwrap_or_default());
    let target = target::resolve(&workspace, asked.output.as_deref(), &name)
        .map_err(|error| failed(error.into()))?;
    keep_out_of_state(&chosen.state.store, &target).map_err(refused)?;
    let request = PlanRequest {
        row: chosen.row,
        session_key: chosen.session_key.clone(),
        branch: asked.branch,
        workspace,
        redaction,
        now: asked.now,
    };
    let plan = plan(&chosen.state.store, &request, &Cancel::never(), &|_| {}).map_err(failed)?;
    if !asked.dry_run {
        write_plan(&plan, &target).map_err(failed)?;
    }
    Ok(Exported {
        output_dir: target.dir,
        display_path: target.display,
        plan,
        written: !asked.dry_run,
    })
}

/// OpenClaw's message for an error that ends an export.
fn message(error: &Error, session_key: &str) -> String {
    match error {
        // The check that a transcript is there is passed by a directory; reading it fails.
        Error::TranscriptMissing { path } if Path::new(path).is_dir() => {
            "Failed to export trajectory: EISDIR: illegal operation on a directory, read".to_owned()
        }
        Error::TranscriptMissing { .. } => choose::transcript_missing(session_key),
        Error::Rules(_) | Error::EntryNotFound { .. } => error.to_string(),
        other => format!("Failed to export trajectory: {other}"),
    }
}

/// What is said of a flag that the command does not have.
pub fn unknown_flag(open: &OpenRequest, store: Option<&str>, flag: &str) -> Refused {
    let generation = choose::generation(&mut States::new(open), store);
    let message = match generation {
        Generation::Files => format!("error: unknown option '{flag}'"),
        Generation::Database => format!(
            "OpenClaw does not recognize option \"{flag}\".\nTry: openclaw sessions export-trajectory --help"
        ),
    };
    Refused { message, as_json: generation.says_json() }
}

/// Writes a plan to its target: what the preview showed, byte for byte.
///
/// # Errors
///
/// [`Error::Export`]; then nothing is left behind.
pub fn write_plan(plan: &BundlePlan, target: &Target) -> Result<(), Error> {
    Ok(write::write(plan, target)?)
}

/// Finds the directory for a session's bundle, as [`export`] does; nothing is created.
///
/// `workspace` must be absolute; `now` is in ms since the epoch, UTC.
///
/// # Errors
///
/// [`Error::Export`] with OpenClaw's message.
pub fn find_target(
    workspace: &Path,
    output: Option<&str>,
    session_id: &str,
    now: i64,
) -> Result<Target, Error> {
    let name = target::default_name(session_id, &date::to_iso(now).unwrap_or_default());
    Ok(target::resolve(workspace, output, &name)?)
}

impl ExportRequest {
    /// The request with what `--request-json-base64` says over the flags.
    fn decoded(mut self, generation: Generation) -> Result<Self, String> {
        let encoded = request::decode(self.encoded.as_deref().unwrap_or_default(), generation)
            .map_err(|error| format!("Failed to decode trajectory export request: {error}"))?;
        self.session_key = encoded.session_key.or(self.session_key);
        self.output = encoded.output.or(self.output);
        self.workspace = encoded.workspace.or(self.workspace);
        self.store = encoded.store.or(self.store);
        self.agent = encoded.agent.or(self.agent);
        Ok(self)
    }
}

/// A bundle never goes into a state directory, even where OpenClaw would put it there: in a home
/// directory that serves as the workspace.
fn keep_out_of_state(store: &Store, target: &Target) -> Result<(), String> {
    match state_fault(store, &target.dir) {
        Some(fault) => Err(format!(
            "Failed to export trajectory: {fault}. Name another workspace, for example with --workspace /tmp"
        )),
        None => Ok(()),
    }
}

/// The state directory, of whatever state, in which a directory lies or would lie once it is made.
pub fn state_around(store: &Store, dir: &Path) -> Option<PathBuf> {
    states::around(store, dir)
}

/// What is wrong with a directory that lies in a state directory, or would; `None` for another.
pub(super) fn state_fault(store: &Store, dir: &Path) -> Option<String> {
    let state = state_around(store, dir)?;
    Some(format!(
        "the bundle would lie in the state directory {}, and clawscope never writes there",
        state.display()
    ))
}

/// Makes a path absolute and takes `.` and `..` out of it, as `path.resolve` of Node does.
pub(super) fn resolve(current_dir: &Path, path: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for part in current_dir.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}
