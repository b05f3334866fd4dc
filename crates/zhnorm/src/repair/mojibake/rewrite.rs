//! The edits that make the text say what a reading says, with a confidence for each lost byte.

use zhnorm_lang::boundary;

use super::chain::Chain;
use super::charset::Charset;
use super::guess::{Clause, Follows, Guess, Surroundings};
use super::likelihood::Before;
use super::line::{Passage, text_around};
use super::punctuation::{Sentence, is_line_end};
use super::reading::Reading;
use super::search::{Readings, Remains, Written};
use super::swallowed::{self, DIGIT, ends_in_80};
use super::vocabulary::Vocabulary;
use crate::repair::OnUncertain;
use crate::repair::Options;
use crate::repair::edits::{Edit, Found, More};

/// Bytes of the restored line that syntax is looked for in.
const LINE_BEFORE: usize = 2_000;
/// A passage that got likelier by fewer nats is not changed.
const LEAST_GAIN: f32 = 3.0;

impl<'a> Passage<'a> {
    /// The edits that make the text say what the reading says. Where a lost byte leaves it too
    /// uncertain, the characters that hold it stay as they are and are flagged.
    pub(super) fn edits(
        &self,
        chain: &'static Chain,
        reading: &Reading,
        known: &Vocabulary,
        readings: &Readings,
        options: &Options,
    ) -> Found {
        let options = &options.for_lost_bytes();
        let mut found = Found::default();
        let mut piece = Piece::default();
        let mut read = 0;
        let mut before = self.before;
        // The line as restored up to here.
        let mut restored = self.line_before().to_owned();
        let reads_euro = self.reads_euro(reading);
        let mut script = known.script.leaning();
        for written in reading.written.iter().filter(|written| written.damaged) {
            if written.guess.is_none() {
                script.take(written.ch);
            }
        }
        for (index, written) in reading.written.iter().enumerate() {
            if !written.damaged {
                self.close(chain, &mut piece, before, options, &mut found);
                read = written.end;
                piece.start = read;
                before.read(written.ch);
                restored.push(written.ch);
                continue;
            }
            let mut ch = written.ch;
            let mut swallowed = None;
            if let Some(remains) = written.guess {
                let swallows = self.swallows(chain, written);
                let remains = if swallows && remains.is_single() {
                    remains.if_swallowing()
                } else {
                    remains
                };
                let lost = Lost {
                    reading,
                    index,
                    context: piece.context(before),
                    restored: &restored,
                    swallows,
                    reads_euro,
                };
                swallowed = self.said(lost);
                let place = self.surroundings(lost, remains, swallowed, known);
                let guess = Guess::at(remains, &place, ch, script, known, readings);
                ch = guess.ch;
                piece.said = swallowed;
                if swallowed.is_none() {
                    swallowed = self.unsaid(lost, &place, ch, known);
                    if swallowed == Some(DIGIT) {
                        piece.lacks_digit = true;
                        swallowed = Some('?');
                    }
                }
                restored.push(ch);
                if !options.takes(guess.confidence) && options.on_uncertain == OnUncertain::Mark {
                    ch = '\u{FFFD}';
                    piece.is_marked = true;
                }
                piece.guess = Some(match piece.guess.take() {
                    Some(earlier) => earlier.and(guess),
                    None => guess,
                });
            } else {
                restored.push(ch);
            }
            piece.text.push(ch);
            piece.end = written.end;
            if let Some(swallowed) = swallowed {
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
                    self.close(chain, &mut piece, before, options, &mut found);
                    for ch in text.chars() {
                        before.read(ch);
                    }
                    piece.start = written.end;
                }
            }
            read = read.max(written.end);
        }
        self.close(chain, &mut piece, before, options, &mut found);
        found
    }

    /// What is around a lost byte, with which `swallowed` was lost.
    fn surroundings(
        &self,
        lost: Lost<'_>,
        remains: Remains,
        swallowed: Option<char>,
        known: &Vocabulary,
    ) -> Surroundings {
        let written = lost.written();
        let next = |ahead| self.next(lost, ahead);
        let after = if swallowed.is_some() {
            [swallowed, next(1)]
        } else {
            [next(1), next(2)]
        };
        let ends_line = after[0].is_none_or(is_line_end);
        let is_unsaid = lost.swallows && swallowed.is_none() && !ends_line;
        let behind = lost.reading.written[lost.index + 1..].iter();
        let behind = behind.take_while(|next| next.guess.is_none());
        let is_doubled = lost.swallows && self.is_doubled(written);
        Surroundings {
            context: lost.context,
            follows: match (is_unsaid, lost.reads_euro) {
                (false, _) => Follows::Known,
                (true, true) => Follows::Unsaid,
                (true, false) => Follows::UnsaidUnless80,
            },
            digit: known.digit_cost(),
            sentence: self.sentence(lost, after[0], swallowed),
            clause: Clause::around(lost.restored, behind.map(|next| next.ch)),
            before: last_two(lost.restored),
            after,
            is_doubled,
            is_free: remains.is_single() || is_doubled && written.settled,
        }
    }

    /// What is around a lost byte on its line, `next` behind it.
    fn sentence(&self, lost: Lost<'_>, next: Option<char>, swallowed: Option<char>) -> Sentence {
        let at = self.offsets[lost.written().end];
        let (_, behind) = text_around(self.text, &(at..at));
        let below = if swallowed.is_some_and(is_line_end) {
            behind
        } else {
            let behind = behind.strip_prefix('\r').unwrap_or(behind);
            behind.strip_prefix('\n').unwrap_or_default()
        };
        let rest = lost.reading.written[lost.index + 1..].iter();
        Sentence::around(lost.restored, next, rest.map(|next| next.ch), below)
    }

    /// The character so far behind a lost byte, which may be the one after the passage.
    fn next(&self, lost: Lost<'_>, ahead: usize) -> Option<char> {
        let written = &lost.reading.written;
        match written.get(lost.index + ahead) {
            Some(next) => Some(next.ch),
            None if lost.index + ahead == written.len() => Some(self.after),
            None => None,
        }
    }

    /// The ASCII character that was swallowed with a lost byte of `ch`, where syntax does not say.
    fn unsaid(
        &self,
        lost: Lost<'_>,
        place: &Surroundings,
        ch: char,
        known: &Vocabulary,
    ) -> Option<char> {
        if !lost.swallows || !lost.reads_euro && ends_in_80(ch) {
            return None;
        }
        let written = lost.written();
        let goes_on = lost.reading.written.get(lost.index + 1);
        match goes_on.filter(|next| next.damaged) {
            Some(goes_on) if !goes_on.ch.is_ascii() => {
                let next = [Some(goes_on.ch), self.next(lost, 2)];
                place.between(ch, next, lost.restored)
            }
            _ => self.before_ascii(place, ch, written.end, known),
        }
    }

    /// Whether an ASCII character may have been swallowed with the last byte of a character.
    fn swallows(&self, chain: &Chain, written: &Written) -> bool {
        let [undo] = chain.undo else { return false };
        let is_kind = undo.written_in == Charset::Utf8 && undo.read_as == Charset::Gbk;
        let mark = written.end.checked_sub(1).map(|at| self.characters[at]);
        is_kind && mark == Some('?') && written.settled
    }

    /// Whether the decoder read the byte 80 as €. It reads A2E3 so too, so this is asked of characters that
    /// end in 80.
    fn reads_euro(&self, reading: &Reading) -> bool {
        let mut certain = reading.written.iter().filter(|one| one.guess.is_none());
        certain.any(|one| {
            let last = one.end.checked_sub(1).map(|at| self.characters[at]);
            one.damaged && last == Some('€') && ends_in_80(one.ch)
        })
    }

    /// Whether two marks in a row end a character. A pair of continuation bytes is always a character of
    /// GBK, so the first of them is the byte 80.
    fn is_doubled(&self, written: &Written) -> bool {
        let marks = self.characters[..written.end].iter().rev();
        marks.take_while(|ch| **ch == '?').count() == 2
    }

    /// The ASCII character that was swallowed with a lost byte, if syntax says.
    fn said(&self, lost: Lost<'_>) -> Option<char> {
        if !lost.swallows {
            return None;
        }
        let restored = lost.restored;
        let from = self.offsets[lost.written().end];
        let (_, after) = self.line_around(&(from..from));
        let above = self.line_above(from);
        // As far as the rest of the line is looked at, so that a line without end is not read anew
        // for each byte that is lost.
        let near = boundary::ceil(restored, restored.len().saturating_sub(LINE_BEFORE));
        let place = swallowed::Place {
            before: restored[near..].rsplit('\n').next().unwrap_or_default(),
            after,
            above,
        };
        place.character()
    }

    /// What was swallowed behind `ch` in front of ASCII, where syntax does not say: no decoder loses a byte
    /// in front of these, so something was.
    fn before_ascii(
        &self,
        place: &Surroundings,
        ch: char,
        at: usize,
        known: &Vocabulary,
    ) -> Option<char> {
        let next = self.following(at);
        let second_next = self.characters.get(at + 1).copied();
        let at = self.offsets[at];
        if next == '\n' {
            // The end of a paragraph, or half of the line's end.
            let (before, after) = text_around(self.text, &(at..at));
            let has = |what: &str| before.contains(what) || after.contains(what);
            let is_last = at == self.text.len() || after.trim().is_empty();
            let has_paragraphs = known.tells_swallowing() || has("\n\n");
            return if has("\r\n") {
                Some('\r')
            } else {
                (!is_last && has_paragraphs && !after.starts_with("\n\n")).then_some('\n')
            };
        }
        let ends = matches!(ch, '。' | '！' | '？' | '：' | '；' | '．');
        if next.is_ascii_digit() {
            // No number begins so.
            if next == '0' && second_next.is_some_and(|second| second.is_ascii_digit()) {
                return Some(DIGIT);
            }
            return Some(place.unsaid(ch, [Some(next), second_next]).1);
        }
        let opens = matches!(next, '`' | '[' | '$' | '{' | '\\' | '(' | '<' | '@' | '~');
        let leads = matches!(next, '!' | '|' | '*' | '#' | '-' | '>');
        let is_apart = matches!(next, '*' | '#' | '-' | '/' | '=' | '+' | '&');
        if next.is_ascii_alphabetic() || opens {
            Some(if ends { '\n' } else { ' ' })
        } else if leads && ends {
            Some('\n')
        } else {
            is_apart.then_some(' ')
        }
    }

    /// The line above that of a place; nothing where either is long.
    fn line_above(&self, at: usize) -> &'a str {
        /// Bytes that are looked at.
        const REACH: usize = 1200;
        let mut from = at.saturating_sub(REACH);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let mut lines = self.text[from..at].rsplit('\n');
        lines.next();
        let above = lines.next().unwrap_or_default();
        let is_whole = from == 0 || lines.next().is_some();
        if is_whole { above } else { "" }
    }

    /// What is on the line in front of the passage.
    fn line_before(&self) -> &'a str {
        let (before, _) = self.line_around(&(self.start..self.start));
        before
    }

    /// Where a character is too uncertain, what was swallowed with it is written again if syntax says it.
    fn beside_kept(&self, chain: &'static Chain, end: usize, said: char) -> Edit {
        let span = self.offsets[end - 1]..self.offsets[end];
        Edit {
            rule: chain.rule,
            after: format!("{}{said}", &self.text[span.clone()]),
            span,
            confidence: 0.9,
            more: Some(Box::new(More::note(
                "swallowed with the byte that was lost; syntax tells which it was",
            ))),
        }
    }

    fn close(
        &self,
        chain: &'static Chain,
        piece: &mut Piece,
        mut before: Before,
        options: &Options,
        found: &mut Found,
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
        if done.guess.is_none() && found.edits.is_empty() && gain < LEAST_GAIN {
            return;
        }
        let is_certain = done.guess.is_none();
        let (confidence, more) = match done.guess {
            // What is around it proves the damage, whatever this piece says by itself.
            None => ((1.0 / (1.0 + (-gain / 4.0).exp())).max(0.5), None),
            Some(guess) => {
                let note = if done.lacks_digit {
                    "a byte was lost, and a digit with it; the likeliest character that fits"
                } else {
                    "a byte was lost; the likeliest character that fits"
                };
                (
                    guess.confidence,
                    Some(Box::new(More::new(guess.alternatives, note))),
                )
            }
        };
        let edit = Edit {
            rule: chain.rule,
            span,
            after: done.text,
            confidence,
            more,
        };
        if done.is_marked || is_certain {
            found.edits.push(edit);
            return;
        }
        let flags = found.flags.len();
        found.decide(edit, options);
        if found.flags.len() > flags {
            let said = done
                .said
                .map(|said| self.beside_kept(chain, done.end, said));
            found.edits.extend(said);
        }
    }
}

