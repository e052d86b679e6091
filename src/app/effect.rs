//! What goes in and out of the state: events, effects and the workers' replies.

use std::any::Any;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::layout::Layout;
use crate::learning::scan::Progress;
use crate::model::bundle::BundlePlan;
use crate::model::ids::RowSpan;
use crate::model::learning::trace::Trace;
use crate::model::review::Review;
use crate::model::session::{SessionRow, TranscriptSource};
use crate::ops::learning::Input;
use crate::ops::plan::PlanRequest;
use crate::ops::preview::Outcome;
use crate::search::query::Query;
use crate::search::text::Searched;
use crate::store::cancel::Cancel;
use crate::store::catalogue::{Catalogue, Depth};
use crate::store::runtime::RuntimeSource;

use super::key::{Key, Mouse};
use super::state::bodies::{BodyKey, BodySlot};
use super::state::detail::DetailMode;
use super::state::index::SessionIndex;
use super::state::job::Status;
use super::state::layout::Size;
use super::state::learning::data::LearningData;
use super::state::learning::{ArmRuns, Choice};
use super::state::preview::asked::RuleSources;
use super::state::preview::before::Was;
use super::state::preview::find::Hits;
use super::state::preview::{Planned, Working};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// The mouse did something.
    Mouse(Mouse),
    /// Text was pasted.
    Paste(String),
    /// The screen has a new size.
    Resize(Size),
    /// The time, ms since the epoch, UTC; sent once a minute and after the program was stopped.
    Time(i64),
    /// A worker has something.
    Reply(Reply),
}

/// Something that the state wants to happen outside itself.
#[derive(Debug, Clone)]
pub enum Effect {
    /// List the sessions.
    LoadCatalogue(Cancel),
    /// Count what the index data does not tell, in this order.
    Deepen {
        /// Positions in the catalogue with their rows.
        rows: Vec<(usize, Arc<SessionRow>)>,
        /// The catalogue's request.
        request: Cancel,
    },
    /// Read a session.
    Open {
        /// The session.
        row: Arc<SessionRow>,
        /// The request.
        request: Cancel,
    },
    /// Read bodies; a newer request of this kind takes the place of one that waits.
    LoadBodies(BodyRequest),
    /// Search records.
    Find(FindRequest),
    /// Read the learning data of the state.
    LoadLearning(LearningRequest),
    /// Read one trace in full.
    LoadTrace(TraceRequest),
    /// Look through all runs for what they did with an arm.
    LoadArm(ArmRequest),
    /// Read one record in full and hand it back for a program outside.
    ReadText {
        /// The record.
        body: BodyRequest,
        /// The program.
        viewer: Viewer,
        /// As what the record is shown.
        mode: DetailMode,
    },
    /// Show a text in a program outside.
    OpenExternal {
        /// The program.
        viewer: Viewer,
        /// The text, sanitised for pagers.
        text: String,
    },
    /// Plan a bundle and review the plan; a newer request takes the place of one that waits.
    Plan(PlanJob),
    /// Build the files of a plan as they were before redaction.
    LoadOriginal(PlanJob),
    /// Look for a text in all files of a plan.
    FindInBundle(BundleFindRequest),
    /// Check where a bundle may go.
    CheckTarget(TargetJob),
    /// Write a plan that was reviewed.
    Export {
        /// Where to.
        target: TargetJob,
        /// The plan.
        reviewed: Arc<BundlePlan>,
    },
    /// Free what is not wanted any more; of a large bundle that takes longer than a frame.
    LetGo(Arc<dyn Any + Send + Sync>),
    /// Put a text, already sanitised, into the clipboard.
    Copy(String),
    /// Remember the layout.
    SaveLayout(Layout),
    /// Stop the process until the shell continues it.
    Suspend,
    /// Leave the program.
    Quit,
}

/// A program outside that shows a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// `$PAGER`.
    Pager,
    /// `$EDITOR`.
    Editor,
}

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

