//! What a document says elsewhere, which tells what it says where bytes were lost.
//!
//! A term of a text occurs in it more than once, and seldom is the same byte of it lost each time.
//! So the characters that were restored without a guess are remembered by twos and threes.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::punctuation::is_line_end;
use super::reading::Reading;
use super::search::{Remains, Script};

use zhnorm_lang::characters::is_basic_han;

/// What a reading gains whose pair, or three characters, the document has elsewhere.
const PAIR: f32 = 1.0;
const THREE: f32 = 2.0;

/// Fewer marks at the ends of lines say nothing.
const FEW_AT_ENDS: usize = 8;

/// Characters that are learnt from; more say nothing new.
const ENOUGH: usize = 200_000;

/// Marks of full width.
fn is_mark(ch: char) -> bool {
    matches!(ch, '\u{3001}'..='\u{3011}' | '！'..='／' | '：'..='？' | '“' | '”' | '—' | '…')
}

/// A few characters in one number, 21 bits each.
fn key<const N: usize>(characters: [char; N]) -> u64 {
    (characters.iter()).fold(0, |key, ch| key << 21 | u64::from(u32::from(*ch)))
}

/// Spreads such a number. Each lost byte asks some hundred times, which a hash that withstands an
/// attacker takes longer for than all else that is asked; an attacker gains nothing by collisions
/// among [`ENOUGH`] characters that must be Chinese.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        let product = u128::from(key ^ 0x2545_F491_4F6C_DD1D) * 0x9E37_79B9_7F4A_7C15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

type Keys = HashSet<u64, BuildHasherDefault<Spread>>;

/// Marks that were counted.
#[derive(Debug, Default)]
struct Marks {
    counts: HashMap<char, usize>,
    /// How many there are of each family.
    all: HashMap<u32, usize>,
}

impl Marks {
    fn take(&mut self, mark: char) {
        *self.counts.entry(mark).or_default() += 1;
        *self.all.entry(family(mark)).or_default() += 1;
    }

    /// How many there are of the mark, and of its family.
    fn of(&self, mark: char) -> (usize, usize) {
        let count = self.counts.get(&mark).copied();
        let all = self.all.get(&family(mark)).copied();
        (count.unwrap_or(0), all.unwrap_or(0))
    }
}

/// What is left of a mark of which the last byte is lost: 。 and 、 are rivals, 。 and ， are not. Some are
/// lost more often than others (the byte 80 is never whole), so each family is counted by itself.
fn family(mark: char) -> u32 {
    u32::from(mark) >> 6
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    pairs: Keys,
    threes: Keys,
    /// How often the document has each mark, within lines and at their ends.
    marks: [Marks; 2],
    characters: HashMap<char, usize>,
    learnt: usize,
    /// Lost bytes with which ASCII must have been swallowed.
    swallowed: usize,
    /// How often a digit follows an ideograph, and how often a space is between.
    digits: [usize; 2],
    /// The script of what is certain.
    pub(super) script: Script,
}

impl Vocabulary {
    /// Learns what is certain in a reading, which is followed by `after`.
    pub(super) fn learn(&mut self, reading: &Reading, after: char) {
        let guesses = reading.written().iter().filter_map(|one| one.guess);
        self.swallowed += guesses.filter(Remains::is_swallowing).count();
        let written = reading.written().iter();
        let written = written.map(|one| (one.ch, one.guess.is_none(), one.damaged));
        self.learn_all(written.chain([(after, true, false)]));
    }

    /// Learns a text that was restored without a guess, and is followed by `after`.
    pub(super) fn learn_text(&mut self, text: &str, after: char) {
        let written = text.chars().map(|ch| (ch, true, true));
        self.learn_all(written.chain([(after, true, false)]));
    }

