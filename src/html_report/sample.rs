//! Bounded samples that do not depend on the order in which threads deliver.
//!
//! A reservoir that draws random numbers gives another page for each run. Here each item carries
//! a key computed from what it is, and the items with the lowest keys stay: with a hash as the
//! key that is a uniform sample, with a confidence as the key it is the least sure ones. Either
//! way the same run gives the same page, whichever thread was first.

use std::collections::BTreeMap;

/// Keeps the items with the lowest keys, at most `capacity` of them.
#[derive(Debug)]
pub(super) struct Lowest<K, T> {
    capacity: usize,
    items: BTreeMap<K, T>,
}

impl<K: Ord, T> Lowest<K, T> {
    /// An empty sample.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            items: BTreeMap::new(),
        }
    }

    /// Whether an item with this key would stay, so that a caller need not build one that would
    /// not.
    pub(super) fn wants(&self, key: &K) -> bool {
        self.capacity > 0
            && (self.items.len() < self.capacity
                || self
                    .items
                    .last_key_value()
                    .is_some_and(|(last, _)| key < last))
    }

    /// Takes an item, and lets go of the one with the highest key when there are too many.
    pub(super) fn insert(&mut self, key: K, item: T) {
        if self.wants(&key) {
            self.items.insert(key, item);
            if self.items.len() > self.capacity {
                self.items.pop_last();
            }
        }
    }

    /// The items, lowest key first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &T)> {
        self.items.iter()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// The key that makes [`Lowest`] a uniform sample of places: a hash, then the place itself so
/// that two places never share a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SampleKey {
    drawn: u64,
    file: u64,
    index: usize,
}

impl SampleKey {
    /// The key of the change at `index` in the file whose path hashes to `file`.
    pub(super) fn new(file: u64, index: usize) -> Self {
        Self {
            drawn: scatter(file ^ scatter(index as u64)),
            file,
            index,
        }
    }
}

/// Hashes a path. FNV-1a: short, and the same on every machine and in every release, which the
/// standard library's hasher does not promise.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Spreads neighbouring numbers over the whole range: the finaliser of `SplitMix64`.
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_stay_in_whatever_order_they_come() {
        let keys = [5, 1, 4, 2, 3, 9, 0];
        let mut forward = Lowest::new(3);
        let mut backward = Lowest::new(3);
        for key in keys {
            forward.insert(key, key);
        }
        for key in keys.iter().rev() {
            backward.insert(*key, *key);
        }
        let kept = |sample: &Lowest<i32, i32>| sample.iter().map(|(k, _)| *k).collect::<Vec<_>>();
        assert_eq!(kept(&forward), [0, 1, 2]);
        assert_eq!(kept(&forward), kept(&backward));
        assert!(!forward.wants(&3));
        assert!(Lowest::<i32, i32>::new(0).is_empty());
        assert!(!Lowest::<i32, i32>::new(0).wants(&1));
    }

    #[test]
    fn lots_are_drawn_evenly_from_files_and_places() {
        let mut sample = Lowest::new(1_000);
        for file in 0..100_u64 {
            for index in 0..100 {
                let path = format!("articles/{file}.txt");
                sample.insert(SampleKey::new(hash(path.as_bytes()), index), (file, index));
            }
        }
        assert_eq!(sample.len(), 1_000);
        // A tenth of everything was drawn: each half holds about half of it.
        let half = |low: usize| (400..600).contains(&low);
        assert!(half(sample.iter().filter(|(_, item)| item.0 < 50).count()));
        assert!(half(sample.iter().filter(|(_, item)| item.1 < 50).count()));
    }
}
