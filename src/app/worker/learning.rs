//! Reading learning data for the learning tab: first what is known at once, then all runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::work::Emit;
use crate::app::effect::{LearningRequest, Reply, TraceRequest};
use crate::app::state::learning::data::{LearningData, Runs, arms};
use crate::learning::Error;
use crate::learning::database::LearningDb;
use crate::learning::import::Imported;
use crate::learning::locate::{self, Source, SourceKind};
use crate::learning::open::{Opened, open};
use crate::learning::qortex::{Context, DEFAULT_PARTITION, Partition, Qortex};
use crate::learning::rank::Rules;
use crate::learning::scan::scan;
use crate::learning::settings::Settings;
use crate::model::learning::posterior::Posterior;
use crate::model::learning::trace::Trace;
use crate::model::learning::view::Summary;
use crate::model::number;
use crate::store::Store;
use crate::store::scratch::Scratch;

/// Reads the chosen source of the state.
pub fn load(store: &Store, wanted: &LearningRequest, emit: Emit<'_>) {
    let request = wanted.request.generation();
    let sources = locate::find(&store.location);
    let settings = locate::settings(&store.location);
    let Some(source) = sources.get(wanted.choice.source).or(sources.first()) else {
        let why = nowhere(&store.location.state_dir, settings.as_ref());
        return emit(Reply::LearningFailed { request, why });
    };
    let mut reader = Reader {
        wanted,
        base: LearningData {
            label: label(source),
            sources: sources.iter().map(label).collect(),
            settings: settings.as_ref().map(words),
            ..LearningData::default()
        },
        settings,
        emit,
    };
    let read = open(&source.path, &store.scratch).and_then(|opened| match opened {
        Opened::Database(db) => reader.database(&db, &store.scratch),
        Opened::Qortex(store) => {
            reader.qortex(store);
            Ok(())
        }
        Opened::Export(imported) => {
            reader.export(imported);
            Ok(())
        }
    });
    if let Err(error) = read
        && !wanted.request.is_stale()
    {
        (reader.emit)(Reply::LearningFailed { request, why: vec![error.to_string()] });
    }
}

/// Why there is nothing to read, and what to do about it.
fn nowhere(state_dir: &Path, settings: Option<&Settings>) -> Vec<String> {
    let off = settings.is_some_and(|settings| settings.enabled != Some(true));
    let what = if off {
        "The configuration has a learning section, but learning.enabled is not true: runs are not \
         recorded."
    } else {
        "The learning layer is part of a fork of OpenClaw. Where it runs, each agent keeps its \
         traces and posteriors in agents/<id>/agent/learning/learning.db."
    };
    vec![
        format!("No learning database below {}.", state_dir.display()),
        what.to_owned(),
        "To record: set learning.enabled to true in openclaw.json of the fork and run the agent."
            .to_owned(),
        "To look at a file: clawscope learning status --from FILE.".to_owned(),
    ]
}

fn label(source: &Source) -> String {
    match &source.kind {
        SourceKind::Agent(agent) => format!("agent {agent}"),
        SourceKind::Documented => "documented place".to_owned(),
        SourceKind::Qortex { learner } => format!("qortex {learner}"),
    }
}

/// What the configuration says, a few words each.
fn words(settings: &Settings) -> Vec<String> {
    let phase = settings.phase.clone().unwrap_or_else(|| "passive".to_owned());
    let on = if settings.enabled == Some(true) { phase } else { "switched off".to_owned() };
    let whole = |value: f64| number::grouped(value.max(0.0) as u64);
    [
        Some(on),
        settings.token_budget.map(|budget| format!("budget {} tokens", whole(budget))),
        settings.baseline_rate.map(|rate| format!("baseline {}", number::percent(rate))),
        settings.min_pulls.map(|pulls| format!("at least {} pulls", whole(pulls))),
    ]
    .into_iter()
    .flatten()
    .collect()
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
        let diagnostics = db.note().into_iter().chain(odd).collect();
        let data = LearningData {
            traces: db.counts()?.traces,
            arms: arms(&posteriors, None, rules),
            diagnostics,
            ..self.base.clone()
        };
        self.tell(data.clone(), false);
        if self.wanted.request.is_stale() {
            return Ok(());
        }
        let scan = scan(db, scratch)?;
        let mut whole = with_runs(data, &posteriors, Arc::new(scan.index), rules);
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
        let pulls: f64 = posteriors.iter().map(|posterior| posterior.pulls).sum();
        let label = format!("{} · {name}", self.base.label);
        let data = LearningData {
            label,
            parts: qortex.partitions.len(),
            qortex: true,
            traces: pulls.max(0.0) as u64,
            arms: arms(&posteriors, None, self.rules(true)),
            diagnostics: qortex.diagnostics,
            ..self.base.clone()
        };
        self.tell(data, true);
    }

    fn export(&mut self, imported: Imported) {
        let qortex = imported.metrics.is_some();
        let rules = self.rules(qortex);
        let index = Arc::new(imported.index());
        let data = LearningData {
            qortex,
            traces: imported.traces.len() as u64,
            diagnostics: imported.diagnostics,
            whole: Some(Arc::new(imported.traces)),
            ..self.base.clone()
        };
        self.tell(with_runs(data, &imported.posteriors, index, rules), true);
    }
}

