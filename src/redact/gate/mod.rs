//! Tells in one pass over a text which rules may match it, so that hardly any rule has to run.
//!
//! What every match of a rule must hold is derived from the rule's shape itself: either one of a few
//! words with a certain continuation (its [`Core`]s), or a long run of certain bytes.
//!
//! ```text
//!  text ─▶ finder of all words ─▶ where one may start: automaton of all cores, anchored ─▶ marks
//!      └─▶ runs of bytes, looked at in long strides ──────────────────────────────────────▶ marks
//! ```
//!
//! A rule that is not marked cannot match: cores are loosened shapes, never stricter ones. Nothing
//! here looks at what stands before a word, so whatever marks a part of a text marks the text.

mod cores;
mod finder;
mod keywords;
mod loosen;
mod marks;
mod runs;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use regex_automata::hybrid::dfa as lazy;
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::Hir;

use cores::{Core, Sign};
use finder::{Finder, LONGEST, without_case};
pub(super) use keywords::Keywords;
pub(super) use marks::Marks;
use runs::Run;

/// How many bytes behind the start of a word are looked at; a core that is still undecided there
/// counts as found, so that long texts are not read again and again.
const REACH: usize = 192;

/// Behind so many bytes it is asked whether all that may come is marked already.
const PATIENCE: usize = 12;

/// The memory that the lazily built automaton may take, in bytes.
const CACHE: usize = 8 << 20;

/// Knows what the shapes of a list of rules ask for.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    words: Option<Words>,
    /// The shortest first.
    runs: Vec<(usize, Run)>,
    /// The marks of rules about which nothing is known.
    always: Marks,
    /// How far behind its start anything is looked at that could mark a rule, in bytes.
    reach: usize,
}

/// The finder of words and the automaton for what follows them.
#[derive(Debug, Clone)]
struct Words {
    finder: Finder,
    /// The rules with a core that starts with each word.
    of_word: BTreeMap<Vec<u8>, Marks>,
    cores: lazy::DFA,
    cache: RefCell<lazy::Cache>,
    /// The rule of each core.
    rules: Vec<usize>,
}

impl Gate {
    /// Makes the gate of shapes; each is known by its place in the list.
    pub(super) fn new<'s>(shapes: impl IntoIterator<Item = &'s str>) -> Self {
        let (mut cores, mut runs, mut always) = (Vec::new(), Vec::new(), Marks::default());
        for (rule, shape) in shapes.into_iter().enumerate() {
            match regex_syntax::parse(shape).map(|hir| cores::sign(&hir)) {
                Ok(Sign::Cores(of_rule)) => {
                    cores.extend(of_rule.into_iter().map(|core| (rule, core)));
                }
                Ok(Sign::Run(run)) => runs.push((rule, run)),
                Ok(Sign::Unknown) | Err(_) => always.insert(rule),
            }
        }
        runs.sort_by_key(|(_, run): &(usize, Run)| run.length());
        let words = Words::new(&cores);
        if words.is_none() {
            for (rule, _) in &cores {
                always.insert(*rule);
            }
        }
        // One more than a walk reads: it tells a text that ends there from one that goes on.
        let longest = runs.last().map_or(0, |(_, run)| run.length());
        Self { words, runs, always, reach: longest.max(REACH + 1) }
    }

    /// The rules that may match a text; the others certainly do not.
    pub(super) fn marks(&self, text: &str) -> Marks {
        let mut marks = self.always.clone();
        self.mark(text.as_bytes(), &mut marks);
        marks
    }

    /// The rules that may match a text in which some places, given in order, were replaced, where
    /// those that may have matched it before are known: these, and what the surroundings of the
    /// places tell.
    pub(super) fn more_marks(&self, known: &Marks, text: &str, since: &[Range<usize>]) -> Marks {
        let mut marks = known.clone();
        let mut around: Option<Range<usize>> = None;
        for place in since {
            let reach = place.start.saturating_sub(self.reach)
                ..place.end.saturating_add(self.reach).min(text.len());
            around = Some(match around {
                Some(before) if reach.start <= before.end => {
                    before.start..before.end.max(reach.end)
                }
                Some(before) => {
                    self.mark(text.as_bytes().get(before).unwrap_or_default(), &mut marks);
                    reach
                }
                None => reach,
            });
        }
        if let Some(last) = around {
            self.mark(text.as_bytes().get(last).unwrap_or_default(), &mut marks);
        }
        marks
    }

    fn mark(&self, text: &[u8], marks: &mut Marks) {
        if let Some(words) = &self.words {
            words.mark(text, marks);
        }
        let may_fit = |(_, run): &&(usize, Run)| run.length() <= text.len();
        for (rule, run) in self.runs.iter().take_while(may_fit) {
            if run.is_in(text) {
                marks.insert(*rule);
            }
        }
    }
}

