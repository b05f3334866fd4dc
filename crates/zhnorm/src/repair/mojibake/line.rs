//! One suspicious run with its surroundings: which kinds of damage fit it, and what it says if it
//! was damaged so.

use std::cmp::Reverse;
use std::ops::Range;

use zhnorm_lang::boundary;

use super::chain::Chain;
use super::evidence;
use super::frame;
use super::likelihood::Before;
use super::quick::{Sample, is_lost};
use super::reading::Reading;
use super::search::{self, Habit, Means, Written};
use crate::repair::lost;

/// Characters around a suspicious run that may belong to it, at first.
const REACH: usize = 12;
/// The most of them.
const FURTHEST: usize = 768;
/// Characters of a line from which on it is long.
const LONG: usize = 2_000;
/// Kinds of damage that are searched in full for one run.
const CANDIDATES: usize = 3;

/// What is on the line in front of a place of a text and after it, a bounded way.
pub(super) fn line_around<'t>(text: &'t str, span: &Range<usize>) -> (&'t str, &'t str) {
    let (before, after) = text_around(text, span);
    let before = before.rsplit('\n').next();
    let after = after.split('\n').next();
    (before.unwrap_or_default(), after.unwrap_or_default())
}

/// What is in front of a place of a text and after it, a bounded way and over lines.
pub(super) fn text_around<'t>(text: &'t str, span: &Range<usize>) -> (&'t str, &'t str) {
    /// Bytes on each side.
    const REACH: usize = 600;
    let from = boundary::ceil(text, span.start.saturating_sub(REACH));
    let to = boundary::floor(text, (span.end + REACH).min(text.len()));
    (&text[from..span.start], &text[span.end..to])
}

