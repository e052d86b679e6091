//! Reading learning data for the learning tab: first what is known at once, then all runs.

mod sources;
mod traces;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::work::Emit;
use crate::app::effect::{LearningRequest, Reply};
use crate::app::state::learning::data::{LearningData, Runs, arms, arms_at_once};
use crate::learning::Error;
use crate::learning::database::LearningDb;
use crate::learning::gateway::{Address, Gateway};
use crate::learning::import::Imported;
use crate::learning::locate;
use crate::learning::open::{Opened, open};
use crate::learning::qortex::{DEFAULT_PARTITION, Qortex};
use crate::learning::rank::Rules;
use crate::learning::scan::{Progress, scan_watched};
use crate::learning::settings::Settings;
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::index::TraceIndex;
use crate::model::learning::posterior::Posterior;
use crate::model::learning::view::Summary;
use crate::ops::learning::PATIENCE;
use crate::store::Store;
use crate::store::scratch::Scratch;
use sources::{From, contexts, nowhere, part_name, words};

pub use traces::{Traces, arm};

/// Between two words about how far a reading is; what is faster needs none.
const PACE: Duration = Duration::from_millis(100);

/// Reads the chosen source.
pub fn load(store: &Store, wanted: &LearningRequest, emit: Emit<'_>) {
    let request = wanted.request.generation();
    let places = sources::all(&store.location, &wanted.input);
    let settings = locate::settings(&store.location);
    // What the state leads to elsewhere is told, or its absence could not be explained.
    let refused = locate::refused(&store.location);
    let Some(place) = places.get(wanted.choice.source).or(places.first()) else {
        let mut why = nowhere(&store.location.state_dir, settings.as_ref());
        why.splice(
            1..1,
            refused.iter().map(|one| format!("{}: {}", one.place.path.display(), one.message)),
        );
        return emit(Reply::LearningFailed { request, why });
    };
    // The configuration of a state says nothing of a file or gateway from elsewhere.
    let settings = settings.filter(|_| place.own);
    let mut reader = Reader {
        wanted,
        base: LearningData {
            label: place.label.clone(),
            sources: places.iter().map(|place| place.label.clone()).collect(),
            settings: settings.as_ref().map(words),
            diagnostics: refused,
            ..LearningData::default()
        },
        settings,
        emit,
    };
    if let Err(error) = reader.read(store, &place.from)
        && !wanted.request.is_stale()
    {
        let why = vec![error.to_string(), "R tries again.".to_owned()];
        (reader.emit)(Reply::LearningFailed { request, why });
    }
}

struct Reader<'a, 'e> {
    wanted: &'a LearningRequest,
    base: LearningData,
    settings: Option<Settings>,
    emit: Emit<'e>,
}

impl Reader<'_, '_> {
    fn rules(&self, qortex: bool) -> Rules {
        let own = Rules { qortex, ..Rules::default() };
        self.settings.as_ref().map_or(own, |settings| settings.rules(qortex))
    }

    /// What is told of the state, and more.
    fn told(&self, more: impl IntoIterator<Item = Diagnostic>) -> Vec<Diagnostic> {
        self.base.diagnostics.iter().cloned().chain(more).collect()
    }

    /// Says how far the reading is, when it takes long enough for anybody to wonder.
    fn progress(&mut self) -> impl FnMut(Progress) {
        let mut told = Instant::now();
        move |progress| {
            let request = &self.wanted.request;
            if told.elapsed() >= PACE && !request.is_stale() {
                told = Instant::now();
                let request = request.generation();
                (self.emit)(Reply::LearningProgress { request, progress });
            }
        }
    }

    fn read(&mut self, store: &Store, from: &From) -> Result<(), Error> {
        let path = match from {
            From::Gateway(address) => return self.gateway(address),
            From::File(path) => path,
        };
        match open(path, &store.scratch)? {
            Opened::Database(db) => self.database(&db, &store.scratch)?,
            Opened::Qortex(store) => self.qortex(store),
            Opened::Export(export) => {
                let request = self.wanted.request.clone();
                let imported = Imported::of(export, &request, &mut self.progress())?;
                self.export(imported, path);
            }
        }
        Ok(())
    }

