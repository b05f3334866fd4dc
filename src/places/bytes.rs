//! Where in the bytes of a file an offset of its text is.

use zhnorm::decode::{Encoding, Unmappable, encode};

/// The length of the byte order mark.
pub(super) fn mark(bytes: &[u8], encoding: Encoding) -> usize {
    let marks: [(Encoding, &[u8]); 5] = [
        (Encoding::UTF_8, b"\xEF\xBB\xBF"),
        (Encoding::UTF_16LE, b"\xFF\xFE"),
        (Encoding::UTF_16BE, b"\xFE\xFF"),
        (Encoding::UTF_32LE, b"\xFF\xFE\0\0"),
        (Encoding::UTF_32BE, b"\0\0\xFE\xFF"),
    ];
    let is_there = |(of, mark): &(Encoding, &[u8])| *of == encoding && bytes.starts_with(mark);
    (marks.iter().find(|mark| is_there(mark))).map_or(0, |(_, mark)| mark.len())
}

/// The places of rising offsets of the text; `start` is that of its first character.
pub(super) fn places(
    text: &str,
    bytes: &[u8],
    start: usize,
    encoding: Encoding,
    offsets: &[usize],
) -> Vec<Option<usize>> {
    let body = bytes.get(start..).unwrap_or_default();
    if body == text.as_bytes() {
        return offsets.iter().map(|at| Some(start + at)).collect();
    }
    if has_shifts(encoding) {
        return vec![None; offsets.len()];
    }
    let is = |one, other| encoding == one || encoding == other;
    let units: fn(&str) -> usize = if is(Encoding::UTF_16LE, Encoding::UTF_16BE) {
        |text| 2 * text.encode_utf16().count()
    } else if is(Encoding::UTF_32LE, Encoding::UTF_32BE) {
        |text| 4 * text.chars().count()
    } else {
        return by_lines(text, body, start, encoding, offsets);
    };
    let (mut at, mut place) = (0, start);
    let mut passed = |&offset: &usize| {
        place += units(&text[at..offset]);
        at = offset;
        (place <= bytes.len()).then_some(place)
    };
    offsets.iter().map(&mut passed).collect()
}

/// Whether what a byte means depends on those before it.
fn has_shifts(encoding: Encoding) -> bool {
    let label = encoding.label();
    label.starts_with("iso-2022") || label.starts_with("hz")
}

/// A line of the text is a line of the file. Within it the characters are written again and
/// compared; a line where they are not the same, damaged or in another encoding, has no places but its
/// start.
fn by_lines(
    text: &str,
    body: &[u8],
    start: usize,
    encoding: Encoding,
    offsets: &[usize],
) -> Vec<Option<usize>> {
    let mut line_bytes = 0;
    // A line is searched once for its end, however many places it has.
    let mut searched = 0;
    // Behind the last offset that was found in this line; `None` after a difference.
    let mut known = Some((0, 0));
    let mut places = Vec::with_capacity(offsets.len());
    for &offset in offsets {
        while let Some(end) = memchr::memchr(b'\n', &text.as_bytes()[searched..offset]) {
            let Some(end_bytes) = memchr::memchr(b'\n', &body[line_bytes..]) else {
                places.resize(offsets.len(), None);
                return places;
            };
            searched += end + 1;
            line_bytes += end_bytes + 1;
            known = Some((searched, line_bytes));
        }
        searched = offset;
        known = known.and_then(|(at, byte)| {
            let passed = &text[at..offset];
            let written = encode(passed, encoding, Unmappable::Error).ok()?;
            let is_same = body.get(byte..)?.starts_with(&written);
            is_same.then_some((offset, byte + written.len()))
        });
        places.push(known.map(|(_, byte)| start + byte));
    }
    places
}
