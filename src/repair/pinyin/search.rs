//! Finds the likeliest original of a damaged stretch: a beam search over its GBK bytes.
//!
//! A stretch starts where a lead byte was swallowed. From there the bytes of the copy are known
//! but for those that are lost, and how they pair up to the original's characters is not. A
//! [`State`] has read the bytes up to a place as characters of the original and is scored by the
//! model; every way in which the mechanism can have made the next token leads to further states.
//! The search ends when all that are left stand at a character border again.

use super::readings::{self, Syllable};
use super::site::Site;
use super::token::{self, Token};
use crate::language::folding::{self, Standing};
use crate::language::model::{Context, Model, symbol};
use crate::repair::gbk;

/// The original of a stretch.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    /// Where the stretch ends, in bytes of the text.
    pub(super) end: usize,
    pub(super) text: String,
    /// The logarithm of its probability, and what the stretch as it stands would have.
    pub(super) score: f32,
    pub(super) literal_score: f32,
    /// The share of the probability that falls on this reading and not on its rivals.
    pub(super) confidence: f32,
    /// The rivals, likeliest first.
    pub(super) alternatives: Vec<String>,
    /// A digit was lost of which nothing tells which it was.
    pub(super) has_gap: bool,
}

/// States kept at each token.
const BEAM: usize = 32;
/// States whose logarithm is this far behind the best are dropped.
const BEHIND: f32 = 14.0;
/// Tokens after which a stretch without an end is given up.
const LONGEST_RUN: usize = 400;
/// Tokens read behind the stretch, so that what follows helps to choose.
const LOOKAHEAD: usize = 3;

/// Logarithms of what the mechanism does not do but a page might.
mod penalty {
    /// A character of the table without its annotation, or an annotation without its character.
    pub(super) const TABLE: f32 = -9.0;
    /// A character that the mapping to traditional characters would have replaced.
    pub(super) const SIMPLIFIED: f32 = -7.0;
    /// A traditional form that the mapping does not choose.
    pub(super) const VARIANT: f32 = -2.5;
    /// Another reading than the first.
    pub(super) const READING: f32 = -3.0;
    /// A full-width letter or digit.
    pub(super) const WIDE: f32 = -4.0;
    /// A full-width character that was folded to half width.
    pub(super) const FOLDED: f32 = -1.0;
    /// A `?` that lost two bytes which were no bracket of a reading.
    pub(super) const SWALLOWED: f32 = -2.0;
}

/// A lead byte that waits for its trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    No,
    Byte(u8),
    /// Any lead byte.
    Any,
    /// The trail of a vanished pair with this lead.
    Vanished(u8),
}

#[derive(Clone, Copy, Debug)]
struct State {
    score: f32,
    node: u32,
    pending: Pending,
    /// The last two bytes, where they are known and nothing was inserted between them.
    last: [u8; 2],
    /// Nothing was inserted behind the last byte.
    contiguous: bool,
    /// The last two bytes are a character of the table and must be annotated.
    owed: bool,
    /// A character to be added to the hypothesis once the state is kept; 0 for none.
    emitted: char,
    context: Context,
}

/// One character of a hypothesis. Character 0 marks the root and what adds nothing.
#[derive(Clone, Copy, Debug)]
struct Node {
    parent: u32,
    ch: char,
    /// A state that was merged into this one, and how far behind it was.
    rival: u32,
    behind: f32,
}

const NONE: u32 = u32::MAX;
/// Stands in a hypothesis for a digit of which nothing tells which it was.
const GAP_MARK: char = '\u{FFFD}';
/// The last bytes of a state that has still to guess what was swallowed.
const SWALLOWED: [u8; 2] = [0xFF, 0xFF];

pub(super) struct Search<'a> {
    model: &'static Model,
    site: &'a Site,
    nodes: Vec<Node>,
    states: Vec<State>,
    next: Vec<State>,
    /// The best score among `next`.
    best: f32,
    spare: Vec<State>,
}

impl<'a> Search<'a> {
    pub(super) fn new(site: &'a Site) -> Self {
        Self {
            model: Model::embedded(),
            site,
            nodes: Vec::new(),
            states: Vec::new(),
            next: Vec::new(),
            best: f32::NEG_INFINITY,
            spare: Vec::new(),
        }
    }

