//! Reads a stream in an encoding that is known: bytes in, text out, a slab at a time.
//!
//! A slab ends at the end of a line, where every encoding is at the start of a character, so
//! that each can be read like a file, lines in other encodings included. Where it ends depends on
//! the bytes alone, not on the blocks in which they come.

use super::encoding::Scheme;
use super::finding::Finding;
use super::{ByteOrderMark, Encoding, record_encoding, record_mark, record_runs, torn, transcode};
use crate::report::{Origin, Report};

/// The length of a slab, in bytes.
const SLAB: usize = 1 << 20;

/// The second pass over a stream of bytes: their text. Made by [`super::Survey::finish`].
///
/// ```
/// use zhnorm::decode::{Options, Survey};
/// use zhnorm::report::Report;
///
/// let bytes = b"\xD6\xD0\xB9\xFA\xC8\xCB\xC3\xF1\n";
/// let mut survey = Survey::default();
/// survey.read(bytes);
/// let mut decoder = survey.finish(&Options::default())?;
/// decoder.read(bytes);
/// decoder.end();
/// let mut report = Report::counting();
/// assert_eq!(decoder.next_slab(&mut report).as_deref(), Some("中国人民\n"));
/// assert_eq!(decoder.next_slab(&mut report), None);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    finding: Finding<'static>,
    byte_order_mark: bool,
    sample: String,
    /// Bytes that were read and not given.
    pending: Vec<u8>,
    /// How many of them were decoded. They are at the start, and go with the next read.
    given: usize,
    origin: Origin,
    slab: usize,
    has_ended: bool,
    /// The last slab was given.
    is_over: bool,
}

impl Decoder {
    pub(super) fn new(
        finding: Finding<'static>,
        byte_order_mark: ByteOrderMark,
        sample: String,
    ) -> Self {
        Self {
            byte_order_mark: byte_order_mark.applies_to(&finding, false),
            finding,
            sample,
            pending: Vec::new(),
            given: 0,
            origin: Origin::default(),
            slab: SLAB,
            has_ended: false,
            is_over: false,
        }
    }

    /// The encoding that the bytes are in.
    pub fn encoding(&self) -> Encoding {
        self.finding.encoding
    }

    /// Whether the text starts with a byte order mark when it is written as Unicode again, by
    /// [`super::Options::byte_order_mark`]. The slabs do not have it.
    pub fn byte_order_mark(&self) -> bool {
        self.byte_order_mark
    }

    /// Leaves escape sequences in the text, for a stream of records whose fields are decoded one by
    /// one.
    pub(crate) fn ignore_escapes(&mut self) {
        if self.finding.encoding.is_seven_bit() {
            self.finding = Finding::without_escapes(b"");
            self.finding.valid = None;
        }
    }

    /// Whether the stream is UTF-8 and starts with a byte order mark.
    pub(crate) fn had_mark(&self) -> bool {
        self.finding.mark > 0 && self.finding.encoding == Encoding::UTF_8
    }

    /// The confidence of the encoding, from 0 to 1.
    pub fn confidence(&self) -> f32 {
        self.finding.confidence
    }

    /// Text from all over the stream: its start and some of the rest, at most 0.6 MB of it.
    pub fn sample(&self) -> &str {
        &self.sample
    }

    /// Takes the next bytes of the stream, any number of them.
    pub fn read(&mut self, bytes: &[u8]) {
        self.pending.drain(..self.given);
        self.given = 0;
        self.pending.extend_from_slice(bytes);
    }

    /// Says that there are no more bytes.
    pub fn end(&mut self) {
        self.has_ended = true;
    }

    /// The text of the next slab, when there are bytes enough for one, and what was done to read
    /// it. Its places are those in the stream.
    ///
    /// The rule `encoding.LABEL`, one change for the whole stream, comes with its end.
    pub fn next_slab(&mut self, report: &mut Report) -> Option<String> {
        self.next_bytes().map(|slab| slab.read(report))
    }

