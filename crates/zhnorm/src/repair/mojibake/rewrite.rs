//! The edits that make the text say what a reading says, with a confidence for each lost byte.

use std::borrow::Cow;

use super::chain::Chain;
use super::charset::Charset;
use super::likelihood::Before;
use super::line::Passage;
use super::reading::Reading;
use super::search::{Readings, Remains, Script, Written};
use super::swallowed;
use super::vocabulary::Vocabulary;
use crate::repair::OnUncertain;
use crate::repair::Options;
use crate::repair::edits::{Edit, Found};
use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::context::{Context, UNITS_PER_NAT};
use zhnorm_lang::folding;

/// How far the model's differences between readings of a lost byte can be trusted: with this the
/// confidence of guesses is the share of them that is right (`cargo xtask eval mojibake`).
const CERTAINTY: f32 = 0.75;
/// How much the words count beside the model of characters.
const WORDS: f32 = 0.3;
/// What a mark costs beside words.
const OTHER: f32 = 3.0;
/// Readings of a lost byte, the likeliest after what is before it, of which it is asked whether what
/// follows fits them.
const LOOKED_AT: usize = 48;
/// Those of which it is asked whether they make words.
const DIVIDED: usize = 16;
/// A passage that got likelier by fewer nats is not changed.
const LEAST_GAIN: f32 = 3.0;

impl<'a> Passage<'a> {
    /// The edits that make the text say what the reading says. Where a lost byte leaves it too
    /// uncertain, the characters that hold it stay as they are and are flagged.
    pub(super) fn edits(
        &self,
        chain: &'static Chain,
        reading: &Reading,
        known: &Vocabulary,
        readings: &Readings,
        options: &Options,
    ) -> Found {
        let mut found = Found::default();
        let mut piece = Piece::default();
        let mut read = 0;
        let mut before = self.before;
        // The line as restored up to here.
        let mut restored = self.line_before().to_owned();
        let mut script = known.script.leaning();
        for written in reading.written.iter().filter(|written| written.damaged) {
            if written.guess.is_none() {
                script.take(written.ch);
            }
        }
        for (index, written) in reading.written.iter().enumerate() {
            if !written.damaged {
                self.close(chain, &mut piece, before, options, &mut found);
                read = written.end;
                piece.start = read;
                before.read(written.ch);
                restored.push(written.ch);
                continue;
            }
            let mut ch = written.ch;
            let mut swallowed = None;
            if let Some(remains) = written.guess {
                let next = |ahead: usize| match reading.written.get(index + ahead) {
                    Some(next) => Some(next.ch),
                    None if index + ahead == reading.written.len() => Some(self.after),
                    None => None,
                };
                let context = piece.context(before);
                let swallows = self.swallows(chain, written);
                if swallows {
                    swallowed = self.swallowed(written, &restored);
                }
                let mut following = [next(1), next(2)];
                if swallowed.is_some() {
                    following = [swallowed, next(1)];
                }
                let behind = reading.written[index + 1..].iter();
                let behind = behind.take_while(|next| next.guess.is_none());
                let place = Surroundings {
                    context,
                    clause: Clause::around(&restored, behind.map(|next| next.ch)),
                    before: last_two(&restored),
                    after: following,
                };
                let guess = Guess::at(remains, &place, ch, script, known, readings);
                ch = guess.ch;
                // A byte 80 is lost alone, to a decoder that does not read it as €.
                let alone = ends_in_80(ch) && !self.characters.contains(&'€');
                if swallows && swallowed.is_none() && !alone {
                    let literal = self.following(written.end);
                    let goes_on = reading.written.get(index + 1).filter(|next| next.damaged);
                    let goes_on = goes_on.map(|next| next.ch);
                    let goes_on = goes_on.or(literal.is_ascii_alphabetic().then_some(literal));
                    swallowed = unsaid(context, ch, [goes_on, next(2)], restored.ends_with(' '));
                }
                restored.push(ch);
                if !options.takes(guess.confidence) && options.on_uncertain == OnUncertain::Mark {
                    ch = '\u{FFFD}';
                    piece.is_marked = true;
                }
                piece.guess = Some(match piece.guess.take() {
                    Some(earlier) => earlier.and(guess),
                    None => guess,
                });
            } else {
                restored.push(ch);
            }
            piece.text.push(ch);
            piece.end = written.end;
            if let Some(swallowed) = swallowed {
                piece.text.push(swallowed);
                restored.push(swallowed);
            }
            if written.settled {
                // A guess makes an edit of its own, as far as characters can be separated.
                let ahead = reading.written[index + 1..]
                    .iter()
                    .take_while(|next| next.damaged)
                    .take(3)
                    .find(|next| next.guess.is_some() || next.settled);
                let guess_next = ahead.is_some_and(|next| next.guess.is_some());
                if piece.guess.is_some() || guess_next {
                    let text = piece.text.clone();
                    self.close(chain, &mut piece, before, options, &mut found);
                    for ch in text.chars() {
                        before.read(ch);
                    }
                    piece.start = written.end;
                }
            }
            read = read.max(written.end);
        }
        self.close(chain, &mut piece, before, options, &mut found);
        found
    }