/// Providers that a session may have had: the list of sessions names models only.
const PROVIDERS: [&str; 8] =
    ["anthropic", "openai", "google", "openrouter", "ollama", "openai-codex", "claude-cli", "xai"];

/// The contexts that runs of a session may have had.
fn contexts(known: &[Option<String>; 3]) -> impl Iterator<Item = Context> {
    let [key, channel, model] = known.each_ref().map(Option::as_deref);
    let providers = PROVIDERS.into_iter().map(Some).chain([None]);
    providers.flat_map(move |provider| {
        ["active", "passive"].map(|phase| Context::of_session(key, channel, provider, model, phase))
    })
}

fn with_runs(
    data: LearningData,
    posteriors: &[Posterior],
    index: Arc<crate::model::learning::index::TraceIndex>,
    rules: Rules,
) -> LearningData {
    let runs = Runs::new(index, posteriors);
    let Summary { traces, .. } = runs.summary;
    LearningData { arms: arms(posteriors, Some(&runs), rules), runs: Some(runs), traces, ..data }
}

fn part_name(part: &Partition) -> String {
    match &part.label {
        _ if part.hash == DEFAULT_PARTITION => {
            "no context (all that the product itself shows)".to_owned()
        }
        Some(context) => context.iter().map(|(_, value)| value).collect::<Vec<_>>().join(" "),
        None => format!("unknown context {}", part.hash),
    }
}

/// Reads whole traces, keeping the database of the last one open.
#[derive(Debug, Default)]
pub struct Traces {
    open: Option<(PathBuf, LearningDb)>,
}

impl Traces {
    /// Reads one trace.
    pub fn load(&mut self, store: &Store, wanted: &TraceRequest, emit: Emit<'_>) {
        let trace = self.read(store, wanted);
        if trace.is_err() {
            // The file may have been replaced; the next request opens it anew.
            self.open = None;
        }
        let request = wanted.request;
        emit(Reply::Trace { request, row: wanted.row, trace: trace.map(Arc::new) });
    }

    fn read(&mut self, store: &Store, wanted: &TraceRequest) -> Result<Trace, String> {
        let sources = locate::find(&store.location);
        let source = sources.into_iter().nth(wanted.source).ok_or("the database is gone")?;
        let said = |error: Error| error.to_string();
        let current = |(path, db): &(PathBuf, LearningDb)| *path == source.path && db.is_current();
        let db = match self.open.take().filter(current) {
            Some((_, db)) => db,
            None => LearningDb::open(&source.path, &store.scratch).map_err(said)?,
        };
        let trace = db.trace(wanted.row).map_err(said)?;
        self.open = Some((source.path, db));
        trace.ok_or_else(|| "the row is gone; R reads anew".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::learning::Choice;
    use crate::store::cancel::Cancel;
    use crate::store::location::{ChosenBy, Location};

    const QORTEX: &str = r#"{
        "default": {"tool:fs:Read": {"alpha": 2.0, "beta": 1.0, "pulls": 0, "total_reward": 0.0, "last_updated": ""}},
        "0011223344556677": {"tool:fs:Read": {"alpha": 5.0, "beta": 3.0, "pulls": 6, "total_reward": 4.0, "last_updated": ""}}
    }"#;

    fn replies(store: &Store, part: usize) -> Vec<Reply> {
        let choice = Choice { source: 0, part };
        let wanted = LearningRequest { request: Cancel::never(), choice, contexts: Vec::new() };
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
            assert_eq!(data.arms.len(), 1);
        }
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
