//! The key table: what every key does, where, and how help and footer describe it.
//!
//! One table drives key handling, the help overlay, the command palette and the footer, so that
//! none of them can promise what another does not do.

use super::action::Action as A;
use super::key::Key;

/// Where a binding applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// In every pane.
    Panes,
    /// In the sessions pane.
    Sessions,
    /// In the transcript tab.
    Transcript,
    /// In the timeline tab.
    Timeline,
    /// In the tools tab.
    Tools,
    /// In the runs tab.
    Runs,
    /// In the diagnostics tab.
    Diagnostics,
    /// In every view of the learning tab.
    Learning,
    /// In the ranked arms of the learning tab, and in the map of them.
    LearningArms,
    /// In the learning tab's view of one arm.
    LearningArm,
    /// In the runs of the learning tab.
    LearningRuns,
    /// In the charts of the learning tab.
    LearningCharts,
    /// In the detail pane.
    Detail,
    /// In a layer that shows something: help, a message, where the state lies.
    Reader,
    /// In the record on the whole screen.
    Viewer,
    /// In the command palette.
    Palette,
    /// In the preview of a bundle.
    Preview,
}

impl Context {
    /// The title of the group in the help overlay.
    pub fn title(self) -> &'static str {
        match self {
            Self::Panes => "In every pane",
            Self::Sessions => "Sessions",
            Self::Transcript => "Transcript",
            Self::Timeline => "Timeline",
            Self::Tools => "Tools",
            Self::Runs => "Runs",
            Self::Diagnostics => "Diagnostics",
            Self::Learning => "Learning",
            Self::LearningArms => "Learning: arms and map",
            Self::LearningArm => "Learning: one arm",
            Self::LearningRuns => "Learning: runs",
            Self::LearningCharts => "Learning: charts",
            Self::Detail => "Detail",
            Self::Reader => "Help and messages",
            Self::Viewer => "Record on the whole screen",
            Self::Palette => "Commands",
            Self::Preview => "Preview of a bundle",
        }
    }

    /// Tells whether keys of [`Context::Panes`] work here, too.
    pub fn is_pane(self) -> bool {
        !matches!(self, Self::Reader | Self::Viewer | Self::Palette | Self::Preview)
    }

    /// The context around this one, whose keys work here unless this one gives them another
    /// meaning.
    pub fn around(self) -> Option<Self> {
        match self {
            Self::LearningArms | Self::LearningArm | Self::LearningRuns | Self::LearningCharts => {
                Some(Self::Learning)
            }
            Self::Panes => None,
            pane => pane.is_pane().then_some(Self::Panes),
        }
    }

    /// This context and those around it, from the inside out.
    pub fn outwards(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |place| place.around())
    }
}

/// A line of the key table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys, the one to show first, as [`Key::parse`] reads them.
    pub keys: &'static [&'static str],
    /// Where they work.
    pub contexts: &'static [Context],
    /// What they do.
    pub action: A,
    /// What they do, in words for help and palette.
    pub help: &'static str,
    /// What they do, in one or two words for the footer; empty for keys that it leaves out.
    pub footer: &'static str,
}

const fn bind(
    keys: &'static [&'static str],
    contexts: &'static [Context],
    action: A,
    help: &'static str,
    footer: &'static str,
) -> Binding {
    Binding { keys, contexts, action, help, footer }
}

use Context::{
    Detail, Diagnostics, Learning, LearningArm, LearningArms, LearningCharts, LearningRuns,
    Palette, Panes, Preview, Reader, Runs, Sessions, Timeline, Tools, Transcript, Viewer,
};

const SHOWN: &[Context] = &[Panes, Reader, Viewer, Preview];
const LISTS: &[Context] = &[Panes, Reader, Viewer, Palette, Preview];
const MAIN: &[Context] = &[Transcript, Timeline, Tools, Runs, Diagnostics, Learning];
const FOUND: &[Context] = &[Transcript, Timeline, Tools, Runs, Diagnostics, Detail, Viewer];
const PREVIEW: &[Context] = &[Preview];
const RECORDS: &[Context] = &[Transcript, Timeline, Tools, Runs, Detail];