/// The part of a line around a suspicious run.
pub(super) struct Passage<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) characters: Vec<char>,
    /// Where each character starts in the text, and the end of the last.
    pub(super) offsets: Vec<usize>,
    pub(super) before: Before,
    /// What is after it; a line end at the end of the text.
    pub(super) after: char,
    /// Where it may begin at the earliest, and the run that it is made around.
    least: usize,
    run: Range<usize>,
    reach: usize,
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
        line_around(self.text, span)
    }

    /// Whether there is 锟斤拷 not far away: then 锟 among other characters is a trace of lost ones too, and
    /// no sign of money in full width.
    pub(super) fn is_near_lost_text(&self) -> bool {
        /// Bytes on each side.
        const REACH: usize = 20_000;
        let from = boundary::ceil(self.text, self.start.saturating_sub(REACH));
        let to = boundary::floor(self.text, (self.start + REACH).min(self.text.len()));
        lost::has_converted_replacement(&self.text[from..to])
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

    /// The kinds of damage that a quick trial makes likely, the likeliest first. With `wary`, only those that
    /// make better Chinese than any way to write the literal text on purpose costs.
    pub(super) fn candidates(
        &self,
        chains: impl Iterator<Item = &'static Chain>,
        wary: bool,
    ) -> Vec<&'static Chain> {
        let Some(mut sample) = Sample::new(self.suspicious()) else {
            return Vec::new();
        };
        let mut fitting: Vec<(Reverse<i32>, &'static Chain)> = chains
            .filter(|chain| sample.may_be(chain) && !chain.is_outdone(&self.characters))
            .map(|chain| (self.trial(chain, wary), chain))
            .filter(|(trial, _)| trial.is_likely())
            .map(|(trial, chain)| (Reverse(trial.gain as i32), chain))
            .collect();
        fitting.sort_by_key(|(gain, _)| *gain);
        fitting.truncate(CANDIDATES);
        let best = fitting.first().map_or(0, |(Reverse(gain), _)| *gain);
        fitting.retain(|(Reverse(gain), _)| gain * 2 >= best);
        fitting.into_iter().map(|(_, chain)| chain).collect()
    }

    /// Whether so much of it is lost that a search would invent what it says.
    pub(super) fn is_hopeless(&self) -> bool {
        /// Fewer marks tell nothing.
        const LEAST: usize = 8;
        let (mut lost, mut foreign) = (0, 0);
        let mut before = ' ';
        for &ch in &self.characters {
            let is_lost = is_lost(before, ch) || ch == '\u{FFFD}' && !frame::is_left_of_one(before);
            lost += usize::from(is_lost);
            foreign += usize::from(is_lost || !ch.is_ascii());
            before = ch;
        }
        lost >= LEAST && lost * 3 >= foreign
    }

    /// The suspicious characters and a few around them.
    fn suspicious(&self) -> &[char] {
        let place = |offset: usize| self.offsets.partition_point(|start| *start < offset);
        let start = place(self.run.start).saturating_sub(2);
        let end = (place(self.run.end) + 2).min(self.characters.len());
        self.characters.get(start..end).unwrap_or_default()
    }

    /// What greedy decoding of a sample gains: a run of characters is given back as far as it
    /// decodes. With `wary`, its gain over the literal text written on purpose too.
    fn trial(&self, chain: &Chain, wary: bool) -> Trial {
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
        let mut trial = Trial {
            gain: 0.0,
            beyond_purpose: wary.then_some(0.0),
        };
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
                    let literal = &sample[at..until];
                    let says = cost(&mut decoded.chars());
                    let piece = Trial {
                        gain: cost(&mut literal.iter().copied()) - says,
                        beyond_purpose: wary.then(|| evidence::deliberate_cost(literal) - says),
                    };
                    Some((piece, until))
                })
                .reduce(|best, other| {
                    if other.0.gain > best.0.gain {
                        other
                    } else {
                        best
                    }
                });
            let Some((piece, until)) = best else {
                at += 1;
                continue;
            };
            let most = if until - at < 2 { 0.0 } else { f32::INFINITY };
            trial.gain += piece.gain.min(most);
            if let (Some(sum), Some(own)) = (&mut trial.beyond_purpose, piece.beyond_purpose) {
                *sum += own.min(most);
            }
            at = until.max(at + 1);
        }
        trial
    }

    /// Reads the passage as damaged by `chain`.
    pub(super) fn read(&self, chain: &Chain, enter: f32, means: Means<'_>) -> Reading {
        let line = search::Line {
            characters: &self.characters,
            before: self.before,
            after: self.after,
        };
        let marked = self
            .characters
            .iter()
            .any(|ch| search::is_mark(*ch) && chain.read_as().code(*ch).is_none() || *ch == '?');
        let both = [Habit::MarksPairs, Habit::MarksBytes];
        let long = (self.characters.len() > LONG).then(|| search::Line {
            characters: &self.characters[..LONG],
            after: self.characters[LONG],
            ..line
        });
        let read = |line, habit| search::read(line, chain, habit, enter, means);
        let habits: &[Habit] = match (means.habit, long) {
            _ if !marked => &[Habit::Skips],
            (Some(Habit::MarksPairs), _) => &both[..1],
            (Some(Habit::MarksBytes), _) => &both[1..],
            // The beginning of a long line tells the habit of all of it.
            (_, Some(beginning)) => {
                let [pairs, bytes] = both.map(|habit| read(beginning, habit).cost);
                if bytes < pairs {
                    &both[1..]
                } else {
                    &both[..1]
                }
            }
            (_, None) => &both,
        };
        let answers = habits.iter().map(|habit| (read(line, *habit), *habit));
        let (written, habit) = answers
            .reduce(|best, other| {
                if other.0.cost < best.0.cost {
                    other
                } else {
                    best
                }
            })
            .map_or((Vec::new(), None), |(answer, habit)| {
                (answer.written, marked.then_some(habit))
            });
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
            habit,
            gain: stood - says - runs as f32 * enter,
        }
    }
}

/// What greedy decoding of a sample gains, in nats: over the literal text as it runs, and, where that
/// is asked, over the cheapest way to write it on purpose.
#[derive(Clone, Copy, Debug)]
struct Trial {
    gain: f32,
    beyond_purpose: Option<f32>,
}

impl Trial {
    /// Whether a search may find something. What is lost makes both smaller.
    fn is_likely(self) -> bool {
        self.gain >= 1.0 && self.beyond_purpose.is_none_or(|gain| gain > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, repair};
    use crate::report::Report;

    /// Patterns of tones, readings and lists of characters are written on purpose. They are searched for
    /// no damage, so that no document of them is given up.
    #[test]
    fn what_is_written_on_purpose_is_not_searched() {
        let tones = "仄仄平平仄仄平，平平仄仄仄平平。\n平平仄仄平平仄，仄仄平平仄仄平。\n";
        let readings = "à diàn zǐ\nōu jiě\nlǜ sè de yè\nnǚ ér hóng\n";
        let pairs = "彯\t票 彡\n慍\t愠\n蕰\t薀\n齅\t嗅\n";
        for text in [tones, readings, pairs] {
            let text = text.repeat(600);
            let mut report = Report::listing();
            assert_eq!(repair(&text, &Options::default(), &mut report), text);
            assert!(report.changes().is_empty(), "{:?}", report.changes());
        }
    }
}
