//! One place at a time, as `OpenCC` does it: segmentation, then each step within the segment.
//!
//! This is the definition that the fast path keeps to. It is asked at a place where the text so
//! far has been converted completely, and converts up to the next place of which that is true:
//! one character, one phrase, one description sequence, or, where the second step of a chain
//! joins what the first step made of several pieces, all of those pieces. The fast path asks it
//! only where the steps of a chain may interact; the listing path asks it everywhere.

use super::chain::Chain;
use super::program::Program;
use super::tables::{Lookahead, Match, Reading, code, decode, normalized};
use super::{layout, sequence};

/// A character between the two steps of a chain.
struct Between {
    character: u32,
    /// Where in the text the piece begins that the first step made this character of, when it is
    /// the first character of the piece.
    source: Option<usize>,
}

/// Converts a text piece by piece.
pub(super) struct Exact<'t> {
    program: &'t Program,
    text: &'t [u8],
    /// What the last piece became.
    pub(super) output: Vec<u8>,
    /// A stretch of text in which the segmentation finds no phrase, up to where it was looked.
    unmatched: std::ops::Range<usize>,
    /// Whether a phrase, or the end of the text, follows the stretch.
    ended: bool,
    between: Vec<Between>,
    /// How many characters of `between` the second step has taken.
    taken: usize,
    /// Where the first step goes on.
    source: usize,
}

impl<'t> Exact<'t> {
    /// Begins a text. The calls to [`Exact::next`] must give rising places.
    pub(super) fn new(program: &'t Program, text: &'t [u8]) -> Self {
        Self {
            program,
            text,
            output: Vec::new(),
            unmatched: 0..0,
            ended: false,
            between: Vec::new(),
            taken: 0,
            source: 0,
        }
    }

    /// Converts the piece at the byte `at`, which is before the end of the text, into
    /// `self.output`, and gives the end of the piece.
    pub(super) fn next(&mut self, at: usize) -> usize {
        self.output.clear();
        let program = self.program;
        match &program.chain {
            Some(chain) if self.is_unmatched(at) => self.both_steps(chain, at),
            _ => self.only_step(at),
        }
    }

    /// What a configuration without a chain does, and one with a chain where the segmentation
    /// finds a phrase: its value for the whole chain is known.
    fn only_step(&mut self, at: usize) -> usize {
        let whole = &self.program.whole;
        if let Some(end) = sequence_end(self.text, at) {
            self.output.extend_from_slice(&self.text[at..end]);
            return end;
        }
        if let Some((found, end)) = longest(whole, self.text, at) {
            match found.key {
                Some(key) => self.output.extend_from_slice(whole.value(key)),
                None => self.one_by_one(at, end),
            }
            return end;
        }
        let end = at + decode(self.text, at).map_or(1, |(_, length)| length);
        self.one_by_one(at, end);
        end
    }

    /// Appends what the characters from `at` to `end` become when nothing joins them.
    fn one_by_one(&mut self, mut at: usize, end: usize) {
        while at < end
            && let Some((character, length)) = decode(self.text, at)
        {
            match self.program.whole.character(character) {
                Some(output) => self.output.extend_from_slice(output.bytes()),
                None => self.output.extend_from_slice(&self.text[at..at + length]),
            }
            at += length;
        }
    }

    /// The second step over what the first step gives, until a piece of both ends.
    fn both_steps(&mut self, chain: &Chain, at: usize) -> usize {
        self.between.clear();
        self.taken = 0;
        self.source = at;
        while self.fill(chain, 0) {
            self.second_step(chain);
            match self.between.get(self.taken) {
                None => break,
                Some(Between {
                    source: Some(source),
                    ..
                }) => return *source,
                Some(_) => {}
            }
        }
        self.source
    }

    /// Converts one phrase, sequence or character that the second step has before it.
    fn second_step(&mut self, chain: &Chain) {
        let first = self.between[self.taken].character;
        if sequence::parts(first) > 0 {
            let mut ahead = 0;
            let length = sequence::complete(|| {
                let there = self.fill(chain, ahead);
                ahead += 1;
                there.then(|| self.between[self.taken + ahead - 1].character)
            });
            if let Some(length) = length {
                for _ in 0..length {
                    let character = self.between[self.taken].character;
                    push(&mut self.output, character);
                    self.taken += 1;
                }
                return;
            }
        }
        let second = &chain.second;
        if self.fill(chain, 1) {
            let following = self.between[self.taken + 1].character;
            let found = second
                .phrases
                .longest(code(first), code(following), |ahead| {
                    self.fill(chain, ahead)
                        .then(|| code(self.between[self.taken + ahead].character))
                });
            if let Some(found) = found {
                match found.key {
                    Some(key) => self.output.extend_from_slice(second.value(key)),
                    None => {
                        for ahead in 0..found.characters {
                            let character = self.between[self.taken + ahead].character;
                            self.second_character(second, character);
                        }
                    }
                }
                self.taken += found.characters;
                return;
            }
        }
        self.second_character(second, first);
        self.taken += 1;
    }

    fn second_character(&mut self, second: &Reading, character: u32) {
        match second.character(character) {
            Some(output) => self.output.extend_from_slice(output.bytes()),
            None => push(&mut self.output, character),
        }
    }

