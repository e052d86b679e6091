//! Where the explorer's bundle goes: a name for its directory that is checked while it is typed, or
//! the path of another folder that is to be the workspace.

use std::path::{Path, PathBuf};

use crate::export::target::{self, Target, default_name};
use crate::js::date;
use crate::store::Store;

use super::plan::PlanRequest;
use super::write::{find_target, resolve, state_fault};

/// How many bundles of one plan may stand beside each other under the usual name.
const MOST_COPIES: usize = 99;

/// A directory that a bundle may be written to, and the same relative to the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The directory, absolute.
    pub dir: PathBuf,
    /// The directory relative to the workspace.
    pub display: String,
}

/// What a text that was typed for a bundle stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The name of the bundle's directory.
    Bundle(Destination),
    /// A folder that bundles can go to: absolute, no bundle's name.
    Workspace(PathBuf),
}

/// Finds out what a typed text stands for, by the rules of the command; nothing is created.
///
/// An absolute path, or one that starts with `~`, is a folder: no bundle can have such a name. A
/// blank text stands for the usual name, with a number where that is taken.
///
/// # Errors
///
/// The command's message about a name, or what is wrong with a folder.
pub fn named(store: &Store, request: &PlanRequest, text: &str) -> Result<Named, String> {
    if is_folder(text) {
        return folder(store, text.trim()).map(Named::Workspace);
    }
    let target = target(store, request, text)?;
    Ok(Named::Bundle(Destination { dir: target.dir, display: target.display }))
}

/// Tells whether a typed text is meant as a folder.
pub fn is_folder(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('~') || Path::new(text).is_absolute()
}

fn folder(store: &Store, text: &str) -> Result<PathBuf, String> {
    let home = store.location.home.as_deref();
    let path = match (text.strip_prefix('~'), home) {
        (None, _) => PathBuf::from(text),
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        (Some(_), _) => return Err(format!("{text}: spell the path of the folder out, from / on")),
    };
    let path = resolve(Path::new("/"), &path.display().to_string());
    if !path.is_dir() {
        return Err(format!("{} is no folder", path.display()));
    }
    match state_fault(store, &target::base(&path)) {
        Some(fault) => Err(format!("{fault}. Type another folder")),
        None => Ok(path),
    }
}

/// The directory that a name stands for.
pub(super) fn target(store: &Store, request: &PlanRequest, name: &str) -> Result<Target, String> {
    let now = store.now(request.now);
    let find = |name: &str| {
        find_target(&request.workspace, Some(name), &request.row.session_id, now)
            .map_err(|error| error.to_string())
    };
    let usual = default_name(&request.row.session_id, &date::to_iso(now).unwrap_or_default());
    let is_taken = |name: &str| find(name).is_err();
    let target = match find("") {
        Err(_) if name.trim().is_empty() => {
            let free = (2..=MOST_COPIES).map(|copy| format!("{usual}-{copy}"));
            find(&free.into_iter().find(|name| !is_taken(name)).unwrap_or_default())?
        }
        Ok(usual) if name.trim().is_empty() => usual,
        _ => find(name)?,
    };
    match state_fault(store, &target.dir) {
        Some(fault) => Err(format!(
            "{fault}. Type the path of another folder in the place of the name, such as ~/shared"
        )),
        None => Ok(target),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::location::{ChosenBy, Location};

    #[test]
    fn a_typed_folder_is_taken_where_bundles_can_go() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let home = root.join("home");
        std::fs::create_dir_all(home.join(".openclaw/agents")).unwrap();
        std::fs::create_dir(home.join("shared")).unwrap();
        let location = Location {
            state_dir: root.join("copy"),
            home: Some(home.clone()),
            ..Location::demo(ChosenBy::StateDirFlag)
        };
        let store = Store { location, ..Store::demo().unwrap() };
        assert_eq!(folder(&store, "~/shared/../shared").unwrap(), home.join("shared"));
        assert_eq!(folder(&store, &root.display().to_string()).unwrap(), root);
        for (refused, why) in [
            ("~", "state directory"),
            ("~/.openclaw/agents", "state directory"),
            ("~/none", "is no folder"),
            ("~mira/x", "from / on"),
        ] {
            let said = folder(&store, refused).unwrap_err();
            assert!(said.contains(why), "{refused}: {said}");
        }
        assert!(is_folder(" ~/x") && is_folder("/") && !is_folder("a/b") && !is_folder(""));
    }
}
