//! Signals: those that end the program, and stopping and going on.
//!
//! Most go to the loop. Two times are different: while another program has the terminal, its keys
//! for stopping and interrupting are meant for that program, though the system sends them to this
//! one as well; and once the loop has ended nobody would look at a signal any more.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use signal_hook::consts;
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

use super::Message;

pub(super) use signal_hook::consts::{SIGCONT, SIGTSTP};

/// A signal that was sent while another program had the terminal may be seen a little later. Keys
/// of the explorer itself never come as signals, so nobody misses one in this time.
const LATE: Duration = Duration::from_millis(200);
/// What ends the program.
const ENDING: [i32; 4] = [consts::SIGTERM, consts::SIGHUP, consts::SIGINT, consts::SIGQUIT];
/// What the keys of a terminal send to every program in its foreground.
const FROM_KEYS: [i32; 4] = [consts::SIGINT, consts::SIGQUIT, SIGTSTP, SIGCONT];

/// What happens to signals at the moment; dropping it gives them back what the system does by
/// itself, so that a second one ends a program that is slow to leave.
pub(super) struct Listening {
    lent: Arc<Lent>,
    over: Arc<AtomicBool>,
}

#[derive(Default)]
struct Lent {
    now: Arc<AtomicBool>,
    until: Mutex<Option<Instant>>,
}

/// Sends every signal that concerns the terminal into the loop.
pub(super) fn listen(to_loop: Sender<Message>) -> io::Result<Listening> {
    let (lent, over) = (Arc::new(Lent::default()), Arc::new(AtomicBool::new(false)));
    for signal in ENDING {
        flag::register_conditional_default(signal, Arc::clone(&over))?;
    }
    // The shell waits for the whole foreground to stop, and the loop waits for the other program.
    flag::register_conditional_default(SIGTSTP, Arc::clone(&lent.now))?;
    let mut signals = Signals::new(ENDING.into_iter().chain([SIGTSTP, SIGCONT]))?;
    let own = Arc::clone(&lent);
    // The thread ends with the program: it holds nothing that must be put away.
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if FROM_KEYS.contains(&signal) && own.holds() {
                continue;
            }
            if to_loop.send(Message::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(Listening { lent, over })
}

impl Listening {
    /// Leaves the keys of the terminal to another program while `show` runs it.
    pub(super) fn lend<T>(&self, show: impl FnOnce() -> T) -> T {
        self.lent.now.store(true, Ordering::Release);
        let result = show();
        *self.lent.until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.lent.now.store(false, Ordering::Release);
        result
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
    }
}

impl Lent {
    /// Tells whether a signal that is seen now was meant for the other program.
    fn holds(&self) -> bool {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        self.now.load(Ordering::Acquire) || until.is_some_and(|until| until.elapsed() < LATE)
    }
}

/// Stops the process as the shell's job control expects; returns when it is continued.
pub(super) fn stop() -> io::Result<()> {
    low_level::emulate_default_handler(SIGTSTP)
}
