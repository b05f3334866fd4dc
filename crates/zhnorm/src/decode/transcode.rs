//! Reads bytes in a known encoding and keeps account of what cannot be read.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use encoding_rs::{DecoderResult, Encoding as Whatwg};

use super::encoding::{Encoding, Scheme};
use super::finding::{Evidence, Finding};
use super::mixed::{self, Run};
use super::seven_bit::{self, Sink};
use super::torn::{self, Restored, Torn};
use super::uao;
use crate::report::{Change, LineCounter, Report, Stage};

/// A text with the places of the bytes that could not be read, in rising order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Read<'a> {
    pub text: Cow<'a, str>,
    pub damage: Vec<Range<usize>>,
    /// Lines that were read in another encoding than the file.
    pub runs: Vec<Run>,
    /// Characters that another program had taken apart.
    pub restored: Vec<Restored>,
}

/// Reads all of `bytes` as found.
pub(super) fn read<'a>(bytes: &'a [u8], finding: &Finding<'a>) -> Read<'a> {
    if let Some(text) = finding.valid {
        return Read {
            text: Cow::Borrowed(&text[finding.mark..]),
            damage: Vec::new(),
            runs: Vec::new(),
            restored: Vec::new(),
        };
    }
    let start = (finding.mark + finding.cut).min(bytes.len());
    let mut writer = Writer::new(finding, start);
    writer.read(&bytes[start..], start, finding.encoding);
    // What the caller has named is not doubted line by line.
    let runs = if finding.evidence.contains(&Evidence::Named) {
        Vec::new()
    } else {
        mixed::runs(bytes, start, finding.encoding, &writer.damage)
    };
    if !runs.is_empty() {
        writer = Writer::new(finding, start);
        let mut at = start;
        for run in &runs {
            writer.read(&bytes[at..run.range.start], at, finding.encoding);
            writer.read(&bytes[run.range.clone()], run.range.start, run.encoding);
            at = run.range.end;
        }
        writer.read(&bytes[at..], at, finding.encoding);
    }
    let mut read = Read {
        text: Cow::Owned(writer.text),
        damage: writer.damage,
        runs,
        restored: Vec::new(),
    };
    if !writer.torn.is_empty() {
        let (text, restored) = torn::resolve(&read.text, writer.torn);
        // Both rise.
        let mut left = restored.iter().peekable();
        (read.damage).retain(|place| left.next_if(|one| one.covers(place)).is_none());
        (read.text, read.restored) = (Cow::Owned(text), restored);
    }
    read
}

/// Bytes of text that are decoded at once.
const PIECE: usize = 1 << 14;

/// Collects text and damage.
struct Writer {
    text: String,
    damage: Vec<Range<usize>>,
    torn: Vec<Torn>,
    /// What was decoded last. Each time that a decoder meets a byte that it cannot read, it comes back,
    /// and each time that it is called it writes to every page of the room that it is given. In the
    /// room of all of the text that would take time by the square of its length.
    piece: String,
    /// All room that decoders were given, which a test looks at.
    #[cfg(test)]
    room: usize,
}

impl Writer {
    /// A writer that starts with U+FFFD where the bytes before `start` are of a cut character.
    fn new(finding: &Finding<'_>, start: usize) -> Self {
        let mut writer = Self {
            text: String::new(),
            damage: Vec::new(),
            torn: Vec::new(),
            piece: String::with_capacity(PIECE),
            #[cfg(test)]
            room: 0,
        };
        if finding.cut > 0 && start > finding.mark {
            writer.replace(finding.mark..start);
        }
        writer
    }

    fn replace(&mut self, range: Range<usize>) {
        self.damage.push(range);
        self.text.push(char::REPLACEMENT_CHARACTER);
    }

    /// Reads `bytes`, which are at `offset` in the file.
    fn read(&mut self, bytes: &[u8], offset: usize, encoding: Encoding) {
        match encoding.0 {
            Scheme::Whatwg(encoding) => self.read_whatwg(bytes, offset, encoding),
            Scheme::Gb2312 => self.read_whatwg(bytes, offset, encoding_rs::GBK),
            Scheme::Cp950 => self.read_whatwg(bytes, offset, encoding_rs::BIG5),
            Scheme::Big5Uao => {
                let Self { text, damage, .. } = self;
                text.reserve(bytes.len() / 2 * 3 + 16);
                uao::read(bytes, text, |text, place| {
                    damage.push(offset + place.start..offset + place.end);
                    text.push(char::REPLACEMENT_CHARACTER);
                });
            }
            Scheme::Utf32 { big_endian } => self.read_utf_32(bytes, offset, big_endian),
            Scheme::Hz => seven_bit::read_hz(
                bytes,
                &mut At {
                    offset,
                    writer: self,
                },
            ),
            Scheme::Iso2022Cn | Scheme::Iso2022Kr => {
                seven_bit::read_iso_2022(
                    bytes,
                    &mut At {
                        offset,
                        writer: self,
                    },
                );
            }
            Scheme::Binary | Scheme::Unknown => {
                self.read_whatwg(bytes, offset, encoding_rs::UTF_8);
            }
        }
    }

