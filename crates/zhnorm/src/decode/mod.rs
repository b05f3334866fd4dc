//! Bytes to text: finds out which encoding a file is in, and says how sure it is.
//!
//! [`detect`] climbs a ladder from what is certain (a byte order mark, escape sequences, valid
//! UTF-8) to what is likely (the reading whose characters surprise least). [`decode`] does the
//! same and reads the text; what cannot be decoded becomes U+FFFD and is flagged with its place.
//! [`encode`] goes the other way.
//!
//! ```
//! use zhnorm::decode::{self, Encoding, Options};
//! use zhnorm::report::Report;
//!
//! let bytes = b"\xD6\xD0\xB9\xFA\xC8\xCB\xC3\xF1"; // 中国人民 in GB2312
//! let detection = decode::detect(bytes);
//! assert_eq!(detection.encoding, Encoding::GB18030);
//!
//! let decoded = decode::decode(bytes, &Options::default(), &mut Report::listing())?;
//! assert_eq!(decoded.text, "中国人民");
//! # Ok::<(), zhnorm::Error>(())
//! ```

use std::borrow::Cow;

use crate::report::{Change, Origin, Report, Stage};

mod cns;
mod confidence;
mod declared;
mod detect;
mod encode;
mod encoding;
mod error;
mod finding;
mod mixed;
mod padding;
#[cfg(test)]
mod properties;
mod reading;
mod sample;
mod seven_bit;
mod signature;
mod stream;
mod surprise;
mod survey;
mod torn;
mod transcode;
mod uao;
mod units;

pub use encode::{Unmappable, encode};
pub use encoding::Encoding;
pub use error::Error;
pub(crate) use error::Result;
pub use finding::{Detection, Evidence, Rival};
pub use stream::Decoder;
pub(crate) use stream::Slab;
pub use survey::Survey;

use finding::Finding;

/// How bytes become text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The encoding, when the caller knows it; `None` finds it out.
    pub encoding: Option<Encoding>,
    /// Below this confidence a file is not decoded at all, from 0 to 1.
    pub min_confidence: f32,
    /// The encodings that are looked for; none here means all.
    pub candidates: Vec<Encoding>,
    /// Whether the text starts with a byte order mark when it is written as Unicode again.
    pub byte_order_mark: ByteOrderMark,
    /// Whether escape sequences are left in the text, for a file whose fields are decoded one by one.
    ignores_escapes: bool,
    /// Whether any byte order mark is kept, not only that of UTF-8.
    keeps_any_mark: bool,
}

/// Whether text in a form of Unicode starts with a byte order mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ByteOrderMark {
    /// If the file was UTF-8 and had one.
    #[default]
    Keep,
    /// Always.
    Add,
    /// Never.
    Remove,
}

impl ByteOrderMark {
    /// Whether the text of this file starts with one; with `any`, that of another encoding counts.
    fn applies_to(self, finding: &Finding<'_>, any: bool) -> bool {
        match self {
            Self::Keep => finding.mark > 0 && (any || finding.encoding == Encoding::UTF_8),
            Self::Add => true,
            Self::Remove => false,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            encoding: None,
            min_confidence: DEFAULT_MIN_CONFIDENCE,
            candidates: Vec::new(),
            byte_order_mark: ByteOrderMark::Keep,
            ignores_escapes: false,
            keeps_any_mark: false,
        }
    }
}

impl Options {
    /// Reads the bytes in this encoding instead of finding it out.
    #[must_use]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = Some(encoding);
        self
    }

    /// Looks for these encodings only. A byte order mark and plain ASCII are what they are all the
    /// same.
    #[must_use]
    pub fn with_candidates(mut self, candidates: impl IntoIterator<Item = Encoding>) -> Self {
        self.candidates = candidates.into_iter().collect();
        self
    }

    /// Decodes nothing below this confidence, from 0 to 1.
    #[must_use]
    pub fn with_min_confidence(mut self, confidence: f32) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// The same options for a file of records. HZ and ISO-2022 use the characters of the markup
    /// around a field, so each field is decoded by itself, see [`decode_field`].
    pub(crate) fn for_records(&self) -> Self {
        Self {
            ignores_escapes: true,
            ..self.clone()
        }
    }

    /// The same options for a file that needs its mark in any form of Unicode.
    pub(crate) fn keeping_any_mark(mut self) -> Self {
        self.keeps_any_mark = true;
        self
    }

    /// Keeps, adds or removes a byte order mark.
    #[must_use]
    pub fn with_byte_order_mark(mut self, mark: ByteOrderMark) -> Self {
        self.byte_order_mark = mark;
        self
    }
}

