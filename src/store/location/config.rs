//! The few members of `openclaw.json` that say where sessions lie and what to mask in them:
//! `session.store`, `agents.list`, `agents.entries`, `logging.redactPatterns`.
//!
//! The file is JSON5 and may hold credentials, so nothing of it is kept or quoted beyond these.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Environment, Location};
use crate::model::diagnostic::{Diagnostic, Place};
use crate::model::key::AgentId;
use crate::store::confine::Roots;

/// Larger files are no configuration that a person wrote.
const MAX_BYTES: u64 = 8 << 20;

/// Reads the configuration of a state directory into its location; trouble becomes a diagnostic.
///
/// `own` says that the state is this machine's own: only then `OPENCLAW_CONFIG_PATH` speaks of it,
/// and only then a store outside the state directory is followed.
pub(super) fn apply(location: &mut Location, environment: &Environment, own: bool) {
    let named = own.then(|| environment.path("OPENCLAW_CONFIG_PATH")).flatten();
    let Some(path) = named.or_else(|| default_path(&location.state_dir)) else {
        return;
    };
    // This machine's own OpenClaw reads it through a link, too; in a copy a link is a stranger's.
    if !own && !Roots::of(location).admit(&path, &mut location.diagnostics) {
        return;
    }
    let text = match read(&path) {
        Ok(text) => text,
        Err(why) => return location.diagnostics.push(unreadable(&path, &why)),
    };
    match json5::from_str::<Value>(&text) {
        Ok(config) => take(location, &config, environment, own, &path),
        Err(error) => {
            let line = error.position().map(|at| format!(" (line {})", at.line + 1));
            let why = format!("it is not valid JSON5{}", line.unwrap_or_default());
            location.diagnostics.push(unreadable(&path, &why));
        }
    }
    location.config = Some(path);
}

fn default_path(state_dir: &Path) -> Option<PathBuf> {
    ["openclaw.json", "clawdbot.json"]
        .map(|name| state_dir.join(name))
        .into_iter()
        .find(|path| path.is_file())
}

fn read(path: &Path) -> Result<String, String> {
    let meta = path.metadata().map_err(|error| error.to_string())?;
    if !meta.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    if meta.len() > MAX_BYTES {
        return Err("it is larger than 8 MiB".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
}

fn take(
    location: &mut Location,
    config: &Value,
    environment: &Environment,
    own: bool,
    path: &Path,
) {
    take_agents(location, config);
    let patterns = config.pointer("/logging/redactPatterns").and_then(Value::as_array);
    let patterns = patterns.into_iter().flatten().filter_map(Value::as_str);
    location.redact_patterns.extend(patterns.map(str::to_owned));
    let Some(store) = config.pointer("/session/store").and_then(Value::as_str) else {
        return;
    };
    if store.trim().is_empty() {
        return;
    }
    let store = environment.absolute(store);
    if own || store.starts_with(&location.state_dir) {
        location.store = Some(store.to_string_lossy().into_owned());
    } else {
        location.diagnostics.push(Diagnostic::note(
            "store-outside",
            Place::whole(path),
            "The configuration puts the session store outside the directory that was chosen; \
             it is not followed. Name it with --store to read it.",
        ));
    }
}

/// OpenClaw up to 2026.7.1 lists agents, later releases key them by id.
fn take_agents(location: &mut Location, config: &Value) {
    let list = config.pointer("/agents/list").and_then(Value::as_array);
    let listed = list.into_iter().flatten();
    let listed: Vec<_> =
        listed.filter_map(|agent| Some((agent.get("id")?.as_str()?, agent))).collect();
    let entries = config.pointer("/agents/entries").and_then(Value::as_object);
    let keyed = entries.into_iter().flatten().map(|(id, agent)| (id.as_str(), agent));
    let first = listed.first().map(|(id, _)| *id);
    let mut marked = None;
    for (id, agent) in listed.into_iter().chain(keyed) {
        if agent.get("default").and_then(Value::as_bool) == Some(true) {
            marked = marked.or(Some(id));
        }
        let id = AgentId::normalise(id);
        if !location.agents.contains(&id) {
            location.agents.push(id);
        }
    }
    // Of agents that are keyed and not marked none is the first: our reader sorts them.
    location.default_agent = marked.or(first).map(AgentId::normalise).unwrap_or_default();
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::warning(
        "config-unreadable",
        Place::whole(path),
        format!("The configuration cannot be read: {why}. The default places are used."),
    )
}