/// The key table, in the order of help and footer.
#[rustfmt::skip]
pub const KEYS: &[Binding] = &[
    bind(&["up", "k"],            LISTS, A::Up,   "one row up", "move"),
    bind(&["down", "j"],          LISTS, A::Down, "one row down", ""),
    bind(&["left", "h"],          &[Sessions, Transcript, Tools, Detail, Viewer], A::Fold, "fold, or step out", "fold"),
    bind(&["right", "l"],         &[Sessions, Transcript, Tools, Detail, Viewer], A::Unfold, "unfold, or step in", ""),
    bind(&["space"],              &[Sessions, Transcript, Tools, Detail, Viewer], A::ToggleFold, "fold or unfold", ""),
    bind(&["enter"],              &[Sessions], A::Open, "open the session", "open"),
    bind(&["enter"],              &[Transcript, Timeline, Tools, Runs, Diagnostics], A::Open, "go to the detail, or unfold", "detail"),
    bind(&["enter"],              &[Detail], A::Open, "fold or unfold in the JSON tree", ""),
    bind(&["enter"],              &[Palette], A::Open, "do it", ""),
    bind(&["enter"],              &[LearningArms], A::Open, "open the arm", "open"),
    bind(&["enter"],              &[LearningArm, LearningRuns], A::Open, "open the run's session; esc comes back", "session"),
    bind(&["enter"],              &[LearningCharts], A::Open, "the runs behind the bar; esc comes back", "runs"),
    bind(&["left", "h"],          &[LearningArms], A::Fold, "on the map a run back; columns of numbers back; else step out", ""),
    bind(&["right", "l"],         &[LearningArms], A::Unfold, "on the map a run on; columns of numbers on", ""),
    bind(&["left", "h"],          &[LearningArm], A::Fold, "columns of numbers back; else step out", ""),
    bind(&["right", "l"],         &[LearningArm], A::Unfold, "columns of numbers on", ""),
    bind(&["left", "h"],          &[LearningRuns], A::Fold, "columns of numbers, or the arms of a session, back; else step out", ""),
    bind(&["right", "l"],         &[LearningRuns], A::Unfold, "columns of numbers, or the arms of a session, on", ""),
    bind(&["left", "h"],          &[LearningCharts], A::Fold, "a stretch of time back; columns of numbers back", ""),
    bind(&["right", "l"],         &[LearningCharts], A::Unfold, "a stretch of time on; columns of numbers on", ""),
    bind(&["pgup", "ctrl-b"],     LISTS, A::PageUp, "one page up", ""),
    bind(&["pgdn", "ctrl-f"],     LISTS, A::PageDown, "one page down", ""),
    bind(&["ctrl-u"],             SHOWN, A::HalfPageUp, "half a page up", ""),
    bind(&["ctrl-d"],             SHOWN, A::HalfPageDown, "half a page down", ""),
    bind(&["home", "g"],          SHOWN, A::First, "to the first row", ""),
    bind(&["end", "G"],           SHOWN, A::Last, "to the last row", ""),

    bind(&["["],                  &[Transcript], A::PreviousSibling, "to the sibling branch before", "branch"),
    bind(&["]"],                  &[Transcript], A::NextSibling, "to the next sibling branch", ""),
    bind(&["p"],                  &[Transcript], A::Parent, "to the parent of the entry", ""),
    bind(&["c"],                  &[Transcript], A::Child, "to the child in which the walk goes on", ""),
    bind(&["b"],                  &[Transcript], A::Fork, "to the fork above", ""),
    bind(&["L"],                  &[Transcript], A::Leaf, "to the leaf of the active branch", ""),
    bind(&["e"],                  &[Transcript, Timeline, Tools, Runs], A::NextError, "to the next error", "error"),
    bind(&["E"],                  &[Transcript, Timeline, Tools, Runs], A::PreviousError, "to the error before", ""),
    bind(&["x"],                  &[Timeline], A::LongestGap, "to the longest gap", "gap"),

    bind(&["/"],                  &[Sessions], A::FilterSessions, "narrow the sessions by a few letters", "filter"),
    bind(&["/"],                  FOUND, A::Find, "look for a text in all rows", "find"),
    bind(&["n"],                  FOUND, A::NextMatch, "to the next match", ""),
    bind(&["N"],                  FOUND, A::PreviousMatch, "to the match before", ""),
    bind(&["f"],                  &[Transcript, Timeline, Tools], A::NextFilter, "the next filter", "show"),
    bind(&["o"],                  &[Timeline], A::NextSource, "both sources, runtime events, transcript", "source"),
    bind(&["s"],                  &[Sessions, Tools], A::NextSort, "the next sort order", "sort"),
    bind(&["S"],                  &[Sessions], A::ReverseSort, "turn the sort order round", ""),
    bind(&["a"],                  &[Tools], A::GroupTools, "group the calls by tool", "group"),
    bind(&["a"],                  &[Learning], A::LearningArms, "figures and ranked arms", "arms"),
    bind(&["r"],                  &[Learning], A::LearningRuns, "the runs", "runs"),
    bind(&["m"],                  &[Learning], A::LearningMap, "the map of arms by runs", "map"),
    bind(&["c"],                  &[Learning], A::LearningCharts, "baseline against selected, tokens over time", "charts"),
    bind(&["#"],                  &[Learning], A::ToggleNumbers, "numbers in the place of bars and plots", "numbers"),
    bind(&["/"],                  &[LearningArms, LearningRuns], A::FilterLearning, "narrow arms or runs by a few letters", "filter"),
    bind(&["f"],                  &[LearningArms], A::NextFilter, "only tools, only skills, only files, all", "show"),
    bind(&["f"],                  &[LearningArm], A::NextFilter, "only runs that name the arm, used it, left it out, and so on", "show"),
    bind(&["f"],                  &[LearningRuns], A::NextFilter, "only baseline, selected, aborted, failed runs, all", "show"),
    bind(&["s"],                  &[LearningArms], A::NextSort, "the next sort order of the arms", "sort"),
    bind(&["S"],                  &[LearningArms], A::ReverseSort, "turn the sort order round", ""),
    bind(&["u"],                  &[LearningArms], A::OnlyUnderexplored, "only arms with too few pulls, or all", "few pulls"),
    bind(&["*"],                  &[LearningArms], A::OnlySeeds, "only seeds, which selection puts first, or all", "seeds"),
    bind(&["F"],                  &[LearningArms], A::NextConfidence, "low, medium or high confidence only", ""),
    bind(&["b"],                  &[LearningRuns], A::OnlyBaseline, "only baseline runs, or all", "baseline"),
    bind(&["A"],                  &[LearningRuns], A::OnlyAborted, "only aborted runs, or all", "aborted"),
    bind(&["e"],                  &[LearningRuns], A::OnlyFailed, "only failed runs, or all", "failed"),
    bind(&["x"],                  &[LearningArms], A::OnlyAlike, "only the category of this arm, or all", "alike"),
    bind(&["x"],                  &[LearningRuns], A::OnlyAlike, "only what is like this run: session, its key, model, provider, channel", "alike"),
    bind(&["="],                  &[LearningRuns], A::SameSession, "only the session of this run, or all", ""),
    bind(&["M"],                  &[LearningRuns], A::SameModel, "only the model of this run, or all", ""),
    bind(&["p"],                  &[LearningRuns], A::SameProvider, "only the provider of this run, or all", ""),
    bind(&["C"],                  &[LearningRuns], A::SameChannel, "only the channel of this run, or all", ""),
    bind(&["o"],                  &[Learning], A::NextSource, "the next source of learning data", ""),
    bind(&["C"],                  &[Sessions], A::ToggleCron, "show or hide scheduled sessions", ""),
    bind(&["U"],                  &[Sessions], A::ToggleSubagents, "show or hide subagents", ""),
    bind(&["H"],                  &[Sessions], A::ToggleHeartbeats, "show or hide heartbeats", ""),
    bind(&["A"],                  &[Sessions], A::ToggleArchived, "show or hide archived sessions, earlier windows and copies", ""),
    bind(&["t"],                  &[Panes], A::ToggleTimes, "times as ages or as clock times", ""),

    bind(&["v"],                  &[Transcript, Timeline, Tools, Runs, Detail], A::NextView, "detail as text, JSON tree or raw", "view"),
    bind(&["v"],                  &[Viewer], A::NextView, "JSON tree or raw text", "view"),
    bind(&["m"],                  RECORDS, A::NextPart, "the next record of the detail: call, result, runtime events", ""),
    bind(&["K"],                  MAIN, A::DetailUp, "scroll the detail up", ""),
    bind(&["J"],                  MAIN, A::DetailDown, "scroll the detail down", ""),
    bind(&["V"],                  RECORDS, A::View, "the record on the whole screen", ""),
    bind(&["P"],                  &[Transcript, Timeline, Tools, Runs, Detail, Viewer], A::Pager, "the record in $PAGER", ""),
    bind(&["O"],                  &[Transcript, Timeline, Tools, Runs, Detail, Viewer], A::Editor, "a copy of the record in $EDITOR", ""),
    bind(&["y"],                  &[Panes, Viewer], A::Copy, "copy what is selected", ""),
    bind(&["Y"],                  &[Panes, Viewer], A::CopyName, "copy its key, id or JSON path", ""),

    bind(&["r"],                  &[Sessions, Transcript, Timeline, Tools, Runs, Detail], A::Preview, "preview what a bundle of the session would share", "share"),
    bind(&["x"],                  PREVIEW, A::Export, "write the bundle", "export"),
    bind(&["s"],                  PREVIEW, A::ToggleStrict, "the strict profile, or the standard one", "strict"),
    bind(&["+"],                  PREVIEW, A::AddLiteral, "mask one more value; on a suspicious text, that one", "mask"),
    bind(&["tab"],                PREVIEW, A::FocusNext, "to the other side", "side"),
    bind(&["left", "h"],          PREVIEW, A::Fold, "fold, or back to the list", ""),
    bind(&["right", "l"],         PREVIEW, A::Unfold, "unfold, or to the contents", ""),
    bind(&["space"],              PREVIEW, A::ToggleFold, "fold or unfold", ""),
    bind(&["enter"],              PREVIEW, A::Open, "open the file, event or place", "open"),
    bind(&["1"],                  PREVIEW, A::BundleFiles, "the files of the bundle", ""),
    bind(&["2"],                  PREVIEW, A::Findings, "what was masked", ""),
    bind(&["3"],                  PREVIEW, A::Uncovered, "what the rules do not vouch for", ""),
    bind(&["}"],                  PREVIEW, A::NextTab, "the next list", ""),
    bind(&["{"],                  PREVIEW, A::PreviousTab, "the list before", ""),
    bind(&["b"],                  PREVIEW, A::ToggleBefore, "what stood there before, and back", "before"),
    bind(&["n"],                  PREVIEW, A::NextMatch, "to the next masked place, or match of a search", "next"),
    bind(&["N"],                  PREVIEW, A::PreviousMatch, "to the masked place before, or match of a search", ""),
    bind(&["/"],                  PREVIEW, A::Find, "look for a text in all files", "find"),
    bind(&["v"],                  PREVIEW, A::NextView, "the value formatted, or raw as in the file", "view"),
    bind(&["z"],                  PREVIEW, A::Zoom, "all the room for the value, and back", "zoom"),
    bind(&["a"],                  PREVIEW, A::GroupFindings, "group the findings by rule, file, entry or value", "group"),
    bind(&["&"],                  PREVIEW, A::AddShape, "mask whatever a regular expression finds", ""),
    bind(&["minus"],              PREVIEW, A::DropLiteral, "take back what was added last", ""),
    bind(&["#"],                  PREVIEW, A::ToggleNumbered, "numbered masks, equal values alike", "number"),
    bind(&["o"],                  PREVIEW, A::ShowEntry, "to the transcript entry of this place", "entry"),
    bind(&["w"],                  PREVIEW, A::NextWorkspace, "the next workspace to write to", ""),
    bind(&["K"],                  PREVIEW, A::DetailUp, "scroll the value up", ""),
    bind(&["J"],                  PREVIEW, A::DetailDown, "scroll the value down", ""),
    bind(&["y"],                  PREVIEW, A::Copy, "copy the value as the bundle shows it", ""),
    bind(&["Y"],                  PREVIEW, A::CopyName, "copy the digest of the file, or the place", ""),

    bind(&["tab"],                &[Panes], A::FocusNext, "the next pane", "pane"),
    bind(&["shift-tab"],          &[Panes], A::FocusPrevious, "the pane before", ""),
    bind(&["1"],                  &[Panes], A::ShowTranscript, "the transcript", ""),
    bind(&["2"],                  &[Panes], A::ShowTimeline, "the timeline", ""),
    bind(&["3"],                  &[Panes], A::ShowTools, "the tool calls", ""),
    bind(&["4"],                  &[Panes], A::ShowRuns, "the runs and their prompts", ""),
    bind(&["5"],                  &[Panes], A::ShowDiagnostics, "everything skipped or odd", ""),
    bind(&["6"],                  &[Panes], A::ShowLearning, "what the learning layer has recorded", ""),
    bind(&["T"],                  &[Panes], A::LearningOfSession, "the session's runs and arms in the learning tab", ""),
    bind(&["}"],                  &[Panes], A::NextTab, "the tab to the right", ""),
    bind(&["{"],                  &[Panes], A::PreviousTab, "the tab to the left", ""),
    bind(&["z"],                  &[Panes], A::Zoom, "the whole screen for this pane, and back", ""),
    bind(&["<"],                  &[Panes], A::Narrower, "make this side pane narrower", ""),
    bind(&[">"],                  &[Panes], A::Wider, "make this side pane wider", ""),
    bind(&["B"],                  &[Panes], A::ToggleSessions, "show or hide the sessions", ""),
    bind(&["D"],                  &[Panes], A::ToggleDetail, "show or hide the detail", ""),

    bind(&[":"],                  &[Panes, Viewer, Preview], A::Palette, "all commands", "commands"),
    bind(&["?", "f1"],            &[Panes, Viewer, Preview], A::Help, "all keys", "help"),
    bind(&["i"],                  &[Panes], A::Location, "which state is read, and why", ""),
    bind(&["R", "f5"],            &[Panes, Preview], A::Reload, "read the state anew; in a preview, plan anew", ""),
    bind(&["esc"],                &[Panes, Reader, Viewer, Palette, Preview], A::Back, "close, cancel, step out", "back"),
    bind(&["ctrl-z"],             &[Panes, Reader, Viewer, Palette, Preview], A::Suspend, "stop the program, back to the shell", ""),
    bind(&["q"],                  &[Reader, Viewer, Preview], A::Back, "close", "close"),
    bind(&["q"],                  &[Panes], A::Quit, "leave the program", "quit"),
    bind(&["ctrl-c"],             &[Panes, Reader, Viewer, Palette, Preview], A::Quit, "leave the program", ""),
];

