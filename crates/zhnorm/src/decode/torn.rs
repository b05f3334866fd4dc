//! Characters of UTF-8 that another program took apart: of one byte only `?` is left, or a character
//! beyond the basic plane stands as two surrogates.
//!
//! A program that takes UTF-8 for Windows-1252 and writes it again loses five bytes, for which
//! Windows-1252 has no character: 81, 8D, 8F, 90 and 9D become `?`. So `E5 BA 3F` was one of five
//! characters, of which the language tells one nearly always (序 was `E5 BA 8F`). CESU-8 writes each
//! surrogate of UTF-16 as three bytes; nothing is lost there.

use std::ops::Range;

use zhnorm_lang::model::{LINE_END, Model, symbol};

use super::transcode::escaped;
use crate::report::{Change, LineCounter, Report, Stage};

/// The bytes that Windows-1252 has no character for.
const LOST: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// One such place may be a character that was cut, before a question mark that was written.
const FEWEST: usize = 2;
/// A character is restored from this confidence on.
const SURE: f32 = 0.8;
/// How far the model's differences can be trusted, as for the lost bytes of repair.
const CERTAINTY: f32 = 0.75;
/// What no text says, for each character.
const STRANGE: f32 = -14.0;

/// A place where a character was taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Torn {
    /// Bytes of the file.
    pub(super) range: Range<usize>,
    /// Where it is in the text, and what stands there until it is resolved.
    pub(super) at: usize,
    pub(super) literal: &'static str,
    /// What it can have been.
    pub(super) candidates: Vec<char>,
}

/// A character that was put together again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Restored {
    range: Range<usize>,
    ch: char,
    confidence: f32,
    rivals: Vec<char>,
}

impl Restored {
    /// Whether a place of the file is this character's.
    pub(super) fn covers(&self, place: &Range<usize>) -> bool {
        self.range == *place
    }
}

/// The bytes of a character that was taken apart at the start of malformed bytes: how many they are,
/// what a decoder reads there, and what they can have been.
pub(super) fn at(bytes: &[u8]) -> Option<(usize, &'static str, Vec<char>)> {
    let read = |bytes: [u8; 3]| {
        let text = std::str::from_utf8(&bytes).ok()?;
        text.chars().next()
    };
    match *bytes {
        [
            0xED,
            high @ 0xA0..=0xAF,
            a @ 0x80..=0xBF,
            0xED,
            low @ 0xB0..=0xBF,
            b @ 0x80..=0xBF,
            ..,
        ] => {
            let unit = |second: u8, third: u8| {
                0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F)
            };
            let ch = char::decode_utf16([unit(high, a), unit(low, b)])
                .next()?
                .ok()?;
            Some((6, "\u{FFFD}", vec![ch]))
        }
        [lead @ 0xE2..=0xEF, second @ 0x80..=0xBF, b'?', ..] => {
            let candidates = LOST.iter().filter_map(|third| read([lead, second, *third]));
            Some((
                3,
                "\u{FFFD}?",
                candidates.filter(|ch| is_of_chinese(*ch)).collect(),
            ))
        }
        [lead @ 0xE2..=0xEF, b'?', third @ 0x80..=0xBF, ..] => {
            let candidates = LOST
                .iter()
                .filter_map(|second| read([lead, *second, third]));
            Some((
                3,
                "\u{FFFD}?\u{FFFD}",
                candidates.filter(|ch| is_of_chinese(*ch)).collect(),
            ))
        }
        _ => None,
    }
    .filter(|(.., candidates)| !candidates.is_empty())
}

