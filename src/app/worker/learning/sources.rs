//! Which sources of learning data there are, and how each is called.

use std::path::{Path, PathBuf};

use crate::learning::gateway::Address;
use crate::learning::locate::{self, SourceKind};
use crate::learning::qortex::{Context, DEFAULT_PARTITION, Partition};
use crate::learning::settings::Settings;
use crate::model::number;
use crate::ops::learning::Input;
use crate::store::location::Location;

/// Something that learning data can be read from.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// What a person reads.
    pub(super) label: String,
    /// Where it is.
    pub(super) from: From,
    /// The configuration of the state speaks of it.
    pub(super) own: bool,
}

/// Where learning data are.
#[derive(Debug, Clone)]
pub(super) enum From {
    /// A database, a store of qortex or an export.
    File(PathBuf),
    /// A gateway.
    Gateway(Address),
}

/// All places: what was named, then the state's own. A demo that nobody asked for has nothing to say
/// beside what was named.
pub(super) fn all(location: &Location, input: &Input) -> Vec<Place> {
    let named = match input {
        Input::State => None,
        Input::File(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            Some((name.into_owned(), From::File(path.clone())))
        }
        Input::Gateway(address) => {
            Some((format!("gateway {}", address.url), From::Gateway(address.clone())))
        }
    };
    let alone = named.is_some() && location.demo;
    let mut found = if alone { Vec::new() } else { locate::find(location) };
    // The default agent's comes first, as it is the one that the command line reads.
    let default = SourceKind::Agent(location.default_agent.clone());
    found.sort_by_key(|source| source.kind != default);
    let own = found.into_iter().map(|source| {
        let label = match &source.kind {
            SourceKind::Agent(agent) => format!("agent {agent}"),
            SourceKind::Documented => "documented place".to_owned(),
            SourceKind::Qortex { learner } => format!("qortex {learner}"),
        };
        Place { label, from: From::File(source.path), own: true }
    });
    named.map(|(label, from)| Place { label, from, own: false }).into_iter().chain(own).collect()
}

/// Why there is nothing to read, and what to do about it.
pub(super) fn nowhere(state_dir: &Path, settings: Option<&Settings>) -> Vec<String> {
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
        "To look at a file: clawscope learning --from FILE.".to_owned(),
    ]
}

/// What the configuration says, a few words each.
pub(super) fn words(settings: &Settings) -> Vec<String> {
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

/// Providers that a session may have had: the list of sessions names models only.
const PROVIDERS: [&str; 8] =
    ["anthropic", "openai", "google", "openrouter", "ollama", "openai-codex", "claude-cli", "xai"];

/// The contexts that runs of a session may have had.
pub(super) fn contexts(known: &[Option<String>; 3]) -> impl Iterator<Item = Context> {
    let [key, channel, model] = known.each_ref().map(Option::as_deref);
    let providers = PROVIDERS.into_iter().map(Some).chain([None]);
    providers.flat_map(move |provider| {
        ["active", "passive"].map(|phase| Context::of_session(key, channel, provider, model, phase))
    })
}

pub(super) fn part_name(part: &Partition) -> String {
    match &part.label {
        _ if part.hash == DEFAULT_PARTITION => {
            "no context (all that the product itself shows)".to_owned()
        }
        Some(context) => context.iter().map(|(_, value)| value).collect::<Vec<_>>().join(" "),
        None => format!("unknown context {}", part.hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::location::ChosenBy;

    #[test]
    fn the_database_of_the_default_agent_comes_first() {
        let state = tempfile::tempdir().unwrap();
        for agent in ["alpha", "main", "zeta"] {
            let folder = state.path().join("agents").join(agent).join("agent/learning");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("learning.db"), "").unwrap();
        }
        let mut location = Location::demo(ChosenBy::Path);
        location.demo = false;
        location.state_dir = state.path().to_owned();
        let labels = |location: &Location| {
            all(location, &Input::State).into_iter().map(|place| place.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(&location), ["agent main", "agent alpha", "agent zeta"]);
        location.default_agent = crate::model::key::AgentId::normalise("zeta");
        assert_eq!(labels(&location), ["agent zeta", "agent alpha", "agent main"]);
    }
}
