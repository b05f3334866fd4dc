//! A block of characters: decoded, mapped one by one and written out in one loop without surprises
//! for the branch predictor, which on its way notes the places where a phrase may begin whose
//! output is not that of its characters.

use super::layout::{self, LONGEST_KEY};
use super::program::Program;
use super::sequence;
use super::tables::{Characters, Filter, Output, Phrases, code, decode, may_contain, normalized};

/// A block of so many characters is full: enough that looking ahead at its end costs little, few
/// enough that everything about it stays in the first-level cache.
const FULL: usize = BLOCK - SPARE;

/// Characters that a block has room for, and candidates.
const BLOCK: usize = 1024;

/// So many more characters than make a block full may be added at once, and so many more
/// candidates noted than there are characters.
const SPARE: usize = 64;

/// ASCII characters are added so many at a time.
const ASCII_STEP: usize = 8;

/// Output bytes of a block; a block ends early in text that would need more.
const ROOM: usize = 4 * BLOCK + 256;

/// A block may have this many runs of characters of equal length; it ends early in text that
/// would need more. A block is filled with zeros for each text, however short, so it is small.
const RUNS: usize = 256;

/// The pages of the characters that have three bytes.
const WIDE_PAGES: usize = 0x1_0000 >> 6;

/// An ASCII run from this length on is copied, not walked.
pub(super) const ASCII_RUN: usize = 32;

/// How many characters at the end of a block are left to the next one, since a phrase that
/// begins there may end beyond.
pub(super) const AHEAD: usize = LONGEST_KEY + 1;

/// Characters, from the start of a block of text.
pub(super) struct Block {
    /// How many there are.
    pub(super) count: usize,
    /// The code of each, and [`layout::NO_CODE`] after the last.
    pub(super) codes: [u16; BLOCK + 2],
    /// The output of each character taken alone.
    pub(super) bytes: [u8; ROOM],
    /// Where each run of characters of equal length begins, and where the last one ends.
    pub(super) runs: [Position; RUNS + 1],
    /// How many runs there are.
    pub(super) run_count: usize,
    /// The run of the place that was last asked for.
    near: usize,
    /// How many characters do not stay as they are.
    pub(super) changed: usize,
    /// Whether there are description characters among them.
    operators: bool,
    /// Places, rising, where more than one character may count.
    pub(super) candidates: [u16; BLOCK],
    /// How many of them.
    pub(super) candidate_count: usize,
    /// The payload of each candidate's pair.
    pub(super) payloads: [u32; BLOCK],
}

/// A place in a block.
#[derive(Clone, Copy, Default)]
pub(super) struct Position {
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

impl Position {
    /// The position after `characters` more characters of this run.
    #[inline]
    pub(super) fn advanced_by(self, characters: usize) -> Self {
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
            runs: [Position::default(); RUNS + 1],
            run_count: 0,
            near: 0,
            changed: 0,
            operators: false,
            candidates: [0; BLOCK],
            candidate_count: 0,
            payloads: [0; BLOCK],
        }
    }

    /// Decodes and maps characters of a text until the block is full, and notes for candidates the
    /// characters that may open a pair in the filter: where few do (see [`Program::few_open`]) all
    /// that do, otherwise those that open one, up to collisions of the filter.
    #[inline(never)]
    pub(super) fn fill<const FEW_OPEN: bool>(&mut self, program: &Program, text: &[u8]) {
        let mut place = Position::default();
        let mut last = u32::from(layout::NO_CODE);
        self.candidate_count = 0;
        self.operators = false;
        self.changed = 0;
        self.run_count = 0;
        self.near = 0;
        // A character that is noted may be noted again with the wide one after it.
        while usize::from(place.index) < FULL
            && self.run_count + 1 < RUNS
            && self.candidate_count < usize::from(place.index) + SPARE
        {
            let wide = self.fill_wide::<FEW_OPEN>(program, text, place, &mut last);
            if wide > 0 {
                place = self.add_run(place.with_steps(3, 3), wide);
            }
            let rest = &text[usize::from(place.source)..];
            let (ascii, long) = self.fill_ascii::<FEW_OPEN>(rest, place);
            if ascii > 0 {
                place = self.add_run(place.with_steps(1, 1), ascii);
                last = u32::from(layout::NO_CODE);
                if long {
                    break;
                }
            } else if wide == 0 {
                let other = self.fill_other::<FEW_OPEN>(program, text, place, &mut last);
                let Some((source, output)) = other else {
                    break;
                };
                place = self.add_run(place.with_steps(source, output), 1);
            }
        }
        self.runs[self.run_count] = place;
        self.count = usize::from(place.index);
        self.codes[self.count] = layout::NO_CODE;
        self.codes[self.count + 1] = layout::NO_CODE;
    }