    /// The bytes of the next slab, when there are enough of them.
    pub(crate) fn next_bytes(&mut self) -> Option<Slab> {
        let bytes = &self.pending[self.given..];
        let is_first = self.origin.offset == 0;
        let length = if bytes.len() >= self.slab {
            let start = if is_first {
                self.finding.mark + self.finding.cut
            } else {
                0
            };
            match cut(&bytes[..self.slab], start, self.finding.encoding) {
                Some(length) => length,
                None if self.has_ended => bytes.len(),
                None => {
                    // Seldom more than twice: this line is no line of a text.
                    self.slab *= 2;
                    return self.next_bytes();
                }
            }
        } else if self.has_ended && !self.is_over {
            // Without a byte, when the end of the stream is that of a slab.
            bytes.len()
        } else {
            return None;
        };
        self.slab = SLAB;
        let bytes = bytes[..length].to_vec();
        let origin = self.origin;
        self.origin.pass(&bytes);
        self.given += length;
        self.is_over = self.has_ended && self.given == self.pending.len();
        Some(Slab {
            bytes,
            finding: Finding {
                mark: if is_first { self.finding.mark } else { 0 },
                cut: if is_first { self.finding.cut } else { 0 },
                valid: None,
                ..self.finding.clone()
            },
            byte_order_mark: is_first.then_some(self.byte_order_mark),
            origin,
            length_of_all: self.is_over.then_some(self.origin.offset),
        })
    }
}

/// Bytes of a stream that can be read by themselves, on any thread.
#[derive(Debug)]
pub(crate) struct Slab {
    bytes: Vec<u8>,
    finding: Finding<'static>,
    /// For the first slab: whether the text gets a byte order mark when it is written again.
    byte_order_mark: Option<bool>,
    /// Where it begins in the stream.
    origin: Origin,
    /// For the last slab: the length of the stream.
    length_of_all: Option<usize>,
}

impl Slab {
    /// The text, and what was done to read it. Its places are those in the stream.
    pub(crate) fn read(&self, report: &mut Report) -> String {
        let slab = self.bytes.as_slice();
        let finding = Finding {
            valid: if self.finding.encoding == Encoding::UTF_8 {
                simdutf8::basic::from_utf8(slab).ok()
            } else {
                None
            },
            ..self.finding.clone()
        };
        let read = transcode::read(slab, &finding);
        let mut of_slab = report.empty();
        if let Some(byte_order_mark) = self.byte_order_mark {
            record_mark(slab, &finding, byte_order_mark, &mut of_slab);
        }
        record_runs(&read.runs, &finding, &mut of_slab);
        transcode::flag(slab, &finding, &read.damage, &mut of_slab);
        torn::record(slab, &read.restored, &mut of_slab);
        let text = read.text.into_owned();
        report.append(of_slab, |_| self.origin);
        if let Some(length) = self.length_of_all {
            record_encoding(length, &self.finding, report);
        }
        text
    }
}

/// How many bytes of `bytes` are a slab: up to the end of the last line, or, where there is none,
/// of the last character. Characters begin at `start`. `None` in encodings that no line ends.
fn cut(bytes: &[u8], start: usize, encoding: Encoding) -> Option<usize> {
    let unit = encoding.unit();
    if unit > 1 {
        let units = bytes[start..].chunks_exact(unit);
        let last = bytes.len() - units.remainder().len();
        let is_line_feed = |unit: &[u8]| {
            unit.iter().map(|byte| u32::from(*byte)).sum::<u32>() == 0x0A
                && (unit[0] == 0x0A || unit[unit.len() - 1] == 0x0A)
        };
        return match units.rev().position(is_line_feed) {
            Some(units_after) => Some(last - units_after * unit),
            // Not between two surrogates.
            None => Some(last - usize::from(is_high_surrogate(&bytes[..last], encoding)) * unit),
        };
    }
    if matches!(encoding.0, Scheme::Iso2022Cn | Scheme::Iso2022Kr)
        || encoding == Encoding::ISO_2022_JP
    {
        return None;
    }
    if let Some(at) = memchr::memrchr(b'\n', bytes) {
        return Some(at + 1);
    }
    let whatwg = match encoding.0 {
        Scheme::Whatwg(whatwg) => whatwg,
        // Its pairs are those of Big5.
        Scheme::Big5Uao | Scheme::Cp950 => encoding_rs::BIG5,
        _ => return None,
    };
    // A character has four bytes at most: of the last four ends one is whole.
    let whole = |end: &usize| {
        let mut decoder = whatwg.new_decoder_without_bom_handling();
        // Little room: the decoder writes to all of it at each byte that it cannot read.
        let mut text = String::with_capacity(1 << 12);
        let mut at = start;
        loop {
            use encoding_rs::DecoderResult as Found;
            let (found, read) =
                decoder.decode_to_string_without_replacement(&bytes[at..*end], &mut text, true);
            at += read;
            match found {
                Found::InputEmpty => return true,
                Found::OutputFull => text.clear(),
                Found::Malformed(..) if at == *end => return false,
                Found::Malformed(..) => {}
            }
        }
    };
    let ends = bytes.len().saturating_sub(3).max(start + 1)..=bytes.len();
    Some(ends.rev().find(whole).unwrap_or(bytes.len()))
}

