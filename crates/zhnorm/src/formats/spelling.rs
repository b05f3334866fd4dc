//! How texts are written where they stand: with escapes, references, doubled quotes.

use std::borrow::Cow;
use std::fmt::Write as _;

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
    // A conversion changes no signs at all, which is seen faster than counted.
    let ascii = |text: &'t str| text.bytes().filter(u8::is_ascii);
    if ascii(new).eq(old.bytes().filter(u8::is_ascii)) {
        return Some(Cow::Borrowed(new));
    }
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
    // Where line ends and tabs stand as they are, they may.
    let stands = |character: char| old.contains(character);
    let plain = |character: char| {
        (!(character.is_control() && character.is_ascii()) || stands(character))
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
    let is_reference = old.starts_with('&') && old.ends_with(';');
    let is_number = old.starts_with("&#");
    // A sign that stands there as it is may go on to.
    let stands =
        |sign: char| !is_reference && old.matches(sign).count() >= new.matches(sign).count();
    let plain = |character: char| {
        (!matches!(character, '<' | '>' | '&') || stands(character))
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
