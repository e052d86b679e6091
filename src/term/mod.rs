//! The terminal: set up, drawn to, and given back whatever happens.
//!
//! One loop owns the screen. It sleeps until a key, a signal or a worker's reply comes, takes in
//! what else is there for at most [`DRAIN`], and draws once. While replies pour in it draws at most
//! every [`FRAME`]; after a key it draws at once; when nothing happens it wakes once a minute.

mod clipboard;
#[cfg(debug_assertions)]
mod defect;
mod external;
mod input;
mod output;
mod screen;
mod signals;

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, bounded, select};

use crate::app::App;
use crate::app::effect::{Effect, Event, Reply};
use crate::app::state::job::Status;
use crate::app::state::layout::Size;
use crate::app::worker::Workers;

use clipboard::Clipboard;
use input::Input;
use screen::Screen;
use signals::Listening;

/// How long waiting events are taken in before a frame is drawn.
const DRAIN: Duration = Duration::from_millis(4);
/// The shortest time between two frames that no key asked for.
const FRAME: Duration = Duration::from_millis(16);
/// Replies that wait for the loop; a worker with more waits for room.
const WAITING: usize = 256;

/// What can go wrong with the terminal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The output goes into a file or a pipe.
    #[error(
        "the explorer needs a terminal, and the output is not one; \
         `clawscope sessions list` prints without a terminal"
    )]
    NotATerminal,
    /// The terminal cannot be written to or set up.
    #[error("the terminal: {0}")]
    Io(#[from] io::Error),
    /// A thread has died; what it was doing has been said on the error output.
    #[error("a worker has died; please report the message above")]
    Worker,
}

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Somebody left it.
    Quit,
    /// A signal ended it.
    Signal(i32),
}

impl Ending {
    /// The exit status that a shell expects: 0, or 128 and the signal's number.
    pub fn status(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        }
    }
}

/// Something from outside the application.
#[derive(Debug)]
enum Message {
    /// A key, the mouse, a paste, a new size.
    Input(Event),
    /// A signal.
    Signal(i32),
    /// The terminal is gone.
    Closed(io::Error),
}

/// Runs the application in the terminal until it ends.
///
/// # Errors
///
/// [`Error`]; the terminal has been given back by then.
pub fn run(mut app: App) -> Result<Ending, Error> {
    let screen = Screen::enter(app.state.look.mouse)?;
    let (width, height) = crossterm::terminal::size()?;
    app.state.size = Size { width, height };
    let (to_loop, messages) = bounded(WAITING);
    let (to_app, events) = bounded(WAITING);
    let signals = signals::listen(to_loop.clone())?;
    let input = Input::start(to_loop);
    let workers = app.workers(to_app);
    let mut program = Program {
        screen,
        signals,
        input,
        workers,
        app,
        clipboard: Clipboard::default(),
        minute: minute(now()),
    };
    let ending = program.run(&messages, &events);
    // Workers may be waiting for room in the channel; without a receiver they end.
    drop(events);
    ending
}

/// In the order in which things are put away: the terminal first, and signals are the system's again
/// before anything is waited for.
struct Program {
    screen: Screen,
    signals: Listening,
    input: Input,
    workers: Workers,
    app: App,
    clipboard: Clipboard,
    /// The minute that the application was last told.
    minute: i64,
}

/// What taking in an event asks of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing has happened.
    Wait,
    /// Draw as soon as the pace allows.
    Draw,
    /// Draw at once: somebody waits.
    DrawNow,
    /// End.
    End(Ending),
}

impl Program {
    fn run(
        &mut self,
        messages: &Receiver<Message>,
        events: &Receiver<Event>,
    ) -> Result<Ending, Error> {
        let started = self.app.start();
        if let Some(ending) = self.perform(started)? {
            return Ok(ending);
        }
        let (mut dirty, mut urgent) = (true, true);
        let mut drawn = Instant::now();
        loop {
            if dirty && (urgent || drawn.elapsed() >= FRAME) {
                (dirty, urgent) = (self.draw()?, false);
                drawn = Instant::now();
            }
            let patience =
                if dirty { FRAME.saturating_sub(drawn.elapsed()) } else { until_next_minute() };
            let mut next = select! {
                recv(messages) -> message => self.message(message.ok())?,
                recv(events) -> event => self.event(event.ok())?,
                default(patience) => Next::Wait,
            };
            // Looked at in every turn: while much is going on nobody would ever wait for it.
            if self.minute != minute(now()) {
                self.tell_time()?;
                dirty = true;
            }
            let woken = Instant::now();
            loop {
                match next {
                    Next::End(ending) => return Ok(ending),
                    Next::DrawNow => (dirty, urgent) = (true, true),
                    Next::Draw => dirty = true,
                    Next::Wait => {}
                }
                if woken.elapsed() >= DRAIN {
                    break;
                }
                next = match (messages.try_recv(), events.is_empty()) {
                    (Ok(message), _) => self.message(Some(message))?,
                    (Err(_), false) => self.event(events.try_recv().ok())?,
                    (Err(_), true) => break,
                };
            }
        }
    }