/// Below one half, the answer is more likely wrong than right, and a file that was decoded
/// wrongly and written back is lost. Above, the reader of a file of two characters is better
/// served by an answer than by a refusal.
const DEFAULT_MIN_CONFIDENCE: f32 = 0.5;

/// A decoded text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decoded<'a> {
    /// The text, without a byte order mark; borrowed when the bytes were UTF-8.
    pub text: Cow<'a, str>,
    /// The encoding that the bytes were in.
    pub encoding: Encoding,
    /// The confidence of the encoding, from 0 to 1.
    pub confidence: f32,
    /// Whether the text starts with a byte order mark when it is written as Unicode again, by
    /// [`Options::byte_order_mark`].
    pub byte_order_mark: bool,
}

/// Finds out which encoding bytes are in, and which of them cannot be decoded in it.
pub fn detect(bytes: &[u8]) -> Detection {
    detect_among(bytes, &[])
}

/// The same among these encodings only; none means all.
pub fn detect_among(bytes: &[u8], candidates: &[Encoding]) -> Detection {
    let finding = detect::find_among(bytes, candidates);
    let mut detection = Detection {
        rivals: detect::rivals(bytes, &finding, candidates),
        encoding: finding.encoding,
        confidence: finding.confidence,
        evidence: finding.evidence.clone(),
        damaged_ranges: Vec::new(),
    };
    if finding.encoding.is_text() {
        let read = transcode::read(bytes, &finding);
        detection.evidence.extend(mixed::evidence(&read.runs));
        detection.damaged_ranges = read.damage;
    }
    detection
}

/// Decodes bytes.
///
/// The report lists a byte order mark that is left out or added (rule `bom`), a file that was not
/// UTF-8 (rule `encoding.LABEL`, one change for the whole file), lines in another encoding than the
/// rest (rule `mixed.LABEL`, one change for each run of lines), each character of UTF-8 that another
/// program had taken apart (rule `torn`), and each undecodable place (rule `undecodable`, a flag; the
/// text has U+FFFD there).
///
/// # Errors
///
/// [`Error::Binary`] when the bytes are not text, [`Error::Uncertain`] when the likeliest
/// encoding is less likely than [`Options::min_confidence`].
pub fn decode<'a>(bytes: &'a [u8], options: &Options, report: &mut Report) -> Result<Decoded<'a>> {
    let mut finding = match options.encoding {
        Some(encoding) => Finding::named(encoding, bytes),
        None => detect::find_among(bytes, &options.candidates),
    };
    if options.ignores_escapes && finding.encoding.is_seven_bit() {
        finding = Finding::without_escapes(bytes);
    }
    admit(&finding, options)?;
    let read = transcode::read(bytes, &finding);
    let byte_order_mark = (options.byte_order_mark).applies_to(&finding, options.keeps_any_mark);
    record_mark(bytes, &finding, byte_order_mark, report);
    record_encoding(bytes.len(), &finding, report);
    record_runs(&read.runs, &finding, report);
    transcode::flag(bytes, &finding, &read.damage, report);
    torn::record(bytes, &read.restored, report);
    Ok(Decoded {
        text: read.text,
        encoding: finding.encoding,
        confidence: finding.confidence,
        byte_order_mark,
    })
}

/// Decodes a field of a record that is in HZ or ISO-2022; borrowed when it is not.
pub(crate) fn decode_field<'a>(
    field: &'a str,
    options: &Options,
    report: &mut Report,
) -> Cow<'a, str> {
    let has_escapes = field.is_ascii() && (field.contains("~{") || field.contains('\x1B'));
    let is_named = options.encoding.is_some_and(|named| !named.is_seven_bit());
    if !has_escapes || is_named {
        return Cow::Borrowed(field);
    }
    let is_seven_bit = detect::find(field.as_bytes()).encoding.is_seven_bit();
    if options.encoding.is_none() && !is_seven_bit {
        return Cow::Borrowed(field);
    }
    decode(field.as_bytes(), options, report).map_or(Cow::Borrowed(field), |decoded| decoded.text)
}

/// The start of the text in a file of this encoding, from which the places in the text are counted.
pub(crate) fn start_of_text(bytes: &[u8], encoding: Encoding) -> Origin {
    let mark = "\u{FEFF}".as_bytes();
    let has_mark = encoding == Encoding::UTF_8 && bytes.starts_with(mark);
    Origin {
        offset: if has_mark { mark.len() } else { 0 },
        ..Origin::default()
    }
}

