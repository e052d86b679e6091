//! clawscope's own directory: settings, the remembered layout, themes and keys.
//!
//! ```text
//!  <config dir>/clawscope/settings.toml   written by a person
//!                         themes/*.toml   written by a person
//!                         rules/*.toml    written by a person: redaction rules
//!                         layout.toml     written by clawscope when it quits
//! ```
//!
//! Nothing outside this directory is read or written here; a state directory least of all.

pub mod keymap;
pub mod layout;
pub mod settings;
pub mod theme;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use layout::Layout;
use settings::Settings;
use theme::Theme;

/// What can be wrong with clawscope's own files.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No theme has this name.
    #[error(
        "no theme is called {name:?}; there are dark, light, high-contrast and mono, and the files in themes/ of the settings directory"
    )]
    UnknownTheme {
        /// The name that was asked for.
        name: String,
    },
    /// A file does not say what it should.
    #[error("{place}: {what}")]
    Syntax {
        /// The file.
        place: String,
        /// What is wrong, and where in the file.
        what: String,
    },
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// The directory of clawscope's own files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigDir(Option<PathBuf>);

impl ConfigDir {
    /// The directory of the present user: `CLAWSCOPE_CONFIG_DIR` when given, else the platform's
    /// own place (`$XDG_CONFIG_HOME/clawscope` or `~/.config/clawscope` on Unix).
    pub fn of_user(given: Option<&str>) -> Self {
        if let Some(given) = given.filter(|given| !given.is_empty()) {
            return Self(Some(PathBuf::from(given)));
        }
        let base = etcetera::choose_base_strategy().ok();
        Self(base.map(|base| base.config_dir().join("clawscope")))
    }

    /// No directory: defaults only, nothing is remembered.
    pub fn none() -> Self {
        Self(None)
    }

    /// A directory for tests.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(Some(path.into()))
    }

    /// Reads `settings.toml`; defaults when there is none.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`] or [`Error::Io`], naming the file.
    pub fn settings(&self) -> Result<Settings, Error> {
        match self.read("settings.toml")? {
            Some((path, text)) => parse(&path, &text),
            None => Ok(Settings::default()),
        }
    }

    /// Reads the remembered layout. A damaged file counts as none: it is only a memory.
    pub fn layout(&self) -> Layout {
        let read = self.read("layout.toml").ok().flatten();
        read.and_then(|(_, text)| toml::from_str(&text).ok()).unwrap_or_default()
    }

    /// Remembers a layout.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the directory cannot be written.
    pub fn save_layout(&self, layout: &Layout) -> Result<(), Error> {
        let Some(dir) = &self.0 else { return Ok(()) };
        let path = dir.join("layout.toml");
        let what = |error: toml::ser::Error| Error::Syntax {
            place: path.display().to_string(),
            what: error.to_string(),
        };
        let text = toml::to_string(layout).map_err(what)?;
        write_whole(dir, &path, text.as_bytes())
            .map_err(|source| Error::Io { path: path.clone(), source })
    }

    /// Finds a theme: a file of the user's `themes/` first, then a built-in one.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownTheme`], or what is wrong with the user's file.
    pub fn theme(&self, name: &str) -> Result<Theme, Error> {
        let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if is_name && let Some((path, text)) = self.read(&format!("themes/{name}.toml"))? {
            return Theme::parse(&text, &path.display().to_string());
        }
        Theme::built_in(name)
    }

    /// Reads the user's redaction rules: every `rules/*.toml` by name, each as its text and its path.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] for a file that cannot be read.
    pub fn rule_files(&self) -> Result<Vec<(String, String)>, Error> {
        let Some(dir) = self.0.as_ref().map(|dir| dir.join("rules")) else { return Ok(Vec::new()) };
        let entries = match std::fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(Error::Io { path: dir, source }),
        };
        let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        names.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        names.sort();
        let read = |path: PathBuf| match std::fs::read_to_string(&path) {
            Ok(text) => Ok((text, path.display().to_string())),
            Err(source) => Err(Error::Io { path, source }),
        };
        names.into_iter().map(read).collect()
    }

    fn read(&self, name: &str) -> Result<Option<(PathBuf, String)>, Error> {
        let Some(dir) = &self.0 else { return Ok(None) };
        let path = dir.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Io { path, source }),
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| Error::Syntax {
        place: path.display().to_string(),
        what: error.to_string(),
    })
}

/// Writes beside the target and renames, so that a crash leaves the old file or the new one.
fn write_whole(dir: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_directory_means_defaults() {
        let dir = tempfile::tempdir().unwrap();
        let config = ConfigDir::at(dir.path());
        assert_eq!(config.settings().unwrap(), Settings::default());
        assert_eq!(config.layout(), Layout::default());
    }

    #[test]
    fn a_layout_comes_back_as_it_was_saved() {
        let dir = tempfile::tempdir().unwrap();
        let config = ConfigDir::at(dir.path().join("made/on/demand"));
        let layout = Layout { sessions: 31, detail: 0, ..Layout::default() };
        config.save_layout(&layout).unwrap();
        assert_eq!(config.layout(), layout);
    }

    #[test]
    fn a_damaged_layout_is_forgotten_and_damaged_settings_are_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("layout.toml"), "sessions = \"wide\"").unwrap();
        std::fs::write(dir.path().join("settings.toml"), "theme = 3").unwrap();
        let config = ConfigDir::at(dir.path());
        assert_eq!(config.layout(), Layout::default());
        let error = config.settings().unwrap_err().to_string();
        assert!(error.contains("settings.toml") && error.contains("theme"), "{error}");
    }

    #[test]
    fn rule_files_come_by_name_with_their_places() {
        let dir = tempfile::tempdir().unwrap();
        let config = ConfigDir::at(dir.path());
        assert_eq!(config.rule_files().unwrap(), []);
        std::fs::create_dir(dir.path().join("rules")).unwrap();
        for (name, text) in [("b.toml", "2"), ("a.toml", "1"), ("notes.txt", "")] {
            std::fs::write(dir.path().join("rules").join(name), text).unwrap();
        }
        let read = config.rule_files().unwrap();
        assert_eq!(read.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert!(read.iter().all(|(_, place)| place.contains("rules")));
        assert_eq!(ConfigDir::none().rule_files().unwrap(), []);
    }

    #[test]
    fn a_theme_of_the_user_wins_and_may_be_partial() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("themes")).unwrap();
        let text = "name = \"mine\"\n[styles]\nerror = { fg = \"red\", strike = true }";
        std::fs::write(dir.path().join("themes/mine.toml"), text).unwrap();
        let config = ConfigDir::at(dir.path());
        let mine = config.theme("mine").unwrap();
        assert!(mine.style(theme::Role::Error).strike);
        let dark = Theme::built_in("dark").unwrap();
        assert_eq!(mine.style(theme::Role::User), dark.style(theme::Role::User));
        assert!(config.theme("../mine").is_err());
        assert!(config.theme("none-such").is_err());
    }
}