fn is_high_surrogate(bytes: &[u8], encoding: Encoding) -> bool {
    let [.., one, other] = bytes else {
        return false;
    };
    let high = if encoding == Encoding::UTF_16LE {
        other
    } else {
        one
    };
    encoding.unit() == 2 && matches!(high, 0xD8..=0xDB)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Options, Survey, Unmappable, decode, encode};
    use super::*;

    fn streamed(bytes: &[u8], block: usize, slab: usize) -> (String, Report) {
        let mut survey = Survey::default();
        for block in bytes.chunks(block) {
            survey.read(block);
        }
        let mut decoder = survey.finish(&Options::default()).unwrap();
        let (mut text, mut report) = (String::new(), Report::listing());
        let mut blocks = bytes.chunks(block);
        loop {
            // Never more than the encodings' longest character, so that lines are long.
            decoder.slab = decoder.slab.min(slab);
            while let Some(more) = decoder.next_slab(&mut report) {
                text.push_str(&more);
                decoder.slab = slab;
            }
            if decoder.is_over {
                return (text, report);
            }
            match blocks.next() {
                Some(block) => decoder.read(block),
                None => decoder.end(),
            }
        }
    }

    #[test]
    fn a_stream_is_read_like_a_file_in_every_encoding() {
        let line = "今天的天气很好，我们一起去公园散步。\r\n";
        let text = format!("{}{}\n", line.repeat(40), "没有一处换行的一大段".repeat(60));
        for encoding in [
            Encoding::UTF_8,
            Encoding::GB18030,
            Encoding::UTF_16LE,
            Encoding::UTF_16BE,
            Encoding::UTF_32LE,
            Encoding::HZ,
            Encoding::ISO_2022_CN,
        ] {
            // What a stream holds is written here, since not every encoding can be written.
            let Ok(bytes) = encode(&text, encoding, Unmappable::Error) else {
                continue;
            };
            for (block, slab) in [(1, 64), (7, 300), (1 << 20, 301), (100, 1 << 20)] {
                let (read, _) = streamed(&bytes, block, slab);
                assert!(read == text, "{encoding} {block} {slab}");
            }
        }
    }

    #[test]
    fn the_encoding_is_told_where_the_stream_ends_with_a_slab() {
        let bytes = encode("今天的天气很好\n", Encoding::GB18030, Unmappable::Error).unwrap();
        let mut survey = Survey::default();
        survey.read(&bytes);
        let mut decoder = survey.finish(&Options::default()).unwrap();
        decoder.slab = bytes.len();
        decoder.read(&bytes);
        let mut report = Report::counting();
        assert!(decoder.next_slab(&mut report).is_some());
        decoder.end();
        assert_eq!(decoder.next_slab(&mut report).as_deref(), Some(""));
        assert_eq!(report.changed(crate::report::Stage::Decode, "encoding"), 1);
        assert_eq!(decoder.next_slab(&mut report), None);
    }

    #[test]
    fn places_are_those_in_the_stream() {
        let mut bytes = "第一行有字\n".repeat(400).into_bytes();
        bytes.insert(1_607, 0xFF);
        bytes.push(0xE4);
        let mut whole = Report::listing();
        decode(&bytes, &Options::default(), &mut whole).unwrap();
        let (_, parts) = streamed(&bytes, 64, 256);
        assert_eq!(parts.changes(), whole.changes());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_it_panic_and_none_is_lost(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
            block in 1usize..300,
            slab in 8usize..300,
        ) {
            let options = Options { encoding: Some(Encoding::GB18030), ..Options::default() };
            let mut survey = Survey::default();
            survey.read(&bytes);
            let mut decoder = survey.finish(&options).unwrap();
            let mut report = Report::counting();
            for block in bytes.chunks(block) {
                decoder.read(block);
                decoder.slab = slab;
                while decoder.next_slab(&mut report).is_some() {
                    decoder.slab = slab;
                }
            }
            decoder.end();
            while decoder.next_slab(&mut report).is_some() {}
            prop_assert_eq!(decoder.origin.offset, bytes.len());
        }
    }
}
