//! The session in the main pane.

use std::sync::Arc;

use crate::model::session::SessionRow;
use crate::store::cancel::Cancel;

use super::bodies::BodyCache;
use super::index::SessionIndex;
use super::panes::{RunsPane, TimelinePane, ToolsPane, TranscriptPane};
use super::sessions::SessionRef;

/// An open session with the state of its panes.
#[derive(Debug)]
pub struct OpenSession {
    /// The session's row of the catalogue, as it was when the session was opened.
    pub row: Arc<SessionRow>,
    /// Its name, which outlives a reload of the catalogue.
    pub name: SessionRef,
    /// Its title as the window's title tells it: masked, and known once the session has been read.
    pub masked_title: Option<String>,
    /// The request that the present index answers.
    pub request: Cancel,
    /// What has been read so far; `None` before the first snapshot.
    pub index: Option<Arc<SessionIndex>>,
    /// Why nothing can be shown, with what to do about it.
    pub failed: Option<String>,
    /// How much was read when somebody stopped the reading, in percent.
    pub stopped: Option<u8>,
    /// The transcript tab.
    pub transcript: TranscriptPane,
    /// The timeline tab.
    pub timeline: TimelinePane,
    /// The tools tab.
    pub tools: ToolsPane,
    /// The runs tab.
    pub runs: RunsPane,
    /// Parsed bodies of what is on the screen or near it.
    pub bodies: BodyCache,
}

impl OpenSession {
    /// A session that has just been asked for.
    pub fn new(row: Arc<SessionRow>, request: Cancel) -> Self {
        Self {
            name: SessionRef::of(&row),
            row,
            masked_title: None,
            request,
            index: None,
            failed: None,
            stopped: None,
            transcript: TranscriptPane::default(),
            timeline: TimelinePane::default(),
            tools: ToolsPane::default(),
            runs: RunsPane::default(),
            bodies: BodyCache::default(),
        }
    }

    /// Takes over selections, folds and filters from the same session as it was shown before; its
    /// records must have kept their numbers.
    pub fn show_as(&mut self, before: Self) {
        self.transcript = before.transcript;
        self.timeline = before.timeline;
        self.tools = before.tools;
        self.runs = before.runs;
    }
}
