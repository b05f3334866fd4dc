//! The edits that make the text say what a reading says, with a confidence for each lost byte.

use std::borrow::Cow;

use super::chain::Chain;
use super::charset::Charset;
use super::likelihood::Before;
use super::line::Passage;
use super::reading::Reading;
use super::search::{Remains, Script, Written};
use super::swallowed;
use crate::repair::Options;
use crate::repair::edits::Edit;

/// How far the model's differences between readings of a lost byte can be trusted: with this the
/// confidence of guesses is the share of them that is right (`cargo xtask eval mojibake`).
const CERTAINTY: f32 = 0.75;
/// A passage that got likelier by fewer nats is not changed.
const LEAST_GAIN: f32 = 3.0;

impl<'a> Passage<'a> {
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
