//! Everything that is computed from an open session, without bodies: built on a worker, shared.

use std::sync::Arc;

use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{CallIx, EntryIx, EventIx, RowSpan};
use crate::model::outline::{Folds, Outline, OutlineFilter};
use crate::model::runs::{self, Run};
use crate::model::runtime::RuntimeLog;
use crate::model::timeline::Timeline;
use crate::model::tools::{ToolCalls, ToolTotals};
use crate::model::transcript::Transcript;
use crate::store::runtime::RuntimeSource;

use super::bodies::BodyKey;

/// An open session, indexed. Never changes: a later snapshot takes the place of an earlier one.
#[derive(Debug)]
pub struct SessionIndex {
    /// The transcript, unless it cannot be read.
    pub transcript: Option<Arc<Transcript>>,
    /// Where the runtime events lie.
    pub runtime: RuntimeSource,
    /// The runtime events, once they are read.
    pub log: Option<Arc<RuntimeLog>>,
    /// Tool calls and their results.
    pub calls: ToolCalls,
    /// Totals by tool, most calls first.
    pub totals: Vec<ToolTotals>,
    /// Runs, in time order.
    pub runs: Vec<Run>,
    /// The transcript's rows with nothing filtered and nothing folded by hand.
    pub outline: Arc<Outline>,
    /// The merged timeline; empty until [`SessionIndex::complete`].
    pub timeline: Timeline,
    /// What went wrong beside the rows: a transcript or a sidecar that cannot be read.
    pub troubles: Vec<Diagnostic>,
    /// Both sources are read to the end.
    pub complete: bool,
}

impl SessionIndex {
    /// Indexes what has been read of the transcript so far.
    pub fn partial(transcript: Transcript, runtime: RuntimeSource) -> Self {
        let calls = ToolCalls::pair(Some(&transcript), None);
        Self {
            outline: outline(Some(&transcript), &calls),
            totals: calls.totals(),
            transcript: Some(Arc::new(transcript)),
            runtime,
            log: None,
            calls,
            runs: Vec::new(),
            timeline: Timeline::default(),
            troubles: Vec::new(),
            complete: false,
        }
    }

    /// Indexes both sources.
    pub fn whole(
        transcript: Option<Transcript>,
        runtime: RuntimeSource,
        log: Option<RuntimeLog>,
        troubles: Vec<Diagnostic>,
    ) -> Self {
        let calls = ToolCalls::pair(transcript.as_ref(), log.as_ref());
        let runs = log.as_ref().map(runs::group).unwrap_or_default();
        let timeline = Timeline::merge(transcript.as_ref(), log.as_ref(), &calls, &runs);
        Self {
            outline: outline(transcript.as_ref(), &calls),
            totals: calls.totals(),
            transcript: transcript.map(Arc::new),
            runtime,
            log: log.map(Arc::new),
            calls,
            runs,
            timeline,
            troubles,
            complete: true,
        }
    }

    /// Where the body of a record lies.
    pub fn span(&self, key: BodyKey) -> Option<RowSpan> {
        match key {
            BodyKey::Entry(entry) => Some(self.transcript.as_ref()?.tables.entry(entry)?.span),
            BodyKey::Event(event) => Some(self.log.as_ref()?.event(event)?.span),
        }
    }

    /// How many rows of the transcript were read.
    pub fn entries(&self) -> usize {
        self.transcript.as_ref().map_or(0, |transcript| transcript.tables.entries.len())
    }

    /// How many runtime events were read.
    pub fn events(&self) -> usize {
        self.log.as_ref().map_or(0, |log| log.events.len())
    }

    /// Tells whether this index begins with everything that an earlier one of the session holds,
    /// so that what numbers the earlier one's records numbers the same ones here.
    ///
    /// Sources are appended to, or else rewritten; the last record that both have tells which.
    pub fn continues(&self, earlier: &Self) -> bool {
        let last = earlier.entries().checked_sub(1).map(|at| BodyKey::Entry(EntryIx::from(at)));
        let event = earlier.events().checked_sub(1).map(|at| BodyKey::Event(EventIx::from(at)));
        let same = |key: BodyKey| self.span(key).is_some() && self.span(key) == earlier.span(key);
        last.into_iter().chain(event).all(same) && self.last_id_in(earlier)
    }

    /// Tells whether the last entry of an earlier index has the same id in this one.
    fn last_id_in(&self, earlier: &Self) -> bool {
        let id = |index: &Self| {
            let at = EntryIx::from(earlier.entries().checked_sub(1)?);
            let tables = &index.transcript.as_ref()?.tables;
            tables.entry(at)?.id.map(|id| tables.text(id).to_owned())
        };
        id(self) == id(earlier)
    }

    /// The records that a tool call is made of: call, result, and their runtime events.
    pub fn records_of(&self, call: CallIx) -> Vec<BodyKey> {
        let Some(call) = self.calls.call(call) else { return Vec::new() };
        let entry = |entry: Option<EntryIx>| entry.map(BodyKey::Entry);
        let event = |event: Option<EventIx>| event.map(BodyKey::Event);
        let asked = call.asked.map(|(entry, _)| entry);
        [entry(asked), entry(call.answered), event(call.asked_event), event(call.answered_event)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Everything skipped or odd: the sources', the transcript's, the runtime events'.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let transcript = self.transcript.iter().flat_map(|transcript| &transcript.diagnostics);
        let log = self.log.iter().flat_map(|log| &log.diagnostics);
        self.troubles.iter().chain(transcript).chain(log)
    }

    /// How many [`SessionIndex::diagnostics`] are.
    pub fn diagnostics_len(&self) -> usize {
        let transcript = self.transcript.as_ref().map_or(0, |one| one.diagnostics.len());
        self.troubles.len() + transcript + self.log.as_ref().map_or(0, |log| log.diagnostics.len())
    }
}

fn outline(transcript: Option<&Transcript>, calls: &ToolCalls) -> Arc<Outline> {
    let build =
        |transcript| Outline::build(transcript, calls, OutlineFilter::default(), &Folds::default());
    Arc::new(transcript.map(build).unwrap_or_default())
}
