//! Where learning data lies in a state.

use std::fs;
use std::path::{Path, PathBuf};

use super::settings::Settings;
use crate::model::diagnostic::Diagnostic;
use crate::model::key::AgentId;
use crate::store::Roots;
use crate::store::location::{ChosenBy, Location, Scope};

/// Larger files are no configuration that a person wrote, in bytes.
const CONFIG_MAX: u64 = 8 << 20;

/// A source of learning data in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: SourceKind,
}

/// The kinds of sources in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// The database of an agent.
    Agent(AgentId),
    /// The place that the product's documentation names, `<state>/learning/learning.db`; no release
    /// writes there.
    Documented,
    /// A learner of qortex, which later releases use instead.
    Qortex {
        /// The name of the learner.
        learner: String,
    },
}

/// Finds the sources of a state: the databases of its agents by name, the documented place, and,
/// for this machine's own state, qortex in the home directory.
///
/// What a link leads to outside the state is left out; see [`refused`].
pub fn find(location: &Location) -> Vec<Source> {
    look(location, &mut Vec::new())
}

/// Names the links that are not followed because they lead out of the state.
pub fn refused(location: &Location) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    look(location, &mut diagnostics);
    diagnostics
}

fn look(location: &Location, refused: &mut Vec<Diagnostic>) -> Vec<Source> {
    let roots = Roots::of(location);
    let mut is_ours = |path: &Path| path.is_file() && roots.admit(path, refused);
    let mut sources = Vec::new();
    let mut agent = |dir: &Path| {
        // An agent's directory is `agents/<id>`, the product's own idea of it `agents/<id>/agent`.
        for folder in [dir.join("agent"), dir.to_owned()] {
            let path = folder.join("learning/learning.db");
            if is_ours(&path) {
                sources.push(Source { path, kind: SourceKind::Agent(location.agent_of(dir)) });
            }
        }
    };
    match &location.scope {
        Scope::State => {
            for dir in directories(&location.state_dir.join("agents")) {
                agent(&dir);
            }
        }
        Scope::Agent(dir) => agent(dir),
        Scope::Transcript(_) | Scope::Database(_) | Scope::Sessions(_) => {}
    }
    let documented = location.state_dir.join("learning/learning.db");
    let known = sources.iter().any(|source| source.path == documented);
    if !known && is_ours(&documented) {
        sources.push(Source { path: documented, kind: SourceKind::Documented });
    }
    if let Some(home) = location.home.as_ref().filter(|_| is_own(location)) {
        sources.extend(learners(&home.join(".qortex/learning")));
    }
    sources
}

/// Reads what the state's configuration says of the learning layer.
pub fn settings(location: &Location) -> Option<Settings> {
    let own = location.state_dir.join("openclaw.json");
    let path = location.config.as_ref().unwrap_or(&own);
    let text = Roots::of(location).read(path, CONFIG_MAX).ok()?;
    Settings::parse(&String::from_utf8_lossy(&text))
}

/// Qortex is outside the state: it belongs to it only when both are this machine's.
fn is_own(location: &Location) -> bool {
    let named =
        matches!(location.chosen_by, ChosenBy::Path | ChosenBy::StateDirFlag | ChosenBy::StoreFlag);
    !named && !location.demo
}

fn directories(parent: &Path) -> Vec<PathBuf> {
    entries(parent).into_iter().filter(|path| path.is_dir()).collect()
}

fn learners(folder: &Path) -> Vec<Source> {
    let files = entries(folder).into_iter().filter(|path| path.is_file());
    let stored = files
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "db" || suffix == "json"));
    stored
        .filter_map(|path| {
            let learner = path.file_stem()?.to_str()?.to_owned();
            Some(Source { path, kind: SourceKind::Qortex { learner } })
        })
        .collect()
}

/// The entries of a folder by name; none of one that cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = read.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(dir: &Path) -> Location {
        Location { state_dir: dir.to_owned(), demo: false, ..Location::demo(ChosenBy::Default) }
    }

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn every_place_is_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        let state_dir = dir.path().join("state");
        touch(&state_dir.join("agents/main/agent/learning/learning.db"));
        touch(&state_dir.join("agents/Ops/agent/learning/learning.db"));
        touch(&state_dir.join("agents/none/agent/other.db"));
        touch(&state_dir.join("learning/learning.db"));
        touch(&dir.path().join(".qortex/learning/openclaw.db"));
        touch(&dir.path().join(".qortex/learning/openclaw.db-wal"));
        let mut location = state(&state_dir);
        location.home = Some(dir.path().to_owned());
        let kinds: Vec<SourceKind> = find(&location).into_iter().map(|found| found.kind).collect();
        assert_eq!(
            kinds,
            [
                SourceKind::Agent(AgentId::normalise("ops")),
                SourceKind::Agent(AgentId::normalise("main")),
                SourceKind::Documented,
                SourceKind::Qortex { learner: "openclaw".into() },
            ]
        );
        location.chosen_by = ChosenBy::Path;
        assert_eq!(find(&location).len(), 3);
        location.scope = Scope::Agent(state_dir.join("agents/main"));
        location.state_dir = state_dir.join("agents/main");
        assert_eq!(find(&location).len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_state_are_named_and_not_followed() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        touch(&elsewhere.path().join("learning/learning.db"));
        fs::write(elsewhere.path().join("openclaw.json"), "{ learning: {} }").unwrap();
        let agent = dir.path().join("agents/main/agent");
        fs::create_dir_all(&agent).unwrap();
        let link = std::os::unix::fs::symlink::<std::path::PathBuf, std::path::PathBuf>;
        link(elsewhere.path().join("learning"), agent.join("learning")).unwrap();
        link(elsewhere.path().join("openclaw.json"), dir.path().join("openclaw.json")).unwrap();
        let location = state(dir.path());
        assert_eq!(find(&location), []);
        assert_eq!(refused(&location).len(), 1);
        assert_eq!(settings(&location), None);
        let pipe = dir.path().join("openclaw.json");
        fs::remove_file(&pipe).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(settings(&location), None, "nobody waits for the other end");
        let named = Location { scope: Scope::Agent(elsewhere.path().to_owned()), ..location };
        assert_eq!(find(&named).len(), 1);
    }

    #[test]
    fn settings_come_from_the_configuration_that_was_chosen() {
        let dir = tempfile::tempdir().unwrap();
        let mut location = state(dir.path());
        assert_eq!(settings(&location), None);
        let config = dir.path().join("openclaw.json");
        fs::write(&config, "{ learning: { phase: 'active' } }").unwrap();
        location.config = Some(config);
        assert_eq!(settings(&location).unwrap().phase.as_deref(), Some("active"));
    }
}