    /// Solves the stretch of `text` that starts at byte `start`, where `before` is the repaired
    /// text in front of it.
    pub(super) fn solve(&mut self, text: &str, start: usize, before: &str) -> Option<Solution> {
        self.begin(before);
        let mut at = start;
        let mut settled = 0;
        let mut tokens = 0;
        let mut end = None;
        while let Some((token, length)) = token::next(&text[at..]) {
            let damaged = matches!(
                token,
                Token::Broken(_) | Token::Lone | Token::Question | Token::Tag
            );
            let annotates = matches!(token, Token::Annotation(_));
            if settled > 0 && !annotates && (settled > LOOKAHEAD || damaged) {
                break;
            }
            self.read(token, &text[at + length..]);
            if matches!(token, Token::Byte(b'\n' | b'\r')) && settled > 0 {
                at += length;
                break;
            }
            if self.states.is_empty() || tokens > LONGEST_RUN {
                return None;
            }
            at += length;
            tokens += 1;
            if self.states.iter().all(|state| state.pending == Pending::No) {
                if settled == 0 {
                    end = Some(at);
                }
                settled += 1;
            } else {
                settled = 0;
            }
        }
        self.states.retain(|state| state.pending == Pending::No);
        end?;
        self.solution(text, start, at, before)
    }

    fn begin(&mut self, before: &str) {
        self.nodes.clear();
        self.nodes.push(Node {
            parent: NONE,
            ch: '\0',
            rival: NONE,
            behind: f32::INFINITY,
        });
        let mut last_two = before.chars().rev();
        let last = last_two.next();
        let first = last_two.next().map_or(symbol('\n'), symbol);
        self.states.clear();
        self.states.push(State {
            score: 0.0,
            node: 0,
            pending: Pending::No,
            last: last.and_then(gbk::encode).unwrap_or_default(),
            contiguous: true,
            owed: false,
            emitted: '\0',
            context: self.model.context(first, last.map_or(symbol('\n'), symbol)),
        });
    }

    /// Takes every state over one token.
    fn read(&mut self, token: Token, rest: &str) {
        if !self.site.keeps_private_use {
            self.vanish();
        }
        match token {
            Token::Pair([first, second]) => {
                self.advance(BEAM, |search, state| search.byte(state, first));
                self.advance(BEAM, |search, state| search.byte(state, second));
            }
            Token::Tag | Token::Question => {
                self.advance(BEAM, |search, state| search.lost(state, token, rest));
                if token == Token::Question {
                    self.advance(BEAM, Self::swallowed);
                }
            }
            _ => self.advance(BEAM, |search, state| search.step(state, token, rest)),
        }
    }

    /// Takes every state over one step, and keeps the best of those it leads to.
    fn advance(&mut self, keep: usize, mut step: impl FnMut(&mut Self, State)) {
        let states = std::mem::take(&mut self.states);
        self.next.clear();
        self.best = f32::NEG_INFINITY;
        for state in &states {
            step(self, *state);
        }
        self.states = std::mem::replace(&mut self.next, states);
        self.prune(keep);
    }

    fn push(&mut self, state: State) {
        if state.score > self.best - BEHIND {
            self.best = self.best.max(state.score);
            self.next.push(state);
        }
    }

    /// Adds the states behind one and two pairs that have vanished: the lead byte of such a pair
    /// completes a character, its trail, which may be any of many, waits as the lead of the next.
    fn vanish(&mut self) {
        if self.states.iter().all(|state| state.pending == Pending::No) {
            return;
        }
        let unchanged = self.states.clone();
        let mut all = unchanged.clone();
        for keep in [BEAM / 2, BEAM / 8] {
            self.advance(keep, |search, state| {
                if state.pending == Pending::No {
                    return;
                }
                for &lead in gbk::unassigned_leads() {
                    let from = search.next.len();
                    search.byte(state, lead);
                    for follower in &mut search.next[from..] {
                        if follower.owed {
                            follower.score += penalty::TABLE;
                        }
                        follower.owed = false;
                        follower.contiguous = false;
                        follower.pending = Pending::Vanished(lead);
                    }
                }
            });
            all.extend_from_slice(&self.states);
        }
        self.states = all;
    }