    /// The posteriors and newest traces of a gateway; its own configuration speaks for it.
    fn gateway(&mut self, address: &Address) -> Result<(), Error> {
        let gateway = Gateway::new(address, PATIENCE)?;
        let request = self.wanted.request.clone();
        self.settings = Some(gateway.settings(&request)?);
        self.base.settings = self.settings.as_ref().map(words);
        let imported = gateway.read(None, &request, &mut self.progress())?;
        self.export(imported, Path::new(&address.url));
        Ok(())
    }

    fn tell(&mut self, data: LearningData, done: bool) {
        let request = &self.wanted.request;
        if !request.is_stale() {
            let data = Arc::new(data);
            (self.emit)(Reply::Learning { request: request.generation(), data, done });
        }
    }

    /// The posteriors can be shown before the runs are read.
    fn database(&mut self, db: &LearningDb, scratch: &Scratch) -> Result<(), Error> {
        let rules = self.rules(false);
        let (posteriors, odd) = db.posteriors()?;
        let diagnostics = self.told(db.note().into_iter().chain(odd));
        let data = LearningData {
            traces: db.counts()?.traces,
            arms: arms_at_once(&posteriors, rules),
            diagnostics,
            database: Some(db.path().to_owned()),
            ..self.base.clone()
        };
        self.tell(data.clone(), false);
        if self.wanted.request.is_stale() {
            return Ok(());
        }
        let request = self.wanted.request.clone();
        let scan = scan_watched(db, scratch, &request, &mut self.progress())?;
        let mut whole = with_runs(data, Some(&posteriors), Arc::new(scan.index), rules);
        whole.diagnostics.extend(scan.diagnostics);
        self.tell(whole, true);
        Ok(())
    }

    fn qortex(&mut self, mut qortex: Qortex) {
        qortex.label(self.wanted.contexts.iter().flat_map(contexts));
        let part = self.wanted.choice.part.checked_sub(1).and_then(|at| qortex.partitions.get(at));
        let (posteriors, name) = match part {
            Some(part) => (part.posteriors.clone(), part_name(part)),
            None => (qortex.merged(), "all contexts together".to_owned()),
        };
        let boosted = part.is_none_or(|part| part.hash == DEFAULT_PARTITION);
        let rules = Rules { boosted, ..self.rules(true) };
        let pulls: f64 = posteriors.iter().map(|posterior| posterior.pulls).sum();
        let count = qortex.partitions.len();
        // The number comes first: where the frame cuts the name, contexts can still be told apart.
        let label = match part {
            Some(_) => {
                let at = self.wanted.choice.part;
                format!("context {at} of {count} · {} · {name}", self.base.label)
            }
            None => format!("{} · {name}", self.base.label),
        };
        let data = LearningData {
            label,
            parts: count,
            qortex: true,
            traces: pulls.max(0.0) as u64,
            arms: arms(&posteriors, None, rules),
            diagnostics: self.told(qortex.diagnostics),
            ..self.base.clone()
        };
        self.tell(data, true);
    }

    /// An export or the answers of a gateway; `path` is only named.
    fn export(&mut self, imported: Imported, path: &Path) {
        let qortex = imported.metrics.is_some();
        let rules = self.rules(qortex);
        if imported.index.is_empty() {
            let data = LearningData {
                qortex,
                traces: imported.metrics.map_or(0, |metrics| metrics.pulls.max(0.0) as u64),
                arms: arms(&imported.posteriors, None, rules),
                diagnostics: self.told(imported.diagnostics),
                ..self.base.clone()
            };
            return self.tell(data, true);
        }
        let index = Arc::new(imported.index);
        let data = LearningData {
            qortex,
            diagnostics: self.told(imported.diagnostics),
            whole: Some(Arc::new(imported.traces)),
            ..self.base.clone()
        };
        // An export without posteriors was asked for none, or they could not be read.
        let posteriors = Some(imported.posteriors.as_slice()).filter(|all| !all.is_empty());
        let mut data = with_runs(data, posteriors, index, rules);
        data.diagnostics.extend(data.runs.iter().filter_map(|runs| missing(runs, path)));
        self.tell(data, true);
    }
}

