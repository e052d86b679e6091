//! The lists of the learning tab: which arms and runs are shown, in which order.

use std::ops::Range;

use super::data::{Arm, LearningData};
use crate::app::state::Tab;
use crate::app::state::list::ListState;
use crate::learning::views::{SessionArm, TraceFilter, arms_of_session, filter};
use crate::model::learning::arm::{ArmKind, ArmName};
use crate::model::learning::index::{TraceEntry, TraceIndex, TraceIx};
use crate::model::learning::posterior::Confidence;
use crate::model::learning::view::{ArmFilter, ArmRow, SortKey};

/// The ranked arms.
#[derive(Debug, Clone, Default)]
pub struct ArmList {
    /// Positions in [`LearningData::arms`], top to bottom.
    pub lines: Vec<usize>,
    /// Selection and scroll position.
    pub list: ListState,
    /// What they are sorted by.
    pub sort: SortKey,
    /// The order is turned round.
    pub reverse: bool,
    /// Which are shown.
    pub filter: ArmFilter,
}

/// The sort orders that the key goes through.
const SORTS: [SortKey; 9] = [
    SortKey::Mean,
    SortKey::Lower,
    SortKey::Width,
    SortKey::Pulls,
    SortKey::Updated,
    SortKey::Cost,
    SortKey::Waste,
    SortKey::Best,
    SortKey::Name,
];

/// A sort order in words.
pub fn sort_word(sort: SortKey) -> &'static str {
    match sort {
        SortKey::Mean => "mean",
        SortKey::Lower => "lower end",
        SortKey::Width => "uncertainty",
        SortKey::Pulls => "pulls",
        SortKey::Updated => "last updated",
        SortKey::Cost => "cost",
        SortKey::Waste => "waste",
        SortKey::Best => "best",
        SortKey::Name => "name",
    }
}

/// The item after `now` in a cycle that begins with nothing.
fn next_of<T: Copy + PartialEq>(all: &[T], now: Option<T>) -> Option<T> {
    match now {
        None => all.first().copied(),
        Some(now) => all.iter().skip_while(|item| **item != now).nth(1).copied(),
    }
}

impl ArmList {
    /// Makes the lines anew, keeping the selection on its arm.
    pub fn rebuild(&mut self, data: &LearningData) {
        let selected = self.lines.get(self.list.selected).copied();
        self.refill(data);
        let at = selected.and_then(|arm| self.lines.iter().position(|line| *line == arm));
        self.list.select(at.unwrap_or(self.list.selected), self.lines.len());
    }

    /// Makes the lines anew for other data, keeping the selection on the arm of this name.
    pub fn rebuild_on(&mut self, data: &LearningData, name: Option<&str>) {
        self.refill(data);
        let is_it = |line: &usize| {
            data.arms.get(*line).is_some_and(|arm| Some(arm.row.arm.as_str()) == name)
        };
        let at = self.lines.iter().position(is_it).unwrap_or(self.list.selected);
        self.list.select(at, self.lines.len());
    }

    fn refill(&mut self, data: &LearningData) {
        let places: Vec<(usize, &Arm)> = data.arms.iter().enumerate().collect();
        let mut rows: Vec<ArmRow> = (places.iter())
            .filter(|(_, arm)| self.filter.accepts(&arm.row))
            .map(|(_, arm)| arm.row.clone())
            .collect();
        self.sort.sort(&mut rows);
        if self.reverse {
            rows.reverse();
        }
        let place: rustc_hash::FxHashMap<&str, usize> =
            places.iter().map(|(at, arm)| (arm.row.arm.as_str(), *at)).collect();
        self.lines = rows.iter().filter_map(|row| place.get(row.arm.as_str()).copied()).collect();
    }

    /// Goes to the next sort order.
    pub fn next_sort(&mut self) {
        self.sort = next_of(&SORTS, Some(self.sort)).unwrap_or_default();
    }

    /// Goes to the next kind that any arm has, all kinds at the end.
    pub fn next_kind(&mut self, data: &LearningData) {
        let of_arm = |arm: &Arm| arm.row.name().map(|name| name.kind);
        let has = |kind: &ArmKind| data.arms.iter().any(|arm| of_arm(arm) == Some(*kind));
        let kinds: Vec<ArmKind> = ArmKind::ALL.into_iter().filter(has).collect();
        self.filter.kind = next_of(&kinds, self.filter.kind);
    }