    fn step(&mut self, state: State, token: Token, rest: &str) {
        let aligned = state.pending == Pending::No;
        match token {
            Token::Byte(byte) => {
                self.byte(state, byte);
                if !aligned && (0x21..=0x7E).contains(&byte) {
                    self.folded(state, byte);
                }
            }
            Token::Foreign(ch) => {
                if aligned {
                    self.emit(state, ch);
                }
            }
            Token::Annotation(syllable) => self.annotation(state, syllable),
            Token::Broken(syllable) => self.broken(state, syllable),
            Token::Lone if aligned => self.unbroken(state, rest),
            Token::Lone => self.any_trail(state),
            Token::Pair(_) | Token::Question | Token::Tag => {}
        }
    }

    /// A half-width character that was the full-width one.
    fn folded(&mut self, state: State, byte: u8) {
        let from = self.next.len();
        let score = state.score + penalty::FOLDED;
        self.byte(State { score, ..state }, 0xA3);
        for follower in &mut self.next[from..] {
            follower.pending = Pending::Byte(byte | 0x80);
            follower.last = [0xA3, byte | 0x80];
        }
    }

    /// A `?` at a character border: it was written so, or a mark was cut off its lead byte.
    fn unbroken(&mut self, state: State, rest: &str) {
        self.byte(state, b'?');
        if rest.starts_with(['！', '；', '？', '!', ';', '?']) {
            self.push(State {
                pending: Pending::Any,
                last: [0, 0],
                ..state
            });
        }
    }

    /// A `?` that took more than a lead byte with it.
    fn lost(&mut self, state: State, token: Token, rest: &str) {
        if state.pending == Pending::No {
            self.unbroken(state, rest);
            return;
        }
        if rest.starts_with(['!', ';', '?', ',']) {
            self.any_trail(state);
        }
        let from = self.next.len();
        self.any_trail(state);
        for follower in &mut self.next[from..] {
            follower.contiguous = false;
            // A sign for the second step that the swallowed character is still to come.
            if token == Token::Question {
                follower.last = SWALLOWED;
            }
        }
    }

    /// One byte of the original's stream.
    fn byte(&mut self, mut state: State, byte: u8) {
        if state.owed {
            state.score += penalty::TABLE;
            state.owed = false;
        }
        if state.contiguous && state.last[1] != 0 {
            state.owed = gbk::decode(state.last[1], byte)
                .is_some_and(|ch| self.site.annotated.contains(&ch));
        }
        state.last = [if state.contiguous { state.last[1] } else { 0 }, byte];
        state.contiguous = true;
        match state.pending {
            Pending::No if byte < 0x80 => self.emit(state, char::from(byte)),
            Pending::No if gbk::LEADS.contains(&byte) => {
                state.pending = Pending::Byte(byte);
                self.push(state);
            }
            Pending::No => {}
            Pending::Byte(lead) => self.complete(state, lead, byte),
            // What was cut off a lead byte is a mark, which starts so.
            Pending::Any if byte != 0xA3 => {}
            Pending::Any => {
                for lead in gbk::LEADS {
                    self.complete(state, lead, byte);
                }
            }
            Pending::Vanished(lead) => {
                for trail in gbk::unassigned_trails(lead) {
                    self.complete(state, *trail, byte);
                }
            }
        }
    }

    fn complete(&mut self, mut state: State, lead: u8, trail: u8) {
        if let Some(ch) = gbk::decode(lead, trail) {
            state.pending = Pending::No;
            if state.last[0] == 0 {
                state.last[0] = lead;
            }
            self.emit(state, ch);
        }
    }

    /// Adds a character to a hypothesis.
    fn emit(&mut self, state: State, ch: char) {
        let next = symbol(ch);
        let [_, previous] = state.context.symbols();
        let own = self.site.cache.own(previous, next);
        if own.is_none() && state.score + self.model.bound(previous, next) < self.best - BEHIND {
            return;
        }
        let log_prob = self.model.log_prob(state.context, next);
        let log_prob = own.map_or(log_prob, |own| log_prob.max(own));
        self.push(State {
            score: state.score + log_prob + self.taste(ch),
            emitted: ch,
            ..state
        });
    }

