//! The weights of the classifier: what speaks for which reading.

use zhnorm_lang::context::{
    self as table, CLEAR, Context, FEATURES, READINGS, UNITS_PER_NAT, WEIGHT_UNITS,
};

use super::gold::Clause;
use super::groups::Groups;
use super::lexicon::Map;

/// While training, weights stand in a table of this many bits, by their keys.
const BITS: u32 = 24;
const EPOCHS: u64 = 3;
const RATE: f32 = 0.15;
/// A feature counts if it was seen so often with the reading.
const SEEN: u8 = 3;
/// A weight below this is left out.
const LEAST: f32 = 0.08;
/// How many weights are kept.
const KEPT: usize = 150_000;

/// An ambiguous character in training text.
struct Place {
    clause: usize,
    at: usize,
    margins: [i32; READINGS],
}

/// What is learnt.
pub struct Weights {
    weights: Vec<f32>,
    /// How often each feature was seen with the reading that was written.
    seen: Vec<u8>,
    /// The keys that occur, with how often.
    keys: Map<u32, u32>,
}

fn index(key: u32) -> usize {
    (key >> (32 - BITS)) as usize
}

impl Weights {
    /// Learns from clauses. `lattices` are two: the one that is asked about a clause was counted on
    /// other corpora, so that it is believed no more than it deserves on text it has not seen.
    pub fn learn(groups: &Groups, clauses: &[Clause], lattices: [Context<'_>; 2]) -> Self {
        let mut weights = Self {
            weights: vec![0.0; 1 << BITS],
            seen: vec![0; 1 << BITS],
            keys: Map::default(),
        };
        for (character, readings) in &groups.groups {
            weights.start(table::key(table::lattice(*character), 0), 0.5);
            for reading in readings {
                weights.start(
                    table::key(table::choice(*character, *reading), *reading),
                    1.0,
                );
            }
        }
        let places = places(groups, clauses, lattices);
        for place in &places {
            let clause = &clauses[place.clause];
            for feature in table::features(&clause.simplified, place.at) {
                let key = table::key(feature, clause.written[place.at]);
                let seen = &mut weights.seen[index(key)];
                *seen = seen.saturating_add(1);
            }
        }
        let mut gradients = vec![1e-3_f32; 1 << BITS];
        for epoch in 0..EPOCHS {
            for number in shuffled(places.len(), epoch) {
                let place = &places[number];
                weights.step(groups, &clauses[place.clause], place, &mut gradients);
            }
        }
        for place in &places {
            let clause = &clauses[place.clause];
            let readings = groups.readings(clause.simplified[place.at]).unwrap_or(&[]);
            for feature in table::features(&clause.simplified, place.at) {
                for reading in readings {
                    let key = table::key(feature, *reading);
                    if weights.is_live(key) && weights.weights[index(key)].abs() >= LEAST {
                        *weights.keys.entry(key).or_default() += 1;
                    }
                }
            }
        }
        weights
    }

    fn start(&mut self, key: u32, weight: f32) {
        self.weights[index(key)] = weight;
        self.keys.insert(key, u32::MAX);
    }

    fn is_live(&self, key: u32) -> bool {
        self.seen[index(key)] >= SEEN
    }

    /// One step of stochastic gradient descent with a rate for each weight (AdaGrad).
    fn step(&mut self, groups: &Groups, clause: &Clause, place: &Place, gradients: &mut [f32]) {
        let character = clause.simplified[place.at];
        let Some(readings) = groups.readings(character) else {
            return;
        };
        let features = table::features(&clause.simplified, place.at);
        let of_lattice = index(table::key(table::lattice(character), 0));
        let choice = table::choice(character, clause.opencc[place.at]);
        let margin = |reading: usize| place.margins[reading] as f32 / UNITS_PER_NAT as f32;
        let mut scores = [f32::MIN; READINGS];
        let mut keys = [[None; FEATURES + 1]; READINGS];
        for (at, reading) in readings.iter().enumerate() {
            for (slot, feature) in keys[at].iter_mut().zip(features) {
                let key = table::key(feature, *reading);
                *slot = self.is_live(key).then(|| index(key));
            }
            keys[at][FEATURES] = Some(index(table::key(choice, *reading)));
            let sum: f32 = keys[at]
                .iter()
                .flatten()
                .map(|key| self.weights[*key])
                .sum();
            scores[at] = sum + self.weights[of_lattice] * margin(at);
        }
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let likelihoods = scores.map(|score| (score - most).exp());
        let sum: f32 = likelihoods[..readings.len()].iter().sum();
        let mut slope = 0.0;
        for (at, reading) in readings.iter().enumerate() {
            let is_written = *reading == clause.written[place.at];
            let error = likelihoods[at] / sum - f32::from(u8::from(is_written));
            slope += error * margin(at);
            if error.abs() < 1e-4 {
                continue;
            }
            for &key in keys[at].iter().flatten() {
                let gradient = error + 1e-6 * self.weights[key];
                gradients[key] += gradient * gradient;
                self.weights[key] -= RATE * gradient / gradients[key].sqrt().max(0.3);
            }
        }
        gradients[of_lattice] += slope * slope;
        let rate = 0.02 / gradients[of_lattice].sqrt().max(1.0);
        let weight = &mut self.weights[of_lattice];
        *weight = (*weight - rate * slope).max(0.1);
    }

    /// The weights as they stand in the table.
    pub fn pack(&self) -> Vec<u8> {
        let worth = |key: u32, count: u32| {
            self.weights[index(key)].abs() * f32::from(count.min(1 << 15) as u16).ln_1p()
        };
        let mut keys: Vec<(u32, u32)> = self
            .keys
            .iter()
            .map(|(key, count)| (*key, *count))
            .collect();
        keys.sort_by(|one, other| {
            let fixed = (other.1 == u32::MAX).cmp(&(one.1 == u32::MAX));
            let by_worth = worth(other.0, other.1).total_cmp(&worth(one.0, one.1));
            fixed.then(by_worth).then(one.0.cmp(&other.0))
        });
        keys.truncate(KEPT);
        keys.sort_unstable();
        let slots = keys.len() * 3 / 2;
        let mut packed = vec![[0; table::WEIGHT]; slots];
        for (key, _) in keys {
            let weight = (self.weights[index(key)] * WEIGHT_UNITS as f32).round();
            let weight = weight.clamp(-127.0, 127.0) as i8;
            if weight == 0 {
                continue;
            }
            let [a, b, c, _] = (key >> 8 | 1).to_le_bytes();
            let mut slot = table::slot(key, slots);
            while packed[slot] != [0; table::WEIGHT] {
                slot = (slot + 1) % slots;
            }
            packed[slot] = [a, b, c, weight as u8];
        }
        packed.concat()
    }
}

/// The places in training text where something can be learnt.
fn places(groups: &Groups, clauses: &[Clause], lattices: [Context<'_>; 2]) -> Vec<Place> {
    let mut places = Vec::new();
    for (number, clause) in clauses.iter().enumerate() {
        for (at, character) in clause.simplified.iter().enumerate() {
            let Some(readings) = groups.readings(*character) else {
                continue;
            };
            if readings.contains(&clause.written[at]) && readings.contains(&clause.opencc[at]) {
                let lattice = &lattices[clause.corpus % 2];
                places.push(Place {
                    clause: number,
                    at,
                    margins: lattice.lattice_margins(&clause.simplified, at, readings.len()),
                });
            }
        }
    }
    places
}

/// The numbers below `count` in an order that is the same in every run.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = 12345 + seed;
    for at in (1..count).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        order.swap(at, (state >> 33) as usize % (at + 1));
    }
    order
}

