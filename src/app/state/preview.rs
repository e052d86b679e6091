//! The preview of a bundle: the plan, where the eye is in it, and what the next plan will be.
//!
//! ```text
//!  Preview ─┬─ asked ──── profile, literals, workspace: what the plan is made with
//!           ├─ planned ── the plan with its review and its marks (None before the first)
//!           ├─ lists ──── files, findings, uncovered: one of them at the left
//!           └─ contents ─ what the selection of the list leads to, at the right
//! ```
//!
//! What stood there before redaction is here only while it is asked for.

pub mod findings;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::app::input::Input;
use crate::app::json::JsonTree;
use crate::export::Original;
use crate::js::value::Value;
use crate::model::bundle::{BundlePlan, PlannedFile};
use crate::model::finding::{Finding, Layer};
use crate::model::review::{Contents as FileContents, Review};
use crate::ops::plan::PlanRequest;

use super::bodies::Body;
use super::list::{ListState, Scroll};
use findings::FindingsPane;

/// The preview of a bundle.
#[derive(Debug)]
pub struct Preview {
    /// What to call the session, sanitised when drawn.
    pub title: String,
    /// How the next plan is made; its instant is set when it is made.
    pub asked: PlanRequest,
    /// The workspaces that can be chosen.
    pub workspaces: Vec<PathBuf>,
    /// A plan is being made.
    pub planning: bool,
    /// Why there is no plan, or no newer one.
    pub failed: Option<String>,
    /// What has changed since the review, to be looked at before writing.
    pub news: Option<String>,
    /// The plan that is shown.
    pub planned: Option<Planned>,
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

/// A plan with what the preview needs to show it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan.
    pub plan: Arc<BundlePlan>,
    /// Its review.
    pub review: Arc<Review>,
    /// How it was made, with its instant.
    pub request: PlanRequest,
    marks: Arc<Marks>,
    bodies: Vec<Option<Arc<Body>>>,
}

/// Findings by document and pointer.
type Marks = FxHashMap<Document, BTreeMap<Arc<str>, Vec<usize>>>;

/// A document: the position of a file in the plan, and the number of an event in it.
pub type Document = (usize, Option<u64>);

impl Planned {
    /// Prepares a plan to be shown.
    pub fn new(plan: Arc<BundlePlan>, review: Arc<Review>, request: PlanRequest) -> Self {
        let mut marks = Marks::default();
        for (at, finding) in plan.findings.iter().enumerate() {
            if let Some(document) = document(&plan, finding) {
                let places = marks.entry(document).or_default();
                places.entry(Arc::clone(&finding.pointer)).or_default().push(at);
            }
        }
        let bodies = review.files.iter().zip(&plan.files).map(|(contents, file)| match contents {
            FileContents::Json(value) => Some(body((**value).clone(), file.bytes.len())),
            FileContents::Events(_) | FileContents::Lines(_) => None,
        });
        Self { bodies: bodies.collect(), plan, review, request, marks: Arc::new(marks) }
    }

    /// The findings of the value at a pointer.
    pub fn findings_at(&self, document: Document, pointer: &str) -> impl Iterator<Item = &Finding> {
        let places = self.marks.get(&document).and_then(|places| places.get(pointer));
        places.into_iter().flatten().filter_map(|at| self.plan.findings.get(*at))
    }

    /// How many places are masked in a value, those in its members included.
    pub fn masked_below(&self, document: Document, pointer: &str) -> usize {
        let Some(places) = self.marks.get(&document) else { return 0 };
        let own = places.get(pointer).map_or(0, Vec::len);
        // '0' is the character after '/', so this is everything that begins with "<pointer>/".
        let below: (Arc<str>, Arc<str>) =
            (format!("{pointer}/").into(), format!("{pointer}0").into());
        own + places.range(below.0..below.1).map(|(_, found)| found.len()).sum::<usize>()
    }

    /// How many places are masked in a document.
    pub fn masked_in(&self, document: Document) -> usize {
        let places = self.marks.get(&document);
        places.map_or(0, |places| places.values().map(Vec::len).sum())
    }

