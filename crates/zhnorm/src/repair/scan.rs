//! The quick look: does a text hold anything that repair has work with?
//!
//! Most text is healthy and must pass at the speed of reading it. One loop looks at each
//! character and asks one bit whether it is of a kind that damage is made of; ASCII is looked at
//! eight bytes at once. Everything slower happens only where such characters occur. The steps of
//! the repair learn here where there is something for them to look at, and read nothing else.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;
use zhnorm_lang::characters::is_private_use;

use super::findings::Findings;
use super::{escape, mojibake, pinyin, spaced};

/// Suspects as far apart as this, in bytes, belong to one damaged run.
const GAP: usize = 36;

/// What a character gives reason to.
pub(super) struct Reasons {
    pub(super) mojibake: bool,
    pub(super) fold: bool,
    pub(super) lost: bool,
}

/// Looks at a character that the table marks.
pub(super) fn reasons(ch: char) -> Reasons {
    let invisible = matches!(ch, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}');
    let private = is_private_use(ch);
    let compatible = matches!(ch, '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}');
    Reasons {
        mojibake: mojibake::is_suspect(ch),
        fold: invisible || private || compatible,
        lost: matches!(
            ch,
            '\u{FFFD}' | '锟' | '錕' | '烫' | '燙' | '屯' | '葺' | '鎺'
        ),
    }
}

/// Where characters are that give reasons of one kind or another, and whether all of a range do.
/// Asking each character of the plane would take longer than most texts.
const CANDIDATES: [(RangeInclusive<u16>, bool); 10] = [
    (0x80..=0x24F, false),
    (0x2C6..=0x2DC, false),
    (0x400..=0x45F, true),
    (0x200B..=0x200D, true),
    (0x2E80..=0x2FDF, true),
    (0x3400..=0x4DBF, true),
    (0x4E00..=0x9FFF, false),
    (0xAC00..=0xD7A3, true),
    (0xE000..=0xFAFF, true),
    (0xFEFF..=0xFFFD, false),
];

static MARKED: LazyLock<Box<[u64; 1024]>> = LazyLock::new(|| {
    let mut marked = Box::new([0u64; 1024]);
    for (range, all) in CANDIDATES {
        for code in range {
            let is_marked = all
                || char::from_u32(u32::from(code)).is_some_and(|ch| {
                    let reasons = reasons(ch);
                    reasons.mojibake || reasons.fold || reasons.lost
                });
            marked[usize::from(code) / 64] |= u64::from(is_marked) << (code % 64);
        }
    }
    marked
});

/// The highest bit of each byte.
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);

/// Marks, by its highest bit, each of eight ASCII bytes that is of a kind that escapes and the
/// pinyin garble are made of: `;` `\` `%` `=` `)` `?`. Some others are marked too.
#[inline]
fn specials(word: u64) -> u64 {
    const fn all(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    // Where a byte is zero; also after one that is.
    let zero = |word: u64| word.wrapping_sub(all(1)) & !word;
    let marked = zero((word | all(0x04)) ^ all(b'?')) // ; ?
        | zero(word ^ all(b'='))
        | zero((word | all(0x0C)) ^ all(b'-')) // % ) and ! -
        | zero(word ^ all(b'\\'));
    marked & HIGH
}

/// Looks over a text once.
pub(super) fn scan(text: &str) -> Findings {
    let marked: &[u64; 1024] = &MARKED;
    let bytes = text.as_bytes();
    let mut found = Collector::default();
    let is_marked = |code: usize| marked[(code / 64) & 1023] >> (code % 64) & 1 != 0;
    let continuation = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0) & 0x3F);
    let mut at = 0;
    loop {
        at += healthy_run(&bytes[at..], marked);
        // Here is a character that is marked, or not of three bytes.
        let Some(&byte) = bytes.get(at) else {
            return found.finish();
        };
        match byte {
            0..=0x7F => {
                if byte == b' ' {
                    found.space(at);
                }
                at = found.ascii_run(bytes, at);
                found.wide_bracket(bytes, at);
            }
            0x80..=0xDF => {
                let code = (usize::from(byte) & 0x1F) << 6 | continuation(at + 1);
                if is_marked(code) {
                    found.take(text, at, at + 2);
                }
                if (0xC3..=0xC7).contains(&byte) && pinyin::may_be_replaced(bytes, at) {
                    found.findings.toned.push(at);
                }
                at += 2;
                found.wide_bracket(bytes, at);
            }
            0xE0..=0xEF => {
                found.take(text, at, at + 3);
                at += 3;
            }
            0xF0..=0xFF => {
                // Compatibility ideographs beyond the Basic Multilingual Plane.
                if bytes[at..].starts_with(b"\xF0\xAF") {
                    found.findings.foldable.push(at);
                }
                at += 4;
            }
        }
    }
}

