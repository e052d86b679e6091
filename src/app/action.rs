//! Everything that a person can make the program do, each under a name that settings can use.

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Something that a key, a palette entry or a click makes the program do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)*
        }

        impl Action {
            /// All actions.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name that the settings use, for example `next-error`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

actions! {
    /// Leave the program.
    Quit = "quit",
    /// Close what is on top: a layer, a search, a running job, a filter; then step out of a pane.
    Back = "back",
    /// Show all keys.
    Help = "help",
    /// Show all commands.
    Palette = "commands",
    /// Show which state is read and why.
    Location = "location",
    /// Read the state anew.
    Reload = "reload",
    /// Stop the program and give the shell back.
    Suspend = "suspend",

    /// Put the keyboard into the next pane.
    FocusNext = "focus-next",
    /// Put the keyboard into the pane before.
    FocusPrevious = "focus-previous",
    /// Show the transcript.
    ShowTranscript = "show-transcript",
    /// Show the timeline.
    ShowTimeline = "show-timeline",
    /// Show the tool calls.
    ShowTools = "show-tools",
    /// Show the runs.
    ShowRuns = "show-runs",
    /// Show the diagnostics.
    ShowDiagnostics = "show-diagnostics",
    /// Show what the learning layer has recorded.
    ShowLearning = "show-learning",
    /// Show the learning layer's runs of the session.
    LearningOfSession = "learning-of-session",
    /// Show the tab to the right.
    NextTab = "next-tab",
    /// Show the tab to the left.
    PreviousTab = "previous-tab",
    /// Give the whole screen to the pane with the keyboard, or take it back.
    Zoom = "zoom",
    /// Show or hide the sessions pane.
    ToggleSessions = "toggle-sessions",
    /// Show or hide the detail pane.
    ToggleDetail = "toggle-detail",
    /// Make the pane with the keyboard wider.
    Wider = "wider",
    /// Make the pane with the keyboard narrower.
    Narrower = "narrower",

    /// One row up.
    Up = "up",
    /// One row down.
    Down = "down",
    /// Half a page up.
    HalfPageUp = "half-page-up",
    /// Half a page down.
    HalfPageDown = "half-page-down",
    /// One page up.
    PageUp = "page-up",
    /// One page down.
    PageDown = "page-down",
    /// To the first row.
    First = "first",
    /// To the last row.
    Last = "last",
    /// Fold, or step out.
    Fold = "fold",
    /// Unfold, or step in.
    Unfold = "unfold",
    /// Fold or unfold.
    ToggleFold = "toggle-fold",
    /// Open what is selected.
    Open = "open",
    /// Scroll the detail pane up from another pane.
    DetailUp = "detail-up",
    /// Scroll the detail pane down from another pane.
    DetailDown = "detail-down",

    /// To the parent of the entry.
    Parent = "parent",
    /// To the child in which the walk goes on.
    Child = "child",
    /// To the sibling branch before.
    PreviousSibling = "previous-sibling",
    /// To the next sibling branch.
    NextSibling = "next-sibling",
    /// To the fork above.
    Fork = "fork",
    /// To the leaf of the active branch.
    Leaf = "leaf",
    /// To the next error.
    NextError = "next-error",
    /// To the error before.
    PreviousError = "previous-error",
    /// To the longest gap of the timeline.
    LongestGap = "longest-gap",

    /// Look for a text.
    Find = "find",
    /// To the next match.
    NextMatch = "next-match",
    /// To the match before.
    PreviousMatch = "previous-match",
    /// Narrow the sessions by a few letters.
    FilterSessions = "filter-sessions",
    /// The next filter of the pane.
    NextFilter = "next-filter",
    /// The next source of the timeline.
    NextSource = "next-source",
    /// The next sort order of the pane.
    NextSort = "next-sort",
    /// Turn the sort order round.
    ReverseSort = "reverse-sort",
    /// Show or hide scheduled sessions.
    ToggleCron = "toggle-cron",
    /// Show or hide subagent sessions.
    ToggleSubagents = "toggle-subagents",
    /// Show or hide heartbeat sessions.
    ToggleHeartbeats = "toggle-heartbeats",
    /// Show or hide archived sessions.
    ToggleArchived = "toggle-archived",
    /// Group the tool calls by tool.
    GroupTools = "group-tools",
    /// Show the arms of the learning layer.
    LearningArms = "learning-arms",
    /// Show the runs of the learning layer.
    LearningRuns = "learning-runs",
    /// Show the map of arms by runs.
    LearningMap = "learning-map",
    /// Show the charts of the learning layer.
    LearningCharts = "learning-charts",
    /// Numbers in the place of bars and plots.
    ToggleNumbers = "toggle-numbers",
    /// Narrow the list of the learning tab by a few letters.
    FilterLearning = "filter-learning",
    /// The next confidence that arms must have.
    NextConfidence = "next-confidence",
    /// Only arms that selection puts first, or all again.
    OnlySeeds = "only-seeds",
    /// Only arms with fewer pulls than selection asks for, or all again.
    OnlyUnderexplored = "only-underexplored",
    /// Only baseline runs, or all again.
    OnlyBaseline = "only-baseline",
    /// Only aborted runs, or all again.
    OnlyAborted = "only-aborted",
    /// Only failed runs, or all again.
    OnlyFailed = "only-failed",
    /// Only what is like the selected row, in the next respect.
    OnlyAlike = "only-alike",
    /// Only runs of the selected one's session, or all again.
    SameSession = "same-session",
    /// Only runs of the selected one's model, or all again.
    SameModel = "same-model",
    /// Only runs of the selected one's provider, or all again.
    SameProvider = "same-provider",
    /// Only runs of the selected one's channel, or all again.
    SameChannel = "same-channel",
    /// Times as ages or as clock times.
    ToggleTimes = "toggle-times",

    /// The next way to show the detail: formatted, JSON tree, raw.
    NextView = "next-view",
    /// The next record of the detail: call, result, their runtime events.
    NextPart = "next-part",
    /// Show the record in full, on the whole screen.
    View = "view",
    /// Show the record in `$PAGER`.
    Pager = "pager",
    /// Show a copy of the record in `$EDITOR`.
    Editor = "editor",
    /// Copy what is selected.
    Copy = "copy",
    /// Copy the id, key or JSON path of what is selected.
    CopyName = "copy-name",

    /// Show what a bundle of the session would hold, masked places marked.
    Preview = "preview",
    /// Show the files of the bundle.
    BundleFiles = "bundle-files",
    /// Show what was masked.
    Findings = "findings",
    /// Show what the rules do not vouch for.
    Uncovered = "uncovered",
    /// Group the findings another way.
    GroupFindings = "group-findings",
    /// Show what stood there before, or hide it again.
    ToggleBefore = "toggle-before",
    /// Mask by the strict profile or the standard one.
    ToggleStrict = "toggle-strict",
    /// Number the masks, equal values alike, or not.
    ToggleNumbered = "toggle-numbered",
    /// Mask one more value in this bundle.
    AddLiteral = "add-literal",
    /// Mask whatever a regular expression finds, in this bundle.
    AddShape = "add-pattern",
    /// Take back what was added last.
    DropLiteral = "drop-literal",
    /// The next workspace that the bundle can go to.
    NextWorkspace = "next-workspace",
    /// To the transcript entry of a place in the bundle.
    ShowEntry = "show-entry",
    /// Write the bundle.
    Export = "export",
}

impl Action {
    /// Finds an action by the name that the settings use.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}
