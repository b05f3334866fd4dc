//! How often each key was met: exactly, until that would take too much memory.

use std::collections::HashMap;

/// So many keys are counted exactly. More go into a sketch of a fixed size.
const EXACT: usize = 1 << 18;

/// Rows of the sketch, and counters in a row.
const ROWS: usize = 4;
const COUNTERS: usize = 1 << 20;

/// The number of documents that each key occurs in.
#[derive(Clone, Debug)]
pub(super) enum Counts {
    /// Of each key.
    Exact(HashMap<u64, u16>),
    /// A count-min sketch.
    Sketch(Vec<u16>),
}

impl Default for Counts {
    fn default() -> Self {
        Self::Exact(HashMap::new())
    }
}

impl Counts {
    /// Counts a key so many times more.
    pub(super) fn add(&mut self, key: u64, times: u16) {
        match self {
            Self::Exact(counts) => {
                let count = counts.entry(key).or_default();
                *count = count.saturating_add(times);
                if counts.len() > EXACT {
                    self.give_up_exactness();
                }
            }
            Self::Sketch(counters) => {
                // Only the counters that are too small grow: the conservative update.
                let least = places(key).map(|place| counters[place]).min().unwrap_or(0);
                for place in places(key) {
                    counters[place] = counters[place].max(least.saturating_add(times));
                }
            }
        }
    }

    /// How often a key was met; of a sketch, at least so often.
    pub(super) fn count(&self, key: u64) -> u16 {
        match self {
            Self::Exact(counts) => counts.get(&key).copied().unwrap_or(0),
            Self::Sketch(counters) => {
                let least = places(key).map(|place| counters[place]).min();
                least.unwrap_or(0)
            }
        }
    }

    /// Adds the counts of other documents.
    pub(super) fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (_, Self::Exact(others)) => {
                // In an order of their own, so that a sketch comes out the same each time.
                let mut others: Vec<_> = others.into_iter().collect();
                others.sort_unstable();
                for (key, times) in others {
                    self.add(key, times);
                }
            }
            (Self::Exact(_), mut other @ Self::Sketch(_)) => {
                std::mem::swap(self, &mut other);
                self.merge(other);
            }
            (Self::Sketch(counters), Self::Sketch(others)) => {
                for (counter, other) in counters.iter_mut().zip(others) {
                    *counter = counter.saturating_add(other);
                }
            }
        }
    }

    fn give_up_exactness(&mut self) {
        let exact = std::mem::replace(self, Self::Sketch(vec![0; ROWS * COUNTERS]));
        self.merge(exact);
    }

    /// Appends the counts to a saved form.
    pub(super) fn save(&self, into: &mut Vec<u8>) {
        match self {
            Self::Exact(counts) => {
                into.push(0);
                into.extend((counts.len() as u64).to_le_bytes());
                let mut sorted: Vec<_> = counts.iter().collect();
                sorted.sort_unstable();
                for (key, count) in sorted {
                    into.extend(key.to_le_bytes());
                    into.extend(count.to_le_bytes());
                }
            }
            Self::Sketch(counters) => {
                into.push(1);
                into.extend((counters.len() as u64).to_le_bytes());
                into.extend(counters.iter().flat_map(|counter| counter.to_le_bytes()));
            }
        }
    }

    /// Reads what [`Counts::save`] wrote; nothing where it did not.
    pub(super) fn load(from: &mut super::saved::Reader<'_>) -> Option<Self> {
        let kind = from.byte()?;
        let length = from.length(if kind == 0 { 10 } else { 2 })?;
        match kind {
            0 if length <= EXACT => (0..length)
                .map(|_| Some((from.number()?, from.short()?)))
                .collect::<Option<_>>()
                .map(Self::Exact),
            1 if length == ROWS * COUNTERS => (0..length)
                .map(|_| from.short())
                .collect::<Option<_>>()
                .map(Self::Sketch),
            _ => None,
        }
    }
}

/// The counters of a key, one in each row (Kirsch and Mitzenmacher's double hashing).
fn places(key: u64) -> impl Iterator<Item = usize> {
    let (first, second) = (key as u32 as u64, (key >> 32) | 1);
    (0..ROWS as u64).map(move |row| {
        let at = first
            .wrapping_add(row.wrapping_mul(second))
            .wrapping_add(row * row * row);
        row as usize * COUNTERS + (at as usize & (COUNTERS - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: u64) -> u64 {
        super::super::keys::in_group(0, of)
    }

    #[test]
    fn counts_are_exact_and_then_hardly_too_high() {
        let mut counts = Counts::default();
        for of in 0..EXACT as u64 {
            counts.add(key(of), 1);
        }
        assert!(matches!(counts, Counts::Exact(_)));
        for of in EXACT as u64 - 1000..1_000_000 {
            counts.add(key(of), 1);
        }
        assert!(matches!(counts, Counts::Sketch(_)));
        let twice = EXACT as u64 - 1000..EXACT as u64;
        let wanted = |of: &u64| 1 + u16::from(twice.contains(of));
        let too_high = (0..1_000_000)
            .filter(|of| {
                let counted = counts.count(key(*of));
                assert!(counted >= wanted(of));
                counted > wanted(of)
            })
            .count();
        assert!(too_high < 50_000, "{too_high}");
    }

    #[test]
    fn merging_adds() {
        let of = |range: std::ops::Range<u64>| {
            let mut counts = Counts::default();
            for of in range {
                counts.add(key(of), 1);
            }
            counts
        };
        let large = EXACT as u64 + 10;
        for (one, other) in [(0..20, 10..30), (0..large, 10..30), (10..30, 0..large)] {
            let mut merged = of(one.clone());
            merged.merge(of(other.clone()));
            for of in [0, 10, 15, 25] {
                let wanted = u16::from(one.contains(&of)) + u16::from(other.contains(&of));
                assert_eq!(merged.count(key(of)), wanted, "{one:?} {other:?} {of}");
            }
        }
    }
}