    /// The document of a finding.
    pub fn document(&self, finding: &Finding) -> Option<Document> {
        document(&self.plan, finding)
    }

    /// The events of the bundle, and how many a bundle may have.
    pub fn events(&self) -> (u64, u64) {
        (self.plan.counts.total(), crate::export::limits::MAX_EVENTS)
    }

    /// A file by its position.
    pub fn file(&self, at: usize) -> Option<&PlannedFile> {
        self.plan.files.get(at)
    }

    /// The tree of a file that is one value, or of an event by its number.
    pub fn body(&self, (file, seq): Document) -> Option<Arc<Body>> {
        let Some(seq) = seq else { return self.bodies.get(file)?.clone() };
        let FileContents::Events(lines) = self.review.files.get(file)? else { return None };
        let line = lines.iter().find(|line| line.seq == seq)?;
        let bytes = self.file(file)?.bytes.get(line.span.clone())?;
        let value = crate::js::parse::parse(bytes).ok()?;
        Some(body(value, bytes.len()))
    }
}

fn document(plan: &BundlePlan, finding: &Finding) -> Option<Document> {
    let name = finding.file.as_deref()?;
    let file = plan.files.iter().position(|file| file.name == name)?;
    Some((file, finding.event_seq))
}

/// A value as the body that a tree shows.
pub fn body(value: Value, len: usize) -> Arc<Body> {
    Arc::new(Body { value, raw: Box::default(), len: len as u64, cut: false })
}

/// Bytes of a string at which a mark stands: none for a finding about the name of a member.
pub fn marked(finding: &Finding) -> Option<std::ops::Range<usize>> {
    (finding.layer != Layer::Keys).then(|| finding.shown.clone())
}

/// What the preview shows at the right.
#[derive(Debug, Default)]
pub struct Contents {
    /// The document.
    pub document: Document,
    /// The value of the document, unless it is a list of events or of lines.
    pub tree: Option<JsonTree>,
    /// The same as it was before redaction.
    pub before: Option<JsonTree>,
    /// The list of events, or of lines.
    pub list: ListState,
    /// The selected value in full.
    pub value: Scroll,
    /// The finding that was gone to last, by its position in the plan.
    pub masked: Option<usize>,
    /// The value is scrolled to its first masked place with the next frame.
    pub seek: bool,
}

/// What stood there before redaction. Held only while it is shown, and never copied.
#[derive(Debug, Default)]
pub enum Before {
    /// Nobody asks.
    #[default]
    Hidden,
    /// It is being read.
    Coming,
    /// Here it is, by file.
    Shown(Vec<(&'static str, Original)>),
    /// It cannot be read.
    Failed(String),
}

impl Before {
    /// The document as it was.
    pub fn document(&self, name: &str, seq: Option<u64>) -> Option<&Original> {
        let Self::Shown(files) = self else { return None };
        let (_, original) = files.iter().find(|(file, _)| *file == name)?;
        (seq.is_none() || matches!(original, Original::Events(_))).then_some(original)
    }

    /// A plain text as it was.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.document(name, None)? {
            Original::Text(text) => Some(text),
            Original::Json(_) | Original::Events(_) => None,
        }
    }

    /// Whether it is asked for.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Hidden)
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

    /// Whether the plan that is shown was made as asked and nothing is in the way of writing it.
    pub fn is_ready(&self) -> bool {
        self.planned.is_some() && !self.planning && self.failed.is_none()
    }
}

/// The writing of a bundle.
#[derive(Debug, Clone)]
pub struct Export {
    /// The name of the directory.
    pub name: Input,
    /// The directory relative to the workspace, or why the name cannot be used; `None` while it
    /// is being checked.
    pub target: Option<Result<String, String>>,
    /// How far the writing has come.
    pub stage: Stage,
}

/// How far the writing of a bundle has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The name is being typed.
    Naming,
    /// The session is compared with its review, then the files are written.
    Writing,
    /// The bundle is there: its path.
    Written(String),
    /// Nothing was written: why.
    Failed(String),
}
