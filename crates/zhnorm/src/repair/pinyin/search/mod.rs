//! Finds the likeliest original of a damaged stretch: a beam search over its GBK bytes.
//!
//! A stretch starts where a lead byte was swallowed. From there the bytes of the copy are known
//! but for those that are lost, and how they pair up to the original's characters is not. A
//! [`State`] has read the bytes up to a place as characters of the original and is scored by the
//! model; [`channel`] leads it on by every way in which the mechanism can have made the next
//! token, [`vanished`] by pairs of which nothing is left. The hypotheses are kept in a
//! [`lattice`]. The search ends when all that are left are at a character border again.

use super::pairs::{Glyph, Pairs};
use super::site::{Expected, Site};
use super::token::{self, Token};
use crate::repair::gbk;
use zhnorm_lang::folding::Standing;
use zhnorm_lang::model::{Context, LINE_END, Model, Symbol, UNIGRAM_STEP, symbol};

mod balance;
mod channel;
mod lattice;
mod vanished;

use balance::Open;
use lattice::{Lattice, ROOT, Reading, Written};

/// The original of a stretch.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    /// Where the stretch ends, in bytes of the text.
    pub(super) end: usize,
    pub(super) text: String,
    /// Where a digit was lost of unknown value, so that `?` stays: bytes of
    /// `text`, and of the damaged text.
    pub(super) gaps: Vec<(usize, usize)>,
    /// The logarithm of its probability, and and that of the literal stretch.
    pub(super) score: f32,
    pub(super) literal_score: f32,
    /// The rivals, likeliest first, with how much less likely they are.
    pub(super) rivals: Vec<(f32, String)>,
}

impl Solution {
    /// The share of the probability that falls on this reading and not on its rivals.
    pub(super) fn share(&self) -> f32 {
        let against: f32 = self.rivals.iter().map(|(lag, _)| (-lag).exp()).sum();
        1.0 / (1.0 + against)
    }

    /// Prefers a rival, which has no gaps.
    pub(super) fn prefer(&mut self, rival: usize) {
        let (lag, text) = self.rivals.remove(rival);
        let former = std::mem::replace(&mut self.text, text);
        self.rivals.insert(0, (0.0, former));
        self.score -= lag;
        self.gaps.clear();
    }
}

/// States kept at each token.
const BEAM: usize = 16;
/// States whose logarithm is this far below the best are dropped.
const MAX_LAG: f32 = 9.0;
/// Tokens after which a stretch without an end is given up, which bounds memory and time.
const LONGEST_RUN: usize = 400;
/// Tokens read after the stretch, so that what follows helps to choose.
const LOOKAHEAD: usize = 3;

/// Characters that the model may be asked about for a document, whatever its length, and more for
/// each byte of it so far. Damaged pages need three for a byte, of which they have some thousands,
/// and no stretch of theirs 200,000; text that was made to have no solution needs thousands.
const MODEL_QUERY_BUDGET: u64 = 2_000_000;
const MODEL_QUERIES_PER_BYTE: u64 = 30;

/// Logarithms of what the mechanism does not do but a page might.
mod penalty {
    /// A character of the table without its annotation, or an annotation without its character.
    pub(super) const TABLE: f32 = -9.0;
    /// A character without its annotation that every table seen holds.
    pub(super) const CORE: f32 = -2.0;
    /// A character of the table without its annotation, cut by that of another whose turn came
    /// later if the table went by code, as in all tables seen.
    pub(super) const TURN: f32 = -1.2;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    No,
    Byte(u8),
    /// Any lead byte.
    Any,
    /// The trail of a vanished pair with this lead.
    Vanished(u8),
}

/// Nothing was inserted.
const NOTHING: u16 = 0;
/// What was inserted, if anything, is not known.
const UNKNOWN: u16 = u16::MAX;