    /// Whether an ASCII character may have been swallowed with the last byte of a character.
    fn swallows(&self, chain: &Chain, written: &Written) -> bool {
        let [undo] = chain.undo else { return false };
        let is_kind = undo.written_in == Charset::Utf8 && undo.read_as == Charset::Gbk;
        let mark = written.end.checked_sub(1).map(|at| self.characters[at]);
        is_kind && mark == Some('?') && written.settled
    }

    /// The ASCII character that was swallowed, if syntax says.
    fn swallowed(&self, written: &Written, restored: &str) -> Option<char> {
        let from = self.offsets[written.end];
        let (_, after) = self.line_around(&(from..from));
        let above = self.line_above(from);
        let place = swallowed::Place {
            before: restored.rsplit('\n').next().unwrap_or_default(),
            after,
            above,
        };
        place.character()
    }

    /// The line above that of a place; nothing where either is long.
    fn line_above(&self, at: usize) -> &'a str {
        /// Bytes that are looked at.
        const REACH: usize = 1200;
        let mut from = at.saturating_sub(REACH);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let mut lines = self.text[from..at].rsplit('\n');
        lines.next();
        let above = lines.next().unwrap_or_default();
        let is_whole = from == 0 || lines.next().is_some();
        if is_whole { above } else { "" }
    }

    /// What is on the line in front of the passage.
    fn line_before(&self) -> &'a str {
        let (before, _) = self.line_around(&(self.start..self.start));
        before
    }

    fn close(
        &self,
        chain: &'static Chain,
        piece: &mut Piece,
        mut before: Before,
        options: &Options,
        found: &mut Found,
    ) {
        let done = std::mem::take(piece);
        if done.end <= done.start {
            return;
        }
        let span = self.offsets[done.start]..self.offsets[done.end];
        let stood = &self.text[span.clone()];
        if stood == done.text {
            return;
        }
        let mut after = before;
        let gain = stood.chars().map(|ch| before.read(ch)).sum::<f32>()
            - done.text.chars().map(|ch| after.read(ch)).sum::<f32>();
        if done.guess.is_none() && found.edits.is_empty() && gain < LEAST_GAIN {
            return;
        }
        let is_certain = done.guess.is_none();
        let (confidence, alternatives, note) = match done.guess {
            // What is around it proves the damage, whatever this piece says by itself.
            None => (
                (1.0 / (1.0 + (-gain / 4.0).exp())).max(0.5),
                Vec::new(),
                None,
            ),
            Some(guess) => (
                guess.confidence,
                guess.alternatives,
                Some(Cow::Borrowed(
                    "a byte was lost; the likeliest character that fits",
                )),
            ),
        };
        let edit = Edit {
            rule: chain.rule,
            span,
            after: done.text,
            confidence,
            alternatives,
            note,
        };
        if done.is_marked || is_certain {
            found.edits.push(edit);
        } else {
            found.decide(edit, options);
        }
    }
}

/// Damaged characters that become one edit.
#[derive(Default)]
struct Piece {
    /// Counted in characters of the passage.
    start: usize,
    end: usize,
    text: String,
    guess: Option<Guess>,
    /// A character that is too uncertain is marked as lost in it.
    is_marked: bool,
}

impl Piece {
    fn context(&self, mut before: Before) -> Before {
        for ch in self.text.chars() {
            before.read(ch);
        }
        before
    }
}

/// Whether the last byte of a character in UTF-8 is 80.
fn ends_in_80(ch: char) -> bool {
    u32::from(ch).trailing_zeros() >= 6
}

/// The last two characters of a text.
fn last_two(text: &str) -> [Option<char>; 2] {
    let mut last = text.chars().rev();
    let (last, second_last) = (last.next(), last.next());
    [second_last, last]
}

/// What was swallowed where damaged text or a letter follows and syntax does not say what was between:
/// no decoder loses a byte in front of these, so something was.
fn unsaid(
    mut context: Before,
    ch: char,
    next: [Option<char>; 2],
    after_space: bool,
) -> Option<char> {
    /// How much likelier a line's end is than a space, in nats: that often it was one.
    const LINE_END: f32 = 1.5;
    let is_sign = |ch: char| matches!(ch, '\u{2190}'..='\u{2BFF}');
    let following = next[0].filter(|ch| !ch.is_ascii() || ch.is_ascii_alphabetic())?;
    if following.is_ascii() {
        // A letter of the pair's zone would have made a character with the lost byte.
        let ends = matches!(ch, '。' | '！' | '？');
        return Some(if ends { '\n' } else { ' ' });
    }
    if is_sign(following) || is_sign(ch) && after_space {
        return Some(' ');
    }
    context.read(ch);
    let price = |between: char| {
        let mut context = context;
        let own = context.read(between);
        let after = next.into_iter().map_while(|next| next);
        own + after.map(|next| context.read(next)).sum::<f32>()
    };
    let ends = price('\n') - LINE_END < price(' ');
    Some(if ends { '\n' } else { ' ' })
}

