//! Chinese in seven-bit text: HZ and the ISO-2022 family switch alphabets by escape sequences.
//!
//! HZ (RFC 1843) writes GB2312 between `~{` and `~}`, each character as two printable bytes.
//! ISO-2022-CN (RFC 1922) and ISO-2022-KR (RFC 1557) name an alphabet by an escape sequence and
//! switch to it with the control characters SO and SI.

use std::ops::Range;

use super::surprise;
use super::{Encoding, cns};

const ESCAPE: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

/// The encoding whose escape sequences are in seven-bit `bytes`.
pub(super) fn find(bytes: &[u8]) -> Option<Encoding> {
    // `~{` occurs in programs too. The pairs after it must make sense.
    let mut gain = 0i64;
    let mut end = 0;
    for at in memchr::memchr2_iter(ESCAPE, b'~', bytes) {
        if at < end {
            continue;
        }
        match &bytes[at..] {
            [ESCAPE, b'$', b')', b'A' | b'E' | b'G', ..] | [ESCAPE, b'$', b'*', b'H', ..] => {
                return Some(Encoding::ISO_2022_CN);
            }
            [ESCAPE, b'$', b')', b'C', ..] => return Some(Encoding::ISO_2022_KR),
            [ESCAPE, b'$', b'@' | b'B', ..]
            | [ESCAPE, b'(', b'I' | b'J', ..]
            | [ESCAPE, b'$', b'(', b'D', ..] => return Some(Encoding::ISO_2022_JP),
            [b'~', b'{', run @ ..] => {
                let (pairs, is_closed) = hz_pairs(run);
                if pairs.is_empty() {
                    continue;
                }
                let chinese = surprise::of_chinese_prose(&pairs);
                let ascii = surprise::of_single_byte(&run[..pairs.len()]).total();
                // The brackets themselves are a rare sight in other text, and so are pairs without
                // another tilde (`~{<~a>~}` formats a list in Lisp).
                let brackets = match (is_closed, pairs.contains(&(b'~' | 0x80))) {
                    (true, false) if pairs.len() > 2 => 28 * 16,
                    (true, true) if pairs.len() > 4 => 28 * 16,
                    (true, false) => 16 * 16,
                    (true, true) => 8 * 16,
                    (false, _) => 4 * 16,
                };
                gain += i64::from(ascii) + brackets - i64::from(chinese);
                if gain > GAIN {
                    return Some(Encoding::HZ);
                }
                end = at + 2 + pairs.len();
            }
            _ => {}
        }
    }
    None
}

/// How much less surprising HZ must be than plain ASCII: 6 nats.
const GAIN: i64 = 96;

/// The pairs at the start of `run` with the eighth bit set, at most as many as can be scored, and
/// whether `~}` follows. None when something else than `~}`, the end of a line or the end of the
/// text follows.
fn hz_pairs(run: &[u8]) -> (Vec<u8>, bool) {
    let mut pairs = Vec::new();
    for pair in run.chunks(2) {
        match *pair {
            [row @ 0x21..=0x77, column @ 0x21..=0x7E]
                if pairs.len() < surprise::LONGEST_SEGMENT - 2 =>
            {
                pairs.extend([row | 0x80, column | 0x80]);
            }
            [b'~', b'}'] => return (pairs, true),
            [0x21..=0x77, 0x21..=0x7E] | [b'~' | b'\n' | b'\r', ..] | [_] => {
                return (pairs, false);
            }
            _ => return (Vec::new(), false),
        }
    }
    (pairs, false)
}

