//! Where a bundle goes: a new directory inside `<workspace>/.openclaw/trajectory-exports`.
//!
//! The rules and messages are those of `openclaw sessions export-trajectory`: the path may not leave
//! the workspace, not even through a symlink, and the directory must not exist. Finding that out
//! creates nothing; the base directories are made when a bundle is written.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Error;
use crate::model::key::safe_session_id;

/// Bytes that one name of a path may have: file systems take no more.
const LONGEST: usize = 255;

/// A directory that a bundle may be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The directory, absolute, spelled through the workspace as it was given.
    pub dir: PathBuf,
    /// The directory relative to the workspace, for people.
    pub display: String,
    workspace: PathBuf,
}

/// The name of a bundle directory for a session at an instant (ISO, UTC).
///
/// `openclaw-trajectory-<first 8 of the safe id>-<YYYY-MM-DDTHH-MM-SS>`.
pub fn default_name(session_id: &str, generated_at: &str) -> String {
    let stamp: String = generated_at
        .chars()
        .map(|c| if matches!(c, ':' | '.') { '-' } else { c })
        .take(19)
        .collect();
    let safe: String = safe_session_id(session_id).chars().take(8).collect();
    format!("openclaw-trajectory-{safe}-{stamp}")
}

/// Finds the target that an output path names, or that the default name does when there is none.
///
/// `workspace` must be absolute. Nothing is created.
///
/// # Errors
///
/// [`Error::NoWorkspace`]; [`Error::NotADirectory`] and [`Error::Path`] for a path that leaves the
/// exports directory or leads through a symlink; [`Error::Exists`]; [`Error::Io`].
pub fn resolve(
    workspace: &Path,
    output: Option<&str>,
    default_name: &str,
) -> Result<Target, Error> {
    let target = locate(workspace, output, default_name)?;
    if target.dir.symlink_metadata().is_ok() {
        return Err(Error::Exists { path: target.dir });
    }
    Ok(target)
}

fn locate(workspace: &Path, output: Option<&str>, default_name: &str) -> Result<Target, Error> {
    let real_workspace = real(workspace)?;
    for (dir, label) in bases(workspace) {
        if dir.symlink_metadata().is_ok() {
            check_base(&dir, &real_workspace, label)?;
        }
    }
    let name = output.map(crate::js::text::trim).filter(|name| !name.is_empty());
    let relative = inside(name.unwrap_or(default_name))?;
    let dir = base(workspace).join(relative);
    check_ancestors(&dir, workspace)?;
    let display = dir.strip_prefix(workspace).unwrap_or(&dir).display().to_string();
    Ok(Target { dir, display, workspace: workspace.to_owned() })
}

impl Target {
    /// The directory in which all bundles of the workspace lie.
    pub(super) fn base(&self) -> PathBuf {
        base(&self.workspace)
    }

    /// Makes the two base directories where they are missing.
    pub(super) fn create_bases(&self) -> Result<(), Error> {
        let real_workspace = real(&self.workspace)?;
        for (dir, label) in bases(&self.workspace) {
            match super::write::private_dir(&dir) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(Error::io(dir)(error));
                }
                Ok(()) | Err(_) => check_base(&dir, &real_workspace, label)?,
            }
        }
        Ok(())
    }

    /// Checks once more, right before the bundle gets its name, that nothing has taken the place of
    /// a directory on the way, or of the target.
    pub(super) fn recheck(&self) -> Result<(), Error> {
        check_ancestors(&self.dir, &self.workspace)?;
        // A rename would silently replace an empty directory.
        match self.dir.symlink_metadata() {
            Ok(_) => Err(Error::Exists { path: self.dir.clone() }),
            Err(_) => Ok(()),
        }
    }
}

fn bases(workspace: &Path) -> [(PathBuf, &'static str); 2] {
    [
        (workspace.join(".openclaw"), "OpenClaw state directory"),
        (base(workspace), "Trajectory exports directory"),
    ]
}

/// The directory in which all bundles of a workspace lie.
pub fn base(workspace: &Path) -> PathBuf {
    workspace.join(".openclaw").join("trajectory-exports")
}

fn real(workspace: &Path) -> Result<PathBuf, Error> {
    workspace.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NoWorkspace { path: workspace.to_owned() },
        _ => Error::io(workspace)(error),
    })
}

/// A base directory must be a real directory inside the workspace.
fn check_base(dir: &Path, real_workspace: &Path, label: &'static str) -> Result<(), Error> {
    let meta = dir.symlink_metadata().map_err(Error::io(dir))?;
    if !meta.is_dir() {
        return Err(Error::NotADirectory { label });
    }
    let real = dir.canonicalize().map_err(Error::io(dir))?;
    if real.starts_with(real_workspace) {
        Ok(())
    } else {
        Err(Error::Path("Trajectory exports directory must stay inside the workspace"))
    }
}

