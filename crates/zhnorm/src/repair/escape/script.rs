//! Escapes of scripts: `\u4e2d` of JavaScript and Java, `\u{4e2d}` of newer JavaScript, `%u4E2D` of
//! JavaScript's `escape`.

use std::ops::Range;

use super::{Read, Row, is_about_escapes, is_address, is_beside_chinese, is_chinese, is_code};

/// Reads a row of `\u4e2d` from a backslash on.
pub(super) fn backslash(text: &str, at: usize) -> Row {
    let (after, end, count) = row(text, at, "\\u");
    Row {
        end,
        read: (count > 0)
            .then(|| backslashes(text, at..end, after, count))
            .flatten(),
    }
}

fn backslashes(text: &str, span: Range<usize>, after: String, count: usize) -> Option<Read> {
    let (at, end) = (span.start, span.end);
    let before = text[..at].chars().next_back();
    let trailing = text[end..].chars().next();
    // A range of a pattern, a path, or an escaped backslash.
    let is_range = count < 3 && (before == Some('-') || trailing == Some('-'));
    if (is_range || matches!(before, Some('\\' | '['))) && !is_beside_chinese(text, &span)
        || is_range && trailing == Some('-')
        || matches!(trailing, Some(']' | '\\'))
        || is_code(text, &span)
        || is_about_escapes(text, &span)
    {
        return None;
    }
    // What follows a letter or a colon may be a path.
    let alone = !before.is_some_and(|ch| ch.is_ascii_alphanumeric() || ch == ':');
    Some(Read {
        rule: "escape.unicode",
        span: span.clone(),
        after,
        evident: count >= 4 || alone && count >= 2 || alone && is_beside_chinese(text, &span),
    })
}

/// Reads a row of `%u4E2D` from a percent sign on.
pub(super) fn percent(text: &str, at: usize) -> Row {
    let (after, end, count) = row(text, at, "%u");
    let span = at..end;
    let stays =
        count == 0 || is_address(text, at) || is_code(text, &span) || is_about_escapes(text, &span);
    Row {
        end,
        read: (!stays).then(|| Read {
            rule: "escape.unicode",
            evident: count >= 2 || is_beside_chinese(text, &span),
            span,
            after,
        }),
    }
}

/// Reads escapes that follow one another; all must stand for Chinese, but for pairs of
/// surrogates. Gives what they stand for, where they end, and how many there are.
fn row(text: &str, start: usize, mark: &str) -> (String, usize, usize) {
    let mut after = String::new();
    let mut at = start;
    let mut count = 0;
    let unit = |at: usize| {
        let rest = text.get(at..)?.strip_prefix(mark)?;
        let (digits, width) = match rest.strip_prefix('{') {
            Some(braced) => {
                let length = braced.bytes().take(7).position(|byte| byte == b'}')?;
                (braced.get(..length).filter(|_| length >= 4)?, length + 2)
            }
            None => (rest.get(..4)?, 4),
        };
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let code = u32::from_str_radix(digits, 16).ok()?;
        Some((code, mark.len() + width))
    };
    while let Some((code, width)) = unit(at) {
        let (ch, next) = match code {
            0xD800..=0xDBFF => {
                let Some((low @ 0xDC00..=0xDFFF, _)) = unit(at + width) else {
                    break;
                };
                let code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                (char::from_u32(code), at + 2 * width)
            }
            _ => (char::from_u32(code), at + width),
        };
        let Some(ch) = ch.filter(|ch| {
            let symbol = matches!(ch, '\u{2010}'..='\u{27BF}');
            let within = u32::from(*ch) >= 0xA0 && count > 0;
            is_chinese(*ch) || symbol || within || u32::from(*ch) > 0xFFFF
        }) else {
            break;
        };
        after.push(ch);
        at = next;
        count += 1;
    }
    (after, at, count)
}