/// Whether what was found is text, and found surely enough.
fn admit(finding: &Finding<'_>, options: &Options) -> Result<()> {
    if finding.encoding == Encoding::BINARY {
        return Err(Error::Binary);
    }
    if !finding.encoding.is_text() || finding.confidence < options.min_confidence {
        return Err(Error::Uncertain {
            encoding: finding.encoding.label(),
            confidence: finding.confidence,
            minimum: options.min_confidence,
        });
    }
    Ok(())
}

/// Records a byte order mark that is left out or added.
fn record_mark(bytes: &[u8], finding: &Finding<'_>, is_written: bool, report: &mut Report) {
    let had_one = finding.mark > 0;
    if had_one == is_written {
        return;
    }
    let before = transcode::escaped(&bytes[..finding.mark]);
    let after = if is_written {
        transcode::escaped("\u{FEFF}".as_bytes())
    } else {
        String::new()
    };
    let place = 0..finding.mark;
    report.record(Change::edit(Stage::Decode, "bom", place, 1, before, after));
}

/// Records the encoding of a file of this length that is not UTF-8.
fn record_encoding(length: usize, finding: &Finding<'_>, report: &mut Report) {
    if finding.encoding != Encoding::UTF_8 {
        let rule = format!("encoding.{}", finding.encoding);
        report.record(
            Change::edit(Stage::Decode, rule, 0..length, 1, "", "")
                .with_confidence(finding.confidence),
        );
    }
}

