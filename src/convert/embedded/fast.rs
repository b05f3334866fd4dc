//! Many characters at a time.
//!
//! A block of characters is decoded, mapped one by one and written out in one loop without
//! surprises for the branch predictor; on the way a filter of character pairs notes the places
//! where more than one character may count. Those places, a small part of them all, are then
//! resolved one after the other, and the few whose outcome differs from what was written are
//! written over.

use super::Conversion;
use super::exact::{Exact, is_operator};
use super::layout::{self, LONGEST_ASCII_OPENING, LONGEST_KEY};
use super::tables::{Output, Program, code, decode, normalized};

/// Characters in a block: enough that looking ahead at its end costs little, few enough that
/// everything about it stays in the first-level cache.
const BLOCK: usize = 1024;

/// Output bytes of a block; a block ends early in text that would need more.
const ROOM: usize = 4 * BLOCK;

/// An ASCII run from this length on is copied, not walked.
const ASCII_RUN: usize = 32;

/// How many characters at the end of a block are left to the next one, since a phrase that
/// begins there may end beyond.
const AHEAD: usize = LONGEST_KEY + 1;

/// Set on a candidate that must be looked at whatever the phrase table says.
const FORCED: u16 = 1 << 15;

/// Set on an offset of output whose character does not stay as it is.
const CHANGED: u16 = 1 << 15;

/// Characters, from the start of a block of text.
struct Block {
    /// How many there are.
    count: usize,
    /// The code of each.
    codes: [u16; BLOCK],
    /// Where each begins in the text, from the start of the block, and where the last ends.
    sources: [u16; BLOCK + 1],
    /// Where the output of each begins, and where the last ends; with [`CHANGED`].
    outputs: [u16; BLOCK + 1],
    /// The output of each character taken alone.
    bytes: [u8; ROOM + 16],
    /// Places, rising, where more than one character may count: the index plus one.
    candidates: [u16; BLOCK],
    /// How many of them.
    candidate_count: usize,
}

/// Converts a text; the number of places changed comes with it.
pub(super) fn convert<'t>(program: &'t Program, text: &'t [u8]) -> Conversion {
    let mut run = Run {
        program,
        text,
        exact: Exact::new(program, text),
        output: None,
        changed: 0,
    };
    let mut block = Block {
        count: 0,
        codes: [0; BLOCK],
        sources: [0; BLOCK + 1],
        outputs: [0; BLOCK + 1],
        bytes: [0; ROOM + 16],
        candidates: [0; BLOCK],
        candidate_count: 0,
    };
    let mut at = 0;
    while at < text.len() {
        at = run.skip_ascii(at);
        block.fill(program, text, at);
        at = run.resolve(&mut block, at);
    }
    Conversion {
        output: run.output,
        changed: run.changed,
    }
}

