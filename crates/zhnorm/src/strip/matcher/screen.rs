//! A first look at a folded line: can it meet any rule at all?
//!
//! Most lines of an article cannot, and to know that must cost next to nothing. So the two units
//! with which the line begins and ends are looked up in sets that stay in the processor's nearest
//! memory; where inside it a word may begin that points to a rule, the characters'
//! [`traits`](crate::strip::traits) have said already. What these do not rule out is compared with
//! the rules' own words. The screen never says no to a line that meets a rule.

use std::ops::Range;

use super::index::{ENDS, Hint, Index, Word};
use super::is_separator;
use super::lexicon::{Lexicon, Pair, Pairs, Places, head, tail};
use crate::strip::fold::{is_chinese, is_frame};
use crate::strip::folded::{Folded, chars};
use crate::strip::traits::Table;

/// The longest interface word, in characters.
const LONGEST_WORD: usize = 10;

/// A hint word: what it points to, as a range of [`Index::needles`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Needle {
    start: u32,
    end: u32,
    /// The longest line of any of its patterns, in characters, and which of [`ENDS`] it can end
    /// with.
    longest: u32,
    ends: u8,
    /// For how many rules it is a phrase, and the longest line of any of them.
    phrases: u8,
    longest_of_phrases: u32,
}

/// The index of the rules, as lines are looked up in it.
#[derive(Debug)]
pub(super) struct Screen {
    /// How known lines, rows of words and the matches of patterns begin.
    first: Pairs,
    /// How the matches of patterns end.
    last: Pairs,
    /// How hint words begin.
    inside: Pairs,
    /// What characters become, and which of them hint words begin with.
    pub(super) table: Table,
    pub(super) lines: Lexicon<u16>,
    pub(super) words: Lexicon<Word>,
    pub(super) needles: Lexicon<Needle>,
    heads: Places,
    tails: Places,
    /// The fewest phrases that some rule is content with.
    phrases: usize,
    /// No rule looks at a line of more characters.
    longest: usize,
    /// Some pattern asks for every line of at most this length.
    always: usize,
}

impl Screen {
    /// `longest`: the longest line of each rule in characters; `phrases`: the fewest that some rule
    /// is content with.
    pub(super) fn new(index: &Index, longest: &[usize], phrases: usize) -> Self {
        let longest_of_rule = |rule: u16| longest[usize::from(rule)];
        let longest_of = |pattern: u16| longest_of_rule(index.patterns[usize::from(pattern)].rule);
        let lines = Lexicon::new(
            index
                .lines
                .iter()
                .map(|(line, rule)| (line.as_ref(), *rule)),
        );
        let short = |word: &str| word.chars().nth(LONGEST_WORD).is_none();
        let words = index.words.iter().filter(|(word, _)| short(word));
        let words = Lexicon::new(words.map(|(word, of)| (word.as_ref(), *of)));
        let mut start = 0;
        let needles = Lexicon::new(
            index
                .needles
                .chunk_by(|(word, _), (next, _)| word == next)
                .map(|of_word| {
                    let mut needle = Needle {
                        start,
                        end: start + of_word.len() as u32,
                        longest: 0,
                        ends: 0,
                        phrases: 0,
                        longest_of_phrases: 0,
                    };
                    start = needle.end;
                    for (_, hint) in of_word {
                        match *hint {
                            Hint::Phrase(rule) => {
                                let longest = longest_of_rule(rule) as u32;
                                needle.phrases = needle.phrases.saturating_add(1);
                                needle.longest_of_phrases = needle.longest_of_phrases.max(longest);
                            }
                            Hint::Pattern(pattern) => {
                                needle.longest = needle.longest.max(longest_of(pattern) as u32);
                                needle.ends |= index.patterns[usize::from(pattern)].ends;
                            }
                        }
                    }
                    (of_word[0].0.as_ref(), needle)
                }),
        );
        let pair = |first: char, second: char| {
            let mut units = [0; 4];
            let length = first.encode_utf16(&mut units).len();
            if second != '\0' {
                second.encode_utf16(&mut units[length..]);
            }
            (units[0], units[1])
        };
        // Of a pair of characters outside the basic plane the end is turned round.
        let turned = |last: char, before: char| {
            let mut units = [0; 2];
            match last.encode_utf16(&mut units) {
                [high, low] => (*low, *high),
                [last] => {
                    let last = *last;
                    let before = before.encode_utf16(&mut units);
                    (last, before.last().copied().unwrap_or(0))
                }
                _ => (0, 0),
            }
        };
        let heads = index.heads.iter().map(|&(a, b, _)| pair(a, b));
        let heads: Vec<Pair> = heads.collect();
        let tails = index.tails.iter().map(|&(a, b, _)| turned(a, b));
        let tails: Vec<Pair> = tails.collect();
        let begins = lines.pairs().chain(words.pairs());
        let always = index.always.iter().map(|&at| longest_of(at));
        Self {
            first: Pairs::new(begins.chain(heads.iter().copied())),
            last: Pairs::new(tails.iter().copied()),
            inside: Pairs::new(needles.pairs()),
            table: Table::new(needles.pairs()),
            heads: Places::new(&heads),
            tails: Places::new(&tails),
            lines,
            words,
            needles,
            phrases,
            longest: longest.iter().copied().max().unwrap_or(0),
            always: always.max().unwrap_or(0),
        }
    }

