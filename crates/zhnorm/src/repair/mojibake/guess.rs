//! A character of which a byte was lost: the likeliest of those that fit, and how sure that is.

use zhnorm_lang::characters::is_basic_han;
use zhnorm_lang::context::{Context, UNITS_PER_NAT};
use zhnorm_lang::folding;

use super::frame;
use super::likelihood::{Before, share};
use super::punctuation::Sentence;
use super::search::{Readings, Remains, Script};
use super::swallowed;
use super::vocabulary::Vocabulary;

/// How far the differences between readings of a lost byte can be trusted: with this the confidence of
/// guesses is the share of them that is right. It and the weights below, and those of
/// [`super::punctuation`], were fitted together by logistic regression on half of the documents of
/// `cargo xtask eval repair lost`; the other half is what is reported.
const CERTAINTY: f32 = 0.66;
/// How much each of these counts beside what the model says of a character after those before it: what
/// the document makes of that, that it has the same characters elsewhere, the script, the next two
/// characters, the words, how common the character is, and how often the document has it.
const OWN: f32 = 0.88;
const ELSEWHERE: f32 = 2.15;
const SCRIPT: f32 = 2.3;
const NEXT: f32 = 0.83;
const SECOND_NEXT: f32 = 0.6;
const WORDS: f32 = 0.38;
const RARITY: f32 = -0.2;
const TIMES: f32 = -0.46;
/// Readings of a lost byte, the likeliest after what is before it, of which it is asked whether what
/// follows fits them.
const LOOKED_AT: usize = 96;
/// Those of which it is asked whether they make words.
const DIVIDED: usize = 24;
/// What is further behind the best than this, in nats, is not asked further: nothing that comes after
/// it makes it the likeliest. What comes after a character says more of it than what is before.
const BEHIND_BEFORE: f32 = 12.0;
const BEHIND: f32 = 10.0;
/// What a mark costs beside words.
const OTHER: f32 = 3.0;

/// The ideographs around a lost byte up to the next other character: the words that they make say more
/// than the two characters on each side that the model sees.
pub(super) struct Clause {
    /// Folded; the place of the lost one holds 0.
    characters: [u16; 2 * Self::REACH + 1],
    length: usize,
    place: usize,
}

impl Clause {
    /// Characters that are looked at on each side.
    const REACH: usize = 5;

    /// `before` is the text in front of the lost character, `after` are the characters behind it.
    pub(super) fn around(before: &str, after: impl Iterator<Item = char>) -> Self {
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

/// What follows a character of which a byte was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// What is there.
    Known,
    /// An ASCII character that was swallowed and is not known. The byte was not 80, which the decoder reads as
    /// €.
    Unsaid,
    /// The same, unless the byte was 80, which is lost alone.
    UnsaidUnless80,
}

/// What is around a lost byte.
pub(super) struct Surroundings {
    pub(super) context: Before,
    pub(super) clause: Clause,
    pub(super) before: [Option<char>; 2],
    pub(super) after: [Option<char>; 2],
    /// Two marks in a row end the character, so its second byte was 80.
    pub(super) is_doubled: bool,
    pub(super) follows: Follows,
    /// What a digit costs more behind an ideograph than the model says, in this document.
    pub(super) digit: f32,
    pub(super) sentence: Sentence,
    /// Nothing else hangs on which it is.
    pub(super) is_free: bool,
}

impl Surroundings {
    /// What a character costs after what is before it, in this document.
    fn before(&self, ch: char, script: Script, known: &Vocabulary) -> f32 {
        let model = self.context.cost(ch);
        let own = known.own_cost(ch, self.after[0], model) - model;
        let rarity = if is_basic_han(ch) { share(ch) } else { 0.0 };
        model + OWN * own - ELSEWHERE * known.bonus(self.before, ch, self.after)
            + SCRIPT * script.cost(ch, true)
            + RARITY * rarity
            + TIMES * (known.times(ch) as f32).ln_1p()
            + self.sentence.cost(ch)
    }

    /// What it costs to go on behind a character with which another was swallowed.
    fn followed(&self, ch: char) -> f32 {
        /// What it costs to have a byte that the decoder does not lose.
        const NEVER_LOST: f32 = 20.0;
        /// What it costs a character of a frame to swallow another.
        const SWALLOWING: f32 = 3.0;
        if frame::is_frame(ch) {
            // Its arms tell, and the model knows nothing of it.
            return if swallowed::ends_in_80(ch) {
                0.0
            } else {
                SWALLOWING
            };
        }
        match (swallowed::ends_in_80(ch), self.follows) {
            (true, Follows::UnsaidUnless80) => {
                let mut context = self.context.after(ch);
                let next = self.after.into_iter().map_while(|next| next);
                next.map(|next| context.read(next)).sum()
            }
            (true, _) => NEVER_LOST,
            (false, _) => self.unsaid(ch, self.after).0,
        }
    }