impl Block {
    /// Decodes and maps characters from `start` until the block is full.
    fn fill(&mut self, program: &Program, text: &[u8], start: usize) {
        let (mut at, mut count, mut output, mut candidates) = (start, 0, 0, 0);
        let mut pair = u32::from(layout::NO_CODE);
        let index = program.whole.characters.index;
        let pages = program.whole.characters.pages;
        let filter = program.filter;
        let mut ascii = 0;
        while count < BLOCK && output < ROOM {
            if let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk::<4>) {
                let word = u32::from_le_bytes(*bytes);
                if word & 0xF0 == 0xE0 {
                    let page = (word & 0x0F) << 6 | word >> 8 & 0x3F;
                    let low = word >> 16 & 0x3F;
                    let number = usize::from(u16::from_le_bytes(index[page as usize]));
                    let entry = pages
                        .get(number)
                        .map_or(0, |page| u32::from_le_bytes(page[low as usize]));
                    if entry & layout::SPECIAL == 0 {
                        let bytes = if entry == 0 {
                            word & layout::LOW
                        } else {
                            entry
                        };
                        if let Some(room) = self.bytes.get_mut(output..output + 4) {
                            room.copy_from_slice(&bytes.to_le_bytes());
                        }
                        let code = page << 6 | low;
                        self.codes[count] = code as u16;
                        self.sources[count] = (at - start) as u16;
                        self.outputs[count] = output as u16 | u16::from(entry != 0) << 15;
                        pair = pair << 16 | code;
                        self.candidates[candidates & (BLOCK - 1)] = count as u16;
                        candidates += usize::from(filter.may_contain(pair));
                        count += 1;
                        output += 3;
                        at += 3;
                        ascii = 0;
                        continue;
                    }
                }
            }
            let Some((character, length)) = decode(text, at) else {
                break;
            };
            let entry = program.whole.characters.entry(character);
            let source = &text[at..at + length];
            let out = if entry & layout::SPECIAL == 0 {
                (entry != 0).then(|| Output::Three(entry.to_le_bytes()))
            } else {
                (entry & layout::REPLACED != 0).then(|| Output::String(program.whole.string(entry)))
            };
            let bytes = out.as_ref().map_or(source, Output::bytes);
            if let Some(room) = self.bytes.get_mut(output..output + bytes.len()) {
                room.copy_from_slice(bytes);
            }
            let code = code(normalized(character));
            self.codes[count] = code;
            self.sources[count] = (at - start) as u16;
            self.outputs[count] = output as u16 | u16::from(out.is_some()) << 15;
            pair = pair << 16 | u32::from(code);
            if filter.may_contain(pair) && candidates < BLOCK {
                self.candidates[candidates] = count as u16;
                candidates += 1;
            }
            if is_operator(entry) && candidates < BLOCK {
                self.candidates[candidates] = (count + 1) as u16 | FORCED;
                candidates += 1;
            }
            count += 1;
            output += bytes.len();
            at += length;
            ascii = if length == 1 { ascii + 1 } else { 0 };
            if ascii == AHEAD && is_ascii_run(text, at) {
                break;
            }
        }
        self.sources[count] = (at - start) as u16;
        self.outputs[count] = output as u16;
        self.count = count;
        self.candidate_count = candidates.min(BLOCK);
    }

    /// Where the output of the character `index` begins.
    fn output(&self, index: usize) -> usize {
        usize::from(self.outputs[index] & !CHANGED)
    }

    /// Where the character `index` begins in the text, from the start of the block.
    fn source(&self, index: usize) -> usize {
        usize::from(self.sources[index])
    }
}

/// Whether a long ASCII run begins at a byte.
fn is_ascii_run(text: &[u8], at: usize) -> bool {
    text.get(at..at + ASCII_RUN).is_some_and(<[u8]>::is_ascii)
}

/// The state of a conversion between blocks.
struct Run<'t> {
    program: &'t Program,
    text: &'t [u8],
    exact: Exact<'t>,
    /// The output so far; `None` as long as it is the text itself.
    output: Option<Vec<u8>>,
    changed: usize,
}

