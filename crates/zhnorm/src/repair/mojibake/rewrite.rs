//! The edits that make the text say what a reading says, with a confidence for each lost byte.

use zhnorm_lang::boundary;

use super::chain::Chain;
use super::charset::Charset;
use super::guess::{Clause, Guess, Surroundings};
use super::likelihood::Before;
use super::line::{Passage, text_around};
use super::reading::Reading;
use super::search::{Readings, Written};
use super::swallowed;
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
        let mut found = Found::default();
        let mut piece = Piece::default();
        let mut read = 0;
        let mut before = self.before;
        // The line as restored up to here.
        let mut restored = self.line_before().to_owned();
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
                let next = |ahead: usize| match reading.written.get(index + ahead) {
                    Some(next) => Some(next.ch),
                    None if index + ahead == reading.written.len() => Some(self.after),
                    None => None,
                };
                let context = piece.context(before);
                let swallows = self.swallows(chain, written);
                if swallows {
                    swallowed = self.swallowed(written, &restored);
                }
                let mut following = [next(1), next(2)];
                if swallowed.is_some() {
                    following = [swallowed, next(1)];
                }
                let behind = reading.written[index + 1..].iter();
                let behind = behind.take_while(|next| next.guess.is_none());
                let is_doubled = swallows && self.is_doubled(written);
                let place = Surroundings {
                    context,
                    clause: Clause::around(&restored, behind.map(|next| next.ch)),
                    before: last_two(&restored),
                    after: following,
                    is_doubled,
                    is_free: remains.is_single() || is_doubled && written.settled,
                };
                let guess = Guess::at(remains, &place, ch, script, known, readings);
                ch = guess.ch;
                // A byte 80 is lost alone, to a decoder that does not read it as €.
                let alone = ends_in_80(ch) && !self.characters.contains(&'€');
                if swallows && swallowed.is_none() && !alone {
                    let literal = self.following(written.end);
                    let goes_on = reading.written.get(index + 1).filter(|next| next.damaged);
                    swallowed = match goes_on {
                        Some(goes_on) if !goes_on.ch.is_ascii() => {
                            let goes_on = [Some(goes_on.ch), next(2)];
                            unsaid(context, ch, goes_on, restored.ends_with(' '))
                        }
                        _ => self.before_ascii(ch, literal, written.end),
                    };
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

    /// Whether an ASCII character may have been swallowed with the last byte of a character.
    fn swallows(&self, chain: &Chain, written: &Written) -> bool {
        let [undo] = chain.undo else { return false };
        let is_kind = undo.written_in == Charset::Utf8 && undo.read_as == Charset::Gbk;
        let mark = written.end.checked_sub(1).map(|at| self.characters[at]);
        is_kind && mark == Some('?') && written.settled
    }

    /// Whether two marks in a row end a character. A pair of continuation bytes is always a character of
    /// GBK, so the first of them is the byte 80.
    fn is_doubled(&self, written: &Written) -> bool {
        let marks = self.characters[..written.end].iter().rev();
        marks.take_while(|ch| **ch == '?').count() == 2
    }

    /// The ASCII character that was swallowed, if syntax says.
    fn swallowed(&self, written: &Written, restored: &str) -> Option<char> {
        let from = self.offsets[written.end];
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
    fn before_ascii(&self, ch: char, next: char, at: usize) -> Option<char> {
        let at = self.offsets[at];
        if next == '\n' {
            // The end of a paragraph, or half of the line's end.
            let (before, after) = text_around(self.text, &(at..at));
            let has = |what: &str| before.contains(what) || after.contains(what);
            let is_last = at == self.text.len() || after.trim().is_empty();
            return if has("\r\n") {
                Some('\r')
            } else {
                (!is_last && has("\n\n") && !after.starts_with("\n\n")).then_some('\n')
            };
        }
        let ends = matches!(ch, '。' | '！' | '？' | '：' | '；' | '．');
        let opens = matches!(
            next,
            '`' | '[' | '$' | '{' | '\\' | '(' | '<' | '@' | '~' | '0'..='9'
        );
        let leads = matches!(next, '!' | '|' | '*' | '#' | '-' | '>');
        if next.is_ascii_alphabetic() || opens {
            Some(if ends { '\n' } else { ' ' })
        } else {
            (leads && ends).then_some('\n')
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
                let note = "a byte was lost; the likeliest character that fits";
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
        } else {
            found.decide(edit, options);
        }
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
}

impl Piece {
    fn context(&self, mut before: Before) -> Before {
        for ch in self.text.chars() {
            before.read(ch);
        }
        before
    }
}

/// Whether the last byte of a character in UTF-8 is 80.
fn ends_in_80(ch: char) -> bool {
    u32::from(ch).trailing_zeros() >= 6
}

/// The last two characters of a text.
fn last_two(text: &str) -> [Option<char>; 2] {
    let mut last = text.chars().rev();
    let (last, second_last) = (last.next(), last.next());
    [second_last, last]
}

/// What was swallowed where damaged text or a letter follows and syntax does not say what was between:
/// no decoder loses a byte in front of these, so something was.
fn unsaid(
    mut context: Before,
    ch: char,
    next: [Option<char>; 2],
    after_space: bool,
) -> Option<char> {
    /// How much likelier a line's end is than a space, in nats: that often it was one.
    const LINE_END: f32 = 1.5;
    let is_sign = |ch: char| matches!(ch, '\u{2190}'..='\u{2BFF}');
    let following = next[0].filter(|ch| !ch.is_ascii())?;
    if is_sign(following) || is_sign(ch) && after_space {
        return Some(' ');
    }
    context.read(ch);
    let price = |between: char| {
        let mut context = context;
        let own = context.read(between);
        let after = next.into_iter().map_while(|next| next);
        own + after.map(|next| context.read(next)).sum::<f32>()
    };
    let ends = price('\n') - LINE_END < price(' ');
    Some(if ends { '\n' } else { ' ' })
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