    /// See [`swallowed::unsaid`].
    pub(super) fn unsaid(&self, ch: char, next: [Option<char>; 2]) -> (f32, char) {
        swallowed::unsaid(self.context.after(ch), next, self.digit)
    }

    /// What was swallowed where damaged text follows and syntax does not say what was between: no decoder
    /// loses a byte in front of it, so something was.
    pub(super) fn between(&self, ch: char, next: [Option<char>; 2], before: &str) -> Option<char> {
        let is_sign = |ch: char| matches!(ch, '\u{2190}'..='\u{2BFF}');
        let following = next[0]?;
        let of_frame = frame::before(following, next[1]);
        if of_frame.is_some() {
            return of_frame;
        }
        if is_sign(following) || is_sign(ch) && before.ends_with(' ') {
            return Some(' ');
        }
        Some(self.unsaid(ch, next).1)
    }
}

/// A character chosen among those that fit the bytes which are left.
pub(super) struct Guess {
    pub(super) ch: char,
    pub(super) confidence: f32,
    pub(super) alternatives: Vec<String>,
}

/// So many are kept to be named, however far behind the best they are.
const NAMED: usize = 4;

/// Keeps those that are not far behind the best, so many of them at most, and the one that was chosen.
fn keep_likeliest(readings: &mut Vec<(f32, char)>, most: usize, behind: f32, chosen: char) {
    if readings.len() <= NAMED {
        return;
    }
    let (_, named, _) = readings.select_nth_unstable_by(NAMED - 1, |a, b| a.0.total_cmp(&b.0));
    let named = named.0;
    let best = readings.iter().map(|(cost, _)| *cost);
    let limit = named.max(best.fold(f32::INFINITY, f32::min) + behind);
    readings.retain(|(cost, ch)| *cost <= limit || *ch == chosen);
    if readings.len() > most {
        readings.select_nth_unstable_by(most, |a, b| a.0.total_cmp(&b.0));
        if let Some(at) = readings.iter().position(|(_, ch)| *ch == chosen) {
            readings.swap(at, at.min(most - 1));
        }
        readings.truncate(most);
    }
}

impl Guess {
    pub(super) fn at(
        remains: Remains,
        place: &Surroundings,
        chosen: char,
        script: Script,
        known: &Vocabulary,
        readings: &Readings,
    ) -> Self {
        let mut readings: Vec<(f32, char)> = (readings.of(&remains).iter())
            .filter(|(ch, _)| !place.is_doubled || (u32::from(*ch) >> 6).trailing_zeros() >= 6)
            .map(|&(ch, _)| (place.before(ch, script, known), ch))
            .collect();
        // What follows is asked of those that fit what is before, and the words of those that fit both.
        keep_likeliest(&mut readings, LOOKED_AT, BEHIND_BEFORE, chosen);
        let [next, second_next] = place.after;
        if place.follows != Follows::Known {
            for (cost, ch) in &mut readings {
                *cost += NEXT * place.followed(*ch);
            }
        } else if let Some(next) = next {
            for (cost, ch) in &mut readings {
                if !known.knows_end(*ch, next) {
                    *cost += NEXT * place.context.after(*ch).cost(next);
                }
            }
            keep_likeliest(&mut readings, LOOKED_AT, BEHIND, chosen);
            if let Some(second_next) = second_next {
                for (cost, ch) in &mut readings {
                    if !known.knows_end(*ch, next) {
                        let context = place.context.after(*ch).after(next);
                        *cost += SECOND_NEXT * context.cost(second_next);
                    }
                }
            }
        }
        keep_likeliest(&mut readings, DIVIDED, BEHIND, chosen);
        for (cost, ch) in &mut readings {
            *cost += place.clause.cost(*ch);
        }
        readings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let best = readings.first().map_or(0.0, |(cost, _)| *cost);
        let weight = |cost: f32| (CERTAINTY * (best - cost)).exp();
        let total: f32 = readings.iter().map(|(cost, _)| weight(*cost)).sum();
        let chosen = match readings.first() {
            Some((_, likeliest)) if place.is_free => *likeliest,
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

    pub(super) fn and(self, other: Self) -> Self {
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