/// The filter of pairs that need no second look: seen often in training text, and `OpenCC` neither
/// wrong nor contradicted there.
pub fn settled(groups: &Groups, clauses: &[Clause], context: Context<'_>) -> Vec<u8> {
    /// How often a pair must have been seen.
    const OFTEN: u32 = 25;
    let mut pairs: Map<u32, (u32, bool)> = Map::default();
    for clause in clauses {
        let text = &clause.simplified;
        for (at, character) in text.iter().enumerate() {
            if groups.readings(*character).is_none() {
                continue;
            }
            let opencc = clause.opencc[at];
            let answer = context.answer(text, at, opencc);
            let written = clause.written[at];
            let is_contradicted = answer.is_some_and(|answer| answer.margin >= CLEAR / 2)
                || (written != opencc && !groups.is_spelling(written, opencc));
            let before = at.checked_sub(1).map_or(0, |at| text[at]);
            let after = text.get(at + 1).copied().unwrap_or(0);
            for (neighbour, side) in [(before, 0), (after, 1)] {
                let key = table::settled_key(*character, neighbour, opencc, side);
                let pair = pairs.entry(key).or_default();
                pair.0 += 1;
                pair.1 |= is_contradicted;
            }
        }
    }
    let mut filter = vec![0; table::SETTLED];
    for (key, (count, is_contradicted)) in pairs {
        if count >= OFTEN && !is_contradicted {
            table::set_bit(&mut filter, key);
        }
    }
    filter
}
