//! `learning export` and `learning status`: choosing the source, then calling the learning room.

pub mod request;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::learning::database::LearningDb;
use crate::learning::export::copy::Copied;
use crate::learning::export::{self, Options};
use crate::learning::gateway::{Address, Gateway, Token};
use crate::learning::import::{Imported, time};
use crate::learning::locate::{self, Source, SourceKind};
use crate::learning::open::{Opened, open, sniff};
use crate::learning::qortex::Qortex;
use crate::learning::rank::{Rules, rank};
use crate::learning::settings::Settings;
use crate::learning::status::{Status, Unit};
use crate::learning::stored::Stored;
use crate::learning::summary::summarise;
use crate::learning::tally::tally;
use crate::learning::{self};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::learning::posterior::Posterior;
use crate::model::learning::view::Summary;
use crate::store::Store;
use crate::store::cancel::Cancel;
use crate::store::scratch::Scratch;

/// How long a gateway may take for an answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What can go wrong with a verb about learning.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A source cannot be read, or the output cannot be written.
    #[error(transparent)]
    Learning(#[from] learning::Error),
    /// The state holds no learning data.
    #[error(
        "No learning database in {place}. The learning layer of a fork of OpenClaw keeps one in \
         agents/<id>/agent/learning/learning.db; name another file with --db"
    )]
    NoDatabase {
        /// Where it was looked for.
        place: String,
    },
}

/// Where learning data comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Input {
    /// The chosen state: the main agent's database, else the first one there is.
    #[default]
    State,
    /// A file that was named: a database, a store of qortex or an export.
    File(PathBuf),
    /// A running gateway that was named.
    Gateway(Address),
}

impl Input {
    /// A gateway by its address, with the token that it asks for; a blank one is none.
    pub fn gateway(url: &str, token: Option<&str>) -> Self {
        Self::Gateway(Address { url: url.to_owned(), token: token.and_then(Token::new) })
    }

    /// What a person ought to know before this is read: that a token goes over the network for all
    /// to read.
    pub fn warning(&self) -> Option<Diagnostic> {
        match self {
            Self::Gateway(address) => address.exposure(),
            Self::State | Self::File(_) => None,
        }
    }
}

/// The largest file that [`check`] reads whole, in bytes: the explorer reads it once more.
const CHECKED: u64 = 4 << 20;

/// Says what is wrong with a file that was named; of a large one only the head is looked at where
/// that tells enough.
///
/// # Errors
///
/// [`Error::Learning`] when the file cannot be opened or is no learning data.
pub fn check(input: &Input) -> Result<(), Error> {
    let Input::File(path) = input else { return Ok(()) };
    let failed = |source| learning::Error::Io { path: path.clone(), source };
    let file = std::fs::metadata(path).map_err(failed)?;
    if file.is_dir() || (file.is_file() && file.len() <= CHECKED) {
        open(path, &Scratch::new())?;
    } else if file.is_file() {
        sniff(path, &Scratch::new())?;
    }
    Ok(())
}

/// Writes the traces and posteriors of a database, a store of qortex, an export or a gateway, and
/// returns what was odd.
///
/// # Errors
///
/// [`Error`].
pub fn export(
    store: &Store,
    input: &Input,
    options: &Options,
    out: &mut dyn Write,
) -> Result<Vec<Diagnostic>, Error> {
    let chosen = match input {
        Input::State => own_source(store)?.path,
        Input::File(path) => path.clone(),
        Input::Gateway(address) => {
            let gateway = Gateway::new(address, PATIENCE)?;
            return Ok(Copied::of_gateway(&gateway)?.export(options, out)?);
        }
    };
    match open(&chosen, &store.scratch)? {
        Opened::Database(db) => {
            let mut diagnostics: Vec<Diagnostic> = db.note().into_iter().collect();
            diagnostics.extend(export::export(&db, options, out)?);
            diagnostics.extend(no_contexts(&chosen, options.all_contexts));
            Ok(diagnostics)
        }
        Opened::Export(export) => {
            let mut diagnostics = Copied::of_export(&export).export(options, out)?;
            diagnostics.extend(no_contexts(&chosen, options.all_contexts));
            Ok(diagnostics)
        }
        Opened::Qortex(qortex) => {
            let copied = Copied::of_qortex(&qortex, &chosen, options.all_contexts);
            Ok(copied.export(options, out)?)
        }
    }
}