/// A line of the key table with its keys read, the user's own keys in place.
#[derive(Debug, Clone)]
pub struct Bound {
    /// The keys, the one to show first.
    pub keys: Vec<Key>,
    /// The line of the table.
    pub binding: &'static Binding,
}

/// All keys as they are in force.
#[derive(Debug, Clone)]
pub struct Keymap {
    bound: Vec<Bound>,
}

/// A key of the settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No action has this name.
    #[error("keys: no action is called {0:?}; `clawscope keys` prints the names")]
    UnknownAction(String),
    /// The text names no key.
    #[error("keys: {action}: {key:?} is no key; write it like \"x\", \"ctrl-x\", \"f5\", \"pgdn\"")]
    UnknownKey {
        /// The action.
        action: String,
        /// What stands there.
        key: String,
    },
}

impl Default for Keymap {
    fn default() -> Self {
        let read = |binding: &'static Binding| Bound {
            keys: binding.keys.iter().filter_map(|key| Key::parse(key)).collect(),
            binding,
        };
        Self { bound: KEYS.iter().map(read).collect() }
    }
}

impl Keymap {
    /// The key table with other keys for some actions.
    ///
    /// The given keys (separated by blanks) take the place of the action's own; another action that
    /// had one of them where both work loses it.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for the first pair that cannot be used.
    pub fn with_overrides<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, KeyError> {
        let mut keymap = Self::default();
        for (name, text) in pairs {
            let action = A::named(name).ok_or_else(|| KeyError::UnknownAction(name.to_owned()))?;
            let unknown = |key: &str| KeyError::UnknownKey { action: name.into(), key: key.into() };
            let keys = (text.split_whitespace())
                .map(|key| Key::parse(key).ok_or_else(|| unknown(key)))
                .collect::<Result<Vec<_>, _>>()?;
            keymap.rebind(action, &keys);
        }
        Ok(keymap)
    }

