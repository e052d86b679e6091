//! What goes in and out of the state: events, effects, and what is asked of the workers.

mod reply;
mod request;

use std::any::Any;
use std::sync::Arc;

use super::key::{Key, Mouse};
use super::state::detail::DetailMode;
use super::state::layout::Size;
use crate::config::layout::Layout;
use crate::model::bundle::BundlePlan;
use crate::model::session::SessionRow;
use crate::store::cancel::Cancel;

pub use reply::{PlanReply, Reply, Task};
pub use request::{
    ArmRequest, BodyRequest, BundleFindRequest, FindRequest, LearningRequest, PlanJob, TargetJob,
    TraceRequest,
};

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
