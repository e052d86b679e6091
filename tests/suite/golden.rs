//! The folder of recorded states and outputs of OpenClaw, which lies beside the repository and not
//! in it; also a module of the unit tests that need it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A part of the golden folder (`CLAWSCOPE_GOLDEN`, else `../shared/golden`); nothing, and a word
/// about it, where it is absent.
pub(crate) fn golden(part: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CLAWSCOPE_GOLDEN").map(PathBuf::from);
    let all =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/golden"));
    let found = all.join(part).canonicalize();
    if let Err(error) = &found {
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        let place = all.join(part);
        let said = format!("{test} skipped: {}: {error} (see CLAWSCOPE_GOLDEN)\n", place.display());
        // Written past the capture of the test harness, which would hide it as the test passes; a
        // test with nobody to tell is skipped all the same.
        drop(std::io::stderr().write_all(said.as_bytes()));
    }
    found.ok()
}
