//! Single signs of UTF-8 text that were read in another charset: `â€œ好â€` was `“好”`, `it鈥檚` was
//! `it’s`, `鉁?Done` was `✓ Done`.
//!
//! Text that is ASCII but for a few signs, or Chinese whose quotation marks went through another
//! program, is damaged in single places, which are too short for the language model to prove
//! anything. But what such a sign becomes is written by nobody on purpose: `â€` in the one case, 鈥,
//! 鈫 and 鉁 beside ASCII in the other. A text that speaks of such damage, or shows it in quotes, is
//! left as it is.

use std::ops::Range;

use zhnorm_lang::boundary;

use super::charset::Charset;
use crate::repair::edits::{Edit, Flag, Found, More};

/// What was read in GBK: the character of the first two bytes, and these bytes.
const AS_GBK: &[(char, [u8; 2])] = &[
    ('鈥', [0xE2, 0x80]),
    ('鈫', [0xE2, 0x86]),
    ('鉁', [0xE2, 0x9C]),
    ('鉂', [0xE2, 0x9D]),
];

/// What was lost after such a character stood for a sign: the signs, likeliest first, and how sure
/// the first is.
const LOSSY: &[(char, &[char], f32)] = &[
    ('鈫', &['→', '←', '↑', '↓'], 0.9),
    ('鉁', &['✓', '✅', '✔', '✗'], 0.5),
    ('鉂', &['❌', '❗', '❓'], 0.8),
];

const NOTE: &str = "a sign of UTF-8 text that was read in another charset";

/// Finds damaged signs in the runs of suspicious characters that `other`, what was found so far,
/// leaves alone.
pub(super) fn find<'a>(
    text: &str,
    runs: impl Iterator<Item = &'a Range<usize>>,
    other: &Found,
) -> Found {
    let mut found = Found::default();
    let quotations = text.contains("â€œ") || text.contains("â\u{80}\u{9c}");
    for run in runs {
        let after = (other.edits).partition_point(|edit| edit.span.end <= run.start);
        let next = other.edits.get(after);
        if next.is_some_and(|edit| edit.span.start < run.end) {
            continue;
        }
        let mut done = run.start;
        for (offset, ch) in text[run.clone()].char_indices() {
            let start = run.start + offset;
            if start < done {
                continue;
            }
            let sign = match ch {
                'â' => as_western(&text[start..], quotations).map(Sign::Read),
                _ => as_gbk(text, start, ch),
            };
            let Some(sign) = sign else { continue };
            let (length, rule) = match &sign {
                Sign::Read(read) | Sign::Doubtful(read) => (read.length, read.rule),
            };
            let span = start..start + length;
            if is_shown(text, &span) {
                continue;
            }
            done = span.end;
            match sign {
                Sign::Read(read) => found.edits.push(Edit {
                    rule,
                    span,
                    after: read.after,
                    confidence: read.confidence,
                    more: Some(Box::new(More::new(read.alternatives, NOTE))),
                }),
                Sign::Doubtful(read) => found.flags.push(Flag {
                    rule: rule.into(),
                    span,
                    note: Some(NOTE.into()),
                    confidence: Some(read.confidence),
                    alternatives: read.alternatives,
                }),
            }
        }
    }
    found
}

/// A sign as it was written.
struct Read {
    rule: &'static str,
    length: usize,
    after: String,
    confidence: f32,
    alternatives: Vec<String>,
}

enum Sign {
    Read(Read),
    /// Nothing tells which sign it was.
    Doubtful(Read),
}

/// A sign read in Windows-1252 or ISO-8859-1; `quotations` tells that the text has opening marks
/// that were, which decides what a lost third byte was.
fn as_western(rest: &str, quotations: bool) -> Option<Read> {
    let mut characters = rest.chars().skip(1);
    let second = characters
        .next()
        .filter(|ch| matches!(ch, '€' | '\u{80}'))?;
    let head = 'â'.len_utf8() + second.len_utf8();
    let third = characters.next();
    let code = third.and_then(|third| Charset::Windows1252.code(third));
    let last = match code.as_ref().map(super::charset::Code::bytes) {
        Some(&[byte @ 0x80..=0xBF]) => Some(byte),
        _ => None,
    };
    let (after, length, confidence) = match (last, third) {
        (Some(last), Some(third)) => {
            let bytes = [0xE2, 0x80, last];
            let sign = std::str::from_utf8(&bytes).ok()?.chars().next()?;
            if !matches!(sign, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203B}') {
                return None;
            }
            (sign, head + third.len_utf8(), 0.97)
        }
        // Many programs drop 9D, which Windows-1252 leaves undefined.
        _ if quotations => ('”', head, 0.9),
        _ => return None,
    };
    Some(Read {
        rule: "mojibake.utf8-as-latin1",
        length,
        after: after.into(),
        confidence,
        alternatives: Vec::new(),
    })
}

