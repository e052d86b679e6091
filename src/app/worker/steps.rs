//! How far a plan or the writing of one is: noted by the work, told to the loop ten times a second.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::RecvTimeoutError;

use super::Answers;
use crate::app::effect::{Reply, Task};
use crate::app::state::preview::Working;
use crate::model::bundle::Planning;
use crate::store::cancel::Cancel;

/// Between two words about how far it is: a spinner turns at this pace.
const PACE: Duration = Duration::from_millis(100);

/// Where a piece of work notes how far it is.
#[derive(Debug)]
pub struct Steps {
    since: Instant,
    noted: Mutex<Working>,
}

impl Default for Steps {
    fn default() -> Self {
        Self { since: Instant::now(), noted: Mutex::default() }
    }
}

impl Steps {
    /// Notes a step, or how far it is.
    pub fn note(&self, step: Planning) {
        self.lock().step = Some(step);
    }

    fn working(&self) -> Working {
        Working { elapsed: self.since.elapsed().as_millis() as u64, ..*self.lock() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Working> {
        // A panic elsewhere has been reported by then; the note is whole in any case.
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does a piece of work, telling the loop how far it is until it is done or nobody waits for it.
pub(super) fn told<T>(
    answers: &Answers,
    task: Task,
    request: &Cancel,
    work: impl FnOnce(&Steps) -> T,
) -> T {
    let steps = Steps::default();
    let (done, is_done) = crossbeam_channel::bounded::<()>(0);
    std::thread::scope(|scope| {
        let (steps, is_done) = (&steps, &is_done);
        scope.spawn(move || {
            while is_done.recv_timeout(PACE) == Err(RecvTimeoutError::Timeout) {
                let (request, working) = (request.generation(), steps.working());
                answers.send(Reply::Working { task, request, working });
            }
        });
        let out = work(steps);
        // Closing the channel ends the other thread at once.
        drop(done);
        out
    })
}
