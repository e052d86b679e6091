//! How far planning or writing is, in a line: a sign that turns, the step, its share, the time.

use std::fmt::Write as _;

use crate::app::state::preview::Working;
use crate::model::bundle::Planning;
use crate::ui::theme::Look;

/// A turn of the sign takes this long, in ms a picture.
const PICTURE: u64 = 100;
const SIGNS: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const PLAIN: [&str; 4] = ["|", "/", "-", "\\"];

/// The line.
pub(super) fn line(what: &str, working: Working, look: &Look<'_>) -> String {
    let signs: &[&str] = if look.glyphs.ascii { &PLAIN } else { &SIGNS };
    let at = (working.elapsed / PICTURE) as usize % signs.len();
    let sign = signs.get(at).copied().unwrap_or_default();
    // Writing to a string cannot fail.
    let mut line = format!("{sign} {what}");
    if let Some(step) = working.step {
        line.push_str(": ");
        line.push_str(words(step));
        if let Some(percent) = step.percent() {
            let _ = write!(line, " {percent}%");
        }
    }
    if working.elapsed >= 1_000 {
        let (seconds, tenths) = (working.elapsed / 1_000, working.elapsed / 100 % 10);
        let _ = write!(line, ", {seconds}.{tenths}s");
    }
    line
}

fn words(step: Planning) -> &'static str {
    match step {
        Planning::Reading => "reading the session",
        Planning::Masking { .. } => "masking",
        Planning::Checking => "checking the files",
        Planning::Reviewing => "looking for what the rules do not cover",
        Planning::Writing => "writing and reading back",
    }
}
