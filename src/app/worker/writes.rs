//! Which writes are going on: what has begun is waited for at the end, nothing begins after it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The writes of all threads.
#[derive(Default)]
pub(super) struct Writes {
    inner: Mutex<Inner>,
    ended: Condvar,
}

#[derive(Default)]
struct Inner {
    running: usize,
    closed: bool,
}

/// A write that goes on as long as this lives.
pub(super) struct Write<'a>(&'a Writes);

impl Writes {
    /// Begins a write; `None` when the program is about to end.
    pub(super) fn begin(&self) -> Option<Write<'_>> {
        let mut inner = self.lock();
        if inner.closed {
            return None;
        }
        inner.running += 1;
        Some(Write(self))
    }

    /// Lets no write begin any more and waits for the end of those that go on.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        while inner.running > 0 {
            inner = self.ended.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// No code panics while it holds the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
        self.0.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn the_end_waits_for_a_write_and_lets_no_other_begin() {
        let (writes, written) = (Writes::default(), AtomicBool::new(false));
        let write = writes.begin().unwrap();
        std::thread::scope(|scope| {
            let end = scope.spawn(|| {
                writes.close();
                written.load(Ordering::Acquire)
            });
            while !writes.lock().closed {
                std::thread::yield_now();
            }
            assert!(writes.begin().is_none());
            written.store(true, Ordering::Release);
            drop(write);
            assert!(end.join().unwrap(), "ended in the middle of a write");
        });
    }
}
