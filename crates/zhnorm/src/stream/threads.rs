//! Threads that have nothing of their own to do, and help with a large text.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many more threads may work. Several streams can share them.
///
/// ```
/// use zhnorm::stream::SpareThreads;
///
/// // One thread per core, of which one is this one.
/// let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
/// let spare = SpareThreads::new(cores - 1);
/// # let _ = spare;
/// ```
#[derive(Debug, Default)]
pub struct SpareThreads(AtomicUsize);

impl SpareThreads {
    /// So many threads.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        Self(AtomicUsize::new(threads))
    }

    /// One more: a thread has ended its own work.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// A thread's place, if there is one.
    pub(super) fn take(&self) -> Option<Place<'_>> {
        let less = |threads: usize| threads.checked_sub(1);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        taken.ok().map(|_| Place(self))
    }
}

/// A place among the threads that work. It is free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place<'s>(&'s SpareThreads);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.add();
    }
}

#[cfg(test)]
mod tests {
    use super::SpareThreads;

    #[test]
    fn a_place_is_taken_once_and_given_back() {
        let spare = SpareThreads::new(1);
        let place = spare.take();
        assert!(place.is_some() && spare.take().is_none());
        drop(place);
        spare.add();
        let both = (spare.take(), spare.take());
        assert!(both.0.is_some() && both.1.is_some() && spare.take().is_none());
    }
}
