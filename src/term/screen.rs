//! The screen: taken over, drawn to, and given back exactly once, panics included.

use std::io::{self, IsTerminal as _, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    SetTitle, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};

use super::Error;
use super::output::Output;
use crate::app::App;
use crate::app::state::area::Areas;
use crate::ui;

/// The screen is ours at the moment. A panic hook has nothing but statics to look at.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// Keep the window title on the terminal's stack, and take it back from there.
const PUSH_TITLE: &str = "\x1b[22;2t";
const POP_TITLE: &str = "\x1b[23;2t";

/// The terminal while it is ours; dropping it gives it back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Output>>,
    mouse: bool,
    title: String,
    #[cfg(debug_assertions)]
    fails: bool,
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn enter(mouse: bool) -> Result<Self, Error> {
        if !stdout().is_terminal() {
            return Err(Error::NotATerminal);
        }
        HOOK.call_once(restore_on_panic);
        take(mouse)?;
        let terminal = Terminal::new(CrosstermBackend::new(Output::new(&TAKEN)));
        match terminal {
            Ok(terminal) => Ok(Self {
                terminal,
                mouse,
                title: String::new(),
                #[cfg(debug_assertions)]
                fails: false,
            }),
            Err(error) => {
                give_back();
                Err(error.into())
            }
        }
    }

    /// Draws a frame as one update.
    pub(super) fn draw(&mut self, app: &App) -> io::Result<Areas> {
        let title = app.state.window_title();
        if title != self.title {
            queue!(self.terminal.backend_mut(), SetTitle(&title))?;
            self.title = title;
        }
        let mut areas = Areas::default();
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        #[cfg(debug_assertions)]
        let fails = self.fails;
        self.terminal.draw(|frame| {
            areas = ui::draw(&app.state, &app.theme, frame);
            #[cfg(debug_assertions)]
            super::defect::strike(fails);
        })?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        Ok(areas)
    }

    /// Gives the terminal back while `others` have it, and takes it over again.
    pub(super) fn lend<T>(&mut self, others: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        let result = others();
        take(self.mouse)?;
        self.title.clear();
        // Empties the screen and the memory of it. `Terminal::clear` would do so, too, but it asks
        // the terminal for the cursor, and waits for seconds where there is no answer.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))?;
        Ok(result)
    }

    /// Makes the next frame panic half-way.
    #[cfg(debug_assertions)]
    pub(super) fn fail(&mut self) {
        self.fails = true;
    }

    /// Sends a command to the terminal.
    pub(super) fn send(&mut self, command: impl crossterm::Command) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), command)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::Release);
    let mut out = stdout();
    execute!(out, Print(PUSH_TITLE), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back; does nothing when it is not ours. A terminal that is gone cannot be
/// given back, so errors end here.
fn give_back() {
    if !TAKEN.swap(false, Ordering::AcqRel) {
        return;
    }
    let mut out = stdout();
    let sent = execute!(
        out,
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Print(POP_TITLE),
        cursor::Show
    );
    drop(sent);
    drop(disable_raw_mode());
}

/// A panic gives the terminal back first. The message names the place in the program only: what a
/// panic says may quote a session.
fn restore_on_panic() {
    std::panic::set_hook(Box::new(|panic| {
        give_back();
        let place = panic.location().map_or_else(String::new, |place| format!(" at {place}"));
        let thread = std::thread::current().name().unwrap_or("a thread").to_owned();
        drop(writeln!(
            io::stderr(),
            "clawscope has a defect and had to stop: panic{place} ({thread})."
        ));
    }));
}