impl Run<'_> {
    /// Copies a long ASCII run at `at`, but for the end, where a key may begin.
    fn skip_ascii(&mut self, at: usize) -> usize {
        if !is_ascii_run(self.text, at) {
            return at;
        }
        let rest = &self.text[at..];
        let mut length = ASCII_RUN;
        for chunk in rest[ASCII_RUN..].chunks(256) {
            if !chunk.is_ascii() {
                length += chunk.iter().take_while(|byte| byte.is_ascii()).count();
                break;
            }
            length += chunk.len();
        }
        if length < rest.len() {
            length -= LONGEST_ASCII_OPENING;
        }
        if let Some(output) = &mut self.output {
            output.extend_from_slice(&rest[..length]);
        }
        at + length
    }

    /// Resolves the candidates of a block that begins at `start` and writes it out; gives the
    /// place where the next block begins.
    fn resolve(&mut self, block: &mut Block, start: usize) -> usize {
        let whole = self.program.whole;
        let count = block.count;
        let at_end = start + block.source(count) == self.text.len();
        let limit = if at_end {
            count
        } else {
            count - AHEAD.min(count)
        };
        // Characters before `free` are resolved; output before `written` is in `self.output`.
        let (mut free, mut written) = (0, 0);
        let mut next = None;
        for number in 0..block.candidate_count {
            let candidate = block.candidates[number];
            let forced = candidate & FORCED != 0;
            let Some(index) = usize::from(candidate & !FORCED).checked_sub(1) else {
                continue;
            };
            if index < free {
                continue;
            }
            if index >= limit {
                break;
            }
            if !forced {
                let codes = &block.codes[index..count];
                let found = match codes {
                    [first, second, ..] => whole
                        .phrases
                        .longest(*first, *second, |ahead| codes.get(ahead).copied()),
                    _ => None,
                };
                if let Some(found) = found {
                    let end = index + found.characters;
                    if let Some(key) = found.key {
                        let source = start + block.source(end);
                        self.put(
                            block,
                            start,
                            index..end,
                            source,
                            whole.value(key),
                            &mut written,
                        );
                    }
                    free = end;
                    continue;
                }
                let interacts = match (&self.program.chain, codes) {
                    (Some(chain), [first, second, ..]) => {
                        chain.triggers.contains(layout::pair(*first, *second))
                    }
                    _ => false,
                };
                if !interacts {
                    continue;
                }
            }
            let source = self.exact.next(start + block.source(index));
            let mut end = index + 1;
            while end < count && start + block.source(end) < source {
                end += 1;
            }
            let value = std::mem::take(&mut self.exact.output);
            self.put(block, start, index..end, source, &value, &mut written);
            self.exact.output = value;
            free = end;
            if start + block.source(end) < source {
                next = Some(source);
                break;
            }
        }
        let end = free.max(limit);
        self.flush(block, start, end, written);
        self.changed += block.outputs[..end]
            .iter()
            .map(|output| usize::from(output >> 15))
            .sum::<usize>();
        next.unwrap_or(start + block.source(end))
    }

    /// Writes `value` over the output of the characters `place`, whose source ends at `source`.
    fn put(
        &mut self,
        block: &mut Block,
        start: usize,
        place: std::ops::Range<usize>,
        source: usize,
        value: &[u8],
        written: &mut usize,
    ) {
        let (from, to) = (block.output(place.start), block.output(place.end));
        let before = &self.text[start + block.source(place.start)..source];
        let in_block = start + block.source(place.end) == source;
        if in_block && block.bytes.get(from..to) == Some(value) {
            return;
        }
        for output in &mut block.outputs[place] {
            *output &= !CHANGED;
        }
        self.changed += usize::from(before != value);
        if in_block
            && value.len() == to - from
            && let Some(room) = block.bytes.get_mut(from..to)
        {
            room.copy_from_slice(value);
            return;
        }
        let output = self.output.get_or_insert_with(|| begin(self.text, start));
        output.extend_from_slice(&block.bytes[*written..from]);
        output.extend_from_slice(value);
        *written = to;
    }

    /// Writes out what is not yet written of the characters before `end`.
    fn flush(&mut self, block: &Block, start: usize, end: usize, written: usize) {
        let bytes = &block.bytes[written..block.output(end).max(written)];
        if self.output.is_none() {
            if self.text[start..start + block.source(end)] == *bytes {
                return;
            }
            self.output = Some(begin(self.text, start));
        }
        if let Some(output) = &mut self.output {
            output.extend_from_slice(bytes);
        }
    }
}

/// The output of a text that stays as it is up to `start`.
fn begin(text: &[u8], start: usize) -> Vec<u8> {
    // Conversion hardly changes the length; a little room spares the copy of a growing vector.
    let mut output = Vec::with_capacity(text.len() + text.len() / 32 + 64);
    output.extend_from_slice(&text[..start]);
    output
}
