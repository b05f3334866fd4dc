//! Takes texts apart that are written with escapes.

use std::ops::Range;

use super::parts::Parts;

/// Takes a text with escapes that begin with a backslash.
pub(super) fn take_escaped(text: &str, range: Range<usize>, parts: &mut Parts) {
    let mut taken = range.start;
    let mut at = range.start;
    while let Some(found) = memchr::memchr(b'\\', &text.as_bytes()[at..range.end]) {
        let start = at + found;
        parts.source(taken..start);
        let (length, character) = escape(&text[start..range.end]);
        match character {
            Some(character) => parts.character(start..start + length, character),
            // A line that goes on.
            None if text[start + 1..].starts_with(['\n', '\r']) => {}
            None if length == 2 => parts.glue(' '),
            None => {}
        }
        taken = start + length;
        at = taken;
    }
    parts.source(taken..range.end);
}

/// The quote that ends a string with escapes.
pub(super) fn closing(text: &str, start: usize, end: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..end)?)?;
        if bytes[at] == quote {
            return Some(at);
        }
        at += 2;
    }
}

/// The escapes for half a character, which no text can hold.
pub(super) fn lone_surrogates(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'\\', &text.as_bytes()[at..]) {
        let start = at + next;
        let (length, character) = escape(&text[start..]);
        at = start + length;
        let escaped = &text[start..at];
        if character.is_none() && length == 6 && escaped.starts_with("\\u") {
            found.push(escaped);
        }
    }
    found
}

/// The length of an escape, and the character that it represents.
fn escape(rest: &str) -> (usize, Option<char>) {
    let mut characters = rest[1..].chars();
    let Some(second) = characters.next() else {
        return (1, None);
    };
    let length = 1 + second.len_utf8();
    let unit = |at: usize, digits: usize| {
        let hexadecimal = rest.get(at..at + digits)?;
        let is_digits = hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digits.then(|| u32::from_str_radix(hexadecimal, 16).ok())?
    };
    match second {
        'n' => (2, Some('\n')),
        't' => (2, Some('\t')),
        'r' => (2, Some('\r')),
        'b' => (2, Some('\u{8}')),
        'f' => (2, Some('\u{c}')),
        '"' | '\'' | '\\' | '/' => (2, Some(second)),
        'U' => match unit(2, 8).and_then(char::from_u32) {
            Some(character) => (10, Some(character)),
            None => (2, None),
        },
        'u' => match unit(2, 4) {
            Some(high @ 0xd800..=0xdbff) => {
                let low = (rest.get(6..8) == Some("\\u"))
                    .then(|| unit(8, 4))
                    .flatten();
                match low {
                    Some(low @ 0xdc00..=0xdfff) => {
                        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        (12, char::from_u32(code))
                    }
                    _ => (6, None),
                }
            }
            Some(code) => (6, char::from_u32(code)),
            None => (2, None),
        },
        '\r' | '\n' => {
            let end = rest[1..].find(|char: char| !char.is_ascii_whitespace());
            (end.map_or(rest.len(), |end| end + 1), None)
        }
        _ => (length, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Role;
    use crate::formats::spelling::Spelling;

    #[test]
    fn half_a_character_is_found() {
        let text = r"\\ud800\ud83d\ude00\ud800\u5716\udc00\n";
        assert_eq!(lone_surrogates(text), [r"\ud800", r"\udc00"]);
    }

    #[test]
    fn what_is_escaped_stays_so() {
        let text = r#"\u5716\ud83d\ude00 \"a\\\/圖\x"#;
        let mut parts = Parts::default();
        take_escaped(text, 0..text.len(), &mut parts);
        parts.end(Role::Value, Spelling::Escaped(b'"'));
        let part = parts.iter().next().unwrap();
        assert_eq!(part.text(text), "圖\u{1f600} \"a\\/圖");
        let spell = |new, old| Spelling::Escaped(b'"').spell(new, old).unwrap();
        assert_eq!(spell("图\u{1f600}", "\\u5716"), "\\u56fe\\ud83d\\ude00");
        assert_eq!(spell("图\"", "圖"), "图\\\"");
        let spell = |new, old| Spelling::References.spell(new, old).unwrap();
        assert_eq!(spell("图", "&#22294;"), "&#22270;");
        assert_eq!(spell("a<", "b"), "a&lt;");
        // A sign that stands alone is no markup, and stays.
        assert_eq!(spell("1 < 2 & 图 >", "1 < 2 & 圖 >"), "1 < 2 & 图 >");
        assert_eq!(spell("&", "&amp;"), "&amp;");
        assert_eq!(Spelling::Doubled(b'"').spell("a\"", "b").unwrap(), "a\"\"");
        assert_eq!(Spelling::Plain(b"*").spell("a*", "b"), None);
    }
}
