//! `--duplicates`: which texts of a run are copies of earlier ones, exact or near.
//!
//! Texts are compared as they are written, after all stages. Exact copies have the same lines but for
//! blanks at their ends and empty lines. Near ones share most of their lines, as `MinHash`
//! estimates it: of each text the smallest values of some hash functions over its lines are
//! kept, some two hundred bytes, and candidates are those that agree in a group of them.
//!
//! Texts are decided about in the order of the inputs, however many threads work on them, so a run
//! always names the same first one.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use zhnorm::report::{Change, Report, Stage};

use crate::arguments::Copies;

/// Hash functions of a signature.
const HASHES: usize = 48;

/// So many of them make a group, by which candidates are found.
const GROUP: usize = 4;

/// Near copies agree in at least this many: about four lines of five.
const NEAR: usize = HASHES * 4 / 5;

/// Texts with fewer different lines are no near copies of any.
const FEWEST: usize = 4;

/// The texts so far.
pub(crate) struct Duplicates {
    copies: Copies,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    /// The number of the input that is decided about next.
    next: usize,
    known: Known,
}

/// The first text of each group of copies.
#[derive(Default)]
struct Known {
    names: Vec<Box<str>>,
    signatures: HashMap<u32, [u32; HASHES]>,
    exact: HashMap<[u64; 2], u32>,
    groups: HashMap<u64, u32>,
}

/// What is known of a text.
struct Fingerprint {
    exact: [u64; 2],
    /// Nothing for a text of few lines.
    near: Option<[u32; HASHES]>,
}

/// An earlier text.
#[derive(Debug, PartialEq, Eq)]
struct Earlier {
    name: Box<str>,
    is_exact: bool,
}

impl Duplicates {
    pub(crate) fn new(copies: Copies) -> Self {
        Self {
            copies,
            state: Mutex::default(),
            moved: Condvar::new(),
        }
    }

    /// Decides about the text of the input with this number, in the turn of that input, and flags
    /// it in its report if it is a copy. Gives whether it is to be left out.
    pub(crate) fn decide(&self, turn: usize, name: &str, text: &[u8], report: &mut Report) -> bool {
        let text = String::from_utf8_lossy(text);
        let found = Fingerprint::of(&text);
        let mut state = self.turn(turn);
        let earlier = found.and_then(|found| state.known.find(name, &found));
        state.next = state.next.max(turn + 1);
        drop(state);
        self.moved.notify_all();
        let Some(earlier) = earlier else { return false };
        let (rule, kind) = if earlier.is_exact {
            ("duplicate.exact", "the same text as")
        } else {
            ("duplicate.near", "nearly the same lines as")
        };
        let note = format!("{kind} {}", earlier.name);
        let flag = Change::flag(Stage::Strip, rule, 0..text.len(), 1, "");
        report.record(flag.with_note(note));
        earlier.is_exact && self.copies == Copies::Skip
    }

    /// Says that nothing more is decided about this input.
    pub(crate) fn pass(&self, turn: usize) {
        let mut state = self.turn(turn);
        if state.next == turn {
            state.next = turn + 1;
            drop(state);
            self.moved.notify_all();
        }
    }

    /// Waits until all inputs before this one are decided about.
    fn turn(&self, turn: usize) -> MutexGuard<'_, State> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.moved
            .wait_while(state, |state| state.next < turn)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The first text of which this is a copy; if there is none, this is one that others may be
    /// copies of.
    fn find(&mut self, name: &str, found: &Fingerprint) -> Option<Earlier> {
        if let Some(first) = self.exact.get(&found.exact) {
            return Some(self.earlier(*first, true));
        }
        let number = self.names.len() as u32;
        self.exact.insert(found.exact, number);
        let first = found.near.as_ref().and_then(|near| self.nearest(near));
        // Also that of a near copy: an exact copy of it is told as that.
        self.names.push(name.into());
        if let Some(first) = first {
            return Some(self.earlier(first, false));
        }
        if let Some(near) = found.near {
            for group in groups(&near) {
                self.groups.entry(group).or_insert(number);
            }
            self.signatures.insert(number, near);
        }
        None
    }