    /// Goes to the next confidence, all at the end.
    pub fn next_confidence(&mut self) {
        let all = [Confidence::Low, Confidence::Medium, Confidence::High];
        self.filter.confidence = next_of(&all, self.filter.confidence);
    }

    /// The greatest value stands at the top, or the last name.
    pub fn is_descending(&self) -> bool {
        (self.sort != SortKey::Name) != self.reverse
    }

    /// The filter in words; empty when everything is shown.
    pub fn hint(&self) -> String {
        let filter = &self.filter;
        let mut words: Vec<String> = Vec::new();
        words.extend(filter.kind.map(|kind| kind.word().to_owned()));
        words.extend(filter.category.as_ref().map(|category| format!("category {category}")));
        words.extend(
            filter.confidence.map(|confidence| format!("{} confidence", confidence.word())),
        );
        words.extend(filter.seeds.then(|| "seeds".to_owned()));
        words.extend(filter.underexplored.then(|| "too few pulls".to_owned()));
        words.extend((!filter.text.is_empty()).then(|| format!("/{}", filter.text)));
        words.join(", ")
    }
}

/// The runs.
#[derive(Debug, Clone, Default)]
pub struct RunList {
    /// The runs that are shown, newest first.
    pub lines: Vec<TraceIx>,
    /// Selection and scroll position.
    pub list: ListState,
    /// Which kind of runs is shown.
    pub group: RunGroup,
    /// Only runs that are like one in this respect.
    pub like: Option<Like>,
    /// Letters that the session, model, provider or channel must hold.
    pub text: String,
    /// The arms of the session, when the runs of one are shown.
    pub session: Vec<SessionArm>,
    /// Only the runs that a bar of the charts stands for.
    pub within: Option<Within>,
    /// The tab in which the runs of the open session were asked for, and to which Esc leads back.
    pub from_tab: Option<Tab>,
    /// The charts led here, and Esc leads back to them.
    pub from_charts: bool,
}

/// The runs that a bar of the charts stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// What they are, in words.
    pub word: String,
    /// The first of them in the order of the runs.
    pub first: TraceIx,
    /// When they ended, UTC milliseconds since 1970; nothing where that does not matter.
    pub ended: Option<Range<i64>>,
}

impl Within {
    fn holds(&self, index: &TraceIndex, ix: TraceIx) -> bool {
        let date = || index.get(ix).and_then(TraceEntry::date);
        let ended = self.ended.as_ref();
        ix >= self.first
            && ended.is_none_or(|range| date().is_some_and(|date| range.contains(&date)))
    }
}

/// Kinds of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RunGroup {
    /// All.
    #[default]
    All,
    /// Recorded as baseline, passive ones included.
    Baseline,
    /// With selection.
    Selected,
    /// Stopped.
    Aborted,
    /// Failed.
    Failed,
}

impl RunGroup {
    const ALL: [Self; 5] = [Self::All, Self::Baseline, Self::Selected, Self::Aborted, Self::Failed];

    /// The kind in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Baseline => "baseline",
            Self::Selected => "selected",
            Self::Aborted => "aborted",
            Self::Failed => "failed",
        }
    }

    /// The kind that the key shows next.
    pub fn next(self) -> Self {
        next_of(&Self::ALL, Some(self)).unwrap_or_default()
    }
}

/// A respect in which runs are alike, with its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Like {
    /// The respect.
    pub what: LikeWhat,
    /// The value.
    pub value: String,
}

/// Respects in which runs can be alike, in the order of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LikeWhat {
    /// The session, by its id.
    Session,
    /// The key under which one session follows another, such as that of a chat.
    Key,
    /// The model.
    Model,
    /// The provider.
    Provider,
    /// The channel.
    Channel,
}

impl LikeWhat {
    /// The respect in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Key => "key",
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Channel => "channel",
        }
    }

    /// What a run has in this respect.
    pub fn of(self, index: &TraceIndex, ix: TraceIx) -> Option<String> {
        let entry = index.get(ix)?;
        let name = match self {
            Self::Session => entry.session_id,
            Self::Key => entry.session_key,
            Self::Model => entry.model,
            Self::Provider => entry.provider,
            Self::Channel => entry.channel,
        };
        name.map(|name| index.names.get(name).to_owned())
    }
}

