//! A block of characters: decoded, mapped one by one and written out in one loop without surprises
//! for the branch predictor, which on its way notes the places where a phrase may begin whose
//! output is not that of its characters.

use super::layout::{self, LONGEST_KEY};
use super::sequence;
use super::tables::{
    Characters, Filter, Output, Phrases, Program, code, decode, may_contain, normalized,
};

/// Characters in a block: enough that looking ahead at its end costs little, few enough that
/// everything about it stays in the first-level cache.
const BLOCK: usize = 1024;

/// Output bytes of a block; a block ends early in text that would need more.
const ROOM: usize = 4 * BLOCK + 256;

/// A block may have this many candidates: each character may be one for two reasons.
const CANDIDATES: usize = 2 * BLOCK;

/// The pages of the characters that have three bytes.
const WIDE_PAGES: usize = 0x1_0000 >> 6;

/// An ASCII run from this length on is copied, not walked.
pub(super) const ASCII_RUN: usize = 32;

/// How many characters at the end of a block are left to the next one, since a phrase that
/// begins there may end beyond.
pub(super) const AHEAD: usize = LONGEST_KEY + 1;

/// Set on a candidate that must be looked at whatever the phrase table says.
pub(super) const FORCED: usize = 1 << 15;

/// Characters, from the start of a block of text.
pub(super) struct Block {
    /// How many there are.
    pub(super) count: usize,
    /// The code of each, and [`layout::NO_CODE`] behind the last.
    pub(super) codes: [u16; BLOCK + 2],
    /// The output of each character taken alone.
    pub(super) bytes: [u8; ROOM],
    /// Where each run of characters of equal length begins, and where the last one ends.
    pub(super) runs: [Place; BLOCK + 1],
    /// How many runs there are.
    pub(super) run_count: usize,
    /// The run of the place that was last asked for.
    near: usize,
    /// How many characters do not stay as they are.
    pub(super) changed: usize,
    /// Places, rising, where more than one character may count: the index plus one.
    pub(super) candidates: [u16; CANDIDATES],
    /// How many of them.
    pub(super) candidate_count: usize,
    /// The payload of each candidate's pair.
    pub(super) payloads: [u32; CANDIDATES],
}

/// A place in a block.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// The number of characters before it.
    pub(super) index: u16,
    /// The number of bytes of text before it.
    pub(super) source: u16,
    /// The number of bytes of output before it.
    pub(super) output: u16,
    /// How many bytes of text each character from here to the next run has.
    source_step: u8,
    /// How many bytes of output.
    output_step: u8,
}

impl Place {
    /// The place behind `characters` of the characters here.
    #[inline]
    pub(super) fn behind(self, characters: usize) -> Self {
        Self {
            index: self.index + characters as u16,
            source: self.source + characters as u16 * u16::from(self.source_step),
            output: self.output + characters as u16 * u16::from(self.output_step),
            ..self
        }
    }

    /// The same place, where characters of so many bytes begin.
    #[inline]
    fn with_steps(self, source: usize, output: usize) -> Self {
        Self {
            source_step: source as u8,
            output_step: output as u8,
            ..self
        }
    }
}

impl Block {
    /// An empty block.
    pub(super) fn new() -> Self {
        Self {
            count: 0,
            codes: [0; BLOCK + 2],
            bytes: [0; ROOM],
            runs: [Place::default(); BLOCK + 1],
            run_count: 0,
            near: 0,
            changed: 0,
            candidates: [0; CANDIDATES],
            candidate_count: 0,
            payloads: [0; CANDIDATES],
        }
    }

