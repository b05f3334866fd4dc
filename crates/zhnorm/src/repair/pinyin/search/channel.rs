//! What the mechanism can have done to make the next token: a step for each kind of token.

use super::super::annotation::MARKS;
use super::super::pairs::Glyph;
use super::super::readings::{self, Syllable};
use super::super::site::{Expected, Site};
use super::super::token::Token;
use super::lattice::Written;
use super::{BEAM, NOTHING, Pending, Search, State, UNKNOWN, penalty};
use crate::repair::gbk;
use zhnorm_lang::folding;
use zhnorm_lang::model::symbol;

/// The lead byte of the marks at which the text was cut.
const MARK_LEAD: u8 = 0xA3;

impl Search {
    /// Takes every state over one token.
    pub(super) fn read(&mut self, site: &Site, token: Token, rest: &str) {
        match token {
            Token::Pair([first, second]) => {
                self.byte_of_all(site, first);
                self.advance(BEAM, |search, state| {
                    search.byte(site, state, second);
                });
            }
            Token::Byte(byte) if !site.keeps_width() && (0x21..=0x7E).contains(&byte) => {
                self.with_vanished(site, |search, state| {
                    search.byte(site, state, byte);
                    if state.pending != Pending::No {
                        search.folded(site, state, byte);
                    }
                });
            }
            Token::Byte(byte) => self.byte_of_all(site, byte),
            Token::Foreign(ch) => self.advance(BEAM, |search, state| {
                if state.pending == Pending::No {
                    let state = State {
                        last: [0, 0],
                        expected: Expected::No,
                        ..state
                    };
                    search.emit(site, state, Glyph::new(ch));
                }
            }),
            Token::Annotation(syllable) => {
                self.advance(BEAM, |search, state| {
                    search.annotation(site, state, syllable);
                });
            }
            Token::Broken(syllable) => {
                self.with_vanished(site, |search, state| search.broken(site, state, syllable));
            }
            Token::Lone | Token::Question | Token::Tag => {
                self.with_vanished(site, |search, state| match state.pending {
                    Pending::No => search.unbroken(site, state, rest),
                    // The mark that was cut off its lead byte.
                    Pending::Any if !site.keeps_width() => search.folded(site, state, b'?'),
                    _ => search.lost(site, state, token, rest),
                });
                if token == Token::Question {
                    self.advance(BEAM, |search, state| search.swallowed(site, state));
                }
            }
        }
    }

    /// One byte of the original's stream.
    pub(super) fn byte(&mut self, site: &Site, mut state: State, byte: u8) -> Option<f32> {
        state.score += missing_annotation_cost(state.expected);
        state.expected = expected_annotation(site, &state, byte);
        state.last = [state.last[1], byte];
        state.inserted = NOTHING;
        match state.pending {
            Pending::No if byte < 0x80 => {
                if site.folds_width() {
                    state.last = unfolded(byte).unwrap_or(state.last);
                }
                return Some(self.emit(site, state, Glyph::new(char::from(byte))));
            }
            Pending::No if gbk::LEADS.contains(&byte) => {
                state.pending = Pending::Byte(byte);
                self.push(state);
            }
            Pending::No => {}
            Pending::Byte(lead) => {
                let glyph = self.pairs.glyph(lead, byte)?;
                state.pending = Pending::No;
                return Some(self.emit(site, state, glyph));
            }
            // What was cut off a lead byte is a mark, which starts so.
            Pending::Any if byte != MARK_LEAD => {}
            Pending::Any => self.any_lead(site, state, gbk::LEADS, byte),
            Pending::Vanished(lead) => {
                let trails = gbk::unassigned_trails(lead).iter().copied();
                self.any_lead(site, state, trails, byte);
            }
        }
        None
    }

    /// A byte completes a character whose lead byte is one of several.
    pub(super) fn any_lead(
        &mut self,
        site: &Site,
        state: State,
        leads: impl IntoIterator<Item = u8>,
        trail: u8,
    ) {
        let pairs = self.pairs;
        let costs = pairs.costs_of_trail(trail);
        let mut limit = self.limit(state.score, state.context);
        for lead in leads {
            if costs[usize::from(lead)] > limit {
                continue;
            }
            // Better states that were found meanwhile have made it stricter.
            limit = self.limit(state.score, state.context);
            if costs[usize::from(lead)] > limit {
                continue;
            }
            if let Some(glyph) = pairs.glyph(lead, trail) {
                let expected = site.expected(glyph.ch);
                let state = State {
                    pending: Pending::No,
                    last: [lead, trail],
                    expected,
                    ..state
                };
                self.emit(site, state, glyph);
            }
        }
    }

    /// A half-width character that was the full-width one.
    fn folded(&mut self, site: &Site, state: State, byte: u8) {
        let from = self.next.len();
        let score = state.score + penalty::FOLDED;
        self.byte(site, State { score, ..state }, MARK_LEAD);
        for follower in &mut self.next[from..] {
            follower.pending = Pending::Byte(byte | 0x80);
            follower.last = [MARK_LEAD, byte | 0x80];
        }
    }

    /// A `?` at a character border: it was written so, or a mark was cut off its lead byte.
    fn unbroken(&mut self, site: &Site, state: State, rest: &str) {
        self.byte(site, state, b'?');
        if rest.starts_with(MARKS) {
            self.push(State {
                pending: Pending::Any,
                last: [0, 0],
                ..state
            });
        }
    }

