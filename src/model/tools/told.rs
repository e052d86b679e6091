//! The calls that a transcript tells of: a result answers the nearest earlier call with its id on
//! its own branch that is still open.

use std::cell::OnceCell;

use super::lineage::Lineage;
use super::pair::LOOK_BACK;
use crate::model::ids::{EntryIx, EventIx, IdIx};
use crate::model::transcript::{CallBlock, ResultRow, Tables, Transcript};

/// A call as the transcript tells it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    pub(super) asked: Option<CallBlock>,
    pub(super) answered: Option<ResultRow>,
    /// Several branches answered the same call; this is one of the answers.
    pub(super) one_of_many: bool,
    /// Not the first of these answers.
    pub(super) again: bool,
    /// The record before this one with the same id.
    before: Option<usize>,
    /// What the runtime events hold of the same call.
    pub(super) recorded: Option<(Option<EventIx>, Option<EventIx>)>,
}

impl Told {
    /// The id of the call.
    pub(super) fn id(&self) -> Option<IdIx> {
        self.asked.map_or_else(|| self.answered?.call_id, |asked| asked.id)
    }
}

/// The calls of a transcript, in row order, results without a call among them.
pub(super) fn in_transcript(transcript: &Transcript) -> Vec<Told> {
    let tree = &transcript.tree;
    pair_rows(&transcript.tables, |entry| tree.parent(entry))
}

pub(super) fn pair_rows(tables: &Tables, parent: impl Fn(EntryIx) -> Option<EntryIx>) -> Vec<Told> {
    let mut pairing = Pairing {
        told: Vec::with_capacity(tables.calls.len()),
        latest: vec![None; tables.ids.len()],
        lineage: OnceCell::new(),
        new_lineage: || Lineage::new(tables.entries.len(), &parent),
    };
    let mut calls = tables.calls.iter().peekable();
    for result in &tables.results {
        while let Some(call) = calls.next_if(|call| call.entry < result.entry) {
            pairing.ask(*call);
        }
        pairing.answer(*result);
    }
    calls.for_each(|call| pairing.ask(*call));
    pairing.rescue_lone_results();
    pairing.told
}

struct Pairing<F> {
    told: Vec<Told>,
    /// The last record of every id.
    latest: Vec<Option<usize>>,
    /// Built when an id occurs twice.
    lineage: OnceCell<Lineage>,
    new_lineage: F,
}

impl<F: Fn() -> Lineage> Pairing<F> {
    fn add(&mut self, told: Told) {
        let place = told.id().and_then(|id| self.latest.get_mut(id.index()));
        let before = place.and_then(|latest| latest.replace(self.told.len()));
        self.told.push(Told { before, ..told });
    }

    fn ask(&mut self, call: CallBlock) {
        self.add(Told { asked: Some(call), ..Told::default() });
    }

    fn answer(&mut self, result: ResultRow) {
        let found = self.find(&result).and_then(|at| self.told.get_mut(at));
        let answered = Some(result);
        match found {
            None => self.add(Told { answered, ..Told::default() }),
            Some(call) if call.answered.is_none() => call.answered = answered,
            Some(call) => {
                call.one_of_many = true;
                let asked = call.asked;
                let (one_of_many, again) = (true, true);
                self.add(Told { asked, answered, one_of_many, again, ..Told::default() });
            }
        }
    }

    /// The nearest call above a result that no other result on the path between has answered.
    fn find(&self, result: &ResultRow) -> Option<usize> {
        let latest = self.latest.get(result.call_id?.index()).copied().flatten()?;
        let only = self.told.get(latest)?;
        if only.before.is_none() && only.asked.is_some() && only.answered.is_none() {
            return Some(latest);
        }
        let lineage = self.lineage.get_or_init(&self.new_lineage);
        let is_above = |entry| lineage.is_above(entry, result.entry);
        let mut closed = None;
        std::iter::successors(Some(latest), |at| self.told.get(*at)?.before)
            .take(LOOK_BACK)
            .filter_map(|at| Some((at, self.told.get(at)?)))
            .find(|(_, told)| {
                let Some(asked) = told.asked.filter(|asked| is_above(asked.entry)) else {
                    return false;
                };
                let block = Some((asked.entry, asked.block));
                if told.answered.is_some_and(|answer| is_above(answer.entry)) {
                    closed = block;
                }
                closed != block
            })
            .map(|(at, _)| at)
    }

    /// Pairs a result that stands before its call, as rows in an odd order do, where nothing else
    /// has the same id.
    fn rescue_lone_results(&mut self) {
        let mut rescued = Vec::new();
        for at in 0..self.told.len() {
            let Some(lone) = self.told.get(at).copied() else {
                continue;
            };
            if lone.asked.is_some() || lone.before.is_some() {
                continue;
            }
            let latest = lone.id().and_then(|id| *self.latest.get(id.index())?);
            let call = latest.and_then(|latest| self.told.get_mut(latest));
            if let Some(call) =
                call.filter(|call| call.before == Some(at) && call.answered.is_none())
            {
                call.answered = lone.answered;
                rescued.push(at);
            }
        }
        let mut at = 0;
        self.told.retain(|_| {
            at += 1;
            rescued.binary_search(&(at - 1)).is_err()
        });
    }
}