    /// Decodes and maps characters of a text until the block is full.
    #[inline(never)]
    pub(super) fn fill(&mut self, program: &Program, text: &[u8]) {
        let filter = program.filter;
        let mut place = Place::default();
        let mut pair = u32::from(layout::NO_CODE);
        self.candidate_count = 0;
        self.changed = 0;
        self.run_count = 0;
        self.near = 0;
        while usize::from(place.index) < BLOCK {
            let mut run = place.with_steps(3, 3);
            let mut count = self.fill_wide(program, filter, text, place, &mut pair);
            let mut long = false;
            if count == 0 {
                let rest = &text[usize::from(place.source)..];
                let Some(first) = rest.first() else {
                    break;
                };
                if first.is_ascii() {
                    // What is long enough for `skip_ascii` is left to it.
                    long = rest.get(..AHEAD + ASCII_RUN).is_some_and(<[u8]>::is_ascii);
                    let most = if long { AHEAD + 1 } else { rest.len() };
                    run = place.with_steps(1, 1);
                    count = self.fill_ascii(filter, &rest[..most], place, &mut pair);
                } else if let Some((source, output)) =
                    self.fill_other(program, filter, text, place, &mut pair)
                {
                    run = place.with_steps(source, output);
                    count = 1;
                } else {
                    break;
                }
            }
            self.runs[self.run_count] = run;
            self.run_count += 1;
            place = run.behind(count);
            if long {
                break;
            }
        }
        self.runs[self.run_count] = place;
        self.count = usize::from(place.index);
        self.codes[self.count] = layout::NO_CODE;
        self.codes[self.count + 1] = layout::NO_CODE;
    }

    /// Adds characters of three bytes that stay or become other characters of three bytes, as
    /// long as there are such, and gives their number.
    #[inline]
    fn fill_wide(
        &mut self,
        program: &Program,
        filter: &Filter,
        text: &[u8],
        place: Place,
        pair: &mut u32,
    ) -> usize {
        let Characters { index, pages } = program.whole.characters;
        let Some(index) = index.first_chunk::<WIDE_PAGES>() else {
            return 0;
        };
        let start = usize::from(place.index);
        let sources = text[usize::from(place.source)..].as_chunks::<3>().0;
        let outputs = self.bytes[usize::from(place.output)..]
            .as_chunks_mut::<3>()
            .0;
        let codes = &mut self.codes[start..BLOCK];
        let mut last = *pair;
        let mut changed = 0;
        let mut candidates = self.candidate_count;
        let mut number = start;
        for ((source, output), code) in sources.iter().zip(outputs).zip(codes) {
            // One comparison for two: with any lead byte that is not one of three this is no
            // number of a page below `WIDE_PAGES`.
            let page = (usize::from(source[0]) << 6)
                .wrapping_add(usize::from(source[1]))
                .wrapping_sub((0xE0 << 6) + 0x80);
            let Some(number_of_page) = index.get(page) else {
                break;
            };
            let low = usize::from(source[2] & 0x3F);
            let entry = pages
                .get(usize::from(u16::from_le_bytes(*number_of_page)))
                .map_or(layout::SPECIAL, |page| u32::from_le_bytes(page[low]));
            if entry & layout::SPECIAL != 0 {
                break;
            }
            let [bytes @ .., flags] = entry.to_le_bytes();
            *output = bytes;
            changed += usize::from(flags);
            last = last << 16 | (page << 6 | low) as u32;
            *code = last as u16;
            self.candidates[candidates % CANDIDATES] = number as u16;
            candidates += usize::from(may_contain(filter, last));
            number += 1;
        }
        *pair = last;
        self.changed += changed;
        self.candidate_count = candidates;
        number - start
    }

    /// Adds ASCII characters, as long as there are such, and gives their number.
    fn fill_ascii(&mut self, filter: &Filter, text: &[u8], place: Place, pair: &mut u32) -> usize {
        let start = usize::from(place.index);
        let outputs = &mut self.bytes[usize::from(place.output)..];
        let codes = &mut self.codes[start..BLOCK];
        let mut number = start;
        for ((source, output), code) in text.iter().zip(outputs).zip(codes) {
            if !source.is_ascii() {
                break;
            }
            *output = *source;
            *pair = *pair << 16 | u32::from(*source);
            *code = u16::from(*source);
            self.candidates[self.candidate_count % CANDIDATES] = number as u16;
            self.candidate_count += usize::from(may_contain(filter, *pair));
            number += 1;
        }
        number - start
    }

    /// Adds any character and gives its length and that of its output; `None` if there is none, or
    /// no room for it.
    fn fill_other(
        &mut self,
        program: &Program,
        filter: &Filter,
        text: &[u8],
        place: Place,
        pair: &mut u32,
    ) -> Option<(usize, usize)> {
        let (at, output) = (usize::from(place.source), usize::from(place.output));
        let (character, length) = decode(text, at)?;
        let becomes = program.whole.character(character);
        let bytes = becomes
            .as_ref()
            .map_or(&text[at..at + length], Output::bytes);
        // The characters that follow are sure of four bytes each.
        let index = usize::from(place.index);
        if output + bytes.len() + 4 * (BLOCK - index) > ROOM {
            return None;
        }
        self.bytes
            .get_mut(output..output + bytes.len())?
            .copy_from_slice(bytes);
        let code = code(normalized(character));
        self.codes[index] = code;
        self.changed += usize::from(becomes.is_some());
        *pair = *pair << 16 | u32::from(code);
        if may_contain(filter, *pair) {
            self.note(index);
        }
        if sequence::parts(character) > 0 {
            self.note((index + 1) | FORCED);
        }
        Some((length, bytes.len()))
    }

