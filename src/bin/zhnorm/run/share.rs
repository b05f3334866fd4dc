//! Shares the files out among the threads.
//!
//! A thread takes a lot: what a walk found in one folder, one after the other. Two threads that
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
const LOT: usize = 512;

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
    /// Shares what is found out among so many threads.
    pub fn new(found: I, threads: usize) -> Self {
        let found = found.peekable();
        Self {
            search: Mutex::new(Search { found, turns: 0 }),
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
        while lot.len() < LOT {
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
