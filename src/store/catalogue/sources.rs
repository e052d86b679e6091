//! Which agents a location has, and the directories, indexes and databases of each.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::key::AgentId;
use crate::store::confine::Roots;
use crate::store::location::{ChosenBy, Location, Scope};

/// The places where the sessions of one agent (or one shared store) lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgentSource {
    /// The agent that the directory belongs to.
    pub(super) agent: AgentId,
    /// The store may hold sessions of other agents, too: the keys tell.
    pub(super) shared: bool,
    /// Agent databases that exist.
    pub(super) databases: Vec<PathBuf>,
    /// The session index, whether it exists or not.
    pub(super) index: Option<PathBuf>,
    /// The directory of transcripts.
    pub(super) transcripts: Option<PathBuf>,
    /// The directory in which a migration left what it took over.
    pub(super) imported: Option<PathBuf>,
}

/// Lists the agents of a location, configured ones first, and their sources.
pub(super) fn of_location(
    location: &Location,
    roots: &Roots,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<AgentId>, Vec<AgentSource>) {
    match &location.scope {
        Scope::State => of_state(location, roots, diagnostics),
        Scope::Agent(dir) => one(AgentSource::of_agent(location.agent_of(dir), dir)),
        Scope::Sessions(dir) => one(AgentSource::of_transcripts(location, dir)),
        Scope::Transcript(file) => {
            one(AgentSource::of_transcripts(location, file.parent().unwrap_or(file)))
        }
        Scope::Database(file) => {
            let agent_dir =
                file.parent().filter(|dir| dir.ends_with("agent")).and_then(Path::parent);
            let agent = location.agent_of(agent_dir.unwrap_or(Path::new("")));
            one(AgentSource {
                databases: vec![file.clone()],
                shared: true,
                ..AgentSource::empty(agent)
            })
        }
    }
}

fn one(source: AgentSource) -> (Vec<AgentId>, Vec<AgentSource>) {
    (vec![source.agent.clone()], vec![source])
}

fn of_state(
    location: &Location,
    roots: &Roots,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<AgentId>, Vec<AgentSource>) {
    let directories = agent_directories(&location.state_dir, roots, diagnostics);
    let mut agents = location.agents.clone();
    for (agent, _) in &directories {
        if !agents.contains(agent) {
            agents.push(agent.clone());
        }
    }
    let mut sources: Vec<AgentSource> = Vec::new();
    if location.chosen_by != ChosenBy::StoreFlag {
        sources
            .extend(directories.into_iter().map(|(agent, dir)| AgentSource::of_agent(agent, &dir)));
        let rank = |agent: &AgentId| agents.iter().position(|other| other == agent);
        sources.sort_by_key(|source| rank(&source.agent));
    }
    if agents.is_empty() && location.store.is_some() {
        agents.push(location.default_agent.clone());
    }
    for agent in &agents {
        let Some(store) = location.store_of(agent) else {
            break;
        };
        let source = AgentSource::of_store(agent.clone(), &store);
        let known = |other: &AgentSource| {
            other.index == source.index && other.transcripts == source.transcripts
        };
        match sources.iter_mut().find(|other| known(other)) {
            // The same store for several agents: its keys tell whose a session is.
            Some(other) => other.shared |= other.agent != source.agent,
            None => sources.push(source),
        }
    }
    (agents, sources)
}

/// The directories under `agents/`, by name.
fn agent_directories(
    state_dir: &Path,
    roots: &Roots,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(AgentId, PathBuf)> {
    let agents = state_dir.join("agents");
    if !roots.admit(&agents, diagnostics) {
        return Vec::new();
    }
    let entries = match fs::read_dir(&agents) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            let message = format!("The directory of agents cannot be read: {error}.");
            diagnostics.push(Diagnostic::error(
                "directory-unreadable",
                Place::whole(agents),
                message,
            ));
            return Vec::new();
        }
    };
    let mut is_agent = |path: &PathBuf| {
        let named = path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.'));
        named && (!path.is_symlink() || roots.admit(path, diagnostics)) && path.is_dir()
    };
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(&mut is_agent).collect();
    paths.sort_unstable();
    let id =
        |path: &Path| AgentId::normalise(&path.file_name().unwrap_or_default().to_string_lossy());
    paths.into_iter().map(|path| (id(&path), path)).collect()
}

impl AgentSource {
    fn empty(agent: AgentId) -> Self {
        Self {
            agent,
            shared: false,
            databases: Vec::new(),
            index: None,
            transcripts: None,
            imported: None,
        }
    }

    /// `<state>/agents/<id>`, or a copy of such a directory.
    fn of_agent(agent: AgentId, dir: &Path) -> Self {
        let transcripts = dir.join("sessions");
        Self {
            databases: existing([dir.join("agent/openclaw-agent.sqlite")]),
            index: Some(transcripts.join("sessions.json")),
            transcripts: Some(transcripts),
            imported: Some(dir.join("session-sqlite-import-archive")),
            ..Self::empty(agent)
        }
    }

    /// A directory of transcripts that was named itself.
    fn of_transcripts(location: &Location, dir: &Path) -> Self {
        let agent_dir = dir.parent().filter(|_| dir.ends_with("sessions"));
        Self {
            shared: true,
            index: Some(dir.join("sessions.json")),
            transcripts: Some(dir.to_owned()),
            ..Self::empty(location.agent_of(agent_dir.unwrap_or(Path::new(""))))
        }
    }

    /// A store that a setting names, with the database that OpenClaw 2026.9.6 derives from it.
    fn of_store(agent: AgentId, store: &Path) -> Self {
        if store.extension().is_some_and(|extension| extension == "sqlite") {
            return Self {
                databases: existing([store.to_owned()]),
                shared: true,
                ..Self::empty(agent)
            };
        }
        let index = if store.is_dir() { store.join("sessions.json") } else { store.to_owned() };
        let dir = index.parent().unwrap_or(&index).to_owned();
        let is_default_name = index.ends_with("sessions.json");
        if is_default_name
            && dir.ends_with("sessions")
            && let Some(agent_dir) = dir.parent()
            && agent_dir.parent().is_some_and(|agents| agents.ends_with("agents"))
        {
            return Self::of_agent(agent, agent_dir);
        }
        let databases = if is_default_name {
            existing([dir.join("openclaw-agent.sqlite")])
        } else {
            named_after(&index, &agent)
        };
        Self { databases, index: Some(index), transcripts: Some(dir), ..Self::empty(agent) }
    }
}

/// A link counts wherever it leads; whether it is followed is for others to say.
fn existing(paths: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    paths.into_iter().filter(|path| path.symlink_metadata().is_ok()).collect()
}

/// The databases of a store that is not called `sessions.json`: `<stem>.sqlite`, and for further
/// owners `<stem>.<agent>.sqlite` and `<stem>.<agent>.<n>.sqlite`, n from 2, without a gap.
fn named_after(index: &Path, agent: &AgentId) -> Vec<PathBuf> {
    let first = ["sqlite".to_owned(), format!("{agent}.sqlite")];
    let mut paths = existing(first.map(|extension| index.with_extension(extension)));
    let numbered = (2_u32..).map(|n| index.with_extension(format!("{agent}.{n}.sqlite")));
    paths.extend(numbered.take_while(|path| path.exists()));
    paths
}