    /// Takes first steps until the character `ahead` of the second step is there; `false` when
    /// the segment ends before.
    fn fill(&mut self, chain: &Chain, ahead: usize) -> bool {
        while self.between.len() <= self.taken + ahead {
            if !self.first_step(chain) {
                return false;
            }
        }
        true
    }

    /// Takes one first step; `false` at the end of the segment.
    fn first_step(&mut self, chain: &Chain) -> bool {
        let at = self.source;
        if !self.is_unmatched(at) {
            return false;
        }
        if let Some(end) = sequence_end(self.text, at) {
            self.put_sequence(at, end);
            return true;
        }
        if chain.first_has_phrases
            && let Some((found, end)) = self.longest_in_segment(&chain.first, at)
        {
            match found.key {
                Some(key) => self.put_characters(Some(at), chain.first.value(key)),
                None => self.put_one_by_one(&chain.first, at, end),
            }
            self.source = end;
            return true;
        }
        let end = at + decode(self.text, at).map_or(1, |(_, length)| length);
        self.put_one_by_one(&chain.first, at, end);
        true
    }

    /// The longest phrase at `at` that ends within the segment.
    fn longest_in_segment(&mut self, reading: &Reading, at: usize) -> Option<(Match, usize)> {
        let (found, end) = longest(reading, self.text, at)?;
        if self.look_to(end) {
            return Some((found, end));
        }
        // The segment ends first: only what is in it counts.
        longest(reading, &self.text[..self.unmatched.end], at)
    }

    /// Puts a description sequence between the steps, untouched.
    fn put_sequence(&mut self, at: usize, end: usize) {
        let mut from = at;
        while from < end
            && let Some((character, length)) = decode(self.text, from)
        {
            self.between.push(Between {
                character,
                source: (from == at).then_some(at),
            });
            from += length;
        }
        self.source = end;
    }

    /// Puts what the first step makes of single characters between the steps, as one piece.
    fn put_one_by_one(&mut self, first: &Reading, at: usize, end: usize) {
        let mut from = at;
        while from < end
            && let Some((character, length)) = decode(self.text, from)
        {
            let character = normalized(character);
            match first.character(character) {
                Some(output) => self.put_characters((from == at).then_some(at), output.bytes()),
                None => self.between.push(Between {
                    character,
                    source: (from == at).then_some(at),
                }),
            }
            from += length;
        }
        self.source = end;
    }

    /// Puts what the first step made of the piece that begins at `source` between the steps.
    fn put_characters(&mut self, mut source: Option<usize>, string: &[u8]) {
        let mut at = 0;
        while let Some((character, length)) = decode(string, at) {
            self.between.push(Between {
                character,
                source: source.take(),
            });
            at += length;
        }
    }

    /// Whether the segmentation finds no phrase at `at`, and the text does not end there.
    fn is_unmatched(&mut self, at: usize) -> bool {
        if !(self.unmatched.start..=self.unmatched.end).contains(&at) {
            self.unmatched = at..at;
            self.ended = false;
        }
        at < self.unmatched.end || self.look_beyond(at)
    }

    /// Looks on until the unmatched stretch reaches beyond `at`; `false` when it ends before.
    fn look_beyond(&mut self, at: usize) -> bool {
        while self.unmatched.end <= at && !self.ended {
            let here = self.unmatched.end;
            let Some((_, length)) = decode(self.text, here) else {
                self.ended = true;
                break;
            };
            if let Some(end) = sequence_end(self.text, here) {
                self.unmatched.end = end;
            } else if longest(&self.program.whole, self.text, here).is_some() {
                self.ended = true;
            } else {
                self.unmatched.end = here + length;
            }
        }
        at < self.unmatched.end
    }

    /// Whether the unmatched stretch reaches to `end`.
    fn look_to(&mut self, end: usize) -> bool {
        end == 0 || self.look_beyond(end - 1)
    }
}

/// Appends a character as UTF-8.
fn push(output: &mut Vec<u8>, character: u32) {
    let character = char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER);
    output.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Where the complete description sequence at `at` ends, if there is one.
fn sequence_end(text: &[u8], at: usize) -> Option<usize> {
    // All description characters open with these two bytes.
    if text.get(at..at + 2) != Some(&[0xE2, 0xBF]) {
        return None;
    }
    let mut end = at;
    sequence::complete(|| {
        let (character, length) = decode(text, end)?;
        end += length;
        Some(character)
    })?;
    Some(end)
}

/// The longest phrase of a reading at a byte of a text, and where it ends.
fn longest(reading: &Reading, text: &[u8], at: usize) -> Option<(Match, usize)> {
    let (first, length) = decode(text, at)?;
    let (second, _) = decode(text, at + length)?;
    let pair = layout::pair(code(normalized(first)), code(normalized(second)));
    let payload = reading.phrases.payload(pair);
    // With most pairs nothing opens; the characters that follow need not be read.
    if payload == 0 {
        return None;
    }
    let mut codes = Lookahead::new(text, at);
    let found = reading
        .phrases
        .longest_of(payload, |index| codes.get(index))?;
    // The key may be the pair alone, which has not been read yet.
    codes.get(found.characters - 1)?;
    Some((found, codes.end(found.characters)))
}
