//! Pairs that have vanished without a mark: shifted bytes that made a private-use character, in a
//! copy that dropped those.
//!
//! Two bytes are missing. The first of them completed the waiting character, the second is the
//! lead byte of the next. The bytes after pair up as if nothing were missing, so a vanished pair
//! shows in one place only: where two characters were read as one, which is seldom a likely one.

use super::super::pairs::Glyph;
use super::super::site::{Expected, Site};
use super::channel::{expected_annotation, missing_annotation_cost};
use super::lattice::Written;
use super::{BEAM, MAX_LAG, NOTHING, Pending, Search, State, UNKNOWN};
use crate::repair::gbk;
use zhnorm_lang::model::Context;

/// The log probability from which a character is taken as read.
const LIKELY: f32 = -5.0;
/// How much a state loses at a place before two vanished pairs in a row are tried.
const UNLIKELY: f32 = -12.0;
/// States, the best first, that pairs are thought to have vanished from.
const EXPANDED: usize = 6;
/// First characters that two vanished pairs in a row are tried with.
const TWICE: usize = 4;

impl Search {
    /// Takes every state over a byte that completes characters, pairs having vanished before it or
    /// not.
    pub(super) fn byte_of_all(&mut self, site: &Site, byte: u8) {
        if site.keeps_private_use || self.states.iter().all(|state| state.pending == Pending::No) {
            self.advance(BEAM, |search, state| {
                search.byte(site, state, byte);
            });
            return;
        }
        let states = std::mem::take(&mut self.states);
        self.next.clear();
        self.best = f32::NEG_INFINITY;
        // First without, so that it is known what a vanished pair must be better than.
        let literal: Vec<f32> = states
            .iter()
            .map(|state| self.byte(site, *state, byte).unwrap_or(f32::NEG_INFINITY))
            .collect();
        for (state, literal) in states.iter().zip(literal).take(EXPANDED) {
            if let Pending::Byte(lead) = state.pending
                && literal < LIKELY
            {
                self.vanish_before(site, *state, lead, byte, literal);
            }
        }
        self.states = states;
        self.prune(BEAM);
    }

    /// The characters that a lead byte makes with the first byte of a vanished pair.
    fn firsts(&mut self, site: &Site, state: State, lead: u8) -> Vec<(u8, State)> {
        let pairs = self.pairs;
        let limit = self.limit(state.score, state.context);
        let costs = pairs.costs_of_lead(lead);
        let mut firsts = Vec::new();
        for &vanished in gbk::unassigned_leads() {
            if costs[usize::from(vanished)] > limit {
                continue;
            }
            let Some(glyph) = pairs.glyph(lead, vanished) else {
                continue;
            };
            let mut score = state.score
                + self.log_prob(site, state.context, glyph.symbol)
                + self.context_bonus(site, &state, glyph);
            // What is annotated has its reading after it, and no pair that vanishes.
            score += missing_annotation_cost(state.expected)
                + missing_annotation_cost(expected_annotation(site, &state, vanished));
            if score > self.best - MAX_LAG {
                firsts.push((vanished, self.follow(state, glyph, score)));
            }
        }
        firsts
    }

    /// A state after a character that is not yet in the lattice.
    fn follow(&mut self, state: State, glyph: Glyph, score: f32) -> State {
        let [_, second] = state.context.symbols();
        State {
            score,
            emitted: [Written::Char(glyph.ch), Written::Nothing],
            context: self.model.context(second, glyph.symbol),
            expected: Expected::No,
            inserted: NOTHING,
            ..state
        }
    }

    /// One pair, or two in a row, have vanished between a waiting lead byte and a byte.
    fn vanish_before(&mut self, site: &Site, state: State, lead: u8, byte: u8, literal: f32) {
        let pairs = self.pairs;
        let mut firsts = self.firsts(site, state, lead);
        let mut reached = literal;
        for (vanished, first) in &firsts {
            let costs = pairs.costs_of_trail(byte);
            let limit = self.limit(first.score, first.context);
            for &trail in gbk::unassigned_trails(*vanished) {
                if costs[usize::from(trail)] > limit {
                    continue;
                }
                let Some(glyph) = pairs.glyph(trail, byte) else {
                    continue;
                };
                let score = first.score
                    + self.log_prob(site, first.context, glyph.symbol)
                    + self.context_bonus(site, first, glyph);
                reached = reached.max(score - state.score);
                self.push_behind(site, state, *first, glyph, [trail, byte], score);
            }
        }
        if reached > UNLIKELY {
            return;
        }
        firsts.sort_unstable_by(|one, other| other.1.score.total_cmp(&one.1.score));
        firsts.truncate(TWICE);
        for (vanished, first) in firsts {
            self.vanish_again(site, first, vanished, byte);
        }
    }

