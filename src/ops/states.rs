//! Which directories are somebody's state: no bundle goes into one, whichever state is read.
//!
//! OpenClaw writes to `<workspace>/.openclaw/trajectory-exports`, and in a home directory that
//! `.openclaw` is the state itself. So known state directories count, those that OpenClaw would
//! make here, and whatever looks like one.

use std::path::{Path, PathBuf};

use crate::store::Store;

/// What a state directory holds besides `agents/`.
const BESIDE_AGENTS: [&str; 5] =
    ["openclaw.json", "clawdbot.json", "state/openclaw.sqlite", "identity", "credentials"];

/// How many links that lead to nothing yet may lead to one another, as on Linux.
const MAX_LINKS: usize = 40;

/// The state directory in which a directory lies, or would lie once it is made.
pub(super) fn around(store: &Store, dir: &Path) -> Option<PathBuf> {
    let dir = real(dir);
    let location = &store.location;
    let known = std::iter::once(&location.state_dir).chain(&location.own);
    let mut known = known.filter(|state| state.is_absolute()).map(|state| real(state));
    known
        .find(|state| dir.starts_with(state))
        .or_else(|| dir.ancestors().find(|dir| is_state_dir(dir)).map(Path::to_owned))
}

/// The path without symlinks, as far as it exists. One that leads to nothing yet counts as the way
/// to its target: whoever writes to the link makes that.
fn real(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let there = |above: &Path| above.canonicalize().ok();
        let known = path.ancestors().find_map(|above| Some((above, there(above)?)));
        let Some((above, known)) = known else { break };
        let mut rest = path.strip_prefix(above).unwrap_or(Path::new("")).components();
        let Some(next) = rest.next() else { return known };
        // Joining nothing would add a slash.
        let spelled = |rest: std::path::Components<'_>| known.components().chain(rest).collect();
        let Ok(target) = known.join(next).read_link() else {
            return spelled(path.strip_prefix(above).unwrap_or(Path::new("")).components());
        };
        path = known.join(target).components().chain(rest).collect();
    }
    path
}

/// Whether a directory looks like a state directory. One that has the name of one needs a single
/// sign; any other needs two, as many a project has a folder called `agents`.
fn is_state_dir(dir: &Path) -> bool {
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_named = name == ".openclaw" || name == ".clawdbot" || name.starts_with(".openclaw-");
    let has_agents = dir.join("agents").is_dir();
    let has_more = || BESIDE_AGENTS.iter().any(|name| dir.join(name).exists());
    if is_named { has_agents || has_more() } else { has_agents && has_more() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::location::{ChosenBy, Location};

    #[test]
    fn any_state_is_known_by_what_it_holds_or_by_who_uses_it() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for path in [
            "read/agents",
            "home/.openclaw/agents",
            "other/.openclaw/credentials",
            "copy/agents",
            "copy/identity",
            "project/agents",
            "project/.openclaw/trajectory-exports",
        ] {
            std::fs::create_dir_all(root.join(path)).unwrap();
        }
        let location = Location {
            state_dir: root.join("read"),
            own: vec![root.join("fresh/.openclaw")],
            ..Location::demo(ChosenBy::StateDirFlag)
        };
        let store = Store { location, ..Store::demo().unwrap() };
        let around = |path: &str| around(&store, &root.join(path).join("trajectory-exports/x"));
        for (path, state) in [
            ("read/w/.openclaw", Some("read")),
            ("home/.openclaw", Some("home/.openclaw")),
            ("other/.openclaw", Some("other/.openclaw")),
            ("copy/workspace/.openclaw", Some("copy")),
            ("fresh/.openclaw", Some("fresh/.openclaw")),
            ("fresh/work/.openclaw", None),
            ("project/.openclaw", None),
            ("none/.openclaw", None),
        ] {
            assert_eq!(around(path), state.map(|state| root.join(state)), "{path}");
        }
    }
}