    /// What speaks against a character beside the model, which does not see its script.
    fn taste(&self, ch: char) -> f32 {
        match folding::standing(ch) {
            Standing::Neutral if self.site.quotes && matches!(ch, '「'..='』') => {
                penalty::VARIANT
            }
            Standing::Neutral => 0.0,
            Standing::Wide if self.site.folds_width => -1.0,
            Standing::Wide => penalty::WIDE,
            Standing::Simplified => penalty::SIMPLIFIED,
            Standing::Variant
                if self.site.annotated.contains(&ch) || self.site.bare.contains(&ch) =>
            {
                0.0
            }
            Standing::Variant => penalty::VARIANT,
        }
    }

    /// `(reading)`: the last two bytes are the character that was annotated.
    fn annotation(&mut self, mut state: State, syllable: Syllable) {
        let annotated = gbk::decode(state.last[0], state.last[1]);
        state.score += match annotated {
            Some(ch) if syllable.reads_in_any_tone(ch) => self.membership(ch, syllable),
            _ => 2.0 * penalty::TABLE,
        };
        state.owed = false;
        state.contiguous = false;
        self.push(state);
    }

    /// How well it fits the document that a character is annotated, and so.
    fn membership(&self, ch: char, syllable: Syllable) -> f32 {
        let reading = if Syllable::of(ch) == Some(syllable) {
            0.0
        } else if syllable.reads(ch) {
            penalty::READING
        } else {
            2.0 * penalty::READING
        };
        if self.site.annotated.contains(&ch) {
            reading
        } else if self.site.bare.contains(&ch) || !folding::is_traditional(ch) {
            reading + penalty::TABLE
        } else {
            reading - 1.0
        }
    }

    /// `?reading)`: a lost byte makes, with the last one, the character that was annotated.
    fn broken(&mut self, state: State, syllable: Syllable) {
        if state.pending == Pending::No && !state.contiguous {
            return;
        }
        for [lead, trail] in readings::with(syllable) {
            let known = state.last[1];
            let fits = match state.pending {
                Pending::Vanished(vanished) => gbk::unassigned_trails(vanished).contains(lead),
                _ => known == *lead,
            };
            if !fits || *trail < 0x81 {
                continue;
            }
            let Some(annotated) = gbk::decode(*lead, *trail) else {
                continue;
            };
            let from = self.next.len();
            let pending = match state.pending {
                Pending::Vanished(_) => Pending::Byte(*lead),
                pending => pending,
            };
            let membership = self.membership(annotated, syllable);
            self.byte(State { pending, ..state }, *trail);
            for follower in &mut self.next[from..] {
                follower.score += membership;
                follower.owed = false;
                follower.contiguous = false;
            }
        }
    }

    /// A lost byte that ends the waiting character.
    fn any_trail(&mut self, state: State) {
        if state.pending == Pending::Any {
            return;
        }
        let from = self.next.len();
        for trail in gbk::LEADS {
            self.byte(state, trail);
        }
        for follower in &mut self.next[from..] {
            // Nothing tells which byte it was, so nothing can be owed to it.
            follower.owed = false;
            follower.last = [0, 0];
        }
    }

    /// An ASCII character that was swallowed together with the lead byte before it.
    fn swallowed(&mut self, state: State) {
        if state.last != SWALLOWED {
            self.push(state);
            return;
        }
        let state = State {
            score: state.score + penalty::SWALLOWED,
            last: [0, 0],
            ..state
        };
        for byte in [
            b'(', b',', b'.', b':', b';', b'!', b'?', b'"', b')', b'-', b'/', b'%',
        ] {
            self.emit(state, char::from(byte));
        }
        // Which digit it was, nothing tells: a gap stays.
        let digit = self.model.log_prob(state.context, symbol('0'));
        self.push(State {
            score: state.score + digit,
            emitted: GAP_MARK,
            ..state
        });
    }

