//! Programs outside: a pager or an editor gets the terminal and a private copy of a text.

use std::io::Write as _;
use std::process::Command;

use crate::app::effect::Viewer;

/// Shows a text and waits until the program ends. The copy is readable by its owner only and is
/// removed afterwards; changes made to it are lost, since nothing here is ever written back.
pub(super) fn show(viewer: Viewer, text: &str) -> Result<(), String> {
    let said = |error: std::io::Error| format!("a copy for the program: {error}");
    let mut file =
        tempfile::Builder::new().prefix("clawscope-").suffix(".txt").tempfile().map_err(said)?;
    file.write_all(text.as_bytes()).map_err(said)?;
    file.flush().map_err(said)?;
    let program = program(viewer);
    // The variables hold command lines, which only a shell reads as their owner meant them. The keys
    // that interrupt are the program's own: a shell that died of them would report a failure.
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("trap : INT QUIT; {program} \"$1\""))
        .arg("sh")
        .arg(file.path())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program}: {status}")),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

fn program(viewer: Viewer) -> String {
    let (variables, standard): (&[&str], &str) = match viewer {
        Viewer::Pager => (&["PAGER"], "less"),
        Viewer::Editor => (&["VISUAL", "EDITOR"], "vi"),
    };
    let set = variables.iter().filter_map(|name| std::env::var(name).ok());
    set.into_iter().find(|value| !value.trim().is_empty()).unwrap_or_else(|| standard.to_owned())
}
