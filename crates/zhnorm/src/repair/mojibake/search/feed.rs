//! Bytes into characters: what was given back to the charset that it was read in is fed to the
//! decoder of the charset that it was written in, byte by byte and step by step.

use super::loss::{Loss, Pending, Place, Remains, whole};
use super::{Charset, Effort, Habit, Hypothesis, LOST, Search, UNKNOWN, is_border, is_mark};

impl Search<'_> {
    /// Reads a mark as the bytes that it represents.
    pub(super) fn mark(
        &mut self,
        from: &Hypothesis,
        mark: char,
        following: char,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        let at_end = following == '\n';
        let trailing = if is_mark(following) {
            None
        } else {
            let code = self.chain.read_as().code(following);
            code.and_then(|code| code.bytes().first().copied())
        };
        // What is healthy begins after a mark of Chinese, nearly always.
        let may_end = self.effort == Effort::Wide || at_end || is_border(following);
        for losses in self.decoder.losses(mark, trailing, at_end) {
            if *losses == [Loss::AtEnd] && !may_end {
                continue;
            }
            let mut losing = *from;
            losing.cost += LOST * losses.len() as f32;
            if from.is_settled() {
                losing.cost += LOST;
            }
            match *losses {
                [one] => {
                    losing.ended = one == Loss::AtEnd;
                    self.byte(&losing, 0, Place::Lost(one), end, next);
                }
                [first, second] => {
                    let mut half = self.taken();
                    self.byte(&losing, 0, Place::Lost(first), end, &mut half);
                    for hypothesis in &half {
                        self.byte(hypothesis, 0, Place::Lost(second), end, next);
                    }
                    self.spare.push(half);
                }
                _ => {}
            }
        }
    }

    /// Completes a character of which the last byte was lost without a mark.
    pub(super) fn fill(
        &mut self,
        from: &Hypothesis,
        loss: Loss,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        let is_last = match (self.chain.undo[0].written_in, from.pending[0].places()) {
            (Charset::Utf8, [Place::Known(0xE0..=0xEF), Place::Known(_)]) => true,
            (Charset::Utf8, _) => false,
            (_, places) => places.len() == 1,
        };
        if is_last && from.pending[1].is_empty() && self.may_double(end) {
            let mut losing = *from;
            losing.cost += LOST;
            self.byte(&losing, 0, Place::Lost(loss), end, next);
        }
    }

    /// Feeds the bytes of a character.
    pub(super) fn character(
        &mut self,
        from: &Hypothesis,
        bytes: &[u8],
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        if self.is_direct && from.pending[0].lost() == 0 {
            next.extend(self.followed(from, bytes, end));
        } else {
            self.bytes(from, 0, bytes, end, next);
        }
    }

    /// Feeds bytes of which none is lost, where they are read in one way at most: the short way
    /// through [`Self::bytes`].
    fn followed(&mut self, from: &Hypothesis, bytes: &[u8], end: u32) -> Option<Hypothesis> {
        let charset = self.chain.undo[0].written_in;
        let mut current = *from;
        let mut waiting = from.pending[0].bytes();
        let mut count = from.pending[0].places().len();
        for &byte in bytes {
            waiting[count] = byte;
            count += 1;
            let is_single = byte < 0x80 || charset != Charset::Utf8 && !charset.is_lead(byte);
            let ch = match (charset, waiting[0]) {
                (_, byte) if count == 1 && is_single => charset.single(byte)?,
                (Charset::Utf8, 0xC2..=0xF4) if count == 1 => continue,
                (Charset::Utf8, _) if count == 1 || !matches!(byte, 0x80..=0xBF) => return None,
                (Charset::Utf8, 0xE0..) if count == 2 => continue,
                (Charset::Utf8, 0xF0..) if count == 3 => continue,
                (Charset::Utf8, _) => whole(charset, &waiting[..count])?,
                _ if count == 1 => continue,
                _ => whole(charset, &waiting[..2])?,
            };
            count = 0;
            current = self.written(current, ch, end, 0);
        }
        let places = waiting[..count].iter().map(|byte| Place::Known(*byte));
        current.pending[0] = places.fold(Pending::NONE, Pending::push);
        Some(current)
    }

    /// Feeds several bytes to the decoder of a stage.
    pub(super) fn bytes(
        &mut self,
        from: &Hypothesis,
        stage: usize,
        bytes: &[u8],
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        match bytes {
            [byte] => self.byte(from, stage, Place::Known(*byte), end, next),
            [first, rest @ ..] => {
                let mut half = self.taken();
                self.byte(from, stage, Place::Known(*first), end, &mut half);
                for hypothesis in &half {
                    self.bytes(hypothesis, stage, rest, end, next);
                }
                self.spare.push(half);
            }
            [] => {}
        }
    }

    /// Feeds one byte, or a lost one, to the decoder of a stage.
    fn byte(
        &mut self,
        from: &Hypothesis,
        stage: usize,
        place: Place,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        let charset = self.chain.undo[stage].written_in;
        let pending = from.pending[stage];
        let waiting = |pending: Pending| {
            let mut waiting = *from;
            waiting.pending[stage] = pending;
            waiting
        };
        let byte = place.known();
        let wanted = if charset == Charset::Utf8 {
            match (pending.places(), byte) {
                ([], Some(byte @ 0..=0x7F)) => return self.single(from, stage, byte, end, next),
                // A lead byte that was lost can only have been that of a Chinese character.
                ([], Some(0xC2..=0xF4) | None) => return next.push(waiting(pending.push(place))),
                ([], Some(_)) => return,
                (_, Some(byte @ (0..=0x7F | 0xC0..=0xFF))) => {
                    if self.decoder.habit == Habit::Skips && stage == 0 {
                        let mut filled = Vec::new();
                        self.fill(from, Loss::Before(byte), end, &mut filled);
                        for hypothesis in &filled {
                            self.byte(hypothesis, stage, place, end, next);
                        }
                    }
                    return;
                }
                ([first, ..], _) => match first.known() {
                    Some(0..=0xDF) => 2,
                    None | Some(0xE0..=0xEF) => 3,
                    Some(0xF0..=0xFF) => 4,
                },
            }
        } else {
            match (pending.places(), byte) {
                ([], Some(byte)) if !charset.is_lead(byte) => {
                    return self.single(from, stage, byte, end, next);
                }
                _ => 2,
            }
        };
        let pending = pending.push(place);
        if pending.places().len() < wanted {
            return next.push(waiting(pending));
        }
        let decoded = waiting(Pending::NONE);
        match pending.lost() {
            0 => {
                let bytes = pending.bytes();
                if let Some(ch) = whole(charset, &bytes[..wanted]) {
                    self.decoded(decoded, stage, ch, end, 0, next);
                }
            }
            lost => {
                if lost > 1 {
                    self.doubles += 1;
                    // It may be beyond guessing.
                    let mut beyond = decoded;
                    beyond.cost += LOST;
                    self.decoded(beyond, stage, '\u{FFFD}', end, 0, next);
                }
                let remains = Remains {
                    charset,
                    pending,
                    torn: from.torn,
                    decoder: self.decoder,
                };
                if lost == 1 && self.guesses_singles || lost > 1 && self.guesses_doubles {
                    self.guess(decoded, stage, remains, end, next);
                }
            }
        }
    }

    /// Follows up the likeliest characters of those that what remains can have been.
    fn guess(
        &mut self,
        from: Hypothesis,
        stage: usize,
        remains: Remains,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        let mut readings = std::mem::take(&mut self.scratch);
        readings.clear();
        // What costs more than this is dropped at the end of the step.
        let most = (self.bound - from.cost).min(UNKNOWN);
        let candidates = self.effort.candidates();
        for &(ch, lost) in self.readings.of(&remains).iter().take(candidates) {
            let cost = from.before.cost(ch) + from.script.cost(ch, true);
            if cost < most {
                readings.push((cost, ch, lost));
            }
        }
        if readings.is_empty() {
            self.scratch = readings;
            return;
        }
        let by_cost =
            |a: &(f32, char, u8), b: &(f32, char, u8)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        let kept = self.effort.readings(remains.is_single());
        if readings.len() > kept {
            readings.select_nth_unstable_by(kept, by_cost);
            readings.truncate(kept);
        }
        readings.sort_unstable_by(by_cost);
        self.guesses.push(remains);
        let guess = self.guesses.len() as u32;
        for &(_, ch, lost) in &readings {
            let mut filled = from;
            filled.torn = lost;
            self.decoded(filled, stage, ch, end, guess, next);
        }
        self.scratch = readings;
    }

    fn single(
        &mut self,
        from: &Hypothesis,
        stage: usize,
        byte: u8,
        end: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        if let Some(ch) = self.chain.undo[stage].written_in.single(byte) {
            self.decoded(*from, stage, ch, end, 0, next);
        }
    }

    /// Hands a decoded character to the next stage, or writes it.
    fn decoded(
        &mut self,
        from: Hypothesis,
        stage: usize,
        ch: char,
        end: u32,
        guess: u32,
        next: &mut Vec<Hypothesis>,
    ) {
        match self.chain.undo.get(stage + 1) {
            None => self.write(from, ch, end, guess, next),
            Some(undo) => {
                for code in undo.read_as.codes(ch) {
                    self.bytes(&from, stage + 1, code.bytes(), end, next);
                }
            }
        }
    }
}
