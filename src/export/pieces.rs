//! Work on a long list, piece by piece on several threads, with results in the order of the list.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many items of a list make a piece.
pub(super) const PIECE: usize = 256;

/// Most threads: each has caches of some megabytes, and memory is to stay bounded.
const MOST_THREADS: usize = 4;

/// How many threads are worth starting for a list.
pub(super) fn threads_for(items: usize) -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    processors.min(MOST_THREADS).min(items.div_ceil(PIECE)).max(1)
}

/// Cuts a list into pieces that own their items.
pub(super) fn cut<T>(items: impl IntoIterator<Item = T>) -> impl Iterator<Item = Vec<T>> {
    let mut items = items.into_iter();
    std::iter::from_fn(move || {
        let piece: Vec<T> = items.by_ref().take(PIECE).collect();
        (!piece.is_empty()).then_some(piece)
    })
}

/// Lets every worker, on a thread of its own, take the next piece and `work` on it; hands the
/// results to `take`, on this thread and in the order of the pieces.
///
/// # Errors
///
/// What `take` fails with; no worker takes another piece then.
pub(super) fn in_order<W: Send, P, T: Send, E>(
    workers: &mut [W],
    pieces: impl Iterator<Item = P> + Send,
    work: impl Fn(&mut W, P) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let pieces = Mutex::new(pieces.enumerate());
    let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (work, next) = (&work, &next);
    thread::scope(|scope| {
        let (done, results) = sync_channel(workers.len());
        for worker in workers {
            let done = done.clone();
            scope.spawn(move || {
                while let Some((at, piece)) = next() {
                    // Nobody listens any more when `take` has failed.
                    if done.send((at, work(worker, piece))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (at, result) in results {
            early.insert(at, result);
            while let Some(result) = early.remove(&due) {
                take(result)?;
                due += 1;
            }
        }
        Ok(())
    })
}

/// Works on every item of a short list on a thread of its own; results come in the order of the
/// items.
pub(super) fn apart<P: Send, T: Send>(
    items: impl IntoIterator<Item = P>,
    work: impl Fn(P) -> T + Sync,
) -> Vec<T> {
    let work = &work;
    thread::scope(|scope| {
        let started: Vec<_> =
            items.into_iter().map(|item| scope.spawn(move || work(item))).collect();
        let ended = started
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ended.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_however_long_the_work_takes() {
        let mut workers = [0; 3];
        let mut taken = Vec::new();
        let work = |count: &mut usize, piece: Vec<u64>| {
            *count += piece.len();
            thread::sleep(std::time::Duration::from_millis(piece[0] / 256 % 3));
            piece.iter().sum::<u64>()
        };
        let take = |sum| {
            taken.push(sum);
            Ok::<(), ()>(())
        };
        in_order(&mut workers, cut(0..2_000), work, take).unwrap();
        let all: Vec<u64> = (0..2_000).collect();
        assert_eq!(taken, all.chunks(PIECE).map(|piece| piece.iter().sum()).collect::<Vec<u64>>());
        assert_eq!(workers.iter().sum::<usize>(), 2_000);
    }

    #[test]
    fn a_failure_stops_the_work() {
        let mut workers = [0_u32; 2];
        let work = |count: &mut u32, _: u32| *count += 1;
        assert_eq!(in_order(&mut workers, 0..1_000_000, work, |()| Err("full")), Err("full"));
        assert!(workers.iter().sum::<u32>() < 1_000_000);
    }

    #[test]
    fn a_short_list_has_one_thread() {
        assert_eq!((threads_for(0), threads_for(PIECE)), (1, 1));
        assert!(threads_for(1 << 20) <= MOST_THREADS);
        assert_eq!(apart([3, 1, 2], |number| number * 2), [6, 2, 4]);
    }
}