/// A sign read in GBK, which took the ASCII character after it along, or lost its last byte with it.
fn as_gbk(text: &str, start: usize, ch: char) -> Option<Sign> {
    const RULE: &str = "mojibake.utf8-as-gbk";
    let &(_, head) = AS_GBK.iter().find(|(read, _)| *read == ch)?;
    let before = text[..start].chars().next_back();
    // Beside ideographs it is for the model to decide.
    if before.is_some_and(|ch| !ch.is_ascii()) {
        return None;
    }
    let rest = &text[start + ch.len_utf8()..];
    let second = rest.chars().next()?;
    let behind = rest[second.len_utf8()..].chars().next();
    if second == '?' || second == '\u{FFFD}' {
        let apart = before.is_none_or(|ch| !ch.is_ascii_alphanumeric());
        if !apart {
            return None;
        }
        // A decoder that leaves `?` has swallowed what is between.
        let swallows = second == '?' && behind.is_some_and(|ch| !ch.is_ascii_whitespace());
        let written = |sign: char| {
            let mut written = String::from(sign);
            written.extend(swallows.then_some(' '));
            written
        };
        let read = |signs: &[char], confidence: f32| Read {
            rule: RULE,
            length: ch.len_utf8() + second.len_utf8(),
            after: signs.first().map(|sign| written(*sign)).unwrap_or_default(),
            confidence,
            alternatives: signs.iter().skip(1).map(|sign| written(*sign)).collect(),
        };
        return Some(match LOSSY.iter().find(|(read, ..)| *read == ch) {
            Some((_, signs, confidence)) => Sign::Read(read(signs, *confidence)),
            None => Sign::Doubtful(read(&['”', '“', '…', '—', '’'], 0.3)),
        });
    }
    let code = Charset::Gbk.code(second)?;
    let &[third, taken @ b' '..=b'~'] = code.bytes() else {
        return None;
    };
    let sign = [head[0], head[1], third];
    let sign = std::str::from_utf8(&sign).ok()?.chars().next()?;
    let known = matches!(sign, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203B}' | '\u{2190}'..='\u{21FF}' | '\u{2700}'..='\u{27BF}');
    known.then(|| {
        Sign::Read(Read {
            rule: RULE,
            length: ch.len_utf8() + second.len_utf8(),
            after: format!("{sign}{}", char::from(taken)),
            confidence: 0.97,
            alternatives: Vec::new(),
        })
    })
}

/// Whether the text shows the damage on purpose: in quotes, in code, or on a line that speaks of it.
fn is_shown(text: &str, span: &Range<usize>) -> bool {
    /// Words of texts about wrong decodings.
    const TOPICS: &[&str] = &[
        "乱码",
        "亂碼",
        "文字化け",
        "ojibake",
        "编码",
        "編碼",
        "解码",
        "解碼",
        "encod",
        "decod",
        "UTF-8",
        "utf-8",
    ];
    /// Bytes of the line on each side that are looked at.
    const REACH: usize = 2000;
    let before = &text[boundary::ceil(text, span.start.saturating_sub(REACH))..span.start];
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = &text[span.end..boundary::floor(text, (span.end + REACH).min(text.len()))];
    let after = after.split('\n').next().unwrap_or_default();
    let quoted = before.ends_with(['"', '\'', '`', '/', '|', '[', '\t', ','])
        && after.starts_with(['"', '\'', '`', '/', '|', ']', '\t', ',']);
    let alone = before.trim().is_empty() && after.trim().is_empty();
    quoted
        || alone
        || before.matches('`').count() % 2 == 1 && after.contains('`')
        || TOPICS
            .iter()
            .any(|topic| before.contains(topic) || after.contains(topic))
}

#[cfg(test)]
mod tests {
    use crate::repair::{Options, repair};
    use crate::report::Report;

    fn repaired(text: &str) -> String {
        repair(text, &Options::default(), &mut Report::counting()).into_owned()
    }

    #[test]
    fn single_signs_are_read() {
        for (damaged, written) in [
            (
                "他说：â€œ今天很好â€\u{9d}，于是走了",
                "他说：“今天很好”，于是走了",
            ),
            (
                "他说：â€œ今天很好â€，于是走了",
                "他说：“今天很好”，于是走了",
            ),
            ("他等了很久â€”â€”真的â€¦", "他等了很久——真的…"),
            ("I don鈥檛 know, it鈥檚 fine", "I don’t know, it’s fine"),
            ("鉁?Done", "✓ Done"),
            ("input 鈫?output", "input → output"),
        ] {
            assert_eq!(repaired(damaged), written);
        }
    }

    #[test]
    fn what_is_shown_stays() {
        for text in [
            "把 `â€œ` 换成 “",
            "'â€œ': '“'",
            "乱码如 â€œ 是怎么来的",
            "鈥",
            "化学元素鈥的符号",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
