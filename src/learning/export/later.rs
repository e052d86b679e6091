//! The form of releases that keep posteriors in qortex: metrics and posteriors, and no traces.
//!
//! ```text
//!  {"metrics": {learner, total_pulls, total_reward, accuracy, arm_count, explore_ratio},
//!   "posteriors": [{armId, alpha, beta, mean, pulls, lastUpdated}]}
//! ```
//!
//! Times are ISO texts; qortex rounds what is no count to four decimals. The product exports the
//! arms that were learnt without a context and no others.

use std::path::Path;

use crate::js::value::{Object, Value};
use crate::learning::qortex::{DEFAULT_PARTITION, Qortex};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::posterior::Posterior;

/// The share of random choices that qortex makes unless it is told otherwise.
const EXPLORE_RATIO: f64 = 0.1;

/// What a source holds, in this form, and what a reader ought to know about it.
pub(super) struct Told {
    pub(super) value: Value,
    pub(super) notes: Vec<Diagnostic>,
}

/// The arms of a store; `all_contexts` takes together what they learnt in each.
pub(super) fn of_store(store: &Qortex, path: &Path, all_contexts: bool) -> Told {
    let rows: Vec<Value> = if all_contexts {
        let (merged, stamps) = (store.merged(), store.last_stamps());
        let stamp = |arm: &str| stamps.get(arm).copied().unwrap_or_default();
        merged.iter().map(|found| posterior(found, stamp(&found.arm))).collect()
    } else {
        let own = store.partitions.iter().filter(|part| part.hash == DEFAULT_PARTITION);
        own.flat_map(|part| part.posteriors.iter().zip(&part.stamps))
            .map(|(found, stamp)| posterior(found, stamp))
            .collect()
    };
    let notes = notes(store, path, (!all_contexts).then_some(rows.len()));
    Told { value: form(metrics(store, path), rows), notes }
}

fn metrics(store: &Qortex, path: &Path) -> Object {
    let (pulls, reward) = store.totals();
    let mut metrics = Object::new();
    if let Some(learner) = path.file_stem() {
        metrics.insert("learner", learner.to_string_lossy().into_owned());
    }
    metrics.insert("total_pulls", pulls);
    metrics.insert("total_reward", rounded(reward));
    metrics.insert("accuracy", rounded(reward / pulls.max(1.0)));
    metrics.insert("arm_count", count(store) as f64);
    metrics.insert("explore_ratio", EXPLORE_RATIO);
    metrics
}

/// The number of posteriors in all partitions.
fn count(store: &Qortex) -> usize {
    store.partitions.iter().map(|part| part.posteriors.len()).sum()
}

/// What the export leaves out; `told` posteriors are part of it, or all of them taken together.
fn notes(store: &Qortex, path: &Path, told: Option<usize>) -> Vec<Diagnostic> {
    let all = count(store);
    let not_recorded = "A store of qortex records no runs, so there are no traces; explore_ratio is \
                        a setting that it does not record either: qortex's own 0.1 is written.";
    let contexts = match told {
        Some(told) if told < all => Some(format!(
            "As in the product, only arms without a context are exported: {told} of {all} \
             posteriors. --all-contexts takes all of them together."
        )),
        Some(_) => None,
        None => Some(format!(
            "The arms of {} contexts are taken together; the product itself exports only those \
             without a context.",
            store.partitions.len()
        )),
    };
    let texts = std::iter::once(not_recorded.to_owned()).chain(contexts);
    texts.map(|text| note(path, text)).collect()
}

/// What a gateway of these releases told; nothing for one of the earlier releases.
pub(super) fn of_gateway(summary: &Value, posteriors: &Value, place: &Path) -> Option<Told> {
    // Only the releases with qortex know an accuracy.
    summary.get("accuracy")?;
    let mut metrics = Object::new();
    for (name, told) in [
        ("total_pulls", "traceCount"),
        ("total_reward", "totalReward"),
        ("accuracy", "accuracy"),
        ("arm_count", "armCount"),
        ("explore_ratio", "exploreRatio"),
    ] {
        metrics.insert(name, summary.get(told).and_then(Value::as_f64).unwrap_or_default());
    }
    let members = ["armId", "alpha", "beta", "mean", "pulls", "lastUpdated"];
    let row = |told: &Value| {
        let mut row = Object::new();
        for name in members {
            if let Some(value) = told.get(name) {
                row.insert(name, value.clone());
            }
        }
        Value::from(row)
    };
    let rows = posteriors.as_array().unwrap_or_default().iter().map(row).collect();
    let message = "The gateway is of a release with qortex, which records no runs: there are no \
                   traces, only arms without a context, and it does not name the learner.";
    Some(Told { value: form(metrics, rows), notes: vec![note(place, message.to_owned())] })
}

fn form(metrics: Object, posteriors: Vec<Value>) -> Value {
    let mut object = Object::new();
    object.insert("metrics", metrics);
    object.insert("posteriors", Value::Array(posteriors));
    object.into()
}

fn posterior(found: &Posterior, stamp: &str) -> Value {
    let mut row = Object::new();
    row.insert("armId", found.arm.as_str());
    row.insert("alpha", rounded(found.belief.alpha));
    row.insert("beta", rounded(found.belief.beta));
    row.insert("mean", rounded(found.belief.mean()));
    row.insert("pulls", found.pulls);
    row.insert("lastUpdated", stamp);
    row.into()
}

/// Four decimals as Python's `round` takes them: of the exact value, ties to even.
fn rounded(number: f64) -> f64 {
    format!("{number:.4}").parse().unwrap_or(number)
}

fn note(path: &Path, message: String) -> Diagnostic {
    Diagnostic::note("learning-qortex-export", Place::whole(path), message)
}
