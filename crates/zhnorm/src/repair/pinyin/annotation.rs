//! Finds what looks like an inserted reading: a character, `(`, a syllable, `)`.

use std::ops::Range;

use super::readings::{LONGEST, Syllable};
use super::token::{self, Token};
use crate::repair::gbk;

/// A character and the bracketed syllable after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Annotation {
    /// The character before the bracket.
    pub(super) base: char,
    /// The character whose bytes are in front of the bracket: the base, or, where that is ASCII, the
    /// one that it makes with the trail byte of the character before it.
    pub(super) matched: char,
    pub(super) syllable: Syllable,
    /// From the character to the closing bracket, in bytes of the text.
    pub(super) span: Range<usize>,
}

impl Annotation {
    /// Whether the syllable is a reading of the character, as those that the garble writes are;
    /// in any tone, as the tables differ.
    pub(super) fn is_plausible(&self) -> bool {
        self.syllable.reads_in_any_tone(self.matched)
    }

    /// Whether the character before the bracket is the one that was matched.
    pub(super) fn is_aligned(&self) -> bool {
        self.base == self.matched
    }

    /// What was inserted, in bytes of the text.
    pub(super) fn insertion(&self) -> Range<usize> {
        self.span.start + self.base.len_utf8()..self.span.end
    }
}

/// Whether the bracket at byte `close` may close a reading: `false` is certain.
pub(in crate::repair) fn may_close(bytes: &[u8], close: usize) -> bool {
    let before = &bytes[close.saturating_sub(LONGEST + 3)..close];
    let open = before.iter().rposition(|byte| *byte == b'(');
    open.is_some_and(|open| holds_reading(&before[open + 1..]))
}

/// The bytes of the full-width brackets.
const WIDE_OPEN: &[u8] = "（".as_bytes();
const WIDE_CLOSE: &[u8] = "）".as_bytes();

/// Whether at byte `at`, behind a letter, is a full-width bracket that may close a reading.
#[inline]
pub(in crate::repair) fn may_close_wide(bytes: &[u8], at: usize) -> bool {
    bytes[at..].starts_with(WIDE_CLOSE) && {
        let before = &bytes[at.saturating_sub(LONGEST + 5)..at];
        let open = before.windows(3).rposition(|three| three == WIDE_OPEN);
        open.is_some_and(|open| holds_reading(&before[open + 3..]))
    }
}

/// Whether what is between brackets may be a reading: it begins with a letter, behind a space or not.
fn holds_reading(between: &[u8]) -> bool {
    let first = between.iter().find(|byte| **byte != b' ');
    first.is_some_and(|byte| may_begin(*byte))
}

/// Whether the question mark at byte `at` may be a [break](breaks): `false` is certain.
pub(in crate::repair) fn may_break(bytes: &[u8], at: usize) -> bool {
    let trailing = &bytes[at + 1..];
    match trailing.first() {
        Some(b'!' | b',' | b';' | b'?') => true,
        Some(0xEF) => trailing.get(1) == Some(&0xBC),
        Some(byte) => {
            may_begin(*byte) && trailing.iter().take(LONGEST + 2).any(|byte| *byte == b')')
        }
        None => false,
    }
}

/// Whether a syllable may begin with a byte: a small letter, or one with a mark.
fn may_begin(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | 0xC3..=0xC7 | 0xE1)
}

/// Finds every annotation, in the order of the text, among closing brackets that may be of one.
///
/// The search reads backwards from each, a bounded way.
pub(super) fn find<'a>(text: &'a str, closings: &'a [usize]) -> impl Iterator<Item = Annotation> {
    closings.iter().filter_map(|&close| {
        let mut annotation = before(text, close)?;
        // Some copies have each twice.
        let insertion = annotation.insertion();
        if text[insertion.end..].starts_with(&text[insertion.clone()]) {
            annotation.span.end += insertion.len();
        }
        Some(annotation)
    })
}

/// The marks at which the text was cut, as they are and folded to half width.
pub(super) const MARKS: [char; 8] = ['！', '，', '；', '？', '!', ',', ';', '?'];

/// Finds every `?` that looks like the start of a damaged stretch: before a syllable and a closing
/// bracket, or before a mark that is or was full-width. `places` are those that may.
pub(super) fn breaks(text: &str, places: &[usize]) -> impl Iterator<Item = usize> {
    places.iter().copied().filter(|at| {
        matches!(token::next(&text[*at..]), Some((Token::Broken(_), _)))
            || text[*at + 1..].starts_with(MARKS)
    })
}

/// The annotation whose closing bracket, if it is one, is at byte `close`.
pub(super) fn before(text: &str, close: usize) -> Option<Annotation> {
    let (open, syllable) = insertion_before(text, close)?;
    let base = text[..open].chars().next_back()?;
    let start = open - base.len_utf8();
    Some(Annotation {
        base,
        matched: straddling(&text[..start], base).unwrap_or(base),
        syllable,
        span: start..close + 1,
    })
}

/// Where the reading opens whose closing bracket is at byte `close`, and the reading.
fn insertion_before(text: &str, close: usize) -> Option<(usize, Syllable)> {
    let bytes = text.as_bytes();
    if bytes[close] != b')' {
        return None;
    }
    // Two sites write a space before the closing bracket.
    let end = close - usize::from(close > 0 && bytes[close - 1] == b' ');
    let open = (end.saturating_sub(LONGEST + 1)..end)
        .rev()
        .find(|&at| bytes[at] == b'(')?;
    Some((open, Syllable::parse(&text[open + 1..end])?))
}

/// The character that an ASCII byte makes with the trail byte before it.
fn straddling(before: &str, base: char) -> Option<char> {
    let ascii = u8::try_from(base).ok().filter(|byte| *byte < 0x80)?;
    let last = before.chars().next_back()?;
    let last = match before.len().checked_sub(1) {
        // Another reading may have been written between the two.
        Some(close) if last == ')' => {
            let (open, _) = insertion_before(before, close)?;
            before[..open].chars().next_back()?
        }
        _ => last,
    };
    let trail = match last {
        // Full-width marks may have been folded to half width since.
        '!'..='/' | ':'..='?' => last as u8 | 0x80,
        _ => gbk::encode(last)?[1],
    };
    gbk::decode(trail, ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_syllables_in_brackets_are_annotations() {
        let text = "環(huán)球(AI)大會(huì )g(shù)(cè)(要)會()))";
        let closings = crate::repair::scan::scan(text).closings;
        let found: Vec<_> = find(text, &closings)
            .map(|found| (found.base, &text[found.span]))
            .collect();
        assert_eq!(
            found,
            [
                ('環', "環(huán)"),
                ('會', "會(huì )"),
                ('g', "g(shù)"),
                (')', ")(cè)")
            ]
        );
    }
}
