//! Sharing a session in two steps: a plan to look at, and the writing of what was looked at.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::export::target::default_name;
use crate::export::{self, Original};
use crate::js::date;
use crate::model::bundle::{BundlePlan, Planning};
use crate::model::review::{Review, review};
use crate::model::session::SessionRow;
use crate::redact::{Options, Profile, Redactor, Rules};
use crate::store::Store;
use crate::store::cancel::{Cancel, Generations};

use super::plan::{PlanRequest, plan};
use super::write::{find_target, state_fault, write_plan};
use super::{Error, source};

/// Plans a bundle and reviews the plan; `progress` is told how far the plan has come.
///
/// # Errors
///
/// As [`plan`].
pub fn preview(
    store: &Store,
    request: &PlanRequest,
    cancel: &Cancel,
    progress: &dyn Fn(Planning),
) -> Result<(BundlePlan, Review), Error> {
    let plan = plan(store, request, cancel, progress)?;
    progress(Planning::Reviewing);
    let redactor = Redactor::new(&Rules::built_in(Profile::Standard)?, Options::default());
    let review = review(&plan, &|text| redactor.residual(text), &|| !cancel.is_stale());
    Ok((plan, review))
}

/// Builds the files of a plan as they were before redaction, by their names.
///
/// # Errors
///
/// As [`plan`].
pub fn original(
    store: &Store,
    request: &PlanRequest,
    cancel: &Cancel,
) -> Result<Vec<(&'static str, Original)>, Error> {
    let branch = request.branch.as_deref();
    let (row, key) = (&request.row, &request.session_key);
    let (source, _) = source::read(store, row, key, &request.workspace, branch, cancel)?;
    let keep_going = || !cancel.is_stale();
    Ok(export::original(source, &TimeZone::system(), store.now(request.now), &keep_going)?)
}

/// How many bundles of one plan may stand beside each other under the usual name.
const MOST_COPIES: usize = 99;

/// A directory that a bundle may be written to, and the same relative to the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The directory, absolute.
    pub dir: PathBuf,
    /// The directory relative to the workspace.
    pub display: String,
}

/// Checks a name for a bundle's directory by the rules of the command; nothing is created.
///
/// A blank name stands for the default one, with a number where that is taken.
///
/// # Errors
///
/// The command's message.
pub fn destination(
    store: &Store,
    request: &PlanRequest,
    name: &str,
) -> Result<Destination, String> {
    let target = target(store, request, name)?;
    Ok(Destination { dir: target.dir, display: target.display })
}

fn target(
    store: &Store,
    request: &PlanRequest,
    name: &str,
) -> Result<export::target::Target, String> {
    let now = store.now(request.now);
    let find = |name: &str| {
        find_target(&request.workspace, Some(name), &request.row.session_id, now)
            .map_err(|error| error.to_string())
    };
    let usual = default_name(&request.row.session_id, &date::to_iso(now).unwrap_or_default());
    let is_taken = |name: &str| find(name).is_err();
    let target = match find("") {
        Err(_) if name.trim().is_empty() => {
            let free = (2..=MOST_COPIES).map(|copy| format!("{usual}-{copy}"));
            find(&free.into_iter().find(|name| !is_taken(name)).unwrap_or_default())?
        }
        Ok(usual) if name.trim().is_empty() => usual,
        _ => find(name)?,
    };
    match state_fault(store, &target.dir) {
        Some(fault) => Err(format!(
            "{fault}. Tab takes another workspace; or start clawscope in another directory"
        )),
        None => Ok(target),
    }
}

/// How a reviewed plan fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was written.
    Written(Destination),
    /// Planned again at the same instant, the bundle is another one: the session or a rule has
    /// changed since the review. Nothing was written.
    Changed,
}

/// Writes a reviewed plan, unless planning it again at the same instant gives other bytes.
///
/// `progress` is told how far the second plan has come, and when the writing begins. `may_write` is
/// asked right before the first byte is written; what it returns lives until the bundle is whole,
/// and `None` stands for no.
///
/// # Errors
///
/// A sentence for a person; nothing is left behind.
pub fn write_reviewed<Permit>(
    store: &Store,
    request: &PlanRequest,
    reviewed: &BundlePlan,
    name: &str,
    cancel: &Cancel,
    progress: &dyn Fn(Planning),
    may_write: impl FnOnce() -> Option<Permit>,
) -> Result<Outcome, String> {
    let again = plan(store, request, cancel, progress).map_err(|error| error.to_string())?;
    if !has_same_files(&again, reviewed) {
        return Ok(Outcome::Changed);
    }
    let target = target(store, request, name)?;
    let _permit = may_write().ok_or("the program is about to end, so nothing was written")?;
    progress(Planning::Writing);
    write_plan(reviewed, &target).map_err(|error| error.to_string())?;
    Ok(Outcome::Written(Destination { dir: target.dir, display: target.display }))
}

/// Whether two plans are the same, byte for byte.
pub fn has_same_files(one: &BundlePlan, other: &BundlePlan) -> bool {
    let digests = |plan: &BundlePlan| {
        plan.files.iter().map(|file| (file.name, file.sha256.clone())).collect::<Vec<_>>()
    };
    digests(one) == digests(other)
}

/// The working directory that a session's header names.
pub fn cwd(store: &Store, row: &SessionRow) -> Option<String> {
    let requests = Generations::default();
    let mut header = None;
    // The header stands in the first row, so the first part that was read is enough.
    let whole = store.transcript(&row.transcript, &requests.next(), &mut |part| {
        header = header.take().or(part.header);
        requests.cancel_all();
    });
    header.or_else(|| whole.ok()?.header)?.cwd
}
