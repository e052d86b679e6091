//! The preview of a bundle: the plan, where the eye is in it, and what the next plan will be.
//!
//! ```text
//!  Preview ─┬─ asked ──── profile, literals, rules, workspace: what the plan is made with
//!           ├─ planned ── the plan with its review and its marks (None before the first)
//!           ├─ lists ──── files, findings, uncovered: one of them at the left
//!           ├─ contents ─ what the selection of the list leads to, at the right
//!           └─ find ───── a text that is looked for in all files
//! ```
//!
//! What stood there before redaction is here only while it is asked for.

pub mod asked;
pub mod before;
pub mod contents;
pub mod export;
pub mod find;
pub mod findings;
mod places;
pub mod planned;

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::bundle::Planning;
use crate::model::review::Contents as FileContents;
use crate::ops::plan::PlanRequest;
use crate::ops::stamp::Stamp;

use super::list::ListState;
use asked::{Added, RuleSources, Sharing};
pub use before::Before;
pub use contents::{Contents, Eye, Reading};
pub use export::{Export, Stage};
use find::BundleFind;
use findings::FindingsPane;
pub use planned::{Document, Planned};

/// The preview of a bundle.
#[derive(Debug)]
pub struct Preview {
    /// What to call the session, masked; sanitised when drawn.
    pub title: String,
    /// How the next plan is made; its instant is set when it is made.
    pub asked: PlanRequest,
    /// The workspaces that can be chosen.
    pub workspaces: Vec<PathBuf>,
    /// The part of it that was given at the start.
    pub given: Sharing,
    /// What was added to be masked in this bundle only, in order.
    pub added: Vec<Added>,
    /// The same as the plan that is shown was made with it.
    pub accepted: Vec<Added>,
    /// A plan is being made: how far it is.
    pub planning: Option<Working>,
    /// That plan is made because the sources may have changed, not because somebody wants another.
    pub looks_again: bool,
    /// The state of the sources of the plan that is shown.
    pub stamp: Option<Stamp>,
    /// Why there is no plan, or no newer one.
    pub failed: Option<String>,
    /// What has changed since the review, to be looked at before writing.
    pub news: Option<String>,
    /// Where the plan that is shown was written last.
    pub written: Option<String>,
    /// The plan that is shown.
    pub planned: Option<Arc<Planned>>,
    /// The list at the left.
    pub view: View,
    /// The contents at the right have the keyboard.
    pub inside: bool,
    /// The files.
    pub files: ListState,
    /// What was masked.
    pub findings: FindingsPane,
    /// What the rules do not vouch for, then the shares of messages.
    pub uncovered: ListState,
    /// What the selection leads to.
    pub contents: Contents,
    /// What stood there before redaction.
    pub before: Before,
    /// The search over all files.
    pub find: Option<BundleFind>,
    /// The preview was left for an entry of the transcript, from which the same key leads back.
    pub away: bool,
}

/// How far a piece of work in the background is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Working {
    /// How long it has taken, in ms.
    pub elapsed: u64,
    /// The step, once there is one.
    pub step: Option<Planning>,
}

/// The lists of the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// The files of the bundle.
    Files,
    /// What was masked.
    Findings,
    /// What the rules do not vouch for.
    Uncovered,
}

impl View {
    /// All lists from left to right.
    pub const ALL: [Self; 3] = [Self::Files, Self::Findings, Self::Uncovered];

    /// The list so many places to the right, round the ends.
    pub fn beside(self, places: isize) -> Self {
        let at = Self::ALL.iter().position(|view| *view == self).unwrap_or(0) as isize;
        let at = (at + places).rem_euclid(Self::ALL.len() as isize) as usize;
        Self::ALL.get(at).copied().unwrap_or(self)
    }
}

impl Preview {
    /// The rows of the list at the left.
    pub fn list(&mut self) -> &mut ListState {
        match self.view {
            View::Files => &mut self.files,
            View::Findings => &mut self.findings.list,
            View::Uncovered => &mut self.uncovered,
        }
    }

    /// How many rows the list at the left has.
    pub fn len(&self) -> usize {
        let Some(planned) = &self.planned else { return 0 };
        match self.view {
            View::Files => planned.plan.files.len(),
            View::Findings => self.findings.rows.len(),
            View::Uncovered => planned.review.uncovered.len() + planned.review.shares.len(),
        }
    }

    /// Whether the list at the left has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows the contents have.
    pub fn contents_len(&self) -> usize {
        if let Some(tree) = &self.contents.tree {
            return tree.rows.len();
        }
        let file = self.planned.as_ref().and_then(|p| p.review.files.get(self.contents.document.0));
        match file {
            Some(FileContents::Events(lines)) => lines.len(),
            Some(FileContents::Lines(lines)) => lines.len(),
            Some(FileContents::Json(_)) | None => 0,
        }
    }

    /// Takes what was added into the request of the next plan.
    pub fn ask(&mut self) {
        let added = self.added.iter().filter_map(|added| match added {
            Added::Literal(value) => Some(value.clone()),
            Added::Shape(_) => None,
        });
        let given = self.given.redaction.literals.iter().cloned();
        self.asked.redaction.literals = given.chain(added).collect();
    }

    /// Where the rules of the next plan come from.
    pub fn rule_sources(&self) -> RuleSources {
        let shapes = self.added.iter().filter_map(|added| match added {
            Added::Shape(shape) => Some(shape.clone()),
            Added::Literal(_) => None,
        });
        RuleSources { files: self.given.rule_files.clone(), shapes: shapes.collect() }
    }

    /// Whether the plan that is shown was made as asked and nothing is in the way of writing it.
    pub fn is_ready(&self) -> bool {
        self.planned.is_some() && self.planning.is_none() && self.failed.is_none()
    }
}
