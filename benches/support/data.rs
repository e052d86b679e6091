//! Generated data, made when it is first asked for and kept below the target directory.

use std::fs;
use std::path::{Path, PathBuf};

/// Which data the generators make; raised with every change of one, so that what an older one made is
/// not measured.
const VERSION: u32 = 2;

/// Makes a directory under a temporary name first, so that a run that was stopped leaves none that
/// looks finished.
pub(crate) fn keep(
    name: &str,
    make: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let all = target.join("bench-data");
    let name = format!("{name}-v{VERSION}");
    let (done, making) = (all.join(&name), all.join(format!("{name}.making")));
    if !done.exists() {
        if making.exists() {
            fs::remove_dir_all(&making)?;
        }
        fs::create_dir_all(&making)?;
        make(&making)?;
        fs::rename(&making, &done)?;
    }
    Ok(done)
}
