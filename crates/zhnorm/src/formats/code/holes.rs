//! Code that stands within strings: `{value}`, `${value}`, `$(command)`, `%(name)s`. It is no text.

use std::ops::Range;

use super::Language;

/// The places of code in a string, in order.
pub(super) fn holes(text: &str, range: Range<usize>, language: Language) -> Vec<Range<usize>> {
    let bytes = &text.as_bytes()[..range.end];
    let before = range.start.checked_sub(1).map(|at| bytes[at]);
    let is_single = before == Some(b'\'');
    let is_format = language == Language::Python && is_format(bytes, range.start);
    let mut holes = Vec::new();
    let mut at = range.start;
    let begins = |byte: &u8| matches!(byte, b'$' | b'{' | b'\\' | b'%');
    while let Some(found) = (bytes.get(at..)).and_then(|rest| rest.iter().position(begins)) {
        let start = at + found;
        let next = bytes.get(start + 1).copied();
        let end = match (bytes[start], next) {
            (b'\\', _) => {
                at = start + 2;
                continue;
            }
            // In an f-string two braces are one.
            (b'{', Some(b'{')) if is_format => {
                at = start + 2;
                continue;
            }
            (b'{', _) if is_format => closed(bytes, start + 1, b'}').unwrap_or(range.end),
            (b'{', Some(b'$')) => closed(bytes, start + 1, b'}').unwrap_or(start + 1),
            (b'%', Some(b'(')) => formatted(bytes, start).unwrap_or(start + 1),
            (b'{', _) => named(text, start, range.end).unwrap_or(start + 1),
            (b'$', _) if language == Language::Shell && is_single => start + 1,
            (b'$', Some(b'{')) => closed(bytes, start + 2, b'}').unwrap_or(range.end),
            (b'$', Some(b'(')) if language == Language::Shell => {
                closed(bytes, start + 2, b')').unwrap_or(range.end)
            }
            (b'$', _) if matches!(language, Language::Shell | Language::C) => {
                let is_of_name = |ch: char| ch.is_alphanumeric() || ch == '_';
                let rest = &text[start + 1..range.end];
                // The end of a name in Chinese cannot be told from what follows it.
                let length = rest.find(|ch| !is_of_name(ch)).unwrap_or(rest.len());
                start + 1 + length
            }
            _ => start + 1,
        };
        if end > start + 1 {
            holes.push(start..end);
        }
        at = end;
    }
    holes
}

/// The end of a template literal, whose code may have template literals of its own.
pub(super) fn template_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr3(b'`', b'$', b'\\', bytes.get(at..)?)?;
        match bytes[at] {
            b'`' => return Some(at),
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = closed(bytes, at + 2, b'}')?,
            b'$' => at += 1,
            _ => at += 2,
        }
    }
}

/// Behind the bracket that closes code which begins here. Strings in it may have brackets.
fn closed(bytes: &[u8], start: usize, close: u8) -> Option<usize> {
    let open = if close == b'}' { b'{' } else { b'(' };
    let (mut depth, mut at) = (1, start);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            _ if byte == open => depth += 1,
            _ if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b'\\' => at += 1,
            quote @ (b'"' | b'\'' | b'`') => {
                let end = memchr::memchr2(quote, b'\n', bytes.get(at..)?);
                if let Some(end) = end.filter(|end| bytes[at + end] == quote) {
                    at += end + 1;
                }
            }
            _ => {}
        }
    }
    None
}

/// Behind the brace that closes a name in braces, as templates of messages have it.
fn named(text: &str, start: usize, limit: usize) -> Option<usize> {
    let length = memchr::memchr2(b'}', b'{', &text.as_bytes()[start + 1..limit])?;
    let end = start + 1 + length;
    let is_name = |ch: char| ch.is_alphanumeric() || "_.:!-[]".contains(ch);
    (text.as_bytes()[end] == b'}' && text[start + 1..end].chars().all(is_name)).then_some(end + 1)
}

/// Behind a name in brackets that `%` formats: `%(name)s`.
fn formatted(bytes: &[u8], start: usize) -> Option<usize> {
    /// The longest name.
    const LONGEST: usize = 64;
    let inner = bytes[start + 2..].iter().take(LONGEST);
    let close = start
        + 2
        + inner
            .clone()
            .position(|byte| matches!(byte, b')' | b'\n'))?;
    let is_format = bytes[close] == b')'
        && (bytes.get(close + 1))
            .is_some_and(|kind| kind.is_ascii_alphabetic() || b"-.#0".contains(kind));
    is_format.then_some(close + 2)
}

/// Whether letters before the quotes of a Python string say that it has code in it.
fn is_format(bytes: &[u8], start: usize) -> bool {
    let is_quote = |byte: &&u8| matches!(byte, b'"' | b'\'');
    let mut before = bytes[..start].iter().rev().skip_while(is_quote);
    before
        .by_ref()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .take(3)
        .any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'))
}
