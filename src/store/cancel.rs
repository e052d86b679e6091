//! Telling a worker that nobody waits for its answer any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers the requests of one kind; a newer request makes all older ones stale.
#[derive(Debug, Clone, Default)]
pub struct Generations(Arc<AtomicU64>);

impl Generations {
    /// Starts a new request, making the ones before it stale.
    pub fn next(&self) -> Cancel {
        let mine = self.0.fetch_add(1, Ordering::AcqRel) + 1;
        Cancel { current: Arc::clone(&self.0), mine }
    }

    /// The number of the newest request; answers that carry another one are stale.
    pub fn current(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Makes every request so far stale without starting one.
    pub fn cancel_all(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// A request's view of its own standing; workers look at it every few milliseconds.
#[derive(Debug, Clone)]
pub struct Cancel {
    current: Arc<AtomicU64>,
    mine: u64,
}

impl Cancel {
    /// A request that nothing cancels.
    pub fn never() -> Self {
        Self { current: Arc::new(AtomicU64::new(0)), mine: 0 }
    }

    /// Tells whether a newer request has taken this one's place.
    pub fn is_stale(&self) -> bool {
        self.current.load(Ordering::Acquire) != self.mine
    }

    /// The request's number, carried by every answer to it.
    pub fn generation(&self) -> u64 {
        self.mine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_request_makes_the_older_stale() {
        let requests = Generations::default();
        let first = requests.next();
        assert!(!first.is_stale());
        let second = requests.next();
        assert!(first.is_stale() && !second.is_stale());
        requests.cancel_all();
        assert!(second.is_stale());
        assert!(!Cancel::never().is_stale());
    }
}
