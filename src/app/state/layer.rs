//! What lies on top of the panes: the topmost layer gets a key first.

use crate::app::action::Action;
use crate::app::input::Input;
use crate::app::json::JsonTree;
use crate::model::diagnostic::Severity;

use super::bodies::BodyKey;
use super::list::{ListState, Scroll};
use super::preview::Export;

/// A layer on top of the panes.
#[derive(Debug, Clone)]
pub enum Layer {
    /// All keys, from the key table.
    Help(Scroll),
    /// All commands, to be picked by a few letters.
    Palette(Palette),
    /// One line of text to be typed at the bottom.
    Prompt(Prompt),
    /// Something that must be read.
    Message(Message),
    /// Which state is read, and why.
    Location(Scroll),
    /// A record on the whole screen.
    Viewer(Box<Viewer>),
    /// What a bundle would hold; the preview itself is kept when the layer is closed.
    Preview,
    /// The writing of a bundle, on top of its preview.
    Export(Box<Export>),
}

/// All commands, to be picked by a few letters.
#[derive(Debug, Clone)]
pub struct Palette {
    /// The letters.
    pub input: Input,
    /// The commands that fit, best first.
    pub items: Vec<PaletteItem>,
    /// Selection and scroll position in the items.
    pub list: ListState,
}

/// A command of the palette. Its keys and help text stand in the key table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteItem {
    /// The command.
    pub action: Action,
    /// What it does, in words.
    pub help: &'static str,
    /// Characters of the help text that fit the letters, ascending.
    pub matched: Vec<usize>,
}

/// One line of text to be typed at the bottom.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What the text is for.
    pub kind: PromptKind,
    /// The text.
    pub input: Input,
    /// What is wrong with the text that was entered, until it is changed.
    pub fault: Option<String>,
}

impl Prompt {
    /// A line to be typed for something.
    pub fn new(kind: PromptKind, input: Input) -> Self {
        Self { kind, input, fault: None }
    }
}

/// What a typed line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PromptKind {
    /// A text to look for in the main pane.
    Find,
    /// A text to look for in the JSON tree of the detail pane or the viewer.
    FindInTree,
    /// Letters that narrow the sessions while they are typed.
    Filter,
    /// Letters that narrow the list of the learning tab while they are typed.
    FilterLearning,
    /// A value to be masked in the bundle that is previewed.
    Literal,
    /// A regular expression: what it catches is masked in the bundle that is previewed.
    Shape,
    /// A text to look for in all files of the bundle that is previewed.
    FindInBundle,
}

/// Something that must be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A few words.
    pub title: String,
    /// The text, one paragraph an item.
    pub text: Vec<String>,
    /// How much it matters.
    pub severity: Severity,
}

/// A record on the whole screen.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// What it is, for the title.
    pub title: String,
    /// The record.
    pub record: BodyKey,
    /// The raw text is shown instead of the tree.
    pub raw: bool,
    /// The tree, once the body is here.
    pub tree: Option<JsonTree>,
    /// Scroll position of the raw text.
    pub scroll: Scroll,
}
