//! The weights of the classifier: what speaks for which reading.

use zhnorm_lang::context::{self as table, CLEAR, Context, READINGS, UNITS_PER_NAT, WEIGHT_UNITS};

use super::gold::Clause;
use super::groups::Groups;
use super::lexicon::Map;

const EPOCHS: u64 = 5;
const RATE: f32 = 0.15;
/// A feature counts if it was seen in so many documents.
const SEEN: u32 = 2;
/// A step of training leaves out so many of 65,536 features, so that none relies on others.
const LEFT_OUT: u64 = 0x3333;
/// How many weights are kept.
const KEPT: usize = 200_000;

/// An ambiguous character in training text.
struct Place {
    readings: usize,
    /// Which of the readings was written.
    written: usize,
    margins: [i32; READINGS],
    /// The weight of the lattice, and those of `OpenCC`'s choice for each reading but the first.
    own: (u32, [u32; READINGS]),
    /// Its features' weights, for each reading but the first: a part of [`Weights::features`].
    features: (u32, u32),
}

/// What is learnt. The first reading of a group has no weights: the others' say how far they are ahead.
#[derive(Default)]
pub struct Weights {
    weights: Vec<f32>,
    keys: Vec<u32>,
    /// How often each was seen.
    counts: Vec<u32>,
    numbers: Map<u32, u32>,
    /// The weights of all places' features.
    features: Vec<u32>,
    /// While training: the sums of squared gradients, and what is trained.
    gradients: Vec<f32>,
    is_trained: Vec<bool>,
}

impl Weights {
    /// Learns from clauses. `lattices` are two: the one that is asked about a clause was counted on
    /// other corpora, so that it is believed no more than it deserves on text it has not seen.
    pub fn learn(groups: &Groups, clauses: &[Clause], lattices: [Context<'_>; 2]) -> Self {
        let mut weights = Self::default();
        for (character, readings) in &groups.groups {
            weights.number(table::key(table::lattice(*character), 0), 0.5, u32::MAX);
            for opencc in readings {
                for reading in &readings[1..] {
                    let start = if reading == opencc {
                        1.0
                    } else if *opencc == readings[0] {
                        -1.0
                    } else {
                        0.0
                    };
                    let key = table::key(table::choice(*character, *opencc), *reading);
                    weights.number(key, start, u32::MAX);
                }
            }
        }
        let fixed = weights.keys.len();
        let places = weights.places(groups, clauses, lattices);
        weights.gradients = vec![1e-3; weights.keys.len()];
        weights.is_trained = vec![true; weights.keys.len()];
        for epoch in 0..EPOCHS {
            weights.epoch(&places, RATE, epoch);
        }
        // What is dropped is made up for by the rest.
        for number in weights.by_worth(fixed).into_iter().skip(KEPT) {
            weights.weights[number as usize] = 0.0;
            weights.is_trained[number as usize] = false;
        }
        weights.epoch(&places, RATE / 2.0, EPOCHS);
        weights
    }

    /// The number of a weight, which gets one here if it has none.
    fn number(&mut self, key: u32, start: f32, count: u32) -> u32 {
        let next = self.keys.len() as u32;
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.keys.push(key);
            self.weights.push(start);
            self.counts.push(count);
        }
        number
    }

