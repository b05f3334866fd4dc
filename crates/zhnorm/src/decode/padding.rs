//! NUL bytes around a text: blocks of a fixed size that were not filled, logs that were cut while
//! they were open.
//!
//! Padding says nothing about the encoding, but UTF-32 and UTF-16 have many NULs too, so padding
//! must not be scored. It stays in the text.

/// UTF-32 has up to three NULs at its start or end.
const SHORTEST: usize = 4;

/// What is left of bytes without their padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unpadded<'a> {
    /// There is no padding.
    Same,
    /// The bytes are all NUL.
    Nothing,
    /// The text, and how many NULs are before it and how many bytes are padding in all.
    Text {
        text: &'a [u8],
        before: usize,
        padding: usize,
    },
}

/// Takes the padding off.
pub(super) fn unpadded(bytes: &[u8]) -> Unpadded<'_> {
    if bytes.first() != Some(&0) && bytes.last() != Some(&0) {
        return Unpadded::Same;
    }
    let is_text = |byte: &u8| *byte != 0;
    let (Some(first), Some(last)) = (
        bytes.iter().position(is_text),
        bytes.iter().rposition(is_text),
    ) else {
        return Unpadded::Nothing;
    };
    let after = bytes.len() - (last + 1);
    // Where no other NUL is, two of them are no part of a character, but for a single one of UTF-32.
    let is_whole = last - first > 2 && !bytes[first..last].contains(&0);
    let shortest = if is_whole { 2 } else { SHORTEST };
    if first < shortest && after < shortest {
        return Unpadded::Same;
    }
    let (mut start, mut end) = (first, last + 1);
    if bytes[start..end].contains(&0) {
        // Perhaps UTF-16 or UTF-32: the NULs of its first and last character are no padding.
        start -= start % 4;
        end = (start + (end - start).next_multiple_of(4)).min(bytes.len());
    }
    Unpadded::Text {
        text: &bytes[start..end],
        before: start,
        padding: bytes.len() - (end - start),
    }
}