/// How many bytes of characters come first that take three bytes and are not marked.
// By itself, so that all of the processor's registers are the loop's.
#[inline(never)]
fn healthy_run(bytes: &[u8], marked: &[u64; 1024]) -> usize {
    let characters = bytes.as_chunks::<3>().0;
    let is_healthy = |&[lead, second, third]: &[u8; 3]| {
        // With any lead byte that is not one of three this is no row of the table.
        let row = (usize::from(lead) << 6)
            .wrapping_add(usize::from(second))
            .wrapping_sub((0xE0 << 6) + 0x80);
        marked
            .get(row)
            .is_some_and(|row| row >> (third & 0x3F) & 1 == 0)
    };
    let healthy = characters.iter().position(|one| !is_healthy(one));
    3 * healthy.unwrap_or(characters.len())
}

#[derive(Default)]
struct Collector {
    findings: Findings,
    /// The run that is being collected, and how many suspects it has; one of private use, where
    /// wrong decoders put what they have no character for, counts twice.
    run: Option<(Range<usize>, usize)>,
    /// Where the last space was, and how many in a row were one character apart.
    space: usize,
    spaces: usize,
}

impl Collector {
    /// Looks at the ASCII characters from a place on, of which there is one, and gives their end.
    #[inline]
    fn ascii_run(&mut self, bytes: &[u8], mut at: usize) -> usize {
        loop {
            let rest = &bytes[at..];
            let eight = if let Some(eight) = rest.first_chunk() {
                *eight
            } else {
                // After the end of the text comes something that is no ASCII.
                let mut eight = [0xFF; 8];
                eight[..rest.len()].copy_from_slice(rest);
                eight
            };
            let word = u64::from_le_bytes(eight);
            let wide = word & HIGH;
            let mut marked = specials(word) & !wide & wide.wrapping_sub(1);
            while marked != 0 {
                self.special(bytes, at + (marked.trailing_zeros() / 8) as usize);
                marked &= marked - 1;
            }
            at += (wide.trailing_zeros() / 8) as usize;
            if wide != 0 {
                return at;
            }
        }
    }

    /// Asks a special character whether it may be part of damage.
    fn special(&mut self, bytes: &[u8], at: usize) {
        match bytes[at] {
            b')' if pinyin::may_close(bytes, at) => self.findings.closings.push(at),
            b'?' if pinyin::may_break(bytes, at) => self.findings.breaks.push(at),
            b';' | b'\\' | b'%' | b'=' if escape::may_be_at(bytes, at) => {
                self.findings.escapes.push(at);
            }
            _ => {}
        }
    }

    /// Asks what is behind a letter whether it is a full-width bracket that may close a reading.
    #[inline]
    fn wide_bracket(&mut self, bytes: &[u8], at: usize) {
        if pinyin::may_close_wide(bytes, at) {
            self.findings.closings.push(at);
        }
    }

    /// Takes note of a space; after each of a row is one character of three bytes.
    fn space(&mut self, at: usize) {
        self.spaces = if at == self.space + 4 {
            self.spaces + 1
        } else {
            0
        };
        self.space = at;
        if self.spaces == spaced::ROW {
            self.findings.spaced.push(at);
        }
    }

    #[cold]
    fn take(&mut self, text: &str, start: usize, end: usize) {
        let Some(ch) = text.get(start..end).and_then(|one| one.chars().next()) else {
            return;
        };
        let reasons = reasons(ch);
        if reasons.fold {
            self.findings.foldable.push(start);
        }
        if reasons.lost {
            self.findings.lossy.push(start);
        }
        if !reasons.mojibake {
            return;
        }
        let weight = if is_private_use(ch) { 2 } else { 1 };
        match &mut self.run {
            Some((run, suspects))
                if start - run.end <= GAP && !text[run.end..start].contains('\n') =>
            {
                run.end = end;
                *suspects += weight;
            }
            _ => {
                self.close();
                self.run = Some((start..end, weight));
            }
        }
    }

    fn close(&mut self) {
        match self.run.take() {
            Some((run, 1)) => self.findings.lone.push(run),
            Some((run, _)) => self.findings.suspicious.push(run),
            None => {}
        }
    }

    fn finish(mut self) -> Findings {
        self.close();
        self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_what_gives_reasons() {
        for ch in '\u{80}'..='\u{FFFF}' {
            let reasons = reasons(ch);
            let expected = reasons.mojibake || reasons.fold || reasons.lost;
            let is_marked = MARKED[ch as usize / 64] >> (ch as usize % 64) & 1 != 0;
            assert_eq!(is_marked, expected, "{:X}", ch as u32);
        }
    }

    #[test]
    fn healthy_text_has_nothing_suspicious() {
        for text in [
            "这是一个很普通的句子，说的是天气。“好，”他说。",
            "軟體工程師開發了新的程式；『是嗎？』",
            "Hello, world — it’s fine",
            "日本語の文章です。カタカナも。",
            "我哋喺度食嘢",
        ] {
            let found = scan(text);
            assert!(
                found.suspicious.is_empty() && found.foldable.is_empty(),
                "{text} {found:?}"
            );
        }
    }

    #[test]
    fn a_damaged_run_is_one_range_of_its_line() {
        let text = "好\n他说：涓\u{e15f}枃绯荤粺 ok\n好";
        let found = scan(text);
        assert_eq!(found.suspicious.len(), 1);
        assert!(text[found.suspicious[0].clone()].ends_with("枃绯荤粺"));
    }
}
