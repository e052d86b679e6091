//! The work on bundles, on whatever thread: planning, checking names, writing.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::work::Emit;
use crate::app::effect::{PlanJob, PlanReply, Reply, TargetJob};
use crate::config::ConfigDir;
use crate::model::bundle::BundlePlan;
use crate::ops::preview;
use crate::store::Store;

/// The job with the present instant: the state's own time moves by the minute, and a bundle's name
/// tells the second.
pub fn at_present(mut job: PlanJob) -> PlanJob {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_millis());
    if let Some(now) = now.ok().and_then(|now| i64::try_from(now).ok()) {
        job.plan.now = now;
    }
    job
}

/// Plans a bundle and reviews the plan.
pub fn plan(store: &Store, config: &ConfigDir, job: PlanJob, emit: Emit<'_>) {
    let PlanJob { request, plan: mut asked, offer } = job;
    match config.rule_files() {
        Ok(rules) => asked.redaction.rules = rules,
        Err(error) => {
            let (request, result) = (request.generation(), Err(error.to_string()));
            return emit(Reply::Planned { request, result });
        }
    }
    let workspaces =
        offer.map(|(cwd, current_dir)| preview::workspaces(store, cwd.as_deref(), &current_dir));
    if let Some(first) = workspaces.as_ref().and_then(|all| all.first()) {
        asked.workspace.clone_from(first);
    }
    let result =
        preview::preview(store, &asked, &request, &|_| {}).map_err(|error| error.to_string());
    if request.is_stale() {
        return;
    }
    let result = result.map(|(plan, review)| {
        let (plan, review) = (Arc::new(plan), Arc::new(review));
        Box::new(PlanReply { plan, review, request: asked, workspaces })
    });
    emit(Reply::Planned { request: request.generation(), result });
}

/// Builds the files of a plan as they were before redaction.
pub fn original(store: &Store, job: &PlanJob, emit: Emit<'_>) {
    let result = preview::original(store, &job.plan, &job.request);
    if !job.request.is_stale() {
        let result = result.map_err(|error| error.to_string());
        emit(Reply::Original { request: job.request.generation(), result });
    }
}

/// Checks where a bundle may go.
pub fn target(store: &Store, job: &TargetJob, emit: Emit<'_>) {
    let result = preview::destination(store, &job.plan, &job.name).map(|target| target.display);
    emit(Reply::Target { request: job.request.generation(), result });
}

/// Writes a plan that was reviewed.
///
/// The user's rules are read anew, so that a change of them is noticed like one of the session.
pub fn export(
    store: &Store,
    config: &ConfigDir,
    (mut job, reviewed): (TargetJob, &BundlePlan),
    emit: Emit<'_>,
) {
    let result = config.rule_files().map_err(|error| error.to_string()).and_then(|rules| {
        job.plan.redaction.rules = rules;
        preview::write_reviewed(store, &job.plan, reviewed, &job.name, &job.request, &|_| {})
    });
    emit(Reply::Exported { request: job.request.generation(), result });
}
