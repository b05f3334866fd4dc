//! One suspicious run with its surroundings: which kinds of damage fit it, and the edits that
//! undo the likeliest.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use super::chain::Chain;
use super::charset::Charset;
use super::evidence::Stretch;
use super::likelihood::Before;
use super::quick::Sample;
use super::search::{self, Habit, Remains, Script, Written};
use super::swallowed;
use crate::repair::Options;
use crate::repair::edits::Edit;

/// Characters around a suspicious run that may belong to it, at first.
const REACH: usize = 12;
/// The most of them.
const FURTHEST: usize = 768;
/// Kinds of damage that are searched in full for one run.
const CANDIDATES: usize = 3;
/// How far the model's differences between readings of a lost byte can be trusted: with this the
/// confidence of guesses is the share of them that is right (`cargo xtask eval mojibake`).
const CERTAINTY: f32 = 0.75;
/// A passage that got likelier by fewer nats is not changed.
const LEAST_GAIN: f32 = 3.0;

/// The part of a line around a suspicious run.
pub(super) struct Passage<'a> {
    text: &'a str,
    start: usize,
    characters: Vec<char>,
    /// Where each character starts in the text, and the end of the last.
    offsets: Vec<usize>,
    before: Before,
    /// What is after it; a line end at the end of the text.
    after: char,
    /// Where it may begin at the earliest, and the run that it is made around.
    least: usize,
    run: Range<usize>,
    reach: usize,
}

/// What a passage says if it was damaged in one way.
pub(super) struct Reading {
    written: Vec<Written>,
    /// How much likelier it is than the literal text, in nats.
    pub(super) gain: f32,
}

impl Reading {
    /// The characters of the passage as this reading has them.
    pub(super) fn written(&self) -> &[Written] {
        &self.written
    }

    /// The same reading with only those stretches damaged that `keep` accepts.
    pub(super) fn keeping(
        &self,
        stretches: &[Stretch],
        literal: &[char],
        mut keep: impl FnMut(&Stretch) -> bool,
    ) -> Self {
        let mut written = Vec::with_capacity(self.written.len());
        let mut copied = 0;
        for stretch in stretches {
            written.extend_from_slice(&self.written[copied..stretch.written.start]);
            copied = stretch.written.end;
            if keep(stretch) {
                written.extend_from_slice(&self.written[stretch.written.clone()]);
            } else {
                let literal = stretch.literal.clone().map(|index| Written {
                    ch: literal[index],
                    end: index + 1,
                    damaged: false,
                    settled: true,
                    guess: None,
                });
                written.extend(literal);
            }
        }
        written.extend_from_slice(&self.written[copied..]);
        Self {
            written,
            gain: self.gain,
        }
    }
}

impl<'a> Passage<'a> {
    /// The run and what may belong to it, not beyond the line or before `least`.
    pub(super) fn around(text: &'a str, run: &Range<usize>, least: usize) -> Option<Self> {
        Self::reaching(text, run, least, REACH)
    }

    /// The same passage, longer, where damage goes on up to its borders.
    pub(super) fn longer(&self, reading: &Reading) -> Option<Self> {
        const NEAR: usize = 4;
        let begins = reading.written.iter().take(NEAR).any(|one| one.damaged);
        let ends = reading.written.iter().rev().take(NEAR);
        let at_start = self.start <= self.least || self.text[..self.start].ends_with('\n');
        let at_end = self.after == '\n';
        let grows = begins && !at_start || ends.into_iter().any(|one| one.damaged) && !at_end;
        if !grows || self.reach >= FURTHEST {
            return None;
        }
        Self::reaching(self.text, &self.run, self.least, self.reach * 4)
    }

    fn reaching(text: &'a str, run: &Range<usize>, least: usize, reach: usize) -> Option<Self> {
        let from = run.start.max(least);
        let to = run.end;
        if from >= to {
            return None;
        }
        let start = text[least..from]
            .char_indices()
            .rev()
            .take(reach)
            .take_while(|(_, ch)| *ch != '\n')
            .last()
            .map_or(from, |(offset, _)| least + offset);
        let end = text[to..]
            .char_indices()
            .take(reach)
            .take_while(|(_, ch)| *ch != '\n')
            .last()
            .map_or(to, |(offset, ch)| to + offset + ch.len_utf8());
        let (mut offsets, characters): (Vec<usize>, Vec<char>) = text[start..end]
            .char_indices()
            .map(|(offset, ch)| (start + offset, ch))
            .unzip();
        offsets.push(end);
        Some(Self {
            text,
            start,
            characters,
            offsets,
            before: Before::text(&text[..start]),
            after: text[end..].chars().next().unwrap_or('\n'),
            least,
            run: run.clone(),
            reach,
        })
    }

