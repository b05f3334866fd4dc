//! A first look at a raw line: can it meet any rule at all?
//!
//! Most lines of an article cannot, and to know that must cost less than folding them. A line is
//! walked once, character by character, for pairs with which a telling word begins; then the pair
//! of characters at its head and the pair at its tail are looked up. Only what is left is folded
//! and compared. The screen never says no to a line that meets a rule; what it cannot judge
//! without folding (pinyin annotations, invisible characters, characters outside the basic plane)
//! it lets through.

use std::ops::Range;

use super::index::{ENDS, Index, Tells};
use super::is_separator;
use crate::strip::fold::{Folding, TONED, fold_of, is_bullet, is_frame, marks, table};

/// Properties of a folded character.
const BEGINS_NEEDLE: u8 = 1;
const ODD: u8 = 2;
const BULLET: u8 = 4;
const FRAME: u8 = 8;
const ENDS_WORD: u8 = 16;
const LONE_WORD: u8 = 32;
const SECOND_OF_NEEDLE: u8 = 64;
const LONE_NEEDLE: u8 = 128;

/// What a pair of folded characters may be part of: lengths are those of the longest line in
/// characters, 0 is nothing.
#[derive(Clone, Debug, Default)]
struct Roles {
    /// The telling words that begin with it.
    needles: Range<u16>,
    /// Lines that begin with it, by what they end with: anything, or one of [`ENDS`].
    heads: [u16; 1 + ENDS.len()],
    tail: u16,
    line_head: u16,
    line_tail: u16,
    begins_word: bool,
}

/// A telling word.
#[derive(Debug)]
struct Needle {
    text: Box<str>,
    /// The longest line of the rule.
    longest: u16,
    /// Which of [`ENDS`] the line can end with.
    ends: u8,
    phrase: bool,
}

/// The screen of an index.
#[derive(Debug)]
pub(super) struct Screen {
    /// By folded character.
    classes: Box<[u8]>,
    /// The same by raw character, which saves folding it.
    raw: Box<[u8]>,
    pairs: Pairs,
    needles: Box<[Needle]>,
    /// The fewest phrases that some rule is content with.
    phrases: usize,
    /// No rule looks at a line of more characters.
    longest: usize,
    /// Some pattern asks for every line of at most this length.
    always: usize,
}

/// Pairs of characters by open addressing.
#[derive(Debug)]
struct Pairs {
    slots: Box<[(u32, Roles)]>,
}

impl Pairs {
    fn with_room_for(pairs: usize) -> Self {
        let slots = (pairs * 2).next_power_of_two().max(64);
        Self {
            slots: vec![(0, Roles::default()); slots].into(),
        }
    }

    /// The slot of a pair, or the empty one where it belongs. Pairs outside the basic plane share
    /// slots; the screen only has to be right when it says no.
    #[inline]
    fn slot(&self, first: char, second: char) -> usize {
        let key = key(first, second);
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B1) >> 12) as usize & mask;
        while self.slots[at].0 != 0 && self.slots[at].0 != key {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn get(&self, first: char, second: char) -> &Roles {
        &self.slots[self.slot(first, second)].1
    }

    fn entry(&mut self, first: char, second: char) -> &mut Roles {
        let slot = self.slot(first, second);
        self.slots[slot].0 = key(first, second);
        &mut self.slots[slot].1
    }
}

/// Whether a telling word may begin with two characters of these classes, or with the first alone:
/// one test for what nearly always is not so.
#[inline]
fn may_begin(first: u8, second: u8) -> bool {
    const { assert!(SECOND_OF_NEEDLE >> 6 == BEGINS_NEEDLE && LONE_NEEDLE >> 7 == BEGINS_NEEDLE) };
    (first & second >> 6 | first >> 7) & BEGINS_NEEDLE != 0
}

/// The character that begins here and its length in bytes, 0 at the end. Nearly all have three,
/// and are put together in a few steps.
#[inline]
fn character(line: &str, at: usize) -> (usize, usize) {
    match line.as_bytes()[at..] {
        [lead, second, third, ..] if lead >> 4 == 0b1110 => {
            let point = usize::from(lead & 0x0F) << 12
                | usize::from(second & 0x3F) << 6
                | usize::from(third & 0x3F);
            (point, 3)
        }
        [lead, ..] if lead.is_ascii() => (usize::from(lead), 1),
        _ => match line[at..].chars().next() {
            Some(char) => (char as usize, char.len_utf8()),
            None => (0, 0),
        },
    }
}

fn key(first: char, second: char) -> u32 {
    (((first as u32) << 16) ^ (second as u32)).max(1)
}

