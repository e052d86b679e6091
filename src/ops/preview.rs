//! Sharing a session in two steps: a plan to look at, and the writing of what was looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;

use crate::export::{self, Original};
use crate::model::bundle::{BundlePlan, Planning};
use crate::model::review::{Review, review};
use crate::model::session::SessionRow;
use crate::redact::{Options, Profile, Redactor, Rules};
use crate::store::Store;
use crate::store::cancel::{Cancel, Generations};

use super::plan::{PlanRequest, Redaction, plan};
use super::write::{find_target, keep_out_of_state, write_plan};
use super::{Error, source};

/// Plans a bundle and reviews the plan; `progress` is told how far the plan has come.
///
/// # Errors
///
/// As [`plan`].
pub fn preview(
    store: &Store,
    request: &PlanRequest,
    cancel: &Cancel,
    progress: &dyn Fn(Planning),
) -> Result<(BundlePlan, Review), Error> {
    let plan = plan(store, request, cancel, progress)?;
    progress(Planning::Reviewing);
    let redactor = Redactor::new(&Rules::built_in(Profile::Standard)?, Options::default());
    let review = review(&plan, &|text| redactor.residual(text), &|| !cancel.is_stale());
    Ok((plan, review))
}

/// What those rules are called that stand in no file, because they look at more than a text.
const OTHER_RULES: [(&str, &str); 8] = [
    ("path-workspace", "Path in the workspace"),
    ("path-state", "Path in the state directory"),
    ("path-home", "Path in a home directory"),
    ("private-key", "Private key"),
    ("data-url", "Image inside a text"),
    ("media-content", "Image or other binary part"),
    ("member-name", "Name of a credential's member"),
    ("literal", "Value named by you"),
];

/// What the rules of a plan are called, by their ids.
pub fn rule_titles(redaction: &Redaction) -> BTreeMap<Arc<str>, String> {
    static BUILT_IN: LazyLock<BTreeMap<Arc<str>, String>> = LazyLock::new(|| {
        let others = OTHER_RULES.map(|(id, title)| (Arc::from(id), title.to_owned()));
        // Rules that cannot be read are told by the plan itself; here their ids do.
        let built_in = Rules::built_in(Profile::Strict).map(|rules| titles(&rules));
        built_in.unwrap_or_default().into_iter().chain(others).collect()
    });
    if redaction.rules.is_empty() {
        return BUILT_IN.clone();
    }
    let mut all = BUILT_IN.clone();
    all.extend(redaction.to_rules(&[]).map(|rules| titles(&rules)).unwrap_or_default());
    all
}

fn titles(rules: &Rules) -> BTreeMap<Arc<str>, String> {
    rules.iter().map(|rule| (Arc::clone(&rule.id), rule.title.clone())).collect()
}

/// Builds the files of a plan as they were before redaction, by their names.
///
/// # Errors
///
/// As [`plan`].
pub fn original(
    store: &Store,
    request: &PlanRequest,
    cancel: &Cancel,
) -> Result<Vec<(&'static str, Original)>, Error> {
    let branch = request.branch.as_deref();
    let (row, key) = (&request.row, &request.session_key);
    let (source, _) = source::read(store, row, key, &request.workspace, branch, cancel)?;
    let keep_going = || !cancel.is_stale();
    Ok(export::original(source, &TimeZone::system(), store.now(request.now), &keep_going)?)
}

/// A directory that a bundle may be written to, and the same relative to the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The directory, absolute.
    pub dir: PathBuf,
    /// The directory relative to the workspace.
    pub display: String,
}

/// Checks a name for a bundle's directory by the rules of the command; nothing is created.
///
/// A blank name stands for the default one.
///
/// # Errors
///
/// The command's message.
pub fn destination(
    store: &Store,
    request: &PlanRequest,
    name: &str,
) -> Result<Destination, String> {
    let target = target(store, request, name)?;
    Ok(Destination { dir: target.dir, display: target.display })
}

fn target(
    store: &Store,
    request: &PlanRequest,
    name: &str,
) -> Result<export::target::Target, String> {
    let now = store.now(request.now);
    let target = find_target(&request.workspace, Some(name), &request.row.session_id, now)
        .map_err(|error| error.to_string())?;
    keep_out_of_state(store, &target)?;
    Ok(target)
}

/// How a reviewed plan fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was written.
    Written(Destination),
    /// Planned again at the same instant, the bundle is another one: the session or a rule has
    /// changed since the review. Nothing was written.
    Changed,
}

/// Writes a reviewed plan, unless planning it again at the same instant gives other bytes.
///
/// `progress` is told how far the second plan has come, and when the writing begins. `may_write` is
/// asked right before the first byte is written; what it returns lives until the bundle is whole,
/// and `None` stands for no.
///
/// # Errors
///
/// A sentence for a person; nothing is left behind.
pub fn write_reviewed<Permit>(
    store: &Store,
    request: &PlanRequest,
    reviewed: &BundlePlan,
    name: &str,
    cancel: &Cancel,
    progress: &dyn Fn(Planning),
    may_write: impl FnOnce() -> Option<Permit>,
) -> Result<Outcome, String> {
    let again = plan(store, request, cancel, progress).map_err(|error| error.to_string())?;
    if !has_same_files(&again, reviewed) {
        return Ok(Outcome::Changed);
    }
    let target = target(store, request, name)?;
    let _permit = may_write().ok_or("the program is about to end, so nothing was written")?;
    progress(Planning::Writing);
    write_plan(reviewed, &target).map_err(|error| error.to_string())?;
    Ok(Outcome::Written(Destination { dir: target.dir, display: target.display }))
}

/// Whether two plans are the same, byte for byte.
pub fn has_same_files(one: &BundlePlan, other: &BundlePlan) -> bool {
    let digests = |plan: &BundlePlan| {
        plan.files.iter().map(|file| (file.name, file.sha256.clone())).collect::<Vec<_>>()
    };
    digests(one) == digests(other)
}

/// The working directory that a session's header names.
pub fn cwd(store: &Store, row: &SessionRow) -> Option<String> {
    let requests = Generations::default();
    let mut header = None;
    // The header stands in the first row, so the first part that was read is enough.
    let whole = store.transcript(&row.transcript, &requests.next(), &mut |part| {
        header = header.take().or(part.header);
        requests.cancel_all();
    });
    header.or_else(|| whole.ok()?.header)?.cwd
}

/// The workspaces that a bundle can go to, the one to offer first.
///
/// That is the session's own (`cwd`, as its header names it) when it exists, lies outside every
/// state directory and belongs to this machine; then the current directory.
pub fn workspaces(store: &Store, cwd: Option<&str>, current_dir: &Path) -> Vec<PathBuf> {
    let own = cwd.map(PathBuf::from).filter(|path| is_own_workspace(store, path));
    let mut workspaces: Vec<PathBuf> = own.into_iter().collect();
    if !workspaces.iter().any(|path| path == current_dir) {
        workspaces.push(current_dir.to_owned());
    }
    workspaces
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
}
