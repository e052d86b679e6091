//! Tells in one pass over a text which rules may match it, so that hardly any rule has to run.
//!
//! What every match of a rule must hold is derived from the rule's shape itself: either one of a few
//! words with a certain continuation (its [`Core`]s), or a long run of certain bytes.
//!
//! ```text
//!  text ─▶ automaton of all words ─▶ at each word: automaton of all cores, anchored ─▶ marks
//!      └─▶ runs of bytes, looked at in long strides ──────────────────────────────────▶ marks
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

use regex_automata::hybrid::dfa as lazy;
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::Hir;

use cores::{Core, Sign};
use finder::{Finder, spellings, without_case};
pub(super) use keywords::Keywords;
pub(super) use marks::Marks;
use runs::Run;

/// How many bytes behind the start of a word are looked at; a core that is still undecided there
/// counts as found, so that long texts are not read again and again.
const REACH: usize = 192;

/// The memory that the lazily built automaton may take, in bytes.
const CACHE: usize = 8 << 20;

/// Knows what the shapes of a list of rules ask for.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    words: Option<Words>,
    runs: Vec<(usize, Run)>,
    /// The marks of rules about which nothing is known.
    always: Marks,
}

/// The finder of words and the automaton for what follows them.
#[derive(Debug, Clone)]
struct Words {
    finder: Finder,
    /// The rules with a core that starts with each word.
    of_word: Vec<Marks>,
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
        let words = Words::new(&cores);
        if words.is_none() {
            for (rule, _) in &cores {
                always.insert(*rule);
            }
        }
        Self { words, runs, always }
    }

    /// The rules that may match a text; the others certainly do not.
    pub(super) fn marks(&self, text: &str) -> Marks {
        let mut marks = self.always.clone();
        if let Some(words) = &self.words {
            words.mark(text.as_bytes(), &mut marks);
        }
        for (rule, run) in &self.runs {
            if run.is_in(text.as_bytes()) {
                marks.insert(*rule);
            }
        }
        marks
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
        let words: Vec<Vec<u8>> = of_word.keys().cloned().collect();
        let finder = Finder::new(words.iter().map(Vec::as_slice), |word, next| {
            let first = words.get(word).and_then(|word| word.first()).copied().unwrap_or_default();
            let cache = &mut cache.borrow_mut();
            spellings(first).any(|first| may_start(&automaton, cache, [first, next]))
        });
        let of_word = of_word.into_values().collect();
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
        self.finder.find(text, |at, word| {
            if let Some(rules) = self.of_word.get(word)
                && !marks.hold(rules)
                && !self.decided(&mut cache, text, at, marks)
            {
                marks.extend(rules);
            }
        });
    }

    /// Marks the rules whose cores start at a place; `false` when some could not be told.
    fn decided(
        &self,
        cache: &mut lazy::Cache,
        text: &[u8],
        start: usize,
        marks: &mut Marks,
    ) -> bool {
        self.walk(cache, text, start, marks).unwrap_or(false)
    }

    fn walk(
        &self,
        cache: &mut lazy::Cache,
        text: &[u8],
        start: usize,
        marks: &mut Marks,
    ) -> Option<bool> {
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        let mut state = self.cores.start_state_forward(cache, &input).ok()?;
        let rest = text.get(start..)?;
        for byte in rest.iter().take(REACH) {
            state = self.cores.next_state(cache, state, *byte).ok()?;
            if state.is_tagged() {
                if state.is_dead() {
                    return Some(true);
                }
                if state.is_quit() {
                    return None;
                }
                self.note(cache, state, marks);
            }
        }
        if rest.len() > REACH {
            return None;
        }
        state = self.cores.next_eoi_state(cache, state).ok()?;
        self.note(cache, state, marks);
        Some(true)
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
