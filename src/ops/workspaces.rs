//! Which workspaces a bundle can go to, and which one is offered first.

use std::path::{Path, PathBuf};

use super::write::state_around;
use crate::export::target;
use crate::store::Store;

/// The workspaces that a bundle can go to, the one to offer first.
///
/// That is the session's own (`cwd`, as its header names it) when it exists, lies outside every
/// state directory and belongs to this machine; then the current directory. Where a bundle could go
/// to neither, the current directory is offered all the same: the dialogue says why that cannot be
/// and takes another folder. No folder is chosen that nobody has named.
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
        workspaces.push(current_dir.to_owned());
    }
    workspaces
}

/// Whether the bundles of a workspace would lie outside every state directory.
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
    // `~/.openclaw` and `~/.openclaw-<profile>` are state directories, whatever they hold.
    let below_home = home.and_then(|home| real.strip_prefix(home).ok().map(Path::to_owned));
    let first = below_home.as_deref().and_then(|rest| rest.iter().next()?.to_str());
    let in_any = first.is_some_and(|name| name == ".openclaw" || name.starts_with(".openclaw-"));
    !in_any && state_around(store, &real).is_none()
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
            "home/old/identity",
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
    fn no_folder_is_chosen_that_nobody_has_named() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        std::fs::create_dir_all(home.join(".openclaw/agents")).unwrap();
        std::fs::create_dir_all(home.join("work")).unwrap();
        let store = store(dir.path());
        for refused in [home.clone(), home.join(".openclaw"), home.join(".openclaw/agents")] {
            assert_eq!(workspaces(&store, None, &refused), vec![refused]);
        }
        let work = home.join("work");
        assert_eq!(
            workspaces(&store, work.to_str(), &home),
            [work],
            "of two, the one that is free"
        );
    }
}
