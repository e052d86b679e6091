//! Frames of the whole interface at 200 × 60, and how soon a key press can be seen.
//!
//! The application runs without a terminal: events in, a frame into a buffer that is compared with the
//! one before, as ratatui does it. While a session loads, the loop is that of a terminal: replies are
//! taken in for at most 4 ms, frames are drawn at once after a key and else every 16 ms.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clawscope::app::action::Action;
use clawscope::app::effect::{Effect, Event};
use clawscope::app::key::Key;
use clawscope::app::program::App;
use clawscope::ui;
use crossbeam_channel::{Receiver, after, bounded, never, select};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::data;
use crate::measure::{self, Bench};
use crate::setup::{SIZE, setup};

/// The time between two frames that nobody waits for.
const FRAME: Duration = Duration::from_millis(16);

/// The longest time that replies are taken in without a frame.
const DRAIN: Duration = Duration::from_millis(4);

/// The time between two key presses of a person in a hurry.
const TYPING: Duration = Duration::from_millis(30);

/// Runs the measures of this file.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    if bench.wants("frames/500-mb") {
        frames("frames/500-mb", &data::half_gigabyte()?)?;
    }
    if bench.wants("frames/1-m-rows") {
        frames("frames/1-m-rows", &data::million()?)?;
    }
    if bench.wants("frames/1-m-forked") {
        frames("frames/1-m-forked", &data::million_forks()?)?;
    }
    if bench.wants("frames/while-loading") {
        while_loading("frames/while-loading/500-mb", &data::half_gigabyte()?)?;
        while_loading("frames/while-loading/1-m-forked", &data::million_forks()?)?;
    }
    Ok(())
}

/// The application with a screen that nobody sees.
struct Stage {
    app: App,
    screen: Terminal<TestBackend>,
}

impl Stage {
    fn new(path: &Path) -> anyhow::Result<Self> {
        let screen = Terminal::new(TestBackend::new(SIZE.0, SIZE.1))?;
        Ok(Self { app: App::new(setup(data::open(path)?)?), screen })
    }

    /// Draws a frame; what follows from it is left to the caller.
    fn draw(&mut self) -> anyhow::Result<Vec<Effect>> {
        let mut areas = None;
        let (state, theme) = (&self.app.state, &self.app.theme);
        self.screen.draw(|frame| areas = Some(ui::draw(state, theme, frame)))?;
        Ok(self.app.drawn(areas.context("no frame was drawn")?))
    }
}

/// Walks through an open session tab by tab; bodies come in between, untimed, and are drawn, too.
fn frames(name: &str, path: &Path) -> anyhow::Result<()> {
    let mut stage = Stage::new(path)?;
    let started = stage.app.start();
    stage.app.run_inline(started);
    for action in [Action::Open, Action::Down] {
        let effects = stage.app.apply(action);
        stage.app.run_inline(effects);
    }
    let tabs = [
        ("transcript", Action::ShowTranscript),
        ("timeline", Action::ShowTimeline),
        ("tools", Action::ShowTools),
    ];
    let steps = [Action::Down, Action::PageDown, Action::Last, Action::PageUp, Action::Up];
    let goal = Some(Duration::from_millis(4));
    for (tab, action) in tabs {
        let effects = stage.app.apply(action);
        stage.app.run_inline(effects);
        let (mut drawing, mut moving) = (Vec::new(), Vec::new());
        for step in steps.into_iter().flat_map(|step| std::iter::repeat_n(step, 60)) {
            let pressed = Instant::now();
            let effects = stage.app.apply(step);
            moving.push(pressed.elapsed());
            stage.app.run_inline(effects);
            let start = Instant::now();
            let effects = stage.draw()?;
            drawing.push(start.elapsed());
            stage.app.run_inline(effects);
        }
        measure::report(&format!("{name}/{tab}/frame"), drawing.clone(), None);
        measure::report_p99(&format!("{name}/{tab}/frame"), drawing, goal);
        measure::report_p99(&format!("{name}/{tab}/move"), moving, goal);
    }
    Ok(())
}

/// Opens a session and presses keys until it is complete.
fn while_loading(name: &str, path: &Path) -> anyhow::Result<()> {
    let mut stage = Stage::new(path)?;
    let (to_app, events) = bounded(256);
    let mut workers = stage.app.workers(to_app);
    let (hand, presses) = bounded(16);
    let typist = thread::spawn(move || {
        let walk = ["down", "pgdn", "up", "end", "home"].into_iter().cycle();
        for key in std::iter::once("enter").chain(walk).filter_map(Key::parse) {
            thread::sleep(TYPING);
            if hand.send((Instant::now(), key)).is_err() {
                break;
            }
        }
    });
    let waits = type_along(&mut stage, &mut |effect| drop(workers.run(effect)), &events, &presses);
    drop((presses, events));
    drop(workers);
    anyhow::ensure!(typist.join().is_ok(), "the typist has died");
    let waits = waits?;
    let goal = Some(Duration::from_millis(16));
    measure::report(&format!("{name}/key-to-frame"), waits.clone(), None);
    measure::report_p99(&format!("{name}/key-to-frame"), waits, goal);
    Ok(())
}

/// The loop of a terminal; gives how long each key press waited for its frame.
fn type_along(
    stage: &mut Stage,
    perform: &mut dyn FnMut(Effect),
    events: &Receiver<Event>,
    presses: &Receiver<(Instant, Key)>,
) -> anyhow::Result<Vec<Duration>> {
    stage.app.start().into_iter().for_each(&mut *perform);
    let (mut waits, mut waiting) = (Vec::new(), Vec::new());
    let (mut dirty, mut drawn) = (true, Instant::now());
    loop {
        if dirty && (!waiting.is_empty() || drawn.elapsed() >= FRAME) {
            stage.draw()?.into_iter().for_each(&mut *perform);
            waits.extend(waiting.drain(..).map(|pressed: Instant| pressed.elapsed()));
            (dirty, drawn) = (false, Instant::now());
            let open = stage.app.state.open.as_ref();
            if open.and_then(|open| open.index.as_ref()).is_some_and(|index| index.complete) {
                return Ok(waits);
            }
        }
        let frame = if dirty { after(FRAME.saturating_sub(drawn.elapsed())) } else { never() };
        let mut take = |event| {
            stage.app.handle(event).into_iter().for_each(&mut *perform);
            dirty = true;
        };
        select! {
            recv(presses) -> press => {
                let (when, key) = press?;
                waiting.push(when);
                take(Event::Key(key));
            }
            recv(events) -> event => {
                take(event?);
                let woken = Instant::now();
                while woken.elapsed() < DRAIN && presses.is_empty() && let Ok(event) = events.try_recv() {
                    take(event);
                }
            }
            recv(frame) -> _ => {}
        }
    }
}