fn record_runs(runs: &[mixed::Run], finding: &Finding<'_>, report: &mut Report) {
    for run in runs {
        let label = run.encoding.label();
        report.record(
            Change::edit(
                Stage::Decode,
                format!("mixed.{label}"),
                run.range.clone(),
                run.line,
                "",
                "",
            )
            .with_note(format!(
                "{} lines in {label}, the file in {}",
                run.lines, finding.encoding
            )),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (Decoded<'_>, Report) {
        let mut report = Report::listing();
        let decoded = decode(bytes, &Options::default(), &mut report).unwrap();
        (decoded, report)
    }

    #[test]
    fn utf_8_is_borrowed_and_no_change() {
        let (text, report) = decoded("中文\r\nabc".as_bytes());
        assert!(matches!(text.text, Cow::Borrowed("中文\r\nabc")));
        assert_eq!((text.encoding, text.confidence), (Encoding::UTF_8, 1.0));
        assert!(!report.is_changed());
    }

    #[test]
    fn a_byte_order_mark_is_no_text_and_is_kept_unless_asked() {
        let marked = "\u{FEFF}中文".as_bytes();
        for (bytes, option, is_written, changes) in [
            (marked, ByteOrderMark::Keep, true, 0),
            (marked, ByteOrderMark::Remove, false, 1),
            (marked, ByteOrderMark::Add, true, 0),
            ("中文".as_bytes(), ByteOrderMark::Keep, false, 0),
            ("中文".as_bytes(), ByteOrderMark::Add, true, 1),
        ] {
            let options = Options::default().with_byte_order_mark(option);
            let mut report = Report::listing();
            let decoded = decode(bytes, &options, &mut report).unwrap();
            assert!(matches!(decoded.text, Cow::Borrowed("中文")));
            assert_eq!(decoded.byte_order_mark, is_written, "{option:?}");
            assert_eq!(report.changed(Stage::Decode, "bom"), changes, "{option:?}");
            assert_eq!(report.changes().len(), changes);
        }
    }

    /// Text in an old fixed-size block or in a log that was cut is padded with NULs.
    #[test]
    fn nul_padding_decides_no_encoding_and_stays() {
        let text = "第一行有字，第二行也有字。\n";
        let gbk = encode(text, Encoding::GBK, Unmappable::Error).unwrap();
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::UTF_8),
            (b"plain words in ASCII\n".to_vec(), Encoding::UTF_8),
            (gbk, Encoding::GB18030),
            (utf_16, Encoding::UTF_16LE),
        ] {
            for (before, after) in [(0, 500), (0, 4), (0, 37), (512, 0), (512, 500)] {
                let (before, after) = (before, after + after % 2);
                let padded = [vec![0; before], bytes.clone(), vec![0; after]].concat();
                let (decoded, _) = decoded(&padded);
                assert_eq!(decoded.encoding, encoding, "{before} {after}");
                assert!(decoded.confidence > 0.9);
                let trimmed = decoded.text.trim_matches('\0');
                assert!(trimmed == text || trimmed.is_ascii(), "{trimmed}");
            }
        }
        for length in [1, 8, 4096] {
            let nothing = vec![0; length];
            assert_eq!(detect(&nothing).encoding, Encoding::BINARY, "{length}");
        }
    }

    #[test]
    fn nuls_around_words_are_no_utf_32() {
        for word in [&b"descr\0\0"[..], b"abcd\0\0", b"\0\0abcde"] {
            assert_eq!(detect(word).encoding, Encoding::UTF_8, "{word:?}");
        }
        for count in [8, 44, 400] {
            let bytes = [b"> [!", vec![0; count].as_slice(), b"%"].concat();
            let detected = detect(&bytes).encoding;
            assert_ne!(detected, Encoding::UTF_32LE, "{count}");
            assert_ne!(detected, Encoding::UTF_32BE, "{count}");
        }
    }

    #[test]
    fn another_encoding_is_one_change() {
        let (bytes, ..) = encoding_rs::GB18030.encode("今天的天气很好，我们去公园。");
        let (text, report) = decoded(&bytes);
        assert_eq!(text.text, "今天的天气很好，我们去公园。");
        assert_eq!(text.encoding, Encoding::GB18030);
        assert_eq!(report.changed(Stage::Decode, "encoding.gb18030"), 1);
        assert_eq!(report.changes().len(), 1);
    }

    #[test]
    fn every_undecodable_place_is_flagged() {
        let mut bytes = "第一行有字\n第二行也有字\n".as_bytes().to_vec();
        bytes.insert(16, 0xFF);
        bytes.push(0xE4);
        let (text, report) = decoded(&bytes);
        assert_eq!(text.text, "第一行有字\n\u{FFFD}第二行也有字\n\u{FFFD}");
        let places: Vec<_> = report
            .changes()
            .iter()
            .map(|change| (change.rule.as_ref(), change.span.clone(), change.line))
            .collect();
        assert_eq!(
            places,
            [("undecodable", 16..17, 2), ("undecodable", 36..37, 3)]
        );
        assert_eq!(report.changes()[0].before, "\\xFF");
        assert_eq!(detect(&bytes).damaged_ranges, [16..17, 36..37]);
    }

    #[test]
    fn utf_16_and_utf_32_are_read_with_and_without_a_mark() {
        let text = "今天的天气很好，我们去公园。";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let wide: Vec<u8> = text
            .chars()
            .flat_map(|character| u32::from(character).to_be_bytes())
            .collect();
        for (bytes, mark, encoding) in [
            (little, &b"\xFF\xFE"[..], Encoding::UTF_16LE),
            (big, b"\xFE\xFF", Encoding::UTF_16BE),
            (wide, b"\0\0\xFE\xFF", Encoding::UTF_32BE),
        ] {
            let marked = [mark, &bytes].concat();
            for bytes in [&bytes, &marked] {
                let (found, _) = decoded(bytes);
                assert_eq!((found.text.as_ref(), found.encoding), (text, encoding));
            }
        }
    }

    #[test]
    fn what_is_no_text_is_an_error() {
        let noise: Vec<u8> = (0..4096u32)
            .map(|index| (index.wrapping_mul(2_654_435_761) >> 23) as u8)
            .collect();
        for bytes in [b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".as_slice(), &noise] {
            let error = decode(bytes, &Options::default(), &mut Report::counting()).unwrap_err();
            assert!(matches!(error, Error::Binary), "{error}");
        }
    }

    #[test]
    fn words_of_two_characters_are_chinese_but_not_certain() {
        for word in ["你好", "联通", "中文"] {
            let bytes = encode(word, Encoding::GBK, Unmappable::Error).unwrap();
            let (text, _) = decoded(&bytes);
            assert_eq!(
                (text.text.as_ref(), text.encoding),
                (word, Encoding::GB18030)
            );
            assert!(text.confidence < 0.9, "{word} {}", text.confidence);
        }
    }

    #[test]
    fn ascii_with_colours_or_control_characters_is_text() {
        for text in ["\u{1B}[31mred\u{1B}[0m\n", "abc\u{8}d", "plain\u{C}page\n"] {
            let (decoded, report) = decoded(text.as_bytes());
            assert_eq!(decoded.text, text);
            assert_eq!(decoded.encoding, Encoding::UTF_8);
            assert!(decoded.confidence > 0.9, "{text:?} {}", decoded.confidence);
            assert!(!report.is_changed());
        }
    }

    #[test]
    fn below_the_least_confidence_nothing_is_decoded() {
        let options = Options {
            min_confidence: 0.9999,
            ..Options::default()
        };
        let error = decode(b"\xC4\xE3", &options, &mut Report::counting()).unwrap_err();
        assert!(matches!(error, Error::Uncertain { .. }), "{error}");
        let options = Options {
            encoding: Some(Encoding::GBK),
            ..options
        };
        let named = decode(b"\xC4\xE3", &options, &mut Report::counting()).unwrap();
        assert_eq!((named.text.as_ref(), named.confidence), ("你", 1.0));
    }
}