    fn rebind(&mut self, action: A, keys: &[Key]) {
        let places: Vec<Context> = (self.bound.iter())
            .filter(|bound| bound.binding.action == action)
            .flat_map(|bound| bound.binding.contexts.iter().copied())
            .collect();
        for bound in &mut self.bound {
            if bound.binding.action == action {
                bound.keys = keys.to_vec();
            } else if bound.binding.contexts.iter().any(|place| places.contains(place)) {
                bound.keys.retain(|key| !keys.contains(key));
            }
        }
    }

    /// What a key does in a context; the context's own keys win over those of every pane.
    pub fn action(&self, context: Context, key: Key) -> Option<A> {
        context.outwards().find_map(|place| self.find(place, key))
    }

    fn find(&self, context: Context, key: Key) -> Option<A> {
        let mut bound = self.bound.iter();
        let found = bound
            .find(|bound| bound.binding.contexts.contains(&context) && bound.keys.contains(&key));
        found.map(|bound| bound.binding.action)
    }

    /// All bindings in the order of the table.
    pub fn bindings(&self) -> &[Bound] {
        &self.bound
    }

    /// The bindings that work in a context, its own first.
    pub fn in_context(&self, context: Context) -> impl Iterator<Item = &Bound> {
        // A view of a tab and its tab are one place, whose keys stand in the order of the table;
        // those of every pane follow.
        let follows = move |bound: &Bound| {
            let contexts = bound.binding.contexts;
            let place = context.outwards().find(|place| contexts.contains(place))?;
            Some(place == Context::Panes && context != Context::Panes)
        };
        let of = move |last| self.bound.iter().filter(move |bound| follows(bound) == Some(last));
        of(false).chain(of(true)).filter(move |bound| {
            // A key of every pane is hidden where the context gives it another meaning.
            bound
                .keys
                .first()
                .is_some_and(|key| self.action(context, *key) == Some(bound.binding.action))
        })
    }

    /// The key to show for an action in a context.
    pub fn key_for(&self, context: Context, action: A) -> Option<Key> {
        let bound = self.in_context(context).find(|bound| bound.binding.action == action)?;
        bound.keys.first().copied()
    }
}
