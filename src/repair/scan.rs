//! The quick look: does a text hold anything that repair has work with?
//!
//! Most text is healthy and must pass at the speed of reading it. One loop decodes each
//! character and asks one bit whether it is of a kind that damage is made of; everything slower
//! happens only where such characters stand.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use super::mojibake;

/// Suspects as far apart as this, in bytes, belong to one damaged run.
const GAP: usize = 36;

/// What a look over a text found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Runs with at least two characters that healthy Chinese seldom has: where mojibake may be.
    pub(super) suspicious: Vec<Range<usize>>,
    /// Places of single characters of that kind, which count only beside proven damage.
    pub(super) lone: Vec<Range<usize>>,
    /// Whether there are characters for `unicode`: radicals, compatibility ideographs,
    /// private use, invisible characters.
    pub(super) foldable: bool,
    /// Whether there may be traces of loss for `lost`.
    pub(super) lossy: bool,
}

/// What a character gives reason to.
pub(super) struct Reasons {
    pub(super) mojibake: bool,
    pub(super) fold: bool,
    pub(super) lost: bool,
}

/// Looks at a character that the table marks.
pub(super) fn reasons(ch: char) -> Reasons {
    let invisible = matches!(ch, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}');
    let private = matches!(ch, '\u{E000}'..='\u{F8FF}');
    let compatible = matches!(ch, '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}');
    Reasons {
        mojibake: mojibake::is_suspect(ch),
        fold: invisible || private || compatible,
        lost: matches!(ch, '\u{FFFD}' | '锟' | '烫' | '屯' | '葺' | '鎺'),
    }
}

/// Where characters stand that give reasons of one kind or another, and whether all of a range do.
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

/// Looks over a text once.
pub(super) fn scan(text: &str) -> Findings {
    let marked: &[u64; 1024] = &MARKED;
    let bytes = text.as_bytes();
    let mut found = Collector::default();
    let is_marked = |code: usize| marked[(code / 64) & 1023] >> (code % 64) & 1 != 0;
    let continuation = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0) & 0x3F);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            0..=0x7F => at += ascii_run(&bytes[at..]),
            0x80..=0xDF => {
                let code = (usize::from(byte) & 0x1F) << 6 | continuation(at + 1);
                if is_marked(code) {
                    found.take(text, at, at + 2);
                }
                at += 2;
            }
            0xE0..=0xEF => {
                let code = (usize::from(byte) & 0xF) << 12
                    | continuation(at + 1) << 6
                    | continuation(at + 2);
                if is_marked(code) {
                    found.take(text, at, at + 3);
                }
                at += 3;
            }
            0xF0..=0xFF => {
                // Compatibility ideographs beyond the Basic Multilingual Plane.
                if bytes[at..].starts_with(b"\xF0\xAF") {
                    found.findings.foldable = true;
                }
                at += 4;
            }
        }
    }
    found.finish()
}

/// How many ASCII bytes come first; at least one is known to.
fn ascii_run(bytes: &[u8]) -> usize {
    let mut length = 0;
    for chunk in bytes.chunks_exact(8) {
        let word = u64::from_le_bytes([
            chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7],
        ]);
        let high = word & 0x8080_8080_8080_8080;
        if high != 0 {
            return length + high.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length
        + bytes[length..]
            .iter()
            .take_while(|byte| byte.is_ascii())
            .count()
}

#[derive(Default)]
struct Collector {
    findings: Findings,
    /// The run that is being collected, and how many suspects it has.
    run: Option<(Range<usize>, usize)>,
}

impl Collector {
    #[cold]
    fn take(&mut self, text: &str, start: usize, end: usize) {
        let Some(ch) = text.get(start..end).and_then(|one| one.chars().next()) else {
            return;
        };
        let reasons = reasons(ch);
        self.findings.foldable |= reasons.fold;
        self.findings.lossy |= reasons.lost;
        if !reasons.mojibake {
            return;
        }
        match &mut self.run {
            Some((run, suspects))
                if start - run.end <= GAP && !text[run.end..start].contains('\n') =>
            {
                run.end = end;
                *suspects += 1;
            }
            _ => {
                self.close();
                self.run = Some((start..end, 1));
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
                found.suspicious.is_empty() && !found.foldable,
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
