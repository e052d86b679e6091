//! A plan as the preview shows it: its review, its values, and where in them something is masked.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::findings::Groups;
use super::places::Places;
use crate::app::state::bodies::Body;
use crate::js::value::Value;
use crate::model::bundle::{BundlePlan, MANIFEST, PlannedFile};
use crate::model::finding::{Finding, Layer};
use crate::model::review::{Contents as FileContents, EventLine, Review};
use crate::ops::plan::PlanRequest;
use crate::ops::rule_texts::RuleText;

/// A plan with what the preview needs to show it.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Arc<BundlePlan>,
    /// Its review.
    pub review: Arc<Review>,
    /// How it was made, with its instant.
    pub request: PlanRequest,
    /// What the rules say, by their ids.
    pub rules: Arc<BTreeMap<Arc<str>, RuleText>>,
    /// The findings in groups.
    pub groups: Groups,
    places: Places,
    masked: Vec<usize>,
    bodies: Vec<Option<Arc<Body>>>,
}

/// A document: the position of a file in the plan, and the number of an event in it.
pub type Document = (usize, Option<u64>);

impl Planned {
    /// Prepares a plan to be shown.
    pub fn new(
        plan: Arc<BundlePlan>,
        review: Arc<Review>,
        request: PlanRequest,
        rules: Arc<BTreeMap<Arc<str>, RuleText>>,
    ) -> Self {
        let place = |(at, finding): (usize, &Finding)| {
            Some((at, document(&plan, finding)?, Arc::clone(&finding.pointer)))
        };
        let found = plan.findings.iter().enumerate().filter_map(place);
        let places = Places::new(found, plan.files.iter().position(|file| file.name == MANIFEST));
        let groups = Groups::of(&plan);
        let bodies = review.files.iter().zip(&plan.files).map(|(contents, file)| match contents {
            FileContents::Json(value) => Some(body(Arc::clone(value), file.bytes.len())),
            FileContents::Events(_) | FileContents::Lines(_) => None,
        });
        let masked = plan.files.iter().map(|file| plan.findings_of(file.name).count()).collect();
        let bodies = bodies.collect();
        Self { plan, review, request, rules, groups, places, masked, bodies }
    }

    /// The findings of the value at a pointer, each with its position in the plan.
    pub fn findings_at(
        &self,
        document: Document,
        pointer: &str,
    ) -> impl Iterator<Item = (usize, &Finding)> {
        self.findings(self.places.at(document, pointer))
    }

    /// The findings of a document in the order of their pointers, each with its position in the
    /// plan.
    pub fn findings_in(
        &self,
        document: Document,
    ) -> impl Iterator<Item = (usize, &Finding)> + Clone {
        self.findings(self.places.inside(document))
    }

    fn findings<'a>(
        &'a self,
        at: &'a [usize],
    ) -> impl Iterator<Item = (usize, &'a Finding)> + Clone {
        at.iter().filter_map(|at| Some((*at, self.plan.findings.get(*at)?)))
    }

    /// How many places are masked in a value, those in its members included.
    pub fn masked_below(&self, document: Document, pointer: &str) -> usize {
        self.places.at(document, pointer).len() + self.places.below(document, pointer).len()
    }

    /// How many places are masked in a document; in a file of events, those of all events.
    pub fn masked_in(&self, document: Document) -> usize {
        if document.1.is_none() {
            return self.masked.get(document.0).copied().unwrap_or(0);
        }
        self.places.inside(document).len()
    }

    /// The last finding before a document in the order of the plan, as its position there.
    pub fn last_before(&self, document: Document) -> Option<usize> {
        self.places.last_before(document)
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

    /// What a rule is called; one without a title by its id.
    pub fn rule_title<'a>(&'a self, id: &'a str) -> &'a str {
        let title = self.rules.get(id).map(|rule| &*rule.title);
        title.filter(|title| !title.is_empty()).unwrap_or(id)
    }

    /// The line of an event, where the document is one.
    pub fn event_line(&self, (file, seq): Document) -> Option<&EventLine> {
        let FileContents::Events(lines) = self.review.files.get(file)? else { return None };
        let seq = seq?;
        let at = lines.partition_point(|line| line.seq < seq);
        lines.get(at).filter(|line| line.seq == seq)
    }

    /// The tree of a file that is one value, or of an event by its number.
    pub fn body(&self, (file, seq): Document) -> Option<Arc<Body>> {
        if seq.is_none() {
            return self.bodies.get(file)?.clone();
        }
        let line = self.event_line((file, seq))?;
        let bytes = self.file(file)?.bytes.get(line.span.clone())?;
        let value = crate::js::parse::parse(bytes).ok()?;
        Some(body(Arc::new(value), bytes.len()))
    }
}

fn document(plan: &BundlePlan, finding: &Finding) -> Option<Document> {
    let name = finding.file.as_deref()?;
    let file = plan.files.iter().position(|file| file.name == name)?;
    Some((file, finding.event_seq))
}

/// A value as the body that a tree shows.
fn body(value: Arc<Value>, len: usize) -> Arc<Body> {
    let (raw, images) = (Box::default(), Vec::new());
    Arc::new(Body { value, raw, len: len as u64, images, cut: false })
}

/// Bytes of a string at which a mark stands: none for a finding about the name of a member.
pub fn marked(finding: &Finding) -> Option<Range<usize>> {
    (finding.layer != Layer::Keys).then(|| finding.shown.clone())
}
