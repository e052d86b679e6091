//! Which state is read, and why that one.

use std::path::{Path, PathBuf};

use crate::model::diagnostic::Diagnostic;
use crate::store::location::{ChosenBy, Location, Scope};

/// The chosen state, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceInfo {
    /// The state directory (or the one file or directory read), the home directory shortened to `~`.
    pub label: String,
    /// The state directory: a path below it is shown without it.
    pub root: PathBuf,
    /// Which setting chose it, for example "`--state-dir`".
    pub chosen_by: &'static str,
    /// The configuration file that was read, home shortened.
    pub config: Option<String>,
    /// `session.store` or `--store`, as expanded.
    pub store: Option<String>,
    /// `OPENCLAW_TRAJECTORY_DIR`, home shortened.
    pub trajectory_dir: Option<String>,
    /// The state is the embedded demo.
    pub demo: bool,
    /// The demo is shown because nothing else was there.
    pub demo_fallback: bool,
    /// What was odd about the configuration.
    pub diagnostics: Vec<Diagnostic>,
}

impl PlaceInfo {
    /// Describes a location.
    pub fn of(location: &Location) -> Self {
        let shorten = |path: &Path| match &location.home {
            Some(home) => match path.strip_prefix(home) {
                Ok(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
                Ok(rest) => format!("~/{}", rest.display()),
                Err(_) => path.display().to_string(),
            },
            None => path.display().to_string(),
        };
        let shown = match &location.scope {
            Scope::State => &location.state_dir,
            Scope::Agent(path)
            | Scope::Transcript(path)
            | Scope::Database(path)
            | Scope::Sessions(path) => path,
        };
        Self {
            label: if location.demo { "demo".to_owned() } else { shorten(shown) },
            root: location.state_dir.clone(),
            chosen_by: chosen_by(location.chosen_by),
            config: location.config.as_deref().map(shorten),
            store: location.store.clone(),
            trajectory_dir: location.trajectory_dir.as_deref().map(shorten),
            demo: location.demo,
            demo_fallback: location.chosen_by == ChosenBy::DemoFallback,
            diagnostics: location.diagnostics.clone(),
        }
    }
}

impl PlaceInfo {
    /// A path as it is shown: below the state directory without it, else in full.
    pub fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).ok().filter(|below| *below != Path::new(""));
        below.unwrap_or(path).display().to_string()
    }
}

fn chosen_by(by: ChosenBy) -> &'static str {
    match by {
        ChosenBy::Path => "the PATH argument",
        ChosenBy::StateDirFlag => "--state-dir",
        ChosenBy::StateDirVariable => "OPENCLAW_STATE_DIR",
        ChosenBy::ProfileFlag => "--profile",
        ChosenBy::ProfileVariable => "OPENCLAW_PROFILE",
        ChosenBy::HomeVariable => "OPENCLAW_HOME",
        ChosenBy::Default => "the default directory",
        ChosenBy::Legacy => "the default directory of older releases",
        ChosenBy::StoreFlag => "--store",
        ChosenBy::DemoFlag => "--demo",
        ChosenBy::DemoFallback => "no state directory was found",
    }
}
