//! How far a plan has come, and whether it is still wanted.

use super::Error;
use crate::model::bundle::Planning;

/// Is told from time to time how far a plan has come; answers whether it is still wanted.
pub type Watch<'a> = &'a dyn Fn(Planning) -> bool;

/// The steps of one plan.
pub(super) struct Steps<'a> {
    watch: Watch<'a>,
    done: u64,
    total: u64,
}

impl<'a> Steps<'a> {
    /// Starts to count.
    pub(super) fn new(watch: Watch<'a>, total: usize) -> Self {
        Self { watch, done: 0, total: total.max(1) as u64 }
    }

    /// Counts steps of masking.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`].
    pub(super) fn advance(&mut self, by: usize) -> Result<(), Error> {
        self.done += by as u64;
        wanted((self.watch)(Planning::Masking { done: self.done, total: self.total }))
    }

    /// Tells that files are being checked.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`].
    pub(super) fn check(&self) -> Result<(), Error> {
        wanted((self.watch)(Planning::Checking))
    }
}

fn wanted(answer: bool) -> Result<(), Error> {
    if answer { Ok(()) } else { Err(Error::Cancelled) }
}
