//! Shares the files out among the threads.
//!
//! A thread takes a lot: what was found in one folder, one after the other. Two threads that
//! make files in the same folder wait for each other in the system, and so they would if they
//! asked for one file at a time here. Where no search is left, and where the others are too
//! far ahead of a slow lot, a thread takes over the later half of what another one has left.
//!
//! The files are numbered in the order of the search, and whoever has some works on them in that
//! order. So the first file that nobody has told of yet is always one that a thread is working
//! on, and all others can wait for it.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A lot has at most so many files.
pub const LOT: usize = 512;

/// Something of which a lot is made.
pub trait Item {
    /// Whether it may be taken together with the one before it.
    fn goes_with(&self, before: &Self) -> bool;
}

/// What the search found and is not worked on yet.
pub struct Share<I: Iterator> {
    search: Mutex<Search<I>>,
    /// What each thread has.
    lots: Vec<Mutex<Lot<I::Item>>>,
}

struct Search<I: Iterator> {
    found: Peekable<I>,
    /// The most files of a lot.
    most: usize,
    /// How many were handed out.
    turns: usize,
}

/// Finds with their numbers.
type Lot<T> = VecDeque<(usize, T)>;

impl<I> Share<I>
where
    I: Iterator,
    I::Item: Item,
{
    /// Shares what is found out among so many threads, in lots of at most `most`, which is 1 or
    /// more: then nobody waits for the next find before the one at hand is worked on.
    pub fn new(found: I, threads: usize, most: usize) -> Self {
        let search = Search {
            found: found.peekable(),
            most,
            turns: 0,
        };
        Self {
            search: Mutex::new(search),
            lots: (0..threads).map(|_| Mutex::default()).collect(),
        }
    }

    /// What the thread with this number works on next, with its turn; nothing when all is done or
    /// in hand. So many turns were told of.
    pub fn next(&self, thread: usize, told: usize) -> Option<(usize, I::Item)> {
        if let Some(next) = lock(&self.lots[thread]).pop_front() {
            return Some(next);
        }
        let mut search = lock(&self.search);
        // Those who are far ahead help the ones behind, so that not too much has to wait for them.
        if search.turns > told + 2 * LOT * self.lots.len()
            && let Some(next) = self.take_over(thread)
        {
            return Some(next);
        }
        let mut lot = search.lot();
        let next = lot.pop_front();
        // As long as nobody else can search, nobody takes this for the end.
        *lock(&self.lots[thread]) = lot;
        drop(search);
        next.or_else(|| self.take_over(thread))
    }

    /// Takes the later half of the first lot of which anything is left.
    fn take_over(&self, thread: usize) -> Option<(usize, I::Item)> {
        loop {
            let first = |lot: &Mutex<Lot<I::Item>>| lock(lot).front().map(|(turn, _)| *turn);
            let (_, from) = (self.lots.iter().enumerate())
                .filter_map(|(index, lot)| Some((first(lot)?, index)))
                .min()?;
            let mut lot = lock(&self.lots[from]);
            let half = lot.len() / 2;
            let mut taken = lot.split_off(half);
            drop(lot);
            // Nothing, if others were quicker.
            if let Some(next) = taken.pop_front() {
                *lock(&self.lots[thread]) = taken;
                return Some(next);
            }
        }
    }
}

impl<I> Search<I>
where
    I: Iterator,
    I::Item: Item,
{
    fn lot(&mut self) -> Lot<I::Item> {
        let mut lot = Lot::new();
        while lot.len() < self.most {
            let next = match lot.back() {
                None => self.found.next(),
                Some((_, last)) => self.found.next_if(|next| next.goes_with(last)),
            };
            let Some(next) = next else { break };
            lot.push_back((self.turns, next));
            self.turns += 1;
        }
        lot
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

    impl Item for File {
        fn goes_with(&self, before: &Self) -> bool {
            self.0 == before.0
        }
    }

    fn share(files: Vec<File>, threads: usize) -> Share<std::vec::IntoIter<File>> {
        Share::new(files.into_iter(), threads, LOT)
    }

    #[test]
    fn threads_work_in_different_folders() {
        let files = [[File(0); 3], [File(1); 3]].concat();
        let share = share(files, 2);
        for (turn, thread) in [(0, 0), (3, 1), (1, 0), (4, 1)] {
            let file = File(turn / 3);
            assert_eq!(share.next(thread, 0), Some((turn, file)));
        }
    }

    #[test]
    fn a_folder_is_not_one_threads_alone() {
        let share = share(vec![File(0); 5], 2);
        assert_eq!(share.next(0, 0), Some((0, File(0))));
        // Four are left: the first has the earlier two, the second takes over the later.
        let turns: Vec<usize> = (0..4)
            .map(|number| share.next(1 - number % 2, 0).unwrap().0)
            .collect();
        assert_eq!(turns, [3, 1, 4, 2]);
        assert_eq!(share.next(0, 5), None);
        assert_eq!(share.next(1, 5), None);
    }

    #[test]
    fn nobody_waits_for_more_than_was_found() {
        let found = std::iter::once(File(0)).chain(std::iter::from_fn(|| panic!("waits")));
        let share = Share::new(found, 2, 1);
        assert_eq!(share.next(0, 0), Some((0, File(0))));
    }

    #[test]
    fn who_is_far_ahead_helps_the_one_behind() {
        let folders = (0..20).flat_map(|folder| vec![File(folder); LOT]);
        let share = share(folders.collect(), 2);
        assert_eq!(share.next(0, 0), Some((0, File(0))));
        let helped = (0..20 * LOT)
            .find(|_| share.next(1, 0).is_some_and(|(turn, _)| turn < LOT))
            .unwrap();
        assert!((LOT..6 * LOT).contains(&helped), "{helped}");
    }

    #[test]
    fn all_is_done_once() {
        let files: Vec<File> = (0..5_000).map(|number| File(number / 700)).collect();
        let share = share(files, 4);
        let done: Vec<Vec<usize>> = std::thread::scope(|scope| {
            let threads = (0..4).map(|thread| {
                let share = &share;
                scope.spawn(move || std::iter::from_fn(|| Some(share.next(thread, 0)?.0)).collect())
            });
            let threads: Vec<_> = threads.collect();
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let mut all = done.concat();
        all.sort_unstable();
        assert_eq!(all, (0..5_000).collect::<Vec<_>>());
    }
}
