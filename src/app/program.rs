//! The application as a whole: its state, and how it is set up from settings and a store.

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::Sender;
use jiff::tz::TimeZone;

use super::action::Action;
use super::effect::{Effect, Event, Reply};
use super::keymap::Keymap;
use super::state::area::Areas;
use super::state::detail::DetailPane;
use super::state::job::{Jobs, Status};
use super::state::layout::{Side, Size, Splits};
use super::state::learning::LearningPane;
use super::state::panes::DiagnosticsPane;
use super::state::place::PlaceInfo;
use super::state::preview::asked::Sharing;
use super::state::sessions::{SessionSort, SessionsPane};
use super::state::{Focus, Look, Requests, State, Tab};
use super::update::{self, Effects};
use super::worker::steps::Steps;
use super::worker::{Workers, bundle, learning, work};
use crate::config::ConfigDir;
use crate::config::layout::Layout;
use crate::config::settings::Settings;
use crate::config::theme::Theme;
use crate::model::key::SessionKind;
use crate::ops::learning::Input;
use crate::store::Store;

/// What the application needs to start.
#[derive(Debug)]
pub struct Setup {
    /// The chosen state.
    pub store: Arc<Store>,
    /// Where settings and layout lie.
    pub config: ConfigDir,
    /// The settings, with what the command line changed.
    pub settings: Settings,
    /// The colours.
    pub theme: Theme,
    /// The time zone in which clock times are shown.
    pub zone: TimeZone,
    /// The present time, ms since the epoch, UTC.
    pub now: i64,
    /// The size of the screen.
    pub size: Size,
    /// The current directory, absolute: a workspace that a bundle can go to.
    pub current_dir: PathBuf,
    /// What is asked for of all bundles.
    pub sharing: Sharing,
}

/// The application without a terminal.
#[derive(Debug)]
pub struct App {
    /// Everything that a frame is drawn from.
    pub state: State,
    /// The colours.
    pub theme: Theme,
    store: Arc<Store>,
    config: ConfigDir,
    readers: Bodies,
    traces: learning::Traces,
}

/// The readers of [`App::run_inline`], opened when they are first needed.
#[derive(Default)]
struct Bodies(work::Bodies);

impl std::fmt::Debug for Bodies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bodies")
    }
}

impl App {
    /// Sets the application up; nothing is read yet.
    pub fn new(setup: Setup) -> Self {
        let layout = setup.config.layout();
        let keys = setup.settings.keys.iter().map(|(name, key)| (name.as_str(), key.as_str()));
        let (keymap, status) = match Keymap::with_overrides(keys) {
            Ok(keymap) => (keymap, None),
            Err(error) => (Keymap::default(), Some(Status::error(error.to_string()))),
        };
        let state = State {
            now: setup.now,
            zone: setup.zone,
            size: setup.size,
            look: Look {
                ascii: setup.settings.ascii,
                mouse: setup.settings.mouse,
                relative_times: layout.relative_time,
            },
            place: PlaceInfo::of(&setup.store.location),
            catalogue: Arc::default(),
            sessions: sessions(&layout),
            open: None,
            coming: None,
            detail: DetailPane::default(),
            diagnostics: DiagnosticsPane::default(),
            focus: Focus::Sessions,
            learning: LearningPane::default(),
            tab: Tab::Transcript,
            greeted: false,
            layers: Vec::new(),
            preview: None,
            current_dir: setup.current_dir,
            sharing: setup.sharing,
            find: None,
            status,
            jobs: Jobs::default(),
            splits: splits(&layout),
            areas: Areas::default(),
            dragging: None,
            keymap: Arc::new(keymap),
            requests: Requests::default(),
        };
        Self {
            state,
            theme: setup.theme,
            store: setup.store,
            config: setup.config,
            readers: Bodies::default(),
            traces: learning::Traces::default(),
        }
    }

    /// Opens on the learning tab, with learning data from elsewhere than the state where they are
    /// named. To be called before [`App::start`].
    pub fn open_on_learning(&mut self, input: Input) {
        self.state.learning.input = input;
        self.state.tab = Tab::Learning;
        self.state.focus = Focus::Main;
    }

    /// Starts reading.
    pub fn start(&mut self) -> Effects {
        update::start(&mut self.state)
    }

