//! Finds what looks like an inserted reading: a character, `(`, a syllable, `)`.

use std::ops::Range;

use super::readings::{LONGEST, Syllable};
use super::token::{self, Token};

/// A character and the bracketed syllable behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Annotation {
    /// The character before the bracket.
    pub(super) base: char,
    pub(super) syllable: Syllable,
    /// From the character to the closing bracket, in bytes of the text.
    pub(super) span: Range<usize>,
}

impl Annotation {
    /// Whether the syllable is a reading of the character, as those that the garble writes are;
    /// in any tone, as the tables differ.
    pub(super) fn is_plausible(&self) -> bool {
        self.syllable.reads_in_any_tone(self.base)
    }
}

/// Finds every annotation, in the order of the text.
///
/// The scan looks at closing brackets only and reads backwards from each, a bounded way.
pub(super) fn find(text: &str) -> impl Iterator<Item = Annotation> {
    memchr::memchr_iter(b')', text.as_bytes()).filter_map(|close| before(text, close))
}

/// Finds every `?` that looks like the start of a damaged stretch: before a syllable and a closing
/// bracket, or before a mark that is or was full-width.
pub(super) fn breaks(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'?', text.as_bytes()).filter(|at| {
        matches!(token::next(&text[*at..]), Some((Token::Broken(_), _)))
            || text[*at + 1..].starts_with(['！', '；', '？', '!', ';', '?'])
    })
}

/// The annotation whose closing bracket, if it is one, stands at byte `close`.
pub(super) fn before(text: &str, close: usize) -> Option<Annotation> {
    let bytes = text.as_bytes();
    if bytes[close] != b')' {
        return None;
    }
    // Two sites write a space before the closing bracket.
    let end = close - usize::from(close > 0 && bytes[close - 1] == b' ');
    let open = (end.saturating_sub(LONGEST + 1)..end)
        .rev()
        .find(|&at| bytes[at] == b'(')?;
    let syllable = Syllable::parse(&text[open + 1..end])?;
    let base = text[..open].chars().next_back()?;
    Some(Annotation {
        base,
        syllable,
        span: open - base.len_utf8()..close + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_syllables_in_brackets_are_annotations() {
        let text = "環(huán)球(AI)大會(huì )g(shù)(cè)(要)會()))";
        let found: Vec<_> = find(text)
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
