//! Reads a damaged text in the units that the machine wrote.

use super::readings::{LONGEST, Syllable};
use crate::repair::gbk;

/// One unit of damaged text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A character of two bytes.
    Pair([u8; 2]),
    /// One byte below 80, or the byte 80 itself, which decodes as `€`.
    Byte(u8),
    /// A character that GBK does not have: no damage reaches over it.
    Foreign(char),
    /// `(reading)`.
    Annotation(Syllable),
    /// `?reading)`: a lead byte and the opening bracket were swallowed.
    Broken(Syllable),
    /// `?` before a full-width mark, a control character, a space or the end: a lead byte alone.
    Lone,
    /// `?` before anything else.
    Question,
    /// `?/p>`: a lead byte and the `<` of a tag were swallowed.
    Tag,
}

/// The unit at the start of `rest`, and its length in bytes.
pub(super) fn next(rest: &str) -> Option<(Token, usize)> {
    let ch = rest.chars().next()?;
    let length = ch.len_utf8();
    Some(match ch {
        '(' => match reading(&rest[1..]) {
            Some((syllable, end)) => (Token::Annotation(syllable), 1 + end),
            None => (Token::Byte(b'('), 1),
        },
        '?' => question(&rest[1..]),
        '€' => (Token::Byte(0x80), length),
        '\0'..='\x7F' => (Token::Byte(ch as u8), 1),
        _ => match gbk::encode(ch) {
            Some(pair) => (Token::Pair(pair), length),
            None => (Token::Foreign(ch), length),
        },
    })
}

/// A syllable and its closing bracket at the start of `rest`, and where they end.
fn reading(rest: &str) -> Option<(Syllable, usize)> {
    let bytes = rest.as_bytes();
    let close = bytes
        .iter()
        .take(LONGEST + 2)
        .position(|byte| *byte == b')')?;
    let end = close - usize::from(close > 0 && bytes[close - 1] == b' ');
    Some((Syllable::parse(&rest[..end])?, close + 1))
}

fn question(rest: &str) -> (Token, usize) {
    if let Some((syllable, end)) = reading(rest) {
        return (Token::Broken(syllable), 1 + end);
    }
    match rest.chars().next() {
        None | Some('\0'..=' ' | '！' | '；' | '？' | '，') => (Token::Lone, 1),
        _ => match tag(rest.as_bytes()) {
            Some(length) => (Token::Tag, 1 + length),
            None => (Token::Question, 1),
        },
    }
}

/// The length of what a tag has after its `<`, as in `/p>` or `br />`.
fn tag(bytes: &[u8]) -> Option<usize> {
    let slash = usize::from(bytes.first() == Some(&b'/'));
    let name = bytes[slash..]
        .iter()
        .take(10)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let mut end = slash + name;
    while matches!(bytes.get(end), Some(b' ' | b'/')) && end < slash + name + 2 {
        end += 1;
    }
    let closed = bytes.get(end) == Some(&b'>');
    (name > 0 && closed && bytes[slash].is_ascii_alphabetic()).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_read_in_the_machines_units() {
        let mut rest = "們?cè)(huì )?！?/p>?x?\n€\u{1F600}(";
        let mut tokens = Vec::new();
        while let Some((token, length)) = next(rest) {
            tokens.push(token);
            rest = &rest[length..];
        }
        let syllable = |written| Syllable::parse(written).expect("a syllable");
        assert_eq!(
            tokens,
            [
                Token::Pair([0x82, 0x83]),
                Token::Broken(syllable("cè")),
                Token::Annotation(syllable("huì")),
                Token::Lone,
                Token::Pair([0xA3, 0xA1]),
                Token::Tag,
                Token::Question,
                Token::Byte(b'x'),
                Token::Lone,
                Token::Byte(b'\n'),
                Token::Byte(0x80),
                Token::Foreign('\u{1F600}'),
                Token::Byte(b'('),
            ]
        );
    }
}