/// Takes what a decoder reads.
pub(super) trait Sink {
    /// Text that is copied.
    fn text(&mut self, text: &str);
    /// One character.
    fn character(&mut self, character: char);
    /// Bytes at `at` that are read in another encoding, one for one.
    fn bytes(&mut self, bytes: &[u8], at: usize, encoding: &'static encoding_rs::Encoding);
    /// Bytes that cannot be read.
    fn damage(&mut self, place: Range<usize>);
}

/// Gives ASCII to the sink and any byte outside it as damage.
fn ascii(bytes: &[u8], at: usize, sink: &mut impl Sink) {
    let mut from = 0;
    for chunk in bytes.utf8_chunks() {
        // Valid sequences outside ASCII are kept: nothing else explains them.
        sink.text(chunk.valid());
        from += chunk.valid().len();
        let end = from + chunk.invalid().len();
        if end > from {
            sink.damage(at + from..at + end);
        }
        from = end;
    }
}

/// Reads HZ.
pub(super) fn read_hz(bytes: &[u8], sink: &mut impl Sink) {
    let mut at = 0;
    while at < bytes.len() {
        let plain = memchr::memchr(b'~', &bytes[at..]).unwrap_or(bytes.len() - at);
        ascii(&bytes[at..at + plain], at, sink);
        at += plain;
        match &bytes[at..] {
            [b'~', b'~', ..] => {
                sink.character('~');
                at += 2;
            }
            [b'~', b'{', ..] => at = read_hz_run(bytes, at + 2, sink),
            // A line that goes on, and an end of what was never begun.
            [b'~', b'\n' | b'}', ..] => at += 2,
            [b'~', b'\r', b'\n', ..] => at += 3,
            [b'~', ..] => {
                sink.character('~');
                at += 1;
            }
            _ => {}
        }
    }
}

/// Reads pairs from `at` to `~}` or the end of the line; gives the place after.
fn read_hz_run(bytes: &[u8], mut at: usize, sink: &mut impl Sink) -> usize {
    let mut pairs = Vec::new();
    loop {
        let start = at;
        while let [row @ 0x21..=0x7D, column @ 0x21..=0x7E, ..] = bytes[at..] {
            pairs.extend([row | 0x80, column | 0x80]);
            at += 2;
        }
        if !pairs.is_empty() {
            sink.bytes(&pairs, start, encoding_rs::GB18030);
            pairs.clear();
        }
        match &bytes[at..] {
            [] | [b'\n' | b'\r', ..] => return at,
            [b'~', b'}' | b'\n', ..] => return at + 2,
            [b'~', b'{', ..] => at += 2,
            _ => {
                sink.damage(at..at + 1);
                at += 1;
            }
        }
    }
}

/// The alphabet that SO switches to.
#[derive(Clone, Copy)]
enum Alphabet {
    Gb2312,
    CnsPlane1,
    KsX1001,
}

/// Reads ISO-2022-CN and ISO-2022-KR.
pub(super) fn read_iso_2022(bytes: &[u8], sink: &mut impl Sink) {
    let mut designated = None;
    let mut is_shifted = false;
    let mut at = 0;
    while at < bytes.len() {
        match &bytes[at..] {
            [ESCAPE, b'$', b')', letter @ (b'A' | b'C' | b'E' | b'G'), ..] => {
                designated = Some(match letter {
                    b'G' => Alphabet::CnsPlane1,
                    b'C' => Alphabet::KsX1001,
                    // ISO-IR-165 contains GB2312.
                    _ => Alphabet::Gb2312,
                });
                at += 4;
            }
            [ESCAPE, b'$', b'*' | b'+', b'H'..=b'M', ..] => at += 4,
            [ESCAPE, b'N', row, column, ..] => {
                match cns::character(2, *row, *column) {
                    Some(character) => sink.character(character),
                    None => sink.damage(at..at + 4),
                }
                at += 4;
            }
            [SHIFT_OUT, ..] => {
                is_shifted = true;
                at += 1;
            }
            [SHIFT_IN, ..] => {
                is_shifted = false;
                at += 1;
            }
            [b'\n', ..] => {
                is_shifted = false;
                sink.character('\n');
                at += 1;
            }
            [row @ 0x21..=0x7E, column @ 0x21..=0x7E, ..] if is_shifted => {
                let place = at..at + 2;
                let pair = [row | 0x80, column | 0x80];
                match designated {
                    Some(Alphabet::Gb2312) => sink.bytes(&pair, at, encoding_rs::GB18030),
                    Some(Alphabet::KsX1001) => sink.bytes(&pair, at, encoding_rs::EUC_KR),
                    Some(Alphabet::CnsPlane1) => match cns::character(1, *row, *column) {
                        Some(character) => sink.character(character),
                        None => sink.damage(place),
                    },
                    None => sink.damage(place),
                }
                at += 2;
            }
            rest => {
                let plain = if is_shifted {
                    1
                } else {
                    rest.iter()
                        .skip(1)
                        .position(|byte| matches!(*byte, ESCAPE | SHIFT_OUT | SHIFT_IN | b'\n'))
                        .map_or(rest.len(), |position| position + 1)
                };
                ascii(&rest[..plain], at, sink);
                at += plain;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Options, decode};
    use super::*;
    use crate::report::Report;

    fn read(bytes: &[u8]) -> (String, String) {
        let decoded = decode(bytes, &Options::default(), &mut Report::counting()).unwrap();
        (decoded.encoding.label(), decoded.text.into_owned())
    }

    #[test]
    fn hz_is_found_and_read() {
        // The example of RFC 1843.
        let (label, text) =
            read(b"This sentence is in ASCII.\nThe next sentence is in GB.~{<:Ky2;S{#,NpJ)l6HK!#~}Bye.\n");
        assert_eq!(label, "hz-gb-2312");
        assert_eq!(
            text,
            "This sentence is in ASCII.\nThe next sentence is in GB.己所不欲，勿施於人。Bye.\n"
        );
        // 尔 has a tilde for its second byte; a backspace has strayed into the line.
        assert_eq!(read(b"~{9~6{1u1y~}").1, "哈尔滨冰");
        assert_eq!(read(b"~{VPND~}\x08~{VPND~}").1, "中文\u{8}中文");
        assert_eq!(read(b"~{VP~}~~").1, "中~");
        assert_eq!(read(b"~{VPND~}~\n~{VPND~}").1, "中文中文");
    }

    #[test]
    fn programs_are_not_hz() {
        for text in [
            "(format t \"~{~a~^, ~}~%\" list)",
            "(format t \"~{<~a>~}\" list)",
            "~{ab} ~/.config ~{}",
            "a ~{ b ~} c",
        ] {
            assert_eq!(find(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn iso_2022_cn_is_found_and_read() {
        let (label, text) = read(b"a\x1B$)A\x0E=;;;\x0Fb\n\x1B$)G\x0EGWG,\x0F\x1B$*H\x1BN!!c\n");
        assert_eq!(label, "iso-2022-cn");
        assert_eq!(
            text,
            "a交换b\n\u{4EA4}\u{4EA0}乂c\n".replace("\u{4EA4}\u{4EA0}", &cns_pair())
        );
    }

    /// 1-4757 and 1-472C, read by the table itself: what matters here is the switching.
    fn cns_pair() -> String {
        [(0x47, 0x57), (0x47, 0x2C)]
            .into_iter()
            .filter_map(|(row, column)| cns::character(1, row, column))
            .collect()
    }

    #[test]
    fn iso_2022_kr_and_jp_are_found_and_read() {
        assert_eq!(
            read(b"\x1B$)C\x0EGQ1[\x0F.\n"),
            ("iso-2022-kr".into(), "한글.\n".into())
        );
        assert_eq!(
            read(b"\x1B$BF|K\\8l\x1B(B.\n"),
            ("iso-2022-jp".into(), "日本語.\n".into())
        );
    }

    #[test]
    fn colours_of_a_terminal_are_no_encoding() {
        assert_eq!(find(b"\x1B[31mred\x1B[0m \x1B(B"), None);
    }
}