impl Screen {
    /// `longest`: the longest line of each rule in characters; `phrases`: the fewest that some rule
    /// is content with.
    pub(super) fn new(index: &Index, longest: &[usize], phrases: usize) -> Self {
        let longest_of_rule = |rule: u16| clamp(longest[usize::from(rule)]);
        let longest_of = |pattern: u16| longest_of_rule(index.patterns[usize::from(pattern)].rule);
        let mut classes = vec![0_u8; 1 << 16].into_boxed_slice();
        let mut set = |char: char, class: u8| {
            if let Some(of) = classes.get_mut(char as usize) {
                *of |= class;
            }
        };
        for char in TONED.chars().chain(['\0']) {
            set(char, ODD);
        }
        for char in marks() {
            set(char, if is_bullet(char) { BULLET } else { 0 });
            set(char, if is_frame(char) { FRAME } else { 0 });
        }
        let room = index.heads.len()
            + index.tails.len()
            + index.needles.len()
            + 2 * index.lines.len()
            + index.words.len();
        let mut pairs = Pairs::with_room_for(room);
        let mut needles: Vec<Needle> = Vec::with_capacity(index.needles.len());
        for (word, tells) in &index.needles {
            let (first, second) = pair(&mut word.chars());
            set(first, BEGINS_NEEDLE);
            if second == '\0' {
                set(first, LONE_NEEDLE);
            } else {
                set(second, SECOND_OF_NEEDLE);
            }
            // Sorted words that begin alike stand side by side.
            let at = needles.len() as u16;
            let range = &mut pairs.entry(first, second).needles;
            if range.start == range.end {
                range.start = at;
            }
            range.end = at + 1;
            needles.push(match *tells {
                Tells::Phrase(rule) => Needle {
                    text: word.as_ref().into(),
                    longest: longest_of_rule(rule),
                    ends: u8::MAX,
                    phrase: true,
                },
                Tells::Pattern(pattern) => Needle {
                    text: word.as_ref().into(),
                    longest: longest_of(pattern),
                    ends: index.patterns[usize::from(pattern)].ends,
                    phrase: false,
                },
            });
        }
        for &(first, second, pattern) in &index.heads {
            let length = longest_of(pattern);
            let ends = index.patterns[usize::from(pattern)].ends;
            let heads = &mut pairs.entry(first, second).heads;
            heads[0] = heads[0].max(length);
            for (bit, head) in heads[1..].iter_mut().enumerate() {
                if ends & 1 << bit != 0 {
                    *head = (*head).max(length);
                }
            }
        }
        for &(last, before, pattern) in &index.tails {
            let roles = pairs.entry(last, before);
            roles.tail = roles.tail.max(longest_of(pattern));
        }
        for (line, _) in &index.lines {
            let length = clamp(line.chars().count());
            let (first, second) = pair(&mut line.chars());
            let roles = pairs.entry(first, second);
            roles.line_head = roles.line_head.max(length);
            let (last, before) = pair(&mut line.chars().rev());
            let roles = pairs.entry(last, before);
            roles.line_tail = roles.line_tail.max(length);
        }
        for (word, _) in &index.words {
            match pair(&mut word.chars()) {
                (first, '\0') => set(first, LONE_WORD),
                (first, second) => pairs.entry(first, second).begins_word = true,
            }
            if let Some(last) = word.chars().next_back() {
                set(last, ENDS_WORD);
            }
        }
        let always = index.always.iter().map(|&at| usize::from(longest_of(at)));
        let mut raw = classes.clone();
        for (from, &to) in table().iter().enumerate() {
            if from != usize::from(to) {
                raw[from] = classes[usize::from(to)];
            }
        }
        Self {
            classes,
            raw,
            pairs,
            needles: needles.into(),
            phrases,
            longest: longest.iter().copied().max().unwrap_or(0),
            always: always.max().unwrap_or(0),
        }
    }

    /// Whether a raw line may meet a rule.
    pub(super) fn lets_through(&self, line: &str) -> bool {
        // Folding takes no Chinese character away: this is the least length of the folded line.
        let mut han = 0;
        let mut letters = 0;
        // So many bytes that a sum of one byte does not overflow: sixteen are then added at once.
        for chunk in line.as_bytes().chunks(128) {
            let (mut of_han, mut of_letters) = (0_u8, 0_u8);
            for byte in chunk {
                of_han += u8::from((0xE4..=0xE9).contains(byte));
                of_letters += u8::from(byte.is_ascii_alphanumeric());
            }
            han += usize::from(of_han);
            letters += usize::from(of_letters);
        }
        if han <= self.always && self.always > 0 {
            return true;
        }
        if han > self.longest {
            return false;
        }
        // Letters and digits go with pinyin annotations only, and a line with such is let through.
        let shortest = han + letters;
        let mut tail = Folding::of(line.chars().rev()).skip_while(|&char| self.is(char, BULLET));
        let (last, before) = pair(&mut tail);
        let end = ENDS.iter().position(|&end| end == last);
        self.tells(line, shortest, end) || self.by_edges(line, shortest, end, (last, before))
    }