    /// The first of the texts that agree in enough values.
    fn nearest(&self, near: &[u32; HASHES]) -> Option<u32> {
        let candidates: BTreeSet<u32> = (groups(near))
            .filter_map(|group| self.groups.get(&group).copied())
            .collect();
        candidates.into_iter().find(|candidate| {
            let agree = |signature: &[u32; HASHES]| {
                let both = signature.iter().zip(near);
                both.filter(|(a, b)| a == b).count() >= NEAR
            };
            self.signatures.get(candidate).is_some_and(agree)
        })
    }

    fn earlier(&self, number: u32, is_exact: bool) -> Earlier {
        let name = self.names.get(number as usize).cloned();
        Earlier {
            name: name.unwrap_or_default(),
            is_exact,
        }
    }
}

impl Fingerprint {
    /// Nothing for a text without a line.
    fn of(text: &str) -> Option<Self> {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines().next()?;
        let mut whole = [0u64, 1].map(|seed| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u64(seed);
            hasher
        });
        let mut smallest = [u32::MAX; HASHES];
        let mut different = BTreeSet::new();
        for line in lines() {
            for hasher in &mut whole {
                line.hash(hasher);
            }
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            let value = hasher.finish();
            if different.len() < FEWEST {
                different.insert(value);
            }
            for (number, smallest) in smallest.iter_mut().enumerate() {
                *smallest = (*smallest).min(mixed(value, number as u64));
            }
        }
        Some(Self {
            exact: whole.map(|hasher| hasher.finish()),
            near: (different.len() >= FEWEST).then_some(smallest),
        })
    }
}

/// The value of a hash function of its own for each number.
fn mixed(value: u64, number: u64) -> u32 {
    let mut mixed = value ^ (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed >> 32) as u32
}

/// A key for each group of values.
fn groups(near: &[u32; HASHES]) -> impl Iterator<Item = u64> + '_ {
    near.chunks_exact(GROUP).enumerate().map(|group| {
        let mut hasher = DefaultHasher::new();
        group.hash(&mut hasher);
        hasher.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: std::ops::Range<usize>, other: &str) -> String {
        let lines: Vec<String> = lines
            .map(|line| format!("第{line}行，昨天下了雪。"))
            .collect();
        format!("{}\n{other}\n", lines.join("\n"))
    }

    fn find(known: &mut Known, name: &str, text: &str) -> Option<(String, bool)> {
        let found = Fingerprint::of(text)?;
        let earlier = known.find(name, &found)?;
        Some((earlier.name.into(), earlier.is_exact))
    }

    #[test]
    fn copies_are_found_with_the_name_of_the_first() {
        let mut known = Known::default();
        let first = text(0..40, "甲");
        assert_eq!(find(&mut known, "a", &first), None);
        let spaced = first.replace('\n', " \n\n");
        assert_eq!(find(&mut known, "b", &spaced), Some(("a".into(), true)));
        assert_eq!(
            find(&mut known, "c", &text(0..40, "乙")),
            Some(("a".into(), false))
        );
        assert_eq!(
            find(&mut known, "d", &text(0..41, "丙")),
            Some(("a".into(), false))
        );
        assert_eq!(find(&mut known, "e", &text(25..65, "甲")), None);
        assert_eq!(find(&mut known, "f", &text(100..140, "甲")), None);
        assert_eq!(
            find(&mut known, "g", &text(0..40, "乙")),
            Some(("c".into(), true))
        );
        assert_eq!(find(&mut known, "h", "\n \n"), None);
        assert_eq!(find(&mut known, "i", "\n"), None);
    }

    #[test]
    fn inputs_are_decided_about_in_their_order() {
        let duplicates = Duplicates::new(Copies::Skip);
        let copies = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16)
                .rev()
                .map(|turn| {
                    let duplicates = &duplicates;
                    scope.spawn(move || {
                        if turn % 3 == 1 {
                            duplicates.pass(turn);
                            return false;
                        }
                        let mut report = Report::listing();
                        duplicates.decide(turn, &format!("{turn}"), "雪\n".as_bytes(), &mut report)
                    })
                })
                .collect();
            let joined = threads.into_iter().rev();
            joined
                .map(|thread| thread.join().unwrap_or(false))
                .collect::<Vec<_>>()
        });
        let wanted: Vec<bool> = (0..16).map(|turn| turn > 0 && turn % 3 != 1).collect();
        assert_eq!(copies, wanted);
    }
}