/// Gathers the figures of a source, and what was odd about it; `all_contexts` takes together what
/// the arms of a store of qortex learnt in each context, as [`export()`] does.
///
/// # Errors
///
/// [`Error`].
pub fn status(
    store: &Store,
    input: &Input,
    all_contexts: bool,
) -> Result<(Status, Vec<Diagnostic>), Error> {
    let settings = locate::settings(&store.location);
    let path = match input {
        Input::Gateway(address) => {
            return Ok((Gateway::new(address, PATIENCE)?.status()?, Vec::new()));
        }
        Input::State => own_source(store)?.path,
        Input::File(path) => path.clone(),
    };
    // The configuration of a state says nothing of a file from elsewhere.
    let settings = settings.filter(|_| path.starts_with(&store.location.state_dir));
    let opened = open(&path, &store.scratch)?;
    let has_contexts = matches!(opened, Opened::Qortex(_));
    let (status, odd) = match opened {
        Opened::Database(db) => of_database(&db, settings)?,
        Opened::Qortex(qortex) => of_qortex(qortex, &path, (settings, all_contexts)),
        Opened::Export(export) => {
            of_export(Imported::of(export, &Cancel::never(), &mut |_| {})?, settings)
        }
    };
    let mut diagnostics = match input {
        Input::State => locate::refused(&store.location),
        _ => Vec::new(),
    };
    diagnostics.extend(odd);
    diagnostics.extend(no_contexts(&path, all_contexts && !has_contexts));
    Ok((status, diagnostics))
}

/// Says that all contexts were asked of a source that knows none.
fn no_contexts(path: &Path, asked: bool) -> Option<Diagnostic> {
    let message = "--all-contexts changes nothing here: only a store of qortex has contexts.";
    asked.then(|| Diagnostic::note("learning-no-contexts", Place::whole(path), message))
}

/// The sources of the chosen state, for a person to choose from.
pub fn sources(store: &Store) -> Vec<Source> {
    locate::find(&store.location)
}

/// The default agent's database, else the first source; qortex comes last in the list.
fn own_source(store: &Store) -> Result<Source, Error> {
    let found = sources(store);
    let main = SourceKind::Agent(store.location.default_agent.clone());
    let main = found.iter().position(|source| source.kind == main);
    found.into_iter().nth(main.unwrap_or(0)).ok_or_else(|| missing(store))
}

/// Why there is nothing: a link that is not followed, or no database at all.
fn missing(store: &Store) -> Error {
    if let Some(link) = locate::refused(&store.location).into_iter().next() {
        let path = link.place.path;
        return learning::Error::Format { path, what: link.message }.into();
    }
    Error::NoDatabase { place: store.location.state_dir.display().to_string() }
}

fn of_database(
    db: &LearningDb,
    settings: Option<Settings>,
) -> Result<(Status, Vec<Diagnostic>), Error> {
    let mut diagnostics: Vec<Diagnostic> = db.note().into_iter().collect();
    let (posteriors, odd) = db.posteriors()?;
    let tally = tally(db, db.counts()?.arms)?;
    diagnostics.extend(odd.into_iter().chain(tally.diagnostics));
    let stored = db.stored()?.with_range(tally.range);
    Ok((ranked(settings, Unit::Traces, tally.summary, (&posteriors, stored)), diagnostics))
}

/// The arms without a context, as the product shows them, or those of all contexts taken together;
/// the figures are those of all contexts in either case, as in the product.
fn of_qortex(
    qortex: Qortex,
    path: &Path,
    (settings, all_contexts): (Option<Settings>, bool),
) -> (Status, Vec<Diagnostic>) {
    let arms = qortex.partitions.iter().map(|partition| partition.posteriors.len() as u64).sum();
    let summary = observations(qortex.totals().0, arms);
    let (taken, stored) = qortex.taken(all_contexts);
    let message = if all_contexts {
        format!(
            "The arms of {} contexts are taken together; the product itself shows only those \
             without a context.",
            qortex.partitions.len()
        )
    } else {
        format!(
            "As in the product, only arms without a context are listed: {} of {arms} posteriors. \
             --all-contexts takes all of them together.",
            taken.len()
        )
    };
    let mut diagnostics = qortex.diagnostics;
    diagnostics.push(Diagnostic::note("learning-qortex-status", Place::whole(path), message));
    (ranked(settings, Unit::Observations, summary, (&taken, stored)), diagnostics)
}