    /// Whether a raw line is too long for any rule: so many of its characters are Chinese, none of
    /// which folding takes away.
    pub(super) fn is_too_long(&self, line: &str) -> bool {
        if line.len() <= self.longest * 3 {
            return false;
        }
        // So many bytes that a sum of one byte does not overflow: sixteen are then added at once.
        let han = line.as_bytes().chunks(128).map(|chunk| {
            let leads = chunk
                .iter()
                .map(|byte| u8::from((0xE4..=0xE9).contains(byte)));
            usize::from(leads.sum::<u8>())
        });
        han.sum::<usize>() > self.longest
    }

    /// Whether a folded line of this length, which holds these hint words, may meet a rule.
    pub(super) fn lets_through(&self, units: &[u16], length: usize, hints: &[usize]) -> bool {
        let begins = head(units);
        let ends = tail(units);
        self.first.may_hold(begins)
            || self.first.may_hold((begins.0, 0))
            || self.last.may_hold(ends)
            || self.last.may_hold((ends.0, 0))
            || length <= self.always
            || (!hints.is_empty() && self.hints_suffice(hints, units, length))
            || self.begins_framed(units)
    }

    /// Whether after what frames a line, or is between interface words, something begins that
    /// is known.
    fn begins_framed(&self, units: &[u16]) -> bool {
        let known = |rest: &[u16]| {
            let pair = head(rest);
            self.first.may_hold(pair) || self.first.may_hold((pair.0, 0))
        };
        let frame = count(units, is_frame);
        let core = &units[frame..];
        if frame > 0 && known(core) {
            return true;
        }
        let row = count(core, is_between);
        row > 0 && known(&core[row..])
    }

    /// Whether hint words are those of a rule for a line of this length that ends so.
    fn hints_suffice(&self, hints: &[usize], units: &[u16], length: usize) -> bool {
        let end = end_of(units);
        let mut phrases = 0;
        for &place in hints {
            let needle = self.needles.value(place);
            if needle.longest as usize >= length
                && end.is_none_or(|end| needle.ends & 1 << end != 0)
            {
                return true;
            }
            if needle.longest_of_phrases as usize >= length {
                phrases += usize::from(needle.phrases);
            }
        }
        phrases >= self.phrases
    }

    /// The places of the hint words that a folded line holds, each once.
    pub(super) fn hints(&self, line: &Folded, hints: &mut Vec<usize>) {
        hints.clear();
        let units = line.units();
        line.words(|at| {
            let rest = &units[at..];
            let pair = head(rest);
            if !self.inside.may_hold(pair) && !self.inside.may_hold((pair.0, 0)) {
                return;
            }
            for place in self.needles.starting(rest) {
                if !hints.contains(&place) {
                    hints.push(place);
                }
            }
        });
    }

    /// Where in [`Index::heads`] and [`Index::tails`] the patterns stand that begin or end as a
    /// folded line does.
    pub(super) fn edges(&self, units: &[u16]) -> ([Range<usize>; 2], [Range<usize>; 2]) {
        let both = |places: &Places, pair: Pair| {
            let lone = (pair.0, 0);
            let lone = if lone == pair { 0..0 } else { places.get(lone) };
            [places.get(pair), lone]
        };
        (
            both(&self.heads, head(units)),
            both(&self.tails, tail(units)),
        )
    }
}

impl Needle {
    /// What it points to, in [`Index::needles`].
    pub(super) fn needles(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Which of [`ENDS`] a folded line ends with.
pub(super) fn end_of(units: &[u16]) -> Option<usize> {
    let last = *units.last()?;
    ENDS.iter().position(|&end| end as u32 == u32::from(last))
}

/// What is between the words of a row, and numbers.
pub(super) fn is_between(char: char) -> bool {
    char.is_ascii_digit() || is_separator(char)
}

/// With how many units of such characters a line begins.
fn count(units: &[u16], is: impl Fn(char) -> bool) -> usize {
    match units
        .first()
        .and_then(|&unit| char::from_u32(u32::from(unit)))
    {
        // Nearly all lines.
        Some(char) if is_chinese(char) => 0,
        _ => chars(units)
            .take_while(|&char| is(char))
            .map(char::len_utf16)
            .sum(),
    }
}