/// What a worker found; every reply names the request that it answers.
#[derive(Debug)]
pub enum Reply {
    /// The catalogue, or what has been read of it so far.
    Catalogue {
        /// The request's number.
        request: u64,
        /// The sessions.
        catalogue: Arc<Catalogue>,
        /// Nothing is left to read.
        done: bool,
    },
    /// Counts of some sessions.
    Deepened {
        /// The catalogue's request.
        request: u64,
        /// Positions in the catalogue with what was found, or why not.
        rows: Vec<(usize, Result<Depth, String>)>,
        /// Sessions that are still to come.
        left: usize,
    },
    /// An open session, as far as it has been read.
    Index {
        /// The request's number.
        request: u64,
        /// The session.
        index: Arc<SessionIndex>,
    },
    /// A session cannot be opened.
    OpenFailed {
        /// The request's number.
        request: u64,
        /// Why, with what to do about it.
        why: String,
    },
    /// Bodies.
    Bodies {
        /// The open session's request.
        request: u64,
        /// The records.
        bodies: Vec<(BodyKey, BodySlot)>,
    },
    /// Matches of a search.
    Found {
        /// The search's request.
        request: u64,
        /// Records with a match since the last reply.
        hits: Vec<BodyKey>,
        /// How far the search has got.
        searched: Searched,
        /// The search is over.
        done: bool,
        /// Why it ended early.
        failed: Option<String>,
    },
    /// Learning data, or what has been read of it so far.
    Learning {
        /// The request's number.
        request: u64,
        /// The data.
        data: Arc<LearningData>,
        /// Nothing is left to read.
        done: bool,
    },
    /// Reading learning data goes on.
    LearningProgress {
        /// The request's number.
        request: u64,
        /// How far it has got.
        progress: Progress,
    },
    /// There is no learning data to show.
    LearningFailed {
        /// The request's number.
        request: u64,
        /// Why, with what to do about it; one paragraph an item.
        why: Vec<String>,
    },
    /// A trace in full.
    Trace {
        /// The data's request.
        request: u64,
        /// The row.
        row: i64,
        /// The trace, or why it cannot be read.
        trace: Result<Arc<Trace>, String>,
    },
    /// What all runs did with an arm.
    Arm {
        /// The request's number.
        request: u64,
        /// The runs and the history.
        seen: Box<ArmRuns>,
    },
    /// A record in full, for a program outside.
    Text {
        /// The program.
        viewer: Viewer,
        /// The record as text, sanitised, or why it cannot be read.
        text: Result<String, String>,
    },
    /// A bundle was planned.
    Planned {
        /// The request's number.
        request: u64,
        /// The plan, or why there is none.
        result: Result<Box<PlanReply>, String>,
    },
    /// The files of a plan as they were before redaction.
    Original {
        /// The request's number.
        request: u64,
        /// Them, by name.
        result: Result<Vec<(&'static str, Was)>, String>,
    },
    /// A text was looked for in the bundle.
    FoundInBundle {
        /// The request's number.
        request: u64,
        /// Where it stands.
        hits: Hits,
    },
    /// How far a plan, or the writing of one, is.
    Working {
        /// Which of them.
        task: Task,
        /// The request's number.
        request: u64,
        /// How far.
        working: Working,
    },
    /// A name for a bundle was checked.
    Target {
        /// The request's number.
        request: u64,
        /// The directory relative to the workspace, or why the name cannot be used.
        result: Result<String, String>,
    },
    /// The writing of a bundle has ended.
    Exported {
        /// The request's number.
        request: u64,
        /// How, or why nothing was written.
        result: Result<Outcome, String>,
    },
    /// How something outside went: copying, a program, remembering the layout.
    Notice(Status),
    /// A worker has died; the program must end.
    Broken,
}

/// A piece of work on a bundle that takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Planning.
    Plan,
    /// Writing.
    Write,
}

/// What was planned.
#[derive(Debug)]
pub struct PlanReply {
    /// The plan, ready to be shown.
    pub planned: Planned,
    /// What to call the session, masked as the plan is.
    pub title: String,
    /// The workspaces to choose from, with the first plan.
    pub workspaces: Option<Vec<PathBuf>>,
}
