//! The writing of a bundle: its name, whether it may go there, and how far the writing has come.

use std::path::PathBuf;

use super::Working;
use crate::app::input::Input;

/// The writing of a bundle.
#[derive(Debug, Clone)]
pub struct Export {
    /// The name of the directory.
    pub name: Input,
    /// The directory relative to the workspace, or why the name cannot be used; `None` while it
    /// is being checked.
    pub target: Option<Result<String, String>>,
    /// What was typed is no name but the path of this folder, which Enter makes the workspace.
    pub folder: Option<PathBuf>,
    /// What there is to say about the key that was pressed last.
    pub said: Option<String>,
    /// How far the writing has come.
    pub stage: Stage,
}

impl Export {
    /// The dialogue as it opens.
    pub fn new() -> Self {
        let name = Input::default();
        Self { name, target: None, folder: None, said: None, stage: Stage::Naming }
    }
}

impl Default for Export {
    fn default() -> Self {
        Self::new()
    }
}

/// How far the writing of a bundle has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The name is being typed.
    Naming,
    /// The session is compared with its review, then the files are written.
    Writing {
        /// The number of the request, which its answer carries.
        request: u64,
        /// How far it is.
        working: Working,
        /// Esc was pressed: it stops where it still can.
        stopping: bool,
    },
    /// The bundle is there: its path.
    Written(String),
    /// Nothing was written: why.
    Failed(String),
}
