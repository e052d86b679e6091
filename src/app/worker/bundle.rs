//! The work on bundles, on whatever thread: planning, searching, checking names, writing.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::steps::Steps;
use super::work::Emit;
use crate::app::effect::{BundleFindRequest, PlanJob, PlanReply, Reply, TargetJob};
use crate::app::state::preview::asked::RuleSources;
use crate::app::state::preview::before::Was;
use crate::app::state::preview::find::{Hit, Hits, Spot};
use crate::app::state::preview::{Document, Planned};
use crate::app::{json, lines};
use crate::config::ConfigDir;
use crate::js::parse;
use crate::js::value::Value;
use crate::model::bundle::{BundlePlan, PlannedFile};
use crate::model::review::Contents;
use crate::ops::rule_texts::rule_texts;
use crate::ops::stamp::Stamp;
use crate::ops::workspaces::workspaces;
use crate::ops::{destination, plan, preview, title};
use crate::store::Store;

/// Matches of a search that are kept.
const MOST_HITS: usize = 10_000;

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
pub fn plan(store: &Store, config: &ConfigDir, job: PlanJob, steps: &Steps, emit: Emit<'_>) {
    let cancel = job.request.clone();
    let result = make(store, config, job, steps);
    if cancel.is_stale() {
        return;
    }
    let request = cancel.generation();
    emit(match result {
        Ok(Some(plan)) => Reply::Planned { request, result: Ok(plan) },
        Ok(None) => Reply::Unchanged { request },
        Err(why) => Reply::Planned { request, result: Err(why) },
    });
}

/// Makes a plan, unless there is one already of what the sources hold.
fn make(
    store: &Store,
    config: &ConfigDir,
    job: PlanJob,
    steps: &Steps,
) -> Result<Option<Box<PlanReply>>, String> {
    let PlanJob { request, plan: mut asked, rules, offer, unless } = job;
    asked.redaction.rules = read_rules(config, &rules)?;
    let stamp = Stamp::take(store, &asked.row, &asked.redaction);
    if unless.as_ref() == Some(&stamp) {
        return Ok(None);
    }
    // The preview may be opened before the session was looked into; its title stays the same.
    if asked.row.title.is_not_loaded()
        && let Ok(depth) = store.deepen(&asked.row, &request)
    {
        depth.apply(&mut asked.row);
    }
    let workspaces = offer.map(|(cwd, current_dir)| {
        let cwd = cwd.or_else(|| preview::cwd(store, &asked.row));
        workspaces(store, cwd.as_deref(), &current_dir)
    });
    if let Some(first) = workspaces.as_ref().and_then(|all| all.first()) {
        asked.workspace.clone_from(first);
    }
    let made = preview::preview(store, &asked, &request, &|step| steps.note(step));
    let (plan, review) = made.map_err(|error| error.to_string())?;
    let rules = rule_texts(&asked.redaction);
    let title = title::masked_for(&asked.redaction, lines::title(&asked.row));
    let planned = Planned::new(Arc::new(plan), Arc::new(review), asked, Arc::new(rules));
    Ok(Some(Box::new(PlanReply { planned, title, workspaces, stamp })))
}

/// Reads the user's rules: those of the settings directory, of files that were named, and shapes
/// that were typed.
fn read_rules(config: &ConfigDir, from: &RuleSources) -> Result<Vec<(String, String)>, String> {
    let mut rules = config.rule_files().map_err(|error| error.to_string())?;
    rules.extend(plan::read_rules(&from.files)?);
    let typed = from.shapes.iter().zip(1..);
    rules.extend(typed.map(|(shape, number)| plan::typed_rule(number, shape)));
    Ok(rules)
}

/// Builds the files of a plan as they were before redaction.
pub fn original(store: &Store, job: &PlanJob, emit: Emit<'_>) {
    let result = preview::original(store, &job.plan, &job.request);
    if !job.request.is_stale() {
        let was = |files: Vec<(&'static str, _)>| {
            files.into_iter().map(|(name, original)| (name, Was::from(original))).collect()
        };
        let result = result.map(was).map_err(|error| error.to_string());
        emit(Reply::Original { request: job.request.generation(), result });
    }
}

/// Looks for a text in all files of a plan: names and values, as they would be written.
pub fn find(wanted: &BundleFindRequest, emit: Emit<'_>) {
    let mut places: Vec<Hit> = Vec::new();
    for (at, contents) in wanted.review.files.iter().enumerate() {
        let text = wanted.plan.files.get(at).map_or("", PlannedFile::text);
        let room = (MOST_HITS + 1).saturating_sub(places.len());
        match contents {
            Contents::Json(value) => {
                in_value(wanted, (at, None), value, &mut places);
                if wanted.request.is_stale() {
                    return;
                }
            }
            Contents::Events(lines) => {
                for line in lines {
                    if wanted.request.is_stale() {
                        return;
                    }
                    let record = text.get(line.span.clone()).unwrap_or_default().as_bytes();
                    if places.len() <= MOST_HITS && wanted.query.may_be_in(record) {
                        let value = parse::parse(record).unwrap_or_default();
                        in_value(wanted, (at, Some(line.seq)), &value, &mut places);
                    }
                }
            }
            Contents::Lines(_) => {
                let bytes = wanted.query.ranges(text).take(room);
                let hit = |byte| Hit { document: (at, None), spot: Spot::Byte(byte) };
                places.extend(bytes.map(|range| hit(range.start)));
            }
        }
    }
    let cut = places.len() > MOST_HITS;
    places.truncate(MOST_HITS);
    let (request, hits) = (wanted.request.generation(), Hits { places: places.into(), cut });
    emit(Reply::FoundInBundle { request, hits });
}

fn in_value(wanted: &BundleFindRequest, document: Document, value: &Value, places: &mut Vec<Hit>) {
    let room = (MOST_HITS + 1).saturating_sub(places.len());
    let keep_going = || !wanted.request.is_stale();
    let ways = json::matches(value, &wanted.query, room, &keep_going).into_iter();
    places.extend(ways.map(|way| Hit { document, spot: Spot::Way(way) }));
}

/// Checks where a bundle may go.
pub fn target(store: &Store, job: &TargetJob, emit: Emit<'_>) {
    let result = destination::named(store, &job.plan, &job.name);
    emit(Reply::Target { request: job.request.generation(), result });
}

/// Writes a plan that was reviewed.
///
/// The user's rules are read anew, so that a change of them is noticed like one of the session.
/// `may_write` is as for [`preview::write_reviewed`].
pub fn export<Permit>(
    store: &Store,
    config: &ConfigDir,
    (mut job, reviewed): (TargetJob, &BundlePlan),
    steps: &Steps,
    may_write: impl FnOnce() -> Option<Permit>,
    emit: Emit<'_>,
) {
    let result = read_rules(config, &job.rules).and_then(|rules| {
        job.plan.redaction.rules = rules;
        let progress = |step| steps.note(step);
        let (name, request) = (&job.name, &job.request);
        preview::write_reviewed(store, &job.plan, reviewed, name, request, &progress, may_write)
    });
    emit(Reply::Exported { request: job.request.generation(), result });
}