/// A lost byte of a reading.
#[derive(Clone, Copy)]
struct Lost<'r> {
    reading: &'r Reading,
    /// Which of the characters written.
    index: usize,
    context: Before,
    /// The line in front of it, as restored.
    restored: &'r str,
    /// ASCII may have been swallowed with it.
    swallows: bool,
    /// The decoder reads the byte 80 as €, and does not lose it.
    reads_euro: bool,
}

impl<'r> Lost<'r> {
    fn written(self) -> &'r Written {
        &self.reading.written[self.index]
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
    /// A character that is too uncertain is marked as lost in it.
    is_marked: bool,
    /// What was swallowed behind it, if syntax says.
    said: Option<char>,
    /// A digit was swallowed, and a question mark stands for it.
    lacks_digit: bool,
}

impl Piece {
    fn context(&self, mut before: Before) -> Before {
        for ch in self.text.chars() {
            before.read(ch);
        }
        before
    }
}

/// The last two characters of a text.
fn last_two(text: &str) -> [Option<char>; 2] {
    let mut last = text.chars().rev();
    let (last, second_last) = (last.next(), last.next());
    [second_last, last]
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, repair};
    use crate::report::Report;

    /// What a decoder of GBK makes of UTF-8 that writes `?` for a byte that it cannot read and for the ASCII
    /// behind it.
    fn swallowing(text: &str) -> String {
        let mut read = String::new();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            if byte < 0x80 {
                read.push(char::from(byte));
                continue;
            }
            let pair = [byte, bytes.peek().copied().unwrap_or(0)];
            let decoder = encoding_rs::GB18030;
            match decoder.decode_without_bom_handling_and_without_replacement(&pair) {
                Some(ch) if byte > 0x80 && ch.chars().count() == 1 => {
                    read.push_str(&ch);
                    bytes.next();
                }
                _ => {
                    read.push('?');
                    if byte > 0x80 {
                        bytes.next();
                    }
                }
            }
        }
        read
    }

    /// Of 街 a part is left in the character before it, and a program dropped the rest. That something was
    /// there is not lost without a word.
    #[test]
    fn a_character_that_is_left_in_part_leaves_a_mark() {
        let text = "他们很快就来到城门前面，信步走入城中，看见街道两边都是卖水果的人。";
        let (read, _, _) = encoding_rs::GB18030.decode(text.as_bytes());
        let stripped: String = read
            .chars()
            .filter(|ch| !('\u{E000}'..='\u{F8FF}').contains(ch))
            .collect();
        assert_ne!(stripped, read);
        let mut report = Report::listing();
        let found = repair(&stripped, &Options::default(), &mut report);
        assert!(found.contains("见\u{FFFD}道"), "{found}");
        assert!(
            report
                .changes()
                .iter()
                .any(|change| change.rule == "lost.replacement")
        );
    }

    /// Of a decoder that swallows, each lost byte has something behind it.
    #[test]
    fn the_ends_of_paragraphs_and_spaces_before_code_are_written_again() {
        let text = "# 说明\n\n今天下午可能会下雨，所以我们决定明天再去公园。\n\n如果函数 `read` 返回错误，\
            程序就会停止运行。\n\n请先看下面的例子，再运行第 2 个命令。\n\n标签：后端,数据库,缓存,消息队列,线程\n\n\
            最后把结果保存到 `out` 文件里面就可以了。\n";
        let damaged = swallowing(text);
        assert!(damaged.matches("\n\n").count() < 3, "{damaged}");
        let found = repair(&damaged, &Options::default(), &mut Report::counting());
        for mark in ["\n\n", " `", "` ", ",", "第 2"] {
            assert_eq!(
                found.matches(mark).count(),
                text.matches(mark).count(),
                "{mark} {found}"
            );
        }
        let windows = text.replace('\n', "\r\n");
        let found = repair(
            &swallowing(&windows),
            &Options::default(),
            &mut Report::counting(),
        )
        .into_owned();
        assert_eq!(found.matches("\r\n").count(), found.matches('\n').count());
    }
}