#[derive(Clone, Copy, Debug)]
struct State {
    score: f32,
    node: u32,
    pending: Pending,
    /// The last two bytes, 0 where unknown.
    last: [u8; 2],
    /// The pair of the character whose reading was inserted after the last byte, or [`NOTHING`]
    /// or [`UNKNOWN`].
    inserted: u16,
    /// Whether the last two bytes are a character of the table and must be annotated.
    expected: Expected,
    /// A character was swallowed together with the last byte, and is still to be guessed.
    swallowed: bool,
    /// Characters to be added to the hypothesis once the state is kept.
    emitted: [Written; 2],
    context: Context,
}

impl State {
    /// Whether two states differ in nothing that matters further on.
    fn is_twin(&self, other: &Self) -> bool {
        self.context.symbols() == other.context.symbols()
            && (self.pending, self.last) == (other.pending, other.last)
            && (self.inserted, self.expected, self.swallowed)
                == (other.inserted, other.expected, other.swallowed)
    }
}

/// What is in front of a stretch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    /// The last characters of the repaired text.
    pub(super) last: [Option<char>; 2],
    /// A reading was inserted after the last of them.
    pub(super) is_annotated: bool,
    open: Open,
}

impl Before {
    /// Takes a character.
    pub(super) fn push(&mut self, ch: char) {
        self.last = [self.last[1], Some(ch)];
        self.is_annotated = false;
        self.open.read(ch);
    }

    /// Takes a text.
    pub(super) fn extend(&mut self, text: &str) {
        text.chars().for_each(|ch| self.push(ch));
    }

    fn context(&self, model: &Model) -> Context {
        let [first, second] = self.last.map(|ch| ch.map_or(LINE_END, symbol));
        model.context(first, second)
    }
}

/// See the module.
pub(super) struct Search {
    model: &'static Model,
    pairs: &'static Pairs,
    lattice: Lattice,
    states: Vec<State>,
    next: Vec<State>,
    /// The best score among `next`.
    best: f32,
    /// Where the token starts that is being read.
    at: usize,
    /// What is open in front of the stretch.
    open: Open,
    spare: Vec<State>,
    /// Where the tag starts that is being read, if it is to be restored.
    tag: Option<u32>,
    /// Characters that the model was asked about so far.
    model_queries: u64,
}

impl Search {
    pub(super) fn new() -> Self {
        Self {
            model: Model::embedded(),
            pairs: Pairs::get(),
            lattice: Lattice::default(),
            states: Vec::new(),
            next: Vec::new(),
            best: f32::NEG_INFINITY,
            at: 0,
            open: Open::default(),
            spare: Vec::new(),
            tag: None,
            model_queries: 0,
        }
    }

    /// Whether so much was searched up to byte `at` of a text that no more is, until there has
    /// been more text.
    pub(super) fn is_exhausted(&self, at: usize) -> bool {
        self.model_queries > MODEL_QUERY_BUDGET + MODEL_QUERIES_PER_BYTE * at as u64
    }

    /// Solves the stretch of `text` that starts at byte `start`, or returns how far it was read
    /// before it turned out to have no solution, or to be too hard.
    pub(super) fn solve(
        &mut self,
        site: &Site,
        text: &str,
        start: usize,
        before: &Before,
    ) -> Result<Solution, usize> {
        self.begin(site, before);
        let mut at = start;
        let mut settled = 0;
        let mut tokens = 0;
        while let Some((token, length)) = token::next(&text[at..]) {
            let damaged = matches!(
                token,
                Token::Broken(_) | Token::Lone | Token::Question | Token::Tag
            );
            let annotates = matches!(token, Token::Annotation(_));
            let is_decided = self.states.len() == 1 || settled > LOOKAHEAD;
            if settled > 0 && !annotates && (is_decided || damaged) {
                break;
            }
            self.at = at;
            if token == Token::Tag && is_kept(text, at, length) {
                let tag = format!("<{}", &text[at + 1..at + length]);
                self.lattice.remember_tag(at as u32, tag);
                self.tag = Some(at as u32);
            }
            self.read(site, token, &text[at + length..]);
            self.tag = None;
            if matches!(token, Token::Byte(b'\n' | b'\r')) && settled > 0 {
                at += length;
                break;
            }
            at += length;
            tokens += 1;
            if self.states.is_empty() || tokens > LONGEST_RUN || self.is_exhausted(at) {
                return Err(at);
            }
            if self.states.iter().all(|state| state.pending == Pending::No) {
                settled += 1;
            } else {
                settled = 0;
            }
        }
        self.states.retain(|state| state.pending == Pending::No);
        self.solution(site, &text[start..at], at, before).ok_or(at)
    }