impl RunList {
    /// Shows only runs that are like `run` in the next respect; all again after the last.
    pub fn next_like(&mut self, index: &TraceIndex, run: TraceIx) {
        const ORDER: [LikeWhat; 5] = [
            LikeWhat::Session,
            LikeWhat::Key,
            LikeWhat::Model,
            LikeWhat::Provider,
            LikeWhat::Channel,
        ];
        let now = self.like.as_ref().map(|like| like.what);
        let mut what = next_of(&ORDER, now);
        // What a run does not have cannot be shared.
        while let Some(next) = what {
            if let Some(value) = next.of(index, run) {
                self.like = Some(Like { what: next, value });
                return;
            }
            what = next_of(&ORDER, Some(next));
        }
        self.like = None;
    }

    /// Shows only a kind of runs, or all again when it is shown already.
    pub fn toggle_group(&mut self, group: RunGroup) {
        self.group = if self.group == group { RunGroup::All } else { group };
    }

    /// Shows only runs that are like `run` in a respect, or all again when these are shown already;
    /// tells whether the run has it at all.
    pub fn toggle_like(&mut self, index: &TraceIndex, run: TraceIx, what: LikeWhat) -> bool {
        let Some(value) = what.of(index, run) else { return false };
        let like = Some(Like { what, value });
        self.like = if self.like == like { None } else { like };
        true
    }

    /// The name of each arm of the session, and how many of its runs used and included it.
    pub fn session_words(&self) -> Vec<(String, String)> {
        let label = |arm: &SessionArm| {
            ArmName::parse(&arm.arm).map_or(arm.arm.as_str(), |name| name.label()).to_owned()
        };
        let figures = |arm: &SessionArm| format!("{}/{}", arm.used, arm.included);
        self.session.iter().map(|arm| (label(arm), figures(arm))).collect()
    }

    /// Takes all filters away.
    pub fn clear(&mut self) {
        (self.group, self.like, self.within) = (RunGroup::All, None, None);
        self.text.clear();
    }

    /// Makes the lines anew, keeping the selection on its run or else near it.
    pub fn rebuild(&mut self, index: &TraceIndex) {
        let selected = self.lines.get(self.list.selected).copied();
        let wanted = self.wanted();
        self.lines = filter(index, &wanted);
        if let Some(within) = &self.within {
            self.lines.retain(|ix| within.holds(index, *ix));
        }
        if !self.text.is_empty() {
            let matching = self.names_with(index);
            self.lines.retain(|ix| holds(index, *ix, &matching));
        }
        self.session = match &self.like {
            Some(Like { what: LikeWhat::Session | LikeWhat::Key, value }) => {
                arms_of_session(index, value)
            }
            _ => Vec::new(),
        };
        let at = selected.and_then(|ix| self.lines.iter().position(|line| *line <= ix));
        self.list.select(at.unwrap_or(0), self.lines.len());
    }

    fn wanted(&self) -> TraceFilter {
        let like = |what| {
            let like = self.like.as_ref().filter(|like| like.what == what);
            like.map(|like| like.value.clone())
        };
        TraceFilter {
            baseline: match self.group {
                RunGroup::Baseline => Some(true),
                RunGroup::Selected => Some(false),
                _ => None,
            },
            aborted: (self.group == RunGroup::Aborted).then_some(true),
            failed: (self.group == RunGroup::Failed).then_some(true),
            provider: like(LikeWhat::Provider),
            model: like(LikeWhat::Model),
            channel: like(LikeWhat::Channel),
            session: like(LikeWhat::Session).or_else(|| like(LikeWhat::Key)),
        }
    }

    /// Which of the index's names hold the letters, by their numbers: each name is looked at once.
    fn names_with(&self, index: &TraceIndex) -> Vec<bool> {
        let text = self.text.to_lowercase();
        index.names.iter().map(|(_, name)| name.to_lowercase().contains(&text)).collect()
    }

    /// The filter in words; empty when everything is shown.
    pub fn hint(&self) -> String {
        let mut words: Vec<String> = self.within.iter().map(|one| one.word.clone()).collect();
        if self.group != RunGroup::All {
            words.push(self.group.word().to_owned());
        }
        words.extend(self.like.as_ref().map(|like| format!("{} {}", like.what.word(), like.value)));
        if !self.text.is_empty() {
            words.push(format!("/{}", self.text));
        }
        words.join(", ")
    }
}

fn holds(index: &TraceIndex, ix: TraceIx, matching: &[bool]) -> bool {
    let Some(entry) = index.get(ix) else { return false };
    [entry.session_id, entry.session_key, entry.provider, entry.model, entry.channel]
        .into_iter()
        .flatten()
        .any(|name| matching.get(name.index()).copied().unwrap_or(false))
}