    /// What was read in front of it.
    pub(super) fn before(&self) -> Before {
        self.before
    }

    /// Its characters as they are.
    pub(super) fn characters(&self) -> &[char] {
        &self.characters
    }

    /// The character at an index, which may be the one after the passage.
    pub(super) fn following(&self, index: usize) -> char {
        self.characters.get(index).copied().unwrap_or(self.after)
    }

    /// What is on the line in front of a place of the text and after it, a bounded way.
    pub(super) fn line_around(&self, span: &Range<usize>) -> (&'a str, &'a str) {
        let (before, after) = self.text_around(span);
        let before = before.rsplit('\n').next();
        let after = after.split('\n').next();
        (before.unwrap_or_default(), after.unwrap_or_default())
    }

    /// What is in front of a place of the text and after it, a bounded way and over lines.
    pub(super) fn text_around(&self, span: &Range<usize>) -> (&'a str, &'a str) {
        /// Bytes on each side.
        const REACH: usize = 600;
        let mut from = span.start.saturating_sub(REACH);
        let mut to = (span.end + REACH).min(self.text.len());
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        while !self.text.is_char_boundary(to) {
            to -= 1;
        }
        (&self.text[from..span.start], &self.text[span.end..to])
    }

    /// Where the last damaged character ends, in bytes of the text.
    pub(super) fn damaged_until(&self, reading: &Reading) -> usize {
        let last = reading.written.iter().rev().find(|one| one.damaged);
        last.map_or(self.start, |last| self.offsets[last.end])
    }