    /// A `?` that was the waiting character's trail byte, and may have taken more with it.
    fn lost(&mut self, site: &Site, state: State, token: Token, rest: &str) {
        let from = self.next.len();
        self.any_trail(site, state);
        if token == Token::Lone {
            return;
        }
        if let Some(tag) = self.tag {
            for follower in &mut self.next[from..] {
                if follower.emitted[1] == Written::Nothing {
                    follower.emitted[1] = Written::Tag(tag);
                }
            }
        }
        let end = self.next.len();
        for index in from..end {
            let follower = &mut self.next[index];
            follower.inserted = UNKNOWN;
            if token == Token::Question {
                let before_a_mark = *follower;
                follower.swallowed = true;
                if rest.starts_with(['!', ';', '?', ',']) {
                    self.next.push(before_a_mark);
                }
            }
        }
    }

    /// A lost byte that ends the waiting character.
    fn any_trail(&mut self, site: &Site, state: State) {
        let pairs = self.pairs;
        match state.pending {
            Pending::Byte(lead) => {
                let costs = pairs.costs_of_lead(lead);
                let mut limit = self.limit(state.score, state.context);
                for trail in gbk::LEADS {
                    if costs[usize::from(trail)] > limit {
                        continue;
                    }
                    limit = self.limit(state.score, state.context);
                    if costs[usize::from(trail)] > limit {
                        continue;
                    }
                    if let Some(glyph) = pairs.glyph(lead, trail) {
                        // The byte is unknown, so no annotation is expected.
                        let state = State {
                            pending: Pending::No,
                            last: [lead, trail],
                            expected: Expected::No,
                            inserted: NOTHING,
                            ..state
                        };
                        self.emit(site, state, glyph);
                    }
                }
            }
            Pending::Vanished(lead) => {
                for trail in gbk::LEADS {
                    let leads = gbk::unassigned_trails(lead).iter().copied();
                    self.any_lead(site, state, leads, trail);
                }
            }
            Pending::No | Pending::Any => {}
        }
    }

    /// An ASCII character that was swallowed together with the lead byte before it.
    fn swallowed(&mut self, site: &Site, state: State) {
        if !state.swallowed {
            self.push(state);
            return;
        }
        let state = State {
            score: state.score + penalty::SWALLOWED,
            last: [0, 0],
            swallowed: false,
            ..state
        };
        for byte in [
            b'(', b',', b'.', b':', b';', b'!', b'?', b'"', b')', b'-', b'/', b'%',
        ] {
            self.emit(site, state, Glyph::new(char::from(byte)));
        }
        // The digit is unknown: a gap stays.
        let digit = self.model.log_prob(state.context, symbol('0'));
        self.push(State {
            score: state.score + digit,
            emitted: [Written::Gap, Written::Nothing],
            ..state
        });
    }

    /// `(reading)`: the last two bytes are the character that was annotated.
    fn annotation(&mut self, site: &Site, mut state: State, syllable: Syllable) {
        state.score += match gbk::decode(state.last[0], state.last[1]) {
            Some(ch) if syllable.reads_in_any_tone(ch) => membership(site, ch, syllable),
            _ => 2.0 * penalty::TABLE,
        };
        state.expected = Expected::No;
        state.inserted = u16::from_be_bytes(state.last);
        self.push(state);
    }

    /// `?reading)`: a lost byte makes, with the last one, the character that was annotated.
    fn broken(&mut self, site: &Site, state: State, syllable: Syllable) {
        for [lead, trail] in readings::with(syllable) {
            let fits = match state.pending {
                Pending::Vanished(vanished) => gbk::unassigned_trails(vanished).contains(lead),
                Pending::Any => false,
                _ => state.last[1] == *lead,
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
            let score = state.score + membership(site, annotated, syllable);
            let state = State {
                score,
                pending,
                // The match may be older than a reading that was inserted into it.
                inserted: UNKNOWN,
                ..state
            };
            self.byte(site, state, *trail);
            for follower in &mut self.next[from..] {
                follower.expected = Expected::No;
                follower.inserted = u16::from_be_bytes([*lead, *trail]);
            }
        }
    }
}

/// The bytes of the full-width mark that a half-width one was folded from.
pub(super) fn unfolded(byte: u8) -> Option<[u8; 2]> {
    matches!(byte, 0x21..=0x2F | 0x3A..=0x3F).then_some([MARK_LEAD, byte | 0x80])
}

/// Whether a byte makes, with the one before it, a character that must be annotated.
pub(super) fn expected_annotation(site: &Site, state: &State, byte: u8) -> Expected {
    let last = state.last[1];
    let Some(ch) = gbk::decode(last, byte) else {
        return Expected::No;
    };
    match state.inserted {
        NOTHING => site.expected(ch),
        UNKNOWN => Expected::No,
        // A reading is between the two. They were matched if their turn came before that of
        // the character that it belongs to.
        inserted
            if u16::from_be_bytes([last, byte]) < inserted && site.expected(ch) != Expected::No =>
        {
            Expected::Unordered
        }
        _ => Expected::No,
    }
}

/// What it costs that an annotation did not come.
pub(super) fn missing_annotation_cost(expected: Expected) -> f32 {
    match expected {
        Expected::No => 0.0,
        Expected::Unordered => penalty::TURN,
        Expected::Likely => penalty::CORE,
        Expected::Always => penalty::TABLE,
    }
}

/// How well it fits the document that a character is annotated, and so.
fn membership(site: &Site, ch: char, syllable: Syllable) -> f32 {
    let reading = if Syllable::first(ch) == Some(syllable) {
        0.0
    } else if syllable.reads(ch) {
        penalty::READING
    } else {
        2.0 * penalty::READING
    };
    if site.annotated.contains(ch) {
        reading
    } else if site.bare.contains(ch) || !folding::is_traditional(ch) {
        reading + penalty::TABLE
    } else {
        reading - 1.0
    }
}