    fn note(&mut self, candidate: usize) {
        self.candidates[self.candidate_count % CANDIDATES] = candidate as u16;
        self.candidate_count += 1;
    }

    /// Looks up the pair of each candidate and keeps those where a phrase that is not plain, a
    /// description sequence or a meeting of two steps is likely. Doing it for all of them before any is resolved lets
    /// the processor wait for many places of the memory at once, and leaves little to guess.
    #[inline(never)]
    pub(super) fn look_up(&mut self, phrases: Phrases, may_trigger: impl Fn(u32) -> bool) {
        let mut kept = 0;
        for number in 0..self.candidate_count.min(CANDIDATES) {
            let candidate = self.candidates[number];
            let second = usize::from(candidate) & !FORCED;
            let forced = usize::from(candidate) & FORCED != 0;
            let codes = second
                .checked_sub(1)
                .and_then(|first| self.codes.get(first..first + 3));
            let Some(&[first, second, third]) = codes else {
                continue;
            };
            let pair = layout::pair(first, second);
            let payload = phrases.payload(pair);
            let phrase = phrases.may_change(payload, third);
            self.candidates[kept] = candidate;
            self.payloads[kept] = payload;
            kept += usize::from(phrase | forced | may_trigger(pair));
        }
        self.candidate_count = kept;
    }

    /// The first place from `index` on at which a piece begins: a phrase, or a character that is in
    /// none. `free` is such a place, not behind `index`.
    ///
    /// Phrases are taken from left to right, each as long as it can be, so whether one begins at a
    /// place hangs on all that stand before it. But going back, two characters are soon found that
    /// no phrase joins, and from there the way forward is short.
    pub(super) fn boundary(&self, phrases: &Phrases, free: usize, index: usize) -> usize {
        let codes = self.codes.get(..self.count).unwrap_or_default();
        let joins = |at: usize| match codes.get(at - 1..=at) {
            Some(&[before, after]) => phrases.may_join(layout::pair(before, after)),
            _ => false,
        };
        let mut at = index;
        while at > free && joins(at) {
            at -= 1;
        }
        while at < index {
            at += match codes.get(at..) {
                Some(rest @ [first, second, ..]) => phrases
                    .longest(*first, *second, |ahead| rest.get(ahead).copied())
                    .map_or(1, |found| found.characters),
                _ => 1,
            };
        }
        at
    }

    /// Where the character `index` begins. It is quick when the last one asked for was near.
    pub(super) fn place(&mut self, index: usize) -> Place {
        while self.near > 0 && usize::from(self.runs[self.near].index) > index {
            self.near -= 1;
        }
        while self.near < self.run_count && usize::from(self.runs[self.near + 1].index) <= index {
            self.near += 1;
        }
        let run = self.runs[self.near];
        run.behind(index - usize::from(run.index))
    }

    /// How many of the characters from `from` to `to` do not stay as they are.
    pub(super) fn changed(&mut self, text: &[u8], from: Place, to: Place) -> usize {
        let mut changed = 0;
        let mut at = self.place(usize::from(from.index));
        while at.index < to.index {
            let run_end = self
                .runs
                .get(self.near + 1)
                .map_or(to.index, |run| run.index);
            let next = at.behind(usize::from(run_end.min(to.index) - at.index));
            let source = text.get(usize::from(at.source)..usize::from(next.source));
            let output = self
                .bytes
                .get(usize::from(at.output)..usize::from(next.output));
            let (Some(source), Some(output)) = (source, output) else {
                break;
            };
            changed += source
                .chunks_exact(usize::from(at.source_step).max(1))
                .zip(output.chunks_exact(usize::from(at.output_step).max(1)))
                .filter(|(source, output)| source != output)
                .count();
            at = self.place(usize::from(next.index));
        }
        changed
    }
}