fn with_runs(
    data: LearningData,
    posteriors: Option<&[Posterior]>,
    index: Arc<TraceIndex>,
    rules: Rules,
) -> LearningData {
    let runs = Runs::new(index, posteriors);
    let Summary { traces, .. } = runs.summary;
    let arms = arms(posteriors.unwrap_or_default(), Some(&runs), rules);
    LearningData { arms, runs: Some(runs), traces, ..data }
}

/// What an export leaves out, so that nobody takes it for recorded.
fn missing(runs: &Runs, path: &Path) -> Option<Diagnostic> {
    (!runs.has_posteriors).then(|| {
        let message = "The source holds no posteriors: what is believed of the arms, and which \
                       runs were passive, is not known.";
        Diagnostic::note("learning-no-posteriors", Place::whole(path), message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::learning::Choice;
    use crate::ops::learning::Input;
    use crate::store::cancel::Cancel;
    use crate::store::location::{ChosenBy, Location};

    const QORTEX: &str = r#"{
        "default": {"tool:fs:Read": {"alpha": 2.0, "beta": 1.0, "pulls": 0, "total_reward": 0.0, "last_updated": ""}},
        "0011223344556677": {"tool:fs:Read": {"alpha": 5.0, "beta": 3.0, "pulls": 6, "total_reward": 4.0, "last_updated": ""}}
    }"#;

    fn replies(store: &Store, part: usize) -> Vec<Reply> {
        let choice = Choice { source: 0, part };
        let wanted = LearningRequest {
            request: Cancel::never(),
            input: Input::State,
            choice,
            contexts: Vec::new(),
        };
        let mut replies = Vec::new();
        load(store, &wanted, &mut |reply| replies.push(reply));
        replies
    }

    #[test]
    fn a_store_of_qortex_is_shown_whole_and_context_by_context() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".qortex/learning");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("openclaw.json"), QORTEX).unwrap();
        let mut location = Location::demo(ChosenBy::Default);
        location.demo = false;
        location.state_dir = home.path().join(".openclaw");
        location.home = Some(home.path().to_owned());
        let store = Store::open(location).unwrap();
        for (part, pulls, name) in [(0, 6, "all contexts"), (1, 0, "no context"), (2, 6, "unknown")]
        {
            let replies = replies(&store, part);
            let [Reply::Learning { data, done: true, .. }] = replies.as_slice() else {
                panic!("{replies:?}");
            };
            assert_eq!((data.parts, data.traces, data.qortex), (2, pulls, true));
            assert!(data.label.contains(name), "{}", data.label);
            let numbered = data.label.starts_with(&format!("context {part} of 2"));
            assert_eq!(numbered, part > 0, "{}", data.label);
            assert_eq!(data.arms.len(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_outside_are_told() {
        let (home, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(elsewhere.path().join("learning.db"), "").unwrap();
        let agent = home.path().join("state/agents/main/agent");
        std::fs::create_dir_all(&agent).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), agent.join("learning")).unwrap();
        let mut location = Location::demo(ChosenBy::Default);
        location.demo = false;
        location.state_dir = home.path().join("state");
        location.home = Some(home.path().to_owned());
        let store = Store::open(location.clone()).unwrap();
        let told = replies(&store, 0);
        let [Reply::LearningFailed { why, .. }] = told.as_slice() else { panic!("{told:?}") };
        assert!(why.iter().any(|line| line.contains("outside the chosen directory")), "{why:?}");
        let folder = home.path().join(".qortex/learning");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("openclaw.json"), QORTEX).unwrap();
        let told = replies(&store, 0);
        let [Reply::Learning { data, .. }] = told.as_slice() else { panic!("{told:?}") };
        assert!(data.diagnostics.iter().any(|one| one.code == "link-outside"));
    }

    #[test]
    fn a_state_without_data_says_where_it_looked() {
        let home = tempfile::tempdir().unwrap();
        let mut location = Location::demo(ChosenBy::Path);
        location.demo = false;
        location.state_dir = home.path().to_owned();
        let replies = replies(&Store::open(location).unwrap(), 0);
        let [Reply::LearningFailed { why, .. }] = replies.as_slice() else { panic!("{replies:?}") };
        assert!(why.iter().any(|line| line.contains(&home.path().display().to_string())));
    }
}