    /// The places in training text where something can be learnt.
    fn places(
        &mut self,
        groups: &Groups,
        clauses: &[Clause],
        lattices: [Context<'_>; 2],
    ) -> Vec<Place> {
        let shown = |clause: &Clause, at: usize| {
            let readings = groups.readings(clause.simplified[at])?;
            let position = |code| readings.iter().position(|own| *own == code);
            position(clause.opencc[at])?;
            Some((readings.to_vec(), position(clause.written[at])?))
        };
        // How often each feature was seen, in how many documents, and which was the last.
        let mut seen: Map<u32, (u32, u32, [usize; 2])> = Map::default();
        for clause in clauses {
            let document = [clause.corpus, clause.document + 1];
            for at in 0..clause.simplified.len() {
                if shown(clause, at).is_none() {
                    continue;
                }
                for feature in table::features(&clause.window(at)) {
                    let own = seen.entry(feature).or_default();
                    own.0 += 1;
                    own.1 += u32::from(own.2 != document);
                    own.2 = document;
                }
            }
        }
        seen.retain(|feature, (_, documents, _)| *feature != 0 && *documents >= SEEN);
        let mut places = Vec::new();
        for clause in clauses {
            for (at, &character) in clause.simplified.iter().enumerate() {
                let Some((readings, written)) = shown(clause, at) else {
                    continue;
                };
                let window = clause.window(at);
                let (around, place) = table::clause(&window);
                let lattice = &lattices[clause.corpus % 2];
                let choice = table::choice(character, clause.opencc[at]);
                let mut own = [0; READINGS];
                for (own, reading) in own.iter_mut().zip(&readings).skip(1) {
                    *own = self.number(table::key(choice, *reading), 0.0, u32::MAX);
                }
                let start = self.features.len() as u32;
                for feature in table::features(&window) {
                    let Some(&(count, ..)) = seen.get(&feature) else {
                        continue;
                    };
                    for reading in &readings[1..] {
                        let number = self.number(table::key(feature, *reading), 0.0, count);
                        self.features.push(number);
                    }
                }
                let of_lattice = table::key(table::lattice(character), 0);
                places.push(Place {
                    readings: readings.len(),
                    written,
                    margins: lattice.lattice_margins(around, place, readings.len()),
                    own: (self.number(of_lattice, 0.5, u32::MAX), own),
                    features: (start, self.features.len() as u32),
                });
            }
        }
        places
    }

    /// One pass over the places.
    fn epoch(&mut self, places: &[Place], rate: f32, seed: u64) {
        let features = std::mem::take(&mut self.features);
        let mut state = seed;
        let mut kept = Vec::new();
        for number in shuffled(places.len(), seed) {
            let place = &places[number];
            let (start, end) = place.features;
            kept.clear();
            for weights in features[start as usize..end as usize].chunks_exact(place.readings - 1) {
                state = next(state);
                if state >> 40 & 0xFFFF >= LEFT_OUT {
                    kept.extend_from_slice(weights);
                }
            }
            self.step(place, &kept, rate);
        }
        self.features = features;
    }

    /// One step of stochastic gradient descent with a rate for each weight (AdaGrad).
    fn step(&mut self, place: &Place, features: &[u32], rate: f32) {
        let count = place.readings;
        let margin = |reading: usize| place.margins[reading] as f32 / UNITS_PER_NAT as f32;
        let (of_lattice, choices) = (place.own.0 as usize, place.own.1);
        let mut scores = [f32::MIN; READINGS];
        scores[0] = 0.0;
        for reading in 1..count {
            scores[reading] = self.weights[choices[reading] as usize];
        }
        for weights in features.chunks_exact(count - 1) {
            for (score, number) in scores[1..].iter_mut().zip(weights) {
                *score += self.weights[*number as usize];
            }
        }
        for (reading, score) in scores[..count].iter_mut().enumerate() {
            *score += self.weights[of_lattice] * margin(reading);
        }
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let likelihoods = scores.map(|score| (score - most).exp());
        let sum: f32 = likelihoods[..count].iter().sum();
        let mut slope = 0.0;
        for reading in 0..count {
            let is_written = reading == place.written;
            let error = likelihoods[reading] / sum - f32::from(u8::from(is_written));
            slope += error * margin(reading);
            if reading == 0 || error.abs() < 1e-4 {
                continue;
            }
            let own = features.iter().skip(reading - 1).step_by(count - 1);
            for &number in own.chain([&choices[reading]]) {
                let number = number as usize;
                if self.is_trained[number] {
                    self.gradients[number] += error * error;
                    let pace = self.gradients[number].sqrt().max(0.3);
                    self.weights[number] -= rate * error / pace;
                }
            }
        }
        self.gradients[of_lattice] += slope * slope;
        let pace = 0.02 / self.gradients[of_lattice].sqrt().max(1.0);
        let weight = &mut self.weights[of_lattice];
        *weight = (*weight - pace * slope).max(0.1);
    }

    /// The numbers of the weights behind the first so many, those that say most first.
    fn by_worth(&self, fixed: usize) -> Vec<u32> {
        let worth = |number: u32| {
            let count = self.counts[number as usize].min(1 << 15) as u16;
            self.weights[number as usize].abs() * f32::from(count).ln_1p()
        };
        let key = |number: u32| self.keys[number as usize];
        let mut numbers: Vec<u32> = (fixed as u32..self.keys.len() as u32).collect();
        numbers.sort_by(|&one, &other| {
            let by_worth = worth(other).total_cmp(&worth(one));
            by_worth.then(key(one).cmp(&key(other)))
        });
        numbers
    }

    /// The weights as they stand in the table.
    pub fn pack(&self) -> Vec<u8> {
        let units = |weight: f32| (weight * WEIGHT_UNITS as f32).round().clamp(-127.0, 127.0) as i8;
        let mut kept: Vec<(u32, i8)> = self
            .keys
            .iter()
            .zip(&self.weights)
            .map(|(key, weight)| (*key, units(*weight)))
            .filter(|(_, weight)| *weight != 0)
            .collect();
        kept.sort_unstable();
        let slots = kept.len() * 5 / 4;
        let mut packed = vec![[0; table::WEIGHT]; slots];
        for (key, weight) in kept {
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

/// The next state of a row of numbers that is the same in every run.
fn next(state: u64) -> u64 {
    state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407)
}

/// The numbers below `count` in an order that is the same in every run.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = 12345 + seed;
    for at in (1..count).rev() {
        state = next(state);
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
            let answer = context.answer(&clause.window(at), opencc);
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