/// What exists of the way to the target must lie inside the real base directory.
fn check_ancestors(dir: &Path, workspace: &Path) -> Result<(), Error> {
    // Without a base directory there is nothing on the way that could lead elsewhere.
    let Ok(real_base) = base(workspace).canonicalize() else { return Ok(()) };
    let nearest = dir.ancestors().find(|dir| fs::symlink_metadata(dir).is_ok()).unwrap_or(dir);
    let real_nearest = nearest.canonicalize().map_err(Error::io(nearest))?;
    if real_nearest.starts_with(&real_base) {
        return Ok(());
    }
    Err(Error::Path("Output path must stay inside the real trajectory exports directory"))
}

/// Resolves `.` and `..` lexically; what is left must name something inside.
fn inside(output: &str) -> Result<PathBuf, Error> {
    if output.starts_with('~') || Path::new(output).is_absolute() {
        return Err(Error::Path(
            "Output path must be relative to the workspace trajectory exports directory",
        ));
    }
    let outside =
        || Error::Path("Output path must stay inside the workspace trajectory exports directory");
    let mut parts: Vec<&std::ffi::OsStr> = Vec::new();
    for component in Path::new(output).components() {
        match component {
            Component::Normal(part) if part.len() > LONGEST => {
                return Err(Error::Path("Output path has a name that is longer than 255 bytes"));
            }
            Component::Normal(part) => parts.push(part),
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop().ok_or_else(outside)?;
            }
            Component::RootDir | Component::Prefix(_) => return Err(outside()),
        }
    }
    match parts.first() {
        Some(first) if !first.as_encoded_bytes().starts_with(b"..") => Ok(parts.iter().collect()),
        _ => Err(outside()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_short() {
        assert_eq!(
            default_name("a8c9b9b1-945c-4f2c", "2026-05-01T10:00:00.123Z"),
            "openclaw-trajectory-a8c9b9b1-2026-05-01T10-00-00"
        );
    }

    #[test]
    fn paths_stay_inside() {
        for (output, ok) in [
            ("a", true),
            ("a/b", true),
            ("a/../c", true),
            (".", false),
            ("..", false),
            ("../x", false),
            ("..foo", false),
            ("...", false),
            ("~/x", false),
            ("/tmp/x", false),
            ("a/../..", false),
        ] {
            assert_eq!(inside(output).is_ok(), ok, "{output}");
        }
        assert_eq!(inside("a/../c").unwrap(), Path::new("c"));
        assert!(inside(&"é".repeat(127)).is_ok());
        assert!(inside(&"é".repeat(128)).unwrap_err().to_string().contains("255 bytes"));
    }

    #[test]
    fn resolving_creates_nothing_and_the_target_is_new() {
        let workspace = tempfile::tempdir().unwrap();
        let target = resolve(workspace.path(), Some(" out "), "default").unwrap();
        assert_eq!(target.display, ".openclaw/trajectory-exports/out");
        assert_eq!(fs::read_dir(workspace.path()).unwrap().count(), 0);
        target.create_bases().unwrap();
        fs::create_dir(&target.dir).unwrap();
        let again = resolve(workspace.path(), Some("out"), "default");
        assert!(matches!(again, Err(Error::Exists { .. })));
        assert!(matches!(target.recheck(), Err(Error::Exists { .. })));
    }

    #[test]
    fn a_missing_workspace_is_named_as_node_names_it() {
        let error = resolve(Path::new("/none/none"), None, "x").unwrap_err().to_string();
        assert_eq!(error, "ENOENT: no such file or directory, realpath '/none/none'");
    }

    #[cfg(unix)]
    #[test]
    fn symlinks_that_lead_outside_are_refused() {
        let outside = tempfile::tempdir().unwrap();
        let workspace = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), workspace.path().join(".openclaw")).unwrap();
        let error = resolve(workspace.path(), None, "x").unwrap_err().to_string();
        assert!(error.contains("OpenClaw state directory must be a real directory"), "{error}");
        let workspace = tempfile::tempdir().unwrap();
        let target = resolve(workspace.path(), Some("link/x"), "x").unwrap();
        target.create_bases().unwrap();
        std::os::unix::fs::symlink(outside.path(), target.base().join("link")).unwrap();
        for result in [target.recheck(), resolve(workspace.path(), Some("link"), "x").map(drop)] {
            let error = result.unwrap_err().to_string();
            assert!(error.contains("real trajectory exports directory"), "{error}");
        }
    }
}