    fn read_whatwg(&mut self, bytes: &[u8], offset: usize, encoding: &'static Whatwg) {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut read = 0;
        // Two bytes of a double-byte character become three.
        self.text.reserve(bytes.len() / 2 * 3 + 16);
        loop {
            self.piece.clear();
            let piece = &mut self.piece;
            let (result, consumed) =
                decoder.decode_to_string_without_replacement(&bytes[read..], piece, true);
            self.text.push_str(piece);
            #[cfg(test)]
            {
                self.room += piece.capacity();
            }
            read += consumed;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, beyond) => {
                    let end = read.saturating_sub(usize::from(beyond));
                    let start = end.saturating_sub(usize::from(length));
                    if encoding == encoding_rs::UTF_8
                        && let Some((length, literal, candidates)) = torn::at(&bytes[start..])
                    {
                        let range = offset + start..offset + start + length;
                        self.torn.push(Torn {
                            range: range.clone(),
                            at: self.text.len(),
                            literal,
                            candidates,
                        });
                        self.text.push_str(literal);
                        self.damage.push(range);
                        read = start + length;
                        decoder = encoding.new_decoder_without_bom_handling();
                        continue;
                    }
                    self.replace(offset + start..offset + end);
                }
            }
        }
    }

    fn read_utf_32(&mut self, bytes: &[u8], offset: usize, big_endian: bool) {
        self.text.reserve(bytes.len() / 4 * 3);
        for (index, unit) in bytes.chunks(4).enumerate() {
            let character = <[u8; 4]>::try_from(unit).ok().and_then(|unit| {
                char::from_u32(if big_endian {
                    u32::from_be_bytes(unit)
                } else {
                    u32::from_le_bytes(unit)
                })
            });
            match character {
                Some(character) => self.text.push(character),
                None => self.replace(offset + 4 * index..offset + 4 * index + unit.len()),
            }
        }
    }
}

/// A writer for bytes at an offset in the file.
struct At<'a> {
    offset: usize,
    writer: &'a mut Writer,
}

impl Sink for At<'_> {
    fn text(&mut self, text: &str) {
        self.writer.text.push_str(text);
    }

    fn character(&mut self, character: char) {
        self.writer.text.push(character);
    }

    fn bytes(&mut self, bytes: &[u8], at: usize, encoding: &'static Whatwg) {
        self.writer.read_whatwg(bytes, self.offset + at, encoding);
    }

    fn damage(&mut self, place: Range<usize>) {
        self.writer
            .replace(self.offset + place.start..self.offset + place.end);
    }
}

/// Bytes as `\xHH`, at most 32 of them.
pub(super) fn escaped(bytes: &[u8]) -> String {
    const MOST: usize = 32;
    let mut text = String::with_capacity(4 * bytes.len().min(MOST));
    for byte in bytes.iter().take(MOST) {
        // Writing into a string does not fail.
        let _ = write!(text, "\\x{byte:02X}");
    }
    if bytes.len() > MOST {
        text.push('…');
    }
    text
}

/// Flags each place that could not be read.
pub(super) fn flag(
    bytes: &[u8],
    finding: &Finding<'_>,
    damage: &[Range<usize>],
    report: &mut Report,
) {
    let mut lines = LineCounter::new(bytes);
    for place in damage {
        // In UTF-16 and UTF-32 a line feed is not one byte; the count is right all the same,
        // give or take the characters U+0A00 to U+0AFF.
        let line = lines.line_at(place.start);
        let mut change = Change::flag(
            Stage::Decode,
            "undecodable",
            place.clone(),
            line,
            escaped(&bytes[place.clone()]),
        );
        change.after = char::REPLACEMENT_CHARACTER.to_string();
        report.record(change.with_note(format!("not valid in {}", finding.encoding)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The room that decoders were given for so many bytes, each second of which opens no character.
    fn room(encoding: Encoding, bytes: usize) -> usize {
        let bytes = b"a\xFF".repeat(bytes / 2);
        let finding = Finding::named(encoding, &bytes);
        let mut writer = Writer::new(&finding, 0);
        writer.read(&bytes, 0, encoding);
        assert_eq!(writer.damage.len(), bytes.len() / 2);
        writer.room
    }

    #[test]
    fn bytes_that_cannot_be_read_take_time_by_their_number() {
        for encoding in [Encoding::UTF_8, Encoding::GB18030, Encoding::EUC_KR] {
            let (once, twice) = (room(encoding, 20_000), room(encoding, 40_000));
            assert!(twice <= 2 * once + PIECE, "{encoding} {once} {twice}");
        }
    }
}
