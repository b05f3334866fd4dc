//! How texts are written where they stand: with escapes, references, doubled quotes.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use super::parts::Parts;

/// How a changed text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As it is, with no more of these signs than before, because they are structure, and no line
    /// end.
    Plain(&'static [u8]),
    /// The same with one sign that a file chooses.
    Without(u8),
    /// Between quotes of this kind, which are written twice in the text.
    Doubled(u8),
    /// With escapes that begin with a backslash, one of them for this quote.
    Escaped(u8),
    /// With references, as in HTML and XML.
    References,
    /// As it is, whatever it is.
    Free,
}

/// As it is, within a line.
pub(super) const LINE: Spelling = Spelling::Plain(b"");

impl Spelling {
    /// The bytes for a new text that replaces `old`, the bytes of the file; `None` where they would
    /// be structure.
    pub(super) fn spell<'t>(self, new: &'t str, old: &str) -> Option<Cow<'t, str>> {
        match self {
            Self::Plain(signs) => same_signs(new, old, signs),
            Self::Without(sign) => same_signs(new, old, &[sign, b'"']),
            Self::Doubled(quote) if new.as_bytes().contains(&quote) => {
                let quote = char::from(quote);
                let twice = format!("{quote}{quote}");
                Some(Cow::Owned(new.replace(quote, &twice)))
            }
            Self::Free | Self::Doubled(_) => Some(Cow::Borrowed(new)),
            Self::Escaped(quote) => Some(escaped(new, old, quote)),
            Self::References => Some(referenced(new, old)),
        }
    }
}

/// The new text, if it has no more of these signs than the old one and no new line end.
fn same_signs<'t>(new: &'t str, old: &str, signs: &[u8]) -> Option<Cow<'t, str>> {
    let count = |text: &str| {
        (text.bytes())
            .filter(|byte| signs.contains(byte) || matches!(byte, b'\n' | b'\r'))
            .count()
    };
    (count(new) <= count(old)).then_some(Cow::Borrowed(new))
}

/// A text with escapes; for everything but ASCII where the old text had them.
fn escaped<'t>(new: &'t str, old: &str, quote: u8) -> Cow<'t, str> {
    let in_ascii = old.starts_with("\\u") && old.is_ascii();
    let plain = |character: char| {
        !(character.is_control() && character.is_ascii())
            && character != '\\'
            && character != char::from(quote)
            && (!in_ascii || character.is_ascii())
    };
    if new.chars().all(plain) {
        return Cow::Borrowed(new);
    }
    let is_upper = old.bytes().any(|byte| matches!(byte, b'A'..=b'F'));
    let mut escaped = String::with_capacity(new.len() * 2);
    for character in new.chars() {
        match character {
            _ if plain(character) => escaped.push(character),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\\' => escaped.push_str("\\\\"),
            _ if character == char::from(quote) => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = if is_upper {
                        write!(escaped, "\\u{unit:04X}")
                    } else {
                        write!(escaped, "\\u{unit:04x}")
                    };
                }
            }
        }
    }
    Cow::Owned(escaped)
}

/// A text with references; for everything but ASCII where the old text was one.
fn referenced<'t>(new: &'t str, old: &str) -> Cow<'t, str> {
    let is_number = old.starts_with("&#");
    let plain = |character: char| {
        !matches!(character, '<' | '>' | '&')
            && (character != '"' || old.contains('"'))
            && (!is_number || character.is_ascii())
    };
    if new.chars().all(plain) {
        return Cow::Borrowed(new);
    }
    let is_hexadecimal = old.starts_with("&#x") || old.starts_with("&#X");
    let mut referenced = String::with_capacity(new.len() + 8);
    for character in new.chars() {
        match character {
            _ if plain(character) => referenced.push(character),
            '<' => referenced.push_str("&lt;"),
            '>' => referenced.push_str("&gt;"),
            '&' => referenced.push_str("&amp;"),
            '"' => referenced.push_str("&quot;"),
            _ => {
                let code = u32::from(character);
                let _ = if is_hexadecimal {
                    write!(referenced, "&#x{code:x};")
                } else {
                    write!(referenced, "&#{code};")
                };
            }
        }
    }
    Cow::Owned(referenced)
}

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
            None if length == 2 => parts.glue(' '),
            // A line that goes on.
            None => {}
        }
        taken = start + length;
        at = taken;
    }
    parts.source(taken..range.end);
}

/// The length of an escape, and the character for which it stands.
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

    #[test]
    fn what_is_escaped_stays_so() {
        let text = r#"\u5716\ud83d\ude00 \"a\\\/圖\x"#;
        let mut parts = Parts::default();
        take_escaped(text, 0..text.len(), &mut parts);
        parts.end(Role::Value, Spelling::Escaped(b'"'));
        let part = parts.iter().next().unwrap();
        assert_eq!(part.text(text), "圖\u{1f600} \"a\\/圖x");
        let spell = |new, old| Spelling::Escaped(b'"').spell(new, old).unwrap();
        assert_eq!(spell("图\u{1f600}", "\\u5716"), "\\u56fe\\ud83d\\ude00");
        assert_eq!(spell("图\"", "圖"), "图\\\"");
        let spell = |new, old| Spelling::References.spell(new, old).unwrap();
        assert_eq!(spell("图", "&#22294;"), "&#22270;");
        assert_eq!(spell("a<", "b"), "a&lt;");
        assert_eq!(Spelling::Doubled(b'"').spell("a\"", "b").unwrap(), "a\"\"");
        assert_eq!(Spelling::Plain(b"*").spell("a*", "b"), None);
    }
}
