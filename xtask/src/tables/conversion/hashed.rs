//! What is found by a hash of two codes: a table without collisions, a set, a bitmap.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::layout;

/// How many slots of a hash table hold so many entries at a load of at most 0.6.
fn slot_count(entries: usize) -> usize {
    (entries * 5 / 3 + 1).next_power_of_two().max(2)
}

/// A hash table without collisions.
pub(super) struct Perfect {
    pub(super) slots: Vec<u8>,
    pub(super) displacements: Vec<u8>,
}

impl Perfect {
    pub(super) fn new(payloads: &BTreeMap<u32, u32>) -> Result<Self> {
        let count = slot_count(payloads.len());
        // Some four pairs share a displacement.
        let displacements = (count / 8).max(2);
        // Any odd number that spreads well will do; now and then one cannot be solved.
        let mut multiplier = 0x85EB_CA6B_u32;
        for _ in 0..1000 {
            if let Some(perfect) = Self::solve(payloads, count, displacements, multiplier) {
                return Ok(perfect);
            }
            multiplier = multiplier.wrapping_mul(0x0019_660D) | 1;
        }
        bail!("no perfect hash was found")
    }

    fn solve(
        payloads: &BTreeMap<u32, u32>,
        count: usize,
        displacements: usize,
        multiplier: u32,
    ) -> Option<Self> {
        let mut groups: Vec<(usize, Vec<u32>)> = (0..displacements)
            .map(|group| (group, Vec::new()))
            .collect();
        for pair in payloads.keys() {
            let group = layout::hash(*pair) >> (32 - displacements.ilog2());
            groups[group as usize].1.push(*pair);
        }
        groups.sort_by_key(|(_, pairs)| std::cmp::Reverse(pairs.len()));
        let mut slots: Vec<u64> = vec![0; count];
        let mut chosen = vec![0_u16; displacements];
        for (group, pairs) in groups {
            let place = |pair: u32, displacement: usize| {
                (pair.wrapping_mul(multiplier) >> (32 - count.ilog2())) as usize ^ displacement
            };
            let fits = |displacement: usize| {
                let places: BTreeSet<usize> = pairs
                    .iter()
                    .map(|pair| place(*pair, displacement))
                    .collect();
                places.len() == pairs.len() && places.iter().all(|place| slots[*place] == 0)
            };
            let displacement = (0..count).find(|displacement| fits(*displacement))?;
            for pair in pairs {
                slots[place(pair, displacement)] =
                    u64::from(payloads[&pair]) << 32 | u64::from(pair);
            }
            chosen[group] = displacement as u16;
        }
        let mut bytes = multiplier.to_le_bytes().to_vec();
        bytes.extend(chosen.iter().flat_map(|word| word.to_le_bytes()));
        Some(Self {
            slots: slots.iter().flat_map(|slot| slot.to_le_bytes()).collect(),
            displacements: bytes,
        })
    }
}

/// A set of pairs: each in the first free slot from its own on.
pub(super) fn pair_set(pairs: &BTreeSet<u32>) -> Vec<u8> {
    // Sparse, so that a pair that is not there mostly meets an empty slot at once.
    let mut slots = vec![0_u32; 4 * slot_count(pairs.len())];
    let count = slots.len();
    for pair in pairs {
        let mut at = (layout::hash(*pair) >> (32 - count.ilog2())) as usize;
        while slots[at] != 0 {
            at = (at + 1) % count;
        }
        slots[at] = *pair;
    }
    slots.iter().flat_map(|pair| pair.to_le_bytes()).collect()
}

/// A bitmap by hash.
pub(super) fn bitmap(pairs: &BTreeSet<u32>, words: usize) -> Vec<u8> {
    let mut bitmap = vec![0_u64; words];
    for pair in pairs {
        let bit = layout::bit(*pair, words);
        bitmap[(bit >> 6) as usize] |= 1 << (bit & 63);
    }
    bitmap.iter().flat_map(|word| word.to_le_bytes()).collect()
}