    /// Draws a frame; tells whether it must be drawn once more because the panes have moved.
    fn draw(&mut self) -> Result<bool, Error> {
        let areas = self.screen.draw(&self.app)?;
        let moved = areas != self.app.state.areas;
        let effects = self.app.drawn(areas);
        self.perform(effects)?;
        Ok(moved)
    }

    fn message(&mut self, message: Option<Message>) -> Result<Next, Error> {
        match message {
            None => Ok(Next::Draw),
            Some(Message::Closed(error)) => Err(Error::Io(error)),
            Some(Message::Input(event)) => {
                #[cfg(debug_assertions)]
                if defect::is_asked_for(&event) {
                    self.screen.fail();
                }
                Ok(match self.handle(event)? {
                    Next::Draw => Next::DrawNow,
                    other => other,
                })
            }
            Some(Message::Signal(signal)) => self.signal(signal),
        }
    }

    fn signal(&mut self, signal: i32) -> Result<Next, Error> {
        match signal {
            signals::SIGTSTP => self.suspend().map(|()| Next::DrawNow),
            signals::SIGCONT => {
                // Stopped without a chance to tidy up; the shell has had the terminal since.
                self.screen.lend(|| ())?;
                self.tell_time().map(|()| Next::DrawNow)
            }
            ending => Ok(Next::End(Ending::Signal(ending))),
        }
    }

    fn event(&mut self, event: Option<Event>) -> Result<Next, Error> {
        match event {
            None => Ok(Next::Draw),
            Some(Event::Reply(Reply::Broken)) => Err(Error::Worker),
            Some(event) => self.handle(event),
        }
    }

    fn handle(&mut self, event: Event) -> Result<Next, Error> {
        let effects = self.app.handle(event);
        Ok(self.perform(effects)?.map_or(Next::Draw, Next::End))
    }

    /// Does what effects ask for; `Some` when the program is to end.
    fn perform(&mut self, effects: Vec<Effect>) -> Result<Option<Ending>, Error> {
        for effect in effects {
            let status = match self.workers.run(effect) {
                Some(Effect::Quit) => return Ok(Some(Ending::Quit)),
                Some(Effect::Suspend) => {
                    self.suspend()?;
                    continue;
                }
                Some(Effect::Copy(text)) => self.clipboard.copy(&text, &mut self.screen),
                Some(Effect::OpenExternal { viewer, text }) => {
                    let _paused = self.input.pause();
                    let signals = &self.signals;
                    let show = || signals.lend(|| external::show(viewer, &text));
                    match self.screen.lend(show)? {
                        Ok(()) => continue,
                        Err(why) => Status::error(why),
                    }
                }
                // Whatever the workers took needs nothing more.
                _ => continue,
            };
            self.app.handle(Event::Reply(Reply::Notice(status)));
        }
        Ok(None)
    }

    fn suspend(&mut self) -> Result<(), Error> {
        self.screen.lend(signals::stop)??;
        self.tell_time()
    }

    /// Tells the application what time it is. No time asks for anything to be done.
    fn tell_time(&mut self) -> Result<(), Error> {
        let now = now();
        self.minute = minute(now);
        let effects = self.app.handle(Event::Time(now));
        self.perform(effects).map(|_| ())
    }
}

/// The present time, ms since the epoch, UTC.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The number of the minute in which an instant lies.
fn minute(now: i64) -> i64 {
    now.div_euclid(60_000)
}

fn until_next_minute() -> Duration {
    Duration::from_millis(60_000 - (now().rem_euclid(60_000)) as u64)
}