impl Words {
    /// Builds both; nothing when the automaton would be too large.
    fn new(cores: &[(usize, Core)]) -> Option<Self> {
        let mut of_word: BTreeMap<Vec<u8>, Marks> = BTreeMap::new();
        for (rule, core) in cores {
            for word in &core.words {
                of_word.entry(without_case(word)).or_default().insert(*rule);
            }
        }
        let hirs: Vec<&Hir> = cores.iter().map(|(_, core)| &core.hir).collect();
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new().utf8(false).which_captures(thompson::WhichCaptures::None),
            )
            .build_many_from_hir(&hirs)
            .ok()?;
        let config = lazy::Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true);
        let automaton = lazy::Builder::new().configure(config).build_from_nfa(nfa).ok()?;
        let cache = RefCell::new(automaton.create_cache());
        let words = of_word.keys().map(Vec::as_slice);
        let finder = Finder::new(words, |word, next| {
            let first = word.first().copied().unwrap_or_default();
            let cache = &mut cache.borrow_mut();
            [first, first.to_ascii_uppercase()]
                .into_iter()
                .any(|first| may_start(&automaton, cache, [first, next]))
        });
        Some(Self {
            finder,
            of_word,
            cores: automaton,
            cache,
            rules: cores.iter().map(|(rule, _)| *rule).collect(),
        })
    }

    fn mark(&self, text: &[u8], marks: &mut Marks) {
        let mut cache = self.cache.borrow_mut();
        let cache = &mut *cache;
        self.finder.find(text, |at| {
            let rest = text.get(at..).unwrap_or_default();
            if self.walk(cache, rest, marks).is_none() {
                self.at(rest).for_each(|rules| marks.extend(rules));
            }
        });
    }

    /// The rules with a core that starts with the first bytes of a text.
    fn at(&self, text: &[u8]) -> impl Iterator<Item = &Marks> {
        let letter = |at| text.get(at).map_or(0, u8::to_ascii_lowercase);
        let start: [u8; LONGEST] = std::array::from_fn(letter);
        (1..=text.len().min(LONGEST))
            .filter_map(move |length| self.of_word.get(start.get(..length)?))
    }

    /// Marks the rules whose cores a text starts with; nothing when that takes too long to tell.
    fn walk(&self, cache: &mut lazy::Cache, text: &[u8], marks: &mut Marks) -> Option<()> {
        let input = Input::new(text).anchored(Anchored::Yes);
        let mut state = self.cores.start_state_forward(cache, &input).ok()?;
        for (at, byte) in text.iter().take(REACH).enumerate() {
            state = self.cores.next_state(cache, state, *byte).ok()?;
            if state.is_tagged() {
                if state.is_dead() {
                    return Some(());
                }
                if state.is_quit() {
                    return None;
                }
                self.note(cache, state, marks);
            }
            if at == PATIENCE && marks.any() && self.at(text).all(|rules| marks.hold(rules)) {
                return Some(());
            }
        }
        if text.len() > REACH {
            return None;
        }
        state = self.cores.next_eoi_state(cache, state).ok()?;
        self.note(cache, state, marks);
        Some(())
    }

    fn note(
        &self,
        cache: &lazy::Cache,
        state: regex_automata::hybrid::LazyStateID,
        marks: &mut Marks,
    ) {
        if state.is_match() {
            for number in 0..self.cores.match_len(cache, state) {
                let core = self.cores.match_pattern(cache, state, number).as_usize();
                if let Some(rule) = self.rules.get(core) {
                    marks.insert(*rule);
                }
            }
        }
    }
}

/// Whether any core may start with two bytes.
fn may_start(cores: &lazy::DFA, cache: &mut lazy::Cache, bytes: [u8; 2]) -> bool {
    let mut walk = || {
        let mut state =
            cores.start_state_forward(cache, &Input::new(&bytes).anchored(Anchored::Yes)).ok()?;
        for byte in bytes {
            state = cores.next_state(cache, state, byte).ok()?;
        }
        Some(!state.is_dead())
    };
    walk().unwrap_or(true)
}
