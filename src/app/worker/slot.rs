//! A place for one waiting request: a newer one takes the place of an older.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Where a thread waits for its next request.
pub(super) struct Slot<T> {
    inner: Mutex<Inner<T>>,
    changed: Condvar,
}

struct Inner<T> {
    waiting: Option<T>,
    closed: bool,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        let inner = Mutex::new(Inner { waiting: None, closed: false });
        Self { inner, changed: Condvar::new() }
    }
}

impl<T> Slot<T> {
    /// Leaves a request; one that still waits is dropped.
    pub(super) fn put(&self, request: T) {
        self.lock().waiting = Some(request);
        self.changed.notify_one();
    }

    /// Waits for the next request; `None` once the slot is closed.
    pub(super) fn take(&self) -> Option<T> {
        let mut inner = self.lock();
        loop {
            if inner.closed {
                return None;
            }
            if let Some(request) = inner.waiting.take() {
                return Some(request);
            }
            inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Tells whether a newer request waits, or the slot is closed.
    pub(super) fn is_waiting(&self) -> bool {
        let inner = self.lock();
        inner.waiting.is_some() || inner.closed
    }

    /// Lets the thread go.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// No code panics while it holds the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_request_wins_and_closing_lets_go() {
        let slot = Slot::default();
        slot.put(1);
        assert!(slot.is_waiting());
        slot.put(2);
        assert_eq!(slot.take(), Some(2));
        assert!(!slot.is_waiting());
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| slot.take());
            slot.close();
            assert_eq!(waiter.join().unwrap(), None);
        });
    }
}
