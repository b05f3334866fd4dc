//! Bytes written as digits: `%E4%B8%AD` of addresses, `=E4=B8=AD` of mail, `\xe4\xb8\xad` and
//! `\344\270\255` of programs.

use std::ops::Range;
use zhnorm_lang::characters::is_basic_han;

use super::{
    Read, Row, encloses, is_about_escapes, is_address, is_chinese, is_code, line_after, line_before,
};
use crate::repair::mojibake::{Before, Charset};

/// Reads a row of `%XX` from a percent sign on.
pub(super) fn percent(text: &str, at: usize) -> Row {
    let (bytes, end) = row(text, at, b'%');
    Row {
        end,
        read: percents(text, at..end, &bytes),
    }
}

fn percents(text: &str, span: Range<usize>, bytes: &[u8]) -> Option<Read> {
    let (after, plausible) = chinese(bytes)?;
    if is_address(text, span.start) || is_code(text, &span) {
        return None;
    }
    Some(Read {
        rule: "escape.percent",
        span,
        after,
        evident: plausible && bytes.len() >= 3,
    })
}

/// Reads a row of `=XX` from an equals sign on; lines broken by `=` go on.
pub(super) fn quoted_printable(text: &str, at: usize) -> Row {
    let (bytes, end) = row(text, at, b'=');
    Row {
        end,
        read: equals(text, at..end, &bytes),
    }
}

fn equals(text: &str, mut span: Range<usize>, bytes: &[u8]) -> Option<Read> {
    // A broken line that nothing follows is no part of the row.
    while text[span.clone()].ends_with('\n') {
        let broken = if text[span.clone()].ends_with("\r\n") {
            3
        } else {
            2
        };
        span.end -= broken;
    }
    let before = text[..span.start].chars().next_back();
    if before.is_some_and(|ch| matches!(ch, '=' | '?' | '&' | '_')) {
        return None;
    }
    let (after, plausible) = chinese(bytes)?;
    let alone = !before.is_some_and(|ch| ch.is_ascii_alphanumeric());
    Some(Read {
        rule: "escape.mime",
        span,
        after,
        evident: plausible && (bytes.len() >= 12 || alone && bytes.len() >= 3),
    })
}

/// Reads a row of `\xe4` or `\344` from a backslash on.
pub(super) fn backslash(text: &str, start: usize) -> Row {
    let source = text.as_bytes();
    let (mut bytes, mut at) = (Vec::new(), start);
    loop {
        while let Some((byte, length)) = program_byte(&source[at..]) {
            bytes.push(byte);
            at += length;
        }
        // What is ASCII is written as it is, and the row goes on behind it.
        let plain = plain_ascii(&source[at..]);
        if plain == 0 || program_byte(&source[at + plain..]).is_none() {
            break;
        }
        bytes.extend_from_slice(&source[at..at + plain]);
        at += plain;
    }
    let span = start..at;
    // A byte or two may be the end of a path, or an example.
    let known = || {
        let (after, plausible) = chinese(&bytes).filter(|_| bytes.len() >= 6)?;
        let (before, behind) = (line_before(text, start), line_after(text, at));
        let quoted = before.ends_with("b'") || before.ends_with("b\"") || encloses(before, behind);
        let stays = quoted
            || before.ends_with(['\\', '['])
            || is_code(text, &span)
            || is_about_escapes(text, &span);
        (plausible && !stays).then(|| Read {
            rule: "escape.bytes",
            span: span.clone(),
            after,
            evident: true,
        })
    };
    Row {
        end: at.max(start + 1),
        read: known(),
    }
}

/// How many bytes of ASCII come first that a string of a program has as they are; a few at most.
fn plain_ascii(source: &[u8]) -> usize {
    const MOST: usize = 24;
    let is_plain =
        |byte: &&u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'\\' | b'"' | b'\'' | b'`');
    source.iter().take(MOST).take_while(is_plain).count()
}

/// A byte above 7F as `\xe4` or `\344`, or an ASCII character in a row of such, and its length.
fn program_byte(source: &[u8]) -> Option<(u8, usize)> {
    let digits = |digits: &[u8], radix: u32| {
        digits.iter().try_fold(0u32, |value, digit| {
            Some(value * radix + char::from(*digit).to_digit(radix)?)
        })
    };
    match source {
        [b'\\', b'x', high, low, ..] => Some((digits(&[*high, *low], 16)? as u8, 4)),
        [b'\\', first @ b'2'..=b'3', second, third, ..] => {
            Some((digits(&[*first, *second, *third], 8)? as u8, 4))
        }
        _ => None,
    }
}

/// Whether two bytes can be the digits after a mark.
pub(super) fn may_be_digits(mark: u8, two: [u8; 2]) -> bool {
    two.iter().all(|byte| value(mark, *byte).is_some())
}

fn value(mark: u8, digit: u8) -> Option<u32> {
    // Quoted-printable writes capitals, and small letters are words.
    let is_capital = mark == b'%' || !digit.is_ascii_lowercase();
    char::from(digit).to_digit(16).filter(|_| is_capital)
}

fn row(text: &str, start: usize, mark: u8) -> (Vec<u8>, usize) {
    let source = text.as_bytes();
    let digit = |at: usize| value(mark, *source.get(at)?);
    let (mut bytes, mut at) = (Vec::new(), start);
    loop {
        if mark == b'=' {
            if source[at..].starts_with(b"=\r\n") {
                at += 3;
                continue;
            }
            if source[at..].starts_with(b"=\n") {
                at += 2;
                continue;
            }
        }
        if source.get(at) != Some(&mark) {
            break;
        }
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else {
            break;
        };
        bytes.push((high << 4 | low) as u8);
        at += 3;
    }
    (bytes, at)
}

/// The text that the bytes are, if it is Chinese, in UTF-8 or else in GBK, and whether that is
/// what they must be.
fn chinese(bytes: &[u8]) -> Option<(String, bool)> {
    if bytes.len() < 2 {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let other = |ch: char| ch.is_ascii_control() && ch != '\n' && ch != '\r' && ch != '\t';
        let known = text.contains(is_chinese) && !text.contains(other);
        return known.then(|| (text.to_owned(), text.contains(is_basic_han)));
    }
    let text = Charset::Gbk.decode(bytes)?;
    let mut before = Before::default();
    let cost: f32 = text.chars().map(|ch| before.read(ch)).sum();
    let characters = text.chars().count();
    let plausible = cost / (characters as f32) < 9.5;
    let plausible = plausible && text.contains(is_basic_han);
    text.contains(is_chinese).then_some((text, plausible))
}