    /// The text from the first damaged character to the last.
    pub(super) fn damaged(&self, reading: &Reading) -> &'a str {
        // A character is read up to where the next begins.
        let healthy = reading.written.iter().take_while(|one| !one.damaged);
        let start = healthy
            .last()
            .map_or(self.start, |last| self.offsets[last.end]);
        let end = self.damaged_until(reading).max(start);
        &self.text[start..end]
    }

    /// How much of what is written of a run, in characters, was damaged.
    pub(super) fn damaged_share(&self, reading: &Reading, run: &Range<usize>) -> f32 {
        let within = |one: &&Written| {
            let end = self.offsets[one.end];
            end > run.start && end <= run.end
        };
        let written = reading.written.iter().filter(within);
        let (mut all, mut damaged) = (0, 0);
        for one in written {
            all += 1;
            damaged += usize::from(one.damaged);
        }
        damaged as f32 / all.max(1) as f32
    }

    /// The kinds of damage that a quick trial makes likely, the likeliest first.
    pub(super) fn candidates(
        &self,
        chains: impl Iterator<Item = &'static Chain>,
    ) -> Vec<&'static Chain> {
        let Some(mut sample) = Sample::new(self.suspicious()) else {
            return Vec::new();
        };
        let mut fitting: Vec<(Reverse<i32>, &'static Chain)> = chains
            .filter(|chain| sample.may_be(chain))
            .map(|chain| (Reverse(self.trial(chain) as i32), chain))
            .filter(|(Reverse(gain), _)| *gain > 0)
            .collect();
        fitting.sort_by_key(|(gain, _)| *gain);
        fitting.truncate(CANDIDATES);
        let best = fitting.first().map_or(0, |(Reverse(gain), _)| *gain);
        fitting.retain(|(Reverse(gain), _)| gain * 2 >= best);
        fitting.into_iter().map(|(_, chain)| chain).collect()
    }

    /// The suspicious characters and a few around them.
    fn suspicious(&self) -> &[char] {
        let place = |offset: usize| self.offsets.partition_point(|start| *start < offset);
        let start = place(self.run.start).saturating_sub(2);
        let end = (place(self.run.end) + 2).min(self.characters.len());
        self.characters.get(start..end).unwrap_or_default()
    }

    /// What greedy decoding of a sample gains: a run of characters is given back as far as it
    /// decodes.
    fn trial(&self, chain: &Chain) -> f32 {
        /// Enough to distinguish the kinds.
        const SAMPLE: usize = 240;
        let sample = &self.characters[..self.characters.len().min(SAMPLE)];
        let read_as = chain.read_as();
        let cost = |text: &mut dyn Iterator<Item = char>| {
            let mut before = Before::default();
            text.map(|ch| before.read(ch)).sum::<f32>()
        };
        // The bytes of all characters, and where those of each begin; some have none.
        let mut bytes = Vec::with_capacity(2 * sample.len());
        let mut starts = Vec::with_capacity(sample.len() + 1);
        for &ch in sample {
            starts.push(bytes.len());
            if let Some(code) = read_as.code(ch) {
                bytes.extend_from_slice(code.bytes());
            }
        }
        starts.push(bytes.len());
        let mut gain = 0.0;
        // What is from `at` to `end` has bytes throughout.
        let (mut at, mut end) = (0, 0);
        while at < sample.len() {
            if sample[at].is_ascii() {
                at += 1;
                continue;
            }
            if end <= at {
                let lengths = starts[at..].windows(2).map(|pair| pair[1] - pair[0]);
                end = at + lengths.take_while(|length| *length > 0).count();
            }
            let bytes = &bytes[starts[at]..starts[end]];
            // After a byte that was lost the first byte may be the second of a character.
            let cut = usize::from(at > 0 && search::is_mark(sample[at - 1]));
            let best = (0..=cut)
                .filter_map(|skipped| {
                    let (decoded, used) = chain.decode_prefix(bytes.get(skipped..)?);
                    if used == 0 {
                        return None;
                    }
                    let mut until = at;
                    while until < end && starts[until] - starts[at] < used + skipped {
                        until += 1;
                    }
                    let stood = cost(&mut sample[at..until].iter().copied());
                    Some((stood - cost(&mut decoded.chars()), until))
                })
                .reduce(|best, other| if other.0 > best.0 { other } else { best });
            let Some((piece, until)) = best else {
                at += 1;
                continue;
            };
            gain += if until - at < 2 {
                piece.min(0.0)
            } else {
                piece
            };
            at = until.max(at + 1);
        }
        gain
    }

    /// Reads the passage as damaged by `chain`.
    pub(super) fn read(&self, chain: &Chain, enter: f32) -> Reading {
        let line = search::Line {
            characters: &self.characters,
            before: self.before,
            after: self.after,
        };
        let marked = self
            .characters
            .iter()
            .any(|ch| search::is_mark(*ch) && chain.read_as().code(*ch).is_none() || *ch == '?');
        let habits: &[Habit] = if marked {
            &[Habit::MarksPairs, Habit::MarksBytes]
        } else {
            &[Habit::Skips]
        };
        let answers = habits
            .iter()
            .map(|habit| search::read(line, chain, *habit, enter));
        let written = answers
            .reduce(|best, other| if other.cost < best.cost { other } else { best })
            .map_or(Vec::new(), |answer| answer.written);
        let cost = |characters: &mut dyn Iterator<Item = char>| {
            let mut before = self.before;
            characters.map(|ch| before.read(ch)).sum::<f32>() + before.cost(self.after)
        };
        let stood = cost(&mut self.characters.iter().copied());
        let runs = written
            .windows(2)
            .filter(|pair| !pair[0].damaged && pair[1].damaged)
            .count()
            + usize::from(written.first().is_some_and(|first| first.damaged));
        let says = cost(&mut written.iter().map(|written| written.ch));
        Reading {
            written,
            gain: stood - says - runs as f32 * enter,
        }
    }

    /// The edits that make the text say what the reading says.
    pub(super) fn edits(
        &self,
        chain: &'static Chain,
        reading: &Reading,
        options: &Options,
    ) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut piece = Piece::default();
        let mut read = 0;
        let mut before = self.before;
        // The line as restored up to here.
        let mut restored = self.line_before().to_owned();
        let mut script = Script::default();
        for written in reading.written.iter().filter(|written| written.damaged) {
            if written.guess.is_none() {
                script.take(written.ch);
            }
        }
        for (index, written) in reading.written.iter().enumerate() {
            if !written.damaged {
                self.close(chain, &mut piece, before, &mut edits);
                read = written.end;
                piece.start = read;
                before.read(written.ch);
                restored.push(written.ch);
                continue;
            }
            let mut ch = written.ch;
            restored.push(ch);
            if let Some(remains) = written.guess {
                let next = |ahead: usize| match reading.written.get(index + ahead) {
                    Some(next) => Some(next.ch),
                    None if index + ahead == reading.written.len() => Some(self.after),
                    None => None,
                };
                let guess = Guess::at(
                    remains,
                    piece.context(before),
                    ch,
                    script,
                    [next(1), next(2)],
                );
                if !options.takes(guess.confidence) {
                    ch = '\u{FFFD}';
                }
                piece.guess = Some(match piece.guess.take() {
                    Some(earlier) => earlier.and(guess),
                    None => guess,
                });
            }
            piece.text.push(ch);
            piece.end = written.end;
            if let Some(swallowed) = self.swallowed(chain, written, &restored) {
                piece.text.push(swallowed);
                restored.push(swallowed);
            }
            if written.settled {
                // A guess makes an edit of its own, as far as characters can be separated.
                let ahead = reading.written[index + 1..]
                    .iter()
                    .take_while(|next| next.damaged)
                    .take(3)
                    .find(|next| next.guess.is_some() || next.settled);
                let guess_next = ahead.is_some_and(|next| next.guess.is_some());
                if piece.guess.is_some() || guess_next {
                    let text = piece.text.clone();
                    self.close(chain, &mut piece, before, &mut edits);
                    for ch in text.chars() {
                        before.read(ch);
                    }
                    piece.start = written.end;
                }
            }
            read = read.max(written.end);
        }
        self.close(chain, &mut piece, before, &mut edits);
        edits
    }

    /// The ASCII character that was swallowed with the last byte of a character.
    fn swallowed(&self, chain: &Chain, written: &Written, restored: &str) -> Option<char> {
        let [undo] = chain.undo else { return None };
        let is_kind = undo.written_in == Charset::Utf8 && undo.read_as == Charset::Gbk;
        let mark = written.end.checked_sub(1).map(|at| self.characters[at]);
        if !is_kind || written.guess.is_none() || mark != Some('?') || !written.settled {
            return None;
        }
        let from = self.offsets[written.end];
        let after = self.text[from..].split('\n').next().unwrap_or_default();
        swallowed::character(restored.rsplit('\n').next().unwrap_or_default(), after)
    }

    /// What is on the line in front of the passage.
    fn line_before(&self) -> &'a str {
        let (before, _) = self.line_around(&(self.start..self.start));
        before
    }

    fn close(
        &self,
        chain: &'static Chain,
        piece: &mut Piece,
        mut before: Before,
        edits: &mut Vec<Edit>,
    ) {
        let done = std::mem::take(piece);
        if done.end <= done.start {
            return;
        }
        let span = self.offsets[done.start]..self.offsets[done.end];
        let stood = &self.text[span.clone()];
        if stood == done.text {
            return;
        }
        let mut after = before;
        let gain = stood.chars().map(|ch| before.read(ch)).sum::<f32>()
            - done.text.chars().map(|ch| after.read(ch)).sum::<f32>();
        if done.guess.is_none() && edits.is_empty() && gain < LEAST_GAIN {
            return;
        }
        let (confidence, alternatives, note) = match done.guess {
            None => (1.0 / (1.0 + (-gain / 4.0).exp()), Vec::new(), None),
            Some(guess) => (
                guess.confidence,
                guess.alternatives,
                Some(Cow::Borrowed(
                    "a byte was lost; the likeliest character that fits",
                )),
            ),
        };
        edits.push(Edit {
            rule: chain.rule,
            span,
            after: done.text,
            confidence,
            alternatives,
            note,
        });
    }
}