    /// Merges states that differ in nothing that matters further on, and keeps the best.
    fn prune(&mut self, keep: usize) {
        let best = self.best;
        self.states.retain(|state| state.score > best - BEHIND);
        self.states
            .sort_unstable_by(|one, other| other.score.total_cmp(&one.score));
        let mut states = std::mem::take(&mut self.states);
        let mut kept: Vec<State> = std::mem::take(&mut self.spare);
        kept.clear();
        for mut state in states.drain(..) {
            if kept.len() == keep {
                break;
            }
            if state.emitted != '\0' {
                let [_, second] = state.context.symbols();
                let next = match state.emitted {
                    GAP_MARK => symbol('0'),
                    ch => symbol(ch),
                };
                state.context = Context::unweighted(second, next);
            }
            let twin = kept.iter().find(|twin| {
                twin.context.symbols() == state.context.symbols()
                    && (twin.pending, twin.last) == (state.pending, state.last)
                    && (twin.contiguous, twin.owed) == (state.contiguous, state.owed)
            });
            if let Some(twin) = twin {
                // The twin has its node already, unless it adds no character.
                let behind = twin.score - state.score;
                if twin.node != state.node && behind < self.nodes[twin.node as usize].behind {
                    let rival = self.node(&state);
                    let node = &mut self.nodes[twin.node as usize];
                    (node.behind, node.rival) = (behind, rival);
                }
                continue;
            }
            state.node = self.node(&state);
            if state.emitted != '\0' {
                let [first, second] = state.context.symbols();
                state.context = self.model.context(first, second);
                state.emitted = '\0';
            }
            kept.push(state);
        }
        self.states = kept;
        self.spare = states;
    }

    /// The node of a state with the character that it adds.
    fn node(&mut self, state: &State) -> u32 {
        if state.emitted == '\0' {
            return state.node;
        }
        self.nodes.push(Node {
            parent: state.node,
            ch: state.emitted,
            rival: NONE,
            behind: f32::INFINITY,
        });
        self.nodes.len() as u32 - 1
    }

    fn solution(&self, text: &str, start: usize, end: usize, before: &str) -> Option<Solution> {
        let best = self.states.first()?;
        let restored = self.written(best.node);
        // Rivals: other states at the end, and those that were merged into the best on its way.
        let mut rivals: Vec<(f32, String)> = self.states[1..]
            .iter()
            .map(|state| (best.score - state.score, self.written(state.node)))
            .collect();
        let mut node = best.node;
        let mut suffix = String::new();
        while node != NONE {
            let Node {
                parent,
                ch,
                rival,
                behind,
            } = self.nodes[node as usize];
            if rival != NONE && behind < BEHIND {
                rivals.push((behind, self.written(rival) + &suffix));
            }
            if ch != '\0' {
                suffix.insert(0, self.shown(ch));
            }
            node = parent;
        }
        rivals.retain(|(_, rival)| *rival != restored);
        rivals.sort_by(|one, other| one.0.total_cmp(&other.0));
        rivals.dedup_by(|one, other| one.1 == other.1);
        let against: f32 = rivals.iter().map(|(behind, _)| (-behind).exp()).sum();
        let literal = &text[start..end];
        Some(Solution {
            end,
            score: best.score,
            literal_score: self.literal_score(literal, before),
            confidence: 1.0 / (1.0 + against),
            alternatives: rivals
                .into_iter()
                .filter(|(behind, _)| *behind < 5.0)
                .map(|(_, rival)| rival)
                .take(3)
                .collect(),
            has_gap: restored.contains(GAP_MARK),
            text: restored.replace(GAP_MARK, "?"),
        })
    }

    /// A character as this copy shows it.
    fn shown(&self, ch: char) -> char {
        match ch {
            '\u{FF01}'..='\u{FF5E}' if self.site.folds_width => {
                char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch)
            }
            _ => ch,
        }
    }

    fn written(&self, mut node: u32) -> String {
        let mut reversed = Vec::new();
        while node != NONE {
            let Node { parent, ch, .. } = self.nodes[node as usize];
            if ch != '\0' {
                reversed.push(self.shown(ch));
            }
            node = parent;
        }
        reversed.into_iter().rev().collect()
    }

    fn literal_score(&self, literal: &str, before: &str) -> f32 {
        let mut last_two = before.chars().rev();
        let second = last_two.next().map_or(symbol('\n'), symbol);
        let first = last_two.next().map_or(symbol('\n'), symbol);
        let mut context: Context = self.model.context(first, second);
        let mut sum = 0.0;
        for ch in literal.chars() {
            let (log_prob, next) = self.model.step(context, symbol(ch));
            sum += log_prob;
            context = next;
        }
        sum
    }
}
