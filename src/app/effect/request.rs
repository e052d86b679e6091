//! What the workers are asked for; every request carries its generation, which the answer repeats.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::state::bodies::BodyKey;
use crate::app::state::index::SessionIndex;
use crate::app::state::learning::Choice;
use crate::app::state::learning::data::LearningData;
use crate::app::state::preview::asked::RuleSources;
use crate::model::bundle::BundlePlan;
use crate::model::ids::RowSpan;
use crate::model::review::Review;
use crate::model::session::{SessionRow, TranscriptSource};
use crate::ops::learning::Input;
use crate::ops::plan::PlanRequest;
use crate::ops::stamp::Stamp;
use crate::search::query::Query;
use crate::store::cancel::Cancel;
use crate::store::runtime::RuntimeSource;

/// A bundle that is to be planned.
#[derive(Debug, Clone)]
pub struct PlanJob {
    /// The request.
    pub request: Cancel,
    /// How; its rules are read by the worker.
    pub plan: PlanRequest,
    /// Where its rules come from.
    pub rules: RuleSources,
    /// With the first plan: the workspace that the session names and the current directory, to
    /// choose between.
    pub offer: Option<(Option<String>, PathBuf)>,
    /// Nothing is planned when the sources still are as this says.
    pub unless: Option<Stamp>,
}

/// A name for a bundle's directory.
#[derive(Debug, Clone)]
pub struct TargetJob {
    /// The request.
    pub request: Cancel,
    /// How the bundle was planned.
    pub plan: PlanRequest,
    /// Where its rules come from.
    pub rules: RuleSources,
    /// The name as typed; blank for the default one.
    pub name: String,
}

/// A text that is looked for in a planned bundle.
#[derive(Debug, Clone)]
pub struct BundleFindRequest {
    /// The request.
    pub request: Cancel,
    /// What is looked for.
    pub query: Query,
    /// The plan.
    pub plan: Arc<BundlePlan>,
    /// Its review.
    pub review: Arc<Review>,
}

/// Bodies that are wanted.
#[derive(Debug, Clone)]
pub struct BodyRequest {
    /// The open session's request, which the answer must carry.
    pub request: Cancel,
    /// Where the transcript lies.
    pub transcript: TranscriptSource,
    /// Where the runtime events lie.
    pub runtime: RuntimeSource,
    /// The records.
    pub records: Vec<(BodyKey, RowSpan)>,
}

/// Learning data that is wanted.
#[derive(Debug, Clone)]
pub struct LearningRequest {
    /// The request.
    pub request: Cancel,
    /// What a person named: with a file or a gateway that is the first source, the state's own
    /// follow.
    pub input: Input,
    /// Which source and part of it.
    pub choice: Choice,
    /// Key, channel and model of the known sessions: the contexts of a store of qortex are hashes
    /// of these.
    pub contexts: Vec<[Option<String>; 3]>,
}

/// A trace that is wanted.
#[derive(Debug, Clone)]
pub struct TraceRequest {
    /// The number of the request that read the data to which it belongs.
    pub request: u64,
    /// The database.
    pub path: PathBuf,
    /// Its row there.
    pub row: i64,
}

/// An arm whose runs are wanted.
#[derive(Debug, Clone)]
pub struct ArmRequest {
    /// The request.
    pub request: Cancel,
    /// The data with the runs.
    pub data: Arc<LearningData>,
    /// The arm: its position in [`LearningData::arms`].
    pub arm: usize,
}

/// A search over records.
#[derive(Debug, Clone)]
pub struct FindRequest {
    /// The search's request.
    pub request: Cancel,
    /// What is looked for.
    pub query: Query,
    /// The session that is searched.
    pub row: Arc<SessionRow>,
    /// Its records.
    pub index: Arc<SessionIndex>,
    /// Which rows of the transcript.
    pub entries: Range<usize>,
    /// Which runtime events.
    pub events: Range<usize>,
}