/// Damaged characters that become one edit.
#[derive(Default)]
struct Piece {
    /// Counted in characters of the passage.
    start: usize,
    end: usize,
    text: String,
    guess: Option<Guess>,
}

impl Piece {
    fn context(&self, mut before: Before) -> Before {
        for ch in self.text.chars() {
            before.read(ch);
        }
        before
    }
}

/// A character chosen among those that fit the bytes which are left.
struct Guess {
    confidence: f32,
    alternatives: Vec<String>,
}

impl Guess {
    fn at(
        remains: Remains,
        before: Before,
        chosen: char,
        script: Script,
        next: [Option<char>; 2],
    ) -> Self {
        let mut readings: Vec<(f32, char)> = Vec::new();
        remains.each_reading(|ch, _| {
            let mut context = before;
            let mut cost = context.read(ch) + script.cost(ch, true);
            for next in next.into_iter().map_while(|next| next) {
                cost += context.read(next);
            }
            readings.push((cost, ch));
        });
        readings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let best = readings.first().map_or(0.0, |(cost, _)| *cost);
        let weight = |cost: f32| (CERTAINTY * (best - cost)).exp();
        let total: f32 = readings.iter().map(|(cost, _)| weight(*cost)).sum();
        let share = readings
            .iter()
            .find(|(_, ch)| *ch == chosen)
            .map_or(0.0, |(cost, _)| weight(*cost));
        Self {
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

    fn and(self, other: Self) -> Self {
        Self {
            confidence: self.confidence.min(other.confidence),
            alternatives: if self.confidence <= other.confidence {
                self.alternatives
            } else {
                other.alternatives
            },
        }
    }
}
