//! The learning tab on a large database: how soon a key press can be seen.
//!
//! What a key asks of a worker is done between the frames and has its own line: the frame after the
//! key and the frame with the answer are what a person waits for.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clawscope::app::effect::Event;
use clawscope::app::key::Key;
use clawscope::app::program::App;
use clawscope::app::update::Effects;
use clawscope::ops::learning::Input;
use clawscope::store::Store;
use clawscope::ui;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::setup::{SIZE, setup};

/// A frame of 60 Hz.
const FRAME_MS: u64 = 16;

/// Keys that are pressed, with what they do.
const KEYS: [(&str, &str); 16] = [
    ("down", "the next arm"),
    ("s", "another order of the arms"),
    ("enter", "an arm opens"),
    ("f", "runs that name the arm"),
    ("end", "the oldest of its runs"),
    ("esc", "back to the arms"),
    ("r", "the runs"),
    ("x", "runs of the same session"),
    ("x", "runs of the same model"),
    ("f", "baseline runs"),
    ("esc", "all runs"),
    ("end", "the oldest run"),
    ("m", "the map"),
    ("left", "the cursor of the map"),
    ("c", "charts"),
    ("#", "their numbers"),
];

/// Presses the keys and prints what each took.
pub(crate) fn run(path: &Path, report: impl Fn(&str, Duration, u64)) -> anyhow::Result<()> {
    let mut app = App::new(setup(Store::demo()?)?);
    app.open_on_learning(Input::File(path.to_owned()));
    let mut screen = Terminal::new(TestBackend::new(SIZE.0, SIZE.1))?;
    let start = Instant::now();
    let effects = app.start();
    app.run_inline(effects);
    let effects = frame(&mut app, &mut screen)?;
    app.run_inline(effects);
    frame(&mut app, &mut screen)?;
    report("tab: from nothing to all of it", start.elapsed(), 2_000);
    for (key, what) in KEYS {
        let key = Key::parse(key).with_context(|| format!("the key {key}"))?;
        let pressed = Instant::now();
        let mut effects = app.handle(Event::Key(key));
        effects.extend(frame(&mut app, &mut screen)?);
        report(&format!("tab: key to frame: {what}"), pressed.elapsed(), FRAME_MS);
        if !effects.is_empty() {
            let asked = Instant::now();
            app.run_inline(effects);
            frame(&mut app, &mut screen)?;
            report("     its answer, on workers, and frame", asked.elapsed(), 300);
        }
    }
    Ok(())
}

/// Draws a frame; what came into view may ask for something.
fn frame(app: &mut App, screen: &mut Terminal<TestBackend>) -> anyhow::Result<Effects> {
    let mut areas = None;
    screen.draw(|frame| {
        let area = frame.area();
        areas = Some(ui::render(&app.state, &app.theme, frame.buffer_mut(), area));
    })?;
    Ok(areas.map(|areas| app.drawn(areas)).unwrap_or_default())
}