    /// Learns characters, of each of which is known whether it is certain and whether it was damaged.
    fn learn_all(&mut self, characters: impl Iterator<Item = (char, bool, bool)>) {
        let mut last = [None, None];
        let mut mark = None;
        // What was seen since an ideograph: nothing, or a space.
        let mut since: Option<usize> = None;
        for (ch, is_certain, was_damaged) in characters {
            if self.learnt > ENOUGH {
                return;
            }
            if let Some(mark) = mark.take() {
                let marks = &mut self.marks[usize::from(is_line_end(ch))];
                marks.take(mark);
            }
            mark = Some(ch).filter(|ch| is_certain && was_damaged && is_mark(*ch));
            since = match (ch, since) {
                ('0'..='9', Some(spaces)) => {
                    self.digits[spaces] += 1;
                    None
                }
                (' ', Some(0)) => Some(1),
                _ => (is_certain && is_basic_han(ch)).then_some(0),
            };
            let ch = (is_certain && is_basic_han(ch)).then_some(ch);
            if let (Some(second), Some(ch)) = (last[1], ch) {
                self.pairs.insert(key([second, ch]));
                if let Some(first) = last[0] {
                    self.threes.insert(key([first, second, ch]));
                }
            }
            if let (Some(ch), true) = (ch, was_damaged) {
                *self.characters.entry(ch).or_default() += 1;
                self.script.take(ch);
                self.learnt += 1;
            }
            last = [last[1], ch];
        }
    }

    /// What a character in front of `next` costs, of which the model says `cost`: documents differ in their
    /// marks (`．` for `。`, `，` at the ends of verses) and terms more than a model of all text knows.
    pub(super) fn own_cost(&self, ch: char, next: Option<char>, cost: f32) -> f32 {
        /// So few marks say nothing, and so few characters.
        const FEW: usize = 20;
        /// How often a mark may have been there that was not seen.
        const UNSEEN: f32 = 0.2;
        const FEW_CHARACTERS: usize = 200;
        /// How much of the text is as the document has it elsewhere.
        const SHARE: f32 = 0.1;
        if !is_mark(ch) {
            let count = self.times(ch);
            if count == 0 || self.learnt < FEW_CHARACTERS {
                return cost;
            }
            let here = count as f32 / self.learnt as f32;
            return -((1.0 - SHARE) * (-cost).exp() + SHARE * here).ln();
        }
        let [within, at_ends] = &self.marks;
        let of_end = at_ends.of(ch);
        let (count, all) = match next {
            Some(next) if is_line_end(next) && of_end.1 >= FEW_AT_ENDS => of_end,
            _ => within.of(ch),
        };
        if all + of_end.1 < FEW {
            return cost;
        }
        let count = if count == 0 { UNSEEN } else { count as f32 };
        let own = ((all as f32 + 1.0) / count).ln();
        cost.min(2.0 + own) + 0.5 * own
    }

    /// How often an ideograph was restored without a guess.
    pub(super) fn times(&self, ch: char) -> usize {
        self.characters.get(&ch).copied().unwrap_or(0)
    }

    /// Whether the document tells which marks its lines end with, so that the model need not.
    pub(super) fn knows_end(&self, ch: char, next: char) -> bool {
        is_mark(ch) && is_line_end(next) && self.marks[1].of(ch).1 >= FEW_AT_ENDS
    }

    /// Whether the decoder swallows ASCII with a lost byte, so that it loses none in front of a line's end.
    pub(super) fn tells_swallowing(&self) -> bool {
        /// Fewer may be mistakes of the search.
        const FEW: usize = 3;
        self.swallowed >= FEW
    }

    /// What a digit costs more behind an ideograph than the model says: some writers put a space between.
    pub(super) fn digit_cost(&self) -> f32 {
        let [joined, spaced] = self.digits.map(|count| count as f32 + 1.0);
        (spaced / joined).ln().clamp(-2.0, 4.0)
    }

    /// What speaks for a character between others.
    pub(super) fn bonus(
        &self,
        before: [Option<char>; 2],
        ch: char,
        after: [Option<char>; 2],
    ) -> f32 {
        if self.pairs.is_empty() {
            return 0.0;
        }
        let pair = |first: Option<char>, second: Option<char>| {
            let pair = first.zip(second);
            pair.is_some_and(|(first, second)| self.pairs.contains(&key([first, second])))
        };
        let three = |first: Option<char>, second: Option<char>, third: Option<char>| match (
            first, second, third,
        ) {
            (Some(first), Some(second), Some(third)) => {
                self.threes.contains(&key([first, second, third]))
            }
            _ => false,
        };
        let [second_last, last] = before;
        let [next, second_next] = after;
        let here = Some(ch);
        let mut bonus = 0.0;
        if pair(last, here) || pair(here, next) {
            bonus += PAIR;
        }
        if three(second_last, last, here)
            || three(last, here, next)
            || three(here, next, second_next)
        {
            bonus += THREE;
        }
        bonus
    }
}
