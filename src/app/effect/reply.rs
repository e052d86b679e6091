//! What the workers answer.

use std::path::PathBuf;
use std::sync::Arc;

use super::Viewer;
use crate::app::state::bodies::{BodyKey, BodySlot};
use crate::app::state::index::SessionIndex;
use crate::app::state::job::Status;
use crate::app::state::learning::ArmRuns;
use crate::app::state::learning::data::LearningData;
use crate::app::state::preview::before::Was;
use crate::app::state::preview::find::Hits;
use crate::app::state::preview::{Planned, Working};
use crate::learning::scan::Progress;
use crate::model::learning::trace::Trace;
use crate::ops::destination::Named;
use crate::ops::preview::Outcome;
use crate::ops::stamp::Stamp;
use crate::search::text::Searched;
use crate::store::catalogue::{Catalogue, Depth};

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
    /// The masked title of an open session.
    Titled {
        /// The request's number.
        request: u64,
        /// The title; it may still hold control characters.
        title: String,
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
    /// The sources of the plan that is shown have not changed, so no other was made.
    Unchanged {
        /// The request's number.
        request: u64,
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
        /// What the name stands for, or why it cannot be used.
        result: Result<Named, String>,
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
    /// The state of the sources right before the plan was made.
    pub stamp: Stamp,
}
