//! Ideographic description sequences, which OpenCC copies untouched.
//!
//! `⿰` and its kin describe a character by its parts: the character says how many parts follow,
//! and a part may be a description again. A sequence is copied when it is complete and within
//! `OpenCC`'s limits of depth and length; otherwise its characters are ordinary text.

/// `OpenCC`'s limits, in its file `UTF8Util.hpp`.
const MAX_DEPTH: usize = 16;
const MAX_CHARACTERS: usize = 64;

/// How many parts follow a description character; 0 for any other character.
#[inline]
pub(super) fn parts(character: u32) -> usize {
    match character {
        0x2FF2 | 0x2FF3 => 3,
        0x2FFE | 0x2FFF => 1,
        0x2FF0..=0x2FFD => 2,
        _ => 0,
    }
}

/// The number of characters of the complete sequence that `next` opens with, the description
/// character included; `None` when it opens with none.
pub(super) fn complete(mut next: impl FnMut() -> Option<u32>) -> Option<usize> {
    let mut count = 0;
    (consume(&mut next, MAX_DEPTH, &mut count) && count > 1).then_some(count)
}

fn consume(next: &mut dyn FnMut() -> Option<u32>, depth: usize, count: &mut usize) -> bool {
    if depth == 0 || *count >= MAX_CHARACTERS {
        return false;
    }
    let Some(character) = next() else {
        return false;
    };
    *count += 1;
    (0..parts(character)).all(|_| consume(next, depth - 1, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Option<usize> {
        let mut characters = text.chars().map(u32::from);
        complete(|| characters.next())
    }

    #[test]
    fn only_a_complete_sequence_counts() {
        assert_eq!(length("⿰钅只只"), Some(3));
        assert_eq!(length("⿱艹⿰钅只干"), Some(5));
        assert_eq!(length("⿾木"), Some(2));
        assert_eq!(length("⿲木木"), None);
        assert_eq!(length("木木木"), None);
        assert_eq!(length(""), None);
    }

    /// A balanced description with so many parts.
    fn tree(leaves: usize) -> String {
        if leaves == 1 {
            return "木".to_owned();
        }
        format!("⿰{}{}", tree(leaves / 2), tree(leaves - leaves / 2))
    }

    #[test]
    fn depth_and_length_are_limited() {
        let nested = |depth: usize| "⿾".repeat(depth) + "木";
        assert_eq!(length(&nested(15)), Some(16));
        assert_eq!(length(&nested(16)), None);
        // A balanced tree of 63 characters is within both limits, one of 65 is not.
        assert_eq!(length(&tree(32)), Some(63));
        assert_eq!(length(&tree(33)), None);
    }
}