fn of_export(imported: Imported, settings: Option<Settings>) -> (Status, Vec<Diagnostic>) {
    let arms = imported.posteriors.len() as u64;
    let (unit, mut summary) = match imported.metrics {
        Some(metrics) => (Unit::Observations, observations(metrics.pulls, metrics.arms as u64)),
        None => (Unit::Traces, summarise(&imported.index, arms)),
    };
    // The ends of the range are those of the times as they stand there, as in a database.
    if let Some(range) = imported.stored.range() {
        [summary.first, summary.last] = range.each_ref().map(time);
    }
    let read = (&*imported.posteriors, imported.stored);
    (ranked(settings, unit, summary, read), imported.diagnostics)
}

/// Where no runs are recorded, the product counts every pull as a run with selection.
fn observations(pulls: f64, arms: u64) -> Summary {
    let mut summary = Summary { traces: pulls as u64, arms, ..Summary::default() };
    summary.selected.runs = summary.traces;
    summary.selected.with_usage = summary.traces;
    summary
}

fn ranked(
    settings: Option<Settings>,
    unit: Unit,
    summary: Summary,
    (posteriors, stored): (&[Posterior], Stored),
) -> Status {
    let qortex = unit == Unit::Observations;
    let rules = settings
        .as_ref()
        .map_or_else(|| Rules { qortex, ..Rules::default() }, |settings| settings.rules(qortex));
    Status { settings, unit, summary, arms: rank(posteriors, rules), stored }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::testing;
    use crate::store::location::{ChosenBy, Location};

    fn store(dir: &Path) -> Store {
        let mut location = Location::demo(ChosenBy::Path);
        location.demo = false;
        location.state_dir = dir.to_owned();
        Store::open(location).unwrap()
    }

    fn database(path: &Path, arm: &str) {
        testing::add_posterior(&testing::writer(path), arm, 4.0, 1.0, 1.0);
    }

    fn exported(store: &Store, file: Option<&Path>) -> Result<String, Error> {
        let mut out = Vec::new();
        let options = Options { traces: false, ..Options::default() };
        let input = file.map_or(Input::State, |path| Input::File(path.to_owned()));
        export(store, &input, &options, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn the_main_agents_database_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        assert!(matches!(exported(&store, None), Err(Error::NoDatabase { .. })));
        let at =
            |agent: &str| dir.path().join(format!("agents/{agent}/agent/learning/learning.db"));
        database(&at("alpha"), "tool:of:alpha");
        assert!(exported(&store, None).unwrap().contains("tool:of:alpha"));
        database(&at("main"), "tool:of:main");
        assert!(exported(&store, None).unwrap().contains("tool:of:main"));
        assert!(exported(&store, Some(&at("alpha"))).unwrap().contains("tool:of:alpha"));
        let (status, diagnostics) = status(&store, &Input::State, false).unwrap();
        assert_eq!((status.summary.arms, diagnostics.len()), (1, 0));
    }

    #[test]
    fn a_machine_that_has_gone_over_to_qortex_is_exported_all_the_same() {
        let home = tempfile::tempdir().unwrap();
        let learner = home.path().join(".qortex/learning/mine.json");
        std::fs::create_dir_all(learner.parent().unwrap()).unwrap();
        std::fs::write(&learner, r#"{"default":{"a":{"alpha":2,"beta":1,"pulls":0}}}"#).unwrap();
        let mut location = Location::demo(ChosenBy::Default);
        location.demo = false;
        location.state_dir = home.path().join(".openclaw");
        location.home = Some(home.path().to_owned());
        let store = Store::open(location).unwrap();
        assert!(exported(&store, None).unwrap().contains("\"learner\": \"mine\""));
    }

    #[test]
    fn an_export_has_a_status_and_is_exported_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("export.json");
        std::fs::write(&path, r#"{"metrics":{"total_pulls":9,"arm_count":2},"posteriors":[]}"#)
            .unwrap();
        let store = store(dir.path());
        let (status, _) = status(&store, &Input::File(path.clone()), false).unwrap();
        assert_eq!((status.unit, status.summary.traces), (Unit::Observations, 9));
        assert!(exported(&store, Some(&path)).unwrap().contains("\"total_pulls\": 9"));
        let qortex = dir.path().join("openclaw.json");
        std::fs::write(&qortex, r#"{"default":{"a":{"alpha":2,"beta":1,"pulls":0}}}"#).unwrap();
        let text = exported(&store, Some(&qortex)).unwrap();
        assert!(text.contains("\"learner\": \"openclaw\"") && text.contains("\"alpha\": 2,"));
    }
}
