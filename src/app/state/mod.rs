//! The state of the program: plain data that a frame is drawn from.
//!
//! ```text
//!  State ─┬─ place, catalogue ── what is read
//!         ├─ sessions ────────── the list on the left
//!         ├─ open ─────────────── the session in the main pane: index, panes, bodies
//!         ├─ detail ───────────── how the selected thing is shown on the right
//!         ├─ layers, find ─────── what lies on top
//!         └─ areas ────────────── where the last frame put things
//! ```
//!
//! No terminal, no I/O and no clock: the time is an input like any other.

pub mod area;
pub mod bodies;
pub mod detail;
pub mod find;
pub mod index;
pub mod job;
pub mod layer;
pub mod layout;
pub mod learning;
pub mod list;
pub mod open;
pub mod panes;
pub mod place;
pub mod preview;
pub mod sessions;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::model::diagnostic::Diagnostic;
use crate::model::text::visible_line;
use crate::store::cancel::Generations;
use crate::store::catalogue::Catalogue;

use super::keymap::Keymap;
use area::Areas;
use detail::DetailPane;
use find::Find;
use job::{Jobs, Status};
use layer::Layer;
use layout::{Panes, Side, Size, Splits};
use learning::LearningPane;
use open::OpenSession;
use panes::DiagnosticsPane;
use place::PlaceInfo;
use preview::Preview;
use preview::asked::Sharing;
use sessions::SessionsPane;

/// Everything that a frame is drawn from.
#[derive(Debug)]
pub struct State {
    /// The present time, ms since the epoch, UTC; moves by the minute.
    pub now: i64,
    /// The time zone in which clock times are shown.
    pub zone: TimeZone,
    /// The size of the screen.
    pub size: Size,
    /// How things look.
    pub look: Look,
    /// Which state is read, and why.
    pub place: PlaceInfo,
    /// All sessions. Filled in place while counts arrive.
    pub catalogue: Arc<Catalogue>,
    /// The sessions pane.
    pub sessions: SessionsPane,
    /// The session in the main pane.
    pub open: Option<OpenSession>,
    /// A session that has been asked for and takes the place of [`State::open`] with its first
    /// snapshot, so that browsing does not flicker.
    pub coming: Option<OpenSession>,
    /// The detail pane.
    pub detail: DetailPane,
    /// The diagnostics of the catalogue and of the open session.
    pub diagnostics: DiagnosticsPane,
    /// The learning tab, which is about the whole state.
    pub learning: LearningPane,
    /// Which pane has the keyboard when no layer has it.
    pub focus: Focus,
    /// What the main pane shows.
    pub tab: Tab,
    /// The session list was filled once, so that its first session has been shown.
    pub greeted: bool,
    /// What lies on top, the topmost last.
    pub layers: Vec<Layer>,
    /// The current directory: a workspace that a bundle can go to.
    pub current_dir: PathBuf,
    /// What was asked for of all bundles when the program was started.
    pub sharing: Sharing,
    /// The preview of a bundle, kept when its layer is closed.
    pub preview: Option<Box<Preview>>,
    /// The search in the main pane.
    pub find: Option<Find>,
    /// A passing message.
    pub status: Option<Status>,
    /// What is going on behind.
    pub jobs: Jobs,
    /// Which panes are shown, and how wide.
    pub splits: Splits,
    /// Where the last frame put things.
    pub areas: Areas,
    /// The border that the mouse is dragging.
    pub dragging: Option<Side>,
    /// All keys.
    pub keymap: Arc<Keymap>,
    /// The numbers of the requests that workers answer.
    pub requests: Requests,
}

impl State {
    /// The panes that are shown at the present size.
    pub fn panes(&self) -> Panes {
        self.splits.panes(self.size.width, self.focus)
    }

    /// The title of the terminal's window, sanitised.
    pub fn window_title(&self) -> String {
        let place = visible_line(&self.place.label);
        match self.open.as_ref().and_then(|open| open.masked_title.as_deref()) {
            Some(title) => format!("{} · {place} · clawscope", visible_line(title)),
            None => format!("{place} · clawscope"),
        }
    }

    /// The layer that gets the next key.
    pub fn top_layer(&self) -> Option<&Layer> {
        self.layers.last()
    }

    /// The diagnostics that the pane lists: the configuration's and catalogue's first, then the
    /// open session's and those of the learning data, once that was read.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let index = self.open.as_ref().and_then(|open| open.index.as_ref());
        let open = index.into_iter().flat_map(|index| index.diagnostics());
        let learning = self.learning.data.iter().flat_map(|data| &data.diagnostics);
        self.place.diagnostics.iter().chain(&self.catalogue.diagnostics).chain(open).chain(learning)
    }

    /// How many [`State::all_diagnostics`] are: what every frame tells, so none is looked at.
    pub fn diagnostics_len(&self) -> usize {
        let index = self.open.as_ref().and_then(|open| open.index.as_ref());
        let learning = self.learning.data.as_ref();
        self.place.diagnostics.len()
            + self.catalogue.diagnostics.len()
            + index.map_or(0, |index| index.diagnostics_len())
            + learning.map_or(0, |data| data.diagnostics.len())
    }
}

/// How things look, as chosen by settings and flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Draw with ASCII characters only.
    pub ascii: bool,
    /// The mouse is taken.
    pub mouse: bool,
    /// Times as ages and offsets (`true`) or as clock times.
    pub relative_times: bool,
}

/// The panes that can have the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Focus {
    /// The sessions on the left.
    Sessions,
    /// The main pane.
    Main,
    /// The detail on the right.
    Detail,
}

/// What the main pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    /// The tree of entries.
    Transcript,
    /// Runtime and transcript events in one order.
    Timeline,
    /// Tool calls.
    Tools,
    /// Runs and their prompts.
    Runs,
    /// Everything skipped or odd.
    Diagnostics,
    /// What the learning layer has recorded.
    Learning,
}

impl Tab {
    /// All tabs from left to right; their digits count from 1.
    pub const ALL: [Self; 6] = [
        Self::Transcript,
        Self::Timeline,
        Self::Tools,
        Self::Runs,
        Self::Diagnostics,
        Self::Learning,
    ];

    /// The title of the tab.
    pub fn title(self) -> &'static str {
        match self {
            Self::Transcript => "Transcript",
            Self::Timeline => "Timeline",
            Self::Tools => "Tools",
            Self::Runs => "Runs",
            Self::Diagnostics => "Diagnostics",
            Self::Learning => "Learning",
        }
    }

    /// Position from the left, from 0.
    pub fn position(self) -> usize {
        Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0)
    }

    /// The tab so many places to the right, round the ends.
    pub fn beside(self, places: isize) -> Self {
        let len = Self::ALL.len() as isize;
        let at = (self.position() as isize + places).rem_euclid(len) as usize;
        Self::ALL.get(at).copied().unwrap_or(self)
    }
}

/// The numbers of the requests that workers answer; a newer request makes older answers stale.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    /// Reading the catalogue and counting behind it.
    pub catalogue: Generations,
    /// Opening a session.
    pub open: Generations,
    /// Searching.
    pub find: Generations,
    /// Reading learning data.
    pub learning: Generations,
    /// Looking through the runs for an arm.
    pub arm: Generations,
    /// Planning a bundle, and what it was before redaction.
    pub plan: Generations,
    /// Looking for a text in a bundle.
    pub bundle_find: Generations,
    /// Checking where a bundle may go, and writing it.
    pub export: Generations,
}
