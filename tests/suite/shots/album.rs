//! The committed pictures: compares a fresh drawing with the file, or writes the file anew.
//!
//! Owns the directory `screenshots/` and the switch `UPDATE_SCREENSHOTS`.

use std::fs;
use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;

use super::{Look, png, svg};

/// What to do about a picture that differs.
const RENEW: &str = "UPDATE_SCREENSHOTS=1 cargo test";

/// A directory of pictures.
pub(super) struct Album {
    pub(super) directory: PathBuf,
    /// Write instead of compare.
    pub(super) renew: bool,
}

impl Album {
    /// Compares or renews one picture.
    ///
    /// # Errors
    /// A message for the reader of a failed test: what differs, and the command that renews it.
    pub(super) fn check(&self, name: &str, buffer: &Buffer, look: &Look) -> Result<(), String> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || !name.bytes().all(plain) {
            return Err(format!("{name:?} is no name for a picture"));
        }
        let path = self.directory.join(name).with_extension("svg");
        let drawn = svg(buffer, look);
        if self.renew {
            return write(&path, &drawn).map_err(|error| format!("{}: {error}", path.display()));
        }
        let shown = format!("screenshots/{name}.svg");
        let committed = fs::read_to_string(&path)
            .map_err(|error| format!("{shown}: {error}; `{RENEW}` draws it"))?;
        difference(&committed, &drawn).map_or(Ok(()), |line| {
            Err(format!(
                "{shown} differs from what is drawn now, first in {line}\n`{RENEW}` renews it"
            ))
        })
    }
}

/// The first line that differs, both versions of it; `None` when there is none.
fn difference(committed: &str, drawn: &str) -> Option<String> {
    // A checkout may have changed the ends of the lines.
    let (mut old, mut new) = (committed.lines(), drawn.lines());
    for number in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let [old, new] = [old, new].map(|line| line.unwrap_or("(no line)"));
                return Some(format!("line {number}\n  committed: {old}\n  drawn now: {new}"));
            }
        }
    }
    None
}

/// Writes the SVG and beside it the PNG.
fn write(path: &Path, svg: &str) -> Result<(), String> {
    let picture = png::pixels(svg)?.encode_png().map_err(|error| error.to_string())?;
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|error| error.to_string())?;
    }
    fs::write(path, svg).map_err(|error| error.to_string())?;
    fs::write(path.with_extension("png"), picture).map_err(|error| error.to_string())
}
