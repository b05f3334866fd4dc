//! Texts that are looked up by the two units with which they begin.
//!
//! Nearly every question of the matcher is "does something that a rule knows begin here?", and
//! nearly every answer is no. [`Pairs`] is one bit for each hash of two units: a bit that is not
//! set is a no for certain. [`Places`] gives where in a sorted list the entries of a pair are,
//! and a [`Lexicon`] is such a list of texts.

use std::ops::Range;

/// Two units with which something begins, or (turned round) ends; the second is 0 where anything
/// may follow.
pub(super) type Pair = (u16, u16);

/// The first two units of a text.
#[inline]
pub(super) fn head(units: &[u16]) -> Pair {
    match *units {
        [] => (0, 0),
        [only] => (only, 0),
        [first, second, ..] => (first, second),
    }
}

/// The last two units of a text, last one first.
#[inline]
pub(super) fn tail(units: &[u16]) -> Pair {
    match *units {
        [] => (0, 0),
        [only] => (only, 0),
        [.., before, last] => (last, before),
    }
}

#[inline]
fn hash((first, second): Pair) -> u16 {
    first.wrapping_mul(0x9E37) ^ second.wrapping_mul(0x7F4B)
}

/// A set of pairs that may say yes where it should say no.
#[derive(Debug)]
pub(super) struct Pairs {
    bits: Box<[u64; 1 << 10]>,
}

impl Pairs {
    pub(super) fn new(pairs: impl Iterator<Item = Pair>) -> Self {
        let mut bits = Box::new([0; 1 << 10]);
        for pair in pairs {
            let at = hash(pair);
            bits[usize::from(at >> 6)] |= 1 << (at & 63);
        }
        Self { bits }
    }

    #[inline]
    pub(super) fn may_hold(&self, pair: Pair) -> bool {
        let at = hash(pair);
        self.bits[usize::from(at >> 6)] >> (at & 63) & 1 != 0
    }
}

/// Where the entries of each pair stand in a list that is sorted by pairs.
#[derive(Debug)]
pub(super) struct Places {
    /// By open addressing; an empty slot has an empty range.
    slots: Box<[(Pair, u32, u32)]>,
}

impl Places {
    /// `pairs`: those of the list's entries, in order.
    pub(super) fn new(pairs: &[Pair]) -> Self {
        let slots = (pairs.len() * 2).next_power_of_two().max(16);
        let mut places = Self {
            slots: vec![((0, 0), 0, 0); slots].into(),
        };
        for (at, &pair) in pairs.iter().enumerate() {
            let slot = places.slot(pair);
            let (of, start, end) = &mut places.slots[slot];
            if start == end {
                (*of, *start) = (pair, at as u32);
            }
            *end = at as u32 + 1;
        }
        places
    }

    fn slot(&self, pair: Pair) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = usize::from(hash(pair)) & mask;
        loop {
            let (of, start, end) = self.slots[at];
            if start == end || of == pair {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    pub(super) fn get(&self, pair: Pair) -> Range<usize> {
        let (_, start, end) = self.slots[self.slot(pair)];
        start as usize..end as usize
    }
}

/// Texts, and what is known of each.
#[derive(Debug)]
pub(super) struct Lexicon<T> {
    /// All texts, one after the other.
    units: Vec<u16>,
    /// Where each text starts, and one more.
    starts: Vec<u32>,
    values: Vec<T>,
    places: Places,
}

impl<T: Copy> Lexicon<T> {
    /// Texts that are not empty, each once, sorted as strings are.
    pub(super) fn new<'t>(texts: impl Iterator<Item = (&'t str, T)>) -> Self {
        let mut units = Vec::new();
        let mut starts = vec![0];
        let mut values = Vec::new();
        let mut pairs = Vec::new();
        for (text, known) in texts {
            let start = units.len();
            units.extend(text.encode_utf16());
            pairs.push(head(&units[start..]));
            starts.push(units.len() as u32);
            values.push(known);
        }
        Self {
            units,
            starts,
            values,
            places: Places::new(&pairs),
        }
    }

    /// The pairs with which texts begin.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> {
        (0..self.values.len()).map(|at| head(self.text(at)))
    }

    pub(super) fn text(&self, at: usize) -> &[u16] {
        &self.units[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    pub(super) fn value(&self, at: usize) -> T {
        self.values[at]
    }

    /// What is known of a text.
    pub(super) fn get(&self, text: &[u16]) -> Option<T> {
        self.places
            .get(head(text))
            .find(|&at| self.text(at) == text)
            .map(|at| self.values[at])
    }

    /// The places of the texts with which `units` begin, longest first.
    pub(super) fn starting<'l>(&'l self, units: &'l [u16]) -> impl Iterator<Item = usize> + 'l {
        let (first, second) = head(units);
        // A text of one unit has no second one.
        let lone = if second == 0 {
            0..0
        } else {
            self.places.get((first, 0))
        };
        let begun = self.places.get((first, second)).rev();
        begun
            .chain(lone)
            .filter(move |&at| units.starts_with(self.text(at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn texts_are_found_whole_and_as_beginnings() {
        let words = ["更", "更多", "更多新闻", "首页"];
        let lexicon = Lexicon::new(words.into_iter().zip(0..));
        assert_eq!(lexicon.get(&units("更多")), Some(1));
        assert_eq!(lexicon.get(&units("更")), Some(0));
        assert_eq!(lexicon.get(&units("首")), None);
        assert_eq!(lexicon.get(&units("首页 ")), None);
        assert_eq!(lexicon.get(&[]), None);
        let starting = |text: &str| lexicon.starting(&units(text)).collect::<Vec<_>>();
        assert_eq!(starting("更多新闻在首页"), [2, 1, 0]);
        assert_eq!(starting("更"), [0]);
        assert!(starting("页").is_empty());
    }

    #[test]
    fn a_bit_that_is_not_set_is_a_no() {
        let pairs = Pairs::new([(1, 2), (3, 0)].into_iter());
        assert!(pairs.may_hold((1, 2)) && pairs.may_hold((3, 0)));
        let yes = (0..1000).filter(|&unit| pairs.may_hold((unit, 7))).count();
        assert!(yes < 10);
    }
}