    /// A second pair has vanished after the first.
    fn vanish_again(&mut self, site: &Site, first: State, vanished: u8, byte: u8) {
        let pairs = self.pairs;
        let costs = pairs.costs_of_trail(byte);
        for (again, second) in self.seconds(site, first, vanished) {
            let limit = self.limit(second.score, second.context);
            for &trail in gbk::unassigned_trails(again) {
                if costs[usize::from(trail)] > limit {
                    continue;
                }
                if let Some(third) = pairs.glyph(trail, byte) {
                    let score = second.score
                        + self.log_prob(site, second.context, third.symbol)
                        + self.context_bonus(site, &second, third);
                    self.push_behind(site, second, second, third, [trail, byte], score);
                }
            }
        }
    }

    /// The characters that the second byte of a vanished pair makes with the first of another.
    fn seconds(&mut self, site: &Site, first: State, vanished: u8) -> Vec<(u8, State)> {
        let pairs = self.pairs;
        let node = self.lattice.extend(&first, self.at);
        let first = State { node, ..first };
        let mut seconds = Vec::new();
        for &again in gbk::unassigned_leads() {
            let costs = pairs.costs_of_trail(again);
            let limit = self.limit(first.score, first.context);
            for &trail in gbk::unassigned_trails(vanished) {
                if costs[usize::from(trail)] > limit {
                    continue;
                }
                let Some(glyph) = pairs.glyph(trail, again) else {
                    continue;
                };
                let score = first.score
                    + self.log_prob(site, first.context, glyph.symbol)
                    + self.context_bonus(site, &first, glyph);
                if score > self.best - MAX_LAG {
                    seconds.push((again, self.follow(first, glyph, score)));
                }
            }
        }
        seconds
    }

    /// A state after two characters, the second of which is `glyph`.
    fn push_behind(
        &mut self,
        site: &Site,
        state: State,
        first: State,
        glyph: Glyph,
        last: [u8; 2],
        score: f32,
    ) {
        let [before, _] = first.context.symbols();
        self.push(State {
            score,
            pending: Pending::No,
            last,
            expected: site.expected(glyph.ch),
            inserted: NOTHING,
            emitted: [first.emitted[0], Written::Char(glyph.ch)],
            // The two characters are added to it when the state is kept.
            context: Context::unweighted(0, before),
            ..state
        });
    }

    /// Takes every state over a token that is no plain byte, pairs having vanished before it or
    /// not.
    pub(super) fn with_vanished(&mut self, site: &Site, mut step: impl FnMut(&mut Self, State)) {
        if site.keeps_private_use {
            self.advance(BEAM, step);
            return;
        }
        let states = std::mem::take(&mut self.states);
        self.next.clear();
        self.best = f32::NEG_INFINITY;
        let mut reaching = |search: &mut Self, state: State| {
            let from = search.next.len();
            step(search, state);
            let followers = search.next[from..].iter();
            let best = followers.map(|follower| follower.score);
            best.fold(f32::NEG_INFINITY, f32::max)
        };
        let reached: Vec<f32> = states
            .iter()
            .map(|state| reaching(self, *state) - state.score)
            .collect();
        for (number, (state, mut reached)) in states.iter().zip(reached).enumerate() {
            if number == EXPANDED {
                break;
            }
            let Pending::Byte(lead) = state.pending else {
                continue;
            };
            if reached > LIKELY {
                continue;
            }
            let mut firsts = self.firsts(site, *state, lead);
            for (vanished, first) in &firsts {
                let waiting = self.waiting(*first, *vanished);
                reached = reached.max(reaching(self, waiting) - state.score);
            }
            if reached > UNLIKELY || number > 0 {
                continue;
            }
            firsts.sort_unstable_by(|one, other| other.1.score.total_cmp(&one.1.score));
            firsts.truncate(TWICE);
            for (vanished, first) in firsts {
                for (again, second) in self.seconds(site, first, vanished) {
                    let waiting = self.waiting(second, again);
                    reaching(self, waiting);
                }
            }
        }
        self.states = states;
        self.prune(BEAM);
    }

    /// The state that waits with a vanished pair's second byte, its characters in the lattice.
    fn waiting(&mut self, previous: State, vanished: u8) -> State {
        State {
            node: self.lattice.extend(&previous, self.at),
            pending: Pending::Vanished(vanished),
            last: [0, 0],
            inserted: UNKNOWN,
            emitted: [Written::Nothing; 2],
            ..previous
        }
    }
}
