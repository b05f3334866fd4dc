//! Many characters at a time.
//!
//! A block of characters is decoded, mapped one by one and written out in one loop without
//! surprises for the branch predictor; on the way a filter of character pairs notes the places
//! where a phrase may begin whose output is not that of its characters. Those places, a small part
//! of them all, are then looked at one after the other. Most phrases of a text are not among them,
//! since their output is right already; they matter only where one of them covers a place that is
//! looked at, which is found out there and then (see [`Block::boundary`]).

use std::cell::RefCell;

use super::Conversion;
use super::block::{AHEAD, ASCII_RUN, Block, Position, is_operator};
use super::chain::Meeting;
use super::exact::Exact;
use super::layout::{self, LONGEST_ASCII_OPENING};
use super::program::Program;
use super::tables::Match;

/// Converts a text; the number of places changed comes with it.
pub(super) fn convert<'t>(program: &'t Program, text: &'t [u8]) -> Conversion {
    let mut run = Run {
        program,
        text,
        exact: Exact::new(program, text),
        output: None,
        changed: 0,
    };
    let mut by_blocks = |block: &mut Block| {
        let mut at = 0;
        while at < text.len() {
            at = run.skip_ascii(at);
            if program.few_open {
                block.fill::<true>(program, &text[at..]);
            } else {
                block.fill::<false>(program, &text[at..]);
            }
            block.look_up(program);
            at = run.resolve(block, at);
        }
    };
    // A new block is 15 kB to clear, which takes longer than to convert a headline.
    thread_local! {
        static BLOCK: RefCell<Box<Block>> = RefCell::new(Box::new(Block::new()));
    }
    BLOCK.with(|block| match block.try_borrow_mut() {
        Ok(mut block) => by_blocks(&mut block),
        Err(_) => by_blocks(&mut Block::new()),
    });
    Conversion {
        output: run.output,
        changed: run.changed,
    }
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
        let rest = &self.text[at..];
        if !rest.get(..ASCII_RUN).is_some_and(<[u8]>::is_ascii) {
            return at;
        }
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
    #[inline(never)]
    fn resolve(&mut self, block: &mut Block, start: usize) -> usize {
        let whole = &self.program.whole;
        let count = block.count;
        let text = &self.text[start..];
        let block_end = block.runs[block.run_count];
        let at_end = usize::from(block_end.source) == text.len();
        let limit = if at_end {
            count
        } else {
            count - AHEAD.min(count)
        };
        self.changed += block.changed;
        // Characters before `free` are resolved; output before `written` is in `self.output`.
        let (mut free, mut written) = (0, 0);
        let mut next = None;
        for number in 0..block.candidate_count {
            let index = usize::from(block.candidates[number]);
            if index < free {
                continue;
            }
            if index >= limit {
                break;
            }
            if !is_operator(block.codes[index]) {
                let codes = &block.codes[index..count];
                let phrase = whole
                    .phrases
                    .longest_of(block.payloads[number], |ahead| codes.get(ahead).copied());
                let pair = layout::pair(block.codes[index], block.codes[index + 1]);
                // The phrase that counts here and the reading that has its value; none where both
                // steps have to be taken.
                let found = match (phrase, &self.program.chain) {
                    // The block already has the output of the single characters.
                    (Some(Match { key: None, .. }), _) => continue,
                    (Some(phrase), _) => Some((phrase, whole)),
                    (None, Some(chain)) if chain.triggers.contains(pair) => {
                        match chain.meeting(&whole.phrases, codes) {
                            Meeting::Apart => continue,
                            Meeting::Unsure => None,
                            Meeting::Phrase(phrase) => Some((phrase, &chain.second)),
                        }
                    }
                    (None, _) => continue,
                };
                free = block.boundary(&whole.phrases, free, index);
                if free > index {
                    continue;
                }
                if let Some((Match { characters, key }, reading)) = found {
                    free = index + characters;
                    if let Some(key) = key {
                        let (from, to) = (block.place(index), block.place(free));
                        let value = reading.value(key);
                        self.put(block, start, from, to, None, value, &mut written);
                    }
                    continue;
                }
            }
            let from = block.place(index);
            let end = self.exact.next(start + usize::from(from.source)) - start;
            free = index + 1;
            while free < count && usize::from(block.place(free).source) < end {
                free += 1;
            }
            let to = block.place(free);
            let beyond = (usize::from(to.source) < end).then_some(end);
            let value = std::mem::take(&mut self.exact.output);
            self.put(block, start, from, to, beyond, &value, &mut written);
            self.exact.output = value;
            if let Some(end) = beyond {
                next = Some(start + end);
                break;
            }
        }
        if !at_end && free < limit {
            free = block.boundary(&whole.phrases, free, limit);
        }
        let end = block.place(free.max(limit));
        self.changed -= block.changed(text, end, block_end);
        self.flush(block, start, end, written);
        next.unwrap_or(start + usize::from(end.source))
    }

    /// Writes `value` over the output from one place to another. If the text it replaces
    /// ends after the block, `beyond` is that end, counted from the start of the block.
    #[allow(clippy::too_many_arguments)]
    fn put(
        &mut self,
        block: &mut Block,
        start: usize,
        from: Position,
        to: Position,
        beyond: Option<usize>,
        value: &[u8],
        written: &mut usize,
    ) {
        let output = usize::from(from.output)..usize::from(to.output);
        if beyond.is_none() && block.bytes.get(output.clone()) == Some(value) {
            return;
        }
        let text = &self.text[start..];
        let source = usize::from(from.source)..beyond.unwrap_or(usize::from(to.source));
        self.changed -= block.changed(text, from, to);
        self.changed += usize::from(text[source] != *value);
        if beyond.is_none()
            && value.len() == output.len()
            && let Some(room) = block.bytes.get_mut(output.clone())
        {
            // What `changed` makes of these characters from now on is never asked.
            room.copy_from_slice(value);
            return;
        }
        let whole = self.output.get_or_insert_with(|| begin(self.text, start));
        whole.extend_from_slice(&block.bytes[*written..output.start]);
        whole.extend_from_slice(value);
        *written = output.end;
    }

    /// Writes out what is not yet written of the output before a place.
    fn flush(&mut self, block: &Block, start: usize, end: Position, written: usize) {
        let bytes = &block.bytes[written..usize::from(end.output).max(written)];
        if self.output.is_none() {
            if self.text[start..start + usize::from(end.source)] == *bytes {
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