/// Whether Chinese text has the character, or another one of its kind.
fn is_of_chinese(ch: char) -> bool {
    matches!(ch, '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
}

/// Puts the characters together of which the text around is sure; the others stay as they were read.
pub(super) fn resolve(text: &str, places: Vec<Torn>) -> (String, Vec<Restored>) {
    let mut resolved = String::with_capacity(text.len());
    let mut restored = Vec::new();
    let mut copied = 0;
    let is_whole = |place: &&Torn| matches!(*place.candidates, [ch] if ch > '\u{FFFF}');
    let are_many = places.iter().filter(|place| !is_whole(place)).count() >= FEWEST;
    for place in places {
        resolved.push_str(&text[copied..place.at]);
        copied = place.at + place.literal.len();
        let ranked = if are_many || is_whole(&&place) {
            ranked(&resolved, &text[copied..], &place.candidates)
        } else {
            Vec::new()
        };
        match ranked.first() {
            Some(&(confidence, ch)) if confidence >= SURE => {
                resolved.push(ch);
                restored.push(Restored {
                    range: place.range,
                    ch,
                    confidence,
                    rivals: ranked[1..].iter().map(|(_, rival)| *rival).collect(),
                });
            }
            _ => resolved.push_str(place.literal),
        }
    }
    resolved.push_str(&text[copied..]);
    (resolved, restored)
}

/// The candidates, the likeliest first, with their share of the probability.
fn ranked(before: &str, after: &str, candidates: &[char]) -> Vec<(f32, char)> {
    if let [only] = candidates
        && *only > '\u{FFFF}'
    {
        return vec![(1.0, *only)];
    }
    let model = Model::embedded();
    let mut last = before.chars().rev().take(2).map(symbol);
    let (last, first) = (last.next(), last.next());
    let context = model.context(first.unwrap_or(LINE_END), last.unwrap_or(LINE_END));
    let next: Vec<char> = after
        .chars()
        .take(2)
        .take_while(|ch| *ch != '\u{FFFD}')
        .collect();
    let mut scores: Vec<(f32, char)> = candidates
        .iter()
        .map(|&ch| {
            let (mut score, mut context) = model.step(context, symbol(ch));
            for next in &next {
                let (more, after) = model.step(context, symbol(*next));
                score += more;
                context = after;
            }
            (score, ch)
        })
        .collect();
    scores.sort_by(|one, other| other.0.total_cmp(&one.0));
    let best = scores.first().map_or(0.0, |(score, _)| *score);
    let weights = scores
        .iter()
        .map(|(score, _)| (CERTAINTY * (score - best)).exp());
    let total: f32 = weights.sum();
    for (score, _) in &mut scores {
        *score = (CERTAINTY * (*score - best)).exp() / total;
    }
    // What no text says is no reading, even if it is the only one.
    if best < STRANGE * (1 + next.len()) as f32 {
        scores.clear();
    }
    scores
}

/// Records each character that was put together.
pub(super) fn record(bytes: &[u8], restored: &[Restored], report: &mut Report) {
    let mut lines = LineCounter::new(bytes);
    for one in restored {
        let note = if one.ch > '\u{FFFF}' {
            "two surrogates of UTF-16 were written as UTF-8"
        } else {
            "another program had put `?` for a byte; the likeliest of the characters that fit"
        };
        let mut change = Change::edit(
            Stage::Decode,
            "torn",
            one.range.clone(),
            lines.line_at(one.range.start),
            escaped(&bytes[one.range.clone()]),
            one.ch.to_string(),
        );
        change.alternatives = one.rivals.iter().take(3).map(char::to_string).collect();
        report.record(change.with_confidence(one.confidence).with_note(note));
    }
}

#[cfg(test)]
mod tests {
    use crate::decode::{Options, decode};
    use crate::report::{Report, Stage};

    fn read(bytes: &[u8]) -> (String, usize, usize) {
        let mut report = Report::listing();
        let decoded = decode(bytes, &Options::default(), &mut report).unwrap();
        let text = decoded.text.into_owned();
        let restored = report.changed(Stage::Decode, "torn");
        (text, restored, report.flagged(Stage::Decode, "undecodable"))
    }

    #[test]
    fn a_byte_that_became_a_question_mark_is_found_again() {
        let text = "这个程序的顺序很重要，请按照说明书的步骤操作，程序会自动保存。\n他说：“可以。”她听了很高兴。\n";
        let torn: Vec<u8> = text
            .bytes()
            .map(|byte| {
                if super::LOST.contains(&byte) {
                    b'?'
                } else {
                    byte
                }
            })
            .collect();
        assert!(std::str::from_utf8(&torn).is_err());
        let (found, restored, left) = read(&torn);
        assert_eq!(found, text);
        assert!(restored >= 3);
        assert_eq!(left, 0);
    }

    #[test]
    fn surrogates_become_the_character() {
        let text = b"\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xBE\x88\xE5\xA5\xBD\xED\xA0\xBD\xED\xB8\x80\xEF\xBC\x8C\xE6\x88\x91\xE4\xBB\xAC\xE5\x8E\xBB\n";
        let (found, restored, left) = read(text);
        assert_eq!(found, "今天很好😀，我们去\n");
        assert_eq!((restored, left), (1, 0));
    }

    #[test]
    fn a_real_question_mark_after_a_cut_character_stays() {
        let mut bytes = "今天的天气很好，我们去公园吧".as_bytes().to_vec();
        bytes.truncate(bytes.len() - 1);
        bytes.extend("?\n他说可以\n".as_bytes());
        let (found, ..) = read(&bytes);
        assert!(found.contains("\u{FFFD}?"), "{found}");
    }
}
