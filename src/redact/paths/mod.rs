//! Local paths: whose they are, and how they are shortened.
//!
//! A bundle is read on another machine. The workspace, the state directory and the home directory of
//! the machine that wrote the session become `$WORKSPACE_DIR`, `$OPENCLAW_STATE_DIR` and `~`. The
//! machine that wrote is not always the one that exports, so the directories can also be found in
//! the data.
mod replace;
mod seen;

pub(super) use replace::{Prefix, has_odd_steps, replace_prefixes, replace_workspaces};
pub use seen::{Seen, discover};

/// The rule of the workspace.
pub(super) const WORKSPACE: &str = "path-workspace";
/// The rule of the state directory.
pub(super) const STATE: &str = "path-state";
/// The rule of home directories.
pub(super) const HOME: &str = "path-home";

/// The directories of the machine that wrote a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Homes {
    /// Home directories, absolute; also a Windows user profile.
    pub homes: Vec<String>,
    /// State directories, absolute.
    pub state_dirs: Vec<String>,
    /// Workspaces, absolute.
    pub workspaces: Vec<String>,
}

impl Homes {
    /// These directories and then others, each once.
    pub fn with(mut self, others: &Self) -> Self {
        for (ours, theirs) in [
            (&mut self.homes, &others.homes),
            (&mut self.state_dirs, &others.state_dirs),
            (&mut self.workspaces, &others.workspaces),
        ] {
            for path in theirs {
                if !ours.contains(path) {
                    ours.push(path.clone());
                }
            }
        }
        self
    }

    /// All prefixes with what stands for them and their rule, the longest first.
    pub(super) fn prefixes(&self) -> Vec<Prefix> {
        let listed = |paths: &[String], sign: &'static str, rule: &'static str| {
            paths.iter().map(move |path| (path.clone(), sign, rule)).collect::<Vec<_>>()
        };
        let mut found = listed(&self.state_dirs, "$OPENCLAW_STATE_DIR", STATE);
        found.extend(listed(&self.homes, "~", HOME));
        let mut prefixes: Vec<Prefix> = found
            .into_iter()
            .flat_map(|(path, sign, rule)| Prefix::forms(&path, sign, rule))
            .collect();
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.path.len()));
        prefixes
    }

    pub(super) fn workspace_prefixes(&self) -> Vec<Prefix> {
        let forms = |path: &String| Prefix::forms(path, "$WORKSPACE_DIR", WORKSPACE);
        let mut prefixes: Vec<Prefix> = self.workspaces.iter().flat_map(forms).collect();
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.path.len()));
        prefixes
    }
}

fn is_windows(text: &str) -> bool {
    let drive = text.get(1..3).is_some_and(|rest| rest == ":\\" || rest == ":/")
        && text.starts_with(|drive: char| drive.is_ascii_alphabetic());
    drive || text.starts_with("\\\\")
}