    /// Whether a telling word stands in the line, or folding it takes more than looking at each
    /// character.
    ///
    /// Not inlined: there would be too few registers for the loop.
    #[inline(never)]
    fn tells(&self, line: &str, shortest: usize, end: Option<usize>) -> bool {
        let mut phrases = 0;
        // The character before, and where it stands.
        let (mut first, mut place) = (0, 0);
        let mut at = 0;
        loop {
            let (point, length) = character(line, at);
            let class = self.raw.get(point).copied().unwrap_or(ODD);
            if may_begin(first, class) {
                match self.needles_at(&line[place..], shortest, end) {
                    Some(more) => phrases += more,
                    None => return true,
                }
            }
            if length == 0 {
                return phrases >= self.phrases;
            }
            if class & ODD != 0 {
                return true;
            }
            (first, place) = (class, at);
            at += length;
        }
    }

    /// How many phrases begin where the line goes on like this; `None` if a word does that tells
    /// enough by itself. Few characters come here.
    #[inline(never)]
    fn needles_at(&self, rest: &str, shortest: usize, end: Option<usize>) -> Option<usize> {
        let mut phrases = 0;
        let (first, second) = pair(&mut rest.chars().map(fold_of));
        for second in [second, '\0'] {
            let range = &self.pairs.get(first, second).needles;
            for needle in &self.needles[usize::from(range.start)..usize::from(range.end)] {
                let fits = usize::from(needle.longest) >= shortest
                    && end.is_none_or(|end| needle.ends & 1 << end != 0);
                if fits && stands_at(&needle.text, rest) {
                    if !needle.phrase {
                        return None;
                    }
                    phrases += 1;
                }
            }
            if second == '\0' {
                break;
            }
        }
        Some(phrases)
    }

    /// Whether some interface word ends with a folded character.
    pub(super) fn ends_word(&self, folded: char) -> bool {
        self.is(folded, ENDS_WORD)
    }

    /// The places of the telling words that a folded line holds, each once.
    pub(super) fn told(&self, folded: &str) -> Vec<usize> {
        let mut seen: Vec<usize> = Vec::new();
        for (at, first) in folded.char_indices() {
            if !self.is(first, BEGINS_NEEDLE) {
                continue;
            }
            let rest = &folded[at..];
            let second = rest.chars().nth(1).unwrap_or('\0');
            for second in [second, '\0'] {
                let range = &self.pairs.get(first, second).needles;
                for place in usize::from(range.start)..usize::from(range.end) {
                    if rest.starts_with(&*self.needles[place].text) && !seen.contains(&place) {
                        seen.push(place);
                    }
                }
            }
        }
        seen
    }

    #[inline]
    fn class(&self, folded: char) -> u8 {
        // Outside the basic plane only folding tells.
        self.classes.get(folded as usize).copied().unwrap_or(ODD)
    }

    #[inline]
    fn is(&self, folded: char, class: u8) -> bool {
        self.class(folded) & class != 0
    }

    /// Whether the line begins or ends as a match does. `tail`: its last two characters.
    fn by_edges(
        &self,
        line: &str,
        shortest: usize,
        end: Option<usize>,
        tail: (char, char),
    ) -> bool {
        let fits = |most: u16| most != 0 && usize::from(most) >= shortest;
        let way = end.map_or(0, |end| 1 + end);
        let mut head = Folding::of(line.chars()).skip_while(|&char| self.is(char, BULLET));
        let (first, second) = pair(&mut head);
        if fits(self.pairs.get(first, second).heads[way])
            || fits(self.pairs.get(first, '\0').heads[way])
            || fits(self.pairs.get(tail.0, tail.1).tail)
            || fits(self.pairs.get(tail.0, '\0').tail)
        {
            return true;
        }
        // What is known by its whole text is compared without its frame.
        let framed = |char: &char| self.is(*char, BULLET | FRAME);
        let mut ending = Folding::of(line.chars().rev()).skip_while(framed);
        let (last, before) = pair(&mut ending);
        let mut head = Folding::of(line.chars()).skip_while(framed);
        let (first, second) = pair(&mut head);
        if fits(self.pairs.get(first, second).line_head)
            && (fits(self.pairs.get(last, before).line_tail) || second == '\0')
        {
            return true;
        }
        // A row of interface words ends in one, or in a number or what stands between words.
        let between = |char: char| char.is_ascii_digit() || is_separator(char);
        if !self.is(last, ENDS_WORD) && !between(last) {
            return false;
        }
        let mut row = Folding::of(line.chars()).skip_while(|&char| framed(&char) || between(char));
        let (first, second) = pair(&mut row);
        self.pairs.get(first, second).begins_word
            || (self.is(first, LONE_WORD) && (second == '\0' || between(second)))
    }
}

/// The first two of some characters; NUL where there is none.
#[inline]
fn pair(chars: &mut impl Iterator<Item = char>) -> (char, char) {
    (chars.next().unwrap_or('\0'), chars.next().unwrap_or('\0'))
}

/// Whether a folded word stands at the start of a raw text.
fn stands_at(word: &str, text: &str) -> bool {
    let mut folded = Folding::of(text.chars());
    word.chars().all(|char| folded.next() == Some(char))
}

fn clamp(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