/// The ideographs around a lost byte up to the next other character: the words that they make say more
/// than the two characters on each side that the model sees.
struct Clause {
    /// Folded; the place of the lost one holds 0.
    characters: [u16; 2 * Self::REACH + 1],
    length: usize,
    place: usize,
}

impl Clause {
    /// Characters that are looked at on each side.
    const REACH: usize = 5;

    /// `before` is the text in front of the lost character, `after` are the characters behind it.
    fn around(before: &str, after: impl Iterator<Item = char>) -> Self {
        let mut clause = Self {
            characters: [0; 2 * Self::REACH + 1],
            length: 0,
            place: 0,
        };
        let last = before.chars().rev().take(Self::REACH);
        let mut last: Vec<char> = last.take_while(|ch| is_basic_han(*ch)).collect();
        last.reverse();
        for ch in last {
            clause.push(folded(ch));
        }
        clause.place = clause.length;
        clause.push(0);
        for ch in after.take(Self::REACH).take_while(|ch| is_basic_han(*ch)) {
            clause.push(folded(ch));
        }
        clause
    }

    fn push(&mut self, character: u16) {
        self.characters[self.length] = character;
        self.length += 1;
    }

    /// What the words cost that are there with a character in the lost one's place.
    fn cost(&self, ch: char) -> f32 {
        let words = Context::get();
        let cost = |clause: &[u16]| words.division_cost(clause) as f32 / UNITS_PER_NAT as f32;
        if is_basic_han(ch) {
            let mut characters = self.characters;
            characters[self.place] = folded(ch);
            WORDS * cost(&characters[..self.length])
        } else {
            let [before, after] = [0..self.place, self.place + 1..self.length];
            WORDS * (cost(&self.characters[before]) + cost(&self.characters[after]) + OTHER)
        }
    }
}

/// The simplified form of an ideograph, as the lexicon has it.
fn folded(ch: char) -> u16 {
    u16::try_from(u32::from(folding::simplified(ch))).unwrap_or_default()
}

/// What is around a lost byte.
struct Surroundings {
    context: Before,
    clause: Clause,
    before: [Option<char>; 2],
    after: [Option<char>; 2],
}

/// A character chosen among those that fit the bytes which are left.
struct Guess {
    ch: char,
    confidence: f32,
    alternatives: Vec<String>,
}

/// Keeps so many of the likeliest, and the one that was chosen.
fn keep_likeliest(readings: &mut Vec<(f32, char)>, most: usize, chosen: char) {
    if readings.len() > most {
        readings.select_nth_unstable_by(most, |a, b| a.0.total_cmp(&b.0));
        if let Some(at) = readings.iter().position(|(_, ch)| *ch == chosen) {
            readings.swap(at, at.min(most - 1));
        }
        readings.truncate(most);
    }
}

impl Guess {
    fn at(
        remains: Remains,
        place: &Surroundings,
        chosen: char,
        script: Script,
        known: &Vocabulary,
        readings: &Readings,
    ) -> Self {
        let mut readings: Vec<(f32, char)> = (readings.of(&remains).iter())
            .map(|&(ch, _)| {
                let own = place.context.cost(ch) + script.cost(ch, true);
                (own - known.bonus(place.before, ch, place.after), ch)
            })
            .collect();
        // What follows is asked of those that fit what is before, and the words of those that fit both.
        keep_likeliest(&mut readings, LOOKED_AT, chosen);
        for (cost, ch) in &mut readings {
            let mut context = place.context;
            context.read(*ch);
            for next in place.after.into_iter().map_while(|next| next) {
                *cost += context.read(next);
            }
        }
        keep_likeliest(&mut readings, DIVIDED, chosen);
        for (cost, ch) in &mut readings {
            *cost += place.clause.cost(*ch);
        }
        readings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let best = readings.first().map_or(0.0, |(cost, _)| *cost);
        let weight = |cost: f32| (CERTAINTY * (best - cost)).exp();
        let total: f32 = readings.iter().map(|(cost, _)| weight(*cost)).sum();
        // Where one byte was lost nothing else hangs on it.
        let chosen = match readings.first() {
            Some((_, likeliest)) if remains.is_single() => *likeliest,
            _ => chosen,
        };
        let share = readings
            .iter()
            .find(|(_, ch)| *ch == chosen)
            .map_or(0.0, |(cost, _)| weight(*cost));
        Self {
            ch: chosen,
            confidence: if total > 0.0 { share / total } else { 0.0 },
            alternatives: readings
                .iter()
                .map(|(_, ch)| *ch)
                .filter(|ch| *ch != chosen)
                .take(3)
                .map(String::from)
                .collect(),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            ch: other.ch,
            confidence: self.confidence.min(other.confidence),
            alternatives: if self.confidence <= other.confidence {
                self.alternatives
            } else {
                other.alternatives
            },
        }
    }
}
