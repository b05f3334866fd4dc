//! The parts of a file that decide its encoding.
//!
//! A page is mostly ASCII and a corpus is gigabytes, so what is scored is a bounded sample: the
//! stretches around bytes outside ASCII, first from the start of the file, then from places
//! spread over the rest.

use std::ops::Range;

use encoding_rs::Encoding;

/// How many bytes are taken from the start.
const HEAD: usize = 2048;
/// From how many further places.
const PLACES: usize = 12;
/// How many bytes are taken at each.
const PLACE: usize = 256;
/// How much ASCII before a stretch belongs to it, and how much ends it.
const MARGIN: usize = 24;

/// Stretches of `bytes` outside ASCII with a little ASCII around each, in rising order, at most
/// [`HEAD`] + [`PLACES`] × [`PLACE`] bytes.
///
/// The first stretch may start at the start of the file, where a character may be cut; each
/// other starts after a byte that is a character of its own in every encoding but UTF-16 and
/// UTF-32.
pub(super) fn stretches(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let end = take(bytes, 0, HEAD, &mut found);
    let rest = bytes.len() - end;
    if rest > PLACES * PLACE {
        for place in 0..PLACES {
            let start = found.last().map_or(end, |last: &Range<usize>| last.end);
            let place = (end + rest / PLACES * place).max(start);
            if let Some(start) = synchronized(bytes, place) {
                take(bytes, start, PLACE, &mut found);
            }
        }
    } else {
        take(bytes, end, rest, &mut found);
    }
    found
}

/// Takes stretches from `start` on until they hold `budget` bytes; gives the end of the last, or
/// of the file when it holds no more.
fn take(bytes: &[u8], start: usize, budget: usize, found: &mut Vec<Range<usize>>) -> usize {
    let mut at = start;
    let mut left = budget;
    while left > 0 {
        let ascii = Encoding::ascii_valid_up_to(&bytes[at..]);
        if at + ascii == bytes.len() {
            return bytes.len();
        }
        // Everything before the first byte outside ASCII is ASCII, so any place is a start.
        let first = (at + ascii).saturating_sub(MARGIN).max(at);
        let mut end = at + ascii;
        let mut quiet = 0;
        while end < bytes.len() && end - first < left && quiet < MARGIN {
            quiet = if bytes[end].is_ascii() { quiet + 1 } else { 0 };
            end += 1;
        }
        found.push(first..end);
        left = left.saturating_sub(end - first);
        at = end;
    }
    at
}

/// The first place from `from` on that follows a byte which is never part of a longer character.
fn synchronized(bytes: &[u8], from: usize) -> Option<usize> {
    let reach = &bytes[from..bytes.len().min(from + 8192)];
    reach
        .iter()
        .position(|byte| *byte < 0x30)
        .map(|at| from + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_passed_over() {
        let mut page = vec![b'a'; 100_000];
        page[70_000] = 0xD6;
        page[70_001] = 0xD0;
        let the_one_place_that_tells = 70_000 - MARGIN..70_002 + MARGIN;
        assert_eq!(stretches(&page), vec![the_one_place_that_tells]);
        assert!(stretches(&[b'a'; 100]).is_empty());
    }

    #[test]
    fn a_large_file_gives_a_bounded_sample_from_all_over() {
        let line = [&[0xD6u8; 60][..], b"\n"].concat();
        let file = line.repeat(20_000);
        let found = stretches(&file);
        let size: usize = found.iter().map(ExactSizeIterator::len).sum();
        assert!(size <= HEAD + PLACES * PLACE);
        assert!(found.last().unwrap().end > file.len() * 9 / 10);
        assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}
