//! Where state lives: which directory is read, and why that one.
//!
//! The first of these that is given wins, as in OpenClaw 2026.9.6:
//!
//! ```text
//!  --state-dir, PATH ▶ OPENCLAW_STATE_DIR ▶ --profile, OPENCLAW_PROFILE ▶ OPENCLAW_HOME ▶ home
//!                                                              └─ ~/.openclaw, then ~/.clawdbot
//! ```
//!
//! This file decides; `environment` knows the variables, `config` reads the configuration file, and
//! `inspect` finds out what a PATH is. Nothing here lists sessions.

mod config;
mod environment;
mod inspect;

use std::path::{Path, PathBuf};

use super::Error;
use crate::model::key::AgentId;
pub use environment::Environment;

/// What a person asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The PATH argument: a state directory, an agent directory, a transcript, a database, or a copy
    /// of any of these.
    pub path: Option<PathBuf>,
    /// `--state-dir`.
    pub state_dir: Option<PathBuf>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--store`: a session store, `{agentId}` and `~` expanded.
    pub store: Option<String>,
    /// `--demo`.
    pub demo: bool,
}

/// A chosen state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The state directory, or the directory that stands in for one.
    pub state_dir: PathBuf,
    /// How much of it is read.
    pub scope: Scope,
    /// Which setting chose it.
    pub chosen_by: ChosenBy,
    /// The configuration file, when one was read.
    pub config: Option<PathBuf>,
    /// `session.store` or `--store`, expanded per agent on use.
    pub store: Option<String>,
    /// `OPENCLAW_TRAJECTORY_DIR`, expanded; only when the state is this machine's own.
    pub trajectory_dir: Option<PathBuf>,
    /// Home directory that `~` stands for.
    pub home: Option<PathBuf>,
    /// `logging.redactPatterns`: what else the configuration wants masked.
    pub redact_patterns: Vec<String>,
    /// Agents that the configuration names, in its order.
    pub agents: Vec<AgentId>,
    /// The agent that is meant where none is named: as OpenClaw has it, the first that the
    /// configuration marks as the default, else the first that it lists, else `main`.
    pub default_agent: AgentId,
    /// Where OpenClaw keeps its state on this machine, whichever state is read and whether these
    /// directories exist or not.
    pub own: Vec<PathBuf>,
    /// The state is the embedded demo.
    pub demo: bool,
    /// What was odd about the configuration.
    pub diagnostics: Vec<crate::model::diagnostic::Diagnostic>,
}

/// How much of a location is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All agents of a state directory.
    State,
    /// One agent's directory.
    Agent(PathBuf),
    /// One transcript file.
    Transcript(PathBuf),
    /// One agent database.
    Database(PathBuf),
    /// One directory of transcripts, with or without an index.
    Sessions(PathBuf),
}

/// The setting that chose a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChosenBy {
    /// The PATH argument.
    Path,
    /// `--state-dir`.
    StateDirFlag,
    /// `OPENCLAW_STATE_DIR`.
    StateDirVariable,
    /// `--profile`.
    ProfileFlag,
    /// `OPENCLAW_PROFILE`.
    ProfileVariable,
    /// `OPENCLAW_HOME`.
    HomeVariable,
    /// The default: `~/.openclaw`.
    Default,
    /// The default of older releases: `~/.clawdbot`.
    Legacy,
    /// `--store`.
    StoreFlag,
    /// `--demo`.
    DemoFlag,
    /// Nothing else was there.
    DemoFallback,
}

/// Chooses the state to read.
///
/// # Errors
///
/// [`Error::NotFound`] when something was named that does not exist; [`Error::NoState`] when nothing
/// was named and no default directory exists (the caller then falls back to the demo);
/// [`Error::NotAStore`] and [`Error::Invalid`] for arguments that cannot be meant.
pub fn locate(request: &Request, environment: &Environment) -> Result<Location, Error> {
    refuse_contradictions(request)?;
    if request.demo {
        let own = own_states(environment);
        return Ok(Location { own, ..Location::demo(ChosenBy::DemoFlag) });
    }
    let chosen = choose(request, environment)?;
    let own = is_own(&chosen, environment);
    let mut location = Location {
        state_dir: chosen.state_dir,
        scope: chosen.scope,
        chosen_by: chosen.by,
        config: None,
        store: None,
        trajectory_dir: None,
        home: environment.home(),
        redact_patterns: Vec::new(),
        agents: Vec::new(),
        default_agent: AgentId::default(),
        own: own_states(environment),
        demo: false,
        diagnostics: Vec::new(),
    };
    if own {
        location.trajectory_dir = environment.path("OPENCLAW_TRAJECTORY_DIR");
    }
    if location.scope == Scope::State {
        config::apply(&mut location, environment, own);
    }
    if let Some(store) = &request.store {
        location.store = Some(environment.absolute(store).to_string_lossy().into_owned());
        location.chosen_by = ChosenBy::StoreFlag;
    }
    Ok(location)
}

/// The directories in which OpenClaw keeps its state in an environment, whether they exist or not:
/// `OPENCLAW_STATE_DIR`, and `.openclaw` of the home directory and of `OPENCLAW_HOME`.
pub fn own_states(environment: &Environment) -> Vec<PathBuf> {
    let homes = [environment.home(), environment.path("HOME"), environment.path("USERPROFILE")];
    let below = homes.into_iter().flatten().map(|home| home.join(".openclaw"));
    environment.path("OPENCLAW_STATE_DIR").into_iter().chain(below).collect()
}

impl Location {
    /// The location of the embedded demo; its directory is made when the store is opened.
    pub fn demo(chosen_by: ChosenBy) -> Self {
        Self {
            state_dir: PathBuf::new(),
            scope: Scope::State,
            chosen_by,
            config: None,
            store: None,
            trajectory_dir: None,
            home: None,
            redact_patterns: Vec::new(),
            agents: Vec::new(),
            default_agent: AgentId::default(),
            own: Vec::new(),
            demo: true,
            diagnostics: Vec::new(),
        }
    }

    /// The session store of an agent where a setting names one: the path with `{agentId}` filled in.
    pub fn store_of(&self, agent: &AgentId) -> Option<PathBuf> {
        let store = self.store.as_deref()?;
        Some(PathBuf::from(store.replace("{agentId}", agent.as_str())))
    }

    /// The agent that a path inside the state belongs to, from `…/agents/<id>/…`; for a copy under
    /// another name the name of the directory that stands for the agent's.
    pub fn agent_of(&self, agent_dir: &Path) -> AgentId {
        let name = agent_dir.file_name().map(|name| name.to_string_lossy());
        AgentId::normalise(name.as_deref().unwrap_or(AgentId::DEFAULT))
    }
}

/// A state directory with the reason for it, before its configuration is read.
struct Chosen {
    state_dir: PathBuf,
    scope: Scope,
    by: ChosenBy,
}

fn refuse_contradictions(request: &Request) -> Result<(), Error> {
    if request.path.is_some() && request.state_dir.is_some() {
        return Err(Error::Invalid {
            what: "both PATH and --state-dir are given".to_owned(),
            hint: "Give one of them.",
        });
    }
    if request.demo && (request.path.is_some() || request.state_dir.is_some()) {
        return Err(Error::Invalid {
            what: "--demo and a directory are both given".to_owned(),
            hint: "Leave one of them out.",
        });
    }
    Ok(())
}

fn choose(request: &Request, environment: &Environment) -> Result<Chosen, Error> {
    if let Some(path) = &request.path {
        let found = inspect::inspect(&environment.resolve(path))?;
        return Ok(Chosen { state_dir: found.state_dir, scope: found.scope, by: ChosenBy::Path });
    }
    if let Some(path) = &request.state_dir {
        let hint = "Give --state-dir an existing directory, such as ~/.openclaw.";
        return existing(environment.resolve(path), ChosenBy::StateDirFlag, hint);
    }
    match by_environment(request, environment) {
        // A store that was named needs no state directory around it.
        Err(Error::NotFound { .. } | Error::NoState { .. }) if request.store.is_some() => {
            let store = environment.absolute(request.store.as_deref().unwrap_or_default());
            let state_dir = store.parent().map_or_else(|| store.clone(), Path::to_path_buf);
            Ok(Chosen { state_dir, scope: Scope::State, by: ChosenBy::StoreFlag })
        }
        chosen => chosen,
    }
}

fn by_environment(request: &Request, environment: &Environment) -> Result<Chosen, Error> {
    if let Some(path) = environment.path("OPENCLAW_STATE_DIR") {
        let hint = "Mend or unset OPENCLAW_STATE_DIR, or name a directory with --state-dir.";
        return existing(path, ChosenBy::StateDirVariable, hint);
    }
    if let Some(chosen) = by_profile(request, environment)? {
        return Ok(chosen);
    }
    let Some(home) = environment.home() else {
        return Err(Error::NoState { path: PathBuf::from("~/.openclaw") });
    };
    let by = if environment.text("OPENCLAW_HOME").is_some() {
        ChosenBy::HomeVariable
    } else {
        ChosenBy::Default
    };
    let (current, legacy) = (home.join(".openclaw"), home.join(".clawdbot"));
    if !current.exists() && legacy.is_dir() {
        return Ok(Chosen { state_dir: legacy, scope: Scope::State, by: ChosenBy::Legacy });
    }
    if !current.exists() {
        return Err(Error::NoState { path: current });
    }
    existing(current, by, "Name a state directory with --state-dir, or look around with --demo.")
}

fn by_profile(request: &Request, environment: &Environment) -> Result<Option<Chosen>, Error> {
    let (name, by) = match (&request.profile, environment.text("OPENCLAW_PROFILE")) {
        (Some(flag), _) => (flag.trim(), ChosenBy::ProfileFlag),
        (None, Some(variable)) => (variable, ChosenBy::ProfileVariable),
        (None, None) => return Ok(None),
    };
    // OpenClaw takes the profile "default" for no profile.
    if name.eq_ignore_ascii_case("default") {
        return Ok(None);
    }
    if !is_profile_name(name) {
        return Err(Error::Invalid {
            what: format!("{name:?} is not a profile name"),
            hint: "A name has at most 64 letters, digits, \"_\" and \"-\", and starts with a letter or digit.",
        });
    }
    let Some(home) = environment.home() else { return Ok(None) };
    let hint = "Check the name of the profile; its directory is ~/.openclaw-<name>.";
    existing(home.join(format!(".openclaw-{name}")), by, hint).map(Some)
}

fn is_profile_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn existing(path: PathBuf, by: ChosenBy, hint: &'static str) -> Result<Chosen, Error> {
    match path.metadata() {
        Ok(meta) if meta.is_dir() => Ok(Chosen { state_dir: path, scope: Scope::State, by }),
        Ok(_) => Err(Error::NotAStore { path, what: "is not a directory".to_owned(), hint }),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(Error::io(path)(error))
        }
        Err(_) => Err(Error::NotFound { path, hint }),
    }
}

/// Tells whether the state is the one that this machine's OpenClaw uses, so that the rest of the
/// environment speaks of it, too. A copy named by path is not: its absolute paths and this
/// machine's variables have nothing to do with each other.
fn is_own(chosen: &Chosen, environment: &Environment) -> bool {
    if !matches!(chosen.by, ChosenBy::Path | ChosenBy::StateDirFlag) {
        return true;
    }
    let real = |path: &Path| path.canonicalize().ok();
    by_environment(&Request::default(), environment).is_ok_and(|own| {
        real(&own.state_dir).is_some_and(|own| Some(own) == real(&chosen.state_dir))
    })
}

#[cfg(test)]
mod tests;
