//! Signals: those that end the program, and stopping and going on.

use std::io;

use crossbeam_channel::Sender;
use signal_hook::consts;
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use super::Message;

pub(super) use signal_hook::consts::{SIGCONT, SIGTSTP};

/// Sends every signal that concerns the terminal into the loop.
pub(super) fn listen(to_loop: Sender<Message>) -> io::Result<()> {
    let mut signals = Signals::new([
        consts::SIGTERM,
        consts::SIGHUP,
        consts::SIGINT,
        consts::SIGQUIT,
        SIGTSTP,
        SIGCONT,
    ])?;
    // The thread ends with the program: it holds nothing that must be put away.
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if to_loop.send(Message::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Stops the process as the shell's job control expects; returns when it is continued.
pub(super) fn stop() -> io::Result<()> {
    low_level::emulate_default_handler(SIGTSTP)
}
