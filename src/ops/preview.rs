//! Sharing a session in two steps: a plan to look at, and the writing of what was looked at.

use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::tz::TimeZone;

use crate::export::{self, Original};
use crate::model::bundle::{BundlePlan, Planning};
use crate::model::review::{Doubt, Review, review};
use crate::model::session::SessionRow;
use crate::redact::{Options, Profile, Redactor, Rules, residual};
use crate::store::Store;
use crate::store::cancel::{Cancel, Generations};

use super::destination::{Destination, target};
use super::plan::{PlanRequest, plan};
use super::write::write_plan;
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
    let mut review = review(&plan, &residual, &|| !cancel.is_stale());
    if !request.redaction.strict {
        ask_strict(&mut review);
    }
    Ok((plan, review))
}

/// Tells of every suspicious text whether the strict profile masks it.
fn ask_strict(review: &mut Review) {
    /// The same for every bundle, and made for the first one with a suspicious text.
    static STRICT: LazyLock<Option<Mutex<Redactor>>> = LazyLock::new(|| {
        let rules = Rules::built_in(Profile::Strict).ok()?;
        Some(Mutex::new(Redactor::new(&rules, Options::default())))
    });
    for one in review.uncovered.iter_mut().filter(|one| one.kind == Doubt::Suspicious) {
        let Some(strict) = &*STRICT else { return };
        // A panic elsewhere leaves the rules as they are.
        let strict = strict.lock().unwrap_or_else(PoisonError::into_inner);
        // Unlike a full redaction this notes no value, so none outlives the answer.
        one.strict_masks = strict.masking_text(&one.text) != one.text;
    }
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