    /// Takes in an event.
    pub fn handle(&mut self, event: Event) -> Effects {
        let event = match event {
            // The clock of the demo stands still, whatever the terminal's says.
            Event::Time(now) => Event::Time(self.store.now(now)),
            event => event,
        };
        update::handle(&mut self.state, event)
    }

    /// Does what an action says, as if its key had been pressed.
    pub fn apply(&mut self, action: Action) -> Effects {
        update::apply(&mut self.state, action)
    }

    /// Takes over where a frame put things.
    pub fn drawn(&mut self, areas: Areas) -> Effects {
        update::drawn(&mut self.state, areas)
    }

    /// Starts the threads that do what effects ask for.
    pub fn workers(&self, events: Sender<Event>) -> Workers {
        let (store, config) = (Arc::clone(&self.store), self.config.clone());
        Workers::start(store, config, self.state.requests.clone(), events)
    }

    /// Does what effects ask for at once, without threads, and what follows from that; returns
    /// what only a terminal can do. For tests and pictures.
    pub fn run_inline(&mut self, effects: Effects) -> Effects {
        let mut waiting = std::collections::VecDeque::from(effects);
        let mut outside = Effects::new();
        while let Some(effect) = waiting.pop_front() {
            for reply in self.do_inline(effect, &mut outside) {
                waiting.extend(self.handle(Event::Reply(reply)));
            }
        }
        outside
    }

    fn do_inline(&mut self, effect: Effect, outside: &mut Effects) -> Vec<Reply> {
        let mut replies = Vec::new();
        let emit = &mut |reply| replies.push(reply);
        let store = &*self.store;
        match effect {
            Effect::LoadCatalogue(cancel) => work::catalogue(store, &cancel, emit),
            Effect::Deepen { rows, request } => work::deepen(store, &rows, &request, emit),
            Effect::Open { row, request } => work::open(store, &row, &request, emit),
            Effect::LoadBodies(wanted) => self.readers.0.load(store, &wanted, &|| false, emit),
            Effect::Find(wanted) => work::find(store, &wanted, emit),
            Effect::LoadLearning(wanted) => learning::load(store, &wanted, emit),
            Effect::LoadTrace(wanted) => self.traces.load(store, &wanted, emit),
            Effect::LoadArm(wanted) => learning::arm(&wanted, emit),
            Effect::ReadText { body, viewer, mode } => {
                emit(work::text(store, &body, viewer, mode));
            }
            Effect::Plan(job) => bundle::plan(store, &self.config, job, &Steps::default(), emit),
            Effect::LoadOriginal(job) => bundle::original(store, &job, emit),
            Effect::CheckTarget(job) => bundle::target(store, &job, emit),
            Effect::Export { target, reviewed } => {
                let (steps, permit) = (Steps::default(), || Some(()));
                bundle::export(store, &self.config, (target, &reviewed), &steps, permit, emit);
            }
            Effect::LetGo(gone) => drop(gone),
            Effect::FindInBundle(wanted) => bundle::find(&wanted, emit),
            other => outside.push(other),
        }
        replies
    }
}

fn sessions(layout: &Layout) -> SessionsPane {
    let kinds = [SessionKind::Cron, SessionKind::Subagent, SessionKind::Heartbeat];
    let is_hidden = |word: &str| layout.hidden.iter().any(|hidden| hidden == word);
    SessionsPane {
        sort: SessionSort::from_word(&layout.sort),
        reverse: layout.reverse,
        hidden: kinds.into_iter().filter(|kind| is_hidden(kind.word())).collect(),
        hide_archived: is_hidden("archived"),
        ..SessionsPane::default()
    }
}

fn splits(layout: &Layout) -> Splits {
    let standard = Layout::default();
    let share = |remembered: u16, standard: u16| match remembered {
        0 => standard,
        share => share.clamp(12, 60),
    };
    let mut splits = Splits {
        sessions: share(layout.sessions, standard.sessions),
        detail: share(layout.detail, standard.detail),
        show_sessions: layout.sessions > 0,
        show_detail: layout.detail > 0,
        side: Side::Sessions,
        zoom: false,
    };
    splits.widen(Side::Detail, 0);
    splits
}