    fn begin(&mut self, site: &Site, before: &Before) {
        self.open = before.open;
        self.lattice.clear();
        self.states.clear();
        let last = before.last[1].map_or([0, 0], |ch| bytes(site, ch));
        self.states.push(State {
            score: 0.0,
            node: ROOT,
            pending: Pending::No,
            last,
            inserted: if before.is_annotated {
                u16::from_be_bytes(last)
            } else {
                NOTHING
            },
            expected: Expected::No,
            swallowed: false,
            emitted: [Written::Nothing; 2],
            context: before.context(self.model),
        });
    }

    /// Takes every state over one step, and keeps the best of those it leads to.
    fn advance(&mut self, keep: usize, mut step: impl FnMut(&mut Self, State)) {
        let states = std::mem::take(&mut self.states);
        self.next.clear();
        self.best = f32::NEG_INFINITY;
        for state in &states {
            step(self, *state);
        }
        self.states = states;
        self.prune(keep);
    }

    #[inline]
    fn push(&mut self, state: State) {
        if state.score > self.best - MAX_LAG {
            self.best = self.best.max(state.score);
            self.next.push(state);
        }
    }

    /// Adds a character to a hypothesis, and gives its log probability.
    #[inline]
    fn emit(&mut self, site: &Site, state: State, glyph: Glyph) -> f32 {
        let log_prob = self.log_prob(site, state.context, glyph.symbol);
        self.push(State {
            score: state.score + log_prob + self.context_bonus(site, &state, glyph),
            emitted: [Written::Char(glyph.ch), Written::Nothing],
            ..state
        });
        log_prob
    }

    /// What speaks for or against a character after a state beside the model, which sees neither
    /// its script nor further back than two characters.
    #[inline]
    fn context_bonus(&self, site: &Site, state: &State, glyph: Glyph) -> f32 {
        let mut weight = context_bonus(site, glyph);
        if balance::is_mark(glyph.ch) {
            let [_, last] = state.context.symbols();
            let ends = ['。', '！', '？'].map(symbol).contains(&last);
            let open = self.lattice.open(state.node, self.open);
            weight += open.weight(glyph.ch, ends);
        }
        weight
    }

    #[inline]
    fn log_prob(&mut self, site: &Site, context: Context, next: Symbol) -> f32 {
        self.model_queries += 1;
        let [_, previous] = context.symbols();
        let log_prob = self.model.log_prob(context, next);
        match site.cache.own(previous, next) {
            Some(own) => log_prob.max(own),
            None => log_prob,
        }
    }

    /// How rare a character can be, in the steps of [`Pairs`], to lead a state that has this score
    /// and context to one that is not dropped: a pair is hardly commoner than its second half.
    #[inline]
    fn limit(&self, score: f32, context: Context) -> u8 {
        let [_, previous] = context.symbols();
        let slack = score - (self.best - MAX_LAG) + 1.5 - self.model.unigram_log_prob(previous);
        ((slack / UNIGRAM_STEP).max(0.0) as u8).min(254)
    }

