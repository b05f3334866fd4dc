//! Hands the inputs out to the threads.
//!
//! A thread takes a batch: inputs that were found in one folder, one after the other. Threads that
//! create files in the same folder wait for each other in the kernel, and asking here for one
//! input at a time would cost them as much. When the search is finished, or when the other
//! threads are too far ahead of a slow batch, a thread takes the later half of another thread's
//! batch.
//!
//! Inputs are numbered in the order of the search, and each thread works on its own in that
//! order. So the first input without a report is always being worked on, and the others can wait
//! for it.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The size of the largest batch.
pub(super) const MAX_BATCH: usize = 512;

/// What batches are made of.
pub(super) trait Batched {
    /// Whether it belongs into the batch of the one before it.
    fn same_batch_as(&self, before: &Self) -> bool;
}

/// The inputs that are not worked on yet.
pub(super) struct WorkQueue<I: Iterator> {
    search: Mutex<Search<I>>,
    /// The batch of each thread.
    batches: Vec<Mutex<Batch<I::Item>>>,
}

struct Search<I: Iterator> {
    found: Peekable<I>,
    /// The size of the largest batch.
    most: usize,
    /// How many inputs are in batches so far.
    turns: usize,
}

/// Inputs with their numbers.
type Batch<T> = VecDeque<(usize, T)>;

impl<I> WorkQueue<I>
where
    I: Iterator,
    I::Item: Batched,
{
    /// A queue for so many threads. A batch has at most `most` inputs; with 1, no thread waits for
    /// a second input before it works on the first.
    pub(super) fn new(found: I, threads: usize, most: usize) -> Self {
        let search = Search {
            found: found.peekable(),
            most,
            turns: 0,
        };
        Self {
            search: Mutex::new(search),
            batches: (0..threads).map(|_| Mutex::default()).collect(),
        }
    }

    /// The next input for the thread with this number, with its turn; nothing when all are taken.
    /// `reported` is the number of turns with a report.
    pub(super) fn next(&self, thread: usize, reported: usize) -> Option<(usize, I::Item)> {
        if let Some(next) = lock(&self.batches[thread]).pop_front() {
            return Some(next);
        }
        let mut search = lock(&self.search);
        // A thread that is far ahead helps a slow one, so that few reports have to wait.
        if search.turns > reported + 2 * MAX_BATCH * self.batches.len()
            && let Some(next) = self.take_over(thread)
        {
            return Some(next);
        }
        let mut batch = search.batch();
        let next = batch.pop_front();
        // Before the search is unlocked: an empty batch would look like the end to the others.
        *lock(&self.batches[thread]) = batch;
        drop(search);
        next.or_else(|| self.take_over(thread))
    }

    /// Takes the later half of the first batch that is not empty.
    fn take_over(&self, thread: usize) -> Option<(usize, I::Item)> {
        loop {
            let first = |batch: &Mutex<Batch<I::Item>>| lock(batch).front().map(|(turn, _)| *turn);
            let (_, from) = (self.batches.iter().enumerate())
                .filter_map(|(index, batch)| Some((first(batch)?, index)))
                .min()?;
            let mut batch = lock(&self.batches[from]);
            let half = batch.len() / 2;
            let mut taken = batch.split_off(half);
            drop(batch);
            // Nothing, if another thread was quicker.
            if let Some(next) = taken.pop_front() {
                *lock(&self.batches[thread]) = taken;
                return Some(next);
            }
        }
    }
}

impl<I> Search<I>
where
    I: Iterator,
    I::Item: Batched,
{
    fn batch(&mut self) -> Batch<I::Item> {
        let mut batch = Batch::new();
        while batch.len() < self.most {
            let next = match batch.back() {
                None => self.found.next(),
                Some((_, last)) => self.found.next_if(|next| next.same_batch_as(last)),
            };
            let Some(next) = next else { break };
            batch.push_back((self.turns, next));
            self.turns += 1;
        }
        batch
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file in a folder.
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct File(usize);

    impl Batched for File {
        fn same_batch_as(&self, before: &Self) -> bool {
            self.0 == before.0
        }
    }

    fn queue(files: Vec<File>, threads: usize) -> WorkQueue<std::vec::IntoIter<File>> {
        WorkQueue::new(files.into_iter(), threads, MAX_BATCH)
    }

    #[test]
    fn threads_work_in_different_folders() {
        let files = [[File(0); 3], [File(1); 3]].concat();
        let queue = queue(files, 2);
        for (turn, thread) in [(0, 0), (3, 1), (1, 0), (4, 1)] {
            let file = File(turn / 3);
            assert_eq!(queue.next(thread, 0), Some((turn, file)));
        }
    }

    #[test]
    fn a_folder_is_not_one_threads_alone() {
        let queue = queue(vec![File(0); 5], 2);
        assert_eq!(queue.next(0, 0), Some((0, File(0))));
        // Four are left: the first has the earlier two, the second takes over the later.
        let turns: Vec<usize> = (0..4)
            .map(|number| queue.next(1 - number % 2, 0).unwrap().0)
            .collect();
        assert_eq!(turns, [3, 1, 4, 2]);
        assert_eq!(queue.next(0, 5), None);
        assert_eq!(queue.next(1, 5), None);
    }

    #[test]
    fn no_thread_waits_for_more_than_was_found() {
        let found = std::iter::once(File(0)).chain(std::iter::from_fn(|| panic!("waits")));
        let queue = WorkQueue::new(found, 2, 1);
        assert_eq!(queue.next(0, 0), Some((0, File(0))));
    }

    #[test]
    fn a_thread_far_ahead_helps_a_slow_one() {
        let folders = (0..20).flat_map(|folder| vec![File(folder); MAX_BATCH]);
        let queue = queue(folders.collect(), 2);
        assert_eq!(queue.next(0, 0), Some((0, File(0))));
        let helped = (0..20 * MAX_BATCH)
            .find(|_| queue.next(1, 0).is_some_and(|(turn, _)| turn < MAX_BATCH))
            .unwrap();
        assert!((MAX_BATCH..6 * MAX_BATCH).contains(&helped), "{helped}");
    }

    #[test]
    fn all_is_done_once() {
        let files: Vec<File> = (0..5_000).map(|number| File(number / 700)).collect();
        let queue = queue(files, 4);
        let done: Vec<Vec<usize>> = std::thread::scope(|scope| {
            let threads = (0..4).map(|thread| {
                let queue = &queue;
                scope.spawn(move || std::iter::from_fn(|| Some(queue.next(thread, 0)?.0)).collect())
            });
            let threads: Vec<_> = threads.collect();
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let mut all = done.concat();
        all.sort_unstable();
        assert_eq!(all, (0..5_000).collect::<Vec<_>>());
    }
}