    /// Adds a run of so many characters, and gives the position after it.
    #[inline]
    fn add_run(&mut self, run: Position, count: usize) -> Position {
        self.runs[self.run_count] = run;
        self.run_count += 1;
        run.advanced_by(count)
    }

    /// Adds characters of three bytes that stay or become other characters of three bytes, as
    /// long as there are such, and gives their number.
    // By itself, so that all of the processor's registers are the loop's.
    #[inline(never)]
    fn fill_wide<const FEW_OPEN: bool>(
        &mut self,
        program: &Program,
        text: &[u8],
        place: Position,
        last: &mut u32,
    ) -> usize {
        let Characters { index, pages } = program.whole.characters;
        let Some(index) = index.first_chunk::<WIDE_PAGES>() else {
            return 0;
        };
        let filter = program.filter;
        let start = usize::from(place.index);
        let sources = text[usize::from(place.source)..].as_chunks::<3>().0;
        let outputs = self.bytes[usize::from(place.output)..]
            .as_chunks_mut::<3>()
            .0;
        let codes = &mut self.codes[start..FULL];
        let mut pair = *last;
        let mut flags = 0;
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
            let [bytes @ .., _] = entry.to_le_bytes();
            *output = bytes;
            flags += entry >> 24;
            let character = (page << 6 | low) as u32;
            *code = character as u16;
            if FEW_OPEN {
                self.candidates[candidates % BLOCK] = number as u16;
                candidates += usize::from(entry & layout::OPENS != 0);
            } else {
                pair = pair << 16 | character;
                self.candidates[candidates % BLOCK] = number.wrapping_sub(1) as u16;
                candidates += usize::from(may_contain(filter, pair));
            }
            number += 1;
        }
        if FEW_OPEN {
            // The sum has one for each character that changes, and two for each that opens a pair.
            flags -= 2 * (candidates - self.candidate_count) as u32;
        }
        self.changed += flags as usize;
        self.candidate_count = candidates;
        *last = pair;
        number - start
    }

    /// Adds ASCII characters, as long as there are such, and gives their number. With it comes
    /// whether so many follow that they are left to `skip_ascii`.
    #[inline]
    fn fill_ascii<const FEW_OPEN: bool>(&mut self, text: &[u8], place: Position) -> (usize, bool) {
        let (start, output) = (usize::from(place.index), usize::from(place.output));
        let mut count = self.add_ascii::<FEW_OPEN>(text, start, output);
        if count == ASCII_STEP {
            while start + count < FULL {
                let rest = &text[count..];
                if count > AHEAD && rest.get(..ASCII_RUN).is_some_and(<[u8]>::is_ascii) {
                    return (count, true);
                }
                let added = self.add_ascii::<FEW_OPEN>(rest, start + count, output + count);
                count += added;
                if added < ASCII_STEP {
                    break;
                }
            }
        }
        (count, false)
    }

    /// Adds at most [`ASCII_STEP`] ASCII characters, at a place in the block and in its output, and
    /// gives their number.
    #[inline]
    fn add_ascii<const FEW_OPEN: bool>(
        &mut self,
        text: &[u8],
        start: usize,
        output: usize,
    ) -> usize {
        const HIGH: u64 = u64::from_ne_bytes([0x80; ASCII_STEP]);
        let eight = if let Some(eight) = text.first_chunk() {
            *eight
        } else {
            // Bytes after the end of the text are set to a value that is no ASCII.
            let mut eight = [0xFF; ASCII_STEP];
            eight[..text.len()].copy_from_slice(text);
            eight
        };
        // What is no ASCII is written over by what comes next.
        self.bytes[output..output + ASCII_STEP].copy_from_slice(&eight);
        self.codes[start..start + ASCII_STEP].copy_from_slice(&eight.map(u16::from));
        let word = u64::from_le_bytes(eight);
        let wide = word & HIGH;
        if !FEW_OPEN {
            // With capital letters the bit below the highest is set, the one below that is not.
            let ascii = !wide & wide.wrapping_sub(1);
            let mut capitals = word << 1 & !(word << 2) & HIGH & ascii;
            while capitals != 0 {
                self.note(start + (capitals.trailing_zeros() / 8) as usize);
                capitals &= capitals - 1;
            }
        }
        (wide.trailing_zeros() / 8) as usize
    }

    /// Adds any character and gives its length and that of its output; `None` if there is none, or
    /// no room for it.
    #[inline(never)]
    fn fill_other<const FEW_OPEN: bool>(
        &mut self,
        program: &Program,
        text: &[u8],
        place: Position,
        last: &mut u32,
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
        self.codes[index] = code(normalized(character));
        self.changed += usize::from(becomes.is_some());
        self.operators |= is_operator(self.codes[index]);
        let pair = *last << 16 | u32::from(self.codes[index]);
        if !FEW_OPEN && *last as u16 != layout::NO_CODE && may_contain(program.filter, pair) {
            self.note(index.wrapping_sub(1));
        }
        // It may open a pair, but is not to be noted again when that is found.
        self.note(index);
        *last = u32::from(layout::NO_CODE);
        Some((length, bytes.len()))
    }

    fn note(&mut self, candidate: usize) {
        self.candidates[self.candidate_count % BLOCK] = candidate as u16;
        self.candidate_count += 1;
    }

    /// Finds the candidates of a block: characters where a phrase that is not plain or a meeting of
    /// two steps is likely, and description characters. First those that the filter of character
    /// pairs lets pass, then those of them whose pair is known. Doing one for all of them before
    /// the other lets the processor wait for many places of the memory at once, and leaves little
    /// to guess.
    pub(super) fn look_up(&mut self, program: &Program) {
        if program.few_open {
            self.screen(program.filter);
        }
        let phrases = program.whole.phrases;
        match (self.operators, program.chain.map(|chain| chain.triggers)) {
            (false, None) => self.look_up_pairs(phrases, |_| false),
            (false, Some(triggers)) => {
                self.look_up_pairs(phrases, |pair| triggers.may_contain(pair));
            }
            (true, triggers) => self.look_up_pairs(phrases, |pair| {
                is_operator((pair >> 16) as u16)
                    || triggers.is_some_and(|triggers| triggers.may_contain(pair))
            }),
        }
    }

    /// Keeps of the candidates those that the filter lets pass, and description characters.
    #[inline(never)]
    fn screen(&mut self, filter: &Filter) {
        let mut kept = 0;
        for number in 0..self.candidate_count.min(BLOCK) {
            let candidate = self.candidates[number];
            let first = usize::from(candidate);
            let Some(&[first, second]) = self.codes.get(first..first + 2) else {
                continue;
            };
            self.candidates[kept] = candidate;
            let passes = may_contain(filter, layout::pair(first, second));
            kept += usize::from(passes | is_operator(first));
        }
        self.candidate_count = kept;
    }

    /// Keeps of the candidates those whose pair, and third character, may count.
    #[inline(never)]
    fn look_up_pairs(&mut self, phrases: Phrases, always: impl Fn(u32) -> bool) {
        let mut kept = 0;
        for number in 0..self.candidate_count.min(BLOCK) {
            let candidate = self.candidates[number];
            let first = usize::from(candidate);
            let Some(&[first, second, third]) = self.codes.get(first..first + 3) else {
                continue;
            };
            let pair = layout::pair(first, second);
            let payload = phrases.payload(pair);
            let phrase = phrases.may_change(payload, third);
            self.candidates[kept] = candidate;
            self.payloads[kept] = payload;
            kept += usize::from(phrase | always(pair));
        }
        self.candidate_count = kept;
    }

    /// The first place from `index` on at which a piece begins: a phrase, or a character that is in
    /// none. `free` is such a place, at or before `index`.
    ///
    /// Phrases are taken from left to right, each as long as it can be, so whether one begins at a
    /// place depends on all before it. But going back, two characters are soon found that
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
    pub(super) fn place(&mut self, index: usize) -> Position {
        while self.near > 0 && usize::from(self.runs[self.near].index) > index {
            self.near -= 1;
        }
        while self.near < self.run_count && usize::from(self.runs[self.near + 1].index) <= index {
            self.near += 1;
        }
        let run = self.runs[self.near];
        run.advanced_by(index - usize::from(run.index))
    }

    /// How many of the characters from `from` to `to` do not stay as they are.
    pub(super) fn changed(&mut self, text: &[u8], from: Position, to: Position) -> usize {
        let mut changed = 0;
        let mut at = self.place(usize::from(from.index));
        while at.index < to.index {
            let run_end = self
                .runs
                .get(self.near + 1)
                .map_or(to.index, |run| run.index);
            let next = at.advanced_by(usize::from(run_end.min(to.index) - at.index));
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

/// Whether a code is that of a description character.
#[inline]
pub(super) fn is_operator(code: u16) -> bool {
    sequence::parts(u32::from(code)) > 0
}
