//! Whole traces one by one, and what all runs together tell of an arm.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::effect::{ArmRequest, Reply, TraceRequest};
use crate::app::state::learning::ArmRuns;
use crate::app::worker::work::Emit;
use crate::learning::Error;
use crate::learning::database::LearningDb;
use crate::learning::replay::convergence;
use crate::learning::views::runs_of_arm;
use crate::model::learning::trace::Trace;
use crate::store::Store;

/// Points of a history: as many as a wide screen has columns for.
const POINTS: usize = 240;

/// Looks through all runs for what they did with an arm.
pub fn arm(wanted: &ArmRequest, emit: Emit<'_>) {
    let data = &wanted.data;
    let (Some(arm), Some(runs)) = (data.arms.get(wanted.arm), &data.runs) else { return };
    let history = convergence(&runs.index, &arm.posterior(), runs.activation, POINTS);
    if wanted.request.is_stale() {
        return;
    }
    let seen = Box::new(ArmRuns::new(runs_of_arm(&runs.index, &arm.row.arm), history));
    emit(Reply::Arm { request: wanted.request.generation(), seen });
}

/// Reads whole traces, keeping the database of the last one open.
#[derive(Debug, Default)]
pub struct Traces {
    open: Option<(PathBuf, LearningDb)>,
}

impl Traces {
    /// Reads one trace.
    pub fn load(&mut self, store: &Store, wanted: &TraceRequest, emit: Emit<'_>) {
        let trace = self.read(store, wanted);
        if trace.is_err() {
            // The file may have been replaced; the next request opens it anew.
            self.open = None;
        }
        let request = wanted.request;
        emit(Reply::Trace { request, row: wanted.row, trace: trace.map(Arc::new) });
    }

    fn read(&mut self, store: &Store, wanted: &TraceRequest) -> Result<Trace, String> {
        let said = |error: Error| error.to_string();
        let current = |(path, db): &(PathBuf, LearningDb)| *path == wanted.path && db.is_current();
        let db = match self.open.take().filter(current) {
            Some((_, db)) => db,
            None => LearningDb::open(&wanted.path, &store.scratch).map_err(said)?,
        };
        let trace = db.trace(wanted.row).map_err(said)?;
        self.open = Some((wanted.path.clone(), db));
        trace.ok_or_else(|| "the row is gone; R reads anew".to_owned())
    }
}