    /// Merges states that differ in nothing that matters further on, and makes the best of `next`
    /// the states.
    fn prune(&mut self, keep: usize) {
        let floor = self.best - MAX_LAG;
        let mut next = std::mem::take(&mut self.next);
        next.retain(|state| state.score > floor);
        let by_score = |one: &State, other: &State| other.score.total_cmp(&one.score);
        if next.len() > 4 * keep {
            next.select_nth_unstable_by(4 * keep, by_score);
            next.truncate(4 * keep);
        }
        next.sort_unstable_by(by_score);
        let mut kept = std::mem::take(&mut self.spare);
        kept.clear();
        for mut state in next.drain(..) {
            if kept.len() == keep {
                break;
            }
            for written in state.emitted {
                let next = match written {
                    Written::Nothing => continue,
                    Written::Char(ch) => symbol(ch),
                    Written::Tag(_) => symbol('>'),
                    Written::Gap => symbol('0'),
                };
                let [_, second] = state.context.symbols();
                state.context = Context::unweighted(second, next);
            }
            if let Some(twin) = kept.iter().find(|twin| twin.is_twin(&state)) {
                // The twin has its node already, unless it adds no character.
                if twin.node != state.node {
                    let lag = twin.score - state.score;
                    let at = self.at;
                    self.lattice
                        .merge(twin.node, lag, |lattice| lattice.extend(&state, at));
                }
                continue;
            }
            if state.emitted[0] != Written::Nothing {
                state.node = self.lattice.extend(&state, self.at);
                let [first, second] = state.context.symbols();
                state.context = self.model.context(first, second);
                state.emitted = [Written::Nothing; 2];
            }
            kept.push(state);
        }
        self.next = next;
        self.spare = std::mem::replace(&mut self.states, kept);
    }

    fn solution(
        &self,
        site: &Site,
        literal: &str,
        end: usize,
        before: &Before,
    ) -> Option<Solution> {
        let best = self.states.first()?;
        let Reading { text, gaps } = self.lattice.reading(best.node, site);
        // Rivals: other states at the end, and those that were merged into the best on its way.
        let mut rivals = self.lattice.rivals(best.node, site);
        rivals.extend(self.states[1..].iter().map(|state| {
            let rival = self.lattice.reading(state.node, site).text;
            (best.score - state.score, rival)
        }));
        rivals.retain(|(_, rival)| *rival != text);
        rivals.sort_by(|one, other| one.0.total_cmp(&other.0));
        rivals.dedup_by(|one, other| one.1 == other.1);
        Some(Solution {
            end,
            score: best.score,
            literal_score: self.literal_score(literal, before),
            rivals,
            text,
            gaps,
        })
    }

    fn literal_score(&self, literal: &str, before: &Before) -> f32 {
        let mut context = before.context(self.model);
        let mut sum = 0.0;
        for ch in literal.chars() {
            let (log_prob, next) = self.model.step(context, symbol(ch));
            sum += log_prob;
            context = next;
        }
        sum
    }
}

/// Whether a tag of which `<` was swallowed is restored. `/p>` at the end of a line is all that a
/// scraper left of the markup, which knew the end of a paragraph by its whole tag; others are part
/// of the text.
fn is_kept(text: &str, at: usize, length: usize) -> bool {
    let ends_line = text[at + length..].trim_start_matches([' ', '\r']);
    let ends_line = ends_line.is_empty() || ends_line.starts_with('\n');
    !(ends_line && &text[at + 1..at + length] == "/p>")
}

/// The last two bytes after a character of the repaired text, 0 where unknown.
fn bytes(site: &Site, ch: char) -> [u8; 2] {
    match u8::try_from(ch) {
        Ok(byte) if byte < 0x80 => {
            let folded = site.folds_width().then(|| channel::unfolded(byte));
            folded.flatten().unwrap_or([0, byte])
        }
        _ => gbk::encode(ch).unwrap_or_default(),
    }
}

/// What speaks against a character's script.
fn context_bonus(site: &Site, glyph: Glyph) -> f32 {
    match glyph.standing {
        Standing::Neutral if glyph.ch == '\u{3000}' => penalty::WIDE,
        Standing::Neutral if !site.corners && matches!(glyph.ch, '「'..='』') => penalty::VARIANT,
        Standing::Neutral => 0.0,
        Standing::Wide if site.folds_width() => -1.0,
        Standing::Wide => penalty::WIDE,
        // A mapping treats a character everywhere as in the sound part of the document.
        Standing::Simplified | Standing::Variant if site.cache.saw(glyph.ch) => 0.0,
        Standing::Simplified => penalty::SIMPLIFIED,
        Standing::Variant => penalty::VARIANT,
    }
}
