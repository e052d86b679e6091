//! Which workspaces a bundle can go to, and which one is offered first.

use std::path::{Path, PathBuf};

use super::write::state_around;
use crate::export::target;
use crate::store::Store;

/// Folders of a home directory that most people have, in the order in which they are offered.
const FOLDERS: [&str; 3] = ["Documents", "Downloads", "Desktop"];

/// The workspaces that a bundle can go to, the one to offer first.
///
/// That is the session's own (`cwd`, as its header names it) when it exists, lies outside every
/// state directory and belongs to this machine; then the current directory. Where a bundle would
/// lie in the state directory, other directories of the user are offered instead: the home
/// directory and what usually lies in it.
pub fn workspaces(store: &Store, cwd: Option<&str>, current_dir: &Path) -> Vec<PathBuf> {
    let own = cwd.map(PathBuf::from).filter(|path| is_own_workspace(store, path));
    let here = [current_dir.to_owned()];
    let mut workspaces: Vec<PathBuf> = Vec::new();
    for path in own.into_iter().chain(here) {
        if is_free(store, &path) && !workspaces.contains(&path) {
            workspaces.push(path);
        }
    }
    if workspaces.is_empty() {
        workspaces = instead(store);
    }
    if workspaces.is_empty() {
        workspaces.push(current_dir.to_owned());
    }
    workspaces
}

/// Where a bundle may go when it may not go to the current directory.
fn instead(store: &Store) -> Vec<PathBuf> {
    let Some(home) = &store.location.home else { return Vec::new() };
    let below = FOLDERS.iter().map(|name| home.join(name));
    let all = std::iter::once(home.clone()).chain(below);
    all.filter(|path| path.is_dir() && is_free(store, path)).collect()
}

/// Whether the bundles of a workspace would lie outside the state directory.
fn is_free(store: &Store, workspace: &Path) -> bool {
    state_around(store, &target::base(workspace)).is_none()
}

fn is_own_workspace(store: &Store, path: &Path) -> bool {
    let location = &store.location;
    let Ok(real) = path.canonicalize() else { return false };
    let home = location.home.as_ref().and_then(|home| home.canonicalize().ok());
    // A home of somebody else in the path tells of another machine.
    let in_a_home = ["/home", "/Users"].iter().any(|homes| path.starts_with(homes));
    let is_ours = home.as_ref().is_some_and(|home| real.starts_with(home));
    if !path.is_absolute() || !real.is_dir() || location.demo || (in_a_home && !is_ours) {
        return false;
    }
    let state = location.state_dir.canonicalize();
    let in_chosen = state.is_ok_and(|state| real.starts_with(state));
    if real.ancestors().any(is_state_dir) {
        return false;
    }
    // `~/.openclaw` and `~/.openclaw-<profile>` are state directories, whichever one is chosen.
    let below_home = home.and_then(|home| real.strip_prefix(home).ok().map(Path::to_owned));
    let first = below_home.as_deref().and_then(|rest| rest.iter().next()?.to_str());
    let in_any = first.is_some_and(|name| name == ".openclaw" || name.starts_with(".openclaw-"));
    !(in_chosen || in_any)
}

/// Whether a directory looks like a state directory, whatever it is called.
fn is_state_dir(dir: &Path) -> bool {
    dir.join("agents").is_dir()
        && ["openclaw.json", "clawdbot.json", "state", "identity", "credentials"]
            .iter()
            .any(|name| dir.join(name).exists())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::location::{ChosenBy, Location};

    fn store(dir: &Path) -> Store {
        let mut location = Location::demo(ChosenBy::DemoFlag);
        location.demo = false;
        location.state_dir = dir.join("home/.openclaw");
        location.home = Some(dir.join("home"));
        Store::open(location).unwrap()
    }

    #[test]
    fn the_sessions_own_workspace_is_offered_only_where_it_is_safe() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for name in [
            "home/work",
            "home/.openclaw/workspace",
            "home/.openclaw-dev/x",
            "home/old/agents/main",
            "home/old/state",
            "home/old/workspace",
            "here",
        ] {
            std::fs::create_dir_all(root.join(name)).unwrap();
        }
        let (store, here) = (store(root), root.join("here"));
        let offered = |path: &str| {
            let cwd = root.join(path);
            workspaces(&store, cwd.to_str(), &here)
        };
        assert_eq!(offered("home/work"), [root.join("home/work"), here.clone()]);
        for unsafe_one in
            ["home/.openclaw/workspace", "home/.openclaw-dev/x", "home/old/workspace", "home/gone"]
        {
            assert_eq!(offered(unsafe_one), vec![here.clone()], "{unsafe_one}");
        }
        assert_eq!(workspaces(&store, Some("relative"), &here), vec![here.clone()]);
        assert_eq!(workspaces(&store, None, &here), [here]);
    }

    #[test]
    fn a_directory_in_which_every_bundle_is_refused_is_not_offered() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        std::fs::create_dir_all(home.join(".openclaw/agents")).unwrap();
        let store = store(dir.path());
        assert_eq!(workspaces(&store, None, &home), vec![home.clone()], "there is nothing better");
        std::fs::create_dir(home.join("Downloads")).unwrap();
        for refused in [home.clone(), home.join(".openclaw"), home.join(".openclaw/agents")] {
            assert_eq!(workspaces(&store, None, &refused), [home.join("Downloads")]);
        }
    }
}
